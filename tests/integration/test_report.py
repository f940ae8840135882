"""The counters are what the rows say, while it runs and after a kill; and who asks to be forgotten is gone."""

import json
import os
import sqlite3
import subprocess
import threading
import unittest
from contextlib import closing

import config
from case import AgentTest, json_record, post
from ucmsim import Pbx, Route, Simulation
from until import HANG, until

URL = "http://127.0.0.1:0"
FINE, FINDING, WRONG_USE, NO_ANSWER = range(4)
SINCE = ("--since", "2020-01-01", "--until", "2100-01-01")
PERSON = "49305550177"  # in no other record


def ucmctl(*arguments, ends=FINE):
    done = subprocess.run([config.UCMCTL, *arguments], capture_output=True, text=True, timeout=HANG, check=False,
                          stdin=subprocess.DEVNULL)
    if done.returncode != ends:
        raise AssertionError(done)
    return done.stdout


def calls_of(run):
    return sum(value for name, value in run.totals()["hq"]["all"].items() if name.startswith("total_sessions-"))


def of_person(number):
    return json_record(src=f"+{PERSON}", clid=f'"A. Person" <+{PERSON}>', session=f"17694360{number:02d}000123-{PERSON}",
                       uniqueid=f"17694360{number:02d}.1", caller_name="A. Person",
                       recordfiles=f"auto-17694360{number:02d}-{PERSON}-2001.wav")


class Report(AgentTest):
    def whole(self, agent):
        """The report agrees; gives it."""
        socket = ("--socket", agent.control.path) if agent.running() else ("--ledger", os.path.join(agent.state, "ledger.db"))
        report = json.loads(ucmctl("report", "--json", *SINCE, *socket))
        self.assertTrue(report["agree"])
        return report

    def in_files(self, agent, what):
        found = []
        for name in os.listdir(agent.state):
            if name.startswith("ledger.db") and not name.endswith("-shm"):
                with open(os.path.join(agent.state, name), "rb") as file:
                    found += [name] if what.encode() in file.read() else []
        return found

    def test_it_agrees_while_it_runs_and_after_a_kill(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("hq", Extensions=True, DIDs=True, MaxSeries=900)))
        run = Simulation([Pbx()], [Route(agent.url(URL))], calls=300)
        seen = []
        ended = threading.Event()

        def look():
            while not ended.is_set():
                seen.append(self.whole(agent))
        looking = threading.Thread(target=look)
        looking.start()
        try:
            self.assertTrue(run.run(HANG), run.stats())
        finally:
            ended.set()
            looking.join()
        self.assertGreater(len(seen), 1)
        calls = calls_of(run)
        self.wait_value(agent, "hq", "all", "total_events-attempts", calls)
        report = self.whole(agent)
        self.assertGreater(report["compared"], 300)
        totals = {row["scope"]: row for row in report["totals"]}
        self.assertEqual(totals["all"]["total_events-attempts"], calls)
        agent.kill()
        self.whole(agent)
        agent.start()
        self.whole(agent)

    def test_a_changed_counter_is_a_finding(self):
        agent = self.agent()
        for number in range(3):
            self.assertEqual(post(agent.url(URL), of_person(number)).status, 200)
        agent.stop()
        copy = os.path.join(self.folder, "copy.db")
        with closing(sqlite3.connect(os.path.join(agent.state, "ledger.db"))) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        ucmctl("report", "--ledger", copy)
        with closing(sqlite3.connect(copy)) as database, database:
            database.execute("UPDATE counters SET value = value + 1 WHERE metric = 'total_events-legs_accepted'")
        told = ucmctl("report", "--ledger", copy, ends=FINDING)
        self.assertIn("total_events-legs_accepted", told)
        self.assertIn("What to do", told)
        ucmctl("report", "--ledger", os.path.join(self.folder, "none.db"), ends=NO_ANSWER)
        ucmctl("report", "--config", agent.path("conf"), "--pbx", "hq")

    def test_calls_are_listed_with_masked_numbers(self):
        agent = self.agent()
        self.assertEqual(post(agent.url(URL), of_person(1)).status, 200)
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 1)
        listed = ucmctl("--socket", agent.control.path, "calls", *SINCE)
        self.assertIn("+4930…", listed)
        self.assertNotIn(PERSON, listed)
        rows = json.loads(ucmctl("--socket", agent.control.path, "calls", *SINCE, "--json", "--numbers", "--scope", "trunk-main"))
        self.assertEqual([(row["from"], row["to"], row["talk_s"]) for row in rows], [(f"+{PERSON}", "2001", 60)])

    def test_a_person_is_erased_while_pushes_go_on(self):
        agent = self.agent()
        kept = [of_person(number) for number in range(20)]
        for record in kept:
            self.assertEqual(post(agent.url(URL), record).status, 200)
        self.assertEqual(post(agent.url(URL), json_record(src=f"+{PERSON}")[:-20]).status, 202)
        self.assertTrue(self.in_files(agent, PERSON))
        run = Simulation([Pbx()], [Route(agent.url(URL))], calls=200)
        pushing = threading.Thread(target=run.run, args=(60,))
        pushing.start()
        try:
            told = ucmctl("--socket", agent.control.path, "erase", "--yes", "--number", f"+{PERSON}")
        finally:
            pushing.join()
        self.assertEqual(told, "Erased: 20 legs, 20 calls, 1 quarantined records.\n")
        self.wait_value(agent, "hq", "all", "total_events-attempts", calls_of(run) + len(kept))
        self.whole(agent)
        self.assertEqual(self.in_files(agent, PERSON), [])
        for record in kept:  # sent again they are nothing new
            self.assertEqual(post(agent.url(URL), record).status, 200)
        until(lambda: agent.value("hq", "self", "total_events-legs_duplicate") >= len(kept), "they are duplicates")
        self.assertEqual(self.in_files(agent, PERSON), [])
        self.assertNotIn(PERSON, agent.log())
        agent.stop()
        self.whole(agent)
        self.assertEqual(self.in_files(agent, PERSON), [])

    def test_erasing_needs_an_agent_and_a_word(self):
        agent = self.agent()
        ucmctl("--socket", agent.control.path, "erase", "--number", PERSON, ends=WRONG_USE)
        ucmctl("--socket", agent.control.path, "erase", "--yes", "--number", "12", ends=WRONG_USE)
        ucmctl("--socket", agent.control.path, "erase", "--yes", "--number", PERSON, "--pbx", "nowhere", ends=FINDING)
        agent.stop()
        ucmctl("--socket", agent.control.path, "erase", "--yes", "--number", PERSON, ends=NO_ANSWER)


if __name__ == "__main__":
    unittest.main()
