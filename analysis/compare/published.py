"""Percentages printed elsewhere, recomputed from the counts printed beside them."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from analysis.compare.exact import decimals, half_up, written

# "Nearly 61%" (gần 61%) contradicts its counts when the share is above it, or so many points below.
NEARLY_POINTS = 5
_CHECKS = {
    (True, True): "ok",
    (True, False): "ok-rounded",
    (False, True): "ok-truncated",
    (False, False): "contradicts",
}


def recompute_published(counts: pd.DataFrame) -> pd.DataFrame:
    """Check each printed percentage against its own counts.

    Needs `achieved`, `total_schools`, `pct_published` (as text: its decimals matter) and
    `pct_qualifier` (exact, over, nearly). One row per row of `counts`, with all its columns and

    - `recomputed_percent`: 100 x achieved / total_schools, missing where one of them is;
    - `check`: "ok": the recomputed figure, rounded or cut to the decimals printed, is the printed
      one; "ok-rounded", "ok-truncated": only when rounded half up, only when cut; "contradicts":
      neither; "" where a count or the figure is missing. "over" and "nearly" are ok or contradict.
    """
    shares = [*map(_share, counts["achieved"], counts["total_schools"])]
    checks = [*map(_check, shares, counts["pct_published"], counts["pct_qualifier"])]
    percents = [None if share is None else float(share) for share in shares]
    return counts.assign(
        recomputed_percent=pd.array(percents, dtype="Float64"), check=pd.array(checks, dtype="str")
    )


def _share(achieved: object, total: object) -> Fraction | None:
    """The exact percentage, or None where a count is missing or there are no schools."""
    part, whole = written(achieved), written(total)
    return None if part is None or not whole else 100 * Fraction(part) / Fraction(whole)


def _check(share: Fraction | None, published: object, qualifier: object) -> str:
    """How a printed percentage relates to the exact one."""
    printed = written(published)
    if share is None or printed is None:
        return ""
    if qualifier == "over":
        return "ok" if share > printed else "contradicts"
    if qualifier == "nearly":
        return "ok" if 0 < Fraction(printed) - share < NEARLY_POINTS else "contradicts"
    places = decimals(printed)
    cut = Fraction(share * 10**places // 1, 10**places)
    return _CHECKS[half_up(share, places) == printed, cut == printed]
