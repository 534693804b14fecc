"""Counts and shares of schools by level, exact and "or higher"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.measure.bounds import count_kept_out, share_bounds
from analysis.measure.groups import (
    ALL,
    BASES,
    GROUPINGS,
    Counts,
    Flags,
    asked_of,
    check_choice,
    group_places,
    in_base,
    ordered_places,
    standings_of,
    stated_true,
)
from analysis.reference import SCHEMES


def measure_levels(
    held: pd.DataFrame,
    *,
    scheme: str,
    by: str | None = None,
    base: str = "all",
    kept_out: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How many schools stand where, from the table `status_on` gives.

    One row per school_year x group x standing, also where nobody stands there; groups in their
    order ("unknown": not stated, "all": the total, last), standings from the least to the highest
    level. Groups are those with a school in scope in any of the years, so every year and every base
    has the same ones.

    - `schools_count`: schools at exactly this standing; those of a group add up to `schools_total`;
    - `schools_total`: the base: "all" schools in scope; "eligible": not stated to be ineligible for
      external evaluation; "evaluated": externally evaluated, or, where a year says so of no school,
      with a result;
    - `schools_percent`: 0-100, missing where the base is empty;
    - `reached_count`, `reached_percent`: at this level or higher, missing where the standing is no
      level. A recognised school of unknown level counts as reached at level 1, at no exact level.

    With `kept_out` (the rows set aside) also `set_aside_count`, the schools that may be missing in
    the group, and how far they could move each share: `schools_percent_low`, `_high`,
    `reached_percent_low`, `_high`.

    >>> year = load_year("2024-2025")
    >>> levels = measure_levels(year.schools, scheme="cqg")
    >>> levels.loc[levels["standing"] == "1", ["reached_count", "schools_total"]].values.tolist()
    [[32, 36]]
    """
    check_choice("scheme", scheme, SCHEMES)
    check_choice("base", base, BASES)
    if by is not None:
        check_choice("by", by, GROUPINGS)
    standing = standings_of(held, scheme)
    in_scope = stated_true(held["in_scope"]) & asked_of(held, scheme)
    years, year = ordered_places(held["school_year"], sorted)
    groups, group = group_places(held, by, in_scope)
    counted = in_scope & in_base(held, scheme, base)
    shape = (len(years), len(groups), len(standing.categories))
    counts = count_places([year, group, standing.codes], counted, shape)
    if by is not None:
        counts = np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)
        groups = [*groups, ALL]
    keys = {"scheme": scheme, "base": base, "by": by or ""}
    table = _table(counts, years, groups, standing.categories, keys)
    return table if kept_out is None else _with_bounds(table, kept_out)


def count_places(places: Sequence[Counts], counted: Flags, shape: tuple[int, ...]) -> Counts:
    """How many of the counted rows have each combination of places."""
    at = np.ravel_multi_index([place[counted] for place in places], shape)
    return np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)


def reached_counts(counts: Counts, standings: Sequence[str]) -> tuple[Counts, Flags]:
    """Schools at each level or higher (standings along the last axis), and which are levels."""
    is_level = np.array([name.isdecimal() for name in standings])
    reached = np.where(is_level, counts, 0)[..., ::-1].cumsum(axis=-1)[..., ::-1]
    # Whoever is recognised without a known level holds at least the lowest one.
    reached[..., is_level.argmax()] += counts[..., list(standings).index("level_unknown")]
    return reached, np.broadcast_to(is_level, counts.shape)


def _with_bounds(levels: pd.DataFrame, kept_out: pd.DataFrame) -> pd.DataFrame:
    missing = count_kept_out(levels, kept_out)
    bounds = {"set_aside_count": missing}
    for what in ("schools", "reached"):
        low, high = share_bounds(levels[f"{what}_count"], levels["schools_total"], missing)
        bounds |= {f"{what}_percent_low": low, f"{what}_percent_high": high}
    return levels.assign(**bounds)


def _table(
    counts: Counts, years: list[str], groups: list[str], standings: pd.Index, keys: dict[str, str]
) -> pd.DataFrame:
    """The counts (year x group x standing) as one long table, with their shares."""
    totals = np.broadcast_to(counts.sum(axis=2, keepdims=True), counts.shape)
    reached, is_level = reached_counts(counts, list(standings))
    cells = pd.MultiIndex.from_product([years, groups, standings]).to_frame(index=False)
    return pd.DataFrame(
        {
            "school_year": cells[0].astype("str"),
            **keys,
            "group": cells[1].astype("str"),
            "standing": pd.Categorical(cells[2], categories=standings, ordered=True),
            "schools_count": counts.ravel(),
            "schools_total": totals.ravel(),
            "schools_percent": _percent(counts, totals, totals == 0),
            "reached_count": pd.arrays.IntegerArray(reached.ravel(), ~is_level.ravel()),
            "reached_percent": _percent(reached, totals, (totals == 0) | ~is_level),
        }
    )


def _percent(part: Counts, whole: Counts, missing: Flags) -> pd.arrays.FloatingArray:
    """0-100; the integers are divided once, so equal shares are equal numbers."""
    share = 100 * part / np.where(whole == 0, 1, whole)
    return pd.arrays.FloatingArray(share.ravel(), missing.ravel())
