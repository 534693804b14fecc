"""Work done while the notebooks run: in a fork of this process, where the system has that."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PR_SET_PDEATHSIG = 1


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """Do `work` while the block runs; both are done when it ends.

    If the fork does not end well, or cannot be made, the work is done here behind the block: then
    what is wrong is raised here, as if there had never been a fork. A block that fails ends it.
    """
    child = _fork(work) if sys.platform == "linux" else None
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


def _fork(work: Callable[[], object]) -> int:
    """The process that does the work, silently; it dies with this one, even by SIGKILL."""
    parent = os.getpid()
    sys.stdout.flush()
    if child := os.fork():
        return child
    failed = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, 1)
            os.dup2(nothing, 2)
            work()
            failed = 0
    finally:
        os._exit(failed)
