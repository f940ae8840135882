"""Alerts about calls that cost money: where they go."""

import unittest

from alarms import DAY, HOLD, HOUR, AlertsTest, notifications
from case import PHONE, outward_record
from polled import pass_by


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

    def test_a_destination_of_long_ago_raises_nothing(self):
        agent = self.pushing(PremiumPrefixes="0900", AlertHold=HOLD)
        self.push(agent, outward_record("0900" + PHONE, ago=DAY + HOUR))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 1)
        self.push(agent, outward_record("0900" + PHONE, ago=DAY - HOUR))
        self.wait_on(agent, "fraud_destination", "all")
        self.wait_over(agent, "fraud_destination", "all")
        self.assert_told(agent, fraud_destination=1)

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


if __name__ == "__main__":
    unittest.main()
