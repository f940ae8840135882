"""Names that a PBX brings become names that every writer can use; too many of them become `other`."""

import re
import unittest

import config
from case import AgentTest, post, record
from ucmsim import Pbx, Route, Simulation
from ucmsim.records import document
from until import HANG, until

URL = "http://127.0.0.1:0"
SAFE = re.compile(r"[A-Za-z0-9_.-]{1,100}")
ODD = ("SIP Línea 1", "carrier/west", "a/b", "a_b", "a b", "../../etc/passwd", "..", ".", "with\nnewline", "quote\"'", "李雷", "x" * 300,
       "x" * 300 + "y", "other", "OTHER", "{}%s", "-", "trunk-1", "\\", "tab\there", "comma,semicolon;", "a" * 63, "a" * 64, "NaN", "ünï", "uni")


class Names(AgentTest):
    def push(self, agent, **fields):
        self.assertEqual(post(agent.url(URL), document(record(**fields), "json")).status, 200)

    def trunks(self, agent):
        return {scope: value for (host, scope, name), value in agent.control.metrics().items()
                if scope.startswith("trunk-") and name == "total_sessions-answered"}

    def test_odd_trunk_names_are_safe_and_kept_apart(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("hq", MaxSeries=5_000)))
        for times, name in enumerate(ODD, 1):
            for _ in range(times):
                self.push(agent, src_trunk_name=name)
        until(lambda: sum(self.trunks(agent).values()) == sum(range(1, len(ODD) + 1)), "all are counted")
        found = self.trunks(agent)
        self.assertEqual(sorted(found.values()), list(range(1, len(ODD) + 1)), "each under a name of its own")
        for scope in found:
            self.assertRegex(scope, SAFE)
            self.assertLessEqual(len(scope), 6 + 63)
        self.assertNotIn("trunk-other", found, "which is kept for what is beyond MaxSeries")

        until(lambda: {scope for _, scope, _ in agent.csv.names()} >= set(found), "csv has a file for each")
        for scope, value in found.items():
            until(lambda: agent.csv.value("hq", scope, "total_sessions-answered") == value, scope)
        until(lambda: {i.split("/")[1] for i in agent.unixsock.identifiers()} >= {"ucm-" + scope for scope in found}, "unixsock has all")

        agent.stop()
        agent.start()
        self.assertEqual(self.trunks(agent), found, "names stay what they were")
        self.push(agent, src_trunk_name="a b")
        until(lambda: sum(self.trunks(agent).values()) == sum(found.values()) + 1, "and go on being used")
        self.assertEqual(set(self.trunks(agent)), set(found))

    def test_beyond_max_series(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("hq", MaxSeries=700, Extensions=True, DIDs=True, AccountCodes=True)))
        for number in range(60):
            self.push(agent, src_trunk_name=f"t{number}", action_type=f"QUEUE[{6500 + number}]", dst=str(7000 + number),
                      dstchannel_ext=str(2000 + number), accountcode=str(number))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 60)
        seen = {key for key in agent.control.metrics() if key[0] == "hq"}
        self.assertLessEqual(len(seen), 700)
        for kind in ("trunk", "queue", "did", "account"):
            rows = {scope: value for (_, scope, name), value in agent.control.metrics().items()
                    if scope.startswith(kind + "-") and name == "total_sessions-answered"}
            self.assertEqual(sum(rows.values()), 60, kind)
            self.assertGreater(rows[kind + "-other"], 0)
        self.assertIn("MaxSeries", agent.log())
        self.assertEqual(sum("MaxSeries" in row for row in agent.log().splitlines()), 1, "said once")
        agent.stop()
        agent.start()
        self.assertEqual({key for key in agent.control.metrics() if key[0] == "hq"}, seen, "the same after a restart")

    def test_what_is_asked_for(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("none", From="127.0.0.2", Trunks=False, Queues=False),
                                      config.pbx("all", From="127.0.0.3", Extensions=True, DIDs=True, AccountCodes=True, MaxSeries=5_000), Settle=config.APART))
        runs = [Simulation([Pbx(name, address=source, firmware="gen1")], [Route(agent.url(URL))], calls=200)
                for name, source in (("none", "127.0.0.2"), ("all", "127.0.0.3"))]
        for run in runs:
            self.assertTrue(run.run(HANG), run.stats())
        self.wait_totals(agent, runs[1].totals())
        kinds = {}
        for host, scope, _ in agent.control.metrics():
            kinds.setdefault(host, set()).add(scope.split("-")[0])
        fixed = {"all", "inbound", "outbound", "internal", "external", "self", "alerts"}
        self.assertEqual(kinds["none"], fixed)
        self.assertEqual(kinds["all"], fixed | {"trunk", "queue", "ringgroup", "extension", "did", "account"})
        for host, scope, name in agent.control.metrics():
            self.assertNotRegex(scope + name, r"55501\d{3}", "no outsider's number is a label")

    def test_types_are_stock_types(self):
        with open("/usr/share/collectd/types.db", encoding="utf-8") as file:
            stock = {line.split()[0] for line in file if line.strip() and not line.startswith("#")}
        agent = self.agent()
        self.push(agent)
        until(lambda: ("hq", "trunk-main", "total_sessions-answered") in agent.control.metrics(), "a trunk has values")
        for _, _, name in agent.control.metrics():
            kind, _, instance = name.partition("-")
            self.assertIn(kind, stock)
            self.assertRegex(instance, r"^[a-z0-9_-]+$")


if __name__ == "__main__":
    unittest.main()
