"""The stock daemon with a plugin built for a sanitizer: a mixed load, restarts, bad input, and no report.

The folders of such plugins are given by UCM_ASAN_DIR and UCM_TSAN_DIR; tests/run builds them."""

import os
import signal
import subprocess
import unittest

import config
import mischief
from case import json_record, post
from certificate import self_signed
from polled import PolledTest, make_calls, recent, totals_of
from ucmsim import Pbx, Route, Simulation
from until import HANG, until

HTTP, HTTPS, TCP = "http://127.0.0.1:0", "https://127.0.0.1:0", "tcp://127.0.0.1:0"

SETTLE = 40  # seconds: longer than a busy machine under ThreadSanitizer keeps the legs of a call apart
FINDINGS = ("ERROR:", "WARNING:", "runtime error", "DEADLYSIGNAL", "leak of")


def findings(report):
    """The parts of a report that tell of something. None is passed over: collectd 5.12 itself leaves no leak behind."""
    return [part for part in report.split("\n\n") if any(word in part for word in FINDINGS)]


def runtime(compiler, name):
    found = subprocess.run([compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=False).stdout.strip()
    return found if os.path.isabs(found) else None


class Sanitized(PolledTest):
    variable, compiler, library, leaks = None, None, None, False

    def setUp(self):
        super().setUp()
        self.plugin_dir = os.environ.get(self.variable, "")
        if not os.path.isfile(os.path.join(self.plugin_dir, "ucm.so")):
            self.skipTest(f"{self.variable} names no folder with a ucm.so: tests/run builds it")
        self.preload = runtime(self.compiler, self.library)
        if not self.preload:
            self.skipTest(f"{self.compiler} has no {self.library}")

    def target(self):
        certificate, key = self_signed(self.folder)
        return self.agent(config.ucm(
            config.listen(HTTP), config.listen(HTTPS, CertificateFile=certificate, KeyFile=key), config.listen(TCP),
            config.listen(mischief.GUARDED, User="pbx", Password=mischief.PASSWORD),
            config.pbx("hq", Extensions=True, DIDs=True, MaxSeries=5_000), config.pbx("bad", From=mischief.SOURCE, LongCall=60),
            RequestTimeout=mischief.REQUEST_TIMEOUT, IdleTimeout=mischief.REQUEST_TIMEOUT, Settle=SETTLE),
            plugin_dir=self.plugin_dir, preload=self.preload, leaks=self.leaks)

    def mixed_load(self):
        agent = self.target()
        with open(f"/proc/{agent.pid}/maps", encoding="utf-8") as file:
            self.assertIn(self.library, file.read())
        routes = [Route(agent.url(listener), form, verify=False, together=5) for listener in (HTTP, HTTPS, TCP)
                  for form in ("json", "xml", "csv")]
        routes.append(Route(agent.url(mischief.GUARDED), auth="digest", user="pbx", password=mischief.PASSWORD))
        run = Simulation([Pbx()], routes, calls=0, rate=60, retry=0.1, duplicates=0.05)
        self.addCleanup(run.stop)
        run.start()
        for round_number in range(3):
            answered = run.answered()
            for act in (mischief.random_bytes, mischief.half_a_handshake, mischief.wrong_values, mischief.odd_requests,
                        mischief.entities, mischief.deep_json)[round_number::3]:
                act(agent)
            self.ask(agent)
            until(lambda: run.answered() > answered + 100, "records are taken")
            agent.stop()
            self.assertEqual(agent.process.returncode, 0, agent.output()[-4_000:])
            agent.start(seconds=60)
        run.enough()
        self.assertTrue(run.finish(HANG), run.stats())
        self.wait_totals(agent, run.totals())
        agent.stop()
        self.no_report(agent)

    def polling(self):
        """PBXes that are asked, in both ways, while they hang, break off, forget us and restart."""
        hq, old, away = recent(calls=300), recent("old", calls=300), recent("away", calls=50)
        servers = [self.server(hq, cookie_life=3, page_cap=60), self.legacy(old, page_cap=60), self.server(away, keep_alive=2)]
        blocks = [self.polled(server, {"Timeout": 3_000}, CheckRecordings=True, From=address)
                  for server, address in zip(servers, (mischief.SOURCE, "127.0.0.7", None))]
        agent = self.agent(config.ucm(config.listen(HTTP), *blocks, Settle=SETTLE), plugin_dir=self.plugin_dir, preload=self.preload,
                           leaks=self.leaks)
        pbxes, pushed = [server.pbx for server in servers], Simulation([Pbx("old", address="127.0.0.7")], [Route(agent.url(HTTP), together=5)],
                                                                      calls=0, rate=10, retry=0.1)
        self.addCleanup(pushed.stop)
        pushed.start()
        faults = (("hang", {}), ("cut", {"at": "body"}), ("rubbish", {"what": "bytes"}), ("rubbish", {"what": "json"}), ("restart", {}),
                  ("drip", {"pause": 1}), ("http", {"status": 403}), ("hang_connect", {}))
        for round_number, (kind, options) in enumerate(faults):
            for server in servers:
                server.faults.set(kind, times=1, **options)
                make_calls(server.pbx, 10, first=200 + 10 * round_number)
            self.ask(agent)
            self.wait_asked(servers[0], "getSystemStatus", 2)
            if round_number % 3 == 2:
                agent.stop()
                self.assertEqual(agent.process.returncode, 0, agent.output()[-4_000:])
                agent.start(seconds=60)
        for server in servers:
            server.faults.clear()
        pushed.enough()
        self.assertTrue(pushed.finish(HANG), pushed.stats())
        self.wait_up(agent, *(pbx.name for pbx in pbxes))
        self.wait_totals(agent, totals_of(away))
        agent.stop()
        self.no_report(agent)

    def ask(self, agent):
        """Everything that another thread may ask for."""
        for _ in range(5):
            agent.control.metrics()
            agent.control.ask(get="quarantine")
            agent.signal(signal.SIGUSR1)
            agent.unixsock.ask("FLUSH plugin=ucm")
            self.assertEqual(post(agent.url(HTTP), json_record(duration="4000"), mischief.SOURCE).status, 200)

    def no_report(self, agent):
        found = [part for report in agent.sanitizer_reports() + [agent.output()] for part in findings(report)]
        self.assertEqual(found, [], "\n\n".join(found)[:20_000])


class AddressSanitizer(Sanitized):
    variable, compiler, leaks = "UCM_ASAN_DIR", "clang++", True
    library = f"libclang_rt.asan-{os.uname().machine}.so"

    def test_mixed_load(self):
        self.mixed_load()

    def test_polling(self):
        self.polling()


class ThreadSanitizer(Sanitized):
    variable, compiler, library = "UCM_TSAN_DIR", "g++", "libtsan.so"

    def test_mixed_load(self):
        self.mixed_load()

    def test_polling(self):
        self.polling()


if __name__ == "__main__":
    unittest.main()
