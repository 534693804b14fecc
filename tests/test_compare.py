"""Targets as corridors, gaps in points and in schools, indicators, and printed percentages."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compare import (
    attainable_counts,
    compare_indicators,
    compare_to_targets,
    recompute_published,
)
from analysis.compare.targets import compare_counts
from analysis.reference import SuiteError, Target, TargetSet, read_reference
from tests.frames import held, school

PUBLISHED = Path(__file__).parents[2] / "shared" / "data" / "vn_published_counts.csv"
COLUMNS = [
    *("school_year", "target_id", "label_vi", "label_en"),
    *("scheme", "level", "reading", "base", "by", "group"),
    *("target_from", "target_to", "decimals", "schools_count", "schools_total", "schools_percent"),
    *("unclear_count", "base_unclear_count", "percent_low", "percent_high", "verdict"),
    *("position", "gap_points", "needed_least", "schools_needed", "attainable", "schools_over"),
    *("for_reference", "undecided"),
]


RESOLUTION = read_reference(Path(__file__).parents[1]).targets("huong-tra-2022-2025")
PART: dict[str, Any] = {
    "id": "T",
    "scheme": "kdclgd",
    "level": 2,
    "reading": "exact",
    "base": "all",
}


def target(low: float = 80, high: float = 90, decimals: int = 0, **facts: Any) -> Target:
    corridor: dict[str, Any] = {"from_percent": low, "to_percent": high, "decimals": decimals}
    return replace(RESOLUTION.parts[0], **(PART | corridor | facts))


K1 = target(100, 100, id="K1", level=1, reading="at_least", base="eligible")
K2 = target(80, 90, id="K2", base="eligible")
K3 = target(5, 8, id="K3", level=3, base="eligible")
Q = target(89.5, 100, 1, id="Q", scheme="cqg", level=1, reading="at_least")


def target_set(*parts: Target, targets: tuple[Any, ...] = ()) -> TargetSet:
    return replace(RESOLUTION, parts=parts, targets=targets)


def compared(count: int, total: int, part: Target = Q) -> pd.Series:
    """`count` of `total` schools at the target's level."""
    rows = [school(**{part.scheme: part.level})] * count
    rows += [school(**{part.scheme: "not_reached"})] * (total - count)
    return compare_to_targets(held(*rows), target_set(part)).iloc[0]


def test_34_of_38_meets_89_5_and_33_lacks_one() -> None:
    met, short, more = (compared(k, 38) for k in (34, 33, 35))
    assert (met.position, met.gap_points, met.schools_needed) == ("within", 0, 0)
    assert met.schools_percent == 3400 / 38  # 89,47: it is the printed figure that is met
    assert (short.position, short.schools_needed) == ("below", 1)
    assert [row.verdict for row in (met, short, more)] == ["met", "not_met", "met"]
    assert (short.percent_low, short.percent_high) == (short.schools_percent,) * 2
    assert (short.unclear_count, short.base_unclear_count, short.needed_least) == (0, 0, 1)
    assert short.undecided == ()
    assert short.gap_points == pytest.approx(3300 / 38 - 89.5, abs=1e-12)
    assert more.position == "within"


@pytest.mark.parametrize(
    ("count", "position", "gap", "over"), [(0, "below", -5, 0), (1, "above", 100 / 9 - 8, 1)]
)
def test_5_to_8_percent_of_nine_schools_cannot_be(
    count: int, position: str, gap: float, over: int
) -> None:
    row = compared(count, 9, K3)
    assert not row.attainable
    assert (row.position, row.schools_over) == (position, over)
    assert row.gap_points == pytest.approx(gap, abs=1e-12)
    # No number of schools helps, be it below or above.
    assert row.verdict == "not_attainable"
    assert pd.isna(row.needed_least) and pd.isna(row.schools_needed)


@pytest.mark.parametrize(
    ("decimals", "without"),
    [
        (1, [*range(1, 13), 21, 22, 23, 24]),
        (0, [*range(1, 12), 23]),  # 1 of 12 (8,3%) is shown as 8%, 1 of 22 (4,5%) as 5%
    ],
)
def test_5_to_8_percent_cannot_be_for_these_numbers_of_schools(
    decimals: int, without: list[int]
) -> None:
    part = target(5, 8, decimals)
    assert [n for n in range(1, 41) if not attainable_counts(n, part)] == without


@pytest.mark.parametrize(
    ("count", "position", "gap", "needed", "over"),
    [
        (30, "below", 3000 / 38 - 80, 1, 0),  # 78,9
        (31, "within", 0, 0, 0),  # 81,6
        (34, "within", 0, 0, 0),  # 89,5, shown as 89: decimals of the target are 0
        (35, "above", 3500 / 38 - 90, 0, 1),  # 92,1
        (38, "above", 10, 0, 4),
    ],
)
def test_the_corridor_80_to_90_of_38_schools(
    count: int, position: str, gap: float, needed: int, over: int
) -> None:
    row = compared(count, 38, K2)
    assert (row.position, row.schools_needed, row.schools_over) == (position, needed, over)
    assert row.gap_points == pytest.approx(gap, abs=1e-12)
    assert row.attainable


def test_the_whole_set_for_31_at_level_2_and_3_at_level_3() -> None:
    rows = [school(kdclgd=2, cqg=1)] * 31 + [school(kdclgd=3, cqg=2)] * 3 + [school(kdclgd=1)] * 4
    exact = compare_to_targets(held(*rows), target_set(K1, K2, K3, Q))
    assert exact.columns.tolist() == COLUMNS
    assert exact.target_id.tolist() == ["K1", "K2", "K3", "Q"]
    assert exact.schools_count.tolist() == [38, 31, 3, 34]
    assert exact.position.tolist() == ["within"] * 4
    # Read as "level 2 or higher" the same schools are 34 of 38, level 3 or higher stays 3.
    as_least = [target(80, 90, id="K2", reading="at_least"), target(5, 8, level=3, id="K3")]
    assert compare_to_targets(held(*rows), target_set(*as_least)).schools_count.tolist() == [34, 3]


def test_a_recognised_school_of_unknown_level_counts_from_level_1_only() -> None:
    table = held(school(kdclgd="level_unknown"))
    parts = [target(id=r, level=lv, reading=r) for lv in (1, 2) for r in ("exact", "at_least")]
    assert compare_to_targets(table, target_set(*parts)).schools_count.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize(("count", "position"), [(199, "below"), (200, "within")])
def test_nearly_all_is_not_all(count: int, position: str) -> None:
    row = compared(count, 200, target(100, 100))  # 99,5% would round to 100%
    assert (row.position, row.schools_needed) == (position, 200 - count)
    none = target(0, 0)
    assert attainable_counts(1000, none) == range(1)


def test_groups_years_and_parts_come_in_their_order() -> None:
    days = {"2023-2024": pd.Timestamp(2024, 5, 31), "2024-2025": pd.Timestamp(2025, 5, 31)}
    table = held(
        school(school_year="2024-2025", education_level="TH", kdclgd=2),
        school(school_year="2023-2024", education_level="MN", cqg=1),
        as_of=days,
    )
    found = compare_to_targets(table, target_set(Q, K2), by="education_level")
    keys = [*zip(found.school_year, found.target_id, found.group, strict=True)]
    groups = ("MN", "TH", "all")
    assert keys == [(y, t, g) for y in days for t in ("Q", "K2") for g in groups]
    assert found.by.unique().tolist() == ["education_level"]
    assert found.index.tolist() == [*range(12)]
    absent = found[(found.school_year == "2024-2025") & (found.group == "MN")]
    assert set(absent.position) == {"no_schools"}
    missing = ["schools_percent", "gap_points", "schools_needed", "schools_over"]
    assert absent[missing].isna().all(axis=None)
    assert not absent.attainable.any()
    assert set(absent.verdict) == {"no_schools"} and absent.needed_least.isna().all()
    assert absent[["percent_low", "percent_high"]].isna().all(axis=None)


def test_a_row_says_which_target_it_is_about() -> None:
    rows = [school(kdclgd=2, cqg=1), school(kdclgd="not_reached")]
    table = held(*rows, school(in_scope=None, kdclgd="in_doubt", cqg="in_doubt"))
    for by in (None, "unit"):
        found = compare_to_targets(table, target_set(Q, K2), by=by)
        assert set(found.by) == {by or ""}
        for part in (Q, K2):
            own = found[found.target_id == part.id]
            for name in ("label_vi", "label_en", "scheme", "level", "reading", "base", "decimals"):
                assert set(own[name]) == {getattr(part, name)}
            corridor = {*zip(own.target_from, own.target_to, strict=True)}
            assert corridor == {(part.from_percent, part.to_percent)}
        types = {name: str(dtype) for name, dtype in found.dtypes.items()}
        assert [name for name in types if types[name] == "Float64"] == [
            *("schools_percent", "percent_low", "percent_high", "gap_points")
        ]
        assert [name for name in types if types[name] == "Int64"] == [
            *("needed_least", "schools_needed", "schools_over")
        ]
        assert {types[f"{n}_count"] for n in ("schools", "unclear", "base_unclear")} == {"int64"}
        assert types["group"] == types["verdict"] == types["position"] == "str"
        assert types["attainable"] == types["for_reference"] == "bool"


def test_counts_alone_against_a_target() -> None:
    counts = [(33, 38), (34, 38), (38, 38), (0, 0)]
    rows = pd.DataFrame(counts, columns=["schools_count", "schools_total"])
    found = compare_counts(rows, Q)
    assert found.schools_needed.fillna(-1).tolist() == [1, 0, 0, -1]
    assert found.schools_over.fillna(-1).tolist() == [0, 0, 0, -1]
    assert found.gap_points.isna().tolist() == [False, False, False, True]
    # Below 5-8% of 9 schools no further one helps; above none is needed.
    few = pd.DataFrame([(0, 9), (1, 9), (1, 14), (0, 14)], columns=rows.columns)
    assert compare_counts(few, K3).schools_needed.fillna(-1).tolist() == [-1, 0, 0, 1]


@pytest.mark.parametrize("late", [False, True])
def test_rows_are_marked_by_the_day_of_their_year(late: bool) -> None:
    day = RESOLUTION.last_day + dt.timedelta(days=late)
    days = {"2024-2025": pd.Timestamp(2025, 5, 31), "2025-2026": pd.Timestamp(day)}
    table = held(*[school(school_year=year) for year in days], as_of=days)
    found = compare_to_targets(table, RESOLUTION).groupby("school_year")["for_reference"]
    assert found.unique().map(list).to_dict() == {"2024-2025": [False], "2025-2026": [late]}


def test_a_set_without_parts_about_schools_gives_no_rows() -> None:
    empty = compare_to_targets(held(school()), target_set())
    assert empty.columns.tolist() == COLUMNS
    # What is asked for by a flag is still a table.
    for flag in ("attainable", "for_reference"):
        assert empty[empty[flag]].columns.tolist() == COLUMNS


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"scheme": "cqg", "level": 3}, "Chỉ tiêu T: cqg không có"),
        ({"reading": "atleast"}, "'at_least'"),
        ({"base": "alll"}, "'all'"),
    ],
)
def test_faulty_targets_are_named(facts: dict[str, Any], says: str) -> None:
    with pytest.raises(SuiteError, match=says):
        compare_to_targets(held(school()), target_set(target(**facts)))


def brute(total: int, part: Target) -> list[int]:
    """The counts in the corridor, found by trying each."""
    low, high = Fraction(str(part.from_percent)), Fraction(str(part.to_percent))
    found = []
    for count in range(total + 1):
        share = Fraction(100 * count, total) * 10**part.decimals
        shown = Fraction(int(share + Fraction(1, 2)), 10**part.decimals)
        if (low == 100 and count < total) or (high == 0 and count):
            continue
        if low <= shown <= high:
            found.append(count)
    return found


PERCENT = st.one_of(
    st.integers(0, 100), st.decimals(0, 100, places=1).map(float), st.sampled_from([89.5, 8.1])
)


@st.composite
def corridors(draw: Any) -> Target:
    low, high = sorted([draw(PERCENT), draw(PERCENT | st.just(100))])
    finest = 1 if any(float(edge) % 1 for edge in (low, high)) else 0
    return target(low, high, draw(st.integers(finest, 2)))


@pytest.mark.truth
@given(st.integers(1, 40), corridors())
def test_attainable_counts_equal_brute_force(total: int, part: Target) -> None:
    assert [*attainable_counts(total, part)] == brute(total, part)


@pytest.mark.truth
@settings(max_examples=150)
@given(st.data(), st.integers(1, 40), corridors(), st.sampled_from(["exact", "at_least"]))
def test_gaps_equal_brute_force(data: Any, total: int, part: Target, reading: str) -> None:
    said = st.sampled_from(["not_reached", "level_unknown", 1, 2, 3])
    schools = data.draw(st.lists(said, min_size=total, max_size=total))
    level = data.draw(st.integers(1, 4))
    part = target(part.from_percent, part.to_percent, part.decimals, level=level, reading=reading)
    row = compare_to_targets(held(*[school(kdclgd=s) for s in schools]), target_set(part)).iloc[0]
    held_levels = [1 if s == "level_unknown" and reading == "at_least" else s for s in schools]
    ranks = [s for s in held_levels if isinstance(s, int)]
    count = sum(s == level if reading == "exact" else s >= level for s in ranks)
    good = brute(total, part)
    assert row.schools_count == count
    assert row.attainable == bool(good)
    assert (row.position == "within") == (count in good)
    share = Fraction(100 * count, total)
    if row.position == "below":
        further = [k - count for k in good if k > count]
        assert row.schools_needed == further[0] if further else pd.isna(row.schools_needed)
        assert row.gap_points == float(share - Fraction(str(part.from_percent))) < 0
        assert row.schools_over == 0
    elif row.position == "above":
        assert row.gap_points == float(share - Fraction(str(part.to_percent))) > 0
        assert row.schools_needed == 0 if good else pd.isna(row.schools_needed)
        assert row.schools_over > 0
        # So many fewer and the share is no longer above, one more and it still is.
        over = int(row.schools_over)
        assert compared(count - over, total, part).position != "above"
        assert compared(count - over + 1, total, part).position == "above"
    else:
        assert (row.gap_points, row.schools_needed, row.schools_over) == (0, 0, 0)


# --- the office's own figures --------------------------------------------------------------------

TARGETS = """
[[target]]
id = "study"
number = 1
title_vi = "Học tập"
title_en = "Study"
[[target.measure]]
id = "A"
kind = "percent"
at_least = 100
unit_vi = "%"
unit_en = "%"
label_vi = "Đã học"
label_en = "Attended"

[[target]]
id = "schools"
number = 2

[[target]]
id = "ratings"
number = 9
title_vi = "Xếp loại"
title_en = "Ratings"
[[target.measure]]
id = "B"
kind = "percent"
at_least = 89.5
label_vi = "Tốt"
label_en = "Good"
[[target.measure]]
id = "C"
kind = "count"
at_least = 1
at_most = 2
unit_vi = "người"
unit_en = "people"
label_vi = "Học"
label_en = "Study"
[[target.measure]]
id = "D"
kind = "status"
required = "Đạt"
label_vi = "Chi bộ"
label_en = "Cell"
"""
SET = target_set(targets=tuple(tomllib.loads(TARGETS)["target"]))


def sheet(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = ["school_year", "target_id", "numerator", "denominator", "value", "source"]
    usual = {"school_year": "2024-2025", "source": "Sổ"}
    return pd.DataFrame([usual | row for row in rows], columns=columns)


def judged(**row: Any) -> pd.Series:
    found = compare_indicators(sheet(row), SET)
    return found[found.measure_id == row["target_id"]].iloc[0]


@pytest.mark.parametrize(
    ("row", "text", "met"),
    [
        ({"target_id": "A", "numerator": 42, "denominator": 42}, "42/42 (100,0%)", "met"),
        ({"target_id": "A", "numerator": 41, "denominator": 42}, "41/42 (97,6%)", "not_met"),
        ({"target_id": "A", "numerator": 4099, "denominator": 4100}, "(100,0%)", "not_met"),
        ({"target_id": "A", "numerator": 0, "denominator": 0}, "0/0", "not_stated"),
        ({"target_id": "A", "numerator": 42}, "chưa có số liệu", "not_stated"),
        ({"target_id": "A", "value": "98,7%"}, "98,7%", "not_met"),
        ({"target_id": "A", "value": 100.0}, "100,0%", "met"),
        ({"target_id": "A", "value": "đang tính"}, "đang tính", "not_stated"),
        ({"target_id": "C", "value": "vài"}, "vài", "not_stated"),
        ({"target_id": "A", "value": "  "}, "chưa có số liệu", "not_stated"),
        ({"target_id": "B", "numerator": 34, "denominator": 38}, "34/38 (89,5%)", "met"),
        ({"target_id": "B", "numerator": 33, "denominator": 38}, "33/38 (86,8%)", "not_met"),
        ({"target_id": "C", "value": 0}, "0", "not_met"),
        ({"target_id": "C", "value": 1.0}, "1", "met"),
        ({"target_id": "C", "value": "3"}, "3", "met"),
        ({"target_id": "C"}, "chưa có số liệu", "not_stated"),
        ({"target_id": "D", "value": " đạt"}, "đạt", "met"),
        ({"target_id": "D", "value": "Chưa đạt"}, "Chưa đạt", "not_met"),
        ({"target_id": "D", "value": ""}, "chưa có số liệu", "not_stated"),
        ({"target_id": "D", "value": None}, "chưa có số liệu", "not_stated"),
    ],
)
def test_indicators_are_judged_only_where_something_is_stated(
    row: dict[str, Any], text: str, met: str
) -> None:
    found = judged(**row)
    assert found.value_text.endswith(text)
    assert (found.met, found.source) == (met, "Sổ")


def test_targets_of_several_parts() -> None:
    good: list[dict[str, Any]] = [
        {"target_id": "B", "numerator": 9, "denominator": 9},
        {"target_id": "C", "value": 1},
        {"target_id": "D", "value": "Đạt"},
    ]
    for rows, verdict in [(good, "met"), (good[:2], "not_stated"), ([], "not_stated")]:
        found = compare_indicators(sheet(*rows), SET, school_years=["2024-2025"])
        assert found.target_id.tolist() == ["study", "ratings", "ratings", "ratings"]
        assert found.number.tolist() == [1, 9, 9, 9]
        assert found.target_met.tolist() == ["not_stated", verdict, verdict, verdict]
        assert found.target_text.tolist() == ["100%", "≥ 89,5%", "1–2", "Đạt"]
    failed = compare_indicators(sheet({"target_id": "C", "value": 0}), SET)
    assert failed.target_met.tolist() == ["not_stated", *["not_met"] * 3]


def test_indicators_in_english_and_over_years() -> None:
    rows = [{"target_id": "B", "numerator": 1302, "denominator": 1304, "school_year": "2023-2024"}]
    years = ["2023-2024", "2024-2025"]
    found = compare_indicators(sheet(*rows), SET, school_years=years, lang="en")
    assert found.school_year.tolist() == ["2023-2024"] * 4 + ["2024-2025"] * 4
    assert found.value_text[1] == "1,302/1,304 (99.8%)"
    assert (found.target_text[1], found.label[1], found.title[1]) == ("≥ 89.5%", "Good", "Ratings")
    assert found.value_text[5] == "not stated"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"target_id": "A"}, {"target_id": "A"}], "A hai lần cho năm học 2024-2025"),
        ([{"target_id": "A", "numerator": 3, "denominator": 2}], "3 .* 2"),
        ([{"target_id": "A", "numerator": -1, "denominator": 2}], "-1 .* 2"),
    ],
)
def test_faulty_indicators_are_named(rows: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(SuiteError, match=says):
        compare_indicators(sheet(*rows), SET)


def test_a_figure_the_set_wants_nothing_of_is_told_and_not_judged() -> None:
    found = compare_indicators(sheet({"target_id": "E", "value": 3}), SET).iloc[-1]
    assert [found.target_id, found.value_text, found.met] == ["E", "3", "no_target"]
    assert found.target_met == "no_target"


def test_the_targets_of_the_resolution_can_all_be_judged() -> None:
    measures = [m for t in RESOLUTION.targets for m in t.get("measure", [])]
    ids = [m["id"] for m in measures]
    assert len(ids) == 13
    found = compare_indicators(sheet(), RESOLUTION, school_years=["2024-2025"])
    assert found.measure_id.tolist() == ids
    assert sorted(set(found.number)) == [1, 4, 5, 6, 7, 8, 9, 10, 11]
    assert set(found.met) == {"not_stated"}
    said: dict[str, dict[str, Any]] = {
        "percent": {"numerator": 7, "denominator": 7},
        "count": {"value": 2},
        "status": {"value": "Đạt"},
    }
    rows = [{"target_id": m["id"]} | said[m["kind"]] for m in measures]
    assert set(compare_indicators(sheet(*rows), RESOLUTION).target_met) == {"met"}


# --- printed percentages -------------------------------------------------------------------------


def printed(achieved: Any, total: Any, percent: Any, qualifier: str = "exact") -> pd.Series:
    columns = ["achieved", "total_schools", "pct_published", "pct_qualifier"]
    row = pd.DataFrame([[achieved, total, percent, qualifier]], columns=columns, dtype=object)
    return recompute_published(row).iloc[0]


@pytest.mark.parametrize(
    ("achieved", "total", "percent", "check"),
    [
        ("3", "10", "30", "ok"),
        (352, 1003, "35.09", "ok"),  # 35,0947: rounded and cut agree
        (15, 36, "41.6", "ok-truncated"),  # 41,667
        (15, 36, "41,7", "ok-rounded"),
        (15, 36, 41.7, "ok-rounded"),
        (1, 8, "13%", "ok-rounded"),  # 12,5: a half goes up
        (1, 8, "12", "ok-truncated"),
        (203, 210, "99.67", "contradicts"),
        (0, 5, "0", "ok"),
        ("", 36, "41.6", ""),
        (15, None, "41.6", ""),
        (15, pd.NA, "41.6", ""),
        (0, 0, "41.6", ""),
        (15, 0, "41.6", "impossible"),  # no more than there are
        (15, 36, "", ""),
        (15, 36, float("nan"), ""),
        (15, 36, "nan", ""),
        (15, "khoảng 40", "41.6", ""),
    ],
)
def test_printed_percentages(achieved: Any, total: Any, percent: Any, check: str) -> None:
    assert printed(achieved, total, percent).check == check


@pytest.mark.parametrize(
    ("words", "achieved", "total", "percent", "check"),
    [
        ("over", 37, 48, "80", "contradicts"),
        ("over", 39, 48, "80", "ok"),
        ("over", 4, 5, "80", "contradicts"),
        ("nearly", 502, 824, "61", "ok"),  # 60,92
        ("nearly", 4, 5, "80", "contradicts"),
        ("nearly", 3, 4, "80", "contradicts"),  # five points are not nearly
        ("nearly", 76, 100, "80", "ok"),
    ],
)
def test_printed_words(words: str, achieved: int, total: int, percent: str, check: str) -> None:
    assert printed(achieved, total, percent, words).check == check


def test_the_published_table_is_judged_as_its_own_column_says() -> None:
    if not PUBLISHED.exists():
        pytest.skip("the published counts are not beside this checkout")
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        counts = pd.DataFrame(csv.DictReader(file))
    found = recompute_published(counts)
    assert len(found) == 70
    assert found.check.tolist() == counts.check.tolist()
    wrong = found[found.check == "contradicts"]
    assert [*zip(wrong.area, wrong.phase, wrong.achieved, strict=True)] == [
        ("Việt Nam", "TH", "8167"),
        ("Việt Nam", "THPT", "726"),
        ("Hương Thủy", "ALL", "37"),
    ]
    stated = counts.pct_recomputed != ""
    exact = found.recomputed_percent[stated].round(4).map("{:.4f}".format)
    assert exact.tolist() == counts.pct_recomputed[stated].tolist()
