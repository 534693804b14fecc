"""Cells by their distinct values: a sheet repeats few, so each is looked at once, not each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

from analysis.workbooks.cells import Cell, Converted, Row

Codes = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Test = Callable[[Cell], bool]
V = TypeVar("V")
W = TypeVar("W")

# Rows times used columns: what a sheet may take in memory (four bytes each).
MAX_PLACES = 60_000_000
_MANY = 8  # values for each row


class GridTooLarge(Exception):
    """The sheet has more rows times columns than any in earnest."""


class Coded(Sequence[V], Generic[V]):
    """A column: the distinct `values` in it, and for each row the place of its value (`codes`).

    To be read like a list. Two places may hold equal values unless the maker says otherwise.
    """

    def __init__(self, codes: Codes, values: list[V]) -> None:
        self.codes, self.values = codes, values

    @classmethod
    def of(cls, items: Iterable[V]) -> Coded[V]:
        """A column from its items, row by row; equal ones of one type become one value."""
        places: dict[Any, int] = {}
        codes = [places.setdefault((type(item), item), len(places)) for item in items]
        return cls(np.array(codes, np.int32), [item for _, item in places])

    @classmethod
    def blank(cls, length: int) -> Coded[Any]:
        """A column in which nothing stands."""
        return cls(np.zeros(length, np.int32), [None])  # type: ignore[list-item]

    @overload
    def __getitem__(self, at: int) -> V: ...
    @overload
    def __getitem__(self, at: slice) -> list[V]: ...
    def __getitem__(self, at: int | slice) -> V | list[V]:
        if isinstance(at, slice):
            return [self.values[code] for code in self.codes[at].tolist()]
        return self.values[self.codes[at]]

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[V]:
        return map(self.values.__getitem__, self.codes.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Coded | list) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))

    def rows(self, places: Places) -> Coded[V]:
        """The same column with these rows only, without the values they do not hold."""
        return narrowed(self.codes[places], self.values)

    def map(self, find: Callable[[V], W]) -> Coded[W]:
        """The column with something else in the place of each value."""
        return Coded(self.codes, [find(value) for value in self.values])

    def where(self, test: Callable[[V], object]) -> Flags:
        """In which rows the test is true; asked once of each value."""
        found = np.fromiter(map(bool, map(test, self.values)), np.bool_, len(self.values))
        return found.take(self.codes) if len(found) else found

    def each(self, find: Callable[[V], object], kind: npt.DTypeLike) -> npt.NDArray[Any]:
        """For each row what is found of its value, as an array of a kind of numbers."""
        found = np.array([find(value) for value in self.values], kind)
        return found.take(self.codes) if len(found) else np.zeros(len(self), kind)


def narrowed(codes: Codes, values: Sequence[V]) -> Coded[V]:
    """A column that keeps only the values its rows hold."""
    if _MANY * len(codes) < len(values):  # looking through all values would take longer
        kept = np.sort(codes)
        kept = kept[np.diff(kept, prepend=np.int32(-1)) > 0]
        places = np.searchsorted(kept, codes).astype(np.int32)
        return Coded(places, [values[code] for code in kept.tolist()])
    used = np.zeros(len(values), np.bool_)
    used[codes] = True
    places = (np.cumsum(used, dtype=np.int32) - np.int32(1)).take(codes)
    return Coded(places, list(map(values.__getitem__, np.flatnonzero(used).tolist())))


def merged(codes: Codes, values: list[V]) -> Coded[V]:
    """A column in which equal values have one code."""
    if len(set(values)) == len(values):
        return Coded(codes, values)
    places: dict[V, int] = {}
    same = np.array([places.setdefault(v, len(places)) for v in values], np.int32)
    return Coded(same.take(codes) if len(codes) else codes, [*places])


def joined(columns: Sequence[Coded[V]]) -> Coded[V]:
    """Columns one below the other."""
    if len(columns) == 1:
        return columns[0]
    sizes = np.cumsum([0, *(len(column.values) for column in columns)]).tolist()
    codes = [column.codes + np.int32(n) for column, n in zip(columns, sizes, strict=False)]
    values = [value for column in columns for value in column.values]
    return Coded(np.concatenate([np.zeros(0, np.int32), *codes]), values)


def paired(one: Coded[V], other: Coded[W]) -> Coded[tuple[V, W]]:
    """Two columns side by side as one of pairs."""
    if len(other.values) == 1:
        return one.map(lambda value: (value, other.values[0]))
    size = len(other.values) or 1
    both, codes = np.unique(one.codes.astype(np.int64) * size + other.codes, return_inverse=True)
    pairs = [(one.values[code // size], other.values[code % size]) for code in both.tolist()]
    return Coded(codes.astype(np.int32), pairs)


def overlaid(column: Coded[V], over: Coded[V], rows: Flags) -> Coded[V]:
    """A column that in some rows holds what another one holds there."""
    codes = np.where(rows, over.codes + np.int32(len(column.values)), column.codes)
    return Coded(codes, [*column.values, *over.values])


def blanked(column: Coded[Any], rows: Flags) -> Coded[Any]:
    """A column in which nothing stands in some rows; equal values keep one code."""
    if all(column.values[code] is None for code in column.codes[rows].tolist()):
        return column
    blank = next((at for at, value in enumerate(column.values) if value is None), None)
    values = column.values if blank is not None else [*column.values, None]
    place = len(column.values) if blank is None else blank
    return Coded(np.where(rows, np.int32(place), column.codes), values)


class Grid(Sequence[Row]):
    """The rows of a sheet, to be read like a list of rows that end with their last cell.

    `values`: what stands in the cells, None first; `columns`: for each column that holds anything,
    by its number, the place of each row's value.
    """

    def __init__(self, height: int, values: list[Cell], columns: Mapping[int, Codes]) -> None:
        self.height, self.values = height, values
        self.columns = dict(sorted(columns.items()))
        self._held: dict[Test, Flags] = {}

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Grid:
        """The grid of these rows. Raises GridTooLarge."""
        places: dict[Any, int] = {None: 0}
        put = partial(_put, places)
        codes = np.array([put(cell) for row in rows for cell in row], np.int32)
        widths = np.array([len(row) for row in rows], np.intp)
        row = np.repeat(np.arange(len(rows)), widths)
        column = np.arange(len(codes)) - np.repeat(np.cumsum(widths) - widths, widths)
        held = codes > 0
        values = [key[1] if isinstance(key, tuple) else key for key in places]
        return cls(len(rows), values, spread(len(rows), row[held], column[held], codes[held]))

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(self.height))]
        if not -self.height <= at < self.height:
            raise IndexError(at)
        row: Row = []
        for column, codes in self.columns.items():
            if code := codes[at]:
                row += [None] * (column - len(row))
                row.append(self.values[code])
        return row

    def __len__(self) -> int:
        return self.height

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grid | list) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))

    def column(self, number: int, rows: Places) -> Coded[Cell]:
        """The cells of some rows in a column, blank ones None."""
        codes = self.columns.get(number)
        return Coded.blank(len(rows)) if codes is None else narrowed(codes[rows], self.values)

    def used(self) -> list[Cell]:
        """What stands in any cell, each value once."""
        used = np.zeros(len(self.values), np.bool_)
        for codes in self.columns.values():
            used[codes] = True
        return [self.values[i] for i in np.flatnonzero(used).tolist() if i]

    def holding(self, test: Test) -> Flags:
        """Which rows hold a cell for which the test is true. A value is looked at once in a column,
        and only where nothing was found further left."""
        if test not in self._held:
            found = np.zeros(self.height, np.bool_)
            for codes in self.columns.values():
                left = np.flatnonzero(~found & (codes > 0))
                found[left] = narrowed(codes[left], self.values).where(test)
            self._held[test] = found
        return self._held[test]

    def put(self, cells: Mapping[tuple[int, int], Cell]) -> None:
        """Put other cells in the place of some, by row and column (from 0)."""
        for (row, column), cell in cells.items():
            self.columns[column][row] = len(self.values)
            self.values.append(cell)
        self._held.clear()


def _put(places: dict[Any, int], cell: Cell) -> int:
    """The place of a value; of equal ones of one type there is one (1, 1.0 and True differ)."""
    key: Any = cell
    if isinstance(cell, Converted):  # equal texts may have come of different ones
        key = (Converted, cell, cell.original, cell.rule)
    elif cell is not None and type(cell) is not str:
        key = (type(cell), cell)
    return places.setdefault(key, len(places))


def spread(height: int, row: Places, column: Places, codes: Codes) -> dict[int, Codes]:
    """Codes put into the columns they stand in. Raises GridTooLarge."""
    counts = np.bincount(column) if len(column) else np.zeros(0, np.intp)
    numbers = np.flatnonzero(counts)
    if height * len(numbers) > MAX_PLACES:
        raise GridTooLarge
    order = np.cumsum(counts > 0) - 1
    dense = np.zeros((len(numbers), height), np.int32)
    dense[order[column], row] = codes
    return dict(zip(numbers.tolist(), dense, strict=True))
