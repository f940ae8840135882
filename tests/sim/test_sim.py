#!/usr/bin/python3
"""Tests of the simulated PBX itself: its totals against examples worked by hand, its records, its manners."""

import csv
import http.server
import json
import os
import random
import socket
import sys
import threading
import unittest
import xml.etree.ElementTree as xml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ucmsim import Pbx, Route, Simulation, safe_name, totals  # noqa: E402
from ucmsim.away import Backlog  # noqa: E402
from ucmsim.digest import authorization, challenge_in  # noqa: E402
from ucmsim.records import GEN1, csv_of, document, fields_of, json_of, xml_of  # noqa: E402
from ucmsim.scenarios import MIX, next_call, time_of_day  # noqa: E402
from ucmsim.totals import identity, outcome  # noqa: E402


def leg(disposition="ANSWERED", **fields):
    made = {"uniqueid": "1769436000.1", "session": "1", "start": "2026-01-26 08:00:00", "answer": "2026-01-26 08:00:05",
            "lastapp": "Dial", "billsec": "10", "duration": "15", "disposition": disposition, "action_type": "DIAL",
            "userfield": "Inbound", "src_trunk_name": "A b", "AcctId": "1", "dstchannel": ""}
    made.update(fields)
    return made


class TotalsByHand(unittest.TestCase):
    def test_one_answered_call(self):
        t = totals([leg()])
        for scope in ("all", "inbound", "trunk-A_b"):
            self.assertEqual(t[scope]["total_sessions-answered"], 1, scope)
            self.assertEqual(t[scope]["total_time_in_ms-talk"], 10_000)
            self.assertEqual(t[scope]["total_time_in_ms-wait"], 5_000)
        self.assertEqual(t["outbound"]["total_sessions-answered"], 0)
        self.assertEqual(t["all"]["total_events-leg_answered"], 1)

    def test_a_duplicate_counts_once(self):
        self.assertEqual(totals([leg(), leg(AcctId="7")])["all"]["total_events-leg_answered"], 1)

    def test_ring_group_answered_by_the_second_member(self):
        t = totals([leg(lastapp="ForkCDR", billsec="0", duration="0", action_type="RINGGROUP[6400]", answer="2026-01-26 08:00:00"),
                    leg("NO ANSWER", AcctId="2", dstchannel="a", billsec="0", action_type="RINGGROUP[6400]"),
                    leg(AcctId="3", dstchannel="b", billsec="33", answer="2026-01-26 08:00:09", action_type="RINGGROUP[6400]")])
        self.assertEqual(t["ringgroup-6400"]["total_sessions-answered"], 1)
        self.assertEqual(t["ringgroup-6400"]["total_sessions-no_answer"], 0)
        self.assertEqual(t["all"]["total_time_in_ms-talk"], 33_000)
        self.assertEqual(t["all"]["total_time_in_ms-wait"], 9_000)
        self.assertEqual(t["all"]["total_events-leg_answered"], 2)
        self.assertEqual(t["all"]["total_events-leg_no_answer"], 1)

    def test_voicemail_talk_is_leg_talk_only(self):
        t = totals([leg("NO ANSWER", billsec="0"), leg(AcctId="2", lastapp="VoiceMail", action_type="VM", billsec="20")])["all"]
        self.assertEqual((t["total_sessions-voicemail"], t["total_sessions-no_answer"]), (1, 0))
        self.assertEqual((t["total_time_in_ms-talk"], t["total_time_in_ms-wait"], t["total_time_in_ms-leg_talk"]), (0, 0, 20_000))

    def test_transfer_adds_talk_and_keeps_the_first_direction(self):
        t = totals([leg(), leg(AcctId="2", uniqueid="1769436000.2", start="2026-01-26 08:00:15", answer="2026-01-26 08:00:20",
                               billsec="100", userfield="Internal", src_trunk_name="", action_type="TRANSFER")])
        self.assertEqual(t["inbound"]["total_time_in_ms-talk"], 110_000)
        self.assertEqual(t["inbound"]["total_time_in_ms-wait"], 5_000)
        self.assertEqual(t["internal"]["total_sessions-answered"], 0)

    def test_precedence(self):
        def words(*dispositions):
            return outcome([leg(d) for d in dispositions])
        self.assertEqual(words("BUSY", "FAILED"), "busy")
        self.assertEqual(words("BUSY", "NO ANSWER"), "no_answer")
        self.assertEqual(words("FAILED", "NOANSWER"), "no_answer")
        self.assertEqual(words("CONGESTION", "odd"), "failed")
        self.assertEqual(words(""), "other")
        self.assertEqual(outcome([leg(lastapp="Park", billsec="0")]), "ivr")
        self.assertEqual(outcome([leg(billsec="0")]), "answered")
        self.assertEqual(outcome([leg(action_type="ANNOUNCE[1]")]), "ivr")

    def test_direction_from_trunks_when_userfield_says_nothing(self):
        both = leg(userfield="EXT", dst_trunk_name="C")
        t = totals([both])
        self.assertEqual(t["external"]["total_sessions-answered"], 1)
        self.assertEqual({s for s in t if s.startswith("trunk-")}, {"trunk-A_b", "trunk-C"})

    def test_without_session_the_uniqueid_ties(self):
        self.assertEqual(totals([leg(session=""), leg(session="", AcctId="2", dstchannel="x")])["all"]["total_sessions-answered"], 1)

    def test_safe_name(self):
        self.assertEqual(safe_name("SIP Línea 1"), "SIP_L_nea_1")
        self.assertEqual(safe_name("carrier/west-2.a_b"), "carrier_west-2.a_b")


class Records(unittest.TestCase):
    def setUp(self):
        self.pbx = Pbx(seed=5)
        self.legs = [one for n in range(3_000) for one in next_call(self.pbx, n * 0.5)]

    def test_a_seed_gives_the_same_calls(self):
        again = Pbx(seed=5)
        self.assertEqual([one for n in range(3_000) for one in next_call(again, n * 0.5)], self.legs)

    def test_no_two_legs_share_an_identity(self):
        self.assertEqual(len({identity(one) for one in self.legs}), len(self.legs))

    def test_shapes_that_real_records_have(self):
        for one in self.legs:
            if one["disposition"] == "NO ANSWER":
                self.assertEqual((one["answer"], one["billsec"]), (one["end"], "0"))
            if one["disposition"] in ("BUSY", "FAILED"):
                self.assertEqual((one["answer"], one["end"]), ("", ""))
            self.assertLessEqual(len(one["lastdata"].encode("utf-8", "surrogateescape")), 255)
        self.assertTrue(any("\udc80" <= one["lastdata"][-1:] <= "\udcff" for one in self.legs), "a character cut in half")

    def test_every_scenario_happens(self):
        for scenario, _ in MIX:
            self.assertTrue(scenario(Pbx(), 0), scenario.__name__)

    def test_json(self):
        for one in self.legs[:300]:
            sent = fields_of(one, "push", "json")
            text = document(sent, "json").decode("utf-8", "replace")
            self.assertTrue(text.startswith('{ "AcctId": "'))
            self.assertEqual(json.loads(text)["session"], one["session"])
        self.assertEqual(json_of({"a": 'x"/\\'}), '{ "a": "x\\"\\/\\\\" }')
        self.assertNotIn("recordfiles", fields_of(dict(self.legs[0], recordfiles=""), "push", "json"))

    def test_xml(self):
        for one in self.legs[:300]:
            sent = fields_of(one, "gen3", "xml")
            root = xml.fromstring(document(sent, "xml").decode("utf-8", "replace"))
            self.assertEqual({child.tag: child.text or "" for child in root}["clid"], one["clid"])
        self.assertTrue(xml_of({"a": "&"}, declaration=False, roots=("x", "y")).startswith("<x><y><a>&amp;"))

    def test_csv(self):
        for one in self.legs[:300]:
            for quote_all in (True, False):
                sent = fields_of(one, "gen1", "csv")
                cells = next(csv.reader([csv_of(sent, quote_all)], quotechar="'"))
                self.assertEqual(len(cells), 33)
                self.assertEqual(dict(zip(GEN1, cells)), sent)

    def test_day(self):
        hours = [int(time_of_day(n / 1_000) // 3_600) for n in range(1_000)]
        self.assertEqual(max(set(hours), key=hours.count), 10)


class Keeping(unittest.TestCase):
    def fill(self, when_full):
        backlog = Backlog(2, when_full)
        for n in range(3):
            backlog.put(n)
        backlog.close()
        return backlog.dropped, backlog.take(5)

    def test_oldest_and_newest(self):
        self.assertEqual(self.fill("oldest"), (1, [1, 2]))
        self.assertEqual(self.fill("newest"), (1, [0, 1]))

    def test_what_is_kept_stays_first(self):
        backlog = Backlog()
        for n in range(4):
            backlog.put(n)
        backlog.kept(backlog.take(2))
        self.assertEqual(backlog.take(9), [0, 1, 2, 3])


class Receiver(http.server.BaseHTTPRequestHandler):
    """Asks for Digest, then refuses every third record."""
    protocol_version = "HTTP/1.1"
    seen, taken = [], []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = (self.headers["Authorization"] or "").startswith("Digest")
        self.seen.append((signed, len(body)))
        if not signed:
            self.reply(401, ("WWW-Authenticate", 'Basic realm="ucm"'), ("WWW-Authenticate", 'Digest realm="ucm", nonce="n", qop="auth"'))
        elif len(self.seen) % 3 == 0:
            self.reply(503)
        else:
            self.taken.append(body)
            self.reply(200)

    def reply(self, status, *headers):
        self.send_response(status)
        for header in headers + (("Content-Length", "0"),):
            self.send_header(*header)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Manners(unittest.TestCase):
    def test_digest_example_of_rfc_2617(self):
        header = 'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5c"'
        challenge = challenge_in([("www-authenticate", "Basic x"), ("www-authenticate", header)])
        answer = authorization(challenge, "GET", "/dir/index.html", "Mufasa", "Circle Of Life", 1, "0a4f113b")
        self.assertIn('response="6629fae49393a05397450978507c4ef1"', answer)

    def test_http_asks_first_and_sends_again(self):
        Receiver.seen, Receiver.taken = [], []
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            route = Route(f"http://127.0.0.1:{server.server_port}/cdr", auth="digest", user="u", password="p")
            run = Simulation([Pbx()], [route], calls=20, retry=0.01)
            self.assertTrue(run.run(30))
            server.shutdown()
        self.assertEqual(Receiver.seen[0], (False, 0))
        self.assertEqual(len(set(Receiver.taken)), run.stats()["legs"])
        self.assertEqual(sum(v for k, v in run.totals()["hq"]["all"].items() if k.startswith("total_sessions")), 20 + self.parked(run))
        self.assertGreater(run.stats()["failures"], 0)

    @staticmethod
    def parked(run):
        """Calls of two sessions."""
        return sum(f["action_type"] == "PARKEDCALL" and f["lastapp"] == "ParkedCall" for s in run.senders for f in s.delivered)

    def test_tcp_framings(self):
        for between in ("newline", "nul", "nothing"):
            with socket.create_server(("127.0.0.1", 0)) as server:
                got = []
                threading.Thread(target=self.swallow, args=(server, got), daemon=True).start()
                route = Route(f"tcp://127.0.0.1:{server.getsockname()[1]}", between=between, together=7, packet=100)
                run = Simulation([Pbx(address="127.0.0.2")], [route], calls=20)
                self.assertTrue(run.run(30))
            data, count, text = json.JSONDecoder(), 0, b"".join(got).decode("utf-8", "replace")
            while text := text.lstrip("\n\0"):
                text = text[data.raw_decode(text)[1]:]
                count += 1
            self.assertEqual(count, run.stats()["delivered"], between)

    @staticmethod
    def swallow(server, got):
        while True:
            try:
                line, peer = server.accept()
            except OSError:
                return
            with line:
                while more := line.recv(65_536):
                    got.append(more)

    def test_tcp_receiver_that_hangs_up_in_the_middle(self):
        """What the sender takes for delivered must have been read, wherever the receiver closed."""
        read = set()
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=self.hang_up, args=(server, read), daemon=True).start()
            target = f"tcp://127.0.0.1:{server.getsockname()[1]}"
            routes = [Route(target, together=4, packet=900), Route(target), Route(target)]
            run = Simulation([Pbx()], routes, calls=300, retry=0.001)
            self.assertTrue(run.run(60), run.stats())
        self.assertGreater(run.stats()["failures"], 5)
        self.assertEqual({f["session"] + f["AcctId"] for sender in run.senders for f in sender.delivered} - read, set())

    @staticmethod
    def hang_up(server, read):
        rng, line = random.Random(3), None
        while True:
            try:
                line, peer = server.accept()
            except OSError:
                return
            got, most = b"", rng.choice((0, 0, 1, 900, 2_500, 10**6, 10**6))
            with line:
                while len(got) < most and (more := line.recv(min(1_000, most - len(got)))):
                    got += more
                for text in got.split(b"\n")[:-1]:
                    document = json.loads(text.decode("utf-8", "replace"))
                    read.add(document["session"] + document["AcctId"])

    def test_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        run = Simulation([Pbx()], [Route(f"http://127.0.0.1:{port}/")], calls=5, retry=0.01, attempts=3)
        self.assertTrue(run.run(30))
        self.assertEqual((run.stats()["failures"], run.totals()["hq"]["all"]["total_sessions-answered"]), (3, 0))


if __name__ == "__main__":
    unittest.main()
