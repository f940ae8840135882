"""A threaded HTTPS server that does what a PBX's does, and its faults. What is answered is its desk's business."""

import select
import socket
import ssl
import threading
import time
import weakref
from urllib.parse import urlsplit

from . import spoil
from .counts import Asked
from .message import Request
from .place import hold, port_of

IDLE = 15      # seconds until a kept connection is closed
MOST = 1 << 20  # bytes of a request


class Server:
    """`desk` gives action_of(request) -> (action, parameters, marks) and answer(request, action, parameters) -> Reply, and
    hears of restarts. `context`: an ssl.SSLContext, None for plain HTTP. `keep_alive`: how many requests a connection may
    carry. `chunked`: no Content-Length."""

    def __init__(self, desk, context, address="127.0.0.1", port=0, keep_alive=100, chunked=False):
        self.desk, self.context, self.keep_alive, self.chunked = desk, context, keep_alive, chunked
        self.counts, self.faults, self.over = desk.counts, desk.faults, threading.Event()
        self.lock, self.lines = threading.Lock(), set()
        held = hold(address, port)  # while nobody answers there, nobody else does
        weakref.finalize(self, held.close)
        self.address, self.port = address, port_of(held)
        self.door = self._open(address, self.port)
        self._serve()

    @staticmethod
    def _open(address, port):
        return socket.create_server((address, port), backlog=64)

    def _serve(self):
        threading.Thread(target=self._accept, args=(self.door,), name=f"door-{self.port}", daemon=True).start()

    def _accept(self, door):
        while True:
            try:
                line, peer = door.accept()
            except OSError:
                return
            with self.lock:
                self.lines.add(line)
            threading.Thread(target=self._connection, args=(line, peer[0]), daemon=True).start()

    # -- its end, and a new beginning

    def close(self):
        self.over.set()
        self._shut()

    def _shut(self):
        spoil.shut(self.door)
        self._hang_up()

    def _hang_up(self):
        with self.lock:
            lines, self.lines = self.lines, set()
        for line in lines:
            spoil.shut(line)

    def show(self, context):
        """Another certificate, as after somebody has uploaded one: connections end, sessions do not."""
        self.context = context
        self._hang_up()

    def restart(self, down=0):
        """As after a power cut: nobody answers for `down` seconds, and nothing is remembered."""
        self._shut()
        self.desk.restarted()

        def back():
            while not self.over.wait(down):
                try:
                    self.door = self._open(self.address, self.port)
                except OSError:  # somebody else has the port for a moment
                    continue
                self._serve()
                return
        if down:
            threading.Thread(target=back, daemon=True).start()
        else:
            back()

    # -- one connection

    def _connection(self, plain, client):
        self.counts.connect()
        line = plain
        try:
            if not self._greeting(plain):
                return
            plain.settimeout(IDLE)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = self._secured(plain)
            for left in range(self.keep_alive - 1, -1, -1):
                if not self._exchange(line, client, left):
                    return
        except (OSError, ValueError):
            pass
        finally:
            with self.lock:
                self.lines.discard(plain)
                self.lines.discard(line)
            spoil.hang_up(line)
            self.counts.disconnect()

    def _greeting(self, plain):
        _, fault = self.faults.take(None)
        if fault and fault.kind == "hang_connect":
            self._stay_silent(plain, fault)
        return fault is None

    def _secured(self, plain):
        if self.context is None:
            return plain
        try:
            line = self.context.wrap_socket(plain, server_side=True)
        except OSError:
            self.counts.handshake_failed()
            raise
        with self.lock:
            self.lines.discard(plain)
            self.lines.add(line)
        return line

    def _exchange(self, line, client, left):
        request = _read(line, client)
        if request is None:
            return False
        action, parameters, marks = self.desk.action_of(request)
        asked = Asked(time.monotonic(), action, client, parameters)
        self.counts.begin(asked, line, marks)
        try:
            return self._answered(line, request, asked, left)
        finally:
            self.counts.end(asked)

    def _answered(self, line, request, asked, left):
        slow, fault = self.faults.take(asked.action)
        self.counts.meets(asked, fault.kind if fault else "slow" if slow else "")
        if slow and self._wait(line, slow):
            return False
        if fault and fault.kind == "hang":
            self._stay_silent(line, fault)
            return False
        if fault and fault.kind == "restart":
            threading.Thread(target=self.restart, args=(fault.options.get("down", 0),), daemon=True).start()
            return False
        reply = spoil.instead(fault, self.desk) or self.desk.answer(request, asked.action, asked.parameters)
        close = not left or request.headers.get("connection", "").lower() == "close" or self.over.is_set()
        self.counts.answers_with(asked, reply.status, reply.api_status)
        return spoil.send(line, reply, fault, close, self.chunked, lambda s: self._wait(line, s)) and not close

    def _stay_silent(self, line, fault):
        """Until the client has gone, the fault is taken back or this server ends."""
        lifted = self.faults.lifted
        while not (lifted.is_set() or self.over.is_set() or (fault.until and time.monotonic() >= fault.until)):
            if self._wait(line, 0.2):
                return

    def _wait(self, line, seconds):
        """True when the client has gone meanwhile, or this server ends."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and not self.over.is_set():
            if _readable(line, min(left, 0.2)):
                return True
        return self.over.is_set()


def _readable(line, seconds):
    """A client that waits sends nothing but its farewell; before the handshake its hello stays unread."""
    if isinstance(line, ssl.SSLSocket):
        return bool(select.select([line], [], [], seconds)[0])
    poll = select.poll()
    poll.register(line, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(seconds * 1000))


def _read(line, client):
    """The next request, or None when the client has closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = line.recv(65_536)
        if not more:
            return None
        data += more
        if len(data) > MOST:
            raise ValueError("request too large")
    head, body = data.split(b"\r\n\r\n", 1)
    first, *rest = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    if headers.get("expect", "").lower() == "100-continue":
        line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    length = int(headers.get("content-length", "0"))
    while len(body) < min(length, MOST):
        more = line.recv(65_536)
        if not more:
            return None
        body += more
    url = urlsplit(target)
    return Request(method, url.path, url.query, headers, body, client)
