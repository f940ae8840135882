"""What the preloaded libraries are told: a file of 64-bit numbers each, read by them at any time."""

import errno
import os
import struct

READ, WRITE, SYNC, OPEN, TRUNCATE = 1, 2, 4, 8, 16
HALF, KILLED_BEFORE, KILLED_AFTER = 0, -1, -2
EIO, ENOSPC, EACCES = errno.EIO, errno.ENOSPC, errno.EACCES


class _Numbers:
    """A file of so many numbers, all 0 at first."""

    def __init__(self, path, count):
        self.path, self.count = path, count
        with open(path, "wb") as file:
            file.write(bytes(8 * count))

    def write(self, first, *numbers):
        with open(self.path, "r+b", buffering=0) as file:
            file.seek(8 * first)
            file.write(struct.pack(f"={len(numbers)}q", *numbers))

    def read(self, which):
        with open(self.path, "rb") as file:
            return struct.unpack(f"={self.count}q", file.read(8 * self.count))[which]


class Disk:
    """`folder`: whose files fail. `journal`: for a power cut, see power.py."""

    def __init__(self, place, folder, journal=None):
        self._numbers = _Numbers(os.path.join(place, "disk"), 5)
        self.environment = {"UCM_DISK": self._numbers.path, "UCM_DISK_FOLDER": folder,
                            **({"UCM_DISK_JOURNAL": journal} if journal else {})}

    def fail(self, operations, effect, before=0, times=1):
        self._numbers.write(0, 0, before, times, effect)
        self._numbers.write(0, operations)

    def mend(self):
        self._numbers.write(0, 0)

    @property
    def done(self):
        """How many have failed so far."""
        return self._numbers.read(4)


class Memory:
    """For the thread of the plugin alone."""

    def __init__(self, place):
        self._numbers = _Numbers(os.path.join(place, "memory"), 4)
        self.environment = {"UCM_MEMORY": self._numbers.path}

    def fail(self, before=0, times=1):
        self._numbers.write(0, before, times)

    def mend(self):
        self._numbers.write(1, 0)

    @property
    def done(self):
        """How many have failed so far."""
        return self._numbers.read(2)

    @property
    def seen(self):
        """How many allocations there were."""
        return self._numbers.read(3)
