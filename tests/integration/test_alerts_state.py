"""Alerts about what a PBX says of itself, or does not say any more."""

import unittest

from alarms import AlertsTest, notifications, on_now
from ucmsim.certificate import pin, renewed, self_signed, server_context
from until import until


class State(AlertsTest):
    def test_trunk_down(self):
        _, server = self.office()
        agent = self.watching(server, TrunkDown=1)
        server.state.set_trunk("carrier/west", "Unreachable")
        self.assertIn("carrier/west", self.wait_on(agent, "trunk_down", "trunk-carrier_west"))
        server.state.set_trunk("carrier/west", "Reachable")
        self.wait_over(agent, "trunk_down", "trunk-carrier_west")
        self.assert_told(agent, trunk_down=1)

    def test_a_trunk_that_flaps(self):
        """Down for less than TrunkDown is nothing; once it is told, up for less ends nothing."""
        _, server = self.office()
        agent = self.watching(server, TrunkDown=5)
        for _ in range(3):
            for status in ("Unreachable", "Reachable"):
                server.state.set_trunk("carrier/west", status)
                self.wait_asked(server, "listVoIPTrunk", 2)
        self.assertEqual(notifications(agent.log()), [])
        server.state.set_trunk("carrier/west", "Unreachable")
        self.wait_on(agent, "trunk_down", "trunk-carrier_west")
        for status in ("Reachable", "Unreachable"):
            server.state.set_trunk("carrier/west", status)
            self.wait_asked(server, "listVoIPTrunk", 2)
            self.assertEqual(on_now(agent), {"trunk_down": 1})
        server.state.set_trunk("carrier/west", "Reachable")
        self.wait_over(agent, "trunk_down", "trunk-carrier_west")
        self.assert_told(agent, trunk_down=1)

    def test_api_down(self):
        _, server = self.office()
        agent = self.watching(server, {"Timeout": 3_000}, ApiDown=1)
        server.faults.set("hang")
        self.wait_on(agent, "api_down", "self")
        server.faults.clear()
        self.wait_over(agent, "api_down", "self")
        self.assert_told(agent, api_down=1)

    def test_certificate_expiring(self):
        short = self_signed(self.folder, days=5)
        _, server = self.office(server_context(*short))
        agent = self.asking(self.polled(server, {"PinnedPublicKey": pin(short[0])}, TimeZone="+00:00"))
        self.assertRegex(self.wait_on(agent, "certificate_expiring", "self"), r"\b[45] days")
        server.show(server_context(*renewed(*short, days=90)))
        self.wait_over(agent, "certificate_expiring", "self")
        self.assert_told(agent, certificate_expiring=1)

    def test_clock_wrong(self):
        """Half as wrong is not right yet."""
        _, server = self.office()
        agent = self.watching(server, ClockWrong=30)
        server.state.drift = -100
        self.wait_on(agent, "clock_wrong", "system")
        server.state.drift = -20
        until(lambda: abs(agent.value("hq", "system", "time_offset-clock") + 20) <= 2, "20 s are seen")
        self.wait_asked(server, "getSystemStatus", 2)
        self.assertEqual(on_now(agent), {"clock_wrong": 1})
        server.state.drift = 0
        self.wait_over(agent, "clock_wrong", "system")
        self.assert_told(agent, clock_wrong=1)


if __name__ == "__main__":
    unittest.main()
