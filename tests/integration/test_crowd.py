"""Many connections of one sender, known or not, beside a PBX that pushes and a host that needs files of its own."""

import os
import resource
import unittest

import config
import mischief
from case import AgentTest, json_record, post
from certificate import self_signed
from until import until

HTTP, HTTPS, TCP = mischief.HTTP, mischief.HTTPS, mischief.TCP
STRANGER, GREEDY, PBX = "127.0.0.99", "127.0.0.2", "127.0.0.1"
USUAL = 1_024  # descriptors of a service
HALF = {HTTP: b"POST /cdr HTTP/1.1\r\nHost: ucm\r\nX-", HTTPS: b"\x16\x03\x01", TCP: b'{"AcctId": "1", "src'}
OURS = (config.AGENT_HOST, "self")
MEMORY = "LoadPlugin memory"


def open_files(limit):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


class Crowd(AgentTest):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)  # ours: each of these connections has an end here
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def target(self, limit=USUAL, pbxes=(), **options):
        certificate, key = self_signed(self.folder)
        agent = self.agent(config.ucm(
            config.listen(HTTP), config.listen(HTTPS, CertificateFile=certificate, KeyFile=key), config.listen(TCP),
            *(pbxes or (config.pbx("hq"), config.pbx("bad", From=GREEDY))), RequestTimeout=600, IdleTimeout=600, **options),
            extra=MEMORY, start=False)
        agent.limits = open_files(limit)
        return agent.start()

    def crowd(self, agent, source, count=USUAL, urls=(HTTP, HTTPS, TCP)):
        """As many connections with half a request, over each listener; nobody finishes one or goes."""
        lines = [mischief.line(agent, url, HALF[url], source) for url in urls for _ in range(count // len(urls))]
        self.addCleanup(lambda: [one.close() for one in lines])
        return lines

    def served(self, agent, pushes=20):
        """A PBX is answered, the host writes its own values and its log, ucmctl is answered."""
        before = agent.value("hq", "self", "total_events-legs_accepted")
        written = self.written(agent)
        for number in range(pushes):
            url = (HTTP, HTTPS)[number % 2]
            mischief.expect(200, post(agent.url(url), json_record(), PBX, verify=False))
        self.wait_value(agent, "hq", "self", "total_events-legs_accepted", before + pushes)
        until(lambda: self.written(agent) > written, "the memory plugin's values are written")

    @staticmethod
    def written(agent):
        return sum(os.path.getsize(os.path.join(folder, file)) for folder, _, files in os.walk(agent.path("csv")) for file in files
                   if os.path.basename(folder) == "memory")

    def test_strangers(self):
        agent = self.target()
        for round_number in range(2):
            lines = self.crowd(agent, STRANGER)
            until(lambda: sum(mischief.closed(one) for one in lines) >= USUAL - 3 - 2 * 8, "all but a few are closed")
            self.served(agent)
        refused = agent.value(*OURS, "total_events-senders_refused")
        self.assertGreater(refused, USUAL, "nearly all; on a slow machine more of them had their five seconds")
        self.assertIn(STRANGER, agent.log())
        self.assertEqual(agent.value(*OURS, "total_events-connections_too_many"), 0)
        self.assertLess(agent.log().count("cannot take new connections"), 1)
        until(lambda: post(agent.url(HTTP), json_record(), STRANGER).status == 403, "one alone is told why")

    def test_a_greedy_pbx(self):
        agent = self.target()
        lines = self.crowd(agent, GREEDY)
        until(lambda: sum(mischief.closed(one) for one in lines) == USUAL - USUAL % 3 - 3 * 128, "what is over its quota is closed")
        self.served(agent)
        self.assertEqual(agent.value(*OURS, "total_events-connections_too_many"), USUAL - USUAL % 3 - 3 * 128)
        self.assertIn("MaxConnectionsPerSender", agent.log())
        self.assertFalse(mischief.closed(lines[341 - 1]), "its newest are served")

    def test_many_greedy_pbxes(self):
        many = [f"127.0.1.{n}" for n in range(1, 11)]
        agent = self.target(pbxes=[config.pbx("hq"), config.pbx("bad", From="127.0.1.0/24")])
        self.assertIn("LimitNOFILE", agent.log(), "it says what limits the connections")
        for source in many:
            self.crowd(agent, source, 120, (HTTP,))
        self.served(agent)
        self.assertGreater(agent.value(*OURS, "total_events-connections_too_many"), 200)

    def test_a_thousand_pbxes(self):
        addresses = [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(1_000)]
        agent = self.target(4_096, [config.pbx("hq"), config.pbx("all", From="127.1.0.0/16")], MaxConnections=1_100)
        lines = [mischief.line(agent, TCP, json_record() + b"\n", address) for address in addresses]
        self.addCleanup(lambda: [one.close() for one in lines])
        self.wait_value(agent, "all", "self", "total_events-legs_accepted", 1_000)
        self.assertEqual(sum(mischief.closed(one) for one in lines), 0)
        self.assertEqual(agent.value(*OURS, "total_events-connections_too_many"), 0)
        self.served(agent)


if __name__ == "__main__":
    unittest.main()
