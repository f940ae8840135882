"""What makes each alert fire, and the near misses that must not: one row for each alert, for promtool."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Alert:
    """`fires` and each of `quiet` are {series: values}, one sample a minute, in promtool's notation; looked at after
    `minutes`. A quiet row without samples would prove nothing, so each is a value beside the limit, too short or NaN.
    `labels` are those of the alert that fires, beside its name, state and severity."""
    fires: dict
    quiet: list
    severity: str
    minutes: int = 30
    labels: dict = field(default_factory=dict)


def unknown(minutes=30):
    """promtool's notation repeats numbers, and NaN is none to it."""
    return " ".join(["NaN"] * (minutes + 1))


def count(scope, kind, host="hq"):
    return f'collectd_ucm_count{{instance="{host}",ucm="{scope}",type="{kind}"}}'


def duration(kind):
    return f'collectd_ucm_duration_seconds{{instance="hq",ucm="self",type="{kind}"}}'


def total(family, scope, kind):
    return f'collectd_ucm_{family}_total{{instance="hq",ucm="{scope}",type="{kind}"}}'


def _native(kind, severity):
    """An alert that passes on what the plugin judged: at once, and gone with it."""
    return Alert({count("alerts", kind): "0x28 1 1"}, [{count("alerts", kind): "1x20 0x10"}, {count("alerts", kind): unknown()}],
                 severity, labels={"ucm": "alerts", "type": kind})


def _grown(series, severity, labels):
    """An alert on a counter that grew within 15 minutes, one that had grown long before, and one that never did."""
    return Alert({series: "7x20 8x10"}, [{series: "7x10 8x20"}, {series: "7x30"}, {series: unknown()}], severity, labels=labels)


SELF = {"ucm": "self"}


def _late(values):
    return {total("total_events", "self", "legs_late"): values}


def _queue(answered, abandoned, in_time=None, short=0, late="0x110 0+0.5x10"):
    """Two hours in queue 6500, by calls an hour; a few records came late."""
    row = {"calls_answered": answered, "calls_abandoned": abandoned, "calls_abandoned_short": short,
           "calls_answered_in_time": answered if in_time is None else in_time}
    return {**{total("total_events", "queue-6500", kind): f"0+{rate / 60}x120" for kind, rate in row.items()}, **_late(late)}


HOURS = 4  # of a day that has only just begun: as good as a whole one, and promtool is done sooner


def _trunk(attempts, failed, before=6, late=0):
    """Hours in which `before` of 60 calls an hour failed, then a quarter of an hour with so many calls and failures."""
    day, last = HOURS * 60, 15
    return {total("total_events", "trunk-west", "attempts"): f"0+1x{day} {day + attempts / last}+{attempts / last}x{last}",
            total("total_sessions", "trunk-west",
                  "failed"): f"0+{before / 60}x{day} {before * HOURS + failed / last}+{failed / last}x{last}",
            total("total_events", "self", "legs_late"): f"0x{day} 0+{late}x{last}"}


def _never_fetched(since_poll=unknown(130), api_up="1x130"):
    return {duration("since_poll"): since_poll, count("self", "api_up"): api_up}


ERRORS_PERMISSION = 'collectd_ucm_errors_total{instance="hq",ucm="self",type="api_permission"}'
BACKLOG = "0x90 0+2x30"  # within the last hour
WEST, QUEUE = {"ucm": "trunk-west"}, {"ucm": "queue-6500"}
ALL_BUSY = total("total_time_in_ms", "trunk-west", "all_lines_busy")
LEDGER = ("self", "ledger_writable")

ALERTS = {
    "UcmApiDown": Alert({count("self", "api_up"): "1x20 0x10"},
                        [{count("self", "api_up"): "1x30"}, {count("self", "api_up"): "1x27 0x3"},
                         {count("self", "api_up"): unknown()}],
                        "warning", labels={**SELF, "type": "api_up"}),
    "UcmApiPasswordRefused": _grown('collectd_ucm_errors_total{instance="hq",ucm="self",type="api_auth"}', "warning",
                                    {**SELF, "type": "api_auth"}),
    "UcmRecordsNotFetched": Alert({duration("since_poll"): "7201x30"},
                                  [{duration("since_poll"): "7200x30"}, {duration("since_poll"): "7100x26 7201x4"},
                                   {duration("since_poll"): unknown()}], "warning", labels={**SELF, "type": "since_poll"}),
    "UcmRecordsNeverFetched": Alert(_never_fetched(), [_never_fetched(api_up="0x130"), _never_fetched(api_up=unknown(130)),
                                                       _never_fetched(unknown(100) + " 0+60x30"), _never_fetched("300x130"),
                                                       _never_fetched(api_up="0x20 1x110")],
                                    "warning", 130, {**SELF, "type": "since_poll"}),
    "UcmApiPermissionRefused": Alert({ERRORS_PERMISSION: "7x100 8x50"},
                                     [{ERRORS_PERMISSION: values} for values in ("7x20 8x130", "7x150", unknown(150))],
                                     "warning", 150, {**SELF, "type": "api_permission"}),
    "UcmPushSilent": _native("push_silent", "critical"),
    "UcmBufferOverflow": Alert({duration("buffer_left"): "3599x30"},
                               [{duration("buffer_left"): "3600x30"}, {duration("buffer_left"): unknown(29) + " 100"},
                                {duration("buffer_left"): unknown()}], "critical", labels={**SELF, "type": "buffer_left"}),
    "UcmPbxRestarted": _native("pbx_restarted", "info"),
    "UcmFirmwareChanged": _native("firmware_changed", "info"),
    "UcmCertificateExpiring": Alert({count("system", "certificate_days"): "13x90"},
                                    [{count("system", "certificate_days"): "14x90"},
                                     {count("system", "certificate_days"): "14x60 13x30"},
                                     {count("system", "certificate_days"): unknown(90)}],
                                    "warning", 90, {"ucm": "system", "type": "certificate_days"}),
    "UcmClockWrong": Alert({'collectd_ucm_time_offset{instance="hq",ucm="system",type="clock"}': "-31x30"},
                           [{'collectd_ucm_time_offset{instance="hq",ucm="system",type="clock"}': values}
                            for values in ("30x30", "-30x30", "0x25 -31x5", unknown())],
                           "warning", labels={"ucm": "system", "type": "clock"}),
    "UcmTrunkDown": Alert({count("trunk-west", "up"): "1x20 0x10"},
                          [{count("trunk-west", "up"): "1x30"}, {count("trunk-west", "up"): "1x29 0"},
                           {count("trunk-west", "up"): unknown()},
                           {count("system", "up"): "0x30"}], "critical", labels={**WEST, "type": "up"}),
    "UcmTrunkFailureJump": Alert(_trunk(30, 24), [_trunk(30, 9), _trunk(8, 8), _trunk(30, 24, before=50), _trunk(30, 24, late=1),
                                                  _trunk(0, 0)], "critical", HOURS * 60 + 15, WEST),
    "UcmFailureRate": _native("failure_rate", "critical"),
    "UcmAllLinesBusy": Alert({ALL_BUSY: "0x20 0+10000x10", **_late("0x20 0+0.5x10")},
                             [{ALL_BUSY: values} for values in ("0x20 0+5000x10", "0+10000x10 100000x30", unknown())] +
                             [{ALL_BUSY: "0x20 0+10000x10", **_late("0x20 0+2x10")}],
                             "warning", labels={**WEST, "type": "all_lines_busy"}),
    "UcmTrunkUtilisation": Alert({'collectd_ucm_percent{instance="hq",ucm="trunk-west",type="utilisation"}': "81x30"},
                                 [{'collectd_ucm_percent{instance="hq",ucm="trunk-west",type="utilisation"}': values}
                                  for values in ("80x30", "60x25 95x5", unknown())],
                                 "warning", labels={**WEST, "type": "utilisation"}),
    "UcmQueueWaiting": _native("queue_wait", "warning"),
    "UcmQueueAbandoned": Alert(_queue(17, 3), [_queue(19, 1), _queue(0, 0), _queue(6, 3), _queue(17, 3, late=BACKLOG)], "warning",
                               120, QUEUE),
    "UcmQueueServiceLevelLow": Alert(_queue(20, 0, 15), [_queue(20, 0, 17), _queue(0, 0), _queue(8, 0, 1), _queue(20, 4, 17, 4),
                                                      _queue(20, 0, 15, late=BACKLOG)],
                                     "warning", 120, QUEUE),
    "UcmFraudDestination": _native("fraud_destination", "critical"),
    "UcmFraudOutOfHours": _native("fraud_out_of_hours", "critical"),
    "UcmFraudBurst": _native("fraud_burst", "critical"),
    "UcmFraudCountry": _native("fraud_country", "warning"),
    "UcmFraudShortCalls": _native("fraud_short_calls", "warning"),
    "UcmLongCallRunning": _native("long_call_running", "warning"),
    "UcmLongCall": _native("long_call", "info"),
    "UcmLedgerNotWritable": Alert({count(*LEDGER): "1x20 0x10"}, [{count(*LEDGER): "1x30"}, {count(*LEDGER): "1x29 0"}],
                                  "critical",
                                  labels={**SELF, "type": "ledger_writable"}),
    "UcmRecordsQuarantined": _grown(total("total_events", "self", "records_quarantined"), "warning",
                                    {**SELF, "type": "records_quarantined"}),
    "UcmSendersRefused": _grown(total("total_events", "self", "senders_refused"), "warning", {**SELF, "type": "senders_refused"}),
    "UcmCredentialsRefused": _grown(total("total_events", "self", "credentials_refused"), "warning",
                                    {**SELF, "type": "credentials_refused"}),
    "UcmLegsLate": Alert({total("total_events", "self", "legs_late"): "0x20 0+2x10"},
                         [{total("total_events", "self", "legs_late"): values}
                          for values in ("0x20 0+0.5x10", "0+20x5 100x30", "0x30")],
                         "warning", labels={**SELF, "type": "legs_late"}),
    "UcmSeriesNearMax": Alert({count("self", "series"): "1801x30"},
                              [{count("self", "series"): "1800x30"}, {count("self", "series"): "900x20 1801x10"}],
                              "warning", labels={**SELF, "type": "series"}),
    "UcmAgentDown": Alert({'up{instance="hq",job="ucm"}': "1x20 0x10"},
                          [{'up{instance="hq",job="ucm"}': "1x30"}, {'up{instance="hq",job="ucm"}': "1x27 0x3"},
                           {'up{instance="hq",job="node"}': "0x30"}], "critical", labels={"job": "ucm"}),
    "UcmPluginAbsent": Alert({count("system", "certificate_days"): "90x30"},
                             [{count(*LEDGER): "1x30"}, {count(*LEDGER): "0x30"}, {count(*LEDGER): "1x20 _x5 1x5"}], "critical",
                             labels={"instance": None, **SELF, "type": "ledger_writable"}),
    "UcmPluginGone": Alert({count(*LEDGER): "1x60 stale", count(*LEDGER, host="other"): "1x90"},
                           [{count(*LEDGER): "1x90", count(*LEDGER, host="other"): "1x90"}, {count(*LEDGER): "1x86 _x4"},
                            {count(*LEDGER): "_x88 1x2"}], "critical", 90),
}


def _expected(name, alert):
    labels = {"__name__": "ALERTS", "alertname": name, "alertstate": "firing", "severity": alert.severity, "instance": "hq",
              **alert.labels}
    body = ",".join(f'{key}="{value}"' for key, value in labels.items() if value is not None and key != "__name__")
    return [{"labels": f"ALERTS{{{body}}}", "value": 1}]


def _group(name, alert, series, firing):
    return {"interval": "1m", "input_series": [{"series": one, "values": values} for one, values in series.items()],
            "promql_expr_test": [{"expr": f'ALERTS{{alertname="{name}",alertstate="firing"}}', "eval_time": f"{alert.minutes}m",
                                  "exp_samples": _expected(name, alert) if firing else []}]}


def groups(name):
    """{title: test group} of that alert: it fires, and is quiet at each near miss."""
    alert = ALERTS[name]
    made = {f"{name} fires": _group(name, alert, alert.fires, True)}
    made.update({f"{name} is quiet, row {n}": _group(name, alert, row, False) for n, row in enumerate(alert.quiet, 1)})
    return made
