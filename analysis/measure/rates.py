"""Why a rate changed: schools that became better, or fewer or more schools; and it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

import numpy as np
import pandas as pd

from analysis.measure.changes import (
    Fate,
    certified,
    gone,
    new,
    other_group,
    stays,
    steps_of_staying,
)
from analysis.measure.counting import ALL, BASES
from analysis.measure.groups import (
    asked_of,
    check_choice,
    check_grouping,
    group_places,
    stated_true,
)
from analysis.measure.pairs import COUNTED, read_lists
from analysis.reference import SCHEMES, Directory, Units, read_rules
from analysis.tables import columns_of, makes, stacked

_STEPS = {
    "better": ("first_recognised", "renewed", "upgraded"),
    "schools": ("founded", "reopened", "merged_in", "merged_away", "base"),
    "boundary": ("boundary", "education_level", "ownership"),
    "ended": ("expired", "withdrawn"),
    "unclear": ("unclear_before", "unclear_now", "entered_late", "set_aside", "other", ""),
}
CAUSES = tuple(_STEPS)
_CAUSE_OF = {step: cause for cause, steps in _STEPS.items() for step in steps}
_CAUSE_OF |= {"start": "start", "end": "end"}
_YEARS = ["school_year_from", "school_year_to"]


@makes("rate_changes")
def measure_rate_changes(
    held: pd.DataFrame,
    *,
    scheme: str,
    level: int = 1,
    reading: str = "at_least",
    base: str | None = None,
    by: str | None = None,
    directory: Directory | None = None,
    units: Units | None = None,
) -> pd.DataFrame:
    """How k of n became k of n a year later, split by what changed the rate.

    One row per pair of consecutive school years that state the scheme x group ("all": the total,
    last) x cause: school_year_from, school_year_to, scheme, level, reading ("at_least", "exact"),
    base, by, group, `cause`; `changed_count` and `changed_total`: of "start" and "end" k and n
    with `schools_percent`, of each cause what it changed of both, so that start and all causes are
    end; `points`: its part in the change of the rate, in tenths that add up.

    - better: recognised for the first time or again, or risen (of an exact level also risen past
      it);
    - schools: fewer or more schools, by merger, closing, reopening and founding, with what those
      schools held, or by a change of who is in the base;
    - boundary: a school came from, or went to, another unit, territory, education level or
      ownership, with what it held;
    - ended: expired or withdrawn;
    - unclear: nothing says why, a standing is not stated or in doubt, a list was late.

    Each step of a school is the one of `measure_bridge`. A cause that changes k by dk and n by dn
    has 100 (dk - r dn) / m points, where r is the mean of the two rates and m of the two totals:
    that adds up exactly, whatever the order, and is missing where one of the years has no schools.

    >>> changes = measure_rate_changes(load_register("2025-2026"), scheme="cqg")
    >>> changes.query("school_year_to == '2025-2026' and cause == 'schools'")["points"].tolist()
    [-3.0]
    """
    check_choice("scheme", scheme, SCHEMES)
    base = base or read_rules().default_base(scheme)
    check_choice("base", base, BASES)
    if by is not None:
        check_grouping(by)
    counting = _counting(scheme, level, reading)
    lists = read_lists(held, scheme, by, base)
    in_scope = stated_true(held["in_scope"]) & asked_of(held, scheme)
    groups = [*group_places(held, by, in_scope)[0], ALL] if by else [ALL]
    fate, parts = Fate(directory or Directory(), units or Units()), list[pd.DataFrame]()
    for years in pairwise(lists.years):
        pair = lists.pair(*years)
        ends = [pair[f"level_{side}"].between(*counting) for side in "ab"]
        found = _by_cause(_steps(pair, by, fate, *ends), groups)
        parts.append(found.assign(**dict(zip(_YEARS, years, strict=True))))
    asked: dict[str, Any] = {"scheme": scheme, "level": level, "reading": reading}
    asked |= {"base": base, "by": by or ""}
    columns = columns_of("rate_changes")
    table = stacked("rate_changes", [part.assign(**asked)[columns] for part in parts])
    table.attrs |= lists.told([*pairwise(lists.years)])
    return table


def _counting(scheme: str, level: int, reading: str) -> tuple[int, int]:
    """The first and the last level that counts, as lists number them: from 1, recognised without a
    known level, which is at least the lowest one and none exactly."""
    check_choice("reading", reading, ("at_least", "exact"))
    known = read_rules().levels(scheme)
    check_choice("level", str(level), [*map(str, known)])
    place = known.index(level) + 2
    return (place, place) if reading == "exact" else (place - (place == 2), len(known) + 1)


def _steps(
    pair: pd.DataFrame, by: str | None, fate: Fate, before: Any, after: Any
) -> Iterator[pd.DataFrame]:
    """What each school changed of k and n, and why: group, cause, changed_count, changed_total, and
    whether it only went from one group to another (`regrouped`). `before`, `after`: those that
    count in k."""
    n_a, n_b = (pair[f"place_{side}"].eq(COUNTED) for side in "ab")
    k_a, k_b = before.astype("int64"), after.astype("int64")
    moved, why_moved = other_group(pair, by)
    went, why_went = gone(pair, fate, n_a)
    came, why_came = new(pair, fate, n_b)
    steps: list[tuple[str, Any, Any, Any, int]] = [
        ("a", n_a, "start", k_a, 1),
        ("b", n_b, "end", k_b, 1),
        ("b", stays(pair) & (k_a != k_b), steps_of_staying(pair, "expired"), k_b - k_a, 0),
        ("a", went, why_went, -k_a, -1),
        ("b", came, why_came, 0, 1),
        ("b", came & after, certified(pair, why_came, fate), k_b, 0),
        ("a", moved, why_moved, -k_a, -1),
        ("b", moved, why_moved, k_a, 1),
    ]
    for place, (side, rows, step, count, total) in enumerate(steps):
        facts = {"group": pair[f"group_{side}"], "cause": step, "changed_count": count}
        facts |= {"changed_total": total, "regrouped": place > 5}
        found = pd.DataFrame(facts, index=pair.index)[rows]
        yield found.assign(cause=found["cause"].map(_CAUSE_OF))


def _by_cause(steps: Iterable[pd.DataFrame], groups: list[str]) -> pd.DataFrame:
    """k, n and points of each group and cause."""
    each = pd.concat(steps, ignore_index=True)
    total = each[~each["regrouped"]].assign(group=ALL)
    both = pd.concat([each, total]) if len(groups) > 1 else total
    cells = pd.MultiIndex.from_product(
        [groups, ["start", *CAUSES, "end"]], names=["group", "cause"]
    )
    counts = both.groupby(["group", "cause"])[["changed_count", "changed_total"]].sum()
    table = counts.reindex(cells, fill_value=0).astype("int64").reset_index()
    whole = table["cause"].isin(["start", "end"]).to_numpy(dtype=bool)
    n = table["changed_total"].to_numpy()
    percent = 100 * table["changed_count"].to_numpy() / np.where(n == 0, 1, n)
    points = [p for _, rows in table.groupby("group", sort=False) for p in _points(rows)]
    return table.assign(
        schools_percent=pd.arrays.FloatingArray(percent, ~whole | (n == 0)),
        points=pd.array(points, dtype="Float64"),
    )


def _points(rows: pd.DataFrame) -> list[float | None]:
    """The part of each cause in the change of a rate: in tenths, those nearest to the exact ones
    that add up to the change."""
    (k_a, n_a), *changes, (k_b, n_b) = zip(
        rows["changed_count"].tolist(), rows["changed_total"].tolist(), strict=True
    )
    if not n_a or not n_b:
        return [None] * len(rows)
    rate, mean = (Fraction(k_a, n_a) + Fraction(k_b, n_b)) / 2, Fraction(n_a + n_b, 2)
    exact = [1000 * (k - rate * n) / mean for k, n in changes]
    tenths = [floor(part) for part in exact]
    short = floor(sum(exact) + Fraction(1, 2)) - sum(tenths)
    for place in sorted(range(len(exact)), key=lambda i: tenths[i] - exact[i])[:short]:
        tenths[place] += 1
    return [None, *(part / 10 for part in tenths), None]
