"""A grid with many rows: in one block if they fit, else in two side by side."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chart.grid import Head, Row, draw_grid, rows_that_fit
from analysis.chart.plot import Plot
from analysis.chart.sheet import Box, Sheet


def most_rows(sheet: Sheet, room: Box, head: Head) -> int:
    """The most rows that two blocks hold."""
    return sum(rows_that_fit(sheet, half, head) for half in _halves(sheet, room))


def draw_blocks(
    sheet: Sheet, room: Box, head: Head, rows: Sequence[Row], *, total_last: bool
) -> Plot:
    """Draw the rows in one block or two; gives the plot of the last one."""
    one = len(rows) <= rows_that_fit(sheet, room, head)
    blocks = [room] if one else _halves(sheet, room)
    each = -(-len(rows) // len(blocks))
    for i, block in enumerate(blocks):
        part = rows[i * each : (i + 1) * each]
        last = total_last and i == len(blocks) - 1
        plot = draw_grid(sheet, block, head, part, total_last=last)
    return plot


def _halves(sheet: Sheet, room: Box) -> list[Box]:
    gap, middle = 1.6 * sheet.preset.label, (room.left + room.right) / 2
    return [
        Box(room.left, room.top, middle - gap / 2, room.bottom),
        Box(middle + gap / 2, room.top, room.right, room.bottom),
    ]
