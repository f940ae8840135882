"""What every integration test begins with."""

import itertools
import os
import shutil
import sys
import tempfile
import time
import unittest

import config
import ledger_file
from agent import Agent
from ucmsim.http import Connection, tls_context
from ucmsim.records import document
from until import HANG, until


_numbers = itertools.count(1)
PHONE = "5550142"  # in every invented number, so that a log can be searched for it


def record(**fields):
    """An answered inbound call of one leg, its own session; every number of it contains PHONE."""
    n = next(_numbers)
    at = 1_769_436_000 + n
    start = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at - 21_600))
    made = {"AcctId": str(n), "src": f"{PHONE}{n:04d}", "dst": "2001", "clid": f'"A. Caller" <{PHONE}{n:04d}>',
            "channel": f"PJSIP/trunk_1-{n:08x}", "dstchannel": f"PJSIP/2001-{n:08x}", "lastapp": "Dial", "start": start,
            "answer": start, "end": start, "duration": "60", "billsec": "60", "disposition": "ANSWERED",
            "uniqueid": f"{at}.{n}", "userfield": "Inbound", "channel_ext": "trunk_1", "dstchannel_ext": "2001",
            "session": f"{at}{n}-{PHONE}", "action_type": "DIAL", "src_trunk_name": "main", "dst_trunk_name": ""}
    made.update(fields)
    return made


def now_record(ago=60, duration=30, **fields):
    """The same, of a call that began `ago` seconds ago and lasted `duration`, on a PBX whose clock shows UTC."""
    n, began = next(_numbers), int(time.time()) - ago
    start, end = (time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at)) for at in (began, began + duration))
    return record(**{"start": start, "answer": start, "end": end, "duration": str(duration), "billsec": str(duration),
                     "uniqueid": f"{began}.{n}", "session": f"{began}{n}-{PHONE}", **fields})


def outward_record(dst=PHONE + "0199", caller="2001", **fields):
    """The same, of an extension that calls somebody over the trunk."""
    return now_record(**{"src": caller, "dst": dst, "clid": caller, "channel": f"PJSIP/{caller}-{next(_numbers):08x}",
                         "dstchannel": f"PJSIP/trunk_1-{next(_numbers):08x}", "userfield": "Outbound", "channel_ext": caller,
                         "dstchannel_ext": "trunk_1", "src_trunk_name": "", "dst_trunk_name": "main", **fields})


def json_record(**fields):
    return document(record(**fields), "json")


def post(url, body, source=None, headers=(), ca_file=None, verify=True, timeout=HANG, method="POST"):
    """One request on a connection of its own: an Answer with status, headers, body."""
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    host, _, port = authority.rpartition(":")
    connection = Connection(host.strip("[]"), int(port), source, tls_context(ca_file, verify) if scheme == "https" else None, timeout)
    try:
        return connection.request(method, "/" + (path or "cdr"), body, headers)
    finally:
        connection.close()


class AgentTest(unittest.TestCase):
    """Gives each test a folder and agents; ends them whatever happens, and shows their logs when the test failed."""
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ucm-test-")
        self.agents, self._logs = [], []
        self.addCleanup(self._clean)

    def _clean(self):
        for agent in self.agents:
            agent.give_up()
            self._logs.append(f"---- {agent.folder}\n{agent.output()[-4000:]}\n{agent.log()[-12_000:]}\n"
                              + "\n".join(agent.sanitizer_reports())[:20_000])
        reports = [report for agent in self.agents for report in agent.sanitizer_reports()]
        shutil.rmtree(self.folder, ignore_errors=True)
        self.assertFalse(reports, "a sanitizer has something to say: see the log")

    def run(self, result=None):
        result = result if result is not None else self.defaultTestResult()
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            print("\n".join(self._logs), file=sys.stderr)
        return result

    def agent(self, *blocks, start=True, settle=1, **settings):
        """Blocks default to one HTTP listener for one PBX on the loopback."""
        folder = os.path.join(self.folder, f"agent{len(self.agents) + 1}")
        os.mkdir(folder)
        made = Agent(folder, blocks or (config.ucm(config.listen("http://127.0.0.1:0"), config.pbx("hq"), Settle=settle),), **settings)
        self.agents.append(made)
        return made.start() if start else made

    # -- what is expected of values

    def wait_value(self, agent, host, scope, name, value, seconds=HANG):
        until(lambda: agent.value(host, scope, name) == value, f"{host}/{scope}/{name} is {value}", seconds)

    def wait_heard(self, agent, *alerts):
        """Those are on and kept, and the ledger knows that nothing is left to be told: a kill tells nothing twice."""
        def kept():
            rows = ledger_file.ask(agent.state, "SELECT value FROM standing WHERE name = 'alerts'")
            text = "".join(value for value, in rows)
            return '"notice"' not in text and all(f'"{alert}"' in text for alert in alerts)
        until(kept, "what was told is kept as told")

    def wait_totals(self, agent, totals, seconds=HANG):
        """The control socket shows exactly these: {host: {scope: {name: number}}}."""
        self._wait(lambda: differences(agent.control.metrics(), totals), seconds)

    def wait_csv_totals(self, agent, totals, seconds=HANG):
        self._wait(lambda: differences({key: agent.csv.value(*key) for key in flat(totals)}, totals), seconds)

    def _wait(self, look, seconds):
        found = ["never looked"]

        def equal():
            found[0] = look()
            return not found[0]
        try:
            until(equal, "totals are equal", seconds, 0.2)
        except AssertionError as late:
            self.fail(f"{late}\n" + "\n".join(map(str, found[0]))[:4_000])


def flat(totals):
    return {(host, scope, name): value for host, scopes in totals.items() for scope, row in scopes.items()
            for name, value in row.items()}


def differences(seen, totals):
    """One line for each expected number that is not there."""
    return [f"{'/'.join(key)}: expected {value}, seen {seen.get(key)}" for key, value in flat(totals).items()
            if seen.get(key) != value]
