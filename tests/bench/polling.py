"""Figures (h) and (i): what asking PBXes costs."""

import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from calm import Others, rounds
from stage import HERE, TOOLS, Bench, blocks, config, until
from table import fact_row, limit_row, ratio_row

USER, PASSWORD = "cdrapi", "cdrapi123"
_folders = itertools.count(1)


def pages(run):
    """(h)"""
    rows = []
    for legs, entries in ((1, "1,000 records"), (2, "1,000 sessions of two legs")):
        def cost(what, of=legs):
            return lambda: _page(what, of, run.round_ms)["ms"]
        parsed, new, known = rounds(run, [cost("parse"), cost("new"), cost("known")])
        figure = f"h. a page of {entries} from the API, from its arrival until it is on disk, against parsing it alone"
        rows += [ratio_row(figure, "ms", new, parsed, most=3),
                 ratio_row("h. the same page again: everything in it is known", "ms", known, parsed, most=2.5)]
    return rows


def _page(what, legs, milliseconds):
    folder = tempfile.mkdtemp(dir=os.environ["UCM_BENCH_FOLDER"])
    command = [os.path.join(TOOLS, "bench_page"), folder, what, str(legs), str(milliseconds)]
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    if result["legs"] != 1000 * legs * result["pages"]:
        raise AssertionError(f"not every record was taken: {result}")
    return result


class Pbxes:
    """responder.py."""

    def __init__(self, number):
        self.number, self.folder = number, tempfile.mkdtemp(dir=os.environ["UCM_BENCH_FOLDER"])

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, os.path.join(HERE, "responder.py"), str(self.number), self.folder],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.port, self.pins = ready["port"], ready["pins"]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def asked(self, what=""):
        """Requests, connections and CPU seconds so far; with "moments" also when each was asked for its state and records."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def block(self, n, interval):
        return config.block("API", {"URL": f"https://127.2.{n // 250}.{n % 250 + 1}:{self.port}/api", "User": USER, "Password": PASSWORD,
                                    "PinnedPublicKey": self.pins[n], "StatusInterval": interval, "BackfillInterval": interval})


class Pushed(Bench):
    """One of its PBXes is pushed by, the others are asked or silent."""

    def accepted(self):
        return next(pbx["legs_accepted"] for pbx in self.control.status()["status"]["pbxes"] if pbx["name"] == "hq")

    def series(self):
        return sum(pbx["series"] for pbx in self.control.status()["status"]["pbxes"])

    def cpu_s(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        """(all, of them TCP connections to PBXes)"""
        with open(f"/proc/{self.pid}/net/tcp", encoding="ascii") as file:
            to_pbxes = set(re.findall(r"^ *\d+: \S+ [0-9A-F]{4}027F:\S+ \S+ \S+ \S+ \S+ +\d+ +\d+ (\d+)", file.read(), re.M))
        folder, links = f"/proc/{self.pid}/fd", []
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):
                links.append(os.readlink(os.path.join(folder, name)))
        return len(links), sum(link[8:-1] in to_pbxes for link in links if link.startswith("socket:["))


def polling(run):
    """(i)"""
    hq = config.pbx("hq")
    others = [(f"pbx{n:04}", f"127.1.{n // 250}.{n % 250 + 1}") for n in range(run.pbxes)]
    silent = [config.pbx(name, From=address) for name, address in others]
    with contextlib.ExitStack() as stack:
        pbxes = stack.enter_context(Pbxes(run.pbxes))
        asked = [config.pbx(name, pbxes.block(n, run.poll_s), From=address) for n, (name, address) in enumerate(others)]
        idle = stack.enter_context(Pushed(blocks(hq, *silent)))
        asking = stack.enter_context(Pushed(blocks(hq, *asked)))
        until(lambda: all(pbxes.asked("moments")["moments"]["cdrapi"]), "every PBX was asked once", 180, 1)
        rows = _standing(run, pbxes, asking, idle)
        return rows + _pushes(run, pbxes, asking, idle)


def _standing(run, pbxes, asking, idle):
    """An interval in which nothing is pushed."""
    before, others, most = pbxes.asked(), Others(), [(0, 0)]
    used = [agent.cpu_s() for agent in (asking, idle)]
    began = time.monotonic()

    def over():
        most[0] = tuple(map(max, zip(most[0], asking.descriptors())))
        return time.monotonic() >= began + run.poll_s
    until(over, "an interval is over", run.poll_s + 60, 0.5)
    minutes = (time.monotonic() - began) / 60
    with_it, without = (agent.cpu_s() - first for agent, first in zip((asking, idle), used))
    run.others.append(others.share())
    after = pbxes.asked("moments")
    memory = [agent.memory_kib() for agent in (asking, idle)]
    values = [agent.series() for agent in (asking, idle)]

    theirs = (after["cpu"] - before["cpu"]) / minutes
    questions = (after["requests"] - before["requests"]) / minutes / run.pbxes
    gap = _longest_gap(after["moments"], time.monotonic())
    many, against = f"{run.pbxes:,} PBXes asked", "against the same not asked"
    return [ratio_row(f"i. CPU time of collectd, {many}, {against} ({questions:.1f} questions a PBX and minute; the other side of them took "
                      f"{theirs:.1f} s/min)", "s/min", [with_it / minutes], [without / minutes]),
            limit_row("i. CPU time that asking one PBX for a minute adds", 1000 * (with_it - without) / minutes / run.pbxes, "ms",
                      20 * 60 / run.poll_s),
            ratio_row(f"i. resident memory, {many} ({values[0]:,} values), {against} ({values[1]:,} values)", "MiB",
                      [memory[0] / 1024], [memory[1] / 1024], most=round(1.2 * values[0] / values[1], 1)),
            limit_row(f"i. files open at the same time, {many} ({most[0][1]:,} of them connections to PBXes)", most[0][0], "", 1024),
            fact_row(f"i. each PBX is asked for its state and its records every {run.poll_s} s",
                     f"at most {gap:.1f} s apart", "", gap <= 1.05 * run.poll_s + 2, "none missed")]


def _longest_gap(moments, now):
    """Between two questions of one kind to one PBX, or since the last one."""
    return max(later - earlier for of_action in moments.values() for one in of_action for earlier, later in zip(one, one[1:] + [now]))


def _pushes(run, pbxes, asking, idle):
    """One connection, record after record, while questions are under way; both agents beside the same questions."""
    def pushed(agent):
        def measure():
            before = pbxes.asked()["requests"]
            until(lambda: pbxes.asked()["requests"] > before + run.pbxes // 10, "PBXes are asked", 3 * run.poll_s, 0.1)
            result = agent.push(connections=1, records=40_000, milliseconds=run.round_ms)
            agent.settled()
            return result["p50_us"], result["p99_us"]
        return measure
    for agent in (asking, idle):
        agent.push(connections=1, records=500)
        agent.settled()
    found = rounds(run, [pushed(asking), pushed(idle)])
    rows = []
    for which, share, most in ((0, "half of them", 1.5), (1, "99 %", None)):
        with_it, without = ([result[which] for result in results] for results in found)
        rows.append(ratio_row(f"i. pushes answered while PBXes are asked, against an agent that asks none: {share} within", "us",
                              with_it, without, most=most))
    return rows
