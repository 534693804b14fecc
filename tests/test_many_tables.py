"""One office's year in several lists: by topic, in parts, with and without codes, names and wards
in other writing, in any order. The schools and what they hold are always the same.

A long search: `python -m pytest tests/test_many_tables.py --hypothesis-profile=by_hand`.
"""

from __future__ import annotations

import csv
import itertools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean import Cleaned, clean_schools
from analysis.raw import read_raw
from analysis.reference import read_rules

RULES = read_rules()
KINDS = {
    "MN": ("Trường Mầm non", "Mầm non", "MN", "Trường MN", "TRƯỜNG MẦM NON"),
    "TH": ("Trường Tiểu học", "TH", "Tiểu học", "Trường TH", "TH."),
    "THCS": ("Trường THCS", "THCS", "Trường Trung học cơ sở", "Trung học cơ sở"),
    "TH&THCS": ("Trường TH&THCS", "TH và THCS", "Trường Tiểu học và THCS", "TH-THCS"),
}
# Each own name in several writings.
OWN = (
    ("An Hòa", "An Hoà", "AN HÒA", "An  Hòa"),
    ("Lý Tự Trọng", "Lí Tự Trọng", "lý tự trọng"),
    ("Nguyễn Huệ", "NGUYỄN HUỆ", "Nguyễn-Huệ"),
    ("Hoa Sen", "Hoa sen", "“Hoa Sen”"),
    ("Quý Sơn", "Quí Sơn", "Quý Sơn."),
)
NUMBERS = {
    0: ("{}",),
    1: ("số 1 {}", "{} 1", "Số I {}", "{} số 1", "1 {}"),
    2: ("số 2 {}", "{} 2", "Số II {}", "{} số hai", "{} số 02"),
}
UNITS = (
    ("Phường Kim Long", "P. Kim Long", "phường kim long", "Kim Long"),
    ("Xã Bình Điền", "X. Bình Điền", "XÃ BÌNH ĐIỀN", "Xã Bình-Điền"),
    ("Xã Hưng Lộc", "Hưng Lộc", "X.Hưng Lộc"),
)


@dataclass(frozen=True)
class One:
    """A school as it truly is."""

    code: str
    level: str
    own: int
    number: int
    unit: int
    kdclgd: int | None
    cqg: int | None
    pupils: int


@st.composite
def offices(draw: st.DrawFn) -> tuple[list[One], int]:
    names = st.tuples(
        st.sampled_from(sorted(KINDS)),
        st.integers(0, len(OWN) - 1),
        st.integers(0, 2),
        st.integers(0, len(UNITS) - 1),
    )
    told = draw(st.lists(names, min_size=1, max_size=9, unique=True))
    levels = st.tuples(st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, 1, 2]))
    held = [draw(levels) for _ in told]
    schools = [
        One(f"4648{at:04d}", *name, *levels, pupils=100 + at)
        for at, (name, levels) in enumerate(zip(told, held, strict=True))
    ]
    return schools, draw(st.integers(0, 2**32))


def write(schools: list[One], folder: Path, random: Random) -> int:
    """The office's lists, each its own way; gives how many rows were written."""
    unique = len({(s.level, s.own, s.number) for s in schools}) == len(schools)
    topics: list[tuple[list[str], Any]] = [
        (["Số học sinh"], lambda s: [s.pupils]),
        (["KĐCLGD - Cấp độ"], lambda s: [s.kdclgd or ""]),
        (["CQG - Mức độ"], lambda s: [s.cqg or ""]),
    ]
    if random.random() < 0.3:
        together = topics.pop(), topics.pop()
        topics.append((together[0][0] + together[1][0],
                       lambda s: [*together[0][1](s), *together[1][1](s)]))  # fmt: skip
    rows_written, coded = 0, random.random() < 0.5
    names = random.sample("abcdefghijklmnop", 12)
    for heads, values in topics:
        with_codes = coded and random.random() < 0.6
        with_units = not unique or random.random() < 0.7
        listed = [s for s in schools if "Số học sinh" in heads or any(values(s))]
        random.shuffle(listed)
        cut = random.randint(0, len(listed))
        for part in (listed[:cut], listed[cut:]):
            if not part and "Số học sinh" not in heads:
                continue
            columns = ["Tên trường", "Cấp học", *heads]
            columns += ["Mã trường"] * with_codes + ["Xã/phường"] * with_units
            random.shuffle(columns)
            with (folder / f"{names.pop()}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                for school in part:
                    told = dict(zip(heads, values(school), strict=True))
                    told |= {"Mã trường": school.code, "Cấp học": school.level}
                    told |= {"Tên trường": name_of(school, random)}
                    told |= {"Xã/phường": random.choice(UNITS[school.unit])}
                    writer.writerow([told[column] for column in columns])
                    rows_written += 1
    return rows_written


def name_of(school: One, random: Random) -> str:
    own = random.choice(OWN[school.own])
    kind = random.choice(KINDS[school.level])
    return f"{kind} {random.choice(NUMBERS[school.number]).format(own)}"


def cleaned(folder: Path) -> Cleaned:
    return clean_schools(read_raw(folder, RULES), RULES, school_year="2025-2026")


@given(offices())
def test_the_schools_of_an_office_are_the_same_in_whatever_lists(
    office: tuple[list[One], int],
) -> None:
    schools, seed = office
    folder = Path(tempfile.mkdtemp())
    try:
        written = write(schools, folder, Random(seed))
        found = cleaned(folder)
    finally:
        shutil.rmtree(folder)
    if not found.schemes:  # nobody holds anything: then no list says so
        return
    accepted = len(found.rows) + len(found.retold)
    copies = sum(f.rule == "duplicate_same" for f in found.findings)
    assert accepted + copies == written and not found.rows_set_aside
    assert not found.doubtful
    held = found.schools[["pupils", "kdclgd_level", "cqg_level"]].astype(object)
    told = {*held.where(held.notna(), None).itertuples(index=False, name=None)}
    assert told == {(s.pupils, s.kdclgd, s.cqg) for s in schools}
    assert len(held) == len(schools)


FILES: dict[str, list[list[object]]] = {
    "kd": [["Tên trường", "Xã/phường", "Cấp học", "KĐCLGD - Cấp độ"],
           ["TH An Hòa 1", "Kim Long", "TH", 2], ["MN Hoa Sen", "P. Kim Long", "MN", 1]],
    "cqg": [["Mã trường", "Tên trường", "Xã/phường", "Cấp học", "CQG - Mức độ"],
            ["46480001", "Trường Tiểu học Số I An Hoà", "Phường Kim Long", "Tiểu học", 1]],
    "mang_luoi": [["Mã trường", "Tên trường", "Xã/phường", "Cấp học", "Số lớp", "Số học sinh"],
                  ["46480001", "Trường Tiểu học Số 1 An Hòa", "Phường Kim Long", "TH", 9, 300],
                  ["46480002", "Trường Mầm non Hoa Sen", "Phường Kim Long", "MN", 5, 90]],
    "sua": [["Mã trường", "Tên trường", "Cấp học", "Số học sinh"],
            ["46480002", "Mầm non Hoa Sen", "MN", 91]],
}  # fmt: skip


def test_the_order_of_files_never_matters(tmp_path: Path) -> None:
    for order in itertools.permutations(FILES):
        for at, name in enumerate(order):
            with (tmp_path / f"{at}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(FILES[name])
        check_the_office(cleaned(tmp_path))


def check_the_office(found: Cleaned) -> None:
    schools = found.schools.set_index("school_id").sort_index()
    told = schools[["kdclgd_level", "cqg_level", "classes", "pupils", "unit", "doubts"]]
    assert told.astype(object).where(told.notna(), None).to_numpy().tolist() == [
        [2, 1, 9, 300, "Phường Kim Long", ""],
        [1, None, 5, None, "Phường Kim Long", "pupils"],
    ]
    assert found.gathered["joined_by"].value_counts().to_dict() == {"code": 2, "name": 2}
    (doubt,) = found.issues("vi").query("outcome == 'doubt'").to_dict("records")
    assert {doubt["source_value"], doubt["column"]} & {"90", "91"}
    assert all(word in doubt["message"] for word in ("90", "91"))


TEACHERS: list[list[Any]] = [
    ["STT", "Họ và tên", "Ngày sinh", "Trường", "Xã/phường", "Cấp học"],
    [1, "Nguyễn Văn A", "01/01/1980", "Trường THCS Kim Long", "Xã Hưng Lộc", "THCS"],
    [2, "Trần Thị B", "02/02/1981", "Trường THCS Hưng Lộc", "Xã Hưng Lộc", "THCS"],
]


@pytest.mark.parametrize(
    "rows",
    [
        TEACHERS,
        [[row[0], row[1].replace("Họ và tên", "Giáo viên"), *row[3:5]] for row in TEACHERS],
        [["Tên trường", "Xã/phường"], ["THCS Kim Long", "Xã Hưng Lộc"]],
    ],
    ids=["persons", "teachers and wards", "names alone"],
)
def test_what_is_no_list_of_schools_adds_none(rows: list[list[object]], tmp_path: Path) -> None:
    for name, table in (("kd", FILES["kd"]), ("other", rows)):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
    raw = read_raw(tmp_path, RULES)
    assert [error.file for error in raw.errors] == ["other.csv"]
    assert len(cleaned(tmp_path).schools) == 2


def test_a_list_without_levels_alone_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(FILES["mang_luoi"])
    raw = read_raw(tmp_path, RULES)
    assert not raw.tables and "KĐCLGD - Cấp độ" in raw.errors[0].text()


def test_schools_of_one_name_in_several_wards_are_a_list_too(tmp_path: Path) -> None:
    heads, units = FILES["mang_luoi"][0][1:], ("Xã A", "Xã B", "Xã C", "Xã D")
    rows = [["Trường Tiểu học Hòa Bình", unit, "TH", 9, 300 + n] for n, unit in enumerate(units)]
    levels = [["Trường Tiểu học Hòa Bình", unit, "TH", 2] for unit in units]
    for name, table in (("a", [heads, *rows]), ("b", [FILES["kd"][0], *levels])):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
    assert cleaned(tmp_path).schools["pupils"].tolist() == [300, 301, 302, 303]
