"""Each school in its group and once more in the total, so that one count gives both."""

from __future__ import annotations

import pandas as pd

from analysis.measure.groups import (
    ALL,
    BASES,
    GROUPINGS,
    Flags,
    asked_of,
    check_choice,
    group_places,
    in_base,
    stated_true,
)
from analysis.reference import SCHEMES


def schools_in_scope(held: pd.DataFrame, scheme: str | None = None) -> pd.DataFrame:
    """The schools that are counted; for a scheme those it is meant for."""
    counted = stated_true(held["in_scope"])
    return held[counted & asked_of(held, scheme) if scheme else counted]


def in_denominator(held: pd.DataFrame, scheme: str, base: str) -> Flags:
    """Which schools the denominator of a scheme holds: in scope, meant by it, and in the base."""
    check_choice("scheme", scheme, SCHEMES)
    check_choice("base", base, BASES)
    return stated_true(held["in_scope"]) & asked_of(held, scheme) & in_base(held, scheme, base)


def with_totals(schools: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """The schools with their `group`, an ordered category, and all of them again in "all", last."""
    total = schools.assign(group=ALL)
    if by is None:
        return total.astype({"group": pd.CategoricalDtype([ALL], ordered=True)})
    check_choice("by", by, GROUPINGS)
    names, place = group_places(schools, by, stated_true(schools["in_scope"]))
    own = schools.assign(group=pd.Categorical.from_codes(place, pd.Index(names, dtype="str")))
    both = pd.concat([own.astype({"group": "str"}), total], ignore_index=True)
    return both.astype({"group": pd.CategoricalDtype([*names, ALL], ordered=True)})


def consecutive_years(school_years: pd.Series) -> list[tuple[str, str]]:
    """The pairs of school years in which one follows the other: ("2023-2024", "2024-2025")."""
    years = sorted(school_years.unique())
    return [(a, b) for a in years for b in years if a[5:] == b[:4]]
