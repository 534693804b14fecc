"""Which groups fit on one picture, where there are more of them than it holds."""

from __future__ import annotations

import pandas as pd


def foremost_groups(levels: pd.DataFrame, *, most: int = 13) -> pd.DataFrame:
    """The groups of a `measure_levels` table in which most schools hold no level, and the total.

    Groups stay in their order. A province has more wards than a picture holds; these are the ones
    where there is most to do. A table with no more than `most` groups stays as it is.
    """
    lowest = levels[levels["standing"].astype("str") == "1"]
    rest = lowest["schools_total"] - lowest["reached_count"]
    groups = rest.groupby(lowest["group"].where(lowest["group"] != "all"), sort=False).sum()
    kept = groups.sort_values(ascending=False, kind="stable").index[:most]
    return levels[levels["group"].isin([*kept, "all"])].reset_index(drop=True)
