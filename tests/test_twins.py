"""The same schools in another workbook give the same accepted table."""

from __future__ import annotations

import csv
import datetime as dt
import random
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from analysis.clean import clean_schools
from analysis.raw import read_raw
from analysis.reference import read_rules
from tests.workbooks import HEADINGS, save, school

RULES = read_rules()
Rows = list[list[Any]]
NONE = {"cqg": "Chưa đạt", "cqg_decision": None, "cqg_date": None}
ROWS: Rows = [
    school(1, name="Trường Tiểu học Hoà Bình"),
    school(2, level="Mầm non", pupils="1.145", kdclgd="CĐ 3"),
    school(3, level="THCS", **NONE),
    school(4, kdclgd_date=dt.datetime(2021, 4, 9), unit="P. Tứ Hạ"),
    school(5, ownership="Tư thục", cqg=2, kdclgd=3),
    school(6, kdclgd=9),
    school(7, cqg_date="31/02/2024"),
]


def accepted(*inputs: Path) -> list[tuple[Any, ...]]:
    """The clean values of the schools, and what is in doubt, in the order of their codes."""
    raw = read_raw(inputs, RULES)
    assert not raw.errors, [e.text() for e in raw.errors]
    cleaned = clean_schools(raw, RULES, school_year="2025-2026")
    columns = ["school_code", "school_name", "unit", "education_level", "ownership"]
    columns += ["kdclgd_level", "kdclgd_decision", "kdclgd_date", "cqg_level", "cqg_decision"]
    columns += ["cqg_date", "classes", "pupils"]
    values = cleaned.values[columns].assign(doubts=list(cleaned.schools["doubts"]))
    return sorted(tuple(map(str, row)) for row in values.to_numpy())


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    rows = accepted(save(tmp_path_factory.mktemp("twins") / "a.xlsx", ROWS))
    assert [row[0] for row in rows] == [f"46480{n:03d}" for n in range(1, 8)]
    assert [row[-1] for row in rows] == [*[""] * 5, "kdclgd_level", "cqg_date"]
    return rows


def rows_permuted(folder: Path) -> list[Path]:
    rows = ROWS[:]
    random.Random(1).shuffle(rows)
    return [save(folder / "a.xlsx", rows)]


def columns_permuted(folder: Path) -> list[Path]:
    order = list(range(len(HEADINGS)))
    random.Random(2).shuffle(order)
    return [
        save(folder / "a.xlsx", [[r[i] for i in order] for r in ROWS], [HEADINGS[i] for i in order])
    ]


def decomposed(folder: Path) -> list[Path]:
    def nfd(cell: Any) -> Any:
        return unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell

    return [save(folder / "a.xlsx", [[nfd(c) for c in r] for r in ROWS], [*map(nfd, HEADINGS)])]


def in_two_sheets(folder: Path) -> list[Path]:
    book = Workbook()
    for name, rows in (("Một", ROWS[:3]), ("Hai", ROWS[3:])):
        sheet = book.create_sheet(name)
        for row in [HEADINGS, *rows]:
            sheet.append(row)
    del book["Sheet"]
    book.save(folder / "a.xlsx")
    return [folder / "a.xlsx"]


def in_two_files(folder: Path) -> list[Path]:
    return [save(folder / "a.xlsx", ROWS[:4]), save(folder / "b.xlsx", ROWS[4:])]


def below_a_title(folder: Path) -> list[Path]:
    title: Rows = [["UBND THỊ XÃ"], [], ["DANH SÁCH TRƯỜNG", None, "Năm học 2025-2026"], HEADINGS]
    return [save(folder / "a.xlsx", [*title, *ROWS], [])]


def since_1904(folder: Path) -> list[Path]:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for row in [HEADINGS, *ROWS]:
        sheet.append(row)
    book.save(folder / "a.xlsx")
    return [folder / "a.xlsx"]


def as_text(folder: Path) -> list[Path]:
    def text(cell: Any) -> Any:
        return f"{cell:%d/%m/%Y}" if isinstance(cell, dt.datetime) else cell

    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADINGS, *([text(c) for c in r] for r in ROWS)])
    return [folder / "a.csv"]


def converted(ending: str) -> Callable[[Path], list[Path]]:
    def make(folder: Path) -> list[Path]:
        if not shutil.which("soffice"):
            pytest.skip("LibreOffice is not on this machine")
        source = save(folder / "roster.xlsx", ROWS)
        home = f"-env:UserInstallation=file://{folder}/office"
        call = ["soffice", home, "--headless", "--convert-to", ending, "--outdir", str(folder)]
        subprocess.run([*call, str(source)], check=True, capture_output=True, timeout=120)
        return [folder / f"roster.{ending}"]

    make.__name__ = f"as_{ending}"
    return make


TWINS = [
    *(rows_permuted, columns_permuted, decomposed, in_two_sheets, in_two_files, below_a_title),
    *(since_1904, as_text, converted("xls"), converted("ods")),
]


@pytest.mark.parametrize("make", TWINS, ids=lambda f: f.__name__)
def test_a_twin_gives_the_same_table(
    tmp_path: Path, truth: list[tuple[Any, ...]], make: Callable[[Path], list[Path]]
) -> None:
    assert accepted(*make(tmp_path)) == truth
