"""Counts and shares: complete, ordered, adding up; three bases; level_unknown in its place."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measure import BASES, GROUPINGS, measure_levels
from analysis.reference import SuiteError, vietnamese_key
from tests.frames import held, school, schools

WITHOUT = ["in_doubt", "not_stated", "not_evaluated", "pending", "not_reached", "withdrawn"]
WITHOUT += ["expired", "level_unknown"]
KDCLGD = [*WITHOUT, *"1234"]
COLUMNS = [
    *("school_year", "scheme", "base", "by", "group", "standing"),
    *("schools_count", "schools_total", "schools_percent", "unclear_count", "base_unclear_count"),
    *("schools_percent_low", "schools_percent_high", "reached_count", "reached_percent"),
    *("reached_unclear_count", "reached_percent_low", "reached_percent_high"),
]
OLD = {"kdclgd_date": "2010-01-01"}


def counts(table: pd.DataFrame, group: str = "all", column: str = "schools_count") -> list[int]:
    return table.loc[table.group == group, column].fillna(-1).tolist()


def eight(**facts: Any) -> pd.DataFrame:
    """Eight schools: one not stated, one at some other standings, two at level 2."""
    said = ["not_stated", "not_evaluated", "not_reached", "level_unknown", 2, 2, 3]
    rows = [school(kdclgd=s, **facts) for s in said]
    return held(*rows, school(kdclgd=2, **OLD, **facts))


def test_exact_and_reached_by_hand() -> None:
    table = measure_levels(eight(), scheme="kdclgd")
    assert table.columns.tolist() == COLUMNS
    assert table.standing.tolist() == KDCLGD
    assert table.standing.cat.ordered
    assert counts(table) == [0, 1, 1, 0, 1, 0, 1, 1, 0, 2, 1, 0]
    # Level 1 or higher: two at 2, one at 3, and the one whose level is not known.
    assert counts(table, column="reached_count") == [-1] * 8 + [4, 3, 1, 0]
    shares = [0, 12.5, 12.5, 0, 12.5, 0, 12.5, 12.5, 0, 25, 12.5, 0]
    assert counts(table, column="schools_percent") == shares
    assert counts(table, column="reached_percent") == [-1] * 8 + [50, 37.5, 12.5, 0]
    assert set(table.schools_total) == {8}
    assert set(table.by) == {""}
    # The one that is not stated may stand anywhere else.
    assert counts(table, column="unclear_count") == [0, 0] + [1] * 10
    assert counts(table, column="reached_unclear_count") == [-1] * 8 + [1] * 4
    assert counts(table, column="schools_percent_low") == shares
    higher = [share + 12.5 for share in shares]
    assert counts(table, column="schools_percent_high") == [*shares[:2], *higher[2:]]
    assert counts(table, column="reached_percent_high") == [-1] * 8 + [62.5, 50, 25, 12.5]
    assert set(table.base_unclear_count) == {0}


def test_groups_come_in_their_order_with_the_total_last() -> None:
    levels = ["GDTX", "THCS&THPT", "TH", "", "MN", "TH&THCS", "THCS", "THPT", "TH&THCS&THPT"]
    table = held(*[school(education_level=e) for e in levels], school(in_scope=False))
    found = measure_levels(table, scheme="kdclgd", by="education_level")
    assert list(dict.fromkeys(found.group)) == [
        *("MN", "TH", "THCS", "TH&THCS", "THPT", "THCS&THPT", "TH&THCS&THPT", "GDTX"),
        *("unknown", "all"),
    ]
    table = held(*[school(ownership=o) for o in ("khác", "NCL", "", "CL")])
    found = measure_levels(table, scheme="cqg", by="ownership")
    assert list(dict.fromkeys(found.group)) == ["CL", "NCL", "khác", "unknown", "all"]


def test_units_come_in_vietnamese_order() -> None:
    order = [
        *("Phường Đông Ba", "Phường Hương An", "Phường Hương Văn", "Phường Hương Vân"),
        *("Phường Kim Trà", "Phường Số 2", "Phường Số 10", "Xã Bình Điền", "Xã Đông", "Xã Êa"),
    ]
    table = held(school(unit=""), *[school(unit=u) for u in reversed(order)])
    found = measure_levels(table, scheme="cqg", by="unit")
    assert list(dict.fromkeys(found.group)) == [*order, "unknown", "all"]


def test_tones_break_ties_and_letters_come_before_them() -> None:
    order = ["da", "dạ", "dan", "đa", "e", "ê", "ma", "mà", "mả", "mã", "má", "mạ", "man", "mă"]
    mixed = sorted(order, key=len)
    assert mixed != order
    assert sorted(mixed, key=vietnamese_key) == order


def test_a_group_of_one_year_stands_in_every_year_and_groups_outside_scope_in_none() -> None:
    days = {"2023-2024": pd.Timestamp(2024, 5, 31), "2024-2025": pd.Timestamp(2025, 5, 31)}
    table = held(
        school(school_year="2024-2025", education_level="TH", kdclgd=1),
        school(school_year="2023-2024", education_level="MN", kdclgd=1),
        school(school_year="2023-2024", education_level="THPT", in_scope=False),
        as_of=days,
    )
    found = measure_levels(table, scheme="kdclgd", by="education_level")
    blocks = found.drop_duplicates(["school_year", "group"])
    assert list(zip(blocks.school_year, blocks.group, blocks.schools_total, strict=True)) == [
        *[("2023-2024", "MN", 1), ("2023-2024", "TH", 0), ("2023-2024", "all", 1)],
        *[("2024-2025", "MN", 0), ("2024-2025", "TH", 1), ("2024-2025", "all", 1)],
    ]
    empty = found[(found.school_year == "2024-2025") & (found.group == "MN")]
    assert empty.standing.tolist() == KDCLGD
    assert empty.schools_percent.isna().all()
    assert empty.reached_count.fillna(-1).tolist() == [-1] * 8 + [0] * 4


def test_a_group_without_a_school_in_the_base_keeps_its_rows() -> None:
    table = held(school(education_level="MN", eligible=False), school(education_level="TH"))
    found = measure_levels(table, scheme="kdclgd", by="education_level", base="eligible")
    totals = found.groupby("group", sort=False).schools_total.first()
    assert totals.to_dict() == {"MN": 0, "TH": 1, "all": 1}


def test_no_schools_is_an_empty_table() -> None:
    empty = measure_levels(held(), scheme="kdclgd", by="unit")
    assert empty.columns.tolist() == COLUMNS and empty.empty
    table = measure_levels(held(school(in_scope=False)), scheme="kdclgd", by="unit")
    assert table.group.unique().tolist() == ["all"]
    assert table.schools_percent.isna().all()


def test_schools_that_were_not_judged_are_an_error() -> None:
    with pytest.raises(SuiteError, match="status_on"):
        measure_levels(schools(school()), scheme="kdclgd")


SAID = st.sampled_from([*WITHOUT, 1, 2, 3, 4])
MAYBE = st.sampled_from([True, False, None])
SCHOOL = st.builds(
    school,
    school_year=st.sampled_from(["2023-2024", "2024-2025"]),
    education_level=st.sampled_from(["MN", "TH", "THCS", ""]),
    unit=st.sampled_from(["Xã A", "Xã Á", "Phường Đ", ""]),
    ownership=st.sampled_from(["CL", "NCL", ""]),
    in_scope=st.booleans(),
    eligible=MAYBE,
    externally_evaluated=MAYBE,
    kdclgd=SAID,
    kdclgd_date=st.sampled_from([None, "2010-01-01", "2022-01-01"]),
)
BY = st.sampled_from([None, *GROUPINGS])


@given(st.lists(SCHOOL, min_size=1, max_size=25), BY, st.sampled_from(BASES))
def test_sums_shares_and_order_hold(rows: list[dict[str, Any]], by: str, base: str) -> None:
    table = measure_levels(held(*rows), scheme="kdclgd", by=by, base=base)
    for _, block in table.groupby(["school_year", "group"], sort=False):
        assert block.standing.tolist() == KDCLGD
        assert block.schools_count.sum() == block.schools_total.iloc[0]
        levels = block[block.standing.isin(list("1234"))]
        assert levels.reached_count.is_monotonic_decreasing
        assert (levels.reached_count >= levels.schools_count).all()
        if block.schools_total.iloc[0]:
            assert block.schools_percent.sum() == pytest.approx(100)
    whole = table[table.group == "all"].set_index(["school_year", "standing"])
    if by:
        parts = table[table.group != "all"].groupby(["school_year", "standing"], observed=False)
        for column in ("schools_count", "schools_total", "reached_count"):
            summed = parts[column].sum(min_count=1).astype("Int64")
            total = whole[column].astype("Int64")
            assert summed.reindex(total.index).fillna(0).tolist() == total.fillna(0).tolist()


@given(st.lists(SCHOOL, min_size=1, max_size=15), BY, st.sampled_from(BASES), st.randoms())
def test_the_order_of_rows_changes_nothing(
    rows: list[dict[str, Any]], by: str, base: str, random: Any
) -> None:
    table = held(*rows)
    mixed = table.sample(frac=1, random_state=random.randrange(2**32))
    pd.testing.assert_frame_equal(
        measure_levels(table, scheme="kdclgd", by=by, base=base),
        measure_levels(mixed, scheme="kdclgd", by=by, base=base),
    )


@pytest.mark.truth
@given(st.lists(SCHOOL, min_size=1, max_size=25), st.sampled_from(BASES))
def test_counts_equal_a_plain_count(rows: list[dict[str, Any]], base: str) -> None:
    table = held(*rows)
    found = measure_levels(table, scheme="kdclgd", by="ownership", base=base)
    saying = [r for r in rows if r["in_scope"] and r["externally_evaluated"] is not None]
    stating = {r["school_year"] for r in saying}
    for row in found.itertuples():
        plain = 0
        for place, said in enumerate(rows):
            judged = table.iloc[place]
            result = judged.kdclgd_state not in WITHOUT[:4]
            silent = said["school_year"] not in stating
            in_base = {
                "all": True,
                "eligible": said["eligible"] is not False,
                "evaluated": result if silent else said["externally_evaluated"] is True,
            }[base]
            group = said["ownership"] or "unknown"
            same = (said["school_year"], judged.kdclgd_standing) == (row.school_year, row.standing)
            plain += said["in_scope"] and in_base and same and row.group in ("all", group)
        assert plain == row.schools_count
