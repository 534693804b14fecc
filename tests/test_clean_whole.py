"""Whole workbooks: every finding and every table that cleaning gives, against those written down.

The workbooks stand in `tests/clean_books.py`, what must come of them in `tests/truth/cleaning/`.
`python -m tests.test_clean_whole` writes it down anew; read the difference before you keep it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.clean import (
    Cleaned,
    clean_schools,
    count_repairs,
    list_remarks,
    published_counts,
    remark_texts,
)
from analysis.raw import Raw, read_raw
from analysis.reference import read_rules, say
from tests.clean_books import BOOKS, save_book
from tests.written_down import differing, write_down

pytestmark = pytest.mark.truth

RULES = read_rules()
YEAR = "2025-2026"


def cleaned(name: str, folder: Path) -> tuple[Raw, Cleaned]:
    raw = read_raw(save_book(name, folder), RULES)
    return raw, clean_schools(raw, RULES, school_year=YEAR)


def facts(found: dict[str, Any]) -> str:
    return "; ".join(f"{name}={value}" for name, value in found.items())


def tables(raw: Raw, result: Cleaned) -> dict[str, pd.DataFrame]:
    """All that is told of a workbook, as tables of text."""
    findings = result.issues().drop(columns="message")
    return {
        "findings": findings.assign(facts=[facts(f.facts) for f in result.findings]),
        "remarks": pd.DataFrame([(r.key, facts(r.facts)) for r in result.remarks]),
        "ledger": result.ledger,
        "schools": result.schools,
        "values": result.values,
        "kept_out": result.kept_out,
        "indicators": result.indicators,
        "published": published_counts(raw),
    }


@pytest.mark.parametrize("name", BOOKS)
def test_all_that_is_told_is_what_was_written_down(name: str, tmp_path: Path) -> None:
    assert not differing(f"cleaning/{name}", tables(*cleaned(name, tmp_path)))


def test_the_frame_has_the_types_it_promises(tmp_path: Path) -> None:
    _, result = cleaned("beside", tmp_path)  # without a school, so that no value tells the type
    types = {str(name): str(kind) for name, kind in result.schools.dtypes.items()}
    counts = ["classes", "classes_two_sessions", "pupils", "pupils_two_sessions", "girls"]
    counts += ["managers", "teachers", "qualified_teachers", "staff"]
    counts += ["rooms", "solid_rooms", "area_m2"]
    assert {types[name] for name in counts} == {"Int64"}
    assert {types[name] for name in ("eligible", "externally_evaluated")} == {"boolean"}
    assert {types[f"{scheme}_level"] for scheme in ("kdclgd", "cqg")} == {"Int64"}
    days = {types[f"{s}_{day}"] for s in ("kdclgd", "cqg") for day in ("date", "expiry")}
    assert days == {"datetime64[s]"}
    assert types["in_scope"] == "bool"
    texts = {types[name] for name in ("doubts", "kdclgd_result", "cqg_result")}
    assert texts == {types["school_id"]} == {"str"}
    _, other = cleaned("export", tmp_path)
    aside = {str(name): str(kind) for name, kind in other.kept_out.dtypes.items()}
    same = set(aside.items()) - {("in_scope", "boolean")}
    assert same == {(n, str(k)) for n, k in other.schools.dtypes.items()} - {("in_scope", "bool")}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_findings_and_remarks_are_told_in_words(lang: str, tmp_path: Path) -> None:
    _, result = cleaned("marked", tmp_path)
    issues = result.issues(lang)
    assert list(issues.columns[-2:]) == ["rule", "message"]
    assert list(issues["message"]) == [finding.text(lang) for finding in result.findings]
    (told,) = issues.loc[issues["rule"] == "marks_several", "message"]
    place = {"file": "marked.xlsx", "sheet": "Marked", "row": 8, "cell": "F8"}
    assert told == say("marks_several", lang, **place, source_value="x", clean_value="")
    remarks = [say(r.key, lang, **r.facts) for r in result.remarks]
    assert list(remark_texts(result, lang)) == remarks
    assert list_remarks(result.remarks, lang=lang).to_dict("list") == {
        "rule": [r.key for r in result.remarks],
        "message": remarks,
    }
    _, between = cleaned("between", tmp_path)
    warnings = [f for f in between.findings if f.outcome == "warning"]
    first = [say(r.key, lang, **r.facts) for r in between.remarks]
    assert list(remark_texts(between, lang)) == [*first, *(f.text(lang) for f in warnings)]


def test_vietnamese_is_told_where_no_language_is_asked_for(tmp_path: Path) -> None:
    _, result = cleaned("marked", tmp_path)
    assert result.issues().equals(result.issues("vi"))
    assert list(remark_texts(result)) == list(remark_texts(result, "vi"))
    assert list_remarks(result.remarks).equals(list_remarks(result.remarks, lang="vi"))
    assert result.findings[0].text() == result.findings[0].text("vi")


def test_findings_are_a_list_that_knows_its_length(tmp_path: Path) -> None:
    for name in ("cells", "between"):
        findings = cleaned(name, tmp_path)[1].findings
        every = list(findings)
        assert len(findings) == len(every)
        assert (findings[0], findings[-1]) == (every[0], every[-1])
        assert list(findings[2:5]) == every[2:5]
        for outcome in ("set_aside", "repaired", "ignored", "warning"):
            some = [f for f in every if f.outcome == outcome]
            assert findings.count(outcome) == len(some) == len([*findings.of(outcome)])


def test_each_row_of_a_table_has_its_position_among_the_accepted(tmp_path: Path) -> None:
    _, result = cleaned("named", tmp_path)
    rows = result.rows
    assert [list(places) for places in rows.positions()] == [
        [0, 1, 2, 3, 4, 5, 6, -1, 7, -1],
        [8, 9],
    ]
    for at in range(len(rows)):
        table, i = rows.place(at)
        source = result.schools.loc[at, ["source_sheet", "source_row"]]
        assert (table.table.sheet, table.table.rows[i]) == tuple(source)
    with pytest.raises(IndexError):
        rows.place(len(rows))


def test_repairs_are_counted_rule_by_rule() -> None:
    cells = [
        ("b", "a.xlsx", "B1", "x", "1"),
        ("c", "a.xlsx", "A2", "y", "2"),
        ("b", "b.xlsx", "B3", "z", "3"),
        *((f"a{n}", "b.xlsx", f"C{n}", "v", "4") for n in range(400, 0, -1)),
        ("b", "b.xlsx", "B5", "w", "5"),
    ]
    columns = ["rule", "source_file", "cell", "source_value", "clean_value"]
    counted = count_repairs(pd.DataFrame(cells, columns=columns))
    assert list(counted)[1:] == [
        *("cells_count", "files_count", "example_cell", "example_before", "example_after")
    ]
    assert counted.head(3).to_numpy().tolist() == [
        ["b", 3, 2, "B1", "x", "1"],
        ["c", 1, 1, "A2", "y", "2"],
        ["a400", 1, 1, "C400", "v", "4"],
    ]
    assert list(counted["rule"]) == ["b", "c", *(f"a{n}" for n in range(400, 0, -1))]


def test_no_remark_is_a_table_of_text_too() -> None:
    assert [str(kind) for kind in list_remarks([]).dtypes] == ["str", "str"]


def test_published_counts_are_numbered_through_all_tables(tmp_path: Path) -> None:
    raw, _ = cleaned("beside", tmp_path)
    assert published_counts(raw).index.equals(pd.RangeIndex(3))
    assert published_counts(Raw()).empty


if __name__ == "__main__":
    for book in BOOKS:
        with tempfile.TemporaryDirectory() as place:
            write_down(f"cleaning/{book}", tables(*cleaned(book, Path(place))))
