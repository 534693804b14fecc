"""How far apart are the education levels, and how many schools is that?"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.measure import ALL
from analysis.reference import SuiteError

_NEEDED = ["school_year", "target_id", "by", "group", "schools_count", "schools_total"]
_COLUMNS = [
    *("school_year", "target_id", "label_vi", "label_en", "by", "group"),
    *("schools_count", "schools_total", "schools_percent"),
    *("highest_groups", "behind_points", "points_per_school", "schools_behind", "one_school"),
]


def compare_unevenness(comparison: pd.DataFrame) -> pd.DataFrame:
    """How far each group is behind the one with the highest share, in points and in schools.

    From a table of `compare_to_targets` (or `compare_readings`, filtered to one reading) with `by`.
    One row per school_year x target x group that has schools, "all" last:

    - `schools_count`, `schools_total`, `schools_percent` (0-100): of the group;
    - `highest_groups`: those with the highest share, as a tuple because several may be level;
    - `behind_points`: points below that share; in the row "all" the largest difference between two
      groups. Two shares are subtracted, never averaged;
    - `points_per_school`: what one school makes in this group: 100 / `schools_total`;
    - `schools_behind`: further schools that bring the group level with the highest share, or just
      above it; in the row "all" their sum: so many would even all groups;
    - `one_school`: at most one school is lacking, so the difference is no more than a single school
      makes; in the row "all": in every group.
    """
    if missing := [c for c in _NEEDED if c not in comparison]:
        raise SuiteError("groups_not_compared", columns=", ".join(missing))
    with_schools = comparison[comparison["schools_total"].gt(0)]
    keys = ["school_year", "target_id", "by"]
    if with_schools.duplicated([*keys, "group"]).any():
        raise SuiteError("unevenness_doubled")
    parts = [_behind(rows) for _, rows in with_schools.groupby(keys, sort=False)]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)
    return table[[c for c in _COLUMNS if c in table]]


def _behind(rows: pd.DataFrame) -> pd.DataFrame:
    """One target in one year."""
    counts = [*zip(map(int, rows["schools_count"]), map(int, rows["schools_total"]), strict=True)]
    shares = [Fraction(count, total) for count, total in counts]
    groups = [*rows["group"].astype(str)]
    own = [share for share, group in zip(shares, groups, strict=True) if group != ALL]
    highest, lowest = max(own, default=Fraction(0)), min(own, default=Fraction(0))
    names = tuple(g for g, s in zip(groups, shares, strict=True) if s == highest and g != ALL)
    needed = [-((count - highest * total) // 1) for count, total in counts]
    lacking = {g: int(k) for g, k in zip(groups, needed, strict=True) if g != ALL}

    def told(group: str, share: Fraction) -> dict[str, Any]:
        whole = group == ALL
        schools = sum(lacking.values()) if whole else lacking[group]
        most = max(lacking.values(), default=0) if whole else schools
        return {
            "behind_points": float(100 * (highest - (lowest if whole else share))),
            "schools_behind": schools,
            "one_school": most <= 1,
        }

    found = pd.DataFrame([told(g, s) for g, s in zip(groups, shares, strict=True)], rows.index)
    return rows.assign(
        highest_groups=pd.Series([names] * len(rows), index=rows.index, dtype=object),
        points_per_school=100 / rows["schools_total"],
    ).join(found)
