"""What a receiver must have counted, worked out from the records sent: the contract's rules, written a second time.

Everything is computed at the end from whole sessions, so nothing here depends on the order of arrival."""

from collections import defaultdict
from datetime import datetime

OUTCOMES = ("answered", "voicemail", "ivr", "busy", "no_answer", "failed", "other")
DIRECTIONS = ("inbound", "outbound", "internal", "external")
DISPOSITIONS = {"ANSWERED": "answered", "NO ANSWER": "no_answer", "NOANSWER": "no_answer", "BUSY": "busy", "FAILED": "failed",
                "CONGESTION": "failed"}
LEGS = ("answered", "no_answer", "busy", "failed", "other")
IDENTITY = ("uniqueid", "start", "channel", "dstchannel", "dst", "lastapp", "disposition", "duration", "billsec")
SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")


def safe_name(name):
    """As it stands in an identifier. Valid for names of up to 63 characters that no other name collides with."""
    return "".join(c if c in SAFE else "_" for c in name)


def identity(leg):
    return tuple(leg.get(name, "") for name in IDENTITY)


def session(leg):
    return leg.get("session") or leg.get("uniqueid", "")


def disposition(leg):
    return DISPOSITIONS.get(leg.get("disposition", "").strip().upper(), "other")


def seconds(leg, name):
    return int(leg.get(name) or 0)


def answered_by(leg):
    """person, voicemail or ivr; None for a leg that is not ANSWERED."""
    if disposition(leg) != "answered":
        return None
    action, app = leg.get("action_type", "").upper(), leg.get("lastapp", "").upper()
    if action.startswith("VM") or app == "VOICEMAIL":
        return "voicemail"
    if app == "FORKCDR" or action.startswith(("IVR", "ANNOUNCE")):
        return "ivr"
    if seconds(leg, "billsec") == 0 and app != "DIAL":
        return "ivr"
    return "person"


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


def direction(leg):
    word = leg.get("userfield", "").strip().lower()
    if word in DIRECTIONS:
        return word
    trunks = bool(leg.get("src_trunk_name")), bool(leg.get("dst_trunk_name"))
    return {(True, True): "external", (True, False): "inbound", (False, True): "outbound", (False, False): "internal"}[trunks]


def first_of(legs):
    return min(legs, key=lambda leg: (leg.get("start", ""), leg.get("uniqueid", ""), seconds(leg, "AcctId")))


def talk(legs):
    return sum(seconds(leg, "billsec") for leg in legs if answered_by(leg) == "person")


def wait(legs):
    answers = [leg["answer"] for leg in legs if answered_by(leg) == "person"]
    if not answers:
        return 0
    began = datetime.fromisoformat(first_of(legs)["start"])
    return max(0, int((datetime.fromisoformat(min(answers)) - began).total_seconds()))


def scopes(legs):
    found = {"all", direction(first_of(legs))}
    for leg in legs:
        found.update("trunk-" + safe_name(leg[end]) for end in ("src_trunk_name", "dst_trunk_name") if leg.get(end))
        action = leg.get("action_type", "").upper()
        for kind in ("QUEUE", "RINGGROUP"):
            if action.startswith(kind + "[") and action.endswith("]"):
                found.add(f"{kind.lower()}-" + safe_name(action[len(kind) + 1:-1]))
    return found


def _nothing():
    return {**{f"total_sessions-{o}": 0 for o in OUTCOMES}, "total_time_in_ms-talk": 0, "total_time_in_ms-wait": 0}


def totals(records):
    """{scope: {"type-instance": number}} of records as they were sent; one that repeats another's identity counts once."""
    legs = list({identity(record): record for record in records}.values())
    calls = defaultdict(list)
    for leg in legs:
        calls[session(leg)].append(leg)
    result = {scope: _nothing() for scope in ("all",) + DIRECTIONS}
    for members in calls.values():
        ended, talked, waited = outcome(members), talk(members), wait(members)
        for scope in scopes(members):
            row = result.setdefault(scope, _nothing())
            row[f"total_sessions-{ended}"] += 1
            row["total_time_in_ms-talk"] += 1000 * talked
            row["total_time_in_ms-wait"] += 1000 * waited
    everything = result["all"]
    everything.update({f"total_events-leg_{word}": 0 for word in LEGS}, **{"total_time_in_ms-leg_talk": 0})
    for leg in legs:
        everything[f"total_events-leg_{disposition(leg)}"] += 1
        everything["total_time_in_ms-leg_talk"] += 1000 * seconds(leg, "billsec")
    return result
