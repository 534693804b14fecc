"""Whole tables of every measure over a few schools in three years, against those written down.

They stand in `tests/truth/measure/`. `python -m tests.test_measure_whole` writes them anew; read
the difference before you keep it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import pytest

from analysis.measure import (
    BASES,
    GROUPINGS,
    in_denominator,
    list_changes,
    list_expiries,
    measure_bridge,
    measure_completeness,
    measure_expiries,
    measure_levels,
    measure_rate_changes,
    measure_renewals,
    measure_sessions,
    measure_transitions,
)
from analysis.reference import SCHEMES, SuiteError, read_rules
from tests.frames import held, school
from tests.recount import GROUPINGS as WRITTEN
from tests.written_down import differing, write_down

pytestmark = pytest.mark.truth

RULES = read_rules()
YEARS = ("2022-2023", "2023-2024", "2024-2025")
DAYS = {year: dt.date(int(year[5:]), 5, 31) for year in YEARS}
SIGNED = {level: pd.Timestamp(year, 3, 10) for level, year in ((1, 2019), (2, 2021), (3, 2023))}
TAUGHT = {"classes": 10, "pupils": 300, "classes_two_sessions": 9, "pupils_two_sessions": 270}


def certified(level: int, **facts: Any) -> dict[str, Any]:
    """KĐCLGD at a level, signed in a year that goes with it; CQG one lower."""
    day = {f"{scheme}_date": SIGNED[level] for scheme in SCHEMES}
    decision = {"kdclgd_decision": "725/QĐ-SGDĐT"}
    return {"kdclgd": level, "cqg": level - 1 or "not_reached", **day, **decision, **facts}


# What each school states in the three years; None where it is not in the list.
HISTORIES: dict[str, tuple[dict[str, Any] | None, ...]] = {
    "A": (certified(1, **TAUGHT), certified(1), certified(2, **TAUGHT)),
    "B": (certified(2), certified(3, pupils=40), certified(3, pupils=41, kdclgd="withdrawn")),
    "C": ({"kdclgd": "not_evaluated"}, {"eligible": True}, certified(2, eligible=True)),
    "D": (certified(1), certified(1, externally_evaluated=True), {"kdclgd": "level_unknown"}),
    "E": ({"eligible": False}, None, {"eligible": False, "kdclgd": "not_reached"}),
    "F": (certified(3, cqg="level_unknown"), {"kdclgd": "expired", "cqg": "expired"}, None),
    "G": (None, certified(3, in_scope=False, scope_reason="site"), certified(3, unit="Xã Đông")),
    "H": (certified(2), certified(2, in_scope=False, scope_reason="merged"), None),
    "I": (certified(3), {"kdclgd": 4, "cqg": 2, "cqg_expiry": pd.Timestamp("2025-05-31")}, None),
    "J": (certified(1, externally_evaluated=False), {}, certified(3, externally_evaluated=True)),
    "K": (certified(2, classes=0, classes_two_sessions=0), certified(2, pupils=5), certified(3)),
}
PLACES: dict[str, dict[str, Any]] = {
    "A": {"education_level": "MN", "school_code": "46480001", "school_name": "Trường Đ"},
    "B": {"education_level": "THCS", "ownership": "NCL", "unit": "Xã Dương"},
    "C": {"education_level": "MN", "ownership": ""},
    "D": {"education_level": "GDTX", "unit": ""},
    "F": {
        "ownership": "NCL",
        "unit": "Xã Dương",
        "school_name": "Trường D",
        "school_code": "46480006",
    },
    "H": {"education_level": "THPT"},
}
IN_DOUBT: dict[str, Any] = {"in_scope": None, "kdclgd": "in_doubt", "cqg": "in_doubt"}
# Schools of which something is in doubt, and rows set aside: of these more may belong or not.
UNCLEAR = [
    school(school_year="2022-2023", kdclgd="in_doubt", kdclgd_level=2, doubts="kdclgd_date"),
    school(school_year="2022-2023", kdclgd=3, cqg="pending", doubts="eligible unit", unit=""),
    school(school_year="2023-2024", kdclgd=1, doubts="operating_status"),
    school(school_year="2024-2025", kdclgd=4, doubts="education_level", education_level=""),
    school(school_year="2024-2025", kdclgd=2, doubts="externally_evaluated", ownership="NCL"),
    school(school_year="2022-2023", education_level="MN", unit="Xã Dương", **IN_DOUBT),
    school(school_year="2022-2023", education_level="MN", unit="", ownership="", **IN_DOUBT),
    school(school_year="2024-2025", education_level="", unit="", ownership="", **IN_DOUBT),
    school(school_year="2024-2025", ownership="NCL", eligible=False, **IN_DOUBT),
]
# Rows set aside: year, code, and where they belong; the last is known to be the row of F.
SET_ASIDE = [
    ("2022-2023", "1", "MN", "Xã Dương", "CL"),
    ("2022-2023", "1", "MN", "", ""),
    ("2024-2025", "", "", "", ""),
    ("2024-2025", "46480006", "TH", "Phường Tứ Hạ", "NCL"),
]


def stood(*more: dict[str, Any]) -> pd.DataFrame:
    """All schools in all years, and the rows set aside."""
    rows = [
        school(**({"school_id": name, "school_year": year} | PLACES.get(name, {}) | facts))
        for name, history in HISTORIES.items()
        for year, facts in zip(YEARS, history, strict=True)
        if facts is not None
    ]
    rows += [set_aside(number, *row) for number, row in enumerate(SET_ASIDE, 20)]
    return held(*rows, *more, as_of=DAYS).astype({"in_scope": "boolean"})


def set_aside(number: int, school_year: str, school_code: str, *groups: str) -> dict[str, Any]:
    told = dict(zip(("education_level", "unit", "ownership"), groups, strict=True))
    facts: dict[str, Any] = {
        "doubts": " ".join(name for name, value in told.items() if not value),
        **told,
    }
    facts |= {"school_year": school_year, "school_code": school_code, "source_row": number}
    unclear = {"in_scope": None, "kdclgd": "in_doubt", "cqg": "in_doubt"}
    return school(school_id=f"a.xlsx|1|{number}", **facts, **unclear)


def some(measure: Callable[..., pd.DataFrame], *given: Any, **options: Any) -> pd.DataFrame:
    """The rows of a measure in which something is counted."""
    table = measure(*given, **options)
    return table[table["schools_count"] != 0]


def tables(schools: pd.DataFrame) -> dict[str, Callable[[], pd.DataFrame]]:
    """Every measure; of the largest the rows in which something is counted."""
    unclear = stood(*UNCLEAR)
    found: dict[str, Callable[[], pd.DataFrame]] = {
        "completeness": lambda: measure_completeness(schools)
    }
    for by in (None, *WRITTEN):
        found[f"sessions_{by}"] = partial(measure_sessions, schools, by=by)
    for scheme in SCHEMES:
        of: dict[str, Any] = {"scheme": scheme}
        found[f"{scheme}_renewals"] = partial(measure_renewals, schools, **of)
        found[f"{scheme}_transitions"] = partial(some, measure_transitions, schools, **of)
        found[f"{scheme}_list"] = partial(list_expiries, schools, **of, rules=RULES)
        for base in BASES:
            found[f"{scheme}_levels_{base}"] = partial(measure_levels, unclear, **of, base=base)
    for by in WRITTEN:
        of = {"scheme": "kdclgd", "by": by}
        found[f"levels_{by}"] = partial(measure_levels, unclear, **of)
        found[f"expiries_{by}"] = partial(some, measure_expiries, schools, **of)
        of = {"scheme": "cqg", "by": by}
        found[f"bridge_{by}"] = partial(some, measure_bridge, schools, **of)
        found[f"changes_{by}"] = partial(list_changes, schools, **of)
    return found


STOOD = stood()
TABLES = tables(STOOD)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_what_was_written_down(name: str) -> None:
    assert not differing("measure", {name: TABLES[name]()})


COUNT, SHARE, TEXT = "int64", "Float64", "str"
ONE_OR_MORE: list[tuple[Callable[..., pd.DataFrame], dict[str, Any], dict[str, str]]] = [
    (measure_completeness, {}, {"school_year": TEXT, "column": TEXT, "stated_percent": SHARE}),
    (measure_sessions, {},
     {"group": TEXT, "two_sessions_count": "Int64", "whole_count": "Int64",
      "two_sessions_percent": SHARE, "schools_stated": COUNT, "schools_total": COUNT}),
    (measure_levels, {"scheme": "cqg"},
     {"school_year": TEXT, "group": TEXT, "standing": "category", "schools_count": COUNT,
      "schools_total": COUNT, "schools_percent": SHARE, "unclear_count": COUNT,
      "base_unclear_count": COUNT, "schools_percent_low": SHARE, "reached_count": "Int64",
      "reached_percent": SHARE, "reached_unclear_count": "Int64", "reached_percent_low": SHARE,
      "reached_percent_high": SHARE}),
    (measure_expiries, {"scheme": "cqg"},
     {"level": "Int64", "schools_count": COUNT, "quarter_from": "datetime64[us]"}),
    (measure_transitions, {"scheme": "cqg"},
     {"standing_from": "category", "standing_to": "category", "move": TEXT,
      "schools_count": COUNT}),
    (list_expiries, {"scheme": "cqg", "rules": RULES},
     {"level": "Int64", "expires": "datetime64[us]", "alert_from": "datetime64[us]",
      "renewal_due": "datetime64[us]", "stage": TEXT, "quarter": TEXT}),
    (measure_bridge, {"scheme": "cqg"}, {"schools_count": COUNT}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "options", "types"), ONE_OR_MORE, ids=[m.__name__ for m, *_ in ONE_OR_MORE]
)
def test_tables_have_their_types(
    measure: Callable[..., pd.DataFrame], options: dict[str, Any], types: dict[str, str]
) -> None:
    table = measure(STOOD, **options)
    assert table.index.equals(pd.RangeIndex(len(table)))
    assert {name: str(table[name].dtype) for name in types} == types
    for name in types:
        if types[name] == "category":
            assert table[name].cat.ordered


@pytest.mark.parametrize(
    "measure", [measure_renewals, measure_transitions, list_changes], ids=lambda m: m.__name__
)
def test_a_single_year_gives_the_columns_and_no_row(measure: Callable[..., pd.DataFrame]) -> None:
    one = held(school())
    assert measure(one, scheme="cqg").empty
    assert list(measure(one, scheme="cqg")) == list(measure(STOOD, scheme="cqg"))


def test_the_denominator_is_who_is_in_scope_meant_and_in_the_base() -> None:
    rows = [
        school(),
        school(in_scope=False),
        school(education_level="GDTX"),
        school(eligible=False),
        school(kdclgd="not_evaluated"),
        school(kdclgd=1, cqg="not_reached"),
    ]
    table = held(*rows)
    assert in_denominator(table, "kdclgd", "all").tolist() == [True, False, True, True, True, True]
    assert in_denominator(table, "cqg", "all").tolist() == [True, False, False, True, True, True]
    assert in_denominator(table, "cqg", "eligible").tolist() == [
        *(True, False, False, False, True, True)
    ]
    assert in_denominator(table, "cqg", "evaluated").tolist() == [*[False] * 5, True]


WORDS = {"level": ("1", "2"), "reading": ("at_least", "exact")}
WRONG: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (measure_levels, {"scheme": "x"}, "scheme"),
    (measure_levels, {"scheme": "cqg", "base": "x"}, "base"),
    (measure_levels, {"scheme": "cqg", "by": "x"}, "by"),
    (measure_sessions, {"by": "x"}, "by"),
    (measure_expiries, {"scheme": "x"}, "scheme"),
    (measure_expiries, {"scheme": "cqg", "by": "x"}, "by"),
    (measure_renewals, {"scheme": "x"}, "scheme"),
    (measure_transitions, {"scheme": "x"}, "scheme"),
    (measure_bridge, {"scheme": "x"}, "scheme"),
    (measure_bridge, {"scheme": "cqg", "by": "x"}, "by"),
    (measure_rate_changes, {"scheme": "x"}, "scheme"),
    (measure_rate_changes, {"scheme": "cqg", "level": "x"}, "level"),
    (measure_rate_changes, {"scheme": "cqg", "reading": "x"}, "reading"),
    (measure_rate_changes, {"scheme": "cqg", "base": "x"}, "base"),
    (measure_rate_changes, {"scheme": "cqg", "by": "x"}, "by"),
    (list_changes, {"scheme": "x"}, "scheme"),
    (list_changes, {"scheme": "cqg", "by": "x"}, "by"),
    (in_denominator, {"scheme": "x", "base": "all"}, "scheme"),
    (in_denominator, {"scheme": "cqg", "base": "x"}, "base"),
]


@pytest.mark.parametrize(
    ("measure", "asked", "name"), WRONG, ids=[f"{m.__name__} {n}" for m, _, n in WRONG]
)
def test_a_wrong_word_is_named_with_what_may_be_chosen(
    measure: Callable[..., Any], asked: dict[str, Any], name: str
) -> None:
    by = (*GROUPINGS, "regime") if measure is measure_expiries else GROUPINGS
    known = {"scheme": SCHEMES, "base": BASES, "by": by, **WORDS}[name]
    with pytest.raises(SuiteError) as caught:
        measure(STOOD, **asked)
    assert caught.value.facts == {"name": name, "value": "'x'", "known": ", ".join(known)}
    assert caught.value.key == "unknown_choice"


if __name__ == "__main__":
    write_down("measure", {name: table() for name, table in TABLES.items()})
