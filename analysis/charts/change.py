"""Two school years compared: one sloping line a group, labelled at both ends."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.charts.drawing import NONE, Drawing, Mark, Row, Series
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import Levels, NothingStated, drawable, read_levels, year_before
from analysis.charts.style import colour
from analysis.charts.words import TOTAL, Words
from analysis.reference import About, Share, SuiteError, sentence

# More lines than these cross too often to be followed; eight kinds of school and the total.
MOST_LINES = 9
_MOST_IN_ALT = 4


@dataclass(frozen=True)
class _Slope:
    """One group: so many of so many before and now."""

    group: str
    before: Share
    now: Share

    @property
    def change(self) -> float:
        """The difference in percentage points."""
        return float(self.now.percent - self.before.percent)


@dataclass(frozen=True)
class _Change:
    """The groups that have schools in both years; `left_out` are the others."""

    levels: Levels
    years: tuple[str, str]
    slopes: tuple[_Slope, ...]
    left_out: tuple[str, ...]
    table: pd.DataFrame

    @property
    def clear(self) -> bool:
        """Whether nothing is unclear in either year."""
        doubtful = any(slope.before.unclear or slope.now.unclear for slope in self.slopes)
        return not doubtful and not self.table["base_unclear_count"].any()

    def total_told(self, slope: _Slope, w: Words) -> str:
        """How the number of schools of a group changed, where that moved its share."""
        rows = self.table[self.table["group"].astype("str") == slope.group]
        is_clear = not rows["base_unclear_count"].any()
        return w.total_told(slope.before, slope.now, self.levels.base, is_clear=is_clear)


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
    w = Words.of(about, lang, levels)
    facts = _read(levels, about.school_year, since, level)
    found = facts.levels
    words = found.words(w)
    years = dict(zip(("first", "second"), facts.years, strict=True))
    ordered = sorted(facts.slopes, key=lambda slope: slope.group != TOTAL)[:_MOST_IN_ALT]
    items = (
        w.say("change_alt_item", group=w.group(found.by, s.group), before=s.before, now=s.now)
        + w.in_brackets(facts.total_told(s, w))
        for s in ordered
    )
    names = w.names([w.group(found.by, group) for group in facts.left_out])
    remarks = w.say("change_left_out", list=names) if names else "", found.remark(w)
    how = {"reached": words["reached"], "base": w.base(found.base)}
    alt = {"reached": words["reached"], "list": "; ".join(items)}
    told = {
        "headline": _headline(facts, w),
        "subtitle": w.say("change_subtitle", **how, **w.place),
        "alt": w.say("change_alt", **alt, **years),
        "remark": ". ".join(filter(None, remarks)),
    }
    return drawn("change", w, preset, facts.table, told, _describe(facts, w))


def _read(table: pd.DataFrame, school_year: str, since: str | None, level: int) -> _Change:
    """Two school years of a `measure_levels` table."""
    rows = drawable(table, "levels")
    if rows.empty:
        raise NothingStated(school_year, rows.attrs.get("scheme", ""))
    first = year_before(rows["school_year"], school_year, since)
    if not first:
        raise NothingStated(school_year, key="nothing_one_year")
    now, before = (read_levels(table, year, level) for year in (school_year, first))
    was = {row.group: row.reached for row in before.rows}
    slopes = [_Slope(row.group, was.get(row.group, NONE), row.reached) for row in now.rows]
    both = tuple(s for s in slopes if s.before.total and s.now.total)
    if not both:
        raise NothingStated(school_year, key="told_nothing")
    if len(both) > MOST_LINES:
        raise SuiteError("chart_too_many_lines", count=len(both), most=MOST_LINES)
    left_out = tuple(s.group for s in slopes if s not in both)
    return _Change(now, (first, school_year), both, left_out, pd.concat([before.table, now.table]))


def _describe(facts: _Change, w: Words) -> Drawing:
    """A series for each group; all schools dark and thick, a falling line dashed, so that its way
    is not colour only."""
    series = []
    for slope in facts.slopes:
        name, total = w.group(facts.levels.by, slope.group), slope.group == TOTAL
        look = Mark(colour("bar.measure"))
        if not total:
            look = Mark(colour("bar.line"), dash=(3.0, 1.6) if slope.change < 0 else ())
        amounts = (slope.before, slope.now)
        now = w.say("change_label", group=name, share=slope.now)
        texts = (slope.before.text(w.lang, "plain"), now)
        values = tuple(float(amount.percent) for amount in amounts)
        series.append(Series(name, values, look, amounts, texts, bold=total))
    return Drawing("slopes", w.lang, tuple(map(Row, facts.years)), tuple(series))


def _headline(facts: _Change, w: Words) -> str:
    """All schools together, with the change of their number where that moved the share (as
    `total_told` decides), and the group that rose most if it is one alone."""
    words = facts.levels.words(w)
    total = next((slope for slope in facts.slopes if slope.group == TOTAL), None)
    if total is None:
        first, second = facts.years
        return w.say("change_headline_plain", reached=words["reached"], first=first, second=second)
    way = total.before.way_to(total.now)
    said = {"reached": f"{words['of']} {words['reached']}", "before": total.before}
    start = sentence(w.say(f"change_headline_{way or 'unclear'}", now=total.now, **said))
    if number := facts.total_told(total, w):
        start = f"{start}; {number}"
    groups = sorted((s for s in facts.slopes if s.group != TOTAL), key=lambda s: -s.change)
    alone = len(groups) > 1 and groups[0].change > max(0, groups[1].change)
    if not alone or way != "rose" or not facts.clear or not facts.levels.complete:
        return start
    most = groups[0]
    group = w.in_text(facts.levels.by, most.group)
    rise = w.say("change_headline_most", group=group, before=most.before, now=most.now)
    number = facts.total_told(most, w)
    return f"{start}{rise}{w.in_brackets(number)}"
