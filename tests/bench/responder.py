"""Many PBXes whose new API is asked, in one process and cheaply: each has a loopback address and a key of its own, and all
of them say what one simulated PBX said when the question came first.

Usage: responder.py NUMBER FOLDER. Prints one line of JSON with the port and the pins, then answers each line of its input
with what was asked so far."""

import asyncio
import json
import os
import re
import socket
import ssl
import sys
import time
from types import SimpleNamespace

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "sim"))

from certificates import self_signed_many  # noqa: E402
from ucmsim import Pbx  # noqa: E402
from ucmsim.api import ApiDesk  # noqa: E402
from ucmsim.logins import token_of  # noqa: E402
from ucmsim.scenarios import next_call  # noqa: E402

USER, PASSWORD = "cdrapi", "cdrapi123"
CHALLENGE, COOKIE = "0000001496038514", "sid743052864-1771597757"
CALLS = 40  # of the last hours, in the answer of cdrapi
NOTED = (b"getSystemStatus", b"cdrapi")  # whose moments are told: one for each interval
ACTION, LENGTH = re.compile(rb'"action": ?"(\w+)"'), re.compile(rb"(?i)content-length: *(\d+)")
BEGINS = re.compile(rb'"offset": ?"0"')  # the first page of a run
IDLE = 15  # seconds until the PBX closes a kept connection


def address_of(number):
    return f"127.2.{number // 250}.{number % 250 + 1}"


class Answers:
    """By what was asked, without what differs from PBX to PBX and from time to time."""

    def __init__(self):
        pbx = Pbx("hq", epoch=int(time.time()) - 8 * 3600)
        pbx.keep_records()
        for n in range(CALLS):
            pbx.store.add(next_call(pbx, n * 600))
        self.desk, self.known = ApiDesk(pbx), {}
        challenge = self.desk.logins.challenge(USER, "127.0.0.1")[1]["challenge"]
        self.cookie = self.desk.logins.login(USER, token_of(challenge, PASSWORD), "127.0.0.1")[1]["cookie"]

    def to(self, action, body):
        if action in (b"challenge", b"login"):
            return self._kept(action, lambda: {"response": {"challenge": CHALLENGE} if action == b"challenge" else {"cookie": COOKIE},
                                               "status": 0})
        asked = json.loads(body)["request"]
        what = {name: value for name, value in asked.items() if name not in ("cookie", "startTime", "endTime")}
        return self._kept(str(sorted(what.items())), lambda: self._of_desk({**asked, "cookie": self.cookie}))

    def _kept(self, key, make):
        if key not in self.known:
            made = make()
            body = made if isinstance(made, bytes) else json.dumps(made).encode()
            self.known[key] = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n"
                               b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        return self.known[key]

    def _of_desk(self, asked):
        request = SimpleNamespace(method="POST", path="/api", query="", headers={}, client="127.0.0.1",
                                  body=json.dumps({"request": asked}).encode())
        action, parameters, _ = self.desk.action_of(request)
        return self.desk.answer(request, action, parameters).body


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, all_of_them, number):
        self.all, self.number, self.left, self.transport, self.used = all_of_them, number, b"", None, 0

    def connection_made(self, transport):
        self.transport = transport
        self.all.connections += 1
        self._look()

    def connection_lost(self, _):
        self.transport = None

    def data_received(self, data):
        self.used = time.monotonic()
        self.left += data
        while (end := self.left.find(b"\r\n\r\n")) >= 0:
            whole = end + 4 + int(LENGTH.search(self.left, 0, end)[1])
            if len(self.left) < whole:
                return
            body, self.left = self.left[end + 4:whole], self.left[whole:]
            self.transport.write(self.all.answer(self.number, body))

    def _look(self):
        if self.transport is None:
            return
        if self.used and time.monotonic() - self.used >= IDLE:
            self.transport.close()
        else:
            asyncio.get_running_loop().call_later(1, self._look)


class Pbxes:
    def __init__(self, number):
        self.answers, self.requests, self.connections = Answers(), 0, 0
        self.moments = {action: [[] for _ in range(number)] for action in NOTED}

    def answer(self, number, body):
        self.requests += 1
        action = ACTION.search(body)[1]
        if action in NOTED and (action != b"cdrapi" or BEGINS.search(body)):
            self.moments[action][number].append(round(time.monotonic(), 3))
        return self.answers.to(action, body)

    def report(self, whole):
        used = os.times()
        told = {"requests": self.requests, "connections": self.connections, "cpu": used.user + used.system}
        if whole:
            told["moments"] = {action.decode(): moments for action, moments in self.moments.items()}
        return json.dumps(told)


def doors(number):
    """Sockets on as many addresses and one port."""
    while True:
        made = [socket.create_server((address_of(0), 0), backlog=64)]
        port = made[0].getsockname()[1]
        try:
            made += [socket.create_server((address_of(n), port), backlog=64) for n in range(1, number)]
            return port, made
        except OSError:
            for one in made:
                one.close()


async def serve(number, folder):
    loop, pbxes = asyncio.get_running_loop(), Pbxes(number)
    port, sockets = doors(number)
    pins = []
    for n, (certificate, key, pin) in enumerate(self_signed_many(folder, number)):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        await loop.create_server(lambda n=n: Line(pbxes, n), sock=sockets[n], ssl=context)
        pins.append(pin)
    print(json.dumps({"port": port, "pins": pins}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(pbxes.report(line.strip() == "moments"), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
