"""A PBX that answers to do harm: what it sends costs the asking of it, and neither the host's memory nor another PBX."""

import json
import unittest

from polled import PolledTest, make_calls, recent, totals_of
from ucmsim.records import GEN1
from until import until

MOST_KIB = 100 << 10
BACK_KIB = 16 << 10
STATE_BYTES = 1_040_000     # a little less than what is read of an answer about the state
RECORDS_BYTES = 8_300_000  # of one with records


def filled(item, size):
    text = item if isinstance(item, str) else json.dumps(item, separators=(",", ":"))
    return "[" + ",".join([text] * (size // (len(text) + 1))) + "]"


def page(name, item, size):
    """Of a list that never ends, full of the same item."""
    return f'{{"response":{{"{name}":{filled(item, size)},"total_item":99999999,"total_page":999999,"page":1}},"status":0}}'


CALL = {"AcctId": "1", "src": "5550101", "dst": "2001", "start": "2026-01-26 12:00:00", "uniqueid": "1769428800.1"}

# Who gives it, its bodies.
ANSWERS = (
    ("listBridgedChannels", lambda: [page("channel", {}, STATE_BYTES), page("channel", {"state": "Up"}, 60_000)]),
    ("listUnBridgedChannels", lambda: [page("channel", {"state": "Up", "channel": "x" * 40}, STATE_BYTES)]),
    ("listAccount", lambda: [page("account", {"status": "Idle"}, STATE_BYTES), page("account", {"status": "Idle"}, 90_000)]),
    ("listVoIPTrunk", lambda: [page("voip_trunk", {"trunk_name": "a", "status": "x"}, 180_000)]),
    ("queueapi", lambda: ['{"queue_statistics":' + filled({"agent": {"a": 1}}, RECORDS_BYTES) + "}",
                          "<root>" + "<agent><a>1</a></agent>" * (RECORDS_BYTES // 24) + "</root>"]),
    ("cdrapi", lambda: ['{"cdr_root":' + filled({}, RECORDS_BYTES) + "}",
                        '{"cdr_root":[' + filled("1", RECORDS_BYTES) + "]}",
                        '{"cdr_root":' + filled(filled("1", 500_000), RECORDS_BYTES) + "}",
                        "," * RECORDS_BYTES,
                        ",".join(GEN1) + "\n" + "," * RECORDS_BYTES,
                        '{"cdr_root":' + filled(CALL, RECORDS_BYTES) + "}",
                        ",".join(GEN1) + "\n" + (",".join("1" for _ in GEN1) + "\n") * (RECORDS_BYTES // (2 * len(GEN1))),
                        "<cdr_root>" + "<cdr><src>1</src></cdr>" * (RECORDS_BYTES // 23) + "</cdr_root>",
                        '{"cdr_root":[{"src":"' + "x" * (RECORDS_BYTES + (8 << 20)) + '"}]}']),
)


class Evil(PolledTest):
    def setUp(self):
        super().setUp()
        self.good = recent("good", calls=20)

    def asks(self, action, body):
        """It is answered so for a while, and what that takes is measured; the other PBX is asked all the while."""
        server = self.server(recent("bad"))
        agent = self.asking(self.polled(self.server(self.good)), self.polled(server))
        self.wait_totals(agent, totals_of(self.good))
        self.wait_up(agent, "good", "bad")
        before = agent.peak_kib()
        server.faults.set("http", action=action, status=200, body=body, type="text/plain")
        self.wait_asked(server, action, 2 if action == "cdrapi" else 1)
        make_calls(self.good, 5, first=500 + 10 * len(self.agents))
        self.wait_totals(agent, totals_of(self.good))
        server.faults.clear()
        self.assertLess(agent.peak_kib() - before, MOST_KIB)
        until(lambda: agent.resident_kib() < before + BACK_KIB, "what it took is given back")
        agent.stop()
        return agent

    def test_state(self):
        for action, bodies in ANSWERS[:4]:
            for number, body in enumerate(bodies()):
                with self.subTest(action, number=number):
                    self.asks(action, body)

    def test_records(self):
        for action, bodies in ANSWERS[4:]:
            for number, body in enumerate(bodies()):
                with self.subTest(action, number=number):
                    self.asks(action, body)

    def test_pages_larger_than_is_read(self):
        """A thousand calls are more than eight megabytes: they are asked for in halves, and none is missed."""
        plain = self.good.leg
        self.good.leg = lambda *about, **more: plain(*about, **{**more, "dcontext": "x" * 12_000})
        make_calls(self.good, 900, first=500)
        server = self.server(self.good)
        agent = self.asking(self.polled(server))
        self.wait_totals(agent, totals_of(self.good))
        self.assertLessEqual({"1000", "500"}, {one.parameters["numRecords"] for one in server.counts.of("cdrapi")})


if __name__ == "__main__":
    unittest.main()
