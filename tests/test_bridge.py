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
from analysis.notebook.school_year import read_years
from analysis.reference import Directory, Units, read_reference
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
    return {(r.level, r.step): int(r.schools_count) for r in changed.itertuples()}


def adds_up(bridge: pd.DataFrame) -> None:
    keys = ["school_year_from", "school_year_to", "level", "group"]
    wide = bridge.pivot(index=keys, columns="step", values="schools_count")
    assert set(wide) == set(STEPS)
    assert wide.drop(columns="end").sum(axis=1).eq(wide["end"]).all()


UNTIL_2024 = {"cqg": 1, "cqg_date": "2020-01-15"}  # its last day is 15/01/2025
UNTIL_2027 = {"cqg": 1, "cqg_date": "2022-01-15"}
SINCE = {"cqg": 1, "cqg_date": "2024-11-20"}  # signed between the two days
NONE = {"cqg": "not_evaluated"}
CLOSED = {"in_scope": False, "scope_reason": "closed"}
MERGED, SITE = (CLOSED | {"scope_reason": reason} for reason in ("merged", "site"))


def level_and_any(step: str, count: int, level: str = "1") -> dict[tuple[str, str], int]:
    return {(level, step): count, ("any", step): count}


@pytest.mark.parametrize(
    ("one", "following", "expected"),
    [
        (UNTIL_2027, UNTIL_2027, {}),
        (UNTIL_2024, SINCE, {}),  # renewed in time: it held one on both days
        (NONE, SINCE, level_and_any("first_recognised", 1)),
        (NONE, {"cqg": 1}, level_and_any("first_recognised", 1)),  # no date: nothing says otherwise
        (NONE, UNTIL_2027, level_and_any("entered_late", 1)),
        (NONE, {"cqg": 1, "cqg_date": "2024-05-31"}, level_and_any("entered_late", 1)),
        (NONE, {"cqg": 1, "cqg_date": "2024-06-01"}, level_and_any("first_recognised", 1)),
        ({"cqg": "expired"}, SINCE, level_and_any("renewed", 1)),
        ({"cqg": "in_doubt"}, SINCE, level_and_any("unclear_before", 1)),
        (UNTIL_2027, {"cqg": "not_stated"}, level_and_any("unclear_now", -1)),
        (UNTIL_2024, UNTIL_2024, level_and_any("expired", -1)),
        (UNTIL_2027, {"cqg": "expired"}, level_and_any("expired", -1)),
        (UNTIL_2027, {"cqg": "withdrawn"}, level_and_any("withdrawn", -1)),
        (UNTIL_2027, {"cqg": "pending"}, level_and_any("other", -1)),  # it may hold the old one
        (UNTIL_2027, {"cqg": 2}, {("1", "upgraded"): -1, ("2", "upgraded"): 1}),
        (UNTIL_2027, {"cqg": 2, "cqg_date": "2024-03-01"},
         {("1", "entered_late"): -1, ("2", "entered_late"): 1}),
        (UNTIL_2027, UNTIL_2027 | {"cqg": 2}, {("1", "other"): -1, ("2", "other"): 1}),
        (UNTIL_2024 | {"cqg": 2}, SINCE, {("2", "expired"): -1, ("1", "renewed"): 1}),
        (UNTIL_2027 | {"cqg": 2}, SINCE, {("2", "other"): -1, ("1", "other"): 1}),
        ({"cqg": "level_unknown"}, UNTIL_2027,  # nothing says that it is another certificate
         {("level_unknown", "unclear_before"): -1, ("1", "unclear_before"): 1}),
        (UNTIL_2027 | {"cqg": "level_unknown"}, UNTIL_2027,
         {("level_unknown", "unclear_before"): -1, ("1", "unclear_before"): 1}),
        (UNTIL_2024 | {"cqg": "level_unknown"}, SINCE,
         {("level_unknown", "renewed"): -1, ("1", "renewed"): 1}),
        (NONE, {"cqg": "level_unknown"}, level_and_any("first_recognised", 1, "level_unknown")),
        (UNTIL_2027, {"cqg": "level_unknown"},
         {("1", "unclear_now"): -1, ("level_unknown", "unclear_now"): 1}),
        (UNTIL_2027, None, level_and_any("other", -1)),
        (None, UNTIL_2027, level_and_any("entered_late", 1)),
        (None, SINCE, level_and_any("other", 1)),
        (UNTIL_2027, UNTIL_2027 | MERGED, level_and_any("merged_away", -1)),
        (UNTIL_2027, UNTIL_2027 | CLOSED, level_and_any("merged_away", -1)),
        (UNTIL_2027 | CLOSED, UNTIL_2027, level_and_any("reopened", 1)),
        (UNTIL_2027 | MERGED, SINCE, level_and_any("reopened", 1)),
        (UNTIL_2027, UNTIL_2027 | SITE, level_and_any("other", -1)),
        (UNTIL_2027 | SITE, UNTIL_2027, level_and_any("other", 1)),
        (UNTIL_2027, UNTIL_2027 | {"education_level": "GDTX"},
         level_and_any("education_level", -1)),
        (UNTIL_2027 | {"education_level": "GDTX"}, UNTIL_2027,
         level_and_any("education_level", 1)),
    ],
)  # fmt: skip
def test_why_a_count_changed(
    one: dict[str, Any] | None, following: dict[str, Any] | None, expected: dict[Any, int]
) -> None:
    assert steps(both_years(one, following)) == expected


def row_set_aside(year: str, code: str) -> dict[str, Any]:
    facts = {"in_scope": None, "cqg": "in_doubt", "school_code": code}
    return school(school_id=f"a.xlsx|1|{year}", school_year=year, **facts)


@pytest.mark.parametrize(("year", "count"), [(ONE, 1), (NEXT, -1)])
def test_a_school_whose_row_was_set_aside(year: str, count: int) -> None:
    kept = UNTIL_2027 | {"school_id": "A", "school_code": "46480001"}
    rows = [
        *(school(school_id="Z", school_year=each, cqg=1) for each in (ONE, NEXT)),
        school(**kept, school_year=NEXT if year == ONE else ONE),
    ]
    aside = [row_set_aside(year, code) for code in ("46480001", "")]
    assert steps(held(*rows, *aside, as_of=DAYS)) == level_and_any("set_aside", count)
    other_code = [*rows, row_set_aside(year, "46480002")]
    why = "other" if year == NEXT else "entered_late"
    assert steps(held(*other_code, as_of=DAYS)) == level_and_any(why, count)


def test_a_school_whose_code_is_in_doubt_may_be_the_one_that_is_missing() -> None:
    """“TH Hàng” without a code, where a year before there was “TH Hàng Tre” in the same ward."""
    known = school(school_id="A", school_code="46480001", school_year=ONE, **UNTIL_2027)
    vague = {"school_year": NEXT, "doubts": "pupils school_code", **UNTIL_2027}
    found = list_changes(held(known, school(school_id="hàng", **vague), as_of=DAYS), scheme="cqg")
    of_any = found[found["level"].eq("any") & ~found["step"].isin(["start", "end"])]
    told = of_any[["school_id", "step", "schools_count"]].to_numpy().tolist()
    assert told == [["A", "set_aside", -1], ["hàng", "set_aside", 1]]
    elsewhere = held(known, school(school_id="hàng", unit="Xã X", **vague), as_of=DAYS)
    found = list_changes(elsewhere, scheme="cqg")
    assert set(found["step"]) == {"start", "end", "other", "set_aside"}


def test_a_certificate_of_years_ago_is_remembered() -> None:
    days = {"2021-2022": dt.date(2022, 5, 31), **DAYS}
    past = school(school_id="A", school_year="2021-2022", cqg=1, cqg_date="2017-06-01")
    now = both_years({"cqg": "not_reached"}, SINCE)
    rows = [past, *(school(school_id="Z", school_year=y, cqg=1) for y in days)]
    table = pd.concat([held(*rows[:2], as_of=days), now], ignore_index=True)
    found = measure_bridge(table, scheme="cqg")
    last = found.query("school_year_to == @NEXT and level == 'any' and schools_count != 0")
    assert dict(zip(last["step"], last["schools_count"], strict=True)) == {
        "start": 1, "renewed": 1, "end": 2,
    }  # fmt: skip


def test_a_year_that_does_not_state_the_scheme_is_passed_over() -> None:
    rows = [school(school_id="A", school_year=ONE, cqg=None, kdclgd=1),
            school(school_id="A", school_year=NEXT, cqg=1, kdclgd=1)]  # fmt: skip
    table = held(*rows, as_of=DAYS)
    assert measure_bridge(table, scheme="cqg").empty
    assert list_changes(table, scheme="cqg").empty
    assert len(measure_bridge(table, scheme="kdclgd"))


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
    assert steps(both_years(None, SINCE), directory=own) == level_and_any("first_recognised", 1)
    older = steps(both_years(None, UNTIL_2027), directory=own)
    assert older == level_and_any("other", 1), "it has the certificate of another"


def test_a_unit_that_left_takes_its_schools_along(tmp_path: Path) -> None:
    own = directory(tmp_path, "A,,Một,TH,Xã X,2020-01-01,,,")
    left = units(tmp_path, "Xã X,2011-11-15,2024-06-30,left,,,S", "Phường Tứ Hạ,2011-11-15,,,,,S")
    away = steps(both_years(UNTIL_2027, None), directory=own, units=left)
    assert away == {("1", "boundary"): -1, ("any", "boundary"): -1}
    came = units(tmp_path, "Xã X,2024-07-01,,,,,S")
    assert steps(both_years(None, UNTIL_2027), directory=own, units=came) == {
        ("1", "boundary"): 1, ("any", "boundary"): 1,
    }  # fmt: skip


CHANGED = {"education_level": "TH&THCS", "unit": "Phường Hương Trà", "ownership": "NCL"}
GROUPS_OF_A = {
    "education_level": ("TH", "TH&THCS", "education_level"),
    "ownership": ("CL", "NCL", "ownership"),
    "unit": ("Phường Tứ Hạ", "Phường Hương Trà", "boundary"),
}


@pytest.mark.parametrize("by", GROUPS_OF_A)
def test_another_group_has_its_own_word_and_is_nothing_to_the_total(by: str) -> None:
    table = both_years(UNTIL_2027, CHANGED | {"cqg": 2})
    before, after, step = GROUPS_OF_A[by]
    risen = {("1", "upgraded"): -1, ("2", "upgraded"): 1}
    assert steps(table, by=by) == risen
    assert steps(table, before, by=by) == level_and_any(step, -1)
    assert steps(table, after, by=by) == level_and_any(step, 1) | risen


@pytest.mark.parametrize("by", GROUPS_OF_A)
def test_a_group_that_is_not_known_is_no_move_to_another(by: str) -> None:
    blank = UNTIL_2027 | {by: ""}
    before = GROUPS_OF_A[by][0]
    lost, back = both_years(UNTIL_2027, blank), both_years(blank, UNTIL_2027)
    assert steps(lost, before, by=by) == level_and_any("unclear_now", -1)
    assert steps(lost, "unknown", by=by) == level_and_any("unclear_now", 1)
    assert steps(back, before, by=by) == level_and_any("unclear_before", 1)


def test_the_schools_behind_a_number_are_named() -> None:
    found = list_changes(both_years(UNTIL_2024, UNTIL_2024), scheme="cqg")
    lost = found[found["step"].eq("expired") & found["level"].eq("1")]
    assert lost[["school_id", "schools_count"]].to_numpy().tolist() == [["A", -1]]


def test_one_year_has_no_bridge() -> None:
    assert measure_bridge(held(school(cqg=1)), scheme="cqg").empty
    assert list_changes(held(school(cqg=1)), scheme="cqg").empty


# Whatever happens, it adds up ---------------------------------------------------------------------

STATES = st.sampled_from(["in_doubt", "not_stated", "not_evaluated", "pending", "not_reached",
                          "withdrawn", "expired", "level_unknown", 1, 2])  # fmt: skip
SIGNED = st.sampled_from(
    [None, "2018-01-10", "2019-05-31", "2020-05-31", "2021-02-01", "2023-03-03", "2024-11-11"]
)
FACTS = st.fixed_dictionaries(
    {
        "cqg": STATES,
        "cqg_date": SIGNED,
        "cqg_date_precision": st.sampled_from(["day", "day", "month", "year"]),
        "cqg_decision": st.sampled_from(["", "12/QĐ-UBND", "9/QĐ-SGDĐT"]),
        "education_level": st.sampled_from(["MN", "TH", "THCS", "TH&THCS", "GDTX"]),
        "unit": st.sampled_from(["Phường Tứ Hạ", "Xã X", ""]),
        "ownership": st.sampled_from(["CL", "NCL", ""]),
        "scope_reason": st.sampled_from(["", "", "", "", "closed", "merged", "site", "aside"]),
        "doubts": st.sampled_from(["", "", "pupils", "school_code"]),
    }
)
LIVES = st.lists(
    st.lists(st.none() | FACTS, min_size=3, max_size=3), min_size=1, max_size=14
)  # one list per school: what it is in each year, or not in the list
SILENT = st.sets(st.sampled_from(list(DAYS)), max_size=1)  # years without a column for CQG
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


def row_of(n: int, year: str, facts: dict[str, Any], silent: set[str]) -> dict[str, Any]:
    """A school in one year, or the row set aside that has its code."""
    code = "" if "school_code" in facts["doubts"] else f"{n}"
    known: dict[str, Any] = {"school_id": f"S{n}", "school_code": code, "school_year": year}
    known["in_scope"] = not facts["scope_reason"]
    if facts["scope_reason"] == "aside":
        known |= {"school_id": f"a|1|{n}", "in_scope": None, "cqg": "in_doubt", "scope_reason": ""}
    return school(**facts | known | ({"cqg": None} if year in silent else {}))


def lineages(lives: list[list[dict[str, Any] | None]], silent: set[str]) -> pd.DataFrame:
    rows = [
        row_of(n, year, facts, silent)
        for n, life in enumerate(lives)
        for year, facts in zip(DAYS, life, strict=True)
        if facts is not None
    ]
    return held(*rows, as_of=DAYS)


@settings(max_examples=40, deadline=None)
@given(lives=LIVES, by=st.sampled_from([None, *GROUPINGS]), silent=SILENT)
def test_start_and_all_steps_are_end_for_each_group_and_level(
    lineage: tuple[Directory, Units],
    lives: list[list[dict[str, Any] | None]],
    by: str | None,
    silent: set[str],
) -> None:
    table = lineages(lives, silent)
    bridge = measure_bridge(table, scheme="cqg", by=by, directory=lineage[0], units=lineage[1])
    assert not silent & {*bridge["school_year_from"], *bridge["school_year_to"]}
    if bridge.empty:
        return
    adds_up(bridge)
    ends_are_the_counts(table, bridge, by)
    groups_make_the_total(bridge)


@settings(max_examples=40, deadline=None)
@given(lives=LIVES, silent=SILENT)
def test_every_change_of_a_school_is_one_gain_or_one_loss(
    lineage: tuple[Directory, Units], lives: list[list[dict[str, Any] | None]], silent: set[str]
) -> None:
    """Of all levels together a school has one reason, and only words for losses lose."""
    table = lineages(lives, silent)
    found = list_changes(table, scheme="cqg", directory=lineage[0], units=lineage[1])
    found = found[found["level"].eq("any") & ~found["step"].isin(["start", "end"])]
    assert not found.duplicated(["school_year_to", "school_id"]).any()
    only_gains = found["step"].isin([*STEPS[1:6], "unclear_before"])
    assert found[only_gains]["schools_count"].eq(1).all()
    only_losses = found["step"].isin(["unclear_now", "expired", "withdrawn", "merged_away"])
    assert found[only_losses]["schools_count"].eq(-1).all()


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
    return pd.concat([y.held for y in read_years(read_reference(ROOT), "vi")], ignore_index=True)


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
