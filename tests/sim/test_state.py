#!/usr/bin/python3
"""What the simulated PBX tells of itself, of its queues and recordings."""

import io
import json
import ssl
import subprocess
import time
import unittest
import wave

from asking import ServerTest
from ucmsim.certificate import pin, renewed, self_signed, server_context
from ucmsim.live import follow


class State(ServerTest):
    def setUp(self):
        self.served = self.server(self.pbx(trunks=("one", "two", "three")))
        self.state, self.asker = self.served.state, self.client(self.served)

    def ask(self, action, **parameters):
        answer = self.asker.ask(action, **parameters)
        self.assertEqual(answer["status"], 0, answer)
        return answer["response"]

    def test_system(self):
        self.assertEqual(self.ask("getSystemGeneralStatus")["product-model"], "UCM6302  V1.2B")
        self.state.version = "1.0.33.30"
        self.assertEqual(self.ask("getSystemGeneralStatus")["prog-version"], "1.0.33.30")
        said = self.ask("getSystemStatus")
        self.assertRegex(said["up-time"], r"^01:0[2-9]:\d\d$")
        self.assertRegex(said["system-time"], r"^\d\d-\d\d-\d{4} \d\d:\d\d:\d\d UTC-06:00$")
        self.state.booted -= 2 * 86_400
        self.assertRegex(self.ask("getSystemStatus")["up-time"], r"^2 01:0\d:\d\d$")

    def test_clock(self):
        self.state.date_format, self.state.drift = "YMD", 7_200
        ahead = time.strftime("%Y-%m-%d %H:%M", time.gmtime(time.time() + 7_200 - 21_600))
        self.assertIn(self.ask("getSystemStatus")["system-time"][:15], ahead)

    def test_pages(self):
        numbers = []
        for page in (1, 2, 3):
            said = self.ask("listAccount", item_num="8", page=str(page), options="extension,status", sidx="extension", sord="asc")
            numbers += [row["extension"] for row in said["account"]]
            self.assertEqual((said["total_item"], said["total_page"], said["page"]), (20, 3, page))
            self.assertEqual({tuple(row) for row in said["account"]}, {("extension", "status")})
        self.assertEqual(numbers, [str(n) for n in range(2001, 2021)])
        self.assertEqual(self.ask("listAccount", item_num="8", page="4")["account"], [])
        self.assertIsInstance(self.ask("listAccount")["account"][0]["newmsg"], int)
        self.state.set_account("2003", "InUse")
        self.assertEqual(self.ask("listAccount")["account"][2]["status"], "InUse")

    def test_trunks(self):
        self.assertNotIn("status", self.ask("listVoIPTrunk")["voip_trunk"][0])
        self.state.set_trunk("two", "Unreachable")
        columns = "trunk_index,trunk_name,host,trunks.out_of_service,status"
        said = {row["trunk_name"]: row for row in self.ask("listVoIPTrunk", options=columns)["voip_trunk"]}
        self.assertEqual({name: row["status"] for name, row in said.items()},
                         {"one": "Registered", "two": "Unreachable", "three": "Registered"})
        self.assertEqual((said["one"]["trunk_index"], said["one"]["out_of_service"]), (1, "no"))
        self.assertEqual(self.ask("listAnalogTrunk")["analogtrunk"][0]["trunk_name"], "Analog1")
        self.assertEqual(self.ask("listDigitalTrunk")["digital_trunks"], [])
        self.assertEqual(self.ask("getSIPTrunk", trunk="2")["trunk"]["status"], "Unreachable")

    def test_calls(self):
        self.assertEqual(self.ask("listBridgedChannels"), {"channel": [], "total_item": 0, "total_page": 0, "page": 1})
        self.state.talk("5550100", "2001", inbound="one", feature="6500")
        self.state.ring("2002", "2003", channel_state="Ring")
        bridged, unbridged = (self.ask(action)["channel"] for action in ("listBridgedChannels", "listUnBridgedChannels"))
        self.assertEqual((bridged[0]["inbound_trunk_name"], bridged[0]["feature_calleenum"]), ("one", "6500"))
        self.assertIsInstance(bridged[0]["bridge_timestamp"], str)
        self.assertEqual(unbridged[0]["state"], "Ring")

    def test_queues(self):
        self.assertEqual([one["extension"] for one in self.ask("listQueue")["queue"]], ["6500", "6501"])
        self.state.wait("6500", "5550100", "5550101")
        self.state.answered("6500", "5550102")
        self.assertEqual(len(self.ask("getQueueCalling", extension="6500", role="")["CallQueues"]["member"]), 2)
        self.assertEqual(len(self.ask("getQueueCalling", extension="6500", role="answer")["CallQueues"]["member"]), 1)
        self.state.set_member("6500", "2001", "Paused", pausetime="2026-01-26 09:00:00")
        said = self.ask("getCallQueuesMemberMessage", extension="6500")["CallQueueMembersMessage"]["member"]
        self.assertEqual([one["status"] for one in said], ["Paused", "Idle", "Idle", "Idle"])
        self.assertEqual(self.asker.ask("getQueueCalling", extension="1")["status"], -16)

    def test_who_waits_and_talks_for_long(self):
        since = int(time.time()) - 7_200
        self.state.wait("6500", "5550100", since=since)
        self.state.wait("6501", "5550101")
        shown = {queue: self.ask("getQueueCalling", extension=queue, role="")["CallQueues"]["member"][0]["starttime"]
                 for queue in ("6500", "6501")}
        self.assertEqual(shown["6500"], self.served.pbx.local(since))
        self.assertIn(shown["6501"], [self.served.pbx.local(time.time() - ago) for ago in range(5)])
        self.state.queue_up("6500", "5550103", since=since)
        row = self.ask("listUnBridgedChannels")["channel"][0]
        self.assertEqual((row["alloc_timestamp"], row["service"], row["feature_calleenum"]), (str(since), "queue", "6500"))
        waiting = self.ask("getQueueCalling", extension="6500", role="")["CallQueues"]["member"]
        self.assertEqual([(one["callerid"], one["position"]) for one in waiting], [("5550100", 1), ("5550103", 2)])
        self.state.hang_up_all()
        self.assertEqual(self.ask("getQueueCalling", extension="6500", role="")["CallQueues"]["member"], [])
        self.state.talk("5550102", "2001", since=since)
        row = self.ask("listBridgedChannels")["channel"][0]
        self.assertEqual((row["bridge_timestamp"], row["bridge_time"]), (str(since), self.served.pbx.local(since)))

    def test_another_certificate_of_the_same_key(self):
        """Sessions survive it, connections do not."""
        short = self_signed(self.folder, "short", days=3)
        long = renewed(*short, days=40)
        self.assertEqual(pin(short[0]), pin(long[0]))
        for files, days in ((short, 3), (long, 40)):
            self.served.show(server_context(*files))
            seen = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((self.served.address, self.served.port)))
            with open(files[0], encoding="ascii") as file:
                self.assertEqual(seen, ssl.PEM_cert_to_DER_cert(file.read()))
            end = subprocess.run(["openssl", "x509", "-noout", "-checkend", str((days - 1) * 86_400), "-in", files[0]],
                                 check=False, capture_output=True)
            self.assertEqual(end.returncode, 0)
            self.ask("listAccount")
        self.assertEqual(self.served.counts.requests["login"], 1)

    def test_who_reads_passwords_is_seen(self):
        self.assertIn("secret", self.ask("getSIPAccount", extension="2001")["extension"])
        self.assertEqual(self.served.counts.events["passwords_read"], 1)

    def test_pms(self):
        self.assertEqual(self.asker.ask("pmsapi")["status"], -1)
        self.served.desk.pms = {"rooms": []}
        self.assertEqual(self.ask("pmsapi"), {"rooms": []})

    def test_what_was_asked_is_written_down(self):
        self.ask("listAccount", item_num="8")
        asked = self.served.counts.of("listAccount")[0]
        self.assertEqual((asked.parameters, asked.answer, asked.status, asked.client), ({"item_num": "8"}, 200, 0, "127.0.0.1"))
        self.assertEqual(self.served.counts.requests, {"challenge": 1, "login": 1, "listAccount": 1})


class FromRecords(ServerTest):
    def setUp(self):
        self.hq = self.pbx(calls=2_000)
        self.served = self.server(self.hq)
        self.asker = self.client(self.served)

    def test_queue_attempts(self):
        rows = [one["agent"] for one in self.asker.ask("queueapi", format="json", statisticsType="calldetail")["queue_statistics"]]
        once = {json.dumps(row) for row in rows}
        self.assertTrue(0.15 < 1 - len(once) / len(rows) < 0.25, (len(once), len(rows)))
        made = [leg for leg in self.hq.store.legs() if leg["action_type"].startswith("QUEUE[")]
        self.assertEqual(sum(row["connect"] == "yes" for row in map(json.loads, once)),
                         sum(leg["disposition"] == "ANSWERED" for leg in made))
        self.assertEqual({row["extension"] for row in rows}, {"6500", "6501"})
        self.assertIn("NONE", {row["agent"] for row in rows})
        only = self.asker.ask("queueapi", format="json", statisticsType="calldetail", queue="6500")["queue_statistics"]
        self.assertEqual({one["agent"]["extension"] for one in only}, {"6500"})
        none = self.asker.ask("queueapi", format="json", statisticsType="calldetail", startTime="2026-01-27", endTime="2026-01-28")
        self.assertEqual(none, {"queue_statistics": []})

    def test_overview_is_xml_unless_asked(self):
        self.assertRegex(self.asker.ask("queueapi").decode(),
                         r"<root_statistics><queue><queuechairman></queuechairman><queue>6500</queue><total_calls>\d+<")
        self.assertEqual(self.asker.ask("queueapi", statisticsType="no such")["status"], -1)
        self.served.queueapi.pause("2001", "2026-02-10 09:15:32")
        paused = self.asker.ask("queueapi", format="json", statisticsType="pausedhistory")["queue_statistics"]
        self.assertEqual(paused[0]["agent"]["unpause_data"], "-")

    def test_recordings(self):
        leg = next(leg for leg in self.hq.store.legs() if leg["recordfiles"])
        month, _, name = leg["recordfiles"].rstrip("@").partition("/")
        for folder in ("monitor", f"monitor/{month}"):
            with wave.open(io.BytesIO(self.asker.ask("recapi", filedir=folder, filename=name))) as sound:
                self.assertEqual(sound.getframerate(), 8_000)
        self.assertEqual(self.asker.ask("recapi", filedir="monitor", filename="none.wav"), {"response": {}, "status": -16})
        self.served.desk.missing_recording = "html"
        self.assertTrue(self.asker.ask("recapi", filedir="monitor", filename="none.wav").startswith(b"<!DOCTYPE html"))

    def test_live_calls_by_their_records(self):
        self.assertEqual(self.asker.ask("listBridgedChannels")["response"]["channel"], [])
        now = self.pbx(calls=200, epoch=int(time.time()) - 100)
        follow(now)
        client = self.client(self.server(now))
        talking = client.ask("listBridgedChannels")["response"]
        going_on = [leg for leg in now.store.legs() if leg.began <= time.time() < leg.ended]
        self.assertTrue(0 < talking["total_item"] <= len(going_on))


if __name__ == "__main__":
    unittest.main()
