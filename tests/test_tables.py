"""Tables as CSV and workbook: what is written is what is read back, and text stays text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis.export.safe_text import not_a_formula, printable
from analysis.export.tables import export_csv, export_tables
from analysis.reference import About

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
    sheet = load_workbook(path)["Bảng"]
    rows = [[c.value for c in r] for r in sheet.iter_rows(min_row=3)]
    assert rows == [
        ["Nội dung", "Nhóm", "Tình trạng", "Số trường (k)", "Tỷ lệ (%)"],
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
    cell = load_workbook(export_tables({"A": table}, tmp_path / "t.xlsx", about=ABOUT))["A"]["A4"]
    assert (cell.value, cell.data_type) == (text, "s")
    line = export_csv(table, tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert not line.startswith(("=", "+", "-", "@"))


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    one = export_tables({"Bảng": TABLE}, tmp_path / "1.xlsx", about=ABOUT).read_bytes()
    assert one == export_tables({"Bảng": TABLE}, tmp_path / "2.xlsx", about=ABOUT).read_bytes()


def test_long_and_equal_titles_give_sheets_of_their_own(tmp_path: Path) -> None:
    titles = {"A" * 40: TABLE, "A" * 40 + "b": TABLE, "a/b:c": TABLE}
    book = load_workbook(export_tables(titles, tmp_path / "t.xlsx", about=ABOUT))
    assert len(set(book.sheetnames)) == 4 and all(len(n) <= 31 for n in book.sheetnames)


def test_plain_numbers_in_text_are_left_alone() -> None:
    assert not_a_formula("-4,5") == "-4,5" and not_a_formula("-A") == "'-A"
    assert printable("a\x00b\x1fc") == "abc"
