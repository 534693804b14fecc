"""Accreditation analytics: from school workbooks to figures, charts and slides.

Start with `load_year`, `measure_levels`, `compare_to_targets` and the `chart_` functions.
A name is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# The public names, in the order of the flow, and the room each lives in.
_ROOMS = {
    "read_reference": "reference",
    "SuiteError": "reference",
    "InputError": "reference",
    "read_raw": "raw",
    "clean_schools": "clean",
    "count_repairs": "clean",
    "list_remarks": "clean",
    "status_on": "status",
    "restate_units": "status",
    "SchoolYear": "school_year",
    "load_year": "school_year",
    "load_years": "school_year",
    "load_register": "register",
    "measure_levels": "measure",
    "measure_sessions": "measure",
    "measure_transitions": "measure",
    "measure_completeness": "measure",
    "measure_expiries": "measure",
    "measure_renewals": "measure",
    "list_expiries": "measure",
    "measure_bridge": "measure",
    "compare_to_targets": "compare",
    "compare_indicators": "compare",
    "compare_groups": "compare",
    "compare_readings": "compare",
    "compare_unevenness": "compare",
    "compare_scenarios": "compare",
    "list_candidates": "compare",
    "list_upgrades": "compare",
    "find_smallest_set": "compare",
    "check_feasibility": "compare",
    "check_coherence": "compare",
    "recompute_published": "compare",
    "chart_levels": "charts",
    "chart_targets": "charts",
    "chart_gaps": "charts",
    "chart_progress": "charts",
    "chart_change": "charts",
    "chart_path": "charts",
    "chart_bridge": "charts",
    "chart_units": "charts",
    "chart_transitions": "charts",
    "chart_expiries": "charts",
    "chart_sessions": "charts",
    "chart_completeness": "charts",
    "tell_levels": "charts",
    "tell_targets": "charts",
    "tell_gaps": "charts",
    "tell_chart": "charts",
    "tell_data": "charts",
    "tell_period": "charts",
    "tell_indicators": "charts",
    "tell_groups": "charts",
    "tell_readings": "charts",
    "tell_feasibility": "charts",
    "tell_outlook": "charts",
    "tell_smallest_set": "charts",
    "foremost_groups": "charts",
    "style": "chart.house",
    "show_table": "export",
    "compare_schools": "compare",
    "explore_schools": "explore",
    "list_schools": "explore",
    "list_cells": "explore",
    "save_chart": "export",
    "export_tables": "export",
    "show_year": "shown_year",
    "export_deck": "export",
    "Slide": "export",
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
