"""What is unclear stays unclear: in counts, ranges, verdicts, and in all that reads them.

Every completion is tried in `test_verdicts.py`; here are cases a reader can follow by hand, and
what becomes of a scheme or a measure that the year's lists have no column for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.clean import clean_schools
from analysis.compare import (
    check_coherence,
    check_feasibility,
    compare_groups,
    compare_readings,
    compare_to_targets,
    compare_unevenness,
    find_smallest_set,
    list_candidates,
    list_upgrades,
)
from analysis.measure import (
    CountedRows,
    list_counted,
    list_expiries,
    measure_completeness,
    measure_expiries,
    measure_levels,
    measure_renewals,
    measure_sessions,
)
from analysis.notebook.school_year import held_on
from analysis.raw import read_raw
from analysis.reference import SCHEMES, Target, TargetSet, read_reference
from analysis.work.counted import YearCounted
from tests.frames import AS_OF, held, school
from tests.workbooks import HEADINGS, save
from tests.workbooks import school as roster_row

REFERENCE = read_reference(Path(__file__).parents[1])
RULES = REFERENCE.rules
RESOLUTION = REFERENCE.targets("huong-tra-2022-2025")
PARTS = {part.id: part for part in RESOLUTION.parts}
DAYS = {year: pd.Timestamp(f"{year[5:]}-05-31") for year in ("2023-2024", "2024-2025", "2025-2026")}
Row = dict[str, Any]


def aside(**facts: Any) -> Row:
    """A row set aside: nobody knows whether it is a school, nor what it holds."""
    return school(in_scope=None, kdclgd="in_doubt", cqg="in_doubt", **facts)


def of(*parts: Target) -> TargetSet:
    return replace(RESOLUTION, parts=parts)


def compared(*rows: Row, part: Target = PARTS["Q"], **options: Any) -> pd.DataFrame:
    return compare_to_targets(held(*rows), of(part), **options).set_index("group")


def level(*rows: Row, standing: str = "1", **options: Any) -> pd.DataFrame:
    asked = {"scheme": "cqg", **options}
    table = measure_levels(held(*rows), **asked)
    return table[table["standing"] == standing].set_index("group")


# --- Counts and ranges ---


def test_who_belongs_may_decide() -> None:
    """8 of 9 are 88,9%; of 10 with one more they are 90%."""
    rows = [school(cqg=1)] * 8 + [school(cqg="not_reached")]
    assert compared(*rows).loc["all", "verdict"] == "not_met"
    row = compared(*rows, aside(source_row=7)).loc["all"]
    assert (row.verdict, row.position) == ("open", "below")
    assert (row.needed_least, row.schools_needed) == (0, 1)
    assert (row.percent_low, row.percent_high) == (80, 90)
    assert row.undecided == ("a.xlsx / 1 / 7",)
    closed = school(cqg="not_reached", doubts="operating_status", school_name="Trường A")
    row = compared(*rows[:-1], closed).loc["all"]
    assert (row.schools_count, row.schools_total, row.verdict) == (8, 9, "open")
    assert row.undecided == ("Trường A",)


def test_those_who_decide_are_named_group_by_group() -> None:
    rows = [
        school(school_name="A", unit="Xã A", cqg="in_doubt"),
        school(school_name="B", unit="Xã B"),
        school(school_code="46480001", unit="Xã B", doubts="operating_status", cqg=1),
        school(school_name="", unit="Xã B", source_row=9),
        school(school_name="C", unit="", cqg=1),
        school(school_name="D", unit="Xã A", cqg=1),
        school(school_name="E", unit="Xã A", cqg="pending", doubts="pupils"),
        school(school_name="F", unit="Xã A", in_scope=False, cqg="in_doubt"),
    ]
    found = compared(*rows, by="unit").undecided
    assert found.to_dict() == {
        "Xã A": ("A", "C"),
        "Xã B": ("B", "46480001", "a.xlsx / 1 / 9", "C"),
        "unknown": ("C",),
        "all": ("A", "B", "46480001", "a.xlsx / 1 / 9"),
    }


# --- The same from workbooks, with and without a table ---


def roster(folder: Path, rows: list[list[Any]]) -> tuple[pd.DataFrame, YearCounted]:
    raw = read_raw(save(folder / "a.xlsx", rows, [*HEADINGS, *ANSWERS]), RULES)
    cleaned = clean_schools(raw, RULES, school_year="2024-2025", as_of=AS_OF)
    counted = CountedRows(cleaned.rows, cleaned.barred, AS_OF, RULES)
    return held_on(cleaned, AS_OF, REFERENCE), YearCounted("2024-2025", counted, RESOLUTION)


ANSWERS = ("Trạng thái", "Đủ điều kiện đánh giá ngoài", "Đã đánh giá ngoài")
KEPT = "as in a faultless row"
NOBODY_CAN_READ = "zzz"
CELLS: dict[str, list[Any]] = {
    "code": [KEPT, KEPT, None],
    "name": [KEPT, None],
    "level": [KEPT, KEPT, "Mầm non", "GDTX", NOBODY_CAN_READ, None],
    "kdclgd": [KEPT, KEPT, 3, 6, None, "đang đề nghị", "Chưa đạt", NOBODY_CAN_READ],
    "kdclgd_date": [KEPT, KEPT, "31/02/2023", dt.datetime(2019, 3, 1), dt.datetime(2025, 7, 1)],
    "cqg": [KEPT, KEPT, KEPT, 2, 3, None, "đang đề nghị"],
    "cqg_date": [KEPT, KEPT, "31/02/2023", None],
    "Trạng thái": [None, None, "Đang hoạt động", "Giải thể", NOBODY_CAN_READ],
    "Đủ điều kiện đánh giá ngoài": ["Có", "Có", "Không", None, NOBODY_CAN_READ],
    "Đã đánh giá ngoài": [None, "Có", "Có", "Không", NOBODY_CAN_READ],
}
KEYS = ("schools_count", "schools_total", "unclear_count", "base_unclear_count")


def alike(table: pd.DataFrame, year: YearCounted) -> None:
    """Every target says the same, counted from a table and from rows."""
    compared = compare_to_targets(table, RESOLUTION, by="education_level")
    for target in year.targets:
        rows = compared[compared["target_id"] == target.id].to_dict("records")
        for row, own in zip(rows, year.judged(target), strict=True):
            numbers = (own.schools, own.total, own.unclear, own.base_unclear)
            assert (row["group"], *(row[key] for key in KEYS)) == (own.group, *numbers)
            ends = ("percent_low", "percent_high", "needed_least", "schools_needed")
            told = [None if pd.isna(row[name]) else row[name] for name in ends]
            assert told == [own.low, own.high, *(own.needed or (None, None))]
            assert (row["verdict"], row["position"]) == (own.verdict, own.position)
        assert {*rows[-1]["undecided"]} == {*year.rows.named(year.undecided(target))}


@pytest.mark.truth
@settings(max_examples=40)
@given(st.lists(st.tuples(*map(st.sampled_from, CELLS.values())), min_size=1, max_size=8))
def test_a_table_and_the_rows_of_workbooks_are_counted_alike(some: list[tuple[Any, ...]]) -> None:
    """Cells nobody can read, in every column that matters; rows without code and name."""
    rows = [[*roster_row(1), None, "Có", None]]
    for number, cells in enumerate(some, start=2):
        typed = dict(zip(CELLS, cells, strict=True))
        answers = [typed.pop(heading) for heading in ANSWERS]
        kept = {name: value for name, value in typed.items() if value != KEPT}
        rows.append([*roster_row(number, **kept), *answers])
    with TemporaryDirectory() as folder:
        alike(*roster(Path(folder), rows))


# --- A scheme or a measure that no list has a column for ---


def stated_only_in(scheme: str) -> pd.DataFrame:
    """Two years; the lists of the first have no column for the scheme."""
    signed = {f"{s}_date": pd.Timestamp(2023, 3, 1) for s in SCHEMES}
    rows = [
        school(
            school_id=name,
            school_year=year,
            **{**dict.fromkeys(SCHEMES, 1), scheme: 1 if year == "2024-2025" else None},
            **(signed if year == "2024-2025" else {}),
        )
        for name in "AB"
        for year in ("2023-2024", "2024-2025")
    ]
    days = {name: DAYS[name] for name in ("2023-2024", "2024-2025")}
    return held(*rows, as_of=days)


OF_SCHEME: dict[str, Callable[[pd.DataFrame, str], pd.DataFrame]] = {
    "levels": lambda table, s: measure_levels(table, scheme=s, by="unit"),
    "expiries": lambda table, s: measure_expiries(table, scheme=s, by="unit"),
    "list_expiries": lambda table, s: list_expiries(table, scheme=s, rules=RULES),
    "upgrades": lambda table, s: list_upgrades(table, scheme=s, rules=RULES),
    "targets": lambda table, s: of_scheme(compare_to_targets(table, RESOLUTION, by="unit"), s),
    "readings": lambda table, s: of_scheme(compare_readings(table, RESOLUTION), s),
    "smallest": lambda table, s: of_scheme(
        find_smallest_set(table, RESOLUTION, rules=RULES, by="unit"), s
    ),
    "candidates": lambda table, s: list_candidates(
        table, replace(first_part(s), level=2), deadline=RESOLUTION.deadline, rules=RULES
    ).assign(school_year=lambda rows: "20" + rows["as_of"].dt.strftime("%y").map(before)),
    "completeness": lambda table, s: columns_of(measure_completeness(table), s),
}


def first_part(scheme: str) -> Target:
    return next(part for part in RESOLUTION.parts if part.scheme == scheme)


def of_scheme(table: pd.DataFrame, scheme: str) -> pd.DataFrame:
    ids = [part.id for part in RESOLUTION.parts if part.scheme == scheme]
    return table[table["target_id"].isin(ids)]


def columns_of(table: pd.DataFrame, scheme: str) -> pd.DataFrame:
    return table[table["column"].str.startswith(scheme)]


def before(year: str) -> str:
    return f"{int(year) - 1}-20{year}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", OF_SCHEME)
def test_a_scheme_no_list_of_the_year_has_a_column_for_gives_no_row(name: str, scheme: str) -> None:
    table = stated_only_in(scheme)
    found = OF_SCHEME[name](table, scheme)
    assert set(found["school_year"]) == {"2024-2025"}
    silent = table[table["school_year"] == "2023-2024"]
    assert OF_SCHEME[name](silent, scheme).empty
    assert measure_renewals(table, scheme=scheme).empty
    counted = list_counted(table)
    assert counted[f"{scheme}_counted"].tolist() == [False, True, False, True]
    counted = list_counted(silent)
    assert not [column for column in counted if str(column).startswith(scheme)]


@pytest.mark.parametrize("rows", [(), (school(kdclgd=None, cqg=None),)], ids=["none", "silent"])
def test_where_nothing_is_stated_every_table_is_empty(rows: tuple[Row, ...]) -> None:
    table = held(*rows)
    for by in (None, "unit"):
        empty = compare_to_targets(table, RESOLUTION, by=by)
        assert empty.empty
        tables = [
            compare_groups(empty),
            compare_unevenness(empty),
            check_feasibility(RESOLUTION, empty),
            check_coherence(RESOLUTION, RULES, empty),
            compare_readings(table, RESOLUTION, by=by),
            find_smallest_set(table, RESOLUTION, rules=RULES, by=by),
            measure_sessions(table, by=by),
        ]
        assert all(found.empty and len(found.columns) > 5 for found in tables)
        readings = tables[4]
        for flag in ("in_force", "shown", "verdict_depends"):
            assert readings[readings[flag]].columns.equals(readings.columns)


def test_nothing_is_said_of_kdclgd_where_only_cqg_is_stated() -> None:
    table = held(*[school(kdclgd=None, cqg=1)] * 3, school(kdclgd=None, cqg="not_reached"))
    gaps = compare_to_targets(table, RESOLUTION)
    assert gaps.target_id.tolist() == ["Q"]
    assert check_feasibility(RESOLUTION, gaps).target_id.tolist() == ["Q"]
    coherence = check_coherence(RESOLUTION, RULES, gaps)
    assert coherence.target_id.tolist() == ["Q"] and coherence.coherent.all()
    found = list_candidates(table, PARTS["Q"], deadline=RESOLUTION.deadline, rules=RULES)
    assert len(found) == 1 and "kdclgd_standing" not in found
    other = held(school(kdclgd=1, cqg="not_reached"))
    found = list_candidates(other, PARTS["Q"], deadline=RESOLUTION.deadline, rules=RULES)
    assert found.kdclgd_standing.tolist() == ["1"]


def test_feasibility_and_coherence_are_about_the_newest_year() -> None:
    days = {name: DAYS[name] for name in ("2023-2024", "2024-2025")}
    rows = [school(school_year="2023-2024", kdclgd=2, cqg=1)] * 38
    rows += [school(school_year="2024-2025", kdclgd=None, cqg=1)] * 20
    gaps = compare_to_targets(held(*rows, as_of=days), RESOLUTION)
    assert check_feasibility(RESOLUTION, gaps)[
        ["target_id", "schools_total"]
    ].to_numpy().tolist() == [["Q", 20]]
    coherence = check_coherence(RESOLUTION, RULES, gaps)
    assert coherence[["target_id", "schools_total"]].to_numpy().tolist() == [["Q", 20]]


def taught(year: str, **numbers: int) -> Row:
    return school(school_year=year, **numbers)


def test_a_measure_no_school_of_the_year_states_gives_no_row() -> None:
    days = {name: DAYS[name] for name in ("2023-2024", "2024-2025")}
    table = held(
        taught("2023-2024", classes=10, classes_two_sessions=5, pupils=300),
        taught("2024-2025", classes=10, pupils=300, pupils_two_sessions=200),
        as_of=days,
    )
    for by in (None, "education_level"):
        found = measure_sessions(table, by=by)
        told = {*zip(found["school_year"], found["measure"], strict=True)}
        assert told == {("2023-2024", "classes"), ("2024-2025", "pupils")}


def test_certificates_without_a_known_end_have_no_outlook() -> None:
    table = held(school(cqg=1), school(cqg="level_unknown"))
    found = measure_expiries(table, scheme="cqg")
    assert found["quarter"].tolist() == ["", ""] and found["quarter_from"].isna().all()
    assert found["schools_count"].tolist() == [1, 1]
    told = list_expiries(table, scheme="cqg", rules=RULES)
    assert set(told["stage"]) == {"undated"} and set(told["quarter"]) == {""}
    assert told[["expires", "alert_from", "renewal_due"]].isna().all(axis=None)


# --- What reads the verdict ---


def groups(*rows: Row, year: str = "2024-2025", part: Target = PARTS["Q"]) -> Any:
    days = {year: DAYS[year]}
    table = held(*[row | {"school_year": year} for row in rows], as_of=days)
    return compare_groups(compare_to_targets(table, of(part), by="education_level")).iloc[0]


LACKING = [school(education_level="MN", cqg=1), school(education_level="MN", cqg="not_reached")]
VAGUE = [school(education_level="TH", cqg=1), school(education_level="TH")]


def test_only_groups_with_a_verdict_are_below() -> None:
    row = groups(*LACKING, *VAGUE)
    assert (row.groups_count, row.groups_below, row.groups_open) == (2, 1, 1)
    assert (row.needed_least, row.schools_needed) == (1, 1)
    vague = groups(*VAGUE)
    assert (vague.groups_below, vague.groups_open) == (0, 1)
    assert pd.isna(vague.needed_least) and pd.isna(vague.schools_needed)
    met = groups(school(cqg=1))
    assert (met.groups_below, met.groups_open, met.schools_needed) == (0, 0, 0)


def test_what_a_group_lacks_is_a_range() -> None:
    more = [school(education_level="MN", cqg="not_reached"), school(education_level="MN")]
    row = groups(*LACKING, *more)
    assert (row.groups_below, row.needed_least, row.schools_needed) == (1, 2, 3)


def test_for_reference_no_group_is_below() -> None:
    row = groups(*LACKING, *VAGUE, year="2025-2026")
    assert (row.groups_count, row.groups_below, row.groups_open) == (2, 0, 2)
    assert pd.isna(row.needed_least) and pd.isna(row.schools_needed)
    assert row.spread_points == 0


def test_groups_that_no_number_fits_are_told_apart() -> None:
    rows = [school(education_level="MN", kdclgd=3)] + [school(education_level="TH", kdclgd=3)] * 14
    row = groups(*rows, part=PARTS["K3"])
    assert (row.groups_count, row.groups_not_attainable, row.groups_below) == (2, 1, 0)
    assert row.schools_needed == 0
    alone = groups(rows[0], part=PARTS["K3"])
    assert alone.groups_not_attainable == 1 and pd.isna(alone.schools_needed)


def test_how_uneven_groups_are_comes_with_what_is_unclear() -> None:
    found = compare_unevenness(compared(*LACKING, *VAGUE, by="education_level").reset_index())
    told = found.set_index("group")[["schools_count", "unclear_count", "percent_high", "verdict"]]
    assert told.to_numpy().tolist() == [
        [1, 0, 50, "not_met"],
        [1, 1, 100, "open"],
        [2, 1, 75, "not_met"],
    ]


def depends(*rows: Row, year: str = "2024-2025", part: str = "K2") -> bool:
    table = held(*[row | {"school_year": year} for row in rows], as_of={year: DAYS[year]})
    asked = replace(RESOLUTION, parts=tuple(p for p in RESOLUTION.parts if p.id == part))
    answers = {*compare_readings(table, asked)["verdict_depends"]}
    assert len(answers) == 1
    return bool(answers.pop())


def test_a_verdict_that_is_open_in_one_reading_only_depends_on_it() -> None:
    """K2, 80 to 90%: 8 of 10 are met at exactly level 2; one more may be at level 3."""
    certain = [school(kdclgd=2)] * 8 + [school(kdclgd=1)]
    for year in ("2024-2025", "2025-2026"):
        assert not depends(*certain, school(kdclgd=1), year=year)
    short = [school(kdclgd=2)] * 7 + [school(kdclgd=1)] * 2
    # Level 3 or none: not met at exactly level 2, open at level 2 or higher.
    last = school(kdclgd="in_doubt", kdclgd_level=3)
    assert depends(*short, last)
    assert not depends(*short, last, year="2025-2026"), "the share itself is below in both"
    assert depends(*short, school(kdclgd=3), year="2025-2026")
    high = [school(kdclgd=2)] * 7 + [school(kdclgd=3)] * 3  # 70% exactly, 100% or higher
    assert depends(*high, year="2025-2026") and depends(*high)


def test_above_and_within_are_one_verdict() -> None:
    rows = [school(kdclgd=2)] * 8 + [school(kdclgd=3)] * 2  # 80% exactly, 100% or higher
    for year in ("2024-2025", "2025-2026"):
        assert not depends(*rows, year=year)


def test_readings_in_which_nobody_can_be_told_to_belong_say_nothing_for_reference() -> None:
    """Nobody is known to be evaluated; of all schools the share is below."""
    rows = [school(kdclgd="not_reached", externally_evaluated=None)]
    rows += [school(kdclgd="not_reached", externally_evaluated=False)]
    assert not depends(*rows, year="2025-2026")
    assert depends(*rows), "of those evaluated it is open"


def test_given_evaluation_is_certain_though_it_is_not_whether_the_school_is_open() -> None:
    rows = [school(externally_evaluated=True, cqg=1, doubts="operating_status")]
    found = compare_readings(held(*rows), RESOLUTION)
    activity: Any = found[found["reading"] == "evaluated"].iloc[0]
    assert (activity.schools_count, activity.schools_total) == (1, 1)
    # Closed there is no school at all.
    assert (activity.unclear_count, activity.base_unclear_count) == (0, 1)
    assert (activity.percent_low, activity.percent_high) == (100, 100)
    second = [*rows, school(externally_evaluated=True, cqg=1)]
    found = compare_readings(held(*second), RESOLUTION)
    assert found[found["reading"] == "evaluated"].verdict.tolist() == ["met"]


def smallest(*rows: Row, part: Target = PARTS["Q"], year: str = "2024-2025", **options: Any) -> Any:
    table = held(*[row | {"school_year": year} for row in rows], as_of={year: DAYS[year]})
    return find_smallest_set(table, of(part), rules=RULES, **options).iloc[0]


def test_no_set_of_schools_is_named_where_it_is_open_whether_any_is_needed() -> None:
    rows = [school(cqg=1)] * 8 + [school(cqg="not_reached"), school()]
    row = smallest(*rows)
    assert (row.outcome, row.verdict, row.position) == ("open", "open", "below")
    assert pd.isna(row.smallest_count)
    assert (row.needed_least, row.schools_needed) == (0, 1)
    assert (row.candidates_count, row.blocked_count) == (1, 1)


def test_the_smallest_set_counts_what_is_stated() -> None:
    """5 of 10 and one unclear: 9 are asked for, so three or four more; of what is stated, four."""
    rows = [school(cqg=1)] * 5 + [school(cqg="not_reached")] * 4 + [school()]
    row = smallest(*rows)
    assert (row.outcome, row.verdict, row.smallest_count) == ("possible", "not_met", 4)
    assert (row.needed_least, row.schools_needed) == (3, 4)
    few = smallest(*rows[:-2], school(), school())
    assert few.outcome == "too_few_candidates" and pd.isna(few.smallest_count)


def test_where_no_number_fits_it_is_said_below_and_above() -> None:
    for said in (3, "not_reached"):
        row = smallest(*[school(kdclgd=said)] * 9, part=PARTS["K3"])
        assert (row.outcome, row.verdict) == ("not_attainable", "not_attainable")
        assert pd.isna(row.smallest_count)
    above = smallest(*[school(kdclgd=3)] * 14, part=PARTS["K3"])
    assert (above.outcome, above.verdict, above.smallest_count) == ("above", "met", 0)
    met = smallest(*[school(cqg=1)])
    assert (met.outcome, met.smallest_count) == ("met", 0)


def test_past_the_last_day_a_set_is_for_reference() -> None:
    rows = [school(cqg=1), school(cqg="not_reached"), school()]
    row = smallest(*rows, year="2025-2026")
    assert (row.verdict, row.for_reference) == ("reference", True)
    assert row.outcome == "reference", "no verdict on what can still be reached either"
    nobody = smallest(aside(), school(in_scope=False), year="2025-2026")
    assert (nobody.outcome, nobody.position) == ("no_schools", "no_schools")
    nobody = smallest(aside(), school(in_scope=False))
    assert (nobody.outcome, nobody.position) == ("open", "no_schools")


def test_candidates_of_one_level_are_the_schools_known_to_be_of_it() -> None:
    part = replace(PARTS["Q"], education_levels=("MN",))
    rows = [school(education_level=name, cqg="not_reached") for name in ("MN", "TH", "")]
    rows += [school(education_level="MN", in_scope=False), aside(education_level="MN")]
    found = list_candidates(held(*rows), part, deadline=RESOLUTION.deadline, rules=RULES)
    assert found.school_id.tolist() == ["S0"]


@pytest.mark.parametrize("said", ["not_stated", "in_doubt", "level_unknown"])
def test_who_is_unclear_is_a_candidate_with_an_obstacle(said: str) -> None:
    part = replace(PARTS["Q"], level=2)
    table = held(school(cqg=said), school(cqg="pending"))
    found = list_candidates(table, part, deadline=RESOLUTION.deadline, rules=RULES)
    assert found.obstacles.tolist() == [("not_known",), ()]
    assert found.standing.tolist() == [said, "pending"]
