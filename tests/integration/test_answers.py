"""What the sender of a push is answered: every row of the table, and the order in which they are judged."""

import base64
import json
import socket
import unittest

import config
import mischief
from case import AgentTest, json_record, post, record
from ucmsim.records import document

URL = "http://127.0.0.1:0"
QUARANTINED = ("hq", "self", "total_events-records_quarantined")
ACCEPTED = ("hq", "self", "total_events-legs_accepted")


def right(user="pbx", password="secret"):
    return [("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())]


class Answers(AgentTest):
    def test_accepted_or_already_known(self):
        agent = self.agent()
        body = json_record()
        for _ in range(3):
            self.assertEqual(post(agent.url(URL), body).status, 200)
        self.wait_value(agent, *ACCEPTED, 1)
        self.wait_value(agent, "hq", "self", "total_events-legs_duplicate", 2)
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 1)

    def test_any_path_post_or_put_any_content_type(self):
        agent = self.agent()
        for number, (method, path, kind) in enumerate((("POST", "/", None), ("PUT", "/a/b?c=d", "text/plain"),
                                                       ("POST", "/api/webhook/cdr/7", "application/xml"),
                                                       ("POST", "/x", "application/x-www-form-urlencoded")), 1):
            answer = post(agent.url(URL) + path, json_record(), method=method, headers=[("Content-Type", kind)] if kind else ())
            self.assertEqual(answer.status, 200, (method, path, kind))
            self.wait_value(agent, *ACCEPTED, number)

    def test_other_methods(self):
        agent = self.agent()
        for method in ("GET", "DELETE", "OPTIONS"):
            self.assertIn(post(agent.url(URL), b"", method=method).status // 100, (2, 4), method)
        self.assertEqual(agent.value(*ACCEPTED), 0)

    def test_not_understood(self):
        agent = self.agent()
        bodies = (b"hello", b'{"src": "1"', b"<cdr><src>1</src>", b'{"no": "record"}', b"<html><body>no</body></html>", b"\xff\xfe\x00",
                  document(record(duration="-5"), "json"), document(record(duration="99999999999"), "json"),
                  document(record(billsec="x"), "json"))
        for number, body in enumerate(bodies, 1):
            answer = post(agent.url(URL), body)
            self.assertEqual(answer.status, 202, body)
            self.assertTrue(answer.body.strip(), "a reason")
            self.wait_value(agent, *QUARANTINED, number)
        self.assertEqual(agent.value(*ACCEPTED), 0)
        self.assertEqual(post(agent.url(URL), json_record()).status, 200)

    def test_the_reason_of_a_duration(self):
        agent = self.agent()
        self.assertIn(b"duration", post(agent.url(URL), document(record(duration="-5"), "json")).body)

    def test_nothing(self):
        agent = self.agent()
        for body in (b"", b"{}", b"[]", b'{"cdr_root": []}', b'{"cdr": [{}, {}]}', b" \n", b"\0\0"):
            self.assertEqual(post(agent.url(URL), body).status, 200, body)
        self.assertEqual((agent.value(*ACCEPTED), agent.value(*QUARANTINED)), (0, 0))

    def test_a_bad_item_leaves_its_neighbours(self):
        agent = self.agent()
        items = [record(), record(duration="-1"), record()]
        self.assertEqual(post(agent.url(URL), json.dumps(items).encode()).status, 202)
        self.wait_value(agent, *ACCEPTED, 2)
        self.wait_value(agent, *QUARANTINED, 1)

    def test_wrappers(self):
        agent = self.agent()
        summary = {"main_cdr": record(disposition="", billsec="500"), "sub_cdr_1": record(session="s1"), "sub_cdr_2": record(session="s1")}
        bodies = ({"cdr_root": [record(), record()]}, {"cdr": [record()]}, {"records": [record()]}, [summary], {"main_cdr": record()},
                  {"response": {"cdr_root": [record()]}}, {"a": {"b": [{"c": record()}]}})
        expected = 0
        for body, legs in zip(bodies, (2, 1, 1, 2, 1, 1, 1)):
            self.assertEqual(post(agent.url(URL), json.dumps(body).encode()).status, 200, list(body))
            expected += legs
            self.wait_value(agent, *ACCEPTED, expected)
        self.wait_value(agent, "hq", "all", "total_sessions-answered", expected - 1)

    def test_credentials(self):
        agent = self.agent(config.ucm(config.listen(URL, User="pbx", Password="secret"), config.pbx("hq")))
        self.assertEqual(post(agent.url(URL), b"").status, 401)
        self.assertEqual(post(agent.url(URL), json_record()).status, 401)
        self.assertEqual(post(agent.url(URL), json_record(), headers=right(password="x")).status, 401)
        self.assertEqual(post(agent.url(URL), json_record(), headers=right()).status, 200)
        self.assertEqual(post(agent.url(URL), b"", headers=right()).status, 200)
        self.wait_value(agent, *ACCEPTED, 1)

    def test_too_large(self):
        agent = self.agent(config.ucm(config.listen(URL), config.pbx("hq"), MaxRecordBytes=4096))
        largest = json_record(lastdata="x" * 2_000)
        self.assertEqual(post(agent.url(URL), largest + b" " * (4_096 - len(largest))).status, 200)
        self.assertEqual(post(agent.url(URL), json_record(lastdata="x" * 4_096)).status, 413)
        self.wait_value(agent, *ACCEPTED, 1)
        default = self.agent()
        self.assertEqual(post(default.url(URL), json_record(lastdata="x" * 200_000)).status, 200)
        self.assertEqual(post(default.url(URL), json_record(lastdata="x" * 262_145)).status, 413)

    def test_judged_in_order(self):
        agent = self.agent(config.ucm(config.listen(URL, User="pbx", Password="secret"), config.pbx("hq", From="127.0.0.2"),
                                      MaxRecordBytes=4096))
        large, bad = b"x" * 5_000, b"no record"
        self.assertEqual(post(agent.url(URL), large, "127.0.0.9", right(password="x")).status, 403)
        self.assertEqual(post(agent.url(URL), bad, "127.0.0.2").status, 401)
        self.assertEqual(post(agent.url(URL), large, "127.0.0.2").status, 401)
        self.assertEqual(post(agent.url(URL), large, "127.0.0.2", right()).status, 413)
        self.assertEqual(post(agent.url(URL), bad, "127.0.0.2", right()).status, 202)

    def test_who_has_sent_all_may_say_so(self):
        """A sender that closes its half of the connection behind its request gets its answer, as one over tcp:// is counted."""
        agent = self.agent(config.ucm(config.listen(URL), config.listen("tcp://127.0.0.1:0"), config.pbx("hq")))
        for number in range(1, 11):
            body = json_record()
            head = f"POST /cdr HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            with mischief.line(agent, URL, head + body, source=None) as connection:
                connection.shutdown(socket.SHUT_WR)
                self.assertTrue(connection.makefile("rb").readline().startswith(b"HTTP/1.1 200"), number)
            with mischief.line(agent, "tcp://127.0.0.1:0", json_record(), source=None) as connection:
                connection.shutdown(socket.SHUT_WR)
                self.assertEqual(connection.recv(1), b"")
            self.wait_value(agent, *ACCEPTED, 2 * number)

    def test_expect_100_continue(self):
        agent = self.agent()
        self.assertEqual(post(agent.url(URL), json_record(), headers=[("Expect", "100-continue")]).status, 200)
        self.wait_value(agent, *ACCEPTED, 1)


if __name__ == "__main__":
    unittest.main()
