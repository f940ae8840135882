#!/usr/bin/python3
"""Which sources clang-tidy and the compiler have judged already, as they stand: tests/rules/judged.txt.

The two take minutes, and say the same of a source until it or something it includes changes. A line of the file is a
digest of all that and the source's path. `tests/run` has only those judged that have no line, `tests/run --long` all.

Usage: judged.py ROOT BUILD    judges all that have no line, and writes the file when nothing is found
"""
import hashlib
import json
import os
import re
import shlex
import sys
from pathlib import Path

import pinned
import tree
import verdict

RECORD = "tests/rules/judged.txt"
JUDGES = (".clang-tidy", "tests/rules/tidy.py", "tests/rules/alone.py")
OURS = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
LEFT_OUT = {"-Wno-subobject-linkage": 1, "-c": 2, "-o": 2, "-include": 2, "-Winvalid-pch": 1}


def reached(root, path, seen):
    """A source and what it includes of the project, in the end."""
    if path in seen:
        return
    seen.add(path)
    for name in OURS.findall(path.read_text()):
        for folder in (root / "plugin", root, path.parent):
            if (folder / name).is_file():
                reached(root, (folder / name).resolve(), seen)
                break


def digest(root, path):
    seen = set()
    reached(root, path.resolve(), seen)
    whole = hashlib.sha256()
    for part in [root / name for name in JUDGES if (root / name).is_file()] + sorted(seen):
        whole.update(f"{part.relative_to(root)}\n".encode() + part.read_bytes() + b"\0")
    return whole.hexdigest()[:24]


def sources(root):
    return [path for path in tree.sources(root) if path.suffix == ".cc"]


def unjudged(root, everything=None):
    """Those without a line as they stand; all of them in a long run."""
    root = Path(root).resolve()
    if everything is None:
        everything = bool(os.environ.get("UCM_LONG"))
    record = root / RECORD
    known = set(record.read_text().splitlines()) if record.is_file() and not everything else set()
    return [path for path in sources(root) if f"{digest(root, path)} {path.relative_to(root)}" not in known]


def write(root):
    root = Path(root).resolve()
    (root / RECORD).write_text("".join(f"{digest(root, path)} {path.relative_to(root)}\n" for path in sources(root)))


def plain(words):
    """How a compiler is called, less what names its files and the headers that were compiled once."""
    left_out = {at + more for at, word in enumerate(words) for more in range(LEFT_OUT.get(word, 0))}
    return [word for at, word in enumerate(words) if at not in left_out]


def flags_of(build):
    """By folder: how the compiler is called for a source there."""
    flags = {}
    for entry in json.loads((Path(build) / "compile_commands.json").read_text()):
        file = Path(entry["file"])
        joined = OURS.findall(file.read_text()) if "Unity" in file.parts else []
        words = [word for word in shlex.split(entry["command"]) if word != entry["file"]]
        while not re.search(r"(\+\+|cc|clang)(-\d+)?$", words[0]) or words[0].endswith("ccache"):
            words = words[1:]  # what the compiler is called through
        flags.setdefault(Path(joined[0]).parent if joined else file.parent, plain(words[1:]))
    return flags


def main(root, build):
    import alone  # these two ask this module what is to be judged
    import tidy
    found = alone.faults(root, build) + tidy.faults(root, build, pinned.tool("clang-tidy"))
    if not found:
        write(root)
    verdict.give(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
