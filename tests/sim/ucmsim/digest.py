"""Digest access authentication as libcurl does it: MD5, qop=auth."""

import hashlib
import os
import re

_PART = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


def challenge_in(headers):
    """The parts of the first Digest challenge with MD5 among (name, value) headers, or None."""
    for name, value in headers:
        if name == "www-authenticate" and value.lower().startswith("digest"):
            parts = {k.lower(): quoted or plain for k, quoted, plain in _PART.findall(value[6:])}
            if parts.get("algorithm", "MD5").upper() == "MD5":
                return parts
    return None


def _md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def authorization(challenge, method, uri, user, password, count=1, cnonce=None):
    cnonce = cnonce or os.urandom(16).hex()
    realm, nonce, nc = challenge.get("realm", ""), challenge.get("nonce", ""), f"{count:08x}"
    secret, request = _md5(f"{user}:{realm}:{password}"), _md5(f"{method}:{uri}")
    header = f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5'
    if "qop" in challenge:
        response = _md5(f"{secret}:{nonce}:{nc}:{cnonce}:auth:{request}")
        header += f', cnonce="{cnonce}", nc={nc}, qop=auth'
    else:
        response = _md5(f"{secret}:{nonce}:{request}")
    header += f', response="{response}"'
    if "opaque" in challenge:
        header += f', opaque="{challenge["opaque"]}"'
    return header
