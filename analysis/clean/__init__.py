"""This room answers: what does it say? Typed values, and the fate of every row."""

from __future__ import annotations

from analysis.clean.cleaning import Cleaned, clean_schools, remark_texts
from analysis.clean.findings import Finding, show
from analysis.clean.plain import clean_indicators, published_counts
from analysis.clean.summary import count_repairs, list_remarks

__all__ = [
    "Cleaned",
    "Finding",
    "clean_indicators",
    "clean_schools",
    "count_repairs",
    "list_remarks",
    "published_counts",
    "remark_texts",
    "show",
]
