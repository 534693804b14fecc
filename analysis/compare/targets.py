"""Shares of schools against the corridors of a target set, in points and in schools."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.compare.corridors import Counts, corridor_edges, points_from
from analysis.measure import BASES, check_choice, count_kept_out, measure_levels, share_bounds
from analysis.reference import Rules, SuiteError, Target, TargetSet

Flags = npt.NDArray[np.bool_]

# The columns of a measured table that hold what each reading counts.
_READINGS = {"exact": "schools", "at_least": "reached"}

COLUMNS = [
    *("school_year", "target_id", "label_vi", "label_en"),
    *("scheme", "level", "reading", "base", "by", "group"),
    *("target_from", "target_to", "decimals", "schools_count", "schools_total", "schools_percent"),
    *("position", "gap_points", "schools_needed", "attainable", "schools_over", "for_reference"),
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
    - `schools_over`: how many schools the count is above the corridor; 0 unless above;
    - `for_reference`: judged after the last day the targets are for; no verdict then.

    A part that names education levels is about the schools of these only. Where a group has no
    schools there is nothing to say: gap and schools are missing.

    With `kept_out` (the rows set aside) also `set_aside_count`, how far they could move the share
    (`percent_low`, `percent_high`), and `verdict_open`: they could change the position.

    >>> year = load_year("2024-2025")
    >>> compared = compare_to_targets(year.schools, year.targets).set_index("target_id")
    >>> compared.loc["Q", ["schools_count", "schools_total", "position"]].map(str).tolist()
    ['32', '36', 'below']
    """

    @cache
    def levels(scheme: str, base: str, education_levels: tuple[str, ...]) -> pd.DataFrame:
        return measure_levels(limited(held, education_levels), scheme=scheme, by=by, base=base)

    parts = []
    for target in target_set.parts:
        measured = levels(target.scheme, target.base, target.education_levels)
        rows = compare_counts(at_level(measured, target), target)
        parts.append(rows if kept_out is None else _with_bounds(rows, target, kept_out))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    rows = marked_reference(pd.concat(parts, ignore_index=True), held, target_set)
    columns = COLUMNS if kept_out is None else [*COLUMNS, *_BOUNDS]
    return rows[columns].sort_values("school_year", kind="stable", ignore_index=True)


def check_target(target: Target, rules: Rules) -> None:
    """Stop at a reading, base or level there is not."""
    check_choice("reading", target.reading, list(_READINGS))
    check_choice("base", target.base, BASES)
    if target.level not in rules.levels(target.scheme):
        raise SuiteError("target_level", target=target.id, scheme=target.scheme, level=target.level)


def limited(held: pd.DataFrame, education_levels: tuple[str, ...]) -> pd.DataFrame:
    """The schools a target is about; the others stay in the table, out of scope."""
    if not education_levels:
        return held
    asked = held["education_level"].isin(education_levels)
    return held.assign(in_scope=held["in_scope"].astype("boolean").fillna(False) & asked)


def marked_reference(rows: pd.DataFrame, held: pd.DataFrame, target_set: TargetSet) -> pd.DataFrame:
    """With `for_reference`: the year is judged on a day after the last one of the targets."""
    days = held.groupby("school_year")["as_of"].max()
    late = set(days.index[days > pd.Timestamp(target_set.last_day)])
    return rows.assign(for_reference=rows["school_year"].isin(late))


def _with_bounds(rows: pd.DataFrame, target: Target, kept_out: pd.DataFrame) -> pd.DataFrame:
    """What the rows set aside could change: all of them counted, none or all of them reaching."""
    if target.education_levels:
        kept_out = kept_out[kept_out["education_level"].isin([*target.education_levels, ""])]
    missing = count_kept_out(rows, kept_out)
    low, high = share_bounds(rows["schools_count"], rows["schools_total"], missing)
    count = rows["schools_count"].to_numpy(dtype=np.int64)
    more = missing.to_numpy(dtype=np.int64)
    total = rows["schools_total"].to_numpy(dtype=np.int64) + more
    lowest, highest = corridor_edges(total, target)
    now = rows["position"].map({"below": -1, "within": 0, "above": 1}).fillna(2).to_numpy()
    ends = [np.where(k < lowest, -1, np.where(k > highest, 1, 0)) for k in (count, count + more)]
    is_open = (more > 0) & ((ends[0] != now) | (ends[1] != now))
    return rows.assign(
        set_aside_count=missing, percent_low=low, percent_high=high, verdict_open=is_open
    )


def at_level(levels: pd.DataFrame, target: Target) -> pd.DataFrame:
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
    lowest, highest = corridor_edges(total, target)
    empty = total == 0
    below, above = count < lowest, count > highest
    distances = [points_from(count, total, p) for p in (target.from_percent, target.to_percent)]
    return Gap(
        np.select([empty, below, above], ["no_schools", "below", "above"], "within"),
        np.select([empty, below, above], [0.0, *distances], 0.0),
        np.maximum(lowest - count, 0),
        np.maximum(count - highest, 0),
        (lowest <= highest) & ~empty,
        empty,
    )


def compare_counts(rows: pd.DataFrame, target: Target) -> pd.DataFrame:
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


def _whole(numbers: Counts, missing: npt.NDArray[np.bool_]) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(numbers, missing)
