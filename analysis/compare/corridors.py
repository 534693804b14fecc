"""Corridors in whole schools: which counts, of so many schools, lie in a wanted share.

Everything is judged in whole numbers: a share is rounded half up to the decimals its target is
printed with, as 34 of 38 (89,47%) is meant by "89,5%", and so each corridor is a range of counts.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from analysis.reference import Target

Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]


def attainable_counts(schools_total: int, target: Target) -> range:
    """The numbers of schools, of so many, whose share lies in the corridor; may be empty.

    For 5-8% of 9 schools it is empty: none is 0,0% and one is 11,1%.
    """
    lowest, highest = corridor_edges(np.array([schools_total], dtype=np.int64), target)
    return range(int(lowest[0]), int(highest[0]) + 1)


def corridor_edges(total: Counts, target: Target) -> tuple[Counts, Counts]:
    """The lowest and the highest count in the corridor, for each number of schools.

    With u printed units a percent, k of n is shown as r = floor(100 u k / n + 1/2). So r >= low
    means k >= n (2 low - 1) / 200 u, and r <= high means k < n (2 high + 1) / 200 u. An end that is
    not itself enough asks for one printed unit more, or less: r > low is r >= low + 1. A number of
    schools is wanted as it stands, however many there are.
    """
    if target.schools:
        most = total if target.to_schools is None else np.minimum(total, target.to_schools)
        return np.full_like(total, target.from_schools or 0), most
    units, over, under = 10**target.decimals, "from" in target.exclusive, "to" in target.exclusive
    low = -(-exact(target.from_percent) * units // 1) + over
    high = exact(target.to_percent) * units // 1 - under
    lowest = -(-total * (2 * low - 1) // (200 * units))
    highest = -(-total * (2 * high + 1) // (200 * units)) - 1
    # Rounding never makes all of nearly all, nor none of a few.
    lowest = total if target.from_percent == 100 else np.maximum(lowest, 0)
    highest = 0 * total if target.to_percent == 0 else np.minimum(highest, total)
    # Nor is any of a few nothing ("over 0"), or all but a few all of them ("under 100").
    lowest = 0 * total + 1 if over and not target.from_percent else lowest
    highest = total - 1 if under and target.to_percent == 100 else highest
    return lowest, highest


def wanted_shares(total: Counts, target: Target) -> tuple[Shares, Shares]:
    """The ends of what is wanted as shares (0-100) of each number of schools; those of a number of
    schools are 100 where there are not so many, NaN where there are none."""
    edges = (target.from_percent, target.to_percent)
    if not target.schools:
        low, high = (np.full(total.shape, float(edge)) for edge in edges)
        return low, high
    of = np.where(total > 0, total, np.nan)
    ends = (target.from_schools or 0, total if target.to_schools is None else target.to_schools)
    low, high = (np.minimum(100 * end / of, 100) for end in ends)
    return low, high


def exact(percent: float) -> Fraction:
    """The number as it is written in the target file: 89.5 is 179/2."""
    return Fraction(str(percent))


def points_from(count: Counts, total: Counts, edge: float) -> Shares:
    """Share minus edge in points, divided once so that it is as exact as a float can be."""
    wanted = exact(edge)
    over, under = wanted.numerator, wanted.denominator
    return (100 * count * under - over * total) / np.maximum(total * under, 1)
