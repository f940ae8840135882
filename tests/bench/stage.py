"""What is measured: the plugin in a stock collectd, and the baselines beside it."""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))

import config  # noqa: E402
from agent import Agent  # noqa: E402
from certificate import self_signed  # noqa: E402
from until import until  # noqa: E402

TOOLS = os.path.join(config.BUILD, "tests", "bench")
TIMED_PLUGIN = os.path.join(TOOLS, "timed")
_folders = itertools.count(1)


def plain_collectd(folder, plugin_dir, ucm_blocks, interval=10):
    """No other plugin but a log: what is measured is ours. Values are stopped behind the daemon's cache, where a writer
    would get them. `plugin_dir` None leaves ours out too."""
    ours = f'PluginDir "{plugin_dir}"\nLoadPlugin ucm\n{ucm_blocks}\n' if plugin_dir else ""
    return f"""
Hostname "{config.AGENT_HOST}"
FQDNLookup false
BaseDir "{folder}"
PIDFile "{folder}/collectd.pid"
Interval {interval}
PluginDir "{config.STOCK_PLUGINS}"
PostCacheChain "nowhere"
<Chain "nowhere">
  Target "stop"
</Chain>
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File "{folder}/log"
</Plugin>
{ours}"""


def blocks(*pbxes, schemes=("http",), **options):
    """Calls settle after 1 s, so that counting them falls into what is measured."""
    listeners = []
    for scheme in schemes:
        tls = {}
        if scheme == "https":
            tls["CertificateFile"], tls["KeyFile"] = self_signed(tempfile.mkdtemp(dir=os.environ["UCM_BENCH_FOLDER"]))
        listeners.append(config.listen(f"{scheme}://127.0.0.1:0", **tls))
    return config.ucm(*listeners, *(pbxes or (config.pbx("hq"),)), **options)


class Bench(Agent):
    """An agent that knows what was pushed to it. Nothing is kept from one to the next."""

    def __init__(self, text, plugin=True, interval=10, plugin_dir=None, environment=None):
        folder = os.path.join(os.environ["UCM_BENCH_FOLDER"], f"agent{next(_folders)}")
        os.mkdir(folder)
        super().__init__(folder, [text], plugin_dir=plugin_dir)
        self.text, self.plugin, self.interval, self.environment = text, plugin, interval, environment or {}
        self.sent = 0

    def __enter__(self):
        return self.start() if self.plugin else self.launch()

    def __exit__(self, *_):
        self.stop()
        self.give_up()

    def launch(self, foreground=True):
        with open(self.path("conf"), "w", encoding="utf-8") as file:
            file.write(plain_collectd(self.folder, self.plugin_dir if self.plugin else None, self._with_ports(self.text),
                                      self.interval))
        with open(self.path("out"), "ab") as out:
            self.process = subprocess.Popen(["collectd", "-f", "-C", self.path("conf")], stdout=out, stderr=out, cwd="/",
                                            stdin=subprocess.DEVNULL, env={**self._environment(), **self.environment})
        return self

    # -- its load

    def push(self, scheme="http", **words):
        """Pushes records that it has not seen; every one is answered 200 or this raises."""
        port = int(self.url(f"{scheme}://127.0.0.1:0").rsplit(":", 1)[1])
        result = load(scheme=scheme, port=port, first=self.sent, **words)
        self.sent += result["begun"]
        return result

    def accepted(self):
        return sum(pbx["legs_accepted"] for pbx in self.control.status()["status"]["pbxes"])

    def kept(self, seconds=120):
        """Waits until as many legs are committed as were sent; no more ever are."""
        until(lambda: self.accepted() >= self.sent, f"{self.sent} legs are committed", seconds, 0.005)
        if self.accepted() != self.sent:
            raise AssertionError(f"{self.sent} records were sent and {self.accepted()} legs counted")

    def kept_at(self):
        """The moment at which the last of them was committed, on the clock that the load generator uses too."""
        self.kept()
        return time.monotonic()

    def settled(self, seconds=120):
        """Also waits until every call was counted, so that the next measurement has the machine for itself."""
        self.kept(seconds)
        until(lambda: self.control.status()["status"]["ledger"]["open_sessions"] == 0, "no session is open", seconds, 0.1)
        return self

    # -- its memory

    def memory_kib(self, name="VmRSS"):
        with open(f"/proc/{self.pid}/status", encoding="ascii", errors="replace") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))

    def forget_peak(self):
        with open(f"/proc/{self.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def resting_kib(self):
        """Resident memory once it has stood still for 15 looks, more than one Interval of 1 s each apart."""
        seen = []

        def still():
            seen.append(self.memory_kib())
            return len(seen) > 15 and max(seen[-15:]) - min(seen[-15:]) <= 64
        until(still, "resident memory stands still", 180, 1.1)
        return seen[-1]


def load(**words):
    command = [os.path.join(TOOLS, "bench_load"), *(f"{name}={value}" for name, value in words.items())]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result = json.loads(done.stdout)
    if result["refused"]:
        raise AssertionError(f"not every record was answered 200: {result}")
    return result


def disk(milliseconds):
    """fdatasyncs a second after 4 KiB appended each, where the ledgers stand too."""
    command = [os.path.join(TOOLS, "bench_disk"), os.path.join(os.environ["UCM_BENCH_FOLDER"], "appended"), str(milliseconds)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


class Bare:
    """Our own server with the ledger left out."""

    def __enter__(self):
        self.process = subprocess.Popen([os.path.join(TOOLS, "bench_bare")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def push(self, **words):
        return load(port=self.port, **words)


class Flask:
    """receiver.py under gunicorn with 2 workers."""

    def __init__(self, name, *options, path="/cdr"):
        self.name, self.options, self.path, self.sent = name, options, path, 0
        self.database = os.path.join(os.environ["UCM_BENCH_FOLDER"], name + ".db")
        self.log = os.path.join(os.environ["UCM_BENCH_FOLDER"], name + ".log")

    def __enter__(self):
        command = ["gunicorn", "-w", "2", *self.options, "-b", "127.0.0.1:0", "--keep-alive", "75", "--log-file", self.log, "receiver:app"]
        self.process = subprocess.Popen(command, cwd=HERE, env={**os.environ, "UCM_BENCH_DATABASE": self.database,
                                                                "PYTHONDONTWRITEBYTECODE": "1"})
        self.port = until(self._port, "gunicorn listens", 30)
        until(lambda: self.push(connections=1, records=4), "it keeps records", 30)
        return self

    def _port(self):
        with open(self.log, encoding="utf-8") as file:
            return next((int(line.split("http://127.0.0.1:")[1].split()[0]) for line in file if "Listening at" in line), None)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)

    def push(self, **words):
        result = load(port=self.port, path=self.path, first=self.sent, **words)
        self.sent += result["begun"]
        return result
