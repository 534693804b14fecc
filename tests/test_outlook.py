"""What would close a gap, by whom and by when; and what the years ahead may bring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compare import (
    compare_scenarios,
    find_smallest_set,
    list_candidates,
    list_upgrades,
)
from analysis.compare.outlook.scenarios import shared_out
from analysis.measure import BASES
from analysis.reference import SuiteError, Target, TargetSet, read_reference, read_rules
from tests.frames import held, school
from tests.test_compare import brute

RULES = read_rules()
RESOLUTION = read_reference(Path(__file__).parents[1]).targets("huong-tra-2022-2025")
PARTS = {part.id: part for part in RESOLUTION.parts}
DEADLINE = RESOLUTION.deadline
AS_OF = dt.date(2025, 5, 31)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def of(*parts: Target) -> TargetSet:
    return replace(RESOLUTION, parts=parts)


def signed(scheme: str, level: Any, date: str, precision: str = "day") -> dict[str, Any]:
    return {
        scheme: level,
        f"{scheme}_date": day(date),
        f"{scheme}_date_precision": precision,
    }


# --- from when a higher level may be asked for ---------------------------------------------------


@pytest.mark.parametrize(
    ("date", "as_of", "earliest", "upgrade"),
    [
        ("2023-01-24", "2025-01-24", "2025-01-24", "open"),  # two years, to 24/01/2025
        ("2023-01-25", "2025-01-24", "2025-01-25", "waiting"),
        ("2024-01-24", "2025-01-24", "2025-01-25", "waiting"),  # from 25/01/2025 one year
        ("2024-01-24", "2025-01-25", "2025-01-25", "open"),
        ("2024-02-29", "2025-02-27", "2025-02-28", "waiting"),
        ("2025-07-06", "2026-07-05", "2026-07-06", "waiting"),
        ("2025-07-06", "2026-07-06", "2026-07-06", "open"),
        ("2025-07-06", "2026-07-07", "2027-07-06", "waiting"),  # from 07/7/2026 two years again
        ("2025-07-07", "2026-07-06", "2027-07-07", "waiting"),
    ],
)
def test_the_wait_for_a_higher_level(date: str, as_of: str, earliest: str, upgrade: str) -> None:
    table = held(school(**signed("cqg", 1, date)), as_of=day(as_of).date())
    row = list_upgrades(table, scheme="cqg", rules=RULES).iloc[0]
    assert (row.earliest_date, row.upgrade) == (day(earliest), upgrade)
    assert (row.level, row.next_level, row.signed) == (1, 2, day(date))


def test_only_schools_with_a_level_in_force_below_the_highest_wait() -> None:
    table = held(
        school(school_id="A", **signed("cqg", 1, "2024-10-01")),
        school(school_id="B", **signed("cqg", 2, "2024-10-01")),
        school(school_id="C", **signed("cqg", 1, "2020-05-30")),  # ended
        school(school_id="D", cqg="not_reached"),
        school(school_id="E", cqg=1),
        school(school_id="F", cqg="level_unknown"),
        school(school_id="G", **signed("cqg", 1, "2024-10-01"), in_scope=False),
    )
    found = list_upgrades(table, scheme="cqg", rules=RULES).set_index("school_id")
    assert found.upgrade.to_dict() == {"A": "waiting", "E": "undated", "F": "level_unknown"}
    assert found.earliest_date[["E", "F"]].isna().all()
    assert found.earliest_date["A"] == day("2025-10-01")
    assert found.next_level.fillna(0).tolist() == [2, 2, 0]


def test_no_kdclgd_level_can_be_asked_for_under_the_law_of_2026() -> None:
    table = held(school(**signed("kdclgd", 1, "2025-09-01")), as_of=dt.date(2026, 5, 31))
    assert list_upgrades(table, scheme="kdclgd", rules=RULES).upgrade.tolist() == ["not_foreseen"]


@pytest.mark.parametrize(
    ("date", "precision", "earliest"),
    [("2024-09-01", "month", "2025-09-30"), ("2024-01-01", "year", "2025-12-31")],
)
def test_a_date_without_a_day_waits_from_its_last_day(
    date: str, precision: str, earliest: str
) -> None:
    table = held(school(**signed("cqg", 1, date, precision)))
    row = list_upgrades(table, scheme="cqg", rules=RULES).iloc[0]
    assert row.earliest_date == day(earliest)


def test_a_certificate_that_ends_before_the_wait_is_named() -> None:
    rows = [
        school(cqg_expiry=day(e), **signed("cqg", 1, "2024-12-01"))
        for e in ("2025-11-30", "2025-12-01")
    ]
    found = list_upgrades(held(*rows), scheme="cqg", rules=RULES)
    assert found.ends_first.tolist() == [True, False]


# --- who can still make it -----------------------------------------------------------------------


def candidates(
    part: str, *rows: dict[str, Any], as_of: dt.date = AS_OF, deadline: dt.date = DEADLINE
) -> pd.DataFrame:
    return list_candidates(held(*rows, as_of=as_of), PARTS[part], deadline=deadline, rules=RULES)


@pytest.mark.parametrize(
    ("facts", "obstacles"),
    [
        ({"cqg": "not_reached"}, ()),
        ({"cqg": "not_evaluated", "eligible": True}, ()),
        (signed("cqg", 1, "2020-05-30"), ()),  # ended yesterday: it may be evaluated anew
        ({"cqg": "not_reached", "eligible": False}, ("not_eligible",)),
        ({"cqg": "not_stated"}, ("not_known",)),
        ({"cqg": "in_doubt", "eligible": False}, ("not_eligible", "not_known")),
    ],
)
def test_who_could_still_be_recognised(facts: dict[str, Any], obstacles: tuple[str, ...]) -> None:
    row = candidates("Q", school(**facts)).iloc[0]
    assert row.role == "gain"
    assert row.obstacles == obstacles
    assert row.can_reach == (not obstacles)
    assert (row.earliest_date, row.days_left) == (day("2025-05-31"), 214)


@pytest.mark.parametrize(
    ("date", "earliest", "obstacles"),
    [
        ("2024-05-31", "2025-05-31", ()),
        ("2024-12-31", "2025-12-31", ()),
        ("2025-01-01", "2026-01-01", ("waiting",)),
    ],
)
def test_a_lower_level_waits_till_the_deadline_or_longer(
    date: str, earliest: str, obstacles: tuple[str, ...]
) -> None:
    row = candidates("K2", school(**signed("kdclgd", 1, date))).iloc[0]
    assert (row.earliest_date, row.obstacles) == (day(earliest), obstacles)
    assert row.days_left == (day("2025-12-31") - day(earliest)).days


def test_what_is_not_known_or_not_foreseen_is_an_obstacle() -> None:
    found = candidates(
        "K2",
        school(school_id="A", kdclgd=1),
        school(school_id="B", kdclgd="level_unknown"),
        school(school_id="C", kdclgd="not_reached"),
    )
    assert found.obstacles.tolist() == [("undated",), ("not_known",), ()]
    late = candidates(
        "K2",
        school(school_id="A", **signed("kdclgd", 1, "2026-01-01")),
        school(school_id="C", kdclgd="not_reached"),
        as_of=dt.date(2026, 7, 7),
        deadline=dt.date(2027, 12, 31),
    )
    assert late.obstacles.tolist() == [("not_foreseen",), ("not_foreseen",)]
    assert late.days_left.isna().all()


def test_after_the_deadline_nothing_can_be_reached() -> None:
    table = school(cqg="not_reached")
    assert candidates("Q", table, deadline=AS_OF).can_reach.tolist() == [True]
    past = candidates("Q", table, deadline=AS_OF - dt.timedelta(1))
    assert past.obstacles.tolist() == [("deadline_passed", "waiting")]


@pytest.mark.parametrize(
    ("part", "listed"),
    [
        # Exactly level 2: who holds more does not come down, who holds it counts already.
        ("K2", ["none", "one"]),
        ("K1", ["none"]),
        ("K3", ["none", "one", "two"]),
    ],
)
def test_only_schools_below_the_level_are_listed(part: str, listed: list[str]) -> None:
    levels = {"none": "not_reached", "one": 1, "two": 2, "three": 3, "outside": "not_reached"}
    rows = [
        school(
            school_id=name,
            kdclgd=level,
            kdclgd_date=None if isinstance(level, str) else day("2024-01-01"),
            in_scope=name != "outside",
        )
        for name, level in levels.items()
    ]
    found = candidates(part, *rows)
    assert found.school_id.tolist() == listed
    assert found.can_reach.all() and set(found.target_id) == {part}


def test_an_unranked_recognition_counts_from_level_1() -> None:
    assert candidates("Q", school(cqg="level_unknown")).empty
    part = replace(PARTS["Q"], level=2)
    table = held(school(cqg="level_unknown"))
    found = list_candidates(table, part, deadline=DEADLINE, rules=RULES)
    assert found.obstacles.tolist() == [("not_known",)]


@pytest.mark.parametrize(
    ("expires", "listed", "obstacles"),
    [
        ("2025-12-31", False, ()),  # in force on the deadline itself
        ("2025-12-30", True, ()),
        ("2025-10-31", True, ()),  # register by 31/5/2025: that is today
        ("2025-10-30", True, ("renewal_overdue",)),
    ],
)
def test_who_counts_today_and_must_renew_before_the_deadline(
    expires: str, listed: bool, obstacles: tuple[str, ...]
) -> None:
    found = candidates("Q", school(cqg=1, cqg_expiry=day(expires)))
    assert len(found) == listed
    if listed:
        row = found.iloc[0]
        assert (row.role, row.obstacles, row.expires) == ("keep", obstacles, day(expires))
        assert pd.isna(row.earliest_date)


def test_the_facts_of_a_candidate_stand_beside_it() -> None:
    row = candidates("Q", school(school_name="Trường X", kdclgd=1, cqg="not_reached")).iloc[0]
    assert (row.school_name, row.kdclgd_standing, row.standing) == ("Trường X", "1", "not_reached")
    assert (row.level, row.scheme, row.deadline) == (1, "cqg", day("2025-12-31"))
    assert "kdclgd_standing" not in candidates("K1", school())


def test_a_target_of_one_level_has_candidates_of_that_level() -> None:
    part = replace(PARTS["Q"], education_levels=("MN",))
    table = held(school(education_level="MN"), school(education_level="TH"))
    found = list_candidates(table, part, deadline=DEADLINE, rules=RULES)
    assert found.education_level.tolist() == ["MN"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"reading": "atleast"}, "at_least"),
        ({"base": "al"}, "'all'"),
        ({"level": 3}, "cqg không có"),
    ],
)
def test_faulty_targets_are_named(facts: dict[str, Any], says: str) -> None:
    with pytest.raises(SuiteError, match=says):
        list_candidates(
            held(school()), replace(PARTS["Q"], **facts), deadline=DEADLINE, rules=RULES
        )


# --- the smallest set ----------------------------------------------------------------------------


def smallest(*rows: dict[str, Any], part: Target = PARTS["Q"], **options: Any) -> pd.DataFrame:
    return find_smallest_set(held(*rows), of(part), rules=RULES, **options)


def test_33_of_38_lack_one_school_and_34_none() -> None:
    short = [school(cqg=1)] * 33 + [school(cqg="not_reached")] * 5
    row = smallest(*short).iloc[0]
    assert (row.outcome, row.smallest_count, row.schools_needed) == ("possible", 1, 1)
    assert (row.candidates_count, row.blocked_count) == (5, 0)
    assert row.candidates == ("S33", "S34", "S35", "S36", "S37")
    met = smallest(*short[:-1], school(cqg=1)).iloc[0]
    assert (met.outcome, met.smallest_count) == ("met", 0)


def test_too_few_candidates_and_bands_without_a_solution_are_told_apart() -> None:
    rows = [school(cqg="not_reached")] + [school(cqg="not_reached", eligible=False)] * 9
    row = smallest(*rows).iloc[0]
    assert (row.outcome, row.schools_needed, row.candidates_count) == ("too_few_candidates", 9, 1)
    assert pd.isna(row.smallest_count) and row.blocked_count == 9
    band = smallest(*[school(kdclgd="not_reached")] * 9, part=PARTS["K3"]).iloc[0]
    assert band.outcome == "not_attainable"
    assert pd.isna(band.smallest_count) and pd.isna(band.schools_needed)
    above = smallest(*[school(kdclgd=3)] * 14, part=PARTS["K3"]).iloc[0]
    assert (above.outcome, above.smallest_count) == ("above", 0)


def test_each_group_has_its_own_set_and_the_total_its_own() -> None:
    rows = [
        school(school_id="A", education_level="MN", cqg=1, cqg_expiry=day("2025-11-30")),
        school(school_id="B", education_level="MN", cqg="not_reached"),
        school(school_id="C", education_level="TH", cqg="not_reached"),
        school(school_id="D", education_level="TH", cqg="not_stated"),
        school(school_id="E", education_level="TH", cqg=1),
        school(school_id="F", education_level="", cqg=1),
    ]
    found = smallest(*rows, by="education_level").set_index("group")
    counts = found.smallest_count.fillna(-1).to_dict()
    assert counts == {"MN": 1, "TH": -1, "unknown": -1, "all": -1}
    few = "too_few_candidates"
    assert found.outcome.tolist() == ["possible", few, "open", few]
    assert found.candidates.to_dict() == {
        "MN": ("B",),
        "TH": ("C",),
        "unknown": (),
        "all": ("B", "C"),
    }
    assert found.blocked_count.tolist() == [0, 1, 0, 1]
    assert found.renewals.tolist() == [("A",), (), (), ("A",)]
    assert found.renewals_count.tolist() == [1, 0, 0, 1]
    assert set(found.by) == {"education_level"}


def test_a_later_deadline_may_be_named_and_is_said() -> None:
    rows = [school(**signed("cqg", 1, "2025-03-01"))] * 5
    part = replace(PARTS["Q"], level=2)
    assert smallest(*rows, part=part).outcome.tolist() == ["too_few_candidates"]
    later = smallest(*rows, part=part, deadline=dt.date(2026, 5, 31))
    assert later.outcome.tolist() == ["possible"]
    assert later.deadline.tolist() == [day("2026-05-31")]
    assert not later.for_reference.any()


def test_years_and_groups_without_schools_have_no_set() -> None:
    days = {"2023-2024": dt.date(2024, 5, 31), "2024-2025": AS_OF}
    table = held(
        school(school_year="2023-2024", education_level="MN", cqg="not_reached"),
        school(school_year="2024-2025", education_level="TH", cqg="not_reached"),
        as_of=days,
    )
    found = find_smallest_set(table, of(PARTS["Q"]), rules=RULES, by="education_level")
    outcomes = found.groupby("school_year").outcome.agg(list).to_dict()
    assert outcomes == {
        "2023-2024": ["possible", "no_schools", "possible"],
        "2024-2025": ["no_schools", "possible", "possible"],
    }


LEVELS = st.sampled_from(["not_reached", "not_evaluated", "not_stated", "level_unknown", 1, 2, 3])
TRUTH = st.sampled_from([True, False, None])
DATES = st.sampled_from(["2021-03-01", "2024-10-01", "2025-02-01"])


@st.composite
def offices(draw: Any) -> list[dict[str, Any]]:
    rows = []
    for _ in range(draw(st.integers(1, 20))):
        facts: dict[str, Any] = {"eligible": draw(TRUTH), "externally_evaluated": draw(TRUTH)}
        for scheme, top in (("kdclgd", 3), ("cqg", 2)):
            level = draw(LEVELS)
            facts[scheme] = min(level, top) if isinstance(level, int) else level
            if isinstance(level, int) and draw(st.booleans()):
                facts[f"{scheme}_date"] = day(draw(DATES))
        rows.append(school(**facts))
    return rows


READINGS = [
    replace(part, reading=reading, base=base)
    for part in PARTS.values()
    for reading in ("exact", "at_least")
    for base in BASES
]


def in_base(rows: list[dict[str, Any]], part: Target) -> list[bool]:
    """Which schools the share is of."""
    said = any(row["externally_evaluated"] is not None for row in rows)
    found = []
    for row in rows:
        has_result = row[f"{part.scheme}_result"] not in ("not_evaluated", "not_stated")
        evaluated = row["externally_evaluated"] is True if said else has_result
        bases = {"all": True, "eligible": row["eligible"] is not False, "evaluated": evaluated}
        found.append(bases[part.base])
    return found


def position(rows: list[dict[str, Any]], part: Target) -> str:
    """Where the target stands, counted one by one."""
    count = total = 0
    for row, is_in in zip(rows, in_base(rows, part), strict=True):
        result, level = row[f"{part.scheme}_result"], row[f"{part.scheme}_level"]
        if is_in:
            reached = result == "recognised" and level >= part.level
            unranked = result == "level_unknown" and part.level == 1
            at_level = level == part.level if part.reading == "exact" else reached or unranked
            total, count = total + 1, count + at_level
    good = brute(total, part) if total else []
    if not total or count in good:
        return "within" if total else "no_schools"
    share = Fraction(100 * count, total)
    return "below" if share < Fraction(str(part.from_percent)) else "above"


def raised(rows: list[dict[str, Any]], chosen: tuple[int, ...], part: Target) -> str:
    """Where the target stands when the chosen schools have gone up to its level."""
    said = any(row["externally_evaluated"] is not None for row in rows)
    new = {f"{part.scheme}_result": "recognised", f"{part.scheme}_level": part.level}
    # Whoever is recognised was evaluated, where the year says so of anybody.
    new |= {"externally_evaluated": True} if said else {}
    return position([row | new if i in chosen else row for i, row in enumerate(rows)], part)


@pytest.mark.truth
@settings(max_examples=100, deadline=None)
@given(offices(), st.sampled_from(READINGS))
def test_the_smallest_set_equals_brute_force(rows: list[dict[str, Any]], part: Target) -> None:
    row = smallest(*rows, part=part).iloc[0]
    now = raised(rows, (), part)
    if row.verdict == "open" or now != "below":
        told = row.verdict if row.verdict == "not_attainable" else now
        told = "open" if row.verdict == "open" else {"within": "met"}.get(told, told)
        assert (row.outcome, pd.isna(row.smallest_count)) == (told, told not in ("met", "above"))
        return
    ids = [int(name[1:]) for name in row.candidates]
    inside = in_base(rows, part)
    # Schools of one kind are alike, so it is enough to try how many of each kind.
    kinds = [[i for i in ids if inside[i] is is_in] for is_in in (True, False)]
    good = [
        a + b
        for a in range(len(kinds[0]) + 1)
        for b in range(len(kinds[1]) + 1)
        if raised(rows, (*kinds[0][:a], *kinds[1][:b]), part) == "within"
    ]
    assert (row.smallest_count if good else None) == min(good, default=None)
    assert (row.outcome == "possible") == bool(good)


@pytest.mark.truth
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 7), st.integers(1, 7), st.sampled_from(READINGS))
def test_every_single_set_of_candidates_was_tried(count: int, more: int, part: Target) -> None:
    rows = [school(**{part.scheme: part.level}, externally_evaluated=True)] * count
    rows += [school(**{part.scheme: "not_reached"}, externally_evaluated=True)] * more
    row = smallest(*rows, part=part).iloc[0]
    good = [
        len(chosen)
        for size in range(more + 1)
        for chosen in combinations(range(count, count + more), size)
        if raised(rows, chosen, part) == "within"
    ]
    if row.position == "below":
        assert (row.smallest_count if good else None) == min(good, default=None)


def test_a_school_that_joins_the_base_counts_in_it() -> None:
    # 8 of 10 evaluated hold level 1 or higher; the ones not yet evaluated enlarge the base.
    part = replace(PARTS["Q"], base="evaluated")
    rows = (
        [school(cqg=1, externally_evaluated=True)] * 8
        + [school(cqg="not_reached", externally_evaluated=True, eligible=False)] * 2
        + [school(cqg="not_evaluated", externally_evaluated=False)] * 9
    )
    row = smallest(*rows, part=part).iloc[0]
    assert row.schools_needed == 1  # 9 of 10, if one of the two could
    assert (row.outcome, row.smallest_count) == ("possible", 9)  # 17 of 19: 89,5%


# --- scenarios -----------------------------------------------------------------------------------

YEARS = {f"{y}-{y + 1}": dt.date(y + 1, 5, 31) for y in range(2021, 2026)}


def office(renewed: int, ended: int, *ends: str, more: Sequence[Any] = ()) -> pd.DataFrame:
    """So many of so many renewed in 2023-2024; today certificates with these last days, and more
    schools."""
    past = {"school_year": "2023-2024", "cqg": 1, "cqg_expiry": day("2024-12-01")}
    rows = [school(school_id=f"P{i}", **past) for i in range(ended)]
    again: dict[bool, dict[str, Any]] = {
        True: {"cqg": 1, "cqg_expiry": day("2029-12-01")},
        False: {"cqg": "expired"},
    }
    rows += [school(school_id=f"P{i}", **again[i < renewed]) for i in range(ended)]
    rows += [
        school(school_id=f"E{i}", cqg=1, cqg_expiry=day(e), education_level="MN")
        for i, e in enumerate(ends)
    ]
    return held(*rows, *more, as_of=YEARS)


def ahead(table: pd.DataFrame, until: str, **options: Any) -> pd.DataFrame:
    return compare_scenarios(table, of(PARTS["Q"]), rules=RULES, until=day(until).date(), **options)


def test_none_past_rate_and_all_renew() -> None:
    table = office(2, 3, "2026-05-30", "2026-05-31", "2027-05-30")
    found = ahead(table, "2027-12-31").set_index(["scenario", "as_of"])
    days = [day("2026-05-31"), day("2027-05-31")]
    assert found.index.to_list() == [
        (s, d) for s in ("none", "past_rate", "all_renew") for d in days
    ]
    # Two of the past and three of today hold one; one ends by May 2026, three by May 2027.
    assert found.schools_count.tolist() == [4, 2, 5, 4, 5, 5]
    assert set(found.schools_total) == {6}
    assert found.ending_count.tolist() == [1, 3, 1, 3, 1, 3]
    assert set(found.renewed_count) == {2} and set(found.ended_count) == {3}
    assert found.schools_percent.tolist() == [
        pytest.approx(100 * k / 6) for k in (4, 2, 5, 4, 5, 5)
    ]
    assert found.schools_needed["none", days[1]] == 4
    assert set(found.position) == {"below"}


def test_each_day_is_for_reference_by_itself() -> None:
    table = office(1, 1, "2026-01-01")
    targets = replace(of(PARTS["Q"]), deadline=dt.date(2026, 6, 30))
    found = compare_scenarios(table, targets, rules=RULES, until=dt.date(2027, 5, 31))
    marks = found.groupby("as_of").for_reference.unique().map(list).to_dict()
    assert marks == {day("2026-05-31"): [False], day("2027-05-31"): [True]}


def test_without_observed_renewals_there_is_no_past_rate() -> None:
    found = ahead(office(0, 0, "2026-01-01"), "2026-05-31")
    assert found.scenario.tolist() == ["none", "all_renew"]
    none = ahead(office(0, 2, "2026-01-01"), "2026-05-31").set_index("scenario")
    assert none.schools_count.to_dict() == {"none": 0, "past_rate": 0, "all_renew": 1}


def test_certificates_without_a_date_are_unclear_and_levels_are_kept() -> None:
    """Whether one without a known end is still in force is unclear, unless all are renewed."""
    table = held(
        school(cqg=1),
        school(cqg="level_unknown", cqg_expiry=day("2026-01-01")),
        school(cqg=2, cqg_expiry=day("2026-01-01")),
    )
    exact = replace(PARTS["Q"], level=2, reading="exact")
    for part, counts, unclear in ((PARTS["Q"], [0, 3], [1, 0]), (exact, [0, 1], [0, 0])):
        found = compare_scenarios(table, of(part), rules=RULES, until=dt.date(2026, 5, 31))
        assert found.schools_count.tolist() == counts
        assert found.unclear_count.tolist() == unclear
        assert found.ending_count.tolist() == [counts[1] - unclear[0]] * 2


def test_groups_add_up_to_the_total_in_every_scenario() -> None:
    table = office(2, 3, *["2026-01-01"] * 5)
    found = ahead(table, "2026-05-31", by="education_level")
    for _, rows in found.groupby("scenario"):
        groups = rows[rows.group != "all"]
        total = rows[rows.group == "all"].iloc[0]
        assert groups.schools_count.sum() == total.schools_count
        assert groups.ending_count.sum() == total.ending_count == 5
    past = found[(found.scenario == "past_rate") & (found.group == "MN")].iloc[0]
    assert past.schools_count == 3  # 5 x 2/3 = 3,33


def test_the_newest_year_is_the_start_and_the_horizon_is_one_term() -> None:
    table = office(1, 1, "2026-01-01")
    assert ahead(table, "2026-05-30").empty
    assert ahead(table, "2030-05-31").as_of.max() == day("2030-05-31")
    with pytest.raises(SuiteError, match="31/05/2030") as error:
        ahead(table, "2030-06-01")
    assert "01/06/2030" in error.value.text("en")


@given(
    st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 30), min_size=1),
    st.integers(0, 12),
    st.integers(1, 12),
)
def test_shares_of_groups_are_whole_and_add_up(ending: dict[str, int], k: int, more: int) -> None:
    rate = Fraction(k, k + more)
    total = sum(ending.values())
    renewed = shared_out(ending | {"all": total}, rate)
    assert renewed["all"] == int(total * rate + Fraction(1, 2))
    assert sum(renewed[g] for g in ending) == renewed["all"]
    for group, count in ending.items():
        assert 0 <= renewed[group] <= count
        assert abs(renewed[group] - count * rate) < 1


def test_the_largest_rest_goes_first_and_the_first_of_equals() -> None:
    third = Fraction(1, 3)
    assert shared_out({"A": 4, "B": 5, "all": 9}, third) == {"A": 1, "B": 2, "all": 3}
    assert shared_out({"A": 1, "B": 1, "all": 2}, third) == {"A": 1, "B": 0, "all": 1}
    assert shared_out({"all": 3}, Fraction(1, 2)) == {"all": 2}


@given(
    st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=5),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_what_is_lost_by_one_day_stays_lost(added: list[list[int]], k: int, more: int) -> None:
    rate = Fraction(k, max(1, k + more))
    ending = lost = dict.fromkeys([*"ABCD", "all"], 0)
    for counts in added:
        groups = {g: ending[g] + count for g, count in zip("ABCD", counts, strict=True)}
        ending = groups | {"all": sum(counts) + ending["all"]}
        renewed = shared_out(ending, rate, lost)
        assert renewed["all"] == int(ending["all"] * rate + Fraction(1, 2))
        assert sum(renewed[g] for g in "ABCD") == renewed["all"]
        assert all(lost[g] <= ending[g] - renewed[g] <= ending[g] for g in ending)
        lost = {group: ending[group] - renewed[group] for group in ending}


def test_a_further_loss_goes_where_most_is_lacking_to_the_exact_share() -> None:
    rate = Fraction(2, 3)
    lost = {"A": 0, "B": 1, "all": 1}
    # A third is lost: 2/3 of a school in A and in C, 1/3 in B. Of A and C the last of equals is.
    found = shared_out({"A": 2, "B": 1, "C": 2, "all": 5}, rate, lost)
    assert found == {"A": 2, "B": 0, "C": 1, "all": 3}
    # Rounded anew, B would get its school back.
    ending = {"A": 5, "B": 1, "C": 3, "all": 9}
    assert shared_out(ending, rate) == {"A": 3, "B": 1, "C": 2, "all": 6}
    assert shared_out(ending, rate, lost) == {"A": 4, "B": 0, "C": 2, "all": 6}


ENDS = ["2026-01-01", "2026-05-31", "2027-01-01", "2028-02-01", "2029-01-01"]
ENDING = st.builds(
    school,
    cqg=st.sampled_from([1, 1, 1, 1, 2, "level_unknown", "not_reached"]),
    cqg_expiry=st.sampled_from([*map(day, ENDS), None]),
    education_level=st.sampled_from(["MN", "TH", "THCS", "GDTX", ""]),
    unit=st.sampled_from(["Xã A", "Xã B", "Phường C", "Phường D", "Phường E"]),
    eligible=st.sampled_from([None, True, False]),
    in_scope=st.sampled_from([True, True, True, True, False]),
)
SOME_PART = st.builds(
    lambda **facts: replace(PARTS["Q"], **facts),
    reading=st.sampled_from(["exact", "at_least"]),
    level=st.sampled_from([1, 2]),
    base=st.sampled_from(BASES),
    education_levels=st.sampled_from([(), ("MN", "TH", "THCS")]),
)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(ENDING, min_size=12, max_size=30),
    st.integers(0, 4),
    st.integers(0, 4),
    SOME_PART,
    st.sampled_from(["unit", "education_level", None]),
)
def test_without_a_new_recognition_no_count_rises(
    rows: list[dict[str, Any]], renewed: int, more: int, part: Target, by: str | None
) -> None:
    """Nobody is newly recognised or raised in any scenario, so every path stays level or falls."""
    table = office(renewed, renewed + more, more=[*rows, school(cqg=1)])
    found = compare_scenarios(table, of(part), rules=RULES, until=3, by=by)
    assert found["scenario"].nunique() == (3 if renewed + more else 2)
    counts = {
        name: rows.pivot(index="as_of", columns="group", values="schools_count")
        for name, rows in found.groupby("scenario")
    }
    for table in counts.values():
        assert len(table) == 3 and not (table.diff() > 0).to_numpy().any()
        assert by is None or table.drop(columns="all").sum(axis=1).equals(table["all"])
    if "past_rate" in counts:
        none, past, whole = (counts[name] for name in ("none", "past_rate", "all_renew"))
        assert (none <= past).to_numpy().all() and (past <= whole).to_numpy().all()
        rate = Fraction(renewed, renewed + more)
        whole_office = found[(found["scenario"] == "none") & (found["group"] == "all")]
        wanted = [int(n * rate + Fraction(1, 2)) for n in whole_office["ending_count"]]
        assert (past["all"] - none["all"]).tolist() == wanted


def test_a_group_never_gets_back_the_school_it_lost() -> None:
    ends = {"TH&THCS": ["2026-01-01"], "MN": ["2027-01-01"] * 3, "THCS": ["2027-01-01"] * 3}
    schools = [
        school(cqg=1, cqg_expiry=day(end), education_level=level)
        for level, days in ends.items()
        for end in days
    ]
    found = ahead(office(2, 5, more=schools), "2027-05-31", by="education_level")
    past = found[found["scenario"] == "past_rate"].set_index(["group", "as_of"]).schools_count
    # Two fifths of 1 is none; of 7 it is 3: 1,2 and 1,2 and, rounded anew, the one lost before.
    assert past["TH&THCS"].tolist() == [0, 0]
    assert past["MN"].tolist() == [3, 2] and past["THCS"].tolist() == [3, 1]
    assert past["all"].tolist() == [2 + 6, 2 + 3]
