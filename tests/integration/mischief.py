"""What a sender may do wrong. Each row does it to one agent: name, what it does, words the log has for it (or None)."""

import base64
import json
import os
import random
import select
import socket
import ssl
import time

from case import PHONE, json_record, post, record
from ucmsim.records import GEN1, document
from until import HANG, until

HTTP, HTTPS, TCP = "http://127.0.0.1:0", "https://127.0.0.1:0", "tcp://127.0.0.1:0"
GUARDED, PASSWORD = "http://127.0.0.7:0", "hush-hush"
SOURCE = "127.0.0.2"  # of the PBX that misbehaves
REQUEST_TIMEOUT = 10  # a busy machine needs some seconds for a body of ten megabytes
GIVEN_UP = 25  # seconds: sooner than RequestTimeout as it comes
LARGE = 10 << 20


def line(agent, configured, data=b"", source=SOURCE):
    """A connection that has sent `data`, as much of it as was taken."""
    host, _, port = agent.url(configured).partition("://")[2].rpartition(":")
    made = socket.create_connection((host.strip("[]"), int(port)), HANG, (source, 0) if source else None)
    try:
        made.sendall(data)
    except OSError:
        pass
    return made


def closed(made):
    """Whether the other side has closed; what it sends before is read and thrown away."""
    ready = select.poll()
    ready.register(made, select.POLLIN)
    while ready.poll(0):
        try:
            if not made.recv(65_536):
                return True
        except OSError:
            return True
    return False


def all_closed(lines, what):
    until(lambda: all(closed(one) for one in lines), what, GIVEN_UP)
    for one in lines:
        one.close()


def expect(status, answer):
    assert answer.status == status, (answer.status, answer.body)


def random_bytes(agent):
    made = random.Random(7)
    for number in range(120):
        data = made.randbytes(made.randrange(1, 4_000))
        line(agent, (HTTP, HTTPS, TCP)[number % 3], data).close()
    for _ in range(20):
        expect(202, post(agent.url(HTTP), b"\x01" + made.randbytes(made.randrange(1, 4_000)), SOURCE))


def half_a_handshake(agent):
    hello = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="x")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        hello = hello.read()
    lines = [line(agent, HTTPS, hello[:length]) for length in (0, 1, 5, 6, 100, len(hello) - 1, len(hello)) for _ in range(8)]
    all_closed(lines, "half handshakes are given up")


def header_without_end(agent):
    endless = [line(agent, HTTP, b"POST /" + b"x" * (1 << 20)), line(agent, HTTP, b"POST / HTTP/1.1\r\nX: " + b"x" * (1 << 20)),
               line(agent, HTTP, b"POST / HTTP/1.1\r\n" + b"A: b\r\n" * 200_000)]
    all_closed(endless, "headers without end are given up")


def slower_than_a_byte_a_second(agent):
    starts = {HTTP: (b"POST / HTTP/1.1\r\nContent-Length: 500\r\n\r\n{", b"POST / HTTP/1.1\r\nX"), TCP: (b'{ "AcctId": "1', b"<cdr><src>")}
    lines = [line(agent, url, start) for url, some in starts.items() for start in some]
    began, sent = time.monotonic(), 0
    while not all(closed(one) for one in lines):
        assert time.monotonic() - began < GIVEN_UP, "slow senders are given up"
        if time.monotonic() - began > sent * 1.1:
            sent += 1
            for one in lines:
                try:
                    one.send(b"a")
                except OSError:
                    pass
        select.select([], [], [], 0.05)
    for one in lines:
        one.close()
    assert time.monotonic() - began >= REQUEST_TIMEOUT - 0.5, "but not before their time"


def nested(depth=100_000):
    return b'{"cdr":[' * (depth // 2) + json_record() + b"]}" * (depth // 2)


def deep_json(agent):
    bodies = [b"[" * 100_000, b'{"a":' * 40_000, b"[" * 100_000 + b"]" * 100_000, nested(40_000)]
    for body in bodies:
        expect(202, post(agent.url(HTTP), body, SOURCE))
    for body in bodies + [nested()]:
        line(agent, TCP, body + b"\n" + json_record() + b"\n").close()
    expect(413, post(agent.url(HTTP), nested(), SOURCE))


def deep_xml(agent):
    for body in (b"<a>" * 60_000, b"<a>" * 30_000 + b"</a>" * 30_000, b"<cdr><src>" + b"<a>" * 30_000):
        expect(202, post(agent.url(HTTP), body, SOURCE))
        line(agent, TCP, body).close()


def entities(agent):
    lolz = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    fields = document(record(src="&x;"), "xml").replace(b"&amp;x;", b"&x;").split(b"?>")[1]
    for declared in ('<!ENTITY l0 "lol">' + lolz + '<!ENTITY x "&l11;">', '<!ENTITY x SYSTEM "file:///etc/passwd">',
                     '<!ENTITY x SYSTEM "http://127.0.0.1:1/">', '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p; <!ENTITY x "y">'):
        body = b'<?xml version="1.0"?><!DOCTYPE cdr [' + declared.encode() + b"]>" + fields
        expect(202, post(agent.url(HTTP), body, SOURCE))
        line(agent, TCP, body + b"\n").close()


def a_field_of_ten_megabytes(agent):
    large = json_record(lastdata="x" * LARGE)
    expect(413, post(agent.url(HTTP), large, SOURCE))
    expect(413, post(agent.url(HTTPS), large, SOURCE, verify=False))
    for number, form in enumerate(("json", "xml", "csv"), 1):  # passed over; what follows it on its connection is counted
        counted = agent.value("bad", "self", "total_events-legs_accepted")
        whole = document({**dict.fromkeys(GEN1, ""), **record(lastdata="x" * LARGE)}, form)
        line(agent, TCP, whole + b"\n" + document({**dict.fromkeys(GEN1, ""), **record()}, form) + b"\n").close()
        until(lambda: agent.value("bad", "self", "total_events-quarantined_too_large") == number, f"{form} is put aside")
        until(lambda: agent.value("bad", "self", "total_events-legs_accepted") == counted + 1, f"{form} that follows is counted")
    chunked = line(agent, HTTP, b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"x" * 0x10000 + b"\r\n") * 160)
    all_closed([chunked], "chunks without end are given up")


def many_that_are_never_finished(agent):
    half = json_record(lastdata="x" * 200_000)[:-10]
    lines = [line(agent, TCP, half) for _ in range(60)]
    lines += [line(agent, HTTP, b"POST / HTTP/1.1\r\nContent-Length: 250000\r\n\r\n" + half) for _ in range(60)]
    all_closed(lines, "unfinished records are given up")


def odd_requests(agent):
    for head in (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                 b"POST / HTTP/9.9\r\n\r\n", b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                 b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
        line(agent, HTTP, head).close()
    for user in (b"%s%n%s%n", b"\xff" * 300, b"'; DROP TABLE legs; --"):
        token = base64.b64encode(user + b":" + PASSWORD.encode() + b"x").decode()
        expect(401, post(agent.url(GUARDED), json_record(), SOURCE, [("Authorization", "Basic " + token)]))


def wrong_values(agent):
    for fields in ({"duration": "-5"}, {"duration": "99999999999999999999"}, {"billsec": "1e9"}, {"billsec": "0x10"}, {"duration": "4294967297"}):
        expect(202, post(agent.url(HTTP), json_record(**fields), SOURCE))
    expect(202, post(agent.url(HTTP), json.dumps([record(duration=-7), record(billsec=[1]), record(src={"a": 1})]).encode(), SOURCE))


NOT_UNDERSTOOD = "not understood"
TABLE = (
    (random_bytes, NOT_UNDERSTOOD),
    (half_a_handshake, None),
    (header_without_end, None),
    (slower_than_a_byte_a_second, "RequestTimeout"),
    (deep_json, "deep"),
    (deep_xml, "deep"),
    (entities, NOT_UNDERSTOOD),
    (a_field_of_ten_megabytes, "MaxRecordBytes"),
    (many_that_are_never_finished, "RequestTimeout"),
    (odd_requests, "password is wrong"),
    (wrong_values, "duration"),
)


def odd_but_fine():
    """Bodies that are counted, each as one call."""
    cut = "…".encode()[:2]
    yield "NUL in a value", document(record(), "json").replace(b"A. Caller", b"A\\u0000B")
    yield "NULs around it", b"\0\0" + json_record() + b"\0\0\0"
    yield "cut UTF-8", document(record(lastdata="@"), "json").replace(b'"@"', b'"' + b"x" * 253 + cut + b'"')
    yield "Latin-1", document(record(caller_name="@"), "json").replace(b'"@"', b'"Mu\xf1oz"')
    yield "lone surrogate", document(record(caller_name="@"), "json").replace(b'"@"', b'"\\ud83d"')
    yield "cut UTF-8 in XML", document(record(lastdata="@"), "xml").replace(b">@<", b">" + cut + b"<")
    yield "control characters in XML", document(record(lastdata="@"), "xml").replace(b">@<", b">\x01\x02\x1b[2J<")
    yield "byte order mark", b"\xef\xbb\xbf" + json_record()
    zero = "0000-00-00 00:00:00"
    yield "zero answer", json_record(answer=zero, end=zero)
    yield "zero start", json_record(start=zero)
    yield "impossible date", json_record(start="2026-02-31 25:61:61", answer="yesterday")
    yield "a start far away", json_record(start="9999-12-31 23:59:59")
    yield "format directives", json_record(caller_name="%s%s%n%n{}{}", src=f"%n{PHONE}")
    yield "quotes for SQL", json_record(session="'; DROP TABLE legs; --" + os.urandom(4).hex())
    yield "the longest session", json_record(session="s" * 60_000)
