"""Who may ask the old API: permitted addresses, then no credentials, Basic or Digest."""

import base64
import binascii
import hashlib
import os
import re
import threading
import time

from .logins import inside

SCHEMES = ("none", "basic", "digest", "both")
_PART = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


def _md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class Gate:
    """`permitted`: networks separated by commas; a blank list denies everybody, as a new UCM does. `tries`: wrong credentials
    of one address until it is refused for `lock_seconds`. A nonce is good for `nonce_life` seconds."""

    def __init__(self, counts, scheme="digest", user="cdrapi", password="cdrapi123", permitted="127.0.0.0/8", tries=5,
                 lock_seconds=600, nonce_life=300, realm="GrandStream"):
        if scheme not in SCHEMES:
            raise ValueError(scheme)
        self.counts, self.scheme, self.user, self.password, self.permitted = counts, scheme, user, password, permitted
        self.tries, self.lock_seconds, self.nonce_life, self.realm = tries, lock_seconds, nonce_life, realm
        self._lock, self._nonces, self._wrong, self._locked = threading.Lock(), {}, {}, {}

    def refusal(self, request):
        """None to let in, else (HTTP status, headers)."""
        networks = [network.strip() for network in self.permitted.split(",") if network.strip()]
        with self._lock:
            if not inside(request.client, networks) or self._locked.get(request.client, 0) > time.monotonic():
                self.counts.event("forbidden")
                return 403, []
            if self.scheme == "none":
                return None
            header = request.headers.get("authorization", "")
            fits, stale = self._fits(request, header)
            if fits:
                self._wrong.pop(request.client, None)
                return None
            if header and not stale:
                return self._refused(request.client)
            return 401, self._challenges(stale)

    def forget(self):
        with self._lock:
            self._nonces.clear()

    def unlock(self):
        with self._lock:
            self._wrong.clear()
            self._locked.clear()

    def _refused(self, client):
        self.counts.event("wrong_password")
        self._wrong[client] = self._wrong.get(client, 0) + 1
        if self._wrong[client] < self.tries:
            return 401, self._challenges(False)
        self._locked[client] = time.monotonic() + self.lock_seconds
        del self._wrong[client]
        self.counts.event("locked")
        return 403, []

    def _challenges(self, stale):
        offered = []
        if self.scheme in ("digest", "both"):
            nonce = os.urandom(16).hex()
            self._nonces[nonce] = [time.monotonic() + self.nonce_life, 0]
            offered.append(f'Digest realm="{self.realm}", nonce="{nonce}", qop="auth", algorithm=MD5, opaque="5ccc069c"'
                           + (", stale=true" if stale else ""))
        if self.scheme in ("basic", "both"):
            offered.append(f'Basic realm="{self.realm}"')
        return [("WWW-Authenticate", one) for one in offered]

    def _fits(self, request, header):
        """(whether it proves the password, whether only its nonce is too old)"""
        word, _, rest = header.partition(" ")
        if word.lower() == "basic" and self.scheme in ("basic", "both"):
            try:
                return base64.b64decode(rest, validate=True).decode() == f"{self.user}:{self.password}", False
            except (binascii.Error, UnicodeDecodeError):
                return False, False
        if word.lower() == "digest" and self.scheme in ("digest", "both"):
            return self._digest_fits(request, {k.lower(): quoted or plain for k, quoted, plain in _PART.findall(rest)})
        return False, False

    def _digest_fits(self, request, said):
        target = request.path + ("?" + request.query if request.query else "")
        known = self._nonces.get(said.get("nonce"))
        response = ":".join((_md5(f"{self.user}:{self.realm}:{self.password}"), said.get("nonce", ""), said.get("nc", ""),
                             said.get("cnonce", ""), "auth", _md5(f"{request.method}:{said.get('uri', '')}")))
        proven = (said.get("username"), said.get("realm"), said.get("qop"), said.get("uri"), said.get("response")) \
            == (self.user, self.realm, "auth", target, _md5(response))
        if known is None or known[0] < time.monotonic():
            return False, proven
        count = int(said.get("nc", "0"), 16)
        if not proven or count <= known[1]:
            return False, False
        known[1] = count
        return True, False
