"""Limits a process puts on itself before it opens a file of unknown origin."""

from __future__ import annotations

import os
import sys
import threading
import time

OUT_OF_MEMORY = 77  # the exit code of a process that stopped itself for want of memory


def confine(memory: int, seconds: int) -> None:
    """Take no more than `memory` bytes and `seconds` of computing, and leave no core dump."""
    if sys.platform == "win32":
        from analysis.raw.apart.windows_job import limit_memory

        limit_memory(memory)
        return
    import resource

    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_CPU, seconds)
    if sys.platform == "linux":
        _lower(resource.RLIMIT_AS, memory)
    else:  # macOS takes the limit and does not keep it
        threading.Thread(target=watch, args=(memory,), daemon=True).start()


def _lower(kind: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, hard))


def watch(memory: int, pause: float = 0.05) -> None:
    """End the process as soon as it has held more than `memory` bytes."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit <= memory:
        time.sleep(pause)
    os._exit(OUT_OF_MEMORY)
