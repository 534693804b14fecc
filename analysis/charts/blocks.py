"""A grid with many rows: in one block if they fit, else in two side by side."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.charts.grid import Head, Row, draw_grid, least_width, rows_that_fit
from analysis.charts.lettering import width_of
from analysis.charts.plot import Plot
from analysis.charts.sheet import Box, Sheet


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
