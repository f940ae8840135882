"""Alerts about calls that cost money: where they go, when, how many."""

import unittest

from alarms import HOLD, AlertsTest, another_day, notifications
from case import PHONE, outward_record
from polled import pass_by

# A call that began so long ago leaves a window of an hour while a test looks.
FAR_EDGE = 3_585


class Fraud(AlertsTest):
    def test_premium_destination(self):
        """As it is dialled, with the digit for an outside line or without."""
        agent = self.pushing(PremiumPrefixes=["0900", "+4990"], OutsideLine="9", NewCountry=False, AlertHold=HOLD)
        self.push(agent, outward_record("0800" + PHONE), outward_record("+4930" + PHONE), outward_record("90800" + PHONE))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 3)
        self.assertEqual(notifications(agent.log()), [])
        self.push(agent, outward_record("90900" + PHONE, ago=20, duration=15))
        self.wait_on(agent, "fraud_destination", "all")
        self.wait_over(agent, "fraud_destination", "all")
        self.assert_told(agent, fraud_destination=1)

    def test_destination_abroad(self):
        agent = self.pushing(FraudInternational=True, HomeCountry="49", NewCountry=False, AlertHold=HOLD)
        self.push(agent, outward_record(PHONE), outward_record("+4930" + PHONE), outward_record("004930" + PHONE))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 3)
        self.assertEqual(notifications(agent.log()), [], "that is at home")
        self.push(agent, outward_record("0044" + PHONE, ago=20, duration=15))
        self.wait_on(agent, "fraud_destination", "all")
        self.wait_over(agent, "fraud_destination", "all")
        self.assert_told(agent, fraud_destination=1)

    def test_out_of_hours(self):
        """As many calls as allowed are told when the last of them has ended, and are over when the first leaves the hour."""
        agent = self.pushing(OutOfHoursCalls=3, BusinessHours=f"{another_day()} 08:00-18:00", AlertHold=HOLD)
        self.push(agent, outward_record(ago=FAR_EDGE), outward_record(ago=60, caller="2002"))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 2)
        self.assertEqual(notifications(agent.log()), [], "two are too few")
        self.push(agent, outward_record(ago=50, caller="2003"))
        self.wait_on(agent, "fraud_out_of_hours", "all")
        self.wait_over(agent, "fraud_out_of_hours", "all", seconds=30)
        self.assert_told(agent, fraud_out_of_hours=1)

    def test_within_hours_nothing_is_out_of_them(self):
        agent = self.pushing(OutOfHoursCalls=3, BusinessHours="Mon-Sun 00:00-24:00", LongCall=5, AlertHold=HOLD)
        self.push(agent, *(outward_record(ago=300 - n, duration=3) for n in range(20)))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 20)
        self.push(agent, outward_record(ago=20, duration=15))
        self.wait_on(agent, "long_call", "all")
        self.wait_over(agent, "long_call", "all")
        self.assert_told(agent, long_call=1)

    def test_burst_of_a_caller(self):
        """Calls of two callers are no burst of either; calls that came in are none of anybody."""
        agent = self.pushing(BurstCalls=5, BurstSeconds=20, AlertHold=HOLD)
        self.push(agent, *(outward_record(ago=8 - n, duration=1, caller=str(2001 + n % 2)) for n in range(8)))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 8)
        self.assertEqual(notifications(agent.log()), [], "four each")
        self.push(agent, outward_record(ago=1, duration=1, caller="2002"))
        self.wait_on(agent, "fraud_burst", "all")
        self.wait_over(agent, "fraud_burst", "all", seconds=40)
        self.assert_told(agent, fraud_burst=1)

    def test_burst_of_an_account(self):
        """Six callers, one account code."""
        agent = self.pushing(BurstCalls=6, BurstSeconds=20, AlertHold=HOLD)
        self.push(agent, *(outward_record(ago=6, duration=1, caller=str(2001 + n), accountcode="4711") for n in range(6)))
        self.wait_on(agent, "fraud_burst", "all")
        self.wait_over(agent, "fraud_burst", "all", seconds=40)
        self.assert_told(agent, fraud_burst=1)

    def test_new_country(self):
        agent = self.pushing(NewCountryLearning=0, HomeCountry="49", AlertHold=HOLD)
        self.push(agent, outward_record("+4930" + PHONE), outward_record(PHONE))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 2)
        self.assertEqual(notifications(agent.log()), [], "home is not new")
        pass_by(2)  # what began before anything was noted may be of the days before
        self.push(agent, outward_record("+44" + PHONE, ago=1, duration=1))
        self.assertIn("United Kingdom", self.wait_on(agent, "fraud_country", "all"))
        self.push(agent, outward_record("0044" + PHONE, ago=1, duration=1, caller="2002"))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 4)
        self.wait_over(agent, "fraud_country", "all")
        self.push(agent, outward_record("+44" + PHONE, ago=1, duration=1))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 5)
        self.assert_told(agent, fraud_country=1)

    def test_countries_are_learnt_silently(self):
        agent = self.pushing(LongCall=5, AlertHold=HOLD)
        self.push(agent, *(outward_record(code + PHONE, ago=10, duration=2) for code in ("+44", "0033", "+1", "+380")))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 4)
        self.push(agent, outward_record(ago=20, duration=15))
        self.wait_on(agent, "long_call", "all")
        self.wait_over(agent, "long_call", "all")
        self.assert_told(agent, long_call=1)

    def test_short_calls(self):
        agent = self.pushing(ShortCallsAlert=3, AlertHold=HOLD)
        self.push(agent, outward_record(ago=FAR_EDGE, duration=3), outward_record(ago=60, duration=3),
                  outward_record(ago=55, duration=30), outward_record(ago=50, duration=3, caller="2002"))
        self.wait_value(agent, "hq", "all", "total_events-short_calls", 3)
        self.assertEqual(notifications(agent.log()), [], "not three of one caller")
        self.push(agent, outward_record(ago=40, duration=3))
        self.wait_on(agent, "fraud_short_calls", "all")
        self.wait_over(agent, "fraud_short_calls", "all", seconds=30)
        self.assert_told(agent, fraud_short_calls=1)


if __name__ == "__main__":
    unittest.main()
