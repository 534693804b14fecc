"""How many schools, and out of which, would bring each target within its corridor?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from analysis.compare.corridors import corridor_edges
from analysis.compare.outlook.candidates import list_candidates
from analysis.compare.targets import compare_to_targets
from analysis.compare.verdicts import NOT_ISSUED, OPEN, REFERENCE
from analysis.measure import ALL, groups_of
from analysis.reference import Rules, Target, TargetSet
from analysis.tables import columns_of, makes

_KEPT = [
    *("school_year", "target_id", "label_vi", "label_en", "by", "group"),
    *("schools_count", "schools_total", "verdict", "position", "needed_least", "schools_needed"),
]


@makes("smallest_set")
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

    - `smallest_count`: so many further schools at the level wanted are enough, and fewer are not,
      with everything as it is stated: what is unclear does not count. Missing where no number of
      candidates does it, and where it is open whether any is needed. A school that joins the base
      by this ("evaluated") is counted in it too;
    - `outcome`: met, above, possible, too_few_candidates (more schools are needed than can still
      make it), not_attainable (no whole number of schools lies in the corridor), no_schools; where
      the `verdict` is open, reference or not_issued, that. For reference the number is what the
      share itself would need; of what is not issued any more none is needed;
    - `candidates_count`, `candidates`: the schools (ids) it can be any of: those without a known
      obstacle in `list_candidates`, where the facts of each stand. They are not ranked, and which
      of them it should be is not for a figure to say (Thông tư 57/2026 Điều 27 khoản 4);
    - `blocked_count`: schools below the level with a known obstacle;
    - `needed_least`, `schools_needed`: the gap of `compare_to_targets`, whoever they are;
    - `renewals_count`, `renewals`: schools that count today and must renew before the deadline.

    `deadline`: that of the target set, if not given. After it nothing can be reached any more;
    name a later day to look ahead, for reference.

    >>> find_smallest_set(load_year("2024-2025")).set_index("target_id").loc["K1", "outcome"]
    'too_few_candidates'
    """
    day = deadline or target_set.deadline
    compared = compare_to_targets(held, target_set, by=by)
    parts = []
    for target in target_set.parts:
        rows = compared[compared["target_id"] == target.id]
        lists = list_candidates(held, target, deadline=day, rules=rules)
        parts.append(_with_sets(rows, target, _by_group(lists, by)))
    if not parts:
        return pd.DataFrame(columns=columns_of("smallest_set"))
    table = pd.concat(parts).sort_index().assign(deadline=pd.Timestamp(day))
    return table[columns_of("smallest_set")].astype({"smallest_count": "Int64"})


def _by_group(lists: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """What the candidates of each year and group come to, and those of all groups together."""
    rows = lists.assign(group=ALL)
    if by is not None:
        rows = pd.concat([lists.assign(group=groups_of(lists, by)[0]), rows])
    gain, can = rows["role"] == "gain", rows["can_reach"]
    keys = ["school_year", "group"]
    able, keep = (rows[which].groupby(keys)["school_id"] for which in (gain & can, gain.eq(False)))
    return pd.DataFrame(
        {
            "candidates": able.agg(tuple),
            "candidates_count": able.size(),
            "inside": rows[gain & can & rows["in_base"]].groupby(keys).size(),
            "blocked_count": rows[gain & ~can].groupby(keys).size(),
            "renewals": keep.agg(tuple),
            "renewals_count": keep.size(),
        }
    )


def _with_sets(rows: pd.DataFrame, target: Target, found: pd.DataFrame) -> pd.DataFrame:
    """The compared rows of one target, with what its candidates can do."""
    names = pd.MultiIndex.from_frame(rows[["school_year", "group"]].astype("str"))
    found = found.reindex(names).set_axis(rows.index)
    for name in found:
        is_list = name in ("candidates", "renewals")
        values = [((() if is_list else 0) if _missing(v) else v) for v in found[name]]
        found[name] = pd.Series(values, found.index, dtype=object if is_list else "int64")
    smallest = [
        _smallest(row, target, row["inside"], row["candidates_count"] - row["inside"])
        for row in rows.join(found).to_dict("records")
    ]
    told = zip(rows["verdict"], rows["position"], rows["attainable"], smallest, strict=True)
    outcome = [_outcome(*row) for row in told]
    return rows.join(found).assign(
        smallest_count=pd.array(smallest, dtype="Int64"), outcome=pd.array(outcome, dtype="str")
    )


def _missing(value: object) -> bool:
    return not isinstance(value, tuple) and value != value


def _smallest(row: dict[Any, Any], target: Target, inside: int, outside: int) -> int | None:
    """The least number of candidates that is enough; `outside` ones enlarge the base as they join.

    If j of them join, m schools in all do when lowest <= count + m <= highest of the larger base,
    and m is at least j and at most j more than there are inside.
    """
    if row["verdict"] in (OPEN, NOT_ISSUED) or row["position"] == "no_schools":
        return None
    if row["position"] != "below":
        return 0 if row["attainable"] else None
    joining = np.arange(outside + 1)
    lowest, highest = corridor_edges(row["schools_total"] + joining, target)
    least = np.maximum(lowest - row["schools_count"], joining)
    fits = (least <= highest - row["schools_count"]) & (least <= inside + joining)
    return int(least[fits].min()) if fits.any() else None


def _outcome(verdict: str, position: str, attainable: bool, smallest: int | None) -> str:
    if verdict in (OPEN, NOT_ISSUED):
        return verdict
    if position == "no_schools":
        return position
    if verdict == REFERENCE:
        return verdict
    if smallest is None:
        return "too_few_candidates" if attainable else "not_attainable"
    return {"below": "possible", "within": "met"}.get(position, position)
