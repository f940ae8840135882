"""The queue report: each caller of a queue is counted once, though the report repeats itself and is asked for again and again."""

import random
import time
import unittest
from collections import defaultdict

from polled import PolledTest, make_calls, recent
from ucmsim.queueapi import attempts
from until import until

LEVEL, SHORT = 20, 5  # seconds: ServiceLevel and ShortAbandon unless told otherwise


def callers_of(pbx):
    """{(queue, caller, start): [row, ...]}"""
    found = defaultdict(list)
    for _, legs in pbx.store.between():
        for row in attempts(legs):
            found[row["extension"], row["callernum"], row["start_time"]].append(row)
    return found


def expected_of(pbx, level=LEVEL, short=SHORT):
    """{"scope/type-instance": value}, worked out from the PBX's records."""
    values = defaultdict(int)
    for (queue, _, _), rows in callers_of(pbx).items():
        answered = [row for row in rows if row["connect"] == "yes"]
        waited = int(answered[0]["wait_time"]) if answered else max(int(row["wait_time"]) for row in rows)

        def add(name, n, queue=queue):
            values[f"queue-{queue}/{name}"] += n
        add("total_events-queue_offered", 1)
        add("total_events-queue_answered", bool(answered))
        add("total_events-queue_abandoned", not answered)
        add("total_time_in_ms-queue_wait", 1_000 * waited if answered else 0)
        add("total_time_in_ms-queue_talk", 1_000 * sum(int(row["talk_time"]) for row in answered))
        add("total_events-queue_in_service_level", bool(answered) and waited <= level)
        add("total_events-queue_service_level_base", bool(answered) or waited >= short)
    return dict(values)


class Queues(PolledTest):
    def wait_queues(self, agent, expected, pbx="hq"):
        seen = {}

        def equal():
            metrics = agent.control.metrics()
            seen.update({name: metrics.get((pbx, *name.split("/"))) for name in expected})
            return seen == expected
        try:
            until(equal, "the queues' counters are equal")
        except AssertionError:
            self.fail({name: (value, seen.get(name)) for name, value in expected.items() if seen.get(name) != value})

    def test_each_caller_once(self):
        hq = recent(calls=500)
        rows = sum(len(rows) for rows in callers_of(hq).values())
        self.assertGreater(rows, len(callers_of(hq)), "some are brought to several agents")
        server = self.server(hq)
        agent = self.asking(self.polled(server))
        self.wait_queues(agent, expected_of(hq))
        self.wait_asked(server, "queueapi", 4)
        self.wait_queues(agent, expected_of(hq))
        make_calls(hq, 100, first=300)
        self.wait_queues(agent, expected_of(hq))
        asked = server.counts.of("queueapi")[-1].parameters
        self.assertRegex(asked["startTime"], r"^\d{4}-\d\d-\d\d$")
        self.assertEqual((asked["statisticsType"], asked["format"]), ("calldetail", "json"))

    def test_restarted_and_killed(self):
        seed = random.randrange(1 << 32)
        moments = random.Random(seed)
        hq = recent(seed=seed)
        server = self.server(hq)
        agent = self.asking(self.polled(server))
        for round_number in range(5):
            with self.subTest(round=round_number, seed=seed):
                make_calls(hq, 100, first=100 * round_number)
                moment = time.monotonic() + moments.uniform(0, 2)
                until(lambda moment=moment: time.monotonic() >= moment, "a random moment has come", pause=0.001)
                (agent.stop if round_number == 2 else agent.kill)()
                agent.start()
        self.wait_queues(agent, expected_of(hq))
        self.wait_asked(server, "queueapi", 3)
        self.wait_queues(agent, expected_of(hq))

    def test_other_levels(self):
        hq = recent(calls=300)
        agent = self.asking(self.polled(self.server(hq), ServiceLevel=8, ShortAbandon=60))
        self.wait_queues(agent, expected_of(hq, 8, 60))
        self.assertNotEqual(expected_of(hq, 8, 60), expected_of(hq))

    def test_who_still_waits_is_not_counted_as_gone(self):
        """An attempt that nobody took is followed by one that somebody takes, before the next report."""
        hq = recent(calls=200)
        server = self.server(hq, cookie_life=600)
        agent = self.asking(self.polled(server, {"BackfillInterval": 2}))
        self.wait_queues(agent, expected_of(hq))
        leg = next(leg for leg in hq.store.legs() if leg["lastapp"] == "Queue")
        came = dict(leg, session=leg["session"] + "9", uniqueid=leg["uniqueid"] + "9", src=leg["src"] + "9", lastapp="Dial",
                    dstchannel_ext="2001", AcctId="77777")
        asked = server.counts.requests["queueapi"]
        hq.store.add([came])
        until(lambda: server.counts.requests["queueapi"] > asked, "it is reported once", pause=0.002)
        hq.store.add([dict(came, disposition="ANSWERED", billsec="7", AcctId="77778", channel=came["channel"] + "a")])
        self.wait_queues(agent, expected_of(hq))
        abandoned = sum(not any(row["connect"] == "yes" for row in rows) for rows in callers_of(hq).values())
        self.assertEqual(sum(agent.value("hq", f"queue-{queue}", "total_events-queue_abandoned") for queue in hq.queues), abandoned)

    def test_away_for_a_while(self):
        hq = recent(calls=200)
        server = self.server(hq)
        agent = self.asking(self.polled(server))
        self.wait_queues(agent, expected_of(hq))
        server.faults.set("refuse")
        server.restart()
        self.wait_up(agent, up=0)
        make_calls(hq, 200, first=200)
        server.faults.clear()
        self.wait_queues(agent, expected_of(hq))


if __name__ == "__main__":
    unittest.main()
