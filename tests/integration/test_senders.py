"""Who pushes: several PBXes told apart by address, by network and by serial; strangers."""

import unittest

import config
from case import AgentTest, json_record, post
from ucmsim import Pbx, Route, Simulation
from ucmsim.records import document
from case import record
from until import HANG

URL = "http://127.0.0.1:0"
REFUSED = (config.AGENT_HOST, "self", "total_events-senders_refused")


class Senders(AgentTest):
    def test_by_address_and_by_serial(self):
        agent = self.agent(config.ucm(
            config.listen(URL), config.listen("tcp://127.0.0.1:0"), config.pbx("by-address", From="127.0.0.2"),
            config.pbx("by-network", From=["127.0.3.0/24", "127.0.4.0/24"]),
            config.pbx("first-serial", From="127.0.0.5", Serial="20AAAA"), config.pbx("second-serial", From="127.0.0.5", Serial="20BBBB"),
            config.pbx("renamed", From="127.0.0.6", Host="branch.example"), Settle=config.APART))
        http, tcp = Route(agent.url(URL)), Route(agent.url("tcp://127.0.0.1:0"))
        runs = [Simulation(pbxes, [http, tcp], calls=80) for pbxes in (
            [Pbx("by-address", "20AAAA", "127.0.0.2"), Pbx("by-network", "20AAAA", "127.0.4.77", seed=2)],
            [Pbx("first-serial", "20AAAA", "127.0.0.5", seed=3), Pbx("second-serial", "20BBBB", "127.0.0.5", seed=4),
             Pbx("branch.example", "20AAAA", "127.0.0.6", seed=5)])]
        totals = {}
        for run in runs:
            self.assertTrue(run.run(HANG), run.stats())
            totals.update(run.totals())
        self.wait_totals(agent, totals)
        self.assertEqual(agent.value(*REFUSED), 0)
        self.assertEqual({host for host, _, _ in agent.control.metrics()}, set(totals) | {config.AGENT_HOST})

    def test_the_same_record_of_two_pbxes_is_two(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("a", From="127.0.0.2"), config.pbx("b", From="127.0.0.3")))
        body = json_record()
        for source in ("127.0.0.2", "127.0.0.3", "127.0.0.2"):
            self.assertEqual(post(agent.url(URL), body, source).status, 200)
        self.wait_value(agent, "a", "all", "total_sessions-answered", 1)
        self.wait_value(agent, "b", "all", "total_sessions-answered", 1)
        self.assertEqual(agent.value("a", "self", "total_events-legs_duplicate"), 1)

    def test_strangers(self):
        agent = self.agent(config.ucm(config.listen(URL), config.listen("tcp://127.0.0.1:0"), config.pbx("hq", From="127.0.0.2")))
        for number in range(3):
            self.assertEqual(post(agent.url(URL), json_record(), "127.0.0.9").status, 403)
        self.assertEqual(post(agent.url(URL), b"", "127.0.0.9").status, 403)
        self.wait_value(agent, *REFUSED, 4)
        stranger = Simulation([Pbx(address="127.0.0.9")], [Route(agent.url("tcp://127.0.0.1:0"))], calls=1, attempts=1, retry=0.01)
        self.assertTrue(stranger.run(HANG))
        self.wait_value(agent, *REFUSED, 5 if stranger.stats()["legs"] == 1 else agent.value(*REFUSED))
        self.assertEqual(post(agent.url(URL), json_record(), "127.0.0.2").status, 200)
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 1)
        self.assertEqual(agent.value("hq", "self", "total_events-legs_accepted"), 1)
        self.assertLessEqual(agent.log().count("127.0.0.9"), 2, "the log says it once")

    def test_a_serial_that_no_pbx_has(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("one", Serial="20AAAA"), config.pbx("two", Serial="20BBBB")))
        for unknown in ({"sn": "20CCCC"}, {}):
            answer = post(agent.url(URL), document(record(**unknown), "json"))
            self.assertIn(answer.status, (202, 403), "it says so and is not asked to send it for ever, or is refused")
        self.assertEqual(post(agent.url(URL), document(record(sn="20BBBB"), "json")).status, 200)
        self.wait_value(agent, "two", "all", "total_sessions-answered", 1)
        self.assertEqual(agent.value("one", "self", "total_events-legs_accepted"), 0)
        self.assertEqual(agent.value("two", "self", "total_events-legs_accepted"), 1)


if __name__ == "__main__":
    unittest.main()
