"""The old API: GET on port 8443, Digest, Basic or nothing, JSON or CSV, and errors without a word."""

import unittest

import config
from polled import HTTP, NEVER, WRONG, PolledTest, make_calls, pass_by, recent, totals_of
from ucmsim import Route, Simulation
from ucmsim.records import FIELDS
from ucmsim.totals import totals
from until import HANG, until


class Legacy(PolledTest):
    never = NEVER - {"wrong_password"}

    def all_of(self, agent, servers, firmware="gen1"):
        """Everything of them is counted once, with no mishap."""
        expected = {server.pbx.name: totals({name: leg.get(name, "") for name in FIELDS[firmware]} for leg in server.pbx.store.legs())
                    for server in servers}
        self.wait_totals(agent, expected)
        for server in servers:
            self.wait_up(agent, server.pbx.name)
            self.assertEqual(self.errors(agent, server.pbx.name), {}, server.pbx.name)
            self.assertEqual(server.complaints, [], "the PBX understands what it is asked for")
            self.assertEqual(self.counter(agent, "total_events-records_quarantined", server.pbx.name), 0)
            legs = self.counter(agent, "total_events-legs_accepted", server.pbx.name)
            self.assertEqual((legs, self.counter(agent, "total_events-legs_backfilled", server.pbx.name)),
                             (len(server.pbx.store.legs()),) * 2)
            self.assertEqual(server.counts.events["wrong_password"], 0)

    def test_schemes(self):
        servers = [self.legacy(recent(scheme, calls=100), scheme=scheme) for scheme in ("none", "basic", "digest", "both")]
        agent = self.asking(*map(self.polled, servers))
        self.all_of(agent, servers)
        asked = {one.parameters.get("format", "") for server in servers for one in server.counts.of("cdrapi")}
        self.assertEqual(asked, {"json"})
        self.assertEqual({action for server in servers for action in server.counts.requests}, {"cdrapi", "recapi"})

    def test_no_user(self):
        server = self.legacy(recent(calls=50), scheme="none")
        agent = self.asking(self.polled(server, {"User": None, "PasswordFile": None}))
        self.all_of(agent, [server])

    def test_urls(self):
        server = self.legacy(recent(calls=50))
        for path in ("/", "/cdrapi"):
            with self.subTest(path):
                agent = self.asking(self.polled(server, {"URL": server.url + path}))
                self.all_of(agent, [server])
                agent.stop()

    def test_nothing_but_csv(self):
        servers = [self.legacy(self.plain(recent(csv, calls=150)), csv=csv, csv_only=True) for csv in ("rows", "marked", "groups")]
        servers.append(self.legacy(self.plain(recent("short", calls=150)), csv="rows", csv_only=True, page_cap=20))
        servers.append(self.legacy(recent("silent"), csv_only=True, empty_bodies=True))
        agent = self.asking(*map(self.polled, servers))
        self.wait_asked(servers[-1], "cdrapi", 2)
        make_calls(servers[-1].pbx, 30)
        self.plain(servers[-1].pbx)
        self.all_of(agent, servers)

    @staticmethod
    def plain(pbx):
        """Nothing is quoted in that CSV: a comma in a name behind the other commas of a line leaves open which is which."""
        for leg in pbx.store.legs():
            leg["caller_name"] = leg["caller_name"].replace(",", "")
        return pbx

    def test_csv_that_cannot_be_told_apart(self):
        """None of it is lost or counted wrong: what is not understood is set aside, once."""
        hq = recent(calls=150)
        agent = self.asking(self.polled(server := self.legacy(hq, csv_only=True)))
        until(lambda: self.counter(agent, "total_events-records_quarantined")
              + self.counter(agent, "total_events-legs_accepted") == len(hq.store.legs()), "every record is counted or set aside")
        aside = self.counter(agent, "total_events-records_quarantined")
        self.assertLessEqual(aside, sum("," in leg["caller_name"] for leg in hq.store.legs()))
        self.wait_asked(server, "cdrapi", 3)
        self.assertEqual(self.counter(agent, "total_events-records_quarantined"), aside)

    def test_22_fields(self):
        servers = [self.legacy(recent("json", calls=150), firmware="gen0"),
                   self.legacy(recent("csv", calls=150), firmware="gen0", csv_only=True),
                   self.legacy(recent("short", calls=150), firmware="gen0", page_cap=20)]
        agent = self.asking(*map(self.polled, servers))
        self.all_of(agent, servers, "gen0")

    def test_an_empty_answer_proves_nothing(self):
        """A body of no byte is no fault. Where calls were pushed meanwhile, it is doubted."""
        hq = recent()
        server = self.legacy(hq, empty_bodies=True)
        hidden, hq.database = hq.database, None
        agent = self.asking(self.polled(server, From="127.0.0.1"), settle=config.APART)
        self.wait_up(agent)
        run = Simulation([hq], [Route(agent.url(HTTP))], calls=50)
        self.assertTrue(run.run(HANG), run.stats())
        until(lambda: "proves nothing" in self.api_status(agent)["backfill"]["doubt"], "the status doubts")
        self.assertIsNone(self.api_status(agent)["backfill"]["read_until"])
        self.assertEqual(self.errors(agent), {})
        self.wait_totals(agent, run.totals())
        hq.database = hidden

    def test_a_wrong_password(self):
        server = self.legacy(recent(calls=20), tries=3)
        agent = self.asking(self.polled(server, {"PasswordFile": self.secret(WRONG, "wrong")}))
        until(lambda: self.errors(agent) == {"auth": 1}, "it is refused")
        pass_by(4)
        self.assertEqual((server.counts.events["wrong_password"], self.errors(agent)), (1, {"auth": 1}))
        self.assertLessEqual(server.counts.answers[401], 2, "the first one asks who we are")
        for end in (agent.stop, agent.kill):
            end()
            agent.start()
            pass_by(2)
            self.assertEqual(server.counts.events["wrong_password"], 1)
        self.assertEqual(agent.log().count("the PBX refuses user"), 1)

    def test_a_password_that_is_missing(self):
        server = self.legacy(recent(calls=20))
        agent = self.asking(self.polled(server, {"User": None, "PasswordFile": None}))
        until(lambda: "the PBX asks for a user and a password" in agent.log(), "it says so")
        pass_by(2)
        self.assertEqual((server.counts.events["wrong_password"], server.counts.answers[401]), (0, 1))

    def test_not_permitted(self):
        """A list of permitted addresses that is blank denies everybody, as on a new UCM."""
        server = self.legacy(recent(calls=20), permitted="")
        agent = self.asking(self.polled(server))
        until(lambda: self.errors(agent).get("permission", 0) >= 2, "it is refused twice")
        self.assertIn("permitted IPs", agent.log())
        self.assertIn("HTTPS API Settings (Old)", agent.log())
        self.assertEqual(self.counter(agent, "count-api_up"), 0)
        server.gate.permitted = "127.0.0.0/8"
        self.all_of_later(agent, server)

    def all_of_later(self, agent, server):
        self.wait_totals(agent, totals_of(server.pbx))
        self.wait_up(agent)

    def test_a_restart_forgets_nonces(self):
        server = self.legacy(recent(calls=20), keep_alive=3)
        agent = self.asking(self.polled(server))
        self.wait_up(agent)
        for calls in (20, 40):
            server.gate.forget()
            self.wait_asked(server, "cdrapi", 2)
            make_calls(server.pbx, 10, first=calls)
            self.all_of(agent, [server])


if __name__ == "__main__":
    unittest.main()
