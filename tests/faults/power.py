"""What a disk may hold after its power was cut: of all that was not synced, each sector as it was or as it became.

fault_disk.so has written down what each write took the place of, and each sync. Files that were made, renamed or
unlinked are so: a file system that forgets those too is kinder to what was there before."""

import os
import struct
from collections import defaultdict

ENTRY = struct.Struct("=qQqqq")  # Entry in disk.c
OLD, SYNCED = 0, 1
SECTOR = 512


def _entries(journal):
    """Those that are whole: the last may have been cut."""
    with open(journal, "rb") as file:
        data = file.read()
    at = 0
    while at + ENTRY.size <= len(data):
        kind, inode, begin, held, size = ENTRY.unpack_from(data, at)
        at += ENTRY.size
        if at + held > len(data):
            return
        yield kind, inode, begin, data[at:at + held], size
        at += held


def _unsynced(journal):
    """{inode: [(from, what was there, size of the file)]}, oldest first."""
    found = defaultdict(list)
    for kind, inode, begin, held, size in _entries(journal):
        if kind == SYNCED:
            found.pop(inode, None)
        else:
            found[inode].append((begin, held, size))
    return found


def cut(folder, journal, rng):
    """Changes the files of `folder` to what is left after a cut; gives how many sectors are not what they had become."""
    changed = 0
    unsynced = _unsynced(journal) if os.path.exists(journal) else {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and (entries := unsynced.get(os.stat(path).st_ino)):
            changed += _cut_file(path, entries, rng)
    return changed


def _cut_file(path, entries, rng):
    with open(path, "rb") as file:
        became = file.read()
    was = defaultdict(list)  # {sector: [what it held, oldest first]}
    for begin, held, _ in entries:
        for at in range(0, len(held), SECTOR):
            was[(begin + at) // SECTOR].append(held[at:at + SECTOR].ljust(SECTOR, b"\0"))
    shortest = min(size for _, _, size in entries)
    for sector in range(shortest // SECTOR, -(-len(became) // SECTOR)):
        was[sector].insert(0, bytes(SECTOR) if not was[sector] else was[sector][0])
    kept = rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))  # how much of it had reached the disk
    size = len(became) if rng.random() < kept else rng.choice([size for _, _, size in entries])
    after = bytearray(became.ljust(max(size, len(became)), b"\0"))
    changed = 0
    for sector, versions in sorted(was.items()):
        if rng.random() >= kept:
            at, version = sector * SECTOR, rng.choice(versions)
            changed += after[at:at + SECTOR] != version
            after[at:at + SECTOR] = version
    with open(path, "r+b") as file:
        file.write(after[:size])
        file.truncate(size)
    return changed
