"""This room answers: how many? Counts and shares of schools, exact and "or higher"."""

from __future__ import annotations

from analysis.measure.bounds import count_kept_out, share_bounds
from analysis.measure.completeness import measure_completeness
from analysis.measure.expiries import list_expiries, measure_expiries
from analysis.measure.groups import BASES, GROUPINGS, check_choice, vietnamese_key
from analysis.measure.levels import measure_levels
from analysis.measure.renewals import measure_renewals
from analysis.measure.sessions import measure_sessions
from analysis.measure.transitions import measure_transitions

__all__ = [
    "BASES",
    "GROUPINGS",
    "check_choice",
    "count_kept_out",
    "list_expiries",
    "measure_completeness",
    "measure_expiries",
    "measure_levels",
    "measure_renewals",
    "measure_sessions",
    "measure_transitions",
    "share_bounds",
    "vietnamese_key",
]
