"""Counts and shares of schools by level, exact and "or higher"."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measure.counting import (
    ALL,
    BASES,
    Counts,
    Flags,
    Shares,
    Standings,
    count_standings,
    members,
)
from analysis.measure.from_frame import each_year
from analysis.measure.groups import check_choice, check_grouping, standings_of
from analysis.reference import SCHEMES, read_rules
from analysis.tables import columns_of, makes, stacked


@makes("levels")
def measure_levels(
    held: pd.DataFrame, *, scheme: str, by: str | None = None, base: str | None = None
) -> pd.DataFrame:
    """How many schools stand where, of a school year, several years or a register, the rows set
    aside among them.

    One row per school_year x group x standing, also where nobody stands there; groups in their
    order ("unknown": not stated, "all": the total, last), standings from the least to the highest
    level. Groups are those with a school in scope in any of the years, so every year and every base
    has the same ones. A year whose lists have no column for the scheme has no row, though
    `attrs["school_years"]` names it.

    - `schools_count`: schools at exactly this standing; those of a group add up to `schools_total`;
    - `schools_total`: the base: "all" schools in scope; "eligible": not stated to be ineligible for
      external evaluation; "evaluated": externally evaluated, or, where a year says so of no school,
      with a result. Without one: "eligible" for KĐCLGD, "all" for CQG;
    - `schools_percent`: 0-100, missing where the base is empty;
    - `unclear_count`: schools in the base whose standing is not stated or in doubt, and that may
      stand here; `base_unclear_count`: schools, and rows set aside, of which it is unclear whether
      they belong to base and group;
    - `schools_percent_low`, `schools_percent_high`: from where to where the share can be, whatever
      turns out of all that is unclear;
    - `reached_count`, `reached_percent`, `reached_unclear_count`, `reached_percent_low`, `_high`:
      the same at this level or higher, missing where the standing is no level. A recognised school
      of unknown level counts as reached at level 1, at no exact level.

    >>> year = load_year("2024-2025")
    >>> levels = measure_levels(year.held, scheme="cqg")
    >>> levels.loc[levels["standing"] == "1", ["reached_count", "schools_total"]].values.tolist()
    [[34, 38]]
    """
    check_choice("scheme", scheme, SCHEMES)
    base = base or read_rules().default_base(scheme)
    check_choice("base", base, BASES)
    if by is not None:
        check_grouping(by)
    rules, parts = read_rules(), []
    standings_of(held, scheme)
    for year in each_year(held, scheme, by):
        counted = members(year.facts, scheme, base, rules)
        found = count_standings(year.facts, year.groups, counted, scheme, rules)
        keys = {"school_year": year.school_year, "scheme": scheme, "base": base, "by": by or ""}
        groups = [*year.groups.names, ALL] if by else [ALL]
        parts.append(_table(found.of_last(len(groups)), groups, keys))
    table = stacked("levels", parts)
    table.attrs |= {"scheme": scheme, "school_years": tuple(sorted({*held["school_year"]}))}
    return table


def _table(found: Standings, groups: list[str], keys: dict[str, str]) -> pd.DataFrame:
    """The counts (group x standing) as one long table, with their shares."""
    names = pd.Index(found.names)
    cells = pd.MultiIndex.from_product([groups, names]).to_frame(index=False)
    totals = np.broadcast_to(found.total[:, None], found.exact.schools.shape)
    level = np.broadcast_to(found.is_level, totals.shape)
    empty = totals == 0
    ranked = {
        "reached_count": _whole(found.reached.schools, ~level),
        "reached_percent": _percent(found.reached.schools, totals, empty | ~level),
        "reached_unclear_count": _whole(found.reached.unclear, ~level),
        "reached_percent_low": _floats(found.reached.low, ~level),
        "reached_percent_high": _floats(found.reached.high, ~level),
    }
    return pd.DataFrame(
        {
            **keys,
            "group": cells[0].astype("str"),
            "standing": pd.Categorical(cells[1], categories=names, ordered=True),
            "schools_count": found.exact.schools.ravel(),
            "schools_total": totals.ravel(),
            "schools_percent": _percent(found.exact.schools, totals, empty),
            "unclear_count": found.exact.unclear.ravel(),
            "base_unclear_count": np.repeat(found.base_unclear, len(names)),
            "schools_percent_low": _floats(found.exact.low, np.isnan(found.exact.low)),
            "schools_percent_high": _floats(found.exact.high, np.isnan(found.exact.high)),
            **ranked,
        }
    )[columns_of("levels")]


def _whole(numbers: Counts, missing: Flags) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(numbers.ravel(), missing.ravel().copy())


def _floats(numbers: Shares, missing: Flags) -> pd.arrays.FloatingArray:
    return pd.arrays.FloatingArray(numbers.ravel(), (missing | np.isnan(numbers)).ravel())


def _percent(part: Counts, whole: Counts, missing: Flags) -> pd.arrays.FloatingArray:
    """0-100; the integers are divided once, so equal shares are equal numbers."""
    share = 100 * part / np.where(whole == 0, 1, whole)
    return pd.arrays.FloatingArray(share.ravel(), missing.ravel().copy())
