"""Rows of several tables one below the other, and what each of them says of a school."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean.columns import CleanTable
from analysis.clean.dates import Day
from analysis.clean.values import is_ranked
from analysis.raw import Cell, Coded, Flags
from analysis.raw.grid import joined, overlaid
from analysis.reference import Rules, fold

_RESULTS = {"unknown_level": "level_unknown", "withdrawn": "not_reached", None: "unknown"}


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


def scope_reasons(rows: Rows, rules: Rules) -> Coded[str]:
    """Why a row is in no denominator: closed and merged schools, sites and independent groups; ""
    where it is in them."""
    statuses = rows.column("operating_status")
    closed = statuses.where(lambda status: status in ("merged", "closed"))
    return overlaid(_named_outside(rows, rules), statuses, closed)


def _named_outside(rows: Rows, rules: Rules) -> Coded[str]:
    """What a name says that is no school's: "Nhóm trẻ ..."."""
    outside = rules.regulations["outside_scope"]
    patterns = [(k, p) for k in ("independent_group", "site") for p in map(fold, outside[k])]
    school = fold("trường ")

    def reason(name: str | None) -> str:
        # "Trường Mầm non Độc Lập" is a school of that name, not an independent group.
        if not name or fold(name.partition(" ")[0]).startswith(school):
            return ""
        folded = fold(name)
        return next((kind for kind, pattern in patterns if pattern in folded), "")

    return rows.column("school_name").map(reason)


def results(rows: Rows, scheme: str) -> Coded[str]:
    """What each row says of a scheme, as one of our words. A blank is unknown; but a school that
    was not evaluated cannot have been recognised."""
    said = rows.column(f"{scheme}_level").map(
        lambda word: "recognised" if is_ranked(word) else str(_RESULTS.get(word, word))
    )
    silent = rows.column(f"{scheme}_level").where(lambda word: word in (None, "not_reached"))
    never = silent & rows.column("externally_evaluated").where(lambda answer: answer == "no")
    not_evaluated = Coded(np.zeros(len(said), np.int32), ["not_evaluated"])
    return overlaid(said, not_evaluated, never)


def day_numbers(days: Coded[Any]) -> npt.NDArray[np.datetime64]:
    """A column of dates as days, NaT where there is none."""
    return days.each(lambda day: day.date if isinstance(day, Day) else None, "datetime64[D]")
