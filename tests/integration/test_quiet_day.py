"""An ordinary day of an office with all alerts on tells nothing; a fraud in the middle of it is told.

A day's calls come within seconds, out of order: part of them at once, part in a burst after we were away, part only by the API.
So alerts that judged by the moment of arrival would take them for a flood in the middle of the night."""

import math
import time
import unittest
from collections import Counter

from alarms import DAY, HOUR, SEVERITY, AlertsTest, notifications
from case import PHONE
from polled import HTTP, pass_by
from ucmsim import Pbx, Route, Simulation
from ucmsim.live import follow
from ucmsim.pbx import Party
from ucmsim.zone import at, offset_text, zone
from until import HANG, until

CALLS = 3_000  # of the day, by 20 extensions: about 420 in its busiest hour, of which 75 go out
QUARTER = 900
LULL = 33  # seconds: what came late may be judged as one when no more of it comes


def sensible(day):
    """What such an office would say. `day` was a working day for it, whichever it was."""
    return {
        # Seven in a hundred of the day's calls are made before and after these hours.
        "BusinessHours": f"Mon-{'Fri' if day.weekday() < 5 else day.strftime('%a')} 08:00-18:00",
        "PushSilent": HOUR,         # within business hours there is a call every few minutes, even at noon
        "BurstCalls": 30,           # in ten minutes: a call every 20 s by one person, which only a machine keeps up
        "ShortCallsAlert": 20,      # in an hour of one caller: an extension makes four outward calls in the busiest
        "QueueWait": 300,           # nobody who is served waits for five minutes
        "OutOfHoursCalls": 50,      # in an hour: those who stay until seven make a dozen
        "PremiumPrefixes": ["0900", "+4990"],
        "FailureJump": 40, "FailureCalls": 10, "LongCall": HOUR, "LongCallRunning": HOUR, "TrunkDown": 120, "ApiDown": 300,
        "CertificateDays": 14, "BufferLeft": HOUR, "ClockWrong": 30, "NewCountry": True, "NewCountryLearning": 14,
        "AlertHold": QUARTER,
    }


def last_midnight():
    """(the moment, the offset of a zone in which it is less than a quarter of an hour ago): a whole day has just ended there."""
    now = int(time.time())
    passed = now % DAY // QUARTER * QUARTER
    return now // QUARTER * QUARTER, (-passed if passed <= DAY // 2 else DAY - passed)


class QuietDay(AlertsTest):
    def setUp(self):
        super().setUp()
        midnight, offset = last_midnight()
        self.began = midnight - DAY
        self.zone = offset_text(midnight, zone(offset))
        self.hq = Pbx("hq", epoch=self.began, zone=self.zone)
        self.hq.keep_records()
        self.server_of_hq = self.server(self.hq)
        follow(self.hq)
        day = at(self.began, zone(self.zone))
        self.assertEqual((day.hour, day.minute), (0, 0))
        api = {"BackfillFirst": 2 * DAY, "BackfillOverlap": 2 * DAY, "BackfillInterval": 2}
        self.watched = self.asking(self.polled(self.server_of_hq, api, From="127.0.0.1", TimeZone=self.zone, **sensible(day)))
        self.wait_up(self.watched)

    def live_through(self, seconds=9):
        """Nine of ten records are pushed while it lasts, but for a while to nobody; the others the API gives."""
        agent = self.watched
        run = Simulation([self.hq], [Route(agent.url(HTTP))], calls=CALLS, day=True, seconds=seconds, push_share=0.9, retry=0.1)
        run.start()
        self.addCleanup(run.stop)
        until(lambda: run.made["calls"] > CALLS * 0.45, "it is eleven")
        agent.stop()
        until(lambda: run.made["calls"] > CALLS * 0.7, "it is three in the afternoon")
        waiting = run.stats()["waiting"]
        self.assertGreater(waiting, 500, "the PBX keeps what it cannot push")
        agent.start()
        self.assertTrue(run.finish(HANG), run.stats())
        # Calls whose legs came long before and after we were away may be counted as something else, but no leg is missing.
        legs = {name: n for name, n in run.totals("gen3")["hq"]["all"].items() if name.startswith("total_events-leg_")}
        self.wait_totals(agent, {"hq": {"all": legs}})
        pass_by(LULL)
        return run

    def ever_on(self):
        """{alert: the most things it was on for} of all that collectd was given."""
        return {word: most for word in SEVERITY
                if (most := max(v for v in self.watched.csv.history("hq", "alerts", f"count-{word}") if not math.isnan(v)))}

    def fraud(self, at_hour, calls=40, every=9):
        """One extension calls out without a pause; each call is answered by a machine and lasts for a while."""
        caller = self.hq.people[3]
        _, name = self.hq.trunks[1]
        for n in range(calls):
            began = at_hour * HOUR + n * every
            session = self.hq.session(caller, began)
            self.hq.leg(session, caller, Party(f"{PHONE}{n:04d}", "", "trunk_2", name), "ANSWERED", 2, 60, dcontext="outbound-route-1")
            self.hq.store.add(session.legs)

    def test_nothing_is_told(self):
        self.live_through()
        self.assertEqual(notifications(self.watched.log()), [])
        self.assertEqual(self.ever_on(), {})
        self.assertEqual(self.watched.value("hq", "self", "total_events-alerts_raised"), 0)
        history = self.watched.csv.history("hq", "alerts", "count-fraud_burst")
        self.assertGreater(len(history), 8, "somebody has looked all the while")

    def test_a_fraud_within_the_day_is_told(self):
        self.fraud(at_hour=14)
        self.live_through()
        until(lambda: self.raised(self.watched, "fraud_burst"), "it is told")
        told = Counter(one["type_instance"] for one in notifications(self.watched.log()) if one["severity"] != "OKAY")
        self.assertEqual(told, {"fraud_burst": 1}, self.watched.log())
        self.wait_value(self.watched, "hq", "self", "total_events-alerts_raised", 1)
        self.assertLessEqual(set(self.ever_on()), {"fraud_burst"})


if __name__ == "__main__":
    unittest.main()
