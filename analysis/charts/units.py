"""Which ward? A table of units with the schools that reach each level, shaded by their share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pandas as pd

from analysis.charts.blocks import draw_blocks, most_rows
from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.grid import Cell, Head, Row
from analysis.charts.legend import Legend
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import Amount
from analysis.charts.reading import check_language
from analysis.charts.rows import Name
from analysis.charts.scope import total_of
from analysis.charts.shades import shade_entries, share_cell
from analysis.charts.sheet import Box, Sheet
from analysis.charts.unclear import schemes_remark
from analysis.charts.units_facts import UnitRow, Units, about_units, read_units
from analysis.charts.words import TOTAL, group_name, share_short
from analysis.reference import About, say


@or_nothing
def chart_units(
    levels: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    level: int = 1,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_levels(..., by="unit")`, of one scheme or of both, one below the
    other: one row per unit, one column per level, in each cell k of n schools at that level or
    higher.

    The headline is about `level` of the first scheme. Where there are more units than the picture
    holds, those with the fewest schools to do are added up in one row. Of several school years the
    one of `about` is drawn.
    """
    facts = read_units(levels, about.school_year, level, total_of(about, levels, lang))
    words = about_units(facts, about, check_language(lang))
    remark = schemes_remark(facts.wholes, lang)
    chart = Chart(
        preset, **words, table=facts.table, about=about, lang=lang, remark=remark, kind="units"
    )
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Units, lang: str) -> None:
    legend = Legend(sheet, room, shade_entries(lang))
    size = sheet.preset.label
    body = Box(room.left, legend.bottom + 0.6 * size, room.right, room.bottom - 0.4 * size)
    head = _head(facts, lang)
    named = _fitting(facts, most_rows(sheet, body, head, _widest(facts, lang)), lang)
    rows = [Row(name, tuple(_cells(row, lang))) for name, row in named]
    total = facts.rows[-1].group == TOTAL
    plot = draw_blocks(sheet, body, head, rows, total_last=total)
    legend.write(plot)


def _widest(facts: Units, lang: str) -> str:
    """The widest number of a cell: the one of the most schools."""
    amounts = (amount for row in facts.rows for amount in row.amounts)
    return share_short(max(amounts, key=lambda a: (a.total, a.count)), lang)


def _head(facts: Units, lang: str) -> Head:
    spans = [(s, len(list(c))) for s, c in groupby(scheme for scheme, _ in facts.columns)]
    return Head(
        [str(level) for _, level in facts.columns],
        [(say(f"units_span_{scheme}", lang), count) for scheme, count in spans],
    )


def _cells(row: UnitRow, lang: str) -> Iterator[Cell]:
    return (share_cell(amount, lang, bold=row.group == TOTAL) for amount in row.amounts)


def _fitting(facts: Units, most: int, lang: str) -> list[tuple[Name, UnitRow]]:
    """The rows with their names; if they are too many, the others are added up before the total."""
    by = facts.first.by
    rows = list(facts.rows)
    others: list[UnitRow] = []
    if len(rows) > most:
        units = [row for row in rows if row.group != TOTAL]
        order = sorted(units, key=lambda row: -row.rest)
        kept = {row.group for row in order[: max(most - 2, 1)]} | {TOTAL}
        others = [row for row in rows if row.group not in kept]
        rows = [row for row in rows if row.group in kept]
    named = [
        (Name(group_name(by, row.group, lang, facts.first.part), bold=row.group == TOTAL), row)
        for row in rows
    ]
    if others:
        words = say("units_others", lang, count=len(others), kinds=say(f"kinds_{by}", lang))
        at = len(named) - (rows[-1].group == TOTAL)
        named.insert(at, (Name(words), _together(others)))
    return named


def _together(rows: Sequence[UnitRow]) -> UnitRow:
    columns = zip(*(row.amounts for row in rows), strict=True)
    sums = (Amount(sum(a.count for a in c), sum(a.total for a in c)) for c in columns)
    return UnitRow("", tuple(sums), 0)
