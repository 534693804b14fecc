"""Marks on the cells of one sheet; everything else in it stays byte for byte."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Mapping

from analysis.raw import address
from analysis.returned.grid import Grid
from analysis.returned.styles import Styles
from analysis.returned.writing import in_main
from analysis.workbooks.cells import column_index
from analysis.workbooks.offsets import Change, Element, Watch, append, is_single, retag

# A cell, as row and column counted from 0.
Place = tuple[int, int]

_IN_CELLS = {"v", "f", "is", "t", "r", "rPh"}
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z0-9:$]+)""")
_YES = {"1", "true"}


def place_of(cell: str) -> Place | None:
    """The place of an address like C8; None for anything else."""
    found = _ADDRESS.fullmatch(cell)
    return (int(found[2]) - 1, column_index(found[1])) if found else None


def merged_into(data: bytes, places: Iterable[Place]) -> dict[Place, Place]:
    """Where each place is shown: of cells merged into one, that is the first."""
    shown = {place: place for place in places}
    wanted = sorted(shown)
    tail = data[data.rfind(b"sheetData") :]
    for found in _MERGED.finditer(tail):
        ends = [place_of(end) for end in found[1].decode().split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            (top, left), (bottom, right) = ends[0], ends[1]
            first = bisect.bisect_left(wanted, (top, left))
            for place in wanted[first : bisect.bisect_right(wanted, (bottom, right))]:
                if left <= place[1] <= right:
                    shown[place] = (top, left)
    return shown


class Marker(Watch):
    """Marks cells while a sheet is read; only one row of it is held at a time.

    `wanted`: cell -> kind of mark. `earlier`: cell marked in an earlier return -> its look before.
    Found on the way: `changes` of the bytes, `before`: the look that each cell had, `grid`.
    """

    def __init__(
        self, data: bytes, wanted: Mapping[Place, str], earlier: Mapping[Place, int], styles: Styles
    ) -> None:
        self.data, self.wanted, self.earlier, self.styles = data, wanted, earlier, styles
        self.changes: list[Change] = []
        self.before: dict[Place, int] = {}
        self.grid = Grid()
        self._rows: dict[int, list[int]] = {}
        for row, column in sorted({*wanted, *earlier}):
            self._rows.setdefault(row, []).append(column)
        self._columns: dict[int, int] = {}
        self._row = -1

    def enter(self, name: str, attributes: dict[str, str]) -> bool:
        """Rows without a cell that is asked for are passed over, and so is what is in cells."""
        if name != "row":
            return name not in _IN_CELLS
        self._row = int(attributes.setdefault("r", str(self._row + 2))) - 1
        self.grid.see_row(self._row, attributes)
        return self._row in self._rows

    def leave(self, element: Element) -> bool:
        """Mark a row once it was read."""
        if element.name == "cols":
            self._columns = _column_looks(element)
            self.grid.see_columns(element)
        elif element.name == "sheetFormatPr":
            self.grid.see_defaults(element.attributes)
        elif element.name == "row":
            self._mark_row(element, self._rows[self._row])
            return False
        return True

    def _mark_row(self, row: Element, wanted: list[int]) -> None:
        added: dict[int, bytes] = {}  # where in the bytes -> the cells that come there
        cells = _cells(row)
        places = [column for column, _ in cells]
        for column in wanted:
            i = bisect.bisect_left(places, column)
            place = self._row, column
            if i < len(cells) and places[i] == column:
                look = str(self._look(place, _number(cells[i][1].attributes.get("s"))))
                self.changes.append(retag(self.data, cells[i][1], s=look))
            elif place in self.wanted:
                look = str(self._look(place, _row_look(row, self._columns.get(column, 0))))
                where = cells[i][1].start if i < len(cells) else row.close
                new = in_main(f'<c r="{address(*place)}" s="{look}"/>', row)
                added[where] = added.get(where, b"") + new
        self.changes += _put_in(self.data, row, added)

    def _look(self, place: Place, now: int) -> int:
        """The look a cell gets: the one before an earlier mark, with a new mark where wanted."""
        if place in self.earlier and self.styles.is_marked(now):
            now = self.earlier[place]
        self.before[place] = now
        mark = self.wanted.get(place)
        return self.styles.marked(now, mark) if mark else now


def _put_in(data: bytes, row: Element, added: dict[int, bytes]) -> list[Change]:
    """New cells in a row, which then no longer knows from where to where its cells go."""
    if not added:
        return []
    if is_single(data, row):
        return append(data, row, b"".join(added.values()), spans=None)
    cells = [(where, where, new) for where, new in added.items()]
    return [retag(data, row, spans=None), *cells]


def _cells(row: Element) -> list[tuple[int, Element]]:
    """The cells of a row with their columns; one without an address follows the one before."""
    found: list[tuple[int, Element]] = []
    column = -1
    for cell in row.all("c"):
        place = place_of(cell.attributes.get("r", ""))
        column = place[1] if place else column + 1
        found.append((column, cell))
    return found


def _column_looks(block: Element) -> dict[int, int]:
    """The look of the blank cells of a column, where the column has one."""
    looks: dict[int, int] = {}
    for span in block.children:
        a = span.attributes
        if "style" in a:
            last = min(_number(a.get("max")), 256)
            looks |= dict.fromkeys(range(_number(a.get("min")) - 1, last), _number(a["style"]))
    return looks


def _row_look(row: Element, of_column: int) -> int:
    formatted = row.attributes.get("customFormat") in _YES
    return _number(row.attributes.get("s")) if formatted else of_column


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
