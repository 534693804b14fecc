"""How uneven are the groups? The lowest and the highest share of each target, the
spread, and how many schools each group is behind the highest."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import pandas as pd

from analysis.compare.verdicts import NO_CONCLUSION, NOT_ATTAINABLE, NOT_ISSUED, NOT_MET
from analysis.measure import ALL
from analysis.reference import SuiteError
from analysis.tables import columns_of, known, stacked

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


_COUNTED = ["school_year", "target_id", "by", "group", "schools_count", "schools_total"]


def compare_unevenness(comparison: pd.DataFrame) -> pd.DataFrame:
    """How far each group is behind the one with the highest share, in points and in schools.

    From a table of `compare_to_targets` (or `compare_readings`, filtered to one reading) with `by`.
    One row per school_year x target x group that has schools, "all" last:

    - `schools_count`, `schools_total`, `schools_percent` (0-100): of the group, as they are stated;
      `unclear_count`, `base_unclear_count`, `percent_low`, `percent_high`, `verdict` are those of
      the table, and say how much of the difference is certain;
    - `highest_groups`: those with the highest share, as a tuple because several may be level;
    - `behind_points`: points below that share; in the row "all" the largest difference between two
      groups. Two shares are subtracted, never averaged;
    - `points_per_school`: what one school makes in this group: 100 / `schools_total`;
    - `schools_behind`: further schools that bring the group level with the highest share, or just
      above it; in the row "all" their sum: so many would even all groups;
    - `one_school`: at most one school is lacking, so the difference is no more than a single school
      makes; in the row "all": in every group.

    >>> gaps = compare_to_targets(load_year("2024-2025"), by="education_level")
    >>> uneven = compare_unevenness(gaps).query("target_id == 'Q'").set_index("group")
    >>> int(uneven.loc["MN", "schools_behind"])
    2
    """
    if missing := [c for c in _COUNTED if c not in comparison]:
        raise SuiteError("groups_not_compared", columns=", ".join(missing))
    told = comparison["verdict"].ne(NOT_ISSUED)  # of these no school more can be had
    with_schools = comparison[comparison["schools_total"].gt(0) & told]
    keys = ["school_year", "target_id", "by"]
    if with_schools.duplicated([*keys, "group"]).any():
        raise SuiteError("unevenness_doubled")
    parts = [_behind(rows) for _, rows in with_schools.groupby(keys, sort=False)]
    table = stacked("unevenness", parts)
    return known(
        table[[c for c in columns_of("unevenness") if c in table]], "unevenness", comparison
    )


def _behind(rows: pd.DataFrame) -> pd.DataFrame:
    """One target in one year."""
    told = rows[["group", "schools_count", "schools_total"]].itertuples(index=False)
    counts = {str(group): (int(count), int(total)) for group, count, total in told}
    shares = {group: Fraction(*pair) for group, pair in counts.items()}
    own = {group: share for group, share in shares.items() if group != ALL}
    highest, lowest = (end(own.values(), default=Fraction(0)) for end in (max, min))
    names = tuple(group for group, share in own.items() if share == highest)
    lacking = {g: ceil(highest * total - count) for g, (count, total) in counts.items() if g != ALL}

    def of(group: str) -> dict[str, Any]:
        schools = [lacking[group]] if group != ALL else [*lacking.values()]
        return {
            "behind_points": float(100 * (highest - (lowest if group == ALL else shares[group]))),
            "schools_behind": sum(schools),
            "one_school": max(schools, default=0) <= 1,
        }

    found = pd.DataFrame([of(group) for group in counts], rows.index)
    return rows.assign(
        highest_groups=pd.Series([names] * len(rows), index=rows.index, dtype=object),
        points_per_school=100 / rows["schools_total"],
    ).join(found)
