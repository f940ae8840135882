#!/usr/bin/python3
"""clang-tidy finds nothing in the product's sources, of those that it has not judged yet (judged.py).

Most of its time goes into the headers that every source includes. The sources of a folder are therefore joined, some
at a time, and looked at as one; what that hides from clang-tidy is looked for in the text of each.

Usage: tidy.py ROOT BUILD
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import judged
import pinned
import verdict

JOINED = 10
# The kernel's <linux/tcp.h> and the C library's <netinet/tcp.h> cannot stand in one source.
ALONE = {"plugin/net/connection.cc"}
# collectd's header declares module_register in one way, its module has it in another.
APART = {"shim/collectd"}
# The analyzer explores a quarter of what it would by default, which is nine tenths of its time.
LESS = [word for each in ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=50000") for word in ("--extra-arg", each)]
HIDDEN = "-readability-duplicate-include"
FINDING = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+):(?P<rest>\d+: (?:error|warning): .*)$")
INCLUDE = re.compile(r'^#\s*include\s+[<"]([^>"]+)', re.M)
USING = re.compile(r"^using (?:\w+::)*(\w+);$", re.M)


def left_over(path):
    """What is there twice, or for nobody: in the text of one source."""
    content = path.read_text()
    includes = INCLUDE.findall(content)
    for name in sorted({name for name in includes if includes.count(name) > 1}):
        yield f"{path}: includes {name} twice"
    for name in USING.findall(content):
        if len(re.findall(rf"\b{name}\b", content)) == 1:
            yield f"{path}: using {name}, which is not used"


def units(root, sources):
    """Lists of sources that are looked at as one."""
    folders = {}
    for path in sources:
        if str(path.relative_to(root)) in ALONE or str(path.parent.relative_to(root)) in APART:
            yield [path]
        else:
            folders.setdefault(path.parent, []).append(path)
    for paths in folders.values():
        many = -(-len(paths) // JOINED)
        for first in range(many):
            yield paths[first::many]


def place_of(line, begins):
    """Of a line of the joined source: which source it is of, and which line there."""
    first, path = max((first, path) for first, path in begins if first <= line)
    return path, line - first + 1


def tidy(clang_tidy, root, flags, paths):
    with tempfile.TemporaryDirectory() as folder:
        joined = Path(folder) / "joined.cc"
        begins, content = [], ""
        for path in paths:
            begins.append((content.count("\n") + 1, path))
            content += path.read_text()
        joined.write_text(content)
        run = subprocess.run([clang_tidy, "--quiet", f"--config-file={Path(root) / '.clang-tidy'}", f"--checks={HIDDEN}", *LESS,
                              str(joined), "--", *flags], capture_output=True, text=True, timeout=600)
    findings = []
    for line in run.stdout.splitlines():
        found = FINDING.match(line)
        if found and found["path"] == str(joined):
            path, at = place_of(int(found["line"]), begins)
            findings.append(f"{path}:{at}:{found['rest']}")
        elif found:
            findings.append(line)
    if run.returncode and not findings:
        findings.append(f"{paths[0]} and what is joined to it: {run.stdout}{run.stderr}")
    return findings


def faults(root, build, clang_tidy):
    root = Path(root).resolve()
    flags = judged.flags_of(build)
    work = list(units(root, judged.unjudged(root)))
    found = {fault for paths in work for path in paths for fault in left_over(path)}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for findings in pool.map(lambda paths: tidy(clang_tidy, root, flags[paths[0].parent], paths), work):
            found.update(findings)
    return sorted(found)


if __name__ == "__main__":
    verdict.give(faults(*sys.argv[1:], pinned.tool("clang-tidy")))
