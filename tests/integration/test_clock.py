"""This machine's clock is wrong and is set right: nothing is deleted by it, nothing counted twice, alerts go on."""

import os
import struct
import unittest

import config
from case import post
from polled import PolledTest, recent, totals_of
from ucmsim.records import document
from until import until

HTTP = "http://127.0.0.1:0"
DAY = 86_400
RECORDS = 60


class Clock(PolledTest):
    def setUp(self):
        super().setUp()
        self.clock = os.path.join(self.folder, "clock")
        self.turn(0)

    def turn(self, ahead):
        with open(self.clock, "r+b" if os.path.exists(self.clock) else "wb") as file:
            file.write(struct.pack("=q", ahead))

    def asking(self, ahead):
        """An agent whose clock is wrong, with a PBX whose API offers what it also pushes."""
        self.turn(ahead)
        self.pbx = recent(calls=RECORDS)
        server = self.server(self.pbx)
        agent = self.agent(config.ucm(config.listen(HTTP), self.polled(server, {"BackfillInterval": 2}, From="127.0.0.1"), Settle=1),
                           start=False, preload=os.path.join(config.FAULTS, "fault_clock.so"))
        agent.environment = {"UCM_CLOCK": self.clock}
        self.asked = server
        return agent.start()

    def push_all(self, agent):
        for leg in self.pbx.store.legs():
            self.assertEqual(post(agent.url(HTTP), document(leg, "json")).status, 200)

    def set_right(self, agent, word):
        self.turn(0)
        until(lambda: f"the clock of this machine was set {word}" in agent.log(), "it is noticed")
        self.wait_asked(self.asked, "cdrapi", 3)

    def test_behind(self):
        agent = self.asking(-40 * DAY)
        self.push_all(agent)
        self.wait_totals(agent, totals_of(self.pbx))
        self.set_right(agent, "forwards by 40 d")
        self.wait_totals(agent, totals_of(self.pbx))
        agent.stop()
        agent.start()
        self.wait_asked(self.asked, "cdrapi", 2)
        self.wait_totals(agent, totals_of(self.pbx))

    def test_ahead(self):
        agent = self.asking(0)
        self.push_all(agent)
        self.wait_totals(agent, totals_of(self.pbx))
        self.turn(3_650 * DAY)
        until(lambda: "the clock of this machine was set forwards by 3650 d" in agent.log(), "it is noticed")
        self.set_right(agent, "back by 3650 d")
        self.wait_totals(agent, totals_of(self.pbx))
        self.assertEqual(agent.value("hq", "self", "total_events-legs_accepted"), agent.control.status()["status"]["ledger"]["legs"])


if __name__ == "__main__":
    unittest.main()
