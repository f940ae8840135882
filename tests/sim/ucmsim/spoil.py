"""The ways in which an answer goes wrong on the wire."""

import os
import socket
import struct

from .message import Reply

PAGE = b"<!DOCTYPE html><html><head><title>Login</title></head><body>Please log in.</body></html>"


def hang_up(line):
    try:
        line.close()
    except OSError:
        pass


def shut(line):
    """From another thread than the one that reads: that one gets an end of file."""
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    hang_up(line)


def instead(fault, desk):
    """What is answered in place of what was asked for, or None."""
    if fault is None:
        return None
    options = fault.options
    if fault.kind == "expire":
        desk.expire()
    if fault.kind == "http":
        status = options.get("status", 500)
        body = options.get("body", f"{status} " + {403: "Forbidden", 500: "Internal Server Error"}.get(status, "Error"))
        return Reply(status, body.encode(), options.get("type", "text/html"))
    if fault.kind == "status":
        return desk.status_reply(options.get("code", -1), options.get("response", {}))
    return None


def send(line, reply, fault, close, chunked, wait):
    """Sends the answer, spoiled by the fault. Returns whether the connection can go on. `wait(seconds)` is True when the
    client has gone."""
    kind = fault.kind if fault else ""
    if kind == "cut":
        return _cut(line, reply, fault.options.get("at", "body"))
    if kind == "drip":
        return _drip(line, reply.head(close=True) + reply.body, fault.options.get("pause", 1), fault.options.get("after", 0), wait)
    if kind == "rubbish":
        return _rubbish(line, reply, fault.options.get("what", "bytes"))
    if chunked:
        pieces = [reply.body[at:at + 1_000] for at in range(0, len(reply.body), 1_000)] + [b""]
        line.sendall(reply.head(close=close, chunked=True) + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces))
    else:
        line.sendall(reply.head(close=close) + reply.body)
    return True


def _cut(line, reply, at):
    data = reply.head(close=True) + reply.body
    if at == "headers":
        end = 0
    elif at == "body":
        end = len(data) - len(reply.body) // 2 - 1
    else:
        end = int(at)
    line.sendall(data[:end])
    reset(line)
    return False


def reset(line):
    """Closes without TLS's farewell; a zero linger makes it a reset, as of a PBX that lost its power."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 1))
    hang_up(line)


def _drip(line, data, pause, after, wait):
    """`after`: so many bytes come at once before."""
    line.sendall(data[:after])
    for at in range(after, len(data)):
        line.sendall(data[at:at + 1])
        if wait(pause):
            break
    return False


def _rubbish(line, reply, what):
    if what == "bytes":
        line.sendall(os.urandom(2_000))
    elif what == "html":
        reply.body, reply.kind = PAGE, "text/html"
        line.sendall(reply.head() + reply.body)
    elif what == "empty":
        reply.body = b""
        line.sendall(reply.head())
    elif what == "json":  # half of it, as if it were all
        reply.body = reply.body[:len(reply.body) // 2]
        line.sendall(reply.head() + reply.body)
    elif what == "random_body":
        reply.body = os.urandom(500)
        line.sendall(reply.head() + reply.body)
    elif what == "longer":  # says more than comes
        line.sendall(reply.head(len(reply.body) + 500) + reply.body)
    elif what == "shorter":
        line.sendall(reply.head(len(reply.body) // 2) + reply.body)
    elif what == "endless":  # says nothing of a length, and does not stop
        line.sendall(reply.head().replace(b"Content-Length", b"X-Length") + reply.body)
        for _ in range(100_000):
            line.sendall(b" " * 10_000)
    else:
        raise ValueError(what)
    return False
