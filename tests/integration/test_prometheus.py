"""Prometheus scrapes a real collectd: the rules load and are evaluated, every query of every dashboard finds data."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import config
from case import json_record, post
from polled import HTTP, PolledTest, recent
from ucmsim.place import hold, port_of
from ucmsim.scenarios import next_call
from until import HANG, until

sys.path.insert(0, os.path.join(config.REPO, "tests", "prometheus"))

import queries  # noqa: E402

RULES = os.path.join(config.REPO, "conf.d", "prometheus")
LAST_WEEK, JUST_NOW = "offset 7d", "offset 2s"  # nobody waits a week: the same query, a little ago

# What has nothing to show while all is well.
ONLY_IN_TROUBLE = re.compile(r'ALERTS\{|type="buffer_left"')


def hurried(name, folder):
    """A file of rules that are evaluated every second."""
    with open(os.path.join(RULES, name), encoding="utf-8") as file:
        text = re.sub(r"^( +)interval: \w+", r"\1interval: 1s", file.read(), flags=re.M)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def sample(prometheus_port, folder):
    """The shipped sample, for rules and ports of this test."""
    with open(os.path.join(RULES, "scrape.yml"), encoding="utf-8") as file:
        text = file.read()
    for name in re.findall(r"/etc/prometheus/([\w-]+\.yml)", text):
        hurried(name, folder)
    text = text.replace("/etc/prometheus/", folder + "/").replace("127.0.0.1:9103", f"127.0.0.1:{prometheus_port}")
    text, changed = re.subn(r"scrape_interval: \w+.*", "scrape_interval: 1s", text)
    assert changed == 1, "the sample says how often"
    return "global:\n  evaluation_interval: 1s\n" + text


class Prometheus:
    """One in a folder of its own, ended by its pid."""

    def __init__(self, folder, targets_port):
        self.held, self.path = hold(), os.path.join(folder, "prometheus")
        self.port = port_of(self.held)
        os.mkdir(self.path)
        configuration = os.path.join(self.path, "prometheus.yml")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(sample(targets_port, self.path))
        self.output = open(os.path.join(self.path, "output"), "wb")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={self.path}/data",
             f"--web.listen-address=127.0.0.1:{self.port}"], stdout=self.output, stderr=self.output, stdin=subprocess.DEVNULL)

    def ask(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=HANG) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(refused.read().decode()) from refused

    def query(self, expr):
        """[(labels, number)], those that are no number left out."""
        return [(row["metric"], float(row["value"][1])) for row in self.ask("query", query=expr)["result"]
                if row["value"][1] != "NaN"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(HANG)
        self.output.close()
        self.held.close()


class Scraped(PolledTest):
    def setUp(self):
        super().setUp()
        self.pbx = recent("hq", ago=3_000)
        server = self.server(self.pbx)
        self.pbx.state.talk()
        held = hold()
        self.addCleanup(held.close)
        port = port_of(held)
        extra = f'LoadPlugin write_prometheus\n<Plugin write_prometheus>\n  Host "127.0.0.1"\n  Port "{port}"\n</Plugin>'
        trunks = [config.option("TrunkCapacity", [name, 10]) for _, name in self.pbx.trunks]
        self.watched = self.asking(config.pbx("hq", self.api(server), *trunks), extra=extra)
        self.assertEqual(post(self.watched.url(HTTP), json_record()).status, 200)
        self.prometheus = Prometheus(self.folder, port)
        self.addCleanup(self.prometheus.stop)
        self.over = threading.Event()
        self.caller = threading.Thread(target=self.call, daemon=True)
        self.caller.start()
        self.addCleanup(self.caller.join)
        self.addCleanup(self.over.set)

    def call(self):
        """Calls go on, so that there are rates; bounded, whatever happens."""
        for n in range(600):
            self.pbx.store.add(next_call(self.pbx, 2 * n))
            if self.over.wait(0.2):
                return

    def test_rules_and_dashboards(self):
        until(lambda: self.prometheus.query('collectd_ucm_total_events_total{ucm="all",type="attempts"} > 100'),
              "a hundred calls are scraped", pause=0.5)
        groups = self.prometheus.ask("rules")["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        self.assertGreater(sum(rule["type"] == "recording" for rule in rules), 40)
        self.assertGreaterEqual(sum(rule["type"] == "alerting" for rule in rules), 21)
        until(lambda: all(rule["health"] == "ok" for group in self.prometheus.ask("rules")["groups"] for rule in group["rules"]),
              "every rule is evaluated", pause=0.5)

        asked = [one for one in queries.queries() if not ONLY_IN_TROUBLE.search(one[2])]
        self.assertGreater(len(asked), 100)
        left = list(asked)

        def all_have_data():
            left[:] = [one for one in left if not self.prometheus.query(one[2].replace(LAST_WEEK, JUST_NOW))]
            return not left
        try:
            until(all_have_data, "every query of every dashboard has data", pause=1)
        except AssertionError as late:
            self.fail(f"{late}\n" + "\n".join(" / ".join(one) for one in left))

        for dashboard, variable, selector, label in queries.variable_queries():
            found = {labels.get(label) for labels, _ in self.prometheus.query(selector)}
            self.assertTrue(found - {None, ""}, f"{dashboard}: ${variable}")
        began = time.time()
        hq = self.prometheus.query('collectd_ucm_total_events_total{instance="hq",ucm="all",type="attempts"}')
        self.assertEqual(len(hq), 1, f"one series, under the name of its PBX: {hq} at {began}")


if __name__ == "__main__":
    unittest.main()
