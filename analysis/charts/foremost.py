"""Which groups fit on one picture, where there are more of them than it holds."""

from __future__ import annotations

import pandas as pd

from analysis.reference import Number, say


def foremost_groups(table: pd.DataFrame, *, most: int = 13) -> pd.DataFrame:
    """The groups of a table where there is most to do, and the total: those farthest below a
    target, with the most schools without a level, or with the lowest share of two sessions.

    Groups stay in their order. A province has more wards than a picture holds; the table knows how
    many there were, so that its picture can say so. One with no more than `most` stays as it is; of
    a table of targets without groups the first ones are kept.
    """
    named = table["group"].astype("str")
    if named.eq("all").all():
        if "target_id" not in table:
            return table
        ids = table["target_id"].unique()
        first = table[table["target_id"].isin(ids[: most + 1])].reset_index(drop=True)
        return _saying(first, most + 1, len(ids), "target")
    latest = table[named.ne("all") & table["school_year"].eq(table["school_year"].max())]
    ordered = _left(latest).groupby(latest["group"].astype("str"), sort=False).max()
    kept = ordered.sort_values(ascending=False, kind="stable").index[:most]
    few = table[named.isin([*kept, "all"])].reset_index(drop=True)
    return _saying(few, most, len(ordered), str(table["by"].iloc[0]))


def _left(rows: pd.DataFrame) -> pd.Series:
    """How much there is to do in each row."""
    if "gap_points" in rows:
        return -rows["gap_points"].astype("float64")
    if "two_sessions_count" in rows:
        return -(rows["two_sessions_count"] / rows["whole_count"]).astype("float64")
    lacking = (rows["schools_total"] - rows["reached_count"]).astype("float64")
    return lacking.where(rows["standing"].astype("str").eq("1"))


def _saying(few: pd.DataFrame, drawn: int, found: int, by: str) -> pd.DataFrame:
    if found > drawn:
        few.attrs["drawn_of"] = [drawn, found, by]
    return few


def foremost_remark(table: pd.DataFrame, lang: str) -> str:
    """How many of the groups a picture has; "" where it has all."""
    if "drawn_of" not in table.attrs:
        return ""
    drawn, found, by = table.attrs["drawn_of"]
    kinds = say(f"kinds_{'' if ',' in by else by}", lang)
    return say("chart_drawn_of", lang, drawn=Number(drawn), all=Number(found), kinds=kinds)
