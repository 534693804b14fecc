"""The notebooks of the suite, executed with the parameters of a run.

`run_notebooks` does it; `count_cells` says beforehand how many steps it will take; `kernel_server`
loads what they import while the run still reads. Names are loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.reference.parts import find_later

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

__getattr__ = find_later(__name__)
