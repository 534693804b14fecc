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
    "start", "first_recognised", "renewed", "upgraded", "entered_late", "reopened", "merged_in",
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
_CAME = {"merged": "reopened", "closed": "reopened", "other_territory": "boundary", "base": "base"}
_WENT = {"merged": "merged_away", "closed": "merged_away", "other_territory": "boundary"} | {
    "base": "base"
}
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
        founded = self.founded(school_id) > day
        return "founded" if founded else self._elsewhere(school_id, day)

    def founded(self, school_id: str) -> dt.date:
        """The first day of a school, `date.min` where that is not known."""
        return self.directory.began(school_id) or dt.date.min

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


def stays(pair: pd.DataFrame) -> pd.Series[bool]:
    """The schools that are counted in both years."""
    return pair["place_a"].eq(COUNTED) & pair["place_b"].eq(COUNTED)


def _regrouped(pair: pd.DataFrame, by: str | None) -> list[pd.DataFrame]:
    """Schools in force that are in another group now, or whose group was or is not known."""
    moved, step = other_group(pair, by)
    moved = moved & (pair["level_a"] > 0)
    return [
        _part(pair, moved, "a", step, -1, of_group="a"),
        _part(pair, moved, "a", step, 1),
    ]


def other_group(pair: pd.DataFrame, by: str | None) -> tuple[pd.Series[bool], Any]:
    """The schools that are in another group now, and the step that is."""
    step = np.select(
        [pair["group_a"].eq(NOT_STATED), pair["group_b"].eq(NOT_STATED)],
        ["unclear_before", "unclear_now"],
        _REGROUPED.get(by or "", "boundary"),
    )
    return stays(pair) & pair["group_a"].ne(pair["group_b"]), step


def _of_staying(pair: pd.DataFrame) -> list[pd.DataFrame]:
    """Schools that are counted in both years: from one level to another, in the group of now."""
    before, after = pair["level_a"], pair["level_b"]
    both, within = stays(pair), (before > 0) & (after > 0)
    lost, gained = (steps_of_staying(pair, lowered) for lowered in ("expired", "renewed"))
    return [
        _part(pair, both & (before > 0) & before.ne(after), "a", lost, -1, within=within),
        _part(pair, both & (after > 0) & before.ne(after), "b", gained, 1, within=within),
    ]


def steps_of_staying(pair: pd.DataFrame, lowered: str) -> np.ndarray[Any, Any]:
    """The step of each move. At a lower level now: the higher one ended, and a lower certificate
    came after it; or that is not what happened, and nothing says why."""
    moves = moves_of(pair)
    steps = pd.Series(moves).replace(_STEP_OF).to_numpy(dtype=object)
    ended = np.where(has_ended(pair) & ~is_late(pair), lowered, "other")
    return np.where(moves == "lowered", ended, steps)


def _of_others(pair: pd.DataFrame, fate: Fate) -> list[pd.DataFrame]:
    """Schools that are counted in one of the years only."""
    went, why_went = gone(pair, fate, pair["level_a"] > 0)
    came, why_came = new(pair, fate, pair["level_b"] > 0)
    return [
        _part(pair, went, "a", why_went, -1, of_group="a"),
        _part(pair, came, "b", certified(pair, why_came, fate), 1),
    ]


def gone(pair: pd.DataFrame, fate: Fate, some: Any) -> tuple[pd.Series[bool], Any]:
    """Some of the schools that are counted in the first year only, and why."""
    went = pair["place_a"].eq(COUNTED) & ~pair["place_b"].eq(COUNTED) & some
    day = pair["as_of_b"].iloc[0].date() if len(pair) else dt.date.min
    return went, _reasons(pair, went, "b", _WENT, lambda s: fate.went(s, day))


def new(pair: pd.DataFrame, fate: Fate, some: Any) -> tuple[pd.Series[bool], Any]:
    """Some of the schools that are counted in the second year only, and why: "founded" since, or a
    step; "" where nothing says."""
    came = pair["place_b"].eq(COUNTED) & ~pair["place_a"].eq(COUNTED) & some
    day = pair["as_of_a"].iloc[0].date() if len(pair) else dt.date.min
    return came, _reasons(pair, came, "a", _CAME, lambda s: fate.came(s, day))


def _reasons(
    pair: pd.DataFrame, rows: Any, side: str, told: dict[str, str], ask: Callable[[str], str]
) -> np.ndarray[Any, Any]:
    """The step of each row that is asked about: by its reason in the other list, where it is there
    and not counted, else by the directory; "" where nothing says."""
    names = (f"place_{side}", f"scope_reason_{side}", "school_id")
    place, reason, ids = (pair[name].to_numpy(dtype=object) for name in names)
    steps = np.full(len(pair), "", dtype=object)
    for i in np.flatnonzero(rows):
        if place[i] == OUTSIDE:
            why = reason[i]
            steps[i] = told.get(why, "other") if why else "education_level"
        else:
            aside = "set_aside" if place[i] == SET_ASIDE else ""
            steps[i] = ask(ids[i]) or aside
    return np.where(steps == "", "other", steps) if side == "b" else steps


def certified(pair: pd.DataFrame, why: np.ndarray[Any, Any], fate: Fate) -> np.ndarray[Any, Any]:
    """How a school that is counted only now comes by its certificate, where its list does not say:
    a school founded since has its first one, unless that is older than the school: then it is one
    of those it was made of."""
    founded, late = why == "founded", is_late(pair)
    older, made = np.zeros(len(pair), np.bool_), np.zeros(len(pair), np.bool_)
    ids, signed = pair["school_id"].to_numpy(dtype=object), pair["last_b"].to_numpy("datetime64[D]")
    for i in np.flatnonzero(founded):
        older[i] = signed[i] < np.datetime64(fate.founded(ids[i]))
        made[i] = bool(fate.directory.predecessors(ids[i]))
    conditions = [older & made, older, founded, why != "", late,
                  pair["before"].to_numpy(dtype=bool)]  # fmt: skip
    return np.select(conditions, ["merged_in", "other", "first_recognised", why, "entered_late",
                     "renewed"], "other")  # fmt: skip
