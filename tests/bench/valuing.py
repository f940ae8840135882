"""Figure (j): what all values together cost, beside counting alone."""

import json
import os
import subprocess
import tempfile

from calm import rounds
from stage import TOOLS
from table import limit_row, ratio_row

SERIES = 5_000


def values(run):
    found = rounds(run, [lambda: _counting(tempfile.mkdtemp(dir=os.environ["UCM_BENCH_FOLDER"]), run.round_ms)])[0]
    whole = [one["whole_us"] for one in found]
    alone = [one["whole_us"] - one["full_us"] + one["plain_us"] for one in found]
    book = _counting("-", SERIES)
    return [ratio_row("j. a record from the ledger's door to the commit of its call, with all values, against legs, outcome, talk and "
                      "wait alone", "us", whole, alone, most=1.15),
            limit_row(f"j. memory of one PBX's {book['series']:,} values with a day of 50,000 calls", book["kib"] / 1024, "MiB", 16),
            limit_row(f"j. working out the last hour and day of {book['series']:,} values, for a snapshot", book["show_us"] / 1000, "ms", 1)]


def _counting(where, number):
    command = [os.path.join(TOOLS, "bench_counting"), where, str(number)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
