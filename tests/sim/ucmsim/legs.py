"""What one leg says, by the contract."""

import re

from .zone import wall

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
    """Legs that have it in common are one call."""
    return leg.get("session") or leg.get("uniqueid") or f"{leg.get('AcctId', '')} {leg.get('start', '')}"


def disposition(leg):
    return DISPOSITIONS.get(leg.get("disposition", "").strip().upper(), "other")


def seconds(leg, name):
    return int(leg.get(name) or 0)


def moment(leg, name):
    """Seconds by the PBX's clock on the wall; None for what is no time."""
    try:
        return wall(leg.get(name, "")) if len(leg.get(name, "")) >= 19 else None
    except ValueError:
        return None


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


def answer(leg):
    """When it was picked up, by the clock on the wall as it was at the start: a clock that was changed while it rang
    shows the answer an hour off. None when nothing tells."""
    said, start = moment(leg, "answer"), moment(leg, "start")
    if start is None:
        return said
    counted = start + max(0, seconds(leg, "duration") - seconds(leg, "billsec"))
    return counted if said is None or 3_590 <= abs(said - counted) <= 3_610 else said


def ends(leg):
    """By its duration: `end` may be empty, or be of another clock. None without a start."""
    start = moment(leg, "start")
    return None if start is None else start + seconds(leg, "duration")


def direction(leg):
    word = leg.get("userfield", "").strip().lower()
    if word in DIRECTIONS:
        return word
    trunks = bool(leg.get("src_trunk_name")), bool(leg.get("dst_trunk_name"))
    return {(True, True): "external", (True, False): "inbound", (False, True): "outbound", (False, False): "internal"}[trunks]


def action_argument(leg, kind):
    """X of an action_type QUEUE[X] or RINGGROUP[X], else ""."""
    found = re.match(kind + r"\[([^]]+)\]", leg.get("action_type", ""), re.IGNORECASE)
    return found[1] if found else ""


def channels(leg, trunk):
    """How many channels of the trunk it takes: two where it comes in and goes out over the same one."""
    return sum(leg.get(end, "") == trunk for end in ("src_trunk_name", "dst_trunk_name"))


def extensions(leg):
    """Who made it and who was offered it; trunk_3 and the analogue port o1 are nobody."""
    return {name for name in (leg.get("channel_ext", ""), leg.get("dstchannel_ext", ""))
            if re.search(r"[0-9]", name) and not re.match(r"trunk_", name, re.IGNORECASE) and not re.fullmatch(r"o.{0,2}", name)}


def order(leg):
    """Which leg of a call is the first; one without a start is the last."""
    return moment(leg, "start") is None, leg.get("start", ""), leg.get("uniqueid", ""), seconds(leg, "AcctId")


def each_once(records):
    """Records as texts, whatever they were sent as; one that repeats another's identity is left out."""
    found = {}
    for record in records:
        leg = {name: "" if value is None else str(value).strip() for name, value in record.items()}
        named = leg.get("uniqueid") or leg.get("session") or leg.get("AcctId", "")
        found.setdefault((named,) + identity(leg)[1:], leg)
    return list(found.values())
