"""From a published number to the schools it counts, and to the cells that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.clean import Finding
from analysis.clean.findings import show
from analysis.jobs.published_numbers import Line, Place
from analysis.measure import measure_levels
from analysis.measure.expiries import schools_in_force
from analysis.measure.totals import schools_in_scope
from analysis.raw import Table, address
from analysis.reference import SuiteError
from analysis.school_year import SchoolYear

_TOTAL = "schools_total"


@dataclass(frozen=True)
class SourceCell:
    """A cell of a workbook: where it stands, the column it was read as, and what is in it."""

    column: str
    cell: str
    value: str


def counted_schools(place: Place, schools: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The schools a number counts, and those it is a share of: rows of `schools`.

    The table is measured again with each school as a group of its own, so that the rules that made
    the number are the ones that take it apart. Raises SuiteError if it is another number today.
    """
    line, schools = place.line, schools.reset_index(drop=True)
    each = schools.assign(unit=schools.index.astype("str"))
    levels = measure_levels(each, scheme=line["scheme"], base=line["base"], by="unit")
    levels = levels[(levels["group"] != "all") & (levels[_TOTAL] > 0)]
    own = _of_group(schools, line)
    levels = levels[levels["group"].isin(own.index.astype("str"))]
    standing, column = _asked(place)
    rows = levels[levels["standing"].astype("str") == standing]
    whole, part = rows, rows[rows[column].fillna(0) > 0]
    check_count(line, _TOTAL, len(whole))
    check_count(line, column if column in line else "schools_count", len(part))
    counted = whole if place.column == _TOTAL else part
    return _rows(schools, counted), _rows(schools, whole)


def _asked(place: Place) -> tuple[str, str]:
    """The standing and the count of `measure_levels` behind a number."""
    line = place.line
    if "standing" in line:
        return line["standing"], "reached_count" if "reached" in place.column else "schools_count"
    return line["level"], "reached_count" if line["reading"] == "at_least" else "schools_count"


def kept_out_rows(place: Place, year: SchoolYear) -> pd.DataFrame:
    """The rows set aside that may belong to the group of a number: rows of `year.kept_out`."""
    by, group = place.line["by"], place.line["group"]
    rows = year.kept_out
    return rows if group == "all" or not by else rows[rows[by].isin([group, ""])]


def stating_schools(line: Line, year: SchoolYear) -> pd.DataFrame:
    """The schools a sum of `measure_sessions` rests on: rows of `year.schools`."""
    schools, measure = _of_group(schools_in_scope(year.schools), line), line["measure"]
    stated = schools[[measure, f"{measure}_two_sessions"]].notna().all(axis=1)
    check_count(line, "schools_stated", int(stated.sum()))
    return schools[stated]


def ending_schools(line: Line, year: SchoolYear) -> pd.DataFrame:
    """The schools whose certificate ends in a quarter of `measure_expiries`."""
    scheme = line["scheme"]
    schools = _of_group(schools_in_force(year.schools, scheme), line)
    ends = schools[f"{scheme}_expires"].map(
        lambda day: "" if pd.isna(day) else f"{day.year}-Q{day.quarter}"
    )
    level = schools[f"{scheme}_level_held"].fillna(0) == int(line["level"] or 0)
    found = schools[ends.eq(line["quarter"]) & level]
    check_count(line, "schools_count", len(found))
    return found


def _of_group(schools: pd.DataFrame, line: Line) -> pd.DataFrame:
    by, group = line["by"], line["group"]
    if group == "all" or not by:
        return schools
    stated = schools[by].fillna("").astype("str")
    return schools[stated == ("" if group == "unknown" else group)]


def check_count(line: Line, column: str, found: int) -> None:
    """Raise SuiteError where a published count is not the one found today."""
    if line.get(column, "") not in ("", str(found)):
        raise SuiteError("trace_differs", published=line[column], found=found)


def _rows(schools: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    return schools.loc[sorted(levels["group"].astype(int))]


def source_cells(
    year: SchoolYear, file: str, sheet: str, row: int, words: tuple[str, ...]
) -> list[SourceCell]:
    """The cells of a row of a workbook in the columns whose name begins with one of `words`."""
    return [
        SourceCell(name, address(row - 1, column), show(table.cells[name][index]))
        for table, index in _rows_of(year, file, sheet, row)
        for name, column in sorted(table.header.columns.items(), key=lambda item: item[1])
        if name.startswith(words) and name in table.cells
    ]


def _rows_of(year: SchoolYear, file: str, sheet: str, row: int) -> Iterator[tuple[Table, int]]:
    for table in year.raw.tables:
        if (table.file, table.sheet) == (file, sheet) and row in table.rows:
            yield table, table.rows.index(row)


def indicator_rows(year: SchoolYear, measure: str) -> list[tuple[str, str, int]]:
    """File, sheet and row in which the office states one of its own figures."""
    return [
        (table.file, table.sheet, row)
        for table in year.raw.of_kind("indicators")
        for row, name in zip(table.rows, table.cells["indicator_id"], strict=True)
        if str(name).strip() == measure
    ]


def findings_of(year: SchoolYear, line: Line) -> list[Finding]:
    """What became of the rows of a sheet: those set aside and those ignored."""
    place = (line["source_file"], line["source_sheet"])
    return [
        f
        for f in year.cleaned.findings
        if (f.file, f.sheet) == place and f.outcome in ("set_aside", "ignored")
    ]
