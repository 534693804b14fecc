"""Why did the number change? A waterfall from one school year to the next, one row a step."""

from __future__ import annotations

import pandas as pd

from analysis.charts.bridge_facts import (
    ANY,
    Bridge,
    Step,
    about_bridge,
    amount,
    read_bridge,
    step_name,
)
from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.lettering import width_of
from analysis.charts.nothing import or_nothing
from analysis.charts.plot import Plot, whole_values
from analysis.charts.reading import check_language
from analysis.charts.rows import Name, place_rows
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour, palette
from analysis.charts.words import TOTAL
from analysis.reference import About, Number


@or_nothing
def chart_bridge(
    bridge: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    level: str = ANY,
    group: str = TOTAL,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_bridge` that ends in the school year of `about`: the schools at the
    start, what was added and what was lost, the schools at the end. Bars of whole numbers begin at
    0; a change hangs between what was before and after it.

    Columns: school_year_from, school_year_to, scheme, level, by, group, step, schools_count. Drawn
    are schools with a certificate of any level, or of exactly the `level` asked for ("1", ...); all
    of them together, or those of the `group` asked for.
    """
    facts = read_bridge(bridge, about.school_year, level, group)
    words = about_bridge(facts, about, check_language(lang))
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="bridge")
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Bridge, lang: str) -> None:
    size = sheet.preset.label
    body = Box(room.left, room.top, room.right, room.bottom - 1.7 * sheet.preset.note)
    names = [Name(step_name(step, facts, lang), bold=step.whole) for step in facts.steps]
    boxes, letters = place_rows(sheet, body, names, total_last=False)
    most = max(1, *(max(step.before, step.after) for step in facts.steps))
    values = whole_values(most)
    label = max(width_of(amount(step, lang), letters, bold=True) for step in facts.steps)
    right = room.right - label - 0.8 * size
    plot = Plot(sheet, Box(boxes[0].left, boxes[0].top, right, boxes[-1].bottom), 0, most)
    plot.ticks([values, [0, values[-1]]], lambda value: Number(value).text(lang))
    for i, (step, box) in enumerate(zip(facts.steps, boxes, strict=True)):
        bar = _bar(plot, box, step)
        if i + 1 < len(boxes):
            x, end = plot.x(step.after), boxes[i + 1].middle
            sheet.rule((x, x), (bar.bottom, end - bar.height / 2), colour("ink.rule"), 1)
        x = bar.right + 0.4 * size
        sheet.write(x, box.middle, amount(step, lang), size=letters, bold=True, level="digits")


def _bar(plot: Plot, box: Box, step: Step) -> Box:
    """The bar of a step; where there is no school a stroke keeps its place."""
    half = min(0.32 * box.height, 1.5 * plot.sheet.preset.label)
    low, high = sorted((step.before, step.after))
    top, bottom = box.middle - half, box.middle + half
    if low == high:
        plot.line(low, top, bottom, colour("ink.rule"), 2)
        return Box(plot.x(low), top, plot.x(high), bottom)
    kind = "whole" if step.whole else "up" if step.change > 0 else "down"
    return plot.bar(low, high, top, bottom, Paint(**palette("change")[kind]))
