"""What a UCM does while the receiver is away: it keeps records, up to a limit, and sends them later in one burst."""

import threading
from collections import deque

KEPT = 10_000

# Beyond the limit: the PBX forgets the oldest, takes no newer, or (no real one) makes no calls until there is room.
FULL = ("oldest", "newest", "wait")


class Backlog:
    def __init__(self, limit=KEPT, when_full="oldest"):
        if when_full not in FULL:
            raise ValueError(when_full)
        self.limit, self.when_full = limit, when_full
        self.records, self.in_flight, self.dropped, self.longest = deque(), 0, 0, 0
        self.closed = False
        self.changed = threading.Condition()

    def __len__(self):
        return len(self.records) + self.in_flight

    def put(self, record):
        with self.changed:
            if self.when_full == "wait":
                self.changed.wait_for(lambda: self.closed or len(self) < self.limit)
            if len(self) >= self.limit:
                self.dropped += 1
                if self.when_full != "oldest" or not self.records:
                    return
                self.records.popleft()
            self.records.append(record)
            self.longest = max(self.longest, len(self))
            self.changed.notify_all()

    def again(self, record):
        """A record that was delivered already, to be sent once more; it does not count against the limit."""
        with self.changed:
            self.records.append(record)
            self.changed.notify_all()

    def take(self, most):
        """Up to `most` of the oldest records, at least one; [] when all is over."""
        with self.changed:
            self.changed.wait_for(lambda: self.closed or self.records)
            taken = [self.records.popleft() for _ in range(min(most, len(self.records)))]
            self.in_flight = len(taken)
            return taken

    def delivered(self):
        with self.changed:
            self.in_flight = 0
            self.changed.notify_all()

    def kept(self, records):
        """They could not be delivered, and stay the oldest."""
        with self.changed:
            self.records.extendleft(reversed(records))
            self.in_flight = 0

    def close(self):
        """No more will come: take() hands out what is left and then []."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
