"""Clean a table column by column: each distinct value once, whatever the number of rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from analysis.clean.certificate_cells import (
    read_both,
    read_decision,
    read_level,
    read_mark,
    read_signed,
)
from analysis.clean.codes import lost_zeros, own_codes
from analysis.clean.dates import DAY_FIRST, Bounds, Order, order_of, orders_of, read_date
from analysis.clean.findings import (
    DOUBT,
    MOST_LISTED,
    REPAIRED,
    SET_ASIDE,
    WARNING,
    Part,
    Repairs,
    Warnings,
    finding,
    listed,
    show,
)
from analysis.clean.sound import sound_cells
from analysis.clean.values import (
    Value,
    is_missing,
    missing,
    read_code,
    read_count,
    read_name,
    read_remark,
    read_text,
    read_unit,
    read_word,
)
from analysis.raw import Cell, Coded, Flags, Table, address
from analysis.reference import SCHEMES, Column, Rules
from analysis.workbooks.cells import Converted
from analysis.workbooks.grid import blanked, merged

Reader = Callable[[Cell], Value]
# Kinds of columns whose cells may say more of a certificate than the column is for.
_ABOUT_CERTIFICATES = ("level", "decision", "date", "mark", "both")
# In a text file everything is text, so that turning it into numbers and dates is no repair.
_NO_REPAIR_IN_TEXT = {"number_text", "date_text", "date_serial", "number_to_text"}
_WORDS = ("education_level", "ownership", "operating_status", "school_kind", "yes_no")
_LONGEST_READ = 2000
_IS_TEXT = (".csv", ".tsv", ".txt")


@dataclass(eq=False)
class CleanTable:
    """The clean columns of a table, row by row beside its raw cells. In a column equal values have
    one code, except order numbers and notes, which nobody compares.

    `outside`: what each row is where it is no school ("independent_group", "site" ...), else "".
    `barred`: rows set aside; `faulty`: by column the rows whose cell is in doubt; `retold`: rows of
    a school that another row stands for.
    """

    table: Table
    columns: dict[str, Coded[Any]]
    notes: list[Part] = field(default_factory=list)
    barred: Flags = field(init=False)
    faulty: dict[str, Flags] = field(init=False)
    retold: Flags = field(init=False)
    outside: Coded[str] = field(init=False)
    # What the cells of columns about certificates gave, by column and place of the distinct cell.
    certified: dict[str, Mapping[int, Value]] = field(default_factory=dict)
    # Columns that stand in the cells of another one, in some rows only: by name that other one.
    gathered: dict[str, str] = field(default_factory=dict)
    # (table, row) of a row that tells of a school once more -> (table, row) that stands for it.
    stands_for: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.barred, self.retold = self._no_row(), self._no_row()
        self.faulty = defaultdict(self._no_row)
        self.outside = Coded(np.zeros(len(self.table.rows), np.int32), [""])

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

    def warn_or_list(
        self,
        rows: Flags,
        column: str,
        rule: str,
        facts: Callable[[int], Mapping[str, object]] = lambda _: {},
    ) -> None:
        """The same for rows that may be many: then one warning lists their cells."""
        some = places(rows)
        if len(some) <= MOST_LISTED:
            self.warn_of(rows, column, rule, facts)
            return
        cells = listed(self.cell(i, column) for i in some)
        self.warn(some[0], column, f"{rule}_many", listed=cells)

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
    header = replace(table.header, columns=dict(table.header.columns))
    table = replace(table, header=header, cells=dict(table.cells))
    cleaned = CleanTable(table, {})
    orders = _date_orders(table, rules)
    for name in [*table.header.columns]:
        column, cells = rules.columns[name], table.cells[name]
        values = _read(table, column, rules, latest, orders.get(name))
        found: list[object] = [*cells.values]
        for code, value in values.items():
            found[code] = value.clean
        is_compared = column.kind not in ("order", "note")
        cleaned.columns[name] = (
            merged(cells.codes, found) if is_compared else Coded(cells.codes, found)
        )
        if column.kind in _ABOUT_CERTIFICATES:
            cleaned.certified[name] = values
        _note(cleaned, name, values, rules)
        if name in orders and orders[name].shown:
            _warn_exchanged(cleaned, name, orders[name])
        _note_filled(cleaned, name)
        if column.kind == "yes_no":
            _complete_marks(cleaned, name)
    for evidence in table.evidence:
        note = cleaned.doubt if evidence.outcome == DOUBT else cleaned.warn
        note(evidence.index, evidence.column, evidence.rule, **evidence.facts)
    return cleaned


def _read(
    table: Table, column: Column, rules: Rules, latest: dt.date, order: Order | None
) -> dict[int, Value]:
    """What the distinct cells of a column give, by code; those sound as they stand are left out.
    `order`: of day and month; without one that of the days in these cells."""
    cells = table.cells[column.name].values
    sound = sound_cells(column, rules, table.header.codings.get(column.name, ""))
    known = sound(cells) if sound else [False] * len(cells)
    if order is None and column.kind in _ABOUT_CERTIFICATES:
        odd = (cell for cell, is_sound in zip(cells, known, strict=True) if not is_sound)
        order = order_of(odd)
    read = _reader(table, column, rules, latest, order or DAY_FIRST)
    values = {code: read(cells[code]) for code, is_sound in enumerate(known) if not is_sound}
    if column.kind == "code" and not table.header.codings.get(column.name):
        values |= lost_zeros(cells, rules, is_text=table.file.casefold().endswith(_IS_TEXT))
        values |= own_codes(cells, rules) if any(v.fault for v in values.values()) else {}
    return values


def _complete_marks(cleaned: CleanTable, name: str) -> None:
    """Where a column of answers holds nothing but marks ("x"), a blank says no."""
    answers, cells = cleaned.columns[name], cleaned.table.cells[name].values
    if {str(c).strip().casefold() for c in cells if c is not None} == {"x"}:
        cleaned.columns[name] = merged(answers.codes, [a or "no" for a in answers.values])


def _note(cleaned: CleanTable, name: str, values: Mapping[int, Value], rules: Rules) -> None:
    """Log what was repaired in a column, and the cells nobody can read."""
    table, cells = cleaned.table, cleaned.table.cells[name]
    _note_converted(cleaned, name, values)
    for i in places(rows_of(cells, {c for c, v in values.items() if v.fault})):
        value = values[int(cells.codes[i])]
        for told in doubted_by(name, rules):
            word = {"word": value.word} if value.word else {}
            cleaned.doubt(i, told, value.fault, at=name, **word)
    passes = _NO_REPAIR_IN_TEXT if table.file.casefold().endswith(_IS_TEXT) else set()
    repaired = {c for c, v in values.items() if v.rule and not v.fault and v.rule not in passes}
    rows = np.flatnonzero(rows_of(cells, repaired))
    if len(rows):
        cleaned.notes.append(Repairs(table, name, rows, values))


def doubted_by(name: str, rules: Rules) -> list[str]:
    """The columns in doubt where a cell of this one cannot be read: one for both schemes stands for
    the levels of both."""
    is_both = rules.columns[name].kind == "both"
    return [f"{scheme}_level" for scheme in SCHEMES] if is_both else [name]


def _date_orders(table: Table, rules: Rules) -> dict[str, Order]:
    """In which order day and month stand in the columns of dates of certificates."""
    columns = (rules.columns[name] for name in table.header.columns)
    dated = [column.name for column in columns if column.kind == "date" and column.scheme]
    return orders_of({name: table.cells[name].values for name in dated})


def _warn_exchanged(cleaned: CleanTable, name: str, order: Order) -> None:
    """Say once of a column that an Excel of another order exchanged day and month."""
    cells = cleaned.table.cells[name]
    first = int(np.flatnonzero(cells.where(lambda c: isinstance(c, dt.datetime)))[0])
    cleaned.warn(first, name, "dates_exchanged", dates=order.dates, texts=order.texts)


def rows_of(cells: Coded[Cell], codes: Collection[int]) -> Flags:
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
    for i in places(rows_of(cells, turned)):
        cell = cells[i]
        assert isinstance(cell, Converted)
        note = finding(REPAIRED, cleaned.table, i, name, cell.rule, clean=str(cell))
        cleaned.notes.append(replace(note, source_value=cell.original))


def _reader(
    table: Table, column: Column, rules: Rules, latest: dt.date, order: Order = DAY_FIRST
) -> Reader:
    """How a cell of the column is read. No pattern is tried on a text far longer than any value."""
    read = _any_length(table, column, rules, latest, order)
    whole = Value if column.kind in ("order", "note") else _too_long
    return lambda cell: (
        whole(cell) if isinstance(cell, str) and len(cell) > _LONGEST_READ else read(cell)
    )


def _too_long(cell: Cell) -> Value:
    return Value(fault="text_too_long")


def _any_length(
    table: Table, column: Column, rules: Rules, latest: dt.date, order: Order
) -> Reader:
    read = _kind_reader(table, column, rules, latest, order)
    if column.kind in ("level", "both"):
        return lambda cell: missing(cell) if is_missing(cell, rules, marks=False) else read(cell)
    return lambda cell: missing(cell) if is_missing(cell, rules) else read(cell)


def _kind_reader(
    table: Table, column: Column, rules: Rules, latest: dt.date, order: Order
) -> Reader:
    coding = table.header.codings.get(column.name, "")
    if column.kind == "code":
        return lambda cell: read_code(cell, rules, coding)
    if column.kind == "name":
        return read_name
    if column.kind == "unit":
        return lambda cell: read_unit(cell, rules)
    if column.kind == "count":
        return lambda cell: read_count(cell, column, rules)
    if column.kind in _ABOUT_CERTIFICATES:
        bounds = _bounds(table, column, rules, latest)._replace(order=order)
        return _certificate_reader(column, rules, bounds, coding)
    if column.kind in _WORDS:
        words = f"{coding}_{column.kind}" if coding else column.kind
        return lambda cell: read_word(cell, rules, words)
    return read_remark if column.kind in ("order", "note") else read_text


def _certificate_reader(column: Column, rules: Rules, bounds: Bounds, coding: str) -> Reader:
    scheme = column.scheme
    if column.kind == "level":
        return lambda cell: read_level(cell, rules, scheme, coding, bounds)
    if column.kind == "decision":
        return lambda cell: read_decision(cell, rules, scheme, bounds)
    if column.kind == "mark":
        level = int(column.name.rpartition("_")[2])
        return lambda cell: read_mark(cell, rules, scheme, level, bounds)
    if column.kind == "both":
        return lambda cell: read_both(cell, rules, bounds)
    if column.name == f"{scheme}_date":
        return lambda cell: read_signed(cell, rules, scheme, bounds)
    return lambda cell: read_date(cell, bounds)


def _bounds(table: Table, column: Column, rules: Rules, latest: dt.date) -> Bounds:
    known = rules.regulations["dates"]
    if column.kind != "date":
        return Bounds(known["earliest_decision"], latest, True, table.epoch_1904)
    if not column.past:
        last = latest.replace(year=latest.year + 10, day=28)
        return Bounds(known["earliest_decision"], last, epoch_1904=table.epoch_1904)
    founded = column.name == "founded"
    earliest = known["earliest_founding" if founded else "earliest_decision"]
    is_list = "school_code" not in table.header.columns
    partial = founded or is_list
    return Bounds(earliest, latest, partial, table.epoch_1904)
