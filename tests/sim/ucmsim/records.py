"""How a UCM writes a leg on the wire: which fields a firmware knows, and JSON, XML and CSV as it spells them."""

from xml.sax.saxutils import escape

GEN0 = ("AcctId accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec "
        "disposition amaflags uniqueid userfield channel_ext dstchannel_ext service").split()
GEN1 = GEN0 + ("caller_name recordfiles dstanswer chanext dstchanext session action_owner action_type src_trunk_name "
               "dst_trunk_name").split()
GEN2 = GEN1 + ("nat_call nat_call_peer video_call gdms_unique_code gds_call gsc_call wave_src_seqid wave_dst_seqid device_info "
               "device_info_peer recordfiles_desc").split()
GEN3 = GEN2 + "anonymous_call reason wave_src_hide wave_dst_hide new_src".split()
PUSH = ("AcctId src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec disposition amaflags "
        "uniqueid userfield channel_ext dstchannel_ext service caller_name dstanswer recordfiles session action_owner action_type "
        "src_trunk_name dst_trunk_name new_src reason").split()

FIELDS = {"gen0": GEN0, "gen1": GEN1, "gen2": GEN2, "gen3": GEN3, "push": PUSH}
LEFT_OUT_WHEN_EMPTY = ("dstanswer", "recordfiles", "accountcode")  # of the push: an SQL NULL is no key at all


def fields_of(leg, firmware, form):
    """The leg as this firmware sends it in this format: what stands here is what the receiver can know."""
    names = GEN1 if form == "csv" else FIELDS[firmware]
    sent = {name: leg.get(name, "") for name in names}
    if form == "csv":
        return sent
    if firmware == "push":
        sent = {name: value for name, value in sent.items() if value or name not in LEFT_OUT_WHEN_EMPTY}
    if firmware != "gen0":
        sent["sn"] = leg["sn"]
    return sent


# json-c: a slash is escaped, UTF-8 is not, and blanks stand after `{`, `:` and `,`.
_JSON = {ord("/"): "\\/", ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\t"): "\\t", ord("\r"): "\\r",
         ord("\b"): "\\b", ord("\f"): "\\f"}
_JSON.update({c: f"\\u{c:04x}" for c in range(32) if c not in _JSON})


def json_of(fields):
    return "{ " + ", ".join(f'"{name}": "{value.translate(_JSON)}"' for name, value in fields.items()) + " }"


def xml_of(fields, declaration=True, roots=("cdr",)):
    """No XML of a UCM has been published, so root names are whatever is asked for."""
    cells = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    head = '<?xml version="1.0" encoding="UTF-8"?>' if declaration else ""
    return head + "".join(f"<{r}>" for r in roots) + cells + "".join(f"</{r}>" for r in reversed(roots))


def csv_of(fields, quote_all=True, trailing_comma=True):
    """The quote character is a single quote, doubled inside a cell."""
    def cell(value):
        quoted = quote_all or any(c in value for c in ",'\n")
        return "'" + value.replace("'", "''") + "'" if quoted else value
    return ",".join(cell(fields[name]) for name in GEN1) + ("," if trailing_comma else "")


FORMATS = {"json": (json_of, "application/json"), "xml": (xml_of, "application/xml"), "csv": (csv_of, "text/csv")}


def document(fields, form, style=None):
    """One record as bytes; a half character comes out as the bytes it was."""
    return FORMATS[form][0](fields, **(style or {})).encode("utf-8", "surrogateescape")
