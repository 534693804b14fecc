"""What became of each school from one list to the next, as gains and losses of levels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.measure.groups import Flags
from analysis.reference import Directory, Units

# Why a row of a list is not counted, and the step it is.
_SCOPE_STEPS = {"merged": "merged_away", "closed": "merged_away", "other_territory": "boundary"}


@dataclass(frozen=True)
class Fate:
    """What the directory and the crosswalk say of a school that is in one list only."""

    directory: Directory = field(default_factory=Directory)
    units: Units = field(default_factory=Units)

    def went(self, school_id: str, day: dt.date) -> str:
        """Why it is no longer in the list of a day."""
        if self.directory.ended_by(school_id, day):
            return "merged_away"
        return self._elsewhere(school_id, day)

    def came(self, school_id: str, day: dt.date) -> str:
        """Why it was not in the list of an earlier day."""
        began = self.directory.began(school_id)
        return "new" if began and began > day else self._elsewhere(school_id, day)

    def _elsewhere(self, school_id: str, day: dt.date) -> str:
        unit = self.directory.unit_on(school_id, day)
        away = unit and self.units.of_office(unit, day) is False
        return "boundary" if away else "other"


def changes_between(one: pd.DataFrame, other: pd.DataFrame, fate: Fate) -> pd.DataFrame:
    """All changes of two years: school_id, group, level (number), step, schools_count, and whether
    it is a move between two levels in force (`within`)."""
    pair = one.drop(columns="school_year").merge(
        other.drop(columns="school_year"),
        on=["school_id", "copy"],
        how="outer",
        suffixes=("_a", "_b"),
    )
    for name in ("counted_a", "counted_b", "withdrawn_b"):
        pair[name] = pair[name].astype("boolean").fillna(False).astype(bool)
    for name in ("level_a", "level_b"):
        pair[name] = pair[name].fillna(0).astype("int64")
    days = one["as_of"].iloc[0].date(), other["as_of"].iloc[0].date()
    parts = [*_ends(pair), *_of_staying(pair), *_of_others(pair, fate, days)]
    return pd.concat(parts, ignore_index=True)


def _part(
    pair: pd.DataFrame, rows: Any, side: str, step: Any, count: int, *,
    of_group: str = "b", within: Any = False,
) -> pd.DataFrame:  # fmt: skip
    """Changes of some rows: at the level of one `side` ("a", "b"), in the group of `of_group`."""
    return pd.DataFrame(
        {
            "school_id": pair["school_id"],
            "group": pair[f"group_{of_group}"],
            "level": pair[f"level_{side}"],
            "step": step,
            "schools_count": count,
            "within": within,
        }
    )[np.asarray(rows)]


def _ends(pair: pd.DataFrame) -> list[pd.DataFrame]:
    return [
        _part(pair, pair["level_a"] > 0, "a", "start", 1, of_group="a"),
        _part(pair, pair["level_b"] > 0, "b", "end", 1),
    ]


def _of_staying(pair: pd.DataFrame) -> list[pd.DataFrame]:
    """Schools that are counted in both years: first another group, then another level."""
    before, after = pair["level_a"], pair["level_b"]
    stays = pair["counted_a"] & pair["counted_b"]
    moved = stays & (before > 0) & pair["group_a"].ne(pair["group_b"])
    rose = stays & (before > 0) & (after > before)
    lost = stays & (after < before)
    gained = stays & (after > 0) & ((before == 0) | (after < before))
    both = (before > 0) & (after > 0)
    return [
        _part(pair, moved, "a", "boundary", -1, of_group="a"),
        _part(pair, moved, "a", "boundary", 1),
        _part(pair, rose, "a", "upgraded", -1, within=True),
        _part(pair, rose, "b", "upgraded", 1, within=True),
        _part(pair, lost, "a", _why_lost(pair), -1, within=both),
        _part(pair, gained, "b", "new", 1, within=both),
    ]


def _why_lost(pair: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Why a school that is still listed holds its certificate no longer."""
    over = pair["expires_a"] < pair["as_of_b"]
    says_none = pair["state_b"].isin(["not_reached", "not_evaluated"])
    return np.select(
        [pair["withdrawn_b"], pair["state_b"].eq("expired") | over,
         says_none & pair["expires_a"].notna()],
        ["withdrawn", "expired", "withdrawn"],
        "other",
    )  # fmt: skip


def _of_others(pair: pd.DataFrame, fate: Fate, days: tuple[dt.date, dt.date]) -> list[pd.DataFrame]:
    """Schools that are counted in one of the years only."""
    went = (pair["counted_a"] & ~pair["counted_b"] & (pair["level_a"] > 0)).to_numpy()
    came = (pair["counted_b"] & ~pair["counted_a"] & (pair["level_b"] > 0)).to_numpy()
    why_went = _reasons(pair, went, "scope_reason_b", lambda s: fate.went(s, days[1]))
    why_came = _reasons(pair, came, "scope_reason_a", lambda s: fate.came(s, days[0]))
    return [
        _part(pair, went, "a", why_went, -1, of_group="a"),
        _part(pair, came, "b", why_came, 1),
    ]


def _reasons(
    pair: pd.DataFrame, rows: Flags, reason: str, ask: Callable[[str], str]
) -> np.ndarray[Any, Any]:
    """The step of each row that is asked about: by its reason in the other list, where it has a row
    there that is not counted, else by the directory."""
    steps = np.full(len(pair), "", dtype=object)
    for i in np.flatnonzero(rows):
        told = pair[reason].iloc[i]
        in_list = isinstance(told, str) and told
        school_id = pair["school_id"].iloc[i]
        steps[i] = _SCOPE_STEPS.get(told, "other") if in_list else ask(school_id)
    return steps
