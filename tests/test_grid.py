"""Cells by their distinct values say what the cells say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.workbooks.cells import Cell, ErrorCell, LogicalCell, Row, Sheet
from analysis.workbooks.grid import Coded, Grid, GridTooLarge, joined, merged, overlaid

CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.integers(0, 3),
    st.sampled_from([1.0, 1.5, "1", "x", "Trường", LogicalCell(True), ErrorCell("#N/A")]),
    st.just(dt.datetime(2024, 5, 31)),
)
ROWS = st.lists(st.lists(CELLS, max_size=5), max_size=6)


def trimmed(row: Row) -> Row:
    while row and row[-1] is None:
        row = row[:-1]
    return row


@given(ROWS)
def test_a_grid_reads_like_its_rows(rows: list[Row]) -> None:
    grid = Grid.of(rows)
    assert repr(grid) == repr([trimmed(row) for row in rows])
    assert len(grid) == len(rows) and grid == [trimmed(row) for row in rows]
    assert {(type(c), c) for c in grid.used()} == {
        (type(c), c) for r in rows for c in r if c is not None
    }


@given(ROWS, st.sampled_from([1, "x", 1.0]))
def test_rows_that_hold_something(rows: list[Row], wanted: Cell) -> None:
    def is_wanted(cell: Cell) -> bool:
        return type(cell) is type(wanted) and cell == wanted

    held = Grid.of(rows).holding(is_wanted)
    assert held.tolist() == [any(map(is_wanted, row)) for row in rows]


@given(ROWS)
def test_a_column_of_some_rows(rows: list[Row]) -> None:
    some = np.arange(0, len(rows), 2)
    column = Grid.of(rows).column(1, some)
    wanted = [row[1] if len(row) > 1 else None for row in rows[::2]]
    assert repr(column) == repr(wanted) and column[:1] == wanted[:1]
    assert len(column.values) == len({(type(c), c) for c in wanted} or {None})


def test_cells_put_in_the_place_of_others() -> None:
    grid = Grid.of([["a", None], ["a", "b"]])
    assert not grid.holding(str.isupper).any()  # type: ignore[arg-type]
    grid.put({(1, 0): "A"})
    assert grid == [["a"], ["A", "b"]]
    assert grid.holding(str.isupper).tolist() == [False, True]  # type: ignore[arg-type]


def test_a_sheet_keeps_its_rows_as_a_grid() -> None:
    sheet = Sheet("A", [["x"], []])
    assert sheet.grid is sheet.grid and sheet.rows == [["x"], []]
    assert sheet == Sheet("A", [["x"], []])


def test_a_sheet_no_memory_could_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.workbooks.grid.MAX_PLACES", 5)
    with pytest.raises(GridTooLarge):
        Grid.of([["a"], ["b"], [None, None, None, "c"]])
    assert len(Grid.of([[], [], [None, None, None, "c"]])) == 3


def test_columns_put_together() -> None:
    one, other = Coded.of(["a", "b", "a"]), Coded.of(["b"])
    assert joined([one, other]) == ["a", "b", "a", "b"] and joined([]) == []
    both = joined([one, other])
    same = merged(both.codes, both.values)
    assert same.values == ["a", "b"] and same == both
    assert overlaid(one, Coded.of(["x", "y", "z"]), np.array([False, True, True])) == [
        "a",
        "y",
        "z",
    ]


def test_looking_at_values() -> None:
    column: Coded[Any] = Coded.of([2, None, 2])
    assert column.values == [2, None], "each value is looked at once"
    assert column.where(lambda v: v is None).tolist() == [False, True, False]
    assert column.each(lambda v: v or 0, np.int64).tolist() == [2, 0, 2]
    assert column.map(str) == ["2", "None", "2"] and column.rows(np.array([1])).values == [None]
