"""The ledger as anybody may open it: read-only, by SQLite."""

import os
import sqlite3
from contextlib import closing

NAME = "ledger.db"


def ask(state, sql, *values):
    """Rows of one query."""
    with closing(sqlite3.connect(f"file:{os.path.join(state, NAME)}?mode=ro", uri=True, timeout=60)) as database:
        return database.execute(sql, values).fetchall()


def number(state, sql, *values):
    return ask(state, sql, *values)[0][0]


def counters(state):
    """{(PBX name, scope, "type-instance"): value}"""
    rows = ask(state, "SELECT p.name, c.scope, c.metric, c.value FROM counters c JOIN pbx p ON p.id = c.pbx")
    return {(pbx, scope, name): value for pbx, scope, name, value in rows}


def asides(state):
    """What was set aside, oldest first."""
    return sorted(name for name in os.listdir(state)
                  if name.startswith(NAME + ".") and not name.endswith(("-wal", "-shm")))
