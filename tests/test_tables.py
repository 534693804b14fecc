"""Tables as CSV and workbook: what is written is what is read back, and text stays text."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from analysis.export.safe_text import as_it_was, not_a_formula, printable
from analysis.export.shown import show_table
from analysis.export.tables import export_csv, export_tables
from analysis.measure import measure_levels
from analysis.notebook.school_year import load_year
from analysis.reference import About, SuiteError

ABOUT = About("Phòng A", "Office A", "2024-2025", dt.date(2025, 5, 31), True, "Nguồn", "Source")
TABLE = pd.DataFrame(
    {
        "scheme": ["cqg", "cqg"],
        "group": ["TH", "all"],
        "standing": ["1", "not_reached"],
        "schools_count": [3, 1],
        "schools_percent": [75.0, 25.0],
    }
)


def test_codes_and_headings_are_in_words(tmp_path: Path) -> None:
    path = export_tables({"Bảng": TABLE}, tmp_path / "t.xlsx", about=ABOUT)
    sheet = load_workbook(path)["1. Bảng"]
    rows = [[c.value for c in r] for r in sheet.iter_rows(min_row=3)]
    assert rows == [
        ["Nội dung", "Nhóm", "Tình trạng [ghi chú 1]", "Số trường (k)", "Tỷ lệ (%)"],
        ["CQG", "Tiểu học", "Mức độ 1", 3, 75],
        ["CQG", "Toàn ngành", "Chưa đạt", 1, 25],
    ]


def test_the_cover_says_what_as_of_when_and_that_it_is_made_up(tmp_path: Path) -> None:
    book = load_workbook(export_tables({"Bảng": TABLE}, tmp_path / "t.xlsx", about=ABOUT))
    cover = [str(c.value) for c in book.worksheets[0]["A"]]
    assert "Phòng A" in cover and any("31/05/2025" in line for line in cover)
    assert any("MINH HỌA" in line for line in cover)
    assert book.properties.language == "vi-VN"


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(1)", "+1", "-1+1", "@x", "#N/A", "{=1}"])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    table = pd.DataFrame({"school_name": [text]})
    sheet = load_workbook(export_tables({"A": table}, tmp_path / "t.xlsx", about=ABOUT))["1. A"]
    cell = sheet["A4"]
    assert (cell.value, cell.data_type) == (text, "s")
    line = export_csv(table, tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert not line.startswith(("=", "+", "-", "@"))


def test_columns_called_alike_are_kept(tmp_path: Path) -> None:
    table = pd.DataFrame({1: ["=1"], "1": ["b"]})
    lines = export_csv(table, tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["1,1", "'=1,b"]


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    one = export_tables({"Bảng": TABLE}, tmp_path / "1.xlsx", about=ABOUT).read_bytes()
    assert one == export_tables({"Bảng": TABLE}, tmp_path / "2.xlsx", about=ABOUT).read_bytes()


def test_long_and_equal_titles_give_sheets_of_their_own(tmp_path: Path) -> None:
    titles = {"A" * 40: TABLE, "A" * 40 + "b": TABLE, "a/b:c": TABLE}
    book = load_workbook(export_tables(titles, tmp_path / "t.xlsx", about=ABOUT))
    assert len(set(book.sheetnames)) == 6 and all(len(n) <= 31 for n in book.sheetnames)


def test_plain_numbers_in_text_are_left_alone() -> None:
    assert not_a_formula("-4,5") == "-4,5" and not_a_formula("-A") == "'-A"
    assert printable("a\x00b\x1fc") == "abc"


def test_no_formula_begins_behind_a_semicolon_where_excel_separates_by_them() -> None:
    assert not_a_formula('A;=HYPERLINK("x")') == 'A;\'=HYPERLINK("x")'
    assert not_a_formula("1; 2;b") == "1; 2;b"


@given(st.text(st.sampled_from("=+-@;'\t\r\na1")))
def test_what_was_made_no_formula_is_read_as_it_was(text: str) -> None:
    safe = not_a_formula(text)
    assert as_it_was(safe) == text
    cells = re.split("[;\r\n]", safe)
    assert not any(c.startswith(("=", "+", "@", "\t")) for c in cells)
    assert not any(c.startswith("-") for c in cells[1:])


def test_the_checklist_for_accessible_workbooks(tmp_path: Path) -> None:
    tables = {"KĐCLGD theo cấp học": TABLE, "Rỗng": TABLE.iloc[:0], "=Bảng 2": TABLE}
    book = load_workbook(export_tables(tables, tmp_path / "t.xlsx", about=ABOUT))
    assert book.sheetnames[:3] == ["Giới thiệu", "Mục lục", "Ghi chú"]
    assert book.properties.title == "Phòng A" and book.active.title == "Giới thiệu"
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges and sheet.freeze_panes is None
        assert not sheet.auto_filter.ref and len(sheet.tables) <= 1
        assert sheet["A1"].font.sz == 16 and sheet["A1"].font.b
        written = [c for row in sheet.iter_rows() for c in row if c.value is not None]
        assert {c.font.name for c in written} == {"Arial"}
        assert all(any(c.value is not None for c in row) for row in sheet.iter_rows()), "no blanks"
        assert sheet.sheet_view.selection[0].activeCell == "A1"
        for table in sheet.tables.values():
            cells = sheet[table.ref]
            assert table.ref.startswith("A") and table.autoFilter is None
            assert cells[-1][-1].coordinate == sheet.dimensions.split(":")[1], "nothing below it"
            assert [c.value for c in cells[0]] == [c.name for c in table.tableColumns]
            assert table.displayName.startswith("bang_")
    names = [name for sheet in book.worksheets for name in sheet.tables]
    assert names[2:] == ["bang_1_kdclgd_theo_cap_hoc", "bang_3_bang_2"]
    assert "không có hàng nào" in str(book["2. Rỗng"]["A3"].value)


def test_the_contents_lead_to_every_sheet(tmp_path: Path) -> None:
    book = load_workbook(export_tables({"A": TABLE, "B'c": TABLE}, tmp_path / "t.xlsx"))
    links = [c.hyperlink.location for c in book["Mục lục"]["A"] if c.hyperlink]
    assert links == ["'Ghi chú'!A1", "'1. A'!A1", "'2. B c'!A1"]
    assert {link.split("!")[0].strip("'") for link in links} < set(book.sheetnames)


def test_numbers_carry_their_formats_and_blanks_are_explained(tmp_path: Path) -> None:
    days = pd.to_datetime(["2025-05-31", "NaT"])
    table = TABLE.assign(gap_points=[-2.5, float("nan")], day=days, attainable=[True, False])
    sheet = load_workbook(export_tables({"A": table}, tmp_path / "t.xlsx", lang="en"))["1. A"]
    row = next(iter(sheet.iter_rows(min_row=4)))
    formats = ["#,##0", "0.0", "+0.0;-0.0;0.0", "dd/mm/yyyy"]
    assert [c.number_format for c in row[3:7]] == formats
    assert row[7].value == "yes" and "Empty cell" in str(sheet["A2"].value)
    assert "[note 2]" in str(sheet["F3"].value)


def test_a_single_frame_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCREDITATION_OUTPUT", str(tmp_path / "run"))
    path = export_tables(pd.DataFrame({1: [None, "x"], "1": [0.5, 2]}), "cua-toi.xlsx")
    assert path == tmp_path / "run" / "cua-toi.xlsx"
    sheet = load_workbook(path)["1. cua-toi"]
    assert [c.value for c in sheet[3]] == ["1", "1 (2)"]
    with pytest.raises(SuiteError) as caught:
        export_tables({"A": [1]}, tmp_path / "t.xlsx")  # type: ignore[dict-item]
    assert caught.value.key == "tables_not_frames" and "'A'" in caught.value.text("vi")


def test_what_is_shown_is_written_to_be_printed(tmp_path: Path) -> None:
    year = load_year("2024-2025")
    levels = measure_levels(year, scheme="cqg", by="education_level")
    tables = {"Trang": show_table(levels), "Bảng": levels}
    page, whole = load_workbook(export_tables(tables, tmp_path / "t.xlsx")).worksheets[-2:]
    shown = show_table(levels)
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    assert rows[0] == list(shown.headings)
    assert [[str(cell) for cell in row] for row in rows[1:]] == [[*row] for row in shown.rows]
    assert rows[1][-1] == 12, "a count is a number"
    for sheet, pages in ((page, 1), (whole, 2)):
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (pages, 0)
        assert sheet.print_title_rows == "$3:$3" or sheet.print_title_rows == "$4:$4"
        assert f"${sheet.max_row}" in sheet.print_area
        wide = sum(d.width for d in sheet.column_dimensions.values())
        assert 130 / (wide / pages) * 12 > 7, "points, as it is printed"
