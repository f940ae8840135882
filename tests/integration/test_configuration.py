"""Configuration in several pieces, and with mistakes in it."""

import os
import socket
import subprocess
import unittest

import config
from alarms import notifications
from case import AgentTest, json_record, post
from ucmsim import Pbx, Route, Simulation
from ucmsim.place import hold, port_of
from until import HANG, until

HTTP, TCP = "http://127.0.0.1:0", "tcp://127.0.0.1:0"
ANSWERED = ("hq", "all", "total_sessions-answered")


class Blocks(AgentTest):
    def test_two_blocks_are_one_configuration(self):
        agent = self.agent(config.ucm(config.listen(HTTP), config.pbx("one", From="127.0.0.2")),
                           config.ucm(config.listen(TCP), config.pbx("two", From="127.0.0.3"), LongCall=60))
        for name, source in (("one", "127.0.0.2"), ("two", "127.0.0.3")):
            for seed, listener in enumerate((HTTP, TCP), 1):
                run = Simulation([Pbx(name, address=source, seed=seed)], [Route(agent.url(listener))], calls=10)
                self.assertTrue(run.run(HANG), run.stats())
        for name in ("one", "two"):
            until(lambda: sum(agent.value(name, "all", f"total_sessions-{o}") for o in
                              ("answered", "voicemail", "ivr", "busy", "no_answer", "failed", "other")) >= 20, "both are counted")

    def test_an_empty_block(self):
        agent = self.agent(config.ucm(config.listen(HTTP), config.pbx("hq")), "<Plugin ucm>\n</Plugin>")
        self.assertEqual(post(agent.url(HTTP), json_record()).status, 200)

    def test_block_before_and_after(self):
        agent = self.agent(config.ucm(config.pbx("hq")), config.ucm(config.listen(HTTP)))
        self.assertEqual(post(agent.url(HTTP), json_record()).status, 200)
        self.wait_value(agent, *ANSWERED, 1)


class BadConfiguration(AgentTest):
    def test_unknown_option_is_named_with_its_neighbour(self):
        agent = self.agent(config.ucm(config.listen(HTTP, Usr="x"), config.pbx("hq", LongCal=7), Retenton=3, Nonsense=True))
        self.assertEqual(post(agent.url(HTTP), json_record()).status, 200, "and all of it runs")
        warned = [line for line in agent.log().splitlines() if "[warning]" in line]
        for wrong, right in (("Usr", "User"), ("LongCal", "LongCall"), ("Retenton", "Retention")):
            self.assertTrue(any(wrong in line and right in line for line in warned), (wrong, warned))
        self.assertTrue(any("Nonsense" in line for line in warned))

    def test_what_is_left_out_stays_said(self):
        faults = (config.AGENT_HOST, "self", "count-configuration_errors")
        missing = os.path.join(self.folder, "none")
        api = config.block("API", {"URL": "https://127.0.0.1:1", "User": "cdrapi", "PasswordFile": missing})
        agent = self.agent(config.ucm(config.listen(HTTP), config.pbx("hq", api)))
        self.wait_value(agent, *faults, 1)
        until(lambda: self.told(agent) == ["FAILURE"], "it is told")
        status = self.status(agent)
        self.assertEqual(status.returncode, 1, status.stdout)
        self.assertIn(missing, status.stdout)
        agent.stop()
        agent.blocks = (config.ucm(config.listen(HTTP), config.pbx("hq")),)
        agent.start()
        self.wait_value(agent, *faults, 0)
        until(lambda: self.told(agent) == ["FAILURE", "OKAY"], "it is told that it is over")
        status = self.status(agent)
        self.assertEqual(status.returncode, 0, status.stdout)
        self.assertNotIn("configuration", status.stdout)

    @staticmethod
    def told(agent):
        return [one["severity"] for one in notifications(agent.log()) if one["type_instance"] == "configuration_errors"]

    @staticmethod
    def status(agent):
        return subprocess.run([config.UCMCTL, "--socket", agent.control.path, "status"], capture_output=True, text=True, check=False)

    def test_a_bad_block_is_left_out_and_the_rest_runs(self):
        agent = self.agent(config.ucm(
            config.listen(HTTP), config.listen("ftp://127.0.0.1:1"), config.listen("https://127.0.0.1:0"),
            config.pbx("good", From="127.0.0.2"), config.pbx("no-address", From="not an address"),
            config.pbx("bad name/", From="127.0.0.3"), config.pbx("good", From="127.0.0.4"),
            '<PBX "nobody">\n</PBX>', config.pbx("default", From="127.0.0.5", MaxSeries="many")), start=False)
        agent.launch()
        until(agent.up, "the rest is up")
        url = agent.url(HTTP)
        self.assertEqual(post(url, json_record(), "127.0.0.2").status, 200)
        for source in ("127.0.0.3", "127.0.0.4"):
            self.assertEqual(post(url, json_record(), source).status, 403, source)
        errors = "\n".join(line for line in agent.log().splitlines() if "[error]" in line)
        for named in ("ftp://127.0.0.1:1", agent.url("https://127.0.0.1:0"), "no-address", "bad name/", "good", "nobody"):
            self.assertIn(named, errors)
        self.assertTrue(any("[warning]" in line and "MaxSeries" in line for line in agent.log().splitlines()), "it keeps its default")
        self.assertEqual({host for host, _, _ in agent.control.metrics()}, {"good", "default", config.AGENT_HOST})

    def test_nothing_usable_leaves_the_daemon_to_its_other_plugins(self):
        agent = self.agent('<Plugin ucm>\n  <PBX "hq">\n  </PBX>\n</Plugin>', start=False,
                           extra="LoadPlugin uptime")
        agent.launch()
        until(lambda: "[error]" in agent.log() and "nothing usable" in agent.log(), "it says so")
        until(lambda: agent.unixsock.identifiers("uptime"), "other plugins go on")
        self.assertTrue(agent.running())
        agent.stop()

    def test_a_port_that_is_taken_is_tried_again(self):
        held = hold()
        self.addCleanup(held.close)
        port = port_of(held)
        with socket.create_server(("127.0.0.1", port)):
            agent = self.agent(config.ucm(config.listen(HTTP), config.listen(f"tcp://127.0.0.1:{port}"), config.pbx("hq")), start=False)
            agent.launch()
            until(agent.up, "the rest is up")
            url = agent.url(HTTP)
            self.assertEqual(post(url, json_record()).status, 200)
            self.assertIn(str(port), next(line for line in agent.log().splitlines() if "[error]" in line))
            states = {one["url"]: one["state"] for one in agent.control.status()["status"]["listeners"]}
            self.assertEqual(states[f"tcp://127.0.0.1:{port}"], "failed")
        until(lambda: socket.create_connection(("127.0.0.1", port), HANG).close() is None, "it is opened when it is free", pause=0.2)

    def test_secrets_stay_out_of_the_log(self):
        agent = self.agent(config.ucm(config.listen(HTTP, User="pbx", Password="hush-hush-1", Pasword="hush-hush-2"),
                                      config.pbx("hq", Pasword="hush-hush-3"), Password="hush-hush-4"))
        self.assertNotIn("hush", agent.log() + agent.output())


if __name__ == "__main__":
    unittest.main()
