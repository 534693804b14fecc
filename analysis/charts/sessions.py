"""How many have two sessions a day? Bars of classes and pupils for each education level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.legend import Legend
from analysis.charts.lettering import width_of
from analysis.charts.nothing import or_nothing
from analysis.charts.plot import SHARES, Plot
from analysis.charts.reading import Shape, check_language, check_values, only, text, unknown_value
from analysis.charts.rows import Name, place_rows
from analysis.charts.scope import total_of
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour
from analysis.charts.words import TOTAL, group_in_text, group_name, kind_of, place
from analysis.reference import About, Percent, Share, say

MEASURES = ("classes", "pupils")
SESSIONS = Shape("sessions")
_MOST_IN_ALT = 5


@dataclass(frozen=True)
class SessionRow:
    """One group: per measure so many of so many, and the schools that state it."""

    group: str
    amounts: Mapping[str, Share]
    stated: Mapping[str, Share]


@dataclass(frozen=True)
class Sessions:
    """The groups, the total last, and the measures that are drawn."""

    by: str
    measures: tuple[str, ...]
    rows: tuple[SessionRow, ...]
    table: pd.DataFrame
    part: str = ""

    @property
    def total(self) -> SessionRow | None:
        """All schools together, if the table has them."""
        return next((row for row in self.rows if row.group == TOTAL), None)


def read_sessions(
    table: pd.DataFrame, school_year: str, measure: str | None, part: str = ""
) -> Sessions:
    """The groups of one school year; one measure, or those there are."""
    rows = SESSIONS.of_year(table, school_year)
    check_values(rows, "measure", MEASURES)
    there = tuple(m for m in MEASURES if m in set(rows["measure"].map(text)))
    if measure is not None and measure not in there:
        unknown_value("measure", [measure], there)
    measures = there if measure is None else (measure,)
    rows = rows[rows["measure"].isin(measures)]
    groups = rows.groupby(rows["group"].map(text), sort=False)
    found = [_row(str(group), part, measures) for group, part in groups]
    found.sort(key=lambda row: row.group == TOTAL)
    return Sessions(only(rows, "by"), measures, tuple(found), rows, part)


def _row(group: str, rows: pd.DataFrame, measures: Sequence[str]) -> SessionRow:
    counted = dict.fromkeys(measures, Share(0, 0))
    stated = dict(counted)
    for row in rows.to_dict("records"):
        measure = text(row["measure"])
        counted[measure] = _amount(row["two_sessions_count"], row["whole_count"])
        stated[measure] = _amount(row["schools_stated"], row["schools_total"])
    return SessionRow(group, counted, stated)


def _amount(count: Any, total: Any) -> Share:
    """Nothing of nothing where it is not stated."""
    return Share(0, 0) if pd.isna(count) or pd.isna(total) else Share(int(count), int(total))


def told(measure: str, amount: Share, lang: str) -> str:
    """An amount with its unit: "450/500 lớp (90,0%)"."""
    if not amount.total:
        return say("sessions_not_stated", lang)
    return say(f"sessions_count_{measure}", lang, share=amount)


def about_sessions(facts: Sessions, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    kind = kind_of(facts.by, lang)
    first = facts.measures[0]
    ordered = sorted(facts.rows, key=lambda row: row.group != TOTAL)[:_MOST_IN_ALT]
    items = (
        say(
            "sessions_alt_item",
            lang,
            group=group_name(facts.by, row.group, lang, facts.part),
            amount=told(first, row.amounts[first], lang),
        )
        for row in ordered
    )
    where = place(about, lang)
    return {
        "headline": _headline(facts, kind, lang),
        "subtitle": say("sessions_subtitle", lang, **where),
        "alt": say("sessions_alt", lang, kind=kind, date=where["date"], list="; ".join(items)),
    }


def _headline(facts: Sessions, kind: str, lang: str) -> str:
    """All schools together, and the lowest group of the first measure if it is one alone."""
    total = facts.total
    amounts = [total.amounts[m] for m in facts.measures] if total else []
    if not amounts or not all(amount.total for amount in amounts):
        return say("sessions_headline_plain", lang, kind=kind)
    words = [told(m, a, lang) for m, a in zip(facts.measures, amounts, strict=True)]
    both = (
        words[0] if len(words) == 1 else say("sessions_and", lang, first=words[0], second=words[1])
    )
    if not any(amount.rest for amount in amounts):
        return say("sessions_headline_all", lang, amounts=both)
    return say("sessions_headline", lang, amounts=both) + _lowest(facts, lang)


def _lowest(facts: Sessions, lang: str) -> str:
    first = facts.measures[0]
    found = [(r.amounts[first], r.group) for r in facts.rows if r.group != TOTAL]
    found = sorted((pair for pair in found if pair[0].total), key=lambda pair: pair[0].percent)
    if len(found) < 2 or found[0][0].percent == found[1][0].percent:
        return ""
    group = group_in_text(facts.by, found[0][1], lang)
    amount = told(first, found[0][0], lang)
    return say("sessions_headline_least", lang, group=group, amount=amount)


PAINTS = {"classes": "bar.measure", "pupils": "bar.second"}


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
    facts = read_sessions(sessions, about.school_year, measure, total_of(about, sessions, lang))
    words = about_sessions(facts, about, check_language(lang))
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="sessions")
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Sessions, lang: str) -> None:
    size, least = sheet.preset.label, sheet.preset.least
    entries = [(say(f"sessions_{m}", lang), Paint(colour(PAINTS[m]))) for m in facts.measures]
    legend = Legend(sheet, room, entries)
    bottom = room.bottom - 1.7 * sheet.preset.note
    body = Box(room.left, legend.bottom + 0.4 * size, room.right, bottom)
    names = [_name(row, facts, lang) for row in facts.rows]
    labels = [_labels(sheet, body, facts, row, lang) for row in facts.rows]
    total, lines = facts.rows[-1].group == TOTAL, len(labels[0])
    boxes, letters = place_rows(sheet, body, names, total_last=total, lines=lines)
    letters = min(letters, max(least, boxes[0].height / lines / 1.3))
    widest = max(width_of(text, letters, bold=True) for row in labels for text in row)
    right = room.right - widest - 0.8 * least
    plot = Plot(sheet, Box(boxes[0].left, boxes[0].top, right, boxes[-1].bottom), 0, 100)
    plot.ticks(SHARES, lambda value: Percent(value, 0).text(lang))
    for box, row, words in zip(boxes, facts.rows, labels, strict=True):
        pitch = _bars(plot, box, row, facts)
        for i, line in enumerate(words):
            y = box.middle + (i - (lines - 1) / 2) * pitch
            x, bold = right + 0.8 * least, row.group == TOTAL
            sheet.write(x, y, line, size=letters, bold=bold, level="digits")
    legend.write(plot)


def _name(row: SessionRow, facts: Sessions, lang: str) -> Name:
    """The group, and below it how many of its schools state anything."""
    stated = max(row.stated.values(), key=lambda amount: amount.count)
    under = say("sessions_stated", lang, stated=stated)
    return Name(group_name(facts.by, row.group, lang, facts.part), under, bold=row.group == TOTAL)


def _labels(sheet: Sheet, body: Box, facts: Sessions, row: SessionRow, lang: str) -> list[str]:
    """The numbers of a row, one line a measure; on one line where rows are low and it has room."""
    words = [_label(row.amounts[measure], lang) for measure in facts.measures]
    needed = 1.31 * sheet.preset.least * len(words) * (len(facts.rows) + 0.35)
    joined = "; ".join(words)
    wide = width_of(joined, sheet.preset.label, bold=True) > 0.45 * body.width
    return words if wide or needed <= body.height else [joined]


def _label(amount: Share, lang: str) -> str:
    """So many of so many with the share; the colour says of what."""
    return amount.text(lang, "plain") if amount.total else say("sessions_not_stated", lang)


def _bars(plot: Plot, box: Box, row: SessionRow, facts: Sessions) -> float:
    """One bar a measure, each on its pale track; gives the height from bar to bar."""
    pitch = min(box.height / len(facts.measures), 2.2 * plot.sheet.preset.label)
    top = box.middle - pitch * len(facts.measures) / 2
    for i, measure in enumerate(facts.measures):
        amount, y = row.amounts[measure], top + (i + 0.5) * pitch
        plot.bar(0, 100, y - 0.36 * pitch, y + 0.36 * pitch, Paint(colour("bar.track")))
        if amount.count:
            paint = Paint(colour(PAINTS[measure]))
            plot.bar(0, float(amount.percent), y - 0.36 * pitch, y + 0.36 * pitch, paint)
    return pitch
