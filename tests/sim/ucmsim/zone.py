"""A PBX's local time: a fixed offset or a zone with its changes of the clock."""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_ZERO = datetime(1970, 1, 1)


def zone(name):
    """ "+02:00", "America/Chicago", a number of seconds east of UTC, or a tzinfo. """
    if isinstance(name, (int, float)):
        return timezone(timedelta(seconds=name))
    if not isinstance(name, str):
        return name
    if found := _OFFSET.fullmatch(name):
        minutes = int(found[2]) * 60 + int(found[3])
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
    return ZoneInfo(name)


def at(epoch, where):
    return datetime.fromtimestamp(epoch, where)


def text(epoch, where):
    """As records have it, without a zone: the hour that a clock set back has twice looks the same both times."""
    return at(int(epoch), where).strftime("%Y-%m-%d %H:%M:%S")


def wall(moment):
    """What a clock on the wall shows, in seconds; a moment is a text like the above, or a datetime."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return int((moment.replace(tzinfo=None) - _ZERO).total_seconds())


def offset_text(epoch, where):
    """ "+02:00" """
    minutes = int(at(epoch, where).utcoffset().total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
