"""The new HTTPS API of a UCM (POST /api): session by challenge and cookie, everything else by actions in JSON."""

import json
from urllib.parse import parse_qsl

from .actions import ACTIONS, Refused
from .cdrapi import MOST, CdrApi, Invalid
from .counts import Counts
from .faults import Faults
from .logins import COOKIE, NOT_PERMITTED, OK, Logins
from .message import Reply
from .queueapi import QueueApi
from .recapi import Recordings
from .server import Server
from .spoil import PAGE

JSON = "application/json; charset=UTF-8"
INVALID, NO_SUCH_ITEM, UNSUPPORTED = -1, -16, -19
SECRETS = ("token", "cookie", "password")


def envelope(status, response=None):
    body = {"response": {} if response is None else response, "status": status}
    return Reply(200, json.dumps(body, ensure_ascii=False).encode(), JSON, api_status=status)


class ApiDesk:
    """Answers requests. `missing_recording`: json or html. `pms`: the response of pmsapi, None for -1. `switched_on`: an API that
    is off answers 403 to everybody."""

    def __init__(self, pbx, user="cdrapi", password="cdrapi123", actions=None, addresses=None, cookie_life=600, firmware=None,
                 page_cap=MOST, **logins):
        self.pbx, self.counts, self.faults = pbx, Counts(), Faults()
        self.logins = Logins(self.counts, cookie_life, **logins)
        self.logins.user(user, password, actions, addresses)
        self.state = pbx.state
        self.cdrapi = CdrApi(pbx.store, firmware or ("gen3" if pbx.firmware == "push" else pbx.firmware), page_cap)
        self.queueapi, self.recordings = QueueApi(pbx.store), Recordings(pbx.store)
        self.missing_recording, self.pms, self.switched_on, self.forbidden_status = "json", None, True, 403
        self.own = {"ping": lambda asked: envelope(OK), "cdrapi": self._cdrapi, "queueapi": self._queueapi, "recapi": self._recapi,
                    "pmsapi": lambda asked: envelope(INVALID) if self.pms is None else envelope(OK, self.pms)}

    # -- of the server

    def action_of(self, request):
        asked = self._asked(request)
        action = str(asked.get("action", "")) or "(none)"
        marks = [f"client {request.client}"] + ([f"cookie {asked['cookie']}"] if asked.get("cookie") else [])
        request.asked = asked
        return action, {name: value for name, value in asked.items() if name not in SECRETS + ("action",)}, marks

    def expire(self):
        self.logins.expire()

    def restarted(self):
        self.logins.expire()
        self.state.restarted()

    def status_reply(self, status, response):
        return envelope(status, response)

    def answer(self, request, action, parameters):
        if not self.switched_on or request.client in self.logins.blacklist:
            self.counts.event("forbidden")
            return Reply(self.forbidden_status, b"403 Forbidden", "text/html")
        if request.path not in ("/api", "/api/", "/api/v1"):
            return Reply(404, b"<html><body>404 Not Found</body></html>")
        asked = request.asked
        if action == "challenge":
            return envelope(*self.logins.challenge(str(asked.get("user", "")), request.client))
        if action == "login":
            return envelope(*self.logins.login(str(asked.get("user", "")), str(asked.get("token", "")), request.client))
        if action == "(none)":
            return envelope(INVALID, {"error_msg": "Invalid parameters!"})
        user = self.logins.who(asked.get("cookie", ""))
        if user is None:
            return envelope(COOKIE)
        if action == "logout":
            return envelope(*self.logins.logout(asked["cookie"]))
        return self._granted(user, action, asked)

    # -- what is asked

    @staticmethod
    def _asked(request):
        if request.method == "GET":
            return dict(parse_qsl(request.query))
        try:
            asked = json.loads(request.body)["request"]
        except (ValueError, KeyError, TypeError):
            return {}
        return asked if isinstance(asked, dict) else {}

    def _granted(self, user, action, asked):
        if user.actions is not None and action != "ping" and action not in user.actions:
            self.counts.event("not_permitted")
            return envelope(NOT_PERMITTED)
        if action == "getSIPAccount":
            self.counts.event("passwords_read")
        try:
            if action in self.own:
                return self.own[action](asked)
            if action in ACTIONS:
                return envelope(OK, ACTIONS[action](self.state, asked))
        except Invalid:
            return envelope(INVALID, {"error_msg": "Invalid parameters!"})
        except Refused as refused:
            return envelope(refused.status)
        return envelope(UNSUPPORTED)

    def _cdrapi(self, asked):
        kind, body = self.cdrapi.answer({name: value for name, value in asked.items() if name not in ("action", "cookie")})
        return Reply(200, body, kind)

    def _queueapi(self, asked):
        kind, body = self.queueapi.answer(asked)
        return Reply(200, body, kind)

    def _recapi(self, asked):
        folder, name = str(asked.get("filedir", "")), str(asked.get("filename", ""))
        if not folder and not name:
            return Reply(200, self.recordings.folders_csv().encode(), "text/csv")
        if not name:
            return Reply(200, self.recordings.files_csv(folder).encode(), "text/csv")
        found = self.recordings.one(folder or "monitor", name)
        if found is not None:
            return Reply(200, found, "audio/x-wav")
        return envelope(NO_SUCH_ITEM) if self.missing_recording == "json" else Reply(200, PAGE)


class ApiServer(Server):
    """`with ApiServer(pbx, context) as server:`; what it says is changed through .state, .faults, .logins, .cdrapi, .recordings,
    what it saw is in .counts."""

    def __init__(self, pbx, context, address="127.0.0.1", port=0, keep_alive=100, chunked=False, **desk):
        made = ApiDesk(pbx, **desk)
        self.pbx, self.state, self.logins = pbx, made.state, made.logins
        self.cdrapi, self.queueapi, self.recordings = made.cdrapi, made.queueapi, made.recordings
        super().__init__(made, context, address, port, keep_alive, chunked)

    @property
    def url(self):
        return f"https://{self.address}:{self.port}/api"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
