"""Is the target met? Bullet bars: the share, the wanted corridor, and how many schools off."""

from __future__ import annotations

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.findings import about_targets
from analysis.charts.frame import framed
from analysis.charts.lettering import Line, fits, width_of, wrap
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import TargetRow, read_targets
from analysis.charts.plot import SHARES, Plot
from analysis.charts.reading import check_language
from analysis.charts.rows import Name, place_rows
from analysis.charts.scope import total_of
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour
from analysis.charts.unclear import targets_remark
from analysis.charts.words import asked, corridor, share, standing_of
from analysis.reference import About, percent, say


@or_nothing
def chart_targets(
    comparison: pd.DataFrame, *, about: About, lang: str = "vi", preset: str = "slide"
) -> Chart:
    """Draw a table of `compare_to_targets`: one row per target part, for all schools together.

    The pale band is the corridor the target asks for, the dark bar the share of schools. Of several
    school years the one of `about` is drawn.
    """
    part = total_of(about, comparison, check_language(lang))
    rows, table = read_targets(comparison, about.school_year, lang, part)
    words = about_targets(rows, about, lang)
    remark = targets_remark(rows, lang)
    chart = Chart(
        preset, **words, table=table, about=about, lang=lang, remark=remark, kind="targets"
    )
    with framed(chart) as (sheet, room):
        _draw(sheet, room, rows, lang)
    return chart


def _draw(sheet: Sheet, room: Box, rows: list[TargetRow], lang: str) -> None:
    size, gap = sheet.preset.label, 1.4 * sheet.preset.label
    shares = [share(row.amount, lang) for row in rows]
    widest = max(width_of(text, size, bold=True) for text in shares)
    width = max(widest, min(0.2 * room.width, _longest(sheet, rows, lang)))
    body = Box(room.left, room.top, room.right, room.bottom - 1.7 * sheet.preset.note)
    names = [Name(row.label, asked(row, lang), bold=True) for row in rows]
    boxes, _ = place_rows(sheet, body, names, total_last=False)
    place = Box(boxes[0].left, boxes[0].top, room.right - width - gap, boxes[-1].bottom)
    plot = Plot(sheet, place, 0, 100)
    plot.ticks(SHARES, lambda value: percent(value, 0, lang))
    for row, box, text in zip(rows, boxes, shares, strict=True):
        _bullet(plot, box, row, lang)
        _result(sheet, Box(room.right - width, box.top, room.right, box.bottom), text, row, lang)


def _longest(sheet: Sheet, rows: list[TargetRow], lang: str) -> float:
    return max(width_of(standing_of(row, lang), sheet.preset.least) for row in rows)


def _bullet(plot: Plot, box: Box, row: TargetRow, lang: str) -> None:
    """Track, corridor with its edges, and the share; what is wanted stands above the corridor."""
    sheet, least = plot.sheet, plot.sheet.preset.least
    words = say("targets_band", lang, corridor=corridor(row, lang))
    band = min(box.height - 1.5 * least, 2.4 * least)
    top = box.middle - band / 2 + 0.55 * least
    middle, bottom = top + band / 2, top + band
    plot.bar(0, 100, middle - 0.34 * band, middle + 0.34 * band, Paint(colour("bar.track")))
    plot.bar(row.low, row.high, top, bottom, Paint(colour("bar.corridor")))
    if row.amount.total:
        value = float(row.amount.percent)
        paint = Paint(colour("bar.measure"))
        plot.bar(0, value, middle - 0.17 * band, middle + 0.17 * band, paint)
    for edge in {row.low, row.high} if row.high < 100 else {row.low}:
        plot.line(edge, top, bottom, colour("bar.edge"), 2.2)
    half = width_of(words, least) / 2
    wanted = plot.x((row.low + row.high) / 2)
    x = min(max(wanted, plot.box.left + half), plot.box.right - half)
    sheet.write(x, top - 0.65 * least, words, size=least, align="center", level="digits")


def _result(sheet: Sheet, box: Box, text: str, row: TargetRow, lang: str) -> None:
    """The share in figures, and below it where it stands."""
    size, least, ink = sheet.preset.label, sheet.preset.least, colour("ink.quiet")
    off = Line(wrap(standing_of(row, lang), box.width, least), least, ink=ink)
    ways = [
        [Line(text, size, True), off],
        [Line(text, least, True), off],
        [Line(text, least, True)],
    ]
    fit = (block for block in ways if fits(block, box.width, 0.97 * box.height))
    sheet.write_block(box.left, box.middle, next(fit, ways[-1]))
