"""A table of cells: names at the left, headings above, a number in every cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.charts.lettering import height_of, width_of, wrap
from analysis.charts.plot import Plot
from analysis.charts.rows import Name, place_rows
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour, ink_on

# The widest a column may be, in letters, and the most of the width that names take.
_WIDEST, _NAMES = 9.0, 0.5


@dataclass(frozen=True)
class Cell:
    """A number on its ground; without paint it stands on the paper."""

    text: str
    paint: Paint | None = None
    bold: bool = False


@dataclass(frozen=True)
class Row:
    """A name and a cell under each heading."""

    name: Name
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Head:
    """The headings of the columns, and above them words over several: (words, columns).

    `names` are those of the rows, if they are known, so that columns are not thought too narrow.
    """

    columns: Sequence[str]
    spans: Sequence[tuple[str, int]] = ()
    names: Sequence[str] = ()


def headings_fit(sheet: Sheet, room: Box, head: Head) -> bool:
    """Whether no word of a heading has to be broken."""
    size = sheet.preset.least
    words = (word for heading in head.columns for word in heading.split())
    width = least_width(sheet, room, head) - 0.3 * size
    return all(width_of(word, size) <= width for word in words)


def rows_that_fit(sheet: Sheet, room: Box, head: Head) -> int:
    """How many rows a grid can have in this room, a total among them."""
    height = room.height - _head_height(sheet, least_width(sheet, room, head), head)
    return int(height / (1.31 * sheet.preset.least) - 0.35)


def draw_grid(
    sheet: Sheet, room: Box, head: Head, rows: Sequence[Row], *, total_last: bool
) -> Plot:
    """Draw names, headings and cells. Values of the plot it gives are points of the sheet."""
    height = _head_height(sheet, least_width(sheet, room, head), head)
    body = Box(room.left, room.top + height, room.right, room.bottom)
    names = [row.name for row in rows]
    boxes, letters = place_rows(sheet, body, names, total_last=total_last)
    left, count = boxes[0].left, max(len(head.columns), 1)
    width = min((room.right - left) / count, _WIDEST * sheet.preset.label)
    right = left + width * count
    plot = Plot(sheet, Box(left, boxes[0].top, right, boxes[-1].bottom), left, right)
    _write_head(plot, head, width)
    size = _letters(rows, width, letters)
    for box, row in zip(boxes, rows, strict=True):
        for i, cell in enumerate(row.cells):
            x = left + i * width
            _draw_cell(plot, Box(x, box.top, x + width, box.bottom), cell, size)
    return plot


def least_width(sheet: Sheet, room: Box, head: Head) -> float:
    """A column is at least this wide, beside the widest names there may be."""
    size = sheet.preset.label
    names = max((width_of(name, size, bold=True) + 1.1 * size for name in head.names), default=9e9)
    left = room.width - min(names, _NAMES * room.width)
    return min(left / max(len(head.columns), 1), _WIDEST * size)


def _head_height(sheet: Sheet, width: float, head: Head) -> float:
    lines = list(_head_lines(sheet, width, head))
    spans = [height_of(text, sheet.preset.least) for text, _, level in lines if level]
    below = [height_of(text, sheet.preset.least) for text, _, level in lines if not level]
    return max(below, default=0) + max(spans, default=0) + 0.5 * sheet.preset.least


def _head_lines(sheet: Sheet, width: float, head: Head) -> Iterator[tuple[str, float, int]]:
    """Words in lines, their middle in columns, and whether they stand over several columns."""
    size = sheet.preset.least
    for i, words in enumerate(head.columns):
        yield wrap(words, width - 0.3 * size, size), i + 0.5, 0
    start = 0
    for words, count in head.spans:
        yield wrap(words, count * width - 0.8 * size, size), start + count / 2, 1
        start += count


def _write_head(plot: Plot, head: Head, width: float) -> None:
    sheet, size, ink = plot.sheet, plot.sheet.preset.least, colour("ink.quiet")
    lines = list(_head_lines(sheet, width, head))
    base = plot.box.top - 0.15 * size
    over = base - max((height_of(t, size) for t, _, level in lines if not level), default=0)
    for words, middle, level in lines:
        if not words:
            continue
        x, y = plot.box.left + middle * width, over - 0.1 * size if level else base
        sheet.write(x, y, words, size=size, ink=ink, align="center", level="bottom")
    start = plot.box.left
    for words, count in head.spans:
        end = start + count * width
        if words:
            sheet.rule((start + 0.4 * size, end - 0.4 * size), (over, over), ink, 0.8)
        start = end


def _letters(rows: Sequence[Row], width: float, size: float) -> float:
    """Letters in which every number fits its cell: those of the names, or smaller ones."""
    widest = max((width_of(c.text, 1, c.bold) for r in rows for c in r.cells), default=0)
    return min(size, (width - 5) / widest) if widest else size


def _draw_cell(plot: Plot, box: Box, cell: Cell, size: float) -> None:
    ink, x = colour("ink.text"), (box.left + box.right) / 2
    if cell.paint:
        air = min(1.2, 0.06 * box.height)
        inner = Box(box.left + 1.2, box.top + air, box.right - 1.2, box.bottom - air)
        plot.fill(inner, cell.paint)
        ink = ink_on(cell.paint.fill)
        if cell.paint.pattern:
            plot.clear(x, inner, width_of(cell.text, size, cell.bold), size, cell.paint.fill)
    plot.sheet.write(
        x, box.middle, cell.text, size=size, bold=cell.bold, ink=ink, align="center", level="digits"
    )
