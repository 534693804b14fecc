"""Where each school stands by the certificate its roster states: one row in, one row out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.reference import SCHEMES, Rules, SuiteError
from analysis.status.judging import (
    STATES,
    Days,
    Flags,
    Stated,
    judge,
    levels_held,
    result_places,
    standing_names,
    standing_places,
)


def status_on(
    schools: pd.DataFrame, as_of: dt.date | Mapping[str, dt.date], rules: Rules
) -> pd.DataFrame:
    """The schools as they stand on a day; `as_of` is one date, or one for each school year.

    One row per school of a school year: all columns of `schools`, the column `as_of`, and for each
    scheme s in (kdclgd, cqg):

    - `s_state`: in_force, level_unknown (in force, at a level nobody states), expired (by its date,
      or because the source says so), withdrawn, not_reached, pending (asked for, holds nothing
      yet), not_evaluated, not_stated (blank), in_doubt (a value it needs cannot be read or is
      contradicted); missing where no list of the year has a column for the scheme;
    - `s_standing`: the same as an ordered category in which a level in force is "1", "2", ...;
    - `s_level_held`: the level in force, 0 where none is, missing where it cannot be told;
    - `s_expires`: the last day in force: the printed one, else derived (`s_expiry_derived`);
    - `s_undated`: no date at all is stated, so the certificate counts as the source states it;
    - `s_signed_later`: signed after `as_of`, so it says nothing of that day. There may have been an
      older certificate: the state is not_stated, not "not evaluated".

    Where only month or year of signing are stated and the state depends on the day, it is in_doubt.
    A school in doubt or not stated may turn out anywhere; but one whose level `s_level` is stated
    holds that level or none.

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
    judged = judge(_stated(schools, scheme), as_of, scheme, rules)
    level, unsure = levels_held(judged, scheme, rules)
    names = pd.Index(standing_names(scheme, rules))
    return {
        f"{scheme}_state": pd.array(np.array([*STATES, None], object)[judged.state], dtype="str"),
        f"{scheme}_standing": pd.Categorical.from_codes(
            standing_places(judged), names, ordered=True
        ),
        f"{scheme}_level_held": pd.arrays.IntegerArray(level, unsure),
        f"{scheme}_expires": judged.expires.astype("datetime64[us]"),
        f"{scheme}_expiry_derived": judged.derived,
        f"{scheme}_undated": judged.undated,
        f"{scheme}_signed_later": judged.later,
    }


def _stated(schools: pd.DataFrame, scheme: str) -> Stated:
    codes, words = pd.factorize(schools[f"{scheme}_result"])
    return Stated(
        np.append(result_places(words, scheme), -1)[codes],
        schools[f"{scheme}_level"].to_numpy(dtype=np.int64, na_value=0),
        schools[f"{scheme}_date"].to_numpy("datetime64[D]"),
        *imprecise(schools[f"{scheme}_date_precision"]),
        schools[f"{scheme}_expiry"].to_numpy("datetime64[D]"),
    )


def imprecise(precision: pd.Series[Any]) -> tuple[Flags, Flags, Flags]:
    """The rows in which only the month, only the year, or only the school year of signing is
    stated."""
    words = ("month", "year", "school_year")
    month_only, year_only, school_year_only = (precision.eq(w).to_numpy(dtype=bool) for w in words)
    return month_only, year_only, school_year_only
