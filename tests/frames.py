"""Small `schools` tables for tests, typed as cleaning types them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from analysis.reference import SCHEMES, read_rules
from analysis.status import status_on

AS_OF = dt.date(2025, 5, 31)
_SCHOOL: dict[str, Any] = {
    "school_year": "2024-2025",
    "school_code": "",
    "school_name": "",
    "unit": "Phường Tứ Hạ",
    "education_level": "TH",
    "ownership": "CL",
    "operating": True,
    "in_scope": True,
    "scope_reason": "",
    "eligible": None,
    "externally_evaluated": None,
    "classes": None,
    "pupils": None,
    "classes_two_sessions": None,
    "pupils_two_sessions": None,
    "doubts": "",
    "source_file": "a.xlsx",
    "source_sheet": "1",
    "source_row": 1,
}
_CERTIFICATE = {"decision": "", "date": None, "date_precision": "", "expiry": None}
_TYPES = {
    "eligible": "boolean",
    "externally_evaluated": "boolean",
    **dict.fromkeys(["classes", "pupils", "classes_two_sessions", "pupils_two_sessions"], "Int64"),
    **{f"{s}_level": "Int64" for s in SCHEMES},
    **{f"{s}_{day}": "datetime64[us]" for s in SCHEMES for day in ("date", "expiry")},
}


def school(**facts: Any) -> dict[str, Any]:
    """One school. `kdclgd` and `cqg` take a level or a result: kdclgd=2, cqg="not_reached"; None:
    no list of the year has a column for the scheme."""
    row = dict(_SCHOOL)
    for scheme in SCHEMES:
        said = facts.pop(scheme, "not_stated")
        row |= {f"{scheme}_{name}": value for name, value in _CERTIFICATE.items()}
        row[f"{scheme}_result"] = "recognised" if isinstance(said, int) else said
        row[f"{scheme}_level"] = said if isinstance(said, int) else None
        if facts.get(f"{scheme}_date"):
            row[f"{scheme}_date_precision"] = "day"
    unknown = set(facts) - set(row) - {"school_id"}
    assert not unknown, unknown
    return row | facts


def schools(*rows: dict[str, Any]) -> pd.DataFrame:
    """A table of schools, numbered where they have no id."""
    numbered = [{"school_id": f"S{i}"} | row for i, row in enumerate(rows)]
    columns = ["school_id", *school()]
    return pd.DataFrame(numbered, columns=columns).astype(_TYPES)


def held(*rows: dict[str, Any], as_of: Any = AS_OF) -> pd.DataFrame:
    """The same schools as they stand on a day."""
    return status_on(schools(*rows), as_of, read_rules())
