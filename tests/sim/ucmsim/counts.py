"""What a server of the simulated PBX has seen of its clients, for tests to hold against what was meant."""

import select
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field

KEPT = 100_000


@dataclass
class Asked:
    """One request: `when` by the monotonic clock; `answer` is the HTTP status, `status` that of the API, None without one."""
    when: float
    action: str
    client: str
    parameters: dict = field(default_factory=dict)
    answer: int = 0
    status: int = None
    fault: str = ""


def gone(line):
    """While a request is answered its client says nothing: what can be read is its farewell."""
    try:
        return bool(select.select([line], [], [], 0)[0])
    except (OSError, ValueError):
        return True


class Counts:
    """`requests`, `statuses` and `answers` count by action, by the API's status and by HTTP status. `overlaps`: requests that
    came while another one of the same cookie or the same address was not answered yet. `events` are for what matters:
    logins, logouts, wrong_password, locked, blacklisted, forbidden, not_permitted, expired, passwords_read."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests, self.statuses, self.answers, self.events, self.faults = Counter(), Counter(), Counter(), Counter(), Counter()
        self.asked, self.logins = deque(maxlen=KEPT), deque(maxlen=KEPT)
        self.connections = self.connected = self.most_connected = self.handshakes_failed = 0
        self.overlaps = self.most_at_once = 0
        self._flights = {}

    def connect(self):
        with self.lock:
            self.connections += 1
            self.connected += 1
            self.most_connected = max(self.most_connected, self.connected)

    def disconnect(self):
        with self.lock:
            self.connected -= 1

    def handshake_failed(self):
        with self.lock:
            self.handshakes_failed += 1

    def event(self, name):
        with self.lock:
            self.events[name] += 1
            if name == "logins":
                self.logins.append(time.monotonic())

    def begin(self, asked, line, marks):
        """`marks`: what the request has in common with others of the same client. Returns what end() wants."""
        with self.lock:
            flight = (line, frozenset(marks))
            others = [mine for theirs, mine in self._flights.values() if mine & flight[1] and not gone(theirs)]
            self.overlaps += bool(others)
            self._flights[id(asked)] = flight
            self.most_at_once = max(self.most_at_once, len(others) + 1)
            self.requests[asked.action] += 1
            self.asked.append(asked)
        return asked

    def meets(self, asked, fault):
        """Before the fault shows, so that a client that has seen it finds it counted; so is an answer."""
        asked.fault = fault
        if fault:
            with self.lock:
                self.faults[fault] += 1

    def answers_with(self, asked, answer, status):
        asked.answer, asked.status = answer, status
        with self.lock:
            self.answers[answer] += 1
            if status is not None:
                self.statuses[status] += 1

    def end(self, asked):
        with self.lock:
            del self._flights[id(asked)]

    def of(self, action):
        """Every request of this action, oldest first."""
        with self.lock:
            return [asked for asked in self.asked if asked.action == action]

    def times(self, action=None):
        """When they came, by the monotonic clock."""
        with self.lock:
            return [asked.when for asked in self.asked if action in (None, asked.action)]

    def stats(self):
        with self.lock:
            return {"requests": dict(self.requests), "statuses": {str(k): v for k, v in self.statuses.items()},
                    "answers": {str(k): v for k, v in self.answers.items()}, "events": dict(self.events),
                    "faults": dict(self.faults), "connections": self.connections, "connected": self.connected,
                    "most_connected": self.most_connected, "handshakes_failed": self.handshakes_failed,
                    "overlaps": self.overlaps, "most_at_once": self.most_at_once, "login_times": list(self.logins)}
