"""The overview of packaging/dashboard.py: what it serves, and what a real browser makes of it."""

import contextlib
import html.parser
import http.client
import json
import os
import shutil
import socketserver
import subprocess
import sys
import threading
import unittest
import urllib.parse

import config
from case import PHONE, AgentTest, json_record, post
from until import HANG, until

PACKAGING = os.path.join(config.REPO, "packaging")
sys.path.insert(0, PACKAGING)

import dashboard  # noqa: E402

URL = "http://127.0.0.1:0"
CHROMIUM = shutil.which("chromium")
QUIET = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync --virtual-time-budget=3000 --dump-dom").split()


def get(url, path, host=None):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=HANG)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read().decode()


class Seen(html.parser.HTMLParser):
    """What stands in a dumped page: the state, the values by scope and name, the links and the text."""

    def __init__(self, text):
        super().__init__()
        self.state, self.values, self.made, self.scripts, self.hidden = None, {}, {}, 0, False
        self.links, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.hidden = tag in ("script", "style")
        self.scripts += tag == "script"
        if tag == "body":
            self.state = found.get("data-state")
        if tag == "a":
            self.links.append(found["href"])
        if "data-value" in found:
            number = float(found["data-value"]) if found["data-value"] else None
            if "data-key" in found:
                self.values[found["data-scope"], found["data-key"]] = number
            else:
                self.made[found["title"]] = number

    def handle_endtag(self, tag):
        self.hidden = False

    def handle_data(self, data):
        self.text += "" if self.hidden else data


class FakePlugin(socketserver.ThreadingUnixStreamServer):
    """A control socket that tells what a test wants told."""

    daemon_threads = True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            for line in self.rfile:
                what = json.loads(line)["get"]
                self.wfile.write((json.dumps({what: self.server.told[what]}) + "\n").encode())

    def __init__(self, path, hosts):
        super().__init__(path, self.Handler)
        self.told = {"status": {"pbxes": [{"name": host, "host": host} for host in hosts], "ledger": {"state": "ok"}},
                     "metrics": [{"host": host, "scope": scope, "value": value,
                                  **dict(zip(("type", "instance"), key.split("-", 1)))}
                                 for host, scopes in hosts.items() for scope, row in scopes.items() for key, value in row.items()]}
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Page(AgentTest):
    def browse(self, url):
        if not CHROMIUM:
            self.skipTest("chromium is not installed")
        profile = os.path.join(self.folder, "profile")
        done = subprocess.run([CHROMIUM, *QUIET, "--user-data-dir=" + profile, url], capture_output=True, text=True, timeout=5 * HANG,
                              check=False, env={**os.environ, "HOME": self.folder})
        shutil.rmtree(profile, ignore_errors=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return Seen(done.stdout)

    def command(self, control):
        """packaging/dashboard.py as somebody starts it: the URL it prints."""
        process = subprocess.Popen([sys.executable, os.path.join(PACKAGING, "dashboard.py"), "--socket", control],
                                   stdout=subprocess.PIPE, text=True)

        def end():
            process.terminate()
            self.assertEqual(process.wait(HANG), 0, "it ends when it is asked to")
            process.stdout.close()
        self.addCleanup(end)
        return next(word for word in process.stdout.readline().split() if word.startswith("http://127.0.0.1:"))

    def told(self, hosts):
        """A page on what a plugin would tell, {host: {scope: {name: value}}}."""
        plugin = FakePlugin(os.path.join(self.folder, "fake.sock"), hosts)
        self.addCleanup(plugin.close)
        served = dashboard.Dashboard(plugin.server_address)
        self.addCleanup(served.close)
        return served

    def test_of_an_agent(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("hq"), config.pbx("branch", From="127.0.0.2")))
        url = self.command(agent.control.path)
        for made in [{}] * 3 + [{"disposition": "NO ANSWER", "billsec": "0"}, {"src_trunk_name": "<script>alert(1)</script>"}]:
            self.assertEqual(post(agent.url(URL), json_record(**made)).status, 200)
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 4)

        def same():
            pbx = next(one for one in json.loads(get(url, "/data")[2])["pbxes"] if one["name"] == "hq")
            counted = {(scope, key): value for (host, scope, key), value in agent.control.metrics().items()
                       if host == "hq" and key.startswith("total_")}
            shown = {(scope, key): value for scope, row in pbx["scopes"].items() for key, value in row.items()
                     if key.startswith("total_")}
            self.assertEqual(shown, counted)
            return pbx
        self.assertTrue(until(same, "/data has what the control socket has")["history"])
        self.assertNotIn(PHONE, get(url, "/data")[2])

        page = self.browse(url)
        self.assertEqual(page.state, "ok")
        self.assertEqual({key: page.values["all", key] for key in ("total_sessions-answered", "total_sessions-no_answer")},
                         {"total_sessions-answered": 4, "total_sessions-no_answer": 1})
        self.assertEqual(page.values["self", "total_events-legs_accepted"], 5)
        self.assertEqual(page.values["self", "count-ledger_writable"], 1)
        self.assertEqual(page.made["total_sessions-answered / sum of total_sessions-* of all"], 80)
        self.assertEqual(page.made["total_time_in_ms-talk / total_sessions-answered of all"], 60)
        self.assertEqual(page.made["sum of total_sessions-* of trunk-main"], 4)
        self.assertIsNone(page.values["all", "current_sessions-active"], "no API, no calls of this moment")
        self.assertEqual(page.links, ["#hq", "#branch"])
        self.assertEqual(self.browse(url + "#branch").values["all", "total_sessions-answered"], 0)

    def test_every_value_and_hostile_names(self):
        trunk, queue, host = "trunk-<script>document.title=1</script>", 'queue-"><img src=x onerror=boom()>', "<b>&amp;"
        told = {"all": {"percent-asr": 61.5, "duration-acd": None, "count-erlangs_hour": 3.25, "current_sessions-peak_hour": 9,
                        "count-attempts_hour": 40, "count-busy_hour": 13.5, "total_sessions-answered": 5},
                trunk: {"count-up": 0, "percent-utilisation": 84.0, "count-capacity": 30},
                queue: {"percent-service_level": 70.0, "percent-abandoned": float("nan"), "total_events-calls_offered": 8},
                "did-5550142": {"total_sessions-answered": 1},
                "alerts": {"count-trunk_down": 2, "count-clock_wrong": 0, "count-of_tomorrow": 1}}
        served = self.told({host: told})
        self.assertNotIn(PHONE, get(served.url, "/data")[2], "a DID is a telephone number")
        page = self.browse(served.url)
        self.assertEqual(page.state, "ok")
        self.assertEqual(page.scripts, 1, "the page's own")
        for name in (trunk.partition("-")[2], queue.partition("-")[2], host, "Trunk down", "of tomorrow", "▲ down", "13:30"):
            self.assertIn(name, page.text)
        self.assertNotIn("The PBX's clock is wrong", page.text)
        wanted = {("all", "percent-asr"): 61.5, ("all", "duration-acd"): None, ("all", "count-erlangs_hour"): 3.25,
                  ("all", "current_sessions-peak_hour"): 9, (trunk, "percent-utilisation"): 84,
                  (queue, "percent-service_level"): 70,
                  (queue, "percent-abandoned"): None, (queue, "total_events-calls_offered"): 8, ("alerts", "count-trunk_down"): 2}
        self.assertEqual({key: page.values.get(key, "missing") for key in wanted}, wanted)

    def test_nothing_known(self):
        self.assertEqual(self.browse(self.told({"hq": {}}).url).state, "ok")

    def test_what_is_served(self):
        url = self.told({"hq": {"all": {"total_sessions-answered": 1}}}).url
        status, headers, text = get(url, "/")
        self.assertEqual(status, 200)
        self.assertIn("default-src 'none'", dict(headers)["Content-Security-Policy"])
        self.assertNotIn("https://", text)
        for path in ("/dashboard.py", "/../quickstart", "/data/", "/favicon.ico"):
            self.assertEqual(get(url, path)[0], 404, path)
        self.assertEqual(get(url, "/data", host="rebound.example")[0], 404, "a name that was made to point here")

    def test_nothing_answers(self):
        done = subprocess.run([sys.executable, os.path.join(PACKAGING, "dashboard.py"), "--socket", self.folder + "/none"],
                              capture_output=True, text=True, timeout=HANG, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("does collectd run with the plugin", done.stderr)

    def test_history(self):
        history = dashboard.History()
        for at in range(0, 10 * dashboard.KEPT, dashboard.EVERY):
            history.add(at, {"total_sessions-answered": at, "total_sessions-busy": at, "current_sessions-active": 7})
        self.assertEqual(len(history.samples), dashboard.KEPT // dashboard.EVERY, "bounded")
        self.assertEqual(history.points(at)[-1], [0, 120, 60, 7])
        history.add(at + 2, {"total_sessions-answered": 3})
        self.assertEqual(history.points(at + 2), [[0, None, None, None]], "counters that begin anew have no rate")


if __name__ == "__main__":
    unittest.main()
