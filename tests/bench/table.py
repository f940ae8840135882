"""Rows of figures, and how they are shown."""

import statistics
from dataclasses import dataclass


@dataclass
class Row:
    figure: str
    ours: str
    baseline: str
    ratio: str
    bound: str
    holds: bool | None  # None: nothing is promised

    def cells(self):
        return [self.figure, self.ours, self.baseline, self.ratio, self.bound,
                "" if self.holds is None else "ok" if self.holds else "short"]


HEADS = ["figure", "ours", "baseline", "ratio", "bound", ""]


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ratio_row(figure, unit, ours, baseline, least=None, most=None):
    """From rounds in which both were measured, one after the other: the median of the rounds' ratios, and their spread."""
    ratios = [a / b for a, b in zip(ours, baseline)]
    middle = statistics.median(ratios)
    holds = None if least is None and most is None else (least is None or middle >= least) and (most is None or middle <= most)
    bound = f">= {least:g}" if least is not None else f"<= {most:g}" if most is not None else ""
    return Row(figure, f"{number(statistics.median(ours))} {unit}", f"{number(statistics.median(baseline))} {unit}",
               f"{middle:.3g} ({min(ratios):.3g} to {max(ratios):.3g})", bound, holds)


def limit_row(figure, value, unit, most):
    return Row(figure, f"{number(value)} {unit}", "", "", f"<= {most:g} {unit}", value <= most)


def fact_row(figure, ours, baseline="", holds=None, bound=""):
    return Row(figure, ours, baseline, "", bound, holds)


def as_text(rows):
    table = [HEADS] + [row.cells() for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEADS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in table)


def as_markdown(rows):
    lines = ["| " + " | ".join(HEADS) + " |", "|---|---:|---:|---:|---:|---|"]
    return "\n".join(lines + ["| " + " | ".join(row.cells()) + " |" for row in rows])
