"""From when may each school ask for a higher level?"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from analysis.measure import IDENTITY, schools_in_force
from analysis.reference import Rules, earliest_upgrade
from analysis.tables import makes

_PERIODS = {"month": "M", "year": "Y", "school_year": "Y-AUG"}


@makes("upgrades", aside=False)
def list_upgrades(held: pd.DataFrame, *, scheme: str, rules: Rules) -> pd.DataFrame:
    """The earliest day each school may ask for a level above the one it holds.

    One row per school in scope with a certificate in force below the highest level, in the order
    of `held`: who it is, `level` (missing where the source states none), `next_level`, `signed`,
    `expires`, and

    - `earliest_date`: the first day, not before the as-of date, on which the law in force that day
      lets it ask: 2 years after signing, 1 year from 25/01/2025 (Thông tư 22/2024), for CQG 2 years
      from 07/7/2026 (Thông tư 57/2026 Điều 19 khoản 4). Where only month or year of signing are
      known, counted from the last day it can have been;
    - `upgrade`: open (that day is the as-of date), waiting, not_foreseen (no law in sight leads
      there, as for KĐCLGD after 06/7/2026), undated (no date of signing), or level_unknown;
    - `ends_first`: the certificate ends before that day, so it must be renewed before.

    >>> list_upgrades(load_year("2024-2025"), scheme="kdclgd")["upgrade"].value_counts().to_dict()
    {'open': 24, 'waiting': 9}
    """
    schools = schools_in_force(held, scheme)
    level = schools[f"{scheme}_level_held"]
    schools = schools[level.isna() | (level < max(rules.levels(scheme)))]
    level, expires = schools[f"{scheme}_level_held"], schools[f"{scheme}_expires"]
    earliest = earliest_dates(schools, scheme, rules)
    rows = schools[IDENTITY].assign(
        scheme=scheme,
        level=level,
        next_level=level + 1,
        signed=schools[f"{scheme}_date"],
        expires=expires,
        earliest_date=earliest,
        upgrade=_states(schools, scheme, earliest),
        ends_first=expires < earliest,
        as_of=schools["as_of"],
    )
    return rows.reset_index(drop=True)


def earliest_dates(schools: pd.DataFrame, scheme: str, rules: Rules) -> pd.Series:
    """The first day each school may ask for more than it holds; missing where none is known."""
    signed = last_possible(schools[f"{scheme}_date"], schools[f"{scheme}_date_precision"])
    level = schools[f"{scheme}_level_held"].fillna(0).astype("int64")
    days = [
        _earliest(day, level, as_of, scheme, rules)
        for day, level, as_of in zip(signed, level, schools["as_of"], strict=True)
    ]
    return pd.Series(days, index=schools.index, dtype="datetime64[us]")


def _earliest(
    signed: pd.Timestamp, level: int, as_of: pd.Timestamp, scheme: str, rules: Rules
) -> dt.date | None:
    if pd.isna(signed) or not level:
        return None
    return earliest_upgrade(signed.date(), scheme, level, rules, not_before=as_of.date())


def last_possible(days: pd.Series, precision: pd.Series) -> pd.Series:
    """The last day a certificate can have been signed on, where only month or year are known."""
    last = days.copy()
    for word, unit in _PERIODS.items():
        rough = precision.eq(word)
        last[rough] = days[rough].dt.to_period(unit).dt.end_time.dt.normalize()
    return last


def _states(schools: pd.DataFrame, scheme: str, earliest: pd.Series) -> pd.Series:
    state = pd.Series("waiting", index=schools.index, dtype="str")
    state = state.mask(earliest <= schools["as_of"], "open").mask(earliest.isna(), "not_foreseen")
    state = state.mask(schools[f"{scheme}_date"].isna(), "undated")
    return state.mask(schools[f"{scheme}_level_held"].isna(), "level_unknown")
