#!/usr/bin/python3
"""What can be wrong with the simulated PBX, what it notices of its clients, and the command with its orders."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

from asking import Client, ServerTest, curl
from ucmsim import Pbx, Route, Simulation
from ucmsim.totals import totals

HERE = os.path.dirname(os.path.abspath(__file__))
GONE, LATE, CUT, NOT_HTTP, RESET = 52, 28, 18, 1, 56  # curl's


class Faults(ServerTest):
    def setUp(self):
        self.served = self.server(self.pbx(calls=50))
        self.faults = self.served.faults

    def ping(self, *arguments):
        return curl(*arguments, self.served.url + "?action=ping")

    def test_none(self):
        self.assertEqual(self.ping()[0], 200)

    def test_hang(self):
        self.faults.set("hang", times=1)
        self.assertEqual(self.ping("--max-time", "3"), (0, LATE))
        self.assertEqual(self.ping()[0], 200)
        self.assertEqual(self.served.counts.faults, {"hang": 1})

    def test_hang_before_tls(self):
        self.faults.set("hang_connect", times=1)
        self.assertEqual(self.ping("--max-time", "3"), (0, LATE))
        self.assertEqual(self.served.counts.requests, {})
        self.faults.set("refuse", times=1)
        self.assertIn(self.ping()[1], (35, RESET))
        self.assertEqual(self.ping()[0], 200)

    def test_cut(self):
        self.faults.set("cut", times=1, at="headers")
        self.assertIn(self.ping()[1], (GONE, RESET))
        self.faults.set("cut", times=1)
        self.assertIn(self.ping()[1], (CUT, RESET))
        self.faults.set("cut", times=1, at=20)
        self.assertIn(self.ping(), ((200, b""), (0, RESET)))  # what the client makes of half a head

    def test_drip(self):
        self.faults.set("drip", times=1, pause=0.01)
        began = time.monotonic()
        self.assertEqual(self.ping()[0], 200)
        self.assertGreater(time.monotonic() - began, 1)
        self.faults.set("drip", times=1)
        self.assertEqual(self.ping("--max-time", "3"), (0, LATE))

    def test_slow(self):
        self.faults.set("slow", times=2, ms=200)
        self.faults.set("http", times=1, status=503)
        began = time.monotonic()
        self.assertEqual((self.ping()[0], self.ping()[0]), (503, 200))
        self.assertGreater(time.monotonic() - began, 0.4)

    def test_rubbish(self):
        self.faults.set("rubbish", times=1, what="bytes")
        self.assertEqual(self.ping("--http1.1", "--no-http0.9")[0], 0)
        wanted = {"html": b"<!DOCTYPE", "empty": b"", "json": b'{"response"', "shorter": b'{"response"', "random_body": b""}
        for what, begins in wanted.items():
            self.faults.set("rubbish", times=1, what=what)
            status, body = self.ping()
            self.assertEqual(status, 200, what)
            self.assertTrue(body.startswith(begins), (what, body))
            with self.assertRaises(ValueError):
                json.loads(body)
        for what, error in (("longer", (CUT, RESET)), ("endless", (LATE,))):
            self.faults.set("rubbish", times=1, what=what)
            self.assertIn(self.ping("--max-time", "3")[1], error, what)

    def test_statuses(self):
        for status in (-45, -46, -57, -68, -8):
            self.faults.set("status", times=1, code=status)
            self.assertEqual(json.loads(self.ping()[1])["status"], status)
        self.faults.set("http", times=1, status=403)
        self.assertEqual(self.ping(), (403, b"403 Forbidden"))

    def test_of_one_action_or_for_a_time(self):
        client = self.client(self.served)
        self.faults.set("status", action="listAccount", code=-47)
        self.assertEqual([client.ask(a)["status"] for a in ("listAccount", "ping", "listAccount")], [-47, 0, -47])
        self.faults.clear("listAccount")
        self.faults.set("status", seconds=0.2, code=-8)
        self.assertEqual(client.ask("ping")["status"], -8)
        threading.Event().wait(0.25)
        self.assertEqual(client.ask("ping")["status"], 0)

    def test_expire_and_restart(self):
        client = self.client(self.served)
        self.faults.set("expire", action="listAccount", times=1)
        self.assertEqual([client.ask(a)["status"] for a in ("ping", "listAccount")], [0, -6])
        client.login()
        self.faults.set("restart", action="ping", times=1, down=0.1)
        with self.assertRaises((OSError, http.client.HTTPException)):
            client.ask("ping")

    def test_who_hangs_is_let_go(self):
        self.faults.set("hang")
        seen = []
        asking = threading.Thread(target=lambda: seen.append(self.ping("--max-time", "120")))
        asking.start()
        deadline = time.monotonic() + 120
        while not self.served.counts.requests and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        self.faults.clear()
        asking.join(120)
        self.assertEqual(len(seen), 1)
        self.assertIn(seen[0], ((0, GONE), (0, RESET)))  # an end without TLS's own is one or the other to curl
        self.assertEqual(self.ping()[0], 200)


class Noticing(ServerTest):
    def test_overlaps(self):
        server = self.server()
        client = self.client(server)
        client.ask("ping")
        client.ask("ping")
        self.assertEqual((server.counts.overlaps, server.counts.most_at_once), (0, 1))
        server.faults.set("slow", ms=300)
        asking = [threading.Thread(target=client.ask, args=("ping",)) for _ in range(3)]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
        self.assertEqual((server.counts.overlaps, server.counts.most_at_once, server.counts.most_connected), (2, 3, 3))

    def test_who_has_gone_does_not_overlap(self):
        server = self.server()
        hang = server.faults.set("hang", times=20)
        while hang.times:  # some go before they have asked
            curl("--max-time", "0.2", server.url + "?action=ping")
        self.assertEqual(curl(server.url + "?action=ping")[0], 200)
        self.assertEqual(server.counts.overlaps, 0)

    def test_kept_connections(self):
        server = self.server(keep_alive=3)
        url = server.url + "?action=ping"
        self.assertEqual(curl(*[url] * 7)[0], 200)
        self.assertEqual(server.counts.connections, 3)
        self.assertEqual(curl(self.server(chunked=True).url + "?action=ping")[1].count(b"status"), 1)

    def test_strangers_to_tls(self):
        server = self.server()
        with socket.create_connection((server.address, server.port)) as line:
            line.sendall(b"GET / HTTP/1.1\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                while line.recv(1_000):
                    pass
        deadline = time.monotonic() + 5
        while server.counts.handshakes_failed == 0 and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        self.assertEqual(server.counts.handshakes_failed, 1)


class Sharing(ServerTest):
    def test_what_is_not_pushed_the_api_has(self):
        pbx = Pbx(firmware="gen1")
        with socket.create_server(("127.0.0.1", 0)) as door:
            threading.Thread(target=self.swallow, args=(door,), daemon=True).start()
            run = Simulation([pbx], [Route(f"tcp://127.0.0.1:{door.getsockname()[1]}")], calls=200, push_share=0.5)
            run.lose(10)
            self.assertTrue(run.run(60))
        stats = run.stats()
        self.assertEqual(stats["delivered"] + stats["not_pushed"], stats["legs"])
        self.assertTrue(0.35 < stats["delivered"] / stats["legs"] < 0.65, stats)
        self.assertEqual(len(pbx.store.legs()), stats["legs"])
        self.assertEqual(run.totals()["hq"], totals(pbx.store.legs()))

    @staticmethod
    def swallow(door):
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            with line:
                while line.recv(65_536):
                    pass


class Command(ServerTest):
    def setUp(self):
        command = [sys.executable, "-B", os.path.join(HERE, "sim"), "--api", "0", "--legacy", "0", "--control", "--calls", "30",
                   "--pbx", "hq=", "--pbx", "branch=", "--zone", "+02:00", "--totals", os.path.join(self.folder, "totals")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(self.end)
        said = [json.loads(self.process.stdout.readline()) for _ in range(4)]
        self.said = {(one["pbx"], one["kind"]): one for one in said}

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def order(self, **order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def test_orders(self):
        one = self.said["hq", "new"]
        self.assertEqual(curl("--pinnedpubkey", one["pin"], one["url"] + "?action=ping")[0], 200)
        self.assertEqual(self.order(do="fault", pbx="hq", api="new", kind="status", times=1, code=-45), {"ok": True})
        self.assertEqual(json.loads(curl(one["url"] + "?action=ping")[1])["status"], -45)
        self.assertEqual(json.loads(curl(self.said["branch", "new"]["url"] + "?action=ping")[1])["status"], -6)
        self.assertEqual(curl("--digest", "-u", "cdrapi:cdrapi123", self.said["hq", "legacy"]["url"] + "/cdrapi")[0], 200)
        stats = self.order(do="stats")
        self.assertEqual(stats["pbx"]["hq"]["new"]["requests"], {"ping": 2})
        self.assertEqual(stats["pbx"]["hq"]["new"]["statuses"], {"-6": 1, "-45": 1})
        for order in ({"do": "trunk", "name": "carrier/west", "status": "Unreachable"}, {"do": "set", "drift": 90}, {"do": "clear"},
                      {"do": "account", "extension": "2001", "status": "Busy"}, {"do": "live", "bridged": 3, "unbridged": 1},
                      {"do": "wait", "queue": "6500", "callers": ["1"]}, {"do": "grouping", "style": "stale"}, {"do": "expire"},
                      {"do": "forget", "sessions": 1}, {"do": "permit", "actions": ["cdrapi"]}, {"do": "unlock"}, {"do": "lose", "records": 1}):
            self.assertEqual(self.order(**order), {"ok": True}, order)
        for order in ({"do": "nothing"}, {"do": "fault", "kind": "none"}, {"do": "set", "no_such": 1}, {"do": "expire", "pbx": "other"}):
            self.assertFalse(self.order(**order)["ok"], order)

    def test_end(self):
        deadline = time.monotonic() + 20
        while (run := self.order(do="stats")["run"])["calls"] < 30 and time.monotonic() < deadline:
            threading.Event().wait(0.02)
        self.assertEqual(run["calls"], 30)
        caused = self.order(do="totals")["totals"]
        self.assertEqual(sum(n for name, n in caused["hq"]["all"].items() if name.startswith("total_sessions")), 15)
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(20), 0)
        with open(os.path.join(self.folder, "totals"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["totals"], caused)


if __name__ == "__main__":
    unittest.main()
