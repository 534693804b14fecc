"""Where each target or group stood in the first year and where it stands now, and the finding."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.charts.numbers import COMPARISON, TargetRow, of_target, read_gaps, read_targets
from analysis.charts.reading import year_before
from analysis.charts.unclear import gaps_remark, targets_remark
from analysis.charts.words import TOTAL, group_name, place, standing_of, total_told
from analysis.reference import About, Share, say

_MOST_IN_ALT = 4


@dataclass(frozen=True)
class ProgressRow:
    """One row: the target part now, and the amount before; None where it was not counted."""

    now: TargetRow
    before: Share | None
    base_unclear_before: int = 0

    @property
    def way(self) -> str:
        """rose, fell, same; "" where there is nothing to compare, or where that is unclear."""
        return "" if self.before is None else self.before.way_to(self.now.amount)

    def total_told(self, lang: str) -> str:
        """How the number of schools changed, where that moved the share."""
        if self.before is None:
            return ""
        is_clear = not self.now.base_unclear and not self.base_unclear_before
        return total_told(self.before, self.now.amount, self.now.base, lang, is_clear=is_clear)


@dataclass(frozen=True)
class Progress:
    """One row per target, or per group of one target."""

    by_target: bool
    first: str
    rows: tuple[ProgressRow, ...]
    table: pd.DataFrame


def read_progress(
    table: pd.DataFrame,
    school_year: str,
    since: str | None,
    target_id: str | None,
    lang: str,
    part: str = "",
) -> Progress:
    """This year beside the first one; without a target asked for, all targets of all schools."""
    if target_id is not None:
        table = of_target(table, target_id, school_year)
    COMPARISON.of_year(table, school_year)
    first = year_before(table["school_year"], school_year, since)
    years = {}
    for year in filter(None, (first, school_year)):
        if target_id is None:
            years[year] = read_targets(table, year, lang, part)
        else:
            years[year] = read_gaps(table, year, target_id, lang, part)
    before = {(r.target_id, r.group): r for r in years[first][0]} if first else {}
    now = years[school_year][0]
    found = tuple(_row(row, before.get((row.target_id, row.group))) for row in now)
    return Progress(target_id is None, first, found, pd.concat([t for _, t in years.values()]))


def _row(now: TargetRow, before: TargetRow | None) -> ProgressRow:
    return (
        ProgressRow(now, before.amount, before.base_unclear) if before else ProgressRow(now, None)
    )


def row_name(row: TargetRow, facts: Progress, lang: str) -> str:
    """The label of the target, or the name of the group."""
    return row.label if facts.by_target else group_name(row.by, row.group, lang, row.part)


def about_progress(facts: Progress, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle, alt text and remark."""
    rows = sorted(facts.rows, key=lambda row: row.now.group != TOTAL)[:_MOST_IN_ALT]
    items = (
        say(
            "progress_alt_item",
            lang,
            label=row_name(row.now, facts, lang),
            before=row.before or Share(0, 0),
            now=f"{row.now.amount.text(lang)}, {standing_of(row.now, lang)}",
        )
        for row in rows
    )
    years = {"first": facts.first or about.school_year, "second": about.school_year}
    return {
        "headline": _headline(facts, lang),
        "subtitle": _subtitle(facts, about, years["first"], lang),
        "alt": say("progress_alt", lang, list="; ".join(items), **years),
        "remark": _remark(facts, lang),
    }


def _remark(facts: Progress, lang: str) -> str:
    """What is unclear now."""
    rows = [row.now for row in facts.rows]
    return targets_remark(rows, lang) if facts.by_target else gaps_remark(rows, lang)


def _subtitle(facts: Progress, about: About, first: str, lang: str) -> str:
    row = facts.rows[0].now
    measure, base = say("progress_measure", lang), ""
    if not facts.by_target:
        counted = say(f"asked_{row.scheme}_{row.reading}", lang, level=row.level)
        words = {"label": row.label, "counted": counted, "corridor": row.corridor}
        measure = say("progress_measure_one", lang, **words)
        base = say("progress_base", lang, base=say(f"base_{row.base}", lang))
    where = place(about, lang)
    return say("progress_subtitle", lang, measure=measure, first=first, base=base, **where)


def _headline(facts: Progress, lang: str) -> str:
    """The way of all schools together for one target, or how many of the targets rose."""
    total = [row for row in facts.rows if row.now.group == TOTAL and row.before]
    if facts.first and not facts.by_target and total and total[0].now.amount.total:
        return _told(total[0], lang)
    ended = any(row.now.verdict == "reference" for row in facts.rows)
    return _counted(facts, lang) + (say("reference_tail", lang) if ended else "")


def _counted(facts: Progress, lang: str) -> str:
    """How many of the targets rose, how many schools there are now where that moved one of the
    shares, and how many of the targets are not reached."""
    if not facts.first:
        return say("progress_headline_now", lang)
    compared = [row for row in facts.rows if row.way]
    if not compared or not facts.by_target or len(compared) < len(facts.rows):
        return say("progress_headline_plain", lang, first=facts.first)
    verdicts = [row.now.verdict for row in compared]
    counts = {"rose": sum(row.way == "rose" for row in compared), "total": len(compared)}
    key = "progress_headline_only"
    if all(verdict == "met" for verdict in verdicts):
        key = "progress_headline_count_all"
    elif all(row.now.concluded for row in compared):
        key = "progress_headline_count"
    said = say(key, lang, below=verdicts.count("not_met"), first=facts.first, **counts)
    numbers = dict.fromkeys(filter(None, (row.total_told(lang) for row in compared)))
    return "; ".join([said, *numbers])


def _told(row: ProgressRow, lang: str) -> str:
    said = say(
        f"progress_headline_{row.way}",
        lang,
        label=row.now.label,
        before=row.before or Share(0, 0),
        now=row.now.amount,
        off=standing_of(row.now, lang),
    )
    return "; ".join(filter(None, (said, row.total_told(lang))))
