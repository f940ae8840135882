"""What the windows must show at a given moment, worked out from whole sessions by the calls' own time: those of the last sixty
minutes, of the hour before and of the last day. A window reaches back by whole minutes of UTC."""

from collections import Counter
from math import isnan, nan

from .calls import Rules, Span, by_scope, calls_of, occupancy, spans_by_scope, stays_by_scope
from .legs import DIRECTIONS, each_once, safe_name

HOUR, HOURS_MINUTES, DAYS_MINUTES = 3_600, 60, 1_440


def share(part, whole, factor=1.0):
    return factor * part / whole if whole else nan


# What is divided by what, of queue calls: answered (in time), abandoned (in time, short).
FORMULAS = {
    "answered_and_abandoned": lambda a, a_in, ab, ab_in, short: (a_in + ab_in, a + ab),
    "answered": lambda a, a_in, ab, ab_in, short: (a_in, a),
    "offered": lambda a, a_in, ab, ab_in, short: (a_in, a + ab),
    "without_abandoned_in_time": lambda a, a_in, ab, ab_in, short: (a_in, a + ab - ab_in),
    "without_short_abandons": lambda a, a_in, ab, ab_in, short: (a_in, a + ab - short),
}


def service_level(formula, answered, answered_in_time, abandoned, abandoned_in_time, abandoned_short):
    """Per cent."""
    return share(*FORMULAS[formula](answered, answered_in_time, abandoned, abandoned_in_time, abandoned_short), 100)


def in_last_hour(moment, now):
    return now // 60 - HOURS_MINUTES < moment // 60 <= now // 60


def _quality(calls, rules):
    answered = [call for call in calls if call.outcome == "answered"]
    short = sum(call.talk < rules.short_call for call in answered)
    return {
        "percent-asr": share(len(answered), len(calls), 100),
        "percent-ner_estimate": share(sum(call.effective for call in calls), len(calls), 100),
        "percent-short_calls": share(short, len(answered), 100),
        "percent-redials": share(sum(call.redial for call in calls), len(calls), 100),
        "duration-acd": share(sum(call.talk for call in answered), len(answered)),
        "duration-answer_wait": share(sum(call.wait for call in answered), len(answered)),
    }


def clipped(spans, since, until):
    return [Span(max(span.begin, since), min(span.end, until), span.channels) for span in spans
            if min(span.end, until) > max(span.begin, since)]


def peak(spans):
    return max((channels for _, _, channels in occupancy(spans)), default=nan)


def busiest(begins, now):
    """(calls, the minute with which the earliest of the busiest sixty minutes of the last day begins)."""
    counts = Counter(begin // 60 for begin in begins)
    first, last = now // 60 - DAYS_MINUTES + 1, now // 60 - HOURS_MINUTES + 1
    within = sum(counts[minute] for minute in range(first, first + HOURS_MINUTES))
    best, when = within, first
    for minute in range(first + 1, last + 1):
        within += counts[minute + HOURS_MINUTES - 1] - counts[minute - 1]
        if within > best:
            best, when = within, minute
    return (best, when) if best else (nan, nan)


def _traffic(calls, spans, now, rules):
    most, minute = busiest([call.begin for call in calls], now)
    local = (minute * 60 + rules.offset_at(minute * 60)) % 86_400 / HOUR if not isnan(minute) else nan
    return {
        "current_sessions-peak_hour": peak(clipped(spans, now - HOUR, now)),
        "current_sessions-peak_previous_hour": peak(clipped(spans, now - 2 * HOUR, now - HOUR)),
        "count-erlangs_hour": sum(span.occupied for span in clipped(spans, now - HOUR, now)) / HOUR,
        "count-attempts_hour": sum(in_last_hour(call.begin, now) for call in calls),
        "count-bhca": most, "count-busy_hour": local,
    }


def _queueing(stays, rules):
    answered = [stay.seconds for stay in stays if stay.how == "answered"]
    abandoned = [stay.seconds for stay in stays if stay.how == "abandoned"]
    within = [sum(s <= rules.service_level for s in seconds) for seconds in (answered, abandoned)]
    short = sum(s < rules.short_abandon for s in abandoned)
    return {
        "percent-service_level": service_level(rules.formula, len(answered), within[0], len(abandoned), within[1], short),
        "percent-abandoned": share(len(abandoned), len(answered) + len(abandoned), 100),
    }


def levels(records, now, capacities=None, rules=Rules()):
    """{scope: {"type-instance": number}} as of the UTC second `now`; NaN where there is nothing to divide."""
    legs = each_once(records)
    calls = calls_of(legs, rules)
    spans = spans_by_scope(calls)
    scopes = {**{scope: [] for scope in ("all",) + DIRECTIONS}, **by_scope(legs, calls, rules)}
    result = {scope: _quality([c for c in members if in_last_hour(c.end, now)], rules) for scope, members in scopes.items()}
    for scope, members in scopes.items():
        if scope == "all" or scope.startswith("trunk-"):
            result[scope].update(_traffic(members, spans[scope], now, rules))
    for scope, stays in stays_by_scope(calls).items():
        result[scope].update(_queueing([stay for call, stay in stays if in_last_hour(call.end, now)], rules))
    for trunk, capacity in (capacities or {}).items():
        row = result.setdefault("trunk-" + safe_name(trunk), {})
        row.update({"count-capacity": capacity, "percent-utilisation": share(row.get("count-erlangs_hour", 0), capacity, 100)})
    return result
