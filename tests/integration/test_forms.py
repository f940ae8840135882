"""Every transport with every format, in every way that records may follow each other."""

import unittest

import config
from case import AgentTest
from certificate import self_signed
from ucmsim import Pbx, Route, Simulation
from until import HANG

HTTP, HTTPS, TCP = "http://127.0.0.1:0", "https://127.0.0.1:0", "tcp://127.0.0.1:0"
PLAIN, BARE = (), (("quote_all", False), ("trailing_comma", False))
NESTED = (("declaration", False), ("roots", ("records", "cdr")))

# name, listener, firmware, the rest of the route
FORMS = (
    ("http-json", HTTP, "push", {"format": "json"}),
    ("http-xml", HTTP, "push", {"format": "xml"}),
    ("http-csv", HTTP, "gen1", {"format": "csv"}),
    ("https-json", HTTPS, "gen3", {"format": "json"}),
    ("https-xml", HTTPS, "gen2", {"format": "xml", "style": NESTED}),
    ("https-csv", HTTPS, "gen1", {"format": "csv", "style": BARE}),
    ("tcp-json", TCP, "push", {"format": "json"}),
    ("tcp-xml", TCP, "gen1", {"format": "xml"}),
    ("tcp-csv", TCP, "gen1", {"format": "csv"}),
    ("tcp-json-nul", TCP, "gen0", {"format": "json", "between": "nul", "together": 7, "packet": 300}),
    ("tcp-json-nothing", TCP, "push", {"format": "json", "between": "nothing", "together": 7, "packet": 300}),
    ("tcp-xml-nul", TCP, "push", {"format": "xml", "between": "nul", "together": 7, "packet": 300}),
    ("tcp-xml-nothing", TCP, "push", {"format": "xml", "between": "nothing", "together": 7, "packet": 300, "style": NESTED}),
    ("tcp-csv-crlf", TCP, "gen1", {"format": "csv", "between": "crlf", "together": 7, "packet": 300}),
    ("tcp-csv-bare", TCP, "gen1", {"format": "csv", "between": "newline-nul", "together": 7, "packet": 300, "style": BARE}),
    ("tcp-csv-nul", TCP, "gen1", {"format": "csv", "between": "nul", "together": 7, "packet": 300}),
    ("tcp-csv-eof", TCP, "gen1", {"format": "csv", "between": "nothing"}),
    ("tcp-json-bytes", TCP, "push", {"format": "json", "between": "newline", "together": 3, "packet": 3}),
)


class Forms(AgentTest):
    def test_every_form_gives_exactly_its_totals(self):
        certificate, key = self_signed(self.folder)
        addresses = {form[0]: f"127.0.0.{number}" for number, form in enumerate(FORMS, 2)}
        agent = self.agent(config.ucm(
            config.listen(HTTP), config.listen(HTTPS, CertificateFile=certificate, KeyFile=key), config.listen(TCP),
            *[config.pbx(name, From=address) for name, address in addresses.items()], Settle=config.APART))
        runs = []
        for name, listener, firmware, rest in FORMS:
            route = Route(agent.url(listener), ca_file=certificate if listener == HTTPS else None, **rest)
            pbx = Pbx(name, address=addresses[name], seed=7, firmware=firmware)
            runs.append(Simulation([pbx], [route], calls=15 if name == "tcp-json-bytes" else 60, seed=7).start())
        totals = {}
        for run in runs:
            self.assertTrue(run.finish(HANG), f"{run.pbxes[0].name}: {run.stats()}")
            self.assertEqual(run.stats()["failures"], 0, f"{run.pbxes[0].name}: {run.stats()}")
            totals.update(run.totals())
        self.wait_totals(agent, totals)
        self.wait_csv_totals(agent, totals)
        for name in addresses:
            self.assertEqual(agent.value(name, "self", "total_events-records_quarantined"), 0, name)
            self.assertEqual(agent.value(name, "self", "total_events-legs_duplicate"), 0, name)


if __name__ == "__main__":
    unittest.main()
