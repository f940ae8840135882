#!/usr/bin/python3
"""A PBX for the tests of the HTTPS client: what it does is said by its options and by the path that it is asked for.

It prints its port, and ends when its standard input does.
"""
import argparse
import base64
import hashlib
import os
import re
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
import warnings

# 1024 bits, made with openssl dhparam.
WEAK_DH = """-----BEGIN DH PARAMETERS-----
MIGHAoGBALm6LHmkTve/MTfMC0CxuIlj2/eOe2c95TOSRBkkya4h7kmtd8RIMfYY
VK4gWqElBjzt5qnRkSNrGbpvH2srpLSvXjy6/xeQR9nyogDoqgaMdBzLD3c9oqmX
neh7XzZb2nklOni9HeDNX3HInBpx+bgFvE9nR2nTNqG+KlsJfRPfAgEC
-----END DH PARAMETERS-----
"""
USER, PASSWORD, REALM, NONCE = "api", "right", "pbx", "0123456789abcdef"
VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2,
            "1.3": ssl.TLSVersion.TLSv1_3}


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--ciphers", default="DEFAULT@SECLEVEL=0")
    parser.add_argument("--weak-dh", action="store_true")
    parser.add_argument("--least", default="1.0")
    parser.add_argument("--most", default="1.3")
    parser.add_argument("--client-ca")
    parser.add_argument("--manner", default="tls",
                        choices=["tls", "plain", "mute", "cut", "cut-after-hello", "noise", "reset"])
    return parser.parse_args()


def context_of(given):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(given.ciphers)
    context.minimum_version, context.maximum_version = VERSIONS[given.least], VERSIONS[given.most]
    context.load_cert_chain(given.certificate, given.key)
    if given.weak_dh:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(WEAK_DH)
            file.flush()
            context.load_dh_params(file.name)
    if given.client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(given.client_ca)
    return context


class Gone(Exception):
    """The client has closed the connection."""


class Pbx:
    def __init__(self, given):
        self.given = given
        self.context = context_of(given) if given.manner == "tls" else None
        self.connections = 0
        self.authorized = 0  # requests with credentials
        self.open = 0

    def serve(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            self.connections += 1
            threading.Thread(target=self.meet, args=(connection, self.connections), daemon=True).start()

    def meet(self, connection, number):
        self.open += 1
        try:
            getattr(self, "meet_" + self.given.manner.replace("-", "_"))(connection, number)
        except (OSError, Gone):
            pass
        finally:
            connection.close()
            self.open -= 1

    def meet_plain(self, connection, number):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    def meet_mute(self, connection, number):
        while connection.recv(4096):
            pass

    def meet_cut(self, connection, number):
        pass

    def meet_reset(self, connection, number):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def meet_cut_after_hello(self, connection, number):
        connection.recv(4096)

    def meet_noise(self, connection, number):
        connection.sendall(b"SSH-2.0-dropbear_2019.78\r\n" * 40)
        connection.recv(4096)

    def meet_tls(self, connection, number):
        with self.context.wrap_socket(connection, server_side=True) as line:
            requests = 0
            while True:
                requests += 1
                request = Request(line)
                if not self.answer(line, request, number, requests):
                    return

    def answer(self, line, request, number, requests):
        """Whether the connection lives on."""
        name, _, value = request.path.strip("/").partition("/")
        self.authorized += "authorization" in request.fields
        return getattr(self, "do_" + name.replace("-", "_"))(Turn(line, request, number, requests), value)

    # What it can be asked for. True: the connection lives on.

    def do_ok(self, turn, _):
        return turn.say(200, b'{"status": 0}')

    def do_echo(self, turn, _):
        return turn.say(200, turn.request.head + turn.request.body)

    def do_status(self, turn, value):
        return turn.say(int(value), b"status " + value.encode())

    def do_connection(self, turn, _):
        return turn.say(200, b"%d" % turn.connection)

    def do_open(self, turn, _):
        return turn.say(200, b"%d" % self.open)

    def do_authorized(self, turn, _):
        return turn.say(200, b"%d" % self.authorized)

    def do_big(self, turn, value):
        return turn.say(200, b"x" * int(value))

    def do_bad_big(self, turn, value):
        return turn.say(500, b"x" * int(value))

    def do_endless(self, turn, _):
        turn.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            turn.send(b"y" * 10000)

    def do_endless_head(self, turn, _):
        turn.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            turn.send(b"X-More: " + b"z" * 1000 + b"\r\n")

    def do_chunked(self, turn, _):
        turn.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n7\r\n second\r\n0\r\n\r\n")
        return True

    def do_until_close(self, turn, _):
        turn.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it")
        turn.line.unwrap()
        return False

    def do_redirect(self, turn, _):
        return turn.say(302, b"", [b"Location: /ok"])

    def do_odd_head(self, turn, _):
        return turn.say(200, b"", [b"Content-Type: text/\x01html\xff" + b"t" * 500])

    def do_silent(self, turn, _):
        turn.wait()

    def do_later(self, turn, value):
        time.sleep(int(value) / 1000)
        return turn.say(200, b"%d" % turn.connection)

    def do_drip(self, turn, _):
        turn.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            turn.send(b".")
            time.sleep(0.02)

    def do_cut(self, turn, _):
        return False

    def do_cut_in_head(self, turn, _):
        turn.send(b"HTTP/1.1 200 OK\r\nContent-Le")
        return False

    def do_cut_in_body(self, turn, _):
        turn.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        return False

    def do_cut_in_chunk(self, turn, _):
        turn.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhalf")
        return False

    def do_cut_unseen(self, turn, _):
        """Without a length or an end of TLS, a body that is cut looks whole."""
        turn.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf")
        return False

    def do_reset(self, turn, _):
        turn.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def do_no_http(self, turn, _):
        turn.send(b"SSH-2.0-dropbear_2019.78\r\n")
        return False

    def do_first_only(self, turn, _):
        """Answers the first request of a connection; the next one finds it dead before a byte of an answer."""
        if turn.requests > 1:
            return False
        return turn.say(200, b"%d" % turn.connection)

    def do_last(self, turn, _):
        """Says that it keeps the connection, and closes it."""
        turn.say(200, b"%d" % turn.connection)
        return False

    def do_basic(self, turn, _):
        wanted = b"Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode())
        if turn.request.fields.get("authorization", "").encode() == wanted:
            return turn.say(200, b"basic " + turn.request.body)
        return turn.say(401, b"no", [b'WWW-Authenticate: Basic realm="%s"' % REALM.encode()])

    def do_digest(self, turn, _, more=()):
        shown = turn.request.fields.get("authorization", "")
        if shown.startswith("Digest ") and digest_is_right(shown, turn.request):
            return turn.say(200, b"digest " + turn.request.body)
        challenge = b'WWW-Authenticate: Digest realm="%s", nonce="%s", qop="auth"' % (REALM.encode(), NONCE.encode())
        return turn.say(401, b"no", [challenge, *more])

    def do_both(self, turn, value):
        return self.do_digest(turn, value, [b'WWW-Authenticate: Basic realm="%s"' % REALM.encode()])

    def do_stale(self, turn, _):
        challenge = b'WWW-Authenticate: Digest realm="%s", nonce="%d", qop="auth", stale=true'
        return turn.say(401, b"no", [challenge % (REALM.encode(), turn.requests)])

    def do_restarted(self, turn, value):
        """The nonce that was offered first is known no more when it is used."""
        shown = turn.request.fields.get("authorization", "")
        if shown and 'nonce="forgotten"' not in shown:
            return self.do_digest(turn, value)
        challenge = b'WWW-Authenticate: Digest realm="%s", nonce="%s", qop="auth"%s'
        now = (NONCE.encode(), b", stale=true") if shown else (b"forgotten", b"")
        return turn.say(401, b"no", [challenge % (REALM.encode(), *now)])

    def do_strange(self, turn, _):
        return turn.say(401, b"no", [b"WWW-Authenticate: Ne\x07go" + b"t" * 100 + b"iate abc"])


def digest_is_right(shown, request):
    field = dict(re.findall(r'(\w+)="?([^",]*)"?', shown.removeprefix("Digest ")))
    md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
    ours = md5(f"{USER}:{REALM}:{PASSWORD}"), md5(f"{request.method}:{field.get('uri')}")
    wanted = md5(":".join([ours[0], NONCE, field.get("nc", ""), field.get("cnonce", ""), "auth", ours[1]]))
    return field.get("nonce") == NONCE and field.get("response") == wanted


class Request:
    def __init__(self, line):
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more(line)
        self.head, _, self.body = data.partition(b"\r\n\r\n")
        self.head += b"\r\n\r\n"
        first, *rest = self.head.decode("latin-1").strip().split("\r\n")
        self.method, self.path, _ = first.split(" ")
        self.fields = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in rest)}
        while len(self.body) < int(self.fields.get("content-length", 0)):
            self.body += self.more(line)

    @staticmethod
    def more(line):
        data = line.recv(65536)
        if not data:
            raise Gone
        return data


class Turn:
    """One request, the connection it came on and which of its requests it is."""

    def __init__(self, line, request, connection, requests):
        self.line, self.request, self.connection, self.requests = line, request, connection, requests

    def send(self, data):
        self.line.sendall(data)

    def say(self, status, body, fields=()):
        head = [b"HTTP/1.1 %d Said" % status, b"Content-Length: %d" % len(body)]
        if not any(field.startswith(b"Content-Type") for field in fields):
            head.append(b"Content-Type: application/json")
        self.send(b"\r\n".join([*head, *fields, b"", body]))
        return True

    def wait(self):
        while True:
            Request.more(self.line)


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    threading.Thread(target=end_with_input, daemon=True).start()
    Pbx(options()).serve()
