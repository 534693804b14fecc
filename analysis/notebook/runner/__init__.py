"""The notebooks of the suite, executed with the parameters of a run.

`run_notebooks` does it; `count_cells` says beforehand how many steps it will take; `kernel_server`
loads what they import while the run still reads. Names are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.notebook.runner.forked import KernelServer, kernel_server
    from analysis.notebook.runner.kernel import code_cells, import_path
    from analysis.notebook.runner.running import (
        Executed,
        count_cells,
        needs_charts,
        run_notebooks,
        suite,
    )

_PARTS = {
    "Executed": "running",
    "KernelServer": "forked",
    "code_cells": "kernel",
    "count_cells": "running",
    "import_path": "kernel",
    "kernel_server": "forked",
    "needs_charts": "running",
    "run_notebooks": "running",
    "suite": "running",
}
__all__ = [
    "Executed",
    "KernelServer",
    "code_cells",
    "count_cells",
    "import_path",
    "kernel_server",
    "needs_charts",
    "run_notebooks",
    "suite",
]


def __getattr__(name: str) -> Any:
    if name not in _PARTS:
        raise AttributeError(f"module 'analysis.notebook.runner' has no attribute {name!r}")
    return getattr(import_module(f"analysis.notebook.runner.{_PARTS[name]}"), name)
