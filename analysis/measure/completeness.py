"""How much of each column is stated at all: read before any rate."""

from __future__ import annotations

import pandas as pd

from analysis.measure.totals import schools_in_scope
from analysis.reference import SCHEMES
from analysis.status import UNCLEAR
from analysis.tables import columns_of, makes

_OF_SCHOOLS = ("school_code", "unit", "education_level", "ownership")
_OF_DUTIES = ("eligible", "externally_evaluated")
_NUMBERS = ("classes", "classes_two_sessions", "pupils", "pupils_two_sessions")
# What only a certificate has: asked of the schools that a source calls recognised.
_OF_CERTIFICATES = ("level", "decision", "date", "expiry")
_CERTIFIED = ("recognised", "level_unknown", "expired")
# What is no answer: a blank, and a cell nobody can read.
_SILENT = ["", *UNCLEAR]


@makes("completeness")
def measure_completeness(held: pd.DataFrame) -> pd.DataFrame:
    """For how many schools in scope each column says something; a blank is unknown, never zero.

    One row per school_year x column that the table has:

    - `stated_count` of `rows_count`, `stated_percent` (0-100, missing where nobody is asked);
    - a result counts as stated unless it is "not_stated" or "in_doubt"; level, decision, date and
      expiry are asked of the schools with a certificate only, as a school without one has nothing
      to state. Of a scheme that a year's lists have no column for nothing is asked.

    >>> stated = measure_completeness(load_year("2024-2025")).set_index("column")
    >>> stated.loc["pupils", ["stated_count", "rows_count"]].tolist()
    [37, 38]
    """
    schools = schools_in_scope(held)
    asked = [(c, pd.Series(True, schools.index)) for c in (*_OF_SCHOOLS, *_OF_DUTIES)]
    for scheme in SCHEMES:
        result = schools[f"{scheme}_result"]
        certified = result.isin(_CERTIFIED)
        asked.append((f"{scheme}_result", result.notna()))
        asked += [(f"{scheme}_{name}", certified) for name in _OF_CERTIFICATES]
    asked += [(column, pd.Series(True, schools.index)) for column in _NUMBERS]
    rows = pd.concat([_column(schools[who], column) for column, who in asked if column in schools])
    return rows.sort_values("school_year", kind="stable", ignore_index=True)[
        columns_of("completeness")
    ]


def _column(schools: pd.DataFrame, column: str) -> pd.DataFrame:
    """One column, year by year."""
    values = schools[column]
    stated = values.notna() & ~values.astype("str").isin(_SILENT)
    rows = stated.groupby(schools["school_year"]).agg(["sum", "size"]).reset_index()
    rows.columns = pd.Index(["school_year", "stated_count", "rows_count"])
    percent = (100 * rows["stated_count"] / rows["rows_count"]).astype("Float64")
    return rows.assign(column=column, stated_percent=percent)
