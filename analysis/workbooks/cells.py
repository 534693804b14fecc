"""What a reader gives: books of sheets, sheets of cells, each cell as it stands in the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from analysis.reference.text import tidy

if TYPE_CHECKING:
    from analysis.workbooks.grid import Grid


@dataclass(frozen=True)
class ErrorCell:
    """A cell whose formula failed (#N/A, #REF!), or whose result was never stored."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class LogicalCell:
    """TRUE or FALSE. Kept apart from numbers, for in Python True equals 1."""

    value: bool

    def __str__(self) -> str:
        return "TRUE" if self.value else "FALSE"


class Converted(str):
    """A text that is not what is stored, for certain: turned into Unicode, shown so by its number
    format, or without what is struck out. `original` as it stands in the file, `rule` how it was
    read."""

    original: str
    rule: str

    def __new__(cls, text: str, original: str, rule: str) -> Converted:
        converted = super().__new__(cls, text)
        converted.original, converted.rule = original, rule
        return converted

    def __reduce__(self) -> tuple[Any, ...]:
        return Converted, (str(self), self.original, self.rule)


NO_RESULT = ErrorCell("(công thức chưa tính)")

Cell = None | str | int | float | dt.datetime | dt.time | dt.timedelta | ErrorCell | LogicalCell
Row = list[Cell]
_FIRST_LETTERS, _LONGEST_LOOK = 64, 500
Place = tuple[int, int]


@dataclass(frozen=True)
class Span:
    """A merged range, 0-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """One sheet: `rows[i]` holds the cells of row i + 1; blank cells are None."""

    name: str
    rows: Sequence[Row]
    visible: bool = True
    merged: list[Span] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    far_cells: Mapping[Place, Cell] = field(default_factory=dict)
    # A bare number that is meant for a date counts from 1904.
    epoch_1904: bool = False
    # Rows (0-based) of a text file with more or fewer cells than the heading has: their values may
    # stand in the wrong column.
    ragged: set[int] = field(default_factory=set)
    # What speaks of a cell beside its value: (message key, text). Comments; parts that are struck
    # or raised where nobody can tell what holds.
    beside: dict[Place, list[tuple[str, str]]] = field(default_factory=dict)
    # Cells whose formula takes its value from another file or program; the names of those.
    linked: set[Place] = field(default_factory=set)
    files: list[str] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        """The rows by their distinct values; they are kept so from then on."""
        # It loads numpy, which a process that only reads does without.
        from analysis.workbooks.grid import Grid

        if not isinstance(self.rows, Grid):
            self.rows = Grid.of(self.rows)
        return self.rows


@dataclass
class Book:
    """One file: its sheets, and remarks about how it was read as (message key, facts). `digest`:
    the sha256 of the bytes that were read."""

    file: str
    format: str
    sheets: list[Sheet]
    remarks: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    digest: str = ""


@cache
def column_letters(index: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_index(letters: str) -> int:
    """A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def address(row: int, column: int) -> str:
    """The sheet's own name of a cell, from 0-based row and column: (5, 2) is C6."""
    return f"{column_letters(column)}{row + 1}"


def holds(cell: Cell) -> bool:
    """Does anything but spaces stand in a cell, be it invisible? Who counts rows would count it."""
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def is_blank(cell: Cell) -> bool:
    """Nothing stands in the cell, or only spaces and invisible characters."""
    if not isinstance(cell, str):
        return cell is None
    return not tidy(cell[:_FIRST_LETTERS]) and not tidy(cell)


def shortened(cell: Cell) -> Cell:
    """The cell, of a long text its beginning: enough to tell what kind of row it stands in."""
    return cell[:_LONGEST_LOOK] if isinstance(cell, str) else cell
