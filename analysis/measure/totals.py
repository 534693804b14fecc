"""Each school in its group and once more in the total, so that one count gives both."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.measure.counting import ALL, BASES, Flags
from analysis.measure.from_frame import members_of
from analysis.measure.groups import (
    asked_of,
    check_choice,
    check_grouping,
    group_places,
    standings_of,
    stated_true,
)
from analysis.reference import SCHEMES, read_rules
from analysis.tables import columns_of, makes, own_columns


def schools_in_scope(held: pd.DataFrame, scheme: str | None = None) -> pd.DataFrame:
    """The schools that are counted; for a scheme those it is meant for."""
    counted = stated_true(held["in_scope"])
    return held[counted & asked_of(held, scheme) if scheme else counted]


def in_denominator(held: pd.DataFrame, scheme: str, base: str) -> Flags:
    """Which schools the denominator of a scheme holds: in scope, meant by it, and in the base; in
    years that state the scheme."""
    check_choice("scheme", scheme, SCHEMES)
    check_choice("base", base, BASES)
    return members_of(held, scheme, base).counted


@makes("school_list")
def list_counted(held: pd.DataFrame) -> pd.DataFrame:
    """The list of schools as it is published: whoever counts its rows arrives at the figures.

    One row per school, and below them the rows set aside (`in_scope` blank, `scope_reason`
    "set_aside"): who it is and where, `in_scope` and `scope_reason` (why it is in no denominator),
    what is stated of `eligible` and `externally_evaluated`; for each scheme s that the year states
    `s_counted` (in its usual denominator; blank where a row set aside may be), `s_standing`,
    `s_stated_level`, `s_decision`, `s_date`, `s_expires`; classes and pupils, and those with two
    sessions a day; `doubts`: the columns of which a value is in doubt; where it stands; and every
    column of the school lists that no other table shows.
    """
    aside, rules = held["in_scope"].isna(), read_rules()
    told = held.assign(scope_reason=held["scope_reason"].mask(aside, "set_aside"))
    for scheme in SCHEMES:
        own = [name for name in columns_of("school_list") if name.startswith(f"{scheme}_")]
        if standings_of(held, scheme).codes.max(initial=-1) < 0:
            told = told.drop(columns=own, errors="ignore")
            continue
        base = members_of(held, scheme, rules.default_base(scheme))
        counted = pd.Series(base.counted, held.index, dtype="boolean")
        told[f"{scheme}_counted"] = counted.mask(aside & base.unsure)
        told[f"{scheme}_stated_level"] = held[f"{scheme}_level"]
    return told[[n for n in (*columns_of("school_list"), *own_columns()) if n in told]]


def with_totals(schools: pd.DataFrame, by: str | None, also: Sequence[str] = ()) -> pd.DataFrame:
    """The schools with their `group`, an ordered category, and all of them again in "all", last."""
    total = schools.assign(group=ALL)
    if by is None:
        return total.astype({"group": pd.CategoricalDtype([ALL], ordered=True)})
    check_grouping(by, also)
    names, place = group_places(schools, by, stated_true(schools["in_scope"]))
    own = schools.assign(group=pd.Categorical.from_codes(place, pd.Index(names, dtype="str")))
    both = pd.concat([own.astype({"group": "str"}), total], ignore_index=True)
    return both.astype({"group": pd.CategoricalDtype([*names, ALL], ordered=True)})


def consecutive_years(school_years: pd.Series) -> list[tuple[str, str]]:
    """The pairs of school years in which one follows the other: ("2023-2024", "2024-2025")."""
    years = sorted(school_years.unique())
    return [(a, b) for a in years for b in years if a[5:] == b[:4]]
