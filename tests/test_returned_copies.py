"""Workbooks that cannot be changed in place come back as new ones with the same cells."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from analysis.raw import ErrorCell, LogicalCell
from analysis.returned.copying import copy_of
from analysis.returned.workbook import free_sheet_name
from analysis.workbooks import open_book
from analysis.workbooks.cells import Book, Sheet, Span
from tests.binary_workbooks import ods, ods_table, xls
from tests.returning import LIST, accepted, faults, mended, read, returned
from tests.workbooks import HEADINGS, SIGNED, school


def right(sheet: str, cell: str) -> Any:
    """What stands in a cell of the faultless rows."""
    return school(int(cell[1:]) - 1)[ord(cell[0]) - ord("A")]


def write_csv(path: Path, *rows: list[Any]) -> Path:
    plain = [[f"{v:%d/%m/%Y}" if isinstance(v, dt.datetime) else v for v in row] for row in rows]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS, *plain])
    return path


def test_a_csv_comes_back_as_a_workbook(tmp_path: Path) -> None:
    name = "=Trường Tiểu học A"
    rows = [school(1, name=name), school(2, pupils="-4"), school(3, code=None)]
    path = write_csv(tmp_path / ("Bảng [1] của trường " * 3 + ".csv"), *rows)
    (back,) = returned(path)
    book = load_workbook(back)
    assert (
        "(csv)" in book[LIST]["A5"].value
        and book.sheetnames[1] == "Bảng  1  của trường Bảng  1  củ"
    )
    cell = book.worksheets[1]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)
    _, again = read(mended(back, right))
    _, never = read(write_csv(tmp_path / "b.csv", rows[0], school(2), school(3)))
    assert not faults(again) and accepted(again) == accepted(never)


GRID = {
    (r, c): f"{v:%d/%m/%Y}" if isinstance(v, dt.datetime) else v
    for r, row in enumerate([HEADINGS, school(1), school(2, pupils=-4), school(3, kdclgd=9)])
    for c, v in enumerate(row)
}
LINES = [[GRID[r, c] for c in range(len(HEADINGS))] for r in range(4)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xls", xls({"Bảng": GRID})),
        ("a.ods", ods(ods_table(*LINES))),
    ],
)
def test_other_formats_come_back_as_a_workbook(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    _, before = read(path)
    assert [cell for cell, _ in faults(before)] == ["G4", "N3"]
    (back,) = returned(path)
    _, untouched = read(back)
    assert faults(untouched) == faults(before) and accepted(untouched) == accepted(before)
    _, again = read(mended(back, right))
    assert not faults(again) and len(again.schools) == 3


def test_a_copy_holds_every_kind_of_cell(tmp_path: Path) -> None:
    cells: list[list[Any]] = [
        ["Chữ", "=1+1", "_x0041_\r\n ", 3, -2.5, 1e300],
        [SIGNED, dt.datetime(2024, 1, 2, 13, 30), LogicalCell(True), ErrorCell("#REF!"), None, "x"],
        [dt.timedelta(hours=30), dt.datetime(1900, 1, 5), "00123456"],
    ]
    sheet = Sheet("S" * 40, cells, merged=[Span(0, 0, 1, 0)], hidden_rows={1}, hidden_columns={2})
    hidden = Sheet("s" * 40, [["x"]], visible=False)
    parts, names = copy_of(Book("a.xls", "xls", [sheet, hidden]))
    path = tmp_path / "copy.xlsx"
    path.write_bytes(parts.packed())
    book = open_book(path)
    assert [s.name for s in book.sheets] == [*names.values()] == ["S" * 31, "s" * 27 + " (2)"]
    assert [s.visible for s in book.sheets] == [True, False]
    first = book.sheets[0]
    assert first.rows[:2] == cells[:2] and first.rows[2][1:] == cells[2][1:]
    assert (first.merged, first.hidden_rows, first.hidden_columns) == (sheet.merged, {1}, {2})


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("Cần sửa", [], "Cần sửa"),
        ("Cần sửa", ["CẦN SỬA", "Cần sửa (2)"], "Cần sửa (3)"),
        ("a/b[c]:*?\\", [], "a b c"),
        ("'History'", [], "History (2)"),
        ("\U0001f600" * 20, [], "\U0001f600" * 15),
        ("", [], "Sheet"),
    ],
)
def test_names_of_sheets(wanted: str, taken: list[str], name: str) -> None:
    assert free_sheet_name(wanted, taken) == name
