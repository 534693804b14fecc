"""What became of the certificates that ended: the rate a look ahead may be based on."""

from __future__ import annotations

import pandas as pd

from analysis.measure.expiries import schools_in_force
from analysis.measure.totals import consecutive_years, schools_in_scope

_COLUMNS = [
    *("school_year_from", "school_year_to", "scheme", "ended_count", "renewed_count"),
    *("not_renewed_count", "unknown_count", "absent_count"),
]
_RENEWED, _UNKNOWN = ("in_force", "level_unknown"), "unknown"


def measure_renewals(held: pd.DataFrame, *, scheme: str) -> pd.DataFrame:
    """How many certificates ended between two as-of dates, and how many of these schools hold one
    again.

    One row per pair of consecutive school years in `held`:

    - `ended_count`: certificates in force on the first day whose last day comes before the second;
      the sum of the following four:
    - `renewed_count`: a certificate in force on the second day, of whatever level;
    - `not_renewed_count`: none in force, and that is stated;
    - `unknown_count`: nothing is stated for the second day; `absent_count`: not in scope any more.
      Both say nothing about renewal and belong in no rate.
    """
    in_force = schools_in_force(held, scheme)
    every = schools_in_scope(held, scheme)
    rows = [
        _between(every, in_force, pair, scheme) for pair in consecutive_years(every["school_year"])
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _between(
    every: pd.DataFrame, in_force: pd.DataFrame, pair: tuple[str, str], scheme: str
) -> dict[str, object]:
    before = in_force[in_force["school_year"] == pair[0]]
    after = every[every["school_year"] == pair[1]].set_index("school_id")
    ended = before[before[f"{scheme}_expires"] < after["as_of"].max()]
    state = ended["school_id"].map(after[f"{scheme}_state"])
    renewed, unknown, absent = state.isin(_RENEWED), state.eq(_UNKNOWN), state.isna()
    return {
        "school_year_from": pair[0],
        "school_year_to": pair[1],
        "scheme": scheme,
        "ended_count": len(ended),
        "renewed_count": int(renewed.sum()),
        "not_renewed_count": int((~renewed & ~unknown & ~absent).sum()),
        "unknown_count": int(unknown.sum()),
        "absent_count": int(absent.sum()),
    }
