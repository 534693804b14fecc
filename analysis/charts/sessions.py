"""How many have two sessions a day? Bars of classes and pupils for each education level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.charts.drawing import NONE, Drawing, Row, Series
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import check_values, of_year, only, text, unknown_value
from analysis.charts.style import Paint, colour
from analysis.charts.words import TOTAL, Words
from analysis.reference import About, Share

_PAINTS = {"classes": "bar.measure", "pupils": "bar.second"}
_MOST_IN_ALT = 5


@dataclass(frozen=True)
class _Group:
    """One group: per measure so many of so many, and the most schools that state one."""

    group: str
    amounts: Mapping[str, Share]
    stated: Share


@or_nothing
def chart_sessions(
    sessions: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    measure: str | None = None,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_sessions`: per group the share of classes and of pupils with two
    sessions a day, with the numbers beside the bars and the schools that state it below the name.

    Columns: school_year, by, group, measure, two_sessions_count, whole_count, schools_stated,
    schools_total. Both measures are drawn, or the `measure` asked for ("classes", "pupils").
    """
    w = Words.of(about, lang, sessions)
    rows = of_year(sessions, "sessions", about.school_year)
    check_values(rows, "measure", [*_PAINTS])
    there = [m for m in _PAINTS if m in set(rows["measure"].map(text))]
    if measure is not None and measure not in there:
        unknown_value("measure", [measure], there)
    measures = there if measure is None else [measure]
    rows = rows[rows["measure"].isin(measures)]
    by, first = only(rows, "by"), measures[0]
    groups = [
        _read(str(group), part) for group, part in rows.groupby(rows["group"].map(text), sort=False)
    ]
    groups.sort(key=lambda row: row.group == TOTAL)
    kind = w.kind(by)
    items = (
        w.say(
            "sessions_alt_item",
            group=w.group(by, g.group),
            amount=_told(first, g.amounts.get(first, NONE), w),
        )
        for g in sorted(groups, key=lambda row: row.group != TOTAL)[:_MOST_IN_ALT]
    )
    told = {
        "headline": _headline(groups, measures, by, w),
        "subtitle": w.say("sessions_subtitle", **w.place),
        "alt": w.say("sessions_alt", kind=kind, date=w.date, list="; ".join(items)),
    }
    return drawn("sessions", w, preset, rows, told, _describe(groups, measures, by, w))


def _read(group: str, rows: pd.DataFrame) -> _Group:
    """Nothing of nothing where it is not stated."""
    counted, stated = dict[str, Share](), [NONE]
    for row in rows.to_dict("records"):
        counted[text(row["measure"])] = _amount(row["two_sessions_count"], row["whole_count"])
        stated.append(_amount(row["schools_stated"], row["schools_total"]))
    return _Group(group, counted, max(stated, key=lambda amount: amount.count))


def _amount(count: Any, total: Any) -> Share:
    return NONE if pd.isna(count) or pd.isna(total) else Share(int(count), int(total))


def _describe(groups: Sequence[_Group], measures: Sequence[str], by: str, w: Words) -> Drawing:
    """A row for each group, with the schools that state anything below it; a series a measure."""
    rows = (
        Row(
            w.group(by, one.group),
            under=w.say("sessions_stated", stated=one.stated),
            bold=one.group == TOTAL,
            total=one.group == TOTAL,
        )
        for one in groups
    )
    none, series = w.say("sessions_not_stated"), []
    for measure in measures:
        amounts = tuple(one.amounts.get(measure, NONE) for one in groups)
        texts = tuple(a.text(w.lang, "plain") if a.total else none for a in amounts)
        values = tuple(float(amount.percent) for amount in amounts)
        paint = Paint(colour(_PAINTS[measure]))
        series.append(Series(w.say(f"sessions_{measure}"), values, paint, amounts, texts))
    return Drawing("bars", w.lang, tuple(rows), tuple(series))


def _told(measure: str, amount: Share, w: Words) -> str:
    """An amount with its unit: "450/500 lớp (90,0%)"."""
    if not amount.total:
        return w.say("sessions_not_stated")
    return w.say(f"sessions_count_{measure}", share=amount)


def _headline(groups: Sequence[_Group], measures: Sequence[str], by: str, w: Words) -> str:
    """All schools together, and the lowest group of the first measure if it is one alone."""
    total = next((one for one in groups if one.group == TOTAL), None)
    amounts = [total.amounts.get(measure, NONE) for measure in measures] if total else []
    if not amounts or not all(amount.total for amount in amounts):
        return w.say("sessions_headline_plain", kind=w.kind(by))
    both, *second = (_told(*pair, w) for pair in zip(measures, amounts, strict=True))
    if second:
        both = w.say("sessions_and", first=both, second=second[0])
    if not any(amount.rest for amount in amounts):
        return w.say("sessions_headline_all", amounts=both)
    said, first = w.say("sessions_headline", amounts=both), measures[0]
    found = [(one.amounts.get(first, NONE), one.group) for one in groups if one.group != TOTAL]
    found = sorted((pair for pair in found if pair[0].total), key=lambda pair: pair[0].percent)
    if len(found) < 2 or found[0][0].percent == found[1][0].percent:
        return said
    least, group = found[0]
    least_told = {"group": w.in_text(by, group), "amount": _told(first, least, w)}
    return said + w.say("sessions_headline_least", **least_told)
