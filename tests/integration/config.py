"""collectd's configuration as text."""

import grp
import os
import sys

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(REPO, "tests", "sim"))
BUILD = os.environ.get("UCM_BUILD") or os.path.join(REPO, "build")
PLUGIN_DIR = os.environ.get("UCM_PLUGIN_DIR") or os.path.join(BUILD, "shim", "collectd")
FAULTS = os.path.join(BUILD, "tests", "faults")  # libraries to preload
FAULTS_SOURCE = os.path.join(REPO, "tests", "faults")  # how they are told what fails
UCMCTL = os.path.join(BUILD, "ucmctl")
STOCK_PLUGINS = "/usr/lib/collectd"
AGENT_HOST = "agent.test"
APART = 6  # Settle where calls of several legs are pushed: longer than a busy machine keeps two of them apart


def option(name, value):
    def word(v):
        if isinstance(v, bool):
            return "true" if v else "false"
        return str(v) if isinstance(v, (int, float)) else '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} " + " ".join(word(v) for v in (value if isinstance(value, (list, tuple)) else [value]))


def block(head, options, inner=()):
    lines = [option(name, value) for name, value in options.items()] + list(inner)
    body = "\n".join("  " + line for part in lines for line in part.split("\n"))
    return f"<{head}>\n{body}\n</{head.split(' ')[0]}>"


def listen(url, **options):
    return block(f'Listen "{url}"', options)


def pbx(name, *inner, **options):
    """Of the loopback unless told otherwise; an option that is None is left out."""
    said = {"From": "127.0.0.1", **options}
    return block(f'PBX "{name}"', {key: value for key, value in said.items() if value is not None}, inner)


def ucm(*inner, **options):
    """One <Plugin ucm> block; calls settle quickly unless told otherwise, which is for calls of one leg."""
    return block("Plugin ucm", {"Settle": 1, **options}, inner)


def collectd(folder, plugin_dir, ucm_blocks, interval=1, log_level="info", log_file=None, extra="", load=True):
    return f"""
Hostname "{AGENT_HOST}"
FQDNLookup false
BaseDir "{folder}"
PIDFile "{folder}/collectd.pid"
Interval {interval}
PluginDir "{STOCK_PLUGINS}"
LoadPlugin logfile
<Plugin logfile>
  LogLevel {log_level}
  File "{log_file or folder + '/log'}"
  PrintSeverity true
</Plugin>
LoadPlugin csv
<Plugin csv>
  DataDir "{folder}/csv"
  StoreRates false
</Plugin>
LoadPlugin unixsock
<Plugin unixsock>
  SocketFile "{folder}/unixsock"
  SocketGroup "{grp.getgrgid(os.getgid()).gr_name}"
  DeleteSocket true
</Plugin>
{extra}
PluginDir "{plugin_dir}"
{"LoadPlugin ucm" if load else ""}
{ucm_blocks}
"""
