"""Bad input of every kind: the daemon lives, its memory is bounded, neighbours are counted, the log says once what happened."""

import json
import resource
import unittest

import config
import mischief
from case import PHONE, AgentTest, json_record, post, record
from certificate import self_signed
from mischief import GUARDED, HTTP, HTTPS, PASSWORD, REQUEST_TIMEOUT, SOURCE, TCP, expect
from ucmsim import Pbx, Route, Simulation
from until import HANG, until

MEMORY_KIB = 48 << 10  # how far it may grow, at its highest


class BadInput(AgentTest):
    def target(self, **settings):
        certificate, key = self_signed(self.folder)
        return self.agent(config.ucm(
            config.listen(HTTP), config.listen(HTTPS, CertificateFile=certificate, KeyFile=key), config.listen(TCP),
            config.listen(GUARDED, User="pbx", Password=PASSWORD), config.pbx("hq"), config.pbx("bad", From=SOURCE),
            RequestTimeout=REQUEST_TIMEOUT, IdleTimeout=REQUEST_TIMEOUT, Settle=config.APART), **settings)

    def neighbour(self, agent):
        """A PBX that does everything right meanwhile."""
        run = Simulation([Pbx()], [Route(agent.url(HTTP)), Route(agent.url(HTTPS), "xml", verify=False),
                                                      Route(agent.url(TCP), "csv")], calls=0, rate=40)
        self.addCleanup(run.stop)
        return run.start()

    def ended_well(self, agent, run):
        run.enough()
        self.assertTrue(run.finish(HANG), run.stats())
        self.assertEqual(run.stats()["failures"], 0, run.stats())
        self.wait_totals(agent, run.totals())
        self.assertEqual(agent.value("hq", "self", "total_events-records_quarantined"), 0)
        said = agent.log() + agent.output()
        for secret in (PHONE, PASSWORD, "root:"):
            self.assertNotIn(secret, said)
        self.assertTrue(said.isprintable() or all(c.isprintable() or c == "\n" for c in said), "no control characters")

    def test_every_mischief(self):
        agent = self.target()
        run = self.neighbour(agent)
        until(lambda: run.answered() > 50, "the neighbour is counted")
        before = agent.peak_kib()
        for act, words in mischief.TABLE:
            with self.subTest(act.__name__):
                answered, lines = run.answered(), agent.log().count("\n")
                act(agent)
                until(lambda: run.answered() > answered, "the neighbour is counted on")
                self.assertTrue(agent.running())
                if words:
                    until(lambda: words in agent.log(), f"the log has words for it: {words}")
                self.assertLess(agent.log().count("\n") - lines, 8, "and not many")
        self.assertLess(agent.peak_kib() - before, MEMORY_KIB)
        self.ended_well(agent, run)

    def test_odd_but_fine(self):
        agent = self.target()
        run = self.neighbour(agent)
        for number, (name, body) in enumerate(mischief.odd_but_fine(), 1):
            with self.subTest(name):
                expect(200, post(agent.url(HTTP), body, SOURCE))
                self.wait_value(agent, "bad", "self", "total_events-legs_accepted", number)
        self.wait_value(agent, "bad", "all", "total_sessions-answered", number)
        self.assertEqual(agent.value("bad", "self", "total_events-records_quarantined"), 0)
        self.ended_well(agent, run)

    def test_a_hundred_thousand_trunks(self):
        agent = self.target()
        run = self.neighbour(agent)
        before = agent.peak_kib()
        each, posts = 250, 400
        for number in range(posts):
            records = [{"uniqueid": f"1.{number}.{i}", "disposition": "ANSWERED", "lastapp": "Dial", "billsec": "1",
                        "start": "2026-01-26 08:00:00", "src_trunk_name": f"trunk no. {number}/{i}"} for i in range(each)]
            expect(200, post(agent.url(HTTP), json.dumps(records).encode(), SOURCE))
        self.wait_value(agent, "bad", "all", "total_sessions-answered", each * posts)
        seen = {key: value for key, value in agent.control.metrics().items() if key[0] == "bad"}
        self.assertLessEqual(len(seen), 2_000)
        trunks = {key[1]: value for key, value in seen.items() if key[1].startswith("trunk-") and key[2] == "total_sessions-answered"}
        self.assertEqual(sum(trunks.values()), each * posts, "each is counted somewhere")
        self.assertIn("trunk-other", trunks)
        self.assertIn("MaxSeries", agent.log())
        self.assertLess(agent.peak_kib() - before, 2 * MEMORY_KIB)
        self.ended_well(agent, run)

    def test_bodies_of_very_many_records(self):
        """Forty-eight at once cost little memory and hold nobody up."""
        agent = self.target()
        run = self.neighbour(agent)
        until(lambda: run.answered() > 20, "the neighbour is counted")
        before = agent.peak_kib()
        bodies = {413: [b'{"start":"1"}' * 20_000, b"[" + b",".join([b'{"start":"1"}'] * 18_000) + b"]", b'{"a":1}x\n' * 25_000, b"1\n" * 130_000],
                  200: [b"".join(b'{"start":"%d"}' % n for n in range(1_900))]}
        for status, some in bodies.items():
            for body in some:
                lines = [mischief.line(agent, HTTP, b"POST / HTTP/1.1\r\nHost: u\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:-1])
                         for _ in range(48)]
                answered = run.answered()
                for one in lines:
                    one.sendall(body[-1:])
                until(lambda: run.answered() > answered + 20, "the neighbour is answered")
                for one in lines:
                    self.assertEqual(one.recv(12), b"HTTP/1.1 %d" % status, body[:20])
                    one.close()
        self.wait_value(agent, "bad", "self", "total_events-legs_accepted", 1_900)
        self.assertEqual(agent.value("bad", "self", "total_events-records_quarantined"), 0)
        self.assertLess(agent.peak_kib() - before, 100 << 10)
        until(lambda: agent.resident_kib() < before + (16 << 10), "what it took is given back")
        self.assertIn("more than 2000 records", agent.log())
        self.ended_well(agent, run)

    def test_rubbish_over_tcp(self):
        agent = self.target()
        run = self.neighbour(agent)
        lines = [mischief.line(agent, TCP, b"1\n" * 100_000 + json_record() + b"\n") for _ in range(8)]
        self.wait_value(agent, "bad", "self", "total_events-legs_accepted", 8)
        self.assertLess(agent.value("bad", "self", "total_events-records_quarantined"), 8 * 200_000 / 100)
        for one in lines:
            one.close()
        self.ended_well(agent, run)

    def test_no_descriptors_left(self):
        agent = self.target(log_file="stderr")  # a log that needs no descriptor of its own
        run = self.neighbour(agent)
        until(lambda: run.answered() > 20, "the neighbour is counted")
        resource.prlimit(agent.pid, resource.RLIMIT_NOFILE, (64, 4_096))
        lines = [mischief.line(agent, url) for url in (HTTP, HTTPS, TCP) for _ in range(60)]
        until(lambda: "cannot take new connections" in agent.output(), "it says what is missing")
        for one in lines:
            one.close()
        resource.prlimit(agent.pid, resource.RLIMIT_NOFILE, (1_024, 4_096))
        answered = run.answered()
        until(lambda: run.answered() > answered + 20, "it goes on")
        self.assertLess(agent.output().count("cannot take new connections"), 4, "and said it once")
        expect(200, post(agent.url(HTTP), json_record(), SOURCE))

    def test_more_connections_than_allowed(self):
        agent = self.agent(config.ucm(config.listen(HTTP), config.listen(TCP), config.pbx("hq"), config.pbx("bad", From=SOURCE),
                                      MaxConnections=20))
        lines = [mischief.line(agent, url) for url in (HTTP, TCP) for _ in range(40)]
        until(lambda: sum(mischief.closed(one) for one in lines) >= 40, "those beyond MaxConnections are closed")
        self.assertIn("MaxConnections", agent.log())
        self.wait_value(agent, config.AGENT_HOST, "self", "total_events-connections_too_many", 40)
        for one in lines:
            one.close()
        until(lambda: post(agent.url(HTTP), json_record()).status == 200, "there is room again")


if __name__ == "__main__":
    unittest.main()
