"""A disk that is full, or cannot be written: senders are told to keep their records, and all goes on by itself."""

import os
import resource
import signal
import socket
import sqlite3
import subprocess
import unittest
from contextlib import closing

import config
import ledger_file
import mischief
from case import AgentTest, json_record, post
from ucmsim import Pbx, Route, Simulation
from until import HANG, until

HTTP, TCP = "http://127.0.0.1:0", "tcp://127.0.0.1:0"
WRITABLE = (config.AGENT_HOST, "self", "count-ledger_writable")
TMPFS_BYTES = 8 << 20


class Tmpfs:
    """A small disk of its own, mounted on a folder."""

    def __init__(self, folder):
        self.folder = folder
        os.mkdir(folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={TMPFS_BYTES}", "ucm-test", folder], check=True, capture_output=True)

    def fill(self):
        with open(os.path.join(self.folder, "filler"), "wb", buffering=0) as file:
            for size in (65_536, 512):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue

    def free(self):
        os.unlink(os.path.join(self.folder, "filler"))

    def remount(self, how):
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True, capture_output=True)

    def unmount(self):
        subprocess.run(["umount", "-l", self.folder], check=False, capture_output=True)


class SizeLimit:
    """No file of the process may be written behind `most` bytes, or grow beyond what the ledger has now. In the latter case who
    reads the ledger keeps SQLite from writing its journal from the beginning again, which takes no more room."""

    def __init__(self, agent):
        self.agent, self.reader = agent, None

    def fill(self, most=None):
        if not most:
            until(self._read, "the journal is read")
        sizes = [os.path.getsize(os.path.join(self.agent.state, name)) for name in os.listdir(self.agent.state) if "ledger.db" in name]
        self._limit(most or max(sizes))

    def _read(self):
        """Whether that reader stands in the way of a journal that begins anew."""
        self._leave()
        self.reader = sqlite3.connect(os.path.join(self.agent.state, ledger_file.NAME), isolation_level=None, timeout=HANG)
        self.reader.execute("BEGIN")
        self.reader.execute("SELECT count(*) FROM legs").fetchone()
        with closing(sqlite3.connect(os.path.join(self.agent.state, ledger_file.NAME), timeout=0)) as other:
            return other.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()[0] == 1

    def _leave(self):
        if self.reader:
            self.reader.close()
        self.reader = None

    def free(self):
        self._limit(resource.RLIM_INFINITY)
        self._leave()

    def _limit(self, size):
        resource.prlimit(self.agent.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def may_mount():
    if os.geteuid() != 0:
        return False
    try:
        tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "ucm-test", "/mnt"], check=False, capture_output=True)
    except OSError:
        return False
    return tried.returncode == 0


class Disk(AgentTest):
    def tmpfs(self):
        if not may_mount():
            self.skipTest("only root may mount a small disk")
        disk = Tmpfs(os.path.join(self.folder, "disk"))
        self.addCleanup(disk.unmount)
        return disk

    def on(self, state, **options):
        # Sessions outlast a full disk: one that settles while its other legs are refused is counted by half of them.
        return self.agent(config.ucm(config.listen(HTTP), config.listen(TCP), config.pbx("hq"), config.pbx("probe", From="127.0.0.2"),
                                     StateDirectory=state, **{"Settle": 10, **options}), state=state, start=False)

    def test_a_small_disk_is_full(self):
        disk = self.tmpfs()
        self.goes_full(self.on(disk.folder).start(), disk)

    def test_files_may_not_grow(self):
        agent = self.on(os.path.join(self.folder, "state"))
        agent.limits = lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        agent.start()
        self.goes_full(agent, SizeLimit(agent))

    def goes_full(self, agent, disk):
        run = Simulation([Pbx()], [Route(agent.url(HTTP)), Route(agent.url(TCP)), Route(agent.url(TCP), "csv")],
                         calls=0, rate=150, retry=0.1)
        run.start()
        self.addCleanup(run.stop)
        until(lambda: run.answered() > 100, "records are taken")
        disk.fill()
        answer = until(lambda: (a := post(agent.url(HTTP), json_record(), "127.0.0.2")).status == 503 and a, "503 when the disk is full")
        self.assertGreater(int(answer.header("retry-after")), 0)
        self.wait_value(agent, *WRITABLE, 0)
        until(lambda: refuses(agent.url(TCP)), "the door for tcp:// is shut")
        before, taken = ledger_file.counters(agent.state), run.answered()
        failures = run.stats()["failures"]
        until(lambda: run.stats()["failures"] > failures + 20, "records go on being refused")
        self.assertEqual(ledger_file.counters(agent.state), before, "nothing is counted meanwhile")
        shown = {key: value for key, value in agent.control.metrics().items() if key[0] == "hq" and key[1:] in {k[1:] for k in before}}
        self.assertEqual(shown, {key: value for key, value in before.items() if key in shown})
        self.assertEqual(run.answered(), taken)
        self.assertLess(agent.log().count("cannot keep records"), 3, "the log says it once")
        disk.free()
        until(lambda: run.answered() > taken + 50, "it recovers by itself")
        self.wait_value(agent, *WRITABLE, 1)
        self.assertIn("keeps records again", agent.log())
        run.enough()
        self.assertTrue(run.finish(HANG), run.stats())
        self.wait_totals(agent, run.totals())
        self.assertEqual(agent.value("hq", "self", "total_events-legs_accepted"), run.answered())
        probes = agent.value("probe", "self", "total_events-legs_accepted")
        self.assertEqual(ledger_file.number(agent.state, "SELECT count(*) FROM legs"), run.answered() + probes)
        self.assertEqual(ledger_file.asides(agent.state), [])

    def test_records_held_from_tcp_are_counted_when_there_is_room(self):
        disk = self.tmpfs()
        agent = self.on(disk.folder).start()
        self.assertEqual(post(agent.url(HTTP), json_record()).status, 200)
        lines = [mischief.line(agent, TCP, source=None) for _ in range(5)]
        disk.fill()
        for line in lines:
            line.sendall(json_record() + b"\n")
        until(lambda: refuses(agent.url(TCP)), "the door for tcp:// is shut")
        for line in lines:
            line.sendall(json_record() + b"\n")
            line.close()
        self.assertIn("cannot keep records", agent.log())
        disk.free()
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 11)

    def test_read_only_from_the_start(self):
        disk = self.tmpfs()
        agent = self.on(disk.folder).start()
        self.assertEqual(post(agent.url(HTTP), json_record()).status, 200)
        until(lambda: agent.csv.value("hq", "all", "total_sessions-answered") == 1, "csv shows it")
        agent.stop()
        disk.remount("ro")
        agent.launch()
        until(lambda: post(agent.url(HTTP), json_record()).status == 503, "503 while it cannot be written")
        self.assertTrue(refuses(agent.url(TCP)))
        self.assertEqual(agent.csv.value("hq", "all", "total_sessions-answered"), 1, "no counter falls")
        disk.remount("rw")
        until(lambda: post(agent.url(HTTP), json_record()).status == 200, "it recovers by itself")
        until(lambda: agent.csv.value("hq", "all", "total_sessions-answered") == 2, "and goes on from where it was")
        until(lambda: not refuses(agent.url(TCP)), "the door for tcp:// opens")
        history = agent.csv.history("hq", "all", "total_sessions-answered")
        self.assertEqual(history, sorted(history))
        until(lambda: agent.control.status(), "ucmctl can ask it again")


def refuses(url):
    """Whether a connection is refused."""
    host, _, port = url.partition("://")[2].rpartition(":")
    try:
        socket.create_connection((host, int(port)), HANG).close()
    except ConnectionRefusedError:
        return True
    return False


if __name__ == "__main__":
    unittest.main()
