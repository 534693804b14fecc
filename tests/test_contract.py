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
    for row in values.to_dict("records"):
        place = row["source_file"], row["source_sheet"], row["source_row"]
        given = {headings[n]: None if pd.isna(v) else v for n, v in row.items() if n in headings}
        assert accepted[place] == given
    issues = cleaned.issues()
    assert len(answer["repairs"]) == (issues["outcome"] == "repaired").sum()
    repaired = {(f.file, f.sheet, f.cell, f.rule): f for f in cleaned.findings.of("repaired")}
    for repair in answer["repairs"]:
        f = repaired[repair["file"], repair["sheet"], repair["cell"], repair["rule"]]
        shown = accepted.get((f.file, f.sheet, f.row), {}).get(headings[f.column], f.clean_value)
        assert repair["raw"] == f.source_value
        assert repair["clean"] == (None if shown in (None, "") else str(shown))


def test_a_mark_that_was_repaired_is_told_though_no_column_shows_it(tmp_path: Path) -> None:
    headings = [*HEADINGS[:6], "CĐ 1", "CĐ 2", "CĐ 3", *HEADINGS[7:]]
    rows = [[*school(n)[:6], None, mark, None, *school(n)[7:]] for n, mark in ((1, "X "), (2, "x"))]
    *_, answer = answered(save(tmp_path / "a.xlsx", rows, headings), "2025-2026")
    told = [r["raw"] for r in answer["repairs"]]
    assert told == ["X ", "x"] and [r["row"] for r in answer["accepted"]] == [2, 3]


def test_quotes_and_signs_of_all_kinds_stay_what_they_are(tmp_path: Path) -> None:
    name = 'Trường Tiểu học "Số\\1" {Hoa}'
    *_, answer = answered(save(tmp_path / "a.xlsx", [school(1, name=name)]), "2025-2026")
    assert answer["accepted"][0]["values"]["Tên trường"] == name


def test_nothing_read_is_an_answer_too() -> None:
    assert json.loads("".join(contract(Raw(), None, RULES))) == {
        "status": "skip",
        **{k: [] for k in ("errors", "warnings", "accepted", "quarantined", "ignored", "repairs")},
    }
