"""What a PBX says of itself when it is asked: plain lists in the words of its API, for tests to change."""

import time
import uuid

from . import zone

DATE_FORMATS = {"DMY": "%d-%m-%Y %H:%M:%S", "YMD": "%Y-%m-%d %H:%M:%S", "MDY": "%m-%d-%Y %H:%M:%S"}


class State:
    """`drift`: seconds that the PBX's clock is ahead. `date_format`: of DATE_FORMATS, as set in its web page. `live`: a function
    that gives (bridged, unbridged) in place of the two lists."""

    def __init__(self, pbx, where, model="UCM6302  V1.2B", version="1.0.20.23", uptime=3_723, date_format="DMY", drift=0):
        self.pbx, self.zone, self.model, self.version = pbx, where, model, version
        self.date_format, self.drift, self.live = date_format, drift, None
        self.booted = time.time() - uptime
        self.accounts = [account(person) for person in pbx.people]
        self.voip_trunks = [voip_trunk(number, name) for number, (_, name) in enumerate(pbx.trunks, 1)]
        self.analog_trunks, self.digital_trunks = [analog_trunk(len(pbx.trunks) + 1)], []
        self.queues = [queue(extension, pbx.people) for extension in pbx.queues]
        self.ringgroups = [{"extension": one, "ringgroup_name": f"group {one}", "members": ""} for one in pbx.ringgroups]
        self.bridged, self.unbridged = [], []
        self.waiting, self.talking, self.members = {}, {}, {one["extension"]: members(one) for one in self.queues}

    def restarted(self):
        self.booted, self.bridged, self.unbridged = time.time(), [], []

    def now(self):
        return time.time() + self.drift

    # -- short cuts for tests

    def set_account(self, extension, status):
        self._one(self.accounts, "extension", extension)["status"] = status

    def set_trunk(self, name, status, **more):
        """A VoIP, analogue or digital trunk by its name."""
        self._one(self.voip_trunks + self.analog_trunks + self.digital_trunks, "trunk_name", name).update(status=status, **more)

    def set_member(self, queue_extension, member, status, **more):
        self._one(self.members[queue_extension], "member_extension", member).update(status=status, **more)

    def wait(self, extension, *callers, since=None):
        """These callers, and nobody else, wait in the queue, in this order; all of them from `since` on."""
        self.waiting[extension] = [calling(self, number, place, since) for place, number in enumerate(callers, 1)]

    def queue_up(self, extension, caller, since=None):
        """One more caller waits there, and the list of channels shows them; returns that row."""
        self.waiting.setdefault(extension, []).append(calling(self, caller, len(self.waiting.get(extension, ())) + 1, since))
        return self.ring(caller, extension, since=since, feature=extension, channel_state="Up")

    def answered(self, extension, *callers, since=None):
        self.talking[extension] = [calling(self, number, 0, since) for number in callers]

    def talk(self, caller="2001", callee="2002", **more):
        """One more call in conversation; returns its row."""
        row = bridged_row(self, caller, callee, **more)
        self.bridged.append(row)
        return row

    def ring(self, caller="2001", callee="2002", **more):
        row = unbridged_row(self, caller, callee, **more)
        self.unbridged.append(row)
        return row

    def hang_up_all(self):
        self.bridged, self.unbridged, self.waiting, self.talking = [], [], {}, {}

    @staticmethod
    def _one(rows, member, value):
        for row in rows:
            if str(row[member]) == str(value):
                return row
        raise KeyError(value)

    # -- times

    def uptime_text(self):
        seconds = max(0, int(time.time() - self.booted))
        days, seconds = divmod(seconds, 86_400)
        clock = f"{seconds // 3_600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        return f"{days} {clock}" if days else clock

    def time_text(self):
        now = self.now()
        return zone.at(now, self.zone).strftime(DATE_FORMATS[self.date_format]) + " UTC" + zone.offset_text(now, self.zone)


# -- rows as the API has them: numbers are numbers, flags are words

def account(person):
    return {"extension": person.number, "account_type": "SIP(WebRTC)", "fullname": person.name, "status": "Idle",
            "addr": f"192.168.1.{int(person.number) % 250}:5060 (GXP2160)", "out_of_service": "no", "urgemsg": 0, "newmsg": 0, "oldmsg": 0,
            "lockflag": "no", "presence_status": "available", "user_name": person.number, "email_to_user": "no", "enable_contact": "yes",
            "department_name": ""}


def voip_trunk(index, name):
    return {"trunk_index": index, "trunk_name": name, "host": f"198.51.100.{index}", "trunk_type": "register" if index % 2 else "peer",
            "username": "", "technology": "SIP", "ldap_sync_enable": "no", "out_of_service": "no",
            "status": "Registered" if index % 2 else "Reachable"}


def analog_trunk(index, name="Analog1"):
    return {"trunk_name": name, "trunk_index": index, "trunkgroup": index, "ringtimeout": 8_000, "chans": "1", "out_of_service": "no",
            "trunkmode": "normal"}


def queue(extension, people):
    return {"extension": extension, "queue_name": f"queue {extension}", "strategy": "ringall", "queue_chairmans": "",
            "members": ",".join(person.number for person in people[:4]), "dynamic_members": ""}


def members(one):
    return [{"member_extension": number, "membername": "", "status": "Idle", "logintime": "2026-01-26 08:00:00", "pausetime": "",
             "answer": 0, "abandon": 0, "talktime": 0} for number in one["members"].split(",") if number]


def calling(state, number, place, since=None):
    return {"callerid": number, "callername": "", "position": place, "starttime": zone.text(since or state.now(), state.zone),
            "bridge_time": ""}


def _trunks(more):
    return {"inbound_trunk_name": more.pop("inbound", ""), "outbound_trunk_name": more.pop("outbound", "")}


def _feature(number):
    """Of the queue or ring group that the call came through."""
    return {"feature_num": "", "feature_name": "", "feature_calleenum": number, "feature_calleename": ""}


def bridged_row(state, caller, callee, since=None, feature="", **more):
    since = int(since or state.now())
    return {"channel1": f"PJSIP/{caller}-0000026e", "channel2": f"PJSIP/{callee}-0000026f", "callerid1": caller, "callerid2": callee,
            "uniqueid1": f"{since}.1022", "uniqueid2": f"{since}.1024", "bridge_time": zone.text(since, state.zone), "name1": "",
            "name2": "", "bridge_id": str(uuid.uuid4()), "have_send": 1, **_trunks(more),
            "dial_service": "queue" if feature else "normal", **_feature(feature), "bridge_timestamp": str(since), **more}


def unbridged_row(state, caller, callee, since=None, feature="", channel_state="Ringing", **more):
    since = int(since or state.now())
    return {"channel": f"PJSIP/{caller}-0000026e", "uniqueid": f"{since}.1022", "linkedid": f"{since}.1022", "state": channel_state,
            "service": "queue" if feature else "normal", "callername": "", "callernum": caller, "connectedname": "",
            "connectednum": callee, "callid": "", "alloc_time": zone.text(since, state.zone), **_trunks(more),
            "dial_service": "normal", **_feature(feature), "alloc_timestamp": str(since), **more}
