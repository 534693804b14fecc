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
    "chart_levels": "chart",
    "chart_targets": "chart",
    "chart_gaps": "chart",
    "chart_progress": "chart",
    "chart_change": "chart",
    "chart_path": "chart",
    "chart_bridge": "chart",
    "chart_units": "chart",
    "chart_transitions": "chart",
    "chart_expiries": "chart",
    "chart_sessions": "chart",
    "chart_completeness": "chart",
    "tell_levels": "chart",
    "tell_targets": "chart",
    "tell_gaps": "chart",
    "tell_chart": "chart",
    "tell_data": "chart",
    "tell_period": "chart",
    "tell_indicators": "chart",
    "tell_groups": "chart",
    "tell_readings": "chart",
    "tell_feasibility": "chart",
    "tell_outlook": "chart",
    "tell_smallest_set": "chart",
    "foremost_groups": "chart",
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
