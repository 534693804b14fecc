"""How much may be done at once on this machine."""

from __future__ import annotations

import os
import sys


def cores() -> int:
    """The cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
