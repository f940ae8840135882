"""In the background, and flushed."""

import os
import signal
import unittest

import config
import ledger_file
from case import AgentTest, json_record, post
from ucmsim import Pbx, Route, Simulation
from until import HANG, until

HTTP, TCP = "http://127.0.0.1:0", "tcp://127.0.0.1:0"


class Background(AgentTest):
    def test_a_run_that_goes_to_the_background(self):
        agent = self.agent(start=False, settle=config.APART)
        agent.start(foreground=False)
        self.assertEqual(agent.process.wait(HANG), 0, "the parent ended in order")
        self.assertNotEqual(agent.pid, agent.process.pid)
        run = Simulation([Pbx()], [Route(agent.url(HTTP))] * 2, calls=200)
        self.assertTrue(run.run(HANG), run.stats())
        self.wait_csv_totals(agent, run.totals())
        agent.stop()
        self.assertFalse(os.path.exists(os.path.join(agent.state, "ucm.sock")))
        agent.start(foreground=False)
        self.wait_totals(agent, run.totals())
        self.assertEqual(post(agent.url(HTTP), json_record()).status, 200)

    def test_descriptors_are_closed_on_exec(self):
        """Nothing of ours is handed down to programs that other plugins start."""
        agent = self.agent(config.ucm(config.listen(HTTP), config.listen(TCP), config.pbx("hq")))
        self.assertEqual(post(agent.url(HTTP), json_record()).status, 200)
        folder = f"/proc/{agent.pid}/fd"
        for descriptor in os.listdir(folder):
            try:
                target = os.readlink(os.path.join(folder, descriptor))
            except FileNotFoundError:  # closed since it was listed
                continue
            if not target.startswith(("socket:", "anon_inode:", agent.state)):
                continue
            with open(f"/proc/{agent.pid}/fdinfo/{descriptor}", encoding="ascii") as file:
                flags = int(next(line.split()[1] for line in file if line.startswith("flags:")), 8)
            inherited = not flags & os.O_CLOEXEC
            self.assertFalse(inherited and not of_unixsock(agent, descriptor), (descriptor, target))


def of_unixsock(agent, descriptor):
    """The stock plugin's own listening socket, which it opens without CLOEXEC."""
    inode = os.readlink(f"/proc/{agent.pid}/fd/{descriptor}").strip("socket:[]")
    with open("/proc/net/unix", encoding="ascii", errors="replace") as file:
        return any(line.split()[6] == inode and line.rstrip().endswith("/unixsock") for line in file if "/" in line)


class Flush(AgentTest):
    def test_flush_writes_what_waits(self):
        """Refused senders belong to no record: they are written with the next one, or when asked."""
        agent = self.agent(config.ucm(config.listen(HTTP), config.pbx("hq", From="127.0.0.2")))
        for _ in range(3):
            self.assertEqual(post(agent.url(HTTP), json_record()).status, 403)

        def kept():
            return ledger_file.number(agent.state, "SELECT coalesce(max(value), 0) FROM counters WHERE pbx = 0 "
                                                   "AND metric = 'total_events-senders_refused'")
        until(lambda: (agent.signal(signal.SIGUSR1), kept() == 3)[1], "the flush wrote them", pause=0.3)
        for _ in range(20):
            agent.signal(signal.SIGUSR1)
            self.assertEqual(post(agent.url(HTTP), json_record(), "127.0.0.2").status, 200)
        self.assertEqual(agent.unixsock.ask("FLUSH plugin=ucm"), [])
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 20)


if __name__ == "__main__":
    unittest.main()
