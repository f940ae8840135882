"""How cdrapi shows the legs of a session: flat when it is one, else under a main_cdr that sums them up; and the ways in
which real firmware gets that wrong."""

from .records import FIELDS

# right: as most firmware. stale: as a UCM6302 with 1.0.17.11, each nested item shows one same main_cdr, its legs belong to
# several sessions, `cdr` is empty. main_only: a session of one leg is
# a main_cdr without a sub_cdr. flat: a leg an item, as the firmware before sessions.
GROUPINGS = ("right", "stale", "main_only", "flat")

_SUMMARY = ("src", "dst", "start", "session", "action_type")
_DEALT = 3  # sessions whose legs a stale firmware mixes
_FILLED = {"nat_call": "no", "nat_call_peer": "no", "video_call": "no", "gds_call": "no", "gsc_call": "no", "anonymous_call": "no"}


def fields(leg, firmware):
    """The leg with the fields that this generation of firmware knows."""
    return {name: leg.get(name) or _FILLED.get(name, "") for name in FIELDS[firmware]}


def main_cdr(legs, firmware):
    """Mostly empty; duration and billsec are sums over the legs."""
    first = legs[0]
    made = {name: first.get(name, "") if name in _SUMMARY else "" for name in FIELDS[firmware]}
    for name in ("duration", "billsec"):
        made[name] = str(sum(int(leg.get(name) or 0) for leg in legs))
    return made


def item(session, legs, firmware, main=None):
    head = {} if firmware == "gen0" else {"cdr": session}
    if len(legs) == 1:
        return {**head, **fields(legs[0], firmware)}
    subs = {f"sub_cdr_{n}": fields(leg, firmware) for n, leg in enumerate(legs, 1)}
    return {**head, "main_cdr": main or main_cdr(legs, firmware), **subs}


def main_only(session, legs, firmware):
    """The only leg of a session stands in main_cdr, whole."""
    return {"main_cdr": fields(legs[0], firmware)} if len(legs) == 1 else item(session, legs, firmware)


def _dealt(groups):
    """The legs of the sessions, in their order, dealt anew: as many items, each leg once, but in a neighbour's item."""
    legs, sizes = [leg for _, members in groups for leg in members], [len(members) for _, members in groups]
    for size in sizes[1:] + sizes[:1]:
        yield legs[:size]
        legs = legs[size:]


class Shape:
    """What the array of an answer holds. Its length does not depend on the style, so that `offset` counts the same.
    `empty_every`: one empty object after so many items; it takes a place of its own."""

    def __init__(self, style="right", empty_every=0):
        if style not in GROUPINGS:
            raise ValueError(style)
        self.style, self.empty_every, self.stale = style, empty_every, None

    def items(self, offset, count, fetch, firmware):
        """`fetch(offset, count)` gives sessions with their legs. Returns the items from `offset` on."""
        if self.style == "flat":
            legs = [(session, (leg,)) for session, members in fetch(0, None) for leg in members]
            return self._written(legs[offset:offset + count], firmware)
        if not self.empty_every:
            return self._of(offset, count, fetch, firmware)
        period = self.empty_every + 1
        before, upto = offset - offset // period, offset + count - (offset + count) // period
        made = self._of(before, upto - before, fetch, firmware)
        for place in range(offset, offset + count):
            at = place - offset
            if place % period == period - 1 and at <= len(made):
                made.insert(at, {})
        return made[:count]

    def _of(self, offset, count, fetch, firmware):
        if self.style != "stale":
            return self._written(fetch(offset, count), firmware)
        start = offset // _DEALT * _DEALT
        end = -(-(offset + count) // _DEALT) * _DEALT
        groups, made = fetch(start, end - start), []
        for at in range(0, len(groups), _DEALT):
            made += [item("", legs, firmware, self._stale(legs, firmware)) for legs in _dealt(groups[at:at + _DEALT])]
        return made[offset - start:offset - start + count]

    def _stale(self, legs, firmware):
        if len(legs) > 1 and self.stale is None:
            self.stale = main_cdr(legs, firmware)
        return self.stale

    def _written(self, groups, firmware):
        if self.style == "main_only":
            return [main_only(session, legs, firmware) for session, legs in groups]
        return [item(session, legs, firmware) for session, legs in groups]
