"""What a reader of one sheet collects, in the plain form that goes over the pipe.

A cell is text, a number, or a pair: ("e", text) a failed formula, ("b", true) a logical value,
("d", "2024-05-31T00:00:00") a date, ("t", seconds) a time of day or a duration; or four things:
("c", text, original, rule) a text that is not what is stored, and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.raw.runs import LOWERED, RAISED, RichText, Run, live_text
from analysis.raw.serials import from_serial, is_date_format
from analysis.raw.shown import ShownAs, shown_as

WireCell = str | int | float | tuple[str, str | bool | float] | tuple[str, str, str, str]

NO_RESULT = ("e", "")
HEIGHTS = {1: RAISED, 2: LOWERED}  # of letters, as fonts of binary workbooks tell it
MAX_COLUMNS = 256
MAX_CELLS = 2_000_000
MAX_AREA = 4_000_000
MAX_TEXT = 32_767
MAX_MERGED = 100_000
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


class Refused(Exception):
    """A reason to refuse the file: the key of a message, and its facts."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key, self.facts = key, facts


class Unreadable(Exception):
    """The file is damaged."""


@dataclass
class FoundSheet:
    """The cells of one sheet by row and column (0-based), and what else is known of it.

    `unseen`: cells that the witness is known to leave out, or to read together with a drawing.
    """

    name: str
    visible: bool = True
    rows: dict[int, dict[int, WireCell]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: list[tuple[int, int]] = field(default_factory=list)
    epoch_1904: bool = False
    # [row, column, message key, text] of what speaks of a cell; cells with values of other files,
    # and the names of these.
    beside: list[tuple[int, int, str, str]] = field(default_factory=list)
    linked: list[tuple[int, int]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    unseen: set[tuple[int, int]] = field(default_factory=set)
    count: int = 0

    def put(self, row: int, column: int, value: WireCell) -> None:
        """Keep a cell. Raises Refused where there are more than anyone types."""
        self.count += 1
        if self.count > MAX_CELLS:
            raise Refused("sheet_too_large", sheet=self.name)
        self.check_text(value, row, column)
        cells = self.rows.get(row)
        if cells is None:
            cells = self.rows[row] = {}
        if column in cells:
            raise Refused("cell_twice", sheet=self.name, place=(row, column))
        cells[column] = value

    def put_row(self, row: int, cells: dict[int, WireCell]) -> None:
        """Keep a whole row, as it is: equal rows may share one."""
        self.count += len(cells)
        if self.count > MAX_CELLS:
            raise Refused("sheet_too_large", sheet=self.name)
        self.rows[row] = cells

    def put_text(self, row: int, column: int, text: str, struck: bool) -> WireCell:
        """What a text says, see `runs`; what nobody can tell, and what is struck, is noted."""
        self.check_text(text, row, column)
        if isinstance(text, RichText):
            found = live_text(text, struck)
            struck = found.struck
            if found.unsure:
                self.beside.append((row, column, found.unsure, str(text)))
            if found.rule:
                return ("c", found.text, str(text), found.rule)
        if struck:
            self.struck.append((row, column))
        return str(text)

    def check_text(self, value: WireCell, row: int, column: int) -> None:
        """Refuse a text longer than any spreadsheet program takes."""
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise Refused("cell_text_too_long", sheet=self.name, place=(row, column))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Keep a merged range."""
        if len(self.merged) >= MAX_MERGED:
            raise Refused("sheet_too_large", sheet=self.name)
        self.merged.append((top, left, bottom, right))

    def check_area(self) -> None:
        """Refuse a sheet whose cells lie so far apart that other programs give way: every reader
        that keeps a sheet as a grid would need memory for all the cells between."""
        if not self.rows:
            return
        last = max(self.rows)
        width = max(max(cells) for cells in self.rows.values()) + 1
        if (last + 1) * width > MAX_AREA or width > MAX_COLUMNS:
            raise Refused("cell_far_away", sheet=self.name, place=self._outlier(last, width))

    def _outlier(self, last: int, width: int) -> tuple[int, int]:
        """The cell to name: the one in the last column, or in the last row."""
        if width > MAX_COLUMNS:
            return next((r, width - 1) for r, cells in self.rows.items() if width - 1 in cells)
        return last, max(self.rows[last])


@dataclass
class Formats:
    """Number formats by the index of a cell's style, for the formats that store dates as numbers.

    `dates`: styles that show a date; `shown`: styles that show more than the number, such as a code
    with its leading zeros; `struck`: styles of struck-through text.
    """

    dates: set[int] = field(default_factory=set)
    shown: dict[int, ShownAs] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)
    epoch_1904: bool = False
    _dates_by_serial: dict[float, WireCell] = field(default_factory=dict)

    def add(self, style: int, number: int, code: str, struck: bool) -> None:
        """Note what one cell style shows."""
        if is_date_format(number, code):
            self.dates.add(style)
        elif shown := shown_as(code):
            self.shown[style] = shown
        if struck:
            self.struck.add(style)

    def number(self, value: float, style: int) -> WireCell:
        """A stored number as its style shows it."""
        if value != value or value in (float("inf"), float("-inf")):
            return ("e", "#NUM!")
        if style in self.dates:
            if value not in self._dates_by_serial:
                self._dates_by_serial[value] = date(from_serial(value, self.epoch_1904))
            return self._dates_by_serial[value]
        whole = plain_number(value)
        if style in self.shown and (said := self.shown[style].of_number(value)):
            return ("c", said[0], str(whole), said[1])
        return whole


def with_runs(
    text: str, places: Sequence[tuple[int, int]], fonts: Sequence[tuple[bool, str]]
) -> str:
    """A text with its runs, told as (letter, font from it on); letters before the first are as the
    cell is. Letters are counted in code units, so a text with others than ours stays as it is."""
    if not places or any(c > "\uffff" for c in text):
        return text
    if not all(font < len(fonts) for _, font in places):
        return text
    ends = [place for place, _ in places[1:]] + [len(text)]
    runs = [Run(text[: places[0][0]])]
    runs += [
        Run(text[place:end], *fonts[font]) for (place, font), end in zip(places, ends, strict=True)
    ]
    return RichText(text, runs) if "".join(run.text for run in runs) == text else text


def plain_number(value: float) -> int | float:
    """A whole number as int, as long as a float holds it exactly."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def date(value: dt.datetime | int | float) -> WireCell:
    """A date for the pipe; a serial outside the calendar stays a number."""
    return ("d", value.isoformat()) if isinstance(value, dt.datetime) else value


def error(code: int) -> WireCell:
    """A failed formula by its stored code."""
    return ("e", ERRORS.get(code, "#?"))
