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


AT = HEADINGS.index("Cấp học")


def without_levels(folder: Path, *names: str) -> Cleaned:
    rows = [school(n, name=name) for n, name in enumerate(names, 1)]
    path = save(folder / "a.xlsx", [[*r[:AT], *r[AT + 1 :]] for r in rows],
                [*HEADINGS[:AT], *HEADINGS[AT + 1 :]])  # fmt: skip
    return clean_schools(read_raw(path, RULES), RULES, school_year="2025-2026")


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("Trường Tiểu học Hoa", "TH"),
        ("TH Hoa", "TH"),
        ("Trường Mầm non TH", "MN"),
        ("TRƯỜNG THCS", "THCS"),
        ("Trường THCS&THPT Hoa", "THCS&THPT"),
        ("Trường THCS và THPT Hoa", "THCS&THPT"),
        ("Trường TH và THCS Hoa", "TH&THCS"),
        ("Trường TH & THCS Hoa", "TH&THCS"),
        ("Trường TH, THCS và THPT Hoa", "TH&THCS&THPT"),
        ("Trường TH&THCS&THPT Hoa", "TH&THCS&THPT"),
        ("Trường Tiểu học, Trung học cơ sở và Trung học phổ thông Hoa", "TH&THCS&THPT"),
        ("Tiểu học, Trung học cơ sở và Trung học phổ thông Hoa", "TH&THCS&THPT"),
        ("Trường PTDTBT THCS Hoa", "THCS"),
        ("Trung tâm GDNN - GDTX Hoa", "GDTX"),
    ],
)
def test_the_longest_words_that_are_a_level_are_the_level(
    tmp_path: Path, name: str, level: str
) -> None:
    assert list(without_levels(tmp_path, name).schools["education_level"]) == [level]


def test_of_a_name_that_begins_with_no_level_the_level_is_in_doubt(tmp_path: Path) -> None:
    result = without_levels(
        tmp_path, "Trường Hoa Tiểu học", "Trường", "Hoa Tiểu học", "Trường 1", "THX"
    )
    found = [(f.rule, f.cell, f.column) for f in result.findings.of("doubt")]
    column = "education_level"
    assert found == [("education_level_missing", f"C{row}", column) for row in range(2, 7)]
    assert list(result.schools["doubts"]) == [column] * 5


WIDTH = len(HEADINGS)


def total(label: str, classes: Any = None, pupils: Any = None) -> list[Any]:
    return [label, *[None] * (WIDTH - 3), classes, pupils]


def group(label: str) -> list[Any]:
    return ["I", None, label]


def differing(folder: Path, *rows: list[Any]) -> list[tuple[object, object, object]]:
    raw = read_raw(save(folder / "a.xlsx", rows), RULES)
    cleaned = clean_schools(raw, RULES, school_year="2025-2026")
    differ = [r.facts for r in cleaned.remarks if r.key == "total_differs"]
    return [(facts["cell"], facts["theirs"], facts["ours"]) for facts in differ]


def test_a_remark_names_place_heading_and_both_sums(tmp_path: Path) -> None:
    raw = read_raw(save(tmp_path / "a.xlsx", [school(1), total("Cộng", 13, 345)]), RULES)
    (remark,) = clean_schools(raw, RULES, school_year="2025-2026").remarks
    assert remark.facts == {
        "file": "a.xlsx",
        "sheet": "Sheet",
        "cell": "M3",
        "heading": "Số lớp",
        "theirs": 13,
        "ours": 12,
    }


def test_a_total_may_sum_its_block_or_all_and_ours_is_the_nearest(tmp_path: Path) -> None:
    first = [group("TIỂU HỌC"), school(1), school(2), total("Cộng", 24, 690)]
    second = [group("KHÁC"), school(3)]
    for sums in ((12, 345), (36, 1035)):
        assert not differing(tmp_path, *first, *second, total("Cộng", *sums))
    found = differing(tmp_path, *first, *second, total("Cộng", 13, 1036))
    assert found == [("M8", 13, 12), ("N8", 1036, 1035)]
    assert differing(tmp_path, *first, *second, total("Cộng", 23, 345)) == [("M8", 23, 12)]


def test_a_total_may_stand_above_and_below_without_numbers(tmp_path: Path) -> None:
    assert not differing(tmp_path, school(1), ["Tổng cộng"], school(2), total("Cộng", 24, "?"))


def test_a_total_before_any_school_is_compared_with_nothing(tmp_path: Path) -> None:
    assert not differing(tmp_path, total("Tổng cộng", 99, 99), school(1))


def test_after_an_unread_count_only_later_blocks_are_compared(tmp_path: Path) -> None:
    first = [group("TIỂU HỌC"), school(1, pupils="x"), school(2), total("Cộng", 24, 1)]
    second = [group("KHÁC"), school(3)]
    found = differing(tmp_path, *first, *second, total("Cộng", 12, 346))
    assert found == [("N8", 346, 345)]
    assert not differing(tmp_path, *first, *second, total("Cộng", 12, 345))
    for label in ("Tổng cộng", "TỔNG", "Tổng số"):
        assert not differing(tmp_path, *first, *second, total(label, 36, 999)), "may go back to it"
    blank = [group("TIỂU HỌC"), school(1, pupils=None), *second]
    assert not differing(tmp_path, *blank, total("Tổng cộng", 24, 999))


def test_each_block_is_compared_by_what_is_unread_above_it(tmp_path: Path) -> None:
    rows = [group("TIỂU HỌC"), school(1, pupils="x"), group("THCS"), school(2)]
    rows += [total("Cộng", 12, 344), group("KHÁC"), school(3, pupils="y"), total("Cộng", 12, 7)]
    rows += [group("THPT"), school(4), total("Cộng", 12, 346)]
    assert differing(tmp_path, *rows) == [("N6", 344, 345), ("N12", 346, 345)]


def test_a_total_that_cannot_be_compared_hides_no_later_one(tmp_path: Path) -> None:
    found = differing(tmp_path, school(1), ["Tổng cộng"], school(2), total("Cộng", 25, 690))
    assert found == [("M5", 25, 24)]


def test_a_total_may_end_before_the_last_column(tmp_path: Path) -> None:
    assert not differing(tmp_path, school(1), total("Cộng", 12))
    assert differing(tmp_path, school(1), total("Cộng", 13)) == [("M3", 13, 12)]


def test_of_a_long_text_a_message_tells_how_it_begins(tmp_path: Path) -> None:
    """The whole stands in the table of findings."""
    long = "trường số " * 30
    result = cleaned(save(tmp_path / "dài.xlsx", [school(1, code=long)]))
    (doubt,) = result.findings.of("doubt")
    assert doubt.source_value == long
    for lang in ("vi", "en"):
        assert long[:100] + "…" in doubt.text(lang) and long[:120] not in doubt.text(lang)
