"""Total rows as a control: which stretch of rows each may sum, and what is said where none fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.clean import clean_schools
from analysis.raw import read_raw
from analysis.reference import read_rules
from tests.workbooks import HEADINGS, save, school

RULES = read_rules()
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
