"""What each recording rule makes of known counters: one row for each rule, for promtool."""

# Counters of one scope that grow evenly: how much a minute. A call a second is 60.
CALLS = {
    "total_sessions": {"answered": 45, "failed": 6},
    "total_events": {"attempts": 60, "effective": 54, "short_calls": 9, "redials": 3, "calls_answered": 30,
                     "calls_abandoned": 10, "calls_answered_in_time": 27, "calls_abandoned_short": 4},
    "total_time_in_ms": {"talk": 45 * 120_000, "wait": 45 * 8_000, "occupied": 60 * 90_000, "all_lines_busy": 15_000,
                         "calls_queue_wait": 30 * 12_000},
    "total_values": {**{f"talk_le_{n}": rate for n,
                        rate in {"10": 5, "30": 10, "60": 15, "120": 30, "300": 45, "600": 45, "1800": 45,
                                                             "3600": 45, "inf": 45}.items()},
                     **{f"wait_le_{n}": rate for n, rate in {"5": 0, "10": 30, "20": 45, "30": 45, "60": 45, "120": 45, "300": 45,
                                                             "inf": 45}.items()}},
}

# Of the rules that there are for 5 minutes and for an hour: what they give for CALLS.
RATES = {
    "ucm:attempts:rate": 1,
    "ucm:answered:rate": 0.75,
    "ucm:asr:ratio_rate": 0.75,
    "ucm:ner_estimate:ratio_rate": 0.9,
    "ucm:failed:ratio_rate": 0.1,
    "ucm:short_calls:ratio_rate": 0.2,
    "ucm:redials:ratio_rate": 0.05,
    "ucm:acd_seconds:rate": 120,
    "ucm:answer_wait_seconds:rate": 8,
    "ucm:erlangs:rate": 90,
    "ucm:all_lines_busy:ratio_rate": 0.25,
    "ucm:queue_calls:rate": 40 / 60,
    "ucm:queue_abandoned:ratio_rate": 0.25,
    "ucm:queue_service_level:ratio_rate": 27 / (30 + 10 - 4),
    "ucm:queue_wait_seconds:rate": 12,
    # Half of 45 is in the bucket of 60 to 120 s, half way from 15 to 30; 42.75 of 45 is in that of 120 to 300 s.
    "ucm:talk_seconds:p50_rate": 60 + 60 * (22.5 - 15) / 15,
    "ucm:talk_seconds:p95_rate": 120 + 180 * (42.75 - 30) / 15,
    "ucm:wait_seconds:p50_rate": 5 + 5 * 22.5 / 30,
    "ucm:wait_seconds:p95_rate": 10 + 10 * (42.75 - 30) / 15,
}
# Without calls there is no ratio, and a rate of nothing.
STILL = {"ucm:attempts:rate", "ucm:answered:rate", "ucm:erlangs:rate", "ucm:all_lines_busy:ratio_rate", "ucm:queue_calls:rate"}

BUCKETS = {"ucm:talk_seconds_bucket:rate": "talk", "ucm:wait_seconds_bucket:rate": "wait"}

TRUNK = {"ucm:trunk_attempts:increase15m": 900, "ucm:trunk_failed:ratio_rate15m": 0.1,
         "ucm:trunk_failed:ratio_rate1d": 0.1}

WEEK = ("ucm:attempts:rate1h", "ucm:asr:ratio_rate1h", "ucm:failed:ratio_rate1h", "ucm:acd_seconds:rate1h",
        "ucm:answer_wait_seconds:rate1h", "ucm:erlangs:rate1h", "ucm:queue_abandoned:ratio_rate1h",
        "ucm:queue_service_level:ratio_rate1h")


def _series(scope, minutes, rates, instance="hq", step=1):
    """`minutes` of counters, one sample each `step` minutes."""
    return [{"series": f'collectd_ucm_{family}_total{{instance="{instance}",ucm="{scope}",type="{kind}"}}',
             "values": f"0+{rate * step}x{minutes // step}"}
            for family, row in rates.items() for kind, rate in row.items()]


def _is(record, at, *samples):
    return {"expr": record, "eval_time": at, "exp_samples": [{"labels": labels, "value": value} for labels, value in samples]}


def _rounded(record):
    """As written here, for a rate over 60 samples is not exact to the last bit."""
    return f"round({record}, 0.000001)"


def _rates():
    """A scope with calls, and one where nothing happens."""
    quiet = {family: {kind: 0 for kind in row} for family, row in CALLS.items()}
    tests = []
    for window in ("5m", "1h"):
        for stem, value in RATES.items():
            samples = [('{instance="hq",ucm="all"}', round(value, 6))]
            if stem in STILL:
                samples.append(('{instance="hq",ucm="queue-6500"}', 0))
            tests.append(_is(_rounded(stem + window), "90m", *samples))
        for stem, what in BUCKETS.items():
            rates = [(name.removeprefix(what + "_le_"), rate) for name,
                     rate in CALLS["total_values"].items() if name.startswith(what)]
            tests.append(_is(_rounded(f'{stem}{window}{{ucm="all"}}'), "90m",
                             *((f'{{instance="hq",ucm="all",le="{"+Inf" if le == "inf" else le}"}}', round(rate / 60, 6))
                               for le, rate in rates)))
    return {"interval": "1m", "input_series": _series("all", 90, CALLS) + _series("queue-6500", 90, quiet),
            "promql_expr_test": tests}


def _trunk():
    return {"interval": "1m", "input_series": _series("trunk-west", 1500, CALLS) + _series("all", 1500, CALLS),
            "promql_expr_test": [_is(_rounded(record), "25h", ('{instance="hq",ucm="trunk-west"}', value))
                                 for record, value in TRUNK.items()]}


def _week():
    """Twice as many calls in the second week: what was a week ago is what was then, and nothing before."""
    hours = 8 * 24
    first, then = 7 * 24 * 60, 24 * 60
    series = []
    for one in _series("all", 0, CALLS):
        rate = next(row[kind] for family, row in CALLS.items() for kind in row
                    if f"_{family}_total" in one["series"] and f'type="{kind}"' in one["series"])
        series.append({**one, "values": f"0+{rate * 5}x{first // 5} {rate * first + rate * 10}+{rate * 10}x{then // 5}"})
    rate_of = {**{stem + "1h": value for stem, value in RATES.items()}}
    tests = [_is(_rounded(f"{record}_week_ago"), f"{hours}h", ('{instance="hq",ucm="all"}', round(rate_of[record], 6)))
             for record in WEEK]
    tests += [_is(f"{record}_week_ago", "6d") for record in WEEK]
    tests += [_is(_rounded("ucm:attempts:week_ratio"), f"{hours}h", ('{instance="hq",ucm="all"}', 2)),
              _is("ucm:attempts:week_ratio", "6d")]
    return {"interval": "5m", "input_series": series, "promql_expr_test": tests}


def groups():
    """Of the first, each rule at its own interval; of the second, days long, all each five minutes: they would take minutes."""
    return [_rates()], [_trunk(), _week()]


def covered():
    """The names of the rules that are looked at."""
    return ({stem + window for stem in (*RATES, *BUCKETS) for window in ("5m", "1h")} | set(TRUNK)
            | {record + "_week_ago" for record in WEEK} | {"ucm:attempts:week_ratio"})
