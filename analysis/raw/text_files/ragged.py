"""Rows of a text file whose cells do not match its heading: a separator too many, or one lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from analysis.raw.cells import Row, is_blank

_FEWEST = 3
_LINE_END = re.compile(r"\r\n|\r|\n")


def header_width(rows: Sequence[Row]) -> int:
    """How many cells the first full row has, titles passed over: that of the heading. 0: none."""
    first = _header(rows)
    return 0 if first is None else len(rows[first])


def ragged_rows(rows: Sequence[Row]) -> set[int]:
    """The rows (0-based) below the heading with a value beyond its last cell, and those that end
    before cells other rows have filled. Titles, totals and notes with one or two values may be
    short; so may rows that leave out blank cells at their end."""
    first = _header(rows)
    if first is None:
        return set()
    width = len(rows[first])
    below = range(first + 1, len(rows))
    needed = _needed(rows, first)
    return {r for r in below if _is_long(rows[r], width) or _is_short(rows[r], needed)}


def _header(rows: Sequence[Row]) -> int | None:
    widths = Counter(len(row) for row in rows if len(row) >= _FEWEST)
    if not widths:
        return None
    usual = widths.most_common(1)[0][0]
    return next((r for r, row in enumerate(rows) if 2 * _filled(row) >= usual), None)


def _filled(row: Row) -> int:
    return sum(not is_blank(cell) for cell in row)


def _needed(rows: Sequence[Row], first: int) -> int:
    """How many cells a row needs: up to the last column with a heading that is filled in more than
    half of the full rows."""
    header = rows[first]
    full = [row for row in rows[first + 1 :] if len(row) == len(header)]
    for c in range(len(header) - 1, -1, -1):
        filled = sum(not is_blank(row[c]) for row in full)
        if not is_blank(header[c]) and 2 * filled > len(full):
            return c + 1
    return 0


def _is_long(row: Row, width: int) -> bool:
    return len(row) > width and not all(map(is_blank, row[width:]))


def _is_short(row: Row, needed: int) -> bool:
    return len(row) < needed and _filled(row) >= _FEWEST


def swallows(row: Row, separator: str, width: int) -> bool:
    """Does a cell of several lines hold what were rows of their own? Its lines then have as many
    separators as rows have."""
    return any(
        isinstance(cell, str) and _holds_rows(cell, c, len(row), separator, width)
        for c, cell in enumerate(row)
    )


def _holds_rows(cell: str, place: int, cells: int, separator: str, width: int) -> bool:
    first, *others = (line.count(separator) for line in _LINE_END.split(cell))
    if not others or width < _FEWEST:
        return False
    *between, last = others
    if first != width - 1 - place or any(n != width - 1 for n in between):
        return False
    # In the last column the first line needs no separator: an innocent note begins like that.
    return place < width - 1 or cells != width or last == width - 1
