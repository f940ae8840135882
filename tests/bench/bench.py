"""Measures everything and prints one table. Started by ./tests/bench/run, which builds first."""

import argparse
import os
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Run:
    rounds: int = 5
    round_ms: int = 2000
    reads: int = 100
    read_interval: float = 0.25
    many_legs: int = 1_000_000
    pbxes: int = 1_000  # that are asked
    poll_s: int = 60  # StatusInterval as it comes; records are asked for as often
    patience: float = 120  # seconds to wait in each figure for a quiet machine, altogether
    waited: float = 0
    others: list = field(default_factory=list)  # the share of the machine that others had in each measurement


QUICK = Run(rounds=2, round_ms=1000, reads=20, many_legs=50_000, pbxes=100, poll_s=10, patience=4)


def go_first(realtime):
    """On a machine that others use too, both sides of each ratio run ahead of them. What was reached, in words."""
    if realtime:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        return "ahead of other work on the machine (both sides in the class SCHED_RR)"
    if os.getpid() != os.getsid(0):
        os.setsid()
    try:
        with open("/proc/self/autogroup", "w", encoding="ascii") as file:
            file.write("-15")
        return "ahead of other work on the machine (autogroup nice -15)"
    except OSError:
        return "beside other work on the machine"


def share(others):
    return f"{100 * statistics.median(others):.0f} % (at most {100 * max(others):.0f} %)" if others else "an unknown part"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown CPU")
    versions = [subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().splitlines()[:1]
                for command in (["dpkg-query", "-W", "-f", "collectd ${Version}", "collectd-core"],
                                ["dpkg-query", "-W", "-f", "gunicorn ${Version}", "gunicorn"])]
    return ", ".join([f"{os.cpu_count()} x {model}", f"Linux {os.uname().release}", *(v[0] for v in versions if v)])


def busy():
    """How much others use of the machine now, in words."""
    from calm import Others
    others = Others()
    select.select([], [], [], 2)
    return f"others use {100 * others.share():.0f} % of it now, load {os.getloadavg()[0]:.1f}"


def main():
    options = argparse.ArgumentParser(description="Load figures as ratios against baselines measured in the same run.")
    options.add_argument("--write", action="store_true", help="write the table to tests/bench/results.md")
    options.add_argument("--quick", action="store_true", help="short rounds and few legs: to see that it works, not how fast")
    options.add_argument("--only", help="figures to measure, separated by commas: ab,c,transports,d,e,fg,h,i,j,k")
    options.add_argument("--patience", type=float, help="seconds to wait in each figure for other work to end (120)")
    options.add_argument("--realtime", action="store_true",
                         help="for a machine that will not be quiet: receivers and load before everything else, and no waiting (root)")
    options.add_argument("--folder", help="where ledgers and baselines are kept while it runs; the disk that is measured")
    chosen = options.parse_args()
    run = QUICK if chosen.quick else Run()
    if chosen.realtime:
        run.patience = 0
    run.patience = run.patience if chosen.patience is None else chosen.patience

    os.environ["UCM_BENCH_FOLDER"] = tempfile.mkdtemp(prefix="ucm-bench-", dir=chosen.folder)
    sys.path.insert(0, HERE)
    from figures import FIGURES  # which need the folder
    from table import as_markdown, as_text
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    head = f"{machine()}; {busy()}; {go_first(chosen.realtime)}; {run.rounds} rounds of {run.round_ms / 1000:g} s"
    print(head, flush=True)
    rows, others = [], []
    try:
        for name in (chosen.only.split(",") if chosen.only else FIGURES):
            began, run.waited, run.others = time.monotonic(), 0, []
            found = FIGURES[name](run)
            rows += found
            others += run.others
            print(f"\n{as_text(found)}\n({time.monotonic() - began:.0f} s, {run.waited:.0f} s of them waiting for quiet; "
                  f"others had {share(run.others)} of the machine)", flush=True)
    finally:
        shutil.rmtree(os.environ["UCM_BENCH_FOLDER"], ignore_errors=True)
    print(f"\n{as_text(rows)}")
    if chosen.write:
        with open(os.path.join(HERE, "results.md"), "w", encoding="utf-8") as file:
            file.write(f"# Last run\n\n{time.strftime('%Y-%m-%d')}; {head}; of the machine's "
                       f"CPU time others had {share(others)}.\n\nIn brackets: the spread over the rounds.\n\n"
                       f"{as_markdown(rows)}\n")
    short = [row for row in rows if row.holds is False]
    print(f"\n{len(rows) - len(short)} rows stand, {len(short)} fall short")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
