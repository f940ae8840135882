"""What the tests of the asking share: PBXes with an API, the blocks that name them, and what holds in every one of them."""

import os
import shutil
import tempfile
import time

import config
from case import AgentTest
from ucmsim import ApiServer, LegacyServer, Pbx
from ucmsim.certificate import pin, self_signed, server_context
from ucmsim.scenarios import next_call
from ucmsim.totals import totals
from until import HANG, until

HTTP = "http://127.0.0.1:0"
USER, PASSWORD, WRONG = "cdrapi", "cdrapi123", "wrong-one"
NEVER = frozenset({"passwords_read", "locked", "logins_while_locked", "blacklisted", "wrong_password"})
ERRORS = ("auth", "permission", "connect", "timeout", "tls", "protocol")


def recent(name="hq", ago=20_000, calls=0, every=0.5, **options):
    """A PBX whose calls began so many seconds ago, and that keeps their records."""
    made = Pbx(name, epoch=int(time.time()) - ago, **options)
    made.keep_records()
    make_calls(made, calls, every)
    return made


def make_calls(pbx, calls, every=0.5, first=0):
    """So many calls that nobody pushes: one every so many seconds, the first one `first` seconds after its epoch."""
    for n in range(calls):
        pbx.store.add(next_call(pbx, first + n * every))


def totals_of(*pbxes, **options):
    """Of everything that they can be asked for."""
    return {pbx.name: totals(pbx.store.legs(), **options) for pbx in pbxes}


def pass_by(seconds):
    """For what shall not happen in that time."""
    moment = time.monotonic() + seconds
    until(lambda: time.monotonic() >= moment, "that time has passed", seconds + 5)


class PolledTest(AgentTest):
    """`never`: events that no simulated PBX may have seen at the end of a test."""
    never = NEVER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keys = tempfile.mkdtemp(prefix="ucm-keys-")
        cls.addClassCleanup(shutil.rmtree, cls.keys)
        cls.certificate = self_signed(cls.keys)
        cls.context, cls.pin = server_context(*cls.certificate), pin(cls.certificate[0])

    def setUp(self):
        super().setUp()
        self.servers = []
        self.password_file = self.secret(PASSWORD)

    def tearDown(self):
        for server in self.servers:
            counts = server.counts
            self.assertEqual((counts.overlaps, counts.most_at_once > 1), (0, False), "one question at a time")
            self.assertEqual({name: n for name, n in counts.events.items() if name in self.never}, {})
            self.assertNotIn("getSIPAccount", counts.requests)
        for agent in self.agents:
            self.assertNotRegex(agent.log() + agent.output(), f"{PASSWORD}|{WRONG}|55501|sid[0-9]")
        super().tearDown()

    # -- the other side

    def secret(self, text, name="password"):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
        return path

    def server(self, pbx, context=None, **options):
        return self._opened(ApiServer(pbx, context or self.context, **options))

    def legacy(self, pbx, context=None, **options):
        return self._opened(LegacyServer(pbx, context or self.context, **options))

    def _opened(self, server):
        self.servers.append(server)
        self.addCleanup(server.close)
        return server

    # -- ours

    def api(self, server, **options):
        """Its block; an option that is None is left out."""
        said = {"URL": server.url, "Kind": "legacy" if isinstance(server, LegacyServer) else "new", "User": USER,
                "PasswordFile": self.password_file, "PinnedPublicKey": self.pin, "StatusInterval": 1, "BackfillInterval": 1,
                "Timeout": 60_000, **options}
        return config.block("API", {name: value for name, value in said.items() if value is not None})

    def polled(self, server, api=None, name=None, **options):
        """The block of a PBX that is only asked; `api`: options of how."""
        return config.pbx(name or server.pbx.name, self.api(server, **(api or {})), **{"From": None, **options})

    def asking(self, *blocks, listen=True, settle=3, start=True, **settings):
        """An agent with one listener and these PBXes."""
        inner = ([config.listen(HTTP)] if listen else []) + list(blocks)
        return self.agent(config.ucm(*inner, Settle=settle), start=start, **settings)

    # -- what is seen

    def wait_up(self, agent, *names, up=1, seconds=HANG):
        for name in names or ("hq",):
            self.wait_value(agent, name, "self", "count-api_up", up, seconds)

    def wait_asked(self, server, action, times, seconds=HANG):
        """So many more times from now on."""
        before = server.counts.requests[action]
        until(lambda: server.counts.requests[action] >= before + times, f"{action} is asked {times} times more", seconds)

    @staticmethod
    def counter(agent, name, pbx="hq", scope="self"):
        return agent.value(pbx, scope, name)

    @staticmethod
    def errors(agent, pbx="hq"):
        """{kind: number} of those that are not 0."""
        seen = agent.control.metrics()
        return {kind: n for kind in ERRORS if (n := seen[pbx, "self", f"errors-api_{kind}"])}

    @staticmethod
    def api_status(agent, pbx="hq"):
        return next(one for one in agent.control.status()["status"]["pbxes"] if one["name"] == pbx)["api"]
