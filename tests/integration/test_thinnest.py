"""One record by HTTP becomes a value that collectd gives out."""

import unittest

from case import AgentTest, json_record, post
from until import until


class Thinnest(AgentTest):
    def test_one_record(self):
        agent = self.agent()
        name = ("hq", "all", "total_sessions-answered")
        until(lambda: agent.csv.value(*name) == 0, "a zero before the first call")

        answer = post(agent.url("http://127.0.0.1:0"), json_record(billsec="61", duration="70"))
        self.assertEqual(answer.status, 200, answer.body)

        self.wait_value(agent, *name, 1)
        until(lambda: agent.csv.value(*name) == 1, "csv shows one answered call")
        until(lambda: "hq/ucm-all/total_sessions-answered" in agent.unixsock.identifiers(), "unixsock has it")
        until(lambda: agent.unixsock.value("hq/ucm-all/total_sessions-answered")["value"] == 0, "unixsock shows a rate again")
        self.assertEqual(agent.value("hq", "trunk-main", "total_time_in_ms-talk"), 61_000)
        self.assertEqual(agent.value("hq", "inbound", "total_sessions-answered"), 1)
        self.assertEqual(agent.value("hq", "outbound", "total_sessions-answered"), 0)

    def test_every_series_every_interval(self):
        agent = self.agent()
        zero, idle = ("hq", "external", "total_sessions-failed"), ("hq", "all", "duration-talk-average")
        until(lambda: len(agent.csv.history(*zero)) >= 3, "zeros go on being sent")
        until(lambda: len(agent.csv.history(*idle)) >= 3, "idle gauges go on being sent")
        self.assertEqual(set(agent.csv.history(*zero)), {0.0})
        self.assertTrue(all(value != value for value in agent.csv.history(*idle)), "an idle gauge is NaN")
        seen = {(host, "ucm-" + scope, name) for host, scope, name in agent.control.metrics()}
        until(lambda: seen <= {tuple(i.split("/")) for i in agent.unixsock.identifiers()}, "collectd has every value of the snapshot")


if __name__ == "__main__":
    unittest.main()
