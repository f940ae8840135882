"""SIGTERM ends it at once, whoever is connected."""

import socket
import unittest

import config
from case import AgentTest
from certificate import self_signed
from ucmsim import Pbx, Route, Simulation
from until import HANG, until

HTTP, HTTPS, TCP = "http://127.0.0.1:0", "https://127.0.0.1:0", "tcp://127.0.0.1:0"
PATIENT = {"RequestTimeout": 600, "IdleTimeout": 600}
AT_ONCE = 30  # seconds: who waited for a client, or for an interval, would take a minute at least


class End(AgentTest):
    def stuck(self, agent):
        """Clients that wait for something that will not come."""
        def to(configured, data):
            host, _, port = agent.url(configured).partition("://")[2].rpartition(":")
            line = socket.create_connection((host, int(port)), HANG)
            self.addCleanup(line.close)
            line.sendall(data)
        for _ in range(5):
            to(HTTP, b"POST /cdr HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"AcctId\"")
            to(HTTP, b"POST /cdr HTTP/1.1\r\nHost: x\r\nX-")
            to(HTTP, b"")
            to(HTTPS, b"")
            to(HTTPS, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
            to(TCP, b'{ "AcctId": "1", "src": "')
            to(TCP, b"")
        control = socket.socket(socket.AF_UNIX)
        self.addCleanup(control.close)
        control.connect(agent.control.path)
        control.sendall(b'{"get":"met')

    def test_ends_at_once_under_load_with_stuck_clients(self):
        certificate, key = self_signed(self.folder)
        agent = self.agent(config.ucm(config.listen(HTTP), config.listen(HTTPS, CertificateFile=certificate, KeyFile=key),
                                      config.listen(TCP), config.pbx("hq"), Settle=10, **PATIENT))
        routes = [Route(agent.url(HTTP)), Route(agent.url(HTTPS), ca_file=certificate), Route(agent.url(TCP), "csv")]
        run = Simulation([Pbx()], routes, calls=0, rate=100, retry=0.05)
        self.addCleanup(run.stop)
        run.start()
        for _ in range(5):
            answered = run.answered()
            self.stuck(agent)
            until(lambda: run.answered() > answered + 100, "records are taken")
            took = agent.stop()
            self.assertLess(took, AT_ONCE, "from SIGTERM to its end")
            self.assertEqual(agent.process.returncode, 0)
            agent.start()
        run.enough()
        self.assertTrue(run.finish(HANG), run.stats())
        self.wait_totals(agent, run.totals())
        self.assertNotIn("given up", agent.log())

    def test_in_the_middle_of_much_work(self):
        agent = self.agent(config.ucm(config.listen(HTTP), config.pbx("hq"), MaxConnectionsPerSender=200, **PATIENT))
        for attempt in range(4):
            body = b"".join(b'{"start":"%d"}' % number for number in range(attempt * 1_900, (attempt + 1) * 1_900))
            request = b"POST / HTTP/1.1\r\nHost: ucm\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            host, _, port = agent.url(HTTP).partition("://")[2].rpartition(":")
            lines = [socket.create_connection((host, int(port)), HANG) for _ in range(24)]
            for line in lines:
                line.sendall(request[:-1])
            for line in lines:
                line.sendall(request[-1:])
            until(lambda: agent.value("hq", "self", "total_events-legs_accepted") > 0, "it is at it")
            self.assertLess(agent.stop(), AT_ONCE)
            self.assertEqual(agent.process.returncode, 0, agent.output()[-2_000:])
            for line in lines:
                line.close()
            agent.start()
        counted = agent.value("hq", "self", "total_events-legs_accepted")
        self.assertEqual(agent.control.status()["status"]["ledger"]["legs"], counted)

    def test_half_a_record_is_reset(self):
        """An orderly close would tell the sender that all of it was taken."""
        agent = self.agent(config.ucm(config.listen(TCP), config.pbx("hq")))
        host, _, port = agent.url(TCP).partition("://")[2].rpartition(":")
        with socket.create_connection((host, int(port)), HANG) as idle, socket.create_connection((host, int(port)), HANG) as half:
            half.sendall(b'{ "AcctId": "1", "src": "')
            until(lambda: agent.control.status()["status"]["listeners"][0]["connections"] == 2, "both are there")
            agent.control.status()  # one more turn, in which what has arrived is read
            agent.stop()
            self.assertEqual(idle.recv(1), b"")
            with self.assertRaises(ConnectionResetError):
                half.recv(1)

    def test_interrupted_while_it_waits(self):
        agent = self.agent(interval=600)
        # collectd looks at what its signal handler sets, then sleeps: a signal between the two is slept through.
        switches, same = "", 0

        def sleeps():
            nonlocal switches, same
            now = agent.main_thread_switches()
            switches, same = now, same + 1 if now == switches else 0
            return same > 20
        until(sleeps, "its main thread sleeps")
        self.assertLess(agent.stop(), AT_ONCE)


if __name__ == "__main__":
    unittest.main()
