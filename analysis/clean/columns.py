"""Clean a table column by column: each distinct value once, whatever the number of rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from analysis.clean.dates import Bounds, read_date
from analysis.clean.findings import (
    DOUBT,
    REPAIRED,
    SET_ASIDE,
    WARNING,
    Part,
    Repairs,
    Warnings,
    finding,
    show,
)
from analysis.clean.numbers import read_count
from analysis.clean.sound import sound_cells
from analysis.clean.values import (
    Value,
    is_missing,
    missing,
    read_code,
    read_decision,
    read_level,
    read_name,
    read_remark,
    read_text,
    read_unit,
    read_word,
)
from analysis.raw import Cell, Coded, Flags, Table, address
from analysis.raw.cells import Converted
from analysis.raw.grid import blanked, merged
from analysis.reference import SCHEMES, Column, Rules

Reader = Callable[[Cell], Value]
# In a text file everything is text, so that turning it into numbers and dates is no repair.
_NO_REPAIR_IN_TEXT = {"number_text", "date_text", "date_serial", "number_to_text"}
_IS_TEXT = (".csv", ".tsv", ".txt")


@dataclass(eq=False)
class CleanTable:
    """The clean columns of a table, row by row beside its raw cells. In a column equal values have
    one code, except order numbers and notes, which nobody compares.

    `barred`: rows set aside; `faulty`: by column the rows whose cell is in doubt; `retold`: rows of
    a school that another row stands for.
    """

    table: Table
    columns: dict[str, Coded[Any]]
    notes: list[Part] = field(default_factory=list)
    barred: Flags = field(init=False)
    faulty: dict[str, Flags] = field(init=False)
    retold: Flags = field(init=False)
    # (table, row) of a row that tells of a school once more -> (table, row) that stands for it.
    stands_for: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.barred, self.retold = self._no_row(), self._no_row()
        self.faulty = defaultdict(self._no_row)

    def _no_row(self) -> Flags:
        return np.zeros(len(self.table.rows), np.bool_)

    def set_aside(self, index: int, column: str, rule: str, **facts: object) -> None:
        """Bar a row of which nobody can tell which school it is, and say why."""
        self.barred[index] = self.faulty[column][index] = True
        self.notes.append(finding(SET_ASIDE, self.table, index, column, rule, **facts))

    def doubt(
        self, index: int, column: str, rule: str, *, at: str | None = None, **facts: Any
    ) -> None:
        """Keep one value of a school out, and say why; the school counts wherever nothing needs
        it. `at`: the column of the cell to look at, where it is another one."""
        self.faulty[column][index] = True
        note = finding(DOUBT, self.table, index, at or column, rule, **facts)
        self.notes.append(replace(note, column=column))

    def blank_doubts(self) -> None:
        """Take every value that is in doubt out of its column."""
        for name, rows in self.faulty.items():
            if name in self.columns:
                self.columns[name] = blanked(self.columns[name], rows)

    def warn(self, index: int, column: str, rule: str, **facts: object) -> None:
        """Say what a person should look at; the row counts all the same."""
        self.notes.append(finding(WARNING, self.table, index, column, rule, **facts))

    def warn_of(
        self, rows: Flags, column: str, rule: str, facts: Callable[[int], Mapping[str, object]]
    ) -> None:
        """The same for many rows; `facts` gives what is to be said of each."""
        self.notes.append(Warnings(self.table, column, rule, np.flatnonzero(rows), facts))

    def cell(self, index: int, column: str) -> str:
        """The address of the cell of a row in one of the table's columns."""
        place = self.table.header.columns.get(column)
        return "" if place is None else address(self.table.rows[index] - 1, place)

    def raw(self, index: int, column: str) -> str:
        """What stands in it."""
        cells = self.table.cells.get(column)
        return "" if cells is None else show(cells[index])

    def faults_in(self, *names: str) -> Flags:
        """Rows in which one of these columns has a fault already."""
        known = self._no_row()
        for name in names:
            if name in self.faulty:
                known |= self.faulty[name]
        return known

    def is_faulty(self, index: int, column: str) -> bool:
        """Is the value of a row in a column in doubt?"""
        return column in self.faulty and bool(self.faulty[column][index])

    def column(self, name: str) -> Coded[Any]:
        """A clean column; all blank where the table does not have it."""
        return self.columns.get(name) or Coded.blank(len(self.table.rows))


def places(rows: Flags) -> list[int]:
    """The positions of the rows that are marked."""
    return np.flatnonzero(rows).tolist()


def clean_columns(table: Table, rules: Rules, latest: dt.date) -> CleanTable:
    """Read every distinct cell of a table by the kind of its column; what was read stays as it is,
    to be cleaned anew."""
    table = replace(table, header=replace(table.header, columns=dict(table.header.columns)))
    cleaned = CleanTable(table, {})
    for name in table.header.columns:
        column, cells = rules.columns[name], table.cells[name]
        values = _read(table, column, rules, latest)
        found: list[object] = [*cells.values]
        for code, value in values.items():
            found[code] = value.clean
        is_compared = column.kind not in ("order", "note")
        cleaned.columns[name] = (
            merged(cells.codes, found) if is_compared else Coded(cells.codes, found)
        )
        _note(cleaned, name, values)
        _note_filled(cleaned, name)
        if column.kind == "yes_no":
            _complete_marks(cleaned, name)
    for scheme in SCHEMES:
        _level_of_marks(cleaned, scheme, rules)
    return cleaned


def _read(table: Table, column: Column, rules: Rules, latest: dt.date) -> dict[int, Value]:
    """What the distinct cells of a column give, by code; those sound as they stand are left out."""
    cells = table.cells[column.name].values
    read = _reader(table, column, rules, latest)
    sound = sound_cells(column, rules, table.header.codings.get(column.name, ""))
    known = sound(cells) if sound else [False] * len(cells)
    return {code: read(cells[code]) for code, is_sound in enumerate(known) if not is_sound}


def _level_of_marks(cleaned: CleanTable, scheme: str, rules: Rules) -> None:
    """Columns CĐ 1 | CĐ 2 | CĐ 3 with a mark in one of them give the level; two marks are a
    doubt, none says that no level is reached."""
    marks = {n: f"{scheme}_mark_{n}" for n in rules.levels(scheme)}
    marks = {n: name for n, name in marks.items() if name in cleaned.columns}
    name = f"{scheme}_level"
    if not marks or name in cleaned.columns:
        return
    levels: list[object] = []
    unread = cleaned.faults_in(*marks.values())
    for i, answers in enumerate(zip(*(cleaned.columns[m] for m in marks.values()), strict=True)):
        reached = [n for n, answer in zip(marks, answers, strict=True) if answer == "yes"]
        level = str(reached[0]) if reached else "not_reached"
        levels.append(None if len(reached) > 1 or unread[i] else level)
        if len(reached) > 1:
            cleaned.doubt(i, marks[reached[1]], "marks_several")
    cleaned.columns[name] = Coded.of(levels)
    cleaned.table.header.columns.setdefault(
        name, cleaned.table.header.columns[next(iter(marks.values()))]
    )


def _complete_marks(cleaned: CleanTable, name: str) -> None:
    """Where a column of answers holds nothing but marks ("x"), a blank says no."""
    answers, cells = cleaned.columns[name], cleaned.table.cells[name].values
    if {str(c).strip().casefold() for c in cells if c is not None} == {"x"}:
        cleaned.columns[name] = merged(answers.codes, [a or "no" for a in answers.values])


def _note(cleaned: CleanTable, name: str, values: Mapping[int, Value]) -> None:
    """Log what was repaired in a column, and the cells nobody can read."""
    table, cells = cleaned.table, cleaned.table.cells[name]
    _note_converted(cleaned, name, values)
    for i in places(_rows_of(cells, {c for c, v in values.items() if v.fault})):
        cleaned.doubt(i, name, values[int(cells.codes[i])].fault)
    passes = _NO_REPAIR_IN_TEXT if table.file.casefold().endswith(_IS_TEXT) else set()
    repaired = {c for c, v in values.items() if v.rule and not v.fault and v.rule not in passes}
    rows = np.flatnonzero(_rows_of(cells, repaired))
    if len(rows):
        cleaned.notes.append(Repairs(table, name, rows, values))


def _rows_of(cells: Coded[Cell], codes: Collection[int]) -> Flags:
    """Rows whose cell has one of these codes."""
    meant = np.zeros(len(cells.values), np.bool_)
    meant[list(codes)] = True
    return meant.take(cells.codes) if codes else np.zeros(len(cells), np.bool_)


def _note_filled(cleaned: CleanTable, name: str) -> None:
    """A value merged over several rows is a repair in those that do not hold it."""
    faults = cleaned.faults_in(name)
    for i in sorted(row for column, row in cleaned.table.filled if column == name):
        if not faults[i]:
            clean = cleaned.columns[name][i]
            note = finding(REPAIRED, cleaned.table, i, name, "merged_value", clean=clean)
            cleaned.notes.append(replace(note, source_value=""))


def _note_converted(cleaned: CleanTable, name: str, values: Mapping[int, Value]) -> None:
    """Cells turned to Unicode when read are repairs: what stands in the file, what became of it."""
    cells = cleaned.table.cells[name]
    if Converted not in set(map(type, cells.values)):
        return
    turned = {
        c
        for c, v in enumerate(cells.values)
        if isinstance(v, Converted) and not (c in values and values[c].fault)
    }
    for i in places(_rows_of(cells, turned)):
        cell = cells[i]
        assert isinstance(cell, Converted)
        note = finding(REPAIRED, cleaned.table, i, name, cell.rule, clean=str(cell))
        cleaned.notes.append(replace(note, source_value=cell.original))


def _reader(table: Table, column: Column, rules: Rules, latest: dt.date) -> Reader:
    read = _kind_reader(table, column, rules, latest)
    if column.kind == "level":
        return lambda cell: missing(cell) if is_missing(cell, rules, marks=False) else read(cell)
    return lambda cell: missing(cell) if is_missing(cell, rules) else read(cell)


def _kind_reader(table: Table, column: Column, rules: Rules, latest: dt.date) -> Reader:
    coding = table.header.codings.get(column.name, "")
    if column.kind == "code":
        return lambda cell: read_code(cell, rules, coding)
    if column.kind == "name":
        return read_name
    if column.kind == "unit":
        return lambda cell: read_unit(cell, rules)
    if column.kind == "level":
        return lambda cell: read_level(cell, rules, column.scheme, coding)
    if column.kind == "decision":
        return lambda cell: read_decision(cell, rules)
    if column.kind == "count":
        return lambda cell: read_count(cell, column, rules)
    if column.kind == "date":
        bounds = _bounds(table, column, rules, latest)
        return lambda cell: read_date(cell, bounds)
    if column.kind == "mark":
        return lambda cell: read_word(cell, rules, "yes_no")
    if column.kind in ("education_level", "ownership", "operating_status", "yes_no"):
        words = f"{coding}_{column.kind}" if coding else column.kind
        return lambda cell: read_word(cell, rules, words)
    return read_remark if column.kind in ("order", "note") else read_text


def _bounds(table: Table, column: Column, rules: Rules, latest: dt.date) -> Bounds:
    known = rules.regulations["dates"]
    if not column.past:
        last = latest.replace(year=latest.year + 10, day=28)
        return Bounds(known["earliest_decision"], last, epoch_1904=table.epoch_1904)
    founded = column.name == "founded"
    earliest = known["earliest_founding" if founded else "earliest_decision"]
    is_list = "school_code" not in table.header.columns
    partial = founded or is_list
    return Bounds(earliest, latest, partial, table.epoch_1904)
