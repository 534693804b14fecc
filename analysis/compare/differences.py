"""Counts that limit each other: how far each can still move, or that nothing fits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

ZERO = "0"


class Limit(NamedTuple):
    """`more` is at most `by` above `less`; either may be ZERO. `cause` says whose limit it is."""

    more: str
    less: str
    by: int
    cause: str


def between(more: str, less: str, wanted: range, cause: str) -> list[Limit]:
    """The difference of two counts lies in a range; an empty one contradicts itself."""
    return [Limit(more, less, wanted.stop - 1, cause), Limit(less, more, -wanted.start, cause)]


class Room:
    """What a set of limits leaves, exactly, in whole numbers.

    Limits on differences of whole numbers are met by whole numbers unless some round of them adds
    up to less than nothing; so shortest paths say all there is to say.
    """

    def __init__(self, limits: Iterable[Limit]) -> None:
        limits = [*limits]
        names = dict.fromkeys([ZERO, *(n for limit in limits for n in (limit.more, limit.less))])
        self._place = {name: place for place, name in enumerate(names)}
        self._most = _shortest(limits, self._place)

    @property
    def is_empty(self) -> bool:
        """Nothing meets all limits."""
        return bool((np.diag(self._most) < 0).any())

    def reach(self, more: str, less: str = ZERO) -> tuple[int, int]:
        """The least and the greatest difference of two counts that the limits leave."""
        a, b = self._place[more], self._place[less]
        return -int(self._most[b, a]), int(self._most[a, b])


def _shortest(limits: list[Limit], place: dict[str, int]) -> npt.NDArray[np.float64]:
    """How far the row's count can be above the column's (Floyd and Warshall)."""
    most = np.full((len(place), len(place)), np.inf)
    np.fill_diagonal(most, 0)
    for limit in limits:
        cell = place[limit.more], place[limit.less]
        most[cell] = min(most[cell], limit.by)
    for middle in range(len(place)):
        most = np.minimum(most, most[:, [middle]] + most[[middle]])
    return most
