"""A folder with the results by indicator, as Parquet, and the schools they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import ibis
from ibis.backends import BaseBackend
from ibis.expr.types import Table

from analysis.reference import SuiteError

FACTS, SCHOOLS, CONDITIONS = "facts.parquet", "schools.parquet", "conditions.parquet"


@dataclass(frozen=True)
class CriteriaFolder:
    """The tables of a folder.

    `facts`: one row per school x school_year x criterion x indicator x level: school_id,
    school_year ("2024-2025"), standard (1, 2, ...), criterion ("1.1"), indicator ("a"), level
    (mức: 1, 2, ...), met (boolean, missing where it is not stated).

    `schools`: one row per school x school_year: school_id, school_year, education_level.

    `conditions`: one row per school x school_year with what recognition asks for beside a mức:
    school_id, school_year, cohort (has a cohort finished, at the highest level of a school of
    several?), data_years (consecutive school years with self-assessment, improvement and tracking
    data), facilities (facilities and safety); what is not stated is missing.
    """

    facts: Table
    schools: Table
    conditions: Table


def open_criteria(folder: str | Path, connection: BaseBackend | None = None) -> CriteriaFolder:
    """The tables in `folder`; nothing is loaded until a question is executed.

    `connection`: an Ibis backend, for example `ibis.pyspark.connect(session)`; without one, DuckDB
    inside this process.
    """
    place = Path(folder)
    if missing := [n for n in (FACTS, SCHOOLS, CONDITIONS) if not (place / n).exists()]:
        raise SuiteError("criteria_no_folder", folder=str(place), files=", ".join(missing))
    engine = connection or ibis.duckdb.connect()
    names = (FACTS, SCHOOLS, CONDITIONS)
    return CriteriaFolder(*(engine.read_parquet(str(place / name)) for name in names))
