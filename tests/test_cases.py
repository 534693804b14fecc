"""Small inputs, each with one thing that offices really write; most tell of the same ten schools.

They are not part of the project, so the tests are skipped where they are absent. A blank level is
"not stated" here, so that what the ten schools do not hold stays unclear.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analysis.cli import main

CASES = Path(__file__).parents[2] / "shared" / "data" / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.exists(), reason="the shared cases (../shared/data/cases) are not on this machine"
)
KDCLGD, CQG = "kdclgd", "cqg"
TEN = {KDCLGD: (8, 2, 10), CQG: (5, 5, 10)}
# By input: how many schools hold a level, of how many it is unclear, how many there are.
FIGURES: Mapping[str, Mapping[str, tuple[int, int, int]]] = {
    "01_two_lists_by_topic": TEN | {KDCLGD: (8, 0, 8), CQG: (5, 3, 8)},
    "02_sheets_by_topic.xlsx": TEN,
    "03_list_with_and_without_codes": TEN,
    # One school is told once as cấp độ 1 and once as cấp độ 2.
    "04_names_in_other_writing.xlsx": {KDCLGD: (7, 3, 10), CQG: (5, 5, 10)},
    "05_ward_writings.xlsx": TEN,
    "06_note_says_closed.xlsx": TEN,
    "07_partly_struck.xlsx": TEN,
    # One school's own level is hidden under the merged level of the school above.
    "08_values_under_merge.xlsx": {KDCLGD: (7, 3, 10), CQG: (5, 5, 10)},
    "09_month_first_dates.xlsx": TEN,
    "10_number_and_date_in_one.xlsx": TEN,
    "11_checkboxes.xlsx": TEN,
    # Recognised in 2021, on no known day: in force or not on 31/05/2026.
    "12_years_in_level_columns.xlsx": {KDCLGD: (7, 3, 10), CQG: (5, 5, 10)},
    "13_numbered_headings.xlsx": TEN,
    "14_level_with_more_words.xlsx": TEN,
    "15_group_rows_with_counts.xlsx": TEN,
    "16_equals_codes.csv": TEN,
    "17_ten_digit_codes.xlsx": TEN,
    "18_backslash_parts.xlsx": TEN,
    "19_double_utf8.csv": TEN,
    "20_both_in_one_cell.xlsx": TEN,
    "21_html_named.xls": TEN,
    "codes_real_exports.xlsx": {CQG: (5, 0, 5)},
    "dang_de_nghi.xlsx": {CQG: (8, 0, 10)},
    "external_links_unsaid.xlsx": TEN,
    "fault_elsewhere.xlsx": {CQG: (9, 0, 10)},
    "independent_groups.xlsx": {CQG: (1, 0, 3)},
    "level_ptcs.xlsx": {CQG: (5, 0, 5)},
    # One level merged over three schools is that of the first.
    "merged_level_three_schools.xlsx": {KDCLGD: (7, 3, 10), CQG: (5, 5, 10)},
    "note_row_hangs.xlsx": TEN,
    "one_ward_six_spellings.xlsx": TEN,
    "plan_left_real_right.xlsx": TEN,
    "pupils_girls_then_total.xlsx": TEN,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answers")


def answer(name: str, folder: Path) -> dict[str, Any]:
    file = folder / f"{name}.json"
    if not file.exists():
        period = ["--school-year", "2025-2026", "--as-of", "2026-05-31"]
        code = main(["check", str(CASES / name), "--json", str(file), *period])
        assert code in (0, 2)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def figures(found: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    whole = [f for f in found["figures"] if f["group"] == "all"]
    return {f["scheme"]: (f["k"], f["unclear"], f["n"]) for f in whole}


@pytest.mark.parametrize("name", FIGURES)
def test_what_a_list_says(name: str, folder: Path) -> None:
    assert figures(answer(name, folder)) == FIGURES[name]


def told(name: str, folder: Path) -> list[str]:
    """The warnings of an input."""
    return [str(warning) for warning in answer(name, folder)["warnings"]]


def test_each_note_against_the_columns_is_warned_of_with_its_school(folder: Path) -> None:
    warnings = told("06_note_says_closed.xlsx", folder)
    notes = {
        "QĐ đã bị thu hồi": "Trường Mầm non Hoa Sen",
        "Tạm ngừng hoạt động": "Trường Mầm non Bình Minh",
        "Giải thể tháng 9/2025": "Trường Mầm non Đại Phú",
        "Hết hạn tháng 12/2025": "Trường Tiểu học Lê Lợi",
        "Sáp nhập vào Trường THCS Đặng Thai Mai từ 01/8/2025": "Trường THCS Nguyễn Huệ",
    }
    for note, name in notes.items():
        assert [1 for w in warnings if f"“{note}”" in w and name in w] == [1], note
    assert len(warnings) == len(notes)


def test_the_rows_that_are_groups_are_named(folder: Path) -> None:
    (warning,) = told("independent_groups.xlsx", folder)
    assert "hàng 3, 4, 5, 6, 7, 8, 9, 10, 11 là" in warning


def test_the_level_of_two_is_that_of_the_name(folder: Path) -> None:
    found = answer("level_ptcs.xlsx", folder)
    repaired = [(r["cell"], r["clean"]) for r in found["repairs"] if r["raw"] == "PTCS"]
    assert repaired == [(f"E{row}", "TH&THCS") for row in (2, 3, 4)]
    levels = [row["values"]["Cấp học"] for row in found["accepted"]]
    assert levels == ["TH&THCS"] * 3 + ["THCS"] * 2
    for row, warning in zip((5, 6), told("level_ptcs.xlsx", folder), strict=True):
        assert f"E{row}" in warning and f"C{row}" in warning and "TH&THCS" in warning


def test_the_live_part_of_a_cell_is_its_value(folder: Path) -> None:
    found = answer("07_partly_struck.xlsx", folder)
    values = {row["row"]: row["values"] for row in found["accepted"]}
    assert (values[3]["Số lớp"], values[7]["KĐCLGD - Cấp độ"], values[8]["Số học sinh"]) == (
        2,
        2,
        2,
    )
    assert values[5]["Tên trường"] == "Trường Mầm non Đại Phú"
    assert values[6]["Xã/phường"] == "Phường Hương Trà"
    logged = {r["cell"]: r["raw"] for r in found["repairs"] if r["rule"] == "struck_part"}
    assert logged.keys() == {"M3", "H4", "C5", "D6", "G7", "N8"} and logged["M3"] == "12"
    assert any("J6" in text for text in found["warnings"])  # struck as a whole: read, and told


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("08_values_under_merge.xlsx", {"D4": "D3:D4", "G7": "G6:G7"}),
        ("merged_level_three_schools.xlsx", {"G6": "G5:G7", "G7": "G5:G7"}),
    ],
)
def test_merged_cells_leave_doubts_that_name_them(
    name: str, cells: dict[str, str], folder: Path
) -> None:
    doubts = {d["cell"]: d["reason"] for d in answer(name, folder)["doubts"]}
    assert doubts.keys() == cells.keys()
    assert all(merged in doubts[cell] for cell, merged in cells.items())


def test_values_of_other_files_are_told(folder: Path) -> None:
    told = " ".join(answer("external_links_unsaid.xlsx", folder)["warnings"])
    assert "DS cu.xlsx" in told and "G2, G3, G5" in told and "D:" not in told


# Words each of which some warning, or the error, of the input holds.
TOLD: Mapping[str, tuple[str, ...]] = {
    "plan_left_real_right.xlsx": ("G2", "H2", "kế hoạch"),
    "levels_in_brackets_plan.xlsx": ("Cấp độ (tự đánh giá)", "Mức độ (kế hoạch)"),
    "data_on_hidden_sheet.xlsx": ("Số liệu", "ẩn"),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_said_of_a_list(name: str, folder: Path) -> None:
    found = answer(name, folder)
    text = " ".join([*found["warnings"], *(e["message"] for e in found["errors"])])
    assert all(word in text for word in TOLD[name]), text


def test_pupils_are_the_whole_of_them(folder: Path) -> None:
    rows = answer("pupils_girls_then_total.xlsx", folder)["accepted"]
    pupils = [row["values"]["Số học sinh"] for row in rows]
    assert pupils == [310, 221, 96, 801, 268, 155, 642, 148, 377, 1402]


def test_group_rows_with_counts_are_no_schools(folder: Path) -> None:
    found = answer("15_group_rows_with_counts.xlsx", folder)
    assert not found["quarantined"] and len(found["accepted"]) == 10
    assert {g["row"] for g in found["ignored"]} == {1, 2, 3, 7, 11, 16}


@pytest.mark.parametrize(
    "name", ["16_equals_codes.csv", "17_ten_digit_codes.xlsx", "codes_real_exports.xlsx"]
)
def test_codes_of_any_form_of_the_sector_are_codes(name: str, folder: Path) -> None:
    found = answer(name, folder)
    assert not found["doubts"] and not found["quarantined"]
    codes = [row["values"]["Mã trường"] for row in found["accepted"]]
    assert codes == [row["school"] for row in found["accepted"]] and None not in codes


def test_rows_of_several_sheets_share_the_key_of_their_school(folder: Path) -> None:
    found = answer("02_sheets_by_topic.xlsx", folder)
    assert len(found["accepted"]) == 23
    assert len({row["school"] for row in found["accepted"]}) == 10


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("18_backslash_parts.xlsx", ""),
        ("19_double_utf8.csv", "UTF-8"),
        ("21_html_named.xls", "định dạng html"),
    ],
)
def test_odd_files_leave_no_doubt(name: str, words: str, folder: Path) -> None:
    found = answer(name, folder)
    assert found["doubts"] == found["quarantined"] == []
    assert any(words in warning for warning in found["warnings"]) or not words


def test_codes_in_equals_signs_are_told(folder: Path) -> None:
    found = answer("16_equals_codes.csv", folder)
    codes = [r for r in found["repairs"] if r["rule"] == "equals_text"]
    assert found["doubts"] == [] and len(codes) == 10


@pytest.mark.parametrize(
    ("name", "words"),
    [("data_on_hidden_sheet.xlsx", "“Số liệu”"), ("../emis_form_primary_2020.xlsx", "thống kê")],
)
def test_refusals_say_why(name: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    assert main(["check", str(CASES / name), "--json", str(file)]) == 2
    (error,) = json.loads(file.read_text(encoding="utf-8"))["errors"]
    assert words in error["message"]


def test_headings_by_turns_are_warned_of_once(folder: Path) -> None:
    assert len(answer("alternating_headings_500.csv", folder)["warnings"]) <= 3


def test_a_count_of_32_000_digits_is_a_doubt(folder: Path) -> None:
    found = answer("digits_5000.xlsx", folder)
    assert found["status"] == "ok" and len(found["doubts"]) >= 1
