"""Schools matched across years, and restated to the units of another day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.measure import measure_levels
from analysis.reference import Directory, Units, read_reference
from analysis.status import match_schools, restate_units, suggest_matches
from tests.frames import held, school, schools
from tests.lineage import directory

ROOT = Path(__file__).parents[1]
REFERENCE = read_reference(ROOT)
RULES = REFERENCE.rules
DAY_2021 = dt.date(2021, 5, 31)


def restated(unit: str, as_of: str, day: str, **facts: Any) -> pd.Series:
    table = held(school(unit=unit, **facts), as_of=dt.date.fromisoformat(as_of))
    found = restate_units(
        table, REFERENCE.units, REFERENCE.directory, day=dt.date.fromisoformat(day)
    )
    return found.iloc[0]


@pytest.mark.parametrize(
    ("unit", "as_of", "day", "expected", "how"),
    [
        ("Phường Tứ Hạ", "2025-05-31", "2026-05-31", "Phường Hương Trà", "crosswalk"),
        ("Phường Tứ Hạ", "2024-05-31", "2025-05-31", "Phường Tứ Hạ", "same"),
        ("Xã Bình Điền", "2019-05-31", "2026-05-31", "Xã Bình Điền", "same"),
        ("Xã Hồng Tiến", "2019-05-31", "2021-05-31", "Xã Bình Tiến", "crosswalk"),
        ("Xã Hương Vinh", "2021-05-31", "2026-05-31", "Xã Hương Vinh", "left"),
        ("Phường Cống Vị", "2025-05-31", "2026-05-31", "", "divided"),
        ("Xã Không Có", "2025-05-31", "2026-05-31", "Xã Không Có", "unknown"),
        ("", "2025-05-31", "2026-05-31", "", "unknown"),
        ("Phường Tứ Hạ", "2026-05-31", "2026-05-31", "Phường Hương Trà", "crosswalk"),
        ("Xã Hương Vinh", "2026-05-31", "2026-05-31", "Xã Hương Vinh", "left"),
        ("Phường Kim Trà", "2026-05-31", "2025-05-31", "", "divided"),
    ],
)
def test_a_unit_of_another_day(unit: str, as_of: str, day: str, expected: str, how: str) -> None:
    row = restated(unit, as_of, day)
    assert (row["unit"], row["unit_by"], row["unit_reported"]) == (expected, how, unit)
    assert row["in_scope"] == (how != "left")
    assert row["scope_reason"] == ("other_territory" if how == "left" else "")


@pytest.mark.parametrize(("unit", "left"), [("Xã Hương Vinh", True), ("Xã Bình Điền", False)])
def test_a_row_set_aside_stays_unclear_unless_its_unit_left(unit: str, left: bool) -> None:
    table = held(school(unit=unit, in_scope=None), school(unit="Xã Bình Điền"), as_of=DAY_2021)
    rows = table.astype({"in_scope": "boolean"})
    found = restate_units(rows, REFERENCE.units, day=dt.date(2026, 5, 31))
    assert found["in_scope"].tolist() == [False if left else pd.NA, True]


def test_the_directory_says_where_a_school_of_a_divided_unit_lies() -> None:
    row = restated("Phường Kim Trà", "2026-05-31", "2025-05-31", school_id="HT-TH-03")
    assert (row["unit"], row["unit_by"]) == ("Xã Hương Toàn", "directory")


def test_rows_and_totals_of_today_are_the_same() -> None:
    names = REFERENCE.units.on_day(dt.date(2025, 6, 30))
    table = held(*[school(unit=unit, cqg=1 + i % 2) for i, unit in enumerate(names)])
    found = restate_units(table, REFERENCE.units, day=dt.date(2025, 7, 1))
    before, after = (measure_levels(t, scheme="cqg", by="unit") for t in (table, found))
    assert len(found) == len(table) and len(set(found["unit"])) == 3
    for counts in (before, after):
        total = counts[counts["group"].eq("all")]["schools_count"].tolist()
        assert total == before[before["group"].eq("all")]["schools_count"].tolist()


def test_the_day_is_the_last_as_of_date_unless_given() -> None:
    rows = [school(school_year=y) for y in ("2024-2025", "2025-2026")]
    days = {year: RULES.as_of(year) for year in ("2024-2025", "2025-2026")}
    table = held(*rows, as_of=days)
    found = restate_units(table, REFERENCE.units)
    assert found["unit"].tolist() == ["Phường Hương Trà"] * 2, (
        "whoever still writes the old name too"
    )
    assert found["unit_by"].tolist() == ["crosswalk"] * 2


def test_without_any_table_the_nation_wide_one_still_knows_2025() -> None:
    table = held(school(unit="Phường Tứ Hạ"))
    found = restate_units(table, Units(), day=dt.date(2026, 5, 31))
    assert found["unit"].tolist() == ["Phường Hương Trà"]


# Matching across years ----------------------------------------------------------------------------


LINES = [
    "A,10000001,Trường Tiểu học Số 1 Hòa Bình,TH,Xã X,2020-01-01,,,",
    "B,10000002,Trường Tiểu học Số 2 Hòa Bình,TH,Xã X,2020-01-01,,,",
    "C,10000003,Trường Tiểu học Hoa Mai,TH,Xã X,2020-01-01,2024-08-31,merged_into,D",
    "D,10000003,Trường TH&THCS Hoa Mai,TH&THCS,Xã X,2024-09-01,,,",
    "E,10000005,Trường THCS Hoa Mai,THCS,Xã X,2020-01-01,,,",
    "F,10000006,Trường Tiểu học Ánh Sao,TH,Xã X,2020-01-01,,,",
    "G,10000007,Trường Tiểu học Ánh Sao,TH,Xã X,2020-01-01,,,",
]


@pytest.mark.parametrize(
    ("facts", "school_id", "by"),
    [
        ({"school_code": "10000002"}, "B", "code"),
        ({"school_code": "10000003", "school_year": "2023-2024"}, "C", "code"),
        ({"school_code": "10000003", "school_year": "2024-2025"}, "D", "code"),
        ({"school_name": "TH số 1 Hoà Bình"}, "A", "name"),
        ({"school_name": "Tiểu học Số 2 Hòa Bình"}, "B", "name"),
        ({"school_name": "Trường Tiểu học Số 3 Hòa Bình"}, "?", ""),
        ({"school_name": "Trường Tiểu học Hòa Bình"}, "?", ""),
        ({"school_name": "Trường THCS Hoa Mai", "education_level": "THCS"}, "E", "name"),
        ({"school_name": "Trường Tiểu học Hoa Mai", "unit": "Xã Y"}, "?", ""),
        ({"school_name": "Trường Tiểu học Ánh Sao"}, "?", ""),  # two of one name: F or G?
        ({"school_name": "TH Hoa Mai", "unit": ""}, "?", ""),
        ({"school_code": "99999999", "school_name": "TH số 1 Hòa Bình"}, "A", "name"),
    ],
)
def test_by_code_then_by_exact_name_and_never_by_likeness(
    tmp_path: Path, facts: dict[str, Any], school_id: str, by: str
) -> None:
    table = schools(school(**({"school_id": "?", "unit": "Xã X"} | facts)))
    found = match_schools(table, directory(tmp_path, *LINES), RULES).iloc[0]
    assert (found["school_id"], found["matched_by"]) == (school_id, by)


def suggestions(tmp_path: Path, **facts: Any) -> list[str]:
    own = directory(tmp_path, *LINES)
    table = schools(school(**({"school_id": "?", "unit": "Xã X"} | facts)))
    return suggest_matches(match_schools(table, own, RULES), own, RULES)["suggested_id"].tolist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Trường Tiểu học Số 1 Hòa Bính", ["A"]),  # never B: a number is identity
        ("Trường Tiểu học Số I Hòa Bình", []),
        ("Trường Tiểu học Hoa Mái", ["C"]),  # E has the name too, but is of another level
        ("Trường Tiểu học Ánh Sao", ["F", "G"]),
        ("Trường Tiểu học Kim Đồng", []),
        ("Trường Tiểu học Số 2 Hòa Bình", []),  # it is matched already
    ],
)
def test_what_is_alike_is_only_suggested(tmp_path: Path, name: str, expected: list[str]) -> None:
    assert suggestions(tmp_path, school_name=name) == expected


def test_nothing_to_match_is_no_trouble() -> None:
    none = match_schools(schools(), Directory(), RULES)
    assert none.empty and suggest_matches(none, Directory(), RULES).empty
    unmatched = match_schools(schools(school(school_id="X")), Directory(), RULES)
    assert unmatched["school_id"].tolist() == ["X"]
