"""From sheets to tables: every row that holds a value gets exactly one kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.raw.evidence import (
    Evidence,
    count_numbers,
    note_beside,
    note_corrections,
    read_merged,
)
from analysis.raw.headings import Header, find_header
from analysis.raw.kinds import (
    Group,
    is_code,
    kind_of,
    last_school,
    named_group,
    named_unit,
    sheet_level,
)
from analysis.reference import InputError, Rules, tidy
from analysis.workbooks.cells import Cell, Converted, Row, Sheet, holds, is_blank, shortened
from analysis.workbooks.grid import Coded, Flags, Places, paired

MOST_TABLES = 1000  # of one sheet, one below the other


@dataclass
class Table:
    """One table of one sheet: its data rows by column, and where each row stands (1-based).

    `kind` is "schools", or the name of a small table of another kind (columns.toml [tables]).
    `totals`: total rows with their cells; `breaks`: group and total rows, between which they sum;
    `group_rows`: the group rows with their cells.
    `filled`: (column, place of the row) of cells that have the value of a merged cell above;
    `evidence`: what speaks of cells beside their values.
    `group_level`, `group_unit`: for each row what the group row above it says, or the sheet's name
    or title (`unit_from`: where a unit was found there).
    """

    file: str
    sheet: str
    header: Header
    rows: list[int] = field(default_factory=list)
    cells: dict[str, Coded[Cell]] = field(default_factory=dict)
    group_level: Sequence[str] = field(default_factory=list)
    group_unit: Sequence[str] = field(default_factory=list)
    unit_from: str = ""
    totals: list[tuple[int, Row]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    group_rows: list[tuple[int, Row]] = field(default_factory=list)
    kind: str = "schools"
    ragged: set[int] = field(default_factory=set)
    filled: set[tuple[str, int]] = field(default_factory=set)
    epoch_1904: bool = False
    # What stands under headings nobody knows, by heading.
    unknown: dict[str, Coded[Cell]] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)


@dataclass(frozen=True)
class Ignored:
    """A row that is not a school: its place (1-based) and why."""

    file: str
    sheet: str
    row: int
    reason: str


def find_tables(file: str, sheet: Sheet, rules: Rules) -> tuple[list[Table], list[Ignored]]:
    """The tables of a sheet, one below the other, and the rows that belong to none."""
    tables: list[Table] = []
    ignored: list[Ignored] = []
    header = find_header(sheet, rules)
    if header is None:
        return [], all_ignored(file, sheet, "sheet_not_read")
    start = 0
    while header is not None:
        if len(tables) >= MOST_TABLES:
            raise InputError("tables_too_many", file=file, sheet=sheet.name, limit=MOST_TABLES)
        ignored += _above(file, sheet, start, header)
        following = _next_header(sheet, rules, header)
        end = following.top if following else len(sheet.rows)
        table, passed = _read_table(file, sheet, header, end, rules)
        table.epoch_1904 = sheet.epoch_1904
        table.ragged = {r + 1 for r in sheet.ragged} & set(table.rows)
        tables.append(table)
        ignored += passed
        start, header = end, following
    ignored += [Ignored(file, sheet.name, r + 1, "stray") for r in far_rows(sheet)]
    return tables, ignored


def all_ignored(file: str, sheet: Sheet, reason: str) -> list[Ignored]:
    """Every row of a sheet that is not read."""
    rows = {*np.flatnonzero(sheet.grid.holding(holds)).tolist(), *far_rows(sheet)}
    return [Ignored(file, sheet.name, r + 1, reason) for r in sorted(rows)]


def far_rows(sheet: Sheet) -> list[int]:
    """The rows (0-based) that hold nothing but cells far from all others."""
    rows = {r for r, _ in sheet.far_cells}
    held = sheet.grid.holding(holds)
    return sorted(r for r in rows if r >= len(held) or not held[r])


def _above(file: str, sheet: Sheet, start: int, header: Header) -> list[Ignored]:
    return [
        Ignored(file, sheet.name, r + 1, "header" if r >= header.top else "title")
        for r in _rows_between(sheet, start, header.bottom + 1).tolist()
    ]


def _rows_between(sheet: Sheet, start: int, end: int) -> Places:
    """The rows of a stretch that hold a value."""
    return np.flatnonzero(sheet.grid.holding(holds)[start:end]) + start


def _next_header(sheet: Sheet, rules: Rules, header: Header) -> Header | None:
    """A later header block of another table; a repeat of this one is not another table."""
    first = header.bottom + 1
    while found := find_header(sheet, rules, first):
        if found.columns != header.columns:
            return found
        first = found.bottom + 1
    return None


def _read_table(
    file: str, sheet: Sheet, header: Header, end: int, rules: Rules
) -> tuple[Table, list[Ignored]]:
    """The table below a header. Most rows have a code and are a school's without a further look."""
    table = Table(file, sheet.name, header)
    ignored: list[Ignored] = []
    rows = _rows_between(sheet, header.bottom + 1, end)
    schools = _with_code(sheet, header, rows)
    last = last_school(sheet, header, end)
    groups = _Groups(header.bottom, sheet_level(sheet.name, rules))
    if "unit" not in header.columns:
        groups.units[header.bottom], table.unit_from = _unit_around(sheet, header, rules)
    for i in np.flatnonzero(~schools).tolist():
        r, row = int(rows[i]), list(map(shortened, sheet.rows[rows[i]]))
        kind = kind_of(row, header, rules, after_last=r > last)
        if kind == "data":
            schools[i] = True
            continue
        if kind == "group":
            table.group_rows.append((r + 1, row))
            groups.begin(r, named_group(row, header, rules))
        elif kind == "total":
            table.totals.append((r + 1, row))
        if kind in ("group", "total"):
            table.breaks.append(r + 1)
        ignored.append(Ignored(file, sheet.name, r + 1, kind))
    _take_rows(table, sheet, rows[schools], groups, end, rules)
    return table, ignored


def _with_code(sheet: Sheet, header: Header, rows: Places) -> Flags:
    """Which of these rows have a school code for certain."""
    place = header.columns.get("school_code")
    if place is None:
        return np.zeros(len(rows), np.bool_)
    return sheet.grid.column(place, rows).where(lambda cell: is_code(shortened(cell)))


def _take_rows(
    table: Table, sheet: Sheet, rows: Places, groups: _Groups, end: int, rules: Rules
) -> None:
    """The data rows column by column, each below the group row that stands over it."""
    table.rows = (rows + 1).tolist()
    table.group_level = _below(groups.levels, rows)
    if "unit" not in table.header.columns:
        table.group_unit = _below(groups.units, rows)
    columns = table.header.columns.items()
    table.cells = {name: sheet.grid.column(c, rows) for name, c in columns}
    for name, places in (*table.header.wide.items(), *table.header.doubled.items()):
        if name == "note" or (name == "school_name" and name in table.header.wide):
            table.cells[name] = _in_one([sheet.grid.column(c, rows) for c in places])
    unknown = table.header.unknown.items()
    table.unknown = {shown: sheet.grid.column(c, rows) for c, shown in unknown}
    read_merged(table, sheet, end, rules)
    note_beside(table, sheet)
    note_corrections(table, rules)
    count_numbers(table, rules)


def _below(groups: Mapping[int, str], rows: Places) -> Coded[str]:
    """For each row what the last group row above it says."""
    places = np.searchsorted(list(groups), rows) - 1
    return Coded(places.astype(np.int32), [*groups.values()])


def _in_one(parts: Sequence[Coded[Cell]]) -> Coded[Cell]:
    """A name or a note in several columns under one heading, as it is read from left to right."""
    held = [part for part in parts if not all(map(is_blank, part.values))]
    whole = held[0] if held else parts[0]
    for other in held[1:]:
        whole = paired(whole, other).map(_read_on)
    return whole


def _read_on(pair: tuple[Cell, Cell]) -> Cell:
    held = [cell for cell in pair if not is_blank(cell)]
    text = " ".join(str(cell) for cell in held)
    return (
        held[0] if len(held) == 1 else Converted(text, str(pair[0]), "two_cells") if held else None
    )


class _Groups:
    """What the group rows of a table say, by their row: education level and unit of the schools
    below. Where both are told, a new group of the outer kind ends that of the inner one."""

    def __init__(self, first: int, level: str) -> None:
        self.levels, self.units, self.outer = {first: level}, {first: ""}, ""

    def begin(self, row: int, group: Group | None) -> None:
        """A group begins at a row."""
        level, unit = next(reversed(self.levels.values())), next(reversed(self.units.values()))
        if group and group.kind in ("level", "several", "unit"):
            kind = "unit" if group.kind == "unit" else "level"
            self.outer = self.outer or kind
            ends = self.outer == kind
            level = group.level if kind == "level" else "" if ends else level
            unit = group.unit if kind == "unit" else "" if ends else unit
        self.levels[row], self.units[row] = level, unit


def _unit_around(sheet: Sheet, header: Header, rules: Rules) -> tuple[str, str]:
    """The ward or commune that the sheet's name tells, else the lines above the header, and where
    it stands."""
    if unit := named_unit([sheet.name], rules):
        return unit, sheet.name
    rows = sheet.rows[max(0, header.top - 12) : header.top]
    lines = [cell for row in rows for cell in row if isinstance(cell, str)]
    unit = named_unit(lines, rules)
    return unit, next((tidy(t) for t in lines if named_unit([t], rules)), "") if unit else ""


_LONGEST = 200  # letters of a heading


def find_plain_table(file: str, sheet: Sheet, rules: Rules) -> tuple[Table, list[Ignored]] | None:
    """The first row that holds the headings of a kind, and all rows below it."""
    for r, row in enumerate(sheet.rows[:50]):
        for kind, shape in rules.plain_tables.items():
            columns = {
                name: c
                for c, cell in enumerate(row)
                if isinstance(cell, str) and len(cell) < _LONGEST and (name := shape.column(cell))
            }
            if shape.needs <= set(columns):
                table = Table(file, sheet.name, Header(r, r, columns), kind=kind)
                return table, _read(table, sheet)
    return None


def _read(table: Table, sheet: Sheet) -> list[Ignored]:
    ignored: list[Ignored] = []
    columns = table.header.columns
    key, head = min(columns.values()), table.header.bottom
    for r, row in enumerate(sheet.rows):
        if not any(map(holds, row)):
            continue
        if r <= head or key >= len(row) or is_blank(row[key]):
            reason = "title" if r < head else "header" if r == head else "note"
            ignored.append(Ignored(table.file, table.sheet, r + 1, reason))
            continue
        table.rows.append(r + 1)
    rows = np.array(table.rows, np.intp) - 1
    table.cells = {name: sheet.grid.column(c, rows) for name, c in columns.items()}
    return ignored + [Ignored(table.file, table.sheet, r + 1, "stray") for r in far_rows(sheet)]
