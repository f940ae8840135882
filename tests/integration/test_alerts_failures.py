"""The alert about a trunk whose calls fail more often than they used to."""

import unittest

from alarms import HOUR, AlertsTest, notifications
from case import outward_record
from polled import pass_by

FAILED = {"disposition": "FAILED", "billsec": "0", "lastapp": "Congestion", "answer": ""}


class Failures(AlertsTest):
    def test_failure_rate(self):
        """Few calls that fail are nothing, nor are those of another trunk. It is over when enough succeed again."""
        agent = self.pushing(FailureJump=40, FailureCalls=5)
        self.push(agent, *(outward_record(ago=n, duration=1, **FAILED) for n in range(4)))
        self.push(agent, *(outward_record(ago=n, duration=1, dst_trunk_name="second") for n in range(10)))
        self.wait_value(agent, "hq", "trunk-main", "total_sessions-failed", 4)
        self.wait_value(agent, "hq", "trunk-second", "total_sessions-answered", 10)
        self.assertEqual(notifications(agent.log()), [], "four are too few")
        self.push(agent, *(outward_record(ago=n, duration=1, **FAILED) for n in range(4)))
        self.assertIn("main", self.wait_on(agent, "failure_rate", "trunk-main"))
        self.push(agent, *(outward_record(ago=n, duration=1) for n in range(60)))
        self.wait_over(agent, "failure_rate", "trunk-main")
        self.assert_told(agent, failure_rate=1)

    def test_failures_that_are_nothing_new(self):
        """Of one trunk's calls as many failed for hours; of the other's none did, until now."""
        agent = self.pushing(FailureJump=40, FailureCalls=5)
        for trunk, failing in (("old", 6), ("well", 0)):
            self.push(agent, *(outward_record(ago=HOUR + 300 * n, duration=1, dst_trunk_name=trunk,
                                              **(FAILED if n % 10 < failing else {})) for n in range(40)))
        for trunk in ("old", "well"):
            self.push(agent, *(outward_record(ago=n, duration=1, dst_trunk_name=trunk, **(FAILED if n % 10 < 6 else {}))
                               for n in range(10)))
        self.wait_on(agent, "failure_rate", "trunk-well")  # what came late may be judged when all of it has come
        self.wait_value(agent, "hq", "trunk-old", "total_sessions-failed", 30)
        pass_by(2)
        self.assertEqual([one["plugin_instance"] for one in notifications(agent.log())], ["trunk-well"])


if __name__ == "__main__":
    unittest.main()
