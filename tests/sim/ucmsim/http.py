"""One kept-alive HTTP/1.1 connection: a request, its answer, and nothing that a UCM does not do."""

import socket
import ssl
from dataclasses import dataclass


@dataclass
class Answer:
    status: int
    headers: list
    body: bytes

    def header(self, name):
        return next((v for n, v in self.headers if n == name), None)


def tls_context(ca_file=None, verify=True):
    context = ssl.create_default_context(cafile=ca_file)
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Connection:
    """Connects when first used, and again when the receiver has closed an idle connection."""

    def __init__(self, host, port, source=None, tls=None, timeout=30):
        self.host, self.port, self.source, self.tls, self.timeout = host, port, source, tls, timeout
        self.socket, self.left = None, b""

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket, self.left = None, b""

    def request(self, method, path, body, headers=()):
        fresh = self.socket is None
        try:
            return self._exchange(method, path, body, headers)
        except OSError:
            self.close()
            if fresh:
                raise
        return self._exchange(method, path, body, headers)

    def _exchange(self, method, path, body, headers):
        if self.socket is None:
            self._connect()
        head = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Accept: */*", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in headers]
        self.socket.sendall("\r\n".join(head + ["", ""]).encode() + body)
        answer = self._answer()
        if (answer.header("connection") or "").lower() == "close":
            self.close()
        return answer

    def _connect(self):
        plain = socket.create_connection((self.host, self.port), self.timeout, (self.source, 0) if self.source else None)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is None:
            self.socket = plain
            return
        self.socket = self.tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        try:
            self.socket.do_handshake()
        except OSError:
            self.close()
            raise

    def _more(self):
        got = self.socket.recv(65_536)
        if not got:
            raise ConnectionResetError("closed without an answer")
        self.left += got

    def _answer(self):
        while True:
            while b"\r\n\r\n" not in self.left:
                self._more()
            head, self.left = self.left.split(b"\r\n\r\n", 1)
            lines = head.decode("latin-1").split("\r\n")
            status = int(lines[0].split(" ", 2)[1])
            if status >= 200:  # 100 Continue comes before the answer
                break
        headers = [(n.strip().lower(), v.strip()) for n, _, v in (line.partition(":") for line in lines[1:])]
        length = next((int(v) for n, v in headers if n == "content-length"), 0)
        while len(self.left) < length:
            self._more()
        body, self.left = self.left[:length], self.left[length:]
        return Answer(status, headers, body)
