"""Whether the recordings that records name are on the PBX, and how many the old API lists."""

import math
import unittest

from case import PHONE, post, record
from polled import HTTP, PolledTest, recent, totals_of
from ucmsim.records import document
from until import until


def named_by(pbx):
    return sum(bool(leg["recordfiles"]) for leg in pbx.store.legs())


class Recordings(PolledTest):
    def push(self, agent, times):
        """Records of recordings that the PBX does not have."""
        for n in range(times):
            made = record(recordfiles=f"2026-11/auto-{n}-{PHONE}-2001.wav@")
            self.assertEqual(post(agent.url(HTTP), document(made, "json")).status, 200)

    def checked(self, agent, pbx):
        return tuple(agent.value(pbx, "system", f"total_events-recordings_{what}") for what in ("checked", "missing"))

    def wait_checked(self, agent, pbx, checked, missing):
        until(lambda: self.checked(agent, pbx) == (checked, missing), f"{checked} recordings of {pbx} are looked for")

    def test_there_and_missing(self):
        """Both APIs, and a PBX that answers with a page where there is none."""
        new, page, old = (recent(name, calls=60) for name in ("new", "page", "old"))
        servers = [self.server(new), self.server(page), self.legacy(old)]
        servers[1].desk.missing_recording = "html"
        blocks = [self.polled(server, CheckRecordings=True, From=address)
                  for server, address in zip(servers, ("127.0.0.1", None, None))]
        agent = self.asking(*blocks)
        for pbx in (new, page, old):
            self.assertGreater(named_by(pbx), 3)
            self.wait_checked(agent, pbx.name, named_by(pbx), 0)
        self.push(agent, 3)
        self.wait_checked(agent, "new", named_by(new) + 3, 3)
        self.assertEqual(sum("does not have" in line for line in agent.log().splitlines()), 1)
        self.assertNotIn(PHONE, agent.log())
        for pbx in (new, page, old):
            self.assertEqual(agent.value(pbx.name, "self", "count-api_up"), 1)
        self.wait_checked(agent, "old", named_by(old), 0)

    def test_missing_on_each(self):
        for served in (self.server, self.legacy):
            with self.subTest(served.__name__):
                hq = recent()
                server = served(hq)
                agent = self.asking(self.polled(server, CheckRecordings=True, From="127.0.0.1"))
                self.push(agent, 2)
                self.wait_checked(agent, "hq", 2, 2)
                self.assertEqual(agent.value("hq", "self", "count-api_up"), 1)
                agent.stop()

    def test_not_unless_asked_for(self):
        hq = recent(calls=60)
        server = self.server(hq)
        agent = self.asking(self.polled(server))
        self.wait_totals(agent, totals_of(hq))
        self.wait_asked(server, "getSystemStatus", 6)
        self.assertEqual((server.counts.requests["recapi"], self.checked(agent, "hq")), (0, (0, 0)))

    def test_listing_of_the_old_api(self):
        sized, bare = recent("sized", calls=60), recent("bare", calls=60)
        servers = [self.legacy(sized, scheme="none"), self.legacy(bare, scheme="none")]
        servers[0].recordings.sizes = True
        servers[0].recordings.put("monitor", "auto-1-2001-2002.wav", b"x" * 1_000)
        agent = self.asking(*map(self.polled, servers))
        listed = servers[0].recordings.listed("monitor")
        for server, extra in zip(servers, (1, 0)):
            name = server.pbx.name
            until(lambda name=name, server=server, extra=extra:
                  agent.value(name, "system", "count-recordings") == named_by(server.pbx) + extra, f"those of {name}")
        self.assertEqual(agent.value("sized", "system", "bytes-recordings"), sum(map(len, listed.values())))
        self.assertTrue(math.isnan(agent.value("bare", "system", "bytes-recordings")))
        self.assertEqual([server.counts.requests["recapi"] for server in servers], [1, 1])


if __name__ == "__main__":
    unittest.main()
