"""What can be wrong with a PBX that is asked: switched on and off while it runs."""

import threading
import time
from dataclasses import dataclass, field

# before TLS           hang_connect: accepts and says nothing    refuse: closes at once
# instead of an answer hang: says nothing    http: HTTP status and body    status: the API's status
# with an answer       cut: closes in the middle (at: "headers", "body", or a number of bytes)    drip: one byte each `pause` s
#                      slow: after `ms`    rubbish (what: bytes, html, empty, json, longer, shorter)
# then the answer      expire: all cookies are forgotten    restart: as after a power cut, `down` s away
KINDS = ("hang_connect", "refuse", "hang", "http", "status", "cut", "drip", "slow", "rubbish", "expire", "restart")
CONNECTING = ("hang_connect", "refuse")


@dataclass
class Fault:
    """`action`: of which, "*" for all. `times`: for so many requests; `seconds`: for so long; None for no end."""
    kind: str
    action: str = "*"
    times: int = None
    seconds: float = None
    options: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(self.kind)
        self.until = None if self.seconds is None else time.monotonic() + self.seconds

    def over(self):
        return self.times == 0 or (self.until is not None and time.monotonic() >= self.until)

    def hits(self, action):
        if self.kind in CONNECTING:
            return action is None
        return action is not None and self.action in ("*", action)


class Faults:
    """`slow` goes together with any other; of the rest the one that was set first wins."""

    def __init__(self):
        self.lock, self.faults, self.lifted = threading.Lock(), [], threading.Event()

    def set(self, kind, action="*", times=None, seconds=None, **options):
        fault = Fault(kind, action, times, seconds, options)
        with self.lock:
            self.faults.append(fault)
        return fault

    def clear(self, action=None):
        """Takes back all, or those of one action; who hangs then answers nothing still, but is let go."""
        with self.lock:
            self.faults = [f for f in self.faults if action is not None and f.action != action]
            lifted, self.lifted = self.lifted, threading.Event()
        lifted.set()

    def take(self, action):
        """(slowness in s, fault or None) for one more request; None as action: for one more connection."""
        slow, taken = 0, None
        with self.lock:
            self.faults = [f for f in self.faults if not f.over()]
            for fault in self.faults:
                if not fault.hits(action) or (taken and fault.kind != "slow"):
                    continue
                if fault.times is not None:
                    fault.times -= 1
                if fault.kind == "slow":
                    slow += fault.options.get("ms", 1000) / 1000
                else:
                    taken = fault
        return slow, taken
