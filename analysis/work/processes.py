"""What is done with processes and imports for the sake of time; each with what it gains.

`beside`: a run of the example writes its tables, 0.6 s, while the notebooks run. `side_by_side`:
many years are read on all cores. `load_later`: `check` shows its answer without pandas, 0.35 s.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar

from analysis.workbooks.apart import forked

_START = "fork" if sys.platform == "linux" else "spawn"
A = TypeVar("A")
B = TypeVar("B")


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """Do `work` while the block runs; both are done when it ends.

    If the fork does not end well, gives something that has to be told, or cannot be made, the work
    is done here behind the block: then what is wrong is raised or told here, as if there had never
    been a fork. A block that fails ends it.
    """
    child = forked(work) if sys.platform == "linux" else None
    try:
        yield
        done = child is not None and os.waitpid(child, 0)[1] == 0
        child = None
    finally:
        if child is not None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if not done:
        work()


def side_by_side(work: Callable[[A], B], things: Sequence[A], processes: int) -> Iterator[B]:
    """What `work` makes of each thing, in their order; at most so many are worked on at a time.

    `work` is a function of a module, what it takes and gives can be sent between processes. On
    Linux the processes are forks of this one, so that what it has loaded is loaded once; make them
    before this one has threads.
    """
    if min(processes, len(things)) < 2:
        yield from map(work, things)
        return
    import multiprocessing  # only where several years are read
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context(_START)
    with ProcessPoolExecutor(min(processes, len(things)), context) as workers:
        yield from workers.map(work, things)


class _Later(ModuleType):
    """Stands for a package until something of it is asked for."""

    def __getattr__(self, attribute: str) -> Any:
        name = self.__name__
        if sys.modules.get(name) is self:
            del sys.modules[name]
        return getattr(import_module(name), attribute)


def load_later(name: str) -> None:
    """Let a heavy package wait: `import NAME` costs nothing from now on, its first use loads it."""
    sys.modules.setdefault(name, _Later(name))
