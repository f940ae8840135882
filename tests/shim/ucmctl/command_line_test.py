#!/usr/bin/python3
"""How ucmctl ends, by its command line.

Usage: command_line_test.py UCMCTL
"""
import subprocess
import sys
import unittest

UCMCTL = sys.argv[1]
FINE, WRONG_USE, NO_ANSWER = 0, 2, 3


def run(*arguments):
    return subprocess.run([UCMCTL, *arguments], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


class CommandLine(unittest.TestCase):
    def test_it_ends_as_it_should(self):
        for code, *arguments in (
                (FINE, "--help"), (FINE, "--version"), (FINE, "status", "--help"), (FINE, "options"),
                (WRONG_USE,), (WRONG_USE, "nonsense"), (WRONG_USE, "--nonsense"), (WRONG_USE, "status", "--nonsense"),
                (WRONG_USE, "check"), (WRONG_USE, "check", "--config"), (WRONG_USE, "check", "--config", "/nonexistent"),
                (WRONG_USE, "check", "--config", "/dev/null", "--dialect", "yaml"),
                (WRONG_USE, "recording"), (WRONG_USE, "recording", "hq", "1"), (WRONG_USE, "recording", "--config", "/dev/null", "hq"),
                (WRONG_USE, "recording", "--config", "/nonexistent", "hq", "1"),
                (WRONG_USE, "recording", "--config", "/dev/null", "hq", "1", "--file", "a.wav"),
                (WRONG_USE, "quarantine", "--limit", "0"), (WRONG_USE, "quarantine", "--limit", "x"),
                (WRONG_USE, "mask", "/nonexistent"), (WRONG_USE, "mask", "a", "b"), (FINE, "mask", "/dev/null"), (FINE, "mask", "-"), (FINE, "mask"),
                (FINE, "mask", "--help"), (NO_ANSWER, "--socket", "/nonexistent/ucm.sock", "quarantine", "--masked"),
                (WRONG_USE, "status", "metrics"),
                (WRONG_USE, "report", "--since", "yesterday", "--ledger", "/nonexistent/ledger.db"), (WRONG_USE, "report", "more"),
                (WRONG_USE, "report", "--ledger", "a", "--config", "b"), (WRONG_USE, "report", "--config", "/nonexistent"),
                (WRONG_USE, "calls", "--outcome", "odd"), (WRONG_USE, "calls", "--limit", "0"),
                (WRONG_USE, "erase"), (WRONG_USE, "erase", "--yes"), (WRONG_USE, "erase", "--number", "5550142"),
                (FINE, "report", "--help"), (FINE, "calls", "--help"), (FINE, "erase", "--help"),
                (NO_ANSWER, "report", "--ledger", "/nonexistent/ledger.db"), (NO_ANSWER, "calls", "--ledger", "/dev/null"),
                (NO_ANSWER, "report", "--socket", "/nonexistent/ucm.sock"), (NO_ANSWER, "--socket", "/nonexistent/ucm.sock", "calls"),
                (NO_ANSWER, "--socket", "/nonexistent/ucm.sock", "erase", "--yes", "--number", "5550142"),
                (NO_ANSWER, "--socket", "/nonexistent/ucm.sock", "status"),
                (NO_ANSWER, "--socket", "/nonexistent/ucm.sock", "metrics", "--json"),
                (NO_ANSWER, "--socket", "/nonexistent/ucm.sock", "quarantine")):
            with self.subTest(arguments=arguments):
                self.assertEqual(run(*arguments).returncode, code)

    def test_what_is_asked_for_comes_on_standard_output_alone(self):
        helped = run("--help")
        self.assertIn("quarantine", helped.stdout)
        self.assertNotIn("options  ", helped.stdout)
        self.assertEqual(helped.stderr, "")
        self.assertRegex(run("--version").stdout, r"^ucmctl \d+\.\d+\.\d+\n$")

    def test_complaints_come_on_standard_error_alone(self):
        silent = run("--socket", "/nonexistent/ucm.sock", "status", "--json")
        self.assertEqual(silent.stdout, "")
        self.assertIn("nothing answers", silent.stderr)
        self.assertEqual(run("nonsense").stdout, "")

    def test_a_word_that_is_no_command(self):
        commands = "status, metrics, quarantine, mask, check, recording, report, calls, erase"
        for arguments, words in ((("foo",), "foo is no command. The commands"),
                                 (("reprot", "--since", "7d"), "reprot is no command. Is report meant?"),
                                 (("--socket", "/nonexistent/ucm.sock", "stauts"), "stauts is no command. Is status meant?"),
                                 (("--nonsense",), "--nonsense is no option."), ((), "a command is missing.")):
            with self.subTest(arguments=arguments):
                told = run(*arguments)
                self.assertEqual((told.returncode, told.stdout), (WRONG_USE, ""))
                self.assertIn(words, told.stderr)
                self.assertIn(f"The commands are: {commands}.", told.stderr)
        self.assertNotIn("The commands are", run("status", "--nonsense").stderr)
        self.assertIn("--socket", run("--socket").stderr)

    def test_a_number_is_judged_before_it_is_asked_back(self):
        told = run("--socket", "/nonexistent/ucm.sock", "erase", "--number", "12")
        self.assertEqual((told.returncode, told.stdout), (WRONG_USE, ""))
        self.assertIn("that is no number", told.stderr)
        self.assertNotIn("yes", told.stderr)
        self.assertIn("Type yes", run("erase", "--number", "5550142").stderr)

    def test_what_is_given_is_masked(self):
        given = b'{"src": "5550142", "clid": "\\"Ada\\" <5550142>", "end": "2026-01-26 12:07:08"}\0'
        told = subprocess.run([UCMCTL, "mask"], input=given, capture_output=True, timeout=60, check=True)
        self.assertEqual(told.stdout, b'{"src": "5000001", "clid": "\\"Aaa\\" <5000001>", "end": "2026-01-26 12:07:08"}\\x00')
        self.assertEqual(told.stderr, b"")

    def test_who_shows_telephone_numbers_warns_of_them(self):
        for command in ("quarantine", "recording", "calls", "erase"):
            self.assertRegex(run(command, "--help").stdout, r"telephone\s+numbers")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
