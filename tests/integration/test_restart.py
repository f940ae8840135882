"""A restart: counters go on where they were, and an open session is counted once."""

import unittest

import config
from case import AgentTest, post, record
from ucmsim import Pbx, Route, Simulation
from ucmsim.records import document
from until import HANG, until

URL = "http://127.0.0.1:0"


class Restart(AgentTest):
    def test_counters_never_fall(self):
        agent = self.agent(settle=config.APART)
        expected = {}
        for round_number in range(3):
            pbx = Pbx(epoch=1_769_436_000 + round_number * 86_400)
            run = Simulation([pbx], [Route(agent.url(URL))], calls=50)
            self.assertTrue(run.run(HANG), run.stats())
            for scope, row in run.totals()["hq"].items():
                kept = expected.setdefault(scope, {})
                for name, value in row.items():
                    kept[name] = kept.get(name, 0) + value
            self.wait_csv_totals(agent, {"hq": expected})
            agent.stop()
            agent.start()
            self.wait_totals(agent, {"hq": expected})
        self.wait_csv_totals(agent, {"hq": expected})
        for host, scope, name in agent.csv.names():
            if name.startswith("total_"):
                history = agent.csv.history(host, scope, name)
                self.assertEqual(history, sorted(history), (host, scope, name))
                self.assertFalse([v for v in history if v != v], "no gap in a counter")

    def test_an_open_session_is_counted_once(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("hq"), Settle=4))
        first = record(disposition="NO ANSWER", billsec="0")
        second = dict(first, AcctId="999", lastapp="VoiceMail", action_type="VM", disposition="ANSWERED", billsec="7")
        self.assertEqual(post(agent.url(URL), document(first, "json")).status, 200)
        agent.stop()
        agent.start()
        self.assertEqual(agent.value("hq", "all", "total_sessions-voicemail"), 0)
        self.assertEqual(agent.value("hq", "all", "total_events-leg_no_answer"), 1)
        self.assertEqual(post(agent.url(URL), document(second, "json")).status, 200)
        agent.kill()
        agent.start()
        self.assertEqual(post(agent.url(URL), document(second, "json")).status, 200)
        self.wait_value(agent, "hq", "all", "total_sessions-voicemail", 1)
        self.assertEqual(agent.value("hq", "all", "total_sessions-no_answer"), 0)
        self.assertEqual(agent.value("hq", "self", "total_events-legs_duplicate"), 1)
        until(lambda: agent.value("hq", "self", "queue_length-settling") == 0, "nothing is left open")

    def test_a_call_left_open_settles_after_the_restart(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("hq"), Settle=2))
        self.assertEqual(post(agent.url(URL), document(record(), "json")).status, 200)
        agent.stop()
        agent.start()
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 1)

    def test_the_second_of_two_agents_leaves_the_ledger_alone(self):
        agent = self.agent()
        self.assertEqual(post(agent.url(URL), document(record(), "json")).status, 200)
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 1)
        other = self.agent(config.ucm(config.listen("http://127.0.0.1:0"), config.pbx("hq"), StateDirectory=agent.state), start=False)
        other.launch()
        until(lambda: "another process keeps its ledger" in other.log(), "the second one says that the ledger is taken")
        waiting, body = other.url(URL), document(record(), "json")
        refused = until(lambda: post(waiting, body), "the second one listens")
        self.assertEqual(refused.status, 503)
        self.assertGreater(int(refused.header("retry-after")), 0)
        self.assertEqual(post(agent.url(URL), document(record(), "json")).status, 200)
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 2)
        agent.stop()
        until(lambda: post(waiting, body).status == 200, "the second one takes over when the first has ended")
        until(lambda: other.csv.value("hq", "all", "total_sessions-answered") == 3, "and goes on with its counters")


if __name__ == "__main__":
    unittest.main()
