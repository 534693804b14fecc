"""How far off, and which side? Bars from the edge of the corridor, with the schools needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.charts.drawing import Drawing, Row, Series
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import (
    NothingStated,
    TargetRow,
    all_groups,
    gaps_remark,
    read_gaps,
    split,
)
from analysis.charts.sentences import Sentences, nobody, remarked, scoped
from analysis.charts.sheet import round_values
from analysis.charts.style import Paint, colour
from analysis.charts.targets import readings
from analysis.charts.words import TOTAL, Words
from analysis.reference import About

_MOST_IN_HEADLINE = 3


@or_nothing
def chart_gaps(
    comparison: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    target_id: str | None = None,
    preset: str = "slide",
) -> Chart:
    """Draw one target part of `compare_to_targets(..., by=...)`: its distance in every group.

    The line in the middle is the nearest edge of the corridor: bars to the left are below the
    target, bars to the right above the range, a ring is within it. `target_id` may be left out
    where the table has one target only.

    >>> year = load_year("2024-2025")
    >>> gaps = compare_to_targets(year.held, year.targets, by="education_level")
    >>> chart_gaps(gaps, about=year.about, target_id="Q", lang="en").headline
    'CQG level 1 or 2: 2 education levels are below the target ≥ 89.5%: ...'
    """
    w = Words.of(about, lang, comparison)
    rows, table = read_gaps(comparison, about.school_year, target_id, lang)
    first = rows[0]
    facts = {"label": first.label, "corridor": first.corridor}
    facts |= {"kind": w.kind(first.by), "kinds": w.kind(first.by, "kinds")}
    how = {"counted": first.counted(w), "base": first.of(w)}
    measure = w.say(f"gaps_measure{'' if first.high < 100 else '_least'}", **facts)
    items = w.some([row.gap_item(w) for row in rows])
    told = {
        "headline": _headline(rows, facts, w),
        "subtitle": w.say("gaps_subtitle", measure=measure, **how, **w.place),
        "alt": w.say("gaps_alt", date=w.date, list=items, **how, **facts),
        "remark": gaps_remark(rows, w),
        "readings": readings(rows[-1:], w),
    }
    return drawn("gaps", w, preset, table, told, _describe(rows, w))


def _describe(rows: Sequence[TargetRow], w: Words) -> Drawing:
    """A row for each group, a series for each side; pale where nothing can be concluded."""
    found = []
    for row in rows:
        name, total = row.name(w), row.group == TOTAL
        head, tail = row.lines(w)
        least = row.points.text(w.lang, "named") if row.is_off else row.amount.text(w.lang, "short")
        found.append(
            Row(
                name,
                w.say("group_with_n", group=name, total=row.amount.total),
                bold=total,
                total=total,
                amount=row.amount,
                labels=((head, least), (tail,)),
                band=row.band,
                wanted=w.say("targets_band", corridor=row.corridor),
                position=row.position,
                silent=not row.concluded,
            )
        )
    series = (
        Series(
            w.say(f"deck_gap_{way}"),
            tuple(r.gap if r.side == way and r.position != "within" else None for r in rows),
            Paint(colour(f"bar.{way}"), colour("ink.rule") if way == "silent" else ""),
        )
        for way in ("below", "above", "silent")
        if any(row.side == way for row in rows)
    )
    way = "" if any(row.concluded for row in rows) else "_silent"
    sides = w.say(f"gaps_below{way}"), w.say(f"gaps_above{way}")
    left, right, values = reach(rows)
    span = (left, right, *values)
    return Drawing("gaps", w.lang, tuple(found), tuple(series), sides=sides, span=span)


def reach(rows: Sequence[TargetRow]) -> tuple[float, float, list[float]]:
    """How many points the axis reaches to the left and to the right of the line, and round values
    from 0 on: so far that every bar ends on it, and no farther than a share can lie from the
    corridor. Up to a round value where there is one; a side on which no bar lies has no axis, if
    the other one has."""
    gaps = [row.gap for row in rows if row.position in ("below", "above")]
    below, above = -min([0.0, *gaps]), max([0.0, *gaps])
    values = round_values(max(below, above) or 1.0)
    if not below and not above:
        return values[-1], 0.0, values
    most = max(row.low for row in rows), max(100 - row.high for row in rows)
    left, right = (
        max(gap, min(next(value for value in values if value >= gap), possible))
        for gap, possible in zip((below, above), most, strict=True)
    )
    return left, right, values


def _headline(rows: Sequence[TargetRow], facts: dict[str, object], w: Words) -> str:
    """Which groups are below, by what the verdicts say: first where nothing can be concluded, then
    where no number of schools would do, and only then who is below."""
    groups = [row for row in rows if row.group != TOTAL]
    if any(row.verdict == "reference" for row in rows):
        return w.say("gaps_headline_reference", **facts)
    if any(row.verdict == "not_issued" for row in rows):
        return w.say("gaps_headline_not_issued", **facts)
    if not any(row.amount.total for row in groups) or not all_groups(rows):
        return w.say("gaps_headline_plain", **facts)
    of, said = split(groups), []
    if of["open"]:
        said.append(w.say("gaps_headline_open", list=_named(of["open"], w), **facts))
    if of["not_attainable"]:
        names = _named(of["not_attainable"], w)
        said.append(w.say("gaps_headline_unattainable", list=names))
    if of["not_met"]:
        alone = not of["open"] and not of["not_attainable"]
        said.append(_below(of["not_met"], len(groups), facts, w, alone=alone))
    if not said:
        return w.say("gaps_headline_none", **facts)
    return w.say("gaps_headline", said="; ".join(said), **facts)


def _below(
    below: Sequence[TargetRow], groups: int, facts: dict[str, object], w: Words, *, alone: bool
) -> str:
    """The groups below the target; `alone`: all others have reached it, so that one can say "only",
    and which lacks most."""
    most = sorted(below, key=lambda row: -row.needed[0] if row.needed else 0)
    first, numbers = most[0], [row.needed for row in most if row.needed]
    told = {"group": w.in_text(first.by, first.group), "share": first.amount, **facts}
    if len(below) == 1 and alone:
        return w.say("gaps_headline_one", off=first.off(w), **told)
    single = len(numbers) > 1 and numbers[0][0] > max(highest for _, highest in numbers[1:])
    if alone and single and len(numbers) == len(below):
        lacking = w.between(first.needed or (0, 0))
        return w.say("gaps_headline_most", below=len(below), schools=lacking, **told)
    if len(below) > _MOST_IN_HEADLINE:
        return w.say("gaps_headline_count", below=len(below), all=groups, **facts)
    if len(below) == 1:
        return w.say("gaps_headline_some_one", group=_named(below, w), **facts)
    return w.say("gaps_headline_some", below=len(below), list=_named(below, w), **facts)


def _named(rows: Iterable[TargetRow], w: Words) -> str:
    names = [w.in_text(row.by, row.group) for row in rows]
    few = len(names) <= _MOST_IN_HEADLINE
    return ", ".join(names) if few else w.say("groups_counted", count=len(names))


def tell_gaps(
    comparison: pd.DataFrame, *, about: About, lang: str = "vi", target_id: str | None = None
) -> Sentences:
    """Where all schools together stand, and which groups are below or above the corridor.

    >>> year = load_year("2024-2025")
    >>> gaps = compare_to_targets(year.held, year.targets, by="education_level")
    >>> print(tell_gaps(gaps, about=year.about, target_id="Q", lang="en").lines[0])
    CQG level 1 or 2 on 31/05/2025: All schools 34/38 (89.5%) against ...
    """
    w = Words.of(about, lang, comparison)
    try:
        rows, table = read_gaps(comparison, about.school_year, target_id, lang)
    except NothingStated as nothing:
        return Sentences((nothing.told(lang),))
    if not any(row.amount.total for row in rows):
        return Sentences((nobody(table, w),))
    groups = [row for row in rows if row.group != TOTAL]
    lines = [_whole(row, w) for row in rows if row.group == TOTAL]
    of = split(groups)
    told = {
        "open": of["open"],
        "unattainable": of["not_attainable"],
        "below": of["not_met"],
        "above": [r for r in groups if r.above],
        "reference": of["reference"],
        "not_issued": of["not_issued"],
    }
    for key, some in told.items():
        if some:
            far = sorted(some, key=lambda row: row.gap) if len(some) > 5 else some
            items = w.names([row.gap_item(w) for row in far], "; ")
            lines.append(w.say(f"gaps_told_{key}", list=items))
    if groups and all_groups(rows) and all(r.verdict in ("met", "no_schools") for r in groups):
        kind = {"kind": w.kind(rows[0].by), "corridor": rows[0].corridor}
        lines.append(w.say("gaps_told_below_none", **kind))
    return scoped(w, comparison, *lines, *remarked(gaps_remark(rows, w)))


def _whole(row: TargetRow, w: Words) -> str:
    words = {"label": row.label, "group": row.name(w), "off": row.off(w), "date": w.date}
    return w.say("gaps_told_total", share=row.amount, corridor=row.corridor, **words)
