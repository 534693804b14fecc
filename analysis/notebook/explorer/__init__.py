"""Look around: from a choice to a chart, from a bar to its schools, from a school to its cells.

Beside the flow. `view` computes what is shown with the same functions as the published tables, and
goes down to schools and cells; `screen` and its controls put both on the screen.
"""

from __future__ import annotations

from analysis.notebook.explorer.screen import Explorer, explore_schools
from analysis.notebook.explorer.view import Asked, View, list_cells, list_schools, view

__all__ = ["Asked", "Explorer", "View", "explore_schools", "list_cells", "list_schools", "view"]
