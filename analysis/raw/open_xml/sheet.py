"""The careful reader: one sheet, cell by cell, with what other readers drop: failed formulas,
formulas whose result was never stored, hidden and struck-through rows, merged ranges, both date
systems. What it makes of a cell is what the cell is; a faster way must give the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.raw.cells import (
    NO_RESULT,
    Cell,
    Converted,
    ErrorCell,
    LogicalCell,
    Row,
    Sheet,
    Span,
    address,
    column_index,
)
from analysis.raw.open_xml.parts import STRICT_TRUE
from analysis.raw.open_xml.strings import unescape
from analysis.raw.open_xml.styles import Styles, whole
from analysis.raw.serials import from_serial
from analysis.reference import InputError

MAX_COLUMNS = 256
MAX_CELLS = 3_000_000
MAX_ROWS = 1_048_576
MAX_PLACES = 15_000_000  # cells and the blank ones left of them: memory for each
FAR = 100_000
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


class SheetReader:
    """Collects the cells of one sheet while its XML is walked."""

    def __init__(
        self, file: str, name: str, strings: list[str], styles: Styles, epoch_1904: bool
    ) -> None:
        self.file, self.name = file, name
        self.strings, self.styles, self.epoch_1904 = strings, styles, epoch_1904
        self.rows: dict[int, dict[int, Cell]] = {}
        self.far: dict[tuple[int, int], Cell] = {}
        self.merged: list[Span] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.struck: set[tuple[int, int]] = set()
        self.row = self.column = -1
        self.kind = self.text = ""
        self.style = self.count = 0
        self.has_formula = self.has_value = self.in_phonetic = False

    def start(self, tag: str, a: dict[str, str]) -> None:
        """An element begins."""
        if tag == "c":
            self._start_cell(a)
        elif tag == "row":
            self.row = whole(a.get("r"), self.row + 2) - 1
            self.column = -1
            if a.get("hidden", "0") in STRICT_TRUE:
                self.hidden_rows.add(self.row)
        elif tag == "f":
            self.has_formula = True
        elif tag == "rPh":
            self.in_phonetic = True
        elif tag == "mergeCell":
            self._merge(a.get("ref", ""))
        elif tag == "col" and a.get("hidden", "0") in STRICT_TRUE:
            last = min(whole(a.get("max")), MAX_COLUMNS)
            self.hidden_columns.update(range(whole(a.get("min"), 1) - 1, last))

    def _start_cell(self, a: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(a.get("r", ""))
        if place:
            self.row, self.column = int(place[2]) - 1, column_index(place[1])
        else:
            self.column += 1
        self.kind, self.style, self.text = a.get("t", "n"), whole(a.get("s")), ""
        self.has_formula = self.has_value = False

    def end(self, tag: str, text: str) -> None:
        """An element ends."""
        if tag == "v":
            self.text, self.has_value = text, True
        elif tag == "t" and not self.in_phonetic:
            self.text, self.has_value = self.text + text, True
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "c":
            self._keep(self._value())

    def _keep(self, value: Cell) -> None:
        if value is None:
            return
        self.count += 1
        if self.count > MAX_CELLS or self.row >= MAX_ROWS:
            raise InputError("sheet_too_large", file=self.file, sheet=self.name)
        if self.column >= MAX_COLUMNS:
            self.far[self.row, self.column] = value
            return
        cells = self.rows.setdefault(self.row, {})
        if cells.setdefault(self.column, value) != value:
            raise self._bad_cell("cell_twice")
        if self.style in self.styles.struck:
            self.struck.add((self.row, self.column))

    def _value(self) -> Cell:
        if not self.has_value or (self.text == "" and self.kind not in ("str", "inlineStr", "s")):
            return NO_RESULT if self.has_formula else None
        if self.kind == "s":
            return self._shared()
        if self.kind in ("str", "inlineStr"):
            return unescape(self.text) or None
        if self.kind == "b":
            return LogicalCell(self.text.strip() in STRICT_TRUE)
        if self.kind == "e":
            return ErrorCell(self.text)
        if self.kind == "d":
            return self.text
        return self._number()

    def _shared(self) -> Cell:
        index = whole(self.text, -1)
        if not 0 <= index < len(self.strings):
            raise self._bad_cell("cell_no_text")
        return self.strings[index] or None

    def _number(self) -> Cell:
        try:
            return read_number(self.text, self.style, self.styles, self.epoch_1904)
        except ValueError:
            raise self._bad_cell("cell_no_number") from None

    def _bad_cell(self, reason: str) -> InputError:
        place = address(self.row, self.column)
        return InputError(reason, file=self.file, sheet=self.name, cell=place)

    def _merge(self, reference: str) -> None:
        ends = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
        places = [(int(m[2]) - 1, column_index(m[1])) for m in ends if m]
        if len(places) == 2:
            self.merged.append(Span(*places[0], *places[1]))

    def sheet(self, visible: bool) -> Sheet:
        """The rows up to the last one with a cell; the gap to a lone cell far below is kept short
        by leaving such a cell among the far ones."""
        used = sorted(self.rows)
        while len(used) > 1 and used[-1] - used[-2] > FAR:
            last = used.pop()
            self.far.update({(last, c): v for c, v in self.rows.pop(last).items()})
        if len(used) == 1 and used[0] > FAR:
            last = used.pop()
            self.far.update({(last, c): v for c, v in self.rows.pop(last).items()})
        if sum(max(cells) + 1 for cells in self.rows.values()) > MAX_PLACES:
            raise InputError("sheet_too_large", file=self.file, sheet=self.name)
        rows = [_dense(self.rows.get(r, {})) for r in range(used[-1] + 1 if used else 0)]
        return self.with_rows(rows, visible)

    def with_rows(self, rows: Sequence[Row], visible: bool) -> Sheet:
        """The sheet of these rows, with all else that was collected."""
        return Sheet(
            self.name,
            rows,
            visible,
            self.merged,
            self.hidden_rows,
            self.hidden_columns,
            self.struck,
            self.far,
            self.epoch_1904,
        )


def read_number(text: str, style: int, styles: Styles, epoch_1904: bool) -> Cell:
    """What a number is, which its style decides: a date, a padded code, a whole number or not.

    Raises ValueError where the text is no number.
    """
    number = float(text)
    if number != number or abs(number) == float("inf"):
        return ErrorCell(text)
    if style in styles.dates:
        return from_serial(number, epoch_1904)
    if not number.is_integer() or abs(number) >= 2**53:
        return number
    digits = styles.padded.get(style, 0)
    if not digits:
        return int(number)
    shown, plain = f"{int(number):0{digits}d}", str(int(number))
    return Converted(shown, plain, "code_number" if shown == plain else "code_shown")


def _dense(cells: dict[int, Cell]) -> Row:
    return [cells.get(c) for c in range(max(cells) + 1)] if cells else []
