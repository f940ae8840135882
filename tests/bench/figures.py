"""The figures, one function each. Each gives rows of the table; what is compared is measured in turns, in one run."""

import contextlib
import os
import socket
import statistics

from calm import Others, rounds, wait_for_quiet
from polling import pages, polling
from stage import TIMED_PLUGIN, Bare, Bench, Flask, blocks, config, disk, until
from table import fact_row, limit_row, ratio_row
from valuing import values

MANY = {"connections": 64}
ENOUGH = 200_000  # prepared for a round that is ended by time


def durable_push(run):
    """(a) and (b)."""
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(Bench(blocks()))
        bare = stack.enter_context(Bare())
        receivers = {name: stack.enter_context(flask) for name, flask in (
            ("gthread, 32 threads", Flask("gthread", "-k", "gthread", "--threads", "32")),
            ("sync", Flask("sync", "-k", "sync")),
            ("sync, SQLite opened for each request with its defaults", Flask("guide", "-k", "sync", path="/as-in-guides")))}

        def durable():
            rate = ours.push(**MANY, records=ENOUGH, milliseconds=run.round_ms)["rate"]
            ours.settled()
            return rate

        def pushed(receiver, records):
            return lambda: receiver.push(**MANY, records=records, milliseconds=run.round_ms)["rate"]
        ours.push(**MANY, records=5_000)
        ours.settled()
        kept, left_out, *others = rounds(run, [durable, pushed(bare, ENOUGH), *(pushed(r, 20_000) for r in receivers.values())])
    ranked = sorted(zip(others, receivers), key=lambda one: -statistics.median(one[0]))
    flask = "a. durable HTTP push, 64 connections, against Flask + SQLite under gunicorn"
    return [ratio_row(f"{flask} ({ranked[0][1]}: its best)", "/s", kept, ranked[0][0], least=8),
            *(ratio_row(f"a. the same ({name})", "/s", kept, rates) for rates, name in ranked[1:]),
            ratio_row("b. the same, against our server with the ledger left out", "/s", kept, left_out, least=0.6)]


def one_connection(run):
    """(c), the disk."""
    with Bench(blocks()) as ours:
        def durable():
            rate = ours.push(connections=1, records=60_000, milliseconds=run.round_ms)["rate"]
            ours.settled()
            return rate
        ours.push(connections=1, records=1_000)
        ours.settled()
        kept, synced = rounds(run, [durable, lambda: disk(run.round_ms)["rate"]])
    return [ratio_row("c. one connection, record after record, against fdatasync of 4 KiB appended", "/s", kept, synced, least=0.5)]


def transports(run):
    """(c), HTTPS and TCP against HTTP; the same number of records, until the last is committed."""
    count = run.round_ms * 12

    with Bench(blocks(schemes=("http", "https", "tcp"))) as ours:
        def rate(scheme):
            def measure():
                began = ours.push(scheme, **MANY, records=count)
                done = ours.kept_at() if scheme == "tcp" else began["began"] + began["seconds"]
                ours.settled()
                return began["answered"] / (done - began["began"])
            return measure
        for scheme in ("http", "https", "tcp"):
            ours.push(scheme, **MANY, records=2_000)
        ours.settled()
        http, https, tcp = rounds(run, [rate("http"), rate("https"), rate("tcp")])
    return [ratio_row("c. HTTPS against HTTP, 64 connections", "/s", https, http, least=0.85),
            ratio_row("c. TCP against HTTP, 64 connections, until committed", "/s", tcp, http, least=1)]


def bursts(run):
    """(d)"""
    rows = []
    for title, scheme in (("HTTP", "http"), ("TCP", "tcp")):
        with Bench(blocks(schemes=(scheme,))) as ours:
            rows.append(_burst(run, ours, f"d. 10,000 buffered records of one PBX, one {title} connection", scheme,
                               connections=1, records=10_000))
    pbxes = [config.pbx(f"pbx{n:04}", From=f"127.1.{n // 250}.{n % 250 + 1}") for n in range(1000)]
    for title, scheme in (("HTTP", "http"), ("TCP", "tcp")):
        with Bench(blocks(*pbxes, schemes=(scheme,), MaxConnections=1100, MaxConnectionsPerSender=1100)) as ours:
            rows.append(_burst(run, ours, f"d. 1,000 PBXes with 10 records each, {title}", scheme,
                               connections=1000, sources=1000, share=1, records=10_000))
    return rows


def _burst(run, ours, figure, scheme, **words):
    wait_for_quiet(run)
    before = ours.memory_kib()
    ours.forget_peak()
    pushed = ours.push(scheme, **words)
    took = ours.kept_at() - pushed["began"]
    peak = ours.memory_kib("VmHWM")
    accepted = ours.accepted()
    return fact_row(figure, f"{took:.2f} s, {accepted:,} legs, peak {peak / 1024:.1f} MiB (from {before / 1024:.1f})",
                    f"{ours.sent:,} sent", accepted == ours.sent, "nothing lost")


def read_callback(run):
    """(e) In the real daemon, through a clock around the callback; see timed_read.cc."""
    rows = []
    for series, most_ms in ((500, 1), (5000, 10)):
        path = os.path.join(os.environ["UCM_BENCH_FOLDER"], f"reads{series}")
        text = blocks(config.pbx("hq", MaxSeries=series))
        with Bench(text, interval=run.read_interval, plugin_dir=TIMED_PLUGIN, environment={"UCM_BENCH_READS": path}) as ours:
            ours.push(**MANY, records=20 * series, trunks=series)
            ours.settled()
            given = len(ours.control.metrics())
            wait_for_quiet(run)
            others, skip = Others(), len(_lines(path)) + 2
            until(lambda: len(_lines(path)) >= skip + run.reads, f"{run.reads} reads", 300, 0.2)
            run.others.append(others.share())
            quiet, used = (sorted(column) for column in zip(*_lines(path)[skip:]))
            skip = len(_lines(path))
            while len(_lines(path)) < skip + 20:
                ours.push(**MANY, records=ENOUGH, milliseconds=2000, trunks=series)
            busy, _ = (sorted(column) for column in zip(*_lines(path)[skip:]))
        rows.append(limit_row(f"e. read callback with {given:,} series, median of {len(quiet)} (99 % within {_high(quiet):.2f} ms; "
                              f"CPU time of its thread {statistics.median(used):.2f} ms)", statistics.median(quiet), "ms", most_ms))
        rows.append(fact_row(f"e. the same while 64 connections push (all {len(busy)} within {busy[-1]:.2f} ms)",
                             f"{statistics.median(busy):.2f} ms"))
    return rows


def _high(ordered):
    return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]


def _lines(path):
    try:
        with open(path, encoding="ascii") as file:
            return [tuple(int(word) / 1e6 for word in line.split()) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


def memory_and_growth(run):
    """(f) and (g): the same two agents."""
    with Bench("", plugin=False, interval=1) as without:
        alone = without.resting_kib()
    with Bench(blocks(), interval=1) as idle:
        at_rest = idle.resting_kib()
    rows = [limit_row(f"f. resident memory that the plugin adds, idle (collectd alone {alone / 1024:.1f} MiB)",
                      (at_rest - alone) / 1024, "MiB", 16)]
    with Bench(blocks()) as small, Bench(blocks(), interval=1) as large:
        small.push(**MANY, records=10_000)
        while large.sent < run.many_legs:
            large.push(**MANY, records=min(100_000, run.many_legs - large.sent))
        for agent in (small, large):
            agent.settled(600)
        full = large.resting_kib()
        rows.append(limit_row(f"f. the same with {large.accepted():,} legs stored, all of them pushed", (full - alone) / 1024, "MiB", 32))

        def cost(agent):
            def measure():
                pushed = agent.push(**MANY, records=5_000)
                agent.settled()
                return 1e6 * pushed["seconds"] / pushed["answered"]
            return measure
        after, before = rounds(run, [cost(large), cost(small)], run.rounds + 2)
        rows.append(ratio_row(f"g. cost of a push with {run.many_legs:,} legs stored, against 10,000", "us", after, before, most=1.3))
    return rows


def stopping(run):
    """(k): from SIGTERM to the end, with senders that are in the middle of a request and others that only wait."""
    def held(plugin):
        def measure():
            with contextlib.ExitStack() as stack:
                agent = stack.enter_context(Bench(blocks(RequestTimeout=600, IdleTimeout=600), plugin=plugin))
                if not plugin:
                    until(lambda: "Initialization complete" in agent.log(), "collectd is up")
                    return agent.stop()
                agent.push(**MANY, records=2_000)
                port = int(agent.url("http://127.0.0.1:0").rsplit(":", 1)[1])
                for n in range(32):
                    line = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                    line.sendall(b"POST /cdr HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n{" if n % 2 else b"")
                return agent.stop()
        return measure
    ours, alone = rounds(run, [held(True), held(False)], run.rounds + 4)
    more = statistics.median(ours) - statistics.median(alone)
    return [limit_row("k. stop with 32 clients in the middle of something, more than collectd alone takes", more, "s", 0.8)]


FIGURES = {"ab": durable_push, "c": one_connection, "transports": transports, "d": bursts, "e": read_callback,
           "fg": memory_and_growth, "h": pages, "i": polling, "j": values, "k": stopping}
