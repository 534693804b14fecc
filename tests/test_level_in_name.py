"""Lists without a column of education levels: the level a name begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.clean import Cleaned, clean_schools
from analysis.raw import read_raw
from analysis.reference import read_rules
from tests.workbooks import HEADINGS, save, school

RULES = read_rules()
AT = HEADINGS.index("Cấp học")


def cleaned(folder: Path, *names: str) -> Cleaned:
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
    assert list(cleaned(tmp_path, name).schools["education_level"]) == [level]


def test_of_a_name_that_begins_with_no_level_the_level_is_in_doubt(tmp_path: Path) -> None:
    result = cleaned(tmp_path, "Trường Hoa Tiểu học", "Trường", "Hoa Tiểu học", "Trường 1", "THX")
    found = [(f.rule, f.cell, f.column) for f in result.findings.of("doubt")]
    column = "education_level"
    assert found == [("education_level_missing", f"C{row}", column) for row in range(2, 7)]
    assert list(result.schools["doubts"]) == [column] * 5
