"""Down from a group to its schools, and from a school to the cells it was read from."""

from __future__ import annotations

import pandas as pd

from analysis.clean import show
from analysis.measure import in_denominator
from analysis.notebook.explorer.view import View
from analysis.notebook.school_year import SchoolYear
from analysis.raw import Table, address
from analysis.reference import SuiteError
from analysis.tables import known

_SCHOOL = ["school_id", "school_code", "school_name", "unit", "education_level", "ownership"]
_SOURCE = ["source_file", "source_sheet", "source_row"]
_CELLS = ["heading", "cell", "source_value", "clean_value", "message"]


def list_schools(shown: View, group: str = "all") -> pd.DataFrame:
    """The schools a bar is made of, one row per school of the group that the base counts.

    school_id, school_code, school_name, unit, education_level, ownership; `standing` and `expires`
    of the scheme; source_file, source_sheet, source_row. The highest standing comes first. As many
    rows as the table's `schools_total` of the group.

    >>> from analysis.notebook.explorer import Asked, view
    >>> shown = view(load_year("2024-2025"), Asked(scheme="cqg"))
    >>> len(list_schools(shown, "THCS"))
    9
    """
    scheme, held = shown.asked.scheme, shown.year.held
    names = {f"{scheme}_{fact}": fact for fact in ("standing", "expires")}
    columns = [*_SCHOOL, *names, *_SOURCE]
    counted = held.loc[in_denominator(held, scheme, shown.base), columns].rename(columns=names)
    if group != "all":
        named = counted[shown.asked.by]
        stated = named.notna() & named.ne("")
        counted = counted[named.where(stated, "unknown").eq(group)]
    counted = counted.sort_values("standing", ascending=False, kind="stable", ignore_index=True)
    return known(counted, "explored_schools", shown.year)


def list_cells(year: SchoolYear, school_id: str) -> pd.DataFrame:
    """The cells a school was read from, one row per cell in the order of the sheet.

    `heading` as the sheet has it, `cell` its address, `source_value` what stands there,
    `clean_value` what it was read as, `message` what was repaired or should be looked at. File,
    sheet and row of the school stand in source_file, source_sheet, source_row.

    >>> year = load_year("2024-2025")
    >>> cells = list_cells(year, year.identified["school_id"].iloc[0])
    >>> cells.loc[1, ["heading", "cell", "source_value"]].tolist()
    ['Mã trường', 'B11', '46480901']
    """
    schools = year.held[year.held["school_id"].eq(school_id)]
    if schools.empty:
        raise SuiteError("explore_no_school", school=school_id, year=year.school_year)
    file, sheet, row = schools.iloc[0][_SOURCE]
    places = year.cleaned.rows_of_school(file, sheet, int(row))
    cells = pd.concat([_cells(year, *place) for place in places], ignore_index=True)
    return known(cells, "cells", year)


def _cells(year: SchoolYear, file: str, sheet: str, row: int) -> pd.DataFrame:
    """The cells of one row."""
    table = next(t for t in year.raw.tables
                 if (t.file, t.sheet) == (file, sheet) and row in t.rows)  # fmt: skip
    values = year.cleaned.told
    clean = values[_at(values, file, sheet, row)].iloc[0]
    issues = year.issues[_at(year.issues, file, sheet, row)]
    messages = issues.groupby("column")["message"].agg(" ".join)
    lines = [_cell(table, name, row, clean, messages) for name in table.header.columns]
    cells = pd.DataFrame(lines, columns=_CELLS)
    return cells.assign(source_file=file, source_sheet=sheet, source_row=row)


def _at(table: pd.DataFrame, file: str, sheet: str, row: int) -> pd.Series[bool]:
    same = table["source_file"].eq(file) & table["source_sheet"].eq(sheet)
    return same & table["source_row"].eq(row)


def _cell(
    table: Table, name: str, row: int, clean: pd.Series[str], messages: pd.Series[str]
) -> list[str]:
    """One cell: its heading, its address, what stands there, what it was read as."""
    column = table.header.columns[name]
    raw = table.cells[name][table.rows.index(row)] if name in table.cells else None
    heading = table.header.shown.get(column, name)
    read = show(clean.get(name)) if name in clean and not pd.isna(clean[name]) else ""
    return [heading, address(row - 1, column), show(raw), read, messages.get(name, "")]
