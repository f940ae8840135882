"""ucmctl against a running agent: what it prints and how it ends."""

import json
import math
import os
import subprocess
import unittest

import config
from case import PHONE, AgentTest, json_record, post
from ucmsim import Pbx, Route, Simulation
from until import HANG, until

URL = "http://127.0.0.1:0"
FINE, FINDING, WRONG_USE, NO_ANSWER = range(4)


def ucmctl(*arguments, socket=None):
    options = ["--socket", socket] if socket else []
    return subprocess.run([config.UCMCTL, *options, *arguments], capture_output=True, text=True, timeout=HANG, check=False)


class Ucmctl(AgentTest):
    def ask(self, agent, *arguments, ends=FINE):
        done = ucmctl(*arguments, socket=agent.control.path)
        self.assertEqual(done.returncode, ends, done)
        return done.stdout

    def test_metrics(self):
        agent = self.agent(settle=config.APART)
        run = Simulation([Pbx()], [Route(agent.url(URL))], calls=50)
        self.assertTrue(run.run(HANG), run.stats())
        self.wait_totals(agent, run.totals())
        printed = json.loads(self.ask(agent, "metrics", "--json"))
        self.assertEqual(set(printed[0]), {"host", "scope", "type", "instance", "value"})
        values = {(one["host"], one["scope"], f"{one['type']}-{one['instance']}"): one["value"] for one in printed}
        counters = {key: value for key, value in agent.control.metrics().items() if key[2].startswith("total_sessions")}
        self.assertEqual({key: values[key] for key in counters}, counters)
        self.assertTrue(all(isinstance(values[key], int) for key in counters))
        idle = [value for key, value in agent.control.metrics().items() if key[2].startswith("duration-") and key[1] == "external"]
        self.assertTrue(all(math.isnan(value) for value in idle))
        self.assertIsNone(values["hq", "external", "duration-talk-max"])
        lines = self.ask(agent, "metrics").splitlines()
        row = next(line.split() for line in lines if line.startswith("hq/ucm-all/total_sessions-answered"))
        self.assertEqual(int(row[1]), counters["hq", "all", "total_sessions-answered"])

    def test_status(self):
        agent = self.agent()
        shown = self.ask(agent, "status")
        self.assertIn("hq", shown)
        self.assertIn(agent.url(URL).rpartition(":")[2], shown, "the real port")
        self.assertIn("No record was pushed yet by hq", shown)
        self.assertEqual(post(agent.url(URL), json_record()).status, 200)
        self.assertEqual(post(agent.url(URL), json_record(), "127.0.0.9").status, 403)
        until(lambda: "127.0.0.9" in agent.log(), "it is counted")
        until(lambda: json.loads(self.ask(agent, "status", "--json"))["refused"]["unknown_sender"] == 1, "the status knows")
        shown = self.ask(agent, "status")
        self.assertNotIn("No record was pushed yet", shown)
        self.assertIn("Refused", shown)
        self.assertNotIn(PHONE, shown)

    def test_status_finds_a_listener_that_is_not_open(self):
        agent = self.agent()
        port = agent.url(URL).rpartition(":")[2]
        other = self.agent(config.ucm(config.listen("tcp://127.0.0.1:0"), config.listen(f"http://127.0.0.1:{port}"), config.pbx("hq")),
                           start=False)
        other.launch()
        until(other.up, "it is up")
        self.assertIn(port, self.ask(other, "status", ends=FINDING))

    def test_quarantine(self):
        agent = self.agent()
        self.assertIn("Nothing is in quarantine", self.ask(agent, "quarantine"))
        bodies = (b"hello \x1b[31mred\x07", json_record(duration="-4"), b'{"a": "b"}')
        for body in bodies:
            self.assertEqual(post(agent.url(URL), body).status, 202)
        shown = self.ask(agent, "quarantine")
        self.assertIn("hello", shown)
        self.assertIn("duration", shown)
        self.assertNotIn("\x1b", shown)
        self.assertEqual(len(json.loads(self.ask(agent, "quarantine", "--json"))), 3)
        newest = json.loads(self.ask(agent, "quarantine", "--limit", "1", "--json"))
        self.assertEqual([one["text"] for one in newest], ['{"a": "b"}'])

    def test_a_masked_quarantine_can_be_pasted(self):
        agent = self.agent()
        # Not understood in three ways, each with the same caller: a value, a record cut off, no format at all.
        for body in (json_record(duration="-4"), json_record()[:-40], f"caller {PHONE}0001, A. Caller".encode()):
            self.assertEqual(post(agent.url(URL), body).status, 202)
        self.assertIn(PHONE, self.ask(agent, "quarantine"))
        for arguments in ((), ("--json",)):
            shown = self.ask(agent, "quarantine", "--masked", *arguments)
            self.assertNotIn(PHONE, shown)
            self.assertNotIn("Caller", shown)
        texts = [one["text"] for one in json.loads(self.ask(agent, "quarantine", "--masked", "--json"))]
        record = json.loads(texts[2])
        self.assertEqual((record["duration"], record["disposition"], record["channel_ext"]), ("-4", "ANSWERED", "trunk_1"))
        self.assertRegex(record["start"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.assertNotIn("2001", (record["dst"], record["dstchannel_ext"]))
        self.assertEqual(len(record["src"]), len(PHONE) + 4)
        self.assertIn(record["src"], record["clid"])
        # Pushed again it is not understood for the same reason.
        self.assertEqual(post(agent.url(URL), texts[2].encode()).status, 202)
        reasons = [one["reason"] for one in json.loads(self.ask(agent, "quarantine", "--json"))]
        self.assertEqual(reasons[0], reasons[3])

    def test_check(self):
        file = os.path.join(self.folder, "ucm.conf")

        def check(text, ends):
            with open(file, "w", encoding="utf-8") as out:
                out.write(text)
            done = ucmctl("check", "--config", file)
            self.assertEqual(done.returncode, ends, done)
            return done.stdout + done.stderr
        good = "LoadPlugin ucm\n" + config.ucm(config.listen(URL), config.pbx("hq")) + "\n"
        self.assertIn("hq", check(good, FINE))
        said = check(good.replace("<PBX", "Retenton 7\n<PBX"), FINDING)
        line = good.replace("<PBX", "Retenton 7\n<PBX").splitlines().index("  Retenton 7") + 1
        self.assertIn(f"{file}:{line}", said)
        self.assertIn("Retention", said)
        self.assertIn("From", check(good.replace("From", "#From"), FINDING))
        check(good.replace("</PBX>", ""), FINDING)
        check("LoadPlugin cpu\n", FINDING)
        self.assertEqual(ucmctl("check", "--config", file + ".none").returncode, WRONG_USE)

    def test_wrong_use_and_nobody_there(self):
        for arguments in ((), ("nonsense",), ("metrics", "--nonsense"), ("check",), ("quarantine", "--limit", "x")):
            self.assertEqual(ucmctl(*arguments).returncode, WRONG_USE, arguments)
        for arguments in (("--help",), ("--version",), ("status", "--help")):
            self.assertEqual(ucmctl(*arguments).returncode, FINE, arguments)
        done = ucmctl("status", socket=os.path.join(self.folder, "no.sock"))
        self.assertEqual(done.returncode, NO_ANSWER)
        self.assertIn("no.sock", done.stderr)

    def test_the_socket_is_for_the_group(self):
        agent = self.agent()
        self.assertEqual(os.stat(agent.control.path).st_mode & 0o777, 0o660)
        self.assertEqual(os.stat(os.path.join(agent.state, "ledger.db")).st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
