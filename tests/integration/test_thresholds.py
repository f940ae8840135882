"""conf.d/collectd/ucm-thresholds.conf in the real collectd: each threshold tells what it should and is quiet beside it. What
is commented out there is taken in here, and tried with the rest."""

import os
import re
import time
import unittest
from dataclasses import dataclass

import config
from case import AgentTest
from until import until

FILE = os.path.join(config.REPO, "conf.d", "collectd", "ucm-thresholds.conf")
UNKNOWN = "U"  # PUTVAL's word for NaN
TOLD = re.compile(r"Notification: severity = (\w+), host = ([^,]+), plugin = ucm, plugin_instance = ([^,]+), "
                  r"type = (\w+), type_instance = ([^,]+), message = (.*)")
OUT, OVER, WELL = "FAILURE", "WARNING", "OKAY"


@dataclass(frozen=True)
class Case:
    """Values that come one after another, and what is told of them; `quiet` are rows of which nothing is told."""
    scope: str
    values: list
    told: list
    quiet: list
    missing: list = ()  # what is told when it stays away


def _judged(severity):
    """A kind of alert of the plugin's own."""
    return Case("alerts", [0, 1, 1, 2, UNKNOWN, 0], [severity, WELL], [[0] * 5, [UNKNOWN] * 5, [UNKNOWN, 0, UNKNOWN]])


def _level(scope, well, bad, hits, severity):
    """0 or 1 that has to be so for some time."""
    return Case(scope, [well] + [bad] * (hits + 2) + [well], [severity, WELL],
                [[well] + [bad] * (hits + 1) + [well], [UNKNOWN] * 20, [well] * 20])


def _counted():
    """A counter: its first value has no rate, and one that stands still has none either."""
    return Case("self", [5, 5, 6, 9, 9], [OVER, WELL], [[5] * 6, [7], [0, 0, 0]])


RUN = 8  # values in a row with Hits 6; whole runs, as collectd counts on while nothing changes

CASES = {
    "count-ledger_writable": Case("self", [1, 0, 0, 1], [OUT, WELL], [[1] * 4, [UNKNOWN, 1]], [OUT]),
    "count-api_up": _level("self", 1, 0, 3, OVER),
    "count-up": _level("trunk-west", 1, 0, 6, OUT),
    "count-certificate_days": Case("system", [20, 13, 13, 14.5, 13, 15.5, 13, 2, 3.5, 20], [OVER, WELL, OVER, OUT, WELL],
                                   [[14, 90], [UNKNOWN] * 3]),
    "count-series": Case("self", [1700, 1801, 1790, 1801, 1749], [OVER, WELL], [[1800] * 4]),
    "count-long_call": _judged(OVER),
    "count-long_call_running": _judged(OVER),
    "count-trunk_down": _judged(OUT),
    "count-api_down": _judged(OVER),
    "count-push_silent": _judged(OUT),
    "count-failure_rate": _judged(OUT),
    "count-queue_wait": _judged(OVER),
    "count-fraud_destination": _judged(OUT),
    "count-fraud_out_of_hours": _judged(OUT),
    "count-fraud_burst": _judged(OUT),
    "count-fraud_country": _judged(OVER),
    "count-fraud_short_calls": _judged(OVER),
    "count-pbx_restarted": _judged(OVER),
    "count-firmware_changed": _judged(OVER),
    "count-certificate_expiring": _judged(OVER),
    "count-buffer_overflow": _judged(OUT),
    "count-clock_wrong": _judged(OVER),
    "percent-asr": Case("all", [60] + [29] * RUN + [34] * RUN + [36], [OVER, WELL],
                        [[30] * 12, [29] * (RUN - 1) + [60], [29] * (RUN - 1) + [UNKNOWN], [UNKNOWN] * 12]),
    "percent-utilisation": Case("trunk-west", [40, 81, 78, 96, 92, 89, 60], [OVER, OUT, OVER, WELL], [[80] * 4, [UNKNOWN] * 4]),
    "percent-service_level": Case("queue-6500", [90] + [79] * RUN + [84] * RUN + [49] * RUN + [54] * RUN + [56] * RUN + [86],
                                  [OVER, OUT, OVER, WELL],
                                  [[80] * 12, [20] * (RUN - 1) + [90], [UNKNOWN] * 12]),
    "percent-abandoned": Case("queue-6500", [0] + [11] * RUN + [9] * RUN + [31] * RUN + [29] * RUN + [27] * RUN + [5],
                              [OVER, OUT, OVER, WELL],
                              [[10] * 12, [100] * (RUN - 1) + [0], [UNKNOWN] * 12]),
    "duration-lateness-percentile-95": Case("self", [5] + [901] * 5 + [5], [OVER, WELL],
                                            [[900] * 12, [901, UNKNOWN] * 10, [901] * 4 + [5]]),
    "duration-since_poll": Case("self", [300, 7201, 6700, 7201, 6590], [OVER, WELL], [[7200] * 4, [UNKNOWN] * 4]),
    "duration-buffer_left": Case("self", [UNKNOWN, 7199, 3599, 3800, 3950, UNKNOWN], [OVER, OUT, OVER, WELL],
                                 [[7200] * 4, [UNKNOWN] * 4]),
    "time_offset-clock": Case("system", [0] + [-31] * RUN + [-20] * 3 + [0] + [31] * RUN + [0], [OVER, WELL, OVER, WELL],
                              [[30] * 12, [-30] * 12, [-31] * (RUN - 1) + [0], [UNKNOWN] * 12]),
    "response_time-api": Case("self", [0.1] + [5.1] * RUN + [3.5] * 3 + [0.1], [OVER, WELL], [[5] * 12, [60] * (RUN - 1) + [1]]),
    "queue_length-settling": Case("self", [10] + [5001] * RUN + [4600] * 3 + [4490], [OVER, WELL],
                                  [[5000] * 12, [9000] * (RUN - 1) + [10]], [OUT]),
    "total_events-senders_refused": _counted(),
    "total_events-credentials_refused": _counted(),
    "total_events-records_quarantined": _counted(),
}


def shipped():
    with open(FILE, encoding="utf-8") as file:
        return file.read()


def taken_in(text):
    """With what begins with # and no blank."""
    return re.sub(r"(?m)^(\s*)#(?=\S)", r"\1", text)


def thresholds(text):
    """{type-instance: options} of every <Type> block."""
    blocks = re.findall(r'^ *<Type "([^"]+)">\n(.*?)</Type>', text, re.S | re.M)
    found = {}
    for kind, body in blocks:
        options = dict(re.findall(r'^\s*(\w+) "?([^"\n]+)"?$', body, re.M))
        found[f"{kind}-{options.pop('Instance')}"] = options
    return found


class Thresholds(AgentTest):
    def target(self, text=taken_in(shipped())):
        """collectd with the file; one thread that writes, so that values are judged in their order."""
        agent = self.agent(extra="WriteThreads 1\nTimeout 2\n" + text, load=False, start=False)
        agent.blocks = []
        agent.launch()
        until(lambda: agent.unixsock.ask("LISTVAL") is not None, "collectd is up")
        self.assertNotRegex(agent.log(), r"\[(warning|error)\]")
        return agent

    @staticmethod
    def give(agent, host, scope, name, values, interval=3600):
        """A second between two values, as collectd sees them; none of them lies ahead."""
        began = int(time.time()) - len(values)
        for at, value in enumerate(values, began):
            agent.unixsock.ask(f'PUTVAL "{host}/ucm-{scope}/{name}" interval={interval} {at}:{value}')

    @staticmethod
    def told(agent):
        """{(host, scope, type-instance): [severity]}, in their order. What collectd has not known before it tells as OKAY when
        it is first in range: that one is left out."""
        seen = {}
        for severity, host, scope, kind, instance, _ in TOLD.findall(agent.log()):
            seen.setdefault((host, scope, f"{kind}-{instance}"), []).append(severity)
        return {key: row for key, told in seen.items() if (row := told[1:] if told[0] == WELL else told)}

    def settled(self, agent):
        """Everything that was given before has been judged: one that comes last has been told."""
        self.give(agent, "last", "self", "count-ledger_writable", [1, 0])
        until(lambda: self.told(agent).get(("last", "self", "count-ledger_writable")), "the last value is judged")

    def test_every_threshold_has_a_case(self):
        found = thresholds(taken_in(shipped()))
        self.assertEqual(set(found), set(CASES))
        for name, options in found.items():
            self.assertTrue(CASES[name].told and CASES[name].quiet, name)
            self.assertEqual(bool(CASES[name].missing), options.get("Interesting") != "false", name)

    def test_told_and_quiet(self):
        agent = self.target()
        wanted = {}
        for name, case in CASES.items():
            self.give(agent, "hq", case.scope, name, case.values)
            wanted["hq", case.scope, name] = case.told
            for row, values in enumerate(case.quiet):
                self.give(agent, f"calm{row}", case.scope, name, values)
        self.settled(agent)
        wanted["last", "self", "count-ledger_writable"] = [OUT]
        self.assertEqual(self.told(agent), wanted)

    def test_what_is_off(self):
        """What the plugin tells itself, and shares of which nobody knows how many calls they are of."""
        off = {name for name, case in CASES.items() if case.scope == "alerts"} | {"percent-asr", "percent-service_level",
                                                                                  "percent-abandoned"}
        self.assertEqual(set(thresholds(shipped())), set(CASES) - off)
        agent = self.target(shipped())
        for name in off:
            self.give(agent, "hq", CASES[name].scope, name, CASES[name].values)
        self.settled(agent)
        self.assertEqual(self.told(agent), {("last", "self", "count-ledger_writable"): [OUT]})

    def test_one_that_stays_away(self):
        """The interesting ones are told as missing, the others are not."""
        agent = self.target()
        for name, case in CASES.items():
            self.give(agent, "gone", case.scope, name, [case.values[0]], interval=1)
        wanted = {("gone", case.scope, name): list(case.missing) for name, case in CASES.items() if case.missing}
        until(lambda: all(key in self.told(agent) for key in wanted), "they are told as missing")
        until(lambda: not agent.unixsock.identifiers(), "collectd has forgotten all of them")
        self.assertEqual(self.told(agent), wanted)
        self.assertIn("has not been updated", agent.log())

    def test_no_other_scope_or_plugin(self):
        """A value of another name in the same scope, and one of another plugin, are not judged."""
        agent = self.target()
        self.give(agent, "hq", "alerts", "count-another", [9, 9])
        agent.unixsock.ask(f'PUTVAL "hq/other-self/count-ledger_writable" interval=3600 {int(time.time())}:0')
        self.settled(agent)
        self.assertEqual(set(self.told(agent)), {("last", "self", "count-ledger_writable")})
        self.assertNotIn("plugin = other", agent.log())


if __name__ == "__main__":
    unittest.main()
