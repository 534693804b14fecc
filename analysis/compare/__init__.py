"""This room answers: against what? Counts against targets, indicators, printed percentages."""

from __future__ import annotations

from analysis.compare.changes import SCHOOL_COLUMNS, compare_schools, compare_tables
from analysis.compare.groups import compare_groups
from analysis.compare.indicators import compare_indicators
from analysis.compare.published import recompute_published
from analysis.compare.targets import attainable_counts, compare_to_targets

__all__ = [
    "SCHOOL_COLUMNS",
    "attainable_counts",
    "compare_groups",
    "compare_indicators",
    "compare_schools",
    "compare_tables",
    "compare_to_targets",
    "recompute_published",
]
