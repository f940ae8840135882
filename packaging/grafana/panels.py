"""What the dashboards show: one row for each panel."""

from dataclasses import dataclass

WEEK = "offset 7d"
PERCENT = {"unit": "percent", "least": 0, "most": 100}
SHARE = {"unit": "percentunit", "least": 0, "most": 1}
LOW_IS_BAD = {"base": "red"}


@dataclass(frozen=True)
class Panel:
    title: str
    description: str
    targets: list  # (expr, legend)
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 12
    height: int = 8
    least: float | None = None
    most: float | None = None
    steps: tuple = ()  # (color, from this value on)
    base: str = ""
    words: tuple = ()  # (value, text)
    stacked: bool = False


@dataclass(frozen=True)
class Dashboard:
    uid: str
    title: str
    description: str
    variables: tuple
    panels: list
    span: str = "24h"


VARIABLES = {  # name, label, query, several
    "pbxes": ("instance", "PBX", 'label_values(collectd_ucm_queue_length{type="settling"}, instance)', True),
    "pbx": ("instance", "PBX", 'label_values(collectd_ucm_queue_length{type="settling"}, instance)', False),
    "trunk": ("trunk", "Trunk",
              'label_values(collectd_ucm_total_sessions_total{instance=~"$instance",ucm=~"trunk-.+",type="answered"}, ucm)',
              True),
    "queue": ("queue", "Queue",
              'label_values(collectd_ucm_total_sessions_total{instance=~"$instance",ucm=~"queue-.+",type="answered"}, ucm)',
              True),
}
PBXES, TRUNK, QUEUE = 'instance=~"$instance"', 'instance=~"$instance",ucm=~"$trunk"', 'instance=~"$instance",ucm=~"$queue"'
ALL = PBXES + ',ucm="all"'
SELF = PBXES + ',ucm="self"'
NAME, SCOPE = "{{instance}}", "{{instance}} {{ucm}}"


def value(family, kind, of):
    return f'collectd_ucm_{family}{{{of},type="{kind}"}}'


def hourly(family, kind, of):
    return f'increase(collectd_ucm_{family}_total{{{of},type="{kind}"}}[1h])'


def weekly(record, of, legend, factor=""):
    """Now, and at the same hour of last week."""
    expr = f"{record}{{{of}}}"
    return [(expr + factor, legend), (f"{expr} {WEEK}{factor}", f"{legend}, last week")]


def stat(title, description, expr, legend=NAME, width=6, height=5, **more):
    return Panel(title, description, [(expr, legend)], kind="stat", width=width, height=height, **more)


UP = {"words": (("0", "down"), ("1", "up")), "base": "red", "steps": (("green", 1),)}
NONE_IS_GOOD = {"steps": (("red", 1),)}


def calls(of, legend):
    """What is asked of every scope alike."""
    return [
        Panel("Calls an hour", "Calls counted within an hour; dashed is the same hour of last week.",
              weekly("ucm:attempts:rate1h", of, legend, " * 3600")),
        Panel("Answered (ASR)", "Share of the calls that a person answered, over the last hour; dashed is last week.",
              weekly("ucm:asr:ratio_rate1h", of, legend), **SHARE),
        Panel("Failed",
              "Share of the calls whose best leg was FAILED or CONGESTION; wrong numbers are among them. Dashed is last week.",
              weekly("ucm:failed:ratio_rate1h", of, legend), **SHARE),
        Panel("NER, estimate",
              "Network effectiveness: all calls but failed and other. An estimate: a record does not tell a wrong number from "
              "a dead route.", [(f"ucm:ner_estimate:ratio_rate1h{{{of}}}", legend)], **SHARE),
        Panel("Talk of an answered call (ACD)", "Mean talk of answered calls, over the last hour; dashed is last week.",
              weekly("ucm:acd_seconds:rate1h", of, legend), unit="s", least=0),
        Panel("Wait of an answered call",
              "Mean time from the start of a call to its answer by a person: network, IVR, queue and ringing "
              "together. Dashed is last week.", weekly("ucm:answer_wait_seconds:rate1h", of, legend), unit="s", least=0),
        Panel("Wait, median and 95 %", "Of answered calls within the last hour, from the histogram: as exact as its buckets.",
              [(f"ucm:wait_seconds:p50_rate1h{{{of}}}", legend + " median"),
               (f"ucm:wait_seconds:p95_rate1h{{{of}}}", legend + " 95 %")],
              unit="s", least=0),
        Panel("Short calls and redials",
              "Answered calls shorter than ShortCall, and calls that repeat one that had just ended: a sign of bad "
              "sound, or of a dialler.", [(f"ucm:short_calls:ratio_rate1h{{{of}}}", legend + " short"),
                                          (f"ucm:redials:ratio_rate1h{{{of}}}", legend + " redials")], **SHARE),
        Panel("Erlangs", "Seconds occupied in a second, over the last hour, by when the calls were counted; dashed is last week.",
              weekly("ucm:erlangs:rate1h", of, legend), unit="none", least=0),
    ]


OVERVIEW = [
    stat("API", "Whether the PBX lets us in and answers.", value("count", "api_up", SELF), **UP),
    stat("Alerts on now", "Alerts that the plugin judges to be on; see the dashboard of alerts.",
         value("count", "alerts_firing", SELF),
         **NONE_IS_GOOD),
    stat("Trunks down", "Trunks that are neither registered nor reachable, as the PBX says.",
         value("count", "trunks_down", PBXES + ',ucm="system"'), **NONE_IS_GOOD),
    stat("Calls now", "Calls in conversation, as the PBX says.", value("current_sessions", "active", ALL)),
    stat("Answered in the last 60 minutes", "ASR by the calls' own end.", value("percent", "asr", ALL), width=8, **PERCENT,
         **LOW_IS_BAD,
         steps=(("orange", 40), ("green", 60))),
    stat("Calls against last week", "Calls of the last hour as a share of those of the same hour a week before.",
         f"ucm:attempts:rate1h{{{ALL}}} / (ucm:attempts:rate1h{{{ALL}}} {WEEK} > 0)", width=8, unit="percentunit"),
    stat("Most calls at once, last 60 minutes", "From records: it rises until every call of the hour has ended.",
         value("current_sessions", "peak_hour", ALL), width=8),
    "Calls", *calls(ALL, NAME),
    Panel("Calls at this moment", "In conversation and not yet answered, as the PBX counts them.",
          [(value("current_sessions", "active", ALL), NAME + " talking"),
           (value("current_sessions", "ringing", ALL), NAME + " ringing")],
          least=0),
]

OUTCOMES = "answered|voicemail|ivr|busy|no_answer|failed|other"
PBX = [
    stat("API", "Whether the PBX lets us in and answers.", value("count", "api_up", SELF), width=4, **UP),
    stat("Up for", "Time since the PBX started.", value("uptime", "pbx", PBXES + ',ucm="system"'), width=4, unit="s"),
    stat("Clock", "How far the PBX's clock is off the agent's, in either direction.",
         f"""abs({value("time_offset", "clock", PBXES + ',ucm="system"')})""", width=4, unit="s",
         steps=(("orange", 15), ("red", 30))),
    stat("Certificate", "Days until the certificate of the API expires.",
         value("count", "certificate_days", PBXES + ',ucm="system"'), width=4,
         unit="d", **LOW_IS_BAD, steps=(("orange", 3), ("green", 14))),
    stat("Last push", "Time since the PBX pushed a record.", value("duration_seconds", "since_push", SELF), width=4, unit="s"),
    stat("Alerts on now", "Alerts that the plugin judges to be on.", value("count", "alerts_firing", SELF), width=4,
         **NONE_IS_GOOD),
    "Calls",
    Panel("Outcomes", "Calls of the last hour by what became of them.",
          [(f'sum by (type) (increase(collectd_ucm_total_sessions_total{{{ALL},type=~"{OUTCOMES}"}}[1h]))',
            "{{type}}")], stacked=True, least=0),
    Panel("Directions", "Calls of the last hour by direction; the four add up to all.",
          [(f'ucm:attempts:rate1h{{{PBXES},ucm=~"inbound|outbound|internal|external"}} * 3600', "{{ucm}}")], stacked=True,
          least=0),
    *calls(ALL, "all"),
    "Traffic",
    Panel("Most calls at once", "Within the last 60 minutes and the hour before, from records.",
          [(value("current_sessions", "peak_hour", ALL), "last 60 minutes"),
           (value("current_sessions", "peak_previous_hour", ALL), "the hour before"),
           (value("current_sessions", "active", ALL), "now, as the PBX says")], least=0),
    Panel("Traffic of 60 minutes",
          "Erlangs by the calls' own time, calls begun, and the busiest 60 minutes of the last day (BHCA).",
          [(value("count", "erlangs_hour", ALL), "Erlangs"), (value("count", "attempts_hour", ALL), "calls begun"),
           (value("count", "bhca", ALL), "BHCA")], least=0),
    stat("Busy hour", "Time of day, by the PBX's clock, at which the busiest 60 minutes of the last 24 hours began.",
         value("count", "busy_hour", ALL) + " * 3600", unit="dthms", width=12),
    Panel("Extensions", "By their state.", [(f'collectd_ucm_count{{{PBXES},ucm="system",type=~"extensions_.+"}}', "{{type}}")],
          stacked=True,
          least=0),
]

TRUNKS = [
    stat("State", "Registered or reachable, as the PBX says.", value("count", "up", TRUNK), SCOPE, width=12, **UP),
    Panel("Utilisation of 60 minutes", "Erlangs of the last 60 minutes as a share of the trunk's channels (TrunkCapacity).",
          [(value("percent", "utilisation", TRUNK), SCOPE)], kind="bargauge", height=5, **PERCENT,
          steps=(("orange", 60), ("red", 80))),
    "Channels",
    Panel("Channels taken", "In conversation now, the most within 60 minutes, and how many there are.",
          [(value("current_sessions", "active", TRUNK), SCOPE + " now"),
           (value("current_sessions", "peak_hour", TRUNK), SCOPE + " most"),
           (value("count", "capacity", TRUNK), SCOPE + " capacity")], least=0),
    Panel("All lines busy", "Share of the time in which every channel was taken.",
          [(f"ucm:all_lines_busy:ratio_rate1h{{{TRUNK}}}", SCOPE)],
          **SHARE),
    "Calls", *calls(TRUNK, SCOPE),
    Panel("Calls at the busiest hour (BHCA)", "Most calls that began in any 60 minutes of the last day.",
          [(value("count", "bhca", TRUNK), SCOPE)],
          least=0),
]

QUEUES = [
    stat("Waiting now", "Callers who wait, as the PBX says.", value("count", "waiting", QUEUE), SCOPE,
         steps=(("orange", 3), ("red", 10))),
    stat("Agents logged in", "Paused ones too.", value("count", "agents_logged_in", QUEUE), SCOPE, **LOW_IS_BAD,
         steps=(("green", 1),)),
    stat("Service level of 60 minutes", "By the calls' own end and ServiceLevelFormula.",
         value("percent", "service_level", QUEUE), SCOPE,
         **PERCENT, **LOW_IS_BAD, steps=(("orange", 60), ("green", 80))),
    stat("Gave up in 60 minutes", "Abandoned of answered and abandoned.", value("percent", "abandoned", QUEUE), SCOPE, **PERCENT,
         steps=(("orange", 5), ("red", 10))),
    "Callers",
    Panel("Service level", "Over the last hour, short abandons left out; dashed is last week.",
          weekly("ucm:queue_service_level:ratio_rate1h", QUEUE, SCOPE), **SHARE),
    Panel("Gave up", "Abandoned of answered and abandoned, over the last hour; dashed is last week.",
          weekly("ucm:queue_abandoned:ratio_rate1h", QUEUE, SCOPE), **SHARE),
    Panel("Wait of those answered", "Mean time from the queue to an agent.",
          [(f"ucm:queue_wait_seconds:rate1h{{{QUEUE}}}", SCOPE)], unit="s",
          least=0),
    Panel("What became of callers", "Of the last hour, from records.",
          [(hourly("total_events", kind, QUEUE), f"{SCOPE} {word}") for kind, word in (
              ("calls_offered", "offered"), ("calls_answered", "answered"), ("calls_abandoned", "gave up"),
              ("calls_overflowed", "overflowed"))], least=0),
    Panel("Records against the PBX's report",
          "The same callers by two rules: from records, and from the queue report of the API.",
          [(hourly("total_events", "calls_answered", QUEUE), SCOPE + " answered, records"),
           (hourly("total_events", "queue_answered", QUEUE), SCOPE + " answered, report"),
           (hourly("total_events", "calls_abandoned", QUEUE), SCOPE + " gave up, records"),
           (hourly("total_events", "queue_abandoned", QUEUE), SCOPE + " gave up, report")], least=0),
    "Agents",
    Panel("Callers at this moment", "Waiting and talking, as the PBX says.",
          [(value("count", "waiting", QUEUE), SCOPE + " waiting"), (value("count", "talking", QUEUE), SCOPE + " talking")],
          least=0),
    Panel("Agents", "Logged in, and of them paused.",
          [(value("count", "agents_logged_in", QUEUE), SCOPE + " logged in"),
           (value("count", "agents_paused", QUEUE), SCOPE + " paused")],
          least=0),
    "Calls", *calls(QUEUE, SCOPE),
]

KINDS = (  # type instance, title, what it is
    ("api_down", "API down", "The API has not answered for ApiDown seconds."),
    ("trunk_down", "Trunks down", "Trunks down for TrunkDown seconds."),
    ("push_silent", "Push silent", "No push for PushSilent seconds within BusinessHours."),
    ("buffer_overflow", "Buffer overflows", "The PBX's buffer overflows within BufferLeft seconds."),
    ("failure_rate", "Failing trunks", "Trunks whose failed share jumped by FailureJump points."),
    ("queue_wait", "Queues that wait", "Queues where somebody has waited for QueueWait seconds."),
    ("fraud_destination", "Fraud: destination", "Calls to a premium number or another country."),
    ("fraud_out_of_hours", "Fraud: out of hours", "OutOfHoursCalls or more outward within an hour, outside of BusinessHours."),
    ("fraud_burst", "Fraud: burst", "BurstCalls or more of one caller or account."),
    ("fraud_country", "Fraud: new country", "A country that was never called before."),
    ("fraud_short_calls", "Fraud: short calls", "ShortCallsAlert or more short outward calls of one caller."),
    ("long_call_running", "Long calls running", "Calls longer than LongCallRunning, still on."),
    ("long_call", "Long calls ended", "Calls longer than LongCall that have ended."),
    ("pbx_restarted", "PBX restarted", "Its uptime has begun anew."),
    ("firmware_changed", "Firmware changed", "Another firmware than before."),
    ("certificate_expiring", "Certificate expires", "Within CertificateDays."),
    ("clock_wrong", "Clock wrong", "Off by ClockWrong seconds."),
)

ALERTS = [
    Panel("Alerts of Prometheus", "What ucm-alerts.yml has on now, of every PBX and agent.",
          [(f'ALERTS{{alertname=~"Ucm.+",alertstate="firing"}}',
                                                                      "{{alertname}} {{instance}} {{ucm}} ({{severity}})")],
                                                                      least=0, width=24),
    Panel("Alerts of the plugin", "How many the plugin judges to be on.", [(value("count", "alerts_firing", SELF), NAME)],
          least=0),
    Panel("Raised in an hour", "How often an alert went on.", [(hourly("total_events", "alerts_raised", SELF), NAME)], least=0),
    "One by one",
    *(stat(title, f"{what} 0 is quiet.", value("count", kind, PBXES + ',ucm="alerts"'), width=4, height=4, **NONE_IS_GOOD)
      for kind, title, what in KINDS),
]

AGENT = 'ucm="self"'
HEALTH = [
    stat("Ledger", "Whether each agent can keep records.", value("count", "ledger_writable", AGENT),
         **{**UP, "words": (("0", "cannot"), ("1", "keeps"))}),
    stat("Last push", "Time since each PBX pushed.", value("duration_seconds", "since_push", SELF), unit="s"),
    stat("Last fetch", "Time since the records of each PBX were last fetched whole.",
         value("duration_seconds", "since_poll", SELF), unit="s",
         steps=(("orange", 3600), ("red", 7200))),
    stat("Values", "How many values each PBX gives; MaxSeries (2000) is the most.", value("count", "series", SELF),
         steps=(("orange", 1500), ("red", 1800))),
    "Records",
    Panel("Legs", "Of an hour: new ones, ones that came again, and ones that the push had missed.",
          [(hourly("total_events", kind, SELF), f"{NAME} {word}") for kind, word in (
              ("legs_accepted", "new"), ("legs_duplicate", "pushed again"), ("legs_reread", "read again"),
              ("legs_backfilled", "missed by the push"),
              ("legs_late", "late"))], least=0),
    Panel("How late records come", "Arrival after the end of the leg: mean, 95 %, most of each interval.",
          [(value("duration_seconds", f"lateness-{kind}", SELF), f"{NAME} {word}") for kind, word in (
              ("average", "mean"), ("percentile-95", "95 %"), ("max", "most"))], unit="s", least=0),
    Panel("Not understood", "Records kept aside in an hour. ucmctl quarantine shows them.",
          [(hourly("total_events", "records_quarantined", AGENT), NAME)],
          least=0),
    Panel("Waiting to be counted", "Calls whose session has not been quiet for Settle seconds.",
          [(value("queue_length", "settling", SELF), NAME)],
          least=0),
    Panel("Until the PBX's buffer overflows", "While pushes cannot be taken; empty while all is well.",
          [(value("duration_seconds", "buffer_left", SELF), NAME)], unit="s", least=0),
    Panel("Calls amended", "Calls that a late leg changed after they had been counted, in an hour.",
          [(hourly("total_events", "calls_amended", SELF), NAME)], least=0),
    "Asking the PBX",
    Panel("Time for an answer", "Mean of the last round of questions.", [(value("response_time", "api", SELF), NAME)], unit="s",
          least=0),
    Panel("Errors", "Of an hour, by kind.", [(f'increase(collectd_ucm_errors_total{{{SELF},type=~"api_.+"}}[1h])',
                                              NAME + " {{type}}")], least=0),
    Panel("Questions", "Put to the PBX, a minute.",
          [(f'rate(collectd_ucm_total_requests_total{{{SELF},type="api"}}[5m]) * 60', NAME)], least=0),
    "Listening",
    Panel("Refused", "Of an hour: senders that no PBX names, and wrong credentials.",
          [(hourly("total_events", "senders_refused", AGENT), NAME + " senders"),
           (hourly("total_events", "credentials_refused", AGENT), NAME + " credentials")], least=0),
    Panel("Connections", "Open now.", [(value("current_connections", "push", AGENT), NAME)], least=0),
]

DASHBOARDS = (
    Dashboard("ucm-overview", "UCM overview", "All PBXes side by side.", ("pbxes",), OVERVIEW),
    Dashboard("ucm-pbx", "UCM, one PBX", "One PBX: calls, traffic, state.", ("pbx",), PBX),
    Dashboard("ucm-trunks", "UCM trunks", "State, channels and calls of trunks.", ("pbxes", "trunk"), TRUNKS),
    Dashboard("ucm-queues", "UCM queues", "Callers and agents of queues.", ("pbxes", "queue"), QUEUES),
    Dashboard("ucm-alerts", "UCM alerts", "What is wrong now, of Prometheus and of the plugin.", ("pbxes",), ALERTS, "6h"),
    Dashboard("ucm-health", "UCM plugin health", "Whether the numbers can be trusted: records, API, ledger.", ("pbxes",), HEALTH,
              "6h"),
)
