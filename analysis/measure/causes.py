"""Why a school stands otherwise than a year before: one word for each school of two lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.measure.counting import Flags
from analysis.measure.pairs import ABSENT, COUNTED, OUTSIDE, SET_ASIDE
from analysis.status import UNCLEAR

# What became of a school between two lists, see `list_moves`.
MOVES = (
    *("first_recognised", "raised", "renewed", "entered_late", "unchanged", "lowered", "expired"),
    *("withdrawn", "became_clear", "became_unclear", "entered", "left", "reopened", "merged_away"),
    *("set_aside", "other"),
)
# Why the row of a school on the list is not counted, where that says that the school is no more.
_GONE = ("merged", "closed")
_ENDED = ("withdrawn", "expired")
_SAYS_NONE = ("not_reached", "not_evaluated")


def moves_of(pair: pd.DataFrame) -> np.ndarray[Any, Any]:
    """The word for each school of a pair of lists (`Lists.pair`)."""
    a, b = pair["place_a"], pair["place_b"]
    conditions = [
        a.eq(SET_ASIDE) | b.eq(SET_ASIDE),
        a.eq(ABSENT),
        b.eq(ABSENT),
        a.eq(OUTSIDE) & pair["scope_reason_a"].isin(_GONE) & b.eq(COUNTED),
        b.eq(OUTSIDE) & pair["scope_reason_b"].isin(_GONE) & a.eq(COUNTED),
        a.eq(COUNTED) & b.eq(COUNTED),
    ]
    words: list[Any] = ["set_aside", "entered", "left", "reopened", "merged_away"]
    words.append(_of_counted(pair))
    return np.select(conditions, words, "other")


def _of_counted(pair: pd.DataFrame) -> np.ndarray[Any, Any]:
    """The word for a school that is counted in both years."""
    was, now = pair["level_a"], pair["level_b"]
    vague, vague_now = (pair[f"state_{side}"].isin(UNCLEAR) for side in "ab")
    same = pair["standing_a"].eq(pair["standing_b"])
    conditions = [
        vague & vague_now & same,
        vague & vague_now,
        vague,
        vague_now,
        now.gt(0) & was.gt(0),
        now.gt(0),
        was.gt(0),
        same,
    ]
    words: list[Any] = ["unchanged", "other", "became_clear", "became_unclear"]
    words += [_between_levels(pair), _gained(pair), _lost(pair), "unchanged"]
    return np.select(conditions, words, "other")


def _between_levels(pair: pd.DataFrame) -> np.ndarray[Any, Any]:
    """In force in both years. One certificate at two levels is a fault of one of the lists.
    Recognised without a level is the lowest standing that counts: a level that is stated later
    only, or no longer, is no rise and no fall."""
    was, now = pair["level_a"], pair["level_b"]
    known, late, newer = (was > 1) & (now > 1), is_late(pair), is_newer(pair)
    return np.select(
        [known & was.ne(now) & is_same(pair), known & (now > was) & late, known & (now > was),
         known & (now < was), newer & late, newer, was == now, was == 1],
        ["other", "entered_late", "raised", "lowered", "entered_late", "renewed", "unchanged",
         "became_clear"],
        "became_unclear",
    )  # fmt: skip


def _gained(pair: pd.DataFrame) -> np.ndarray[Any, Any]:
    """In force now, and not before. The list of the first year says of the very certificate that
    it holds no longer: then it is the lists that differ, not the school."""
    again = pair["state_a"].isin(_ENDED) | pair["before"]
    return np.select(
        [is_same(pair), is_late(pair), again],
        ["other", "entered_late", "renewed"],
        "first_recognised",
    )


def _lost(pair: pd.DataFrame) -> np.ndarray[Any, Any]:
    """In force before, and not now: what the list says, else what its last day says. No certificate
    any more although its last day has not come: it was withdrawn. A school that asks for a new one
    may hold the old one still."""
    none = pair["state_b"].isin(_SAYS_NONE)
    return np.select(
        [pair["state_b"].isin(_ENDED), has_ended(pair), none & pair["expires_a"].notna()],
        [pair["state_b"], "expired", "withdrawn"],
        "other",
    )


def has_ended(pair: pd.DataFrame) -> Flags:
    """The certificate of the first year ended before the day of the second."""
    return (pair["expires_a"] < pair["as_of_b"]).to_numpy(dtype=bool)


def is_late(pair: pd.DataFrame) -> Flags:
    """The certificate of the second year was signed by the day of the first, whose list did not
    show it."""
    return (pair["last_b"] <= pair["as_of_a"]).to_numpy(dtype=bool) & ~is_same(pair)


def is_newer(pair: pd.DataFrame) -> Flags:
    """Another certificate than in the first year, signed later; where a day is missing, by another
    number."""
    later = pair["first_b"] > pair["last_a"]
    undated = pair["first_b"].isna() | pair["last_a"].isna()
    numbers = pair["decision_a"].ne("") & pair["decision_b"].ne("")
    return (later | (undated & numbers)).to_numpy(dtype=bool) & ~is_same(pair)


def is_same(pair: pd.DataFrame) -> Flags:
    """The same certificate in both years: the same number in one year (numbers start anew each
    year), or, where one of them has no number, the same day."""
    one, other = pair["decision_a"], pair["decision_b"]
    alike = one.eq(other) & one.ne("")
    years = pair["first_a"].dt.year, pair["last_b"].dt.year
    unlike = years[0].ne(years[1]) & years[0].notna() & years[1].notna()
    days = (pair["first_a"] <= pair["last_b"]) & (pair["first_b"] <= pair["last_a"])
    unnumbered = one.eq("") | other.eq("")
    return ((alike & ~unlike) | (unnumbered & days)).to_numpy(dtype=bool)
