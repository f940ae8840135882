"""One PBX: its numbering, its clocks and counters, and how it writes a leg."""

import random
from dataclasses import dataclass, field

from .state import State
from .store import Store
from .zone import text
from .zone import zone as zone_of

# 08:00 at UTC-6 on a Monday: a run is the same whenever it is made, unless it is asked to use today.
DEFAULT_EPOCH = 1_769_436_000

PEOPLE = ("Zoë Ångström", 'Pat "Pit" Doe', "Smith, Alex", "O'Neil, Kim", "李雷", "Jürgen Groß", "R&D <lab>", "Ana", "", "María José Peña",
          "back\\slash", "Front Desk", "Łukasz", "Ωmega", "B. Nobody", "Accounts; payable")
TRUNKS = ("SIP Línea 1", "carrier/west")

MOST_LASTDATA = 255  # bytes: the UCM cuts there, even inside a character


@dataclass(frozen=True)
class Party:
    """Who makes or takes a leg. `ext` is what channel_ext says, `trunk` the display name or ""."""
    number: str
    name: str
    ext: str
    trunk: str = ""


@dataclass
class Session:
    """A call while it is written. `clock` is where its next leg begins, in seconds from its start."""
    at: float
    id: str
    uniqueid: str
    clock: float = 0
    channels: dict = field(default_factory=dict)
    legs: list = field(default_factory=list)


class Leg(dict):
    """A record's fields; `began` and `ended` are the moments by the true time, in seconds since 1970."""
    __slots__ = ("began", "ended")


class Pbx:
    """`address`: where it pushes from. None lets the kernel choose, which then never takes the port of a listener that is away.
    `zone`: its local time, "+02:00" or "America/Chicago"; else `offset`, seconds east of UTC. `order`: of its records, as
    Store's `clock`."""

    def __init__(self, name="hq", serial="20EXAMPLE0001", address=None, seed=1, epoch=DEFAULT_EPOCH, offset=-21_600,
                 firmware="push", trunks=TRUNKS, extensions=range(2001, 2021), zone=None, order="wall"):
        self.name, self.serial, self.address, self.firmware = name, serial, address, firmware
        self.rng = random.Random(f"{seed}/{name}")
        self.epoch, self.zone, self.order = epoch, zone_of(offset if zone is None else zone), order
        self.database = self._state = None
        self.acct_id, self.unique, self.channel, self.sessions = 0, 100, 0x10, 0
        self.trunks = [(f"trunk_{i}", trunk) for i, trunk in enumerate(trunks, 1)]
        self.people = [Party(str(e), PEOPLE[i % len(PEOPLE)], str(e)) for i, e in enumerate(extensions)]
        self.queues, self.ringgroups, self.ivrs = ("6500", "6501"), ("6400", "6401"), ("7000", "7001")

    # -- what an API can tell

    def keep_records(self):
        """A PBX that nobody asked for its records keeps none."""
        if self.database is None:
            self.database = Store(self.zone, self.order)
        return self.database

    store = property(keep_records)

    @property
    def state(self):
        if self._state is None:
            self._state = State(self, self.zone)
        return self._state

    # -- who

    def person(self, but=()):
        return self.rng.choice([p for p in self.people if p not in but])

    def outsider(self, trunk=None):
        """Somebody behind a trunk; numbers are of the range kept for fiction."""
        ext, name = self.trunks[trunk] if trunk is not None else self.rng.choice(self.trunks)
        number = f"{self.rng.choice(('+1', '', '001'))}55501{self.rng.randrange(100, 99_999):05d}"
        return Party(number, self.rng.choice(PEOPLE) if self.rng.random() < 0.3 else "", ext, name)

    # -- when

    def local(self, epoch):
        return text(epoch, self.zone)

    # -- what

    def session(self, caller, at):
        self.sessions += 1
        # Microseconds without zero padding, never the same twice within a second.
        micros = self.rng.randrange(1_000) * 1_000 + self.sessions % 1_000
        at = self.epoch + at
        return Session(at, f"{int(at)}{micros}-{caller.number}", self.next_unique(at))

    def next_unique(self, at):
        self.unique += self.rng.choice((1, 2, 2, 3))
        return f"{int(at)}.{self.unique}"

    def channel_of(self, session, party, new=False):
        if new or party not in session.channels:
            self.channel += 1
            session.channels[party] = f"PJSIP/{party.ext}-{self.channel:08x}"
        return session.channels[party]

    def restart_acct_ids(self):
        """Some firmware does so with the first call of each month."""
        self.acct_id = 0

    def leg(self, session, src, dst, disposition, ring, talk=0, app="Dial", **fields):
        """Writes one leg that begins at session.clock, and moves the clock to its end."""
        rng = self.rng
        start = session.at + session.clock
        answer, end = start + ring, start + ring + talk
        answered = disposition == "ANSWERED"
        silent = disposition not in ("ANSWERED", "NO ANSWER", "NOANSWER")  # BUSY, FAILED: no answer and no end
        duration = max(0, int(end) - int(start) - rng.choice((0, 1)))
        billsec = max(0, int(end) - int(answer) - rng.choice((0, 1))) if answered else 0
        self.acct_id += 1
        reached = bool(dst.ext) and app == "Dial"
        record = Leg({
            "AcctId": str(self.acct_id), "accountcode": "", "src": src.number, "dst": dst.number,
            "dcontext": "from-internal", "clid": f'"{src.name}" <{src.number}>',
            "channel": self.channel_of(session, src), "dstchannel": self.channel_of(session, dst, True) if reached else "",
            "lastapp": app, "lastdata": f"PJSIP/{dst.number}/sip:{dst.number}@192.168.1.9:5060,60,i" if reached else "",
            "start": self.local(start), "answer": "" if silent else self.local(answer if answered else end),
            "end": "" if silent else self.local(end), "duration": str(duration), "billsec": str(billsec),
            "disposition": disposition, "amaflags": "DOCUMENTATION", "uniqueid": session.uniqueid,
            "userfield": userfield(src.trunk, dst.trunk), "channel_ext": src.ext, "dstchannel_ext": dst.ext, "service": "s",
            "caller_name": src.name or src.number, "recordfiles": "", "dstanswer": dst.number if answered else "",
            "chanext": "", "dstchanext": "", "session": session.id, "action_owner": src.number, "action_type": "DIAL",
            "src_trunk_name": src.trunk, "dst_trunk_name": dst.trunk, "new_src": src.number, "reason": "", "sn": self.serial,
        })
        record.began, record.ended = start, end
        if answered and app == "Dial" and rng.random() < 0.2:
            record["recordfiles"] = f"{record['start'][:7]}/auto-{int(start)}-{src.number}-{dst.number}.wav@"
        record.update(fields)
        record["lastdata"] = cut(record["lastdata"])
        session.clock += ring + talk
        session.legs.append(record)
        return record


def userfield(src_trunk, dst_trunk):
    return {(False, False): "Internal", (True, False): "Inbound", (False, True): "Outbound",
            (True, True): "External"}[bool(src_trunk), bool(dst_trunk)]


def cut(lastdata):
    """At 255 bytes; a half character stays as the bytes it is (surrogateescape)."""
    return lastdata.encode("utf-8", "surrogateescape")[:MOST_LASTDATA].decode("utf-8", "surrogateescape")
