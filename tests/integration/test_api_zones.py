"""The PBX's local time: records bear it without a zone, and questions are asked in it."""

import time
import unittest
from datetime import datetime, timedelta

from polled import PolledTest, make_calls, recent, totals_of
from ucmsim import Pbx
from ucmsim.zone import offset_text, zone
from until import until

HOUR, DAY = 3_600, 86_400
CHICAGO = "America/Chicago"


def last_change(where, set_back):
    """When clocks there were last set back (or forward), at least two hours ago."""
    moment = int(time.time()) // HOUR * HOUR - 2 * HOUR
    while True:
        before, after = (datetime.fromtimestamp(at, zone(where)).utcoffset() for at in (moment - HOUR, moment))
        if (after < before) if set_back else (after > before):
            return moment
        moment -= HOUR


def offset_of(where):
    return int(datetime.now(zone(where)).utcoffset() / timedelta(seconds=1))


class Zones(PolledTest):
    def test_found_out(self):
        """By what session and start of the records say. Until then questions are asked by UTC."""
        names = {"chicago": CHICAGO, "nepal": "+05:45", "tonga": "+13:00", "newfoundland": "America/St_Johns", "utc": "+00:00"}
        pbxes = {name: recent(name, ago=HOUR, calls=60, zone=where) for name, where in names.items()}
        servers = [self.server(pbx) for pbx in pbxes.values()]
        agent = self.asking(*map(self.polled, servers))
        self.wait_totals(agent, totals_of(*pbxes.values()))
        for server, (name, where) in zip(servers, names.items()):
            told = self.api_status(agent, name)["time_zone"]
            self.assertEqual((told["setting"], told["offset_s"], told["disagrees"]), ("auto", offset_of(where), False), name)
            self.assertGreaterEqual(told["agree"], 10)
            ending = offset_text(time.time(), zone(where))
            until(lambda server=server, ending=ending: server.counts.of("cdrapi")[-1].parameters["startTime"].endswith(ending),
                  f"{name} is asked in its own time")
            until(lambda name=name: abs(agent.value(name, "system", "time_offset-clock")) <= 2, f"the clock of {name} is right")
        agent.stop()
        agent.start()
        until(lambda: all(self.api_status(agent, name)["time_zone"]["offset_s"] == offset_of(where) for name, where in names.items()),
              "it is remembered")

    def test_configured(self):
        right, wrong = recent("right", ago=HOUR, calls=40, zone=CHICAGO), recent("wrong", ago=HOUR, calls=40, zone="+02:00")
        agent = self.asking(self.polled(self.server(right), TimeZone=CHICAGO), self.polled(self.server(wrong), TimeZone="+05:45"))
        self.wait_totals(agent, totals_of(right, wrong))
        for name, offset, disagrees in (("right", offset_of(CHICAGO), False), ("wrong", 20_700, True)):
            told = self.api_status(agent, name)["time_zone"]
            self.assertEqual((told["offset_s"], told["disagrees"]), (offset, disagrees), name)

    def test_the_hour_that_comes_twice(self):
        """Windows of a day whose ends fall before, into and behind it; records ordered by the wall or by the true time."""
        change = last_change(CHICAGO, True)
        pbxes = []
        for order in ("wall", "utc"):
            for end in (-HOUR // 2, HOUR // 2):  # of the first window, from the change on
                pbx = Pbx(f"{order}{end}", epoch=change - 5 * HOUR, zone=CHICAGO, order=order)
                pbx.keep_records()
                make_calls(pbx, 10 * 60, every=60)
                pbxes.append((pbx, int(time.time()) - (change + end - DAY)))
        blocks = [self.polled(self.server(pbx), {"BackfillFirst": first, "BackfillOverlap": HOUR, "BackfillInterval": 60})
                  for pbx, first in pbxes]
        agent = self.asking(*blocks, settle=2)
        for pbx, _ in pbxes:
            self.wait_totals(agent, totals_of(pbx))
            self.assertEqual(self.counter(agent, "total_events-legs_accepted", pbx.name), len(pbx.store.legs()))

    def test_the_hour_that_never_comes(self):
        change = last_change(CHICAGO, False)
        pbx = Pbx("hq", epoch=change - 5 * HOUR, zone=CHICAGO)
        pbx.keep_records()
        make_calls(pbx, 10 * 30, every=120)
        reach = int(time.time()) - (change - DAY // 2)
        agent = self.asking(self.polled(self.server(pbx), {"BackfillFirst": reach, "BackfillOverlap": HOUR, "BackfillInterval": 60}))
        self.wait_totals(agent, totals_of(pbx))

    def test_a_clock_that_is_wrong(self):
        """It is seen, and nothing is lost for it."""
        ahead, behind = (recent(name, ago=HOUR, calls=40) for name in ("ahead", "behind"))
        servers = [self.server(ahead), self.server(behind)]
        servers[0].state.drift, servers[1].state.drift = 300, -90
        servers[0].state.date_format = "YMD"
        agent = self.asking(*map(self.polled, servers))
        self.wait_totals(agent, totals_of(ahead, behind))
        for name, drift in (("ahead", 300), ("behind", -90)):
            until(lambda name=name, drift=drift: abs(agent.value(name, "system", "time_offset-clock") - drift) <= 2,
                  f"{name} is {drift} s ahead")


if __name__ == "__main__":
    unittest.main()
