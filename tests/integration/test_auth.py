"""Credentials: Digest as curl does it, Basic, wrong ones, none."""

import base64
import os
import subprocess
import unittest

import config
from case import AgentTest, json_record, post
from certificate import self_signed
from ucmsim import Pbx, Route, Simulation
from until import HANG

URL = "http://127.0.0.1:0"
USER, PASSWORD, GUESSED = "pbx", 'pa"ss wörd: §1', "a-guess-77"


def basic(user, password):
    return ("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())


class Auth(AgentTest):
    def guarded(self, url=URL, **tls):
        secret = os.path.join(self.folder, "push.secret")
        with open(secret, "w", encoding="utf-8") as file:
            file.write(PASSWORD + "\n")
        os.chmod(secret, 0o600)
        return self.agent(config.ucm(config.listen(url, User=USER, PasswordFile=secret, **tls), config.pbx("hq")))

    def curl(self, agent, *options, url=URL, body=None):
        """The status of each answer, last one last."""
        done = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-D", "-", "--max-time", str(int(HANG)), "-d", body or json_record(),
                               *options, agent.url(url) + "/cdr"], capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [int(line.split()[1]) for line in done.stdout.decode().splitlines() if line.startswith("HTTP/")]

    def answered(self, agent, calls):
        self.wait_value(agent, "hq", "all", "total_sessions-answered", calls)

    def test_as_curl_does_it(self):
        agent = self.guarded()
        self.assertEqual(self.curl(agent, "--digest", "-u", f"{USER}:{PASSWORD}"), [401, 200])
        self.assertEqual(self.curl(agent, "--basic", "-u", f"{USER}:{PASSWORD}"), [200])
        self.assertEqual(self.curl(agent, "--anyauth", "-u", f"{USER}:{PASSWORD}")[-1], 200)
        self.answered(agent, 3)
        self.assertEqual(self.curl(agent, "--digest", "-u", f"{USER}:{GUESSED}")[-1], 401)
        self.assertEqual(self.curl(agent, "--digest", "-u", f"nobody:{PASSWORD}")[-1], 401)
        self.assertEqual(self.curl(agent, "--basic", "-u", f"{USER}:{GUESSED}"), [401])
        self.assertEqual(self.curl(agent), [401])
        self.assertEqual(self.curl(agent, "--digest", "-u", f"{USER}:{PASSWORD}"), [401, 200])
        self.answered(agent, 4)
        self.assertEqual(agent.value("hq", "self", "total_events-legs_accepted"), 4)
        self.assertNotIn(PASSWORD, agent.log())
        self.assertNotIn(GUESSED, agent.log())

    def test_the_challenge_offers_both(self):
        agent = self.guarded()
        answer = post(agent.url(URL), b"")
        offered = sorted(value.split()[0] for name, value in answer.headers if name == "www-authenticate")
        self.assertEqual(answer.status, 401)
        self.assertIn("Basic", offered)
        self.assertIn("Digest", offered)

    def test_digest_signed_on_another_connection(self):
        agent = self.guarded()
        run = Simulation([Pbx()], [Route(agent.url(URL), auth="digest", user=USER, password=PASSWORD)] * 3, calls=60)
        kept = Simulation([Pbx(epoch=1_780_000_000)],
                          [Route(agent.url(URL), auth="digest-kept", user=USER, password=PASSWORD)], calls=60)
        for one in (run, kept):
            self.assertTrue(one.run(HANG), one.stats())
        expected = sum(one.totals()["hq"]["all"]["total_events-leg_answered"] for one in (run, kept))
        self.wait_value(agent, "hq", "all", "total_events-leg_answered", expected)

    def test_a_forged_digest(self):
        agent = self.guarded()
        forged = [("Authorization", f'Digest username="{USER}", realm="ucm", nonce="0", uri="/cdr", response="{"0" * 32}"'),
                  ("Authorization", "Digest"), ("Authorization", "Basic"), ("Authorization", "Basic ====="), ("Authorization", "Bearer x"),
                  ("Authorization", "Basic " + base64.b64encode(b"no colon").decode()), basic("", ""), basic(USER, PASSWORD[:-1]),
                  basic(USER, PASSWORD + "x"), basic(USER, "")]
        for header in forged:
            self.assertEqual(post(agent.url(URL), json_record(), headers=[header]).status, 401, header)
        self.assertEqual(post(agent.url(URL), json_record(), headers=[basic(USER, PASSWORD)]).status, 200)
        self.answered(agent, 1)

    def test_over_tls(self):
        certificate, key = self_signed(self.folder)
        agent = self.guarded("https://127.0.0.1:0", CertificateFile=certificate, KeyFile=key)
        found = self.curl(agent, "--digest", "-u", f"{USER}:{PASSWORD}", "--cacert", certificate, url="https://127.0.0.1:0")
        self.assertEqual(found, [401, 200])
        self.answered(agent, 1)

    def test_none_are_asked_for(self):
        agent = self.agent()
        self.assertEqual(self.curl(agent, "--digest", "-u", f"{USER}:{PASSWORD}"), [200, 200])
        self.assertEqual(self.curl(agent, "--basic", "-u", f"{USER}:{PASSWORD}"), [200])
        self.assertEqual(self.curl(agent), [200])
        self.answered(agent, 3)


if __name__ == "__main__":
    unittest.main()
