"""This room answers: how many? Counts and shares of schools, exact and "or higher"."""

from __future__ import annotations

from analysis.measure.bounds import count_kept_out, share_bounds
from analysis.measure.bridge import STEPS, list_changes, measure_bridge
from analysis.measure.groups import BASES, GROUPINGS, check_choice, vietnamese_key
from analysis.measure.levels import measure_levels

__all__ = [
    "BASES",
    "GROUPINGS",
    "STEPS",
    "check_choice",
    "count_kept_out",
    "list_changes",
    "measure_bridge",
    "measure_levels",
    "share_bounds",
    "vietnamese_key",
]
