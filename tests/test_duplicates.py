"""One school in two rows: a copy, an earlier state, or a contradiction."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from analysis.clean import Cleaned, clean_schools
from analysis.raw import read_raw
from analysis.reference import read_rules
from tests.workbooks import HEADINGS, SIGNED, save, school

RULES = read_rules()
EARLIER = SIGNED - dt.timedelta(days=1)
OLD = {"kdclgd": 1, "kdclgd_decision": "7/QĐ-SGDĐT", "kdclgd_date": EARLIER}
NONE = {"kdclgd": "Chưa đạt", "kdclgd_decision": None, "kdclgd_date": None}
BLANK = {"kdclgd": None, "kdclgd_decision": None, "kdclgd_date": None}


def cleaned(tmp_path: Path, *rows: list[Any]) -> Cleaned:
    raw = read_raw(save(tmp_path / "a.xlsx", rows), RULES)
    return clean_schools(raw, RULES, school_year="2025-2026")


def found(result: Cleaned, outcome: str) -> list[tuple[str, int]]:
    return [(f.rule, f.row) for f in result.findings if f.outcome == outcome and f.row > 1]


@pytest.mark.parametrize(
    "before",
    [
        OLD,
        OLD | {"kdclgd": 2},
        NONE,
        BLANK,
        {"cqg": "-", "cqg_decision": None, "cqg_date": None},
        {"cqg_date": EARLIER, "cqg_decision": "7/QĐ-UBND"},
    ],
    ids=["raised", "renewed", "none before", "blank before", "no cqg before", "cqg renewed"],
)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["old first", "new first"])
def test_an_earlier_state_gives_way_to_the_later_one(
    tmp_path: Path, before: dict[str, Any], order: tuple[int, int]
) -> None:
    rows = [school(1, **before), school(1)]
    result = cleaned(tmp_path, *(rows[i] for i in order), school(2))
    old, new = order.index(0) + 2, order.index(1) + 2
    assert found(result, "ignored") == [("duplicate_earlier", old)]
    assert ("earlier_state", old) in found(result, "warning")
    assert list(result.values["source_row"]) == sorted([new, 4])
    told = next(f for f in result.findings if f.rule == "earlier_state")
    assert told.facts["other_row"] == new and f"hàng {new}" in told.text()


@pytest.mark.parametrize(
    "other",
    [
        OLD | {"kdclgd_date": SIGNED},
        OLD | {"kdclgd": 3},
        OLD | {"pupils": 344},
        OLD | {"name": "Trường Tiểu học Khác"},
        {"kdclgd": 1},
        {"kdclgd_date": EARLIER},
        OLD | {"kdclgd_decision": "12/QĐ-SGDĐT", "kdclgd": 1},
        OLD | {"cqg_date": EARLIER, "cqg_decision": "7/QĐ-UBND"},
        {"kdclgd": "Chưa ĐGN", "kdclgd_decision": None, "kdclgd_date": None},
        BLANK | {"pupils": 344},
        {"kdclgd": "Thu hồi", "kdclgd_decision": None, "kdclgd_date": None},
    ],
    ids=[
        "same date",
        "higher level on the older date",
        "other pupils",
        "other name",
        "same date and number, other level",
        "older, same number and level",
        "older, same number",
        "both schemes",
        "not evaluated",
        "blank and other pupils",
        "withdrawn",
    ],
)
def test_everything_else_is_a_contradiction(tmp_path: Path, other: dict[str, Any]) -> None:
    same_number = school(1)[7]
    if other.get("kdclgd_decision") == "12/QĐ-SGDĐT":
        other = other | {"kdclgd_decision": same_number}
    result = cleaned(tmp_path, school(1, **other), school(1), school(2))
    assert found(result, "set_aside") == [("duplicate_differs", 2), ("duplicate_differs", 3)]
    assert list(result.schools["school_code"]) == ["46480002"]


def test_of_three_states_the_last_is_kept_and_a_copy_of_it_too_is_left_out(tmp_path: Path) -> None:
    oldest = OLD | {"kdclgd_date": EARLIER - dt.timedelta(days=9), "kdclgd_decision": "5/QĐ-SGDĐT"}
    rows = [school(1, **OLD), school(1), school(1, **oldest), school(1)]
    result = cleaned(tmp_path, *rows)
    rules = [("duplicate_earlier", 2), ("duplicate_earlier", 4), ("duplicate_same", 5)]
    assert found(result, "ignored") == rules
    assert list(result.values["source_row"]) == [3]


def test_a_renewal_of_each_scheme_is_no_chain(tmp_path: Path) -> None:
    """Three rows none of which comes after both others: nobody can say which holds."""
    cqg = {"cqg_date": EARLIER, "cqg_decision": "7/QĐ-UBND"}
    result = cleaned(tmp_path, school(1, **OLD), school(1, **cqg), school(1, **OLD, **cqg))
    assert [rule for rule, _ in found(result, "set_aside")] == ["duplicate_differs"] * 3


def test_columns_only_one_table_has_prove_no_earlier_state(tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx", [school(1)])
    save(tmp_path / "b.xlsx", [school(1, **OLD)[:-1]], HEADINGS[:-1])
    result = clean_schools(read_raw(tmp_path, RULES), RULES, school_year="2025-2026")
    assert found(result, "set_aside") == [("duplicate_differs", 2)] * 2


@pytest.mark.parametrize(
    "before",
    [
        {"cqg_date": "4/2022", "cqg_decision": "7/QĐ-UBND"},
        {"cqg_date": 2022, "cqg_decision": "7/QĐ-UBND"},
        {"cqg_date": None, "cqg_decision": "7/QĐ-UBND"},
        {"cqg_date": EARLIER, "cqg_decision": None},
        {"cqg_date": None, "cqg_decision": None},
    ],
)
def test_less_than_a_whole_certificate_proves_no_earlier_state(
    tmp_path: Path, before: dict[str, Any]
) -> None:
    at = HEADINGS.index("Mã trường")
    rows = [[*r[:at], *r[at + 1 :]] for r in (school(1, **before), school(1))]
    path = save(tmp_path / "a.xlsx", rows, [*HEADINGS[:at], *HEADINGS[at + 1 :]])
    result = clean_schools(read_raw(path, RULES), RULES, school_year="2025-2026")
    assert found(result, "set_aside") == [("duplicate_differs", 2), ("duplicate_differs", 3)]


@pytest.mark.parametrize("says", ["Thu hồi", "Hết hạn", "Chưa ĐGN"])
def test_a_blank_gives_way_to_no_other_word(tmp_path: Path, says: str) -> None:
    said = {"kdclgd": says, "kdclgd_decision": None, "kdclgd_date": None}
    result = cleaned(tmp_path, school(1, **BLANK), school(1, **said))
    assert found(result, "set_aside") == [("duplicate_differs", 2), ("duplicate_differs", 3)]


def test_a_blank_gives_way_to_a_stated_none(tmp_path: Path) -> None:
    result = cleaned(tmp_path, school(1, **BLANK), school(1, **NONE))
    assert list(result.schools["kdclgd_result"]) == ["not_reached"]
    assert found(result, "ignored") == [("duplicate_earlier", 2)]


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [("Ngoài công lập", "Tư thục", 1), ("Dân lập", "Ngoài công lập", 1), ("Tư thục", "Dân lập", 0)],
)
def test_the_general_word_for_ownership_takes_in_the_particular_one(
    tmp_path: Path, one: str, other: str, kept: int
) -> None:
    result = cleaned(tmp_path, school(1, ownership=one), school(1, ownership=other))
    assert len(result.schools) == kept


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        ("Ngoài công lập", "Dân lập", 1),
        ("Dân lập", "Ngoài công lập", 1),
        ("Tư thục", "Tư thục", 1),
        ("Tư thục", "Dân lập", 0),
        ("Công lập", "Ngoài công lập", 0),
    ],
)
def test_so_it_does_in_a_list_with_fewer_columns(
    tmp_path: Path, one: str, other: str, kept: int
) -> None:
    save(tmp_path / "a.xlsx", [school(1, ownership=one)])
    save(tmp_path / "b.xlsx", [school(1, ownership=other)[:-1]], HEADINGS[:-1])
    result = clean_schools(read_raw(tmp_path, RULES), RULES, school_year="2025-2026")
    assert list(result.schools["source_file"]) == ["a.xlsx"] * kept


@pytest.mark.parametrize(
    ("name", "accepted"), [("Trường Tiểu học Hoa", 0), ("Trung tâm GDNN-GDTX Hoa", 1)]
)
def test_a_school_is_no_centre(tmp_path: Path, name: str, accepted: int) -> None:
    row = school(1, name=name, level="GDTX")
    result = cleaned(tmp_path, row, school(2))
    assert len(result.schools) == 1 + accepted
    wanted = [] if accepted else [("centre_named_school", 2)]
    assert found(result, "set_aside") == wanted
