"""What kind of move it is: recognised for the first time, raised, renewed, lapsed, or unclear."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from analysis.charts import Chart, chart_bridge, chart_transitions
from analysis.measure import (
    BESIDE,
    MOVES,
    list_moves,
    measure_bridge,
    measure_levels,
    measure_transitions,
)
from analysis.notebook.school_year import read_years
from analysis.reference import read_reference
from tests.charts import ABOUT
from tests.frames import held, school
from tests.test_bridge import (
    CLOSED,
    DAYS,
    LIVES,
    MERGED,
    NEXT,
    NONE,
    ONE,
    SILENT,
    SINCE,
    SITE,
    UNTIL_2024,
    UNTIL_2027,
    both_years,
    lineages,
    row_set_aside,
)

ROOT = Path(__file__).parents[1]
UNCLEAR = ("in_doubt", "not_stated")


def move(one: dict[str, Any] | None, following: dict[str, Any] | None) -> tuple[str, str, str]:
    moves = list_moves(both_years(one, following), scheme="cqg")
    (row,) = moves[moves["school_id"] == "A"].to_dict("records")
    return row["standing_from"], row["standing_to"], row["move"]


RENEWED_2023 = {"cqg": 1, "cqg_date": "2023-11-20"}
NUMBERED = UNTIL_2027 | {"cqg_decision": "12/QĐ-UBND"}


@pytest.mark.parametrize(
    ("one", "following", "expected"),
    [
        (NONE, SINCE, ("not_evaluated", "1", "first_recognised")),
        ({"cqg": "pending"}, SINCE, ("pending", "1", "first_recognised")),
        (NONE, UNTIL_2027, ("not_evaluated", "1", "entered_late")),
        (UNTIL_2027, SINCE | {"cqg": 2}, ("1", "2", "raised")),
        (UNTIL_2027, RENEWED_2023 | {"cqg": 2}, ("1", "2", "entered_late")),
        (SINCE | {"cqg": 2}, SINCE, ("not_stated", "1", "became_clear")),  # signed after the day
        (UNTIL_2027 | {"cqg": 2}, SINCE, ("2", "1", "lowered")),
        (UNTIL_2027, UNTIL_2027 | {"cqg": 2}, ("1", "2", "other")),  # one certificate, two levels
        # The same level again: the certificate decides.
        (UNTIL_2027, UNTIL_2027, ("1", "1", "unchanged")),
        (UNTIL_2024, SINCE, ("1", "1", "renewed")),
        (UNTIL_2027, SINCE, ("1", "1", "renewed")),
        (UNTIL_2027, RENEWED_2023, ("1", "1", "entered_late")),
        (UNTIL_2027, UNTIL_2027 | {"cqg_date": "2021-12-15"}, ("1", "1", "unchanged")),
        (NUMBERED, NUMBERED | {"cqg_date": "2022-12-20"}, ("1", "1", "unchanged")),  # a slip
        (NUMBERED, NUMBERED | SINCE, ("1", "1", "renewed")),  # numbers start anew each year
        (NUMBERED, UNTIL_2027, ("1", "1", "unchanged")),
        (NUMBERED | {"cqg_date": None}, UNTIL_2027, ("1", "1", "unchanged")),
        (NUMBERED | {"cqg_date": None}, {"cqg": 1, "cqg_decision": "9/QĐ-UBND"},
         ("1", "1", "renewed")),
        (UNTIL_2027, SINCE | {"cqg_date_precision": "year"}, ("1", "1", "renewed")),
        ({"cqg": 1}, {"cqg": 1}, ("1", "1", "unchanged")),
        # Again after a lapse, at whatever level.
        ({"cqg": "expired"}, SINCE, ("expired", "1", "renewed")),
        ({"cqg": "withdrawn"}, SINCE, ("withdrawn", "1", "renewed")),
        ({"cqg": 1, "cqg_date": "2018-03-01"}, SINCE | {"cqg": 2}, ("expired", "2", "renewed")),
        ({"cqg": "expired"}, UNTIL_2027, ("expired", "1", "entered_late")),
        (NUMBERED | {"cqg": "expired"}, NUMBERED, ("expired", "1", "other")),
        # No more.
        (UNTIL_2024, UNTIL_2024, ("1", "expired", "expired")),
        (UNTIL_2024, {"cqg": "not_reached"}, ("1", "not_reached", "expired")),
        (UNTIL_2024, {"cqg": "pending"}, ("1", "pending", "expired")),
        (UNTIL_2027, {"cqg": "not_reached"}, ("1", "not_reached", "withdrawn")),
        (UNTIL_2027, {"cqg": "withdrawn"}, ("1", "withdrawn", "withdrawn")),
        (UNTIL_2027, {"cqg": "pending"}, ("1", "pending", "other")),
        ({"cqg": 1}, {"cqg": "not_reached"}, ("1", "not_reached", "other")),
        # Unclear.
        ({"cqg": "in_doubt"}, SINCE, ("in_doubt", "1", "became_clear")),
        ({"cqg": "not_stated"}, NONE, ("not_stated", "not_evaluated", "became_clear")),
        (UNTIL_2024, {"cqg": "not_stated"}, ("1", "not_stated", "became_unclear")),
        ({"cqg": "in_doubt"}, {"cqg": "in_doubt"}, ("in_doubt", "in_doubt", "unchanged")),
        ({"cqg": "in_doubt"}, {"cqg": "not_stated"}, ("in_doubt", "not_stated", "other")),
        (NUMBERED | {"cqg": "level_unknown"}, NUMBERED, ("level_unknown", "1", "became_clear")),
        (NUMBERED, NUMBERED | {"cqg": "level_unknown"}, ("1", "level_unknown", "became_unclear")),
        (UNTIL_2024 | {"cqg": "level_unknown"}, SINCE, ("level_unknown", "1", "renewed")),
        # Nothing held on either day.
        (NONE, NONE, ("not_evaluated", "not_evaluated", "unchanged")),
        (NONE, {"cqg": "pending"}, ("not_evaluated", "pending", "other")),
        # On one list only, or counted on one only.
        (None, SINCE, ("absent", "1", "entered")),
        (UNTIL_2027, None, ("1", "absent", "left")),
        (UNTIL_2027, UNTIL_2027 | MERGED, ("1", "outside", "merged_away")),
        (UNTIL_2027 | CLOSED, UNTIL_2027, ("outside", "1", "reopened")),
        (UNTIL_2027 | SITE, UNTIL_2027, ("outside", "1", "other")),
        (UNTIL_2027, UNTIL_2027 | {"education_level": "GDTX"}, ("1", "outside", "other")),
    ],
)  # fmt: skip
def test_what_kind_of_move_it_is(
    one: dict[str, Any] | None, following: dict[str, Any] | None, expected: tuple[str, str, str]
) -> None:
    assert move(one, following) == expected


def test_a_school_that_held_one_years_ago_is_not_recognised_for_the_first_time() -> None:
    days = {"2021-2022": dt.date(2022, 5, 31), **DAYS}
    past = [
        school(school_id="A", school_year="2021-2022", cqg=1, cqg_date="2017-06-01"),
        school(school_id="A", school_year="2022-2023", cqg="not_reached"),
    ]
    days["2022-2023"] = dt.date(2023, 5, 31)
    now = both_years({"cqg": "not_reached"}, SINCE)
    moves = list_moves(pd.concat([held(*past, as_of=days), now]), scheme="cqg")
    own = moves[moves["school_id"] == "A"].set_index("school_year_to")["move"]
    assert own.to_dict() == {"2022-2023": "expired", ONE: "unchanged", NEXT: "renewed"}


def test_a_row_set_aside_is_known_by_its_code() -> None:
    own = {"school_id": "A", "school_code": "46480001"}
    later = school(**own, school_year=NEXT, **SINCE)
    rows = [row_set_aside(ONE, "46480001"), row_set_aside(NEXT, "46480009")]
    first = [school(school_id="Z", school_year=ONE, cqg=1)]
    moves = list_moves(held(later, *first, *rows, as_of=DAYS), scheme="cqg")
    told = moves.set_index("school_id")[["standing_from", "standing_to", "move"]].T.to_dict("list")
    assert told == {"A": ["set_aside", "1", "set_aside"], "Z": ["1", "absent", "left"]}


def test_a_year_that_does_not_state_the_scheme_gives_no_pair() -> None:
    rows = [school(school_id="A", school_year=year, cqg=1, kdclgd=None) for year in DAYS]
    rows[1] |= {"cqg_result": None, "cqg_level": None}
    table = held(*rows, as_of=DAYS)
    for scheme in ("cqg", "kdclgd"):
        assert list_moves(table, scheme=scheme).empty
        assert measure_transitions(table, scheme=scheme).empty


def test_what_there_is_no_pair_for_is_said_in_one_sentence() -> None:
    days = {"2021-2022": dt.date(2022, 5, 31), "2022-2023": dt.date(2023, 5, 31)} | DAYS
    stated = dict(zip(days, (1, 1, None, 1), strict=False))
    rows = [school(school_id="A", school_year=year, cqg=stated.get(year)) for year in days]
    table = held(*rows, as_of=days)
    tables = (measure_transitions(table, scheme="cqg"), measure_bridge(table, scheme="cqg"))
    drawn: list[Callable[..., Chart]] = [chart_transitions, chart_bridge]
    for found, draw in zip(tables, drawn, strict=True):
        for year, words in ((ONE, f"của năm học {ONE} có cột"), ("2025-2026", "có cột")):
            chart = draw(found, about=replace(ABOUT, school_year=year))
            assert chart.headline.startswith("CQG: ") and words in chart.headline
    first = chart_transitions(tables[0], about=replace(ABOUT, school_year=NEXT))
    assert first.headline.endswith("nên chưa so với năm trước được.")
    since = chart_bridge(tables[1], about=replace(ABOUT, school_year=NEXT))
    assert since.headline.endswith("không đổi: 1 ở cả hai năm học")


@settings(max_examples=40, deadline=None)
@given(lives=LIVES, silent=SILENT)
def test_every_school_moves_once_and_none_of_a_list_is_called_absent(
    lives: list[list[dict[str, Any] | None]], silent: set[str]
) -> None:
    table = lineages(lives, silent)
    moves, counted = list_moves(table, scheme="cqg"), measure_transitions(table, scheme="cqg")
    assert counted["schools_count"].sum() == len(moves) and set(moves["move"]) <= set(MOVES)
    assert not moves.duplicated(["school_year_to", "school_id"]).any()
    listed = set(zip(table["school_year"], table["school_id"], strict=True))
    aside = table[table["in_scope"].isna() & table["school_code"].ne("")]
    codes = set(zip(aside["school_year"], "S" + aside["school_code"], strict=True))
    coded = set(table["school_id"][table["school_code"].ne("")])
    levels = measure_levels(table, scheme="cqg", base="all")
    total = levels.drop_duplicates("school_year").set_index("school_year")["schools_total"]
    for year, side in (("school_year_from", "standing_from"), ("school_year_to", "standing_to")):
        absent = moves[moves[side] == "absent"]
        names = set(zip(absent[year], absent["school_id"], strict=True))
        assert not names & listed
        assert not {(y, i) for y, i in names & codes if i in coded}
        in_base = moves[~moves[side].isin(BESIDE)].groupby(year).size()
        assert in_base.to_dict() == {y: n for y, n in total.items() if n and y in set(moves[year])}
    for row in moves.to_dict("records"):
        assert agrees(row), row


def agrees(row: dict[Any, Any]) -> bool:
    """What the word says can be seen from both standings."""
    before, now, word = row["standing_from"], row["standing_to"], row["move"]
    held_before, held_now = (s == "level_unknown" or s.isdigit() for s in (before, now))
    clear = not {before, now} & {*UNCLEAR, *BESIDE}
    return bool(
        {
            "first_recognised": clear and held_now and not held_before and before != "expired",
            "raised": held_before and held_now and before < now,
            "lowered": held_before and held_now and before > now,
            "renewed": clear and held_now,
            "entered_late": clear and held_now,
            "unchanged": before == now,
            "expired": held_before and clear and not held_now,
            "withdrawn": held_before and clear and not held_now,
            "became_clear": before in (*UNCLEAR, "level_unknown") and now not in UNCLEAR,
            "became_unclear": before not in UNCLEAR and now in (*UNCLEAR, "level_unknown"),
            "entered": before == "absent",
            "left": now == "absent",
            "set_aside": "set_aside" in (before, now),
            "reopened": before == "outside",
            "merged_away": now == "outside",
            "other": True,
        }[word]
    )


# The example office against its histories ---------------------------------------------------------


def events(history: str, scheme: str) -> Iterator[tuple[dt.date, str]]:
    """What happened to a school: the day (some day of its month) and the level."""
    letter = {"kdclgd": "K", "cqg": "Q"}[scheme]
    for level, year, month, day in re.findall(rf"{letter}(\d|\?):(\d+)-(\d+)-?(\d*)", history):
        yield dt.date(int(year), int(month), int(day or 15)), level


def stands(past: list[tuple[dt.date, str]], day: dt.date) -> tuple[dt.date, str] | None:
    """The certificate in force on a day."""
    begun = [event for event in past if event[0] <= day and event[1] != "0"]
    if not begun:
        return None
    signed, _ = begun[-1]
    leap = not calendar.isleap(signed.year + 5) and (signed.month, signed.day) == (2, 29)
    last = signed.replace(year=signed.year + 5, day=28 if leap else signed.day)
    return begun[-1] if day <= last else None


def expected_move(past: list[tuple[dt.date, str]], one: dt.date, following: dt.date) -> str:
    before, now = stands(past, one), stands(past, following)
    if before and now:
        known = "?" not in (before[1], now[1])
        raised = known and before[1] < now[1]
        return "raised" if raised else "unchanged" if before == now else "renewed"
    if now:
        held_before = any(on <= one and level != "0" for on, level in past)
        return "renewed" if held_before else "first_recognised"
    return "expired" if before else ""


@pytest.mark.truth
@pytest.mark.parametrize("scheme", ["kdclgd", "cqg"])
def test_the_example_moved_as_its_histories_say(scheme: str) -> None:
    path = ROOT / "data" / "example_office" / "histories.csv"
    with path.open(encoding="utf-8") as file:
        histories = {row["school_id"]: row["history"] for row in csv.DictReader(file)}
    years = read_years(read_reference(ROOT), "vi")
    moves = list_moves(pd.concat([year.held for year in years]), scheme=scheme)
    told = moves.set_index(["school_year_to", "school_id"])["move"]
    clear = {"first_recognised", "raised", "renewed", "expired", "unchanged"}
    checked = 0
    for one, following in pairwise(years):
        for school_id, history in histories.items():
            past = list(events(history, scheme))
            expected = expected_move(past, one.as_of, following.as_of)
            found = told.get((following.school_year, school_id), "")
            if found in clear and expected:
                assert found == expected, (school_id, following.school_year)
                checked += 1
    assert checked > 100
    assert {*told} <= clear | {
        *("became_clear", "became_unclear", "set_aside", "entered", "left", "other"),
    }
