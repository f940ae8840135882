"""As many keys as there are PBXes: each UCM has made its own."""

import base64
import hashlib
import os
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor

# A public key on the curve P-256 as a certificate holds it (SubjectPublicKeyInfo); the point follows, 65 bytes.
HEAD, POINT = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"), 65


def self_signed_many(folder, number):
    """(certificate file, key file, pin) of each."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda n: _self_signed(os.path.join(folder, f"pbx{n:04}")), range(number)))


def _self_signed(path):
    certificate, key = path + ".pem", path + ".key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=pbx", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with open(certificate, encoding="ascii") as file:
        der = ssl.PEM_cert_to_DER_cert(file.read())
    at = der.index(HEAD)
    public = der[at:at + len(HEAD) + POINT]
    return certificate, key, "sha256//" + base64.b64encode(hashlib.sha256(public).digest()).decode()
