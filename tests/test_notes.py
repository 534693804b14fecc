"""The sentences on data and targets, and the small tables behind the notebooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from analysis.charts import (
    foremost_groups,
    tell_data,
    tell_groups,
    tell_indicators,
    tell_levels,
    tell_period,
)
from analysis.compare import compare_groups, compare_indicators, compare_to_targets
from analysis.measure import measure_levels
from analysis.reference import SCHEMES, SuiteError, read_reference
from tests.frames import held, school

REFERENCE = read_reference()
TARGETS = REFERENCE.targets("huong-tra-2022-2025")
ABOUT = REFERENCE.about("2024-2025")


def year(schemes: Sequence[str] = SCHEMES, **outcomes: int) -> Any:
    """A school year of two sheets with so many issues of each outcome."""
    ledger = pd.DataFrame(
        [["a.xlsx", "1", 20, 15, 2, 3, 5], ["b.xlsx", "1", 1000, 990, 1, 9, 0]],
        columns=[
            *("source_file", "source_sheet", "rows_in", "accepted", "set_aside", "ignored"),
            "doubts",
        ],
    )
    issues = pd.DataFrame({"outcome": [o for o, n in outcomes.items() for _ in range(n)]})
    schools = held(school(), school(in_scope=False, scope_reason="closed"))
    facts = {"about": ABOUT, "schemes": schemes}
    return SimpleNamespace(identified=schools, ledger=ledger, issues=issues, **facts)


def test_the_account_of_the_rows_is_told() -> None:
    told = str(tell_data(year(repaired=4, warning=2)))
    assert "năm học 2024-2025, số liệu đến ngày 31/05/2025" in told
    assert "Đọc 2 tệp có 1.020 hàng: 1.005 hàng của trường, 3 hàng để riêng, 12 hàng bỏ" in told
    assert "nghi vấn: 5; số ô được sửa theo quy tắc: 4; số điều cần người xem lại: 2." in told
    assert "2 trường, trong đó 1 trường thuộc phạm vi tính" in told
    assert "1,020 rows: 1,005 of schools" in str(tell_data(year(), lang="en"))
    assert "không danh sách nào" not in told
    silent = tell_data(year(schemes=["cqg"])).lines
    assert "KĐCLGD: không danh sách nào của năm học 2024-2025 có cột, nên không tính gì." in silent


@pytest.mark.parametrize(
    ("school_year", "as_of", "words"),
    [
        ("2021-2022", dt.date(2022, 5, 31), "mức xuất phát"),
        ("2022-2023", dt.date(2023, 5, 31), ""),
        ("2024-2025", dt.date(2025, 12, 31), ""),
        ("2025-2026", dt.date(2026, 1, 1), "sau thời hạn"),
    ],
)
def test_targets_outside_their_period_are_reference(
    school_year: str, as_of: dt.date, words: str
) -> None:
    about = replace(ABOUT, school_year=school_year, as_of=as_of)
    _, *notes, regime = tell_period(TARGETS, about=about).lines
    assert regime == TARGETS.regime_vi
    assert len(notes) == bool(words)
    assert all(words in note and "tham khảo" in note for note in notes)
    assert ("reference only" in tell_period(TARGETS, about=about, lang="en").lines[1]) == bool(
        words
    )


def test_office_targets_are_counted_by_verdict_and_named() -> None:
    columns = ["school_year", "target_id", "numerator", "denominator", "value"]
    rows = [["2024-2025", "CT07", 60, 100, None], ["2024-2025", "CT01", 41, 42, None],
            ["2023-2024", "CT01", 42, 42, None]]  # fmt: skip
    table = compare_indicators(pd.DataFrame(rows, columns=columns), TARGETS)
    first, not_met, not_stated = tell_indicators(table, about=ABOUT).lines
    assert first == "Trong 9 chỉ tiêu của cơ quan: 1 đạt, 1 chưa đạt, 7 chưa có số liệu."
    assert not_met == "Chưa đạt: Học tập Nghị quyết."
    assert not_stated.startswith("Chưa có số liệu: Hồ sơ số; ")


def spread_of(*rows: dict[str, Any]) -> pd.DataFrame:
    comparison = compare_to_targets(held(*rows), TARGETS, by="education_level")
    return compare_groups(comparison).set_index("target_id")


def test_the_spread_is_between_the_lowest_and_the_highest_group() -> None:
    spread = spread_of(
        *[school(education_level="MN", cqg=1)] * 3,
        school(education_level="MN", cqg="not_reached"),
        school(education_level="TH", cqg=2),
        *[school(education_level="THCS", cqg="not_evaluated")] * 2,
        school(education_level="GDTX", in_scope=False, scope_reason="closed"),
    )
    row = spread.loc["Q"]
    assert (row.groups_count, row.groups_below, row.schools_needed) == (3, 2, 3)
    assert (row.groups_open, row.groups_not_attainable, row.needed_least) == (0, 0, 3)
    assert (row.lowest_groups, row.lowest_percent) == (("THCS",), 0)
    assert (row.highest_groups, row.highest_percent) == (("TH",), 100)
    assert row.spread_points == 100
    # Of four, of one and of two schools no number is 5-8%.
    band = spread.loc["K3"]
    assert (band.groups_below, band.groups_not_attainable) == (0, 3)
    assert pd.isna(band.schools_needed) and pd.isna(band.needed_least)


def test_the_spread_is_told_for_the_most_and_the_least_uneven_target() -> None:
    rows = [school(education_level=g, kdclgd=2, cqg=c) for g, c in (("MN", 1), ("TH", 1))]
    rows += [school(education_level="TH", kdclgd=1, cqg=1)]
    spread = spread_of(*rows).reset_index()
    most, least = tell_groups(spread, about=ABOUT).lines
    assert "50,0 điểm phần trăm, thấp nhất tiểu học (50,0%), cao nhất mầm non (100,0%)" in most
    assert "0,0 điểm phần trăm" in least
    assert tell_groups(spread.iloc[:1], about=ABOUT, lang="en").lines != ()
    alone = spread_of(school(education_level="MN", cqg=1)).reset_index()
    assert str(tell_groups(alone, about=ABOUT)) == "Chưa đủ hai nhóm có trường để so sánh."


def test_groups_need_a_comparison() -> None:
    with pytest.raises(SuiteError, match="target_id, verdict"):
        compare_groups(measure_levels(held(school()), scheme="cqg", by="unit"))


def test_the_groups_with_most_left_to_do_are_kept_in_their_order() -> None:
    rows = [school(unit=f"Xã {u}", kdclgd="not_reached") for u in "AABBBCD"]
    rows += [school(unit="Xã D", kdclgd=2)] * 5
    levels = measure_levels(held(*rows), scheme="kdclgd", by="unit")
    kept = foremost_groups(levels, most=2)
    assert list(kept["group"].unique()) == ["Xã A", "Xã B", "all"]
    assert kept[kept["group"] == "all"]["schools_total"].iloc[0] == 12
    assert foremost_groups(levels).equals(levels)
    assert "7" in str(tell_levels(kept, about=ABOUT))


def test_the_groups_farthest_below_a_target_are_kept_in_their_order() -> None:
    rows = [school(unit=f"Xã {u}", kdclgd=1) for u in "AAABCC"]
    rows += [school(unit=f"Xã {u}", kdclgd="not_reached") for u in "ABBC"]
    first = replace(TARGETS, parts=TARGETS.parts[:1])
    gaps = compare_to_targets(held(*rows), first, by="unit")
    assert list(foremost_groups(gaps, most=2)["group"]) == ["Xã B", "Xã C", "all"]
    assert foremost_groups(gaps).equals(gaps)
