"""The command line of the simulated PBX."""

import argparse
import json
import signal
import sys
import threading
import time

from . import servers
from .away import FULL, KEPT
from .pbx import DEFAULT_EPOCH, Pbx
from .push import BETWEEN, Route
from .records import FIELDS, FORMATS
from .run import Simulation


def options():
    parser = argparse.ArgumentParser(prog="sim", description="A simulated Grandstream UCM: invents calls, pushes their records, knows "
                                     "the exact totals it caused.", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add("--target", action="append", default=[], help="tcp://, http:// or https:// URL; may be repeated: calls take turns")
    add("--format", default="json", help=f"of {', '.join(FORMATS)}; several separated by commas are mixed")
    add("--calls", type=int, default=0, help="how many; 0 for no end but --seconds or a signal")
    add("--rate", type=float, default=0, help="calls a second; 0 is as fast as the receiver takes them")
    add("--seconds", type=float, default=0, help="stop making calls after this long")
    add("--day", action="store_true", help="a whole day of --calls calls, busy hour included, within --seconds")
    add("--seed", type=int, default=1)
    add("--pbx", action="append", metavar="NAME=ADDRESS[,SERIAL]", help="one more PBX, in place of --name, --from and --serial")
    add("--name", default="hq", help="of the PBX, in the totals")
    add("--from", dest="address", default="", help="source address")
    add("--serial", default="20EXAMPLE0001")
    add("--firmware", choices=FIELDS, default="push", help="which fields it sends")
    add("--now", action="store_true", help="calls begin today; else on a fixed day, so that a seed gives the same records")
    add("--auth", choices=("none", "basic", "digest", "digest-kept"), help="default: digest with --user, else none")
    add("--user", default="")
    add("--password-file")
    add("--cacert", help="trust this certificate")
    add("--insecure", action="store_true", help="trust any certificate")
    add("--between", choices=BETWEEN, default="newline", help="tcp: what follows a record")
    add("--together", type=int, default=1, help="tcp: records of one connection")
    add("--packet", type=int, default=0, help="tcp: cut into random pieces of at most so many bytes")
    add("--connections", type=int, default=1, help="of each PBX to each target in each format")
    add("--duplicates", type=float, default=0, metavar="SHARE", help="of the records that are sent a second time")
    add("--keep", type=int, default=KEPT, help="records kept while the receiver is away, for each connection")
    add("--when-full", choices=FULL, help="what gives way beyond --keep; default: oldest when paced, else wait")
    add("--retry", type=float, default=0.5, help="seconds until a record that was not taken is tried again")
    add("--patience", type=float, default=30, help="seconds to go on delivering after the last call")
    add("--totals", metavar="FILE", help="write the totals and what was sent as JSON")
    add("--print", action="store_true", help="print the totals")
    add("--zone", help="the PBX's local time: +02:00 or America/Chicago")
    servers.options(parser)
    return parser


def pbxes_of(o):
    named = [pbx.partition("=")[::2] for pbx in o.pbx or [f"{o.name}={o.address},{o.serial}"]]
    made = []
    for number, (name, rest) in enumerate(named):
        address, _, serial = rest.partition(",")
        made.append(Pbx(name, serial or f"{o.serial[:-2]}{number + 1:02d}", address or None, o.seed,
                        int(time.time()) if o.now else DEFAULT_EPOCH, firmware=o.firmware, zone=o.zone))
    return made


def routes_of(o):
    password = ""
    if o.password_file:
        with open(o.password_file, encoding="utf-8") as file:
            password = file.read().rstrip("\r\n")
    auth = o.auth or ("digest" if o.user else "none")
    return [Route(target, form, auth, o.user, password, o.cacert, not o.insecure, o.between, o.together, o.packet)
            for target in o.target for form in o.format.split(",") for _ in range(o.connections)]


def table(totals):
    for pbx, scopes in totals.items():
        for scope, values in scopes.items():
            yield f"{pbx}/{scope}"
            yield from (f"  {name:32} {value}" for name, value in values.items())


def main(arguments=None):
    parser = options()
    o = parser.parse_args(arguments)
    if unknown := set(o.format.split(",")) - set(FORMATS):
        parser.error(f"no such format: {', '.join(unknown)}")
    if o.day and not (o.calls and o.seconds):
        parser.error("--day needs --calls and --seconds")
    asked = o.api is not None or o.legacy is not None
    if not o.target and not asked:
        parser.error("nowhere to go: --target, --api or --legacy")
    run = Simulation(pbxes_of(o), routes_of(o), o.calls, o.rate, o.seconds, o.day, o.seed, o.duplicates, o.keep, o.when_full, o.retry,
                     push_share=o.push_share)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: (run.stop(), ended.set()))
    with servers.open_all(o, run, lambda: (run.stop(), ended.set())):
        run.start()
        while run.maker.is_alive() and not ended.is_set():
            run.maker.join(0.5)
        whole = run.finish(o.patience) and not run.stats()["waiting"]
        if asked:  # it can still be asked for its records
            write_totals(o, run)
            ended.wait()
    if not whole:
        run.stop()
    stats = run.stats()
    totals = write_totals(o, run)
    if o.print:
        print("\n".join(table(totals)))
    print(json.dumps(stats), file=sys.stderr)
    return 0 if whole else 1


def write_totals(o, run):
    totals = run.totals()
    if o.totals:
        with open(o.totals, "w", encoding="utf-8") as file:
            json.dump({"totals": totals, "sent": run.stats()}, file, indent=1)
    return totals
