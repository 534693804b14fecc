"""All readings of a target in one table, and how uneven the groups are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compare import (
    compare_groups,
    compare_readings,
    compare_to_targets,
    compare_unevenness,
)
from analysis.reference import SuiteError, read_reference
from tests.frames import held, school

RESOLUTION = read_reference(Path(__file__).parents[1]).targets("huong-tra-2022-2025")
SEED = [school(kdclgd=2, cqg=1)] * 31 + [school(kdclgd=3, cqg=2)] * 3 + [school(kdclgd=1)] * 4


def readings(*rows: dict[str, Any], **options: Any) -> pd.DataFrame:
    return compare_readings(held(*rows), RESOLUTION, **options)


def test_31_at_level_2_and_3_at_level_3_of_38_in_every_reading() -> None:
    found = readings(*SEED)
    told = found[found.shown].set_index(["target_id", "reading", "base"])
    counts = {key: f"{row.schools_count}/{row.schools_total}" for key, row in told.iterrows()}
    bases = ("eligible", "evaluated", "all")
    assert counts == {
        **{("K1", "at_least", base): "38/38" for base in bases},
        **{("K2", "exact", base): "31/38" for base in bases},
        **{("K2", "at_least", base): "34/38" for base in bases},
        **{("K3", "exact", base): "3/38" for base in bases},
        **{("K3", "at_least", base): "3/38" for base in bases},
        ("Q", "at_least", "all"): "34/38",  # recognised, of all: 89,5%
        ("Q", "evaluated", "all"): "34/38",  # given evaluation, of all
        ("Q", "at_least", "evaluated"): "34/34",  # recognised, of those evaluated
    }
    assert set(told.position) == {"within"}
    assert not found.verdict_depends.any()
    assert not found.for_reference.any()
    shares = told.schools_percent.round(1)
    assert shares["K2", "exact", "eligible"] == 81.6
    assert shares["K2", "at_least", "all"] == shares["Q", "at_least", "all"] == 89.5


def test_one_reading_of_each_part_is_in_force() -> None:
    found = readings(*SEED)
    in_force = found[found.in_force][["target_id", "reading", "base"]].to_numpy().tolist()
    assert in_force == [
        ["K1", "at_least", "eligible"],
        ["K2", "exact", "eligible"],
        ["K3", "exact", "eligible"],
        ["Q", "at_least", "all"],
    ]
    usual = compare_to_targets(held(*SEED), RESOLUTION)
    same = found[found.in_force].drop(columns=["in_force", "shown", "verdict_depends"])
    pd.testing.assert_frame_equal(same.reset_index(drop=True), usual)


def test_every_reading_on_every_base_is_there_shown_or_not() -> None:
    found = readings(*SEED)
    assert Counter(found.target_id) == {"K1": 6, "K2": 6, "K3": 6, "Q": 7}
    assert found[~found.shown].groupby("target_id").size().to_dict() == {"K1": 3, "Q": 4}
    assert found.index.tolist() == [*range(25)]


def test_where_the_verdict_depends_on_the_reading() -> None:
    # 29 exactly at level 2 are 76,3% and short of 80%, with 4 at level 3 they are 33: 86,8%.
    rows = [school(kdclgd=2)] * 29 + [school(kdclgd=3)] * 4 + [school(kdclgd=1)] * 5
    found = readings(*rows).groupby("target_id").verdict_depends.unique().map(list).to_dict()
    assert found == {"K1": [False], "K2": [True], "K3": [False], "Q": [False]}


def test_where_the_verdict_depends_on_the_base() -> None:
    # 34 of 38 are short of 100%; of the 34 that are eligible they are all.
    rows = [school(kdclgd=2, eligible=True)] * 34 + [school(eligible=False)] * 4
    found = readings(*rows)
    positions = found[found.shown & (found.target_id == "K1")].set_index("base").position
    assert positions.to_dict() == {"eligible": "within", "evaluated": "within", "all": "below"}
    assert found[found.target_id == "K1"].verdict_depends.all()


def test_readings_not_left_open_decide_nothing() -> None:
    # Exactly level 1 nobody is; "from level 1" all are, and that is what the words say.
    found = readings(*[school(kdclgd=2)] * 5)
    assert not found[found.target_id == "K1"].verdict_depends.any()


def test_the_activity_counts_whoever_was_evaluated() -> None:
    rows = [
        school(cqg=1, externally_evaluated=True),
        school(cqg="not_reached", externally_evaluated=True),
        school(externally_evaluated=False),
        school(in_scope=False, externally_evaluated=True),
    ]
    found = readings(*rows).query("target_id == 'Q' and shown").set_index(["reading", "base"])
    assert found.schools_count.to_dict() == {
        ("at_least", "all"): 1,
        ("at_least", "evaluated"): 1,
        ("evaluated", "all"): 2,
    }
    assert found.schools_total.to_dict() == {
        ("at_least", "all"): 3,
        ("at_least", "evaluated"): 2,
        ("evaluated", "all"): 3,
    }
    assert found.loc[("evaluated", "all"), "schools_percent"] == pytest.approx(200 / 3)


def test_groups_without_schools_say_nothing() -> None:
    days = {"2023-2024": pd.Timestamp(2024, 5, 31), "2024-2025": pd.Timestamp(2025, 5, 31)}
    table = held(
        school(school_year="2023-2024", education_level="MN", cqg=1),
        school(school_year="2024-2025", education_level="TH", cqg=1),
        as_of=days,
    )
    found = compare_readings(table, RESOLUTION, by="education_level")
    empty = found[(found.school_year == "2024-2025") & (found.group == "MN")]
    assert set(empty.position) == {"no_schools"} and not empty.verdict_depends.any()
    assert empty.schools_percent.isna().all()
    order = found[["school_year", "target_id"]].drop_duplicates().to_numpy().tolist()
    assert order == [[year, part] for year in days for part in ("K1", "K2", "K3", "Q")]


def test_a_set_without_parts_about_schools_gives_no_rows() -> None:
    assert compare_readings(held(*SEED), replace(RESOLUTION, parts=())).empty


# --- unevenness ----------------------------------------------------------------------------------


def uneven(groups: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """`{"MN": (3, 8)}`: 3 of 8 preschools hold CQG."""
    rows = [
        school(education_level=level, cqg=1 if i < count else "not_reached")
        for level, (count, total) in groups.items()
        for i in range(total)
    ]
    parts = tuple(p for p in RESOLUTION.parts if p.id == "Q")
    compared = compare_to_targets(
        held(*rows), replace(RESOLUTION, parts=parts), by="education_level"
    )
    return compare_unevenness(compared).set_index("group")


def test_how_many_schools_the_groups_are_apart() -> None:
    found = uneven({"MN": (6, 12), "TH": (14, 15), "THCS": (8, 9)})
    assert found.schools_behind.to_dict() == {"MN": 6, "TH": 0, "THCS": 1, "all": 7}
    assert found.behind_points["MN"] == found.behind_points["all"] == pytest.approx(1400 / 15 - 50)
    assert found.behind_points["TH"] == 0
    assert set(found.highest_groups) == {("TH",)}
    # 8 of 9 are 4,4 points behind, but one school makes 11,1: no number of schools is in between.
    assert found.one_school.to_dict() == {"MN": False, "TH": True, "THCS": True, "all": False}
    assert found.points_per_school["THCS"] == pytest.approx(100 / 9)


def test_groups_that_differ_by_one_school_are_as_even_as_they_can_be() -> None:
    found = uneven({"MN": (2, 3), "TH": (3, 4), "THCS": (1, 2)})
    assert found.one_school.all()
    assert found.schools_behind["all"] == 2


def test_level_groups_are_not_apart() -> None:
    found = uneven({"MN": (1, 2), "TH": (2, 4)})
    assert found.behind_points.tolist() == [0, 0, 0]
    assert set(found.highest_groups) == {("MN", "TH")}


def test_without_groups_nothing_is_apart() -> None:
    found = compare_unevenness(compare_to_targets(held(*SEED), RESOLUTION))
    told = found[["behind_points", "schools_behind", "one_school", "highest_groups"]]
    assert told.to_numpy().tolist() == [[0, 0, True, ()]] * 4


def test_every_target_is_compared_in_its_own_order() -> None:
    rows = [school(education_level="MN", kdclgd=2, cqg=1)] * 2
    rows += [school(education_level="TH", kdclgd=2, cqg="not_reached")]
    rows += [school(education_level="THCS", kdclgd=1, cqg=1)] * 2
    parts = tuple(sorted(RESOLUTION.parts, key=lambda part: part.id, reverse=True))[::3]
    compared = compare_to_targets(
        held(*rows), replace(RESOLUTION, parts=parts), by="education_level"
    )
    found = compare_unevenness(compared)
    keys = ["target_id", "group", "behind_points", "schools_behind", "one_school"]
    assert found[keys].to_numpy().tolist() == [
        *(["Q", "MN", 0, 0, True], ["Q", "TH", 100, 1, True], ["Q", "THCS", 0, 0, True]),
        ["Q", "all", 100, 1, True],
        *(["K1", "MN", 0, 0, True], ["K1", "TH", 0, 0, True], ["K1", "THCS", 0, 0, True]),
        ["K1", "all", 0, 0, True],
    ]
    assert found.highest_groups[0] == ("MN", "THCS")
    assert found.highest_groups[4] == ("MN", "TH", "THCS")
    assert found.index.tolist() == [*range(8)]
    assert found.label_vi.tolist() == [part.label_vi for part in parts for _ in range(4)]
    two = uneven({"MN": (1, 3), "TH": (3, 3)})
    assert two.schools_behind.to_dict() == {"MN": 2, "TH": 0, "all": 2}
    assert two.one_school.to_dict() == {"MN": False, "TH": True, "all": False}
    spread = compare_groups(compared)
    assert spread.target_id.tolist() == ["Q", "K1"]
    for lang in ("vi", "en"):
        assert spread[f"label_{lang}"].tolist() == [part.label(lang) for part in parts]


def test_one_target_is_one_reading() -> None:
    several = compare_readings(held(*SEED), RESOLUTION, by="education_level")
    with pytest.raises(SuiteError, match="nhiều cách đọc"):
        compare_unevenness(several)
    assert len(compare_unevenness(several[several.in_force])) == 8
    with pytest.raises(SuiteError, match="schools_count, schools_total"):
        compare_unevenness(several.drop(columns=["schools_count", "schools_total"]))


GROUP = st.integers(1, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.truth
@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["MN", "TH", "THCS", "THPT"]), GROUP, min_size=1))
def test_unevenness_equals_brute_force(groups: dict[str, tuple[int, int]]) -> None:
    found = uneven(groups)
    highest = max(Fraction(*pair) for pair in groups.values())
    lacking = {
        group: next(m for m in range(total + 1) if Fraction(count + m, total) >= highest)
        for group, (count, total) in groups.items()
    }
    assert found.schools_behind.drop("all").to_dict() == lacking
    assert found.schools_behind["all"] == sum(lacking.values())
    spread = highest - min(Fraction(*pair) for pair in groups.values())
    assert found.behind_points["all"] == pytest.approx(float(100 * spread))
