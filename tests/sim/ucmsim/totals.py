"""What a receiver must have counted, worked out from the records sent: the contract's rules, written a second time.

Everything is computed at the end from whole sessions, so nothing here depends on the order of arrival."""

from .calls import Rules, by_scope, calls_of, occupancy, outcome, spans_by_scope, stays_by_scope
from .legs import DIRECTIONS, IDENTITY, LEGS, OUTCOMES, disposition, each_once, identity, safe_name, seconds

__all__ = ["IDENTITY", "identity", "outcome", "safe_name", "totals"]

TALK_WITHIN = (10, 30, 60, 120, 300, 600, 1800, 3600)
WAIT_WITHIN = (5, 10, 20, 30, 60, 120, 300)
SPREAD = ("all",) + DIRECTIONS
QUEUEING = tuple(f"total_events-calls_{word}" for word in ("offered", "answered", "abandoned", "overflowed", "answered_in_time",
                                                           "abandoned_in_time", "abandoned_short"))


def _nothing():
    return {**{f"total_sessions-{o}": 0 for o in OUTCOMES}, "total_time_in_ms-talk": 0, "total_time_in_ms-wait": 0}


def _outcomes(calls):
    row = _nothing()
    for call in calls:
        row[f"total_sessions-{call.outcome}"] += 1
        row["total_time_in_ms-talk"] += 1000 * call.talk
        row["total_time_in_ms-wait"] += 1000 * call.wait
    return row


def _quality(calls, occupied, rules):
    return {"total_events-attempts": len(calls), "total_events-effective": sum(call.effective for call in calls),
            "total_events-short_calls": sum(call.outcome == "answered" and call.talk < rules.short_call for call in calls),
            "total_events-redials": sum(call.redial for call in calls), "total_time_in_ms-occupied": 1000 * occupied}


def _histogram(calls):
    answered = [call for call in calls if call.outcome == "answered"]
    row = {f"total_values-talk_le_{most}": sum(call.talk <= most for call in answered) for most in TALK_WITHIN}
    row.update({f"total_values-wait_le_{most}": sum(call.wait <= most for call in answered) for most in WAIT_WITHIN})
    return {**row, "total_values-talk_le_inf": len(answered), "total_values-wait_le_inf": len(answered)}


def _queueing(stays, rules):
    row = {**{name: 0 for name in QUEUEING}, "total_time_in_ms-calls_queue_wait": 0}
    for _, stay in stays:
        row["total_events-calls_offered"] += 1
        row[f"total_events-calls_{stay.how}"] += 1
        if stay.how == "overflowed":
            continue
        row[f"total_events-calls_{stay.how}_in_time"] += stay.seconds <= rules.service_level
        if stay.how == "answered":
            row["total_time_in_ms-calls_queue_wait"] += 1000 * stay.seconds
        else:
            row["total_events-calls_abandoned_short"] += stay.seconds < rules.short_abandon
    return row


def _legs(legs):
    row = {f"total_events-leg_{word}": 0 for word in LEGS}
    for leg in legs:
        row[f"total_events-leg_{disposition(leg)}"] += 1
    return {**row, "total_time_in_ms-leg_talk": 1000 * sum(seconds(leg, "billsec") for leg in legs)}


def _has_histogram(scope):
    return scope in SPREAD or scope.startswith(("trunk-", "queue-", "ringgroup-"))


def totals(records, everything=False, capacities=None, rules=Rules()):
    """{scope: {"type-instance": number}} of records as they were sent; one that repeats another's identity counts once.
    `everything`: also what goes beyond outcomes, talk and wait; `capacities`: {trunk: channels}."""
    legs = each_once(records)
    calls = calls_of(legs, rules)
    scopes = {**{scope: [] for scope in SPREAD}, **by_scope(legs, calls, rules)}
    result = {scope: _outcomes(members) for scope, members in scopes.items()}
    result["all"].update(_legs(legs))
    if not everything:
        return result
    spans = spans_by_scope(calls)
    for scope, members in scopes.items():
        occupied = sum(span.occupied for span in spans[scope]) if scope.startswith("trunk-") else sum(c.elapsed for c in members)
        result[scope].update(_quality(members, occupied, rules))
        if _has_histogram(scope):
            result[scope].update(_histogram(members))
    for scope, stays in stays_by_scope(calls).items():
        result[scope].update(_queueing(stays, rules))
    for trunk, capacity in (capacities or {}).items():
        scope = "trunk-" + safe_name(trunk)
        full = sum(end - begin for begin, end, channels in occupancy(spans[scope]) if channels >= capacity)
        result.setdefault(scope, {})["total_time_in_ms-all_lines_busy"] = 1000 * full
    return result
