"""How far rows set aside could move a count or a share."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from analysis.measure.groups import ALL


def share_bounds(
    count: pd.Series[Any], total: pd.Series[Any], missing: pd.Series[Any]
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """The least and the greatest share (0-100) if the missing schools were counted too: none of
    them reaching, or all of them."""
    everyone = (total + missing).astype("Float64").where(lambda n: n > 0)
    return 100 * count / everyone, 100 * (count + missing) / everyone


def count_kept_out(table: pd.DataFrame, kept_out: pd.DataFrame) -> pd.Series[Any]:
    """For each row of a measured table the schools set aside that may belong to its group.

    Two rows with one code are one school; a row whose group could not be read may belong to any.
    """
    coded = kept_out["school_code"].ne("")
    schools = pd.concat(
        [kept_out[~coded], kept_out[coded].drop_duplicates(["school_year", "school_code"])]
    )
    of_year = Counter(schools["school_year"])
    found = {
        by: Counter(zip(schools["school_year"], schools[by], strict=True))
        for by in table["by"].unique()
        if by
    }

    def count(year: str, by: str, group: str) -> int:
        if group == ALL or not by:
            return of_year[year]
        return sum(found[by][year, name] for name in {group, ""})

    keys = zip(table["school_year"], table["by"], table["group"].astype(str), strict=True)
    return pd.Series([count(*key) for key in keys], index=table.index, dtype="Int64")
