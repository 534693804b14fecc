"""Work on several things at a time, each in a process of its own, on the cores there are."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

_START = "fork" if sys.platform == "linux" else "spawn"
A = TypeVar("A")
B = TypeVar("B")


def side_by_side(work: Callable[[A], B], things: Sequence[A], processes: int) -> Iterator[B]:
    """What `work` makes of each thing, in their order; at most so many are worked on at a time.

    `work` is a function of a module, what it takes and gives can be sent between processes. On
    Linux the processes are forks of this one, so that what it has loaded is loaded once; make them
    before this one has threads.
    """
    if min(processes, len(things)) < 2:
        yield from map(work, things)
        return
    context = multiprocessing.get_context(_START)
    with ProcessPoolExecutor(min(processes, len(things)), context) as workers:
        yield from workers.map(work, things)
