"""Whole calls, folded from all legs of a session: what became of them, when they were, and what they occupied."""

from collections import defaultdict
from dataclasses import dataclass

from .legs import (action_argument, answer, answered_by, channels, direction, disposition, ends, extensions,
                   moment, order, safe_name, seconds, session)
from .zone import at, zone

KINDS = ("QUEUE", "RINGGROUP")


@dataclass(frozen=True)
class Rules:
    """`offset`: seconds east of UTC of the PBX's clock, or the name of its zone. `arrival`: when records came, for those that do
    not say when they were."""
    offset: object = -21_600
    arrival: int = 0
    short_call: int = 6
    redial_within: int = 60
    service_level: int = 20
    short_abandon: int = 5
    formula: str = "without_short_abandons"
    extensions: bool = False
    dids: bool = False
    accounts: bool = False

    def epoch_of(self, local):
        """The UTC second in which the PBX's clock shows `local`, the first of the two where it does so twice."""
        where = zone(self.offset)
        shown = at(local, zone(0)).replace(tzinfo=where)
        return int(shown.timestamp())

    def offset_at(self, epoch):
        return int(at(epoch, zone(self.offset)).utcoffset().total_seconds())


def testified_epoch(leg):
    """The UTC second that a session, or else a uniqueid, begins with, where the leg's start is the same moment by some clock on the wall."""
    digits, local = (leg.get("session", "") or leg.get("uniqueid", ""))[:10], moment(leg, "start")
    if local is None or len(digits) < 10 or not (digits.isascii() and digits.isdigit()) or int(digits) < 1_000_000_000:
        return None
    ahead = local - int(digits)
    quarters = int((abs(ahead) + 450) // 900) * 900
    return int(digits) if abs(ahead) <= 14 * 3_600 + 120 and abs(abs(ahead) - quarters) <= 120 else None


def outcome(legs):
    who = {answered_by(leg) for leg in legs}
    for answerer, word in (("person", "answered"), ("voicemail", "voicemail"), ("ivr", "ivr")):
        if answerer in who:
            return word
    what = {disposition(leg) for leg in legs}
    for word in ("no_answer", "busy", "failed"):  # busy counts only where nothing was no_answer
        if word in what:
            return word
    return "other"


@dataclass
class Stay:
    """A call in a queue. `how`: answered, overflowed or abandoned, after `seconds`."""
    how: str
    seconds: int


@dataclass
class Span:
    """[begin, end) in UTC seconds, occupying so many channels."""
    begin: int
    end: int
    channels: int = 1

    @property
    def occupied(self):
        return (self.end - self.begin) * self.channels


class Call:
    """`redial` is set by calls_of(), which sees the other calls."""

    def __init__(self, legs, rules):
        self.legs, self.redial = legs, False
        self.first = min(legs, key=order)
        self.session, self.direction = session(self.first), direction(self.first)
        self.parties = self.first.get("src", ""), self.first.get("dst", "")
        self.outcome = outcome(legs)
        self.talk = sum(seconds(leg, "billsec") for leg in legs if answered_by(leg) == "person")
        start = moment(self.first, "start")
        self.wait = self._wait_from(start, legs)
        if start is None:
            self.elapsed = max(seconds(leg, "duration") for leg in legs)
            self.begin = rules.arrival - self.elapsed
        else:
            self.elapsed = max(ends(leg) for leg in legs if ends(leg) is not None) - start
            told = testified_epoch(self.first)
            known = rules.epoch_of(start)
            apart = None if told is None else abs(told - known)
            self.begin = told if told is not None and min(apart, abs(apart - 3_600)) <= 120 else known
        self.end = self.begin + self.elapsed

    @staticmethod
    def _wait_from(start, legs):
        answers = [answer(leg) for leg in legs if answered_by(leg) == "person" and answer(leg) is not None]
        return max(0, min(answers) - start) if answers and start is not None else 0

    @property
    def effective(self):
        return self.outcome not in ("failed", "other")

    def trunks(self):
        """{name: Span} from the first to the last leg that names the trunk."""
        spans, origin = {}, moment(self.first, "start")
        for leg in self.legs:
            start = moment(leg, "start")
            begin = self.begin if start is None else self.begin + start - origin
            for name in {leg.get("src_trunk_name", ""), leg.get("dst_trunk_name", "")} - {""}:
                lasted = 0 if start is None and origin is not None else seconds(leg, "duration")
                mine = Span(begin, begin + lasted, channels(leg, name))
                known = spans.setdefault(name, mine)
                known.begin, known.end = min(known.begin, mine.begin), max(known.end, mine.end)
                known.channels = max(known.channels, mine.channels)
        return spans

    def queues(self):
        """{name: Stay}"""
        inside = defaultdict(list)
        for leg in self.legs:
            if action_argument(leg, "QUEUE") and moment(leg, "start") is not None:
                inside[action_argument(leg, "QUEUE")].append(leg)
        return {name: self._stay(name, legs) for name, legs in inside.items()}

    def _stay(self, name, legs):
        entry, last = min(moment(leg, "start") for leg in legs), max(moment(leg, "start") for leg in legs)
        if any(answered_by(leg) == "person" for leg in legs):
            return Stay("answered", self._wait_from(entry, legs))
        elsewhere = [moment(leg, "start") for leg in self.legs if action_argument(leg, "QUEUE") != name]
        moved = any(start is not None and start > last for start in elsewhere)
        return Stay("overflowed" if moved else "abandoned", max(ends(leg) for leg in legs) - entry)

    def scopes(self, rules):
        found = {"all", self.direction} | {"trunk-" + safe_name(name) for leg in self.legs for end in ("src", "dst")
                                           if (name := leg.get(f"{end}_trunk_name"))}
        for kind in KINDS:
            found |= {f"{kind.lower()}-" + safe_name(name) for leg in self.legs if (name := action_argument(leg, kind))}
        if rules.dids and self.direction == "inbound" and self.parties[1]:
            found.add("did-" + safe_name(self.parties[1]))
        accounts = [leg["accountcode"] for leg in sorted(self.legs, key=order) if leg.get("accountcode")]
        if rules.accounts and accounts:
            found.add("account-" + safe_name(accounts[0]))
        return found


def calls_of(legs, rules):
    """The calls in the order in which they ended."""
    together = defaultdict(list)
    for leg in legs:
        together[session(leg)].append(leg)
    calls = sorted((Call(members, rules) for members in together.values()), key=lambda call: (call.end, call.begin, call.session))
    ended = defaultdict(list)
    for call in calls:
        if all(call.parties):
            call.redial = any(0 <= call.begin - before <= rules.redial_within for before in ended[call.parties])
            ended[call.parties].append(call.end)
    return calls


def by_scope(legs, calls, rules):
    """{scope: calls}; where extensions are asked for, each leg of one is a call of its own there, and redials nothing."""
    found = defaultdict(list)
    for call in calls:
        for scope in call.scopes(rules):
            found[scope].append(call)
    for leg in legs if rules.extensions else ():
        for extension in extensions(leg):
            found["extension-" + safe_name(extension)].append(Call([leg], rules))
    return found


def spans_by_scope(calls):
    """{scope: Spans} of all and of each trunk: what occupied it when."""
    found = defaultdict(list)
    for call in calls:
        found["all"].append(Span(call.begin, call.end))
        for name, span in call.trunks().items():
            found["trunk-" + safe_name(name)].append(span)
    return found


def stays_by_scope(calls):
    """{scope: [(call, Stay)]}"""
    found = defaultdict(list)
    for call in calls:
        for name, stay in call.queues().items():
            found["queue-" + safe_name(name)].append((call, stay))
    return found


def occupancy(spans):
    """[(begin, end, channels)] in the order of time, wherever something is occupied."""
    changes = defaultdict(int)
    for span in spans:
        if span.end > span.begin:
            changes[span.begin] += span.channels
            changes[span.end] -= span.channels
    moments, now, found = sorted(changes), 0, []
    for begin, end in zip(moments, moments[1:]):
        now += changes[begin]
        if now:
            found.append((begin, end, now))
    return found
