"""Every way the words of a target can be read, and whether the verdict depends on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.compare.targets import (
    READINGS,
    compare_to_targets,
    judged_rows,
    no_rows,
    told_columns,
)
from analysis.compare.verdicts import NO_SCHOOLS, NOT_ISSUED, REFERENCE
from analysis.measure import BASES, each_year, evaluated, members
from analysis.reference import Target, TargetSet, read_rules
from analysis.tables import makes

# "Given external evaluation": what the letter of the CQG target says, whatever the result was.
ACTIVITY = "evaluated"


@makes("readings")
def compare_readings(
    held: pd.DataFrame, target_set: TargetSet, *, by: str | None = None
) -> pd.DataFrame:
    """Each part of the targets in every reading and on every base.

    One row per school_year x part x reading x base x group, with the columns of
    `compare_to_targets` and

    - `reading`: "exact" (at this level), "at_least" (or higher), and where the target set shows it
      "evaluated": the schools given external evaluation, of all schools, whatever the result;
    - `base`: eligible, evaluated, all;
    - `in_force`: the reading and base of the target set;
    - `shown`: the words of the document leave this reading and base open (`readings_shown`,
      `bases_shown`). "From level 1" is never read as "exactly level 1";
    - `verdict_depends`: among those shown the verdict of one is not that of another; groups without
      schools say nothing. For reference, where there is no verdict, whether the share itself is
      below the corridor in one and not in another; who tells it says "for reference".

    The readings of the CQG target (89,5% "được đánh giá ngoài để công nhận đạt CQG") are at_least
    on all (recognised of all, in force), evaluated on all (the activity), and at_least on evaluated
    (recognised of those evaluated, near 100% by its nature).

    >>> readings = compare_readings(load_year("2024-2025"))
    >>> readings.query("target_id == 'K2' and shown")["verdict"].tolist()
    ['open', 'met', 'not_met', 'met', 'met', 'met']
    """
    usual = compare_to_targets(held, replace(target_set, parts=_readings(target_set)), by=by)
    activity = [
        _activity(held, part, target_set, by) for part in target_set.parts if _asks_activity(part)
    ]
    rows = pd.concat([usual, *(rows for rows in activity if len(rows))])
    rows = _in_order(rows, target_set)[told_columns("comparison", rows)]
    parts = {part.id: part for part in target_set.parts}
    keys = [*zip(rows["target_id"], rows["reading"], rows["base"], strict=True)]
    in_force = [(reading, base) == _in_force(parts[part]) for part, reading, base in keys]
    shown = [(reading, base) in _shown(parts[part]) for part, reading, base in keys]
    rows = rows.assign(in_force=np.array(in_force, bool), shown=np.array(shown, bool))
    return rows.assign(verdict_depends=_depends(rows)).reset_index(drop=True)


def _readings(target_set: TargetSet) -> tuple[Target, ...]:
    return tuple(
        replace(part, reading=reading, base=base)
        for part in target_set.parts
        for reading in READINGS
        for base in BASES
    )


def _in_force(part: Target) -> tuple[str, str]:
    return part.reading, part.base


def _asks_activity(part: Target) -> bool:
    return ACTIVITY in part.readings_shown


def _shown(part: Target) -> set[tuple[str, str]]:
    """The readings and bases left open; whoever was evaluated is a share of all schools only."""
    usual = {(r, b) for r in part.readings_shown for b in part.bases_shown if r != ACTIVITY}
    return usual | {(ACTIVITY, "all"), _in_force(part)}


def _activity(
    held: pd.DataFrame, part: Target, target_set: TargetSet, by: str | None
) -> pd.DataFrame:
    """The schools given external evaluation, of all schools, against the corridor."""
    rules, only = read_rules(), part.education_levels
    read_so = replace(part, reading=ACTIVITY, base="all")
    rows = []
    for year in each_year(held, part.scheme, by, only=only):
        everyone = members(year.facts, part.scheme, "all", rules, only=only)
        asked = evaluated(year.facts, part.scheme, rules)
        rows.append(judged_rows(year, everyone, asked, read_so, target_set))
    return pd.concat(rows) if rows else no_rows()


def _in_order(rows: pd.DataFrame, target_set: TargetSet) -> pd.DataFrame:
    """By year, then as the document has its parts; the readings of a part stay in their order."""
    places = {part.id: place for place, part in enumerate(target_set.parts)}
    order = pd.DataFrame({"year": rows["school_year"], "part": rows["target_id"].map(places)})
    order = order.reset_index(drop=True).sort_values(["year", "part"])  # stable by several keys
    return rows.iloc[order.index]


def _depends(rows: pd.DataFrame) -> pd.Series:
    share = rows["position"].mask(rows["position"].eq("above"), "within")
    told = rows["verdict"].mask(rows["verdict"].eq(REFERENCE), share)
    told = told.where(rows["shown"] & ~told.isin([NO_SCHOOLS, NOT_ISSUED]))
    groups = [rows[key] for key in ("school_year", "target_id", "group")]
    return told.groupby(groups).transform("nunique").gt(1)
