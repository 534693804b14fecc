"""What is counted beside levels: sessions, moves, completeness, expiries and renewals."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measure import (
    list_expiries,
    measure_completeness,
    measure_expiries,
    measure_renewals,
    measure_sessions,
    measure_three_years,
    measure_transitions,
)
from analysis.reference import SuiteError, read_rules
from analysis.status import STATES
from tests.frames import held, school

RULES = read_rules()
DAYS = {
    year: dt.date(int(year[5:]), 5, 31)
    for year in ("2021-2022", "2022-2023", "2023-2024", "2024-2025", "2025-2026")
}


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def taught(classes: Any, two: Any, **facts: Any) -> dict[str, Any]:
    return school(
        classes=classes,
        classes_two_sessions=two,
        pupils=None if classes is None else 30 * classes,
        pupils_two_sessions=None if two is None else 30 * two,
        **facts,
    )


# --- two sessions a day --------------------------------------------------------------------------


def test_sessions_are_summed_over_the_schools_that_state_both() -> None:
    table = held(
        taught(10, 10, education_level="MN"),
        taught(20, 15, education_level="TH"),
        taught(12, None, education_level="TH"),  # says nothing of sessions: not a zero
        taught(None, 5, education_level="TH"),
        taught(8, 0, education_level="THCS"),
        taught(6, 6, education_level="THCS", in_scope=False),
    )
    found = measure_sessions(table)
    classes = found[found.measure == "classes"].set_index("group")
    columns = ["two_sessions_count", "whole_count", "schools_stated", "schools_total"]
    assert classes[columns].to_numpy().tolist() == [
        [10, 10, 1, 1],
        [15, 20, 1, 3],
        [0, 8, 1, 1],
        [25, 38, 3, 5],
    ]
    assert classes.index.tolist() == ["MN", "TH", "THCS", "all"]
    assert classes.two_sessions_percent.tolist() == [100, 75, 0, pytest.approx(2500 / 38)]
    pupils = found[found.measure == "pupils"].set_index("group")
    assert pupils.whole_count.tolist() == [300, 600, 240, 1140]
    assert set(found.by) == {"education_level"}
    assert found.columns.tolist() == [
        *("school_year", "by", "group", "measure", "two_sessions_count", "whole_count"),
        *("two_sessions_percent", "schools_stated", "schools_total"),
    ]


def test_where_nobody_states_sessions_there_is_no_number() -> None:
    assert measure_sessions(held(taught(10, None)), by=None).empty
    groups = [taught(10, None, education_level="MN"), taught(8, 6, education_level="TH")]
    row = measure_sessions(held(*groups)).iloc[0]
    assert row[["two_sessions_count", "whole_count", "two_sessions_percent"]].isna().all()
    assert (row.schools_stated, row.schools_total, row.group) == (0, 1, "MN")
    empty = measure_sessions(held(taught(0, 0)), by=None).iloc[0]
    assert (empty.two_sessions_count, empty.whole_count) == (0, 0)
    assert pd.isna(empty.two_sessions_percent)


def test_sessions_of_several_years_have_the_same_groups() -> None:
    table = held(
        taught(3, 3, school_year="2023-2024", education_level="MN"),
        taught(4, 2, school_year="2024-2025", education_level="TH"),
        as_of=DAYS,
    )
    found = measure_sessions(table)
    classes = found[found.measure == "classes"]
    assert classes[["school_year", "group"]].to_numpy().tolist() == [
        [year, group] for year in ("2023-2024", "2024-2025") for group in ("MN", "TH", "all")
    ]
    assert classes.schools_total.tolist() == [1, 0, 1, 0, 1, 1]
    assert found.measure.tolist() == ["classes", "pupils"] * 6
    with pytest.raises(SuiteError, match="'unit'"):
        measure_sessions(table, by="units")


# --- moves from year to year ---------------------------------------------------------------------


def test_transitions_count_every_school_once_per_pair() -> None:
    table = held(
        school(school_id="A", school_year="2023-2024", cqg=1),
        school(school_id="A", school_year="2024-2025", cqg=2),
        school(school_id="B", school_year="2023-2024", cqg="not_reached"),
        school(school_id="C", school_year="2024-2025", cqg=1),
        school(school_id="D", school_year="2023-2024", cqg=1),
        school(school_id="D", school_year="2024-2025", cqg=1, in_scope=False),
        as_of=DAYS,
    )
    found = measure_transitions(table, scheme="cqg")
    moved = found[found.schools_count > 0].set_index(["standing_from", "standing_to"])
    assert moved.schools_count.to_dict() == {
        ("not_reached", "absent"): 1,
        ("1", "2"): 1,
        ("1", "outside"): 1,
        ("absent", "1"): 1,
    }
    assert moved["move"].tolist() == ["left", "raised", "other", "entered"]
    names = [*STATES[:-1], "1", "2", "outside", "set_aside", "absent"]
    for column in ("standing_from", "standing_to"):
        assert found[column].cat.categories.tolist() == names and found[column].cat.ordered
    assert len(found) == len(names) ** 2
    assert set(found.school_year_from) == {"2023-2024"}
    assert set(found.school_year_to) == {"2024-2025"}
    assert set(found.scheme) == {"cqg"}


def test_each_kind_of_move_within_a_cell_has_its_row() -> None:
    signed = {"A": "2022-01-15", "B": "2024-11-20"}
    rows = [
        school(school_id=name, school_year=year, cqg=1, cqg_date=day(on))
        for name, later in signed.items()
        for year, on in (("2023-2024", "2022-01-15"), ("2024-2025", later))
    ]
    found = measure_transitions(held(*rows, as_of=DAYS), scheme="cqg")
    cell = found[found.standing_from.eq("1") & found.standing_to.eq("1")]
    assert cell[["move", "schools_count"]].to_numpy().tolist() == [["renewed", 1], ["unchanged", 1]]
    assert found[found.schools_count.eq(0)]["move"].eq("").all()


def test_only_years_that_follow_each_other_are_paired() -> None:
    years = ["2021-2022", "2023-2024", "2024-2025"]
    table = held(*[school(school_id="A", school_year=y, cqg=1) for y in years], as_of=DAYS)
    pairs = measure_transitions(table, scheme="cqg")[["school_year_from", "school_year_to"]]
    assert pairs.drop_duplicates().to_numpy().tolist() == [["2023-2024", "2024-2025"]]
    alone = measure_transitions(held(school()), scheme="kdclgd")
    assert alone.empty and alone.columns[-1] == "schools_count"


def test_transitions_leave_out_whom_a_scheme_is_not_for() -> None:
    rows = [
        school(school_id="A", school_year=y, education_level="GDTX", kdclgd=1)
        for y in ("2023-2024", "2024-2025")
    ]
    table = held(*rows, as_of=DAYS)
    assert measure_transitions(table, scheme="kdclgd").schools_count.sum() == 1
    assert measure_transitions(table, scheme="cqg").schools_count.sum() == 0


# --- completeness --------------------------------------------------------------------------------


def test_completeness_asks_each_column_of_those_it_can_be_asked_of() -> None:
    table = held(
        school(school_code="01", eligible=True, kdclgd=2, kdclgd_date=day("2023-01-01"), classes=5),
        school(eligible=False, kdclgd="not_evaluated", classes=0),
        school(unit="", kdclgd="expired", kdclgd_decision="1/QĐ-SGDĐT"),
        school(kdclgd="level_unknown"),
        school(in_scope=False, school_code="02"),
    )
    found = measure_completeness(table).set_index("column")
    counts = {c: (r.stated_count, r.rows_count) for c, r in found.iterrows()}
    assert counts["school_code"] == (1, 4)
    assert counts["unit"] == (3, 4)
    assert counts["eligible"] == (2, 4)
    assert counts["externally_evaluated"] == (0, 4)
    assert counts["kdclgd_result"] == (4, 4)
    assert counts["cqg_result"] == (0, 4), "blank, so not stated"
    assert counts["kdclgd_level"] == (1, 3)
    assert counts["kdclgd_decision"] == (1, 3)
    assert counts["kdclgd_date"] == (1, 3)
    assert counts["kdclgd_expiry"] == (0, 3)
    assert counts["classes"] == (2, 4)  # a stated zero is stated
    assert "cqg_level" not in counts  # nobody has one to state
    assert found.stated_percent["unit"] == 75


def test_completeness_is_told_year_by_year() -> None:
    table = held(
        school(school_year="2024-2025", pupils=100),
        school(school_year="2023-2024"),
        as_of=DAYS,
    )
    found = measure_completeness(table)
    assert found.school_year.tolist() == sorted(found.school_year)
    pupils = found[found.column == "pupils"].set_index("school_year").stated_percent
    assert pupils.to_dict() == {"2023-2024": 0, "2024-2025": 100}


def test_completeness_asks_nothing_of_a_scheme_the_year_has_no_column_for() -> None:
    table = held(
        school(school_year="2023-2024", kdclgd=None, cqg="in_doubt"),
        school(school_year="2024-2025", kdclgd="pending", cqg="withdrawn"),
        as_of=DAYS,
    )
    found = measure_completeness(table)
    stated = found[found["column"].isin(["kdclgd_result", "cqg_result"])]
    assert stated[["school_year", "column", "stated_count", "rows_count"]].to_numpy().tolist() == [
        ["2023-2024", "cqg_result", 0, 1],
        ["2024-2025", "kdclgd_result", 1, 1],
        ["2024-2025", "cqg_result", 1, 1],
    ]


# --- ends of certificates ------------------------------------------------------------------------


def certified(ends: str | None, level: Any = 1, **facts: Any) -> dict[str, Any]:
    return school(cqg=level, cqg_expiry=None if ends is None else day(ends), **facts)


def test_expiries_by_quarter_are_complete_from_the_day_to_the_last_end() -> None:
    table = held(
        certified("2025-05-31"),
        certified("2025-06-30", 2),
        certified("2025-10-01"),
        certified("2025-05-30"),  # ended the day before: not in force
        school(cqg="not_reached"),
    )
    found = measure_expiries(table, scheme="cqg")
    assert found.columns.tolist() == [
        *("school_year", "scheme", "quarter", "quarter_from"),
        *("by", "group", "level", "schools_count", "left_count"),
    ]
    assert found[["quarter", "level", "schools_count"]].to_numpy().tolist() == [
        ["2025-Q2", 1, 1],
        ["2025-Q2", 2, 1],
        ["2025-Q3", 1, 0],
        ["2025-Q3", 2, 0],
        ["2025-Q4", 1, 1],
        ["2025-Q4", 2, 0],
    ]
    assert found.quarter_from.unique().tolist() == [
        *map(day, ["2025-04-01", "2025-07-01", "2025-10-01"])
    ]
    assert set(found.group) == {"all"} and set(found.by) == {""} and set(found.scheme) == {"cqg"}


def test_expiries_of_groups_add_up_to_the_total() -> None:
    table = held(
        certified("2026-01-01", education_level="TH"),
        certified("2026-02-01", education_level="MN"),
        certified("2026-02-01", education_level="GDTX"),  # CQG is not for them
    )
    found = measure_expiries(table, scheme="cqg", by="education_level")
    last = found[found.quarter == "2026-Q1"].set_index("group").schools_count
    assert last.to_dict() == {"MN": 1, "TH": 1, "all": 2}


def test_certificates_without_a_date_or_level_are_told_apart() -> None:
    table = held(certified(None), certified("2025-08-01", "level_unknown"))
    found = measure_expiries(table, scheme="cqg")
    some = found[found.schools_count > 0]
    assert some.quarter.tolist() == ["2025-Q3", ""]
    assert some.quarter_from.isna().tolist() == [False, True]
    assert some.level.isna().tolist() == [True, False]
    undated = measure_expiries(held(certified(None)), scheme="cqg")
    assert undated[["quarter", "schools_count"]].to_numpy().tolist() == [["", 1]]
    assert measure_expiries(held(school()), scheme="cqg").empty


def test_each_year_has_its_own_calendar() -> None:
    rows = [certified("2026-08-01", school_year=y) for y in ("2024-2025", "2025-2026")]
    found = measure_expiries(held(*rows, as_of=DAYS), scheme="cqg")
    assert found.groupby("school_year").size().to_dict() == {"2024-2025": 6, "2025-2026": 2}


@pytest.mark.parametrize(
    ("as_of", "stage"),
    [
        ("2025-07-29", "later"),
        ("2025-07-30", "alert"),  # twelve months before 30/7/2026
        ("2026-02-28", "alert"),  # 30 February is 28: the last day to register
        ("2026-03-01", "overdue"),
        ("2026-07-30", "overdue"),
    ],
)
def test_the_marks_before_a_certificate_ends(as_of: str, stage: str) -> None:
    table = held(certified("2026-07-30"), as_of=day(as_of).date())
    row = list_expiries(table, scheme="cqg", rules=RULES).iloc[0]
    assert row.stage == stage
    assert (row.alert_from, row.renewal_due) == (day("2025-07-30"), day("2026-02-28"))
    assert (row.quarter, row.expires) == ("2026-Q3", day("2026-07-30"))


def test_the_list_begins_with_the_first_to_end() -> None:
    table = held(
        certified(None, school_name="Trường B"),
        certified("2027-01-01", school_name="Trường Đ"),
        certified("2027-01-01", school_name="Trường D"),
        school(cqg=2, cqg_date=day("2021-02-28"), school_name="Trường A"),
    )
    found = list_expiries(table, scheme="cqg", rules=RULES)
    assert found.school_name.tolist() == ["Trường A", "Trường D", "Trường Đ", "Trường B"]
    assert found.expiry_derived.tolist() == [True, False, False, False]
    assert found.expires[0] == day("2026-02-28")
    assert found.level.tolist() == [2, 1, 1, 1]
    assert found.stage[3] == "undated" and found.quarter[3] == ""
    assert found[["alert_from", "renewal_due"]].iloc[3].isna().all()
    assert found.signed[0] == day("2021-02-28")
    assert list_expiries(held(school()), scheme="cqg", rules=RULES).empty


# --- renewals ------------------------------------------------------------------------------------


def pair(school_id: str, before: dict[str, Any], after: dict[str, Any] | None) -> list[Any]:
    rows = [school(school_id=school_id, school_year="2023-2024", **before)]
    rows += [] if after is None else [school(school_id=school_id, school_year="2024-2025", **after)]
    return rows


def test_renewals_are_those_that_ended_and_hold_one_again() -> None:
    ending = {"cqg": 1, "cqg_expiry": day("2024-12-01")}
    new = {"cqg": 1, "cqg_expiry": day("2029-12-01")}
    rows = [
        *pair("A", ending, new),
        *pair("B", ending, {"cqg": "level_unknown"}),
        *pair("C", ending, ending),
        *pair("D", ending, {"cqg": "not_reached"}),
        *pair("E", ending, {"cqg": "not_stated"}),
        *pair("M", ending, {"cqg": "in_doubt"}),
        *pair("N", ending, {"cqg": "withdrawn"}),
        *pair("O", ending, {"cqg": "pending"}),
        *pair("P", ending | {"school_code": "46480001"}, None),
        school(
            school_id="a|1|9",
            school_year="2024-2025",
            school_code="46480001",
            in_scope=None,
            cqg="in_doubt",
        ),
        *pair("F", ending, None),
        *pair("G", ending, new | {"in_scope": False}),
        *pair("H", {"cqg": 1, "cqg_expiry": day("2025-05-31")}, new),  # in force on the second day
        *pair("I", {"cqg": 1, "cqg_expiry": day("2025-05-30")}, new),
        *pair("J", {"cqg": 1, "cqg_expiry": day("2024-05-31")}, new),
        *pair("K", {"cqg": 1, "cqg_expiry": day("2024-05-30")}, new),  # had ended before the first
        *pair("L", {"cqg": 1}, new),  # no date: nobody knows
    ]
    found = measure_renewals(held(*rows, as_of=DAYS), scheme="cqg")
    assert found.to_dict("records") == [
        {
            "school_year_from": "2023-2024",
            "school_year_to": "2024-2025",
            "scheme": "cqg",
            "ended_count": 13,
            "renewed_count": 4,
            "not_renewed_count": 4,
            "unknown_count": 3,
            "absent_count": 2,
        }
    ]
    assert measure_renewals(held(school()), scheme="cqg").empty


def test_a_school_the_scheme_is_not_for_any_more_is_absent() -> None:
    ending = {"cqg": 1, "cqg_expiry": day("2024-12-01")}
    rows = pair("A", ending, ending | {"education_level": "GDTX"})
    (found,) = measure_renewals(held(*rows, *pair("B", {}, {}), as_of=DAYS), scheme="cqg").to_dict(
        "records"
    )
    assert (found["ended_count"], found["absent_count"], found["not_renewed_count"]) == (1, 1, 0)


YEARS = ("2022-2023", "2023-2024", "2024-2025", "2025-2026")
NUMBER = st.one_of(st.none(), st.integers(0, 40))
ROWS = st.lists(
    st.tuples(st.sampled_from(YEARS), st.sampled_from("ABC"), NUMBER, NUMBER, st.booleans()),
    min_size=1, max_size=9, unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_each_number_is_what_the_lists_say_and_their_sum(rows: list[tuple[Any, ...]]) -> None:
    table = held(
        *(
            school(school_year=y, school_id=s, school_name=f"{s} {y}", classes=c, pupils=p,
                   in_scope=scope)
            for y, s, c, p, scope in rows
        )
    )  # fmt: skip
    found = measure_three_years(table, rules=RULES)
    inside = [row for row in rows if row[4]]
    newest = sorted({row[0] for row in inside})[-3:]
    inside = [row for row in inside if row[0] in newest]
    wanted = []
    for name, at in (("classes", 2), ("pupils", 3)):
        if all(row[at] is None for row in inside):
            continue
        for year in newest:
            own = [row for row in inside if row[0] == year]
            wanted += [(row[1], name, year, row[at], int(row[at] is not None), 1) for row in own]
            stated = [row[at] for row in own if row[at] is not None]
            wanted.append(("", name, year, sum(stated) if stated else None, len(stated), len(own)))
    keys = ["school_id", "column", "school_year", "amount_count", "schools_stated"]
    told = [
        tuple(None if pd.isna(value) else value for value in row)
        for row in found[[*keys, "schools_total"]].itertuples(index=False)
    ]
    assert sorted(told, key=str) == sorted(wanted, key=str)
    now = {row[1]: f"{row[1]} {max(r[0] for r in inside if r[1] == row[1])}" for row in inside}
    assert {*found["group"]} <= {*now.values(), "all"}, "by the name it has now"
    assert not len(found) or found["group"].iloc[-1] == "all"
