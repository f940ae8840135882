#!/usr/bin/python3
"""An alert is as urgent in the rules for Prometheus and the thresholds for collectd as in the plugin's own notification.

Usage: severities.py ROOT
"""
import re
import sys
from pathlib import Path

KINDS = "plugin/service/alert_kinds.cc"
PROMETHEUS = {"failure": "critical", "warning": "warning"}
OVER_AT_ONCE = {"long_call", "pbx_restarted", "firmware_changed"}  # told when they are over: info in Prometheus

RULES = {  # the word of the plugin's alert, and the rule that judges the same
    "long_call": "UcmLongCall", "long_call_running": "UcmLongCallRunning", "trunk_down": "UcmTrunkDown", "api_down": "UcmApiDown",
    "push_silent": "UcmPushSilent", "failure_rate": "UcmFailureRate", "queue_wait": "UcmQueueWaiting",
    "fraud_destination": "UcmFraudDestination", "fraud_out_of_hours": "UcmFraudOutOfHours", "fraud_burst": "UcmFraudBurst",
    "fraud_country": "UcmFraudCountry", "fraud_short_calls": "UcmFraudShortCalls", "pbx_restarted": "UcmPbxRestarted",
    "firmware_changed": "UcmFirmwareChanged", "certificate_expiring": "UcmCertificateExpiring",
    "buffer_overflow": "UcmBufferOverflow", "clock_wrong": "UcmClockWrong"}
LEVELS = {"trunk_down": "count-up", "api_down": "count-api_up", "certificate_expiring": "count-certificate_days",
          "buffer_overflow": "duration-buffer_left", "clock_wrong": "time_offset-clock"}  # thresholds beside count-WORD
BOTH = {"certificate_expiring", "buffer_overflow"}  # a threshold that warns first and fails later


def urgencies(root):
    """{word: urgency}"""
    text = (Path(root) / KINDS).read_text()
    return dict(re.findall(r'"(\w+)", Metric::alert_\w+,\s*Urgency::(\w+)', text))


def severities(root):
    """{alert: severity}"""
    text = (Path(root) / "conf.d/prometheus/ucm-alerts.yml").read_text()
    return dict(re.findall(r"- alert: (\S+)\n.*?severity: (\w+)", text, re.S))


def limits(root):
    """{type-instance: {"failure", "warning"}} of each threshold, also of those that are off."""
    text = (Path(root) / "conf.d/collectd/ucm-thresholds.conf").read_text()
    return {f"{kind}-{instance}": {limit.lower() for limit in re.findall(r"\b(Failure|Warning)M", body)}
            for kind, instance, body in re.findall(r'<Type "(\w+)">[\s#]+Instance "([^"]+)"(.*?)</Type>', text, re.S)}


def faults(root):
    known, rules, thresholds = urgencies(root), severities(root), limits(root)
    found = [f"{word}: its row is missing here" for word in sorted(set(known) ^ set(RULES))]
    for word, urgency in known.items():
        wanted = "info" if word in OVER_AT_ONCE else PROMETHEUS[urgency]
        rule = RULES.get(word)
        if rules.get(rule) != wanted:
            found.append(f"{word}: {urgency} in the plugin, {rules.get(rule)} in {rule}")
        for threshold in filter(None, (f"count-{word}", LEVELS.get(word))):
            expected = {"failure", "warning"} if word in BOTH and threshold == LEVELS[word] else {urgency}
            if thresholds.get(threshold) != expected:
                found.append(f"{word}: {urgency} in the plugin, {thresholds.get(threshold)} in the threshold {threshold}")
    return found


if __name__ == "__main__":
    problems = faults(sys.argv[1])
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)
