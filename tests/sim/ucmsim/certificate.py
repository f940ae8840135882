"""Certificates of a PBX, made by the stock tool, weak ones too."""

import base64
import hashlib
import os
import ssl
import subprocess

KEYS = {"ec": ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"), "rsa": ("rsa:2048",), "rsa1024": ("rsa:1024",)}


def _openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


def self_signed(folder, name="pbx", key="ec", names="IP:127.0.0.1", days=30):
    """(certificate file, key file); `names` as openssl's subjectAltName wants them, "" for none. `days`: how long it is good."""
    certificate, secret = os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key")
    extension = ("-addext", f"subjectAltName={names}") if names else ()
    _openssl("req", "-x509", "-newkey", *KEYS[key], "-nodes", "-days", str(days), "-subj", f"/CN={name}", *extension,
             "-keyout", secret, "-out", certificate)
    return certificate, secret


def renewed(certificate, secret, days, names="IP:127.0.0.1"):
    """(certificate file, key file) of a new certificate of the same key: who has pinned the key goes on trusting it."""
    stem = certificate.rpartition(".")[0]
    _openssl("req", "-x509", "-key", secret, "-days", str(days), "-subj", f"/CN={os.path.basename(stem)}",
             "-addext", f"subjectAltName={names}", "-out", f"{stem}-{days}.pem")
    return f"{stem}-{days}.pem", secret


def pin(certificate):
    """ "sha256//BASE64" of its public key, as curl's --pinnedpubkey wants it. """
    key = _openssl("x509", "-in", certificate, "-noout", "-pubkey")
    return "sha256//" + base64.b64encode(hashlib.sha256(_openssl("pkey", "-pubin", "-outform", "der", data=key)).digest()).decode()


def server_context(certificate, key, weak=None, dh_folder=None):
    """`weak`: None; "rsa1024" serves a certificate with such a key; "dh1024" offers nothing but a 1024-bit DH group and
    TLS 1.2, as a UCM62xx does. Clients at OpenSSL's security level 2 refuse both."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if weak == "rsa1024":
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    elif weak == "dh1024":
        context.set_ciphers("DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-SHA:@SECLEVEL=0")
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        parameters = os.path.join(dh_folder or os.path.dirname(certificate), "dh.pem")
        _openssl("dhparam", "-dsaparam", "-out", parameters, "1024")
        context.load_dh_params(parameters)
    context.load_cert_chain(certificate, key)
    return context
