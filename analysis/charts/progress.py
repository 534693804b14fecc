"""From where to where, and how far to the target? Dumbbells: baseline, now, wanted corridor."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.charts.drawing import NONE, Drawing, Mark, Row, Series
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import (
    TargetRow,
    gaps_remark,
    of_target,
    of_year,
    read_gaps,
    read_targets,
    targets_remark,
    year_before,
)
from analysis.charts.style import colour
from analysis.charts.words import TOTAL, Words
from analysis.reference import About, Share

_MOST_IN_ALT = 4


@dataclass(frozen=True)
class _Step:
    """One row: the target part now, and the amount before; None where it was not counted."""

    now: TargetRow
    before: Share | None
    is_clear: bool

    @property
    def way(self) -> str:
        """rose, fell, same; "" where there is nothing to compare, or where that is unclear."""
        return "" if self.before is None else self.before.way_to(self.now.amount)

    def total_told(self, w: Words) -> str:
        """How the number of schools changed, where that moved the share."""
        if self.before is None:
            return ""
        now = self.now
        return w.total_told(self.before, now.amount, now.base, is_clear=self.is_clear)


@dataclass(frozen=True)
class _Progress:
    """One row per target, or per group of one target."""

    by_target: bool
    first: str
    rows: tuple[_Step, ...]
    table: pd.DataFrame


@or_nothing
def chart_progress(
    comparison: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    since: str | None = None,
    target_id: str | None = None,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `compare_to_targets` with several school years: an open ring for the share
    in the year `since` (the first of the table), a dot for the year of `about`, the pale band for
    the corridor.

    One row per target part, for all schools together; with a `target_id` one row per group.
    """
    w = Words.of(about, lang, comparison)
    facts = _read(comparison, about.school_year, since, target_id, lang)
    drawing = _describe(facts, w)
    ordered = sorted(
        zip(facts.rows, drawing.rows, strict=True), key=lambda pair: pair[0].now.group != TOTAL
    )
    ago = "" if facts.first else "_now"
    years = {"first": facts.first, "school_year": about.school_year}
    items = (
        w.say(
            f"progress_alt_item{ago}",
            label=row.name,
            before=step.before or NONE,
            now=f"{row.amount.text(lang)}, {step.now.off(w)}",
        )
        + w.in_brackets(step.total_told(w))
        for step, row in ordered[:_MOST_IN_ALT]
    )
    remark, rows = targets_remark if facts.by_target else gaps_remark, [r.now for r in facts.rows]
    told = {
        "headline": _headline(facts, w),
        "subtitle": _subtitle(facts, w),
        "alt": w.say(f"progress_alt{ago}", list="; ".join(items), **years),
        "remark": remark(rows, w),
    }
    return drawn("progress", w, preset, facts.table, told, drawing)


def _read(
    table: pd.DataFrame, school_year: str, since: str | None, target_id: str | None, lang: str
) -> _Progress:
    """This year beside the first one; without a target asked for, all targets of all schools."""
    if target_id is not None:
        table = of_target(table, target_id, school_year)
    of_year(table, "comparison", school_year)
    first = year_before(table["school_year"], school_year, since)
    years = {}
    for year in filter(None, (first, school_year)):
        if target_id is None:
            years[year] = read_targets(table, year, lang)
        else:
            years[year] = read_gaps(table, year, target_id, lang)
    was = {(r.target_id, r.group): r for r in years[first][0]} if first else {}
    found = []
    for now in years[school_year][0]:
        before = was.get((now.target_id, now.group))
        is_clear = not now.base_unclear and not (before and before.base_unclear)
        found.append(_Step(now, before.amount if before else None, is_clear))
    tables = pd.concat([table for _, table in years.values()])
    return _Progress(target_id is None, first, tuple(found), tables)


def _describe(facts: _Progress, w: Words) -> Drawing:
    """A row for each target or group, a series for each year."""
    rows = []
    for step in facts.rows:
        row, was = step.now, step.before
        forms = ("plain", "short") if was is not None else ()
        past = tuple(
            w.say("progress_before", school_year=facts.first, share=was.text(w.lang, form))
            for form in forms
            if was is not None
        )
        under = w.say("progress_target", corridor=row.corridor) if facts.by_target else ""
        rows.append(
            Row(
                row.label if facts.by_target else row.name(w),
                under=under,
                bold=facts.by_target or row.group == TOTAL,
                total=not facts.by_target and row.group == TOTAL,
                amount=row.amount,
                before=was,
                labels=(*([past] if past else []), (row.off(w),)),
                band=row.band,
                wanted=w.say("targets_band", corridor=row.corridor),
            )
        )
    ink = colour("bar.measure")
    series = [_series(w.about.school_year, [row.amount for row in rows], Mark(ink))]
    if facts.first:
        ring = Mark(ink, hollow=True)
        series.insert(0, _series(facts.first, [row.before or NONE for row in rows], ring))
    band = w.say("progress_band")
    return Drawing("dumbbells", w.lang, tuple(rows), tuple(series), band=band)


def _series(name: str, amounts: list[Share], mark: Mark) -> Series:
    values = tuple(float(a.percent) if a.total else None for a in amounts)
    return Series(name, values, mark, tuple(amounts))


def _subtitle(facts: _Progress, w: Words) -> str:
    row = facts.rows[0].now
    measure, base = w.say("progress_measure"), ""
    if not facts.by_target:
        words = {"label": row.label, "counted": row.counted(w), "corridor": row.corridor}
        measure = w.say("progress_measure_one", **words)
        base = w.say("progress_base", base=row.of(w))
    key = "progress_subtitle" if facts.first else "progress_subtitle_now"
    return w.say(key, measure=measure, first=facts.first, base=base, **w.place)


def _headline(facts: _Progress, w: Words) -> str:
    """The way of all schools together for one target, or how many of the targets rose."""
    total = [row for row in facts.rows if row.now.group == TOTAL and row.before]
    if facts.first and not facts.by_target and total and total[0].now.amount.total:
        return _told(total[0], w)
    ended = any(row.now.verdict == "reference" for row in facts.rows)
    return _counted(facts, w) + (w.say("reference_tail") if ended else "")


def _counted(facts: _Progress, w: Words) -> str:
    """How many of the targets rose, how many schools there are now where that moved one of the
    shares, and how many of the targets are not reached."""
    if not facts.first:
        return w.say("progress_headline_now")
    compared = [row for row in facts.rows if row.way]
    if not compared or not facts.by_target or len(compared) < len(facts.rows):
        return w.say("progress_headline_plain", first=facts.first)
    verdicts = [row.now.verdict for row in compared]
    counts = {"rose": sum(row.way == "rose" for row in compared), "total": len(compared)}
    key = "progress_headline_only"
    if all(verdict == "met" for verdict in verdicts):
        key = "progress_headline_count_all"
    elif all(row.now.concluded for row in compared):
        key = "progress_headline_count"
    said = w.say(key, below=verdicts.count("not_met"), first=facts.first, **counts)
    numbers = dict.fromkeys(filter(None, (row.total_told(w) for row in compared)))
    return "; ".join([said, *numbers])


def _told(row: _Step, w: Words) -> str:
    words = {"label": row.now.label, "before": row.before or NONE, "now": row.now.amount}
    said = w.say(f"progress_headline_{row.way}", off=row.now.off(w), **words)
    return "; ".join(filter(None, (said, row.total_told(w))))
