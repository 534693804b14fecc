"""What became of each school from one list to the next, as gains and losses of levels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.measure.causes import has_ended, is_late, moves_of
from analysis.measure.counting import NOT_STATED
from analysis.measure.pairs import COUNTED, OUTSIDE, SET_ASIDE
from analysis.reference import Directory, Units

# The steps of a bridge in their order: what adds, what takes away, what may do either.
STEPS = (
    "start", "first_recognised", "renewed", "upgraded", "entered_late", "reopened",
    "unclear_before", "unclear_now", "expired", "withdrawn", "merged_away", "education_level",
    "ownership", "boundary", "set_aside", "other", "end",
)  # fmt: skip
# The step of a move, where it has another name.
_STEP_OF = {
    "raised": "upgraded",
    "became_clear": "unclear_before",
    "became_unclear": "unclear_now",
}
# Why a school on the list is not counted, and the step that is: by its reason before, and now.
_CAME = {"merged": "reopened", "closed": "reopened", "other_territory": "boundary"}
_WENT = {"merged": "merged_away", "closed": "merged_away", "other_territory": "boundary"}
# What a school changed that is in another group.
_REGROUPED = {"education_level": "education_level", "ownership": "ownership", "unit": "boundary"}


@dataclass(frozen=True)
class Fate:
    """What the directory and the crosswalk say of a school that is in one list only."""

    directory: Directory = field(default_factory=Directory)
    units: Units = field(default_factory=Units)

    def went(self, school_id: str, day: dt.date) -> str:
        """Why it is no longer in the list of a day; "" where nothing says."""
        if self.directory.ended_by(school_id, day):
            return "merged_away"
        return self._elsewhere(school_id, day)

    def came(self, school_id: str, day: dt.date) -> str:
        """Why it was not in the list of an earlier day: "founded" since, or elsewhere; "" where
        nothing says."""
        began = self.directory.began(school_id)
        return "founded" if began and began > day else self._elsewhere(school_id, day)

    def _elsewhere(self, school_id: str, day: dt.date) -> str:
        unit = self.directory.unit_on(school_id, day)
        away = unit and self.units.of_office(unit, day) is False
        return "boundary" if away else ""


def changes_between(pair: pd.DataFrame, by: str | None, fate: Fate) -> pd.DataFrame:
    """All changes of two years (`Lists.pair`): school_id, group, level (number), step,
    schools_count, and whether it is a move between two levels in force (`within`)."""
    parts = [*_ends(pair), *_regrouped(pair, by), *_of_staying(pair), *_of_others(pair, fate)]
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


def _stays(pair: pd.DataFrame) -> pd.Series[bool]:
    return pair["place_a"].eq(COUNTED) & pair["place_b"].eq(COUNTED)


def _regrouped(pair: pd.DataFrame, by: str | None) -> list[pd.DataFrame]:
    """Schools in force that are in another group now, or whose group was or is not known."""
    moved = _stays(pair) & (pair["level_a"] > 0) & pair["group_a"].ne(pair["group_b"])
    step = np.select(
        [pair["group_a"].eq(NOT_STATED), pair["group_b"].eq(NOT_STATED)],
        ["unclear_before", "unclear_now"],
        _REGROUPED.get(by or "", "boundary"),
    )
    return [
        _part(pair, moved, "a", step, -1, of_group="a"),
        _part(pair, moved, "a", step, 1),
    ]


def _of_staying(pair: pd.DataFrame) -> list[pd.DataFrame]:
    """Schools that are counted in both years: from one level to another, in the group of now."""
    before, after = pair["level_a"], pair["level_b"]
    stays, within = _stays(pair), (before > 0) & (after > 0)
    lost, gained = (_steps_of_staying(pair, lowered) for lowered in ("expired", "renewed"))
    return [
        _part(pair, stays & (before > 0) & before.ne(after), "a", lost, -1, within=within),
        _part(pair, stays & (after > 0) & before.ne(after), "b", gained, 1, within=within),
    ]


def _steps_of_staying(pair: pd.DataFrame, lowered: str) -> np.ndarray[Any, Any]:
    """The step of each move. At a lower level now: the higher one ended, and a lower certificate
    came after it; or that is not what happened, and nothing says why."""
    moves = moves_of(pair)
    steps = pd.Series(moves).replace(_STEP_OF).to_numpy(dtype=object)
    ended = np.where(has_ended(pair) & ~is_late(pair), lowered, "other")
    return np.where(moves == "lowered", ended, steps)


def _of_others(pair: pd.DataFrame, fate: Fate) -> list[pd.DataFrame]:
    """Schools that are counted in one of the years only."""
    a, b = (pair[f"place_{side}"].eq(COUNTED) for side in "ab")
    days = [pair[f"as_of_{side}"].iloc[0] if len(pair) else pd.Timestamp(0) for side in "ab"]
    went, came = a & ~b & (pair["level_a"] > 0), b & ~a & (pair["level_b"] > 0)
    why_went = _reasons(pair, went, "b", _WENT, lambda s: fate.went(s, days[1].date()))
    why_came = _reasons(pair, came, "a", _CAME, lambda s: fate.came(s, days[0].date()))
    return [
        _part(pair, went, "a", why_went, -1, of_group="a"),
        _part(pair, came, "b", _began(pair, why_came), 1),
    ]


def _reasons(
    pair: pd.DataFrame, rows: Any, side: str, told: dict[str, str], ask: Callable[[str], str]
) -> np.ndarray[Any, Any]:
    """The step of each row that is asked about: by its reason in the other list, where it is there
    and not counted, else by the directory; "" where nothing says."""
    place, reason = pair[f"place_{side}"], pair[f"scope_reason_{side}"]
    steps = np.full(len(pair), "", dtype=object)
    for i in np.flatnonzero(rows):
        if place.iloc[i] == OUTSIDE:
            why = reason.iloc[i]
            steps[i] = told.get(why, "other") if why else "education_level"
        else:
            aside = "set_aside" if place.iloc[i] == SET_ASIDE else ""
            steps[i] = ask(pair["school_id"].iloc[i]) or aside
    return np.where(steps == "", "other", steps) if side == "b" else steps


def _began(pair: pd.DataFrame, why: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """How a school that is counted only now comes by its certificate, where its list does not say:
    a school founded since has its first one, unless that is older than the school."""
    late = is_late(pair)
    founded = why == "founded"
    conditions = [founded & late, founded, why != "", late, pair["before"].to_numpy(dtype=bool)]
    return np.select(conditions, ["other", "first_recognised", why, "entered_late", "renewed"],
                     "other")  # fmt: skip
