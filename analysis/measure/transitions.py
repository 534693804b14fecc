"""Who moved from which standing to which, from one school year to the next."""

from __future__ import annotations

from itertools import product

import pandas as pd

from analysis.measure.groups import check_choice, standings_of
from analysis.measure.totals import consecutive_years, schools_in_scope
from analysis.reference import SCHEMES

ABSENT = "absent"
_YEARS, _STANDINGS = ["school_year_from", "school_year_to"], ["standing_from", "standing_to"]
_COLUMNS = [*_YEARS, "scheme", *_STANDINGS, "schools_count"]


def measure_transitions(held: pd.DataFrame, *, scheme: str) -> pd.DataFrame:
    """How many schools went from which standing to which between two as-of dates.

    `held` holds several school years; a school is known by its `school_id`. One row per pair of
    consecutive years x standing before x standing after, also where nobody moved that way: the
    standings of `measure_levels` and "absent" (not in scope that year: not yet founded, closed,
    merged, or its row was set aside).
    """
    check_choice("scheme", scheme, SCHEMES)
    names = [*standings_of(held, scheme).categories, ABSENT]
    moves = list_moves(held, scheme=scheme)
    counts = moves.groupby([*_YEARS, *_STANDINGS]).size()
    pairs = consecutive_years(schools_in_scope(held, scheme).school_year)
    every = [(*pair, *move) for pair in pairs for move in product(names, names)]
    index = pd.MultiIndex.from_tuples(every, names=[*_YEARS, *_STANDINGS])
    rows = counts.reindex(index, fill_value=0).rename("schools_count").reset_index()
    order = pd.CategoricalDtype(names, ordered=True)
    rows = rows.assign(scheme=scheme)[_COLUMNS]
    return rows.astype({"standing_from": order, "standing_to": order})


def list_moves(held: pd.DataFrame, *, scheme: str) -> pd.DataFrame:
    """The schools behind each number of `measure_transitions`.

    One row per pair of consecutive years and school in scope in either: school_year_from,
    school_year_to, school_id, standing_from, standing_to.
    """
    check_choice("scheme", scheme, SCHEMES)
    schools = schools_in_scope(held, scheme)
    parts = [_between(schools, p, scheme) for p in consecutive_years(schools.school_year)]
    columns = [*_YEARS, "school_id", *_STANDINGS]
    return pd.concat([pd.DataFrame(columns=columns, dtype="str"), *parts], ignore_index=True)


def _between(schools: pd.DataFrame, pair: tuple[str, str], scheme: str) -> pd.DataFrame:
    """All moves between two years."""
    stood = [_standing_in(schools, year, scheme) for year in pair]
    moves = pd.concat(stood, axis=1, keys=_STANDINGS).fillna(ABSENT)
    named = moves.rename_axis("school_id").reset_index()
    return named.assign(school_year_from=pair[0], school_year_to=pair[1])


def _standing_in(schools: pd.DataFrame, year: str, scheme: str) -> pd.Series:
    of_year = schools[schools["school_year"] == year].set_index("school_id")
    return of_year[f"{scheme}_standing"].astype("str")
