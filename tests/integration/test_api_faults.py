"""A PBX that hangs, breaks off or talks rubbish: it is told by kind, comes back by itself, and holds nothing else up."""

import time
import unittest

import config
from case import json_record, post
from polled import HTTP, PolledTest, make_calls, recent, totals_of
from ucmsim.place import hold, port_of
from until import until

PUSHERS = "127.0.0.9"
SILENT = 2_000  # Timeout where a PBX says nothing; where it does, no answer of a busy machine shall be too late
PROMPT = SILENT / 2_000  # seconds that a push may take: who waits for a PBX takes longer, mostly
# What is wrong: (kind of the fault, its options, which errors may be counted)
FAULTS = {
    "hang": ("hang", {}, {"timeout"}),
    "hang_connect": ("hang_connect", {}, {"timeout"}),
    "refuse": ("refuse", {}, {"protocol"}),
    "cut_before": ("cut", {"at": "headers"}, {"protocol"}),
    "cut_within": ("cut", {"at": "body"}, {"protocol"}),
    "cut_head": ("cut", {"at": 20}, {"protocol"}),
    "drip": ("drip", {"pause": 1}, {"timeout"}),
    "bytes": ("rubbish", {"what": "bytes"}, {"protocol"}),
    "random_body": ("rubbish", {"what": "random_body"}, {"protocol"}),
    "html": ("rubbish", {"what": "html"}, {"protocol"}),
    "empty": ("rubbish", {"what": "empty"}, {"protocol"}),
    "half_json": ("rubbish", {"what": "json"}, {"protocol"}),
    "longer": ("rubbish", {"what": "longer"}, {"protocol"}),
    "shorter": ("rubbish", {"what": "shorter"}, {"protocol"}),
    "http_500": ("http", {"status": 500}, {"protocol"}),
    "http_403": ("http", {"status": 403}, {"permission"}),
    "http_302": ("http", {"status": 302}, {"protocol"}),
    "slow": ("slow", {"ms": 6_000}, {"timeout"}),
    "status_8": ("status", {"code": -8}, {"protocol"}),
    "endless": ("rubbish", {"what": "endless"}, {"protocol", "timeout"}),
}
CUT_RECORDS = ("half_json", "shorter")  # an answer of records may end inside one: that one is kept aside, and read again


class Faults(PolledTest):
    def asked(self, names, **api):
        """An agent that asks one PBX for each name, and one that only pushes."""
        servers = {name: self.server(recent(name, calls=5), keep_alive=1 if name in ("hang_connect", "refuse") else 100) for name in names}
        blocks = [self.polled(server, {"StatusInterval": 2, "BackfillInterval": 2,
                                       "Timeout": SILENT if "timeout" in FAULTS[name][2] else 60_000, **api})
                  for name, server in servers.items()]
        agent = self.asking(*blocks, config.pbx("pushes", From=PUSHERS))
        for name in names:
            self.wait_up(agent, name)
        return agent, servers

    def push(self, agent, times):
        """Seconds that each of them took."""
        took = []
        for _ in range(times):
            before = time.monotonic()
            self.assertEqual(post(agent.url(HTTP), json_record(), PUSHERS).status, 200)
            took.append(time.monotonic() - before)
        return took

    def prompt(self, took):
        """A busy machine may hold any one of them up."""
        self.assertLess(sorted(took)[len(took) // 2], PROMPT, sorted(took))

    def go_wrong_and_come_back(self, names):
        agent, servers = self.asked(names)
        for name, server in servers.items():
            kind, options, _ = FAULTS[name]
            server.faults.set(kind, **options)
        took, rows = [], len(agent.csv.history("pushes", "self", "total_events-legs_accepted"))
        for name, server in servers.items():
            def down(name=name):
                took.extend(self.push(agent, 3))
                return agent.value(name, "self", "count-api_up") == 0
            until(down, f"{name} is down", pause=0.1)
        for name, server in servers.items():
            until(lambda name=name: sum(self.errors(agent, name).values()) >= 2, f"{name} fails again")
            self.assertLessEqual(self.errors(agent, name).keys(), FAULTS[name][2], name)
            self.assertNotEqual(self.api_status(agent, name)["detail"] if name != "status_8" else "-", "", name)
        self.prompt(took)
        self.wait_value(agent, "pushes", "self", "total_events-legs_accepted", len(took))
        until(lambda: len(agent.csv.history("pushes", "self", "total_events-legs_accepted")) >= rows + 3, "collectd reads on")
        until(lambda: agent.unixsock.value("pushes/ucm-self/total_events-legs_accepted"), "and gives out what it read")
        for server in servers.values():
            make_calls(server.pbx, 5, first=100)
            server.faults.clear()
        for name in names:
            self.wait_up(agent, name)
        self.wait_totals(agent, totals_of(*(server.pbx for server in servers.values())))
        for name in names:
            self.assertLessEqual(self.counter(agent, "total_events-records_quarantined", name), name in CUT_RECORDS, name)
            self.assertLessEqual(servers[name].counts.events["logins"], 3, name)

    def test_silence(self):
        self.go_wrong_and_come_back(["hang", "hang_connect", "drip", "slow"])

    def test_connections_that_end(self):
        self.go_wrong_and_come_back(["refuse", "cut_before", "cut_within", "cut_head", "longer", "shorter"])

    def test_rubbish(self):
        self.go_wrong_and_come_back(["bytes", "random_body", "html", "empty", "half_json"])

    def test_wrong_answers(self):
        self.go_wrong_and_come_back(["http_500", "http_403", "http_302", "status_8"])

    def test_endless(self):
        agent, servers = self.asked(["endless"])
        resident = agent.resident_kib()
        servers["endless"].faults.set("rubbish", what="endless", times=1)
        until(lambda: self.errors(agent, "endless") == {"protocol": 1}, "what does not end is given up")
        self.prompt(self.push(agent, 5))
        self.wait_up(agent, "endless")
        self.assertLess(agent.peak_kib(), resident + (100 << 10), "an answer as large as is taken, and what it costs")

    def test_nobody_listens(self):
        hq = recent(calls=20)
        place = hold()
        self.addCleanup(place.close)
        port = port_of(place)
        agent = self.asking(config.pbx("hq", self.api(self.server(hq), URL=f"https://127.0.0.1:{port}/api"), From=None))
        until(lambda: self.errors(agent).get("connect", 0) >= 2, "nothing is there")
        self.assertEqual(self.errors(agent).keys(), {"connect"})
        self.assertEqual(self.api_status(agent)["trouble"], "connect")
        self.assertEqual(agent.log().count(f"nothing listens on 127.0.0.1:{port}"), 1, "told once")
        self.server(hq, port=port)
        self.wait_totals(agent, totals_of(hq))
        self.wait_up(agent)

    def test_one_action_only(self):
        """What is wrong with one action is its own affair, where the PBX says so."""
        hq = recent(calls=20)
        server = self.server(hq)
        for action, code in (("listAccount", -16), ("queueapi", -26), ("listDigitalTrunk", -19)):
            server.faults.set("status", action=action, code=code)
        agent = self.asking(self.polled(server))
        self.wait_totals(agent, totals_of(hq))
        self.wait_asked(server, "getSystemStatus", 2)
        self.assertEqual(self.errors(agent).keys(), {"protocol"})
        self.assertEqual(self.counter(agent, "count-api_up"), 1)
        states = {one["action"]: one["state"] for one in self.api_status(agent)["actions"]}
        self.assertEqual((states["listAccount"], states["queueapi"], states["listDigitalTrunk"]), ("failing", "failing", "not offered"))
        self.assertEqual(server.counts.requests["listDigitalTrunk"], 1)

    def test_an_action_that_breaks_off_the_asking(self):
        """It rests when others were answered in between, and nothing waits for it; it was never answered, and is not said to be."""
        for kind, options in (("http", {"status": 500}), ("hang", {}), ("rubbish", {"what": "empty"})):
            with self.subTest(kind):
                hq = recent(calls=20)
                server = self.server(hq)
                server.faults.set(kind, action="listAccount", **options)
                agent = self.asking(self.polled(server, {"Timeout": SILENT if kind == "hang" else 60_000}))
                self.wait_totals(agent, totals_of(hq))
                self.wait_asked(server, "getSystemStatus", 3)
                self.wait_up(agent)
                states = {one["action"]: one["state"] for one in self.api_status(agent)["actions"]}
                self.assertEqual((states["listAccount"], states["cdrapi"]), ("failing", "ok"))
                self.assertLessEqual(server.counts.requests["listAccount"], 2)
                agent.stop()

    def test_now_and_then(self):
        """Each tenth answer or so fails in another way: everything is there in the end, once."""
        hq = recent(calls=300)
        server = self.server(hq, page_cap=20)
        agent = self.asking(self.polled(server, {"Timeout": SILENT}), settle=2)
        for kind, options in (("hang", {}), ("cut", {"at": "body"}), ("rubbish", {"what": "html"}), ("http", {"status": 500}),
                              ("expire", {}), ("rubbish", {"what": "json"})):
            self.wait_asked(server, "cdrapi", 1)
            server.faults.set(kind, action="cdrapi", times=1, **options)
            until(lambda: not server.faults.faults or server.faults.faults[0].over(), f"{kind} has happened")
        self.wait_totals(agent, totals_of(hq))
        self.wait_up(agent)
        self.assertEqual(self.counter(agent, "total_events-legs_accepted"), len(hq.store.legs()))
        self.assertLessEqual(self.counter(agent, "total_events-quarantined_syntax"), 1, "the record that half an answer ended in")


if __name__ == "__main__":
    unittest.main()
