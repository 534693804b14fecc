"""What would a few schools more, or fewer, make of the targets?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.compare.targets import compare_to_targets, told_columns
from analysis.measure import GROUPINGS, check_choice, members_of
from analysis.reference import SCHEMES, Rules, SuiteError, TargetSet, bare
from analysis.tables import makes

_NO_LEVEL = ("not_reached", "not_evaluated", "expired", "withdrawn", "pending")
_THEN = {"schools_count": "then_count", "schools_total": "then_total"}
_THEN |= {"schools_percent": "then_percent", "verdict": "then_verdict"}


@makes("what_if")
def what_if(
    held: pd.DataFrame,
    *,
    more: int,
    scheme: str,
    level: int = 1,
    from_level: int = 0,
    education_level: str = "",
    unit: str = "",
    ownership: str = "",
    by: str | None = None,
    target_set: TargetSet,
    rules: Rules,
) -> pd.DataFrame:
    """The targets as they are, and as they were if `more` schools held a level of a scheme.

    So many schools that hold no certificate of the scheme (`from_level`: that hold this level) are
    taken to hold `level`; `more` below zero takes it from so many that hold it. They are schools of
    the newest year, of the education level or ownership (code or name) and the unit named,
    that belong to every base for certain; which of them it is makes no difference to a count. The
    other scheme stays as it is.

    One row per part of a target x group: `schools_count` of `schools_total`, `schools_percent`
    (0-100) and `verdict` now; `then_count`, `then_total`, `then_percent`, `then_verdict` then;
    `turns`: the verdict is another one. Raises SuiteError where there are not so many schools.

    >>> year = load_year("2024-2025")
    >>> then = what_if(year, more=-1, scheme="cqg", education_level="MN").set_index("target_id")
    >>> then.loc["Q", ["schools_count", "then_count", "verdict", "then_verdict"]].map(str).tolist()
    ['34', '33', 'met', 'not_met']
    """
    check_choice("scheme", scheme, SCHEMES)
    check_choice("level", str(level), [*map(str, rules.levels(scheme))])
    newest = held[held["school_year"] == held["school_year"].max()].reset_index(drop=True)
    asked = {"education_level": education_level, "unit": unit, "ownership": ownership}
    spelled = {name: rules.spellings.get(name, {}).get(bare(v), v) for name, v in asked.items()}
    of = {name: value for name, value in spelled.items() if value}
    chosen = _chosen(newest, scheme, of, level if more < 0 else from_level)
    if len(chosen) < abs(more):
        facts = {"count": len(chosen), "more": abs(more), "of": ", ".join(of.values()) or "–"}
        raise SuiteError("what_if_too_few", **facts)
    then = _moved(newest, scheme, chosen[: abs(more)], level if more > 0 else from_level)
    now, later = (compare_to_targets(t, target_set, by=by) for t in (newest, then))
    kept = [name for name in told_columns("what_if", now) if name in now]
    table = now[kept].assign(**{new: later[old] for old, new in _THEN.items()})
    table["turns"] = table["verdict"].ne(table["then_verdict"])
    table.attrs["assumed"] = {"scheme": scheme, "level": level, "more": more, "of": of}
    return table


def _chosen(
    held: pd.DataFrame, scheme: str, of: dict[str, str], from_level: int
) -> npt.NDArray[np.intp]:
    """The rows that may be taken: in every base for certain, of the part asked for, at a level that
    is certain."""
    fits = np.ones(len(held), np.bool_)
    for base in ("all", "eligible", "evaluated"):
        members = members_of(held, scheme, base)
        fits &= members.counted & ~members.unsure
    for name in GROUPINGS:
        if name in of:
            check_choice(name, of[name], sorted({*held[name].dropna()}))
            fits &= held[name].eq(of[name]).to_numpy(dtype=bool)
    state = held[f"{scheme}_state"]
    if from_level:
        fits &= held[f"{scheme}_level_held"].eq(from_level).fillna(False).to_numpy(dtype=bool)
        fits &= state.eq("in_force").fillna(False).to_numpy(dtype=bool)
    else:
        fits &= state.isin(_NO_LEVEL).to_numpy(dtype=bool)
    return np.flatnonzero(fits)


def _moved(held: pd.DataFrame, scheme: str, rows: Any, level: int) -> pd.DataFrame:
    """The schools with some of them at a level; 0: without one."""
    moved = held.copy()
    standing = str(level) if level else "not_reached"
    values: dict[str, Any] = {"standing": standing, "state": "in_force" if level else "not_reached"}
    values |= {"level": level or pd.NA, "level_held": level}
    for name, value in values.items():
        moved.loc[rows, f"{scheme}_{name}"] = value
    return moved
