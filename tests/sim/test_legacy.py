#!/usr/bin/python3
"""The old API of the simulated PBX, asked with the stock tool."""

import json
import unittest
import wave
import xml.etree.ElementTree as xml
from io import BytesIO

from asking import ServerTest, curl, query
from ucmsim.digest import authorization, challenge_in
from ucmsim.http import Connection, tls_context
from ucmsim.records import GEN0, GEN1

RIGHT = ("--digest", "-u", "cdrapi:cdrapi123")


class Access(ServerTest):
    def test_digest(self):
        server = self.legacy()
        self.assertEqual(curl(server.url + "/cdrapi")[0], 401)
        self.assertEqual(curl(*RIGHT, server.url + "/cdrapi?format=json")[0], 200)
        self.assertEqual(curl("--anyauth", "-u", "cdrapi:cdrapi123", server.url + "/cdrapi")[0], 200)
        self.assertEqual(curl("--basic", "-u", "cdrapi:cdrapi123", server.url + "/cdrapi")[0], 401)
        self.assertEqual(curl("--digest", "-u", "cdrapi:wrong", server.url + "/cdrapi")[0], 401)
        self.assertEqual(server.counts.events["wrong_password"], 2)

    def test_basic_both_none(self):
        for scheme, works in (("basic", "--basic"), ("both", "--basic"), ("both", "--digest"), ("none", "--basic")):
            server = self.legacy(scheme=scheme)
            self.assertEqual(curl(works, "-u", "cdrapi:cdrapi123", server.url + "/cdrapi")[0], 200, scheme)
            self.assertEqual(curl(works, "-u", "cdrapi:wrong", server.url + "/cdrapi")[0], 200 if scheme == "none" else 401, scheme)

    def test_locked(self):
        server = self.legacy(tries=3)
        statuses = [curl("--digest", "-u", "cdrapi:wrong", server.url + "/cdrapi")[0] for _ in range(3)]
        self.assertEqual(statuses, [401, 401, 403])
        self.assertEqual(curl(*RIGHT, server.url + "/cdrapi"), (403, b"403 Forbidden"))
        self.assertEqual((server.counts.events["wrong_password"], server.counts.events["locked"]), (3, 1))

    def test_permitted_addresses(self):
        server = self.legacy(permitted="")
        self.assertEqual(curl(*RIGHT, server.url + "/cdrapi")[0], 403)
        server.gate.permitted = "198.51.100.0/24, 127.0.0.1"
        self.assertEqual(curl(*RIGHT, server.url + "/cdrapi")[0], 200)

    def test_a_nonce_is_used_again_but_a_request_is_not(self):
        server = self.legacy()
        line = Connection(server.address, server.port, tls=tls_context(verify=False))
        self.addCleanup(line.close)

        def ask(challenge, count, uri="/cdrapi?format=json"):
            said = authorization(challenge, "GET", uri, "cdrapi", "cdrapi123", count)
            return line.request("GET", "/cdrapi?format=json", b"", [("Authorization", said)])
        first = challenge_in(line.request("GET", "/cdrapi", b"").headers)
        self.assertEqual([ask(first, count).status for count in (1, 2, 3, 3, 2, 4)], [200, 200, 200, 401, 401, 200])
        self.assertEqual(ask(first, 5, "/recapi").status, 401)  # for another resource
        server.gate.forget()
        answer = ask(first, 6)
        self.assertIn("stale=true", answer.header("www-authenticate"))
        self.assertEqual(ask(challenge_in(answer.headers), 1).status, 200)
        self.assertEqual(server.counts.events["wrong_password"], 3)


class Answers(ServerTest):
    def setUp(self):
        self.hq = self.pbx(calls=120)
        self.served = self.legacy(self.hq, scheme="none")

    def get(self, what, server=None):
        status, body = curl((server or self.served).url + what)
        self.assertEqual(status, 200, what)
        return body

    def test_formats(self):
        lines = self.get("/cdrapi").decode("utf-8", "replace").split("\n")
        self.assertEqual(lines[0].split(","), GEN1)
        self.assertEqual(len(lines), len(self.hq.store.legs()) + 2)
        self.assertEqual(len(json.loads(self.get("/cdrapi?format=JSON&numRecords=5").decode("utf-8", "replace"))["cdr_root"]), 5)
        root = xml.fromstring(self.get("/cdrapi?format=xml&numRecords=20").decode("utf-8", "replace"))
        self.assertEqual(len(root.findall("cdr")), 20)

    def test_csv_is_not_quoted(self):
        odd = next(leg for leg in self.hq.store.legs() if '"' in leg["caller_name"])
        self.assertIn(f'"{odd["caller_name"]}" <{odd["src"]}>'.encode(), self.get("/cdrapi"))
        ring = next(leg for leg in self.hq.store.legs() if leg["lastdata"].count(",") > 1)
        row = next(row for row in self.get("/cdrapi").decode("utf-8", "replace").split("\n") if row.startswith(ring["AcctId"] + ","))
        self.assertGreater(len(row.split(",")), len(GEN1))

    def test_what_pages_of_csv_count(self):
        def walk(csv):
            server, rows, offset = self.legacy(self.hq, scheme="none", csv=csv), [], 0
            while page := self.get(f"/cdrapi?numRecords=10&offset={offset}", server).decode("utf-8", "replace").split("\n")[1:-1]:
                rows, offset = rows + page, offset + 10
                self.assertTrue(len(page) == 10 or csv != "rows" or not self.get(f"/cdrapi?offset={offset}", server).split(b"\n")[1])
            return rows
        legs, sessions = len(self.hq.store.legs()), len(self.hq.store.between())
        nested = sum(len(members) > 1 for _, members in self.hq.store.between())
        self.assertEqual([len(walk(csv)) for csv in ("rows", "groups", "marked")], [legs, legs, legs + nested])
        marks = [row.partition(",")[0] for row in walk("marked")]
        self.assertEqual(sum(not mark.startswith("sub_cdr_") for mark in marks), sessions)

    def test_22_fields(self):
        server = self.legacy(self.hq, scheme="none", firmware="gen0")
        self.assertEqual(self.get("/cdrapi?caller=", server).decode(), ",".join(GEN0) + "\n")
        records = json.loads(self.get("/cdrapi?format=json", server).decode("utf-8", "replace"))["cdr"]
        self.assertEqual((len(records), list(records[0])), (len(self.hq.store.legs()), GEN0))
        page = self.get("/cdrapi?format=json&offset=3&numRecords=4", server).decode("utf-8", "replace")
        self.assertEqual([one["AcctId"] for one in json.loads(page)["cdr"]], [one["AcctId"] for one in records[3:7]])

    def test_wrong_requests_are_answered_with_nothing(self):
        for wrong in ("caller=", "sstartTime=2013-07-01", "numRecords=5&numRecords=6", "numRecords=5&", "caller=%3Cx%3E",
                      "startTime=2026-01-26%2008:00:00", "startTime=2026-01-26T08:00:00+00:00", "numRecords=many"):
            self.assertEqual(json.loads(self.get(f"/cdrapi?format=json&{wrong}")), {"cdr_root": []}, wrong)
            self.assertEqual(self.get(f"/cdrapi?{wrong}").decode(), ",".join(GEN1) + "\n", wrong)
        self.assertEqual(self.get("/cdrapi?format=yaml").decode(), ",".join(GEN1) + "\n")
        self.assertEqual(len(self.served.complaints), 17)

    def test_right_requests(self):
        def found(**parameters):
            return json.loads(self.get("/cdrapi" + query(format="json", **parameters)).decode("utf-8", "replace"))["cdr_root"]
        everything = found()
        self.assertEqual(found(startTime="2026-01-26T08:00:00-06:00"), everything)
        self.assertEqual(found(startTime="2026-01-26T08:01", endTime="2026-01-26T07:00:00.000-06:00"), [])
        self.assertEqual(json.loads(self.get("/cdrapi?format=json&caller=2001&caller=2002-2003,_004").decode("utf-8", "replace")),
                         {"cdr_root": found(caller="2001-2004")})

    def test_firmware_with_one_format_and_empty_bodies(self):
        server = self.legacy(self.hq, scheme="none", csv_only=True, empty_bodies=True)
        self.assertTrue(self.get("/cdrapi?format=json", server).startswith(b"AcctId,"))
        self.assertEqual(self.get("/cdrapi?caller=1", server), b"")

    def test_recordings(self):
        leg = next(leg for leg in self.hq.store.legs() if leg["recordfiles"])
        name = leg["recordfiles"].rstrip("@").rpartition("/")[2]
        self.assertEqual(self.get("/recapi").decode().split(), ["directory", "monitor", "meetme", "queue", "voicemail/default"])
        self.assertIn(f"monitor,{name}\n", self.get("/recapi?filedir=monitor@meetme").decode())
        for what in (f"filedir=monitor&filename={name}", f"filename={name}", f"filename={name}@none.wav"):
            wave.open(BytesIO(self.get("/recapi?" + what))).close()
        for wrong in ("filename=none.wav", f"filename=..{name}", "filedir=", f"filename={name}&filename={name}"):
            self.assertEqual(curl(self.served.url + "/recapi?" + wrong)[0], 404, wrong)

    def test_queues_and_others(self):
        rows = json.loads(self.get("/queueapi?format=json&statisticsType=calldetail"))["queue_statistics"]
        self.assertTrue(rows and all("agent" in row for row in rows))
        self.assertEqual(curl(self.served.url + "/pmsapi?format=json")[0], 404)
        self.assertEqual(curl(self.served.url + "/other")[0], 404)


if __name__ == "__main__":
    unittest.main()
