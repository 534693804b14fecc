"""Clean a table column by column: each distinct value once, whatever the number of rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from analysis.clean.dates import Bounds, Day, read_date
from analysis.clean.findings import REPAIRED, SET_ASIDE, Finding, finding
from analysis.clean.numbers import read_count
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
from analysis.raw import Cell, Table
from analysis.raw.legacy import Converted
from analysis.reference import SCHEMES, Column, Rules

Reader = Callable[[Cell], Value]
# In a text file everything is text, so that turning it into numbers and dates is no repair.
_NO_REPAIR_IN_TEXT = {"number_text", "date_text", "date_serial", "number_to_text"}


@dataclass
class CleanTable:
    """The clean columns of a table, row by row beside its raw cells."""

    table: Table
    columns: dict[str, list[object]]
    findings: list[Finding] = field(default_factory=list)
    barred: set[int] = field(default_factory=set)
    faulty: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def set_aside(self, index: int, column: str, rule: str, **facts: object) -> None:
        """Bar a row, and say why."""
        self.barred.add(index)
        self.faulty[column].add(index)
        self.findings.append(finding(SET_ASIDE, self.table, index, column, rule, **facts))

    def faults_in(self, *names: str) -> set[int]:
        """Rows in which one of these columns has a fault already."""
        return set().union(*(self.faulty.get(name, ()) for name in names))

    def column(self, name: str) -> list[object]:
        """A clean column; all blank where the table does not have it."""
        return self.columns.get(name) or [None] * len(self.table.rows)


def clean_columns(table: Table, rules: Rules, latest: dt.date) -> CleanTable:
    """Read every cell of a table by the kind of its column."""
    cleaned = CleanTable(table, {})
    is_text = table.file.casefold().endswith((".csv", ".tsv", ".txt"))
    for name in [*table.header.columns]:
        read = _reader(table, rules.columns[name], rules, latest)
        memo = {cell: read(cell) for cell in set(table.cells[name])}
        cleaned.columns[name] = [memo[cell].clean for cell in table.cells[name]]
        _note(cleaned, name, memo, is_text)
        _note_filled(cleaned, name)
        if rules.columns[name].kind == "yes_no":
            _complete_marks(cleaned, name)
    for scheme in SCHEMES:
        _level_of_marks(cleaned, scheme, rules)
    return cleaned


def _level_of_marks(cleaned: CleanTable, scheme: str, rules: Rules) -> None:
    """Columns CĐ 1 | CĐ 2 | CĐ 3 with a mark in one of them give the level; two marks are a
    fault, none says that no level is reached."""
    marks = {n: f"{scheme}_mark_{n}" for n in rules.levels(scheme)}
    marks = {n: name for n, name in marks.items() if name in cleaned.columns}
    level = f"{scheme}_level"
    if not marks or level in cleaned.columns:
        return
    levels: list[object] = []
    for i, answers in enumerate(zip(*(cleaned.columns[m] for m in marks.values()), strict=True)):
        reached = [n for n, answer in zip(marks, answers, strict=True) if answer == "yes"]
        levels.append(str(reached[0]) if len(reached) == 1 else "not_reached")
        if len(reached) > 1:
            cleaned.set_aside(i, marks[reached[1]], "marks_several")
    cleaned.columns[level] = levels
    cleaned.table.header.columns.setdefault(
        level, cleaned.table.header.columns[next(iter(marks.values()))]
    )


def _complete_marks(cleaned: CleanTable, name: str) -> None:
    """Where a column of answers holds nothing but marks ("x"), a blank says no."""
    answers = cleaned.columns[name]
    marks = {str(c).strip().casefold() for c in cleaned.table.cells[name] if c is not None}
    if marks == {"x"}:
        cleaned.columns[name] = [a or "no" for a in answers]


def _note(cleaned: CleanTable, name: str, memo: dict[Cell, Value], is_text: bool) -> None:
    _note_converted(cleaned, name, memo)
    passes = _NO_REPAIR_IN_TEXT if is_text else set()
    noted = {c: v for c, v in memo.items() if v.fault or (v.rule and v.rule not in passes)}
    if not noted:
        return
    for i, cell in enumerate(cleaned.table.cells[name]):
        value = noted.get(cell)
        if value is None:
            continue
        if value.fault:
            cleaned.set_aside(i, name, value.fault)
        else:
            shown = value.clean.date if isinstance(value.clean, Day) else value.clean
            cleaned.findings.append(
                finding(REPAIRED, cleaned.table, i, name, value.rule, clean=shown)
            )


def _note_filled(cleaned: CleanTable, name: str) -> None:
    """A value merged over several rows is a repair in those that do not hold it."""
    rows = {i for column, i in cleaned.table.filled if column == name}
    for i in sorted(rows - cleaned.faults_in(name)):
        clean = cleaned.columns[name][i]
        note = finding(REPAIRED, cleaned.table, i, name, "merged_value", clean=clean)
        cleaned.findings.append(replace(note, source_value=""))


def _note_converted(cleaned: CleanTable, name: str, memo: dict[Cell, Value]) -> None:
    """Cells turned to Unicode when read are repairs: what stands in the file, what became of it."""
    cells = cleaned.table.cells[name]
    if Converted not in set(map(type, cells)):
        return
    for i, cell in enumerate(cells):
        if isinstance(cell, Converted) and not memo[cell].fault:
            note = finding(REPAIRED, cleaned.table, i, name, cell.rule, clean=str(cell))
            cleaned.findings.append(replace(note, source_value=cell.original))


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
