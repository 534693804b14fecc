"""Which groups fit on one picture, where there are more of them than it holds."""

from __future__ import annotations

import pandas as pd


def foremost_groups(table: pd.DataFrame, *, most: int = 13) -> pd.DataFrame:
    """The groups of a `measure_levels` table in which most schools hold no level, or of a
    `compare_to_targets` table those farthest below a target, and the total.

    Groups stay in their order. A province has more wards than a picture holds; these are the ones
    where there is most to do. A table with no more than `most` groups stays as it is.
    """
    is_compared = "gap_points" in table
    rows = table if is_compared else table[table["standing"].astype("str") == "1"]
    left = -rows["gap_points"] if is_compared else rows["schools_total"] - rows["reached_count"]
    groups = left.groupby(rows["group"].where(rows["group"] != "all"), sort=False)
    most_left = groups.agg("max" if is_compared else "sum")
    kept = most_left.sort_values(ascending=False, kind="stable").index[:most]
    return table[table["group"].isin([*kept, "all"])].reset_index(drop=True)
