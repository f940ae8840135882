"""Calls that go on right now, as the two lists of channels show them, worked out from the records of the PBX."""

import time

from .state import bridged_row, unbridged_row

LONGEST = 3_700  # seconds of a call


def channels(pbx):
    """(bridged, unbridged) for State.live."""
    now, store = time.time(), pbx.store
    bridged, unbridged = [], []
    for _, legs in store.between(store.key_of_instant(now - LONGEST), store.key_of_instant(now)):
        for leg in legs:
            if not leg.began <= now < leg.ended:
                continue
            talks = leg["disposition"] == "ANSWERED" and now >= leg.ended - int(leg["billsec"])
            rows, row = (bridged, bridged_row) if talks else (unbridged, unbridged_row)
            rows.append(row(pbx.state, leg["src"], leg["dst"], since=leg.began, inbound=leg["src_trunk_name"],
                            outbound=leg["dst_trunk_name"], feature=_feature(leg)))
    return bridged, unbridged


def _feature(leg):
    kind, _, number = leg["action_type"].partition("[")
    return number.rstrip("]") if kind in ("QUEUE", "RINGGROUP") else ""


def follow(pbx):
    pbx.state.live = lambda: channels(pbx)
