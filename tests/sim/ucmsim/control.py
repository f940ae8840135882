"""Orders to a simulated PBX that runs as a command: a JSON object a line on its standard input, an answer a line on its output.

    {"do": "stats"}                                    what the run and its servers have seen
    {"do": "fault", "kind": "hang", "action": "cdrapi", "times": 3, "seconds": 10, ...options}
    {"do": "clear", "action": "cdrapi"}                takes faults back; without action: all
    {"do": "expire"} {"do": "unlock"} {"do": "restart", "down": 2}
    {"do": "trunk", "name": "carrier/west", "status": "Unreachable"}
    {"do": "account", "extension": "2001", "status": "InUse"}
    {"do": "set", "version": "1.0.33.30", "drift": 90}  any plain member of State
    {"do": "live", "bridged": 3, "unbridged": 1}       so many calls go on
    {"do": "wait", "queue": "6500", "callers": ["1", "2"], "since": 1769436000}
    {"do": "grouping", "style": "stale", "empty_every": 5}
    {"do": "forget", "sessions": 10} {"do": "lose", "records": 5}
    {"do": "permit", "actions": ["cdrapi"]}            null for all
    {"do": "enough"} {"do": "totals"} {"do": "end"}

"pbx" names one PBX, "api": "new" or "legacy" one of its servers; without them an order is meant for all."""

import json
import threading

from .grouping import Shape


class Control(threading.Thread):
    """`servers`: {(PBX name, "new" or "legacy"): server}."""

    def __init__(self, run, servers, lines, say, end):
        super().__init__(name="control", daemon=True)
        self.simulation, self.servers, self.lines, self.say, self.end = run, servers, lines, say, end

    def run(self):
        for line in self.lines:
            if line.strip():
                self.say(self._answer(line))

    def _answer(self, line):
        try:
            order = json.loads(line)
            does = getattr(self, "do_" + order.pop("do"))
            return {"ok": True, **(does(order) or {})}
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            return {"ok": False, "error": f"{type(problem).__name__}: {problem}"}

    def _meant(self, order):
        pbx, api = order.pop("pbx", None), order.pop("api", None)
        found = [server for (name, kind), server in self.servers.items() if pbx in (None, name) and api in (None, kind)]
        if not found:
            raise KeyError("no such PBX or API")
        return found

    def _states(self, order):
        return list({id(server.state): server.state for server in self._meant(order)}.values())

    # -- what can be ordered

    def do_stats(self, order):
        seen = {}
        for (name, kind), server in self.servers.items():
            seen.setdefault(name, {})[kind] = server.counts.stats()
        return {"run": self.simulation.stats(), "pbx": seen}

    def do_fault(self, order):
        for server in self._meant(order):
            server.faults.set(**order)

    def do_clear(self, order):
        for server in self._meant(order):
            server.faults.clear(order.get("action"))

    def do_expire(self, order):
        for server in self._meant(order):
            server.desk.expire()

    def do_unlock(self, order):
        for server in self._meant(order):
            (server.logins if hasattr(server, "logins") else server.gate).unlock()

    def do_restart(self, order):
        for server in self._meant(order):
            server.restart(order.get("down", 0))

    def do_trunk(self, order):
        states, name, status = self._states(order), order.pop("name"), order.pop("status")
        for state in states:
            state.set_trunk(name, status, **order)

    def do_account(self, order):
        for state in self._states(order):
            state.set_account(order["extension"], order["status"])

    def do_set(self, order):
        for state in self._states(order):
            for name, value in order.items():
                if not hasattr(state, name):
                    raise KeyError(name)
                setattr(state, name, value)

    def do_live(self, order):
        for state in self._states(order):
            state.live = None
            state.hang_up_all()
            for _ in range(order.get("bridged", 0)):
                state.talk()
            for _ in range(order.get("unbridged", 0)):
                state.ring()

    def do_wait(self, order):
        for state in self._states(order):
            state.wait(order["queue"], *order["callers"], since=order.get("since"))

    def do_grouping(self, order):
        for server in self._meant(order):
            server.cdrapi.shape = Shape(order.get("style", "right"), order.get("empty_every", 0))

    def do_forget(self, order):
        for store in {id(server.pbx.store): server.pbx.store for server in self._meant(order)}.values():
            store.forget(order["sessions"])

    def do_lose(self, order):
        self.simulation.lose(order["records"])

    def do_permit(self, order):
        for server in self._meant({**order, "api": "new"}):
            for user in server.logins.users.values():
                user.actions = None if order["actions"] is None else set(order["actions"])

    def do_enough(self, order):
        self.simulation.enough()

    def do_totals(self, order):
        return {"totals": self.simulation.totals(order.get("firmware"))}

    def do_end(self, order):
        self.end()
