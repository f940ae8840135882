#!/usr/bin/python3
"""What packaging/quickstart shows: a real collectd with the plugin, and a PBX that pushes calls to it."""

import argparse
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "sim"))

from dashboard import Dashboard, ask  # noqa: E402
from ucmsim import certificate  # noqa: E402

SETTLE = 10  # longer than a leg that was not pushed takes to be fetched, so that no call is counted before its last one
OVERLAP = 3600  # longer than the longest call of the simulated PBX

CONFIG = """\
Hostname "quickstart"
BaseDir "{folder}"
PIDFile "{folder}/collectd.pid"
Interval 2
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File "{folder}/collectd.log"
</Plugin>
LoadPlugin unixsock
<Plugin unixsock>
  SocketFile "{folder}/unixsock"
  SocketPerms "0660"
</Plugin>
LoadPlugin write_prometheus
<Plugin write_prometheus>
  Host "127.0.0.1"
  Port "{prometheus}"
</Plugin>
PluginDir "{build}/shim/collectd"
LoadPlugin ucm
<Plugin ucm>
  Settle {settle}
  <Listen "http://{address}:{port}">
    User "{user}"
    PasswordFile "{password_file}"
  </Listen>
  <PBX "hq">
    From {sender}
    <API>
      URL "{api}"
      User "{api_user}"
      PasswordFile "{api_password_file}"
{trust}
      StatusInterval {interval}
      BackfillInterval {interval}
      BackfillOverlap {overlap}
    </API>
  </PBX>
</Plugin>
"""

PUSHED = 0.8  # of the simulated PBX's records; the API has to find the others

SHOWN = (  # heading, scope, key
    ("answered", "all", "total_sessions-answered"),
    ("voicemail", "all", "total_sessions-voicemail"),
    ("ivr", "all", "total_sessions-ivr"),
    ("busy", "all", "total_sessions-busy"),
    ("no answer", "all", "total_sessions-no_answer"),
    ("failed", "all", "total_sessions-failed"),
    ("inbound", "inbound", None),
    ("outbound", "outbound", None),
    ("internal", "internal", None),
    ("legs", "self", "total_events-legs_accepted"),
    ("by API", "self", "total_events-legs_backfilled"),
    ("talk min", "all", "total_time_in_ms-talk"),
)


def pause(seconds):
    select.select([], [], [], seconds)


def free_port(address):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind((address, 0))
        return sock.getsockname()[1]


def values(path):
    """{(scope, type-instance): value} of the PBX."""
    return {(one["scope"], f'{one["type"]}-{one["instance"]}'): one["value"]
            for one in ask(path, "metrics") or [] if one["host"] == "hq"}


def row(found):
    cells = []
    for heading, scope, key in SHOWN:
        if key is None:
            number = sum(v for (s, k), v in found.items() if s == scope and k.startswith("total_sessions-"))
        else:
            number = found.get((scope, key), 0)
        cells.append(f"{number / 60000:.1f}" if heading == "talk min" else str(number))
    return cells


def line(cells):
    return "  ".join(f"{cell:>{max(7, len(head))}}" for cell, (head, _, _) in zip(cells, SHOWN))


def judged(wanted, counted, amended):
    """Whether the calls agree, and how to say it. An outcome is never taken back: where a leg was fetched after its call
    had been counted it may be another than the PBX's, and no more of them than calls were amended."""
    if counted == wanted:
        return True, "the same, outcome by outcome"
    elsewhere = sum(abs(counted[key] - wanted[key]) for key in wanted) / 2
    if sum(counted.values()) == sum(wanted.values()) and elsewhere <= amended:
        return True, (f"the same number; of {amended} a leg was fetched after Settle: it added its talk, and the call kept the "
                      "outcome that it was counted with")
    return False, f"NOT the same: {wanted} against {counted}"


class Demonstration:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = tempfile.mkdtemp(prefix="ucm-quickstart-")
        self.processes = []
        self.dashboard = None
        self.control = os.path.join(self.folder, "ucm", "ucm.sock")

    def start(self, *command, **pipes):
        process = subprocess.Popen(command, stderr=open(os.path.join(self.folder, "errors"), "ab"),
                                   **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **pipes})
        self.processes.append(process)
        return process

    def secret(self, name, text):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(text + "\n")
        return path

    def pbx(self):
        """Where the PBX is, how it is asked and why it is believed, as parts of the configuration."""
        a = self.arguments
        if not a.pbx:
            self.certificate = certificate.self_signed(self.folder)
            self.user, self.password_file = a.user or "pbx", a.password_file or self.secret("push.secret", "quickstart")
            self.api_port = free_port("127.0.0.1")
            return {"sender": '"127.0.0.1"', "api": f"https://127.0.0.1:{self.api_port}/api", "interval": 2, "overlap": OVERLAP,
                    "api_user": "cdrapi", "api_password_file": self.secret("api.secret", "cdrapi123"),
                    "trust": f'      PinnedPublicKey "{certificate.pin(self.certificate[0])}"'}
        url = urllib.parse.urlsplit(a.pbx if "//" in a.pbx else "//" + a.pbx)
        self.user, self.password_file = a.user or "cdrapi", os.path.abspath(a.password_file)
        return {"sender": json.dumps(socket.gethostbyname(url.hostname)), "interval": 15, "overlap": 86400,
                "api_user": self.user, "api": a.pbx if url.scheme == "https" else f"https://{url.hostname}:{url.port or 8089}/api",
                "api_password_file": self.password_file, "trust": f'      PinnedPublicKey "{a.pin}"' if a.pin else ""}

    def agent(self):
        a = self.arguments
        parts = self.pbx()
        self.prometheus = free_port("127.0.0.1")
        config = os.path.join(self.folder, "collectd.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(folder=self.folder, build=os.path.join(ROOT, "build"), settle=SETTLE, port=a.port,
                                     address="0.0.0.0" if a.pbx else "127.0.0.1", prometheus=self.prometheus,
                                     user=self.user, password_file=os.path.abspath(self.password_file), **parts))
        print("Starting collectd with the plugin", flush=True)
        collectd = self.start("/usr/sbin/collectd", "-f", "-C", config)
        for _ in range(200):
            status = ask(self.control, "status")
            if status and status["listeners"][0]["state"] == "open":
                return status["listeners"][0]["port"]
            if status or collectd.poll() is not None:
                break
            pause(0.05)
        with open(os.path.join(self.folder, "collectd.log"), encoding="utf-8", errors="replace") as log:
            sys.exit(f"collectd did not get ready:\n{log.read()}\nIs port {a.port} taken? --port 0 takes a free one.")

    def introduce(self, port):
        a = self.arguments
        print(f"\ncollectd runs with the plugin; its ledger is {self.folder}/ucm/ledger.db")
        if a.pbx:
            print(f"Now on the UCM: Integrations (or Value-added Features) > API Configuration > CDR Real-time Output:\n"
                  f"  Server Address: this machine   Port: {port}   Delivery Method: HTTP/HTTPS   Format: JSON\n"
                  f"  Username: {self.user}   Password: the one in {self.password_file}\nthen make a call.")
        else:
            print(f"A simulated PBX makes about {a.rate:g} calls a second. It pushes {PUSHED:.0%} of their records to "
                  f"http://127.0.0.1:{port}\n(JSON, Digest) and answers the HTTPS API on port {self.api_port}, where the plugin finds "
                  f"the others.")
        print(f"Look at them yourself:\n  curl -s http://127.0.0.1:{self.prometheus}/metrics | grep ucm\n"
              f"  {ROOT}/build/ucmctl --socket {self.control} status\n"
              f"  collectdctl -s {self.folder}/unixsock listval\n")
        if a.dashboard:
            self.dashboard = Dashboard(self.control, a.dashboard_port)
            print(f"The overview is at {self.dashboard.url}\n", flush=True)

    def simulate(self, port):
        simulator = self.start("/usr/bin/python3", os.path.join(ROOT, "tests/sim/sim"), "--target",
                               f"http://127.0.0.1:{port}/cdr", "--rate", str(self.arguments.rate), "--now", "--user", self.user,
                               "--password-file", self.password_file, "--name", "hq", "--seed", str(int(time.time())),
                               "--api", str(self.api_port), "--certificate", self.certificate[0], "--key", self.certificate[1],
                               "--push-share", str(PUSHED), "--live", "--control", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)
        simulator.stdout.readline()  # where its API is, which we know
        return simulator

    def order(self, simulator, what):
        simulator.stdin.write(json.dumps({"do": what}) + "\n")
        simulator.stdin.flush()
        return json.loads(simulator.stdout.readline())

    def watch(self, until):
        self.wait_for_the_first(until)
        print(line([head for head, _, _ in SHOWN]))
        before, said = None, None
        while until is None or time.monotonic() < until:
            now, trouble = row(values(self.control)), self.trouble()
            if trouble and trouble != said:
                print("The API:", trouble, flush=True)
            if now != before:
                print(line(now), flush=True)
            before, said = now, trouble
            if any(process.poll() is not None for process in self.processes):
                break
            pause(0.5)

    def wait_for_the_first(self, until):
        """Says what it waits for: a call has no outcome before its last leg has come."""
        print(f"Waiting for the first call to end and to be counted, {SETTLE} s after its last record", flush=True)
        said = None
        while until is None or time.monotonic() < until:
            found, trouble = values(self.control), self.trouble()
            if any(key.startswith("total_sessions-") and n for (scope, key), n in found.items() if scope == "all"):
                break
            if trouble and trouble != said:
                print("The API:", trouble, flush=True)
            said = trouble
            if any(process.poll() is not None for process in self.processes):
                break
            pause(0.5)

    def trouble(self):
        """What a real PBX does not let us do; the simulated one is only late."""
        status = ask(self.control, "status") if self.arguments.pbx else None
        return status["pbxes"][0]["api"]["detail"] if status else ""

    def settled(self, simulator):
        """What the PBX caused and what collectd counted, once they agree or too long after its last call."""
        self.order(simulator, "enough")
        wanted, counted = {}, {}
        for _ in range(450):
            caused = self.order(simulator, "totals")["totals"]["hq"]["all"]
            wanted = {key: n for key, n in caused.items() if key.startswith("total_sessions-")}
            found = values(self.control)
            counted = {key: found.get(("all", key), 0) for key in wanted}
            if counted == wanted:
                break
            pause(0.1)
        return wanted, counted

    def compare(self, simulator):
        """The PBX's own sum against collectd's, once its last calls have settled."""
        wanted, counted = self.settled(simulator)
        found = values(self.control)
        print(line(row(found)))
        same, verdict = judged(wanted, counted, found.get(("self", "total_events-calls_amended"), 0))
        print(f"\nThe simulated PBX caused {sum(wanted.values())} calls, collectd counted {sum(counted.values())}: {verdict}.")
        print(f"Of {found.get(('self', 'total_events-legs_accepted'))} records, {found.get(('self', 'total_events-legs_backfilled'))} "
              "were not pushed and came from the API.")
        return same

    def run(self):
        port = self.agent()
        self.introduce(port)
        seconds = self.arguments.seconds
        simulator = None if self.arguments.pbx else self.simulate(port)
        try:
            self.watch(time.monotonic() + seconds if seconds else None)
        except KeyboardInterrupt:
            print()
        if simulator is None:
            return 0
        if simulator.poll() is not None:
            print("the simulated PBX has ended early; see", os.path.join(self.folder, "errors"))
            return 1
        return 0 if self.compare(simulator) else 1

    def stop(self):
        if self.dashboard:
            self.dashboard.close()
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(prog="packaging/quickstart", description=__doc__)
    parser.add_argument("--pbx", help="a real PBX in place of the simulated one: the URL of its API, or its address")
    parser.add_argument("--user", help="its API user; the PBX gives the same user and password when it pushes")
    parser.add_argument("--password-file", help="file with the password")
    parser.add_argument("--pin", help="PinnedPublicKey of the PBX: sha256//...; it is printed when it is needed")
    parser.add_argument("--seconds", type=float, default=0, help="end after so long (default: at Ctrl-C)")
    parser.add_argument("--port", type=int, default=5000, help="port for the pushes; 0: any free one")
    parser.add_argument("--dashboard", action="store_true", help="serve a page with an overview on the loopback")
    parser.add_argument("--dashboard-port", type=int, default=0, help="its port (default: any free one)")
    parser.add_argument("--rate", type=float, default=3, help="calls a second of the simulated PBX")
    arguments = parser.parse_args()
    if arguments.pbx and not arguments.password_file:
        parser.error("--pbx needs --password-file: the password of its API user")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGINT is ignored in what a script starts behind itself
    demonstration = Demonstration(arguments)
    try:
        return demonstration.run()
    finally:
        demonstration.stop()


if __name__ == "__main__":
    sys.exit(main())
