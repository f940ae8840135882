#!/usr/bin/python3
"""Plants a fault for every rule and sees it found.

Usage: test_rules.py ROOT UCMCTL MODULE
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import exports
import includes
import options
import paths
import sizes
import values

ROOT, UCMCTL, MODULE = Path(sys.argv[1]), sys.argv[2], sys.argv[3]


class Planted(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        for part in ("plugin", "shim", "conf.d"):
            shutil.copytree(ROOT / part, self.root / part)
        for page in ("architecture.md", "options.md", "metrics.md"):
            self.write(f"docs/{page}", (ROOT / "docs" / page).read_text())

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, content):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def edit(self, name, old, new):
        path = self.root / name
        content = path.read_text()
        self.assertIn(old, content)
        path.write_text(content.replace(old, new, 1))

    def assert_found(self, faults, *words):
        self.assertEqual(len(faults), 1, faults)
        for word in words:
            self.assertIn(word, faults[0])

    def test_nothing_planted_nothing_found(self):
        self.assertEqual(includes.faults(self.root), [])
        self.assertEqual(sizes.faults(self.root), [])
        self.assertEqual(paths.faults(self.root), [])
        self.assertEqual(options.faults(self.root, UCMCTL), [])
        self.assertEqual(values.faults(self.root, UCMCTL), [])

    def test_a_page_of_values_that_is_old(self):
        self.edit("docs/metrics.md", "| counter |", "| gauge |")
        self.assert_found(values.faults(self.root, UCMCTL), "docs/metrics.md", "not current")

    def test_an_example_that_no_host_shows(self):
        types = values.stock_types(["# a comment", "count value:GAUGE:0:U", "duration  seconds:GAUGE:0:U",
                                    "errors  value:DERIVE:0:U", "if_octets  rx:DERIVE:0:U, tx:DERIVE:0:U"])
        good = 'collectd_ucm_duration_seconds{} collectd_ucm_count{} collectd_ucm_errors_total{} PBX/ucm-all/count-up'
        self.assertEqual(values.strange_names(good, types), [])
        for bad in ("collectd_ucm_duration{", "collectd_ucm_errors{", "collectd_ucm_count_total{", "collectd_ucm_calls{",
                    "collectd_ucm_if_octets_rx_total{"):
            self.assert_found(values.strange_names(f"{good} {bad}", types), bad[:-1], "no stock type")
        self.assert_found(values.strange_names(good + " PBX/ucm-trunk-X/calls-up", types), "calls is no stock type")

    def test_a_room_that_looks_into_another(self):
        for name, line in {"plugin/net/planted.cc": '#include "ledger/ledger.h"',
                           "plugin/ledger/planted.cc": '#  include "wire/format.h"',
                           "plugin/base/planted.h": '#include "model/leg.h"',
                           "plugin/model/planted.cc": '#include "shim/ucmctl/views.h"',
                           "shim/collectd/planted.cc": '#include "ledger/ledger.h"',
                           "shim/ucmctl/planted.cc": '#include "shim/collectd/host.h"'}.items():
            self.write(name, line + "\n")
            self.assert_found(includes.faults(self.root), name, "may not include")
            (self.root / name).unlink()

    def test_a_library_out_of_its_place(self):
        self.write("plugin/metrics/planted.cc", "#include <curl/planted.h>\n")
        self.assert_found(includes.faults(self.root), "belongs to net")
        self.write("plugin/metrics/planted.cc", "#include <boost/any.hpp>\n")
        self.assert_found(includes.faults(self.root), "no library")

    def test_a_library_twice(self):
        self.write("plugin/wire/planted.cc", "#include <jansson.h>\n")
        self.assert_found(includes.faults(self.root), "jansson.h: included by", "planted.cc")

    def test_a_library_in_a_header(self):
        self.write("plugin/net/planted.h", "#include <curl/planted.h>\n")
        self.assert_found(includes.faults(self.root), "planted.h", ".cc file alone")

    def test_a_table_of_rooms_that_is_gone(self):
        self.edit("docs/architecture.md", "| `ledger` |", "| ledger |")
        self.assert_found(includes.faults(self.root), "not what this rule can read")

    def test_a_long_file(self):
        self.write("plugin/base/planted.cc", "\n" * 301)
        self.assert_found(sizes.faults(self.root), "planted.cc: 301 lines")

    def test_a_name_that_says_nothing(self):
        self.write("shim/misc/planted.cc", "\n")
        self.assert_found(sizes.faults(self.root), "misc")
        (self.root / "shim/misc/planted.cc").unlink()
        self.write("plugin/net/http_helper.h", "\n")
        self.assert_found(sizes.faults(self.root), "http_helper")

    def test_a_place_of_one_machine(self):
        for place in ("wo" "rk/main/x", "ho" "me/me/x", "ro" "ot/x"):
            self.write("docs/planted.md", f"see /{place}\n")
            self.assert_found(paths.faults(self.root), "docs/planted.md:1")
        self.write("docs/planted.md", "see https://example.com/ho" "me/x and ./ro" "ot/x\n")
        self.assertEqual(paths.faults(self.root), [])

    def test_a_page_of_options_that_is_stale(self):
        self.edit("docs/options.md", "`35`", "`36`")
        self.assert_found(options.faults(self.root, UCMCTL), "docs/options.md is not current")

    def test_an_option_that_the_sample_forgets(self):
        self.edit("conf.d/collectd/ucm.conf", "#Serial", "#Serail")
        faults = options.faults(self.root, UCMCTL)
        self.assertEqual(len(faults), 2, faults)
        self.assertIn("Serial is not named", faults[0])
        self.assertIn("did you mean Serial?", faults[1])

    def test_a_default_that_the_sample_has_wrong(self):
        self.edit("conf.d/collectd/ucm.conf", "#Settle 15", "#Settle 16")
        self.assert_found(options.faults(self.root, UCMCTL), "Settle is 16 there, the default is 15")

    def test_an_option_of_the_sample_in_the_wrong_block(self):
        self.edit("conf.d/collectd/ucm.conf", "    #User \"pbx\"", "    #Trunks true\n    #User \"pbx\"")
        self.assert_found(options.faults(self.root, UCMCTL), "Trunks", "belongs in a PBX block")

    def test_a_sample_that_does_not_work(self):
        self.edit("conf.d/collectd/ucm.conf", "  </PBX>\n", "")
        self.assertTrue(options.faults(self.root, UCMCTL))

    def test_a_tool_of_another_version(self):
        self.write("tools/clang-format", "#!/bin/sh\necho Debian clang-format version 19.1.7\n")
        (self.root / "tools/clang-format").chmod(0o755)

        def format_rule(path):
            return subprocess.run([sys.executable, "-B", str(ROOT / "tests/rules/format.py"), str(self.root)], capture_output=True,
                                  text=True, timeout=550, env={**os.environ, "PATH": path})
        other = format_rule(str(self.root / "tools"))
        self.assertEqual(other.returncode, 77)
        self.assertIn("19.1.7", other.stdout)
        none = format_rule(str(self.root))
        self.assertEqual(none.returncode, 1)
        self.assertIn("not installed", none.stderr)

    def test_what_a_module_exports(self):
        self.assertEqual(exports.faults(MODULE, ["module_register"]), [])
        self.assert_found(exports.faults(MODULE, ["module_register", "other"]), "does not export other")
        self.assert_found(exports.faults(MODULE, []), "exports module_register")
        self.assert_found(exports.faults(str(self.root / "none.so"), []), "is not built")
        self.assert_found(exports.faults(str(self.root / "docs/options.md"), []), "options.md")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
