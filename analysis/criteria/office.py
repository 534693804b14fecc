"""What the workbooks of a school year state by criterion: the mức of each criterion, the conditions
of recognition, the quantitative indicators. Tidy tables in any file of the year's folder; they were
opened with the others (columns.toml, [tables]), and are checked whole here."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.criteria.structure import CriteriaSet, Faults, set_of
from analysis.reference import Rules, bare, fold, tidy
from analysis.workbooks.cells import Cell, address, is_blank

if TYPE_CHECKING:
    from analysis.notebook.school_year import SchoolYear
    from analysis.raw.layout import Table

_INDICATORS = Path(__file__).with_name("indicators.csv")
_CRITERION = re.compile(r"(?:tiêu chí )?(\d{1,2})[.,](\d{1,2})")
_LEVEL = re.compile(r"(?:đạt )?(?:mức )?(\d)")
RESULTS = ["school_code", "criterion", "criterion_level"]
STATED = ["school_code", "cohort", "data_years", "facilities"]
QUANTITIES = ["school_code", "annex", "criterion", "quantity", "quantity_value", "quantity_whole"]


@dataclass(frozen=True)
class Stated:
    """What a year states, one row per school and criterion (`results`), school (`conditions`), or
    school and quantity; what is not stated is missing."""

    results: pd.DataFrame
    conditions: pd.DataFrame
    quantities: pd.DataFrame


def _place(table: Table, row: int, column: str) -> list[str]:
    """File, sheet, cell and what stands there."""
    at = address(table.rows[row] - 1, table.header.columns[column])
    return [f"{table.file}, {table.sheet} {at}: “{table.cells[column][row]}”"]


def code_of(cell: Cell) -> str:
    """A school's code, as a number or a text, whatever zeros stand before it."""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return tidy(text).lstrip("0")


@cache
def indicators() -> Mapping[tuple[str, str, str], tuple[str, str]]:
    """The quantitative indicators of the annexes by annex, criterion and folded name: their name,
    and what their values are: "share" (0-100), "count", or "part" of a whole. Of annex III nothing
    is in it."""
    with _INDICATORS.open(encoding="utf-8", newline="") as lines:
        rows = [*csv.DictReader(lines)]
    return {
        (r["annex"], r["criterion"], fold(r["indicator"])): (r["indicator"], r["kind"])
        for r in rows
    }


def annex_of(education_level: str) -> str:
    """The annex of circular 57/2026 for an education level."""
    return {"MN": "I", "GDTX": "III"}.get(education_level, "II")


def stated_in(year: SchoolYear) -> Stated:
    """What the workbooks of a year state by criterion. Raises SuiteError with every fault: its
    kind, how often, and file, sheet, cell and value of the first ones."""
    faults, rules = Faults(), year.reference.rules
    listed = year.cleaned.schools
    levels = {
        code_of(code): str(level)
        for code, level in zip(listed["school_code"], listed["education_level"], strict=True)
        if code
    }
    sets = {code: set_of(year.school_year, level) for code, level in levels.items()}
    results = [*_results(year, sets, rules, faults)]
    conditions = [*_conditions(year, sets, levels, rules, faults)]
    quantities = [*_quantities(year, sets, levels, faults)]
    faults.stop()
    return Stated(
        pd.DataFrame(results, columns=RESULTS).astype({"criterion_level": "Int64"}),
        pd.DataFrame(conditions, columns=STATED).astype(
            {"cohort": "boolean", "data_years": "Int64", "facilities": "boolean"}
        ),
        pd.DataFrame(quantities, columns=QUANTITIES).astype(
            {"quantity_value": "Float64", "quantity_whole": "Float64"}
        ),
    )


Sets = Mapping[str, CriteriaSet | None]


def _rows(year: SchoolYear, kind: str, sets: Sets, faults: Faults) -> Iterator[Any]:
    """The rows of a kind whose school has a set: (table, row, code, its set). A row among them that
    names no school is a fault, and no note."""
    for table in year.raw.of_kind(kind):
        place = table.file, table.sheet
        notes = (
            i.row for i in year.raw.ignored if i.reason == "note" and (i.file, i.sheet) == place
        )
        for row in (row for row in notes if row < max(table.rows, default=0)):
            at = address(row - 1, table.header.columns["school_code"])
            faults.add("criteria_no_code", [f"{table.file}, {table.sheet} {at}"])
        for row in range(len(table.rows)):
            code = code_of(table.cells["school_code"][row])
            found = sets.get(code)
            if found is None:
                key = "criteria_no_set_for" if code in sets else "criteria_no_school"
                faults.add(key, _place(table, row, "school_code"))
            else:
                yield table, row, code, found


def _criterion(table: Table, row: int, found: CriteriaSet, faults: Faults) -> str:
    """The number of a criterion of the set, "" for what is none."""
    match = _CRITERION.match(tidy(str(table.cells["criterion"][row])).casefold())
    name = f"{match[1]}.{match[2]}" if match else ""
    if name in found.names:
        return name
    faults.add("criteria_unknown", _place(table, row, "criterion"))
    return ""


def _results(year: SchoolYear, sets: Sets, rules: Rules, faults: Faults) -> Iterator[Any]:
    seen = set[tuple[str, str]]()
    for table, row, code, found in _rows(year, "criteria_results", sets, faults):
        name = _criterion(table, row, found, faults)
        if (code, name) in seen:
            faults.add("criteria_twice", _place(table, row, "criterion"))
        elif name:
            seen.add((code, name))
            cell = table.cells["criterion_level"][row]
            level = _level(cell, rules)
            if level is None and not is_blank(cell):
                faults.add("criteria_blank", _place(table, row, "criterion_level"))
            elif level is not None and not 0 <= level <= max(found.levels):
                faults.add("criteria_level", _place(table, row, "criterion_level"))
            else:
                yield code, name, level


def _level(cell: Cell, rules: Rules) -> int | None:
    """A mức; 0 where none is reached; None where the cell says nothing, or nothing like it."""
    if isinstance(cell, bool) or (isinstance(cell, float) and not cell.is_integer()):
        return None
    if isinstance(cell, int | float):
        return int(cell)
    match = _LEVEL.fullmatch(tidy(str(cell or "")).casefold())
    if match:
        return int(match[1])
    return 0 if rules.spellings["yes_no"].get(bare(str(cell))) == "no" else None


def _conditions(
    year: SchoolYear, sets: Sets, levels: Mapping[str, str], rules: Rules, faults: Faults
) -> Iterator[Any]:
    seen = set[str]()
    for table, row, code, found in _rows(year, "recognition_conditions", sets, faults):
        if levels[code] not in found.recognised:
            faults.add("criteria_not_recognised", _place(table, row, "school_code"))
        elif code in seen:
            faults.add("criteria_twice", _place(table, row, "school_code"))
        else:
            seen.add(code)
            cohort, facilities = (
                _answer(table, row, name, rules, faults) for name in ("cohort", "facilities")
            )
            years = table.cells["data_years"][row]
            number = int(years) if re.fullmatch(r"\d{1,2}(\.0)?", str(years)[:9]) else None
            if number is None and not is_blank(years):
                faults.add("criteria_blank", _place(table, row, "data_years"))
            yield code, cohort, number, facilities


def _answer(table: Table, row: int, name: str, rules: Rules, faults: Faults) -> bool | None:
    cell = table.cells[name][row]
    if is_blank(cell):
        return None
    text = str(int(cell)) if isinstance(cell, int | float) else str(cell)
    said = rules.spellings["yes_no"].get(bare(text))
    if said is None:
        faults.add("criteria_blank", _place(table, row, name))
    return None if said is None else said == "yes"


def _quantities(
    year: SchoolYear, sets: Sets, levels: Mapping[str, str], faults: Faults
) -> Iterator[Any]:
    seen = set[tuple[str, ...]]()
    for table, row, code, found in _rows(year, "criterion_quantities", sets, faults):
        name, annex = _criterion(table, row, found, faults), annex_of(levels[code])
        quantity = tidy(str(table.cells["quantity"][row] or ""))
        # Annex III was not at hand: what a centre states goes by the name it has there.
        other = (quantity, "count" if annex == "III" else "")
        quantity, kind = indicators().get((annex, name, fold(quantity)), other)
        if not name:
            continue
        if not kind:
            faults.add("criteria_no_indicator", _place(table, row, "quantity"))
        elif (code, name, fold(quantity)) in seen:
            faults.add("criteria_twice", _place(table, row, "quantity"))
        else:
            seen.add((code, name, fold(quantity)))
            whole = "quantity_whole" if "quantity_whole" in table.cells else ""
            value, of = (
                _number(table, row, column, kind, faults) if column else None
                for column in ("quantity_value", whole)
            )
            yield code, annex, name, quantity, value, of


def _number(table: Table, row: int, column: str, kind: str, faults: Faults) -> float | None:
    """A number that is not negative; a share lies within 0-100."""
    cell = table.cells[column][row]
    if is_blank(cell):
        return None
    text = str(cell).strip().rstrip("%").strip().replace(",", ".")
    number = float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text[:30]) else None
    if number is None or (kind == "share" and number > 100):
        faults.add("criteria_number_bad", _place(table, row, column))
        return None
    return number
