"""The baseline: what a site would write itself. Flask takes the JSON apart and commits each record to SQLite."""

import json
import os
import sqlite3
import threading
from contextlib import closing

from flask import Flask, request

COLUMNS = ("AcctId src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec disposition "
           "amaflags uniqueid userfield channel_ext dstchannel_ext service caller_name recordfiles dstanswer session "
           "action_owner action_type src_trunk_name dst_trunk_name new_src reason sn").split()
INSERT = (f"INSERT OR IGNORE INTO legs ({', '.join(c + '_' for c in COLUMNS)}) "
          f"VALUES ({', '.join('?' for _ in COLUMNS)})")

app = Flask(__name__)
_local = threading.local()


def _open(journal):
    made = sqlite3.connect(os.environ["UCM_BENCH_DATABASE"], timeout=60, isolation_level=None)
    made.execute(f"PRAGMA journal_mode={journal}")
    made.execute("PRAGMA synchronous=FULL")
    made.execute(f"CREATE TABLE IF NOT EXISTS legs (id INTEGER PRIMARY KEY, {', '.join(c + '_ TEXT' for c in COLUMNS)}, "
                 "UNIQUE (start_, uniqueid_, channel_, dstchannel_, dst_, lastapp_, disposition_, duration_, billsec_))")
    return made


def _database():
    """One connection for each thread of each worker, kept open."""
    if not hasattr(_local, "database"):
        _local.database = _open("WAL")
    return _local.database


@app.post("/cdr")
def cdr():
    record = json.loads(request.get_data())
    _database().execute(INSERT, [record.get(name, "") for name in COLUMNS])
    return "kept\n"


@app.post("/as-in-guides")
def as_in_guides():
    """SQLite as it comes: opened for each request, with a rollback journal."""
    record = json.loads(request.get_data())
    with closing(_open("DELETE")) as database:
        database.execute(INSERT, [record.get(name, "") for name in COLUMNS])
    return "kept\n"
