"""Rows of several tables one below the other, and what each of them says of a school."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean.columns import CleanTable
from analysis.clean.dates import Day
from analysis.clean.kinds import GONE
from analysis.clean.values import is_ranked
from analysis.raw import Cell, Coded, Flags
from analysis.reference import SCHEMES, Rules
from analysis.workbooks.grid import blanked, joined, merged, overlaid

# What schools are grouped by: where that is in doubt, every figure of a group is unclear.
_GROUPED_BY = ("education_level", "unit", "ownership")
# A row that speaks of a known school once more may lack these.
_IDENTITY = {"school_code", "school_name"}
_RESULTS = {"unknown_level": "level_unknown", None: "not_stated"}
# By column the rows that stand for a school, each with the row its value is taken from.
Lent = Mapping[str, Sequence[tuple[tuple[CleanTable, int], tuple[CleanTable, int]]]]


class Rows:
    """Some of the rows of each table, in the order of the tables.

    `given`: columns completed from other rows of the same schools; `doubted`: by column the rows in
    which another row of the school has a doubt, or contradicts it.
    """

    def __init__(
        self,
        tables: Sequence[CleanTable],
        some: Sequence[Flags],
        given: Mapping[str, Coded[Any]] | None = None,
        doubted: Mapping[str, Flags] | None = None,
    ) -> None:
        self.tables, self.places = tables, [np.flatnonzero(rows) for rows in some]
        self.given, self.doubted = dict(given or {}), dict(doubted or {})
        self.origins: dict[str, dict[int, tuple[CleanTable, int]]] = {}
        self._firsts = np.cumsum([0, *map(len, self.places)]).tolist()

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def place(self, at: int) -> tuple[CleanTable, int]:
        """The table of a row, and its position there."""
        number = bisect_right(self._firsts, at) - 1
        return self.tables[number], int(self.places[number][at - self._firsts[number]])

    def origin(self, name: str, at: int) -> tuple[CleanTable, int]:
        """The row in which the value of a column stands: another one of the school, if it has it
        from there."""
        return self.origins.get(name, {}).get(at) or self.place(at)

    def as_they_stand(self) -> Rows:
        """The same rows with nothing but what they say themselves."""
        alone = Rows(self.tables, [])
        alone.places, alone._firsts = self.places, self._firsts
        return alone

    def positions(self) -> list[npt.NDArray[np.intp]]:
        """Table by table, for each of its rows the position among these rows; -1 for others."""
        found, first = [], 0
        for table, rows in zip(self.tables, self.places, strict=True):
            found.append(np.full(len(table.table.rows), -1))
            found[-1][rows] = np.arange(first, first := first + len(rows))
        return found

    def column(self, name: str) -> Coded[Any]:
        """A clean column, blank in a table that does not have it."""
        return self.given[name] if name in self.given else joined(self.parts(name))

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
        doubts = np.concatenate([np.zeros(0, np.bool_), *parts])
        others = [self.doubted[name] for name in columns if name in self.doubted]
        return np.logical_or.reduce([doubts, *others])

    def doubts(self) -> list[str]:
        """For each row the columns in doubt, by their names, with a space between them."""
        found = [""] * len(self)
        names = dict.fromkeys(name for table in self.tables for name in table.faulty)
        for name in names | dict.fromkeys(self.doubted):
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


def blank_levels(rows: Rows, scheme: str, rules: Rules) -> Flags:
    """The rows that say nothing of a scheme the lists have a column for, and that is for them."""
    name = f"{scheme}_level"
    if not rows.states(scheme):
        return np.zeros(len(rows), np.bool_)
    blank = rows.column(name).where(lambda level: level is None)
    never = rows.column("externally_evaluated").where(lambda answer: answer == "no")
    others = rules.regulations["not_for"][scheme]
    blank &= ~rows.column("education_level").where(lambda level: level in others)
    return blank & ~never & ~rows.in_doubt([name])


def fill_blanks(rows: Rows, scheme: str) -> None:
    """Read a blank level as "none", as the office says; one that is in doubt stays so."""
    name = f"{scheme}_level"
    if rows.states(scheme):
        levels = rows.column(name)
        blank = levels.where(lambda level: level is None) & ~rows.in_doubt([name])
        filled = overlaid(levels, _alike("not_reached", len(levels)), blank)
        rows.given[name] = merged(filled.codes, filled.values)


def complete(rows: Rows, lent: Lent) -> None:
    """Give the rows that stand for a school what only other rows of it tell, and their doubts."""
    at = _positions(rows)
    for name, cells in lent.items():
        column = rows.column(name)
        found = Coded.of([table.column(name)[i] for _, (table, i) in cells])
        places = np.array([at[id(table), i] for (table, i), _ in cells], np.intp)
        codes = column.codes.copy()
        codes[places] = found.codes + np.int32(len(column.values))
        rows.given[name] = merged(codes, [*column.values, *found.values])
        sources = (source for _, source in cells)
        rows.origins[name] = dict(zip(places.tolist(), sources, strict=True))
    for table in rows.tables:
        for (_, i), stands in table.stands_for.items():
            for name in table.faulty.keys() - _IDENTITY:
                if table.is_faulty(i, name):
                    rows.doubted.setdefault(name, np.zeros(len(rows), np.bool_))[at[stands]] = True
    for name, rows_in_doubt in rows.doubted.items():
        if name in rows.given or any(name in table.columns for table in rows.tables):
            rows.given[name] = blanked(rows.column(name), rows_in_doubt)


def _positions(rows: Rows) -> dict[tuple[int, int], int]:
    """Where each row that stands for others is among these."""
    wanted = {stands for table in rows.tables for stands in table.stands_for.values()}
    tables = {id(table): n for n, table in enumerate(rows.tables)}
    of_table = rows.positions() if wanted else []
    return {(table, i): int(of_table[tables[table]][i]) for table, i in wanted}


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
