"""The frame of every chart: headline and subtitle above, source below, the plot between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.text import Text

from analysis.charts import rows, times
from analysis.charts.drawing import Drawing
from analysis.charts.figure import Chart
from analysis.charts.lettering import height_of, width_of, wrap, wrap_at_sign, wrap_evenly
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import colour, house_style
from analysis.charts.words import Words, footer
from analysis.reference import say, sentence

# How each form of a description is painted.
_PAINTERS = {
    "stack": rows.paint_stack,
    "bullets": rows.paint_bullets,
    "gaps": rows.paint_gaps,
    "dumbbells": rows.paint_dumbbells,
    "bars": rows.paint_bars,
    "steps": rows.paint_steps,
    "columns": times.paint_columns,
    "slopes": times.paint_slopes,
    "panels": times.paint_panels,
}
# A tag wider than this share of the picture has a line of its own above the headline.
_WIDEST_TAG = 0.25


@dataclass(frozen=True)
class _Head:
    """The lines of a headline, the box and size of their letters, and the tag beside them."""

    lines: tuple[Text, ...]
    box: Box
    size: float
    tag: Box | None


def drawn(
    kind: str,
    w: Words,
    preset: str,
    table: pd.DataFrame,
    told: Mapping[str, Any],
    what: Drawing | Callable[[Sheet, Box], None],
) -> Chart:
    """A chart of a table: what is `told` of it around, and within it what is described, or what a
    function of the chart's own draws, where the room decides what there is."""
    drawing = what if isinstance(what, Drawing) else None
    words = {"about": w.about, "lang": w.lang, "kind": kind, **told}
    if days := w.days_told(table):
        words["remark"] = ". ".join(filter(None, (told.get("remark"), days)))
        words["alt"] = f"{told['alt']} {days}."
    chart = Chart(preset, table=table, drawing=drawing, **words)
    with framed(chart) as (sheet, room):
        if isinstance(what, Drawing):
            _PAINTERS[what.form](sheet, room, what)
        else:
            what(sheet, room)
    return chart


@contextmanager
def framed(chart: Chart) -> Iterator[tuple[Sheet, Box]]:
    """Write the frame; gives the sheet and the box that is left for the plot."""
    with house_style():
        sheet = Sheet(chart)
        top = _head(sheet)
        bottom = _foot(sheet)
        margin = sheet.preset.margin
        chart.band = (top / sheet.box.bottom, bottom / sheet.box.bottom)
        yield sheet, Box(margin, top, sheet.box.right - margin, bottom)


def _head(sheet: Sheet) -> float:
    """Headline, subtitle and the tag of illustrative data; gives the y below them."""
    chart, preset = sheet.chart, sheet.preset
    room = sheet.box.right - 2 * preset.margin
    right = sheet.box.right - preset.margin
    tag = _tag(sheet, say("synthetic", chart.lang), right) if chart.about.synthetic else None
    beside, top = room, 0.6 * preset.margin
    if tag and tag.width < _WIDEST_TAG * room:
        beside = room - tag.width - 1.5 * preset.label
    elif tag:
        top = tag.bottom + 0.1 * preset.label
    size, lines = _fitted(sheet, chart.headline, beside, preset.headline)
    ink = colour("ink.text")
    before = len(chart.texts)
    head = sheet.write(preset.margin, top, lines, size=size, bold=True, ink=ink)
    chart.head = _Head(tuple(chart.texts[before:]), head, size, tag)
    y = max(head.bottom, tag.bottom if tag else 0) + 0.32 * preset.subtitle
    size, lines = _small(sheet, chart.subtitle, room, preset.subtitle)
    under = sheet.write(preset.margin, y, lines, size=size, ink=colour("ink.quiet"))
    return under.bottom + 0.9 * preset.label


def _fitted(sheet: Sheet, text: str, width: float, size: float) -> tuple[float, str]:
    """The largest letters that keep a headline to two lines; three lines if it is very long.

    A break after a ; or : is worth letters a little smaller.
    """
    least = sheet.preset.least
    for share in (1.0, 0.95, 0.9):
        lines = wrap_at_sign(text, width, size * share, bold=True)
        if lines:
            return size * share, lines
    for share, most in ((1.0, 2), (0.9, 2), (0.8, 2), (0.8, 3), (0.7, 3), (0.6, 9)):
        letters = max(size * share, least)
        lines = wrap_evenly(text, width, letters, bold=True)
        if lines.count("\n") < most:
            break
    return letters, lines


def _small(sheet: Sheet, text: str, width: float, size: float) -> tuple[float, str]:
    """Two lines of quiet text; letters a little smaller where that saves a line, and below the
    smallest ones only where even four lines of those do not hold it."""
    least = sheet.preset.least
    for share, smallest, most in ((1.0, least, 2), (0.9, least, 2), (0.8, least, 4), (0.7, 0, 9)):
        letters = max(size * share, smallest)
        lines = wrap(text, width, letters)
        if lines.count("\n") < most:
            break
    return letters, lines


def mark_revised(chart: Chart) -> None:
    """Say on a chart that is drawn that its numbers were others when they were published before:
    to the left of the tag of illustrative data, or in its place. Only the headline makes room."""
    head: _Head | None = chart.head
    margin = chart.preset.margin
    chart.say_revised()
    if head is None:
        return
    with house_style():
        sheet = Sheet(chart)
        end = head.tag.left - 0.6 * chart.preset.note if head.tag else sheet.box.right - margin
        tag = _tag(sheet, say("revised", chart.lang), end)
        if tag.bottom <= head.box.top or tag.left >= head.box.right + 0.5 * chart.preset.label:
            return
        for line in head.lines:
            line.remove()
        size, told = head.size, ""
        while not told or height_of(told, size) > head.box.height + 0.1:
            size *= 0.97 if told else 1
            told = wrap_evenly(chart.headline, tag.left - margin - chart.preset.label, size, True)
        ink = colour("ink.text")
        sheet.write(margin, head.box.top, told, size=size, bold=True, ink=ink)


def _tag(sheet: Sheet, words: str, right: float) -> Box:
    """Words in the top right corner that end at x `right`; gives the box they take."""
    preset = sheet.preset
    words, size = sentence(words), preset.note
    width, height = width_of(words, size, bold=True) + 1.5 * size, 1.7 * size
    top = 0.6 * preset.margin + 0.3 * size
    box = Box(right - width, top, right, top + height)
    sheet.pill(box, colour("ink.tag_ground"), colour("ink.tag"))
    x, ink = (box.left + box.right) / 2, colour("ink.tag")
    sheet.write(x, box.middle, words, size=size, bold=True, ink=ink, align="center", level="digits")
    return box


def _foot(sheet: Sheet) -> float:
    """Source, date and remarks at the foot; gives the y above them."""
    preset = sheet.preset
    left, right = preset.margin, sheet.box.right - preset.margin
    words = footer(sheet.chart.about, sheet.chart.lang, sheet.chart.remark)
    size, lines = _small(sheet, words, right - left, preset.note)
    y = sheet.box.bottom - 0.5 * preset.margin
    box = sheet.write(left, y, lines, size=size, ink=colour("ink.quiet"), level="bottom")
    line = box.top - 0.3 * preset.note
    sheet.rule((left, right), (line, line), colour("ink.grid"), 1)
    return line - 0.3 * preset.label
