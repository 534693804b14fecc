"""This room answers: where does it go? Charts, tables and pages become files.

Names are loaded when first used: writing a table needs no drawing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.export.pictures import save_chart
    from analysis.export.saved import saved_charts
    from analysis.export.shown import show_table
    from analysis.export.summary import summarize
    from analysis.export.tables import export_tables

_PARTS = {
    "export_tables": "tables",
    "save_chart": "pictures",
    "saved_charts": "saved",
    "show_table": "shown",
    "summarize": "summary",
}
__all__ = ["export_tables", "save_chart", "saved_charts", "show_table", "summarize"]


def __getattr__(name: str) -> Any:
    if name not in _PARTS:
        raise AttributeError(f"module 'analysis.export' has no attribute {name!r}")
    return getattr(import_module(f"analysis.export.{_PARTS[name]}"), name)
