"""A real collectd with the plugin, in a folder of its own."""

import os
import re
import signal
import subprocess
import time

import config
from ucmsim.place import hold, port_of
from until import HANG, until
from values import Control, Csv, UnixSock

SUPPRESSIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tsan.suppressions")
URL = re.compile(r"\b(tcp|http|https)://(\[[^]]+\]|[^\s:/\"]+):(\d+)")


class Agent:
    """`folder` holds everything it writes. Port 0 of a <Listen> block becomes a port that is free, and stays that one: it is
    this agent's own as long as this object lives, whether it runs or not."""

    def __init__(self, folder, blocks, plugin_dir=None, preload=None, leaks=False, state=None, **settings):
        self.folder, self.blocks, self.settings = folder, blocks, settings
        self.plugin_dir = plugin_dir or config.PLUGIN_DIR
        self.preload, self.leaks = preload or os.environ.get("UCM_PRELOAD"), leaks
        self.environment = {}  # more of it
        self.state = state or os.path.join(folder, "ucm")
        self.process, self.ports, self.held, self.limits = None, {}, [], None
        self.csv, self.unixsock = Csv(self.path("csv")), UnixSock(self.path("unixsock"))
        self.control = Control(os.path.join(self.state, "ucm.sock"))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    # -- its life

    def launch(self, foreground=True):
        """Starts the process and waits for nothing."""
        if not os.path.isfile(os.path.join(self.plugin_dir, "ucm.so")):
            raise FileNotFoundError(f"no ucm.so in {self.plugin_dir}: build it, or set UCM_BUILD or UCM_PLUGIN_DIR")
        text = config.collectd(self.folder, self.plugin_dir, self._with_ports("\n".join(self.blocks)), **self.settings)
        with open(self.path("conf"), "w", encoding="utf-8") as file:
            file.write(text)
        if os.path.exists(self.path("collectd.pid")):  # left by one that was killed
            os.unlink(self.path("collectd.pid"))
        command = ["collectd", "-C", self.path("conf")] + (["-f"] if foreground else [])
        if self.preload and "libtsan" in self.preload:
            command = ["setarch", "-R"] + command
        with open(self.path("out"), "ab") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=self._environment(),
                                            preexec_fn=self.limits, cwd="/")
        return self

    def start(self, foreground=True, seconds=HANG):
        self.launch(foreground)
        until(self.up, "collectd with the plugin is up", seconds, 0.01)
        until(self._listens, "its listeners are open", seconds, 0.01)
        return self

    def _listens(self):
        ours = {str(port) for port in self.ports.values()}
        return all(one["state"] == "open" for one in self.control.status()["status"]["listeners"]
                   if one["url"].rpartition(":")[2] in ours)

    def up(self):
        if self.process.poll() or (self.process.poll() == 0 and "-f" in self.process.args):
            raise SystemExit(f"collectd ended with {self.process.returncode}:\n{self.output()}\n{self.log()}")
        return self.control.status()

    def _environment(self):
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        if self.preload:
            options = f"log_path={self.path('sanitizer')}:detect_leaks={int(self.leaks)}:halt_on_error=0:handle_abort=1:exitcode=0"
            environment.update(LD_PRELOAD=self.preload, ASAN_OPTIONS=options, UBSAN_OPTIONS=options + ":print_stacktrace=1",
                               TSAN_OPTIONS=f"log_path={self.path('sanitizer')}:second_deadlock_stack=1:exitcode=0:"
                                            f"suppressions={SUPPRESSIONS}")
        return {**environment, **self.environment}

    def _with_ports(self, text):
        return URL.sub(lambda m: f"{m[1]}://{m[2]}:{self._port(m[1], m[2]) if m[3] == '0' else m[3]}", text)

    def _port(self, scheme, host):
        if (scheme, host) not in self.ports:
            self.held.append(hold(host))
            self.ports[scheme, host] = port_of(self.held[-1])
        return self.ports[scheme, host]

    @property
    def pid(self):
        """Of the process that does the work; when it went to the background, as its own file says."""
        if self.process and self.process.poll() is None:
            return self.process.pid
        with open(self.path("collectd.pid"), encoding="ascii") as file:
            return int(file.read())

    def running(self):
        try:
            return _alive(self.pid)
        except (OSError, ValueError):
            return False

    def signal(self, number):
        os.kill(self.pid, number)

    def stop(self, seconds=HANG):
        """Asks it to end and returns how long that took."""
        return self._end(signal.SIGTERM, seconds)

    def kill(self):
        self._end(signal.SIGKILL, HANG)

    def give_up(self):
        """Ends it for good."""
        self.kill()
        for one in self.held:
            one.close()

    def _end(self, number, seconds):
        began = time.monotonic()
        if self.running():
            pid = self.pid
            os.kill(pid, number)
            if pid == self.process.pid:
                self.process.wait(seconds)
            else:
                until(lambda: not _alive(pid), f"collectd {pid} has ended", seconds)
        return time.monotonic() - began

    # -- where it listens

    def url(self, configured):
        """The real URL of a <Listen> block."""
        return self._with_ports(configured)

    # -- what it says

    def log(self):
        return _text(self.path("log"))

    def output(self):
        return _text(self.path("out"))

    def sanitizer_reports(self):
        return [_text(self.path(name)) for name in sorted(os.listdir(self.folder)) if name.startswith("sanitizer")]

    def value(self, host, scope, name):
        return self.control.value(host, scope, name)

    def resident_kib(self):
        return self._memory("VmRSS:")

    def peak_kib(self):
        return self._memory("VmHWM:")

    def main_thread_switches(self):
        """How often it has gone to sleep: the same again and again while it sleeps."""
        with open(f"/proc/{self.pid}/task/{self.pid}/status", encoding="ascii", errors="replace") as file:
            return next(line for line in file if line.startswith("voluntary_ctxt_switches"))

    def _memory(self, row):
        with open(f"/proc/{self.pid}/status", encoding="ascii", errors="replace") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(row))


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def _text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
