"""Alerts: an option, what happens, a notification, a value, a line of status; and over once, after a restart too."""

import subprocess
import time
import unittest

import config
from case import PHONE, post, record
from polled import HTTP, PolledTest, recent
from ucmsim.records import document
from until import HANG, until


class Alerts(PolledTest):
    @staticmethod
    def told(agent, alert):
        return [line for line in agent.log().splitlines() if "Notification:" in line and f"type_instance = {alert}" in line]

    def wait_told(self, agent, alert, severity, times=1):
        lines = until(lambda: len(found := self.told(agent, alert)) >= times and found, f"{times} notifications of {alert}")
        self.assertEqual(len(lines), times, lines)
        self.assertIn(f"severity = {severity}", lines[-1])
        return lines[-1]

    @staticmethod
    def on(agent, pbx="hq"):
        status = agent.control.status()["status"]["pbxes"]
        return [(one["alert"], one["thing"]) for one in next(one for one in status if one["name"] == pbx)["alerts"]]

    @staticmethod
    def ucmctl(agent):
        done = subprocess.run([config.UCMCTL, "--socket", agent.path("ucm", "ucm.sock"), "status"], capture_output=True, text=True, timeout=HANG,
                              check=False)
        return done.stdout

    def test_a_trunk_that_is_down_until_after_a_restart(self):
        server = self.server(recent(calls=1))
        agent = self.asking(self.polled(server, TrunkDown=2))
        self.wait_up(agent)
        self.wait_value(agent, "hq", "alerts", "count-trunk_down", 0)
        server.state.set_trunk("carrier/west", "Unreachable")
        told = self.wait_told(agent, "trunk_down", "FAILURE")
        for word in ("host = hq", "plugin = ucm", "plugin_instance = trunk-carrier_west", "type = count", "carrier/west has been down"):
            self.assertIn(word, told)
        self.wait_value(agent, "hq", "alerts", "count-trunk_down", 1)
        self.wait_value(agent, "hq", "self", "count-alerts_firing", 1)
        self.wait_value(agent, "hq", "self", "total_events-alerts_raised", 1)
        self.assertEqual(self.on(agent), [("trunk_down", "trunk carrier/west")])
        self.assertIn("hq, trunk_down (1): look at its registration", self.ucmctl(agent))
        self.wait_heard(agent, "trunk_down")
        agent.kill()
        agent.start()
        self.wait_value(agent, "hq", "alerts", "count-trunk_down", 1)
        self.wait_asked(server, "listVoIPTrunk", 4)
        self.wait_told(agent, "trunk_down", "FAILURE")
        self.assertEqual(agent.value("hq", "self", "total_events-alerts_raised"), 1)
        server.state.set_trunk("carrier/west", "Reachable")
        self.assertIn("is over", self.wait_told(agent, "trunk_down", "OKAY", 2))
        self.wait_value(agent, "hq", "alerts", "count-trunk_down", 0)

    def test_callers_who_wait_and_calls_that_run(self):
        server = self.server(recent(calls=20))
        agent = self.asking(self.polled(server, QueueWait=30, LongCallRunning=600))
        self.wait_up(agent)
        long_ago = int(server.state.now()) - 700
        server.state.ring("5550104", "2004", inbound="carrier/west", feature="6501", channel_state="Up", since=long_ago)
        server.state.talk("5550102", "2001", outbound="carrier/west", since=long_ago)
        self.assertIn("queue 6501 has been waiting for 7", self.wait_told(agent, "queue_wait", "WARNING"))
        self.assertIn("running for 11 min (over trunk carrier/west)", self.wait_told(agent, "long_call_running", "WARNING"))
        server.state.bridged.clear()
        server.state.unbridged.clear()
        self.wait_told(agent, "queue_wait", "OKAY", 2)
        self.wait_told(agent, "long_call_running", "OKAY", 2)

    def test_an_api_that_is_away(self):
        server = self.server(recent(calls=1))
        agent = self.asking(self.polled(server, {"Timeout": 3_000}, ApiDown=2))
        self.wait_up(agent)
        server.faults.set("hang")
        self.wait_told(agent, "api_down", "WARNING")
        server.faults.clear()
        self.wait_told(agent, "api_down", "OKAY", 2)

    def push(self, agent, dst, ago=60, **fields):
        """A call out that began so long ago, by the PBX's clock at UTC."""
        at = int(time.time()) - ago
        start = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at))
        made = record(dst=dst, src="2001", channel_ext="2001", start=start, answer=start, end=start, userfield="Outbound",
                      src_trunk_name="", dst_trunk_name="carrier/west", **fields)
        made["session"] = f"{at}{made['AcctId']}-2001"
        self.assertEqual(post(agent.url(HTTP), document(made, "json")).status, 200)

    def test_fraud_from_the_records(self):
        agent = self.agent(config.ucm(config.listen(HTTP), config.pbx(
            "hq", TimeZone="+00:00", HomeCountry="49", OutsideLine="0", PremiumPrefixes=["0900", "+4990"], FraudInternational=True,
            BurstCalls=4, AlertHold=3)))
        number = "00044207946" + PHONE[-4:]
        self.push(agent, number)
        told = self.wait_told(agent, "fraud_destination", "FAILURE")
        self.assertIn("United Kingdom (+44) (+4420", told)
        self.assertNotIn("2001", told)
        self.assertNotIn(number[4:], agent.log())
        for ago in (9_000, 8_000, 7_000, 6_000):  # late, and no burst
            self.push(agent, "030555010", ago)
        for ago in (61, 62):
            self.push(agent, "030555010", ago)
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 7)
        self.assertEqual(self.told(agent, "fraud_burst"), [])
        self.push(agent, "00900555010")
        self.assertIn("4 calls by caller 2", self.wait_told(agent, "fraud_burst", "FAILURE"))
        until(lambda: any("premium rate 0900" in line for line in self.told(agent, "fraud_destination")), "the premium rate")
        until(lambda: sum("severity = OKAY" in line for line in self.told(agent, "fraud_destination")) == 2, "they are over")
        self.assertEqual(self.told(agent, "fraud_country"), [], "countries are being learnt")


if __name__ == "__main__":
    unittest.main()
