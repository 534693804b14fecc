"""How uneven are the groups? The lowest and the highest share of each target, and the spread."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.compare.verdicts import NO_CONCLUSION, NOT_ATTAINABLE, NOT_MET
from analysis.reference import SuiteError
from analysis.tables import known

_NEEDED = ["target_id", "by", "group", "schools_total", "schools_percent", "verdict"]
_COLUMNS = [
    *("school_year", "target_id", "by"),
    *("groups_count", "groups_below", "groups_not_attainable", "groups_open", "spread_points"),
    *("lowest_groups", "lowest_percent", "highest_groups", "highest_percent"),
    *("needed_least", "schools_needed"),
]


def compare_groups(comparison: pd.DataFrame) -> pd.DataFrame:
    """How far apart the groups of a `compare_to_targets` table are, one row per year and target.

    - `groups_count`: groups that have schools; `groups_below`: those of them whose verdict is
      not_met, `groups_not_attainable`: for which no number of schools fits, `groups_open`: of which
      nothing can be concluded, because the verdict is open or the figures are for reference only;
    - `lowest_groups`, `highest_groups`: the groups with the smallest and the largest share, as a
      tuple because several may be level; `lowest_percent`, `highest_percent`: their share (0-100);
    - `spread_points`: the difference of the two, in percentage points;
    - `needed_least`, `schools_needed`: at least and at most so many further schools bring the
      groups below to the target; missing where no group is known to meet it or to be below.

    With few schools in a group one school moves its share a lot: read it beside the counts.

    >>> year = load_year("2024-2025")
    >>> gaps = compare_to_targets(year, by="education_level")
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
    table = table.astype({"needed_least": "Int64", "schools_needed": "Int64"})
    return known(table, "spread", comparison)


def _spread(key: Any, rows: pd.DataFrame) -> dict[str, Any]:
    percents = rows["schools_percent"]
    below, beyond = rows["verdict"].eq(NOT_MET), rows["verdict"].eq(NOT_ATTAINABLE)
    silent = rows["verdict"].isin(NO_CONCLUSION)
    needed = rows.loc[below, ["needed_least", "schools_needed"]].sum()
    lowest, highest = percents.min(), percents.max()
    return {
        **dict(zip(("school_year", "target_id", "by"), key, strict=True)),
        "groups_count": len(rows),
        "groups_below": int(below.sum()),
        "groups_not_attainable": int(beyond.sum()),
        "groups_open": int(silent.sum()),
        "spread_points": highest - lowest,
        "lowest_groups": tuple(rows.loc[percents.eq(lowest), "group"]),
        "lowest_percent": lowest,
        "highest_groups": tuple(rows.loc[percents.eq(highest), "group"]),
        "highest_percent": highest,
        **(dict.fromkeys(needed.index) if (beyond | silent).all() else needed.to_dict()),
    }
