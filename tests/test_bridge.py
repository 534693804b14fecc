"""From one year's count to the next: every school has one reason, and every group adds up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measure import GROUPINGS, STEPS, list_changes, measure_bridge, measure_levels
from analysis.reference import Directory, Units, read_reference
from analysis.school_year import load_years
from analysis.status import restate_units
from tests.frames import held, school
from tests.lineage import directory, units

ROOT = Path(__file__).parents[1]
REFERENCE = read_reference(ROOT)
ONE, NEXT = "2023-2024", "2024-2025"
DAYS = {ONE: dt.date(2024, 5, 31), NEXT: dt.date(2025, 5, 31), "2025-2026": dt.date(2026, 5, 31)}


def both_years(one: dict[str, Any] | None, following: dict[str, Any] | None) -> pd.DataFrame:
    """School A in two years, beside one that never changes."""
    rows = [school(school_id="Z", school_year=year, cqg=1) for year in (ONE, NEXT)]
    for year, facts in ((ONE, one), (NEXT, following)):
        if facts is not None:
            rows.append(school(**({"school_id": "A", "school_year": year} | facts)))
    return held(*rows, as_of=DAYS)


def steps(table: pd.DataFrame, group: str = "all", **options: Any) -> dict[tuple[str, str], int]:
    """What changed of the total: (level, step) -> schools."""
    bridge = measure_bridge(table, scheme="cqg", **options)
    adds_up(bridge)
    changed = bridge[~bridge["step"].isin(["start", "end"]) & bridge["schools_count"].ne(0)]
    changed = changed[changed["group"].eq(group)]
    return {(r.level, r.step): int(r.schools_count) for r in changed.itertuples()}  # type: ignore[arg-type, misc]


def adds_up(bridge: pd.DataFrame) -> None:
    keys = ["school_year_from", "school_year_to", "level", "group"]
    wide = bridge.pivot(index=keys, columns="step", values="schools_count")
    assert set(wide) == set(STEPS)
    assert wide.drop(columns="end").sum(axis=1).eq(wide["end"]).all()


UNTIL_2024 = {"cqg": 1, "cqg_date": "2020-01-15"}  # its last day is 15/01/2025
UNTIL_2027 = {"cqg": 1, "cqg_date": "2022-01-15"}


@pytest.mark.parametrize(
    ("one", "following", "expected"),
    [
        (UNTIL_2027, UNTIL_2027, {}),
        ({"cqg": "not_evaluated"}, UNTIL_2027, {("1", "new"): 1, ("any", "new"): 1}),
        (UNTIL_2024, UNTIL_2024, {("1", "expired"): -1, ("any", "expired"): -1}),
        (UNTIL_2024, {"cqg": "not_reached"}, {("1", "expired"): -1, ("any", "expired"): -1}),
        (UNTIL_2027, {"cqg": "expired"}, {("1", "expired"): -1, ("any", "expired"): -1}),
        (UNTIL_2027, {"cqg": "withdrawn"}, {("1", "withdrawn"): -1, ("any", "withdrawn"): -1}),
        (UNTIL_2027, {"cqg": "not_reached"}, {("1", "withdrawn"): -1, ("any", "withdrawn"): -1}),
        (UNTIL_2027, {"cqg": "unknown"}, {("1", "other"): -1, ("any", "other"): -1}),
        (UNTIL_2027, {"cqg": 2}, {("1", "upgraded"): -1, ("2", "upgraded"): 1}),
        ({"cqg": 2, "cqg_date": "2020-01-15"}, UNTIL_2027,
         {("2", "expired"): -1, ("1", "new"): 1}),
        ({"cqg": 2, "cqg_date": "2022-01-15"}, UNTIL_2027, {("2", "other"): -1, ("1", "new"): 1}),
        ({"cqg": "level_unknown"}, UNTIL_2027,
         {("level_unknown", "upgraded"): -1, ("1", "upgraded"): 1}),
        ({"cqg": "not_evaluated"}, {"cqg": "level_unknown"},
         {("level_unknown", "new"): 1, ("any", "new"): 1}),
        (UNTIL_2027, {"cqg": "level_unknown"}, {("1", "other"): -1, ("level_unknown", "new"): 1}),
        (UNTIL_2027, None, {("1", "other"): -1, ("any", "other"): -1}),
        (None, UNTIL_2027, {("1", "other"): 1, ("any", "other"): 1}),
        (UNTIL_2027, UNTIL_2027 | {"in_scope": False, "scope_reason": "merged"},
         {("1", "merged_away"): -1, ("any", "merged_away"): -1}),
        (UNTIL_2027, UNTIL_2027 | {"in_scope": False, "scope_reason": "site"},
         {("1", "other"): -1, ("any", "other"): -1}),
        (UNTIL_2027 | {"in_scope": False, "scope_reason": "site"}, UNTIL_2027,
         {("1", "other"): 1, ("any", "other"): 1}),
    ],
)  # fmt: skip
def test_why_a_count_changed(
    one: dict[str, Any] | None, following: dict[str, Any] | None, expected: dict[Any, int]
) -> None:
    assert steps(both_years(one, following)) == expected


@pytest.mark.parametrize(
    ("expires", "step"), [("2025-05-30", "expired"), ("2025-05-31", None), ("2025-06-01", None)]
)
def test_the_last_day_itself_is_in_force(expires: str, step: str | None) -> None:
    facts = {"cqg": 1, "cqg_date": "2019-01-01", "cqg_expiry": expires}
    found = steps(both_years(facts, facts))
    assert {name for _, name in found} == ({step} if step else set())


A_ENDS = "A,,Một,TH,X,2020-01-01,2024-08-14,{event},{successor}"
B_BEGINS = "B,,Hai,TH,X,2024-08-15,,,"


@pytest.mark.parametrize(
    ("event", "successor"), [("merged_into", "B"), ("closed", ""), ("split", "B")]
)
def test_a_school_that_is_no_more(tmp_path: Path, event: str, successor: str) -> None:
    lines = [A_ENDS.format(event=event, successor=successor), B_BEGINS]
    found = steps(both_years(UNTIL_2027, None), directory=directory(tmp_path, *lines))
    assert found == {("1", "merged_away"): -1, ("any", "merged_away"): -1}


def test_a_school_that_was_founded_or_made_of_others(tmp_path: Path) -> None:
    own = directory(tmp_path, B_BEGINS.replace("B", "A"))
    found = steps(both_years(None, UNTIL_2027), directory=own)
    assert found == {("1", "new"): 1, ("any", "new"): 1}


def test_a_unit_that_left_takes_its_schools_along(tmp_path: Path) -> None:
    own = directory(tmp_path, "A,,Một,TH,Xã X,2020-01-01,,,")
    left = units(tmp_path, "Xã X,2011-11-15,2024-06-30,left,,,S", "Phường Tứ Hạ,2011-11-15,,,,,S")
    away = steps(both_years(UNTIL_2027, None), directory=own, units=left)
    assert away == {("1", "boundary"): -1, ("any", "boundary"): -1}
    came = units(tmp_path, "Xã X,2024-07-01,,,,,S")
    assert steps(both_years(None, UNTIL_2027), directory=own, units=came) == {
        ("1", "boundary"): 1, ("any", "boundary"): 1,
    }  # fmt: skip


def test_another_group_is_a_boundary_and_nothing_to_the_total() -> None:
    changed = {"education_level": "TH&THCS", "unit": "Phường Hương Trà"}
    table = both_years(UNTIL_2027, changed | {"cqg": 2})
    by_level: dict[str, Any] = {"by": "education_level"}
    assert steps(table, **by_level) == {("1", "upgraded"): -1, ("2", "upgraded"): 1}
    assert steps(table, "TH", **by_level) == {("1", "boundary"): -1, ("any", "boundary"): -1}
    assert steps(table, "TH&THCS", **by_level) == {
        ("1", "boundary"): 1, ("1", "upgraded"): -1, ("2", "upgraded"): 1, ("any", "boundary"): 1,
    }  # fmt: skip


def test_the_schools_behind_a_number_are_named() -> None:
    found = list_changes(both_years(UNTIL_2024, UNTIL_2024), scheme="cqg")
    lost = found[found["step"].eq("expired") & found["level"].eq("1")]
    assert lost[["school_id", "schools_count"]].to_numpy().tolist() == [["A", -1]]


def test_one_year_has_no_bridge() -> None:
    assert measure_bridge(held(school(cqg=1)), scheme="cqg").empty
    assert list_changes(held(school(cqg=1)), scheme="cqg").empty


# Whatever happens, it adds up ---------------------------------------------------------------------

STATES = st.sampled_from(["unknown", "not_evaluated", "not_reached", "withdrawn", "expired",
                          "level_unknown", 1, 2])  # fmt: skip
SIGNED = st.sampled_from(
    [None, "2018-01-10", "2019-05-31", "2020-05-31", "2021-02-01", "2023-03-03"]
)
FACTS = st.fixed_dictionaries(
    {
        "cqg": STATES,
        "cqg_date": SIGNED,
        "education_level": st.sampled_from(["MN", "TH", "THCS", "TH&THCS", "GDTX"]),
        "unit": st.sampled_from(["Phường Tứ Hạ", "Xã X", ""]),
        "ownership": st.sampled_from(["CL", "NCL", ""]),
        "scope_reason": st.sampled_from(["", "", "", "closed", "merged", "site"]),
    }
)
LIVES = st.lists(
    st.lists(st.none() | FACTS, min_size=3, max_size=3), min_size=1, max_size=14
)  # one list per school: what it is in each year, or not in the list
DIRECTORY_LINES = [
    "S0,,Không,TH,Xã X,2015-01-01,2024-07-31,merged_into,S1",
    "S1,,Một,TH,Xã X,2015-01-01,2024-07-31,changed_level,",
    "S1,,Một,TH&THCS,Xã X,2024-08-01,,,",
    "S2,,Hai,THCS,Phường Tứ Hạ,2015-01-01,2023-08-31,renamed,",
    "S2,,Hai mới,THCS,Phường Tứ Hạ,2023-09-01,2025-06-30,split,S3;S4",
    "S3,,Ba,THCS,Phường Tứ Hạ,2025-07-01,,,",
    "S4,,Bốn,TH,Phường Tứ Hạ,2024-08-15,,,",
    "S5,,Năm,MN,Xã X,2015-01-01,2025-01-31,closed,",
]


@pytest.fixture(scope="module")
def lineage(tmp_path_factory: pytest.TempPathFactory) -> tuple[Directory, Units]:
    folder = tmp_path_factory.mktemp("lineage")
    lines = ["Xã X,2011-11-15,2025-06-30,left,,,S", "Phường Tứ Hạ,2011-11-15,,,,,S"]
    return directory(folder, *DIRECTORY_LINES), units(folder, *lines)


@settings(max_examples=30, deadline=None)
@given(lives=LIVES, by=st.sampled_from([None, *GROUPINGS]))
def test_start_and_all_steps_are_end_for_each_group_and_level(
    lineage: tuple[Directory, Units], lives: list[list[dict[str, Any] | None]], by: str | None
) -> None:
    rows = [
        school(school_id=f"S{n}", school_year=year,
               **facts | {"in_scope": not facts["scope_reason"]})
        for n, life in enumerate(lives)
        for year, facts in zip(DAYS, life, strict=True)
        if facts is not None
    ]  # fmt: skip
    if len({row["school_year"] for row in rows}) < 2:
        return
    table = held(*rows, as_of=DAYS)
    bridge = measure_bridge(table, scheme="cqg", by=by, directory=lineage[0], units=lineage[1])
    adds_up(bridge)
    ends_are_the_counts(table, bridge, by)
    groups_make_the_total(bridge)


def ends_are_the_counts(table: pd.DataFrame, bridge: pd.DataFrame, by: str | None) -> None:
    """Start and end are what `measure_levels` counts."""
    counted = measure_levels(table, scheme="cqg", by=by)
    counted = counted.assign(level=counted["standing"].astype(str))
    counts = counted.set_index(["school_year", "group", "level"])["schools_count"]
    for step, year in (("start", "school_year_from"), ("end", "school_year_to")):
        found = bridge[bridge["step"].eq(step) & bridge["level"].ne("any")]
        keys = list(zip(found[year], found["group"], found["level"], strict=True))
        assert found["schools_count"].tolist() == [counts[key] for key in keys]


def groups_make_the_total(bridge: pd.DataFrame) -> None:
    """Whatever is no move between groups adds up to the total."""
    if (bridge["by"] == "").all():
        return
    keys = ["school_year_from", "school_year_to", "level", "step"]
    own = bridge[bridge["group"].ne("all")].groupby(keys)["schools_count"].sum()
    total = bridge[bridge["group"].eq("all")].set_index(keys)["schools_count"]
    assert own.sub(total, fill_value=0).eq(0).all()


# The example office -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example() -> pd.DataFrame:
    return pd.concat([y.schools for y in load_years(home=ROOT)], ignore_index=True)


def example_bridge(table: pd.DataFrame, **options: Any) -> pd.DataFrame:
    options |= {"directory": REFERENCE.directory, "units": REFERENCE.units}
    return measure_bridge(table, scheme="cqg", **options)


@pytest.mark.parametrize("by", [None, *GROUPINGS])
def test_the_example_adds_up(example: pd.DataFrame, by: str | None) -> None:
    bridge = example_bridge(example, by=by)
    adds_up(bridge)
    ends_are_the_counts(example, bridge, by)


def test_the_merger_of_2025_in_the_example(example: pd.DataFrame) -> None:
    bridge = example_bridge(example, by="education_level")
    rows = bridge.query("school_year_to == '2025-2026' and level == '1' and step == 'merged_away'")
    found = rows.set_index("group")["schools_count"]
    assert found[found.ne(0)].to_dict() == {"TH": -1, "THCS": -1, "all": -2}


def test_as_reported_and_on_constant_territory(example: pd.DataFrame) -> None:
    reported = example_bridge(example, by="unit")
    moved = reported.query("step == 'boundary' and group != 'all' and schools_count != 0")
    assert set(moved["school_year_to"]) == {"2025-2026"}, "nine units became three"
    constant = restate_units(example, REFERENCE.units, REFERENCE.directory)
    bridge = example_bridge(constant, by="unit")
    adds_up(bridge)
    assert bridge.query("step == 'boundary'")["schools_count"].eq(0).all()
    names = ["Phường Hương Trà", "Phường Kim Trà", "Xã Bình Điền", "all"]
    assert list(dict.fromkeys(bridge["group"])) == names
    total = bridge["group"].eq("all")
    same = reported["group"].eq("all")
    assert bridge[total]["schools_count"].tolist() == reported[same]["schools_count"].tolist()
