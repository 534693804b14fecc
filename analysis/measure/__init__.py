"""This room answers: how many? Counts and shares of schools, exact and "or higher"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.reference.parts import find_later

if TYPE_CHECKING:
    from analysis.measure.bounds import count_kept_out, share_bounds
    from analysis.measure.bridge import STEPS, list_changes, measure_bridge
    from analysis.measure.completeness import measure_completeness
    from analysis.measure.expiries import (
        IDENTITY,
        list_expiries,
        measure_expiries,
        schools_in_force,
    )
    from analysis.measure.groups import (
        ALL,
        BASES,
        GROUPINGS,
        NOT_STATED,
        Counts,
        check_choice,
        in_base,
        vietnamese_key,
    )
    from analysis.measure.levels import count_places, measure_levels, reached_counts
    from analysis.measure.renewals import measure_renewals
    from analysis.measure.sessions import measure_sessions
    from analysis.measure.totals import in_denominator, schools_in_scope
    from analysis.measure.transitions import measure_transitions

# Where these names come from, the lightest first; each is loaded when it is first used.
_PARTS = (
    "groups",
    "bounds",
    "levels",
    "totals",
    "sessions",
    "completeness",
    "expiries",
    "renewals",
    "transitions",
    "bridge",
)
__all__ = [
    "ALL",
    "BASES",
    "GROUPINGS",
    "IDENTITY",
    "NOT_STATED",
    "STEPS",
    "Counts",
    "check_choice",
    "count_kept_out",
    "count_places",
    "in_base",
    "in_denominator",
    "list_changes",
    "list_expiries",
    "measure_bridge",
    "measure_completeness",
    "measure_expiries",
    "measure_levels",
    "measure_renewals",
    "measure_sessions",
    "measure_transitions",
    "reached_counts",
    "schools_in_force",
    "schools_in_scope",
    "share_bounds",
    "vietnamese_key",
]

__getattr__ = find_later(__name__, _PARTS, __all__)
