"""The two doors of a receiver, as a UCM uses them. push() returns True when the records need not be sent again."""

import base64
import random
import socket
import struct
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from . import digest
from .http import Connection, tls_context
from .records import FORMATS

BETWEEN = {"newline": b"\n", "nul": b"\0", "nothing": b"", "crlf": b"\r\n", "newline-nul": b"\n\0"}


@dataclass(frozen=True)
class Route:
    """Where records go and how. `auth`: none, basic, digest (an empty POST before each record, as seen in the field) or
    digest-kept (as a kept libcurl handle: the nonce is used again)."""
    target: str
    format: str = "json"
    auth: str = "none"
    user: str = ""
    password: str = ""
    ca_file: str = None
    verify: bool = True
    between: str = "newline"   # tcp: what follows a document
    together: int = 1          # tcp: documents of one connection
    packet: int = 0            # tcp: longest piece sent at once; 0 sends all at once
    style: tuple = ()          # options of the format's writer, as pairs
    timeout: float = 30


class HttpPush:
    most = 1  # exactly one record in a request

    def __init__(self, route, source):
        url = urlsplit(route.target)
        tls = tls_context(route.ca_file, route.verify) if url.scheme == "https" else None
        self.route, self.path = route, url.path or "/"
        self.connection = Connection(url.hostname, url.port or (443 if tls else 80), source, tls, route.timeout)
        self.statuses, self.challenge, self.count = Counter(), None, 0

    def push(self, documents):
        answer = self._post(documents[0])
        self.statuses[answer.status] += 1
        return 200 <= answer.status < 300

    def close(self):
        self.connection.close()

    def _post(self, body):
        if self.route.auth == "basic":
            token = base64.b64encode(f"{self.route.user}:{self.route.password}".encode()).decode()
            return self._send(body, f"Basic {token}")
        if not self.route.auth.startswith("digest"):
            return self._send(body)
        if self.route.auth == "digest" or self.challenge is None:
            answer = self._ask()
            if self.challenge is None:  # it wants none, or nothing that a UCM can do
                return self._send(body) if 200 <= answer.status < 300 else answer
        answer = self._signed(body)
        if answer.status == 401:  # the nonce may have grown stale
            self._learn(answer)
            answer = self._signed(body) if self.challenge else answer
        return answer

    def _ask(self):
        """The empty POST that libcurl sends to learn what the receiver wants."""
        answer = self._send(b"")
        self._learn(answer)
        return answer

    def _learn(self, answer):
        self.challenge, self.count = (digest.challenge_in(answer.headers) if answer.status == 401 else None), 0

    def _signed(self, body):
        self.count += 1
        return self._send(body, digest.authorization(self.challenge, "POST", self.path, self.route.user, self.route.password,
                                                     self.count))

    def _send(self, body, authorization=None):
        headers = [("Content-Type", FORMATS[self.route.format][1])]
        if authorization:
            headers.append(("Authorization", authorization))
        return self.connection.request("POST", self.path, body, headers)


class TcpPush:
    """Sends, closes its half and waits for the receiver to close the other. There is no answer, so a reset, or a receiver
    that closed before it can have read everything, means: send again."""

    def __init__(self, route, source):
        url = urlsplit(route.target)
        self.route, self.source, self.address = route, source, (url.hostname, url.port)
        self.most = max(1, route.together)
        self.statuses, self.rng = Counter(), random.Random(f"{route.target}/{source}")

    def push(self, documents):
        end = BETWEEN[self.route.between]
        bound = (self.source, 0) if self.source else None
        with socket.create_connection(self.address, self.route.timeout, bound) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in self._pieces(b"".join(document + end for document in documents)):
                line.sendall(piece)
            line.shutdown(socket.SHUT_WR)
            closed_before_us = _state(line) in (_CLOSE_WAIT, _LAST_ACK)
            while line.recv(4_096):  # some receivers answer OK
                pass
            if closed_before_us or line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise ConnectionResetError("closed before everything was read")
        self.statuses["closed"] += 1
        return True

    def close(self):
        pass

    def _pieces(self, data):
        if not self.route.packet:
            return [data]
        pieces, at = [], 0
        while at < len(data):
            size = self.rng.randrange(1, self.route.packet + 1)
            pieces.append(data[at:at + size])
            at += size
        return pieces


_CLOSE_WAIT, _LAST_ACK = 8, 9  # of TCP_INFO


def _state(line):
    return struct.unpack_from("B", line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1))[0]


def pusher(route, source):
    return (TcpPush if route.target.startswith("tcp:") else HttpPush)(route, source)
