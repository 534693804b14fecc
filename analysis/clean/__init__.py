"""This room answers: what does it say? Typed values, and the fate of every row."""

from __future__ import annotations

from analysis.clean.cleaning import Cleaned, clean_schools, remark_texts
from analysis.clean.findings import Finding, Repairs, count_repairs, list_remarks, show
from analysis.clean.gathering import known_schools
from analysis.clean.names import NameKey, alike, level_in_name, name_key
from analysis.clean.plain import published_counts
from analysis.clean.rows import (
    Rows,
    concerned_by,
    day_numbers,
    needed_by,
    results,
    scope_reasons,
)
from analysis.clean.schools import shown_columns
from analysis.clean.values import is_ranked
