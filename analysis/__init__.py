"""Accreditation analytics: from school workbooks to figures, charts and slides.

`load_year` reads a school year; the `measure_`, `compare_`, `list_`, `find_` and `check_` functions
make tables of it; `chart`, `tell` and `show_table` show any of them.
A name is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# The public names, in the order of the flow, and the room each lives in.
_ROOMS = {
    "SuiteError": "reference",
    "load_year": "notebook.school_year",
    "load_register": "notebook.register",
    "measure_levels": "measure",
    "measure_sessions": "measure",
    "measure_three_years": "measure",
    "measure_transitions": "measure",
    "measure_completeness": "measure",
    "measure_expiries": "measure",
    "measure_renewals": "measure",
    "measure_bridge": "measure",
    "measure_rate_changes": "measure",
    "list_expiries": "measure",
    "compare_to_targets": "compare",
    "compare_indicators": "compare",
    "compare_groups": "compare",
    "compare_readings": "compare",
    "compare_pace": "compare",
    "compare_unevenness": "compare",
    "compare_scenarios": "compare",
    "compare_schools": "compare",
    "list_candidates": "compare",
    "list_upgrades": "compare",
    "find_smallest_set": "compare",
    "check_feasibility": "compare",
    "check_coherence": "compare",
    "what_if": "compare",
    "explain": "tables",
    "chart": "charts",
    "each_chart": "notebook.each",
    "tell": "charts",
    "style": "charts.house",
    "show_table": "export",
    "save_chart": "export",
    "export_tables": "export",
    "export_deck": "slides",
    "Slide": "slides",
    "saved_charts": "export",
    "summarize": "export",
    "explore_schools": "notebook.explorer",
}
__all__ = [*_ROOMS]


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    value = getattr(import_module(f"analysis.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names only, for completion."""
    return sorted(__all__)
