"""The answer in JSON says what the tables say, whatever it is put together from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.clean import Cleaned, clean_schools
from analysis.export.contract import contract
from analysis.raw import Raw, read_raw
from analysis.reference import read_reference
from tests.workbooks import HEADINGS, save, school

ROOT = Path(__file__).parents[1]
REFERENCE = read_reference(ROOT)
RULES = REFERENCE.rules


def answered(path: Path, year: str) -> tuple[Raw, Cleaned, dict[str, Any]]:
    raw = read_raw(path, RULES)
    cleaned = clean_schools(raw, RULES, school_year=year)
    return raw, cleaned, json.loads("".join(contract(raw, cleaned, RULES)))


@pytest.mark.parametrize("year", sorted(REFERENCE.years))
def test_rows_and_repairs_are_those_of_the_tables(year: str) -> None:
    _, cleaned, answer = answered(ROOT / "data" / "raw" / year, year)
    values, headings = cleaned.values, {n: c.heading for n, c in RULES.columns.items()}
    accepted = {(r["file"], r["sheet"], r["row"]): r["values"] for r in answer["accepted"]}
    keys = [row["school"] for row in answer["accepted"]]
    indicators = len(keys) - len(cleaned.schools)  # rows of the office, not of a school
    assert keys == [*cleaned.schools["school_id"], *[None] * indicators]
    for row in values.to_dict("records"):
        place = row["source_file"], row["source_sheet"], row["source_row"]
        given = {headings[n]: None if pd.isna(v) else v for n, v in row.items() if n in headings}
        assert accepted[place] == given
    issues = cleaned.issues()
    told = [(d["cell"], d["reason"]) for d in answer["doubts"]]
    doubts = issues[issues["outcome"] == "doubt"]
    assert told == list(zip(doubts["cell"], doubts["message"], strict=True))
    assert len(answer["repairs"]) == (issues["outcome"] == "repaired").sum()
    repaired = {(f.file, f.sheet, f.cell, f.rule): f for f in cleaned.findings.of("repaired")}
    for repair in answer["repairs"]:
        f = repaired[repair["file"], repair["sheet"], repair["cell"], repair["rule"]]
        shown = accepted.get((f.file, f.sheet, f.row), {}).get(headings[f.column], f.clean_value)
        assert repair["raw"] == f.source_value
        assert repair["clean"] == (None if shown in (None, "") else str(shown))


def test_a_mark_that_was_repaired_is_told_though_no_column_shows_it(tmp_path: Path) -> None:
    headings = [*HEADINGS[:6], "CĐ 1", "CĐ 2", "CĐ 3", *HEADINGS[7:]]
    rows = [[*school(n)[:6], None, mark, None, *school(n)[7:]] for n, mark in ((1, "X "), (2, "✓"))]
    *_, answer = answered(save(tmp_path / "a.xlsx", rows, headings), "2025-2026")
    told = [r["raw"] for r in answer["repairs"]]
    assert told == ["X ", "✓"] and [r["row"] for r in answer["accepted"]] == [2, 3]


def test_a_cell_in_doubt_has_no_value_and_says_which_figures_it_concerns(tmp_path: Path) -> None:
    faults = {"pupils": -1, "cqg_date": "31/02/2024", "unit": 7.5, "kdclgd_decision": "725"}
    *_, answer = answered(save(tmp_path / "a.xlsx", [school(1, **faults)]), "2025-2026")
    doubts = {d["column"]: d for d in answer["doubts"]}
    concerned = {name: doubt["concerns"] for name, doubt in doubts.items()}
    assert concerned == {
        "Xã/phường": ["kdclgd", "cqg", "sessions"],
        "KĐCLGD - Số quyết định": [],
        "CQG - Ngày": ["cqg"],
        "Số học sinh": ["sessions"],
    }
    (row,) = answer["accepted"]
    assert {name for name, value in row["values"].items() if value is None} == set(doubts)
    date = doubts["CQG - Ngày"]
    assert (date["file"], date["sheet"], date["row"]) == ("a.xlsx", "Sheet", 2)
    assert (date["cell"], date["value"]) == ("L2", "31/02/2024") and "L2" in date["reason"]


def test_rows_of_one_school_share_its_key_and_say_each_what_it_says(tmp_path: Path) -> None:
    rows = [school(1, pupils=300), school(2), school(1, code=None, level="tieu hoc")]
    *_, answer = answered(save(tmp_path / "a.xlsx", rows), "2025-2026")
    accepted = {row["row"]: row for row in answer["accepted"]}
    assert [*accepted] == [2, 3, 4]
    assert [row["school"] for row in accepted.values()] == ["46480001", "46480002", "46480001"]
    pupils = [row["values"]["Số học sinh"] for row in accepted.values()]
    assert pupils == [None, 345, 345], "the row that stands for the school has what is agreed"
    (repair,) = answer["repairs"]
    shown = accepted[4]["values"]["Cấp học"]
    assert (repair["cell"], repair["raw"], repair["clean"]) == ("E4", "tieu hoc", shown)


def test_quotes_and_signs_of_all_kinds_stay_what_they_are(tmp_path: Path) -> None:
    name = 'Trường Tiểu học "Số\\1" {Hoa}'
    *_, answer = answered(save(tmp_path / "a.xlsx", [school(1, name=name)]), "2025-2026")
    assert answer["accepted"][0]["values"]["Tên trường"] == name


def test_nothing_read_is_an_answer_too() -> None:
    assert json.loads("".join(contract(Raw(), None, RULES))) == {
        "status": "skip",
        **{key: [] for key in ("errors", "warnings", "accepted", "doubts", "quarantined")},
        **{key: [] for key in ("ignored", "repairs", "figures", "verdicts")},
    }
