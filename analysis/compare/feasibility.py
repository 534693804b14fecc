"""Can a corridor be met at all with so many schools?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.compare.corridors import attainable_counts, wanted_shares
from analysis.compare.targets import asked_of_some, compare_to_targets, told_columns
from analysis.compare.verdicts import NOT_ISSUED, REFERENCE
from analysis.reference import Target, TargetSet
from analysis.tables import columns_of, known


def check_feasibility(
    target_set: Any, totals: Mapping[str, int] | pd.DataFrame | None = None
) -> pd.DataFrame:
    """Which numbers of schools lie in each corridor, before any school is counted.

    Of a school year or register: of its schools by education level. Of a target set: `totals` says
    how many schools there are: by group ({"MN": 9, "all": 38}), or a table of
    `compare_to_targets`, in which each target has its own base (of several years the last counts).

    One row per part of a target x group:

    - `attainable`: some whole number of schools lies in the corridor;
    - `lowest_count`, `highest_count`, `lowest_percent`, `highest_percent` (0-100): from where to
      where; missing where nothing lies in it;
    - `under_count`, `under_percent`, `over_count`, `over_percent`: the nearest numbers outside it,
      missing where there is none. Of 9 schools nothing is 5-8%: none is 0,0%, one is 11,1%.

    A part about some education levels has one row, for their schools together.

    >>> fits = check_feasibility(load_year("2024-2025")).set_index(["target_id", "group"])
    >>> fits.loc[("K3", "MN"), ["attainable", "under_percent"]].map(str).tolist()
    ['False', '0.0']
    """
    target_set, totals, year = counted(target_set, totals)
    told = of_last_year(totals) if isinstance(totals, pd.DataFrame) else totals
    rows = [
        _row(part, group, total)
        for part in target_set.parts
        for group, total in _totals(part, told).items()
        if total > 0
    ]
    counts = {column: "Int64" for column in columns_of("feasibility") if column.endswith("_count")}
    shares = {
        column: "Float64" for column in columns_of("feasibility") if column.endswith("_percent")
    }
    columns = told_columns("feasibility", pd.DataFrame(rows))
    table = pd.DataFrame(rows, columns=columns).astype(counts | shares)
    if isinstance(told, pd.DataFrame):
        table.attrs["for_reference"] = bool(told["verdict"].eq(REFERENCE).any())
    return known(table, "feasibility", year)


def counted(source: Any, totals: Any) -> tuple[TargetSet, Any, Any]:
    """The targets, how many schools there are, and where office and language come from: of a school
    year its own, by education level; else as they are given."""
    if hasattr(source, "held"):
        totals = compare_to_targets(source, by="education_level") if totals is None else totals
        return source.targets, totals, source
    return source, totals, totals if isinstance(totals, pd.DataFrame) else None


def of_last_year(comparison: pd.DataFrame) -> pd.DataFrame:
    """The rows of the newest year of a table of `compare_to_targets`, without those of certificates
    that are not issued any more: there is nothing to attain."""
    years = comparison["school_year"]
    return comparison[years.eq(years.max()) & comparison["verdict"].ne(NOT_ISSUED)]


def _totals(part: Target, totals: Mapping[str, int] | pd.DataFrame) -> dict[str, int]:
    """The schools a part is about, by group."""
    if isinstance(totals, pd.DataFrame):
        rows = totals[totals["target_id"] == part.id]
        return dict(zip(rows["group"].astype(str), map(int, rows["schools_total"]), strict=True))
    if not part.education_levels:
        return dict(totals)
    asked = [totals[level] for level in part.education_levels if level in totals]
    return {" + ".join(part.education_levels): sum(asked)} if asked else {}


def _row(part: Target, group: str, total: int) -> dict[str, Any]:
    within = attainable_counts(total, part)
    low, high = wanted_shares(np.array([total]), part)
    return {
        "target_id": part.id,
        "label_vi": part.label_vi,
        "label_en": part.label_en,
        "group": group,
        "schools_total": total,
        "target_from": float(low[0]),
        "target_to": float(high[0]),
        **asked_of_some(part),
        "decimals": part.decimals,
        "attainable": bool(within),
        **_count("lowest", within.start if within else -1, total),
        **_count("highest", within.stop - 1 if within else -1, total),
        **_count("under", within.start - 1, total),
        **_count("over", within.stop, total),
    }


def _count(name: str, count: int, total: int) -> dict[str, Any]:
    """A count and its share; nothing where there is no such number of schools."""
    there = 0 <= count <= total
    return {
        f"{name}_count": count if there else None,
        f"{name}_percent": 100 * count / total if there else None,
    }
