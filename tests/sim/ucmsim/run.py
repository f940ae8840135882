"""A run: PBXes make calls at a pace, senders push their records and keep what cannot be delivered."""

import random
import threading
import time
from collections import Counter

from .away import KEPT, Backlog
from .push import pusher
from .records import FIELDS, document, fields_of
from .scenarios import next_call, time_of_day
from .totals import IDENTITY, totals

COUNTED = IDENTITY + ("session", "AcctId", "answer", "userfield", "action_type", "src_trunk_name", "dst_trunk_name")


class Record:
    """One leg on its way: the bytes, and what of it the totals need."""
    __slots__ = ("bytes", "facts", "again")

    def __init__(self, data, facts, again=False):
        self.bytes, self.facts, self.again = data, facts, again


class Sender(threading.Thread):
    """One PBX's one way to the receiver. It tries the oldest records until they are taken."""

    def __init__(self, pbx, route, backlog, retry, duplicates, seed, attempts=0):
        super().__init__(name=f"{pbx.name}-{route.format}", daemon=True)
        self.pbx, self.route, self.backlog, self.retry, self.attempts = pbx, route, backlog, retry, attempts
        self.duplicates, self.rng = duplicates, random.Random(f"{seed}/{pbx.name}/{route}")
        self.delivered, self.stats, self.over = [], Counter(), threading.Event()
        self.line = pusher(route, pbx.address)

    def run(self):
        while records := self.backlog.take(self.line.most):
            if self._pushed(records):
                self._done(records)
            else:
                self.backlog.kept(records)
                if self.attempts and self.stats["failures"] >= self.attempts:
                    return
                if self.over.wait(self.retry):
                    return
        self.line.close()

    def _pushed(self, records):
        try:
            taken = self.line.push([record.bytes for record in records])
        except OSError as problem:
            self.line.close()
            self.stats[type(problem).__name__] += 1
            taken = False
        self.stats["failures"] += not taken
        return taken

    def _done(self, records):
        self.backlog.delivered()
        for record in records:
            self.stats["duplicates" if record.again else "delivered"] += 1
            if record.again:
                continue
            self.delivered.append(record.facts)
            if self.rng.random() < self.duplicates:
                self.backlog.again(Record(record.bytes, record.facts, True))


class Simulation:
    """`rate` is calls per second of all PBXes together; 0 goes as fast as the receiver takes them. With `day`, a whole
    day's calls with its busy hour are made within `seconds`. `push_share`: of the records that are pushed; the rest only the
    API has. `shown`: when the API has a call, as soon as it is "made" or once it has "ended" by the true time."""

    def __init__(self, pbxes, routes, calls=100, rate=0, seconds=0, day=False, seed=1, duplicates=0, kept=KEPT, when_full=None,
                 retry=0.2, interleave=4, attempts=0, push_share=1.0, shown="made"):
        self.pbxes, self.calls, self.rate, self.seconds, self.day = pbxes, calls, rate, seconds, day
        self.interleave, self.rng, self.stopped = interleave, random.Random(seed), threading.Event()
        full = when_full or ("oldest" if rate or day else "wait")
        self.senders = [Sender(pbx, route, Backlog(kept, full), retry, duplicates, f"{seed}/{i}", attempts)
                        for pbx in pbxes for i, route in enumerate(routes)]
        self.ways = {pbx.name: [s for s in self.senders if s.pbx is pbx] for pbx in pbxes}
        self.push_share, self.shown, self.lost, self.luck = push_share, shown, 0, random.Random(f"{seed}/push")
        for pbx in pbxes:
            if push_share < 1 or not routes:
                pbx.keep_records()
        self.made = Counter()
        self.maker = threading.Thread(target=self._make, name="calls", daemon=True)

    # -- in the background

    def start(self):
        for sender in self.senders:
            sender.start()
        self.maker.start()
        return self

    def finish(self, timeout=None):
        """Waits until every call is made and every record delivered; False when nothing went on for so long: a busy machine
        is slow with thousands of records, and no less right."""
        threads, done, since = [self.maker] + self.senders, None, time.monotonic()
        while alive := [thread for thread in threads if thread.is_alive()]:
            now_done = (self.made["calls"], self.answered())
            if now_done != done:
                done, since = now_done, time.monotonic()
            if timeout is not None and time.monotonic() - since > timeout:
                return False
            alive[0].join(min(1, timeout or 1))
        return True

    def enough(self):
        """Makes no more calls; those begun are still told to their end, and delivered."""
        self.calls = self.made["calls"] or 1

    def stop(self):
        """Makes no more calls and gives up what cannot be delivered."""
        self.stopped.set()
        for sender in self.senders:
            sender.backlog.close()
            sender.over.set()

    def lose(self, records):
        """The next so many are not pushed."""
        self.lost += records

    def answered(self):
        """How many records the receiver has taken so far."""
        return sum(len(sender.delivered) for sender in self.senders)

    def run(self, timeout=None):
        return self.start().finish(timeout)

    # -- what came of it

    def totals(self, firmware=None):
        """{PBX name: {scope: {...}}} of every record that was taken by the receiver, and of all those that a PBX with an API
        holds. `firmware`: which fields that API shows."""
        return {pbx.name: totals(self._known(pbx, firmware)) for pbx in self.pbxes}

    def _known(self, pbx, firmware):
        for leg in pbx.database.legs() if pbx.database else ():
            yield {name: leg.get(name, "") for name in (FIELDS[firmware] if firmware else COUNTED)}
        for sender in self.ways[pbx.name]:
            yield from sender.delivered

    def stats(self):
        sum_of = Counter()
        for sender in self.senders:
            sum_of.update(sender.stats)
            sum_of.update({f"status_{status}": n for status, n in sender.line.statuses.items()})
        return {"calls": self.made["calls"], "legs": self.made["legs"], "not_pushed": self.made["not_pushed"],
                "waiting": sum(len(s.backlog) for s in self.senders),
                "dropped": sum(s.backlog.dropped for s in self.senders),
                "longest_backlog": max((s.backlog.longest for s in self.senders), default=0), **dict(sorted(sum_of.items()))}

    # -- the calls

    def _due(self, number):
        """When call `number` is to be made, in seconds from the start of the run, and when it began by the PBX's clock."""
        if self.day:
            second = time_of_day((number + 0.5) / self.calls)
            return second / 86_400 * self.seconds, second
        if self.rate:
            return number / self.rate, number / self.rate
        return 0, number * 0.5

    def _make(self):
        began, open_calls, number = time.monotonic(), [], 0
        while not self.stopped.is_set() and (not self.calls or number < self.calls):
            due, at = self._due(number)
            if not self.day and self.seconds and time.monotonic() - began >= self.seconds:
                break
            ahead = due - (time.monotonic() - began)
            if ahead > 0:
                while open_calls:  # nothing is held back while the line is quiet
                    self._advance(open_calls)
                self.stopped.wait(ahead)
            pbx = self.pbxes[number % len(self.pbxes)]
            ways = self.ways[pbx.name]
            sender = ways[number // len(self.pbxes) % len(ways)] if ways else None
            legs = next_call(pbx, at)
            open_calls.append((pbx, sender, legs, tuple(legs)))
            self.made["calls"] += 1
            number += 1
            while len(open_calls) >= self.interleave:
                self._advance(open_calls)
        while open_calls:
            self._advance(open_calls)
        for sender in self.senders:
            sender.backlog.close()

    def _advance(self, open_calls):
        """Sends the next leg of one of the calls that are going on: legs of several calls arrive mixed."""
        at = self.rng.randrange(len(open_calls))
        pbx, sender, legs, whole = open_calls[at]
        leg = legs.pop(0)
        if not legs:
            open_calls.pop(at)
            if pbx.database is not None:
                pbx.store.add(whole, max(leg.ended for leg in whole) if self.shown == "ended" else None)
        self.made["legs"] += 1
        if sender is not None and self._is_pushed():
            sent = fields_of(leg, pbx.firmware, sender.route.format)
            facts = {name: sent[name] for name in COUNTED if name in sent}
            sender.backlog.put(Record(document(sent, sender.route.format, dict(sender.route.style)), facts))

    def _is_pushed(self):
        if self.lost:
            self.lost -= 1
        elif self.push_share >= 1 or self.luck.random() < self.push_share:
            return True
        self.made["not_pushed"] += 1
        return False
