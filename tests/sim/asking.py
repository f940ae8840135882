"""What the tests of the simulated APIs share: a server with calls in it, and a client that knows how to ask."""

import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import unittest
from urllib.parse import urlencode

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ucmsim import ApiServer, LegacyServer, Pbx, Simulation  # noqa: E402
from ucmsim.certificate import self_signed, server_context  # noqa: E402
from ucmsim.logins import token_of  # noqa: E402

PASSWORD = "cdrapi123"


def trusting():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Client:
    """Of the new API. Each request has a connection of its own unless `kept`."""

    def __init__(self, server, user="cdrapi", password=PASSWORD, timeout=120):
        self.server, self.user, self.password, self.timeout, self.cookie = server, user, password, timeout, None
        self.context = trusting()

    def raw(self, body, path="/api", method="POST", headers=()):
        line = http.client.HTTPSConnection(self.server.address, self.server.port, timeout=self.timeout, context=self.context)
        try:
            line.request(method, path, body, {"Content-Type": "application/json;charset=UTF-8", "Connection": "close", **dict(headers)})
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def ask(self, action, **parameters):
        """The answer as JSON where it is that, else as bytes."""
        request = {"action": action, **({"cookie": self.cookie} if self.cookie else {}), **parameters}
        status, body = self.raw(json.dumps({"request": request}))
        try:
            return json.loads(body.decode("utf-8", "surrogateescape")) if status == 200 else (status, body)
        except ValueError:
            return body

    def login(self, password=None):
        challenge = self.ask("challenge", user=self.user, version="1.0")["response"]["challenge"]
        answer = self.ask("login", user=self.user, token=token_of(challenge, password or self.password))
        if answer["status"] == 0:
            self.cookie = answer["response"]["cookie"]
        return answer

    def items(self, **parameters):
        return self.ask("cdrapi", format="json", **parameters)["cdr_root"]


def curl(*arguments):
    """(HTTP status, body) as the stock tool sees it; status 0 with its error number for none."""
    done = subprocess.run(["curl", "-s", "-k", "--max-time", "120", "-w", "\n%{http_code}", *arguments], capture_output=True, check=False)
    body, _, status = done.stdout.rpartition(b"\n")
    return (int(status), body) if not done.returncode else (0, done.returncode)


def query(**parameters):
    return "?" + urlencode(parameters)


class ServerTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="ucmsim-test-")
        cls.files = self_signed(cls.folder)
        cls.context = server_context(*cls.files)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def pbx(self, calls=0, **options):
        made = Pbx(**options)
        made.keep_records()
        if calls:
            self.run_of = Simulation([made], [], calls=calls)
            self.assertTrue(self.run_of.run(60))
        return made

    def server(self, pbx=None, context=None, **options):
        made = ApiServer(pbx or self.pbx(), context or self.context, **options)
        self.addCleanup(made.close)
        return made

    def legacy(self, pbx=None, context=None, **options):
        made = LegacyServer(pbx or self.pbx(), context or self.context, **options)
        self.addCleanup(made.close)
        return made

    def client(self, server, **options):
        """One that is logged in."""
        made = Client(server, **options)
        self.assertEqual(made.login()["status"], 0)
        return made
