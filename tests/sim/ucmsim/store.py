"""Every record that a PBX has made, as its database holds them: what the API answers from."""

import heapq
import itertools
import threading
import time
from bisect import bisect_left, insort
from datetime import datetime

from . import zone


class Group:
    """The legs of one session, in the order they were written."""
    __slots__ = ("session", "legs", "key")

    def __init__(self, session, leg):
        self.session, self.legs, self.key = session, [leg], None


def session_of(leg):
    return leg.get("session") or leg.get("uniqueid", "")


class Store:
    """`clock` says by what records are ordered and filtered: "wall", the local time that stands in them (so the hour that
    a clock set back has twice is mixed), or "utc"."""

    def __init__(self, where, clock="wall", now=time.time):
        if clock not in ("wall", "utc"):
            raise ValueError(clock)
        self.zone, self.clock, self.now = zone.zone(where), clock, now
        self.lock, self.numbers = threading.Lock(), itertools.count()
        self.groups, self.order, self.later, self.forgotten = {}, [], [], 0

    def add(self, legs, at=None):
        """`at`: the moment from which the API shows them, as seconds since 1970; None for at once."""
        with self.lock:
            if at is not None:
                heapq.heappush(self.later, (at, next(self.numbers), list(legs)))
                return
            for leg in legs:
                self._put(leg)

    def legs(self):
        """Of everything made, shown already or not, without what was forgotten."""
        with self.lock:
            shown = [leg for _, _, group in self.order for leg in group.legs]
            return shown + [leg for _, _, legs in sorted(self.later, key=lambda one: one[:2]) for leg in legs]

    def __len__(self):
        """Records shown."""
        with self.lock:
            self._release()
            return sum(len(group.legs) for _, _, group in self.order)

    def between(self, first=None, last=None):
        """[(session, (leg, ...))] of the sessions that began within the range, both ends included, oldest first. Ends are
        moments by `clock`, None for open."""
        with self.lock:
            self._release()
            return [(group.session, tuple(group.legs)) for _, _, group in self.order[slice(*self._range(first, last))]]

    def page(self, first, last, offset, count):
        """The same, but only those from `offset` on, `count` of them."""
        with self.lock:
            self._release()
            low, high = self._range(first, last)
            low = min(high, low + offset)
            return [(group.session, tuple(group.legs)) for _, _, group in self.order[low:min(high, low + count)]]

    def length(self, first, last):
        with self.lock:
            self._release()
            low, high = self._range(first, last)
            return high - low

    def forget(self, sessions):
        """The oldest ones are gone for good, as after a cleaning of the PBX."""
        with self.lock:
            self._release()
            for _, _, group in self.order[:sessions]:
                del self.groups[group.session]
            self.forgotten += len(self.order[:sessions])
            del self.order[:sessions]

    # -- with the lock held

    def _range(self, first, last):
        low = 0 if first is None else bisect_left(self.order, (first,))
        high = len(self.order) if last is None else bisect_left(self.order, (int(last) + 1,))
        return low, max(low, high)

    def _release(self):
        while self.later and self.later[0][0] <= self.now():
            for leg in heapq.heappop(self.later)[2]:
                self._put(leg)

    def _put(self, leg):
        session, began = session_of(leg), self._began(leg)
        group = self.groups.get(session)
        if group is None:
            group = self.groups[session] = Group(session, leg)
        else:
            group.legs.append(leg)
            if began >= group.key[0]:
                return
            del self.order[bisect_left(self.order, group.key)]
        group.key = (began, next(self.numbers))
        insort(self.order, (*group.key, group))

    def _began(self, leg):
        if self.clock == "utc" and getattr(leg, "began", None) is not None:
            return int(leg.began)
        return zone.wall(leg["start"]) if self.clock == "wall" else int(self.key_of_local(datetime.fromisoformat(leg["start"])))

    # -- a moment as it is ordered by

    def key_of_instant(self, epoch):
        return epoch if self.clock == "utc" else zone.wall(zone.at(epoch, self.zone))

    def key_of_local(self, moment):
        """`moment`: a datetime without a zone."""
        return zone.wall(moment) if self.clock == "wall" else moment.replace(tzinfo=self.zone).timestamp()
