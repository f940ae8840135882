#!/usr/bin/python3
"""Plants a fault for each check of this folder and sees it found.

Usage: test_checks.py ROOT [PAGE]
"""
import copy
import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import alerted
import dashboards
import names
import queries
import recorded
import rules
import severities

ROOT = Path(sys.argv[1]).resolve()
PAGE = sys.argv[2] if len(sys.argv) > 2 else ROOT / "docs/metrics.md"
PROMTOOL = shutil.which("promtool")


class Planted(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.root = Path(place.name)
        shutil.copytree(ROOT / "conf.d", self.root / "conf.d")
        shutil.copytree(ROOT / "packaging/grafana", self.root / "packaging/grafana", ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "plugin/service").mkdir(parents=True)
        shutil.copy(ROOT / severities.KINDS, self.root / severities.KINDS)
        (self.root / "docs").mkdir()
        shutil.copy(PAGE, self.root / "docs/metrics.md")

    def edit(self, name, old, new):
        path = self.root / name
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1))

    def assert_found(self, faults, *words):
        self.assertTrue(any(all(word in fault for word in words) for fault in faults), faults)


class Rules(Planted):
    def test_nothing_planted_nothing_found(self):
        self.assertEqual(rules.uncovered(self.root), [])
        self.assertEqual(names.faults(self.root), [])
        self.assertEqual(dashboards.faults(self.root), [])
        self.assertEqual(severities.faults(self.root), [])

    def test_a_rule_without_a_test(self):
        self.edit("conf.d/prometheus/ucm-alerts.yml", "- alert: UcmApiDown", "- alert: UcmPlanted")
        self.edit("conf.d/prometheus/ucm-recording.yml", "- record: ucm:attempts:rate5m", "- record: ucm:planted:rate5m")
        self.assert_found(rules.uncovered(self.root), "UcmPlanted", "neither fires nor is quiet")
        self.assert_found(rules.uncovered(self.root), "UcmApiDown", "no such alert")
        self.assert_found(rules.uncovered(self.root), "ucm:planted:rate5m", "no test")

    def test_an_alert_that_only_fires(self):
        before = alerted.ALERTS["UcmApiDown"]
        self.addCleanup(alerted.ALERTS.__setitem__, "UcmApiDown", before)
        alerted.ALERTS["UcmApiDown"] = dataclasses.replace(before, quiet=[])
        self.assert_found(rules.uncovered(self.root), "UcmApiDown", "quiet")
        alerted.ALERTS["UcmApiDown"] = dataclasses.replace(before, fires={})
        self.assert_found(rules.uncovered(self.root), "UcmApiDown", "fires")

    @unittest.skipUnless(PROMTOOL, "no promtool")
    def test_rules_that_are_wrong(self):
        """promtool sees an alert that never fires, one that always does, and a ratio that is another."""
        groups = alerted.groups("UcmApiDown")
        for old, new in (("api_up\"} == 0", "api_up\"} == 2"), ("api_up\"} == 0", "api_up\"} >= 0")):
            shutil.copy(ROOT / "conf.d/prometheus/ucm-alerts.yml", self.root / "conf.d/prometheus/ucm-alerts.yml")
            self.assertEqual(self.tried("ucm-alerts.yml", list(groups.values())), [])
            self.edit("conf.d/prometheus/ucm-alerts.yml", old, new)
            self.assert_found(self.tried("ucm-alerts.yml", list(groups.values())), "UcmApiDown")
        each_its_own, _ = recorded.groups()
        self.edit("conf.d/prometheus/ucm-recording.yml", 'type="talk"}[5m])) / 1000', 'type="talk"}[5m])) / 100')
        self.assert_found(self.tried("ucm-recording.yml", each_its_own[:1]), "ucm:acd_seconds:rate5m")

    def tried(self, file, groups):
        return rules.promtool(self.root, "planted", [self.root / "conf.d/prometheus" / file], groups, "1m")

    def test_values_that_nobody_gives(self):
        for file, old, new in (("prometheus/ucm-alerts.yml", 'type="push_silent"', 'type="push_planted"'),
                               ("prometheus/ucm-recording.yml", "wait_le_.+", "planted_le_.+"),
                               ("prometheus/ucm-alerts.yml", "collectd_ucm_time_offset{", "collectd_ucm_planted{"),
                               ("prometheus/ucm-alerts.yml", "ucm:queue_calls:rate1h", "ucm:queue_planted:rate1h"),
                               ("collectd/ucm-thresholds.conf", '"settling"', '"planted"')):
            self.edit(f"conf.d/{file}", old, new)
            self.assert_found(names.faults(self.root), Path(file).name, "planted")


class Severities(Planted):
    def test_one_that_is_another(self):
        for file, old, new, words in (
                (severities.KINDS, "push_silent, Urgency::failure", "push_silent, Urgency::warning",
                 ("push_silent", "UcmPushSilent")),
                ("conf.d/collectd/ucm-thresholds.conf", '"api_up"\n      Warning', '"api_up"\n      Failure',
                 ("api_down", "count-api_up")),
                ("conf.d/collectd/ucm-thresholds.conf", '"queue_wait"\n      #Warning', '"queue_wait"\n      #Failure',
                 ("queue_wait", "count-queue_wait")),
                ("conf.d/prometheus/ucm-alerts.yml", "severity: info", "severity: warning", ("pbx_restarted", "warning")),
                ("conf.d/prometheus/ucm-alerts.yml", "- alert: UcmFraudBurst", "- alert: UcmPlanted",
                 ("fraud_burst", "UcmFraudBurst"))):
            with self.subTest(old=old):
                self.edit(file, old, new)
                self.assert_found(severities.faults(self.root), *words)


class Dashboards(Planted):
    def setUp(self):
        super().setUp()
        self.values, self.records = names.known(Path(PAGE).read_text()), names.recorded(ROOT)
        self.shown = copy.deepcopy(queries.dashboards()["ucm-trunks"])
        self.panel = next(panel for panel in self.shown["panels"] if panel.get("targets"))

    def found(self):
        return dashboards.faults_of("ucm-trunks", self.shown, self.values, self.records)

    def test_old_file(self):
        self.edit("packaging/grafana/ucm-pbx.json", '"version": 1', '"version": 2')
        self.assert_found(dashboards.faults(self.root), "ucm-pbx.json", "not current")
        (self.root / "packaging/grafana/planted.json").write_text(json.dumps(self.shown))
        self.assert_found(dashboards.faults(self.root), "planted.json", "no row")
        self.assert_found(dashboards.faults(self.root), "uid ucm-trunks twice")

    def test_query_that_asks_for_nothing(self):
        for expr in ('collectd_ucm_count{instance=~"$instance",type="planted"}', 'ucm:planted:rate1h{instance=~"$instance"}',
                     'planted{instance=~"$planted"}', "collectd_ucm_planted",
                     'collectd_ucm_count{instance=~"$planted",type="up"}'):
            self.panel["targets"][0]["expr"] = expr
            self.assert_found(self.found(), self.panel["title"], "planted")

    def test_panel_that_is_wrong(self):
        for damage, words in ((lambda panel: panel.update(description=""), "no description"),
                              (lambda panel: panel["fieldConfig"]["defaults"].update(unit=""), "no unit"),
                              (lambda panel: panel["fieldConfig"]["defaults"].update(mappings=[]), "unknown"),
                              (lambda panel: panel["fieldConfig"]["defaults"]["mappings"][-1]["options"].update(match="nan"),
                               "unknown"),
                              (lambda panel: panel.update(datasource={"type": "prometheus", "uid": "abc"}), "data source"),
                              (lambda panel: panel["targets"][0].update(datasource=None), "data source"),
                              (lambda panel: panel["targets"][0].update(expr=""), "without expr"),
                              (lambda panel: panel["targets"].append(panel["targets"][0]), "twice"),
                              (lambda panel: panel.update(type="planted"), "planted"),
                              (lambda panel: panel.update(id=5), "id 5 twice"),
                              (lambda panel: panel["gridPos"].update(w=24), "overlaps"),
                              (lambda panel: panel["gridPos"].update(x=20), "stands out")):
            self.setUp()
            damage(self.panel)
            self.assert_found(self.found(), words)

    def test_dashboard_that_is_wrong(self):
        for key, value, words in (("uid", "planted", "uid"), ("schemaVersion", 3, "schemaVersion 3"),
                                  ("templating", {"list": []}, "no variable")):
            self.setUp()
            self.shown[key] = value
            self.assert_found(self.found(), words)

    @unittest.skipUnless(PROMTOOL, "no promtool")
    def test_every_query_is_promql(self):
        asked = queries.queries()
        self.assertGreater(len(asked), 100)
        made = {"groups": [{"name": "queries", "rules": [{"record": f"query:{n}", "expr": expr} for n,
                                                         (_, _, expr) in enumerate(asked)]}]}
        path = self.root / "queries.yml"
        path.write_text(json.dumps(made).replace("query:", "query_"))
        run = subprocess.run([PROMTOOL, "check", "rules", str(path)], capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
