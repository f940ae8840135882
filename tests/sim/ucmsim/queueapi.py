"""queueapi: what happened in the queues, worked out from the records of the PBX."""

import hashlib
import json
import re
from collections import Counter
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from .cdrapi import Invalid
from .zone import wall

TYPES = ("overview", "calldetail", "pausedhistory")
_QUEUE = re.compile(r"QUEUE\[(.*)\]")


def attempts(legs):
    """One row for each leg that a queue made: an attempt to bring a caller to an agent. All of them tell when the caller
    came to the queue, and how long he has waited since."""
    came = {}
    for leg in legs:
        if found := _QUEUE.fullmatch(leg.get("action_type", "")):
            queue, talk = found[1], int(leg["billsec"])
            since = came.setdefault(queue, leg["start"])
            waited = wall(leg["start"]) - wall(since) + int(leg["duration"]) - talk
            yield {"callernum": leg["src"], "start_time": since, "extension": queue, "wait_time": str(max(0, waited)),
                   "talk_time": str(talk), "agent": leg["dstchannel_ext"] if leg["lastapp"] == "Dial" else "NONE",
                   "connect": "yes" if leg["disposition"] == "ANSWERED" else "no", "queuechairman": ""}


def _chosen(text, share):
    """The same ones every time."""
    return hashlib.sha1(text.encode()).digest()[0] < 256 * share


class QueueApi:
    """`repeated`: the share of calldetail rows that come twice, exactly alike. `pauses`: rows of pausedhistory."""

    def __init__(self, store, repeated=0.22):
        self.store, self.repeated, self.pauses = store, repeated, []

    def answer(self, asked):
        """(content type, bytes); Invalid for -1."""
        form, kind = asked.get("format", "").lower() or "xml", asked.get("statisticsType", "").lower() or "overview"
        if kind not in TYPES or form not in ("xml", "json", "csv"):
            raise Invalid("statisticsType")
        rows = {"overview": self._overview, "calldetail": self._detail, "pausedhistory": self._paused}[kind](asked)
        return WRITERS[form](rows)

    def _rows(self, asked):
        first, last = (self._day(asked.get(name, "")) for name in ("startTime", "endTime"))
        groups = self.store.between(first, None if last is None else last + 86_399)
        rows = [row for _, legs in groups for row in attempts(legs)]
        return [row for row in rows if all(asked.get(name, "") in ("", row[member])
                                           for name, member in (("queue", "extension"), ("agent", "agent")))]

    def _day(self, text):
        if not text:
            return None
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise Invalid("startTime")
        moment = datetime.fromisoformat(text)
        return wall(moment) if self.store.clock == "wall" else self.store.key_of_local(moment)

    def _detail(self, asked):
        made = []
        for row in self._rows(asked):
            made += [("agent", row)] * (2 if _chosen("".join(row.values()), self.repeated) else 1)
        return made

    def _overview(self, asked):
        calls, answered, waits, talks = Counter(), Counter(), Counter(), Counter()
        last = {(row["extension"], row["callernum"], row["start_time"]): row for row in self._rows(asked)}
        for (queue, _, _), row in last.items():
            calls[queue] += 1
            answered[queue] += row["connect"] == "yes"
            waits[queue] += int(row["wait_time"])
            talks[queue] += int(row["talk_time"])
        return [("queue", _summary(queue, calls[queue], answered[queue], waits[queue], talks[queue])) for queue in sorted(calls)]

    def _paused(self, asked):
        return [("agent", row) for row in self.pauses if asked.get("agent", "") in ("", row["agent"])]

    def pause(self, agent, since, until="-", reason=""):
        self.pauses.append({"agent": agent, "pause_data": since, "unpause_data": until, "pause_reason": reason})


def _summary(queue, calls, answered, waited, talked):
    def share(part):
        return f"{100 * part / calls:.2f}%" if calls else "0.00%"
    abandoned = max(0, calls - answered)
    return {"queuechairman": "", "queue": queue, "total_calls": str(calls), "answered_calls": str(answered),
            "answered_rate": share(answered), "abandoned_calls": str(abandoned), "abandoned_rate": share(abandoned), "avg_wait": str(waited // max(1, calls)),
            "avg_talk": str(talked // max(1, answered)), "vq_total_calls": "0", "sla_rate": "0.00%", "vq_sla_rate": "0.00%",
            "transfer_out_calls": "0", "transfer_out_rate": "0.00%"}


# -- spellings

def _json(rows):
    return "application/json; charset=UTF-8", json.dumps({"queue_statistics": [{kind: row} for kind, row in rows]}).encode()


def _xml(rows):
    def element(name, inside):
        return f"<{name}>{inside}</{name}>"
    cells = (element(kind, "".join(element(name, escape(value)) for name, value in row.items())) for kind, row in rows)
    return "text/xml", ('<?xml version="1.0" encoding="UTF-8"?>\n' + element("root_statistics", "".join(cells))).encode()


def _csv(rows):
    lines = [",".join(rows[0][1])] if rows else []
    return "text/csv", "".join(line + "\n" for line in lines + [",".join(row.values()) for _, row in rows]).encode()


WRITERS = {"json": _json, "xml": _xml, "csv": _csv}


def day(epoch, where, days=0):
    """ "2026-01-26" of the PBX's local time. """
    return (datetime.fromtimestamp(epoch, where) + timedelta(days=days)).strftime("%Y-%m-%d")
