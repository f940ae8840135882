"""IPv6, certificates that change, senders that must show one, connections that stay open."""

import os
import shutil
import socket
import ssl
import time
import unittest

import config
from case import AgentTest, json_record, post, record
from certificate import authority, self_signed, signed_by
from ucmsim import Pbx, Route, Simulation
from ucmsim.http import Connection
from ucmsim.records import GEN1, document
from until import HANG, until

HTTP, HTTPS, TCP = "http://127.0.0.1:0", "https://127.0.0.1:0", "tcp://127.0.0.1:0"
ANSWERED = ("hq", "all", "total_sessions-answered")


def connect(agent, configured):
    host, _, port = agent.url(configured).partition("://")[2].rpartition(":")
    made = socket.create_connection((host.strip("[]"), int(port)), HANG)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def has_ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@unittest.skipUnless(has_ipv6(), "this machine has no IPv6")
class Ipv6(AgentTest):
    def test_every_scheme_on_the_loopback(self):
        certificate, key = self_signed(self.folder, address="::1")
        urls = ("http://[::1]:0", "https://[::1]:0", "tcp://[::1]:0")
        agent = self.agent(config.ucm(config.listen(urls[0]), config.listen(urls[1], CertificateFile=certificate, KeyFile=key),
                                      config.listen(urls[2]), config.pbx("six", From="::1"), config.pbx("four"), Settle=config.APART))
        run = Simulation([Pbx("six", address=None)], [Route(agent.url(url), ca_file=certificate) for url in urls], calls=60)
        self.assertTrue(run.run(HANG), run.stats())
        self.wait_totals(agent, run.totals())

    def test_one_listener_for_both(self):
        """A sender by IPv4 is the same sender on a listener of all addresses."""
        agent = self.agent(config.ucm(config.listen("http://*:0"), config.listen("tcp://*:0"), config.pbx("hq"),
                                      config.pbx("six", From="::1/128")))
        port = agent.url("http://*:0").rpartition(":")[2]
        self.assertEqual(post(f"http://127.0.0.1:{port}", json_record()).status, 200)
        self.assertEqual(post(f"http://[::1]:{port}", json_record()).status, 200)
        self.assertEqual(post(f"http://127.0.0.1:{port}", json_record(), "127.0.0.9").status, 403)
        self.wait_value(agent, *ANSWERED, 1)
        self.wait_value(agent, "six", "all", "total_sessions-answered", 1)


class Certificates(AgentTest):
    def test_read_again_when_it_changes(self):
        first, first_key = self_signed(self.folder, "first")
        second, second_key = self_signed(self.folder, "second")
        certificate, key = os.path.join(self.folder, "used.pem"), os.path.join(self.folder, "used.key")
        shutil.copy(first, certificate)
        shutil.copy(first_key, key)
        agent = self.agent(config.ucm(config.listen(HTTPS, CertificateFile=certificate, KeyFile=key), config.pbx("hq")))
        url = agent.url(HTTPS)
        kept = Connection("127.0.0.1", int(url.rpartition(":")[2]), tls=ssl.create_default_context(cafile=first))
        self.addCleanup(kept.close)
        self.assertEqual(kept.request("POST", "/", json_record()).status, 200)

        shutil.copy(second, certificate)  # for a moment key and certificate do not belong together
        self.assertEqual(post(url, json_record(), verify=False).status, 200)
        shutil.copy(second_key, key)
        until(lambda: post(url, json_record(), ca_file=second).status == 200, "the new certificate is shown")
        with self.assertRaises(ssl.SSLError):
            post(url, json_record(), ca_file=first)
        self.assertEqual(kept.request("POST", "/", json_record()).status, 200, "who is connected stays so")

        with open(certificate, "w", encoding="ascii") as broken:
            broken.write("-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n")
        until(lambda: post(url, json_record(), ca_file=second).status == 200 and "stays in use" in agent.log(),
              "a broken one is named, and the one before stays")
        os.unlink(certificate)
        self.assertEqual(post(url, json_record(), ca_file=second).status, 200)

    def test_a_sender_must_show_one(self):
        certificate, key = self_signed(self.folder)
        ca, other = authority(self.folder, "pbx-ca"), authority(self.folder, "other-ca")
        agent = self.agent(config.ucm(config.listen(HTTPS, CertificateFile=certificate, KeyFile=key, ClientCAFile=ca[0]),
                                      config.pbx("hq")))
        port = int(agent.url(HTTPS).rpartition(":")[2])

        def status(shown):
            tls = ssl.create_default_context(cafile=certificate)
            if shown:
                tls.load_cert_chain(*shown)
            connection = Connection("127.0.0.1", port, tls=tls, timeout=HANG)
            try:
                return connection.request("POST", "/", json_record()).status
            except OSError:
                return None
            finally:
                connection.close()
        self.assertEqual(status(signed_by(self.folder, ca, "good")), 200)
        for shown in (None, signed_by(self.folder, other, "stranger"), self_signed(self.folder, "own")):
            self.assertIn(status(shown), (None, 403, 401))
        self.assertEqual(status(signed_by(self.folder, ca, "again")), 200)
        self.wait_value(agent, *ANSWERED, 2)
        self.assertEqual(agent.value("hq", "self", "total_events-legs_accepted"), 2)


class OpenConnections(AgentTest):
    def target(self, **options):
        return self.agent(config.ucm(config.listen(HTTP), config.listen(TCP), config.pbx("hq"), **options))

    def test_records_of_all_forms_on_one_connection_that_stays(self):
        agent = self.target(IdleTimeout=1)
        number = 0
        with connect(agent, TCP) as line:
            for form in ("json", "xml", "csv", "csv", "json", "json", "xml", "xml", "csv"):
                fields = record()
                if form == "csv":
                    fields = {**dict.fromkeys(GEN1, ""), **fields}
                data = document(fields, form) + b"\n"
                for at in range(0, len(data), 200):
                    line.sendall(data[at:at + 200])
                number += 1
                self.wait_value(agent, *ANSWERED, number)  # longer than IdleTimeout, since a call settles first
            self.assertEqual(agent.value("hq", "self", "total_events-records_quarantined"), 0)

    def test_several_documents_in_one_piece(self):
        agent = self.target()
        with connect(agent, TCP) as line:
            line.sendall(b"".join(document(record(), form) + end for form, end in
                                  (("json", b""), ("xml", b""), ("json", b"\0"), ("xml", b"\r\n"), ("json", b"\n\n"), ("xml", b"\n\0"))))
            self.wait_value(agent, *ANSWERED, 6)

    def test_an_idle_http_connection_is_closed_and_an_idle_tcp_one_is_not(self):
        agent = self.target(IdleTimeout=1)
        with connect(agent, HTTP) as http, connect(agent, TCP) as tcp:
            http.settimeout(HANG)
            self.assertEqual(http.recv(1), b"")
            tcp.sendall(json_record() + b"\n")
            self.wait_value(agent, *ANSWERED, 1)

    def test_several_requests_at_once(self):
        """Sent without waiting for the answers: they come in order."""
        agent = self.target()
        with connect(agent, HTTP) as line:
            bodies = [json_record(), b"not a record", json_record(), b"", json_record()]
            line.sendall(b"".join(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body for body in bodies))
            answers = line.makefile("rb")
            seen = []
            for _ in bodies:
                seen.append(int(answers.readline().split()[1]))
                headers = dict(row.decode().lower().split(": ") for row in iter(lambda: answers.readline().strip(), b""))
                answers.read(int(headers["content-length"]))
            self.assertEqual(seen, [200, 202, 200, 200, 200])

    def test_answers_are_not_held_back(self):
        """The kernel keeps a part of an answer for 200 ms when it is told that more will come."""
        certificate, key = self_signed(self.folder)
        agent = self.agent(config.ucm(config.listen(HTTP), config.listen(HTTPS, CertificateFile=certificate, KeyFile=key), config.pbx("hq")))
        for url in (HTTP, HTTPS):
            kept = Connection("127.0.0.1", int(agent.url(url).rpartition(":")[2]),
                              tls=ssl.create_default_context(cafile=certificate) if url == HTTPS else None)
            times = []
            for _ in range(15):
                began = time.monotonic()
                self.assertEqual(kept.request("POST", "/", json_record()).status, 200)
                times.append(time.monotonic() - began)
            kept.close()
            self.assertLess(sorted(times)[7], 0.1, url)

    def test_two_hundred_at_the_same_time(self):
        agent = self.target()
        lines = [connect(agent, HTTP) for _ in range(100)] + [connect(agent, TCP) for _ in range(100)]
        for number, line in enumerate(lines):
            body = json_record()
            line.sendall(b"POST / HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body) + body if number < 100 else body + b"\n")
        self.wait_value(agent, *ANSWERED, 200)
        for line in lines:
            line.close()


if __name__ == "__main__":
    unittest.main()
