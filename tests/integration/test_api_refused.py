"""A PBX that refuses us is not asked again and again: it bans who guesses passwords."""

import subprocess
import time
import unittest

import config
from polled import HTTP, NEVER, WRONG, PolledTest, make_calls, pass_by, recent, totals_of
from ucmsim import Route, Simulation
from until import HANG, until

QUIET = 5  # seconds, several intervals


def lines_about(agent, *words):
    return [line for line in agent.log().splitlines() if all(word in line for word in words)]


class WrongPassword(PolledTest):
    never = NEVER - {"wrong_password"}

    def test_it_is_tried_once(self):
        hq = recent(calls=30)
        server = self.server(hq)
        wrong = self.secret(WRONG, "wrong")
        began = time.monotonic()
        agent = self.asking(self.polled(server, {"PasswordFile": wrong}, From="127.0.0.1"), settle=config.APART)
        until(lambda: self.errors(agent) == {"auth": 1}, "it is refused")
        run = Simulation([hq], [Route(agent.url(HTTP))], calls=20)
        self.assertTrue(run.run(HANG), run.stats())
        pushed = run.answered()
        until(lambda: self.counter(agent, "total_events-legs_accepted") == pushed, "pushes are counted")
        pass_by(QUIET)
        self.assertEqual(self.counter(agent, "count-api_up"), 0)
        self.refused_once(server)
        self.assertEqual(len(lines_about(agent, "hq: the PBX refuses user", "password")), 1)
        status = self.api_status(agent)
        self.assertEqual((status["state"], status["trouble"]), ("down", "auth"))
        self.rests(status, 60, began)

        for end in (agent.stop, agent.kill):
            end()
            agent.start()
            until(lambda: len(lines_about(agent, "has refused this user and password 1 times")), "it says so")
            pass_by(QUIET / 2)
            self.refused_once(server)
            self.assertEqual(self.api_status(agent)["trouble"], "auth")

        agent.stop()
        self.secret("cdrapi123", "wrong")
        agent.start()
        self.wait_up(agent)
        self.wait_totals(agent, run.totals())
        self.assertEqual(server.counts.events["logins"], 1)

    def rests(self, status, seconds, began):
        self.assertTrue(seconds - (time.monotonic() - began) - 1 <= status["rests_s"] <= seconds, status["rests_s"])

    def refused_once(self, server):
        self.assertEqual((server.counts.events["wrong_password"], server.counts.requests["login"]), (1, 1))

    def test_the_last_try_is_not_taken(self):
        server = self.server(recent(), tries=2)  # the PBX says: one left
        agent = self.asking(self.polled(server, {"PasswordFile": self.secret(WRONG, "wrong")}))
        until(lambda: self.errors(agent) == {"auth": 1}, "it is refused")
        self.assertGreater(self.api_status(agent)["rests_s"], 86_000)


class LockedOut(PolledTest):
    never = NEVER - {"wrong_password", "locked"}

    def test_by_a_wrong_password(self):
        server = self.server(recent(), tries=1, lock_seconds=7_200)
        agent = self.asking(self.polled(server, {"PasswordFile": self.secret(WRONG, "wrong")}))
        until(lambda: self.errors(agent) == {"auth": 1}, "it is locked out")
        pass_by(QUIET)
        self.assertEqual(server.counts.requests["login"], 1)
        self.assertTrue(7_000 < self.api_status(agent)["rests_s"] <= 7_200)
        self.assertEqual(len(lines_about(agent, "has locked user", "blacklist")), 1)
        for end in (agent.stop, agent.kill):
            end()
            agent.start()
            pass_by(QUIET / 2)
            self.assertEqual(server.counts.requests["login"], 1)


class Waits(PolledTest):
    """Several PBXes at once: each answers all but one question well."""
    CODES = {-45: 15, -46: 15, -57: 60, -68: 3_600, -70: 3_600}

    def test_as_long_as_the_pbx_says(self):
        servers = {code: self.server(recent(f"pbx{-code}", calls=20)) for code in self.CODES}
        for code, server in servers.items():
            server.faults.set("status", action="listVoIPTrunk", times=1, code=code)
        began = time.monotonic()
        agent = self.asking(*map(self.polled, servers.values()))
        until(lambda: all(server.counts.faults["status"] for server in servers.values()), "each has refused")
        for code, server in servers.items():
            name = server.pbx.name
            kind = "auth" if code in (-68, -70) else "protocol"
            until(lambda name=name, kind=kind: self.errors(agent, name) == {kind: 1}, f"{name} refuses")
            rests, passed = self.api_status(agent, name)["rests_s"], time.monotonic() - began
            self.assertTrue(self.CODES[code] - passed - 1 <= rests <= self.CODES[code], (code, rests, passed))
        seen = {code: sum(server.counts.requests.values()) for code, server in servers.items()}
        last = {code: server.counts.times()[-1] for code, server in servers.items()}
        until(lambda: sum(servers[-45].counts.requests.values()) > seen[-45], "it is asked again")
        until(lambda: sum(servers[-46].counts.requests.values()) > seen[-46], "it is asked again")
        for code in (-45, -46):
            self.assertGreaterEqual(servers[code].counts.times()[seen[code]] - last[code], 14.9)
        for code in (-57, -68, -70):
            self.assertEqual(sum(servers[code].counts.requests.values()), seen[code], code)
        self.wait_totals(agent, totals_of(*(servers[code].pbx for code in (-45, -46))))
        self.wait_up(agent, "pbx45", "pbx46")


class NotLetIn(PolledTest):
    def test_unknown_user_switched_off_and_other_addresses(self):
        hq, off, far = (recent(name, calls=20) for name in ("hq", "off", "far"))
        unknown, switched_off, elsewhere = self.server(hq), self.server(off), self.server(far, addresses=["198.51.100.0/24"])
        switched_off.desk.switched_on = False
        began = time.monotonic()
        agent = self.asking(self.polled(unknown, {"User": "nobody"}), self.polled(switched_off), self.polled(elsewhere))
        for name, words in (("hq", ("nobody", "-47")), ("off", ("403 Forbidden",)), ("far", ("permitted IPs",))):
            until(lambda name=name: self.errors(agent, name).get("permission", 0) >= 2, f"{name} refuses twice")
            self.assertEqual(self.errors(agent, name).keys(), {"permission"})
            self.assertEqual(agent.value(name, "self", "count-api_up"), 0)
            self.assertEqual(len(lines_about(agent, f"{name}: ", *words)), 1, "told once")
        for server in (unknown, switched_off, elsewhere):
            self.assertEqual(server.counts.requests["login"], 0)
            asked = len(server.counts.times())
            self.assertLessEqual(asked, time.monotonic() - began + 1, "once in an interval")
        switched_off.desk.switched_on = True
        elsewhere.logins.users["cdrapi"].addresses = None
        self.wait_totals(agent, totals_of(off, far))
        self.wait_up(agent, "off", "far")


class Actions(PolledTest):
    """What is not ticked for the API user rests; everything else goes on."""
    ALL = {"getSystemStatus", "getSystemGeneralStatus", "listVoIPTrunk", "listAnalogTrunk", "listDigitalTrunk", "listAccount",
           "listBridgedChannels", "listUnBridgedChannels", "listQueue", "getQueueCalling", "getCallQueuesMemberMessage", "cdrapi",
           "queueapi"}

    def test_some(self):
        denied = {"listAccount", "queueapi", "listDigitalTrunk"}
        hq = recent(calls=50)
        server = self.server(hq, actions=self.ALL - denied)
        agent = self.asking(self.polled(server))
        self.wait_totals(agent, totals_of(hq))
        self.wait_asked(server, "getSystemStatus", 4)
        self.assertEqual({name: server.counts.requests[name] for name in denied}, dict.fromkeys(denied, 1))
        self.assertEqual((self.errors(agent), self.counter(agent, "count-api_up")), ({"permission": 3}, 1))
        self.assertTrue(all(server.counts.requests[name] for name in self.ALL))
        seen = agent.control.metrics()
        self.assertNotEqual(seen["hq", "system", "count-extensions_idle"], seen["hq", "system", "count-extensions_idle"], "NaN")
        self.assertEqual(seen["hq", "trunk-carrier_west", "count-up"], 1)
        standing = {one["action"]: one["state"] for one in self.api_status(agent)["actions"]}
        self.assertEqual({name for name, state in standing.items() if state == "not permitted"}, denied)
        self.assertEqual({state for name, state in standing.items() if name not in denied}, {"ok"})
        self.assertEqual(len(lines_about(agent, "is not permitted (-47)")), 3)
        printed = subprocess.run([config.UCMCTL, "--socket", agent.control.path, "status"], capture_output=True, text=True,
                                 timeout=HANG, check=False).stdout
        for name in denied:
            self.assertIn(name, printed)

    def test_each_alone(self):
        """One PBX for each action that is denied: the others' answers are all there."""
        servers = {name: self.server(recent(f"without-{name}", calls=5), actions=self.ALL - {name}) for name in sorted(self.ALL)}
        agent = self.asking(*(self.polled(server, {"StatusInterval": 2}) for server in servers.values()))
        for name, server in servers.items():
            pbx = server.pbx.name
            needs = {"listQueue": {"getQueueCalling", "getCallQueuesMemberMessage"}}.get(name, set())
            until(lambda server=server, name=name, needs=needs: {a for a in self.ALL if server.counts.requests[a]} == self.ALL - needs,
                  f"all else is asked of {pbx}")
            until(lambda pbx=pbx: self.errors(agent, pbx) == {"permission": 1}, f"it is counted for {pbx}")
            self.wait_up(agent, pbx)
        self.wait_totals(agent, totals_of(*(server.pbx for name, server in servers.items() if name != "cdrapi")))

    def test_none(self):
        server = self.server(recent(calls=5), actions=())
        agent = self.asking(self.polled(server))
        until(lambda: len(self.api_status(agent)["actions"]) >= 9, "all is asked for")
        self.assertEqual(self.counter(agent, "count-api_up"), 0)
        asked = sum(server.counts.requests.values())
        pass_by(2)
        self.assertLess(sum(server.counts.requests.values()) - asked, 8, "each action rests")

    def test_granted_after_a_restart(self):
        hq = recent(calls=20)
        server = self.server(hq, actions=self.ALL - {"cdrapi"})
        agent = self.asking(self.polled(server))
        until(lambda: self.errors(agent) == {"permission": 1}, "it is refused")
        server.logins.users["cdrapi"].actions = None
        agent.stop()
        make_calls(hq, 10, first=60)
        agent.start()
        self.wait_totals(agent, totals_of(hq))


if __name__ == "__main__":
    unittest.main()
