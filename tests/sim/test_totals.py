#!/usr/bin/python3
"""Tests of what the simulated PBX says must be counted: against examples worked by hand, and against the worked examples of
tests/data/calls-*."""

import json
import os
import shutil
import sys
import tempfile
import unittest
from math import isnan
from pathlib import Path

HERE = Path(os.path.abspath(__file__)).parent
sys.path.insert(0, str(HERE))

from ucmsim.calls import Rules, Span, calls_of, occupancy, testified_epoch  # noqa: E402
from ucmsim.legs import OUTCOMES, answer, channels, each_once, extensions, moment  # noqa: E402
from ucmsim.levels import FORMULAS, busiest, clipped, in_last_hour, levels, peak, service_level  # noqa: E402
from ucmsim.totals import totals  # noqa: E402
from ucmsim.worked import lines_of, read, records_in  # noqa: E402
from ucmsim.zone import text, zone  # noqa: E402

NINE = 1_770_044_400  # 09:00 on Monday 2026-02-02, six hours behind UTC
FOLDERS = sorted((HERE.parent / "data").glob("calls-*"))


def leg(at=0, ring=5, talk=20, disposition="ANSWERED", n=1, **fields):
    """A call of its own that begins `at` seconds after nine."""
    begin, where = NINE + at, zone(-21_600)
    made = {"uniqueid": f"{begin}.{n}", "session": f"{begin}{n}00000-5550100", "src": "5550100", "dst": "1001", "lastapp": "Dial",
            "start": text(begin, where), "answer": text(begin + ring, where), "duration": str(ring + talk), "billsec": str(talk),
            "disposition": disposition, "action_type": "DIAL", "userfield": "Inbound", "src_trunk_name": "isp", "AcctId": str(n)}
    return {**made, **fields}


class ServiceLevel(unittest.TestCase):
    def test_one_set_of_calls_five_answers(self):
        # Answered 1000, of them 860 in time; abandoned 60, of them 20 in time, 10 at once.
        found = {name: round(service_level(name, 1000, 860, 60, 20, 10), 1) for name in FORMULAS}
        self.assertEqual(found, {"answered_and_abandoned": 83.0, "answered": 86.0, "offered": 81.1,
                                 "without_abandoned_in_time": 82.7, "without_short_abandons": 81.9})

    def test_nothing_to_divide_is_unknown(self):
        self.assertTrue(all(isnan(service_level(name, 0, 0, 0, 0, 0)) for name in FORMULAS))
        self.assertTrue(isnan(service_level("without_short_abandons", 0, 0, 3, 3, 3)))
        self.assertEqual(service_level("offered", 0, 0, 1, 0, 0), 0)


class Occupancy(unittest.TestCase):
    def test_steps(self):
        spans = [Span(0, 10), Span(5, 20, 2), Span(20, 25), Span(7, 7), Span(40, 50)]
        self.assertEqual(occupancy(spans), [(0, 5, 1), (5, 10, 3), (10, 20, 2), (20, 25, 1), (40, 50, 1)])
        self.assertEqual(peak(spans), 3)

    def test_one_ends_as_another_begins(self):
        self.assertEqual(peak([Span(0, 10), Span(10, 20)]), 1)

    def test_what_takes_no_time_occupies_nothing(self):
        self.assertTrue(isnan(peak([Span(3, 3)])))

    def test_clipped_at_both_ends(self):
        cut = clipped([Span(0, 100), Span(90, 150, 2), Span(0, 50), Span(100, 120)], 50, 100)
        self.assertEqual([(s.begin, s.end, s.channels) for s in cut], [(50, 100, 1), (90, 100, 2)])
        self.assertEqual(sum(s.occupied for s in cut), 70)

    def test_a_call_in_and_out_over_one_trunk_takes_two_channels(self):
        self.assertEqual(channels({"src_trunk_name": "isp", "dst_trunk_name": "isp"}, "isp"), 2)
        t = totals([leg(dst_trunk_name="isp")], True, {"isp": 2})["trunk-isp"]
        self.assertEqual((t["total_time_in_ms-occupied"], t["total_time_in_ms-all_lines_busy"]), (50_000, 25_000))


class Windows(unittest.TestCase):
    def test_the_last_hour_is_sixty_whole_minutes(self):
        now = NINE + 3_630
        self.assertFalse(in_last_hour(NINE + 59, now))
        self.assertTrue(in_last_hour(NINE + 60, now))
        self.assertTrue(in_last_hour(now, now))
        self.assertFalse(in_last_hour(NINE + 3_660, now))

    def test_busiest_sixty_minutes_slide_by_the_minute(self):
        def at(*minutes):
            most, when = busiest([NINE + 60 * m for m in minutes], NINE + 60 * 600)
            return most, when - NINE // 60
        self.assertEqual(at(0), (1, -59))
        self.assertEqual(at(0, 60), (1, -59))  # the sixtieth minute after is the next hour's
        self.assertEqual(at(0, 59), (2, 0))
        self.assertEqual(at(0, 100, 130, 140, 400), (3, 81))
        self.assertEqual(at(600, 599), (2, 541))

    def test_busiest_of_one_day(self):
        now = NINE
        self.assertTrue(isnan(busiest([now - 86_400], now)[0]))
        self.assertEqual(busiest([now - 86_340], now), (1, now // 60 - 1_439))

    def test_of_the_hour(self):
        records = [leg(0, 5, 20), leg(30, 5, 3, n=2), leg(100, 5, 0, "NO ANSWER", n=3), leg(200, 0, 0, "FAILED", n=4)]
        row = levels(records, NINE + 300)["all"]
        self.assertEqual((row["percent-asr"], row["percent-ner_estimate"], row["percent-short_calls"]), (50, 75, 50))
        self.assertEqual((row["duration-acd"], row["duration-answer_wait"]), (11.5, 5))
        self.assertEqual(row["count-erlangs_hour"], (25 + 8 + 5) / 3_600)
        self.assertEqual((row["count-attempts_hour"], row["count-bhca"], row["current_sessions-peak_hour"]), (4, 4, 1))
        # The second began 5 s after the first had ended, the third 62 s after the second.
        self.assertEqual(row["percent-redials"], 25)

    def test_an_hour_later_nothing_is_known(self):
        row = levels([leg()], NINE + 2 * 3_600 - 1)["all"]
        self.assertTrue(isnan(row["percent-asr"]) and isnan(row["duration-acd"]))
        self.assertEqual((row["current_sessions-peak_previous_hour"], row["count-erlangs_hour"], row["count-bhca"]), (1, 0, 1))


class Clocks(unittest.TestCase):
    def test_who_testifies(self):
        for ahead, says in ((0, True), (450, False), (20_700, True), (-21_600, True), (-21_480, True), (-21_479, False),
                            (50_520, True), (50_521, False)):
            record = {"session": f"{NINE}123456-1001", "start": text(NINE + ahead, zone(0))}
            self.assertEqual(testified_epoch(record), NINE if says else None, ahead)
        self.assertIsNone(testified_epoch({"session": "", "start": text(NINE, zone(0))}))
        self.assertIsNone(testified_epoch({"session": "api-call-1", "start": text(NINE, zone(0))}))
        self.assertIsNone(testified_epoch({"session": f"{NINE}1-1", "start": "0000-00-00 00:00:00"}))

    def test_an_answer_on_the_other_side_of_a_change(self):
        def waited(start, answered, ring, talk):
            record = {"start": f"2026-11-01 {start}", "answer": f"2026-11-01 {answered}", "duration": str(ring + talk),
                      "billsec": str(talk)}
            return answer(record) - moment(record, "start")
        self.assertEqual(waited("01:59:50", "01:00:05", 15, 60), 15)
        self.assertEqual(waited("01:59:50", "03:00:10", 20, 60), 20)
        self.assertEqual(waited("01:10:00", "01:10:07", 5, 60), 7)  # a few seconds are the record's own
        self.assertEqual(waited("01:00:00", "02:59:00", 15, 60), 7_140)  # no change of any clock

    def test_the_same_hour_twice(self):
        rules = Rules(offset="America/Chicago")
        back = 1_793_516_400  # 2026-11-01 07:00 UTC, when 02:00 becomes 01:00
        half_past = {"start": "2026-11-01 01:30:00", "answer": "2026-11-01 01:30:05"}
        calls = calls_of([leg(**half_past, uniqueid=str(n), session=f"{back + at}1-{n}") for n, at in ((1, 1_800), (2, -1_800))],
                         rules)
        self.assertEqual([call.begin - back for call in calls], [-1_800, 1_800])
        self.assertFalse(any(call.redial for call in calls))

    def test_without_a_session_the_offset_tells(self):
        call, = calls_of([leg(session="", uniqueid="a")], Rules(offset=-21_600))
        self.assertEqual((call.begin, call.end), (NINE, NINE + 25))
        call, = calls_of([leg(session="", uniqueid="a")], Rules(offset=0))
        self.assertEqual(call.begin, NINE - 21_600)

    def test_without_a_start_the_arrival_tells(self):
        call, = calls_of([leg(start="")], Rules(arrival=NINE))
        self.assertEqual((call.begin, call.end, call.wait), (NINE - 25, NINE, 0))


class Records(unittest.TestCase):
    def test_summaries_are_dropped_only_beside_legs(self):
        self.assertEqual(records_in([{"main_cdr": {"a": 1}, "sub_cdr_1": {"b": 1}, "sub_cdr_2": {}}, {}, {"main_cdr": {"c": 1}}]),
                         [{"b": 1}, {"c": 1}])

    def test_numbers_are_read_as_text(self):
        self.assertEqual(each_once([{"uniqueid": "1.10", "duration": 5, "answer": None}]),
                         [{"uniqueid": "1.10", "duration": "5", "answer": ""}])

    def test_who_is_an_extension(self):
        def of(*names):
            return extensions({"channel_ext": names[0], "dstchannel_ext": names[1]})
        self.assertEqual(of("1001", "1002"), {"1001", "1002"})
        self.assertEqual(of("trunk_1", "o1"), set())
        self.assertEqual(of("1001", ""), {"1001"})

    def test_more_is_told_only_when_asked(self):
        plain, full = totals([leg()]), totals([leg()], True)
        self.assertEqual(set(plain["inbound"]),
                         {f"total_sessions-{o}" for o in OUTCOMES} | {f"total_time_in_ms-{t}" for t in ("talk", "wait")})
        for scope, row in plain.items():
            self.assertEqual(row, {name: full[scope][name] for name in row})


class WorkedExamples(unittest.TestCase):
    def each(self, check):
        for folder in FOLDERS:
            with self.subTest(folder.name):
                check(folder)

    def test_there_are_enough(self):
        self.assertGreaterEqual(len(FOLDERS), 30)
        examples = [read(folder) for folder in FOLDERS]
        self.assertGreaterEqual(sum(len(calls_of(each_once(one.records), one.rules)) for one in examples), 60)

    def test_expected(self):
        def check(folder):
            self.assertTrue((folder / "about").read_text().strip())
            self.assertEqual((folder / "expected").read_text().splitlines(), lines_of(folder))
        self.each(check)

    def test_whatever_the_order_of_arrival(self):
        def check(folder):
            with tempfile.TemporaryDirectory() as other:
                shutil.copytree(folder, other, dirs_exist_ok=True)
                records = json.loads((folder / "legs.json").read_text())
                Path(other, "legs.json").write_text(json.dumps(records[::-1]))
                self.assertEqual(lines_of(other), (folder / "expected").read_text().splitlines())
        self.each(check)

    def test_values_that_must_agree_with_each_other(self):
        def check(folder):
            example = read(folder)
            for scope, row in totals(example.records, True, example.capacities, example.rules).items():
                self.assertEqual(row["total_events-attempts"],
                                 sum(n for name, n in row.items() if name.startswith("total_sessions-")))
                for kind in ("talk", "wait"):
                    spread = [n for name, n in row.items() if name.startswith(f"total_values-{kind}_le_")]
                    self.assertEqual(spread, sorted(spread))
                    self.assertEqual(spread[-1:] or [row["total_sessions-answered"]], [row["total_sessions-answered"]])
                if scope.startswith("queue-"):
                    self.assertEqual(row["total_events-calls_offered"], row["total_events-attempts"])
                    self.assertEqual(row["total_events-calls_offered"],
                                     sum(row[f"total_events-calls_{how}"] for how in ("answered", "abandoned", "overflowed")))
        self.each(check)


if __name__ == "__main__":
    unittest.main()
