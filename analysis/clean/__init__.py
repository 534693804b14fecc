"""This room answers: what does it say? Typed values, and the fate of every row."""

from __future__ import annotations

from analysis.clean.cleaning import Cleaned, clean_schools, remark_texts
from analysis.clean.findings import Finding, Repairs, show
from analysis.clean.plain import clean_indicators, published_counts
from analysis.clean.rows import Rows, day_numbers, results, scope_reasons
from analysis.clean.summary import count_repairs, list_remarks
from analysis.clean.values import is_ranked

__all__ = [
    "Cleaned",
    "Finding",
    "Repairs",
    "Rows",
    "clean_indicators",
    "clean_schools",
    "count_repairs",
    "day_numbers",
    "is_ranked",
    "list_remarks",
    "published_counts",
    "remark_texts",
    "results",
    "scope_reasons",
    "show",
]
