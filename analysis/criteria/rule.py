"""When is a school at a mức? The rule of a circular, asked of many schools at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.criteria.structure import CriteriaSet

Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


def reached(levels: Levels, found: CriteriaSet, level: int) -> Flags:
    """Which schools are at a mức: `levels` has a row for each and a column for each criterion of
    the set, with the mức it reaches (0: none)."""
    at = levels >= level
    is_mandatory = np.isin(found.names, found.mandatory)
    others = at[:, ~is_mandatory].sum(axis=1)
    below = (levels >= level - 1).all(axis=1)
    flags: Flags = at[:, is_mandatory].all(axis=1) & (others >= found.others_least) & below
    return flags


def lacking_only(low: Levels, high: Levels, found: CriteriaSet, level: int) -> Flags:
    """For each school and criterion, whether the school would be at the mức with this one alone,
    and for certain is not; `low`, `high`: the least and the most each criterion may turn out."""
    missed = ~reached(high, found, level)
    alone = np.zeros(low.shape, np.bool_)
    for place in range(low.shape[1]):
        raised = low.copy()
        raised[:, place] = np.maximum(raised[:, place], level)
        alone[:, place] = missed & reached(raised, found, level)
    return alone
