"""How wide the columns and how high the rows of a sheet are: where a box beside a cell comes."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.workbooks.offsets import Element

_PIXELS_IN_POINT = 4 / 3
_LETTER, _PADDING = 7, 5  # pixels of one letter of a column's width, and beside them
_FAR = 16_000
_YES = {"1", "true"}


class Grid:
    """Sizes in pixels, of the columns and rows that have one of their own and of all others."""

    def __init__(self) -> None:
        self.column, self.row = 64, 20
        self.columns: dict[int, int] = {}
        self.rows: dict[int, int] = {}

    def see_defaults(self, attributes: Mapping[str, str]) -> None:
        """The sizes of columns and rows that have none of their own."""
        self.row = _pixels(attributes.get("defaultRowHeight")) or self.row
        self.column = _width(attributes.get("defaultColWidth")) or self.column

    def see_columns(self, block: Element) -> None:
        """Columns that have a width of their own, or are hidden."""
        for span in block.children:
            a = span.attributes
            width = 0 if a.get("hidden") in _YES else _width(a.get("width"))
            first, last = a.get("min", ""), a.get("max", "")
            if first.isdecimal() and last.isdecimal():
                places = range(int(first) - 1, min(int(last), 256))
                self.columns |= dict.fromkeys(places, width)

    def see_row(self, row: int, attributes: Mapping[str, str]) -> None:
        """A row that has a height of its own, or is hidden."""
        if attributes.get("hidden") in _YES:
            self.rows[row] = 0
        elif "ht" in attributes:
            self.rows[row] = _pixels(attributes["ht"])

    def hides(self, row: int, column: int) -> bool:
        """Is a cell out of sight, with its row or its column?"""
        return self.rows.get(row) == 0 or self.columns.get(column) == 0

    def beside(self, row: int, column: int, width: float, height: float) -> str:
        """Where a box (sizes in points) on the right of a cell begins and ends, as VML says it:
        column and pixels in it, row and pixels in it, twice."""
        left, top = column + 1, max(row - 1, 0)
        across = 15 + round(width * _PIXELS_IN_POINT)
        down = 4 + round(height * _PIXELS_IN_POINT)
        right, x = _walk(left, across, self.columns, self.column)
        bottom, y = _walk(top, down, self.rows, self.row)
        return f"{left}, 15, {top}, 4, {right}, {x}, {bottom}, {y}"


def _walk(start: int, way: int, sizes: Mapping[int, int], otherwise: int) -> tuple[int, int]:
    """The column or row reached after so many pixels, and how far into it."""
    at = start
    while at < start + _FAR and way > (size := sizes.get(at, otherwise)):
        way -= size
        at += 1
    return at, way


def _pixels(points: str | None) -> int:
    return round(_float(points) * _PIXELS_IN_POINT)


def _width(letters: str | None) -> int:
    width = _float(letters)
    return int(width * _LETTER + _PADDING) if width else 0


def _float(text: str | None) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        return 0
    return number if 0 <= number < 10_000 else 0
