"""Every row accepted, set aside or ignored; what must hold between the cells of a row."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.clean import Cleaned, clean_schools
from analysis.raw import Raw, read_raw
from analysis.reference import SuiteError, read_rules
from tests.workbooks import HEADINGS, SIGNED, save, school

RULES = read_rules()
YEAR = "2025-2026"


def clean(path: Path) -> Cleaned:
    return clean_schools(read_raw(path, RULES), RULES, school_year=YEAR)


def cleaned(tmp_path: Path, *rows: list[Any]) -> Cleaned:
    return clean(save(tmp_path / "a.xlsx", rows))


def found(result: Cleaned, outcome: str) -> list[tuple[str, str]]:
    return [(f.rule, f.cell) for f in result.findings if f.outcome == outcome]


def test_clean_rows_give_no_finding_but_the_header(tmp_path: Path) -> None:
    result = cleaned(tmp_path, school(1), school(2))
    assert [f.rule for f in result.findings] == ["row_header"]
    assert len(result.schools) == 2 and not result.rows_set_aside and not result.doubtful


def test_the_frame_of_schools(tmp_path: Path) -> None:
    row = cleaned(tmp_path, school(1)).schools.iloc[0]
    assert (row["school_id"], row["education_level"], row["ownership"]) == ("46480001", "TH", "CL")
    assert (row["kdclgd_result"], row["kdclgd_level"], row["cqg_level"]) == ("recognised", 2, 1)
    assert row["kdclgd_date"] == SIGNED and row["kdclgd_date_precision"] == "day"
    assert (row["source_file"], row["source_row"], row["in_scope"]) == ("a.xlsx", 2, True)


NO_CQG = {"cqg": None, "cqg_decision": None, "cqg_date": None}
NO_KDCLGD = {"kdclgd": None, "kdclgd_decision": None, "kdclgd_date": None}


@pytest.mark.parametrize(
    ("changes", "fault", "cell", "column"),
    [
        ({"code": None}, "school_code_missing", "B2", "school_code"),
        ({"name": None}, "school_name_missing", "C2", "school_name"),
        ({"level": None}, "education_level_missing", "E2", "education_level"),
        ({"level": "Khác"}, "word_unknown", "E2", "education_level"),
        ({"ownership": "???"}, "word_unknown", "F2", "ownership"),
        ({"kdclgd": 6}, "level_range", "G2", "kdclgd_level"),
        ({"kdclgd": None}, "certificate_without_level", "G2", "kdclgd_level"),
        ({"kdclgd": "Chưa đạt"}, "certificate_contradicts", "G2", "kdclgd_level"),
        ({"kdclgd_decision": None}, "certificate_incomplete", "H2", "kdclgd_decision"),
        ({"cqg_date": None}, "certificate_incomplete", "L2", "cqg_date"),
        ({"cqg": "Đạt"}, "level_not_stated", "J2", "cqg_level"),
        ({"cqg_date": "31/02/2024"}, "date_impossible", "L2", "cqg_date"),
        ({"pupils": -1}, "count_negative", "N2", "pupils"),
    ],
)
def test_a_fault_is_a_doubt_of_its_cell_and_of_no_other(
    tmp_path: Path, changes: dict[str, Any], fault: str, cell: str, column: str
) -> None:
    result = cleaned(tmp_path, school(1, **changes), school(2))
    assert found(result, "doubt") == [(fault, cell)] and not found(result, "set_aside")
    assert list(result.schools["doubts"]) == [column, ""]
    sound = cleaned(tmp_path, school(1), school(2)).values
    assert result.values[column][0] is None
    assert result.values.drop(columns=column).equals(sound.drop(columns=column))


def test_every_fault_of_a_school_is_named(tmp_path: Path) -> None:
    result = cleaned(tmp_path, school(1, kdclgd=7, pupils="nhiều", code="x"))
    rules = {"level_range", "count_words", "code_form"}
    assert {rule for rule, _ in found(result, "doubt")} == rules
    assert result.doubtful == 3 and len(result.schools) == 1


def test_every_fault_of_a_row_set_aside_is_named(tmp_path: Path) -> None:
    """Why it is set aside comes first; whoever mends it mends the rest in the same go."""
    result = cleaned(tmp_path, school(1, kdclgd=7, pupils="nhiều", code="x", name=None))
    rules = ["school_not_identified", "code_form", "level_range", "count_words"]
    assert [rule for rule, _ in found(result, "set_aside")] == rules
    assert not found(result, "doubt") and not len(result.schools)
    assert (result.rows_set_aside, result.doubtful) == (1, 0)


def test_what_is_in_doubt_was_not_repaired(tmp_path: Path) -> None:
    result = cleaned(tmp_path, school(1, kdclgd="Chưa  đạt", code="n/a"), school(2, kdclgd="CĐ 2"))
    faults = [("school_code_missing", "B2"), ("certificate_contradicts", "G2")]
    assert found(result, "doubt") == faults
    assert found(result, "repaired") == [("level_spelling", "G3")]


def test_blank_is_not_stated_and_words_are_states(tmp_path: Path) -> None:
    result = cleaned(
        tmp_path,
        school(1, **NO_CQG),
        school(2, **(NO_CQG | {"cqg": "Chưa đạt"})),
        school(3, **(NO_CQG | {"cqg": "Chưa ĐGN"})),
        school(4, **(NO_CQG | {"cqg": "Đang đề nghị"})),
    )
    said = ["not_stated", "not_reached", "not_evaluated", "pending"]
    assert list(result.schools["cqg_result"]) == said
    assert result.schools["cqg_level"].isna().all()


def test_a_decision_that_cannot_be_read_beside_a_blank_level_leaves_the_level_in_doubt(
    tmp_path: Path,
) -> None:
    """Some decision there is: a blank that means "none" would say the opposite."""
    odd = {"cqg_decision": "725", "cqg_date": None}
    result = cleaned(tmp_path, school(1, cqg=None, **odd), school(2, cqg="Chưa đạt", **odd))
    faults = [("decision_form", "K2"), ("decision_form", "K3"), ("certificate_without_level", "J2")]
    assert found(result, "doubt") == faults
    assert list(result.schools["cqg_result"]) == ["in_doubt", "not_reached"]


def test_a_kdclgd_level_that_cannot_be_read_proves_nothing_about_cqg(tmp_path: Path) -> None:
    result = cleaned(tmp_path, school(1, kdclgd=9), school(2, **NO_KDCLGD))
    assert found(result, "warning") == [("cqg_needs_kdclgd", "J3")]


def test_repairs_are_logged_with_both_values(tmp_path: Path) -> None:
    result = cleaned(tmp_path, school(1, kdclgd="CĐ 2", pupils="1.145", level="tieu hoc"))
    repairs = {
        f.cell: (f.source_value, f.clean_value, f.rule)
        for f in result.findings
        if f.outcome == "repaired"
    }
    assert repairs == {
        "E2": ("tieu hoc", "TH", "spelling"),
        "G2": ("CĐ 2", "2", "level_spelling"),
        "N2": ("1.145", "1145", "thousands"),
    }


def test_copies_and_contradictions_between_files(tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx", [school(1), school(2)])
    save(tmp_path / "b.xlsx", [school(1), school(2, kdclgd=3)])
    result = clean(tmp_path)
    assert list(result.schools["school_code"]) == ["46480001", "46480002"]
    assert list(result.schools["kdclgd_result"]) == ["recognised", "in_doubt"]
    assert found(result, "doubt") == [("values_contradict", "G3")]
    (told,) = [f for f in result.findings if f.outcome == "doubt"]
    assert "b.xlsx" in told.text() and "(ô G3)" in told.text()
    assert found(result, "ignored") == [("row_header", ""), ("row_header", ""),
                                        ("duplicate_same", "B2")]  # fmt: skip


MARKED = [*HEADINGS[:6], "CĐ 1", "CĐ 2", "CĐ 3", *HEADINGS[7:]]


def marked(number: int, *marks: str | None) -> list[Any]:
    row = school(number)
    return [*row[:6], *marks, *row[7:]]


def test_what_was_read_can_be_cleaned_again(tmp_path: Path) -> None:
    """`check` does so when somebody says what blanks mean."""
    rows = [marked(1, None, "x", None), marked(2, None, "x", "X")]
    raw = read_raw(save(tmp_path / "a.xlsx", rows, MARKED), RULES)
    one, other = (clean_schools(raw, RULES, school_year=YEAR) for _ in range(2))
    assert one.schools.equals(other.schools) and one.issues().equals(other.issues())


def test_marks_under_a_merged_scheme(tmp_path: Path) -> None:
    top = [*HEADINGS[:6], "KĐCLGD", None, None, None, None, "CQG", None, None, None, *HEADINGS[12:]]
    low = [*[None] * 6, 1, 2, 3, "Số QĐ", "Ngày", "MĐ 1", "MĐ 2", "Số QĐ", "Ngày", None, None]
    row = school(1)
    cells = [*row[:6], None, "x", None, row[7], row[8], "x", None, row[10], row[11], *row[12:]]
    result = clean(save(tmp_path / "a.xlsx", [low, cells], top))
    assert list(result.schools["kdclgd_level"]) == [2]
    assert list(result.schools["cqg_level"]) == [1]


def test_a_school_at_the_end_without_its_code_is_not_taken_for_a_note(tmp_path: Path) -> None:
    result = cleaned(tmp_path, school(1), [2, None, "Trường Tiểu học B", "Phường Tứ Hạ"])
    assert found(result, "doubt")[0] == ("school_code_missing", "B3")
    assert list(result.schools["school_name"]) == ["Trường Tiểu học Số 1", "Trường Tiểu học B"]


def test_a_broken_account_stops(tmp_path: Path) -> None:
    raw = read_raw(save(tmp_path / "a.xlsx", [school(1)]), RULES)
    raw.rows_in["a.xlsx", "Sheet"] += 1
    with pytest.raises(SuiteError, match=r"a\.xlsx.*Sheet"):
        clean_schools(raw, RULES, school_year=YEAR)


def test_nothing_read_gives_empty_tables() -> None:
    result = clean_schools(Raw(), RULES, school_year=YEAR)
    assert result.schools.empty and result.ledger.empty


# 10,000 were run by hand: ROWS_CONSERVED=10000 pytest tests/test_clean.py -k conserved
EXAMPLES = int(os.environ.get("ROWS_CONSERVED", "300"))
CELL = st.one_of(
    st.none(),
    st.integers(-5, 60000),
    st.sampled_from(
        ["Cấp độ 2", "x", "Tổng cộng", "I. Mầm non", "#N/A", "12/5/2024", "Trường", " "]
    ),
    st.floats(0, 5),
    st.text("aăâ1/- ", max_size=6),
)
ROW = st.one_of(
    st.builds(lambda n: school(n), st.integers(1, 6)),
    st.lists(CELL, max_size=14),
    st.builds(
        lambda n, v, at: [*school(n)[:at], v, *school(n)[at + 1 :]],
        st.integers(1, 9),
        CELL,
        st.integers(0, 13),
    ),
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(ROW, max_size=12))
def test_rows_are_conserved(tmp_path: Path, rows: list[list[Any]]) -> None:
    """In any workbook each row that holds a value has exactly one fate, and schools are counted
    once each."""
    path = save(tmp_path / "a.xlsx", rows)
    raw = read_raw(path, RULES)
    result = clean_schools(raw, RULES, school_year=YEAR)
    kept = [r for part in (result.rows, result.retold) for r in part.sources()["source_row"]]
    accepted = {("accepted", r) for r in kept}
    assert len(kept) == result.ledger["accepted"].sum() == len(accepted)
    assert len(result.schools) == result.ledger["schools"].sum()
    assert not result.schools["school_id"].duplicated().any()
    doubted = {f.row for f in result.findings if f.outcome == "doubt"}
    assert doubted <= set(kept)
    assert result.ledger["doubts"].sum() == result.doubtful
    assert set(result.keys(result.retold)) <= set(result.schools["school_id"])
    others = {(f.outcome, f.row) for f in result.findings if f.outcome in ("set_aside", "ignored")}
    fates = Counter(row for _, row in accepted | others)
    holding = [
        i for i, row in enumerate(rows, 2) if any(str(c or "").strip() for c in row) or 0 in row
    ]
    assert set(fates.values()) <= {1}
    assert set(fates) == {1, *holding}
    assert result.ledger["rows_in"].sum() == len(fates)


def test_a_text_row_wider_than_its_heading_is_set_aside(tmp_path: Path) -> None:
    def line(row: list[Any]) -> str:
        return ";".join(f"{c:%d/%m/%Y}" if isinstance(c, dt.datetime) else str(c) for c in row)

    rows = [HEADINGS, school(1), [*school(2), "thừa"], school(3)]
    (tmp_path / "a.csv").write_text("\n".join(map(line, rows)), encoding="utf-8")
    result = clean(tmp_path / "a.csv")
    assert found(result, "set_aside") == [("row_ragged", "A3")]
    assert list(result.schools["school_code"]) == ["46480001", "46480003"]
    assert not found(result, "repaired") and not found(result, "doubt")
    (row,) = result.kept_out.to_dict("records")
    assert (row["school_name"], row["unit"], row["education_level"]) == ("", "", "")
    assert {"unit", "education_level", "ownership"} <= set(row["doubts"].split())
