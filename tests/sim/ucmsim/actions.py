"""The actions of the new API that tell about the state of a PBX: each gives the `response` of one request."""

DEFAULT_ITEMS = 30
NO_SUCH_ITEM, INVALID = -16, -1


class Refused(Exception):
    """The API's status in place of an answer."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


def paged(rows, name, asked, only_when_asked=()):
    """One page; `options` names the columns, and some come only when named."""
    try:
        size, page = max(1, int(asked.get("item_num") or DEFAULT_ITEMS)), max(1, int(asked.get("page") or 1))
    except ValueError as problem:
        raise Refused(INVALID) from problem
    wanted = {column.strip().rpartition(".")[2] for column in str(asked.get("options", "")).split(",") if column.strip()}
    if by := asked.get("sidx"):
        rows = sorted(rows, key=lambda row: str(row.get(by, "")), reverse=asked.get("sord") == "desc")
    shown = [{column: value for column, value in row.items() if (column in wanted if wanted else column not in only_when_asked)}
             for row in rows[(page - 1) * size:page * size]]
    return {name: shown, "total_item": len(rows), "total_page": -(-len(rows) // size), "page": page}


def _find(rows, member, value):
    for row in rows:
        if str(row.get(member)) == str(value):
            return row
    raise Refused(NO_SUCH_ITEM)


def system_status(state, asked):
    return {"part-number": "9660003912B", "serial-number": state.pbx.serial, "up-time": state.uptime_text(), "idle-time": "00:00:00",
            "system-time": state.time_text(), "bindcode": "b" + 63 * "0", "mac": "C0:74:AD:00:00:01"}


def general_status(state, asked):
    versions = {f"{part}-version": state.version for part in ("base", "prog", "boot", "core", "rcvr", "lang", "gswave")}
    return {"product-model": state.model, **versions}


def live(state):
    return state.live() if state.live else (state.bridged, state.unbridged)


def sip_trunk(state, asked):
    found = _find(state.voip_trunks, "trunk_index", asked.get("trunk"))
    return {"trunk": {name: found[name] for name in ("trunk_index", "trunk_name", "status", "out_of_service")}}


def queue_calling(state, asked):
    _find(state.queues, "extension", asked.get("extension"))
    rows = state.talking if asked.get("role") == "answer" else state.waiting
    return {"CallQueues": {"extension": asked["extension"], "member": rows.get(asked["extension"], [])}}


def queue_members(state, asked):
    _find(state.queues, "extension", asked.get("extension"))
    return {"CallQueueMembersMessage": {"member": state.members.get(asked["extension"], [])}}


def sip_account(state, asked):
    """With passwords in clear, as the PBX does it: nothing that watches may ask for this."""
    found = _find(state.accounts, "extension", asked.get("extension"))
    return {"extension": {**found, "secret": "sip-secret-of-an-extension", "vmsecret": "135790"}}


ACTIONS = {
    "getSystemStatus": system_status,
    "getSystemGeneralStatus": general_status,
    "getNetworkStatus": lambda state, asked: {"eth0": {"mac": "C0:74:AD:00:00:01", "ip": "192.168.1.100"}},
    "listAccount": lambda state, asked: paged(state.accounts, "account", asked),
    "listVoIPTrunk": lambda state, asked: paged(state.voip_trunks, "voip_trunk", asked, ("status",)),
    "listAnalogTrunk": lambda state, asked: paged(state.analog_trunks, "analogtrunk", asked),
    "listDigitalTrunk": lambda state, asked: paged(state.digital_trunks, "digital_trunks", asked),
    "getSIPTrunk": sip_trunk,
    "listBridgedChannels": lambda state, asked: paged(live(state)[0], "channel", asked),
    "listUnBridgedChannels": lambda state, asked: paged(live(state)[1], "channel", asked),
    "listQueue": lambda state, asked: paged(state.queues, "queue", asked),
    "getQueue": lambda state, asked: {"queue": _find(state.queues, "extension", asked.get("queue"))},
    "listRingGroup": lambda state, asked: paged(state.ringgroups, "ringgroup", asked),
    "getQueueCalling": queue_calling,
    "getCallQueuesMemberMessage": queue_members,
    "getSIPAccount": sip_account,
}
