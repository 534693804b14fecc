"""Where each target or group stood in the first year and where it stands now, and the finding."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.chart.numbers import COMPARISON, Amount, TargetRow, read_gaps, read_targets
from analysis.chart.reading import year_before
from analysis.chart.words import (
    TOTAL,
    corridor,
    group_name,
    place,
    share,
    standing_of,
)
from analysis.reference import About, say

_MOST_IN_ALT = 4


@dataclass(frozen=True)
class ProgressRow:
    """One row: the target part now, and the amount before; None where it was not counted."""

    now: TargetRow
    before: Amount | None

    @property
    def way(self) -> str:
        """rose, fell, same; "" where there is nothing to compare."""
        if self.before is None or not self.before.total or not self.now.amount.total:
            return ""
        before, now = self.before.percent, self.now.amount.percent
        return "rose" if now > before else "fell" if now < before else "same"


@dataclass(frozen=True)
class Progress:
    """One row per target, or per group of one target."""

    by_target: bool
    first: str
    rows: tuple[ProgressRow, ...]
    table: pd.DataFrame


def read_progress(
    table: pd.DataFrame, school_year: str, since: str | None, target_id: str | None, lang: str
) -> Progress:
    """This year beside the first one; without a target asked for, all targets of all schools."""
    first = year_before(COMPARISON.rows(table)["school_year"], school_year, since)
    years = {}
    for year in filter(None, (first, school_year)):
        if target_id is None:
            years[year] = read_targets(table, year, lang)
        else:
            years[year] = read_gaps(table, year, target_id, lang)
    before = {(r.target_id, r.group): r.amount for r in years[first][0]} if first else {}
    now = years[school_year][0]
    rows = tuple(ProgressRow(row, before.get((row.target_id, row.group))) for row in now)
    return Progress(target_id is None, first, rows, pd.concat([t for _, t in years.values()]))


def row_name(row: TargetRow, facts: Progress, lang: str) -> str:
    """The label of the target, or the name of the group."""
    return row.label if facts.by_target else group_name(row.by, row.group, lang)


def about_progress(facts: Progress, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    rows = sorted(facts.rows, key=lambda row: row.now.group != TOTAL)[:_MOST_IN_ALT]
    items = (
        say(
            "progress_alt_item",
            lang,
            label=row_name(row.now, facts, lang),
            before=share(row.before or Amount(0, 0), lang),
            now=share(row.now.amount, lang),
        )
        for row in rows
    )
    years = {"first": facts.first or about.school_year, "second": about.school_year}
    return {
        "headline": _headline(facts, lang),
        "subtitle": _subtitle(facts, about, years["first"], lang),
        "alt": say("progress_alt", lang, list="; ".join(items), **years),
    }


def _subtitle(facts: Progress, about: About, first: str, lang: str) -> str:
    row = facts.rows[0].now
    measure, base = say("progress_measure", lang), ""
    if not facts.by_target:
        counted = say(f"asked_{row.scheme}_{row.reading}", lang, level=row.level)
        words = {"label": row.label, "counted": counted, "corridor": corridor(row, lang)}
        measure = say("progress_measure_one", lang, **words)
        base = say("progress_base", lang, base=say(f"base_{row.base}", lang))
    where = place(about, lang)
    return say("progress_subtitle", lang, measure=measure, first=first, base=base, **where)


def _headline(facts: Progress, lang: str) -> str:
    """The way of all schools together for one target, or how many of the targets rose."""
    if not facts.first:
        return say("progress_headline_now", lang)
    compared = [row for row in facts.rows if row.way]
    total = [row for row in compared if row.now.group == TOTAL]
    if not facts.by_target and total:
        return _told(total[0], lang)
    if not compared or not facts.by_target or len(compared) < len(facts.rows):
        return say("progress_headline_plain", lang, first=facts.first)
    below = sum(row.now.position == "below" for row in compared)
    rose = sum(row.way == "rose" for row in compared)
    key = "progress_headline_count" if below else "progress_headline_count_all"
    return say(key, lang, rose=rose, total=len(compared), below=below, first=facts.first)


def _told(row: ProgressRow, lang: str) -> str:
    return say(
        f"progress_headline_{row.way}",
        lang,
        label=row.now.label,
        before=share(row.before or Amount(0, 0), lang),
        now=share(row.now.amount, lang),
        off=standing_of(row.now, lang),
    )
