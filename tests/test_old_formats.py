"""xls and ods: each cell as it stands, damaged workbooks refused."""

from __future__ import annotations

import datetime as dt
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from analysis.raw import ErrorCell, LogicalCell
from analysis.workbooks.cells import NO_RESULT
from analysis.workbooks.ods import read_ods
from analysis.workbooks.xls import Texts, codec, short_number
from tests import binary_workbooks as make
from tests.test_confined import CELLS, ROWS, read, refusal


def test_large_sectors(tmp_path: Path) -> None:
    assert read(tmp_path / "a.xls", make.xls({"A": CELLS}, shift=12)).sheets[0].rows == ROWS


def test_cells_come_back_as_they_stand(tmp_path: Path) -> None:
    sheets: dict[str, make.Cells] = {"Bảng": CELLS, "Ẩn": {(2, 2): "x"}}
    book = read(tmp_path / "a.xls", make.xls(sheets, hidden=["Ẩn"]))
    assert [(s.name, s.visible) for s in book.sheets] == [("Bảng", True), ("Ẩn", False)]
    assert book.sheets[0].rows == ROWS
    assert book.sheets[1].rows == [[], [], [None, None, "x"]]


def test_open_document_cells_with_what_calamine_leaves_out(tmp_path: Path) -> None:
    plain = "<table:table-cell><text:p>không kiểu</text:p></table:table-cell>"
    cells = [
        '<table:table-cell table:formula="of:=NA()" office:value-type="string">'
        "<text:p>#N/A</text:p></table:table-cell>",
        '<table:table-cell table:formula="of:=1+1"/>',
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>',
        '<table:table-cell office:value-type="float" office:value="1234567">'
        "<text:p>01234567</text:p></table:table-cell>",
        '<table:table-cell office:value-type="date" office:date-value="2024-05-31"/>',
        '<table:table-cell office:value-type="string"><office:annotation><text:p>chú thích</text:p>'
        '</office:annotation><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p>'
        "</table:table-cell>",
        plain,
    ]
    row = f"<table:table-row>{''.join(cells)}</table:table-row>"
    sheet = read(tmp_path / "a.ods", make.ods(make.ods_table(row))).sheets[0]
    assert sheet.rows == [
        [ErrorCell("#N/A"), NO_RESULT, LogicalCell(True), "01234567", dt.datetime(2024, 5, 31),
         "a  b\nc", "không kiểu"]
    ]  # fmt: skip


def test_open_document_repeats_merges_and_hidden_parts(tmp_path: Path) -> None:
    hidden = (
        '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    )
    blank = "<table:table-cell/>"
    rows = (
        '<table:table-column/><table:table-column table:visibility="collapse"/>',
        f'<table:table-row table:number-rows-repeated="3">{make.ods_cell("x")}</table:table-row>',
        f'<table:table-row table:visibility="filter">{make.ods_cell(5)}</table:table-row>',
        "<table:table-row>"
        + make.ods_cell("gộp", 'table:number-columns-spanned="2" table:number-rows-spanned="2"')
        + "<table:covered-table-cell/></table:table-row>",
        f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>',
    )
    tables = make.ods_table(*rows) + make.ods_table(["y"], name="Cũ", more='table:style-name="h"')
    book = read(tmp_path / "a.ods", make.ods(tables, hidden))
    sheet = book.sheets[0]
    assert sheet.rows == [["x"], ["x"], ["x"], [5], ["gộp"]]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({3}, {1})
    assert [(m.top, m.left, m.bottom, m.right) for m in sheet.merged] == [(4, 0, 5, 1)]
    assert [s.visible for s in book.sheets] == [True, False]


def test_formats_of_old_workbooks(tmp_path: Path) -> None:
    """Codes with leading zeros, dates in both systems, hidden and merged parts, packed numbers."""
    more = make.biff_cell(0, 0, 1234567.0, 1) + make.biff_cell(0, 1, 45443.0, 2)
    more += make.record(0x027E, struct.pack("<HHHI", 1, 0, 0, (12345 << 2) | 3))
    more += make.record(0x00BD, struct.pack("<HHHIHIH", 1, 1, 0, 5 << 2 | 2, 0, 6 << 2 | 2, 2))
    more += make.record(0x0208, struct.pack("<HHHHHHB3x", 1, 0, 3, 255, 0, 0, 0x20))
    more += make.record(0x007D, struct.pack("<HHHHH", 2, 2, 0, 0, 1))
    more += make.record(0x00E5, struct.pack("<HHHHH", 1, 1, 2, 0, 1))
    sheet = read(tmp_path / "a.xls", make.xls({"A": {}}, per_sheet=more)).sheets[0]
    assert sheet.rows == [["01234567", dt.datetime(2024, 5, 31)], [123.45, 5, 6]]
    assert (sheet.hidden_rows, sheet.hidden_columns, len(sheet.merged)) == ({1}, {2}, 1)
    later = make.xls({"A": {}}, per_sheet=more, extra=make.record(0x0022, b"\1\0"))
    assert read(tmp_path / "b.xls", later).sheets[0].rows[0][1] == dt.datetime(2028, 6, 1)


def test_formulas_of_old_workbooks(tmp_path: Path) -> None:
    def formula(column: int, result: bytes) -> bytes:
        return make.record(0x0006, struct.pack("<HHH8sHI", 0, column, 0, result, 0, 0) + bytes(2))

    text = formula(0, b"\0" * 6 + b"\xff\xff") + make.record(0x0207, make.wide("đạt"))
    more = text + formula(1, struct.pack("<d", 2.0)) + formula(2, b"\x01\0\x01\0\0\0\xff\xff")
    more += formula(3, b"\x02\0\x2a\0\0\0\xff\xff") + formula(4, b"\x03\0\0\0\0\0\xff\xff")
    sheet = read(tmp_path / "a.xls", make.xls({"A": {}}, per_sheet=more)).sheets[0]
    assert sheet.rows == [["đạt", 2, LogicalCell(True), ErrorCell("#N/A")]]
    written = make.xls({"A": {}}, per_sheet=more, calculated=False)
    sheet = read(tmp_path / "b.xls", written).sheets[0]
    assert sheet.rows[0][4] == NO_RESULT, "no program has ever calculated this workbook"


def test_shared_texts_cut_by_a_continue_record() -> None:
    narrow = struct.pack("<HB", 6, 0) + b"abc"
    assert Texts([narrow, b"\1" + "đêf".encode("utf-16-le")], 0).text() == "abcđêf"
    rich = struct.pack("<HBHI", 2, 0x0C, 1, 3) + b"ab" + bytes(4) + b"xyz" + b"\1\0\0c"
    texts = Texts([rich], 0)
    assert (texts.text(), texts.text()) == ("ab", "c")


def test_packed_numbers_and_code_pages() -> None:
    packed = [0x3FF00000, 0x3FF00001, (7 << 2) | 2, 0xFFFFFFFE, 0x80000002]
    assert [short_number(p) for p in packed] == [1.0, 0.01, 7.0, -1.0, -536870912.0]
    assert [codec(n) for n in (1258, 1200, 99999)] == ["cp1258", "utf-16-le", "cp1252"]


def repeated(count: int, across: int = 1) -> bytes:
    cell = make.ods_cell("x", f'table:number-columns-repeated="{across}"')
    row = f'<table:table-row table:number-rows-repeated="{count}">{cell}</table:table-row>'
    return make.ods(make.ods_table(row))


@pytest.mark.parametrize(("down", "across"), [(10**6, 16_384), (10**12, 1), (1, 10**9)])
def test_a_value_repeated_without_end_is_refused(tmp_path: Path, down: int, across: int) -> None:
    started = time.monotonic()
    assert refusal(tmp_path / "a.ods", repeated(down, across)).key == "sheet_too_large"
    assert time.monotonic() - started < 10


def test_a_text_longer_than_any_program_writes_is_refused(tmp_path: Path) -> None:
    long = make.ods(make.ods_table(["x" * 40_000]))
    assert refusal(tmp_path / "a.ods", long).key == "cell_text_too_long"


@pytest.mark.parametrize("cut", [5000, 1000, 600])
def test_cut_files_are_damaged(tmp_path: Path, cut: int) -> None:
    whole = make.xls({"Bảng": {(r, 0): f"Trường {r}" for r in range(300)}})
    assert refusal(tmp_path / "a.xls", whole[:-cut]).key == "file_damaged"


def test_a_sheet_that_ends_too_early_is_damaged(tmp_path: Path) -> None:
    """The container is whole, the records in it are not."""
    stream = make.biff8({"Bảng": CELLS})
    cut = make.ole({"Workbook": stream[:-30]})
    assert refusal(tmp_path / "a.xls", cut).key == "file_damaged"


def test_two_values_for_one_cell_are_refused(tmp_path: Path) -> None:
    again = make.biff_cell(3, 1, "Trường khác")
    error = refusal(tmp_path / "a.xls", make.xls({"Bảng": CELLS}, per_sheet=again))
    assert (error.key, error.cell) == ("cell_twice", "B4")


def test_an_old_password_is_named(tmp_path: Path) -> None:
    locked = make.xls({"A": CELLS}, extra=make.record(0x002F, b"\1\0\1\0\1\0" + bytes(48)))
    assert refusal(tmp_path / "a.xls", locked).key == "file_password"


def test_a_shared_text_that_is_not_there_is_named(tmp_path: Path) -> None:
    more = make.record(0x00FD, struct.pack("<HHHI", 4, 1, 0, 7))
    error = refusal(tmp_path / "a.xls", make.xls({"A": {}}, per_sheet=more))
    assert (error.key, error.cell) == ("cell_no_text", "B5")


def test_open_document_with_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    content = make.ods(make.ods_table(["&b;"]), head=bomb)
    assert refusal(tmp_path / "a.ods", content).key == "file_doctype"


def test_a_template_and_a_missing_type_are_read(tmp_path: Path) -> None:
    for i, kind in enumerate(["spreadsheet-template", None]):
        book = read(tmp_path / f"{i}.ods", make.ods(make.ods_table(["a", 1]), mimetype=kind))
        assert book.sheets[0].rows == [["a", 1]]


def test_what_open_document_repeats_costs_little() -> None:
    """Equal rows share one mapping."""
    rows: dict[int, Any] = read_ods(repeated(1000))[0].rows
    assert len(rows) == 1000 and len({id(cells) for cells in rows.values()}) == 1
