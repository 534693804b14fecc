"""What holds on a day of what is stated, on plain arrays: no table is needed to judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.reference import Rules, SuiteError

Days = npt.NDArray[np.datetime64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_NO_DAY = np.datetime64("NaT", "D")

# From the least to the most that can be said of a school. A state is its place in this list; -1
# where no list of the year has a column for the scheme.
STATES = (
    *("in_doubt", "not_stated", "not_evaluated", "pending", "not_reached", "withdrawn", "expired"),
    *("level_unknown", "in_force"),
)
UNCLEAR = ("in_doubt", "not_stated")
_IN_DOUBT, _NOT_STATED, *_, _EXPIRED, _LEVEL_UNKNOWN, _IN_FORCE = range(len(STATES))
# What a source says, and the state it is until dates tell otherwise.
_RESULTS = {state: place for place, state in enumerate(STATES[:_IN_FORCE])}
_RESULTS["recognised"] = _IN_FORCE


class Stated(NamedTuple):
    """What rows state of one scheme: the result as a place in STATES (-1: the year states none),
    the level (0: none), the day of signing, the rows in which only its month, its year or its
    school year is stated, and the printed expiry."""

    result: Codes
    level: Codes
    signed: Days
    month_only: Flags
    year_only: Flags
    school_year_only: Flags
    printed: Days


class Judged(NamedTuple):
    """The same rows on a day; `rank` is the place of the level in its scheme, from 1."""

    state: Codes
    rank: Codes
    expires: Days
    derived: Flags
    undated: Flags
    later: Flags


def judge(stated: Stated, as_of: Days, scheme: str, rules: Rules) -> Judged:
    """What holds on a day (one for all rows, or one for each), see `status_on`."""
    result, signed, printed = stated.result, stated.signed, stated.printed
    certified = result >= _LEVEL_UNKNOWN
    first, last = signed_between(signed, *stated[3:6])
    derived = (result >= _EXPIRED) & np.isnat(printed) & ~np.isnat(signed)
    expires = printed.copy()
    expires[derived] = last_days(last[derived], scheme, rules)
    earliest = expires.copy()
    rough = derived & np.logical_or.reduce(stated[3:6])
    earliest[rough] = last_days(first[rough], scheme, rules)
    later = certified & (first > as_of)
    rank = _level_ranks(stated.level, scheme, rules)
    unsure = (earliest < as_of) & (as_of <= expires) | (first <= as_of) & (as_of < last)
    state = np.select(
        [~certified, later, expires < as_of, unsure, rank == 0],
        [result, _NOT_STATED, _EXPIRED, _IN_DOUBT, _LEVEL_UNKNOWN],
        result,
    )
    return Judged(
        state,
        np.where(later, 0, rank),
        np.where(result >= _EXPIRED, expires, _NO_DAY),
        derived,
        certified & np.isnat(signed) & np.isnat(printed),
        later,
    )


def standing_names(scheme: str, rules: Rules) -> list[str]:
    """The states in their order, with the levels in the place of "in_force"."""
    return [*STATES[:_IN_FORCE], *map(str, rules.levels(scheme))]


def standing_places(judged: Judged) -> Codes:
    """Where each row stands, as a place in `standing_names`; -1 where the year does not state the
    scheme."""
    in_force: Codes = _LEVEL_UNKNOWN + judged.rank
    return np.where(judged.state == _IN_FORCE, in_force, judged.state)


def result_places(words: Iterable[str], scheme: str) -> Codes:
    """What a source says, as places in STATES, -1 for nothing; a word that is not ours is an
    error."""
    words = list(words)
    if strange := sorted({word for word in words if isinstance(word, str)} - set(_RESULTS)):
        raise SuiteError("status_result", column=f"{scheme}_result", words=", ".join(strange))
    return np.array([_RESULTS.get(word, -1) for word in words], dtype=np.int64)


def _level_ranks(number: Codes, scheme: str, rules: Rules) -> Codes:
    """The place of each level in its scheme, from 1; 0 where none is stated."""
    known = np.array(rules.levels(scheme))
    if outside := sorted({*number.tolist()} - {0, *rules.levels(scheme)}):
        raise SuiteError("status_level", column=f"{scheme}_level", levels=str(outside))
    return np.where(number == 0, 0, np.searchsorted(known, number) + 1)


def signed_between(
    signed: Days, month_only: Flags, year_only: Flags, school_year_only: Flags
) -> tuple[Days, Days]:
    """The first and the last day the certificate can have been signed on. A school year begins in
    September."""
    first, last = signed.copy(), signed.copy()
    periods = (month_only, "M", 0), (year_only, "Y", 0), (school_year_only, "Y", 4)
    for rough, unit, moved in periods:
        months = signed[rough].astype("datetime64[M]") + moved
        period = months.astype(f"datetime64[{unit}]")
        first[rough] = (period.astype("datetime64[M]") - moved).astype("datetime64[D]")
        last[rough] = ((period + 1).astype("datetime64[M]") - moved).astype("datetime64[D]") - 1
    return first, last


def last_days(signed: Days, scheme: str, rules: Rules) -> Days:
    """The last day in force of certificates signed on these days, as `last_day` has it for one;
    29 February ends as 28 February."""
    terms = rules.regimes["validity"]
    starts = np.array([t.get("from", dt.date.min) for t in terms], dtype="datetime64[D]")
    years = np.array([t.get(scheme, 0) for t in terms])
    month = signed.astype("datetime64[M]")
    ending = month + 12 * years[np.searchsorted(starts, signed, side="right") - 1]
    end_of_month = (ending + 1).astype("datetime64[D]") - 1
    same_day = ending.astype("datetime64[D]") + (signed - month.astype("datetime64[D]"))
    anniversary = np.minimum(same_day, end_of_month)
    return anniversary if rules.regimes["calendar"]["anniversary_in_force"] else anniversary - 1


def levels_held(judged: Judged, scheme: str, rules: Rules) -> tuple[npt.NDArray[np.int64], Flags]:
    """The level in force, 0 where none is; and where it cannot be told."""
    level = np.array([0, *rules.levels(scheme)], np.int64)[judged.rank]
    held = np.where(judged.state == _IN_FORCE, level, np.int64(0))
    return held, np.isin(judged.state, [-1, _IN_DOUBT, _NOT_STATED, _LEVEL_UNKNOWN])
