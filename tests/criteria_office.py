"""Made-up results by criterion of an office under circular 57/2026, written as its workbook, and
kept apart from any reading. Marked as illustrative: they are in no folder of the project."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.offices import Office, held_by, make_home
from tests.test_criteria_rule import TT57

OFFICE = Office("an office of 2026", 60, ["2026-2027"], 5, levels=["MN", "TH", "THCS", "GDTX"])
HEADINGS = {
    "criteria": ["Mã trường", "Tiêu chí", "Mức đạt"],
    "conditions": [
        *("Mã trường", "Có khóa hoàn thành", "Số năm học liên tiếp có dữ liệu"),
        "Cơ sở vật chất và an toàn",
    ],
    "quantities": ["Mã trường", "Tiêu chí", "Chỉ số định lượng", "Giá trị", "Tổng số"],
}
SHARE = "Tỷ lệ giáo viên đạt chuẩn trình độ đào tạo"
PART = "Số phòng học đạt yêu cầu so với tổng số phòng học"


@dataclass(frozen=True)
class Truth:
    """What a school states: the mức of each criterion, and the conditions; None: not stated."""

    code: str
    unit: str
    education_level: str
    levels: Sequence[int | None]
    cohort: bool | None
    data_years: int | None
    facilities: bool | None


def truths(seed: int = 16) -> list[Truth]:
    """Schools near the edge of a mức."""
    chance, found = random.Random(seed), []
    for school in held_by(OFFICE, "2026-2027"):
        levels: list[int | None] = [chance.choice([2, 2, 2, 2, 1, 1, 1, 0]) for _ in TT57.names]
        for place in range(15):  # few mandatory ones are not reached
            if TT57.names[place] in TT57.mandatory and chance.random() < 0.95:
                levels[place] = chance.choice([1, 2, 2, 2])
        for place in chance.sample(range(15), chance.choice([0, 0, 1, 2])):
            levels[place] = None
        answers = [True, True, True, False, None]
        years = chance.choice([1, 2, 3, 3, 3, 5, None])
        code, unit, kind = (school.clean[n] for n in ("school_code", "unit", "education_level"))
        said = chance.choice(answers), years, chance.choice(answers)
        found.append(Truth(code, unit, kind, levels, *said))
    return found


def rows_of(found: Sequence[Truth]) -> dict[str, list[list[Any]]]:
    """The rows of the three sheets."""
    words = {True: "Có", False: "Chưa", None: None}
    results = [[t.code, n, v] for t in found for n, v in zip(TT57.names, t.levels, strict=True)]
    conditions = [
        [t.code, words[t.cohort], t.data_years, words[t.facilities]]
        for t in found
        if t.education_level != "GDTX"
    ]
    quantities: list[list[Any]] = [
        [t.code, "2.2", SHARE, 90 + i % 11, None] for i, t in enumerate(found) if i % 4 in (1, 2)
    ]
    quantities += [[t.code, "4.1", PART, 8, 10] for i, t in enumerate(found) if i % 4 == 1]
    return {"criteria": results, "conditions": conditions, "quantities": quantities}


def write(path: Path, rows: dict[str, list[list[Any]]]) -> None:
    """The workbook, a sheet for each kind."""
    book = Workbook()
    for name, some in rows.items():
        sheet = book.create_sheet(name)
        for row in [["Dữ liệu minh họa"], HEADINGS[name], *some]:
            sheet.append(row)
    del book["Sheet"]
    book.save(path)


def make(home: Path, rows: dict[str, list[list[Any]]] | None = None) -> Path:
    """The home of the office, with the workbook in its year."""
    make_home(OFFICE, home)
    write(home / "data" / "raw" / "2026-2027" / "tieu_chi.xlsx", rows or rows_of(truths()))
    return home
