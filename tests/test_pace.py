"""How far each target is, how it changed and how fast it comes nearer, counted a second way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as an
from analysis.charts import chart_pace, tell_pace
from analysis.compare import compare_pace
from analysis.notebook.register import load_register
from analysis.reference import TargetSet, read_rules
from analysis.work.published_numbers import Place
from analysis.work.trace_tellers import Sources, _tell_pace
from tests.charts import ABOUT
from tests.frames import held, school
from tests.test_target_kinds import target_set
from tests.test_target_sets import HEAD, PART
from tests.test_trace import lines_of

RULES = read_rules()
PROJECT = Path(__file__).parents[1]


def targets(folder: Path, deadline: str = "2025-12-31", edges: str = "") -> TargetSet:
    text = HEAD.replace("2025-12-31", deadline).replace('"2018"', '"2026"') + PART
    return target_set(folder, text.replace("from_percent = 87\n", edges or "from_percent = 87\n"))


def years(*lists: Sequence[str], last: int = 2025) -> pd.DataFrame:
    """School years one after the other: of each school "1" (recognised), "0" or "?"."""
    cqg: dict[str, Any] = {"1": 1, "0": "not_reached", "?": "not_stated"}
    frames = []
    for ago, schools in zip(range(len(lists) - 1, -1, -1), lists, strict=True):
        year = last - ago
        rows = [
            school(school_year=f"{year - 1}-{year}", school_id=f"S{i}", cqg=cqg[said], unit="A")
            for i, said in enumerate(schools)
        ]
        frames.append(held(*rows, as_of=dt.date(year, 5, 31)))
    return pd.concat(frames, ignore_index=True)


def row(table: pd.DataFrame) -> dict[Any, Any]:
    return dict(table.iloc[-1])


@pytest.mark.parametrize(
    ("lists", "deadline", "needed", "left", "yearly", "pace"),
    [
        (["1000000000", "1111110000"], "2026-12-31", 3, 1, 3, "on_track"),
        (["1111100000", "1111110000"], "2026-12-31", 3, 1, 3, "slow"),
        (["1111110000", "1111110000"], "2030-12-31", 3, 5, 1, "standstill"),
        (["1111111000", "1111110000"], "2030-12-31", 3, 5, 1, "backwards"),
        (["1111100000", "1111110000"], "2028-05-31", 3, 3, 1, "on_track"),
        (["1111100000", "1111110000"], "2028-05-30", 3, 2, 2, "slow"),
        (["1111100000", "1111111110"], "2026-12-31", 0, 1, None, "reached"),
        (["1111100000", "1111110000"], "2025-05-30", 3, 0, None, "ended"),
        (["1111110000"], "2030-12-31", 3, 5, 1, "untold"),
        (["1111110000", "111111???0"], "2030-12-31", 3, 5, None, "untold"),
        (["1111110000", "111111?000"], "2030-12-31", 3, 5, 1, "untold"),
        (["1111100000", "111111?000"], "2030-12-31", 3, 5, 1, "on_track"),
    ],
)
def test_the_pace_of_a_target(
    tmp_path: Path, lists: list[str], deadline: str, needed: int, left: int, yearly: Any, pace: str
) -> None:
    wanted = targets(tmp_path, deadline, "from_percent = 85\n")
    if deadline < "2025-12":
        text = (tmp_path / "x.toml").read_text(encoding="utf-8").replace("2024-2025", "2023-2024")
        wanted = target_set(tmp_path, text)
    found = row(compare_pace(years(*lists), wanted, rules=RULES))
    assert (found["schools_needed"], found["years_left"], found["pace"]) == (needed, left, pace)
    assert (None if pd.isna(found["yearly_most"]) else found["yearly_most"]) == yearly
    told = str(tell_pace(compare_pace(years(*lists), wanted, rules=RULES), about=ABOUT, lang="en"))
    assert {"ended": "last day", "untold": "cannot be told"}.get(
        pace, pace.replace("_", " ")
    ) in told


def test_only_so_many_years_are_looked_back_on(tmp_path: Path) -> None:
    lists = [
        "1111111000",
        *["0000000000"] * 2,
        "1000000000",
        "1100000000",
        "1110000000",
        "1111000000",
    ]
    found = row(compare_pace(years(*lists), targets(tmp_path, "2030-12-31"), rules=RULES))
    assert (found["past_year"], found["years_past"], found["gained_most"]) == ("2019-2020", 5, 4)


def test_with_fewer_schools_than_before_it_is_said(tmp_path: Path) -> None:
    table = compare_pace(years("1110000000", "11100"), targets(tmp_path, "2030-12-31"), rules=RULES)
    found = row(table)
    assert (found["past_total"], found["schools_total"], found["pace"]) == (10, 5, "standstill")
    assert "10" in str(tell_pace(table, about=ABOUT, lang="en"))
    assert found["change_class"] == "rose", "no school more, so it did not rise much"


@settings(deadline=None, max_examples=60)
@given(
    was=st.text("01?", min_size=1, max_size=7),
    now=st.text("01?", min_size=1, max_size=7),
    percent=st.integers(1, 100),
    past=st.integers(1, 3),
    left=st.integers(1, 4),
)
def test_a_class_is_told_where_every_way_out_has_it(
    tmp_path_factory: pytest.TempPathFactory, was: str, now: str, percent: int, past: int, left: int
) -> None:
    """All completions of what is unclear, each counted by itself."""
    folder = tmp_path_factory.mktemp("x")
    wanted = targets(folder, f"{2025 + left}-05-31", f"from_percent = {percent}\n")
    lists = [was, *["?" * len(was)] * (past - 1), now]
    found = row(compare_pace(years(*lists), wanted, rules=RULES))
    n, paces, status = len(now), set(), set()
    goal = min(k for k in range(n + 1) if reached(k, n, percent))
    for k in completions(now):
        short = goal - k
        points = percent - Fraction(100 * k, n)
        near = short == 1 or points <= 5
        status.add("at" if short <= 0 else "near" if near else "below" if points <= 15
                   else "far" if points <= 30 else "very_far")  # fmt: skip
        for before in completions(was):
            more = k - before
            enough = Fraction(more, past) * left >= short
            paces.add("reached" if short <= 0 else "backwards" if more < 0 else "standstill"
                      if not more else "on_track" if enough else "slow")  # fmt: skip
    assert found["pace"] == (paces.pop() if len(paces) == 1 else "untold")
    assert found["status_class"] == (status.pop() if len(status) == 1 else "untold")


def completions(said: str) -> set[int]:
    return {sum(map(int, told)) for told in product(*("01" if s == "?" else s for s in said))}


def reached(k: int, n: int, percent: int) -> bool:
    return k == n if percent == 100 else int(Fraction(100 * k, n) + Fraction(1, 2)) >= percent


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        ("1000000000", "1100000000", "rose"),
        ("1000000000", "1110000000", "rose_much"),
        ("1110000000", "1000000000", "fell_much"),
        ("11000", "10000", "fell"),
        ("1100000000", "11000", "rose"),
        ("1100000000", "1100000000", "same"),
        ("1100000000", "11?0000000", "untold"),
        ("1000000000", "11?0000000", "rose"),
    ],
)
def test_the_change_since_the_year_before(tmp_path: Path, was: str, now: str, change: str) -> None:
    lists = years(was, now)
    assert row(compare_pace(lists, targets(tmp_path), rules=RULES))["change_class"] == change
    skipped = lists[lists["school_year"] != "2023-2024"]
    assert row(compare_pace(skipped, targets(tmp_path), rules=RULES))["change_class"] == "untold"


def test_where_nothing_is_stated_one_sentence_says_so(tmp_path: Path) -> None:
    none = compare_pace(held(school(cqg=None)), targets(tmp_path), rules=RULES)
    assert none.empty and not chart_pace(none, about=ABOUT, target_id="Q").table.size
    assert len(tell_pace(none, about=ABOUT, target_id="Q").lines) == 1


def test_the_headline_says_no_more_than_the_verdicts() -> None:
    """Short without a year before, and for reference after the last day."""
    for year, last, said, not_said in (
        ("2024-2025", True, "short, change unclear", "rising"),
        ("2025-2026", False, "for reference", "short"),
    ):
        register = load_register(year, lang="en")
        table = compare_pace(register.latest if last else register, by="education_level")
        chart = an.chart(table, target_id="Q")
        assert said in chart.headline and not_said not in chart.headline


def test_its_numbers_lead_back_to_the_schools_of_their_year(tmp_path: Path) -> None:
    register = load_register("2024-2025")
    line = lines_of(compare_pace(register).query("target_id == 'Q'"), tmp_path)[0]
    sources = Sources(PROJECT, "2024-2025", "vi")
    for column, count in (("schools_count", 34), ("past_count", 23)):
        first = next(iter(_tell_pace(Place(line, column), sources, "vi")))
        assert f"{count} trong 38" in first
