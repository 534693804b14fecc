"""From a published number to the schools it counts, and to the cells that say so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.clean import Finding
from analysis.clean.findings import show
from analysis.compare.outlook.scenarios import schools_without_renewal
from analysis.measure import (
    SET_ASIDE,
    groups_of,
    in_doubt,
    list_changes,
    list_moves,
    measure_levels,
    members_of,
)
from analysis.measure.expiries import schools_in_force, with_regime
from analysis.measure.totals import schools_in_scope
from analysis.notebook.register import Register
from analysis.notebook.school_year import SchoolYear
from analysis.raw import Table, address
from analysis.reference import SuiteError
from analysis.work.published_numbers import Line, Place

_TOTAL = "schools_total"
_UNCLEAR = ("unclear_count", "reached_unclear_count")


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
    if place.column in _UNCLEAR:
        check_count(line, place.column, len(part))
    else:
        check_count(line, column if column in line else "schools_count", len(part))
    counted = whole if place.column == _TOTAL else part
    return _rows(schools, counted), _rows(schools, whole)


def _asked(place: Place) -> tuple[str, str]:
    """The standing and the count of `measure_levels` behind a number."""
    line, unclear = place.line, place.column in _UNCLEAR
    if "standing" in line:
        standing, reached = line["standing"], "reached" in place.column
    else:
        standing, reached = line["level"], line["reading"] == "at_least"
    kinds = (
        ("reached_unclear_count", "unclear_count")
        if unclear
        else (
            "reached_count",
            "schools_count",
        )
    )
    return standing, kinds[0] if reached else kinds[1]


def unsure_members(place: Place, year: SchoolYear) -> pd.DataFrame:
    """The schools, and rows set aside, of which it is unclear whether they belong to the base and
    the group of a number: rows of `year.held`."""
    line, held = place.line, year.held
    of = members_of(held, line["scheme"], line["base"], only=_levels(line))
    by, group = line["by"], line["group"]
    if group == "all" or not by:
        return held[of.unsure]
    names, stated = groups_of(held, by)
    unplaced = ~stated
    for column in by.split(","):
        unplaced |= in_doubt(held, column)
    own = names.eq(group).to_numpy()
    found = held[(of.unsure & own) | ((of.counted | of.unsure) & unplaced)]
    check_count(line, "base_unclear_count", len(found))
    return found


def stating_schools(line: Line, year: SchoolYear) -> pd.DataFrame:
    """The schools a sum of `measure_sessions` rests on: rows of `year.identified`."""
    schools, measure = _of_group(schools_in_scope(year.identified), line), line["measure"]
    stated = schools[[measure, f"{measure}_two_sessions"]].notna().all(axis=1)
    check_count(line, "schools_stated", int(stated.sum()))
    return schools[stated]


def ending_schools(line: Line, year: SchoolYear) -> pd.DataFrame:
    """The schools whose certificate ends in a quarter of `measure_expiries`."""
    scheme = line["scheme"]
    schools = schools_in_force(year.identified, scheme)
    schools = _of_group(with_regime(schools, scheme, year.reference.rules), line)
    ends = schools[f"{scheme}_expires"].map(
        lambda day: "" if pd.isna(day) else f"{day.year}-Q{day.quarter}"
    )
    level = schools[f"{scheme}_level_held"].fillna(0) == int(line["level"] or 0)
    level |= line["by"] == "regime"  # of all levels together
    found = schools[ends.eq(line["quarter"]) & level]
    check_count(line, "schools_count", len(found))
    return found


def schools_of_group(line: Line, year: SchoolYear) -> pd.DataFrame:
    """The schools in scope of the group a line is about."""
    found = _of_group(schools_in_scope(year.identified), line)
    check_count(line, _TOTAL, len(found))
    return found


def _of_group(schools: pd.DataFrame, line: Line) -> pd.DataFrame:
    by, group, levels = line.get("by", ""), line.get("group", "all"), _levels(line)
    schools = schools[schools["education_level"].isin(levels)] if levels else schools
    if group == "all" or not by:
        return schools
    return schools[groups_of(schools, by)[0].eq(group)]


def _levels(line: Line) -> list[str]:
    """The education levels a target is only about; none where it is about all schools."""
    return [*filter(None, line.get("education_levels", "").split(","))]


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
    """What became of the rows of a sheet: those set aside and ignored, and its cells in doubt."""
    place = (line["source_file"], line["source_sheet"])
    return [
        f
        for f in year.cleaned.findings
        if (f.file, f.sheet) == place and f.outcome in ("doubt", "set_aside", "ignored")
    ]


_YEARS = ["school_year_from", "school_year_to"]


def moved_schools(line: Line, register: Register) -> pd.DataFrame:
    """The moves a number of `measure_transitions` counts, see `list_moves`."""
    moves = list_moves(register.held, scheme=line["scheme"])
    kind = ["move"] if line.get("move") else []
    found = _alike(moves, line, [*_YEARS, "standing_from", "standing_to", *kind])
    check_count(line, "schools_count", len(found))
    return found


def changed_schools(line: Line, register: Register) -> pd.DataFrame:
    """The changes a number of `measure_bridge` adds up, see `list_changes`."""
    changes = list_changes(
        register.held,
        scheme=line["scheme"],
        by=line["by"] or None,
        directory=register.directory,
        units=register.reference.units,
    )
    keys = [*_YEARS, "level", "step", *(["group"] if line["group"] != "all" else [])]
    found = _alike(changes, line, keys)
    check_count(line, "schools_count", int(found["schools_count"].sum()))
    moved = found.groupby("school_id")["schools_count"].transform("sum")
    return found[moved != 0]  # a move between groups is nothing to the total


def not_identified(school_id: str, year: str, line: Line, register: Register) -> bool:
    """Whether it cannot be told which row of the list of a year, of the two a line is about, is a
    school's: that it is in none of them is not to say that it is not on the list."""
    moves = _alike(list_moves(register.held, scheme=line["scheme"]), line, _YEARS)
    side = "standing_from" if year == line["school_year_from"] else "standing_to"
    own = moves[moves["school_id"].astype("str") == str(school_id)]
    return bool(own[side].eq(SET_ASIDE).any())


def rows_of_code(school_id: str, year: str, register: Register) -> pd.DataFrame:
    """The rows set aside in a year that have the code of a school."""
    held = register.held
    own = held["school_id"].astype("str").eq(str(school_id)) & held["school_code"].ne("")
    aside = held[held["in_scope"].isna() & held["school_year"].eq(year)]
    return aside[aside["school_code"].isin(held.loc[own, "school_code"])]


def schools_in_scenario(
    place: Place, register: Register
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What a number of `compare_scenarios` counts: the schools that count in any case, those that
    count only if their certificate is renewed, and all that are asked.

    At the observed rate so many of the second are taken to be renewed; nobody knows which.
    """
    line, today = place.line, register.latest.identified
    day = dt.date.fromisoformat(line["as_of"][:10])
    lapsed = schools_without_renewal(today, day)
    uncounted = Place({**line, "schools_count": ""}, "schools_count")
    certain, whole = counted_schools(uncounted, lapsed)
    all_renewed, _ = counted_schools(uncounted, today)
    lasting, _ = counted_schools(uncounted, schools_without_renewal(today, day, lasting=True))
    ending = all_renewed.drop(lasting.index)
    counts = {"none": len(certain), "all_renew": len(all_renewed)}
    if line["scenario"] in counts:
        check_count(line, "schools_count", counts[line["scenario"]])
    check_count(line, "ending_count", len(ending))
    return certain, ending, whole


def _alike(table: pd.DataFrame, line: Line, keys: list[str]) -> pd.DataFrame:
    """The rows that agree with a published line in these columns."""
    wanted = [table[key].astype("str") == line[key] for key in keys]
    return table[pd.concat(wanted, axis=1).all(axis=1)]
