"""How many schools, and out of which, would bring each target within its corridor?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from analysis.compare.corridors import corridor_edges
from analysis.compare.outlook.candidates import list_candidates
from analysis.compare.targets import compare_to_targets
from analysis.measure import ALL, NOT_STATED
from analysis.reference import Rules, Target, TargetSet

_KEPT = [
    *("school_year", "target_id", "label_vi", "label_en", "by", "group"),
    *("schools_count", "schools_total", "position", "schools_needed"),
]
_COLUMNS = [
    *_KEPT,
    *("outcome", "smallest_count", "candidates_count", "candidates", "blocked_count"),
    *("renewals_count", "renewals", "deadline", "for_reference"),
]


def find_smallest_set(
    held: pd.DataFrame,
    target_set: TargetSet,
    *,
    rules: Rules,
    by: str | None = None,
    deadline: dt.date | None = None,
) -> pd.DataFrame:
    """The smallest number of schools that brings each target within its corridor by the deadline.

    One row per school_year x part of a target x group, in the order of `compare_to_targets`:

    - `smallest_count`: so many further schools at the level wanted are enough, and fewer are not;
      missing where no number of candidates does it. A school that joins the base by this
      ("evaluated") is counted in it too;
    - `outcome`: met, above, possible, too_few_candidates (more schools are needed than can still
      make it), not_attainable (no whole number of schools lies in the corridor), no_schools;
    - `candidates_count`, `candidates`: the schools (ids) it can be any of: those without a known
      obstacle in `list_candidates`, where the facts of each stand. They are not ranked, and which
      of them it should be is not for a figure to say (Thông tư 57/2026 Điều 27 khoản 4);
    - `blocked_count`: schools below the level with a known obstacle;
    - `schools_needed`: the gap of `compare_to_targets`, whoever they are;
    - `renewals_count`, `renewals`: schools that count today and must renew before the deadline.

    `deadline`: that of the target set, if not given. After it nothing can be reached any more;
    name a later day to look ahead, for reference.
    """
    day = deadline or target_set.deadline
    compared = compare_to_targets(held, target_set, by=by)
    parts = {part.id: part for part in target_set.parts}
    lists = {i: _grouped(held, p, day, rules, by) for i, p in parts.items()}
    found = [
        _row(row, parts[row["target_id"]], lists[row["target_id"]])
        for row in compared.to_dict("records")
    ]
    table = pd.DataFrame(found, columns=[c for c in _COLUMNS if c not in compared])
    table = compared.join(table).assign(deadline=pd.Timestamp(day))
    return table[_COLUMNS].astype({"smallest_count": "Int64"})


def _grouped(
    held: pd.DataFrame, target: Target, day: dt.date, rules: Rules, by: str | None
) -> dict[tuple[str, str], pd.DataFrame]:
    """The candidates of each year and group, and of all groups together."""
    rows = list_candidates(held, target, deadline=day, rules=rules)
    total = rows.assign(group=ALL)
    if by is not None:
        stated = rows[by].notna() & rows[by].ne("")
        total = pd.concat([rows.assign(group=rows[by].where(stated, NOT_STATED)), total])
    return {(str(y), str(g)): of for (y, g), of in total.groupby(["school_year", "group"])}


def _row(
    row: dict[Any, Any], target: Target, lists: dict[tuple[str, str], pd.DataFrame]
) -> dict[str, Any]:
    """What can be said of one group."""
    rows = lists.get((row["school_year"], row["group"]))
    if rows is None:
        rows = pd.DataFrame(columns=["role", "can_reach", "in_base", "school_id"])
    gain, can = rows["role"] == "gain", rows["can_reach"].astype(bool)
    able, keep = rows[gain & can], rows[~gain]
    inside = int(able["in_base"].astype(bool).sum())
    smallest = _smallest(row, target, inside, len(able) - inside)
    return {
        "outcome": _outcome(row, smallest),
        "smallest_count": smallest,
        "candidates_count": len(able),
        "candidates": tuple(able["school_id"]),
        "blocked_count": int((gain & ~can).sum()),
        "renewals_count": len(keep),
        "renewals": tuple(keep["school_id"]),
    }


def _smallest(row: dict[Any, Any], target: Target, inside: int, outside: int) -> int | None:
    """The least number of candidates that is enough; `outside` ones enlarge the base as they join.

    If j of them join, m schools in all do when lowest <= count + m <= highest of the larger base,
    and m is at least j and at most j more than there are inside.
    """
    if row["position"] == "no_schools":
        return None
    if row["position"] != "below":
        return 0
    joining = np.arange(outside + 1)
    lowest, highest = corridor_edges(row["schools_total"] + joining, target)
    least = np.maximum(lowest - row["schools_count"], joining)
    fits = (least <= highest - row["schools_count"]) & (least <= inside + joining)
    return int(least[fits].min()) if fits.any() else None


def _outcome(row: dict[Any, Any], smallest: int | None) -> str:
    if row["position"] != "below":
        return {"within": "met"}.get(row["position"], row["position"])
    if smallest is not None:
        return "possible"
    return "too_few_candidates" if row["attainable"] else "not_attainable"
