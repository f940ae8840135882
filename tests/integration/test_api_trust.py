"""Whom the asking believes, and what the operator is told when it does not."""

import re
import socketserver
import threading
import unittest

from polled import PolledTest, pass_by, recent, totals_of
from ucmsim.certificate import pin, self_signed, server_context
from until import until

PIN = re.compile(r'PinnedPublicKey "(sha256//[A-Za-z0-9+/]{43}=)"')
BLIND = {"PinnedPublicKey": None}


class Trust(PolledTest):
    def refused(self, agent, pbx, words=""):
        """It is not believed, and has not heard a word from us."""
        until(lambda: self.errors(agent, pbx).get("tls", 0) >= 1, f"{pbx} is refused")
        self.assertEqual(self.errors(agent, pbx).keys(), {"tls"})
        self.assertEqual(agent.value(pbx, "self", "count-api_up"), 0)
        self.assertEqual(self.api_status(agent, pbx)["trouble"], "tls")
        self.assertIn(words, self.api_status(agent, pbx)["detail"])
        told = [line for line in agent.log().splitlines() if f"{pbx}: " in line and words in line]
        self.assertEqual(len(told), 1, agent.log())
        server = next(server for server in self.servers if server.pbx.name == pbx)
        self.assertEqual(server.counts.requests, {})
        return told[0]

    def believed(self, agent, *pbxes, but=None):
        self.wait_totals(agent, totals_of(*pbxes))
        for pbx in pbxes:
            self.wait_up(agent, pbx.name)
            self.assertEqual(self.errors(agent, pbx.name), but or {})

    def test_a_self_signed_certificate_and_its_pin(self):
        hq = recent(calls=30)
        server = self.server(hq)
        agent = self.asking(self.polled(server, BLIND))
        shown = PIN.search(self.refused(agent, "hq", "self-signed certificate"))[1]
        self.assertEqual(shown, self.pin)
        agent.blocks = self.asking(self.polled(server, {"PinnedPublicKey": shown}), start=False).blocks
        agent.stop()
        agent.start()
        refused = self.errors(agent)
        self.believed(agent, hq, but=refused)
        until(lambda: agent.value("hq", "system", "count-certificate_days") == 29, "it was made for 30 days")
        self.assertEqual(self.api_status(agent)["certificate"], {"days": 29, "pin": self.pin, "self_signed": True})

    def test_what_else_is_believed(self):
        by_file, blindly, both, by_name = (recent(name, calls=20) for name in ("by_file", "blindly", "both", "by_name"))
        other = self_signed(self.keys, "other", names="DNS:pbx.example")
        agent = self.asking(
            self.polled(self.server(by_file), {**BLIND, "CACert": self.certificate[0]}),
            self.polled(self.server(blindly), {**BLIND, "VerifyPeer": False}),
            self.polled(self.server(both), {"CACert": self.certificate[0]}),
            self.polled(self.server(by_name, server_context(*other)), {**BLIND, "CACert": other[0], "VerifyHost": False}))
        self.believed(agent, by_file, blindly, both, by_name)
        warned = [line for line in agent.log().splitlines() if "VerifyPeer" in line]
        self.assertEqual(len(warned), 1, warned)

    def test_what_is_not(self):
        other = self_signed(self.keys, "another", names="DNS:pbx.example")
        named = self.server(recent("named"), server_context(*other))
        agent = self.asking(
            self.polled(self.server(recent("pinned")), {"PinnedPublicKey": "sha256//" + 43 * "A" + "="}),
            self.polled(named, {**BLIND, "CACert": other[0]}),
            self.polled(self.server(recent("unknown")), {**BLIND, "CACert": other[0]}),
            self.polled(self.server(recent("half")), {"CACert": other[0]}),
            self.polled(self.server(recent("no_file")), {**BLIND, "CACert": self.keys + "/none.pem"}))
        self.assertIn(self.pin, self.refused(agent, "pinned", "shows another key than PinnedPublicKey"))
        self.assertIn(pin(other[0]), self.refused(agent, "named", "certificate for another name"))
        for name in ("unknown", "half"):
            self.refused(agent, name)
        self.assertIn("none.pem", self.refused(agent, "no_file", "does the file exist"))
        pass_by(2)
        for name in ("pinned", "named"):
            self.refused(agent, name)  # told once, however often it was tried

    def test_weak_ones(self):
        for weak, key in (("rsa1024", "rsa1024"), ("dh1024", "rsa")):
            with self.subTest(weak):
                files = self_signed(self.keys, weak, key)
                strict, lenient = recent(f"strict-{weak}"), recent(f"lenient-{weak}", calls=20)
                context = server_context(*files, weak=weak)
                agent = self.asking(
                    self.polled(self.server(strict, context), {"PinnedPublicKey": pin(files[0])}),
                    self.polled(self.server(lenient, context), {"PinnedPublicKey": pin(files[0]), "TLSSecurityLevel": 1}))
                self.refused(agent, strict.name, "TLSSecurityLevel 1")
                self.believed(agent, lenient)
                agent.stop()

    def test_no_tls_at_all(self):
        class Plain(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.recv(10_000)
                self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        plain = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Plain)
        threading.Thread(target=plain.serve_forever, args=(0.05,), daemon=True).start()
        self.addCleanup(plain.server_close)
        self.addCleanup(plain.shutdown)
        server = self.server(recent("plain"))
        agent = self.asking(self.polled(server, {"URL": f"https://127.0.0.1:{plain.server_address[1]}/api"}))
        self.refused(agent, "plain", "speaks no TLS")


if __name__ == "__main__":
    unittest.main()
