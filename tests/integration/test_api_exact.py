"""What the push missed is fetched, and everything is counted exactly once: killed in between, pushed and fetched at the same
time, grouped in every way that firmware groups it."""

import random
import time
import unittest

import ledger_file
from polled import HTTP, PolledTest, make_calls, recent, totals_of
from ucmsim import Route, Simulation
from ucmsim.grouping import Shape
from until import HANG, until

SETTLE = 12  # longer than the missing half of a call takes to be fetched, so that no call is counted before its last leg


class Gaps(PolledTest):
    def test_half_of_it_was_never_pushed(self):
        """The API is away while half of the records are pushed; then it gives the other half."""
        hq = recent()
        server = self.server(hq)
        server.faults.set("http", status=503)
        agent = self.asking(self.polled(server, From="127.0.0.1"), settle=SETTLE)
        run = Simulation([hq], [Route(agent.url(HTTP)), Route(agent.url(HTTP), "xml")], calls=300, push_share=0.5)
        self.assertTrue(run.run(HANG), run.stats())
        legs, missed = run.stats()["legs"], run.stats()["not_pushed"]
        until(lambda: self.counter(agent, "total_events-legs_accepted") == legs - missed, "what was pushed is counted")
        server.faults.clear()
        until(lambda: self.counter(agent, "total_events-legs_backfilled") == missed, "what was missed is fetched")
        self.wait_totals(agent, run.totals())
        self.assertEqual(self.counter(agent, "total_events-legs_accepted"), legs)
        self.assertEqual(self.counter(agent, "total_events-legs_duplicate"), 0)
        self.assertEqual(self.counter(agent, "total_events-calls_amended"), 0)
        until(lambda: self.counter(agent, "count-legs_backfilled_hour") == missed, "the gap is shown")
        self.wait_asked(server, "cdrapi", 2)
        until(lambda: self.counter(agent, "total_events-legs_reread") >= 2 * legs - missed, "it is read again")
        self.assertEqual((self.counter(agent, "total_events-legs_accepted"), self.counter(agent, "total_events-legs_backfilled")),
                         (legs, missed))
        self.wait_csv_totals(agent, run.totals())

    def test_pushed_and_fetched_at_once(self):
        hq = recent()
        server = self.server(hq)
        agent = self.asking(self.polled(server, From="127.0.0.1"), settle=SETTLE)
        run = Simulation([hq], [Route(agent.url(HTTP)), Route(agent.url(HTTP), "csv")], calls=400, rate=120, push_share=0.7,
                         duplicates=0.1)
        self.assertTrue(run.run(HANG), run.stats())
        self.wait_totals(agent, run.totals())
        stats = run.stats()
        accepted, duplicate, backfilled = (self.counter(agent, f"total_events-legs_{what}")
                                           for what in ("accepted", "duplicate", "backfilled"))
        self.assertEqual(accepted, stats["legs"])
        self.assertEqual(accepted + duplicate, stats["delivered"] + stats["duplicates"] + backfilled)
        self.assertGreaterEqual(backfilled, stats["not_pushed"])
        self.assertGreaterEqual(duplicate, stats["duplicates"])
        self.assertEqual(ledger_file.number(agent.state, "SELECT count(*) FROM legs"), stats["legs"])

    def test_killed_again_and_again(self):
        seed = random.randrange(1 << 32)
        moments = random.Random(seed)
        hq = recent(seed=seed)
        server = self.server(hq, page_cap=150)
        server.faults.set("slow", action="cdrapi", ms=30)
        agent = self.asking(self.polled(server, From="127.0.0.1"), settle=2 * SETTLE)
        run = Simulation([hq], [Route(agent.url(HTTP)), Route(agent.url(HTTP), "xml")], calls=300, rate=60, push_share=0.5, retry=0.02,
                         seed=seed)
        run.start()
        self.addCleanup(run.stop)
        for round_number in range(5):
            with self.subTest(round=round_number, seed=seed):
                moment = time.monotonic() + moments.uniform(0.3, 1.2)
                until(lambda moment=moment: time.monotonic() >= moment, "a random moment has come", pause=0.001)
                agent.kill()
                agent.start()
        self.assertTrue(run.finish(HANG), run.stats())
        self.wait_totals(agent, run.totals())
        legs = run.stats()["legs"]
        self.assertEqual(self.counter(agent, "total_events-legs_accepted"), legs)
        self.assertEqual(ledger_file.number(agent.state, "SELECT count(*) FROM legs"), legs)
        self.assertGreaterEqual(self.counter(agent, "total_events-legs_backfilled"), run.stats()["not_pushed"])
        self.assertEqual(self.counter(agent, "total_events-calls_amended"), 0)
        self.assertEqual(self.counter(agent, "total_events-records_quarantined"), 0)
        self.assertEqual(ledger_file.asides(agent.state), [])


class Shapes(PolledTest):
    """Several PBXes at once, each with a firmware of its own."""

    def exact(self, servers, settle=4):
        agent = self.asking(*map(self.polled, servers), settle=settle)
        self.wait_totals(agent, totals_of(*(server.pbx for server in servers)))
        for server in servers:
            name = server.pbx.name
            self.assertEqual(self.counter(agent, "total_events-legs_accepted", name), len(server.pbx.store.legs()), name)
            self.assertEqual(self.counter(agent, "total_events-records_quarantined", name), 0, name)
            self.assertEqual((self.counter(agent, "total_events-calls_amended", name), self.errors(agent, name)), (0, {}), name)
        return agent

    def test_every_grouping(self):
        servers = []
        for style, empty in (("right", 0), ("stale", 0), ("stale", 4), ("main_only", 0), ("flat", 0), ("right", 1), ("right", 7)):
            servers.append(self.server(recent(f"{style}{empty}", calls=200), firmware="gen2"))
            servers[-1].cdrapi.shape = Shape(style, empty)
        self.exact(servers)

    def test_every_firmware(self):
        self.exact([self.server(recent(firmware, calls=200), firmware=firmware, chunked=firmware == "gen2")
                    for firmware in ("gen1", "gen2", "gen3")])

    def test_few_items_a_page(self):
        servers = [self.server(recent("all", calls=300), page_cap=50), self.server(recent("stale", calls=300), page_cap=50),
                   self.server(recent("one", calls=10), page_cap=1), self.server(recent("full", calls=100), page_cap=100)]
        servers[1].cdrapi.shape = Shape("stale", 3)
        self.exact(servers)

    def test_more_than_a_page(self):
        hq, branch = recent("hq", calls=2_600), recent("branch", calls=1_000)
        servers = [self.server(hq), self.server(branch)]
        agent = self.asking(*(self.polled(server, {"BackfillInterval": 600}) for server in servers))
        self.wait_totals(agent, totals_of(hq, branch))
        offsets = [int(one.parameters["offset"]) for one in servers[0].counts.of("cdrapi")]
        self.assertEqual(offsets[:3], [0, 1_000, 2_000])
        self.assertEqual({one.parameters["numRecords"] for one in servers[0].counts.of("cdrapi")}, {"1000"})

    def test_pages_while_calls_are_made(self):
        """New calls at the end of the list do not push anything out of the pages."""
        hq = recent(calls=600)
        server = self.server(hq, page_cap=50)
        agent = self.asking(self.polled(server))
        for first in range(10):
            make_calls(hq, 20, first=400 + 10 * first)
            self.wait_asked(server, "cdrapi", 1)
        self.wait_totals(agent, totals_of(hq))

    def test_one_bad_item(self):
        """It is set aside once, not at each poll; what stands beside it is counted."""
        hq = recent(calls=50)
        server = self.server(hq)
        good = totals_of(hq)
        bad = dict(hq.store.legs()[0], duration="-5", AcctId="99999", uniqueid="1.1", session="")
        hq.store.add([bad])
        agent = self.asking(self.polled(server))
        self.wait_totals(agent, good)
        self.wait_asked(server, "cdrapi", 4)
        self.assertEqual(self.counter(agent, "total_events-quarantined_bad_value"), 1)
        self.assertEqual(len(agent.control.ask(get="quarantine")["quarantine"]), 1)
        agent.stop()
        agent.start()
        self.wait_asked(server, "cdrapi", 4)
        self.assertLessEqual(self.counter(agent, "total_events-records_quarantined"), 2)


if __name__ == "__main__":
    unittest.main()
