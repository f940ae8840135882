"""kill -9 at random moments under load: what was answered 200 is kept, and nothing is counted twice."""

import random
import time
import unittest

import config
import ledger_file
from case import AgentTest
from certificate import self_signed
from ucmsim import Pbx, Route, Simulation
from until import HANG, until

HTTP, HTTPS = "http://127.0.0.1:0", "https://127.0.0.1:0"
ROUNDS = 50
SETTLE = 10  # longer than the receiver is ever away, so that no call is counted before its last leg


class Kill(AgentTest):
    def test_what_was_answered_is_counted_exactly_once(self):
        seed = random.randrange(1 << 32)
        moments = random.Random(seed)
        certificate, key = self_signed(self.folder)
        agent = self.agent(config.ucm(config.listen(HTTP), config.listen(HTTPS, CertificateFile=certificate, KeyFile=key),
                                      config.pbx("hq"), Settle=SETTLE))
        routes = [Route(agent.url(HTTP)), Route(agent.url(HTTP), "xml"), Route(agent.url(HTTPS), ca_file=certificate),
                  Route(agent.url(HTTPS), "csv", ca_file=certificate)]
        run = Simulation([Pbx(seed=seed)], routes, calls=0, seed=seed, kept=50, when_full="wait", retry=0.02)
        run.start()
        self.addCleanup(run.stop)
        for round_number in range(ROUNDS):
            with self.subTest(round=round_number, seed=seed):
                self.let_run(agent, moments)
                answered = run.answered()
                agent.kill()
                self.assertGreaterEqual(ledger_file.number(agent.state, "SELECT count(*) FROM legs"), answered)
                agent.launch()
                if round_number % 5:  # else it may die again before it is up
                    until(lambda: agent.up() and run.answered() > answered, "records are taken again", pause=0.005)
        until(agent.up, "up after the last round")
        run.enough()
        self.assertTrue(run.finish(HANG), run.stats())
        totals = run.totals()
        self.wait_totals(agent, totals)
        self.assertGreater(run.stats()["failures"], ROUNDS // 2, "it was cut off while records were under way")
        self.assertEqual(agent.value("hq", "self", "total_events-legs_accepted"), run.answered())
        self.assertEqual(ledger_file.number(agent.state, "SELECT count(*) FROM legs"), run.answered())
        self.assertEqual(agent.value("hq", "self", "total_events-records_quarantined"), 0)
        self.assertEqual(agent.value("hq", "self", "total_events-calls_amended"), 0)
        self.assertEqual(ledger_file.asides(agent.state), [])
        self.wait_csv_totals(agent, totals)

    @staticmethod
    def let_run(agent, moments):
        moment = time.monotonic() + moments.uniform(0, 0.6)
        until(lambda: time.monotonic() >= moment, "a random moment has come", pause=0.001)


if __name__ == "__main__":
    unittest.main()
