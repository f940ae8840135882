"""Waiting for something to become true. The only pause of these tests is the one in here.

A limit of time is here for what hangs alone, and as long as a machine that does much else may need: how quick something is
is measured by the benchmarks."""

import select
import time


HANG = 120.0  # seconds


class TooLate(AssertionError):
    pass


def until(holds, what, seconds=HANG, pause=0.02):
    """Calls `holds` until it gives something true, and returns that; what it raises meanwhile counts as not yet."""
    deadline = time.monotonic() + seconds
    while True:
        last = None
        try:
            if found := holds():
                return found
        except (OSError, KeyError, ValueError, AssertionError) as problem:
            last = problem
        if time.monotonic() >= deadline:
            raise TooLate(f"not within {seconds} s: {what}" + (f" ({last})" if last else ""))
        select.select([], [], [], pause)
