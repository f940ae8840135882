"""ucmctl asks the PBXes of a configuration: what check says of them, what recording fetches."""

import os
import re
import signal
import subprocess
import time
import unittest

import certificate
import config
from case import json_record, post, record
from polled import HTTP, NEVER, PASSWORD, WRONG, PolledTest, recent
from test_ucmctl import FINDING, FINE, NO_ANSWER, WRONG_USE, ucmctl
from ucmsim import Route, Simulation
from ucmsim.certificate import pin, self_signed, server_context
from ucmsim.recapi import wav
from until import HANG, until

NAMED = ("cdrapi", "recapi", "queueapi", "pmsapi")
OTHERS = ("getSystemStatus", "getSystemGeneralStatus", "listAccount", "listVoIPTrunk", "listAnalogTrunk", "listDigitalTrunk",
          "listBridgedChannels", "listUnBridgedChannels", "listQueue", "getQueueCalling", "getCallQueuesMemberMessage")
CALM = {"StatusInterval": 60, "BackfillInterval": 300, "Timeout": 20_000}


class AskedTest(PolledTest):
    """A configuration of one PBX whose API block is that of a server."""

    def written(self, *pbxes, name="ucm.conf", state="state", **options):
        path = os.path.join(self.folder, name)
        said = {"StateDirectory": os.path.join(self.folder, state), **options}
        with open(path, "w", encoding="utf-8") as file:
            file.write("LoadPlugin ucm\n" + config.ucm(config.listen(HTTP), *pbxes, **said) + "\n")
        return path

    def conf(self, server, api=None, pbx=None, **options):
        block = config.pbx(server.pbx.name, self.api(server, **{**CALM, **(api or {})}), **(pbx or {}))
        return self.written(block, **options)

    def said(self, done, ends):
        self.assertEqual(done.returncode, ends, done)
        text = done.stdout + done.stderr
        self.assertNotRegex(text, f"{PASSWORD}|{WRONG}|55501|sid[0-9]|\\b65\\d\\d\\b|\\b20[0-2]\\d\\b(?!-| values)")
        return text

    def check(self, path, *arguments, ends=FINE):
        return self.said(ucmctl("check", "--config", path, *arguments), ends)

    @staticmethod
    def row(said, topic):
        """(word, rest) of a line of the round."""
        found = re.search(rf"^  {re.escape(topic)}  +((?:[^ \n]| (?! ))+)(?:  +(.*))?$", said, re.M)
        return (found[1], found[2] or "") if found else (None, "")

    def words(self, said, topics):
        return {topic: self.row(said, topic)[0] for topic in topics}

    @staticmethod
    def advice(said):
        return re.findall(r"^ *\d+\. (.*)$", said, re.M)


class Check(AskedTest):
    def test_all_is_well(self):
        server = self.server(recent(calls=200, every=60))
        said = self.check(self.conf(server))
        self.assertEqual(self.words(said, ("connection", "TLS", "login", "system", "clock", "time zone", "records")),
                         dict.fromkeys(("connection", "TLS", "login", "system", "clock", "time zone", "records"), "ok"))
        self.assertEqual(self.words(said, NAMED + OTHERS), dict.fromkeys(NAMED + OTHERS, "allowed"))
        self.assertIn("UCM6302 V1.2B, firmware 1.0.20.23, up 62 min", said)
        self.assertIn("-06:00 (auto: 15 of the last 15 calls say -06:00)", said)
        self.assertRegex(said, "trusted by PinnedPublicKey; the certificate expires in (29|30) days")
        self.assertIn(f"{len(server.pbx.store)} records of the last day", said)
        self.assertIn("Nothing to complain about.", said)
        self.assertNotIn("What to do", said)
        self.assertEqual(server.counts.events, {"logins": 1, "logouts": 1})
        self.assertLessEqual(server.counts.requests["cdrapi"], 2)

    def test_offline_leaves_the_pbx_alone(self):
        server = self.server(recent())
        said = self.check(self.conf(server), "--offline")
        self.assertNotIn("What to do", said)
        self.assertIn("Nothing to complain about.", said)
        self.assertEqual(server.counts.connections, 0)

    def test_a_configuration_that_is_wrong_is_asked_where_it_can_be(self):
        server = self.server(recent(calls=20))
        said = self.check(self.conf(server, Retenton=7), ends=FINDING)
        self.assertIn("did you mean Retention", said)
        self.assertEqual(self.row(said, "cdrapi")[0], "allowed")
        self.assertIn("of the file above", self.advice(said)[0])

    def test_each_action_not_permitted(self):
        server = self.server(recent(calls=20))
        for action in NAMED + OTHERS:
            server.faults.clear()
            server.faults.set("status", action=action, code=-47)
            said = self.check(self.conf(server), ends=FINDING)
            word, told = self.row(said, action)
            self.assertEqual(word, "not permitted", (action, said))
            self.assertIn('Tick it for API user "cdrapi" under Integrations > API Configuration > HTTPS API Settings (New)', told)
            self.assertEqual(len(self.advice(said)), 1, said)
            self.assertIn(f"tick {action} for API user", said)
            rest = set(NAMED + OTHERS) - {action}
            if action == "listQueue":
                rest -= {"getQueueCalling", "getCallQueuesMemberMessage"}
            self.assertEqual(self.words(said, rest), dict.fromkeys(rest, "allowed"), action)

    def test_a_user_who_may_do_little(self):
        server = self.server(recent(calls=20), actions={"cdrapi", "recapi"})
        said = self.check(self.conf(server), ends=FINDING)
        self.assertEqual(self.words(said, NAMED), {"cdrapi": "allowed", "recapi": "allowed", "queueapi": "not permitted",
                                                   "pmsapi": "not permitted"})
        self.assertEqual(len(self.advice(said)), 1, said)
        self.assertIn("tick queueapi, pmsapi, getSystemStatus,", self.advice(said)[0])

    def test_not_offered_and_failing(self):
        server = self.server(recent(calls=20))
        server.faults.set("status", action="listDigitalTrunk", code=-19)
        said = self.check(self.conf(server))
        self.assertEqual(self.row(said, "listDigitalTrunk")[0], "not offered")
        server.faults.set("status", action="listAccount", code=-9)
        server.faults.set("rubbish", action="queueapi", what="html")
        said = self.check(self.conf(server), ends=FINDING)
        self.assertEqual(self.words(said, ("listAccount", "queueapi", "listVoIPTrunk")),
                         {"listAccount": "failing", "queueapi": "failing", "listVoIPTrunk": "allowed"})
        self.assertEqual(len(self.advice(said)), 2)

    def test_no_queue(self):
        server = self.server(recent(calls=20))
        server.state.queues.clear()
        said = self.check(self.conf(server))
        self.assertEqual(self.row(said, "getQueueCalling")[0], "not tried")
        self.assertIn("there is no queue", said)

    def test_no_calls_at_all(self):
        said = self.check(self.conf(self.server(recent())))
        self.assertEqual(self.words(said, ("records", "time zone")), {"records": "none", "time zone": "unknown"})
        self.assertIn("proves nothing", said)

    def test_calls_of_last_week(self):
        said = self.check(self.conf(self.server(recent(ago=3 * 86_400, calls=20))))
        self.assertIn("none of the last day, but of the last week", said)
        self.assertEqual(self.row(said, "time zone"), ("ok", "-06:00 (auto: 10 of the last 10 calls say -06:00)"))

    def test_a_time_zone_that_is_not_that_of_the_records(self):
        server = self.server(recent(calls=20))
        said = self.check(self.conf(server, pbx={"TimeZone": "+02:00"}), ends=FINDING)
        self.assertEqual(self.row(said, "time zone")[0], "wrong")
        self.assertIn("10 calls say -06:00", self.advice(said)[0])
        self.check(self.conf(server, pbx={"TimeZone": "-06:00"}))

    def test_a_clock_that_is_wrong(self):
        server = self.server(recent(calls=20))
        server.state.drift = -400
        said = self.check(self.conf(server), ends=FINDING)
        self.assertEqual(self.row(said, "clock"), ("wrong", "6 min behind that of this machine"))

    def test_many_at_once(self):
        servers = [self.server(recent(f"pbx{n}", calls=5, seed=n)) for n in range(6)]
        for server in servers[3:]:
            server.faults.set("hang")
        timeout = 5
        blocks = [config.pbx(server.pbx.name, self.api(server, **{**CALM, "Timeout": 1_000 * (timeout if server.faults.faults else 60)}),
                             From=f"127.0.1.{n}") for n, server in enumerate(servers)]
        said = self.check(self.written(*blocks), ends=FINDING)
        hung = [server.counts.times()[0] for server in servers[3:]]
        self.assertLess(max(hung) - min(hung), timeout, "they hang at the same time")
        self.assertEqual(len(self.advice(said)), 3)
        self.assertEqual(len(re.findall(r"^PBX pbx\d", said, re.M)), 6)


class Trust(AskedTest):
    def test_the_pin_can_be_pasted(self):
        server = self.server(recent(calls=20))
        said = self.check(self.conf(server, {"PinnedPublicKey": None}), ends=FINDING)
        self.assertEqual(self.row(said, "TLS")[0], "failing")
        line = re.search(r'^ *(PinnedPublicKey "sha256//[^"]+")$', said, re.M)[1]
        self.assertEqual(server.counts.requests, {}, "nothing is told to who is not trusted")
        path = self.conf(server, {"PinnedPublicKey": None})
        with open(path, encoding="utf-8") as file:
            text = file.read().replace("<API>", "<API>\n" + line)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.check(path)

    def test_so_can_that_for_toml(self):
        server = self.server(recent(calls=20))
        path = os.path.join(self.folder, "ucm.toml")

        def write(more):
            with open(path, "w", encoding="utf-8") as file:
                file.write(f'state_directory = "{self.folder}/state"\n[[listen]]\nurl = "{HTTP}"\n[[pbx]]\nname = "hq"\n[pbx.api]\nurl = "{server.url}"\n'
                           f'user = "cdrapi"\npassword_file = "{self.password_file}"\ntimeout = 1500\n{more}\n')
        write("")
        said = self.check(path, ends=FINDING)
        write(re.search(r'^ *(pinned_public_key = "sha256//[^"]+")$', said, re.M)[1])
        said = self.check(path)
        self.assertEqual(self.row(said, "pushes")[0], "none")

    def test_not_verified(self):
        server = self.server(recent(calls=20))
        said = self.check(self.conf(server, {"PinnedPublicKey": None, "VerifyPeer": False}), ends=FINDING)
        self.assertEqual(self.words(said, ("TLS", "login")), {"TLS": "not verified", "login": "ok"})
        self.assertIn(f'PinnedPublicKey "{self.pin}"', said)

    def test_by_authority(self):
        server = self.server(recent(calls=20))
        said = self.check(self.conf(server, {"PinnedPublicKey": None, "CACert": self.certificate[0]}))
        self.assertIn("trusted by CACert", said)

    def test_another_key(self):
        server = self.server(recent(calls=20))
        said = self.check(self.conf(server, {"PinnedPublicKey": "sha256//" + "A" * 43 + "="}), ends=FINDING)
        self.assertIn("somebody is in between", self.advice(said)[0])
        self.assertEqual(server.counts.requests, {})

    def test_a_key_that_is_weak(self):
        files = self_signed(self.keys, "weak", "rsa1024")
        server = self.server(recent(calls=20), server_context(*files, weak="rsa1024"))
        said = self.check(self.conf(server, {"PinnedPublicKey": None}), ends=FINDING)
        self.assertIn(f'PinnedPublicKey "{pin(files[0])}"', said)
        self.assertIn("set TLSSecurityLevel 1 in the API block", self.advice(said)[0])
        self.check(self.conf(server, {"TLSSecurityLevel": 1, "PinnedPublicKey": pin(files[0])}))

    def test_a_certificate_that_expires(self):
        files = certificate.self_signed(self.keys)  # for two days
        server = self.server(recent(calls=20), server_context(*files))
        said = self.check(self.conf(server, {"PinnedPublicKey": None, "CACert": files[0]}), ends=FINDING)
        self.assertEqual(self.row(said, "TLS")[0], "expiring")
        self.assertIn("renew its certificate", self.advice(said)[0])
        self.check(self.conf(server, {"PinnedPublicKey": pin(files[0])}))  # a pin knows no dates


class Refused(AskedTest):
    never = NEVER - {"wrong_password", "locked", "forbidden"}

    def test_a_wrong_password_is_tried_once(self):
        for number, server in enumerate((self.server(recent()), self.legacy(recent()))):
            said = self.check(self.conf(server, {"PasswordFile": self.secret(WRONG, "wrong")}), ends=FINDING)
            self.assertEqual(server.counts.events, {"wrong_password": 1})
            self.assertEqual(self.row(said, "login")[0], "refused")
            self.assertEqual(self.row(said, "actions")[0], "not tried")
            self.assertIn('refuses user "cdrapi" or its password', self.advice(said)[0])
            self.assertEqual("4 more tries are left" in said, number == 0)

    def test_locked_out(self):
        server = self.server(recent(), tries=1)
        said = self.check(self.conf(server, {"PasswordFile": self.secret(WRONG, "wrong")}), ends=FINDING)
        self.assertIn("blacklist", self.advice(said)[0])
        self.assertEqual(server.counts.requests["login"], 1)

    def test_what_an_agent_was_refused_is_not_tried(self):
        server = self.server(recent())
        wrong = self.secret(WRONG, "wrong")
        agent = self.asking(self.polled(server, {"PasswordFile": wrong}))
        until(lambda: self.errors(agent) == {"auth": 1}, "it is refused")
        path = self.conf(server, {"PasswordFile": wrong}, StateDirectory=agent.state)
        said = self.check(path, ends=FINDING)
        self.assertEqual(self.words(said, ("login", "actions")), {"login": "not tried", "actions": "not tried"})
        self.assertIn("--force", self.advice(said)[0])
        self.assertEqual(server.counts.events["wrong_password"], 1)
        done = ucmctl("recording", "--config", self.conf(server, {"PasswordFile": wrong}, {"Recordings": True},
                                                         StateDirectory=agent.state), "hq", "--file", "a.wav")
        self.assertIn("was refused there", self.said(done, FINDING))
        self.assertEqual(server.counts.events["wrong_password"], 1)
        self.check(path, "--force", ends=FINDING)
        self.assertEqual(server.counts.events["wrong_password"], 2)
        self.secret(PASSWORD, "wrong")
        said = self.check(path, "--force")
        self.assertEqual(self.row(said, "login")[0], "ok")

    def test_not_let_in(self):
        for server in (self.server(recent(), addresses=["192.0.2.0/24"]), self.legacy(recent(), permitted="192.0.2.0/24")):
            said = self.check(self.conf(server), ends=FINDING)
            self.assertEqual(self.row(said, "login")[0], "refused")
            self.assertIn("permitted IPs", self.advice(said)[0])


class Away(AskedTest):
    def test_nothing_listens(self):
        server = self.server(recent())
        path = self.conf(server)
        server.close()
        said = self.check(path, ends=FINDING)
        self.assertEqual(self.row(said, "connection")[0], "failing")
        self.assertIn("nothing listens", self.advice(said)[0])

    def test_it_hangs(self):
        server = self.server(recent(calls=20))
        for fault in ("hang_connect", "hang"):
            server.faults.set(fault)
            before = server.counts.connections
            said = self.check(self.conf(server, {"Timeout": 1_000}), ends=FINDING)
            self.assertEqual(server.counts.connections, before + 1, "one try")
            self.assertIn("no answer within 1000 ms", self.advice(said)[0])
            server.faults.clear()

    def test_some_actions_hang(self):
        server = self.server(recent(calls=20))
        server.faults.set("hang", action="queueapi")
        said = self.check(self.conf(server, {"Timeout": 4_000}), ends=FINDING)
        self.assertEqual(self.words(said, ("queueapi", "pmsapi", "listQueue")),
                         {"queueapi": "failing", "pmsapi": "allowed", "listQueue": "allowed"})
        for action in OTHERS:
            server.faults.set("hang", action=action)
        hung = server.counts.faults["hang"]
        said = self.check(self.conf(server, {"Timeout": 4_000}), ends=FINDING)
        self.assertLessEqual(server.counts.faults["hang"] - hung, 3, "and not one after the other")
        self.assertEqual(self.row(said, "round")[0], "cut short")

    def test_it_drips(self):
        server = self.server(recent(calls=20))
        server.faults.set("slow", ms=1_200)
        said = self.check(self.conf(server, {"Timeout": 2_000}), ends=FINDING)
        self.assertEqual(self.row(said, "round")[0], "cut short")
        self.assertIn("the round was ended after 16 s", said)
        self.assertEqual(self.row(said, "cdrapi")[0], "allowed")


class CutShort(AskedTest):
    def test_it_wants_to_be_asked_less_often(self):
        server = self.server(recent(calls=20))
        server.faults.set("status", action="listAccount", code=-45)
        said = self.check(self.conf(server), ends=FINDING)
        self.assertEqual(self.words(said, ("round", "pmsapi", "listAccount", "listQueue")),
                         {"round": "cut short", "pmsapi": "allowed", "listAccount": "not tried", "listQueue": "not tried"})
        self.assertEqual(server.counts.requests["listVoIPTrunk"], 0)
        self.assertEqual(server.counts.events["logouts"], 1)

    def test_something_ends_the_session(self):
        server = self.server(recent(calls=20))
        server.faults.set("expire", action="queueapi", times=1)
        said = self.check(self.conf(server))
        self.assertIn("2 times, because something ended the session", said)
        self.assertEqual(self.row(said, "queueapi")[0], "allowed")

    def test_no_cookie_is_good(self):
        server = self.server(recent(calls=20))
        server.faults.set("status", action="queueapi", code=-6)
        said = self.check(self.conf(server), ends=FINDING)
        self.assertEqual(self.row(said, "round")[0], "cut short")
        self.assertEqual(server.counts.requests["login"], 2)


class Legacy(AskedTest):
    def test_all_is_well(self):
        for scheme in ("digest", "basic", "both", "none"):
            server = self.legacy(recent(calls=50), scheme=scheme)
            said = self.check(self.conf(server))
            self.assertEqual(self.words(said, NAMED), {"cdrapi": "allowed", "recapi": "allowed", "queueapi": "allowed",
                                                       "pmsapi": "not offered"})
            self.assertEqual(self.words(said, ("login", "time zone", "records")),
                             {"login": "ok", "time zone": "ok", "records": "ok"})
            self.assertNotIn("getSystemStatus", said)
            self.assertEqual((server.complaints, server.counts.events), ([], {}), "nothing that it would not take")

    def test_it_knows_nothing_but_csv(self):
        server = self.legacy(recent(calls=50), csv_only=True)
        said = self.check(self.conf(server))
        self.assertEqual(self.words(said, ("records", "time zone", "cdrapi")),
                         {"records": "ok", "time zone": "ok", "cdrapi": "allowed"})

    def test_one_path_is_forbidden(self):
        server = self.legacy(recent(calls=20))
        server.faults.set("http", action="recapi", status=403)
        said = self.check(self.conf(server), ends=FINDING)
        self.assertEqual(self.words(said, ("cdrapi", "recapi", "queueapi")),
                         {"cdrapi": "allowed", "recapi": "failing", "queueapi": "allowed"})

    def test_it_is_no_api(self):
        server = self.legacy(recent(calls=20))
        server.faults.set("http", status=404)
        said = self.check(self.conf(server), ends=FINDING)
        self.assertEqual(self.row(said, "cdrapi")[0], "failing")
        self.assertIn("does URL name its API?", self.advice(said)[0])


class Pushes(AskedTest):
    def test_no_agent_runs(self):
        said = self.check(self.conf(self.server(recent(calls=20))))
        self.assertEqual(self.row(said, "pushes")[0], "unknown")
        self.assertIn("no agent to ask", said)

    def test_an_agent_runs(self):
        hq = recent(calls=20)
        server = self.server(hq)
        agent = self.agent(config.ucm(config.listen(HTTP), config.pbx("hq")))
        path = self.conf(server, StateDirectory=agent.state)
        said = self.check(path)
        self.assertEqual(self.row(said, "pushes")[0], "none yet")
        self.assertIn(f"port {agent.url(HTTP).rpartition(':')[2]}", self.advice(said)[0])
        run = Simulation([hq], [Route(agent.url(HTTP))], calls=20)
        self.assertTrue(run.run(HANG), run.stats())
        until(lambda: self.counter(agent, "total_events-legs_accepted") == run.answered(), "they are counted")
        said = self.check(path)
        self.assertRegex(self.row(said, "pushes")[1], rf"^{run.answered()} new records, the last one \d+ s ago$")
        hq.store.forget(1_000)
        said = self.check(path, ends=FINDING)
        self.assertEqual(self.row(said, "records")[0], "missing")
        other = self.server(recent("other", calls=20))
        said = self.check(self.conf(other, StateDirectory=agent.state))
        self.assertIn("does not know this PBX", said)

    def test_records_come_by_the_api_alone(self):
        hq = recent(calls=20)
        server = self.server(hq)
        agent = self.asking(self.polled(server, {**CALM, "StatusInterval": 600, "BackfillInterval": 600}, From="127.0.0.1"))
        until(lambda: self.counter(agent, "total_events-legs_backfilled") == len(hq.store), "they are fetched")
        said = self.check(self.conf(server, StateDirectory=agent.state), ends=FINDING)
        self.assertEqual(self.row(said, "pushes"), ("none yet", f"though the API brought {len(hq.store)} records"))


class Recording(AskedTest):
    never = NEVER - {"wrong_password"}
    MONTH = "2026-01"

    def setUp(self):
        super().setUp()
        self.into = os.path.join(self.folder, "into")
        os.mkdir(self.into)
        self.sound = wav(20)

    def fetch(self, path, *arguments, ends=FINE, socket=None):
        before = os.getcwd()
        os.chdir(self.into)
        try:
            done = ucmctl("recording", "--config", path, "hq", *arguments, socket=socket)
        finally:
            os.chdir(before)
        self.assertEqual(done.returncode, ends, done)
        self.assertNotRegex(done.stdout + done.stderr, f"{PASSWORD}|{WRONG}|sid[0-9]")
        return done.stdout + done.stderr

    def files(self):
        return sorted(os.listdir(self.into))

    def read(self, name):
        with open(os.path.join(self.into, name), "rb") as file:
            return file.read()

    def allowed(self, server, **options):
        return self.conf(server, pbx={"Recordings": True}, **options)

    def test_off_unless_it_is_allowed(self):
        server = self.server(recent())
        server.recordings.put("monitor", "a.wav", self.sound)
        self.assertIn("Recordings true", self.fetch(self.conf(server), "--file", "a.wav", ends=FINDING))
        self.assertEqual((self.files(), server.counts.connections), ([], 0))

    def test_by_name(self):
        for server in (self.server(recent()), self.server(recent(), chunked=True), self.legacy(recent())):
            for folder in ("monitor", "monitor/" + self.MONTH, "queue"):
                server.recordings.files.clear()
                server.recordings.put(folder, "a.wav", self.sound)
                said = self.fetch(self.allowed(server), "--file", self.MONTH + "/a.wav@")
                self.assertRegex(said, r"^a\.wav  312\.5 KiB$")
                self.assertEqual((self.files(), self.read("a.wav")), (["a.wav"], self.sound), folder)
                self.assertEqual(os.stat(os.path.join(self.into, "a.wav")).st_mode & 0o777, 0o600)
                os.unlink(os.path.join(self.into, "a.wav"))

    def test_an_existing_file_stays(self):
        server = self.server(recent())
        server.recordings.put("monitor", "a.wav", self.sound)
        path, there = self.allowed(server), os.path.join(self.into, "there")
        with open(there, "w", encoding="utf-8") as file:
            file.write("mine")
        said = self.fetch(path, "--file", "a.wav", "--output", "there", ends=FINDING)
        self.assertIn("--overwrite", said)
        self.assertEqual((self.read("there"), server.counts.connections), (b"mine", 0))
        self.fetch(path, "--file", "a.wav", "--output", there, "--overwrite")
        self.assertEqual((self.files(), self.read("there")), (["there"], self.sound))
        os.symlink("/nonexistent", os.path.join(self.into, "a.wav"))
        self.fetch(path, "--file", "a.wav", ends=FINDING)
        self.fetch(path, "--file", "a.wav", "--output", "no/such/folder", ends=FINDING)
        self.fetch(path, "--file", "a.wav", "--output", ".", "--overwrite", ends=FINDING)

    def test_a_transfer_that_ends_early_leaves_nothing(self):
        server = self.server(recent())
        server.recordings.put("monitor", "a.wav", self.sound)
        for fault in ({"kind": "cut"}, {"kind": "cut", "at": 5_000}, {"kind": "rubbish", "what": "longer"}):
            server.faults.set(action="recapi", times=1, **fault)
            said = self.fetch(self.allowed(server), "--file", "a.wav", ends=FINDING)
            self.assertIn("was not kept", said)
            self.assertEqual(self.files(), [])
        self.fetch(self.allowed(server), "--file", "a.wav")

    def test_a_transfer_that_stops_is_ended(self):
        server = self.server(recent())
        server.recordings.put("monitor", "a.wav", self.sound)
        path = self.conf(server, {"Timeout": 3_000}, {"Recordings": True})
        server.faults.set("drip", action="recapi", times=1, pause=600, after=4_000)
        began = time.monotonic()
        said = self.fetch(path, "--file", "a.wav", ends=NO_ANSWER)
        self.assertIn("says nothing for 3000 ms", said)
        self.assertLess(time.monotonic() - began, 60)
        self.assertEqual(self.files(), [])
        server.faults.set("drip", action="recapi", times=1, pause=0.02, after=len(self.sound) - 20)
        self.fetch(path, "--file", "a.wav")
        self.assertEqual(self.read("a.wav"), self.sound, "slow is not silent")

    def test_interrupted(self):
        try:
            os.close(os.open(self.into, os.O_TMPFILE | os.O_WRONLY))
        except OSError:
            self.skipTest("this file system has no files without a name")
        server = self.server(recent())
        server.recordings.put("monitor", "a.wav", self.sound)
        server.faults.set("drip", action="recapi", times=1, pause=0.1, after=4_000)
        with subprocess.Popen([config.UCMCTL, "recording", "--config", self.allowed(server), "hq", "--file", "a.wav"],
                              cwd=self.into) as running:
            until(lambda: server.counts.requests["recapi"] == 1, "it comes")
            self.assertEqual(self.files(), [])
            running.send_signal(signal.SIGINT)
        self.assertEqual(self.files(), [])

    def test_a_wrong_password_is_tried_once(self):
        server = self.server(recent())
        path = self.conf(server, {"PasswordFile": self.secret(WRONG, "wrong")}, {"Recordings": True})
        self.assertIn("refuses user", self.fetch(path, "--file", "2026-01/a.wav", ends=FINDING))
        self.assertEqual((server.counts.events["wrong_password"], self.files()), (1, []))

    def test_what_is_no_recording(self):
        server = self.server(recent())
        for missing in ("json", "html"):
            server.desk.missing_recording = missing
            self.assertIn("does not have it", self.fetch(self.allowed(server), "--file", "a.wav", ends=FINDING))
        server.faults.set("status", action="recapi", code=-47)
        self.assertIn("tick it", self.fetch(self.allowed(server), "--file", "a.wav", ends=FINDING))
        self.assertEqual(self.files(), [])
        for name in ("../a.wav", "/etc/a.wav", "a.wav@b.wav", "@"):
            self.fetch(self.allowed(server), "--file", name, ends=WRONG_USE)
        self.fetch(self.allowed(server), ends=WRONG_USE)
        self.fetch(self.allowed(server), "1", "--file", "a.wav", ends=WRONG_USE)

    def test_of_a_pbx_that_there_is_not(self):
        path = self.allowed(self.server(recent("other")))
        self.assertIn("it has: other", self.fetch(path, "--file", "a.wav", ends=WRONG_USE))

    def test_away(self):
        server = self.server(recent())
        path = self.allowed(server)
        server.close()
        self.assertIn("nothing listens", self.fetch(path, "--file", "a.wav", ends=NO_ANSWER))

    def test_by_call(self):
        server = self.server(recent())
        agent = self.agent(config.ucm(config.listen(HTTP), config.pbx("hq")))
        path = self.allowed(server, StateDirectory=agent.state)
        one = record(recordfiles=f"{self.MONTH}/one.wav@two.wav@", uniqueid="1769436000.77")
        self.assertEqual(post(agent.url(HTTP), json_record(**one)).status, 200)
        self.assertEqual(post(agent.url(HTTP), json_record()).status, 200)
        server.recordings.put("monitor/" + self.MONTH, "one.wav", self.sound)
        server.recordings.put("monitor", "two.wav", self.sound[:5_000])
        call = one["session"]
        until(lambda: self.fetch(path, call, "--list") == f"{self.MONTH}/one.wav\ntwo.wav\n", "the ledger knows it")
        self.assertEqual(self.files(), [])
        self.assertIn("2 recordings", self.fetch(path, call, "--output", "x", ends=WRONG_USE))
        for name in (call, one["uniqueid"], one["AcctId"]):
            self.fetch(path, name)
            self.assertEqual(self.files(), ["one.wav", "two.wav"])
            self.assertEqual((self.read("one.wav"), self.read("two.wav")), (self.sound, self.sound[:5_000]))
            for file in self.files():
                os.unlink(os.path.join(self.into, file))
        with open(os.path.join(self.into, "one.wav"), "w", encoding="utf-8") as file:
            file.write("mine")
        self.fetch(path, call, ends=FINDING)
        self.assertEqual((self.read("one.wav"), self.read("two.wav")), (b"mine", self.sound[:5_000]))
        self.assertIn("names a recording", self.fetch(path, "nothing", ends=FINDING))
        self.assertEqual(server.counts.events["logins"], server.counts.events["logouts"])

    def test_by_call_without_an_agent(self):
        server = self.server(recent())
        self.assertIn("--file NAME", self.fetch(self.allowed(server), "1", ends=NO_ANSWER))


if __name__ == "__main__":
    unittest.main()
