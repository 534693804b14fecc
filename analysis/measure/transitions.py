"""Who moved from which standing to which, from one school year to the next."""

from __future__ import annotations

from itertools import product

import pandas as pd

from analysis.measure.groups import check_choice, standings_of
from analysis.measure.totals import consecutive_years, schools_in_scope
from analysis.reference import SCHEMES

ABSENT = "absent"
_COLUMNS = [
    *("school_year_from", "school_year_to", "scheme"),
    *("standing_from", "standing_to", "schools_count"),
]


def measure_transitions(held: pd.DataFrame, *, scheme: str) -> pd.DataFrame:
    """How many schools went from which standing to which between two as-of dates.

    `held` holds several school years; a school is known by its `school_id`. One row per pair of
    consecutive years x standing before x standing after, also where nobody moved that way: the
    standings of `measure_levels` and "absent" (not in scope that year: not yet founded, closed,
    merged, or its row was set aside).
    """
    check_choice("scheme", scheme, SCHEMES)
    names = [*standings_of(held, scheme).categories, ABSENT]
    schools = schools_in_scope(held, scheme)
    parts = [
        _between(schools, pair, scheme, names) for pair in consecutive_years(schools.school_year)
    ]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)
    order = pd.CategoricalDtype(names, ordered=True)
    return rows[_COLUMNS].astype({"standing_from": order, "standing_to": order})


def _between(
    schools: pd.DataFrame, pair: tuple[str, str], scheme: str, names: list[str]
) -> pd.DataFrame:
    """All moves between two years."""
    stood = [_standing_in(schools, year, scheme) for year in pair]
    moves = pd.concat(stood, axis=1, keys=["standing_from", "standing_to"]).fillna(ABSENT)
    counts = moves.groupby(["standing_from", "standing_to"]).size()
    every = pd.MultiIndex.from_tuples([*product(names, names)], names=counts.index.names)
    rows = counts.reindex(every, fill_value=0).rename("schools_count").reset_index()
    return rows.assign(school_year_from=pair[0], school_year_to=pair[1], scheme=scheme)


def _standing_in(schools: pd.DataFrame, year: str, scheme: str) -> pd.Series:
    of_year = schools[schools["school_year"] == year].set_index("school_id")
    return of_year[f"{scheme}_standing"].astype("str")
