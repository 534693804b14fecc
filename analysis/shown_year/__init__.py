"""The charts a school year is shown with: the same in the slides, the report and the notebooks."""

from __future__ import annotations

from analysis.shown_year.collection import Shown, ShownYear
from analysis.shown_year.drawing import show_year

__all__ = ["Shown", "ShownYear", "show_year"]
