"""What happens on a PBX: each scenario writes the legs of one call (parking: of two), as the UCM would."""

from .pbx import Party


def talk_of(pbx):
    return min(3_000, 2 + int(pbx.rng.expovariate(1 / 150)))


def ring_of(pbx):
    return pbx.rng.randrange(1, 25)


def inbound_answered(pbx, at):
    caller, callee = pbx.outsider(), pbx.person()
    s = pbx.session(caller, at)
    pbx.leg(s, caller, callee, "ANSWERED", ring_of(pbx), talk_of(pbx), dcontext="ext-did-1")
    return s.legs


def inbound_missed(pbx, at):
    caller, callee = pbx.outsider(), pbx.person()
    s = pbx.session(caller, at)
    pbx.leg(s, caller, callee, pbx.rng.choice(("NO ANSWER", "NO ANSWER", "NOANSWER")), ring_of(pbx), dcontext="from-did-direct")
    return s.legs


def _to_voicemail(pbx, at, caller, first):
    callee = pbx.person(but=(caller,))
    s = pbx.session(caller, at)
    pbx.leg(s, caller, callee, first, ring_of(pbx) if first == "NO ANSWER" else 0)
    pbx.leg(s, caller, callee, "ANSWERED", 0, 3 + pbx.rng.randrange(60), app="VoiceMail", action_type="VM",
            lastdata=f"{callee.number}@default,u")
    return s.legs


def unanswered_then_voicemail(pbx, at):
    return _to_voicemail(pbx, at, pbx.outsider(), "NO ANSWER")


def busy_then_voicemail(pbx, at):
    return _to_voicemail(pbx, at, pbx.person(), "BUSY")


def ivr_only(pbx, at):
    caller, menu = pbx.outsider(), pbx.rng.choice(pbx.ivrs)
    s = pbx.session(caller, at)
    pbx.leg(s, caller, Party(menu, "", menu), "ANSWERED", 1, 5 + pbx.rng.randrange(40), app="ForkCDR", dcontext="ivr-1",
            action_type=f"IVR[{menu}]", lastdata="are", service="p")
    return s.legs


def ivr_then_person(pbx, at):
    caller, callee, menu = pbx.outsider(), pbx.person(), pbx.rng.choice(pbx.ivrs)
    s = pbx.session(caller, at)
    pbx.leg(s, caller, Party(menu, "", menu), "ANSWERED", 1, 5 + pbx.rng.randrange(20), app="ForkCDR", dcontext="ivr-1",
            action_type=f"IVR[{menu}]", lastdata="are", service="p")
    pbx.leg(s, caller, callee, "ANSWERED", ring_of(pbx), talk_of(pbx), dcontext="from-did-direct", service="p")
    return s.legs


def _rung(pbx, s, caller, group, members, winner):
    """One ANSWERED leg of no length for the group, then a Dial leg for each member that rang."""
    pbx.leg(s, caller, Party(group, "", group), "ANSWERED", 0, 0, app="ForkCDR", action_type=f"RINGGROUP[{group}]")
    rung, began = ring_of(pbx), s.clock
    data = "&".join(f"PJSIP/{m.number}/sip:{m.name}@192.168.1.{i}:49383;transport=TLS" for i, m in enumerate(members)) + ",60,i"
    for member in members:
        s.clock = began
        won = member is winner
        pbx.leg(s, caller, member, "ANSWERED" if won else "NO ANSWER", rung, talk_of(pbx) if won else 0,
                action_type=f"RINGGROUP[{group}]", lastdata=data, dcontext="from-internal")


def ringgroup(pbx, at):
    caller, group = pbx.outsider(), pbx.rng.choice(pbx.ringgroups)
    members = pbx.rng.sample(pbx.people, pbx.rng.randrange(2, 11))
    s = pbx.session(caller, at)
    _rung(pbx, s, caller, group, members, pbx.rng.choice(members) if pbx.rng.random() < 0.7 else None)
    return s.legs


def queue_answered(pbx, at):
    caller, agent, queue = pbx.outsider(), pbx.person(), pbx.rng.choice(pbx.queues)
    busy = pbx.person(but=(agent,))
    s = pbx.session(caller, at)
    if pbx.rng.random() < 0.4:
        pbx.leg(s, caller, busy, "NO ANSWER", 15, action_type=f"QUEUE[{queue}]", lastdata=f"{queue},,,,300")
    pbx.leg(s, caller, agent, "ANSWERED", ring_of(pbx), talk_of(pbx), action_type=f"QUEUE[{queue}]", lastdata=f"{queue},,,,300")
    return s.legs


def queue_abandoned(pbx, at):
    caller, queue = pbx.outsider(), pbx.rng.choice(pbx.queues)
    s = pbx.session(caller, at)
    pbx.leg(s, caller, Party(queue, "", queue), "NO ANSWER", 5 + pbx.rng.randrange(120), app="Queue",
            action_type=f"QUEUE[{queue}]", lastdata=f"{queue},,,,300")
    return s.legs


def internal_call(pbx, at):
    caller = pbx.person()
    callee = pbx.person(but=(caller,))
    s = pbx.session(caller, at)
    end = pbx.rng.choices(("ANSWERED", "NO ANSWER", "BUSY", "FAILED"), (70, 18, 8, 4))[0]
    pbx.leg(s, caller, callee, end, ring_of(pbx), talk_of(pbx) if end == "ANSWERED" else 0)
    return s.legs


def outbound_call(pbx, at):
    caller, callee = pbx.person(), pbx.outsider()
    s = pbx.session(caller, at)
    end = pbx.rng.choices(("ANSWERED", "NO ANSWER", "BUSY"), (75, 15, 10))[0]
    account = {"accountcode": "4711"} if pbx.rng.random() < 0.1 else {}
    pbx.leg(s, caller, callee, end, ring_of(pbx), talk_of(pbx) if end == "ANSWERED" else 0, dcontext="outbound-route-1",
            lastdata=f"PJSIP/{callee.number}@{callee.ext},,b(callee-handler^s^1)", **account)
    return s.legs


def outbound_failed(pbx, at):
    caller, callee = pbx.person(), pbx.outsider()
    s = pbx.session(caller, at)
    end, app = pbx.rng.choice((("FAILED", "Congestion"), ("FAILED", "Playback"), ("CONGESTION", "Congestion"), ("FAILED", "Set")))
    pbx.leg(s, caller, callee, end, pbx.rng.randrange(8), app=app, dcontext="after-outbound-context", lastdata="10",
            dst_trunk_name="" if pbx.rng.random() < 0.5 else callee.trunk)
    return s.legs


def trunk_to_trunk(pbx, at):
    caller, callee = pbx.outsider(0), pbx.outsider(1)
    s = pbx.session(caller, at)
    end = pbx.rng.choice(("ANSWERED", "ANSWERED", "NO ANSWER"))
    pbx.leg(s, caller, callee, end, ring_of(pbx), talk_of(pbx) if end == "ANSWERED" else 0, dcontext="outbound-route-2")
    return s.legs


def transferred(pbx, at):
    """Blind: the second leg is Internal although it comes from a trunk, and has the next uniqueid."""
    caller, first, second = pbx.outsider(), *pbx.rng.sample(pbx.people, 2)
    s = pbx.session(caller, at)
    pbx.leg(s, caller, first, "ANSWERED", ring_of(pbx), talk_of(pbx), dcontext="ext-did-1")
    s.uniqueid = pbx.next_unique(s.at)
    end = pbx.rng.choice(("ANSWERED", "ANSWERED", "NO ANSWER"))
    pbx.leg(s, caller, second, end, ring_of(pbx), talk_of(pbx) if end == "ANSWERED" else 0, dcontext="from-internal-xfer",
            action_type="TRANSFER", action_owner=first.number, userfield="Internal", src_trunk_name="")
    return s.legs


def parked(pbx, at):
    """The call that fetches a parked one has its own session."""
    caller, first, second = pbx.outsider(), *pbx.rng.sample(pbx.people, 2)
    s = pbx.session(caller, at)
    pbx.leg(s, caller, first, "ANSWERED", ring_of(pbx), talk_of(pbx), dcontext="ext-did-1")
    pbx.leg(s, caller, Party("701", "", ""), "ANSWERED", 0, 20, app="Park", action_type="PARKEDCALL", lastdata="")
    fetch = pbx.session(second, at + s.clock)
    pbx.leg(fetch, second, Party("701", "", ""), "ANSWERED", 1, talk_of(pbx), app="ParkedCall", action_type="PARKEDCALL",
            lastdata="default,701")
    return s.legs + fetch.legs


def bare_direction(pbx, at):
    """A firmware that leaves userfield empty: only the trunk names say where the call came from."""
    legs = pbx.rng.choice((inbound_answered, outbound_call, internal_call, trunk_to_trunk))(pbx, at)
    for leg in legs:
        leg["userfield"] = pbx.rng.choice(("", "EXT"))
    return legs


def unheard_of(pbx, at):
    """A disposition that no list has."""
    caller, callee = pbx.person(), pbx.outsider()
    s = pbx.session(caller, at)
    pbx.leg(s, caller, callee, pbx.rng.choice(("", "DIVERTED")), 2)
    return s.legs


# How many of a hundred calls.
MIX = (
    (inbound_answered, 18), (inbound_missed, 6), (unanswered_then_voicemail, 4), (busy_then_voicemail, 2), (ivr_only, 4),
    (ivr_then_person, 6), (ringgroup, 7), (queue_answered, 9), (queue_abandoned, 3), (internal_call, 15), (outbound_call, 14),
    (outbound_failed, 3), (trunk_to_trunk, 2), (transferred, 3), (parked, 1), (bare_direction, 2), (unheard_of, 1),
)

# Share of a day's calls in each hour of it; the busy hour begins at ten.
HOURS = (1, 1, 1, 1, 1, 2, 5, 20, 60, 110, 140, 115, 70, 80, 110, 105, 85, 50, 20, 10, 6, 4, 2, 1)


def time_of_day(share):
    """The second of the day by which `share` (0..1) of the day's calls have begun."""
    want, total = share * sum(HOURS), 0
    for hour, calls in enumerate(HOURS):
        if total + calls >= want:
            return hour * 3_600 + 3_600 * (want - total) / calls
        total += calls
    return 86_400


def next_call(pbx, at):
    """The legs of one more call that begins `at` seconds after the PBX's epoch, in the order they end."""
    scenario = pbx.rng.choices([s for s, _ in MIX], [w for _, w in MIX])[0]
    return scenario(pbx, at)
