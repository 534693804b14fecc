"""How uneven are the groups? The lowest and the highest share of each target, and the spread."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.reference import SuiteError

_NEEDED = ["target_id", "by", "group", "schools_total", "schools_percent", "position"]
_COLUMNS = [
    *("school_year", "target_id", "by", "groups_count", "groups_below", "spread_points"),
    *("lowest_groups", "lowest_percent", "highest_groups", "highest_percent", "schools_needed"),
]


def compare_groups(comparison: pd.DataFrame) -> pd.DataFrame:
    """How far apart the groups of a `compare_to_targets` table are, one row per year and target.

    - `groups_count`: groups that have schools; `groups_below`: those of them below the target;
    - `lowest_groups`, `highest_groups`: the groups with the smallest and the largest share, as a
      tuple because several may be level; `lowest_percent`, `highest_percent`: their share (0-100);
    - `spread_points`: the difference of the two, in percentage points;
    - `schools_needed`: further schools that bring every group to the target, missing where a group
      cannot be brought there.

    With few schools in a group one school moves its share a lot: read it beside the counts.

    >>> year = load_year("2024-2025")
    >>> gaps = compare_to_targets(year.schools, year.targets, by="education_level")
    >>> spread = compare_groups(gaps).set_index("target_id")
    >>> spread.loc["Q", "lowest_groups"], spread.loc["Q", "highest_groups"]
    (('MN',), ('TH&THCS',))
    """
    missing = [c for c in _NEEDED if c not in comparison]
    if missing:
        raise SuiteError("groups_not_compared", columns=", ".join(missing))
    with_schools = comparison["schools_total"].gt(0) & comparison["group"].ne("all")
    groups = comparison[with_schools].groupby(["school_year", "target_id", "by"], sort=False)
    labels = [c for c in ("label_vi", "label_en") if c in comparison]
    rows = [_spread(key, rows) | rows[labels].iloc[0].to_dict() for key, rows in groups]
    table = pd.DataFrame(rows, columns=[*_COLUMNS, *labels])
    return table.astype({"schools_needed": "Int64"})


def _spread(key: Any, rows: pd.DataFrame) -> dict[str, Any]:
    percents = rows["schools_percent"]
    below = rows["position"].eq("below")
    lowest, highest = percents.min(), percents.max()
    return {
        **dict(zip(("school_year", "target_id", "by"), key, strict=True)),
        "groups_count": len(rows),
        "groups_below": int(below.sum()),
        "spread_points": highest - lowest,
        "lowest_groups": tuple(rows.loc[percents.eq(lowest), "group"]),
        "lowest_percent": lowest,
        "highest_groups": tuple(rows.loc[percents.eq(highest), "group"]),
        "highest_percent": highest,
        "schools_needed": rows["schools_needed"].sum(skipna=False),
    }
