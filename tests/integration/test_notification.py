"""A call longer than LongCall gives a notification when it has ended; collectd's logfile plugin prints it."""

import unittest

import config
from case import PHONE, AgentTest, post, record
from ucmsim.records import document
from until import until

URL = "http://127.0.0.1:0"


class LongCall(AgentTest):
    def target(self, **options):
        return self.agent(config.ucm(config.listen(URL), config.pbx("hq", **options)))

    def push(self, agent, source=None, **fields):
        made = record(**fields)
        self.assertEqual(post(agent.url(URL), document(made, "json"), source).status, 200)
        return made

    @staticmethod
    def told(agent):
        return [line for line in agent.log().splitlines() if "Notification:" in line and "plugin = ucm" in line]

    def wait_told(self, agent, times):
        until(lambda: len(self.told(agent)) >= times, f"{times} notifications")
        self.assertEqual(len(self.told(agent)), times, self.told(agent))

    def test_told_once_without_numbers(self):
        agent = self.target(LongCall=60)
        self.push(agent, duration="60", billsec="50")
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 1)
        long = self.push(agent, duration="7325", billsec="7300", src_trunk_name="main %s")
        self.wait_told(agent, 1)
        told = self.told(agent)[0]
        for word in ("severity = WARNING", "host = hq", "type = duration", "122 min 5 s", "inbound", "answered", "60 s"):
            self.assertIn(word, told)
        self.assertNotIn(PHONE, agent.log())
        self.assertNotIn(long["dst"] + ",", told)
        self.assertEqual(post(agent.url(URL), document(long, "json")).status, 200)
        self.push(agent, session=long["session"], start=long["start"], duration="7330", uniqueid=long["uniqueid"] + "1")
        self.wait_value(agent, "hq", "self", "total_events-calls_amended", 1)
        agent.stop()
        agent.start()
        self.push(agent, duration="61")
        self.wait_told(agent, 2)

    def test_a_late_leg_that_makes_it_long(self):
        agent = self.target(LongCall=60)
        first = self.push(agent, duration="50", billsec="50")
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 1)
        self.push(agent, session=first["session"], start=first["start"], duration="90", uniqueid=first["uniqueid"] + "1")
        self.wait_told(agent, 1)

    def test_numbers_when_asked_for(self):
        agent = self.target(LongCall=60, NumbersInNotifications=True)
        long = self.push(agent, duration="4000")
        self.wait_told(agent, 1)
        self.assertIn(long["src"], self.told(agent)[0])
        self.assertIn(long["dst"], self.told(agent)[0])
        self.push(agent, duration="4000", src="9" * 5_000 + "\n", dst="李" * 2_000)
        self.wait_told(agent, 2)
        self.push(agent, duration="4000", src="\n[2026-01-01 00:00:00] forged\x7f", dst="李" * 2_000)
        self.wait_told(agent, 3)
        self.assertNotIn("\n[2026-01-01 00:00:00] forged", agent.log())
        self.assertNotIn("\ufffd", agent.log())

    def test_none_when_switched_off_and_an_hour_by_default(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("off", LongCall=0), config.pbx("default", From="127.0.0.2")))
        self.push(agent, duration="86000")
        self.push(agent, "127.0.0.2", duration="3600")
        self.push(agent, "127.0.0.2", duration="3601")
        self.wait_told(agent, 1)
        self.assertIn("host = default", self.told(agent)[0])
        self.wait_value(agent, "off", "all", "total_sessions-answered", 1)
        self.wait_value(agent, "default", "all", "total_sessions-answered", 2)
        self.wait_told(agent, 1)


if __name__ == "__main__":
    unittest.main()
