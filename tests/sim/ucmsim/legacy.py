"""The old HTTPS API of a UCM (GET on port 8443): cdrapi, recapi, queueapi and pmsapi, silent about what is wrong with a request."""

import re
from urllib.parse import unquote_plus

from .cdrapi import MOST, NAMES, CdrApi, Invalid, Silent
from .counts import Counts
from .faults import Faults
from .legacy_access import Gate
from .message import Reply
from .queueapi import QueueApi
from .recapi import Recordings
from .server import Server
from .spoil import PAGE

_ALLOWED = re.compile(r"[\w.,:@+\- /\[\]]+")
_MANY = ("caller", "callee")  # those that may be given more than once
LONGEST_NAME = 256


def parameters_of(query):
    """(as given, what is wrong with them or None): nothing may be empty, unknown or given twice."""
    found, wrong = {}, None
    for part in query.split("&") if query else []:
        name, _, value = part.partition("=")
        name, value = unquote_plus(name).lower(), unquote_plus(value)
        if name in found and name in _MANY:
            value = f"{found[name]},{value}"
        elif name in found:
            wrong = wrong or f"{name} twice"
        if not name or not value:
            wrong = wrong or f"{name} empty"
        elif not _ALLOWED.fullmatch(value):
            wrong = wrong or f"{name} has bad characters"
        found[name] = value
    return found, wrong


class LegacyDesk:
    """`csv_only`: a firmware that knows no other format, whatever is asked for. `csv`: of cdrapi.CSVS. `empty_bodies`: a list
    without records is no byte at all."""

    def __init__(self, pbx, firmware="gen1", page_cap=MOST, csv="rows", csv_only=False, empty_bodies=False,
                 **gate):
        self.pbx, self.counts, self.faults = pbx, Counts(), Faults()
        self.gate = Gate(self.counts, **gate)
        self.state = pbx.state
        self.cdrapi, self.csv_only, self.empty_bodies = CdrApi(pbx.store, firmware, page_cap, csv), csv_only, empty_bodies
        self.queueapi, self.recordings, self.pms = QueueApi(pbx.store), Recordings(pbx.store), None
        self.complaints = []  # what a UCM would write to its log only
        self.own = {"cdrapi": self._cdrapi, "recapi": self._recapi, "queueapi": self._queueapi, "pmsapi": self._pmsapi}

    # -- of the server

    def action_of(self, request):
        request.asked, request.wrong = parameters_of(request.query)
        return request.path.strip("/") or "(none)", dict(request.asked), [f"client {request.client}"]

    def expire(self):
        self.gate.forget()

    def restarted(self):
        self.gate.forget()
        self.state.restarted()

    def status_reply(self, status, response):
        return Reply(500, f"{status}".encode())

    def answer(self, request, action, parameters):
        refused = self.gate.refusal(request)
        if refused:
            status, headers = refused
            return Reply(status, b"403 Forbidden" if status == 403 else b"401 Unauthorized", headers=headers)
        if action not in self.own:
            return Reply(404, PAGE)
        if request.method != "GET":
            return Reply(405, b"405 Method Not Allowed")
        return self.own[action](request)

    # -- what is asked

    def _cdrapi(self, request):
        asked, wrong = request.asked, request.wrong
        form = "csv" if self.csv_only else asked.get("format", "csv").lower()
        if form not in ("csv", "json", "xml"):
            form, wrong = "csv", wrong or "format"
        unknown = [name for name in asked if name not in NAMES]
        items = []
        try:
            if wrong or unknown:
                raise Silent(wrong or unknown[0])
            items = self.cdrapi.items(asked, form)
        except (Silent, Invalid) as problem:
            self.complaints.append(str(problem))
        kind, body = self.cdrapi.written(items, form)
        return Reply(200, b"" if self.empty_bodies and not items else body, kind)

    def _recapi(self, request):
        asked = request.asked
        if request.wrong or set(asked) - {"filedir", "filename"}:
            return _not_found()
        if not asked:
            return Reply(200, self.recordings.folders_csv().encode(), "text/csv")
        folder = asked.get("filedir", "monitor")
        if "filename" not in asked:
            return Reply(200, self.recordings.files_csv(folder).encode(), "text/csv")
        names = [name[:LONGEST_NAME] for name in asked["filename"].split("@") if " " not in name and ".." not in name]
        found = [data for name in names if (data := self.recordings.one(folder, name)) is not None]
        if not found:
            return _not_found()
        return Reply(200, found[0], "audio/x-wav") if len(found) == 1 else Reply(200, b"".join(found), "application/x-tar")

    def _queueapi(self, request):
        names = {"starttime": "startTime", "endtime": "endTime", "statisticstype": "statisticsType"}
        try:
            kind, body = self.queueapi.answer({names.get(name, name): value for name, value in request.asked.items()})
        except Invalid:
            return Reply(200, b'<?xml version="1.0" encoding="UTF-8"?>\n<root_statistics></root_statistics>', "text/xml")
        return Reply(200, body, kind)

    def _pmsapi(self, request):
        return Reply(200, self.pms, "text/plain") if self.pms is not None else _not_found()


def _not_found():
    return Reply(404, b"<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>")


class LegacyServer(Server):
    def __init__(self, pbx, context, address="127.0.0.1", port=0, keep_alive=100, chunked=False, **desk):
        made = LegacyDesk(pbx, **desk)
        self.pbx, self.state, self.gate, self.complaints = pbx, made.state, made.gate, made.complaints
        self.cdrapi, self.queueapi, self.recordings = made.cdrapi, made.queueapi, made.recordings
        super().__init__(made, context, address, port, keep_alive, chunked)

    @property
    def url(self):
        return f"https://{self.address}:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
