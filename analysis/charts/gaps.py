"""How far off, and which side? Bars from the edge of the corridor, with the schools needed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.findings import about_gaps
from analysis.charts.frame import framed
from analysis.charts.lettering import Line, fits, width_of, wrap
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import TargetRow, read_gaps
from analysis.charts.plot import Plot, round_values
from analysis.charts.reading import check_language
from analysis.charts.rows import Name, place_rows
from analysis.charts.scope import total_of
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour
from analysis.charts.unclear import gaps_remark
from analysis.charts.words import TOTAL, group_name, label_lines
from analysis.reference import About, Points, say


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
    part = total_of(about, comparison, check_language(lang))
    rows, table = read_gaps(comparison, about.school_year, target_id, lang, part)
    words = about_gaps(rows, about, lang)
    remark = gaps_remark(rows, lang)
    chart = Chart(preset, **words, table=table, about=about, lang=lang, remark=remark, kind="gaps")
    with framed(chart) as (sheet, room):
        _draw(sheet, room, rows, lang)
    return chart


def _draw(sheet: Sheet, room: Box, rows: list[TargetRow], lang: str) -> None:
    size, note = sheet.preset.label, sheet.preset.note
    body = Box(room.left, room.top + 1.9 * size, room.right, room.bottom - 1.7 * note)
    names = [_name(row, lang) for row in rows]
    total = rows[-1].group == TOTAL
    boxes, _ = place_rows(sheet, body, names, total_last=total)
    left, right, values = reach(rows)
    places = 0 if all(value == int(value) for value in values) else 1
    half = width_of(Points(-max(left, right), places).text(lang), note) / 2
    sides = Box(boxes[0].left + half, boxes[0].top, room.right - half, boxes[-1].bottom)
    middle, unit = (sides.left + sides.right) / 2, sides.width / 2 / max(left, right)
    place = Box(middle - left * unit, sides.top, middle + right * unit, sides.bottom)
    plot = Plot(sheet, place, -left, right)
    ticks = [-value for value in reversed(values[1:]) if value <= left]
    ticks += [value for value in values if value <= right]
    ends = sorted({ticks[0], 0.0, ticks[-1]})
    plot.ticks([ticks, ends, [0]], lambda value: Points(value, places).text(lang))
    _sides(plot, sides.width / 2, room.top, rows, lang)
    for row, box in zip(rows, boxes, strict=True):
        _bar(plot, box, row)
    _write_labels(plot, sides.width / 2, boxes, rows, lang)
    plot.line(0, place.top - 0.3 * size, place.bottom, colour("bar.edge"), 1.6)


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


def _name(row: TargetRow, lang: str) -> Name:
    name = group_name(row.by, row.group, lang, row.part)
    text = say("group_with_n", lang, group=name, total=row.amount.total)
    return Name(text, bold=row.group == TOTAL)


def _sides(plot: Plot, wide: float, top: float, rows: list[TargetRow], lang: str) -> None:
    """Where the line stands, and what left and right of it mean, if bars can stand there and
    there is room to say so."""
    row = rows[0]
    sheet, size, ink = plot.sheet, plot.sheet.preset.least, colour("ink.quiet")
    middle, y = plot.x(0), top + 0.6 * plot.sheet.preset.label
    words = say("targets_band", lang, corridor=row.corridor)
    half = width_of(words, size, bold=True) / 2 + size
    sheet.write(middle, y, words, size=size, bold=True, align="center", level="digits")
    way = "" if any(row.concluded for row in rows) else "_silent"
    left, right = say(f"gaps_below{way}", lang), say(f"gaps_above{way}", lang)
    if max(width_of(side, size) for side in (left, right)) > wide - half:
        return
    if plot.low:
        sheet.write(middle - half, y, left, size=size, ink=ink, align="right", level="digits")
    if plot.high and row.high < 100:
        sheet.write(middle + half, y, right, size=size, ink=ink, level="digits")


def _bar(plot: Plot, box: Box, row: TargetRow) -> None:
    """The distance as it is counted, pale where nothing can be concluded from it."""
    size = plot.sheet.preset.label
    half = min(0.28 * box.height, 1.2 * size)
    if row.position in ("below", "above"):
        start, end = min(0.0, row.gap), max(0.0, row.gap)
        plot.bar(start, end, box.middle - half, box.middle + half, side_paint(row.side))
    elif row.position == "within":
        ink = colour("bar.measure" if row.concluded else "ink.rule")
        plot.ring(0, box.middle, 0.62 * size, ink)


def side_paint(side: str) -> Paint:
    """The paint of a bar below or above the corridor, or of one that says nothing of it."""
    return Paint(colour(f"bar.{side}"), colour("ink.rule") if side == "silent" else "")


def _write_labels(
    plot: Plot, wide: float, boxes: list[Box], rows: list[TargetRow], lang: str
) -> None:
    """Distance and share, on the other side of the line, where there is always room.

    All rows are written alike: in the fullest way that fits every one of them.
    """
    sheet, air = plot.sheet, 0.9 * plot.sheet.preset.label
    width = wide - air
    written = [_ways(sheet, row, width, lang) for row in rows]
    for way in zip(*written, strict=True):
        if all(fits(b, width, 0.97 * box.height) for b, box in zip(way, boxes, strict=True)):
            break
    paper = colour("ink.paper")
    for row, block, box in zip(rows, way, boxes, strict=True):
        left, right = plot.x(0) - air, plot.x(0) + air
        if row.position == "above":
            sheet.write_block(left, box.middle, block, align="right", ground=paper)
        else:
            sheet.write_block(right, box.middle, block, ground=paper)


def _ways(sheet: Sheet, row: TargetRow, width: float, lang: str) -> list[list[Line]]:
    """The label in several ways, the fullest first."""
    label, least, quiet = sheet.preset.label, sheet.preset.least, colour("ink.quiet")
    head, tail = label_lines(row, lang)
    large, small = (Line(wrap(head, width, s, True), s, True) for s in (label, least))
    below = Line(wrap(tail, width, least), least, ink=quiet)
    share = row.amount.text(lang, "plain")
    least_said = row.points.text(lang, "named") if row.is_off else row.amount.text(lang, "short")
    return [
        [large, below],
        [small, below],
        [Line(f"{head}; {share}", least)],
        [Line(head, least, True)],
        [Line(share, least)],
        [Line(least_said, least)],
    ]
