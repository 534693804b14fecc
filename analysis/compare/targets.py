"""Shares of schools against the corridors of a target set, in points and in schools.

Everything is judged in whole numbers: a share is rounded half up to the decimals its target is
printed with, as 34 of 38 (89,47%) is meant by "89,5%", and so each corridor is a range of counts.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.measure import check_choice, count_kept_out, measure_levels, share_bounds
from analysis.reference import SuiteError, Target, TargetSet

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# The columns of a measured table that hold what each reading counts.
_READINGS = {"exact": "schools", "at_least": "reached"}

_COLUMNS = [
    *("school_year", "target_id", "label_vi", "label_en"),
    *("scheme", "level", "reading", "base", "by", "group"),
    *("target_from", "target_to", "decimals", "schools_count", "schools_total", "schools_percent"),
    *("position", "gap_points", "schools_needed", "attainable", "schools_over"),
]
_BOUNDS = ["set_aside_count", "percent_low", "percent_high", "verdict_open"]


def compare_to_targets(
    held: pd.DataFrame,
    target_set: TargetSet,
    *,
    by: str | None = None,
    kept_out: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Each measurable part of the targets against what `status_on` says holds.

    One row per school_year x part of a target x group ("all" last):

    - `target_from`, `target_to`: the wanted corridor (0-100), printed with `decimals`;
    - `schools_count`, `schools_total`, `schools_percent`: at exactly the level, or at it and higher
      where `reading` is "at_least"; the base is the one of the target;
    - `position`: below, within, above, or no_schools;
    - `gap_points`: unrounded share minus nearest edge: negative below, 0 within, positive above;
    - `attainable`: some whole number of the schools there are lies in the corridor;
    - `schools_needed`: the smallest number of further schools that brings the share into it; 0
      unless below, missing where no number does;
    - `schools_over`: how many schools the count is above the corridor; 0 unless above.

    Where a group has no schools there is nothing to say: gap and schools are missing.

    With `kept_out` (the rows set aside) also `set_aside_count`, how far they could move the share
    (`percent_low`, `percent_high`), and `verdict_open`: they could change the position.
    """
    levels: dict[tuple[str, str], pd.DataFrame] = {}
    parts = []
    for target in target_set.parts:
        key = (target.scheme, target.base)
        if key not in levels:
            levels[key] = measure_levels(held, scheme=target.scheme, by=by, base=target.base)
        rows = _compare(_at_level(levels[key], target), target)
        parts.append(rows if kept_out is None else _with_bounds(rows, target, kept_out))
    if not parts:
        return pd.DataFrame(columns=_COLUMNS)
    columns = _COLUMNS if kept_out is None else [*_COLUMNS, *_BOUNDS]
    rows = pd.concat(parts, ignore_index=True)[columns]
    return rows.sort_values("school_year", kind="stable", ignore_index=True)


def _with_bounds(rows: pd.DataFrame, target: Target, kept_out: pd.DataFrame) -> pd.DataFrame:
    """What the rows set aside could change: all of them counted, none or all of them reaching."""
    missing = count_kept_out(rows, kept_out)
    low, high = share_bounds(rows["schools_count"], rows["schools_total"], missing)
    count = rows["schools_count"].to_numpy(dtype=np.int64)
    more = missing.to_numpy(dtype=np.int64)
    total = rows["schools_total"].to_numpy(dtype=np.int64) + more
    lowest, highest = _edges(total, target)
    now = rows["position"].map({"below": -1, "within": 0, "above": 1}).fillna(2).to_numpy()
    ends = [np.where(k < lowest, -1, np.where(k > highest, 1, 0)) for k in (count, count + more)]
    is_open = (more > 0) & ((ends[0] != now) | (ends[1] != now))
    return rows.assign(
        set_aside_count=missing, percent_low=low, percent_high=high, verdict_open=is_open
    )


def attainable_counts(schools_total: int, target: Target) -> range:
    """The numbers of schools, of so many, whose share lies in the corridor; may be empty.

    For 5-8% of 9 schools it is empty: none is 0,0% and one is 11,1%.
    """
    lowest, highest = _edges(np.array([schools_total], dtype=np.int64), target)
    return range(int(lowest[0]), int(highest[0]) + 1)


def _edges(total: Counts, target: Target) -> tuple[Counts, Counts]:
    """The lowest and the highest count in the corridor, for each number of schools.

    With u printed units a percent, k of n is shown as r = floor(100 u k / n + 1/2). So r >= low
    means k >= n (2 low - 1) / 200 u, and r <= high means k < n (2 high + 1) / 200 u.
    """
    units = 10**target.decimals
    low = -(-_exact(target.from_percent) * units // 1)
    high = _exact(target.to_percent) * units // 1
    lowest = -(-total * (2 * low - 1) // (200 * units))
    highest = -(-total * (2 * high + 1) // (200 * units)) - 1
    # Rounding never makes all of nearly all, nor none of a few.
    lowest = total if target.from_percent == 100 else np.maximum(lowest, 0)
    highest = 0 * total if target.to_percent == 0 else np.minimum(highest, total)
    return lowest, highest


def _exact(percent: float) -> Fraction:
    """The number as it is written in the target file: 89.5 is 179/2."""
    return Fraction(str(percent))


def _at_level(levels: pd.DataFrame, target: Target) -> pd.DataFrame:
    """The rows of a target's level, with the count and share its reading asks for."""
    rows = levels[levels["standing"] == str(target.level)]
    if rows.empty and not levels.empty:
        raise SuiteError("target_level", target=target.id, scheme=target.scheme, level=target.level)
    keys = rows[["school_year", "scheme", "base", "by", "group", "schools_total"]]
    check_choice("reading", target.reading, list(_READINGS))
    prefix = _READINGS[target.reading]
    return keys.assign(
        schools_count=rows[f"{prefix}_count"], schools_percent=rows[f"{prefix}_percent"]
    )


class Gap(NamedTuple):
    """Counts of schools against one target: see `compare_to_targets`. `empty`: of no schools."""

    position: npt.NDArray[np.str_]
    points: npt.NDArray[np.float64]
    needed: Counts
    over: Counts
    attainable: Flags
    empty: Flags

    @property
    def unreachable(self) -> Flags:
        """Below the corridor, and no number of further schools brings the share into it."""
        return (self.position == "below") & ~self.attainable


def gap_to(count: Counts, total: Counts, target: Target) -> Gap:
    """Position, gap and schools, for each count of its total."""
    lowest, highest = _edges(total, target)
    empty = total == 0
    below, above = count < lowest, count > highest
    distances = [_points(count, total, p) for p in (target.from_percent, target.to_percent)]
    return Gap(
        np.select([empty, below, above], ["no_schools", "below", "above"], "within"),
        np.select([empty, below, above], [0.0, *distances], 0.0),
        np.maximum(lowest - count, 0),
        np.maximum(count - highest, 0),
        (lowest <= highest) & ~empty,
        empty,
    )


def _compare(rows: pd.DataFrame, target: Target) -> pd.DataFrame:
    """Position, gap and schools, row by row."""
    count = rows["schools_count"].to_numpy(dtype=np.int64)
    gap = gap_to(count, rows["schools_total"].to_numpy(dtype=np.int64), target)
    return rows.assign(
        target_id=target.id,
        label_vi=target.label_vi,
        label_en=target.label_en,
        level=target.level,
        reading=target.reading,
        target_from=float(target.from_percent),
        target_to=float(target.to_percent),
        decimals=target.decimals,
        schools_count=count,
        position=gap.position,
        gap_points=pd.arrays.FloatingArray(gap.points, gap.empty),
        schools_needed=_whole(gap.needed, gap.empty | gap.unreachable),
        attainable=gap.attainable,
        schools_over=_whole(gap.over, gap.empty),
    )


def _points(count: Counts, total: Counts, edge: float) -> npt.NDArray[np.float64]:
    """Share minus edge in points, divided once so that it is as exact as a float can be."""
    exact = _exact(edge)
    over, under = exact.numerator, exact.denominator
    return (100 * count * under - over * total) / np.maximum(total * under, 1)


def _whole(numbers: Counts, missing: npt.NDArray[np.bool_]) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(numbers, missing)
