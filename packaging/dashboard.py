#!/usr/bin/python3
"""An overview of the plugin's values as a page on the loopback, drawn from the control socket of a running agent."""

import argparse
import base64
import collections
import hashlib
import http.server
import json
import math
import os
import re
import signal
import socket
import sys
import threading
import time

EVERY = 2  # seconds between two looks at the plugin
KEPT = 900  # seconds of history
WINDOW = 60  # a rate is that of the seconds before it, as many as there are but
LEAST = 10  # not of fewer
MOST_ANSWER = 32 * 1024 * 1024

# What the page shows. Scopes of extensions, DIDs and accounts are telephone numbers, and whoever is on this machine may
# read the page, while the socket is for its group alone.
SHOWN = re.compile(r"(all|inbound|outbound|internal|external|self|system|alerts|(trunk|queue)-.*)", re.DOTALL)
OUTCOMES = ("answered", "voicemail", "ivr", "busy", "no_answer", "failed", "other")
PBX_SHOWN = ("name", "host", "last_record", "series", "max_series", "full")
API_SHOWN = ("kind", "state", "trouble", "detail")


def ask(path, what):
    """What the control socket says to {"get": what}; None while it does not."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(3)
            sock.connect(path)
            sock.sendall((json.dumps({"get": what}) + "\n").encode())
            with sock.makefile("rb") as lines:
                return json.loads(lines.readline(MOST_ANSWER))[what]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def by_host(metrics):
    """{host: {scope: {"type-instance": value}}} of the scopes that are shown."""
    found = {}
    for one in metrics:
        if SHOWN.fullmatch(one["scope"]):
            value = one["value"]
            known = value if isinstance(value, (int, float)) and math.isfinite(value) else None
            found.setdefault(one["host"], {}).setdefault(one["scope"], {})[f'{one["type"]}-{one["instance"]}'] = known
    return found


class History:
    """Counters of one PBX as they were seen, so many minutes back; memory is bounded by the number of samples."""

    def __init__(self):
        self.samples = collections.deque(maxlen=KEPT // EVERY)

    def add(self, now, values):
        counted = sum(values.get(f"total_sessions-{outcome}") or 0 for outcome in OUTCOMES)
        sample = (now, counted, values.get("total_sessions-answered") or 0, values.get("current_sessions-active"))
        if self.samples and any(new < old for new, old in zip(sample[:3], self.samples[-1])):
            self.samples.clear()  # counters that begin anew: another ledger
        self.samples.append(sample)

    def points(self, now):
        """[[seconds ago, calls a minute, answered calls a minute, calls in conversation]]; a rate too young is None."""
        points, first = [], 0
        for at, counted, answered, active in self.samples:
            while self.samples[first][0] < at - WINDOW:
                first += 1
            then, counted_then, answered_then, _ = self.samples[first]
            rates = [None, None]
            if at - then >= LEAST:
                rates = [round(60 * grown / (at - then), 2) for grown in (counted - counted_then, answered - answered_then)]
            points.append([round(now - at, 1), *rates, active])
        return points


class Overview:
    """The latest snapshot as JSON. One thread looks, and any number of pages read what it saw."""

    def __init__(self, control):
        self.control, self.histories, self.seen, self.at = control, {}, None, None
        self.over = threading.Event()
        self.look()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self):
        while not self.over.wait(EVERY):
            self.look()

    def look(self):
        metrics, status = ask(self.control, "metrics"), ask(self.control, "status")
        try:
            if metrics is not None and status is not None:
                self.seen, self.at = self._overview(by_host(metrics), status), time.time()
        except (KeyError, TypeError) as strange:
            print("The plugin's answer is not understood:", repr(strange), file=sys.stderr)
        age = None if self.at is None else max(0, round(time.time() - self.at, 1))
        self.document = json.dumps({"age": age, "every": EVERY, "kept": KEPT, **(self.seen or {"pbxes": []})}).encode()

    def _overview(self, hosts, status):
        now, pbxes = time.monotonic(), []
        for pbx in status["pbxes"]:
            scopes = hosts.get(pbx["host"], {})
            history = self.histories.setdefault(pbx["host"], History())
            history.add(now, scopes.get("all", {}))
            api = pbx.get("api") or {}
            pbxes.append({**{name: pbx.get(name) for name in PBX_SHOWN}, "scopes": scopes, "history": history.points(now),
                          "api": {name: api.get(name) for name in API_SHOWN} if api else None,
                          "system": {name: (api.get("system") or {}).get(name) for name in ("model", "firmware")}})
        named = {pbx["host"] for pbx in status["pbxes"]}
        self.histories = {host: history for host, history in self.histories.items() if host in named}
        own = next((scopes["self"] for scopes in hosts.values() if "count-ledger_writable" in scopes.get("self", {})), {})
        ledger = status.get("ledger") or {}
        return {"version": status.get("version"), "pbxes": pbxes, "own": own,
                "ledger": {name: ledger.get(name) for name in ("state", "detail", "legs", "calls")}}

    def close(self):
        self.over.set()
        self.thread.join()


def page():
    """The page, and a policy under which it can run its own script and ask its own server, and nothing else."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "dashboard.html"), "rb") as file:
        text = file.read()
    script = re.search(rb"<script>(.*?)</script>", text, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    return text, (f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
                  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")


class Answer(http.server.BaseHTTPRequestHandler):
    server_version, sys_version, timeout = "ucm", "", 10

    def do_GET(self):
        # A name that somebody else's page made to point here is not ours.
        ours = self.headers.get("Host") in self.server.names
        path = self.path.partition("?")[0] if ours else None
        if path == "/":
            self._give(200, "text/html; charset=utf-8", self.server.page)
        elif path == "/data":
            self._give(200, "application/json", self.server.overview.document)
        else:
            self._give(404, "text/plain; charset=utf-8", b"There is / and /data.\n")

    def _give(self, status, kind, body):
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"),
                            ("Content-Security-Policy", self.server.policy), ("X-Content-Type-Options", "nosniff")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Dashboard(http.server.ThreadingHTTPServer):
    """Serves from its creation until close()."""

    daemon_threads = True

    def __init__(self, control, port=0):
        super().__init__(("127.0.0.1", port), Answer)
        self.names = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.page, self.policy = page()
        self.overview = Overview(control)
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    def handle_error(self, request, client_address):
        """A browser that goes away in the middle of an answer is no news."""

    def close(self):
        self.shutdown()
        self.thread.join()
        self.server_close()
        self.overview.close()


def main():
    parser = argparse.ArgumentParser(prog="packaging/dashboard.py", description=__doc__)
    parser.add_argument("--socket", default="/var/lib/collectd/ucm/ucm.sock", help="control socket (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="on the loopback; 0, the default, takes a free one")
    arguments = parser.parse_args()
    if ask(arguments.socket, "status") is None:
        sys.exit(f"Nothing answers at {arguments.socket}: does collectd run with the plugin, and may you open its socket?")
    try:
        dashboard = Dashboard(arguments.socket, arguments.port)
    except OSError as problem:
        sys.exit(f"Port {arguments.port} of the loopback cannot be had: {problem.strerror}. --port 0 takes a free one.")
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    print(f"The overview is at {dashboard.url} (Ctrl-C ends it)", flush=True)
    end.wait()
    dashboard.close()


if __name__ == "__main__":
    main()
