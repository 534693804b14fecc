"""What holds on a day: expiry to the day, rough dates, and what is never guessed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reference import SuiteError, read_rules
from analysis.status import STATES, UNCLEAR, status_on
from tests.frames import held, school, schools

RULES = read_rules()


def on(day: str, **facts: Any) -> pd.Series:
    return held(school(**facts), as_of=dt.date.fromisoformat(day)).iloc[0]


def state(day: str, **facts: Any) -> str:
    return on(day, **{"kdclgd": 2, **facts}).kdclgd_state


@pytest.mark.parametrize(
    ("signed", "last_day", "day_after"),
    [
        ("2020-03-10", "2025-03-10", "2025-03-11"),
        ("2020-05-30", "2025-05-30", "2025-05-31"),
        ("2020-05-31", "2025-05-31", "2025-06-01"),
        ("2020-02-28", "2025-02-28", "2025-03-01"),
        ("2019-02-28", "2024-02-28", "2024-02-29"),
        ("2020-02-29", "2025-02-28", "2025-03-01"),  # ends as if signed on 28 February
        ("2019-12-31", "2024-12-31", "2025-01-01"),
    ],
)
def test_five_years_from_signing(signed: str, last_day: str, day_after: str) -> None:
    assert state(last_day, kdclgd_date=signed) == "in_force"
    assert state(day_after, kdclgd_date=signed) == "expired"
    row = on(last_day, kdclgd=2, kdclgd_date=signed)
    assert row.kdclgd_expires == pd.Timestamp(last_day)
    assert row.kdclgd_expiry_derived


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-04-08", "in_force"), ("2025-04-09", "in_force"), ("2025-04-10", "expired")],
)
def test_a_printed_expiry_is_the_last_day_and_comes_first(day: str, expected: str) -> None:
    row = on(day, kdclgd=2, kdclgd_date="2019-01-01", kdclgd_expiry="2025-04-09")
    assert row.kdclgd_state == expected
    assert row.kdclgd_expires == pd.Timestamp("2025-04-09")
    assert not row.kdclgd_expiry_derived


def test_a_printed_expiry_alone_is_enough() -> None:
    row = on("2025-04-10", kdclgd=2, kdclgd_expiry="2025-04-09")
    assert (row.kdclgd_state, row.kdclgd_undated) == ("expired", False)


def test_the_anniversary_itself_is_a_rule_of_the_data() -> None:
    calendar = {**RULES.regimes["calendar"], "anniversary_in_force": False}
    rules = replace(RULES, regimes={**RULES.regimes, "calendar": calendar})
    table = schools(school(kdclgd=2, kdclgd_date="2021-04-09"))
    for day, expected in [(dt.date(2026, 4, 8), "in_force"), (dt.date(2026, 4, 9), "expired")]:
        row = status_on(table, day, rules).iloc[0]
        assert row.kdclgd_state == expected
        assert row.kdclgd_expires == pd.Timestamp("2026-04-08")


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2020-03-09", "not_stated"), ("2020-03-10", "in_force"), ("2020-03-11", "in_force")],
)
def test_a_later_certificate_says_nothing_of_an_earlier_day(day: str, expected: str) -> None:
    row = on(day, kdclgd=2, kdclgd_date="2020-03-10")
    assert row.kdclgd_state == expected
    assert row.kdclgd_signed_later == (expected == "not_stated")
    assert pd.isna(row.kdclgd_level_held) == (expected == "not_stated")
    assert row.kdclgd_level == 2


@pytest.mark.parametrize(
    ("precision", "day", "expected"),
    [
        ("year", "2025-01-01", "in_force"),  # signed 01/01/2020 at the earliest
        ("year", "2025-01-02", "in_doubt"),
        ("year", "2025-12-31", "in_doubt"),  # signed 31/12/2020 at the latest
        ("year", "2026-01-01", "expired"),
        ("month", "2025-02-01", "in_force"),  # signed 01/02/2020 at the earliest
        ("month", "2025-02-02", "in_doubt"),
        ("month", "2025-02-28", "in_doubt"),  # signed 29/02/2020 at the latest
        ("month", "2025-03-01", "expired"),
        ("school_year", "2024-09-01", "in_force"),  # signed 01/09/2019 at the earliest
        ("school_year", "2024-09-02", "in_doubt"),
        ("school_year", "2025-08-31", "in_doubt"),  # signed 31/08/2020 at the latest
        ("school_year", "2025-09-01", "expired"),
    ],
)
def test_rough_dates_expire_in_a_range(precision: str, day: str, expected: str) -> None:
    # The day stored beside a rough date means nothing: here it is neither first nor last.
    facts = {"kdclgd_date": "2020-02-17", "kdclgd_date_precision": precision}
    row = on(day, kdclgd=2, **facts)
    assert row.kdclgd_state == expected
    assert pd.isna(row.kdclgd_level_held) == (expected == "in_doubt")
    assert row.kdclgd_level == 2, "at this level in force, or at none"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019-12-31", "not_stated"),
        ("2020-01-01", "in_doubt"),
        ("2020-12-30", "in_doubt"),
        ("2020-12-31", "in_force"),
    ],
)
def test_rough_dates_begin_in_a_range(day: str, expected: str) -> None:
    row = on(day, kdclgd=2, kdclgd_date="2020-07-01", kdclgd_date_precision="year")
    assert row.kdclgd_state == expected
    assert row.kdclgd_signed_later == (expected == "not_stated")


def test_a_printed_expiry_leaves_no_doubt_about_the_end() -> None:
    facts = {"kdclgd_date": "2020-02-17", "kdclgd_date_precision": "year"}
    assert state("2025-05-31", **facts, kdclgd_expiry="2025-05-31") == "in_force"
    assert state("2025-06-01", **facts, kdclgd_expiry="2025-05-31") == "expired"


def test_without_any_date_the_source_is_believed_and_it_shows() -> None:
    row = on("2025-05-31", kdclgd=3, cqg="level_unknown")
    assert (row.kdclgd_state, row.kdclgd_standing, row.kdclgd_undated) == ("in_force", "3", True)
    assert (row.cqg_state, row.cqg_undated) == ("level_unknown", True)
    assert pd.isna(row.kdclgd_expires)
    assert not row.kdclgd_expiry_derived


@pytest.mark.parametrize(
    "result", ["in_doubt", "not_stated", "not_evaluated", "pending", "not_reached", "withdrawn"]
)
def test_without_a_certificate_dates_mean_nothing(result: str) -> None:
    row = on("2025-05-31", kdclgd=result, kdclgd_date="2010-01-01")
    assert (row.kdclgd_state, row.kdclgd_standing) == (result, result)
    assert pd.isna(row.kdclgd_expires)
    assert not (row.kdclgd_expiry_derived or row.kdclgd_undated or row.kdclgd_signed_later)


def test_a_level_that_is_not_stated_can_expire_too() -> None:
    facts: dict[str, Any] = {"kdclgd": "level_unknown", "kdclgd_date": "2020-03-10"}
    assert state("2025-03-10", **facts) == "level_unknown"
    assert state("2025-03-11", **facts) == "expired"
    assert state("2025-03-09", **facts, kdclgd_result="recognised") == "level_unknown"


def test_a_source_that_says_expired_is_believed() -> None:
    row = on("2025-05-31", kdclgd="expired", cqg="expired", cqg_date="2019-02-01")
    assert (row.kdclgd_state, row.kdclgd_level_held, row.kdclgd_undated) == ("expired", 0, False)
    assert row.cqg_expires == pd.Timestamp("2024-02-01")


def test_level_held_is_zero_missing_or_the_level() -> None:
    said = [
        *("in_doubt", "not_stated", "not_evaluated", "pending", "not_reached", "withdrawn"),
        *("level_unknown", 1, 4),
    ]
    table = held(*[school(kdclgd=s) for s in said], school(kdclgd=2, kdclgd_date="2001-01-01"))
    assert table.kdclgd_level_held.dtype == "Int64"
    assert table.kdclgd_level_held.fillna(-1).tolist() == [-1, -1, 0, 0, 0, 0, -1, 1, 4, 0]


def test_a_year_without_a_column_for_a_scheme_says_nothing_of_it() -> None:
    table = held(school(kdclgd=None, cqg=1), school(kdclgd=None, cqg="not_reached"))
    told = table[["kdclgd_result", "kdclgd_state", "kdclgd_standing", "kdclgd_level_held"]]
    assert told.isna().all(axis=None), "no zero, and not what a blank cell says"
    assert table.cqg_state.tolist() == ["in_force", "not_reached"]
    assert "not_reached" in table.kdclgd_standing.cat.categories


def test_standings_are_ordered_and_end_at_the_highest_level_of_the_scheme() -> None:
    table = held(school(kdclgd=4, cqg=2))
    below = [
        *("in_doubt", "not_stated", "not_evaluated", "pending", "not_reached", "withdrawn"),
        *("expired", "level_unknown"),
    ]
    assert below == list(STATES[:-1]) and list(UNCLEAR) == below[:2]
    assert table.kdclgd_standing.cat.categories.tolist() == [*below, "1", "2", "3", "4"]
    assert table.cqg_standing.cat.categories.tolist() == [*below, "1", "2"]
    assert table.cqg_standing.cat.ordered


def test_the_two_schemes_are_judged_apart() -> None:
    row = on("2025-05-31", kdclgd=2, kdclgd_date="2019-01-01", cqg=1, cqg_date="2021-01-01")
    assert (row.kdclgd_state, row.cqg_state, row.cqg_level_held) == ("expired", "in_force", 1)


def test_each_year_is_judged_on_its_own_day() -> None:
    signed = {"kdclgd": 1, "kdclgd_date": "2019-06-01"}
    years = ["2022-2023", "2023-2024", "2024-2025"]
    days = {y: dt.date(int(y[5:]), 5, 31) for y in years}
    table = held(*[school(school_year=y, **signed) for y in years], as_of=days)
    assert table.kdclgd_state.tolist() == ["in_force", "in_force", "expired"]
    assert table.as_of.dt.date.tolist() == list(days.values())


def test_a_year_without_a_day_is_an_error() -> None:
    with pytest.raises(SuiteError, match="2024-2025"):
        held(school(), as_of={"2023-2024": dt.date(2024, 5, 31)})
    rows = [school(school_year=year) for year in ("2024-2025", "2022-2023")]
    with pytest.raises(SuiteError, match="2022-2023, 2024-2025"):
        held(*rows, as_of={"2023-2024": dt.date(2024, 5, 31)})


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"kdclgd_result": "đạt"}, "đạt"),
        ({"cqg": 3}, "cqg_level"),
        ({"kdclgd": 5}, "5"),
    ],
)
def test_words_and_levels_that_are_not_ours_are_errors(facts: dict[str, Any], word: str) -> None:
    with pytest.raises(SuiteError, match=word):
        held(school(**facts))


def test_all_words_that_are_not_ours_are_named() -> None:
    with pytest.raises(SuiteError, match="chưa, đạt"):
        held(*[school(kdclgd_result=word) for word in ("đạt", "chưa", "not_stated")])


def test_the_schools_given_are_not_touched() -> None:
    table = schools(school(kdclgd=2, kdclgd_date="2020-02-17", kdclgd_date_precision="year"))
    before = table.copy()
    result = status_on(table, dt.date(2025, 5, 31), RULES)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(result[before.columns], before)


def test_no_schools_is_no_trouble() -> None:
    assert len(status_on(schools(), dt.date(2025, 5, 31), RULES)) == 0


DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2060, 12, 31))


@given(signed=DAYS, as_of=DAYS, precision=st.sampled_from(["day", "month", "year"]))
def test_one_state_and_its_dates_agree(signed: dt.date, as_of: dt.date, precision: str) -> None:
    facts = {"kdclgd": 2, "kdclgd_date": signed, "kdclgd_date_precision": precision}
    row = held(school(**facts), as_of=as_of).iloc[0]
    assert row.kdclgd_state in STATES
    assert (row.kdclgd_state == "in_force") == (str(row.kdclgd_standing) == "2")
    if row.kdclgd_state == "expired":
        assert row.kdclgd_expires < pd.Timestamp(as_of)
    if precision == "day":
        assert row.kdclgd_state != "in_doubt"
    assert row.kdclgd_signed_later == (row.kdclgd_state == "not_stated")


@given(signed=DAYS, later=st.integers(0, 4000))
def test_certain_states_do_not_depend_on_the_day_that_is_not_stated(
    signed: dt.date, later: int
) -> None:
    as_of = signed + dt.timedelta(later)
    rough = on(str(as_of), kdclgd=2, kdclgd_date=signed, kdclgd_date_precision="year")
    if rough.kdclgd_state not in UNCLEAR:
        assert state(str(as_of), kdclgd_date=signed) == rough.kdclgd_state


@given(signed=DAYS)
def test_once_expired_always_expired(signed: dt.date) -> None:
    days = [signed + dt.timedelta(n) for n in range(1700, 1960)]
    years = {str(i): day for i, day in enumerate(days)}
    rows = [school(school_year=y, kdclgd=1, kdclgd_date=signed) for y in years]
    states = held(*rows, as_of=years).kdclgd_state.tolist()
    in_force = states.count("in_force")
    assert states == ["in_force"] * in_force + ["expired"] * (len(days) - in_force)
    assert 0 < in_force < len(days)
