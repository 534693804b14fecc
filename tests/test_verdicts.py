"""Verdicts, ranges and gaps against brute force: every way in which what is unclear may turn out.

Small offices are made up by Hypothesis: blanks, doubts, rows set aside, unclear bases and groups.
What each of their schools may turn out to be is written here in plain Python, without the package's
counting code, and `itertools.product` tries every combination. CI tries 200 offices; by hand at
least 2,000:

    python -m pytest tests/test_verdicts.py --hypothesis-profile=by_hand
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import floor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compare import compare_readings, compare_to_targets
from analysis.compare.verdicts import find_verdicts
from analysis.measure import Tally, measure_levels, share_ends
from analysis.reference import Target, TargetSet, read_reference
from tests.frames import held, school

pytestmark = pytest.mark.truth

SUITE = settings.get_current_profile_name() == "suite"
EXAMPLES = settings(max_examples=200 if SUITE else settings().max_examples)

RESOLUTION = read_reference(Path(__file__).parents[1]).targets("huong-tra-2022-2025")
YEARS = {"2024-2025": pd.Timestamp(2025, 5, 31), "2025-2026": pd.Timestamp(2026, 5, 31)}
LEVELS = {"kdclgd": (1, 2, 3, 4), "cqg": (1, 2)}
BASES = ("eligible", "evaluated", "all")
UNCLEAR = ("in_doubt", "not_stated")
WITHOUT_RESULT = ("not_evaluated", "pending")
STATES = (*UNCLEAR, *WITHOUT_RESULT, "not_reached", "withdrawn", "expired", "level_unknown")
Row = dict[str, Any]
Pair = tuple[int, int]


# --- What a row may turn out to be ---


def doubted(row: Row, column: str) -> bool:
    return column in row["doubts"].split()


def belongs(row: Row, scheme: str, base: str, only: tuple[str, ...], year: list[Row]) -> set[bool]:
    """Is the row in the denominator? Both, where that cannot be told."""
    either, level = {True, False}, row["education_level"]
    parts = [
        either if row["in_scope"] is None else {row["in_scope"]},
        either if row["in_scope"] and doubted(row, "operating_status") else {True},
    ]
    if scheme == "cqg":
        parts.append(either if doubted(row, "education_level") else {level != "GDTX"})
    if only:
        parts.append({level in only} if level else either)
    if base == "eligible":
        parts.append(either if doubted(row, "eligible") else {row["eligible"] is not False})
    if base == "evaluated":
        parts.append(evaluated(row, scheme, year))
    return {all(way) for way in product(*parts)}


def evaluated(row: Row, scheme: str, year: list[Row]) -> set[bool]:
    """By what the year states; if it says so of no school, by whether there is a result."""
    if any(r["in_scope"] and r["externally_evaluated"] is not None for r in year):
        answer = row["externally_evaluated"]
        return {True, False} if answer is None else {answer}
    said = row[f"{scheme}_result"]
    return {True, False} if said in UNCLEAR else {said not in WITHOUT_RESULT}


def by_definition(row: Row, scheme: str, base: str, only: tuple[str, ...], year: list[Row]) -> bool:
    """Who is counted while nothing more is known: what a doubt is about is not stated."""
    said, level = row[f"{scheme}_result"], row["education_level"]
    states = any(r["in_scope"] and r["externally_evaluated"] is not None for r in year)
    result = said not in (*UNCLEAR, *WITHOUT_RESULT)
    return bool(
        row["in_scope"]
        and (scheme == "kdclgd" or level != "GDTX")
        and (not only or level in only)
        and (base != "eligible" or row["eligible"] is not False)
        and (base != "evaluated" or (row["externally_evaluated"] if states else result))
    )


def in_group(row: Row, by: str | None, group: str) -> set[bool]:
    if group == "all" or by is None:
        return {True}
    return {row[by] == group} if row[by] else {True, False}


def counts(row: Row, scheme: str, reading: str, level: int, year: list[Row]) -> set[bool]:
    """Does it count at exactly a level, at it or higher, or as evaluated?"""
    if reading == "evaluated":
        return evaluated(row, scheme, year)
    return {reaches(outcome, reading, level) for outcome in outcomes(row, scheme)}


def outcomes(row: Row, scheme: str) -> set[Any]:
    """Where it may stand: a level, "level_unknown", or anything without a level."""
    said, stated = row[f"{scheme}_result"], row[f"{scheme}_level"]
    if said == "recognised":
        return {stated}
    if said not in UNCLEAR:
        return {said}
    none = set(STATES) - {*UNCLEAR, "level_unknown"}
    return {*none, stated} if stated else {*none, "level_unknown", *LEVELS[scheme]}


def reaches(outcome: Any, reading: str, level: int) -> bool:
    if isinstance(outcome, int):
        return outcome == level if reading == "exact" else outcome >= level
    return (outcome, reading, level) == ("level_unknown", "at_least", 1)


# --- A group, and every completion of it ---


class Group(NamedTuple):
    """Of a group: k, n, u, unclear members, every (k, n), and whom it hangs on."""

    k: int
    n: int
    unclear: int
    base_unclear: int
    completions: set[Pair]
    undecided: tuple[str, ...]

    @property
    def ends(self) -> tuple[Any, Any]:
        shares = [100 * Fraction(k, n) for k, n in self.completions if n]
        return (float(min(shares)), float(max(shares))) if shares else (pd.NA, pd.NA)


def completed(rows: Iterable[tuple[Row, bool, set[bool], set[bool]]]) -> Group:
    """`rows`: each with whether it is in by definition, whether it may be, whether it may count."""
    k = n = unclear = base_unclear = 0
    fates, undecided = [], []
    for row, member, inside, counting in rows:
        n += member
        k += member and counting == {True}
        unclear += member and len(counting) > 1
        base_unclear += len(inside) > 1
        fate = {(int(b and c), int(b)) for b in inside for c in counting}
        if len(fate) > 1:
            undecided.append(row["school_name"] or f"a.xlsx / 1 / {row['source_row']}")
        fates.append(fate)
    found = {(sum(f[0] for f in way), sum(f[1] for f in way)) for way in product(*fates)}
    return Group(k, n, unclear, base_unclear, found, tuple(undecided))


def group_of(
    year: list[Row], asked: Target, by: str | None, group: str, counting: Any = counts
) -> Group:
    scheme, only = asked.scheme, asked.education_levels
    base = "all" if asked.reading == "evaluated" else asked.base
    rows = []
    for row in year:
        inside = {
            b and g
            for b in belongs(row, scheme, base, only, year)
            for g in in_group(row, by, group)
        }
        own = group == "all" or by is None or (row[by] or "unknown") == group
        member = by_definition(row, scheme, base, only, year) and own
        rows.append((row, member, inside, counting(row, scheme, asked.reading, asked.level, year)))
    return completed(rows)


def groups_of(rows: list[Row], asked: Target, by: str | None) -> set[str]:
    """The groups of any year with a school, and the total."""
    args = (asked.scheme, "all", asked.education_levels)
    known = [row for row in rows if by_definition(row, *args, rows)]
    return {"all"} | ({row[by] or "unknown" for row in known} if by else set())


# --- A corridor ---


def place(k: int, n: int, part: Target) -> int:
    """-1 below, 0 within, 1 above: half up at the printed decimals; all is all and none is none."""
    low, high = Fraction(str(part.from_percent)), Fraction(str(part.to_percent))
    units = 10**part.decimals
    printed = Fraction(floor(Fraction(100 * k, n) * units + Fraction(1, 2)), units)
    if printed < low or (low == 100 and k < n):
        return -1
    return int(printed > high or (high == 0 and k > 0))


def verdict_of(k: int, n: int, part: Target) -> str:
    if n == 0:
        return "no_schools"
    if all(place(other, n, part) for other in range(n + 1)):
        return "not_attainable"
    return "not_met" if place(k, n, part) < 0 else "met"


def needed(k: int, n: int, part: Target) -> int | None:
    """Further schools until the share is not below; None where no number lies in the corridor."""
    within = [other for other in range(n + 1) if n and place(other, n, part) == 0]
    return max(0, within[0] - k) if within else None


def judged(group: Group, part: Target, *, late: bool) -> tuple[str, Any, Any]:
    verdicts = {verdict_of(k, n, part) for k, n in group.completions}
    agreed = verdicts.pop() if len(verdicts) == 1 else "open"
    steps = [needed(k, n, part) for k, n in group.completions]
    known = [step for step in steps if step is not None]
    verdict = "reference" if late and agreed != "no_schools" else agreed
    return verdict, min(known, default=pd.NA), max(known, default=pd.NA)


# --- Offices ---

EVALUATED = st.sampled_from([True, True, True, False, None])


def seldom(times: int) -> st.SearchStrategy[bool]:
    return st.integers(1, times).map(lambda n: n == times)


@st.composite
def offices(draw: Any) -> list[Row]:
    """Up to seven rows of a school year or two."""
    stated = {(year, scheme): not draw(seldom(10)) for year in YEARS for scheme in LEVELS}
    silent = draw(st.booleans())  # nothing is said of external evaluation
    years = draw(st.sampled_from([("2024-2025",), ("2024-2025",), ("2025-2026",), (*YEARS,)]))
    return [
        one
        for year in years
        for at in range(draw(st.integers(0, 7)))
        for one in [draw(rows_of(year, at, silent, stated))]
    ]


@st.composite
def rows_of(draw: Any, year: str, at: int, silent: bool, stated: dict[Any, bool]) -> Row:
    doubts = draw(st.sets(st.sampled_from(COLUMNS), max_size=3)) if draw(seldom(3)) else set()
    aside = draw(seldom(8))
    facts: Row = {
        "school_year": year,
        "school_name": "" if aside else f"Trường {at}",
        "source_row": at,
        "in_scope": None if aside else not draw(seldom(8)),
        "education_level": draw(st.sampled_from(["MN", "MN", "TH", "TH", "GDTX", ""])),
        "unit": draw(st.sampled_from(["Xã A", "Xã A", "Xã B", ""])),
        "eligible": draw(st.sampled_from([True, True, False, None])),
        "externally_evaluated": None if silent else draw(EVALUATED),
    }
    for column in doubts & {*facts}:  # what is in doubt is not there
        facts[column] = "" if isinstance(facts[column], str) else None
    for scheme, levels in LEVELS.items():
        said = draw(st.sampled_from([*STATES, *UNCLEAR, *levels * (8 // len(levels))]))
        facts[scheme] = None if not stated[year, scheme] else "in_doubt" if aside else said
        if facts[scheme] == "in_doubt" and not aside:
            facts[f"{scheme}_level"] = draw(st.sampled_from([None, *levels]))
    return school(doubts=" ".join(sorted(doubts)), **facts)


COLUMNS = (
    *("education_level", "unit", "operating_status", "eligible", "externally_evaluated"),
    *("kdclgd_date", "pupils"),
)
CORRIDORS = st.one_of(
    st.sampled_from([(5, 8, 1), (5, 8, 0), (89.5, 100, 1), (100, 100, 0), (100, 100, 1)]),
    st.sampled_from([(0, 0, 0), (0, 100, 0), (80, 90, 0), (33.3, 66.7, 1), (49.5, 50.5, 1)]),
    st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 2)).map(
        lambda t: (min(t[:2]), max(t[:2]), t[2])
    ),
)


@st.composite
def targets(draw: Any) -> Target:
    scheme = draw(st.sampled_from([*LEVELS]))
    low, high, decimals = draw(CORRIDORS)
    return replace(
        RESOLUTION.parts[0],
        id="T",
        scheme=scheme,
        level=draw(st.sampled_from(LEVELS[scheme])),
        reading=draw(st.sampled_from(["exact", "at_least"])),
        base=draw(st.sampled_from(BASES)),
        from_percent=low,
        to_percent=high,
        decimals=decimals,
        readings_shown=("exact", "at_least", "evaluated"),
        bases_shown=BASES,
        education_levels=draw(st.sampled_from([(), (), ("MN",), ("MN", "TH")])),
    )


BY = st.sampled_from([None, "education_level", "unit"])


def target_set(*parts: Target) -> TargetSet:
    return replace(RESOLUTION, parts=parts)


def split(rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    for year in YEARS:
        if some := [row for row in rows if row["school_year"] == year]:
            yield year, some


def same(found: Any, wanted: Any) -> bool:
    if pd.isna(found) or pd.isna(wanted):
        return bool(pd.isna(found) and pd.isna(wanted))
    return bool(found == pytest.approx(wanted, abs=1e-9))


NUMBERS = ("schools_count", "schools_total", "unclear_count", "base_unclear_count")


def check(row: dict[Any, Any], group: Group, part: Target) -> None:
    """A row of a comparison says what every completion says."""
    late = row["school_year"] == "2025-2026"
    assert tuple(row[name] for name in NUMBERS) == group[:4]
    verdict, least, most = judged(group, part, late=late)
    assert (row["verdict"], row["for_reference"]) == (verdict, late)
    assert same(row["needed_least"], least) and same(row["schools_needed"], most)
    ends = (row["percent_low"], row["percent_high"])
    assert all(same(*pair) for pair in zip(ends, group.ends, strict=True))
    assert row["undecided"] == group.undecided
    position = {-1: "below", 0: "within", 1: "above"}
    own = position[place(group.k, group.n, part)] if group.n else "no_schools"
    assert row["position"] == own


@pytest.mark.slow
@EXAMPLES
@given(offices(), targets(), BY)
def test_a_verdict_is_what_all_completions_agree_on(
    rows: list[Row], part: Target, by: str | None
) -> None:
    table = compare_readings(held(*rows, as_of=YEARS), target_set(part), by=by)
    told = {
        (r["school_year"], r["reading"], r["base"], r["group"]): r for r in table.to_dict("records")
    }
    assert len(told) == len(table)
    asked = [replace(part, reading=r, base=b) for r in ("exact", "at_least") for b in BASES]
    for year, some in split(rows):
        if some[0][f"{part.scheme}_result"] is None:
            continue
        for one in [*asked, replace(part, reading="evaluated", base="all")]:
            for group in groups_of([r for r in rows if r[f"{part.scheme}_result"]], one, by):
                row = told.pop((year, one.reading, one.base, group))
                check(row, group_of(some, one, by, group), one)
    assert not told, "a year that states no such scheme has no row"
    usual = compare_to_targets(held(*rows, as_of=YEARS), target_set(part), by=by)
    in_force = table[table["in_force"]][usual.columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(usual, in_force)


def standing_counts(row: Row, scheme: str, standing: str) -> set[bool]:
    """May it stand exactly there? Where it stands as unclear it stands by definition."""
    if standing in UNCLEAR:
        return {row[f"{scheme}_result"] == standing}
    return {str(outcome) == standing for outcome in outcomes(row, scheme)}


@pytest.mark.slow
@EXAMPLES
@given(offices(), st.sampled_from([*LEVELS]), st.sampled_from(BASES), BY)
def test_levels_and_their_ranges_are_those_of_all_completions(
    rows: list[Row], scheme: str, base: str, by: str | None
) -> None:
    table = measure_levels(held(*rows, as_of=YEARS), scheme=scheme, by=by, base=base)
    told = {(r["school_year"], r["group"], r["standing"]): r for r in table.to_dict("records")}
    whole = replace(RESOLUTION.parts[0], scheme=scheme, base=base, reading="at_least")
    for year, some in split(rows):
        if some[0][f"{scheme}_result"] is None:
            continue
        for group in groups_of([r for r in rows if r[f"{scheme}_result"]], whole, by):
            for standing in (*STATES, *map(str, LEVELS[scheme])):
                row = told.pop((year, group, standing))

                def at(row: Row, *_: Any, standing: str = standing) -> set[bool]:
                    return standing_counts(row, scheme, standing)

                exact = group_of(some, whole, by, group, at)
                assert (row["schools_count"], *(row[n] for n in NUMBERS[1:])) == exact[:4]
                check_share(row, "schools_percent", exact)
                if not standing.isdecimal():
                    assert all(
                        pd.isna(row[name]) for name in row if str(name).startswith("reached")
                    )
                    continue
                higher = group_of(some, replace(whole, level=int(standing)), by, group)
                assert row["reached_count"] == higher.k
                assert row["reached_unclear_count"] == higher.unclear
                check_share(row, "reached_percent", higher)
    assert not told


def check_share(row: dict[Any, Any], name: str, group: Group) -> None:
    own = float(100 * Fraction(group.k, group.n)) if group.n else pd.NA
    assert same(row[name], own)
    ends = (row[f"{name}_low"], row[f"{name}_high"])
    assert all(same(*pair) for pair in zip(ends, group.ends, strict=True))


# --- The one function, on numbers alone ---

SMALL = st.integers(0, 4)


@pytest.mark.slow
@EXAMPLES
@given(st.lists(st.tuples(*[SMALL] * 6), min_size=1, max_size=3), targets())
def test_numbers_alone_give_the_verdict_of_all_completions(
    numbers: list[tuple[int, ...]], part: Target
) -> None:
    nothing = np.zeros(len(numbers), np.int64)
    parts = [np.array(column) for column in zip(*numbers, strict=True)]
    found = Tally(nothing, nothing, nothing, nothing, *parts)
    for late in (False, True):
        verdicts = find_verdicts(found, part, late=late)
        ends = share_ends(found)
        for at, (yes, no, either, more_yes, more_no, more_either) in enumerate(numbers):
            ways = product(*(range(n + 1) for n in (either, more_yes, more_no, more_either)))
            completions = {
                (yes + e + y + c, yes + no + either + y + n + m)
                for e, y, n, m in ways
                for c in range(m + 1)
            }
            group = Group(0, 0, 0, 0, completions, ())
            verdict, least, most = judged(group, part, late=late)
            assert verdicts.verdict[at] == verdict
            told = [verdicts.needed_least[at], verdicts.needed_most[at]]
            assert told == [-1 if pd.isna(n) else n for n in (least, most)]
            shares = [pd.NA if np.isnan(end[at]) else end[at] for end in ends]
            assert all(same(*pair) for pair in zip(shares, group.ends, strict=True))


MANY = 100
ALL_OF_THEM, BAND, ANY, NONE = (100, 100, 0), (5, 8, 1), (0, 100, 0), (0, 0, 0)


@pytest.mark.parametrize(
    ("numbers", "corridor", "verdict", "needed", "shares"),
    [
        # Nobody, or up to a hundred that all count.
        ({"more_yes": MANY}, ANY, "open", (0, 0), (100, 100)),
        ({"more_no": MANY}, NONE, "open", (0, 0), (0, 0)),
        ({"no": 1, "more_yes": MANY}, (89.5, 100, 1), "open", (0, 1), (0, 10000 / 101)),
        ({"yes": 1, "more_no": MANY}, (89.5, 100, 1), "open", (0, 90), (100 / 101, 100)),
        ({"yes": 1, "more_either": 2 * MANY}, ALL_OF_THEM, "open", (0, 200), (100 / 201, 100)),
        # Of 12 and fewer no number is 5 to 8%, nor of 21 to 24.
        ({"no": 1, "more_no": MANY}, BAND, "open", (1, 5), (0, 0)),
        ({"yes": 1, "no": 19, "more_no": 4}, BAND, "open", (0, 0), (100 / 24, 5)),
        ({"yes": 2, "no": 38}, BAND, "met", (0, 0), (5, 5)),
        ({"no": 9}, BAND, "not_attainable", (-1, -1), (0, 0)),
        ({"yes": 9}, BAND, "not_attainable", (-1, -1), (100, 100)),
        ({}, NONE, "no_schools", (-1, -1), (None, None)),
        ({}, ANY, "no_schools", (-1, -1), (None, None)),
    ],
)
def test_the_few_and_the_many_that_may_belong_are_all_tried(
    numbers: dict[str, int],
    corridor: tuple[float, float, int],
    verdict: str,
    needed: tuple[int, int],
    shares: tuple[float | None, float | None],
) -> None:
    low, high, decimals = corridor
    part = replace(RESOLUTION.parts[0], from_percent=low, to_percent=high, decimals=decimals)
    columns = dict.fromkeys(Tally._fields, 0) | numbers
    # A group beside it changes nothing.
    other = dict.fromkeys(Tally._fields, 0) | {"yes": 3, "more_either": 70}
    found = Tally(**{name: np.array([columns[name], other[name]]) for name in columns})
    verdicts = find_verdicts(found, part)
    assert verdicts.verdict[0] == verdict
    assert (verdicts.needed_least[0], verdicts.needed_most[0]) == needed
    ends = [float(end[0]) for end in share_ends(found)]
    assert ends == [pytest.approx(np.nan if s is None else s, nan_ok=True) for s in shares]
    late = find_verdicts(found, part, late=True)
    assert late.verdict[0] == ("no_schools" if verdict == "no_schools" else "reference")
    assert late.needed_most[0] == needed[1]
