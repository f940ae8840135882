"""conf.d/collectd/ucm.conf, as it is shipped."""

import os
import re
import socket
import subprocess
import unittest

import config
from case import AgentTest, json_record, post
from until import HANG, until

SHIPPED = os.path.join(config.REPO, "conf.d", "collectd", "ucm.conf")
AS_SHIPPED = "http://0.0.0.0:5000"


def shipped():
    with open(SHIPPED, encoding="utf-8") as file:
        return file.read()


def free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


class Shipped(AgentTest):
    def include(self, text, as_shipped=False, **settings):
        """A daemon that includes the file as a distribution's collectd.conf does, and where it listens."""
        if not (as_shipped and free(5000)):
            text = text.replace(AS_SHIPPED, "http://0.0.0.0:0")
        folder = os.path.join(self.folder, "conf.d")
        os.mkdir(folder)
        with open(os.path.join(folder, "ucm.conf"), "w", encoding="utf-8") as file:
            file.write(text)
        agent = self.agent(f'<Include "{folder}">\n  Filter "*.conf"\n</Include>', load=False, start=False, **settings)
        agent.launch()
        until(agent.up, "it is up")
        # Somebody may have taken the port meanwhile, for a while.
        until(lambda: agent.control.status()["status"]["listeners"][0]["state"] == "open", "it listens")
        port = agent.control.status()["status"]["listeners"][0]["port"]
        return agent, f"http://127.0.0.1:{port}"

    def test_as_it_is(self):
        agent, url = self.include(shipped(), as_shipped=True)
        self.assertEqual(post(url, json_record()).status, 403, "it listens; this machine is no PBX of it")
        self.assertNotRegex(agent.log(), r"\[error\]")
        self.assertEqual([line for line in agent.log().splitlines() if "[warning]" in line and "127.0.0.1" not in line], [])
        until(lambda: agent.csv.value("hq", "all", "total_sessions-answered") == 0, "values are given out")

    def test_with_the_address_of_the_pbx(self):
        agent, url = self.include(re.sub(r'From ("[^"]+" ?)+', 'From "127.0.0.1"', shipped()).replace("#Settle 15", "Settle 1"))
        self.assertEqual(post(url, json_record()).status, 200)
        until(lambda: agent.csv.value("hq", "all", "total_sessions-answered") == 1, "it is counted")

    def test_ucmctl_has_no_complaint(self):
        done = subprocess.run([config.UCMCTL, "check", "--config", SHIPPED], capture_output=True, text=True, timeout=HANG, check=False)
        self.assertEqual(done.returncode, 0, done)

    def test_what_is_commented_out_is_the_default(self):
        """Every `#Option value` that is no example may be taken in as it stands."""
        text = re.sub(r"(?m)^(\s*)#(?!Password|User|Serial|Host|StateDirectory|ControlSocket)([A-Z]\w+ [\w\"/.-]+)", r"\1\2", shipped())
        text = re.sub(r"(?m)^\s*(CertificateFile|KeyFile|ClientCAFile).*$", "", text)
        self.assertGreater(text.count("\n"), 0)
        agent, _ = self.include(text)
        self.assertNotRegex(agent.log(), r"\[(error|warning)\]")


if __name__ == "__main__":
    unittest.main()
