"""Alerts about calls: long ones, callers who wait. How they are told, by two receivers."""

import json
import os
import time
import unittest

import config
from alarms import DAY, HOLD, OVER, SEVERITY, UTC, AlertsTest, notifications
from case import PHONE, now_record
from polled import HTTP, pass_by
from until import until

RECEIVER = '''
import collectd, json
path = []
def told(n):
    with open(path[0], "a") as file:
        file.write(json.dumps([n.severity, n.host, n.plugin, n.plugin_instance, n.type, n.type_instance, n.message]) + "\\n")
collectd.register_config(lambda block: path.append(block.children[0].values[0]))
collectd.register_notification(told)
'''
NUMBERS = {"FAILURE": 1, "WARNING": 2, OVER: 4}  # of a severity, as collectd's plugins see it


class Calls(AlertsTest):
    def test_long_call(self):
        agent = self.pushing(LongCall=5, AlertHold=HOLD)
        self.push(agent, now_record(ago=4, duration=4), now_record(ago=70, duration=67))
        self.assertIn("1 min 7 s", self.wait_on(agent, "long_call", "all"))
        self.wait_over(agent, "long_call", "all")
        self.assert_told(agent, long_call=1)

    def test_a_long_call_of_long_ago_is_told_and_not_on(self):
        agent = self.pushing(LongCall=5, AlertHold=HOLD)
        self.push(agent, now_record(ago=2 * DAY, duration=67))
        self.wait_value(agent, "hq", "all", "total_sessions-answered", 1)
        self.push(agent, now_record(ago=70, duration=67))
        self.wait_on(agent, "long_call", "all")
        self.wait_over(agent, "long_call", "all")
        self.assertEqual(len(self.raised(agent, "long_call")), 2, "each long call is told, as old as it may be")
        self.assertEqual(len(self.ended(agent, "long_call")), 1, "only the fresh one was on")

    def test_long_call_running(self):
        _, server = self.office()
        agent = self.watching(server, LongCallRunning=60)
        server.state.talk(PHONE + "01", "2001", inbound="carrier/west")
        long = server.state.talk(PHONE + "02", "2002", since=time.time() - 100, inbound="carrier/west")
        self.wait_on(agent, "long_call_running", "all")
        server.state.bridged.remove(long)
        self.wait_over(agent, "long_call_running", "all")
        self.assert_told(agent, long_call_running=1)

    def test_queue_wait(self):
        _, server = self.office()
        agent = self.watching(server, QueueWait=60)
        server.state.queue_up("6500", PHONE + "01", since=time.time() - 200)
        server.state.queue_up("6501", PHONE + "02")
        self.assertIn("6500", self.wait_on(agent, "queue_wait", "queue-6500"))
        server.state.hang_up_all()
        self.wait_over(agent, "queue_wait", "queue-6500")
        self.assert_told(agent, queue_wait=1)

    @unittest.skipUnless(os.path.exists(os.path.join(config.STOCK_PLUGINS, "python.so")), "collectd has no python here")
    def test_another_receiver_hears_the_same(self):
        with open(os.path.join(self.folder, "hearing.py"), "w", encoding="utf-8") as file:
            file.write(RECEIVER)
        heard = os.path.join(self.folder, "heard")
        extra = (f'<LoadPlugin python>\nGlobals true\n</LoadPlugin>\n<Plugin python>\nModulePath "{self.folder}"\n'
                 f'Import "hearing"\n<Module hearing>\nFile "{heard}"\n</Module>\n</Plugin>')
        pbx = config.pbx("hq", TimeZone=UTC, LongCall=5, AlertHold=HOLD)
        agent = self.agent(config.ucm(config.listen(HTTP), pbx), extra=extra)
        self.push(agent, now_record(ago=70, duration=67))
        self.wait_on(agent, "long_call", "all")
        self.wait_over(agent, "long_call", "all")
        pass_by(1)  # nothing is told twice, to nobody

        def rows():
            with open(heard, encoding="utf-8") as file:
                return [json.loads(line) for line in file]
        told = [[NUMBERS[one["severity"]], one["host"], one["plugin"], one["plugin_instance"], one["type"], one["type_instance"],
                 one["message"]] for one in notifications(agent.log())]
        self.assertEqual([(row[0], row[5]) for row in told], [(NUMBERS[word], "long_call") for word in (SEVERITY["long_call"], OVER)])
        until(lambda: len(rows()) == 2, "both are heard")
        self.assertEqual(rows(), told)


if __name__ == "__main__":
    unittest.main()
