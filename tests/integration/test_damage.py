"""A ledger file that cannot be used is set aside under a new name, loudly, and never overwritten."""

import os
import sqlite3
import subprocess
import sys
import unittest
from contextlib import closing

import config
import ledger_file
from case import AgentTest, post, record
from ucmsim import Pbx, Route, Simulation
from ucmsim.records import document
from until import HANG, until

sys.path.append(config.FAULTS_SOURCE)
from wishes import EIO, READ, Disk  # noqa: E402

URL = "http://127.0.0.1:0"
ANSWERED = ("hq", "all", "total_sessions-answered")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def garbage(data):
    return os.urandom(len(data))


def text(data):
    return b"This is no database.\n" * 400


def truncated(data):
    return data[:len(data) // 2]


def cut_in_a_page(data):
    return data[:len(data) - 1_000]


def middle_flipped(data):
    third = len(data) // 3
    return data[:third] + bytes(byte ^ 0xff for byte in data[third:2 * third]) + data[2 * third:]


def first_page_zeroed(data):
    return b"\0" * 4_096 + data[4_096:]


class Damage(AgentTest):
    @staticmethod
    def pbx(**fields):
        """One whose records all have these fields."""
        made = Pbx()
        plain = made.leg
        made.leg = lambda *about, **more: plain(*about, **{**more, **fields})
        return made

    def filled(self, records=300, **fields):
        """A stopped agent with a ledger of some pages, all of them in its file: an agent that was stopped on a busy machine may
        have left some in the journal."""
        agent = self.agent(settle=config.APART)
        run = Simulation([self.pbx(**fields)], [Route(agent.url(URL))] * 4, calls=records)
        self.assertTrue(run.run(HANG), run.stats())
        self.wait_totals(agent, run.totals())
        agent.stop()
        self.assertEqual(ledger_file.asides(agent.state), [])
        file = os.path.join(agent.state, ledger_file.NAME)
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return agent, file

    @staticmethod
    def counted(agent):
        """As the file beside the ledger has it."""
        with closing(sqlite3.connect(os.path.join(agent.state, "counters.db"))) as database:
            (value,), = database.execute("SELECT value FROM counters WHERE scope = 'all' AND metric = 'total_sessions-answered'")
            return value

    def set_aside(self, agent, file, damaged, seconds=20):
        """Starts it, and expects the file set aside as it was and the agent at work."""
        before = ledger_file.asides(agent.state)
        counted = self.counted(agent)
        write(file, damaged)
        mode = os.stat(file).st_mode
        agent.start()
        until(lambda: post(agent.url(URL), document(record(), "json")).status == 200, "records are taken", seconds)
        new = [name for name in ledger_file.asides(agent.state) if name not in before]
        self.assertEqual(len(new), 1, os.listdir(agent.state))
        self.assertEqual(read(os.path.join(agent.state, new[0])), damaged, "what was there is kept as it was")
        self.assertEqual(os.stat(os.path.join(agent.state, new[0])).st_mode, mode)
        loud = [line for line in agent.log().splitlines() if new[0] in line]
        self.assertEqual(len(loud), 1)
        self.assertIn("[error]", loud[0])
        self.wait_value(agent, *ANSWERED, counted + 1)
        agent.stop()
        agent.start()
        self.assertEqual(agent.value(*ANSWERED), counted + 1, "the new one is used from now on")
        agent.stop()
        self.assertEqual(len(ledger_file.asides(agent.state)), len(before) + 1)

    def test_each_damage(self):
        agent, file = self.filled()
        good = read(file)
        self.assertGreater(len(good), 100_000)
        for damage in (garbage, text, truncated, cut_in_a_page, middle_flipped, first_page_zeroed):
            with self.subTest(damage.__name__):
                self.set_aside(agent, file, damage(good))
        write(file, good)
        agent.start()
        self.assertGreater(agent.value(*ANSWERED), 100, "the good one still works")

    def test_from_the_future(self):
        agent, file = self.filled(20)
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA user_version=99")
        self.set_aside(agent, file, read(file))
        self.assertIn("99", agent.log())

    def test_of_another_program(self):
        agent, file = self.filled(20)
        os.unlink(file)
        with closing(sqlite3.connect(file)) as database:
            database.execute("CREATE TABLE mine (x)")
            database.execute("INSERT INTO mine VALUES ('keep me')")
            database.commit()
        self.set_aside(agent, file, read(file))

    def test_damaged_while_it_runs(self):
        """Whatever SQLite finds, and whenever: pushes are taken again, counters do not fall, nothing is deleted."""
        many = 3_000
        agent, file = self.filled(many, lastdata="x" * 255, dcontext="y" * 400)
        self.assertGreater(os.path.getsize(file), 5 << 20, "much more than its cache holds")
        agent.start()
        counted = agent.value(*ANSWERED)
        good = read(file)
        with open(file, "r+b") as damaged:
            damaged.seek(4_096)
            damaged.write(garbage(good[4_096:]))
        run = Simulation([self.pbx(lastdata="x" * 255, dcontext="y" * 400)], [Route(agent.url(URL))] * 4, calls=many)  # the same again: it must look them up
        self.assertTrue(run.run(HANG), run.stats())
        until(lambda: ledger_file.asides(agent.state), "it was found and set aside")
        self.assertEqual(post(agent.url(URL), document(record(), "json")).status, 200)
        self.assertGreaterEqual(agent.value(*ANSWERED), counted)
        until(lambda: agent.value(*ANSWERED) > counted, "counting goes on")
        history = agent.csv.history(*ANSWERED)
        self.assertEqual(history, sorted(history))
        self.assertIn("[error]", next(line for line in agent.log().splitlines() if ledger_file.asides(agent.state)[0] in line))

    def test_a_read_that_fails_once(self):
        """A disk's hiccup is no damage, whichever read it meets at the start."""
        agent, file = self.filled(60)
        agent.start()
        counted = agent.value(*ANSWERED)
        agent.preload = os.path.join(config.FAULTS, "fault_disk.so")
        for number, reading in enumerate(range(1, 31) if os.environ.get("UCM_LONG") else (1, 2, 3, 5, 8, 13, 21), 1):
            agent.stop()
            disk = Disk(agent.folder, file)
            disk.fail(READ, EIO, before=reading - 1)
            agent.environment = disk.environment
            agent.start()
            until(lambda: post(agent.url(URL), document(record(), "json")).status == 200, "records are taken")
            self.wait_value(agent, *ANSWERED, counted + number)
            self.assertEqual(ledger_file.asides(agent.state), [], f"read {reading}")

    def test_deleted_while_it_runs(self):
        agent, file = self.filled(20)
        agent.start()
        counted = agent.value(*ANSWERED)
        os.unlink(file)
        answers = [post(agent.url(URL), document(record(), "json")).status]
        self.assertEqual(answers, [503], "it is not told to be kept")
        until(lambda: post(agent.url(URL), document(record(), "json")).status == 200, "a new one is used")
        self.assertIn("was deleted or replaced", agent.log())
        self.wait_value(agent, *ANSWERED, counted + 1)
        agent.stop()
        agent.start()
        self.assertEqual(agent.value(*ANSWERED), counted + 1, "and what came since is in it")

    def test_deleted_while_stopped(self):
        agent, file = self.filled(20)
        counted = self.counted(agent)
        os.unlink(file)
        agent.start()
        self.assertEqual(agent.value(*ANSWERED), counted, "the counters do not fall")
        self.assertIn("go on from", agent.log())
        self.assertEqual(post(agent.url(URL), document(record(), "json")).status, 200)
        self.wait_value(agent, *ANSWERED, counted + 1)
        report = subprocess.run([config.UCMCTL, "report", "--ledger", file], capture_output=True, text=True, check=False)
        self.assertEqual(report.returncode, 0, report.stdout + report.stderr)
        agent.stop()
        for name in (file, os.path.join(agent.state, "counters.db")):
            os.unlink(name)
        agent.start()
        self.assertEqual(agent.value(*ANSWERED), 0, "without both it begins anew")


if __name__ == "__main__":
    unittest.main()
