"""How long a run may take: as long as the one before, noted in `.cache` of the project folder."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.reference import say

_FILE = Path(".cache", "run_seconds.txt")


@contextmanager
def expecting(home: Path, lang: str) -> Iterator[None]:
    """Say how long the last run took, and note how long this one takes if it ends well."""
    with suppress(OSError, ValueError):
        seconds = math.ceil(float((home / _FILE).read_text(encoding="utf-8")))
        print(say("run_expected", lang, seconds=seconds), flush=True)
    started = time.perf_counter()
    yield
    with suppress(OSError):
        (home / _FILE).parent.mkdir(parents=True, exist_ok=True)
        (home / _FILE).write_text(f"{time.perf_counter() - started:.1f}\n", encoding="utf-8")
