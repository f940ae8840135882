"""A PBX or a collectd that was away for long: what was missed is fetched later."""

import sqlite3
import time
import unittest
from contextlib import closing
from datetime import datetime

import ledger_file
from polled import PolledTest, make_calls, recent, totals_of
from ucmsim.scenarios import next_call
from ucmsim.store import session_of
from ucmsim.totals import totals
from until import until

HOUR, DAY = 3_600, 86_400


def asked_from(server):
    """[startTime of each page asked for, as seconds since 1970]"""
    return [int(datetime.fromisoformat(one.parameters["startTime"]).timestamp()) for one in server.counts.of("cdrapi")]


def session_began(pbx, leg):
    """When the first leg of its session did."""
    return min(one.began for one in pbx.store.groups[session_of(leg)].legs)


class Away(PolledTest):
    def test_the_pbx(self):
        """Hours of calls that nobody pushed, of PBXes that hang, refuse or are not there."""
        kinds = {"hangs": ("hang", {}), "refuses": ("http", {"status": 503}), "silent": ("hang_connect", {})}
        servers = {name: self.server(recent(name, ago=6 * HOUR, calls=30), keep_alive=1) for name in kinds}
        agent = self.asking(*(self.polled(server, {"Timeout": 3_000}) for server in servers.values()))
        pbxes = [server.pbx for server in servers.values()]
        self.wait_totals(agent, totals_of(*pbxes))
        for name, (kind, options) in kinds.items():
            servers[name].faults.set(kind, **options)
        self.wait_up(agent, *servers, up=0)
        for pbx in pbxes:
            make_calls(pbx, 300, every=5 * HOUR / 300, first=15)
        for server in servers.values():
            server.faults.clear()
        self.wait_totals(agent, totals_of(*pbxes))
        self.wait_up(agent, *servers)

    def test_collectd(self):
        hq = recent(ago=20 * HOUR, calls=100)
        server = self.server(hq)
        agent = self.asking(self.polled(server))
        self.wait_totals(agent, totals_of(hq))
        agent.stop()
        make_calls(hq, 500, every=19 * HOUR / 500, first=50)
        agent.start()
        self.wait_totals(agent, totals_of(hq))
        self.assertEqual(self.counter(agent, "total_events-legs_backfilled"), len(hq.store.legs()))

    def test_collectd_for_days(self):
        """Beyond the overlap: from where it had read, in windows of a day."""
        hq = recent(ago=4 * DAY)
        server = self.server(hq)
        agent = self.asking(self.polled(server, {"BackfillOverlap": HOUR}))
        self.wait_asked(server, "cdrapi", 2)
        agent.stop()
        left = int(time.time()) - 3 * DAY
        with closing(sqlite3.connect(f"{agent.state}/{ledger_file.NAME}")) as database, database:
            database.execute("INSERT OR REPLACE INTO standing (pbx, name, value) SELECT id, 'read_until', ? FROM pbx", (str(left),))
        make_calls(hq, 400, every=4 * DAY / 400)
        asked = len(server.counts.of("cdrapi"))
        agent.start()
        reach = left - HOUR
        expected = totals(leg for leg in hq.store.legs() if session_began(hq, leg) >= reach)
        self.wait_totals(agent, {"hq": expected})
        walk = list(dict.fromkeys(asked_from(server)[asked:]))
        self.assertEqual([start - reach for start in walk[:3]], [0, DAY, 2 * DAY])
        self.assertLess(self.api_status(agent)["backfill"]["left_s"], 2 * HOUR)

    def test_a_long_call_appears_late(self):
        """Its record bears its start, of hours ago, and comes behind much later ones."""
        hq = recent(ago=1_000, calls=100)
        agent = self.asking(self.polled(server := self.server(hq)))
        self.wait_totals(agent, totals_of(hq))
        self.wait_asked(server, "cdrapi", 2)
        make_calls(hq, 3, every=HOUR, first=-22 * HOUR)
        self.wait_totals(agent, totals_of(hq))

    def test_calls_that_go_on(self):
        """Each is there for the API once it has ended."""
        hq = recent(ago=30)
        moment = [time.time() - 3_600]
        hq.store.now = lambda: moment[0]
        for n in range(100):
            legs = next_call(hq, n * 0.2)
            hq.store.add(legs, max(leg.ended for leg in legs))
        agent = self.asking(self.polled(self.server(hq)))
        for step in (3_640, 60, 200, 5_000):
            moment[0] += step
            shown = {"hq": totals(leg for _, legs in hq.store.between() for leg in legs)}
            self.wait_totals(agent, shown)
        self.assertEqual(shown, totals_of(hq))


class First(PolledTest):
    def test_days_back_and_killed_in_between(self):
        """What was read is not read again: a window is a step."""
        hq = recent(ago=6 * DAY + HOUR, calls=600, every=6 * DAY / 600)
        server = self.server(hq, page_cap=40)
        server.faults.set("slow", action="cdrapi", ms=250)
        agent = self.asking(self.polled(server, {"BackfillFirst": 7 * DAY, "BackfillOverlap": HOUR}), settle=4)
        for _ in range(3):
            begun = len(server.counts.of("cdrapi"))
            window = self.read_until(agent)
            until(lambda window=window: self.read_until(agent) > window, "one more window is read")
            window = self.read_until(agent)
            agent.kill()
            asked = len(server.counts.of("cdrapi"))
            agent.start()
            until(lambda asked=asked: len(server.counts.of("cdrapi")) > asked, "it goes on")
            self.assertEqual(asked_from(server)[asked], window - HOUR)
            self.assertGreater(asked, begun)
        server.faults.clear()
        self.wait_totals(agent, totals_of(hq))
        self.assertEqual(self.counter(agent, "total_events-legs_accepted"), len(hq.store.legs()))
        self.assertEqual(self.counter(agent, "total_events-calls_amended"), 0)

    def read_until(self, agent):
        return self.api_status(agent)["backfill"]["read_until"] or 0

    def test_an_answer_that_ends_inside_a_record(self):
        """That record is asked for again: its window, days back, is read once."""
        hq = recent(ago=3 * DAY, calls=100, every=60)
        server = self.server(hq)
        server.faults.set("rubbish", what="json", action="cdrapi", times=1)
        agent = self.asking(self.polled(server, {"BackfillFirst": 3 * DAY + HOUR, "BackfillOverlap": HOUR}))
        self.wait_totals(agent, totals_of(hq))

    def test_the_overlap_unless_told_otherwise(self):
        hq = recent(ago=3 * DAY - HOUR // 2, calls=60, every=HOUR)
        agent = self.asking(self.polled(server := self.server(hq), {"BackfillOverlap": DAY}))
        expected = {"hq": totals(leg for leg in hq.store.legs() if session_began(hq, leg) >= time.time() - DAY)}
        self.wait_totals(agent, expected)
        self.assertAlmostEqual(asked_from(server)[0], time.time() - DAY, delta=10)
        self.wait_asked(server, "cdrapi", 2)
        self.wait_totals(agent, expected)


if __name__ == "__main__":
    unittest.main()
