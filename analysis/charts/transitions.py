"""Who moved? Schools by what they held a year before (rows) and what they hold now (columns)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.grid import Cell, Head, Row, draw_grid, headings_fit, rows_that_fit
from analysis.charts.legend import Legend
from analysis.charts.lettering import height_of, wrap
from analysis.charts.nothing import or_nothing
from analysis.charts.plot import Plot
from analysis.charts.reading import check_language
from analysis.charts.rows import Name
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour, palette
from analysis.charts.transitions_facts import (
    Transitions,
    about_transitions,
    read_transitions,
    way,
)
from analysis.charts.words import standing_name
from analysis.reference import About, decimal, say

_CODES = "ABCDEFGHIJKLMNOPQRST"
_WAYS = ("up", "down", "same", "other")


@or_nothing
def chart_transitions(
    transitions: pd.DataFrame, *, about: About, lang: str = "vi", preset: str = "slide"
) -> Chart:
    """Draw a table of `measure_transitions`: one row per standing in the year before, one column
    per standing in the year of `about`, in each cell the schools that went this way.

    Columns: school_year_from, school_year_to, scheme, standing_from, standing_to, move,
    schools_count. Colour and pattern say who stands higher or lower; the headline tells by the
    moves what became of the schools; the sums stand at the edges.
    """
    facts = read_transitions(transitions, about.school_year)
    words = about_transitions(facts, about, check_language(lang))
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="transitions")
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Transitions, lang: str) -> None:
    legend, body = _legend(sheet, room, facts, lang)
    head, coded = _head(facts, lang), False
    before, after = facts.standings
    if not headings_fit(sheet, body, head) or len(before) >= rows_that_fit(sheet, body, head):
        for _ in range(2):  # with larger numbers the legend may take another line
            facts = facts.folded(rows_that_fit(sheet, body, _coded_head(facts, lang)) - 1)
            legend, body = _legend(sheet, room, facts, lang)
        before = after = facts.either
        head, coded = _coded_head(facts, lang), True
    rows = [_row(facts, standing, after, lang, coded=coded) for standing in before]
    plot = draw_grid(sheet, body, head, [*rows, _sums(facts, after, lang)], total_last=True)
    _corner(plot, body, say("transitions_rows", lang, school_year=facts.years[0]))
    legend.write(plot)


def _legend(sheet: Sheet, room: Box, facts: Transitions, lang: str) -> tuple[Legend, Box]:
    """The legend, and the room below it."""
    legend, size = Legend(sheet, room, _entries(facts, lang)), sheet.preset.label
    top = legend.bottom + 0.6 * size
    return legend, Box(room.left, top, room.right, room.bottom - 0.4 * size)


def _head(facts: Transitions, lang: str) -> Head:
    """The standings of the second year by their names, and the sum."""
    after = facts.standings[1]
    names = [standing_name(facts.scheme, standing, lang) for standing in after]
    rows = [standing_name(facts.scheme, standing, lang) for standing in facts.standings[0]]
    return _with_sum(names, say("transitions_sum", lang), rows, facts, lang)


def _coded_head(facts: Transitions, lang: str) -> Head:
    """Letters that are explained at the rows, where columns are too narrow for names."""
    return _with_sum(_CODES[: len(facts.either)], "n", (), facts, lang)


def _with_sum(
    names: Sequence[str], last: str, rows: Sequence[str], facts: Transitions, lang: str
) -> Head:
    over = say("transitions_columns", lang, school_year=facts.years[1])
    return Head([*names, last], [(over, max(len(names), 1)), ("", 1)], rows)


def _corner(plot: Plot, body: Box, words: str) -> None:
    """What the rows are, above their names, if there is room for it; the subtitle says it too."""
    size = plot.sheet.preset.least
    text = wrap(words, plot.box.left - body.left - size, size)
    if height_of(text, size) <= plot.box.top - body.top:
        y, ink = plot.box.top - 0.15 * size, colour("ink.quiet")
        plot.sheet.write(body.left, y, text, size=size, ink=ink, level="bottom")


def _entries(facts: Transitions, lang: str) -> list[tuple[str, Paint]]:
    """The four ways with their sums; those that do not occur are left out."""
    entries = []
    for name, count in ((name, facts.ways()[name]) for name in _WAYS):
        if count:
            told = {"way": say(f"way_{name}", lang), "count": decimal(count, 0, lang)}
            entries.append((say("way_entry", lang, **told), _paint(name)))
    return entries


def _paint(name: str) -> Paint:
    return Paint(**palette("change")[name])


def _row(facts: Transitions, before: str, after: Sequence[str], lang: str, *, coded: bool) -> Row:
    counts = [facts.counts.get((before, standing), 0) for standing in after]
    cells = [
        Cell(decimal(count, 0, lang), _paint(way(before, standing)), bold=True)
        if count
        else Cell("·")
        for standing, count in zip(after, counts, strict=True)
    ]
    total = Cell(decimal(sum(counts), 0, lang), bold=True)
    name = standing_name(facts.scheme, before, lang)
    if coded:
        name = say("transitions_code", lang, code=_CODES[after.index(before)], standing=name)
    return Row(Name(name), (*cells, total))


def _sums(facts: Transitions, after: Sequence[str], lang: str) -> Row:
    sums = [sum(n for (_, to), n in facts.counts.items() if to == standing) for standing in after]
    cells = (Cell(decimal(count, 0, lang), bold=True) for count in [*sums, facts.total])
    return Row(Name(say("transitions_sum", lang), bold=True), tuple(cells))
