"""The three ways to see a value: collectd's unixsock, its csv files, and the plugin's control socket."""

import glob
import json
import math
import os
import socket

from until import HANG


def _line_socket(path, seconds=HANG):
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(seconds)
    try:
        line.connect(path)
    except OSError:
        line.close()
        raise
    return line


class UnixSock:
    """The stock plugin's text protocol: a count and a message, then so many lines."""

    def __init__(self, path):
        self.path = path

    def ask(self, command):
        with _line_socket(self.path) as line, line.makefile("rw", encoding="utf-8") as text:
            text.write(command + "\n")
            text.flush()
            count, _, message = text.readline().rstrip("\n").partition(" ")
            if int(count or -1) < 0:
                raise KeyError(message)
            return [text.readline().rstrip("\n") for _ in range(int(count))]

    def identifiers(self, plugin="ucm"):
        """Of one plugin: "host/ucm-scope/type-instance"."""
        names = (line.split(" ", 1)[1] for line in self.ask("LISTVAL"))
        return {name for name in names if name.split("/")[1].split("-")[0] == plugin}

    def value(self, identifier):
        """For a counter this is a rate."""
        return {name: float(value) for name, value in (line.split("=") for line in self.ask(f'GETVAL "{identifier}"'))}


class Csv:
    """Raw values as collectd wrote them, oldest first."""

    def __init__(self, folder):
        self.folder = folder

    def history(self, host, scope, name):
        values = []
        for path in sorted(glob.glob(glob.escape(os.path.join(self.folder, host, f"ucm-{scope}", name)) + "-????-??-??")):
            with open(path, encoding="utf-8") as file:
                rows = [line.rstrip("\n").split(",") for line in file if line.endswith("\n")]
            values += [float(row[1]) for row in rows if row[0] != "epoch"]
        return values

    def value(self, host, scope, name):
        history = self.history(host, scope, name)
        if not history:
            raise KeyError(f"{host}/ucm-{scope}/{name} is in no csv file")
        return history[-1]

    def names(self):
        """{(host, scope, "type-instance")} of everything that was ever written."""
        found = set()
        for path in glob.glob(os.path.join(glob.escape(self.folder), "*", "ucm-*", "*-????-??-??")):
            host, scope, name = path.split(os.sep)[-3:]
            found.add((host, scope[len("ucm-"):], name[:-len("-2000-01-01")]))
        return found


class Control:
    """The plugin's own socket: one JSON request a line, one answer a line."""

    def __init__(self, path):
        self.path = path

    def ask(self, **request):
        with _line_socket(self.path) as line, line.makefile("rw", encoding="utf-8") as text:
            text.write(json.dumps(request) + "\n")
            text.flush()
            answer = text.readline()
            if not answer:
                raise ConnectionError("the control socket closed without an answer")
            return json.loads(answer)

    def status(self):
        return self.ask(get="status")

    def metrics(self):
        """{(host, scope, "type-instance"): number, NaN for an idle gauge}."""
        return {(m["host"], m["scope"], f"{m['type']}-{m['instance']}"): math.nan if m["value"] is None else m["value"]
                for m in self.ask(get="metrics")["metrics"]}

    def value(self, host, scope, name):
        return self.metrics()[host, scope, name]
