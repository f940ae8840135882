"""Who may ask the new API: challenges, cookies, wrong passwords and what comes of them."""

import hashlib
import ipaddress
import random
import threading
import time
from dataclasses import dataclass, field

OK, NEED_LOGIN, COOKIE, PASSWORD, NOT_PERMITTED, FORBIDDEN = 0, -5, -6, -37, -47, -70
LOGIN_LIFE = 60  # seconds that a challenge is good for


@dataclass
class User:
    """`actions`: those that are granted, None for all. `addresses`: from where, as networks, None for anywhere."""
    name: str
    password: str
    actions: set = None
    addresses: list = None
    tries: int = field(default=0)
    locked_until: float = field(default=0)


def token_of(challenge, password):
    return hashlib.md5((challenge + password).encode()).hexdigest()


def inside(address, networks):
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False) for network in networks)


class Logins:
    """`life`: seconds of a cookie; with `renews` each use begins them anew. `tries`: wrong passwords until the user is locked
    out for `lock_seconds`; `patience`: logins while locked out until the address goes to the blacklist. `one_cookie`: a login
    ends the session before. `next_challenge`: the one to give out next, for tests with vectors."""

    def __init__(self, counts, life=600, renews=False, tries=5, lock_seconds=600, patience=3, one_cookie=False):
        self.counts, self.life, self.renews, self.tries = counts, life, renews, tries
        self.lock_seconds, self.patience, self.one_cookie = lock_seconds, patience, one_cookie
        self.users, self.blacklist, self.next_challenge = {}, set(), None
        self._lock, self._rng, self._challenges, self._cookies = threading.RLock(), random.Random(), {}, {}

    def user(self, name, password, actions=None, addresses=None):
        made = User(name, password, None if actions is None else set(actions), addresses)
        with self._lock:
            self.users[name] = made
        return made

    def expire(self):
        """Every cookie is forgotten; who comes with one is told -6."""
        with self._lock:
            self._cookies.clear()
            self._challenges.clear()

    def unlock(self):
        with self._lock:
            self.blacklist.clear()
            for user in self.users.values():
                user.tries = user.locked_until = 0

    def live(self):
        """How many cookies are good."""
        with self._lock:
            return sum(until > time.monotonic() for _, until in self._cookies.values())

    # -- the three actions: (status, response)

    def challenge(self, name, client):
        with self._lock:
            user = self.users.get(name)
            if user is None or (user.addresses is not None and not inside(client, user.addresses)):
                self.counts.event("challenges_refused")
                return NOT_PERMITTED, {}
            made, self.next_challenge = self.next_challenge or f"{self._rng.randrange(10**10):016d}", None
            self._challenges[name, client] = (made, time.monotonic() + LOGIN_LIFE)
            return OK, {"challenge": made}

    def login(self, name, token, client):
        with self._lock:
            user, now = self.users.get(name), time.monotonic()
            if user is not None and user.locked_until > now:
                return self._still_locked(user, client)
            challenge, until = self._challenges.pop((name, client), ("", 0))
            if user is None or until < now or token != token_of(challenge, user.password):
                return self._wrong(user)
            user.tries = 0
            if self.one_cookie:
                self._cookies = {cookie: (owner, end) for cookie, (owner, end) in self._cookies.items() if owner is not user}
            cookie = f"sid{self._rng.randrange(10**8, 10**9)}-{int(time.time())}"
            self._cookies[cookie] = (user, now + self.life)
            self.counts.event("logins")
            return OK, {"cookie": cookie}

    def logout(self, cookie):
        with self._lock:
            del self._cookies[cookie]
            self.counts.event("logouts")
            return OK, {}

    def _wrong(self, user):
        self.counts.event("wrong_password")
        if user is None:
            return PASSWORD, {}
        user.tries += 1
        left = max(0, self.tries - user.tries)
        if left:
            return PASSWORD, {"remain_num": left, "remain_time": 0}
        user.locked_until, user.tries = time.monotonic() + self.lock_seconds, 0
        self.counts.event("locked")
        return FORBIDDEN, {"remain_num": 0, "remain_time": self.lock_seconds}

    def _still_locked(self, user, client):
        self.counts.event("logins_while_locked")
        user.tries += 1
        if user.tries >= self.patience:
            self.blacklist.add(client)
            self.counts.event("blacklisted")
        return FORBIDDEN, {"remain_num": 0, "remain_time": int(user.locked_until - time.monotonic()) + 1}

    # -- every other action

    def who(self, cookie):
        """The user of a cookie that is good, or None."""
        with self._lock:
            user, until = self._cookies.get(cookie, (None, 0))
            now = time.monotonic()
            if user is None or until <= now:
                self._cookies.pop(cookie, None)
                self.counts.event("expired")
                return None
            if self.renews:
                self._cookies[cookie] = (user, now + self.life)
            return user
