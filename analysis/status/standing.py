"""Where each school stands by the certificate its roster states: one row in, one row out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.reference import SCHEMES, Rules, SuiteError

Days = npt.NDArray[np.datetime64]
Codes = npt.NDArray[np.int64]
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
    and 19/2018; Thông tư 57/2026 Điều 19 khoản 2), as [[validity]] of regimes.toml says.
    """
    day = as_of_days(schools["school_year"], as_of)
    new: dict[str, Any] = {"as_of": day}
    for scheme in SCHEMES:
        new |= _judge(schools, day.to_numpy("datetime64[D]"), scheme, rules)
    return schools.assign(**new)


def as_of_days(
    school_years: pd.Series[Any], as_of: dt.date | Mapping[str, dt.date]
) -> pd.Series[Any]:
    """The day asked for, row by row."""
    years = school_years.unique()
    asked = as_of if isinstance(as_of, Mapping) else dict.fromkeys(years, as_of)
    if missing := sorted(set(years) - set(asked)):
        raise SuiteError("as_of_missing", years=", ".join(missing))
    days = {year: pd.Timestamp(asked[year]).normalize() for year in years}
    return school_years.map(days).astype("datetime64[us]")


def _judge(schools: pd.DataFrame, as_of: Days, scheme: str, rules: Rules) -> dict[str, Any]:
    """The new columns of one scheme."""
    result = _results(schools[f"{scheme}_result"], scheme)
    certified = result >= _LEVEL_UNKNOWN
    signed = schools[f"{scheme}_date"].to_numpy("datetime64[D]")
    printed = schools[f"{scheme}_expiry"].to_numpy("datetime64[D]")
    first, last = signed_between(signed, schools[f"{scheme}_date_precision"])
    derived = (result >= _EXPIRED) & np.isnat(printed) & ~np.isnat(signed)
    earliest = np.where(derived, last_days(first, scheme, rules), printed)
    expires = np.where(derived, last_days(last, scheme, rules), printed)
    later = certified & (first > as_of)
    rank = _level_ranks(schools[f"{scheme}_level"], scheme, rules)
    state = np.select(
        [~certified, later, expires < as_of, rank == 0],
        [result, _UNKNOWN, _EXPIRED, _LEVEL_UNKNOWN],
        result,
    )
    return {
        f"{scheme}_state": pd.array(np.array(STATES, dtype=object)[state], dtype="str"),
        f"{scheme}_standing": _standing(state, rank, rules.levels(scheme)),
        f"{scheme}_level_held": _level_held(state, rank, rules.levels(scheme)),
        f"{scheme}_expires": np.where(result >= _EXPIRED, expires, _NO_DAY).astype(
            "datetime64[us]"
        ),
        f"{scheme}_expiry_derived": derived,
        f"{scheme}_undated": certified & np.isnat(signed) & np.isnat(printed),
        f"{scheme}_signed_later": later,
        f"{scheme}_expiry_uncertain": certified & (earliest < as_of) & (as_of <= expires),
        f"{scheme}_signing_uncertain": certified & (first <= as_of) & (as_of < last),
    }


def _results(results: pd.Series[Any], scheme: str) -> Codes:
    """What the source says, as a place in STATES; a word that is not ours is an error."""
    found, words = pd.factorize(results, use_na_sentinel=False)
    if strange := sorted({str(word) for word in words} - set(_RESULTS)):
        raise SuiteError("status_result", column=f"{scheme}_result", words=", ".join(strange))
    return np.array([_RESULTS[word] for word in words], dtype=np.int64)[found]


def _level_ranks(levels: pd.Series[Any], scheme: str, rules: Rules) -> Codes:
    """The place of each level in its scheme, from 1; 0 where none is stated."""
    number = levels.to_numpy(dtype=np.int64, na_value=0)
    known = np.array(rules.levels(scheme))
    if outside := sorted(set(number.tolist()) - {0, *rules.levels(scheme)}):
        raise SuiteError("status_level", column=f"{scheme}_level", levels=str(outside))
    return np.where(number == 0, 0, np.searchsorted(known, number) + 1)


def signed_between(signed: Days, precision: pd.Series[Any]) -> tuple[Days, Days]:
    """The first and the last day the certificate can have been signed on."""
    first, last = signed.copy(), signed.copy()
    for word, unit in (("month", "M"), ("year", "Y")):
        rough = precision.eq(word).to_numpy(dtype=bool)
        period = signed[rough].astype(f"datetime64[{unit}]")
        first[rough] = period.astype("datetime64[D]")
        last[rough] = (period + 1).astype("datetime64[D]") - 1
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


def _standing(state: Codes, rank: Codes, levels: list[int]) -> pd.Categorical[str]:
    """The states in their order, with the levels in force in the place of "in_force"."""
    place: Codes = np.where(state == _IN_FORCE, _LEVEL_UNKNOWN + rank, state)
    names = pd.Index([*STATES[:_IN_FORCE], *map(str, levels)])
    return pd.Categorical.from_codes(place, names, ordered=True)


def _level_held(state: Codes, rank: Codes, levels: list[int]) -> pd.arrays.IntegerArray:
    held = np.where(state == _IN_FORCE, np.array([0, *levels])[rank], 0).astype(np.int8)
    return pd.arrays.IntegerArray(held, np.isin(state, [_UNKNOWN, _LEVEL_UNKNOWN]))
