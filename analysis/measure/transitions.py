"""Who moved from which standing to which, from one school year to the next, and what that is."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from analysis.measure.causes import moves_of
from analysis.measure.groups import check_choice, standings_of
from analysis.measure.pairs import BESIDE, COUNTED, Lists, read_lists
from analysis.measure.totals import consecutive_years
from analysis.reference import SCHEMES
from analysis.tables import columns_of, makes

_YEARS, _STANDINGS = ["school_year_from", "school_year_to"], ["standing_from", "standing_to"]


@makes("transitions")
def measure_transitions(held: pd.DataFrame, *, scheme: str) -> pd.DataFrame:
    """How many schools went from which standing to which between two as-of dates, and what kind of
    move that was.

    `held` holds several school years; a school is known by its `school_id`. One row per pair of
    consecutive years that state the scheme x standing before x standing after x `move`; where
    nobody went that way one row, without a move. Standings are those of `measure_levels` and:

    - outside: on the list, but in no denominator (closed, merged, a site, an independent group, a
      level the scheme is not for);
    - set_aside: nobody can tell which row is this school's (its row was set aside and is known by
      its code, or the code of a school of its unit and education level is in doubt);
    - absent: not on the list.

    `attrs["school_years"]` names the years of `held`, `attrs["unpaired"]` those that state the
    scheme while the year before does not. `move`: see `list_moves`.

    >>> moves = measure_transitions(load_register("2024-2025"), scheme="kdclgd")
    >>> now = moves.query("school_year_to == '2024-2025'")
    >>> int(now["schools_count"].sum())
    39
    """
    check_choice("scheme", scheme, SCHEMES)
    names = [*standings_of(held, scheme).categories, *BESIDE]
    lists, moves = read_lists(held, scheme), list_moves(held, scheme=scheme)
    counts = moves.groupby([*_YEARS, *_STANDINGS, "move"]).size().rename("schools_count")
    rows = counts.reset_index()
    pairs = consecutive_years(pd.Series(lists.years, dtype="str"))
    every = pd.DataFrame(
        [(*pair, *cell) for pair in pairs for cell in product(names, names)],
        columns=[*_YEARS, *_STANDINGS],
        dtype="str",
    )
    order = pd.CategoricalDtype(names, ordered=True)
    rows = every.merge(rows, on=[*_YEARS, *_STANDINGS], how="left")
    rows = rows.fillna({"move": "", "schools_count": 0}).assign(scheme=scheme)[
        columns_of("transitions")
    ]
    types: Any = {"standing_from": order, "standing_to": order, "schools_count": "int64"}
    rows = rows.astype(types)
    rows.attrs |= lists.told(pairs)
    return rows


def list_moves(held: pd.DataFrame, *, scheme: str) -> pd.DataFrame:
    """The schools behind each number of `measure_transitions`.

    One row per pair of consecutive years and school that is counted in either: school_year_from,
    school_year_to, school_id, standing_from, standing_to, `move`:

    - first_recognised: in force now, and never before in any year known; raised: in force at a
      lower level before; renewed: in force or over before, in force now by a newer certificate;
      entered_late: by one signed by the first of the two days, whose list did not show it;
    - unchanged: the same standing, and the same certificate where one is in force; lowered: at a
      lower level in force;
    - expired, withdrawn: in force before and no more. What its list does not say, its last day
      does: a certificate that is gone before its time was withdrawn;
    - became_clear, became_unclear: its standing (or its level) was, or is, not stated or in doubt;
    - entered, left: not on the first list, not on the second; set_aside: nobody can tell which of
      the rows of one list it is; reopened, merged_away: it was closed or merged, or is now;
    - other: nothing of this.
    """
    check_choice("scheme", scheme, SCHEMES)
    lists = read_lists(held, scheme)
    parts = [_between(lists, *pair) for pair in consecutive_years(pd.Series(lists.years))]
    columns = [*_YEARS, "school_id", *_STANDINGS, "move"]
    return pd.concat([pd.DataFrame(columns=columns, dtype="str"), *parts], ignore_index=True)


def _between(lists: Lists, one: str, following: str) -> pd.DataFrame:
    """All moves between two years."""
    pair = lists.pair(one, following)
    pair = pair[pair["place_a"].eq(COUNTED) | pair["place_b"].eq(COUNTED)]
    told: dict[str, Any] = {"school_id": pair["school_id"]}
    for name, side in zip(_STANDINGS, "ab", strict=True):
        place = pair[f"place_{side}"]
        told[name] = pair[f"standing_{side}"].where(place == COUNTED, place)
    told["move"] = moves_of(pair)
    return pd.DataFrame(told).assign(school_year_from=one, school_year_to=following)
