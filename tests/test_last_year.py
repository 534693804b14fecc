"""Last year's schools beside this year's, and schools that are perhaps the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from analysis.clean import Cleaned, Rows, alike, clean_schools, name_key
from analysis.clean.places import unit_key
from analysis.raw import read_raw
from analysis.reference import Reference, read_directory, read_reference, read_rules
from analysis.work.last_year import last_year_lines, school_changes
from tests.workbooks import save, school

RULES = read_rules()
ROOT = Path(__file__).parents[1]
HEAD = (
    "school_id,school_code,school_name,education_level,unit,valid_from,valid_to,event,successor_id"
)
FIRST = dt.date(2025, 9, 1)


@pytest.mark.parametrize(
    "writings",
    [
        ("Trường Tiểu học Số II An Hoà", "TH An Hòa 2", "tiểu học số hai AN HÒA", "TH. 02 An Hòa"),
        ("Trường THCS Lý Tự Trọng", "Trung học cơ sở Lí Tự Trọng", "THCS.Lý-Tự-Trọng"),
        ("Trường MN tư thục Nắng Mai", "Mầm non TT “Nắng Mai”"),
        ("Trường TH&THCS Bình Thành", "TH-THCS Bình Thành", "Tiểu học và THCS Bình Thành"),
        ("PTDTBT TH Tri Lễ 2", "Trường Phổ thông dân tộc bán trú Tiểu học Tri Lễ II"),
    ],
)
def test_writings_of_one_name_have_one_key(writings: Sequence[str]) -> None:
    assert len({name_key(name, "", RULES) for name in writings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trường Tiểu học Số 1 An Hòa", "Trường Tiểu học Số 2 An Hòa"),
        ("Trường Tiểu học An Hòa", "Trường Tiểu học Số 1 An Hòa"),
        ("Trường Mầm non Hoa Sen", "Trường Mẫu giáo Hoa Sen"),
        ("Trường Tiểu học Hoa Sen", "Trường THCS Hoa Sen"),
        ("Trường Mầm non Hoa Sen", "Trường Mầm non tư thục Hoa Sen"),
        ("Trường Tiểu học Tri Lễ", "PTDTBT TH Tri Lễ"),
        ("THCS Nguyễn Tri", "THCS Nguyễn Trì"),
    ],
)
def test_names_that_tell_schools_apart_have_two(one: str, other: str) -> None:
    assert name_key(one, "", RULES) != name_key(other, "", RULES)


def test_the_level_tells_the_kind_where_the_name_does_not() -> None:
    assert name_key("Nguyễn Huệ", "THCS", RULES) == name_key("THCS Nguyễn Huệ", "", RULES)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("P. Kim Trà", "phường kim-trà", True),
        ("Kim Trà (mới)", "Kim Trà", True),
        ("Phường 01", "P. 1", True),
        ("TT. Tứ Hạ", "Thị trấn Tứ Hạ", True),
        ("Xã Hòa Bình", "Xã Hoà Bình", True),
        ("Xã Bình Điền", "Phường Bình Điền", False),
        ("Xã Bình Điền", "Xã Bình Tiến", False),
    ],
)
def test_writings_of_a_unit(one: str, other: str, same: bool) -> None:
    assert (unit_key(one, RULES) == unit_key(other, RULES)) is same


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("THCS Nguyễn Huệ", "THCS Nguyễn Huê", True),
        ("TH Hàng", "Trường Tiểu học Hàng Tre", True),
        ("TH Số 1 Hòa Bình", "TH Số 2 Hòa Bình", False),
        ("TH Hoa Sen", "TH Kim Đồng", False),
    ],
)
def test_a_name_that_is_merely_alike(one: str, other: str, may_be: bool) -> None:
    assert alike(name_key(one, "", RULES), name_key(other, "", RULES)) is may_be


def cleaned(
    folder: Path, rows: Sequence[Sequence[Any]], reference: Reference | None = None
) -> Cleaned:
    folder.mkdir(parents=True, exist_ok=True)
    raw = read_raw(save(folder / "a.xlsx", rows), RULES)
    return clean_schools(raw, RULES, school_year="2025-2026", office=reference)


def home(folder: Path, *lines: str) -> Reference:
    """An office whose directory has these lines."""
    data = folder / "data"
    (data / "years").mkdir(parents=True, exist_ok=True)
    (data / "office.toml").write_bytes((ROOT / "data" / "office.toml").read_bytes())
    (data / "schools.csv").write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return read_reference(folder)


def changes(tmp_path: Path, old: list[Any], new: list[Any], *lines: str) -> list[tuple[Any, ...]]:
    reference = home(tmp_path / "home", *lines)
    before: Rows = cleaned(tmp_path / "old", old).rows
    now = cleaned(tmp_path / "new", new).rows
    return [
        (c.kind, c.before and c.before.name, c.now and c.now.name)
        for c in school_changes(before, now, reference, FIRST)
    ]


STAYS = school(9, name="Trường Tiểu học Kim Đồng")


@pytest.mark.parametrize(
    ("before", "now", "kinds"),
    [
        ({}, {}, []),
        ({}, {"name": "TH Số I"}, []),
        ({}, {"name": "Trường Tiểu học Lê Lợi"}, ["renamed"]),
        ({}, {"unit": "Xã Bình Tiến"}, ["moved_unit"]),
        ({}, {"level": "TH&THCS"}, ["changed_level"]),
        ({}, {"code": "46480777"}, ["recoded"]),
        ({}, {"code": "46480777", "name": "Trường Tiểu học Số 1 Hoa"}, ["gone", "new"]),
        ({"name": "Trường Tiểu học Hoa"}, {"code": "46480777", "name": "TH Hoa Mai"}, ["perhaps"]),
        ({"name": "TH Hoa"}, {"code": "46480777", "name": "TH Kim Long"}, ["gone", "new"]),
    ],
)
def test_what_became_of_a_school(
    tmp_path: Path, before: dict[str, Any], now: dict[str, Any], kinds: list[str]
) -> None:
    found = changes(tmp_path, [school(1, **before), STAYS], [school(1, **now), STAYS])
    assert [kind for kind, *_ in found] == kinds


def test_what_the_directory_tells_is_not_told_again(tmp_path: Path) -> None:
    lines = [
        "A,46480001,Trường Tiểu học Số 1,TH,Phường Tứ Hạ,,2025-06-30,renamed,",
        "A,46480001,Trường Tiểu học Lê Lợi,TH,Phường Tứ Hạ,2025-07-01,,,",
        "B,46480002,Trường Tiểu học Số 2,TH,Phường Tứ Hạ,,2025-06-30,closed,",
        "C,46480003,Trường Tiểu học Số 3,TH,Phường Tứ Hạ,2025-07-01,,,",
    ]
    old, new = [school(1), school(2)], [school(1, name="Trường Tiểu học Lê Lợi"), school(3)]
    assert changes(tmp_path, old, new, *lines) == []
    assert {kind for kind, *_ in changes(tmp_path, old, new)} == {"renamed", "gone", "new"}


def test_the_lines_can_be_read_as_a_directory(tmp_path: Path) -> None:
    reference = home(tmp_path / "home")
    for year, rows in (
        ("2024-2025", [school(1), school(2)]),
        ("2025-2026", [school(2), school(3)]),
    ):
        settings = reference.home / "data" / "years" / f"{year}.toml"
        settings.write_bytes((ROOT / "data" / "years" / f"{year}.toml").read_bytes())
        folder = reference.home / "data" / "raw" / year
        folder.mkdir(parents=True)
        save(folder / "a.xlsx", rows)
    targets = reference.home / "data" / "targets"
    targets.mkdir()
    for path in (ROOT / "data" / "targets").glob("*.toml"):
        (targets / path.name).write_bytes(path.read_bytes())
    reference = read_reference(reference.home)
    now = cleaned(tmp_path / "now", [school(2), school(3)])
    told = [*last_year_lines(now, reference, "2025-2026", "vi")]
    ready = [line.strip() for line in told if line.startswith("    ")]
    assert len(ready) == 2 and any("Số 1" in line for line in told)
    path = tmp_path / "schools.csv"
    path.write_text("\n".join([HEAD, *ready]), encoding="utf-8")
    directory = read_directory(path, RULES.education_levels)
    assert directory.ended_by("46480001", FIRST) and directory.began("46480003") == FIRST
    assert not [*last_year_lines(now, reference, "2023-2024", "vi")], "no workbooks of that year"


def two_lists(tmp_path: Path, reference: Reference | None = None) -> Cleaned:
    """A school with its code in one list, and one of nearly its name in another without codes."""
    folder = tmp_path / "lists"
    folder.mkdir(exist_ok=True)
    save(folder / "a.xlsx", [["46480001", "Trường THCS Nguyễn Huệ", "Xã X", "THCS", 2]],
         ["Mã trường", "Tên trường", "Xã/phường", "Cấp học", "KĐCLGD - Cấp độ"])  # fmt: skip
    save(folder / "b.xlsx", [["THCS Nguyễn Huê", "Xã X", "THCS", 1]],
         ["Tên trường", "Xã/phường", "Cấp học", "CQG - Mức độ"])  # fmt: skip
    raw = read_raw(folder, RULES)
    return clean_schools(raw, RULES, school_year="2025-2026", office=reference)


def test_a_name_that_is_merely_alike_is_asked_for_and_the_answer_kept(tmp_path: Path) -> None:
    found = two_lists(tmp_path)
    assert len(found.schools) == 2
    (asked,) = [f for f in found.findings if f.rule == "perhaps_same_school"]
    line = "46480001,46480001,Trường THCS Nguyễn Huệ,THCS,Xã X"
    assert line in asked.text() and "THCS Nguyễn Huê" in asked.text()
    known = home(tmp_path / "home")
    path = known.home / "data" / "schools.csv"
    path.write_text(f"{HEAD},other_names\n{line},,,,,THCS Nguyễn Huê\n", encoding="utf-8")
    answered = two_lists(tmp_path, read_reference(known.home))
    assert answered.schools[["kdclgd_level", "cqg_level"]].to_numpy().tolist() == [[2, 1]]
    assert not [f for f in answered.findings if f.rule == "perhaps_same_school"]
    assert answered.gathered["joined_by"].tolist() == ["directory"]


def test_two_schools_the_directory_knows_are_not_asked_for_again(tmp_path: Path) -> None:
    lines = ["A,46480001,Trường THCS Nguyễn Huệ,THCS,Xã X,,,,", "B,,THCS Nguyễn Huê,THCS,Xã X,,,,"]
    found = two_lists(tmp_path, home(tmp_path / "home", *lines))
    assert len(found.schools) == 2
    assert not [f for f in found.findings if f.rule == "perhaps_same_school"]


def test_two_codes_of_one_school_in_the_directory_are_one(tmp_path: Path) -> None:
    lines = ["A,46480001,Trường Tiểu học Số 1,TH,Phường Tứ Hạ,,2025-06-30,recoded,",
             "A,46480777,Trường Tiểu học Số 1,TH,Phường Tứ Hạ,2025-07-01,,,"]  # fmt: skip
    rows = [school(1), school(1, code="46480777")]
    found = cleaned(tmp_path / "in", rows, home(tmp_path / "home", *lines))
    assert len(found.schools) == 1 and found.gathered["joined_by"].tolist() == ["directory"]
    assert len(cleaned(tmp_path / "in", rows).schools) == 2
