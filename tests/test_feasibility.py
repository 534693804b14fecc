"""What a corridor means in whole schools, and whether a set of targets fits itself and the law."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compare import (
    attainable_counts,
    check_coherence,
    check_feasibility,
    compare_to_targets,
)
from analysis.compare.coherence import ZERO, Limit, Room, between
from analysis.reference import Target, TargetSet, read_reference, read_rules
from tests.frames import held, school

RULES = read_rules()
RESOLUTION = read_reference(Path(__file__).parents[1]).targets("huong-tra-2022-2025")
PARTS = {part.id: part for part in RESOLUTION.parts}


def of(*parts: Target) -> TargetSet:
    return replace(RESOLUTION, parts=parts)


def feasible(totals: Any, *ids: str) -> pd.DataFrame:
    return check_feasibility(of(*(PARTS[i] for i in ids)), totals)


def test_5_to_8_percent_of_9_schools_is_between_none_and_one() -> None:
    row = feasible({"MN": 9}, "K3").iloc[0]
    assert (row.target_id, row.group, row.schools_total) == ("K3", "MN", 9)
    assert (row.target_from, row.target_to, row.decimals) == (5, 8, 1)
    assert (row.label_vi, row.label_en) == (PARTS["K3"].label_vi, PARTS["K3"].label_en)
    assert not row.attainable
    assert row[["lowest_count", "highest_count", "lowest_percent", "highest_percent"]].isna().all()
    assert (row.under_count, row.under_percent, row.over_count) == (0, 0, 1)
    assert row.over_percent == pytest.approx(100 / 9)


def test_the_corridors_of_38_schools() -> None:
    found = feasible({"all": 38}, "K1", "K2", "K3", "Q").set_index("target_id")
    counts = found[["lowest_count", "highest_count", "under_count", "over_count"]]
    assert counts.fillna(-1).to_numpy().tolist() == [
        [38, 38, 37, -1],
        [31, 34, 30, 35],
        [2, 3, 1, 4],
        [34, 38, 33, -1],
    ]
    assert found.attainable.all()
    assert found.lowest_percent["Q"] == pytest.approx(3400 / 38)
    assert found.highest_percent["K2"] == pytest.approx(3400 / 38)
    assert pd.isna(found.over_percent["Q"])


def test_numbers_have_their_types_also_where_some_are_missing() -> None:
    found = feasible({"MN": 9, "all": 38}, "K1", "K3")
    for name in ("lowest", "highest", "under", "over"):
        types = [str(found[f"{name}_{kind}"].dtype) for kind in ("count", "percent")]
        assert types == ["Int64", "Float64"]
    ends = ["alone_lowest", "alone_highest", "lowest", "highest"]
    for total in (9, 38):
        assert {str(coherent(total)[name].dtype) for name in ends} == {"Int64"}


def test_totals_may_come_from_a_comparison() -> None:
    rows = [school(eligible=True, cqg=1, kdclgd=2)] * 8 + [school(eligible=False)]
    found = check_feasibility(RESOLUTION, compare_to_targets(held(*rows), RESOLUTION))
    assert found.schools_total.tolist() == [8, 8, 8, 9]
    assert found.group.tolist() == ["all"] * 4


def test_a_target_of_some_levels_is_about_their_schools_together() -> None:
    part = replace(PARTS["K3"], education_levels=("THCS", "TH&THCS"))
    totals = {"MN": 9, "THCS": 10, "TH&THCS": 3, "all": 22}
    found = check_feasibility(of(part), totals)
    assert found[["group", "schools_total", "attainable"]].to_numpy().tolist() == [
        ["THCS + TH&THCS", 13, True]
    ]
    assert check_feasibility(of(part), {"MN": 9}).empty
    assert check_feasibility(of(PARTS["Q"]), {"MN": 0}).empty


@given(st.integers(1, 60), st.sampled_from([*PARTS.values()]))
def test_feasibility_says_what_the_counts_say(total: int, part: Target) -> None:
    row = check_feasibility(of(part), {"all": total}).iloc[0]
    counts = [*attainable_counts(total, part)]
    assert row.attainable == bool(counts)
    if counts:
        assert (row.lowest_count, row.highest_count) == (counts[0], counts[-1])
    outside = {row.under_count, row.over_count} - {pd.NA}
    assert not outside & set(counts) and all(0 <= count <= total for count in outside)


# --- the set against itself and the law ----------------------------------------------------------


def coherent(totals: Any = 38, targets: TargetSet = RESOLUTION) -> pd.DataFrame:
    return check_coherence(targets, RULES, totals)


def ends(row: Any) -> tuple[Any, ...]:
    return row.alone_lowest, row.alone_highest, row.lowest, row.highest, row.narrowed


def test_cqg_asks_for_more_schools_at_level_2_than_the_lower_edges_give() -> None:
    found = coherent()
    assert found.coherent.all()
    exact: Any = found[found.in_force].set_index("target_id")
    assert exact.readings.unique().tolist() == ["K2 exact, K3 exact"]
    # 80% and 5% are 31 and 2 of 38 schools, 33 together; 89,5% CQG needs 34 at level 2 or higher.
    assert ends(exact.loc["law"]) == (33, 38, 34, 38, True)
    assert (exact.loc["law", "level"], exact.loc["law", "scheme"]) == (2, "kdclgd")
    assert "cấp độ 2" in exact.loc["law", "label_vi"] and "level 2" in exact.loc["law", "label_en"]
    assert ends(exact.loc["K2"]) == (31, 34, 31, 34, False)
    assert ends(exact.loc["Q"]) == (34, 38, 34, 38, False)


def test_read_as_level_2_or_higher_one_number_of_schools_is_left() -> None:
    found: Any = coherent().set_index(["readings", "target_id"])
    reading = "K2 at_least, K3 exact"
    assert not found.loc[reading, "in_force"].any()
    assert ends(found.loc[(reading, "K2")]) == (31, 34, 34, 34, True)
    assert ends(found.loc[(reading, "Q")]) == (34, 38, 34, 34, True)
    assert found.loc[(reading, "K2"), "reading"] == "at_least"


def test_every_reading_left_open_is_a_combination() -> None:
    found = coherent()
    assert found.groupby("combination").readings.first().tolist() == [
        "K2 exact, K3 exact",
        "K2 exact, K3 at_least",
        "K2 at_least, K3 exact",
        "K2 at_least, K3 at_least",
    ]
    assert found.target_id.tolist() == ["K1", "K2", "K3", "Q", "law"] * 4


def test_a_contradiction_is_named_by_its_smallest_group() -> None:
    part = coherent(9)
    assert not part.coherent.any() and set(part.conflict) == {("K3",)}
    assert part.lowest.isna().all() and not part.narrowed.any()
    # 95% CQG against at most 90% at level 2 or higher: only the law makes it a contradiction.
    high = replace(PARTS["Q"], from_percent=95)
    low = replace(PARTS["K2"], reading="at_least", readings_shown=("at_least",))
    found = coherent(100, of(low, high))
    assert set(found.conflict) == {("K2", "Q", "law")}
    few = replace(low, id="K2b", from_percent=10, to_percent=20)
    both = coherent(100, of(low, few))
    assert set(both.conflict) == {("K2", "K2b")}
    # At exactly level 2 four schools of five and at exactly level 3 three of ten are too many.
    exact = [replace(PARTS[name], readings_shown=("exact",)) for name in ("K2", "K3")]
    third = replace(exact[1], from_percent=30, to_percent=40)
    assert set(coherent(100, of(exact[0], third)).conflict) == {("K2", "K3")}


def test_each_base_has_its_own_number_of_schools() -> None:
    # 36 eligible schools cannot hold level 2 in 90% and carry 34 CQG: 32 at most.
    found: Any = coherent({"all": 38, "eligible": 36}).set_index(["readings", "target_id"])
    assert found.loc[("K2 at_least, K3 exact", "K2"), "schools_total"] == 36
    assert found.loc[("K2 at_least, K3 exact", "K2"), "conflict"] == ("K2", "Q", "law")
    assert found.loc[("K2 exact, K3 exact", "law"), "coherent"]


def test_every_fact_of_a_combination_stands_in_its_rows() -> None:
    rows = [school(eligible=True, cqg=1, kdclgd=2)] * 36 + [school(eligible=False)] * 2
    table = compare_to_targets(held(*rows), RESOLUTION)
    found = check_coherence(RESOLUTION, RULES, table)
    pd.testing.assert_frame_equal(found, coherent({"all": 38, "eligible": 36}))
    first = found[found.combination == 1].to_dict("records")
    assert {row["readings"] for row in first} == {"K2 exact, K3 exact"}
    assert {(row["in_force"], row["coherent"], row["conflict"]) for row in first} == {
        (True, True, ())
    }
    assert sorted(set(found.combination)) == [1, 2, 3, 4]
    facts = ["target_id", "scheme", "level", "reading", "schools_total", "alone_lowest"]
    facts += ["alone_highest", "lowest", "highest", "narrowed"]
    assert [[row[name] for name in facts] for row in first] == [
        ["K1", "kdclgd", 1, "at_least", 36, 36, 36, 36, 36, False],
        ["K2", "kdclgd", 2, "exact", 36, 29, 32, 29, 32, False],
        ["K3", "kdclgd", 3, "exact", 36, 2, 2, 2, 2, False],
        ["Q", "cqg", 1, "at_least", 38, 34, 38, 34, 36, True],
        ["law", "kdclgd", 2, "at_least", 36, 31, 36, 34, 36, True],
    ]
    labels = [[row[f"label_{lang}"] for lang in ("vi", "en")] for row in first[:-1]]
    assert labels == [[part.label_vi, part.label_en] for part in RESOLUTION.parts]


def test_by_itself_each_number_is_free_of_the_others() -> None:
    # No number of 9 schools is 5-8%: K3 asks for none, and the law leaves what the rest leaves.
    band = coherent(9, of(PARTS["K2"], replace(PARTS["K3"], scheme="cqg", level=1)))
    alone = band.set_index("target_id")[["alone_lowest", "alone_highest"]]
    assert alone.loc[["K3"]].isna().all(axis=None)
    assert alone.loc["law"].to_numpy().tolist() == [[8, 9], [8, 9], [8, 8], [8, 8]]
    assert not band.coherent.any()
    # Only 30 of 38 schools can hold KĐCLGD at all.
    law = coherent({"all": 38, "eligible": 30}, of(replace(PARTS["Q"], from_percent=50)))
    assert ends(law[law.target_id == "law"].iloc[0]) == (0, 30, 19, 30, True)


def test_the_law_is_the_one_of_the_last_day() -> None:
    # Before 2018 CQG rested on no evaluation; under TT 57/2026 on none that is certified as KĐCLGD.
    part = replace(PARTS["Q"], readings_shown=("at_least",))
    for last, levels in [("2017-12-31", []), ("2025-12-31", [2]), ("2030-12-31", [])]:
        day = pd.Timestamp(last).date()
        targets = replace(of(part), deadline=day, regime_to=None)
        found = coherent(38, targets)
        assert found[found.target_id == "law"].level.tolist() == levels


def test_targets_of_single_levels_are_left_out() -> None:
    limited = replace(PARTS["Q"], id="Q-MN", education_levels=("MN",))
    assert "Q-MN" not in set(coherent(38, of(PARTS["Q"], limited)).target_id)


def brute(total: int, parts: list[tuple[Target, str]]) -> list[tuple[int, ...]]:
    """All distributions (schools at KĐCLGD level 1-4 or higher, at CQG level 1-2 or higher)."""
    found = []
    for kdclgd in product(range(total + 1), repeat=4):
        if list(kdclgd) != sorted(kdclgd, reverse=True):
            continue
        for cqg in product(range(kdclgd[1] + 1), repeat=2):
            if cqg[1] > min(cqg[0], kdclgd[2]):
                continue
            reach = {"kdclgd": [*kdclgd, 0], "cqg": [*cqg, 0]}
            if all(
                reach[p.scheme][p.level - 1] - (reach[p.scheme][p.level] if r == "exact" else 0)
                in attainable_counts(total, p)
                for p, r in parts
            ):
                found.append((*kdclgd, *cqg))
    return found


EDGES = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted)


@pytest.mark.truth
@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.lists(EDGES, min_size=3, max_size=3), st.data())
def test_coherence_equals_brute_force(total: int, edges: list[list[int]], data: Any) -> None:
    parts = [
        replace(
            PARTS["Q" if scheme == "cqg" else "K2"],
            id=f"P{i}",
            level=data.draw(st.integers(1, len(RULES.levels(scheme)))),
            from_percent=low,
            to_percent=high,
            readings_shown=(reading,),
            reading=reading,
        )
        for i, (low, high) in enumerate(edges)
        for scheme in [data.draw(st.sampled_from(["kdclgd", "cqg"]))]
        for reading in [data.draw(st.sampled_from(["exact", "at_least"]))]
    ]
    found = coherent(total, of(*parts))
    ways = brute(total, [(p, p.reading) for p in parts])
    assert set(found.coherent) == {bool(ways)}
    for part, row in zip(parts, found.to_dict("records"), strict=False):
        place = part.level - 1 + (4 if part.scheme == "cqg" else 0)
        last = place in (3, 5) or part.reading == "at_least"
        counts = [way[place] - (0 if last else way[place + 1]) for way in ways]
        if counts:
            assert (row["lowest"], row["highest"]) == (min(counts), max(counts))


def test_room_between_counts() -> None:
    limits = [*between("a", ZERO, range(2, 8), "a"), *between("b", "a", range(-1, 1), "b")]
    room = Room(limits)
    assert not room.is_empty
    assert (room.reach("a"), room.reach("b"), room.reach("b", "a")) == ((2, 7), (1, 7), (-1, 0))
    assert room.reach("a", "a") == (0, 0)
    assert Room([*limits, Limit("b", ZERO, 0, "c")]).is_empty
    assert Room(between("a", ZERO, range(3, 3), "a")).is_empty
