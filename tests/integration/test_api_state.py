"""What a PBX says of itself, as values: extensions, trunks, calls of this moment, queues, uptime, firmware."""

import math
import unittest

import config
from polled import HTTP, PolledTest, make_calls, recent
from ucmsim import Route, Simulation
from until import HANG, until

LINEA, CARRIER = "trunk-SIP_L_nea_1", "trunk-carrier_west"


class State(PolledTest):
    def setUp(self):
        super().setUp()
        self.hq = recent(calls=20)
        self.served = self.server(self.hq)
        self.state = self.served.state

    def shows(self, agent, expected):
        """{"scope/type-instance": value}, NaN for one that is unknown."""
        def differing():
            seen = agent.control.metrics()
            return {name: found for name, value in expected.items()
                    if (found := seen[("hq", *name.split("/"))]) != value and not (math.isnan(value) and math.isnan(found))}
        found = [None]

        def equal():
            found[0] = differing()
            return not found[0]
        try:
            until(equal, "the values are these")
        except AssertionError:
            self.fail(f"other values: {found[0]}")

    @staticmethod
    def told(agent, alert):
        return [line for line in agent.log().splitlines() if "Notification:" in line and f"type_instance = {alert}" in line]

    def test_extensions(self):
        for number, status in ((2001, "InUse"), (2002, "Ringing"), (2003, "Busy"), (2004, "Unavailable"), (2005, "InUse"),
                               (2006, "Perplexed")):
            self.state.set_account(str(number), status)
        agent = self.asking(self.polled(self.served))
        self.shows(agent, {f"system/count-extensions_{word}": n for word, n in
                           (("idle", 14), ("in_use", 2), ("ringing", 1), ("busy", 1), ("unavailable", 2))})
        self.state.set_account("2001", "Idle")
        self.shows(agent, {"system/count-extensions_idle": 15, "system/count-extensions_in_use": 1})
        options = self.served.counts.of("listAccount")[0].parameters["options"]
        self.assertEqual(options, "extension,status", "nothing else is anybody's business")

    def test_more_extensions_than_a_page(self):
        big = recent("big", extensions=range(1000, 1350))
        agent = self.asking(self.polled(server := self.server(big)))
        until(lambda: agent.value("big", "system", "count-extensions_idle") == 350, "all pages are read")
        self.assertEqual([one.parameters["page"] for one in server.counts.of("listAccount")][:4], ["1", "2", "3", "4"])

    def test_trunks(self):
        agent = self.asking(self.polled(self.served))
        self.shows(agent, {"system/count-trunks_up": 2, "system/count-trunks_down": 0, f"{LINEA}/count-up": 1, f"{CARRIER}/count-up": 1})
        self.state.set_trunk("carrier/west", "Unreachable")
        self.shows(agent, {"system/count-trunks_up": 1, "system/count-trunks_down": 1, f"{LINEA}/count-up": 1, f"{CARRIER}/count-up": 0})
        self.state.set_trunk("carrier/west", "Reachable", out_of_service="yes")
        self.state.set_trunk("SIP Línea 1", "Rejected")
        self.shows(agent, {"system/count-trunks_up": 0, "system/count-trunks_down": 2, f"{LINEA}/count-up": 0, f"{CARRIER}/count-up": 0})
        del self.state.voip_trunks[1]
        self.shows(agent, {"system/count-trunks_down": 1, f"{CARRIER}/count-up": math.nan})

    def test_calls_of_this_moment(self):
        agent = self.asking(self.polled(self.served))
        everything = ("all", LINEA, CARRIER, "queue-6500", "queue-6501")
        self.shows(agent, {f"{scope}/current_sessions-{word}": 0 for scope in everything for word in ("active", "ringing")})
        self.state.talk("5550100", "2001", inbound="SIP Línea 1", feature="6500")
        self.state.talk("2002", "2003")
        self.state.talk("5550102", "5550103", inbound="SIP Línea 1", outbound="carrier/west")
        self.state.ring("5550104", "2004", inbound="carrier/west", feature="6501")
        self.state.ring("5550105", "2005", channel_state="Ring")  # no call of its own
        self.shows(agent, {"all/current_sessions-active": 3, "all/current_sessions-ringing": 1,
                           f"{LINEA}/current_sessions-active": 2, f"{LINEA}/current_sessions-ringing": 0,
                           f"{CARRIER}/current_sessions-active": 1, f"{CARRIER}/current_sessions-ringing": 1,
                           "queue-6500/current_sessions-active": 1, "queue-6501/current_sessions-ringing": 1})
        self.state.hang_up_all()
        self.shows(agent, {f"{scope}/current_sessions-{word}": 0 for scope in everything for word in ("active", "ringing")})

    def test_queues(self):
        self.state.wait("6500", "5550100", "5550101", "5550102")
        self.state.answered("6501", "5550103")
        self.state.set_member("6500", "2001", "Paused")
        self.state.set_member("6501", "2002", "LoggedOut")
        agent = self.asking(self.polled(self.served))
        self.shows(agent, {"queue-6500/count-waiting": 3, "queue-6500/count-talking": 0, "queue-6501/count-waiting": 0,
                           "queue-6501/count-talking": 1, "queue-6500/count-agents_logged_in": 4, "queue-6500/count-agents_paused": 1,
                           "queue-6501/count-agents_logged_in": 3, "queue-6501/count-agents_paused": 0})
        self.state.wait("6500")
        self.shows(agent, {"queue-6500/count-waiting": 0})

    def test_no_queues_wanted(self):
        agent = self.asking(self.polled(self.served, Queues=False))
        self.wait_asked(self.served, "listUnBridgedChannels", 2)
        self.assertEqual({name for name in self.served.counts.requests if "ueue" in name}, set())
        self.assertNotIn("queue-6500", {scope for _, scope, _ in agent.control.metrics()})

    def test_uptime_restarts_and_firmware(self):
        agent = self.asking(self.polled(self.served))
        until(lambda: 3_723 <= agent.value("hq", "system", "uptime-pbx") < 3_800, "its uptime")
        self.shows(agent, {"system/total_events-restarts": 0})
        told = self.api_status(agent)["system"]
        self.assertEqual((told["model"], told["firmware"], told["serial"]), ("UCM6302 V1.2B", "1.0.20.23", "20EXAMPLE0001"))
        self.state.version = "1.0.33.30"
        self.served.restart()
        self.shows(agent, {"system/total_events-restarts": 1})
        until(lambda: agent.value("hq", "system", "uptime-pbx") < 60, "it began anew")
        notices = until(lambda: self.told(agent, "firmware_changed"), "a notification")
        self.assertEqual(len(notices), 1)
        for word in ("host = hq", "1.0.33.30", "1.0.20.23", "UCM6302 V1.2B"):
            self.assertIn(word, notices[0])
        self.assertEqual(len(self.told(agent, "pbx_restarted")), 1)
        self.wait_heard(agent, "pbx_restarted", "firmware_changed")
        agent.kill()
        agent.start()
        self.wait_up(agent)
        self.wait_asked(self.served, "getSystemStatus", 2)
        self.shows(agent, {"system/total_events-restarts": 1})
        self.assertEqual((len(self.told(agent, "firmware_changed")), len(self.told(agent, "pbx_restarted"))), (1, 1), "it was known")

    def test_restart_while_collectd_is_away(self):
        agent = self.asking(self.polled(self.served))
        self.wait_up(agent)
        self.wait_asked(self.served, "getSystemStatus", 2)
        agent.stop()
        self.served.restart()
        self.state.version = "1.0.34.1"
        agent.start()
        self.shows(agent, {"system/total_events-restarts": 1})
        until(lambda: any("1.0.34.1" in line for line in self.told(agent, "firmware_changed")), "a notification")
        until(lambda: self.told(agent, "pbx_restarted"), "another")

    def test_unknown_while_it_is_away(self):
        """No value stays as it was; counters do, and pushes are counted."""
        agent = self.asking(self.polled(self.served, {"Timeout": 3_000}, From="127.0.0.1"), settle=config.APART)
        levels = ["all/current_sessions-active", "all/current_sessions-ringing", "system/uptime-pbx", "system/count-extensions_idle",
                  "system/count-trunks_up", "system/time_offset-clock", f"{LINEA}/count-up", f"{LINEA}/current_sessions-active",
                  "queue-6500/count-waiting", "queue-6500/count-agents_logged_in", "queue-6500/current_sessions-active"]
        until(lambda: not any(math.isnan(agent.value("hq", *level.split("/"))) for level in levels), "all is known")
        until(lambda: agent.value("hq", "self", "duration-since_poll") >= 0, "the first run over the records is through")
        self.served.faults.set("hang")
        self.shows(agent, {**dict.fromkeys(levels, math.nan), "self/count-api_up": 0, "system/total_events-restarts": 0})
        until(lambda: agent.value("hq", "self", "duration-since_poll") >= 2, "the age of what is known grows")
        until(lambda: math.isnan(agent.csv.value("hq", "system", "uptime-pbx")), "in collectd too")
        run = Simulation([self.hq], [Route(agent.url(HTTP))], calls=20)
        self.assertTrue(run.run(HANG), run.stats())
        self.assertEqual(agent.value("hq", "self", "total_events-legs_duplicate"), 0)
        self.served.faults.clear()
        until(lambda: not any(math.isnan(agent.value("hq", *level.split("/"))) for level in levels), "all is known again")
        make_calls(self.hq, 5, first=500)
        self.wait_totals(agent, run.totals())


if __name__ == "__main__":
    unittest.main()
