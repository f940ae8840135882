"""cdrapi: its parameters, which both APIs share, and the page of records that it answers with."""

import re
from datetime import datetime

from .grouping import Shape
from .records import FIELDS, json_of, xml_of

MOST = 1000
NAMES = "format numrecords offset caller callee answeredby starttime endtime mindur maxdur timefiltertype".split()

_DATE, _TIME = r"(\d{4})-(\d\d)-(\d\d)", r"(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?"
_MOMENT = re.compile(rf"(?:{_DATE})?(?:(?(1)T){_TIME})?(Z|[+-]\d\d:?\d\d)?")


class Invalid(ValueError):
    """A parameter that is none: -1 of the new API."""


class Silent(ValueError):
    """What the PBX takes without a word and answers with an empty list."""


def key_of(text, store):
    """A moment of a request by the clock that the records are ordered by. A blank in place of the T is no moment."""
    if text == "now":
        return store.key_of_instant(store.now())
    if text.isdigit():
        return store.key_of_instant(int(text))
    found = _MOMENT.fullmatch(text)
    if not text or not found:
        raise Silent(text)
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        moment = datetime(int(year or 2000), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError as problem:
        raise Silent(text) from problem
    if not offset:
        return store.key_of_local(moment)
    zoned = datetime.fromisoformat(moment.isoformat() + ("+00:00" if offset == "Z" else offset))
    return store.key_of_instant(zoned.timestamp())


def matcher(wanted):
    """Of "5300,5302-5304,_4@": a list of numbers, ranges and patterns, `@` for any and `_` for one character."""
    tests = []
    for part in wanted.split(","):
        if found := re.fullmatch(r"(\d+)-(\d+)", part):
            low, high = int(found[1]), int(found[2])
            tests.append(lambda n, low=low, high=high: n.isdigit() and low <= int(n) <= high)
        else:
            pattern = re.compile("".join({"@": ".*", "_": "."}.get(c, re.escape(c)) for c in part))
            tests.append(lambda n, pattern=pattern: bool(pattern.fullmatch(n)))
    return lambda number: any(test(number) for test in tests)


def _number(asked, name, otherwise):
    text = asked.get(name, "")
    if not text:
        return otherwise
    if not text.isdigit():
        raise Invalid(name)
    return int(text)


# Nobody has published a CSV of sessions. rows: a leg is a row, and rows are what `offset` counts. marked: a first column
# `cdr` says main_cdr, sub_cdr_N or the session, and sessions are counted. groups: as rows, but sessions are counted.
CSVS = ("rows", "marked", "groups")


class CdrApi:
    """`firmware`: which fields it knows. `page_cap`: the most items it gives in one answer, whatever was asked for. `csv`: of
    CSVS; a firmware with 22 fields has rows."""

    def __init__(self, store, firmware="gen1", page_cap=MOST, csv="rows"):
        if csv not in CSVS:
            raise ValueError(csv)
        self.store, self.firmware, self.page_cap, self.csv = store, firmware, page_cap, csv
        self.shape = Shape("flat" if firmware == "gen0" else "right")
        self.root = "cdr" if firmware == "gen0" else "cdr_root"

    # -- new API: (content type, bytes); Invalid for -1

    def answer(self, asked):
        asked = {name.lower(): str(value) for name, value in asked.items()}
        form = asked.get("format", "").lower() or "csv"
        if form not in WRITERS:
            raise Invalid("format")
        try:
            items = self.items(asked, form)
        except Silent:
            items = []
        return self.written(items, form)

    def written(self, items, form):
        kind, writer = WRITERS[form]
        return kind, writer(items, self).encode("utf-8", "surrogateescape")

    # -- the page

    def items(self, asked, form):
        count = min(_number(asked, "numrecords", MOST), MOST, self.page_cap)
        shape = Shape("flat") if form == "csv" and self.csv == "rows" else self.shape
        return shape.items(_number(asked, "offset", 0), count, self._fetch(asked), self.firmware)

    def _fetch(self, asked):
        first, last = (key_of(asked[name], self.store) if asked.get(name) else None for name in ("starttime", "endtime"))
        by_end = asked.get("timefiltertype", "").lower() == "end"
        tests = self._tests(asked)
        if not tests and not by_end:
            return lambda offset, count: self.store.page(first, last, offset, 10**9 if count is None else count)

        def chosen(offset, count):
            groups = self.store.between(*((None, None) if by_end else (first, last)))
            kept = [group for group in groups if (not by_end or self._ended(group[1], first, last))
                    and all(any(test(leg) for leg in group[1]) for test in tests)]
            return kept[offset:None if count is None else offset + count]
        return chosen

    def _ended(self, legs, first, last):
        """A leg without an end matches no range."""
        ends = [self.store.key_of_local(datetime.fromisoformat(leg["end"])) for leg in legs if leg.get("end")]
        return any((first is None or first <= end) and (last is None or end <= last) for end in ends)

    def _tests(self, asked):
        tests = []
        for name, field in (("caller", "src"), ("callee", "dst"), ("answeredby", "dstanswer")):
            if asked.get(name):
                fits = matcher(asked[name])
                tests.append(lambda leg, fits=fits, field=field: fits(leg.get(field, "")))
        least, most = _number(asked, "mindur", None), _number(asked, "maxdur", None)
        if least is not None:
            tests.append(lambda leg: int(leg.get("billsec") or 0) >= least)
        if most is not None:
            tests.append(lambda leg: int(leg.get("billsec") or 0) <= most)
        return tests


# -- spellings

def legs_in(one):
    subs = [value for name, value in one.items() if name.startswith("sub_cdr_")]
    return subs or ([one["main_cdr"]] if "main_cdr" in one else [one] if one else [])


def _json_item(one):
    if "main_cdr" not in one:
        return json_of(one)
    return "{ " + ", ".join(f'"{name}": ' + (json_of(value) if isinstance(value, dict) else json_of({"": value})[6:-2])
                            for name, value in one.items()) + " }"


def json_list(items, api):
    return f'{{ "{api.root}": [ ' + ", ".join(map(_json_item, items)) + " ] }"


def csv_list(items, api):
    """As the UCM does: nothing is quoted and no quote is doubled."""
    names = (["cdr"] if api.csv == "marked" else []) + FIELDS[api.firmware]
    rows = [",".join(leg.get(name, "") for name in names) for one in items for leg in _rows(one, api.csv == "marked")]
    return "".join(row + "\n" for row in [",".join(names)] + rows)


def _rows(one, marked):
    if not marked or "main_cdr" not in one:
        return legs_in(one)
    return [{"cdr": name, **value} for name, value in one.items() if isinstance(value, dict)]


def xml_list(items, api):
    """No XML of a UCM has been published: <cdr> elements in a container, with nested ones for the legs of a session."""
    def element(one):
        if "main_cdr" not in one:
            return xml_of(one, False)
        inner = "".join(xml_of(value, False, (name,)) for name, value in one.items() if isinstance(value, dict))
        return f"<cdr>{inner}</cdr>"
    root = "root" if api.root == "cdr" else api.root
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>' + "".join(element(one) for one in items if one) + f"</{root}>\n"


WRITERS = {"json": ("application/json; charset=UTF-8", json_list), "csv": ("text/csv", csv_list), "xml": ("text/xml", xml_list)}
