"""Ibis, loaded with what a question needs of it.

As it comes, Ibis loads what writes SQL for twenty engines and runs the garbage collector over it
again and again; that took a tenth as long as a question about a whole country.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_WRITERS = "ibis.backends.sql.compilers"
_WRITER = "Compiler"


class _EachWhenAsked(ModuleType):
    """Stands for Ibis's package of SQL writers: each is loaded when its engine is used."""

    def __getattr__(self, name: str) -> Any:
        part = name.removesuffix(_WRITER).lower()  # DuckDBCompiler stands in duckdb
        if part.startswith("_") or find_spec(f"{_WRITERS}.{part}") is None:
            raise AttributeError(f"module {_WRITERS!r} has no attribute {name!r}")
        module = import_module(f"{_WRITERS}.{part}")
        return getattr(module, name) if name.endswith(_WRITER) else module


@contextmanager
def _not_collecting() -> Iterator[None]:
    """What is loaded stays: it is not looked through for garbage, neither now nor later."""
    collecting = gc.isenabled()
    gc.collect()  # else garbage from before would stay, too
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collecting:
            gc.enable()


def load_ibis() -> None:
    """Load Ibis with DuckDB; what imports it afterwards gets this one."""
    with _not_collecting():
        import_module("pandas")  # what an answer is made of
        import_module("ibis")
        place = find_spec(_WRITERS) if _WRITERS not in sys.modules else None
        if place and place.submodule_search_locations:
            writers = _EachWhenAsked(_WRITERS)
            writers.__spec__, writers.__path__ = place, list(place.submodule_search_locations)
            sys.modules[_WRITERS] = writers
        import_module("ibis.backends.duckdb")
