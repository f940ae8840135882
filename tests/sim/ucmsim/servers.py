"""The part of the command line that is about being asked: opens the APIs of each PBX and says where they are."""

import contextlib
import json
import shutil
import sys
import tempfile

from .api import ApiServer
from .cdrapi import MOST
from .certificate import KEYS, pin, self_signed, server_context
from .control import Control
from .legacy import LegacyServer
from .legacy_access import SCHEMES
from .live import follow
from .records import FIELDS

NEW_FIELDS = [name for name in FIELDS if name.startswith("gen")]


def options(parser):
    add = parser.add_argument
    add("--api", type=int, metavar="PORT", help="answer the new API (POST /api) there; 0: any free port. URL and pin of the key are "
        "printed as a line of JSON. Each further PBX has the next port")
    add("--legacy", type=int, metavar="PORT", help="answer the old API (GET /cdrapi ...) there")
    add("--api-address", default="127.0.0.1")
    add("--api-user", default="cdrapi")
    add("--api-password-file", help="default: the password is cdrapi123")
    add("--api-firmware", choices=NEW_FIELDS, help="which fields it shows; default: as --firmware, gen3 for push")
    add("--legacy-firmware", choices=NEW_FIELDS, default="gen1")
    add("--legacy-auth", choices=SCHEMES, default="digest")
    add("--permitted", default="127.0.0.0/8", help="old API: networks that may ask, separated by commas; none for a blank")
    add("--cookie-life", type=float, default=600, help="seconds")
    add("--page-cap", type=int, default=MOST, help="most items of an answer of cdrapi")
    add("--push-share", type=float, default=1.0, help="of the records that are pushed; the rest must be asked for")
    add("--certificate", help="with --key; default: self-signed")
    add("--key")
    add("--key-kind", choices=KEYS, default="ec", help="of the self-signed one")
    add("--weak", choices=("rsa1024", "dh1024"), help="TLS that OpenSSL refuses at its security level 2")
    add("--live", action="store_true", help="the lists of channels show calls that go on by their records (with --now)")
    add("--control", action="store_true", help="take orders on standard input: ucmsim/control.py")


def _password(o):
    if not o.api_password_file:
        return "cdrapi123"
    with open(o.api_password_file, encoding="utf-8") as file:
        return file.read().rstrip("\r\n")


def _kind(o):
    return {"rsa1024": "rsa1024", "dh1024": "rsa"}.get(o.weak, o.key_kind)


def say(document):
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def _opened(o, pbx, number, context, password):
    def port(first):
        return first + number if first else 0
    common = {"context": context, "address": o.api_address, "user": o.api_user, "password": password, "page_cap": o.page_cap}
    if o.api is not None:
        yield "new", ApiServer(pbx, port=port(o.api), cookie_life=o.cookie_life, firmware=o.api_firmware, **common)
    if o.legacy is not None:
        yield "legacy", LegacyServer(pbx, port=port(o.legacy), firmware=o.legacy_firmware, scheme=o.legacy_auth, permitted=o.permitted,
                                     **common)


@contextlib.contextmanager
def open_all(o, run, end):
    """Opens what the options name, and closes it at the end."""
    if o.api is None and o.legacy is None:
        yield {}
        return
    folder, opened = tempfile.mkdtemp(prefix="ucmsim-"), {}
    try:
        files = (o.certificate, o.key) if o.certificate else self_signed(folder, key=_kind(o), names=f"IP:{o.api_address}")
        context, password = server_context(*files, weak=o.weak, dh_folder=folder), _password(o)
        for number, pbx in enumerate(run.pbxes):
            for kind, server in _opened(o, pbx, number, context, password):
                opened[pbx.name, kind] = server
                say({"pbx": pbx.name, "kind": kind, "url": server.url, "pin": pin(files[0]), "certificate": files[0]})
            if o.live:
                follow(pbx)
        if o.control:
            Control(run, opened, sys.stdin, say, end).start()
        yield opened
    finally:
        for server in opened.values():
            server.close()
        shutil.rmtree(folder, ignore_errors=True)
