"""Alerts about calls that cost money: when they are made, and how many."""

import unittest

from alarms import HOLD, AlertsTest, another_day, notifications
from case import outward_record

# A call that began so long ago leaves a window of an hour while a test looks.
FAR_EDGE = 3_575


class Bursts(AlertsTest):
    def test_out_of_hours(self):
        """As many calls as allowed are told when the last of them has ended, and are over when the first leaves the hour."""
        agent = self.pushing(OutOfHoursCalls=3, BusinessHours=f"{another_day()} 08:00-18:00", AlertHold=HOLD)
        self.push(agent, outward_record(ago=FAR_EDGE), outward_record(ago=60, caller="2002"))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 2)
        self.assertEqual(notifications(agent.log()), [], "two are too few")
        self.push(agent, outward_record(ago=50, caller="2003"))
        self.wait_on(agent, "fraud_out_of_hours", "all")
        self.wait_over(agent, "fraud_out_of_hours", "all")
        self.assert_told(agent, fraud_out_of_hours=1)

    def test_within_hours_nothing_is_out_of_them(self):
        agent = self.pushing(OutOfHoursCalls=3, BusinessHours="Mon-Sun 00:00-24:00", LongCall=5, AlertHold=HOLD)
        self.push(agent, *(outward_record(ago=300 - n, duration=3) for n in range(20)))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 20)
        self.push(agent, outward_record(ago=20, duration=15))
        self.wait_on(agent, "long_call", "all")
        self.wait_over(agent, "long_call", "all")
        self.assert_told(agent, long_call=1)

    def test_bursts(self):
        """Of a caller and of an account. Calls of two callers are no burst of either."""
        agent = self.pushing(BurstCalls=5, BurstSeconds=20, AlertHold=HOLD)
        self.push(agent, *(outward_record(ago=4 - n // 2, duration=1, caller=str(2001 + n % 2)) for n in range(8)))
        self.wait_value(agent, "hq", "all", "total_events-attempts", 8)
        self.assertEqual(notifications(agent.log()), [], "four each")
        self.push(agent, outward_record(ago=1, duration=1, caller="2002"),
                  *(outward_record(ago=1, duration=1, caller=str(2011 + n), accountcode="4711") for n in range(5)))
        self.wait_on(agent, "fraud_burst", "all", things=2)
        self.wait_over(agent, "fraud_burst", "all", things=2)
        self.assert_told(agent, fraud_burst=2)

    def test_short_calls(self):
        agent = self.pushing(ShortCallsAlert=3, AlertHold=HOLD)
        self.push(agent, outward_record(ago=FAR_EDGE, duration=3), outward_record(ago=60, duration=3),
                  outward_record(ago=55, duration=30), outward_record(ago=50, duration=3, caller="2002"))
        self.wait_value(agent, "hq", "all", "total_events-short_calls", 3)
        self.assertEqual(notifications(agent.log()), [], "not three of one caller")
        self.push(agent, outward_record(ago=40, duration=3))
        self.wait_on(agent, "fraud_short_calls", "all")
        self.wait_over(agent, "fraud_short_calls", "all")
        self.assert_told(agent, fraud_short_calls=1)


if __name__ == "__main__":
    unittest.main()
