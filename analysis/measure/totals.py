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

_LISTED = [
    *("school_id", "school_code", "school_name", "unit", "education_level", "ownership"),
    *("in_scope", "scope_reason", "eligible", "externally_evaluated"),
]
_OF_SCHEME = ("standing", "decision", "date")


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


@makes("school_list", aside=False)
def list_counted(schools: pd.DataFrame) -> pd.DataFrame:
    """The list of schools as it is published: whoever counts its rows arrives at the figures.

    One row per school: who it is and where, `in_scope` and `scope_reason` (why it is in no
    denominator), what is stated of `eligible` and `externally_evaluated`; for each scheme s that
    the year states `s_counted` (in its usual denominator), `s_standing`, `s_decision`, `s_date`;
    `doubts`: the columns of which a value is in doubt; and every column of the school lists that no
    other table shows.
    """
    told = schools[[name for name in _LISTED if name in schools]]
    rules = read_rules()
    for scheme in SCHEMES:
        if standings_of(schools, scheme).codes.max(initial=-1) >= 0:
            counted = in_denominator(schools, scheme, rules.default_base(scheme))
            own = {n: schools[n] for n in (f"{scheme}_{part}" for part in _OF_SCHEME)}
            told = told.assign(**{f"{scheme}_counted": counted}).assign(**own)
    own = {name: schools[name] for name in own_columns() if name in schools}
    return told.assign(doubts=schools["doubts"], **own)


@makes("kept_out")
def list_kept_out(held: pd.DataFrame) -> pd.DataFrame:
    """The rows set aside, with what they say of where they belong: school_code, school_name, unit,
    education_level, ownership; source_file, source_sheet, source_row."""
    return held.loc[held["in_scope"].isna(), columns_of("kept_out")]


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
