"""Make the synthetic office "Hương Trà": messy workbooks of five school years and their truth.

    python data/make_example_office.py [FOLDER]

writes FOLDER/data/raw/<school year>/*.xlsx and FOLDER/tests/truth/example/*.csv; FOLDER is this
project unless given. Nothing is real but the names of wards and communes. The same bytes come out
each time; what happens to each school stands in data/example_office/histories.csv.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["OPENPYXL_LXML"] = "False"  # one way of writing XML, whether lxml is installed or not

from example_office import truth
from example_office.simulate import Row, clean_rows
from example_office.workbook import INDICATORS, LAYOUTS, indicator_workbook, school_workbooks

SCHEME_COLUMNS = ["result", "level", "decision", "date", "expires", "standing"]
SCHOOLS = ["school_year", "school_id", "school_code", "school_name", "name_in_sheet", "unit"]
SCHOOLS += ["education_level", "ownership", "eligible", "externally_evaluated"]
SCHOOLS += [f"{scheme}_{name}" for scheme in ("kdclgd", "cqg") for name in SCHEME_COLUMNS]
SCHOOLS += ["classes", "classes_two_sessions", "pupils", "pupils_two_sessions"]
SOURCE = ["source_file", "source_sheet", "source_row"]
SCHOOLS += ["doubts", *SOURCE]

TABLES = {
    "schools": SCHOOLS,
    "doubts": ["school_year", *SOURCE, "cell", "column", "value", "fault", "school_id"],
    "rows": ["school_year", *SOURCE, "kind"],
    "distribution": [
        "school_year", "scheme", "base", "group", "standing", "schools_count", "schools_total",
        "unclear_count", "percent", "percent_low", "percent_high",
    ],
    "targets": [
        "school_year", "part", "group", "count", "total", "unclear_count", "percent",
        "percent_low", "percent_high", "verdict", "position", "gap_points", "needed_least",
        "schools_needed", "attainable",
    ],
    "indicators": ["school_year", "measure_id", "numerator", "denominator", "value", "source"],
}  # fmt: skip


def make_example_office(folder: Path) -> None:
    """Write all workbooks and all tables of truth below the folder."""
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for school_year in LAYOUTS:
        files, places = school_workbooks(school_year, clean_rows(school_year))
        if school_year in INDICATORS:
            files[f"chi_tieu_co_quan_{school_year}.xlsx"] = indicator_workbook(school_year)
        for name, content in files.items():
            _write(folder / "data" / "raw" / school_year / name, content)
        rows = truth.accepted_rows(school_year, places)
        tables["schools"] += rows
        tables["doubts"] += truth.doubt_lines(school_year, places)
        tables["rows"] += truth.row_lines(school_year, places)
        tables["distribution"] += truth.distribution_lines(school_year, rows)
        tables["targets"] += truth.target_lines(school_year, rows)
    tables["indicators"] = truth.indicator_lines()
    for name, lines in tables.items():
        table = truth.as_csv(TABLES[name], lines)
        _write(folder / "tests" / "truth" / "example" / f"{name}.csv", table)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    make_example_office(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1])
