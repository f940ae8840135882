"""While a PBX's records of days are fetched, pushes are answered as promptly as ever."""

import time
import unittest

from case import post, record
from polled import HTTP, PolledTest, recent
from ucmsim.records import document
from ucmsim.totals import totals
from until import HANG


class CatchUp(PolledTest):
    CALLS = 13_500  # about 20,000 records
    PROMPT = 1.0    # seconds that nine of ten pushes may take meanwhile: a busy machine may hold some up

    def test_pushes_do_not_wait(self):
        hq = recent(calls=self.CALLS)
        legs, server = len(hq.store.legs()), self.server(hq)
        agent = self.asking(self.polled(server, From="127.0.0.1"))
        took, pushed, began = [], [], time.monotonic()
        while self.counter(agent, "total_events-legs_backfilled") < legs:
            self.assertLess(time.monotonic() - began, HANG)
            pushed.append(record())
            before = time.monotonic()
            self.assertEqual(post(agent.url(HTTP), document(pushed[-1], "json")).status, 200)
            took.append(time.monotonic() - before)
        took.sort()
        print(f"{legs} records in {time.monotonic() - began:.1f} s, {len(pushed)} pushes meanwhile, the slowest {took[-1] * 1000:.0f} ms",
              flush=True)
        self.assertLess(took[len(took) * 9 // 10], self.PROMPT, took[-20:])
        self.assertGreater(len(pushed), 20)
        self.wait_value(agent, "hq", "self", "total_events-legs_accepted", legs + len(pushed))
        self.wait_totals(agent, {"hq": totals(hq.store.legs() + pushed)})


if __name__ == "__main__":
    unittest.main()
