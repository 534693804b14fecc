"""`check --csv`: what was read and counted, as plain tables that other programs read back."""

from __future__ import annotations

import csv
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from analysis.clean import clean_schools
from analysis.clean.dates import Day
from analysis.cli import main
from analysis.export.safe_text import not_a_formula, printable
from analysis.raw import Coded, read_raw
from analysis.reference import read_reference
from analysis.tables import tables
from analysis.work.checked_csv import _as_written, _written
from tests.workbooks import save, school

LEVELS = tables()["levels"].lines
GAPS = tables()["comparison"].lines

ROOT = Path(__file__).parents[1]
YEAR = "2024-2025"
SIGNS = st.sampled_from("aẾđ 1-+=@,\"'\t\r\n\u200e\u061c\x7f\u0301–;")


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def check(path: Path, out: Path, year: str = YEAR) -> None:
    assert main(["check", str(path), "--school-year", year, "--csv", str(out)]) == 0


def test_every_accepted_row_stands_there_with_its_clean_values(tmp_path: Path) -> None:
    folder, rules = ROOT / "data" / "raw" / YEAR, read_reference(ROOT).rules
    check(folder, tmp_path)
    cleaned = clean_schools(read_raw(folder, rules), rules, school_year=YEAR)
    found, rows = lines(tmp_path / "schools.csv"), cleaned.rows
    assert len(found) == len(rows) == 38
    sources = rows.sources()
    told = ["scope_reason", "kdclgd_standing", "cqg_standing", "doubts"]
    assert [*found[0]][-4:] == told
    names = [name for name in found[0] if name not in (*sources, *told)]
    assert {"school_code", "education_level", "kdclgd_level", "cqg_date"} < set(names)
    schools = cleaned.schools
    for i, line in enumerate(found):
        assert [line[n] for n in sources] == [str(sources[n][i]) for n in sources]
        for name in names:
            value = rows.column(name)[i]
            value = value.date if isinstance(value, Day) else value
            assert line[name] == ("" if value is None else not_a_formula(str(value)))
        assert [line["scope_reason"], line["doubts"]] == [
            *schools.loc[i, ["scope_reason", "doubts"]]
        ]


def test_faults_levels_and_gaps_stand_beside(tmp_path: Path) -> None:
    check(ROOT / "data" / "raw" / YEAR, tmp_path)
    doubts = lines(tmp_path / "doubts.csv")
    assert [(f["cell"], f["column"]) for f in doubts] == [
        ("P14", "pupils"),
        ("L19", "kdclgd_level"),
    ]
    assert all("Hãy" in f["message"] for f in doubts)
    assert lines(tmp_path / "set_aside.csv") == []
    levels, gaps = lines(tmp_path / "levels.csv"), lines(tmp_path / "gaps.csv")
    assert list(levels[0]) == LEVELS and list(gaps[0]) == GAPS
    (all_schools,) = [g for g in gaps if g["target_id"] == "Q" and g["group"] == "all"]
    assert (all_schools["schools_count"], all_schools["schools_total"]) == ("34", "38")
    assert (all_schools["verdict"], all_schools["unclear_count"]) == ("met", "0")


def test_rows_set_aside_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    rows = [school(1), school(2, code=None, name=None, pupils=-1)]
    check(save(tmp_path / "a.xlsx", rows), tmp_path / "out", "2025-2026")
    aside = [(f["source_row"], f["rule"]) for f in lines(tmp_path / "out" / "set_aside.csv")]
    assert aside == [("3", "school_not_identified"), ("3", "count_negative")]
    assert [s["source_row"] for s in lines(tmp_path / "out" / "schools.csv")] == ["2"]
    assert lines(tmp_path / "out" / "doubts.csv") == []


def test_names_stay_text(tmp_path: Path) -> None:
    names = ["+1 Trường", 'Trường "Hoa Sen", cơ sở 1', "Trường Số 2\u202e"]
    rows = [school(n, name=name) for n, name in enumerate(names, 1)]
    check(save(tmp_path / "a.xlsx", rows), tmp_path / "out", "2025-2026")
    found = [line["school_name"] for line in lines(tmp_path / "out" / "schools.csv")]
    assert len(found) == 3
    assert not any(name.startswith("+") or "\u202e" in name for name in found)
    assert 'Trường "Hoa Sen", cơ sở 1' in found


@given(st.lists(st.text(SIGNS) | st.text(max_size=5) | st.integers() | st.none()))
@example([";="])
def test_many_texts_are_written_as_each_alone(values: list[object]) -> None:
    column = Coded.of(values)
    written = list(_as_written(column))
    assert written == [_written(value) for value in values]


@given(st.text(SIGNS | st.characters(codec="utf-8")).filter(lambda t: not set(t) & set("\r\n")))
def test_a_text_is_read_back_as_it_was_but_for_what_must_go(text: str) -> None:
    (row,) = csv.reader([_written(text) + ",end"])
    assert row == [not_a_formula(printable(text)), "end"]
