"""The directory of schools and the crosswalk of units: every fault named, nothing guessed."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from pathlib import Path

import pytest

from analysis.reference import (
    FaultsError,
    Units,
    find_wards,
    read_directory,
    read_reference,
    read_units,
    ward_of_code,
)
from tests.lineage import directory

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data" / "vn_wards_old_to_new_2025.csv"
REFERENCE = read_reference(ROOT)
LEVELS = REFERENCE.rules.education_levels
DAY = dt.date.fromisoformat


def faults(tmp_path: Path, *lines: str) -> list[tuple[str, object]]:
    with pytest.raises(FaultsError) as error:
        directory(tmp_path, *lines)
    for lang in ("vi", "en"):
        told = error.value.text(lang).splitlines()
        assert len(told) == 1 + len(error.value.faults) and "schools.csv" in told[0]
    return [(key.removeprefix("period_"), facts["line"]) for key, facts in error.value.faults]


def test_the_example_office_is_without_fault() -> None:
    assert len(REFERENCE.directory.schools) == 39
    assert REFERENCE.directory.began("HT-LC-03") == DAY("2025-08-01")
    assert REFERENCE.directory.predecessors("HT-LC-03") == ["HT-CS-08", "HT-TH-10"]


@pytest.mark.parametrize(
    ("day", "unit", "name"),
    [
        ("2021-06-30", None, None),
        ("2023-08-14", "Xã Bình Thành", "Trường Mầm non Mặt Trời Nhỏ"),
        ("2023-08-15", "Xã Bình Thành", "Trường Mầm non Nắng Mai"),
        ("2025-06-30", "Xã Bình Thành", "Trường Mầm non Nắng Mai"),
        ("2025-07-01", "Xã Bình Điền", "Trường Mầm non Nắng Mai"),
    ],
)
def test_a_school_on_a_day(day: str, unit: str | None, name: str | None) -> None:
    assert REFERENCE.directory.unit_on("HT-MN-08", DAY(day)) == unit
    found = REFERENCE.directory.school_on("HT-MN-08", DAY(day))
    assert (found and found["school_name"]) == name


def test_how_a_school_ended() -> None:
    assert REFERENCE.directory.ended_by("HT-TH-10", DAY("2025-07-31")) is None
    ended = REFERENCE.directory.ended_by("HT-TH-10", DAY("2025-08-01"))
    assert ended is not None and (ended.event, ended.successors) == ("merged_into", ("HT-LC-03",))
    assert REFERENCE.directory.ended_by("HT-MN-01", DAY("2030-01-01")) is None


def test_no_file_is_an_empty_directory(tmp_path: Path) -> None:
    empty = read_directory(tmp_path / "none.csv", LEVELS)
    assert (empty.schools, empty.unit_on("A", DAY("2025-01-01"))) == ({}, None)


def test_all_faults_are_named_at_once_with_their_lines(tmp_path: Path) -> None:
    got = faults(
        tmp_path,
        "A,10000001,Một,TH,X,2020-01-01,2021-12-31,merged_into,Z",  # 2: no such school
        "B,10000002,Hai,TH,X,2020-01-01,2021-12-31,moved_unit,",  # 3
        "B,10000002,Hai,TH,Y,2021-12-31,,,",  # 4: begins while line 3 still holds
        "C,10000003,Ba,TH,X,2020-01-01,2021-12-31,renamed,",  # 5
        "C,10000003,Ba mới,TH,X,2022-01-02,,,",  # 6: a day is missing
        "D,10000004,Bốn,TH,X,2020-01-01,2021-12-31,moved_unit,",  # 7: and then?
        "E,10000005,Năm,TH,X,2020-01-01,2021-12-31,closed,",  # 8
        "E,10000005,Năm,TH,X,2022-01-01,,,",  # 9: closed is closed
        "F,10000006,Sáu,TH,X,2022-01-01,2021-12-31,closed,",  # 10: backwards
        "G,10000007,Bảy,TH,X,2022-13-01,,,",  # 11: no such month
        "H,10000008,Tám,TH,X,2020-01-01,,closed,",  # 12: on which day?
        "I,10000009,Chín,TH,X,2020-01-01,2021-12-31,,",  # 13: why?
        "K,10000010,Mười,TH,X,2020-01-01,2021-12-31,flooded,",  # 14
        "L,10000011,Mười một,TH,X,2020-01-01,2021-12-31,merged_into,",  # 15: into which?
        ",10000012,Mười hai,TH,X,2020-01-01,,,",  # 16
        "M,10000013,Mười ba,TH,X,2020-01-01,2021-12-31,merged_into,M",  # 17: into itself
    )
    assert got == [
        ("successor", 2), ("overlap", 4), ("gap", 6), ("unfinished", 7), ("after_end", 9),
        ("backwards", 10), ("date", 11), ("event_and_end", 12), ("event_and_end", 13),
        ("event", 14), ("successor_missing", 15), ("unnamed", 16), ("successor", 17),
    ]  # fmt: skip


def test_levels_and_codes_are_checked_too(tmp_path: Path) -> None:
    got = faults(
        tmp_path,
        "A,10000001,Một,Cấp 1,X,2020-01-01,,,",
        "B,10000002,Hai,TH,X,2020-01-01,2021-12-31,merged_into,C",
        "C,10000002,Ba,TH,X,2021-12-31,,,",
        "D,,Bốn,TH,X,2020-01-01,,,",
        "E,,Năm,TH,X,2020-01-01,,,",
    )
    assert got == [("word", 2), ("code_twice", 4)]


def test_what_is_told_of_a_merger_is_checked(tmp_path: Path) -> None:
    until = "TH,X,2020-01-01,2021-12-31"
    got = faults(
        tmp_path,
        f"A,,Một,{until},merged_into,Z,12/QĐ-UBND,31/12/2021,all_hold,no",  # 2: no such day
        f"B,,Hai,{until},merged_into,Z,,,all hold,",  # 3: no such case
        f"C,,Ba,{until},merged_into,Z,,,other,",  # 4: line 2 says otherwise
        f"D,,Bốn,{until},closed,,,,other,dự kiến",  # 5: no merger; neither yes nor no
        f"E,,Năm,{until},merged_into,Y,,,renamed,",  # 6: two are no change of name
        f"F,,Sáu,{until},merged_into,Y,,,,",
        f"G,,Bảy,{until},merged_into,X,,,renamed,",  # 8: nor is going into one there is
        "X,,Chín,TH,X,2020-01-01,,,",
        "Y,,Mười,TH,X,2022-01-01,,,",
        "Z,,Mười một,TH,X,2022-01-01,,,",
    )
    assert got == [
        ("date", 2), ("word", 3), ("case_differs", 4), ("goes_with", 5),
        ("word", 5), ("renamed_several", 6), ("renamed_several", 8),
    ]  # fmt: skip


MERGED_2022 = "TH,X,2020-01-01,2021-12-31,merged_into"


@pytest.mark.parametrize(
    ("lines", "there"),
    [
        # A planned merger: its schools go on, the new one is not there.
        ([f"A,,Một,{MERGED_2022},C,,,,yes", f"B,,Hai,{MERGED_2022},C,,,,yes",
          "C,,Ba,TH,X,2022-01-01,,,"], "AB"),
        # One of two is done: the new school is there.
        ([f"A,,Một,{MERGED_2022},C,,,,yes", f"B,,Hai,{MERGED_2022},C,,,,no",
          "C,,Ba,TH,X,2022-01-01,,,"], "AC"),
        # Into one that is there; and what would follow from it.
        ([f"A,,Một,{MERGED_2022},B,,,,yes", "B,,Hai,TH,X,2020-01-01,,,"], "AB"),
        ([f"A,,Một,{MERGED_2022},C,,,,yes", "C,,Ba,TH,X,2022-01-01,2022-06-30,merged_into,D",
          "D,,Bốn,TH,X,2022-07-01,,,"], "A"),
        # A planned founding, closing and split.
        (["A,,Một,TH,X,2022-01-01,,,,,,,yes"], ""),
        (["A,,Một,TH,X,2020-01-01,2021-12-31,closed,,,,,yes"], "A"),
        (["A,,Một,TH&THCS,X,2020-01-01,2021-12-31,split,B,,,,yes",
          "A,,Một,TH,X,2022-01-01,,,", "B,,Hai,THCS,X,2022-01-01,,,"], "A"),
    ],
)  # fmt: skip
def test_what_is_only_planned_has_not_happened(
    tmp_path: Path, lines: list[str], there: str
) -> None:
    found, day = directory(tmp_path, *lines), DAY("2023-01-01")
    assert "".join(key for key in found.schools if found.school_on(key, day)) == there
    gone = set(found.schools) - set(there)
    assert all(found.ended_by(key, day) for key in gone)


def test_a_move_that_is_planned_on_either_row_has_not_happened(tmp_path: Path) -> None:
    rows = "A,,Một,TH,X,2020-01-01,2021-12-31,moved_unit,,,,,{}", "A,,Một,TH,Y,2022-01-01,,,,,,,{}"
    for planned in (("yes", ""), ("", "yes"), ("yes", "yes")):
        lines = [row.format(word) for row, word in zip(rows, planned, strict=True)]
        assert directory(tmp_path, *lines).unit_on("A", DAY("2023-01-01")) == "X", planned


def test_a_successor_may_take_over_the_code(tmp_path: Path) -> None:
    found = directory(
        tmp_path,
        "A,10000001,Một,TH,X,2020-01-01,2021-12-31,merged_into,B",
        "B,10000001,Hai,TH,X,2022-01-01,,,",
    )
    assert found.began("B") == DAY("2022-01-01")


def test_a_school_that_is_split_may_go_on(tmp_path: Path) -> None:
    found = directory(
        tmp_path,
        "A,10000001,Một,TH&THCS,X,2020-01-01,2021-12-31,split,B; C",
        "A,10000001,Một,TH,X,2022-01-01,,,",
        "B,10000002,Hai,THCS,X,2022-01-01,,,",
        "C,10000003,Ba,THCS,X,2022-01-01,,,",
        "D,10000004,Bốn,TH&THCS,X,2020-01-01,2021-12-31,split,B;C",
    )
    assert found.ended_by("A", DAY("2023-01-01")) is None
    assert found.ended_by("D", DAY("2023-01-01")) is not None
    assert found.predecessors("B") == ["A", "D"]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("school_id,school_name\nA,Một\n", encoding="utf-8")
    with pytest.raises(FaultsError, match="valid_from"):
        read_directory(path, LEVELS)


# Units ------------------------------------------------------------------------------------------

UNITS = REFERENCE.units


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("2011-11-15", 16),
        ("2020-01-31", 16),
        ("2020-02-01", 15),
        ("2021-06-30", 15),
        ("2021-07-01", 9),
        ("2025-06-30", 9),
        ("2025-07-01", 3),
    ],
)
def test_how_many_units_the_office_had(day: str, count: int) -> None:
    assert len(UNITS.on_day(DAY(day))) == count


@pytest.mark.parametrize(
    ("unit", "since", "day", "expected"),
    [
        ("Xã Hồng Tiến", "2019-05-31", "2022-05-31", ("Xã Bình Tiến",)),
        ("Xã Hồng Tiến", "2019-05-31", "2026-05-31", ("Xã Bình Điền",)),
        ("Xã Bình Điền", "2019-05-31", "2019-05-31", ("Xã Bình Điền",)),
        ("Xã Bình Điền", "2019-05-31", "2022-05-31", ("Xã Bình Tiến",)),  # one name, two extents
        ("Phường Hương An", "2019-05-31", "2026-05-31", ()),  # left in 2021
        ("phường  Tứ Hạ", "2025-06-30", "2025-07-01", ("Phường Hương Trà",)),
        ("Phường Tứ Hạ", "2025-06-30", "2025-06-30", ("Phường Tứ Hạ",)),
        ("Phường Cống Vị", "2025-06-30", "2025-07-01", ("Phường Giảng Võ", "Phường Ngọc Hà")),
        ("Phường Cống Vị", "2025-06-29", "2025-06-30", None),  # nothing is known of that change
        ("Phường Không Có", "2025-06-30", "2025-07-01", None),
        ("Phường Kim Trà", "2026-05-31", "2025-05-31",
         ("Phường Hương Xuân", "Phường Hương Chữ", "Xã Hương Toàn")),
        ("Phường Không Có", "2026-05-31", "2025-05-31", None),
    ],
)  # fmt: skip
def test_a_unit_restated(unit: str, since: str, day: str, expected: tuple[str, ...] | None) -> None:
    assert UNITS.restated(unit, DAY(since), DAY(day)) == expected


def test_the_three_units_of_today_are_the_nine_of_yesterday() -> None:
    before, after = DAY("2025-06-30"), DAY("2025-07-01")
    back = [u for new in UNITS.on_day(after) for u in UNITS.restated(new, after, before) or ()]
    assert sorted(back) == sorted(UNITS.on_day(before))


def test_the_office_and_the_nation_say_the_same_of_2025() -> None:
    before, after = DAY("2025-06-30"), DAY("2025-07-01")
    for unit in UNITS.on_day(before):
        own = UNITS.restated(unit, before, after)
        assert find_wards(unit, district="Thị xã Hương Trà") == own


def test_wards_of_one_name_need_their_place() -> None:
    both = find_wards("Xã Hương Trà")
    assert both == ("Xã Hương Đô, Tỉnh Hà Tĩnh", "Xã Tây Trà Bồng, Tỉnh Quảng Ngãi")
    assert find_wards("Xã Hương Trà", province="Tỉnh Hà Tĩnh") == ("Xã Hương Đô",)
    assert find_wards("Xã Hương Trà", district="Huyện Trà Bồng") == ("Xã Tây Trà Bồng",)
    assert find_wards("Xã Hương Trà", province="Tỉnh Cà Mau") == ()


def test_an_office_without_a_crosswalk_knows_2025_only(tmp_path: Path) -> None:
    none = read_units(tmp_path / "units.csv")
    assert none == Units() and none.of_office("Phường Tứ Hạ", DAY("2025-06-30")) is None
    assert none.restated("Phường Tứ Hạ", DAY("2025-05-31"), DAY("2026-05-31")) == (
        "Phường Hương Trà",
    )


def test_a_code_of_the_list_of_wards_is_the_ward_that_has_it_that_day() -> None:
    assert ward_of_code("00004", DAY("2025-06-30")) == "Phường Trúc Bạch"
    assert ward_of_code("00004", DAY("2025-07-01")) == "Phường Ba Đình"
    assert ward_of_code("4", DAY("2024-05-31")) == ward_of_code("Xã 4", DAY("2024-05-31")) == ""
    assert ward_of_code("19804", DAY("2024-05-31")) == ward_of_code("019804"[1:], DAY("2024-05-31"))


@pytest.mark.skipif(not SHARED.exists(), reason="the published table (../shared/data) is absent")
def test_the_table_shipped_is_the_published_one() -> None:
    with SHARED.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    packed = ROOT / "analysis" / "reference" / "wards_2025.csv.gz"
    shipped = io.StringIO(gzip.decompress(packed.read_bytes()).decode("utf-8"))
    ours = [tuple(row.values()) for row in csv.DictReader(shipped)]
    names = ("province", "district", "ward", "newProvince", "newWard", "wardCode", "newWardCode")
    assert ours == [tuple(row[n] for n in names) for row in rows]
    divided = {
        (r["province"], r["district"], r["ward"]) for r in rows if r["isDividedWard"] == "True"
    }
    for province, district, ward in divided:
        assert len(find_wards(ward, district=district, province=province)) > 1
