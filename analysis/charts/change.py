"""Two school years compared: one sloping line a group, labelled at both ends."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from analysis.charts.change_facts import Change, Slope, about_change, read_change
from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.lettering import PITCH, apart, width_of, wrap
from analysis.charts.marks import Mark, draw_marks
from analysis.charts.nothing import or_nothing
from analysis.charts.plot import Plot
from analysis.charts.reading import check_language
from analysis.charts.scope import total_of
from analysis.charts.sheet import Align, Box, Sheet
from analysis.charts.style import colour
from analysis.charts.words import TOTAL, group_name
from analysis.reference import About, say

# Percentage points from the bottom to the top of the picture, at least.
_LEAST_SPAN = 20.0


@or_nothing
def chart_change(
    levels: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    since: str | None = None,
    level: int = 1,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_levels` with several school years: per group the share of schools
    at `level` or higher in the year `since` (the first of the table) and in that of `about`.

    Up to nine lines. Groups without schools in one of the years are named below the picture.
    """
    facts = read_change(levels, about.school_year, since, level, total_of(about, levels, lang))
    words = about_change(facts, about, check_language(lang))
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="change")
    chart.asked["level"] = level
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Change, lang: str) -> None:
    size, gap = sheet.preset.label, 1.6 * sheet.preset.label
    ends = _Ends(sheet, facts, lang, 0.47 * room.width)
    left = room.left + ends.left_width + gap
    right = room.right - ends.right_width - gap
    box = Box(left, room.top + 2.2 * size, right, room.bottom - 0.9 * size)
    plot = Plot(sheet, box, 0, 1)
    aligns: tuple[Align, Align] = ("right", "left")
    for x, (year, align) in enumerate(zip(facts.years, aligns, strict=True)):
        plot.line(x, box.top - 0.4 * size, box.bottom + 0.3 * size, colour("ink.rule"), 1)
        edge, y = plot.x(x) + (0.5 - x) * 2.4 * size, room.top + 0.6 * size
        sheet.write(edge, y, year, size=size, bold=True, align=align, level="digits")
    scale = _Scale(facts.slopes, box)
    for slope in sorted(facts.slopes, key=lambda s: s.group == TOTAL):
        points = [(0, scale.y(slope.before.percent)), (1, scale.y(slope.now.percent))]
        draw_marks(plot, points, _mark(sheet, slope))
    ends.write(plot, scale)


def _mark(sheet: Sheet, slope: Slope) -> Mark:
    """The total is dark and thick; a falling line is dashed, so that its way is not colour only."""
    size = sheet.preset.label
    if slope.group == TOTAL:
        return Mark(colour("bar.measure"), width=0.26 * size, size=0.62 * size)
    dash = (3.0, 1.6) if slope.change < 0 else ()
    return Mark(colour("bar.line"), dash=dash, width=0.14 * size, size=0.5 * size)


class _Scale:
    """Shares from the lowest to the highest of the picture, in points of the sheet.

    At least a fifth of the whole, so that small differences look small; within 0 to 100%.
    """

    def __init__(self, slopes: Sequence[Slope], box: Box) -> None:
        shares = [float(a.percent) for s in slopes for a in (s.before, s.now)] or [0.0]
        span = max(_LEAST_SPAN, max(shares) - min(shares))
        low = (min(shares) + max(shares) - span) / 2
        self.low, self.box = min(max(low, 0.0), 100 - span), box
        self.high = self.low + span

    def y(self, value: Fraction) -> float:
        """Where a share stands."""
        part = (float(value) - self.low) / (self.high - self.low)
        return self.box.bottom - part * self.box.height


class _Ends:
    """The labels at both ends, moved apart where lines end close together."""

    def __init__(self, sheet: Sheet, facts: Change, lang: str, most: float) -> None:
        self.sheet, self.facts, self.size = sheet, facts, sheet.preset.least
        self.before = [slope.before.text(lang, "plain") for slope in facts.slopes]
        names = (
            group_name(facts.levels.by, s.group, lang, facts.levels.part) for s in facts.slopes
        )
        labels = (
            say("change_label", lang, group=name, share=slope.now)
            for name, slope in zip(names, facts.slopes, strict=True)
        )
        self.now = [
            wrap(label, most, self.size, bold=slope.group == TOTAL)
            for label, slope in zip(labels, facts.slopes, strict=True)
        ]
        self.left_width = self._widest(self.before)
        self.right_width = self._widest(self.now)

    def _widest(self, labels: Sequence[str]) -> float:
        return max((width_of(text, self.size, bold=True) for text in labels), default=0)

    def write(self, plot: Plot, scale: _Scale) -> None:
        """Write both columns, each label with a fine line to its end where it had to move."""
        slopes = self.facts.slopes
        self._column(plot, [scale.y(s.before.percent) for s in slopes], self.before, -1)
        self._column(plot, [scale.y(s.now.percent) for s in slopes], self.now, 1)

    def _column(self, plot: Plot, wanted: list[float], labels: list[str], side: int) -> None:
        order = sorted(range(len(wanted)), key=wanted.__getitem__)
        heights = [PITCH * self.size * (labels[i].count("\n") + 1) for i in order]
        top, bottom = plot.box.top - 1.2 * self.size, plot.box.bottom + 0.9 * self.size
        places = apart([wanted[i] for i in order], heights, top, bottom)
        x, far = plot.x(0 if side < 0 else 1), 1.4 * self.size
        for i, y in zip(order, places, strict=True):
            bold = self.facts.slopes[i].group == TOTAL
            ends = (x + side * 0.45 * self.size, x + side * far * 0.9)
            self.sheet.rule(ends, (wanted[i], y), colour("ink.rule"), 0.8)
            self.sheet.write(
                x + side * far,
                y,
                labels[i],
                size=self.size,
                bold=bold,
                align="right" if side < 0 else "left",
                level="center" if "\n" in labels[i] else "digits",
            )
