"""Each group in two school years, and the finding in words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.charts.figure import sentence
from analysis.charts.findings import of_base
from analysis.charts.numbers import LEVELS, Levels, read_levels
from analysis.charts.reading import NothingStated, year_before
from analysis.charts.unclear import levels_remark
from analysis.charts.words import TOTAL, group_in_text, group_name, place, total_told
from analysis.reference import About, Share, SuiteError, say

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
    names = ", ".join(group_name(levels.by, group, lang) for group in facts.left_out)
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
    if not facts.clear:
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
