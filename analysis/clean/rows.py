"""Rows of several tables one below the other, and what each of them says of a school."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean.columns import CleanTable
from analysis.clean.dates import Day
from analysis.clean.kinds import GONE
from analysis.clean.values import is_ranked
from analysis.raw import Cell, Coded, Flags
from analysis.raw.grid import joined, merged, overlaid
from analysis.reference import SCHEMES, Rules

# What schools are grouped by: where that is in doubt, every figure of a group is unclear.
_GROUPED_BY = ("education_level", "unit", "ownership")
_RESULTS = {"unknown_level": "level_unknown", None: "not_stated"}


class Rows:
    """Some of the rows of each table, in the order of the tables."""

    def __init__(self, tables: Sequence[CleanTable], some: Sequence[Flags]) -> None:
        self.tables, self.places = tables, [np.flatnonzero(rows) for rows in some]

    def __len__(self) -> int:
        return sum(map(len, self.places))

    def place(self, at: int) -> tuple[CleanTable, int]:
        """The table of a row, and its position there."""
        for table, rows in zip(self.tables, self.places, strict=True):
            if at < len(rows):
                return table, int(rows[at])
            at -= len(rows)
        raise IndexError(at)

    def positions(self) -> list[npt.NDArray[np.intp]]:
        """Table by table, for each of its rows the position among these rows; -1 for others."""
        found, first = [], 0
        for table, rows in zip(self.tables, self.places, strict=True):
            found.append(np.full(len(table.table.rows), -1))
            found[-1][rows] = np.arange(first, first := first + len(rows))
        return found

    def column(self, name: str) -> Coded[Any]:
        """A clean column, blank in a table that does not have it."""
        return joined(self.parts(name))

    def parts(self, name: str) -> list[Coded[Any]]:
        """A clean column, table by table."""
        pairs = zip(self.tables, self.places, strict=True)
        return [t.column(name).rows(rows) for t, rows in pairs]

    def raw(self, name: str) -> Coded[Cell]:
        """The same cells as they stand in the sheets."""
        return joined(self.raw_parts(name))

    def raw_parts(self, name: str) -> list[Coded[Cell]]:
        """The cells as they stand, table by table."""
        pairs = zip(self.tables, self.places, strict=True)
        cells = ((t.table.cells.get(name), rows) for t, rows in pairs)
        return [Coded.blank(len(rows)) if c is None else c.rows(rows) for c, rows in cells]

    def in_doubt(self, columns: Collection[str]) -> Flags:
        """The rows in which one of these columns is in doubt."""
        pairs = zip(self.tables, self.places, strict=True)
        parts = [table.faults_in(*columns)[rows] for table, rows in pairs]
        return np.concatenate([np.zeros(0, np.bool_), *parts])

    def doubts(self) -> list[str]:
        """For each row the columns in doubt, by their names, with a space between them."""
        found = [""] * len(self)
        names = dict.fromkeys(name for table in self.tables for name in table.faulty)
        for name in names:
            for at in np.flatnonzero(self.in_doubt([name])).tolist():
                found[at] = f"{found[at]} {name}".strip()
        return found

    def states(self, scheme: str) -> bool:
        """Does any of the tables have a column for the levels of a scheme?"""
        return any(f"{scheme}_level" in table.columns for table in self.tables)

    def text(self, name: str) -> list[str]:
        """A clean column as text, "" where nothing stands."""
        return list(self.column(name).map(lambda value: "" if value is None else str(value)))

    def sources(self) -> dict[str, list[Any]]:
        """Where each row stands."""
        pairs = list(zip((t.table for t in self.tables), self.places, strict=True))
        return {
            "source_file": [t.file for t, rows in pairs for _ in range(len(rows))],
            "source_sheet": [t.sheet for t, rows in pairs for _ in range(len(rows))],
            "source_row": [n for t, rows in pairs for n in np.array(t.rows, int)[rows].tolist()],
        }


def scope_reasons(rows: Rows) -> Coded[str]:
    """Why a row is in no denominator: closed and merged schools, and what is no school (see
    `check_kinds`); "" where it is in them."""
    statuses = rows.column("operating_status")
    closed = statuses.where(lambda status: status in GONE)
    pairs = zip(rows.tables, rows.places, strict=True)
    outside = joined([table.outside.rows(some) for table, some in pairs])
    return overlaid(outside, statuses, closed)


def results(rows: Rows, scheme: str, rules: Rules) -> Coded[str]:
    """What each row says of a scheme, as one of our words. A blank is not stated; but a school that
    was not evaluated cannot have been recognised. Where a cell the scheme needs is in doubt, so is
    the result."""
    said = rows.column(f"{scheme}_level").map(
        lambda word: "recognised" if is_ranked(word) else str(_RESULTS.get(word, word))
    )
    silent = rows.column(f"{scheme}_level").where(lambda word: word in (None, "not_reached"))
    never = silent & rows.column("externally_evaluated").where(lambda answer: answer == "no")
    told = overlaid(said, _alike("not_evaluated", len(said)), never)
    return overlaid(told, _alike("in_doubt", len(said)), rows.in_doubt(needed_by(scheme, rules)))


def blank_levels(rows: Rows, scheme: str) -> int:
    """How many rows say nothing of a scheme in a column that is there for its levels."""
    name, count = f"{scheme}_level", 0
    for table, some in zip(rows.tables, rows.places, strict=True):
        if name in table.columns:
            blank = table.columns[name].where(lambda level: level is None)
            never = table.column("externally_evaluated").where(lambda answer: answer == "no")
            count += int((blank & ~never & ~table.faults_in(name))[some].sum())
    return count


def fill_blanks(tables: Sequence[CleanTable], scheme: str) -> None:
    """Read a blank level as "none", as the office says; one that is in doubt stays so."""
    name = f"{scheme}_level"
    for table in tables:
        if name in table.columns:
            levels = table.columns[name]
            blank = levels.where(lambda level: level is None) & ~table.faults_in(name)
            filled = overlaid(levels, _alike("not_reached", len(levels)), blank)
            table.columns[name] = merged(filled.codes, filled.values)


def needed_by(figure: str, rules: Rules) -> list[str]:
    """The columns a figure needs of each school: of a scheme, or of "sessions"."""
    return list(rules.regulations["needed_by"][figure])


def concerned_by(column: str, rules: Rules) -> list[str]:
    """The figures a value in doubt of a column touches: what needs it, or hangs on it for who
    belongs to a denominator or a group."""
    regulations = rules.regulations
    by_base = regulations["belongs_by"]
    asked = {s: by_base[rules.default_base(s)] for s in SCHEMES}
    needed = regulations["needed_by"]
    return [
        figure
        for figure in needed
        if column in (*needed[figure], *asked.get(figure, by_base["all"]), *_GROUPED_BY)
    ]


def _alike(word: str, count: int) -> Coded[str]:
    return Coded(np.zeros(count, np.int32), [word])


def day_numbers(days: Coded[Any]) -> npt.NDArray[np.datetime64]:
    """A column of dates as days, NaT where there is none."""
    return days.each(lambda day: day.date if isinstance(day, Day) else None, "datetime64[D]")
