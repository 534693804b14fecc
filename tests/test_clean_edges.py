"""The last value that is still taken, and the first that is not; what only odd workbooks show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from analysis.clean import Cleaned, clean_schools
from analysis.clean.certificate_cells import read_decision
from analysis.clean.dates import Bounds, read_date
from analysis.clean.values import Value, read_code
from analysis.raw import ErrorCell, LogicalCell, read_raw
from analysis.reference import read_rules
from tests.workbooks import HEADINGS, SIGNED, save, school

RULES = read_rules()
PUPILS = RULES.columns["pupils"]
BOUNDS = Bounds(dt.date(2000, 1, 1), dt.date(2026, 8, 31), partial=True)


def cleaned(path: Path) -> Cleaned:
    return clean_schools(read_raw(path, RULES), RULES, school_year="2025-2026")


def without(heading: str, *rows: list[Any]) -> list[list[Any]]:
    """The rows, headings first, without a column."""
    at = HEADINGS.index(heading)
    return [[*row[:at], *row[at + 1 :]] for row in (HEADINGS, *rows)]


def told(result: Cleaned, outcome: str) -> list[tuple[str, str, str]]:
    return [(f.rule, f.cell, f.source_value) for f in result.findings.of(outcome)]


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (1899, "date_form"),
        (1900, "date_too_early"),
        (2100, "date_future"),
        (2101, "date_form"),
        (18263, "date_form"),
        (18264, "date_too_early"),
        (60000, "date_future"),
        (60001, "date_form"),
        ("0/2024", "date_impossible"),
        ("13/2024", "date_impossible"),
    ],
)
def test_numbers_that_are_no_day_of_ours(cell: Any, fault: str) -> None:
    assert read_date(cell, BOUNDS) == Value(fault=fault)


def test_failed_and_logical_cells_are_told_as_such() -> None:
    for read in (read_code, read_decision):
        assert read(ErrorCell("#REF!"), RULES) == Value(fault="cell_failed")
        assert read(LogicalCell(True), RULES) == Value(fault="cell_logical")


def test_two_tables_on_one_sheet_are_one_account(tmp_path: Path) -> None:
    head, *rows = without("STT", school(3), school(4))
    result = cleaned(save(tmp_path / "a.xlsx", [school(1), school(2), head, *rows]))
    assert result.ledger.to_dict("records") == [
        {
            "source_file": "a.xlsx",
            "source_sheet": "Sheet",
            "rows_in": 6,
            "accepted": 4,
            "set_aside": 0,
            "ignored": 2,
            "schools": 4,
            "doubts": 0,
        }
    ]


def test_indicators_of_several_sheets_are_all_given(tmp_path: Path) -> None:
    head = ["Mã chỉ tiêu", "Chỉ tiêu", "Tử số", "Mẫu số", "Giá trị", "Nguồn số liệu"]
    for name in ("A1", "B2"):
        save(tmp_path / f"{name}.xlsx", [[name, "Tỷ lệ", 1, 2, "50%", "Phòng"]], head)
    assert list(cleaned(tmp_path).indicators["target_id"]) == ["A1", "B2"]


def test_bare_numbers_count_from_1904_where_the_workbook_does(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [])
    book = load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    sheet.cell(1, len(HEADINGS) + 1, "CQG - Hết hạn")
    serial = (SIGNED - dt.datetime(1904, 1, 1)).days
    sheet.append([*school(1, cqg_date=serial), serial + 1000])
    book.save(path)
    row = cleaned(path).schools.iloc[0]
    assert row["cqg_date"] == SIGNED
    assert row["cqg_expiry"] == SIGNED + dt.timedelta(1000)


def test_several_decisions_in_one_number_have_one_issuer(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, cqg_decision="780-783/QĐ-UBND")])
    assert not told(cleaned(path), "warning")


def test_a_faulty_cell_in_an_old_font_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    names = ["TiÓu häc Sè 1", "MÇm non Hoa Hång", "TiÓu häc §«ng"]
    rows = [school(n, name=f"Tr\xadêng {name}") for n, name in enumerate(names, 1)]
    rows.append(school(4, name="Tr\xadêng TiÓu häc Hång", ownership="Tr\xadêng kh¸c"))
    result = cleaned(save(tmp_path / "a.xlsx", rows))
    assert told(result, "doubt") == [("word_unknown", "F5", "Tr\xadêng kh¸c")]
    assert {cell for _, cell, _ in told(result, "repaired")} == {"C2", "C3", "C4", "C5"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (["TH", "TH", "tieu hoc"], ["TH", "TH", "TH"]),
        (["Tiểu học", "TH", "tieu hoc"], ["Tiểu học", "TH", "Tiểu học"]),
        (["Tiểu học", "TH", "TH", "THCS", "tieu hoc"], ["Tiểu học", "TH", "TH", "THCS", "TH"]),
        (["MN", "Tiểu học", "Mầm non", "tieu hoc"], ["MN", "Tiểu học", "Mầm non", "Tiểu học"]),
    ],
)
def test_other_spellings_follow_most_of_their_column(
    tmp_path: Path, written: list[str], shown: list[str]
) -> None:
    rows = [school(n, level=level) for n, level in enumerate(written, 1)]
    values = cleaned(save(tmp_path / "a.xlsx", rows)).values
    assert list(values["education_level"]) == shown


def test_a_school_with_a_level_was_evaluated_whatever_is_said(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [[*school(1), "Không"]], [*HEADINGS, "Đã ĐGN"])
    assert list(cleaned(path).schools["kdclgd_result"]) == ["recognised"]


def test_a_year_alone_tells_no_day_of_expiry(tmp_path: Path) -> None:
    head, *rows = without("Mã trường", school(1, cqg_date=2015), school(2, cqg_date="1/5/2015"))
    warned = told(cleaned(save(tmp_path / "a.xlsx", rows, head)), "warning")
    assert [(rule, cell) for rule, cell, _ in warned if rule == "certificate_expired"] == [
        ("certificate_expired", "K3")
    ]


@pytest.mark.parametrize("key", ["Mã trường", ""])
def test_two_lists_that_share_a_name_and_a_level_only_complete_each_other(
    tmp_path: Path, key: str
) -> None:
    for scheme in ("KĐCLGD - Cấp độ", "CQG - Mức độ"):
        head = [key] * bool(key) + ["STT", "Tên trường", scheme]
        row = ["46480001"] * bool(key) + [1, "Trường TH Hoa", 1]
        save(tmp_path / f"{scheme[:3]}.xlsx", [row], head)
    result = cleaned(tmp_path)
    assert result.schools[["kdclgd_level", "cqg_level"]].to_numpy().tolist() == [[1, 1]]
    assert not [f for f in result.findings if f.outcome == "ignored" and f.row > 1]
