"""One conversation with a PBX: one login for each life of a cookie, one question at a time, and a farewell."""

import time
import unittest

import config
from polled import HTTP, PolledTest, make_calls, recent, totals_of
from ucmsim import Route, Simulation
from until import HANG, until

AT_ONCE = 30  # seconds that a stop may take: half of what it would wait for


class Session(PolledTest):
    def test_one_login_for_many_rounds(self):
        hq = recent(calls=60)
        server = self.server(hq)
        began = time.monotonic()
        agent = self.asking(self.polled(server))
        self.wait_totals(agent, totals_of(hq))
        self.wait_asked(server, "getSystemStatus", 4)
        self.assertEqual((server.counts.events["logins"], server.counts.requests["challenge"]), (1, 1))
        self.assertEqual(server.counts.statuses.keys(), {0}, "nothing was asked that is not answered")
        self.assertEqual(self.counter(agent, "total_events-api_logins"), 1)
        self.assertEqual(self.errors(agent), {})
        until(lambda: 0 < self.counter(agent, "response_time-api") < time.monotonic() - began, "the mean time of an answer, in seconds")
        self.assertLess(server.counts.connections, 10, "connections are kept")
        self.assertLess(agent.stop(), AT_ONCE)
        self.assertEqual((server.counts.events["logouts"], server.logins.live()), (1, 0))

    def test_one_login_for_each_life_of_a_cookie(self):
        hq = recent(calls=60)
        server = self.server(hq, cookie_life=2)
        agent = self.asking(self.polled(server))
        until(lambda: server.counts.events["logins"] >= 4, "it has expired three times")
        make_calls(hq, 20, first=100)
        self.wait_totals(agent, totals_of(hq))
        events = server.counts.events
        until(lambda: events["logins"] - 1 == events["expired"] == server.counts.statuses[-6], "each expiry has its new login")
        apart = [later - before for before, later in zip(server.counts.logins, list(server.counts.logins)[1:])]
        self.assertGreaterEqual(min(apart), 2)
        self.assertEqual(self.errors(agent), {}, "an expiry is none")
        self.assertEqual(self.counter(agent, "count-api_up"), 1)
        self.assertEqual(self.counter(agent, "total_events-records_quarantined"), 0)

    def test_forgotten_cookies(self):
        hq = recent(calls=60)
        server = self.server(hq)
        agent = self.asking(self.polled(server))
        self.wait_up(agent)
        for action in ("cdrapi", "getQueueCalling", "queueapi", "getSystemStatus"):
            logins = server.counts.events["logins"]
            server.faults.set("expire", action=action, times=1)
            until(lambda: server.counts.events["logins"] > logins, f"a new login after {action}")
            self.assertEqual(server.counts.events["logins"], logins + 1)
        make_calls(hq, 20, first=100)
        self.wait_totals(agent, totals_of(hq))
        self.assertEqual((server.counts.events["logins"], self.errors(agent)), (5, {}))

    def test_a_restart_of_the_pbx(self):
        hq = recent(calls=60)
        server = self.server(hq)
        agent = self.asking(self.polled(server))
        self.wait_totals(agent, totals_of(hq))
        self.wait_up(agent)
        server.restart(down=1)
        make_calls(hq, 20, first=100)
        self.wait_up(agent, up=0)
        self.wait_up(agent)
        self.wait_value(agent, "hq", "system", "total_events-restarts", 1)
        self.wait_totals(agent, totals_of(hq))
        self.assertEqual(server.counts.events["logins"], 2)
        self.assertIn("hq: its API answers again", agent.log())
        agent.stop()
        agent.start()
        self.wait_up(agent)
        self.assertEqual(agent.value("hq", "system", "total_events-restarts"), 1, "that of collectd is none")

    def test_a_cookie_that_is_no_good_from_the_start(self):
        server = self.server(recent())
        for action in ("getSystemStatus", "cdrapi", "queueapi"):
            server.faults.set("status", action=action, code=-6)
        agent = self.asking(self.polled(server))
        until(lambda: self.errors(agent).get("protocol", 0) >= 2, "it is refused twice")
        self.assertLessEqual(server.counts.events["logins"], self.errors(agent)["protocol"] + 1, "one login for each try")
        server.faults.clear()
        self.wait_up(agent)

    def test_only_an_api(self):
        """No sender, no listener: what a firmware without push needs."""
        hq = recent(calls=200)
        agent = self.asking(self.polled(self.server(hq)), listen=False)
        self.wait_totals(agent, totals_of(hq))
        self.wait_csv_totals(agent, totals_of(hq))
        self.assertEqual(self.counter(agent, "total_events-legs_backfilled"), len(hq.store.legs()))
        self.assertEqual(agent.control.status()["status"]["listeners"], [])


class Stop(PolledTest):
    """A PBX that hangs holds nobody up."""

    def hanging(self, kind, action="*", **options):
        server = self.server(recent(calls=20), keep_alive=1)
        agent = self.asking(self.polled(server, {"Timeout": 600_000, "StatusInterval": 60}))
        until(lambda: server.counts.requests["cdrapi"], "it is asked")
        server.faults.set(kind, action=action, **options)
        return server, agent

    def test_before_tls(self):
        server, agent = self.hanging("hang_connect")
        until(lambda: server.counts.connected, "a connection hangs")
        self.assertLess(agent.stop(), AT_ONCE)

    def test_instead_of_an_answer(self):
        server, agent = self.hanging("hang", "cdrapi")
        asked = server.counts.requests["cdrapi"]
        until(lambda: server.counts.requests["cdrapi"] > asked and server.counts.connected, "a question hangs")
        self.assertLess(agent.stop(), AT_ONCE)
        until(lambda: server.counts.events["logouts"] == 1, "it has logged out")

    def test_in_the_middle_of_an_answer(self):
        server, agent = self.hanging("drip", "cdrapi", after=200)
        asked = server.counts.requests["cdrapi"]
        until(lambda: server.counts.requests["cdrapi"] > asked and server.counts.connected, "an answer drips")
        self.assertLess(agent.stop(), AT_ONCE)
        until(lambda: server.counts.events["logouts"] == 1, "it has logged out")

    def test_at_the_farewell(self):
        server, agent = self.hanging("hang", "logout")
        self.assertLess(agent.stop(), AT_ONCE)
        self.assertEqual(server.counts.requests["logout"], 1)

    def test_a_push_is_kept_before(self):
        hq = recent(calls=20)
        server = self.server(hq)
        agent = self.asking(self.polled(server, From="127.0.0.1"), settle=config.APART)
        self.wait_up(agent)
        server.faults.set("hang")
        run = Simulation([hq], [Route(agent.url(HTTP))], calls=50)
        self.assertTrue(run.run(HANG), run.stats())
        self.assertLess(agent.stop(), AT_ONCE)
        server.faults.clear()
        agent.start()
        self.wait_totals(agent, run.totals())


class Many(PolledTest):
    def test_each_is_asked_by_itself(self):
        """One that hangs holds nobody else up."""
        branches = [recent(f"branch{n}", seed=n, calls=30) for n in range(6)]
        servers = [self.server(branch) for branch in branches]
        servers[0].faults.set("hang")
        agent = self.asking(*(self.polled(server) for server in servers), config.pbx("hq"))
        self.wait_totals(agent, totals_of(*branches[1:]))
        self.assertEqual(agent.value("branch0", "self", "count-api_up"), 0)
        servers[0].faults.clear()
        self.wait_totals(agent, totals_of(*branches))


if __name__ == "__main__":
    unittest.main()
