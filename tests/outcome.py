#!/usr/bin/python3
"""What is worth knowing after a run: the tests that took longest, or, when some failed, which and why.

Usage: outcome.py RESULTS STATUS    RESULTS as ctest --output-junit writes them, STATUS as ctest ended
"""
import re
import sys
import xml.etree.ElementTree as ElementTree

LINES = 28  # a reader, and a log that is cut, sees the end of a run
TELLING = re.compile(r"error:|Error:|ERROR|FAIL:|failed|Failure|not within|runtime error|WARNING: ThreadSanitizer|Sanitizer"
                     r"|Timeout|differ|expected|Assert", re.I)
EMPTY = re.compile(r"^\s*$|^\[ +(OK|RUN|PASSED) +\]|\.\.\. ok$|^-{5,}|^={5,}|^Traceback|^  File ")


def reasons(output, most):
    """The last telling lines of a failed test's output."""
    lines = [line.rstrip() for line in (output or "").splitlines() if not EMPTY.match(line)]
    telling = [line for line in lines if TELLING.search(line)] or lines
    return [line.strip()[:160] for line in telling[:most]]


def report(cases):
    failed = [case for case in cases if case.get("status") not in ("run", "disabled", "notrun")]
    if not failed:
        return []
    each = max(1, (LINES - 1) // len(failed) - 1)
    lines = [f"{len(failed)} failed; the whole output of each stands above, and in build-tests/results.xml"]
    for case in failed[:LINES // 2]:
        lines.append(f"* {case.get('name')}, after {float(case.get('time', 0)):.0f} s")
        lines += ["    " + line for line in reasons(case.findtext("system-out"), each)]
    return lines[:LINES]


def slowest(cases, most=12):
    rows = sorted(((float(case.get("time", 0)), case.get("name")) for case in cases), reverse=True)[:most]
    return ["The longest: " + ", ".join(f"{name} {seconds:.0f} s" for seconds, name in rows)]


def main(results, status):
    try:
        cases = list(ElementTree.parse(results).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError) as problem:
        print(f"ctest left no results: {problem}")
        return
    print("\n".join(report(cases) if int(status) else slowest(cases)))


if __name__ == "__main__":
    main(*sys.argv[1:])
