"""How are the schools spread over the levels? Stacked bars, one per group, the total last."""

from __future__ import annotations

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.findings import about_levels
from analysis.charts.frame import framed
from analysis.charts.legend import Legend
from analysis.charts.lettering import width_of
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import LevelRow, Levels, in_order, read_levels
from analysis.charts.plot import SHARES, Plot
from analysis.charts.reading import check_language
from analysis.charts.rows import Name, place_rows
from analysis.charts.scope import total_of
from analysis.charts.sheet import Box, Sheet
from analysis.charts.stack import Stack, room_for_numbers
from analysis.charts.style import colour, standing_paint
from analysis.charts.unclear import levels_remark
from analysis.charts.words import TOTAL, group_name, share, standing_name
from analysis.reference import About, percent, say


@or_nothing
def chart_levels(
    levels: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    level: int = 1,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_levels`: one bar of 100% per group, cut by standing.

    The numbers in the bars are schools; n is the base. The column at the right has the schools at
    `level` or higher. Of several school years the one of `about` is drawn.

    >>> year = load_year("2024-2025")
    >>> levels = measure_levels(year.held, scheme="cqg", by="education_level")
    >>> chart_levels(levels, about=year.about).headline
    '34/38 trường (89,5%) đạt chuẩn quốc gia từ mức độ 1 trở lên...'
    """
    facts = read_levels(levels, about.school_year, level, total_of(about, levels, lang))
    words = about_levels(facts, about, check_language(lang))
    remark = levels_remark(facts, lang)
    chart = Chart(
        preset, **words, table=facts.table, about=about, lang=lang, remark=remark, kind="levels"
    )
    chart.asked["level"] = level
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Levels, lang: str) -> None:
    order = _order(facts)
    entries = [
        (standing_name(facts.scheme, s, lang), standing_paint(facts.scheme, s)) for s in order
    ]
    size = sheet.preset.label
    shares = [share(row.reached, lang) for row in facts.rows]
    column = max(width_of(text, size, bold=True) for text in shares)
    legend = Legend(sheet, room, entries)
    heads = legend.bottom_beside(_heading_width(sheet, facts, lang))
    body = Box(room.left, heads + 0.4 * size, room.right, room.bottom - 1.7 * sheet.preset.note)
    names = [_name(row, facts, lang) for row in facts.rows]
    above = room_for_numbers(sheet, 0.55 * room.width, facts)
    total = facts.total is not None
    rows, letters = place_rows(sheet, body, names, total_last=total, above=above)
    right = room.right - column - 1.2 * size
    plot = Plot(sheet, Box(rows[0].left, rows[0].top, right, rows[-1].bottom), 0, 100)
    legend.write(plot)
    _column(sheet, room.right, heads, _heading(facts, lang))
    plot.ticks(SHARES, lambda value: percent(value, 0, lang))
    stack = Stack(plot, facts, order, lang, free=rows[0].top - body.top)
    for row, box, text in zip(facts.rows, rows, shares, strict=True):
        bold = row.group == TOTAL
        stack.draw(box, row)
        sheet.write(
            room.right, box.middle, text, size=letters, bold=bold, align="right", level="digits"
        )


def _heading(facts: Levels, lang: str) -> str:
    return say(f"levels_column_{facts.scheme}", lang, level=facts.level)


def _heading_width(sheet: Sheet, facts: Levels, lang: str) -> float:
    return width_of(_heading(facts, lang), sheet.preset.least)


def _column(sheet: Sheet, right: float, bottom: float, heading: str) -> None:
    """The heading of the column at the right, on the last line of the legend."""
    size, ink = sheet.preset.least, colour("ink.quiet")
    y = bottom - 0.6 * sheet.preset.label
    sheet.write(right, y, heading, size=size, ink=ink, align="right", level="digits")


def _order(facts: Levels) -> list[str]:
    """The standings that occur, in the order they are drawn."""
    return in_order({s for row in facts.rows for s, count in row.standings.items() if count})


def _name(row: LevelRow, facts: Levels, lang: str) -> Name:
    name = group_name(facts.by, row.group, lang, facts.part)
    text = say("group_with_n", lang, group=name, total=row.reached.total)
    return Name(text, bold=row.group == TOTAL)
