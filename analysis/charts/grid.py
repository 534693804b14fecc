"""A table of cells: names at the left, headings above, a number in every cell, shaded by its share
in a few steps that can be told apart; many rows stand in two blocks side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.charts.lettering import height_of, width_of, wrap
from analysis.charts.rows import Name, place_rows
from analysis.charts.sheet import Box, Plot, Sheet
from analysis.charts.style import Paint, colour, palette
from analysis.reference import Percent, Share, say

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
    if cell.paint:
        air = min(1.2, 0.06 * box.height)
        inner = Box(box.left + 1.2, box.top + air, box.right - 1.2, box.bottom - air)
        plot.fill(inner, cell.paint)
        plot.write_in(inner, cell.text, cell.paint, size, bold=cell.bold)
    else:
        x, bold = (box.left + box.right) / 2, cell.bold
        how: Any = {"size": size, "bold": bold, "align": "center", "level": "digits"}
        plot.sheet.write(x, box.middle, cell.text, **how)


def most_rows(sheet: Sheet, room: Box, head: Head, widest: str) -> int:
    """The most rows that two blocks hold, or one where two are too narrow for the widest cell."""
    return sum(rows_that_fit(sheet, part, head) for part in _parts(sheet, room, head, widest))


def block_of(sheet: Sheet, room: Box, head: Head, rows: int, widest: str) -> Box:
    """The room of one block, if there are so many rows."""
    one = rows <= rows_that_fit(sheet, room, head)
    return room if one else _parts(sheet, room, head, widest)[0]


def draw_blocks(
    sheet: Sheet, room: Box, head: Head, rows: Sequence[Row], *, total_last: bool
) -> Plot:
    """Draw the rows in one block or two; gives the plot of the last one."""
    one = len(rows) <= rows_that_fit(sheet, room, head)
    cells = [cell.text for row in rows for cell in row.cells]
    widest = max(cells, key=lambda text: width_of(text, 1), default="")
    blocks = [room] if one else _parts(sheet, room, head, widest)
    each = -(-len(rows) // len(blocks))
    for i, block in enumerate(blocks):
        part = rows[i * each : (i + 1) * each]
        last = total_last and i == len(blocks) - 1
        plot = draw_grid(sheet, block, head, part, total_last=last)
    return plot


def _parts(sheet: Sheet, room: Box, head: Head, widest: str) -> list[Box]:
    """Two halves, if a cell with the widest text has room in them."""
    halves, size = _halves(sheet, room), sheet.preset.least
    fits = width_of(widest, size, bold=True) + 5 <= least_width(sheet, halves[0], head)
    return halves if fits else [room]


def _halves(sheet: Sheet, room: Box) -> list[Box]:
    gap, middle = 1.6 * sheet.preset.label, (room.left + room.right) / 2
    return [
        Box(room.left, room.top, middle - gap / 2, room.bottom),
        Box(middle + gap / 2, room.top, room.right, room.bottom),
    ]


def share_cell(amount: Share, lang: str, *, bold: bool = False) -> Cell:
    """A cell "k/n", shaded by the share; without schools a dash on the bare paper."""
    return Cell(amount.text(lang, "short"), shade(amount) if amount.total else None, bold)


def together(amounts: Sequence[Share]) -> Share:
    """Several shares as one."""
    return Share(sum(a.count for a in amounts), sum(a.total for a in amounts))


def shade(amount: Share) -> Paint:
    """The step a share falls into: none at all, all, or one of those between."""
    return _paint(next(step for step in palette("shades") if _holds(step, amount)))


def shade_entries(lang: str) -> list[tuple[str, Paint]]:
    """The steps with their words, for the legend."""
    low, entries = 0.0, []
    for step in palette("shades"):
        facts = {"low": Percent(low, 0), "high": Percent(step.get("below", 100), 0)}
        entries.append((say(f"shade_{step['name']}", lang, **facts), _paint(step)))
        low = step.get("below", low)
    return entries


def _holds(step: dict[str, Any], amount: Share) -> bool:
    if step["name"] == "none":
        return not amount.count
    return amount.percent < step["below"] if "below" in step else not amount.rest


def _paint(step: dict[str, Any]) -> Paint:
    return Paint(step["fill"], step.get("outline", ""))
