"""Worked examples: a folder holds `legs.json` as a UCM pushes them, `settings` (lines of a key and its value), `about`, and
`expected`: a line for each value that is neither 0 nor unknown, as "scope type-instance value"."""

import json
import re
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path

from .calls import Rules, calls_of
from .legs import each_once
from .levels import levels
from .totals import totals

FLAGS = {"extensions", "dids", "accounts"}
# Seconds, except `zone`, which is a name and stands instead of `offset`, and `formula`.
VALUES = {"now", "offset", "zone", "formula", "arrival"}


def records_in(value):
    """The legs of a document at any depth: an object without a summary that only repeats the legs beside it."""
    if isinstance(value, list):
        return [leg for item in value for leg in records_in(item)]
    inner = {name: part for name, part in value.items() if isinstance(part, (dict, list))}
    if not inner:
        return [value] if value else []
    if any(re.fullmatch(r"sub_cdr_\d+", name) for name in inner):
        inner.pop("main_cdr", None)
    return [leg for part in inner.values() for leg in records_in(part)]


@dataclass
class Example:
    records: list
    rules: Rules
    now: int
    capacities: dict = field(default_factory=dict)


def settings_of(path):
    """({key: value}, {trunk: capacity}); "capacity NAME N" may stand several times, and NAME may hold blanks."""
    values, capacities = {}, {}
    for line in path.read_text().splitlines() if path.exists() else ():
        key, value = line.split(" ", 1)
        if key == "capacity":
            trunk, most = value.rsplit(" ", 1)
            capacities[trunk] = int(most)
        elif key in FLAGS:
            values[key] = value == "true"
        elif key in VALUES:
            values[key] = value if key in ("zone", "formula") else int(value)
        else:
            raise ValueError(f"{path}: nothing is called {key}")
    return values, capacities


def read(folder):
    folder = Path(folder)
    values, capacities = settings_of(folder / "settings")
    now = values.pop("now", None)
    if "zone" in values:
        values["offset"] = values.pop("zone")
    # As text, so that 1770044400.10 is not 1770044400.1.
    records = records_in(json.loads((folder / "legs.json").read_text(), parse_float=str, parse_int=str))
    rules = Rules(**{"arrival": now or 0, **values})
    return Example(records, rules, now or 60 + max(call.end for call in calls_of(each_once(records), rules)), capacities)


def lines_of(folder):
    """What `expected` has to say."""
    example = read(folder)
    counters = totals(example.records, True, example.capacities, example.rules)
    windows = levels(example.records, example.now, example.capacities, example.rules)
    lines = [f"{scope} {name} {value}" for scope, row in counters.items() for name, value in row.items() if value]
    lines += [f"{scope} {name} {value:.3f}" for scope, row in windows.items() for name, value in row.items()
              if value and not isnan(value)]
    return sorted(lines)
