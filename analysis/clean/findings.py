"""What cleaning has to say of a cell or a row, one record each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from analysis.raw import Cell, Table, address
from analysis.raw.legacy import Converted
from analysis.reference import say

_PLACE = ("file", "sheet", "row", "cell", "source_value", "clean_value")
SET_ASIDE, REPAIRED, IGNORED, WARNING = "set_aside", "repaired", "ignored", "warning"


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
        """The finding in words: where, what, and what to do."""
        return say(self.rule, lang, **(self.facts | {name: getattr(self, name) for name in _PLACE}))


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


def show(value: Cell | object) -> str:
    """A value in a message: as it was typed; dates as dd/mm/yyyy."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%d/%m/%Y" if value.time() == dt.time(0) else "%d/%m/%Y %H:%M")
    return value.original if isinstance(value, Converted) else str(value)
