"""How many have two sessions a day? Bars of classes and pupils for each education level."""

from __future__ import annotations

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.legend import Legend
from analysis.charts.lettering import width_of
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import Amount
from analysis.charts.plot import SHARES, Plot
from analysis.charts.reading import check_language
from analysis.charts.rows import Name, place_rows
from analysis.charts.scope import total_of
from analysis.charts.sessions_facts import (
    SessionRow,
    Sessions,
    about_sessions,
    read_sessions,
)
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour
from analysis.charts.words import TOTAL, group_name, share
from analysis.reference import About, decimal, percent, say

_PAINTS = {"classes": "bar.measure", "pupils": "bar.second"}


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
    entries = [(say(f"sessions_{m}", lang), Paint(colour(_PAINTS[m]))) for m in facts.measures]
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
    plot.ticks(SHARES, lambda value: percent(value, 0, lang))
    for box, row, words in zip(boxes, facts.rows, labels, strict=True):
        pitch = _bars(plot, box, row, facts)
        for i, text in enumerate(words):
            y = box.middle + (i - (lines - 1) / 2) * pitch
            x, bold = right + 0.8 * least, row.group == TOTAL
            sheet.write(x, y, text, size=letters, bold=bold, level="digits")
    legend.write(plot)


def _name(row: SessionRow, facts: Sessions, lang: str) -> Name:
    """The group, and below it how many of its schools state anything."""
    stated = max(row.stated.values(), key=lambda amount: amount.count)
    counts = {"stated": decimal(stated.count, 0, lang), "total": decimal(stated.total, 0, lang)}
    under = say("sessions_stated", lang, **counts)
    return Name(group_name(facts.by, row.group, lang, facts.part), under, bold=row.group == TOTAL)


def _labels(sheet: Sheet, body: Box, facts: Sessions, row: SessionRow, lang: str) -> list[str]:
    """The numbers of a row, one line a measure; on one line where rows are low and it has room."""
    words = [_label(row.amounts[measure], lang) for measure in facts.measures]
    needed = 1.31 * sheet.preset.least * len(words) * (len(facts.rows) + 0.35)
    joined = "; ".join(words)
    wide = width_of(joined, sheet.preset.label, bold=True) > 0.45 * body.width
    return words if wide or needed <= body.height else [joined]


def _label(amount: Amount, lang: str) -> str:
    """So many of so many with the share; the colour says of what."""
    return share(amount, lang) if amount.total else say("sessions_not_stated", lang)


def _bars(plot: Plot, box: Box, row: SessionRow, facts: Sessions) -> float:
    """One bar a measure, each on its pale track; gives the height from bar to bar."""
    pitch = min(box.height / len(facts.measures), 2.2 * plot.sheet.preset.label)
    top = box.middle - pitch * len(facts.measures) / 2
    for i, measure in enumerate(facts.measures):
        amount, y = row.amounts[measure], top + (i + 0.5) * pitch
        plot.bar(0, 100, y - 0.36 * pitch, y + 0.36 * pitch, Paint(colour("bar.track")))
        if amount.count:
            paint = Paint(colour(_PAINTS[measure]))
            plot.bar(0, float(amount.percent), y - 0.36 * pitch, y + 0.36 * pitch, paint)
    return pitch
