"""20,000 calls, 100,000 in a long run, in all forms, the receiver taken away ten times: everybody has the same totals in the end."""

import os
import unittest

import config
import ledger_file
from case import AgentTest, flat
from certificate import self_signed
from ucmsim import Pbx, Route, Simulation
from until import HANG, until

HTTP, HTTPS, TCP = "http://127.0.0.1:0", "https://127.0.0.1:0", "tcp://127.0.0.1:0"
CALLS = int(os.environ.get("UCM_TOTALS_CALLS", 100_000 if os.environ.get("UCM_LONG") else 20_000))
AWAY = 10
LEGS_A_CALL = 1.5  # about; only where in the run the receiver goes depends on it
SETTLE = 10  # longer than the receiver is ever away, so that no call is counted before its last leg


class Totals(AgentTest):
    def test_simulator_ledger_and_collectd_agree(self):
        certificate, key = self_signed(self.folder)
        agent = self.agent(config.ucm(config.listen(HTTP), config.listen(HTTPS, CertificateFile=certificate, KeyFile=key),
                                      config.listen(TCP), config.pbx("hq", From="127.0.0.2"), config.pbx("branch", From="127.0.0.3"),
                                      Settle=SETTLE), interval=2)
        routes = [Route(agent.url(listener), form, ca_file=certificate, between=between, together=together, packet=packet)
                  for listener, between, together, packet in ((HTTP, "newline", 1, 0), (HTTPS, "newline", 1, 0), (TCP, "newline", 200, 0),
                                                              (TCP, "nul", 60, 1_000))
                  for form in ("json", "xml", "csv")]
        run = Simulation([Pbx("hq", address="127.0.0.2"), Pbx("branch", address="127.0.0.3", firmware="gen3")], routes, CALLS,
                         duplicates=0.01, when_full="wait", retry=0.1)
        self.addCleanup(run.stop)
        run.start()
        for time in range(1, AWAY + 1):
            due = int(CALLS * LEGS_A_CALL * time / (AWAY + 1))
            until(lambda: run.answered() >= due, f"{due} records are taken")
            agent.stop()
            failures = run.stats()["failures"]
            until(lambda: run.stats()["failures"] > failures + len(run.senders) // 2, "senders find it gone")
            agent.start()
        self.assertTrue(run.finish(5 * HANG), run.stats())
        totals, stats = run.totals(), run.stats()
        self.assertEqual(stats["dropped"], 0)
        self.wait_totals(agent, totals)
        self.assertEqual(self.missing(ledger_file.counters(agent.state), totals), {}, "the ledger's own counters")
        self.wait_csv_totals(agent, totals)
        for name in ("hq", "branch"):
            self.assertEqual(agent.value(name, "self", "total_events-records_quarantined"), 0)
            self.assertEqual(agent.value(name, "self", "total_events-calls_amended"), 0)
        accepted = sum(agent.value(name, "self", "total_events-legs_accepted") for name in ("hq", "branch"))
        self.assertEqual(accepted, run.answered())
        self.assertEqual(ledger_file.number(agent.state, "SELECT count(*) FROM legs"), accepted)
        self.assertGreaterEqual(sum(value for (_, scope, name), value in flat(totals).items()
                                    if scope == "all" and name.startswith("total_sessions")), CALLS)
        print(f"{stats['calls']} calls, {accepted} legs, {stats['duplicates']} sent twice, {stats['failures']} deliveries failed, "
              f"peak {agent.peak_kib() >> 10} MiB", flush=True)

    @staticmethod
    def missing(seen, totals):
        """Zeros need no row."""
        return {key: value for key, value in flat(totals).items() if seen.get(key, 0) != value}


if __name__ == "__main__":
    unittest.main()
