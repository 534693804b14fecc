"""The notebooks of the suite, executed with the parameters of a run.

`run_notebooks` does it; `count_cells` says beforehand how many steps it will take.
"""

from __future__ import annotations

from analysis.notebook_runner.kernel import import_path
from analysis.notebook_runner.running import Executed, count_cells, run_notebooks, suite

__all__ = ["Executed", "count_cells", "import_path", "run_notebooks", "suite"]
