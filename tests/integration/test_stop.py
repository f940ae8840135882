"""SIGTERM ends it at once, whoever is connected."""

import socket
import unittest

import config
from case import AgentTest
from certificate import self_signed
from ucmsim import Pbx, Route, Simulation
from until import until

HTTP, HTTPS, TCP = "http://127.0.0.1:0", "https://127.0.0.1:0", "tcp://127.0.0.1:0"


class End(AgentTest):
    def stuck(self, agent):
        """Clients that wait for something that will not come."""
        def to(configured, data):
            host, _, port = agent.url(configured).partition("://")[2].rpartition(":")
            line = socket.create_connection((host, int(port)), 5)
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
                                      config.listen(TCP), config.pbx("hq"), Settle=5))
        routes = [Route(agent.url(HTTP)), Route(agent.url(HTTPS), ca_file=certificate), Route(agent.url(TCP), "csv")]
        run = Simulation([Pbx()], routes, calls=0, rate=200, retry=0.05)
        self.addCleanup(run.stop)
        run.start()
        for _ in range(5):
            answered = run.answered()
            self.stuck(agent)
            until(lambda: run.answered() > answered + 100, "records are taken")
            took = agent.stop()
            self.assertLess(took, 1, "from SIGTERM to its end")
            self.assertEqual(agent.process.returncode, 0)
            agent.start()
        run.enough()
        self.assertTrue(run.finish(60), run.stats())
        self.wait_totals(agent, run.totals())
        self.assertNotIn("given up", agent.log())

    def test_half_a_record_is_reset(self):
        """An orderly close would tell the sender that all of it was taken."""
        agent = self.agent(config.ucm(config.listen(TCP), config.pbx("hq")))
        host, _, port = agent.url(TCP).partition("://")[2].rpartition(":")
        with socket.create_connection((host, int(port)), 5) as idle, socket.create_connection((host, int(port)), 5) as half:
            half.sendall(b'{ "AcctId": "1", "src": "')
            until(lambda: agent.control.status()["status"]["listeners"][0]["connections"] == 2, "both are there")
            agent.control.status()  # one more turn, in which what has arrived is read
            agent.stop()
            self.assertEqual(idle.recv(1), b"")
            with self.assertRaises(ConnectionResetError):
                half.recv(1)

    def test_interrupted_while_it_waits(self):
        agent = self.agent(interval=60)
        self.assertLess(agent.stop(), 1)


if __name__ == "__main__":
    unittest.main()
