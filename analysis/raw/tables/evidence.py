"""What speaks of a cell of a table beside its value: a comment, a struck part, a merged range."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.raw.cells import Cell, Converted, Sheet
from analysis.raw.shown import TEXT_SHOWN
from analysis.reference import Rules, tidy

if TYPE_CHECKING:
    from analysis.raw.tables.layout import Table

DOUBT, WARNING = "doubt", "warning"
# Kinds of columns in which a number counts, whatever words its format adds.
_NUMBERS = {"count", "order"}


@dataclass(frozen=True)
class Evidence:
    """Column and place of the row in the table; whether its value is in doubt or a person should
    look; the key of the message and its facts."""

    column: str
    index: int
    outcome: str
    rule: str
    facts: dict[str, Any] = field(default_factory=dict)


def note_beside(table: Table, sheet: Sheet) -> None:
    """Take what the sheet knows of the cells of a table."""
    if not sheet.beside:
        return
    names = {c: name for name, c in table.header.columns.items()}
    rows = {row - 1: i for i, row in enumerate(table.rows)}
    for (row, column), told in sorted(sheet.beside.items()):
        if row in rows and column in names:
            table.evidence += [
                Evidence(names[column], rows[row], WARNING, rule, {"text": text})
                for rule, text in told
            ]


def note_corrections(table: Table, rules: Rules) -> None:
    """Warn of each note that corrects something in its row."""
    notes = table.cells.get("note")
    if notes is None:
        return
    words = _corrections(tuple(rules.regulations["corrections"]["words"]))
    found = notes.where(
        lambda cell: isinstance(cell, str) and bool(words.search(tidy(cell).casefold()))
    )
    table.evidence += [
        Evidence("note", i, WARNING, "note_corrects") for i in np.flatnonzero(found).tolist()
    ]


@cache
def _corrections(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these words, from the beginning of a word to the end of one."""
    alternatives = "|".join(map(re.escape, words))
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


def count_numbers(table: Table, rules: Rules) -> None:
    """In a column of counts the number counts, not the words its format adds (0" lớp")."""
    for name, column in table.header.columns.items():
        if name not in rules.columns or rules.columns[name].kind not in _NUMBERS:
            continue
        values = table.cells[name].values
        values[:] = map(_number, values)
        for _, row in table.totals:
            row[column : column + 1] = map(_number, row[column : column + 1])


def _number(cell: Cell) -> Cell:
    if isinstance(cell, Converted) and cell.rule == TEXT_SHOWN and _is_whole(cell):
        return int(cell.original)
    return cell


def _is_whole(cell: Converted) -> bool:
    """Is it a whole number that is shown as it is, among other words?"""
    number = cell.original
    digits = "".join(c if c.isdigit() else " " for c in cell).split()
    return number.isdecimal() and number in digits
