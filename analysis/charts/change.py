"""Two school years compared: one sloping line a group, labelled at both ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.findings import of_base
from analysis.charts.frame import framed
from analysis.charts.lettering import PITCH, apart, width_of, wrap
from analysis.charts.marks import Mark, draw_marks
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import LEVELS, Levels, read_levels
from analysis.charts.plot import Plot
from analysis.charts.reading import NothingStated, check_language, year_before
from analysis.charts.scope import total_of
from analysis.charts.sheet import Align, Box, Sheet
from analysis.charts.style import colour
from analysis.charts.unclear import levels_remark, some_names
from analysis.charts.words import TOTAL, group_in_text, group_name, place, total_told
from analysis.reference import About, Share, SuiteError, say, sentence

# More lines than these cross too often to be followed; eight kinds of school and the total.
MOST_LINES = 9
_MOST_IN_ALT = 4


@dataclass(frozen=True)
class Slope:
    """One group: so many of so many before and now."""

    group: str
    before: Share
    now: Share

    @property
    def change(self) -> float:
        """The difference in percentage points."""
        return float(self.now.percent - self.before.percent)


@dataclass(frozen=True)
class Change:
    """The groups that have schools in both years; `left_out` are the others."""

    levels: Levels
    years: tuple[str, str]
    slopes: tuple[Slope, ...]
    left_out: tuple[str, ...]
    table: pd.DataFrame

    @property
    def clear(self) -> bool:
        """Whether nothing is unclear in either year."""
        doubtful = any(slope.before.unclear or slope.now.unclear for slope in self.slopes)
        return not doubtful and not self.table["base_unclear_count"].any()

    @property
    def total(self) -> Slope | None:
        """All schools together, if the table has them."""
        return next((slope for slope in self.slopes if slope.group == TOTAL), None)


def read_change(
    table: pd.DataFrame, school_year: str, since: str | None, level: int, part: str = ""
) -> Change:
    """Two school years of a `measure_levels` table."""
    rows = LEVELS.rows(table)
    if rows.empty:
        raise NothingStated(school_year, rows.attrs.get("scheme", ""))
    first = year_before(rows["school_year"], school_year, since)
    if not first:
        raise NothingStated(school_year, key="nothing_one_year")
    now = read_levels(table, school_year, level, part)
    before = read_levels(table, first, level, part)
    was = {row.group: row.reached for row in before.rows}
    none = Share(0, 0)
    slopes = [Slope(row.group, was.get(row.group, none), row.reached) for row in now.rows]
    drawn = tuple(s for s in slopes if s.before.total and s.now.total)
    if not drawn:
        raise NothingStated(school_year, key="told_nothing")
    if len(drawn) > MOST_LINES:
        raise SuiteError("chart_too_many_lines", count=len(drawn), most=MOST_LINES)
    left_out = tuple(s.group for s in slopes if s not in drawn)
    return Change(now, (first, school_year), drawn, left_out, pd.concat([before.table, now.table]))


def about_change(facts: Change, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle, alt text, and a remark on the groups that have no line and on what is
    unclear now."""
    levels = facts.levels
    reached = say(f"reached_{levels.scheme}", lang, level=levels.level)
    words = {"reached": reached, "first": facts.years[0], "second": facts.years[1]}
    ordered = sorted(facts.slopes, key=lambda slope: slope.group != TOTAL)[:_MOST_IN_ALT]
    items = (
        say(
            "change_alt_item",
            lang,
            group=group_name(levels.by, slope.group, lang, levels.part),
            before=slope.before,
            now=slope.now,
        )
        for slope in ordered
    )
    base = say(f"base_{levels.base}", lang)
    names = some_names([group_name(levels.by, g, lang) for g in facts.left_out], lang)
    left_out = say("change_left_out", lang, list=names) if names else ""
    return {
        "headline": _headline(facts, words, lang),
        "subtitle": say("change_subtitle", lang, reached=reached, base=base, **place(about, lang)),
        "alt": say("change_alt", lang, list="; ".join(items), **words),
        "remark": ". ".join(filter(None, (left_out, levels_remark(levels, lang)))),
    }


def _headline(facts: Change, words: dict[str, str], lang: str) -> str:
    """All schools together, with the change of their number where that moved the share (as
    `total_told` decides), and the group that rose most if it is one alone."""
    total = facts.total
    if total is None:
        return say("change_headline_plain", lang, **words)
    way = total.before.way_to(total.now)
    shares = {"before": total.before, "now": total.now}
    reached = f"{of_base(facts.levels, lang)} {words['reached']}"
    start = sentence(say(f"change_headline_{way or 'unclear'}", lang, reached=reached, **shares))
    if number := _total_told(facts, total, lang):
        start = f"{start}; {number}"
    groups = sorted((s for s in facts.slopes if s.group != TOTAL), key=lambda s: -s.change)
    if len(groups) < 2 or groups[0].change <= max(0, groups[1].change) or way != "rose":
        return start
    most = groups[0]
    if not facts.clear or not facts.levels.complete:
        return start
    group = group_in_text(facts.levels.by, most.group, lang)
    shares = {"before": most.before, "now": most.now}
    rise = say("change_headline_most", lang, group=group, **shares)
    number = _total_told(facts, most, lang)
    return f"{start}{rise} ({number})" if number else f"{start}{rise}"


def _total_told(facts: Change, slope: Slope, lang: str) -> str:
    rows = facts.table[facts.table["group"].astype("str") == slope.group]
    is_clear = not rows["base_unclear_count"].any()
    return total_told(slope.before, slope.now, facts.levels.base, lang, is_clear=is_clear)


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
