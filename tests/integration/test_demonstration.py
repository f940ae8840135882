"""What packaging/quickstart says in the end of its two sums."""

import os
import sys
import unittest

import config

sys.path.insert(0, os.path.join(config.REPO, "packaging"))

import demonstration  # noqa: E402

WANTED = {"total_sessions-answered": 40, "total_sessions-no_answer": 5, "total_sessions-voicemail": 2}


def counted(**other):
    return {key: n + other.get(key.rpartition("-")[2], 0) for key, n in WANTED.items()}


class Judged(unittest.TestCase):
    def test_the_same(self):
        self.assertEqual(demonstration.judged(WANTED, counted(), 3), (True, "the same, outcome by outcome"))

    def test_outcomes_of_amended_calls(self):
        same, verdict = demonstration.judged(WANTED, counted(answered=-2, no_answer=1, voicemail=1), 2)
        self.assertTrue(same)
        self.assertIn("the same number; of 2 ", verdict)

    def test_not_the_same(self):
        for other, amended in (({"answered": -1}, 0), ({"answered": -1}, 5), ({"no_answer": 1}, 5),
                               ({"answered": -1, "no_answer": 1}, 0), ({"answered": -2, "no_answer": 2}, 1)):
            with self.subTest(other=other, amended=amended):
                same, verdict = demonstration.judged(WANTED, counted(**other), amended)
                self.assertFalse(same)
                self.assertIn("NOT the same", verdict)


if __name__ == "__main__":
    unittest.main()
