#!/usr/bin/python3
"""A room includes only what its row in docs/architecture.md allows, and a third-party header stands in one .cc file.

Usage: includes.py ROOT
"""
import re
import sys
from collections import defaultdict
from pathlib import Path

import tree
import verdict

# Which rooms may bring in which library; by the first part of the header's path.
LIBRARIES = {
    "fmt": "base", "openssl": "base net",
    "jansson.h": "wire", "libxml": "wire",
    "sqlite3.h": "ledger",
    "uv.h": "net", "microhttpd.h": "net", "gnutls": "net", "curl": "net",
    "toml++": "service", "date": "api",
    "CLI": "shim/ucmctl", "collectd": "shim/collectd",
}
# The one header of a library that a header of ours may include: its formatting is checked where it is written.
IN_A_HEADER = {"fmt/format.h": "plugin/base/text.h"}
# Of the C library and POSIX; C++ headers have no dot.
SYSTEM = re.compile(r"^(sys|netinet|arpa|linux|net|netdb)/.*\.h$|^(unistd|fcntl|poll|pthread|signal|fnmatch|glob|"
                    r"wordexp|dlfcn|dirent|netdb|pwd|grp|string|stdint|stddef|stdlib|stdio|errno|time|stdarg|"
                    r"limits|ctype|math|malloc)\.h$|^[a-z_]+$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.M)


def rows(architecture):
    """Room -> what it may include, from the table of rooms; `shim/x` for a folder with more than the others."""
    allowed = {}
    for cells in re.findall(r"^\| `([a-z]+/?)` \|(.*)\|$", architecture, re.M):
        name, rest = cells[0].rstrip("/"), cells[1].rsplit("|", 1)[-1].strip()
        general, _, special = rest.partition(";")
        named = [] if general == "-" else [word.strip() for word in general.split(",")]
        allowed[name] = set(allowed) if named == ["all of the above"] else set(named)
        for folder, more in re.findall(r"`([a-z]+)` also ([a-z ,]+)", special):
            allowed[f"{name}/{folder}"] = allowed[name] | set(re.findall(r"[a-z]+", more)) - {"and"}
    return allowed


def room_of(path):
    return path.parts[1] if path.parts[0] == "plugin" else "/".join(path.parts[:2])


def faults(root):
    root = Path(root)
    allowed = rows((root / "docs/architecture.md").read_text())
    rooms = set(allowed) - {"shim"}
    found = []
    if not {"base", "model", "wire", "metrics", "ledger", "net", "service", "shim"} <= set(allowed):
        return ["docs/architecture.md: the table of rooms is not what this rule can read"]
    includers = defaultdict(list)
    for full in tree.sources(root):
        path = full.relative_to(root)
        room = room_of(path)
        may = allowed.get(room, allowed.get(room.split("/")[0], set()))
        for bracket, header in INCLUDE.findall(full.read_text(errors="replace")):
            first = header.split("/")[0]
            if bracket == "<" and SYSTEM.match(header):
                continue
            if bracket == '"' and first in rooms:
                if first != room and first not in may:
                    found.append(f"{path}: {room} may not include {header}")
            elif bracket == '"' and first == "shim":
                if "/".join(header.split("/")[:2]) != room:
                    found.append(f"{path}: {room} may not include {header}")
            elif first in LIBRARIES:
                includers[header].append(str(path))
                if room not in LIBRARIES[first].split():
                    found.append(f"{path}: {header} belongs to {LIBRARIES[first].replace(' ', ', ')}")
                if path.suffix != ".cc" and IN_A_HEADER.get(header) != str(path):
                    found.append(f"{path}: {header} may stand in a .cc file alone")
            else:
                found.append(f"{path}: {header} is of no room and no library that this rule knows")
    for header, paths in sorted(includers.items()):
        if len(paths) > 1:
            found.append(f"{header}: included by {', '.join(paths)}; one is enough")
    return found


if __name__ == "__main__":
    verdict.give(faults(sys.argv[1]))
