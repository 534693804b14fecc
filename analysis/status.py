"""This room answers: what holds on the date asked? Certificates in, one standing per school out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.reference import SCHEMES, Rules, SuiteError

Days = npt.NDArray[np.datetime64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_NO_DAY = np.datetime64("NaT", "D")

# From the least to the most that can be said of a school. A state is its place in this list.
STATES = ("unknown", "not_evaluated", "not_reached", "expired", "level_unknown", "in_force")
_UNKNOWN, _NOT_EVALUATED, _NOT_REACHED, _EXPIRED, _LEVEL_UNKNOWN, _IN_FORCE = range(len(STATES))
# What a source says, and the state it is until dates tell otherwise.
_RESULTS = {
    "unknown": _UNKNOWN,
    "not_evaluated": _NOT_EVALUATED,
    "not_reached": _NOT_REACHED,
    "expired": _EXPIRED,
    "level_unknown": _LEVEL_UNKNOWN,
    "recognised": _IN_FORCE,
}


def status_on(
    schools: pd.DataFrame, as_of: dt.date | Mapping[str, dt.date], rules: Rules
) -> pd.DataFrame:
    """The schools as they stand on a day; `as_of` is one date, or one for each school year.

    One row per school of a school year: all columns of `schools`, the column `as_of`, and for each
    scheme s in (kdclgd, cqg):

    - `s_state`: in_force, expired (by its date, or because the source says so), level_unknown,
      not_reached, not_evaluated or unknown;
    - `s_standing`: the same as an ordered category in which a level in force is "1", "2", ...;
    - `s_level_held`: the level in force, 0 where none is, missing where it cannot be told;
    - `s_expires`: the last day in force: the printed one, else derived (`s_expiry_derived`);
    - `s_undated`: no date at all is stated, so the certificate counts as the source states it;
    - `s_signed_later`: signed after `as_of`, so it says nothing of that day. There may have been an
      older certificate: the state is unknown, not "not evaluated";
    - `s_expiry_uncertain`, `s_signing_uncertain`: only month or year of signing are stated, and the
      state depends on the day. It is in force as long as some day of that month or year allows it;
      counting these schools in and out gives the range.

    A certificate runs five years from signing (Thông tư 17/2018 Điều 35 and 38 khoản 2, alike in 18
    and 19/2018; Thông tư 57/2026 Điều 19 khoản 2), as [validity] of the regulations says.
    """
    day = _as_of(schools["school_year"], as_of)
    new: dict[str, Any] = {"as_of": day}
    for scheme in SCHEMES:
        new |= _judge(schools, day.to_numpy("datetime64[D]"), scheme, rules)
    return schools.assign(**new)


def _as_of(school_years: pd.Series[Any], as_of: dt.date | Mapping[str, dt.date]) -> pd.Series[Any]:
    """The day asked for, row by row."""
    years = school_years.unique()
    asked = as_of if isinstance(as_of, Mapping) else dict.fromkeys(years, as_of)
    if missing := sorted(set(years) - set(asked)):
        raise SuiteError("as_of_missing", years=", ".join(missing))
    days = {year: pd.Timestamp(asked[year]).normalize() for year in years}
    return school_years.map(days).astype("datetime64[us]")


class Stated(NamedTuple):
    """What rows state of one scheme: the result as a place in STATES, the level (0: none), the day
    of signing, the rows in which only its month or its year is stated, and the printed expiry."""

    result: Codes
    level: Codes
    signed: Days
    month_only: Flags
    year_only: Flags
    printed: Days


class Judged(NamedTuple):
    """The same rows on a day; `rank` is the place of the level in its scheme, from 1."""

    state: Codes
    rank: Codes
    expires: Days
    derived: Flags
    undated: Flags
    later: Flags
    expiry_uncertain: Flags
    signing_uncertain: Flags


def judge(stated: Stated, as_of: Days, scheme: str, rules: Rules) -> Judged:
    """What holds on a day (one for all rows, or one for each), see `status_on`."""
    result, signed, printed = stated.result, stated.signed, stated.printed
    certified = result >= _LEVEL_UNKNOWN
    first, last = _signed_between(stated)
    derived = (result >= _EXPIRED) & np.isnat(printed) & ~np.isnat(signed)
    earliest = np.where(derived, _last_day(first, rules), printed)
    expires = np.where(derived, _last_day(last, rules), printed)
    later = certified & (first > as_of)
    rank = _level_ranks(stated.level, scheme, rules)
    state = np.select(
        [~certified, later, expires < as_of, rank == 0],
        [result, _UNKNOWN, _EXPIRED, _LEVEL_UNKNOWN],
        result,
    )
    return Judged(
        state,
        rank,
        np.where(result >= _EXPIRED, expires, _NO_DAY),
        derived,
        certified & np.isnat(signed) & np.isnat(printed),
        later,
        certified & (earliest < as_of) & (as_of <= expires),
        certified & (first <= as_of) & (as_of < last),
    )


def standing_names(scheme: str, rules: Rules) -> list[str]:
    """The states in their order, with the levels in force in the place of "in_force"."""
    return [*STATES[:_IN_FORCE], *map(str, rules.levels(scheme))]


def standing_places(judged: Judged) -> Codes:
    """Where each row stands, as a place in `standing_names`."""
    in_force: Codes = _LEVEL_UNKNOWN + judged.rank
    return np.where(judged.state == _IN_FORCE, in_force, judged.state)


def result_places(words: Iterable[str], scheme: str) -> Codes:
    """What a source says, as places in STATES; a word that is not ours is an error."""
    words = list(words)
    if strange := sorted({str(word) for word in words} - set(_RESULTS)):
        raise SuiteError("status_result", column=f"{scheme}_result", words=", ".join(strange))
    return np.array([_RESULTS[word] for word in words], dtype=np.int64)


def _judge(schools: pd.DataFrame, as_of: Days, scheme: str, rules: Rules) -> dict[str, Any]:
    """The new columns of one scheme."""
    judged = judge(_stated(schools, scheme), as_of, scheme, rules)
    names = pd.Index(standing_names(scheme, rules))
    return {
        f"{scheme}_state": pd.array(np.array(STATES, dtype=object)[judged.state], dtype="str"),
        f"{scheme}_standing": pd.Categorical.from_codes(
            standing_places(judged), names, ordered=True
        ),
        f"{scheme}_level_held": _level_held(judged.state, judged.rank, rules.levels(scheme)),
        f"{scheme}_expires": judged.expires.astype("datetime64[us]"),
        f"{scheme}_expiry_derived": judged.derived,
        f"{scheme}_undated": judged.undated,
        f"{scheme}_signed_later": judged.later,
        f"{scheme}_expiry_uncertain": judged.expiry_uncertain,
        f"{scheme}_signing_uncertain": judged.signing_uncertain,
    }


def _stated(schools: pd.DataFrame, scheme: str) -> Stated:
    codes, words = pd.factorize(schools[f"{scheme}_result"], use_na_sentinel=False)
    precision = schools[f"{scheme}_date_precision"]
    return Stated(
        result_places(words, scheme)[codes],
        schools[f"{scheme}_level"].to_numpy(dtype=np.int64, na_value=0),
        schools[f"{scheme}_date"].to_numpy("datetime64[D]"),
        precision.eq("month").to_numpy(dtype=bool),
        precision.eq("year").to_numpy(dtype=bool),
        schools[f"{scheme}_expiry"].to_numpy("datetime64[D]"),
    )


def _level_ranks(number: Codes, scheme: str, rules: Rules) -> Codes:
    """The place of each level in its scheme, from 1; 0 where none is stated."""
    known = np.array(rules.levels(scheme))
    if outside := sorted({*number.tolist()} - {0, *rules.levels(scheme)}):
        raise SuiteError("status_level", column=f"{scheme}_level", levels=str(outside))
    return np.where(number == 0, 0, np.searchsorted(known, number) + 1)


def _signed_between(stated: Stated) -> tuple[Days, Days]:
    """The first and the last day the certificate can have been signed on."""
    first, last = stated.signed.copy(), stated.signed.copy()
    for rough, unit in ((stated.month_only, "M"), (stated.year_only, "Y")):
        period = stated.signed[rough].astype(f"datetime64[{unit}]")
        first[rough] = period.astype("datetime64[D]")
        last[rough] = (period + 1).astype("datetime64[D]") - 1
    return first, last


def _last_day(signed: Days, rules: Rules) -> Days:
    """The last day in force of a certificate signed on a day; 29 February ends as 28 February."""
    validity = rules.regulations["validity"]
    month = signed.astype("datetime64[M]")
    ending = month + 12 * validity["years"]
    end_of_month = (ending + 1).astype("datetime64[D]") - 1
    same_day = ending.astype("datetime64[D]") + (signed - month.astype("datetime64[D]"))
    anniversary = np.minimum(same_day, end_of_month)
    return anniversary if validity["anniversary_in_force"] else anniversary - 1


def _level_held(state: Codes, rank: Codes, levels: list[int]) -> pd.arrays.IntegerArray:
    held = np.where(state == _IN_FORCE, np.array([0, *levels])[rank], 0).astype(np.int8)
    return pd.arrays.IntegerArray(held, np.isin(state, [_UNKNOWN, _LEVEL_UNKNOWN]))
