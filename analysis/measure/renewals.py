"""What became of the certificates that ended: the rate a look ahead may be based on."""

from __future__ import annotations

import pandas as pd

from analysis.measure.causes import has_ended
from analysis.measure.groups import check_choice
from analysis.measure.pairs import COUNTED, SET_ASIDE, read_lists
from analysis.measure.totals import consecutive_years
from analysis.reference import SCHEMES
from analysis.status import UNCLEAR
from analysis.tables import columns_of, makes


@makes("renewals")
def measure_renewals(held: pd.DataFrame, *, scheme: str) -> pd.DataFrame:
    """How many certificates ended between two as-of dates, and how many of these schools hold one
    again.

    One row per pair of consecutive school years in `held` that state the scheme:

    - `ended_count`: certificates in force on the first day whose last day comes before the second;
      the sum of the following four:
    - `renewed_count`: a certificate in force on the second day, of whatever level;
    - `not_renewed_count`: none in force, and that is stated;
    - `unknown_count`: not stated or in doubt for the second day, or its row was set aside;
      `absent_count`: not counted any more (closed, merged), or not on the list. Both say nothing
      about renewal and belong in no rate.

    >>> found = measure_renewals(load_register("2024-2025"), scheme="cqg")
    >>> found[["ended_count", "renewed_count"]].values.tolist()
    [[3, 1], [5, 4], [4, 4]]
    """
    check_choice("scheme", scheme, SCHEMES)
    lists = read_lists(held, scheme)
    pairs = consecutive_years(pd.Series(lists.years))
    rows = [[*pair, scheme, *_counts(lists.pair(*pair))] for pair in pairs]
    return pd.DataFrame(rows, columns=columns_of("renewals"))


def _counts(pair: pd.DataFrame) -> list[int]:
    ended = pair[pair["place_a"].eq(COUNTED) & (pair["level_a"] > 0) & has_ended(pair)]
    counted, held = ended["place_b"].eq(COUNTED), ended["level_b"] > 0
    vague = ended["state_b"].isin(UNCLEAR)
    unknown = ended["place_b"].eq(SET_ASIDE) | (counted & vague)
    kinds = (counted & held, counted & ~held & ~vague, unknown, ~counted & ~unknown)
    return [len(ended), *(int(kind.sum()) for kind in kinds)]
