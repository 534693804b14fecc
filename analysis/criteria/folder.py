"""A folder with the results by indicator, as Parquet, and the schools they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import ibis
from ibis.backends import BaseBackend
from ibis.expr.types import Table

from analysis.reference import SuiteError

FACTS, SCHOOLS = "facts.parquet", "schools.parquet"


@dataclass(frozen=True)
class CriteriaFolder:
    """The two tables of a folder.

    `facts`: one row per school x school_year x criterion x indicator x level: school_id,
    school_year ("2024-2025"), standard (1, 2, ...), criterion ("1.1"), indicator ("a"), level
    (mức: 1, 2, ...), met (boolean).

    `schools`: one row per school x school_year: school_id, school_year, education_level.
    """

    facts: Table
    schools: Table


def open_criteria(folder: str | Path, connection: BaseBackend | None = None) -> CriteriaFolder:
    """The tables in `folder`; nothing is loaded until a question is executed.

    `connection`: an Ibis backend, for example `ibis.pyspark.connect(session)`; without one, DuckDB
    inside this process.
    """
    place = Path(folder)
    if missing := [n for n in (FACTS, SCHOOLS) if not (place / n).exists()]:
        raise SuiteError("criteria_no_folder", folder=str(place), files=", ".join(missing))
    engine = connection or ibis.duckdb.connect()
    return CriteriaFolder(
        engine.read_parquet(str(place / FACTS)), engine.read_parquet(str(place / SCHOOLS))
    )
