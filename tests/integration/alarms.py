"""What the tests of the alerts share: a PBX of this very moment, and that each alert is told once when it goes on and once when
it is over, that its value follows, and that nothing else is told."""

import re
import time
from collections import Counter

import config
from case import PHONE, post
from polled import HTTP, PolledTest, recent
from ucmsim.records import document
from until import until

# What a notification is about, and how urgent that is.
SEVERITY = {"long_call": "WARNING", "long_call_running": "WARNING", "trunk_down": "FAILURE", "api_down": "WARNING",
            "push_silent": "FAILURE", "failure_rate": "FAILURE", "queue_wait": "WARNING", "fraud_destination": "FAILURE",
            "fraud_out_of_hours": "FAILURE", "fraud_burst": "FAILURE", "fraud_country": "WARNING", "fraud_short_calls": "WARNING",
            "pbx_restarted": "WARNING", "firmware_changed": "WARNING", "certificate_expiring": "WARNING",
            "buffer_overflow": "FAILURE", "clock_wrong": "WARNING"}
OVER = "OKAY"
UTC = "+00:00"
HOLD = 10  # AlertHold of events that shall go off while a test looks
HOUR, DAY = 3_600, 86_400

_TOLD = re.compile(r"Notification: (.*?), message = (.*)$")
_FIELD = re.compile(r"(\w+) = (.*?)(?=, \w+ = |$)")


def another_day():
    """A weekday that is neither today nor next to it."""
    return time.strftime("%a", time.gmtime(time.time() + 3 * DAY))


def notifications(text):
    """Those of the plugin in a log, oldest first: {severity, host, plugin_instance, type, type_instance, message}."""
    found = []
    for line in text.splitlines():
        if told := _TOLD.search(line):
            found.append({**dict(_FIELD.findall(told[1])), "message": told[2]})
    return [one for one in found if one.get("plugin") == "ucm"]


def on_now(agent, host="hq"):
    """{alert: how many things it is on for} of those that are on."""
    return {name.removeprefix("count-"): value for (where, scope, name), value in agent.control.metrics().items()
            if (where, scope) == (host, "alerts") and value}


class AlertsTest(PolledTest):
    def tearDown(self):
        for agent in self.agents:
            self.assertNotIn(PHONE, agent.log())
        super().tearDown()

    # -- a PBX

    def pushing(self, *more, **options):
        """An agent with a PBX whose clock shows UTC, that only pushes."""
        return self.agent(config.ucm(config.listen(HTTP), config.pbx("hq", TimeZone=UTC, **options), *more))

    def office(self, context=None, **options):
        """(simulated PBX, its server): it has an API, and its clock shows UTC."""
        made = recent(zone=UTC, **options)
        return made, self.server(made, context)

    def watching(self, server, api=None, **options):
        """An agent that asks this PBX and takes its pushes; its first answers are there."""
        agent = self.asking(self.polled(server, api, From="127.0.0.1", TimeZone=UTC, **options))
        self.wait_up(agent)
        self.wait_asked(server, "getSystemStatus", 2)
        return agent

    def push(self, agent, *records):
        for made in records:
            self.assertEqual(post(agent.url(HTTP), document(made, "json")).status, 200)

    # -- what is told

    def wait_on(self, agent, word, place, things=1):
        """It is on for so many things, told once for each; gives the last message."""
        until(lambda: on_now(agent).get(word) == things == len(self.raised(agent, word))
              and agent.value("hq", "self", "count-alerts_firing") >= things, f"{word} is on for {things} and told so often")
        for one in (told := self.raised(agent, word)):
            self.assertEqual((one["severity"], one["host"], one["plugin_instance"]), (SEVERITY[word], "hq", place), one)
        return told[-1]["message"]

    def wait_over(self, agent, word, place, things=1):
        """It is off, and that was told once for each thing; gives the last message."""
        until(lambda: word not in on_now(agent) and len(self.ended(agent, word)) >= things, f"{word} is off and told so")
        for one in (over := self.ended(agent, word)):
            self.assertEqual((one["host"], one["plugin_instance"]), ("hq", place), one)
        return over[-1]["message"]

    @staticmethod
    def raised(agent, word):
        return [one for one in notifications(agent.log()) if one["type_instance"] == word and one["severity"] != OVER]

    @staticmethod
    def ended(agent, word):
        return [one for one in notifications(agent.log()) if one["type_instance"] == word and one["severity"] == OVER]

    def assert_told(self, agent, **words):
        """Each of these alerts went on and off so many times, no other did, and nothing is on."""
        told = Counter((one["type_instance"], one["severity"]) for one in notifications(agent.log()))
        expected = Counter({(word, end): n for word, n in words.items() for end in (SEVERITY[word], OVER)})
        self.assertEqual(told, expected, agent.log())
        self.assertEqual(on_now(agent), {})
        self.assertEqual(agent.value("hq", "self", "count-alerts_firing"), 0)
        self.wait_value(agent, "hq", "self", "total_events-alerts_raised", sum(words.values()))
