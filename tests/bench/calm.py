"""Keeping other work on the machine out of the figures: a measurement begins when the machine is quiet, and
one that others disturbed is taken again."""

import os
import time

from stage import until

QUIET = 0.08  # of the machine's CPU time, used by others
TRIES = 4


def _jiffies():
    """(all CPU time there was, what was used of it)"""
    with open("/proc/stat", encoding="ascii") as file:
        numbers = [int(word) for word in file.readline().split()[1:9]]
    return sum(numbers), sum(numbers) - numbers[3] - numbers[4]


def _ours():
    """CPU time of our session: the processes that live, and those of the bench's own that have ended."""
    session, ticks = os.getsid(0), os.sysconf("SC_CLK_TCK")
    spent = (os.times().children_user + os.times().children_system) * ticks
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            spent += int(fields[11]) + int(fields[12])
    return spent


class Others:
    """The share of the machine that others used since this was made."""

    def __init__(self):
        self.whole, used = _jiffies()
        self.theirs = used - _ours()

    def share(self):
        whole, used = _jiffies()
        return max(0.0, (used - _ours() - self.theirs) / max(1, whole - self.whole))


def wait_for_quiet(run):
    """Returns when others have left the machine alone for a second, or when the figure's patience is at its end."""
    began, seen = time.monotonic(), [0, Others()]

    def still():
        seen[0] = seen[0] + 1 if seen[1].share() < QUIET else 0
        seen[1] = Others()
        return seen[0] >= 4
    try:
        until(still, "the machine is quiet", run.patience - run.waited, 0.2)
    except AssertionError:
        pass
    run.waited += time.monotonic() - began


def _quietly(run, measure):
    """What `measure` gives, of up to four tries the one that others disturbed least, and how much they had of it."""
    tries = []
    while len(tries) < TRIES and not (tries and tries[-1][0] < QUIET):
        wait_for_quiet(run)
        others = Others()
        result = measure()
        tries.append((others.share(), result))
        if run.waited >= run.patience:
            break
    return min(tries, key=lambda one: one[0])


def rounds(run, measures, count=None):
    """One list of results for each measure. Every round takes them all in turn."""
    results = [[] for _ in measures]
    for _ in range(count or run.rounds):
        for found, measure in zip(results, measures):
            share, result = _quietly(run, measure)
            run.others.append(share)
            found.append(result)
    return results
