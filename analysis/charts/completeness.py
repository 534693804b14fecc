"""How complete are the data? A table of columns and school years, shaded by what is stated."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.charts.blocks import block_of, draw_blocks, most_rows
from analysis.charts.completeness_facts import (
    ColumnRow,
    Completeness,
    about_completeness,
    column_name,
    read_completeness,
)
from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.grid import Head, Row, headings_fit
from analysis.charts.legend import Legend
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import Amount
from analysis.charts.reading import check_language
from analysis.charts.rows import Name
from analysis.charts.shades import shade_entries, share_cell
from analysis.charts.sheet import Box, Sheet
from analysis.charts.words import share_short
from analysis.reference import About, decimal, say


@or_nothing
def chart_completeness(
    completeness: pd.DataFrame, *, about: About, lang: str = "vi", preset: str = "slide"
) -> Chart:
    """Draw a table of `measure_completeness`: one row per column of the school lists, one column
    per school year up to the one of `about`, in each cell the rows that state it.

    Columns: school_year, column, stated_count, rows_count. The least complete column stands first;
    where there are more than the picture holds, the fullest ones are added up in one row.
    """
    facts = read_completeness(completeness, about.school_year)
    words = about_completeness(facts, about, check_language(lang))
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="completeness")
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Completeness, lang: str) -> None:
    legend = Legend(sheet, room, shade_entries(lang))
    size = sheet.preset.label
    body = Box(room.left, legend.bottom + 0.6 * size, room.right, room.bottom - 0.4 * size)
    head = Head(_headings(facts, lang, facts.years))
    amounts = [amount for row in facts.rows for amount in row.amounts]
    widest = share_short(max(amounts, key=lambda a: (a.total, a.count)), lang)
    if not headings_fit(sheet, block_of(sheet, body, head, len(facts.rows), widest), head):
        head = Head(_headings(facts, lang, [year.replace("-", "-\n") for year in facts.years]))
    most = most_rows(sheet, body, head, widest)
    kept, others = facts.rows, facts.rows[most:]
    if others:
        kept, others = facts.rows[: most - 1], facts.rows[most - 1 :]
    rows = [_row(column_name(row.column, lang), row, lang) for row in kept]
    if others:
        words = say("completeness_others", lang, count=len(others))
        rows.append(_row(words, _together(others), lang))
    legend.write(draw_blocks(sheet, body, head, rows, total_last=False))


def _headings(facts: Completeness, lang: str, names: Sequence[str]) -> list[str]:
    """The school years, with their rows where every column counts the same ones."""
    headings = []
    for i, year in enumerate(names):
        totals = {row.amounts[i].total for row in facts.rows} - {0}
        rows = decimal(totals.pop(), 0, lang) if len(totals) == 1 else ""
        key = "completeness_year" if rows else "completeness_year_only"
        headings.append(say(key, lang, school_year=year, rows=rows))
    return headings


def _row(name: str, row: ColumnRow, lang: str) -> Row:
    return Row(Name(name), tuple(share_cell(amount, lang) for amount in row.amounts))


def _together(rows: tuple[ColumnRow, ...]) -> ColumnRow:
    years = zip(*(row.amounts for row in rows), strict=True)
    sums = (Amount(sum(a.count for a in y), sum(a.total for a in y)) for y in years)
    return ColumnRow("", tuple(sums))
