"""What can be said of a target: the one place where a verdict is formed.

A verdict holds for every way in which what is unclear may turn out (a completion): schools whose
standing is not stated or in doubt may count or not, those of which it is unclear whether they
belong to the base may belong or not. Where completions differ nothing is said but that it is open.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.compare.corridors import Counts, corridor_edges
from analysis.measure import Tally
from analysis.reference import Target

MET, NOT_MET, OPEN = "met", "not_met", "open"
NOT_ATTAINABLE, REFERENCE, NOT_ISSUED = "not_attainable", "reference", "not_issued"
NO_SCHOOLS, NOT_STATED = "no_schools", "not_stated"
# Verdicts after which nobody may say that a target is met, missed, or by how many schools.
NO_CONCLUSION = (OPEN, REFERENCE, NOT_ISSUED, NO_SCHOOLS, NOT_STATED)
_NEVER = np.iinfo(np.int64).max
_AT_ONCE = 64


class Verdicts(NamedTuple):
    """One verdict for each group, and how many further schools are needed at least and at most, -1
    where no number of schools brings the share into the corridor."""

    verdict: npt.NDArray[np.str_]
    needed_least: Counts
    needed_most: Counts


def find_verdicts(t: Tally, target: Target, *, late: bool = False, issued: bool = True) -> Verdicts:
    """The verdict on a target, group by group; `late`: after the last day the targets are for. Of a
    certificate that is not `issued` any more none can be had, so no school is needed either.

    Of one completion, k schools of n: no_schools where n is 0; not_attainable where no whole number
    of n schools lies in the corridor; not_met below it; else met (above is no failure, but where
    only an upper bound is wanted; then no further school helps).
    """
    joining = t.more_yes + t.more_no + t.more_either
    seen = {v: np.zeros(len(joining), np.bool_) for v in (NO_SCHOOLS, NOT_ATTAINABLE, NOT_MET, MET)}
    least = np.full(len(joining), _NEVER)
    most = np.full(len(joining), -1)
    for first in range(0, int(joining.max()) + 1, _AT_ONCE):
        # So many schools more belong, line by line; of so many that count there is every number.
        more = np.arange(first, first + _AT_ONCE)[:, None]
        possible = more <= joining
        total = t.yes + t.no + t.either + more
        fewest = t.yes + np.maximum(0, more - t.more_no - t.more_either)
        highest = t.yes + t.either + np.minimum(more, t.more_yes + t.more_either)
        low, high = corridor_edges(total, target)
        fits = possible & (total > 0) & (low <= high)
        seen[NO_SCHOOLS] |= (possible & (total == 0)).any(axis=0)
        seen[NOT_ATTAINABLE] |= (possible & (total > 0) & (low > high)).any(axis=0)
        if target.is_limit:
            seen[NOT_MET] |= (fits & (highest > high)).any(axis=0)
            seen[MET] |= (fits & (fewest <= high)).any(axis=0)
            fits &= fewest <= high
        else:
            seen[NOT_MET] |= (fits & (fewest < low)).any(axis=0)
            seen[MET] |= (fits & (highest >= low)).any(axis=0)
        needed_least = np.where(fits, np.maximum(low - highest, 0), _NEVER)
        needed_most = np.where(fits, np.maximum(low - fewest, 0), -1)
        least = np.minimum(least, needed_least.min(axis=0))
        most = np.maximum(most, needed_most.max(axis=0))
    single = sum(flags.astype(np.int64) for flags in seen.values()) == 1
    found = np.select([single & flags for flags in seen.values()], [*seen], OPEN)
    if late or not issued:
        found = np.where(found == NO_SCHOOLS, found, REFERENCE if late else NOT_ISSUED)
    if not issued:
        most = np.full_like(most, -1)
    return Verdicts(found, np.where(most < 0, -1, least), most)
