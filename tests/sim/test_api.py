#!/usr/bin/python3
"""The new API of the simulated PBX, asked through real TLS."""

import json
import threading
import time
import unittest

from asking import Client, ServerTest, curl
from ucmsim import Pbx, Simulation
from ucmsim.certificate import pin, self_signed, server_context
from ucmsim.logins import token_of
from ucmsim.scenarios import next_call
from ucmsim.totals import totals


class Session(ServerTest):
    def test_vectors(self):
        self.assertEqual(token_of("0000001496038514", "cdrapi123"), "842f83b03f481e3f4f8e49aded988815")
        self.assertEqual(token_of("0000001652831717", "cdrapi123"), "0faa24433e3c7a9bcfa8000f735305d5")
        server = self.server()
        server.logins.next_challenge = "0000001496038514"
        client = Client(server)
        self.assertEqual(client.ask("challenge", user="cdrapi", version="1.0"),
                         {"response": {"challenge": "0000001496038514"}, "status": 0})
        answer = client.ask("login", user="cdrapi", token="842f83b03f481e3f4f8e49aded988815", url="https://pbx.example/api")
        self.assertRegex(answer["response"]["cookie"], r"^sid\d+-\d{10}$")

    def test_by_hand_with_curl(self):
        server = self.server()
        status, body = curl("-H", "Content-Type: application/json;charset=UTF-8", "-d",
                            json.dumps({"request": {"action": "challenge", "user": "cdrapi"}}), server.url)
        self.assertEqual((status, json.loads(body)["status"]), (200, 0))
        self.assertEqual(len(json.loads(body)["response"]["challenge"]), 16)
        self.assertEqual(curl("-d", "", server.url.replace("/api", "/other"))[0], 404)
        self.assertEqual(json.loads(curl("-d", "", server.url)[1]), {"response": {"error_msg": "Invalid parameters!"}, "status": -1})

    def test_no_cookie_wrong_cookie_logout(self):
        server = self.server()
        stranger = Client(server)
        self.assertEqual(stranger.ask("getSystemStatus"), {"response": {}, "status": -6})
        client = self.client(server)
        self.assertEqual(client.ask("ping")["status"], 0)
        self.assertEqual(client.ask("logout")["status"], 0)
        self.assertEqual(client.ask("getSystemStatus")["status"], -6)
        self.assertEqual((server.counts.events["logins"], server.counts.events["logouts"], server.counts.statuses[-6]), (1, 1, 2))

    def test_a_cookie_lives_so_long(self):
        server = self.server(cookie_life=0.3)
        client, until = self.client(server), time.monotonic() + 0.3
        self.assertEqual(client.ask("ping")["status"], 0)
        threading.Event().wait(until - time.monotonic() + 0.05)
        for form in ("xml", "json"):
            self.assertEqual(client.ask("cdrapi", format=form), {"response": {}, "status": -6})
        self.assertEqual(server.counts.events["expired"], 2)

    def test_each_use_renews_where_asked(self):
        server = self.server(cookie_life=0.4, renews=True)
        client, began = self.client(server), time.monotonic()
        while time.monotonic() < began + 1:
            self.assertEqual(client.ask("ping")["status"], 0)

    def test_wrong_password_until_locked_until_blacklisted(self):
        server = self.server(tries=3, patience=2, lock_seconds=100)
        client = Client(server)
        left = [client.login("wrong") for _ in range(3)]
        self.assertEqual([answer["status"] for answer in left], [-37, -37, -70])
        self.assertEqual([answer["response"]["remain_num"] for answer in left], [2, 1, 0])
        self.assertEqual(left[2]["response"]["remain_time"], 100)
        for _ in range(2):
            self.assertEqual(client.login()["status"], -70)
        self.assertEqual(client.ask("challenge", user="cdrapi"), (403, b"403 Forbidden"))
        self.assertEqual({name: server.counts.events[name] for name in ("wrong_password", "locked", "blacklisted", "forbidden", "logins")},
                         {"wrong_password": 3, "locked": 1, "blacklisted": 1, "forbidden": 1, "logins": 0})
        server.logins.unlock()
        self.assertEqual(client.login()["status"], 0)

    def test_a_right_password_makes_good(self):
        server = self.server(tries=2)
        client = Client(server)
        for _ in range(3):
            self.assertEqual(client.login("wrong")["status"], -37)
            self.assertEqual(client.login()["status"], 0)

    def test_challenge_is_refused(self):
        server = self.server()
        self.assertEqual(Client(server).ask("challenge", user="nobody"), {"response": {}, "status": -47})
        server.logins.user("far", "x", addresses=["198.51.100.0/24"])
        self.assertEqual(Client(server).ask("challenge", user="far")["status"], -47)
        server.desk.switched_on = False
        self.assertEqual(Client(server).ask("challenge", user="cdrapi"), (403, b"403 Forbidden"))

    def test_actions_that_are_not_granted(self):
        server = self.server(actions=["getSystemStatus"])
        client = self.client(server)
        self.assertEqual(client.ask("getSystemStatus")["status"], 0)
        self.assertEqual(client.ask("listDigitalTrunk")["status"], -47)
        self.assertEqual(client.ask("getSystemStatus")["status"], 0)
        server.logins.users["cdrapi"].actions = None
        self.assertEqual(client.ask("listDigitalTrunk")["status"], 0)
        self.assertEqual(client.ask("noSuchAction")["status"], -19)

    def test_one_cookie_only(self):
        server = self.server(one_cookie=True)
        first, second = self.client(server), self.client(server)
        self.assertEqual((first.ask("ping")["status"], second.ask("ping")["status"]), (-6, 0))

    def test_get_works_too(self):
        client = self.client(self.server())
        self.assertEqual(json.loads(client.raw(None, f"/api?action=ping&cookie={client.cookie}", "GET")[1])["status"], 0)
        other_path = client.raw(json.dumps({"request": {"action": "ping", "cookie": client.cookie}}), "/api/v1")
        self.assertEqual(json.loads(other_path[1])["status"], 0)

    def test_restart(self):
        server = self.server()
        client, port = self.client(server), server.port
        server.restart(down=0.2)
        with self.assertRaises(OSError):
            client.ask("ping")
        deadline = time.monotonic() + 10
        while True:
            try:
                answer = client.ask("getSystemStatus")
                break
            except OSError:
                self.assertLess(time.monotonic(), deadline)
        self.assertEqual((answer["status"], server.port), (-6, port))
        client.login()
        self.assertRegex(client.ask("getSystemStatus")["response"]["up-time"], "^00:00:")


class Tls(ServerTest):
    def test_pin(self):
        server = self.server()
        for value, right in ((pin(self.files[0]), True), ("sha256//" + 43 * "A" + "=", False)):
            status, error = curl("--pinnedpubkey", value, server.url + "?action=ping")
            self.assertEqual((status, error if not right else 0), (200, 0) if right else (0, 90))
        self.assertEqual(curl("--cacert", self.files[0], "--no-insecure", server.url + "?action=ping")[0], 200)

    def test_weak_ones_are_refused_at_level_two(self):
        for weak, key in (("dh1024", "rsa"), ("rsa1024", "rsa1024")):
            files = self_signed(self.folder, weak, key)
            server = self.server(context=server_context(*files, weak=weak))
            url = server.url + "?action=ping"
            trust = ("--cacert", files[0], "--no-insecure")
            self.assertEqual(curl(*trust, "--ciphers", "DEFAULT@SECLEVEL=2", url)[0], 0, weak)
            self.assertEqual(curl(*trust, "--ciphers", "DEFAULT@SECLEVEL=0", url)[0], 200, weak)


class Records(ServerTest):
    def setUp(self):
        self.hq = self.pbx(calls=500, firmware="gen1")
        self.legs = self.hq.store.legs()

    @staticmethod
    def all_of(items):
        for one in items:
            subs = [one[name] for name in one if name.startswith("sub_cdr_")]
            yield from subs or ([one] if "AcctId" in one else [one["main_cdr"]] if one else [])

    def walk(self, client, size, **parameters):
        items = []
        while True:
            page = client.items(numRecords=str(size), offset=str(len(items)), **parameters)
            items += page
            if len(page) < size:
                return items

    def test_everything_comes_through_pages(self):
        client = self.client(self.server(self.hq))
        items = self.walk(client, 37)
        self.assertEqual(sorted(int(leg["AcctId"]) for leg in self.all_of(items)), list(range(1, len(self.legs) + 1)))
        starts = [one.get("start") or one["main_cdr"]["start"] for one in items]
        self.assertEqual(starts, sorted(starts))
        self.assertEqual(totals(self.all_of(items)), self.run_of.totals()["hq"])
        self.assertNotIn("status", client.ask("cdrapi", format="json", numRecords="1"))

    def test_groups(self):
        items = self.client(self.server(self.hq)).items()
        nested = [one for one in items if "main_cdr" in one]
        self.assertTrue(nested and len(nested) < len(items))
        for one in nested:
            subs = [one[f"sub_cdr_{n}"] for n in range(1, len(one) - 1)]
            self.assertGreater(len(subs), 1)
            self.assertEqual({leg["session"] for leg in subs}, {one["cdr"]})
            self.assertEqual({one["main_cdr"][name] for name in ("AcctId", "disposition", "answer", "end", "channel")}, {""})
            for name in ("duration", "billsec"):
                self.assertEqual(int(one["main_cdr"][name]), sum(int(leg[name]) for leg in subs))
        flat = next(one for one in items if "main_cdr" not in one)
        self.assertEqual((next(iter(flat)), flat["cdr"]), ("cdr", flat["session"]))
        self.assertEqual(len(flat), 33)

    def test_groupings_that_are_wrong_hold_each_leg_once(self):
        server = self.server(self.hq)
        client = self.client(server)
        wanted = sorted(leg["AcctId"] for leg in self.legs)
        for style, empty in (("stale", 0), ("stale", 4), ("main_only", 0), ("right", 3), ("right", 1)):
            server.cdrapi.shape = type(server.cdrapi.shape)(style, empty)
            for size in (7, 50):
                items = self.walk(client, size)
                self.assertEqual(sorted(leg["AcctId"] for leg in self.all_of(items)), wanted, (style, empty, size))
                self.assertEqual({} in items, bool(empty))
            if style == "stale":
                nested = [one for one in items if "main_cdr" in one]
                self.assertEqual(len({json.dumps(one["main_cdr"]) for one in nested}), 1)
                self.assertTrue(any(len({leg["session"] for name, leg in one.items() if name.startswith("sub")}) > 1 for one in nested))
                self.assertEqual({one["cdr"] for one in nested}, {""})
        self.assertTrue(any(set(one) == {"main_cdr"} for one in self.main_only(server, client)))

    @staticmethod
    def main_only(server, client):
        server.cdrapi.shape = type(server.cdrapi.shape)("main_only")
        return client.items()

    def test_a_page_has_no_more_than_the_cap(self):
        server = self.server(self.hq, page_cap=20)
        client = self.client(server)
        self.assertEqual(len(client.items()), 20)
        self.assertEqual(len(client.items(numRecords="5")), 5)
        self.assertEqual(client.items(offset="20")[0]["cdr"], self.client(self.server(self.hq)).items()[20]["cdr"])

    def test_time(self):
        client = self.client(self.server(self.hq))
        everything = client.items()
        third = everything[100].get("start") or everything[100]["main_cdr"]["start"]
        later = [one for one in everything if (one.get("start") or one["main_cdr"]["start"]) >= third]
        self.assertEqual(client.items(startTime=third.replace(" ", "T")), later)
        self.assertEqual(client.items(startTime=third), [])  # a blank: nothing, and no word of it
        self.assertEqual(client.items(startTime=third.replace(" ", "T") + "-06:00"), later)
        self.assertEqual(client.items(startTime=third.replace(" ", "T") + "+00:00"), everything)
        self.assertEqual(client.items(startTime=third.replace(" ", "T") + "-06:00", endTime=third.replace(" ", "T")),
                         [one for one in later if (one.get("start") or one["main_cdr"]["start"]) == third])
        self.assertEqual(client.items(startTime="2026-01-26T08:00", endTime="2026-01-25"), [])
        self.assertEqual(client.items(startTime="nonsense"), [])

    def test_filters(self):
        client = self.client(self.server(self.hq))
        one = next(leg for leg in self.all_of(client.items()) if leg["dst"] == "2005")
        for wanted in ("2005", "2004-2005,7", "_005", "2@5"):
            self.assertIn(one, list(self.all_of(client.items(callee=wanted))), wanted)
        self.assertEqual(client.items(callee="_05"), [])
        self.assertTrue(all(any(int(leg["billsec"]) >= 600 for leg in self.all_of([item])) for item in client.items(minDur="600")))
        busy = {leg["AcctId"] for leg in self.legs if not leg["end"]}
        ended = client.items(timeFilterType="End", startTime="2026-01-01T00:00")
        self.assertEqual([item for item in ended if item.get("AcctId") in busy], [])
        self.assertLess(len(ended), len(client.items()))

    def test_spellings(self):
        client = self.client(self.server(self.hq))
        lines = client.ask("cdrapi", numRecords="3").decode("utf-8").split("\n")
        self.assertTrue(lines[0].startswith("AcctId,accountcode,src"))
        self.assertTrue(client.ask("cdrapi", format="xml", numRecords="3").startswith(b"<?xml"))
        self.assertEqual(client.ask("cdrapi", format="yaml"), {"response": {"error_msg": "Invalid parameters!"}, "status": -1})
        self.assertEqual(client.ask("cdrapi", format="json", numRecords="many")["status"], -1)

    def test_firmwares(self):
        for firmware, count in (("gen1", 33), ("gen2", 44), ("gen3", 49)):
            flat = [one for one in self.client(self.server(self.hq, firmware=firmware)).items() if "main_cdr" not in one]
            self.assertEqual({len(one) for one in flat}, {count})

    def test_calls_that_go_on_are_not_there_yet(self):
        pbx = Pbx(epoch=int(time.time()) - 600)
        run = Simulation([pbx], [], calls=400, shown="ended")
        self.assertTrue(run.run(60))
        client = self.client(self.server(pbx))
        shown = sum(1 for _ in self.all_of(client.items()))
        self.assertTrue(0 < shown < run.stats()["legs"], shown)
        self.assertTrue(all(leg["end"] <= pbx.local(time.time()) for leg in self.all_of(client.items())))
        pbx.store.now = lambda: time.time() + 10_000
        self.assertEqual(sum(1 for _ in self.all_of(client.items())), run.stats()["legs"])

    def test_the_hour_that_comes_twice(self):
        first, second = 1_793_512_800, 1_793_516_400  # 01:00 of summer, then of winter
        for order in ("wall", "utc"):
            pbx = self.pbx(zone="America/Chicago", epoch=first, order=order)
            for n in range(720):
                pbx.store.add(next_call(pbx, n * 10))
            legs = pbx.store.legs()
            for began in (first, second):
                leg = min((leg for leg in legs if leg.began >= began), key=lambda leg: leg.began)
                self.assertEqual((leg["start"], leg["session"][:10]), ("2026-11-01 01:00:00", str(began)))
            client = self.client(self.server(pbx))
            self.assertEqual(sum(1 for _ in self.all_of(self.walk(client, 500))), len(legs))
            once = client.items(startTime="2026-11-01T01:00:00-05:00", endTime="2026-11-01T01:59:59-05:00")
            self.assertEqual(len(once) > 700, order == "wall", "the clock on the wall does not tell the two hours apart")

    def test_a_cleaned_database(self):
        server = self.server(self.hq)
        before = self.client(server).items()
        self.hq.store.forget(100)
        self.assertEqual(self.client(server).items(), before[100:])

    def test_big_pages_are_quick(self):
        store = self.pbx().store
        epoch = 1_769_436_000
        store.add([{**self.legs[0], "session": f"{epoch + n}{n:06d}-1", "AcctId": str(n), "start": self.hq.local(epoch + n)}
                   for n in range(100_000)])
        pbx = self.pbx()
        pbx.database = store
        client = self.client(self.server(pbx))
        began = time.monotonic()
        page = client.items(numRecords="1000", offset="50000", startTime="2026-01-26T08:00:00-06:00")
        self.assertEqual(len(page), 1_000)
        self.assertLess(time.monotonic() - began, 1)


if __name__ == "__main__":
    unittest.main()
