"""What cleaning has to say of a cell or a row, one record each; and in a few rows: the repairs
rule by rule, the remarks on whole files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import overload

import pandas as pd

from analysis.clean.dates import Day
from analysis.clean.values import Value
from analysis.raw import Cell, Places, Remark, Table, address
from analysis.reference import say
from analysis.workbooks.cells import Converted

_PLACE = ("file", "sheet", "row", "cell", "source_value", "clean_value")
MOST_LISTED = 10  # of one kind in a table; more are told together
_QUOTED = 100  # letters of a cell in a message; the table of findings has all of them
SET_ASIDE, DOUBT, REPAIRED, IGNORED, WARNING = (
    "set_aside",
    "doubt",
    "repaired",
    "ignored",
    "warning",
)


@dataclass(frozen=True)
class Finding:
    """One finding. `rule` is its key in the catalogue of messages; `outcome` is what came of it."""

    outcome: str
    file: str
    sheet: str
    row: int
    cell: str
    column: str
    source_value: str
    clean_value: str
    rule: str
    facts: dict[str, object] = field(default_factory=dict)

    def text(self, lang: str = "vi") -> str:
        """The finding in words: where, what (of a long text how it begins), and what to do."""
        place = {name: getattr(self, name) for name in _PLACE}
        if len(self.source_value) > _QUOTED:
            place["source_value"] = f"{self.source_value[:_QUOTED]}…"
        return say(self.rule, lang, **(self.facts | place))


def finding(
    outcome: str,
    table: Table,
    index: int,
    column: str,
    rule: str,
    *,
    clean: object = None,
    **facts: object,
) -> Finding:
    """A finding about one cell of a data row of a table."""
    row = table.rows[index]
    place = table.header.columns.get(column)
    raw = table.cells[column][index] if column in table.cells else None
    cell = "" if place is None else address(row - 1, place)
    return Finding(
        outcome, table.file, table.sheet, row, cell, column, show(raw), show(clean), rule, facts
    )


def listed(things: Iterable[object]) -> str:
    """The first of many, and how many there are."""
    texts = list(map(str, things))
    return ", ".join(texts[:MOST_LISTED]) + (f", … ({len(texts)})" if texts[MOST_LISTED:] else "")


@dataclass(frozen=True)
class Repairs:
    """The repairs in one column of a table, each told when it is asked for: a national workbook has
    tens of thousands. `rows`: in which rows; `values`: what became of each of their cells, by its
    place among the distinct ones."""

    table: Table
    column: str
    rows: Places
    values: Mapping[int, Value]

    outcome = REPAIRED

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Finding]:
        codes = self.table.cells[self.column].codes[self.rows]
        for row, code in zip(self.rows.tolist(), codes.tolist(), strict=True):
            rule, clean = self.values[code].rule, self.clean(code)
            yield finding(REPAIRED, self.table, row, self.column, rule, clean=clean)

    def clean(self, code: int) -> object:
        """What a cell became."""
        clean = self.values[code].clean
        return clean.date if isinstance(clean, Day) else clean


@dataclass(frozen=True)
class Warnings:
    """Warnings by one rule about one column, each told when it is asked for; `facts` gives what a
    message says of a row."""

    table: Table
    column: str
    rule: str
    rows: Places
    facts: Callable[[int], Mapping[str, object]]

    outcome = WARNING

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Finding]:
        for row in self.rows.tolist():
            yield finding(WARNING, self.table, row, self.column, self.rule, **self.facts(row))


Part = Finding | Repairs | Warnings


class Findings(Sequence[Finding]):
    """All findings, to be read like a list; many are made only when somebody reads them."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = tuple(parts)

    def of(self, outcome: str) -> Iterator[Finding]:
        """The findings with one outcome."""
        return _single(part for part in self.parts if part.outcome == outcome)

    def count(self, outcome: object) -> int:
        """How many findings have an outcome."""
        some = (part for part in self.parts if part.outcome == outcome)
        return sum(1 if isinstance(part, Finding) else len(part) for part in some)

    def __iter__(self) -> Iterator[Finding]:
        return _single(self.parts)

    def __len__(self) -> int:
        return sum(1 if isinstance(part, Finding) else len(part) for part in self.parts)

    @overload
    def __getitem__(self, at: int) -> Finding: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Finding]: ...
    def __getitem__(self, at: int | slice) -> Finding | Sequence[Finding]:
        return tuple(self)[at]


def _single(parts: Iterable[Part]) -> Iterator[Finding]:
    return chain.from_iterable((part,) if isinstance(part, Finding) else part for part in parts)


def show(value: Cell | object) -> str:
    """A value in a message: as it was typed; dates as dd/mm/yyyy."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%d/%m/%Y" if value.time() == dt.time(0) else "%d/%m/%Y %H:%M")
    return value.original if isinstance(value, Converted) else str(value)


def count_repairs(repairs: pd.DataFrame) -> pd.DataFrame:
    """One row per rule that changed cells, the most frequent first.

    `cells_count`: how many cells the rule changed, `files_count`: in how many files; the `example_`
    columns show the first of them: its cell, and its value before and after. Takes the repairs of a
    `SchoolYear`, or any part of them.

    >>> year = load_year("2024-2025")
    >>> count_repairs(year.repairs)["rule"].iloc[0]
    'level_spelling'
    """
    summary = repairs.groupby("rule", sort=False).agg(
        cells_count=("cell", "size"),
        files_count=("source_file", "nunique"),
        example_cell=("cell", "first"),
        example_before=("source_value", "first"),
        example_after=("clean_value", "first"),
    )
    return summary.sort_values("cells_count", ascending=False, kind="stable").reset_index()


def list_remarks(remarks: Iterable[Remark], *, lang: str = "vi") -> pd.DataFrame:
    """One row per remark on a file or sheet as a whole: `rule`, and the `message` in words.

    Hidden sheets, unknown headings, an odd encoding: nothing was stopped, a person should look.
    """
    rows = [(remark.key, say(remark.key, lang, **remark.facts)) for remark in remarks]
    return pd.DataFrame(rows, columns=["rule", "message"], dtype="str")
