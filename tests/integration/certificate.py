"""Certificates for an https listener and its senders, made by the stock tool."""

import os
import subprocess

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def _files(folder, name):
    return os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key")


def self_signed(folder, name="server", address="127.0.0.1"):
    """(certificate file, key file)"""
    certificate, key = _files(folder, name)
    _openssl("req", "-x509", *NEW_KEY, "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{address}",
             "-keyout", key, "-out", certificate)
    return certificate, key


def authority(folder, name):
    """(certificate file, key file) of one that signs others"""
    certificate, key = _files(folder, name)
    _openssl("req", "-x509", *NEW_KEY, "-days", "2", "-subj", f"/CN={name}", "-keyout", key, "-out", certificate)
    return certificate, key


def signed_by(folder, ca, name):
    """(certificate file, key file)"""
    certificate, key = _files(folder, name)
    request = os.path.join(folder, name + ".csr")
    _openssl("req", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    _openssl("x509", "-req", "-in", request, "-CA", ca[0], "-CAkey", ca[1], "-CAcreateserial", "-days", "2", "-out", certificate)
    return certificate, key
