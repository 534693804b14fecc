"""One level deeper than levels: which criteria (tiêu chí) are met, and what recognition asks for.

Of an office in pandas, from tidy tables among the workbooks of its school year (`measure_...`).
Of a country with the extra `[criteria]`: results by indicator are a thousand times as many rows as
schools; they lie as Parquet in a folder, and the questions are asked through Ibis, on DuckDB by
default, unchanged on Spark. docs/scale.md says which size needs which.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from analysis.reference import SuiteError

if TYPE_CHECKING:
    from analysis.criteria.counting import (
        list_conditions,
        measure_conditions,
        measure_criteria_levels,
        measure_holding_back,
        measure_quantities,
    )
    from analysis.criteria.folder import CriteriaFolder, open_criteria
    from analysis.criteria.importing import Imported, import_criteria
    from analysis.criteria.questions import (
        conditions_met,
        holding_back,
        near_misses,
        schools_meeting,
        share_met,
    )
    from analysis.criteria.structure import CriteriaSet, read_structure

_PARTS = {
    "CriteriaFolder": "folder",
    "CriteriaSet": "structure",
    "Imported": "importing",
    "conditions_met": "questions",
    "holding_back": "questions",
    "import_criteria": "importing",
    "list_conditions": "counting",
    "measure_conditions": "counting",
    "measure_criteria_levels": "counting",
    "measure_holding_back": "counting",
    "measure_quantities": "counting",
    "near_misses": "questions",
    "open_criteria": "folder",
    "read_structure": "structure",
    "schools_meeting": "questions",
    "share_met": "questions",
}


def __getattr__(name: str) -> Any:
    if name not in _PARTS:
        raise AttributeError(f"module 'analysis.criteria' has no attribute {name!r}")
    try:
        return getattr(import_module(f"analysis.criteria.{_PARTS[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("ibis", "duckdb"):
            raise SuiteError("criteria_not_installed") from error
        raise
