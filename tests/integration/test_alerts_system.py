"""Alerts about restarts and updates of a PBX, and about records that do not reach us. Alerts outlive a restart of collectd."""

import os
import signal
import threading
import unittest

import config
from alarms import HOLD, UTC, AlertsTest, another_day, notifications, on_now
from case import now_record, post
from polled import HTTP, pass_by
from test_disk import SizeLimit
from ucmsim import Pbx, Route, Simulation
from ucmsim.records import document
from until import HANG, until


class Posting:
    """A record every fifth of a second, whatever the answer, at most 600."""

    def __init__(self, url):
        self._url, self._over = url, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        for _ in range(600):
            if self._over.wait(0.2):
                return
            post(self._url, document(now_record(), "json"))

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


class System(AlertsTest):
    def test_restarted_with_another_firmware(self):
        _, server = self.office()
        agent = self.watching(server, AlertHold=HOLD)
        self.wait_asked(server, "listVoIPTrunk", 1)
        server.state.version = "1.0.33.30"
        server.restart()
        self.wait_on(agent, "pbx_restarted", "system")
        told = self.wait_on(agent, "firmware_changed", "system")
        for word in ("1.0.33.30", "1.0.20.23"):
            self.assertIn(word, told)
        self.wait_over(agent, "pbx_restarted", "system")
        self.wait_over(agent, "firmware_changed", "system")
        self.assert_told(agent, pbx_restarted=1, firmware_changed=1)

    def test_restarts_that_nobody_wants_to_hear_of(self):
        _, server = self.office()
        agent = self.watching(server, AlertHold=HOLD, Restarts=False, Firmware=False)
        server.state.version = "1.0.33.30"
        server.restart()
        self.wait_value(agent, "hq", "system", "total_events-restarts", 1)
        until(lambda: self.api_status(agent)["system"]["firmware"] == "1.0.33.30", "the firmware is known")
        self.wait_asked(server, "getSystemStatus", 2)
        self.assert_told(agent)

    def test_push_silent(self):
        agent = self.pushing(PushSilent=6, BusinessHours="Mon-Sun 00:00-24:00")
        self.push(agent, now_record())
        self.wait_on(agent, "push_silent", "self")
        self.push(agent, now_record())
        self.wait_over(agent, "push_silent", "self")
        self.assert_told(agent, push_silent=1)

    def test_push_silent_at_night(self):
        agent = self.pushing(PushSilent=2, BusinessHours=f"{another_day()} 08:00-18:00")
        self.push(agent, now_record())
        pass_by(6)
        self.assert_told(agent)

    def test_buffer_overflow(self):
        """The PBX must keep its records, and by what it sent in the hour before its buffer is soon full."""
        state = os.path.join(self.folder, "state")
        agent = self.agent(config.ucm(config.listen(HTTP), config.pbx("hq", TimeZone=UTC, BufferLeft=86_400), StateDirectory=state),
                           state=state, start=False)
        agent.limits = lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        agent.start()
        run = Simulation([Pbx()], [Route(agent.url(HTTP))], calls=500)
        self.assertTrue(run.run(HANG), run.stats())
        self.assertGreater(run.answered(), 500)
        disk = SizeLimit(agent)
        disk.fill(65_536)  # the journal may not begin anew and take a few more
        until(lambda: post(agent.url(HTTP), document(now_record(), "json")).status == 503, "records are refused", pause=0.01)
        with Posting(agent.url(HTTP)):  # what the UCM tries again and again is not taken
            self.wait_on(agent, "buffer_overflow", "self")
            pass_by(3)
        self.assertEqual(self.ended(agent, "buffer_overflow"), [])
        disk.free()
        self.wait_over(agent, "buffer_overflow", "self")
        self.assert_told(agent, buffer_overflow=1)

    def test_collectd_is_restarted_meanwhile(self):
        """What was on stays on and is not told again; what got well meanwhile is told to be over."""
        _, server = self.office()
        agent = self.watching(server, TrunkDown=1, ClockWrong=30)
        server.state.set_trunk("carrier/west", "Unreachable")
        server.state.drift = 100
        self.wait_on(agent, "trunk_down", "trunk-carrier_west")
        self.wait_on(agent, "clock_wrong", "system")
        agent.stop()
        server.state.drift = 0
        agent.start()
        self.wait_up(agent)
        self.wait_over(agent, "clock_wrong", "system")
        self.assertEqual(on_now(agent), {"trunk_down": 1})
        self.assertEqual(len(notifications(agent.log())), 3)
        server.state.set_trunk("carrier/west", "Reachable")
        self.wait_over(agent, "trunk_down", "trunk-carrier_west")
        self.assert_told(agent, trunk_down=1, clock_wrong=1)


if __name__ == "__main__":
    unittest.main()
