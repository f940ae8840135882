"""A collectd whose disk and memory fail, that is killed and cut off its power, while records are pushed and fetched.

Whatever was acknowledged is in the ledger once, and in the end every total is what it would be without a fault."""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration")]

import config  # noqa: E402
import ledger_file  # noqa: E402
import power  # noqa: E402
import wishes  # noqa: E402
from agent import Agent  # noqa: E402
from case import differences  # noqa: E402
from ucmsim import ApiServer, Pbx, Route, Simulation  # noqa: E402
from ucmsim.certificate import pin, self_signed, server_context  # noqa: E402
from until import HANG, until  # noqa: E402

HTTP, HTTPS = "http://127.0.0.1:0", "https://127.0.0.1:0"
PASSWORD = "cdrapi123"
SETTLE = 60   # seconds: longer than faults keep the legs of a call apart
SERIES = 90   # seconds of one ledger at most
RATE = 150    # calls a second
ACCEPTED = "total_events-legs_accepted"
COUNT = "SELECT (SELECT count(*) FROM legs), (SELECT coalesce(sum(value), 0) FROM counters WHERE metric = ?)"

# What fails: its name, operations of the disk, how.
DISK = (
    ("read fails", wishes.READ, wishes.EIO),
    ("write fails", wishes.WRITE, wishes.EIO),
    ("disk full", wishes.WRITE, wishes.ENOSPC),
    ("half a write", wishes.WRITE, wishes.HALF),
    ("sync fails", wishes.SYNC, wishes.EIO),
    ("open refused", wishes.OPEN, wishes.EACCES),
    ("truncate fails", wishes.TRUNCATE, wishes.EIO),
)
MEMORY = "no memory"

# How a life of the process ends: name, at which operation of the disk (None: at any moment), whether the power is cut.
STOPPED = "stopped"
KILLS = (
    ("killed", None, False),
    ("killed at a write", wishes.WRITE, False),
    ("killed at a sync", wishes.SYNC, False),
    ("power cut", None, True),
    ("power cut at a write", wishes.WRITE, True),
    ("power cut at a sync", wishes.SYNC, True),
)


class Broken(Exception):
    """What must happen to no host and to no number."""


class Series:
    """One ledger, its agent and a PBX. `found` counts what was done to them and what came of it."""

    def __init__(self, place, seed, found):
        self.place, self.rng, self.found, self.last = place, random.Random(seed), found, []
        self.state, self.journal = os.path.join(place, "ucm"), os.path.join(place, "journal")
        os.mkdir(self.state)
        self.memory, self.disk = wishes.Memory(place), wishes.Disk(place, self.state, self.journal)
        self.failed, self.acknowledged = 0, 0
        certificate, key = self_signed(place)
        self.pbx = Pbx("hq", epoch=int(time.time()) - 20_000)
        self.pbx.keep_records()
        self.server = ApiServer(self.pbx, server_context(certificate, key))
        self.agent = self._agent(certificate, key)
        trust = {"ca_file": certificate}
        routes = [Route(self.agent.url(HTTP)), Route(self.agent.url(HTTP), "xml"),
                  Route(self.agent.url(HTTPS), **trust), Route(self.agent.url(HTTPS), "csv", **trust)]
        self.run = Simulation([self.pbx], routes, calls=0, rate=RATE, seed=seed, kept=50, when_full="wait", retry=0.02,
                              duplicates=0.05)

    def _agent(self, certificate, key):
        secret = os.path.join(self.place, "password")
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(PASSWORD + "\n")
        api = config.block("API", {"URL": self.server.url, "Kind": "new", "User": "cdrapi", "PasswordFile": secret,
                                   "PinnedPublicKey": pin(certificate), "StatusInterval": 1, "BackfillInterval": 2})
        blocks = config.ucm(config.listen(HTTP), config.listen(HTTPS, CertificateFile=certificate, KeyFile=key),
                            config.pbx("hq", api), Settle=SETTLE)
        made = Agent(self.place, [blocks], state=self.state,
                     preload=":".join(os.path.join(config.FAULTS, f"fault_{what}.so") for what in ("disk", "memory")))
        made.environment = {**self.disk.environment, **self.memory.environment}
        return made

    def close(self):
        self.run.stop()
        self.agent.give_up()
        self.server.close()

    # -- its life

    def live(self, deadline):
        self.agent.start()
        self.run.start()
        while time.monotonic() < deadline:
            self.found["rounds"] += 1
            self._round()
        self._mended()
        self.run.enough()
        if not self.run.finish(HANG):
            raise Broken(f"records are not taken any more: {self.run.stats()}")
        self._judge()

    def _round(self):
        fails, ends, answered = self._fault(), self._end(), self.run.answered()
        at_start = ends is not None and self.rng.random() < 0.4
        if not at_start:
            fails()
        self._pass()
        if ends:
            ends()
            self._look()
            if at_start:
                fails()
            self.agent.launch()
        if self.rng.random() < 0.8:
            until(lambda: self._lives() and self.run.answered() > answered, "records are taken", pause=0.005)

    def _pass(self):
        moment = time.monotonic() + self.rng.uniform(0, 0.5)
        until(lambda: time.monotonic() >= moment, "a random moment has come", pause=0.001)

    def _lives(self):
        if self.agent.process.poll() is not None:
            raise Broken(f"collectd ended with {self.agent.process.returncode}")
        return True

    # -- what is done to it

    def _fault(self):
        if self.rng.random() < 0.3:
            return self._noted(MEMORY, self.memory.fail, self._few(2_000), self.rng.choice((1, 1, 2, 3)))
        name, operations, effect = self.rng.choice(DISK)
        return self._noted(name, self.disk.fail, operations, effect, self._few(100), self.rng.choice((1, 1, 1, 2, 3, 8)))

    def _end(self):
        """None: this life goes on."""
        if (choice := self.rng.random()) < 0.25:
            return None
        if choice < 0.4:
            return self._noted(STOPPED, self._stop)
        name, operation, is_cut = self.rng.choice(KILLS)
        effect = self.rng.choice((wishes.KILLED_BEFORE, wishes.KILLED_AFTER))
        return self._noted(name, self._kill, operation, effect, self._few(100), is_cut)

    def _few(self, most):
        return int(most ** self.rng.random()) - 1

    def _noted(self, name, act, *arguments):
        def do():
            self._count_faults()
            self.last.append((name, *arguments))
            self.found[name] += 1
            act(*arguments)
        return do

    def _stop(self):
        self._lives()
        self.acknowledged = self.run.answered()
        self.agent.stop()
        if self.agent.process.returncode not in (0, -signal.SIGTERM):  # the latter before collectd takes signals
            raise Broken(f"collectd ended with {self.agent.process.returncode} when it was asked to stop")

    def _kill(self, operation, effect, before, is_cut):
        self._lives()
        if operation:
            self.disk.fail(operation, effect, before)
            self._pass()
        self.acknowledged = self.run.answered()
        self.agent.kill()
        self.disk.mend()
        if is_cut and os.path.exists(self.journal):
            self.found["sectors lost"] += power.cut(self.state, self.journal, self.rng)
            os.unlink(self.journal)

    def _mended(self):
        self.disk.mend()
        self.memory.mend()
        self._count_faults()

    def _count_faults(self):
        failed = self.disk.done + self.memory.done
        self.found["faults"] += failed - self.failed
        self.failed = failed

    # -- what came of it

    def _look(self):
        """What had been acknowledged is there, and each row is counted once."""
        rows, counted = self._kept()
        self.found["lost"] += max(0, self.acknowledged - rows, rows - counted)
        self.found["doubled"] += max(0, counted - rows)
        if rows < self.acknowledged or counted != rows:
            raise Broken(f"{self.acknowledged} were acknowledged, {rows} are kept, {counted} counted")
        if asides := ledger_file.asides(self.state):
            raise Broken(f"an intact ledger was set aside: {asides}")

    def _kept(self):
        """(legs, legs as counted) of a copy of what nobody writes: what is looked at stays as it was."""
        with tempfile.TemporaryDirectory(prefix="ucm-look-") as folder:
            for end in ("", "-wal"):
                if os.path.exists(path := os.path.join(self.state, ledger_file.NAME + end)):
                    shutil.copy(path, folder)
            with closing(sqlite3.connect(os.path.join(folder, ledger_file.NAME))) as database:
                tables = {name for name, in database.execute("SELECT name FROM sqlite_master")}
                return database.execute(COUNT, (ACCEPTED,)).fetchone() if "legs" in tables else (0, 0)

    def _judge(self):
        """All has been delivered: the totals are those of what the PBX made, once each."""
        made, ((rows, counted),) = self.run.stats()["legs"], ledger_file.ask(self.state, COUNT, ACCEPTED)
        self.found["acknowledged"] += self.run.answered()
        self.found["lost"] += max(0, made - min(rows, counted))
        self.found["doubled"] += max(0, max(rows, counted) - made)
        if (rows, counted) != (made, made):
            raise Broken(f"{made} legs were made, {rows} are kept, {counted} counted")
        expected, found = self.run.totals(), ["never looked"]

        def equal():
            found[0] = differences(self.agent.control.metrics(), expected)
            return not found[0]
        try:
            until(equal, "totals are equal", HANG, 0.2)
        except AssertionError:
            raise Broken("totals differ:\n  " + "\n  ".join(found[0][:30])) from None


def sweep(seconds, seed):
    """Counter of all series; the first thing that is broken ends it, and its folder is kept."""
    found, ends, number = Counter(), time.monotonic() + seconds, 0
    while (left := ends - time.monotonic()) > 0:
        place = tempfile.mkdtemp(prefix="ucm-faults-")
        series = Series(place, f"{seed}/{number}", found)
        try:
            series.live(time.monotonic() + min(left, SERIES))
        except (Exception, SystemExit) as problem:  # whatever it is, it is shown with what led to it
            found["acknowledged"] += series.run.answered()
            print(f"Broken: {problem!r}\nseries {number} of seed {seed}; the last of what was done:")
            print("".join(f"  {' '.join(map(str, one))}\n" for one in series.last[-6:]) + f"its folder: {place}\n"
                  + series.agent.output()[-2_000:] + series.agent.log()[-3_000:])
            return found, False
        finally:
            series.close()
        shutil.rmtree(place)
        number += 1
    return found, True


def main():
    options = argparse.ArgumentParser(prog="tests/faults/run", description=__doc__)
    options.add_argument("--seconds", type=float, default=600 if os.environ.get("UCM_LONG") else 20,
                         help="how long faults are made (default: %(default)s)")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="repeats what is done, not when")
    options = options.parse_args()
    print(f"Seed {options.seed}", flush=True)
    found, well = sweep(options.seconds, options.seed)
    kinds = [name for name, *_ in DISK] + [MEMORY, STOPPED] + [name for name, *_ in KILLS]
    print(", ".join(f"{name} {found[name]}" for name in kinds + ["sectors lost"]))
    print(", ".join(f"{name} {found[name]}" for name in ("rounds", "faults", "acknowledged", "lost", "doubled")))
    return 0 if well and not found["lost"] and not found["doubled"] else 1


if __name__ == "__main__":
    sys.exit(main())
