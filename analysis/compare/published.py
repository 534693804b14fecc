"""Percentages printed elsewhere, recomputed from the counts printed beside them."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from analysis.compare.exact import decimals, half_up, written
from analysis.compare.impossible import impossible_counts, reason

# "Nearly 61%" (gần 61%) contradicts its counts when the share is above it, or so many points below.
NEARLY_POINTS = 5
_CHECKS = {
    (True, True): "ok",
    (True, False): "ok-rounded",
    (False, True): "ok-truncated",
    (False, False): "contradicts",
}


def recompute_published(counts: pd.DataFrame) -> pd.DataFrame:
    """Check each printed percentage against its own counts, and these against each other.

    Needs `achieved`, `total_schools`, `pct_published` (as text: its decimals matter); reads
    `pct_qualifier` (exact, over, nearly), and what `impossible_counts` reads, where they are there.
    One row per row of `counts`, with all its columns and

    - `recomputed_percent`: 100 x achieved / total_schools, missing where one of them is;
    - `check`: "ok": the recomputed figure, rounded or cut to the decimals printed, is the printed
      one; "ok-rounded", "ok-truncated": only when rounded half up, only when cut; "contradicts":
      neither; "" where a count or the figure is missing. "over" and "nearly" are ok or contradict.
      "impossible", whatever the percentage: the counts themselves cannot be;
    - `impossible`: why not, see `impossible_counts`, and `percent` where the percentage contradicts
      them too; "" for the rest.
    """
    shares = [*map(_share, counts["achieved"], counts["total_schools"])]
    qualifiers = counts.get("pct_qualifier", pd.Series("", index=counts.index))
    checks = [*map(_check, shares, counts["pct_published"], qualifiers)]
    percents = [None if share is None else float(share) for share in shares]
    wrong = impossible_counts(counts)
    for i, (check, printed) in enumerate(zip(checks, counts["pct_published"], strict=True)):
        if wrong[i] and check == "contradicts":
            facts = {"printed": written(printed), "recomputed": f"{percents[i]:.2f}"}
            wrong[i] += "; " + reason("percent", **facts)
    return counts.assign(
        recomputed_percent=pd.array(percents, dtype="Float64"),
        check=["impossible" if why else check for why, check in zip(wrong, checks, strict=True)],
        impossible=wrong,
    ).astype({"check": "str", "impossible": "str"})


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
