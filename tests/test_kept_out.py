"""What the rows set aside could change: every rate says so."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.chart import tell_targets
from analysis.compare import compare_to_targets
from analysis.measure import measure_levels
from analysis.reference import About, Target, TargetSet, read_reference
from tests.frames import held, school

YEAR = "2024-2025"
RESOLUTION = read_reference().targets("huong-tra-2022-2025")
ABOUT = About("A", "A", YEAR, read_reference().rules.as_of(YEAR), False, "B", "B")


def kept_out(*rows: tuple[str, str]) -> pd.DataFrame:
    """Rows set aside: (code, education level)."""
    return pd.DataFrame(
        [[YEAR, code, "", level, "", "a.xlsx", "S", 1] for code, level in rows],
        columns=["school_year", "school_code", "unit", "education_level", "ownership",
                 "source_file", "source_sheet", "source_row"],
    )  # fmt: skip


def first_level(table: pd.DataFrame, group: str) -> Any:
    return table[(table["group"] == group) & (table["standing"] == "1")].iloc[0]


def test_bounds_count_the_schools_that_may_belong() -> None:
    schools = held(school(cqg=1), school(cqg="not_reached"), school(education_level="MN", cqg=1))
    out = kept_out(("1", "TH"), ("2", ""), ("1", "TH"))
    table = measure_levels(schools, scheme="cqg", by="education_level", kept_out=out)
    primary, preschool, everyone = (first_level(table, g) for g in ("TH", "MN", "all"))
    assert (primary.set_aside_count, preschool.set_aside_count) == (2, 1)
    assert everyone.set_aside_count == 2, "two rows with one code are one school"
    assert (primary.reached_percent_low, primary.reached_percent_high) == (25, 75)
    assert (everyone.reached_percent_low, everyone.reached_percent_high) == (40, 80)


def test_without_rows_set_aside_the_bounds_are_the_share() -> None:
    table = measure_levels(held(school(cqg=1)), scheme="cqg", kept_out=kept_out())
    row = first_level(table, "all")
    assert row.reached_percent_low == row.reached_percent == row.reached_percent_high


def test_a_finding_that_they_could_change_is_open() -> None:
    schools = held(*[school(cqg=1, kdclgd=2)] * 8, school(cqg="not_reached", kdclgd=2))
    out = kept_out(*[(str(n), "TH") for n in range(1, 3)])
    table = compare_to_targets(schools, RESOLUTION, kept_out=out).set_index("target_id")
    assert table.loc["Q", "position"] == "below" and table.loc["Q", "verdict_open"]
    assert float(str(table.loc["Q", "percent_high"])) > 89.5
    few = compare_to_targets(schools, RESOLUTION, kept_out=kept_out()).set_index("target_id")
    assert not few["verdict_open"].any()


def test_the_sentences_say_so() -> None:
    schools = held(*[school(cqg=1, kdclgd=2)] * 8, school(cqg="not_reached", kdclgd=2))
    out = kept_out(("1", "TH"), ("2", "TH"))
    comparison = compare_to_targets(schools, RESOLUTION, kept_out=out)
    told = str(tell_targets(comparison, about=ABOUT))
    assert "2 trường để riêng" in told and "CQG mức độ 1, 2" in told


@given(
    st.lists(st.sampled_from([1, 2, "not_reached"]), min_size=1, max_size=12),
    st.integers(0, 4),
    st.integers(0, 100),
)
def test_open_is_exactly_when_some_outcome_differs(said: list[Any], more: int, edge: int) -> None:
    """Against brute force: every number of the schools set aside that might reach the level."""
    part = Target("T", "cqg", 1, "at_least", "all", edge, 100, 1, "T", "T")
    targets = TargetSet("t", "t", "t", "d", ("a", "b"), RESOLUTION.deadline, "", "", (), (part,))
    out = kept_out(*[(str(n), "TH") for n in range(more)])
    row = compare_to_targets(held(*[school(cqg=s) for s in said]), targets, kept_out=out).iloc[0]
    reached = sum(s in (1, 2) for s in said)
    positions = set()
    for k in range(more + 1):
        full = [school(cqg=1)] * (reached + k)
        full += [school(cqg="not_reached")] * (len(said) + more - reached - k)
        positions.add(compare_to_targets(held(*full), targets).iloc[0].position)
    assert row.verdict_open == (more > 0 and positions != {row.position})
