"""What speaks of a cell beside its value: comments, struck and raised parts, number formats, merged
ranges. What a range shows belongs to each row, where its kind allows; what it hides, and what
nobody can share, is told."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.reference import InputError, Rules, fold, tidy
from analysis.workbooks.cells import Cell, Converted, Sheet, Span, address, is_blank
from analysis.workbooks.formats import TEXT_SHOWN
from analysis.workbooks.grid import Codes, narrowed

if TYPE_CHECKING:
    from analysis.raw.layout import Table

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


if TYPE_CHECKING:
    from analysis.raw.layout import Table

_MOST_TIMES = 2


def read_merged(table: Table, sheet: Sheet, end: int, rules: Rules) -> None:
    """A value merged over several rows of one column belongs to each of them, but a level or a
    count does not; a value hidden below another one is in doubt."""
    spans = _below(sheet, table.header.bottom, end)
    if not spans:
        return
    _check_area(table, sheet, spans)
    names = {c: name for name, c in table.header.columns.items()}
    rows = {row - 1: i for i, row in enumerate(table.rows)}
    filled: dict[int, list[Span]] = {}
    for span in spans:
        _tell_hidden(table, sheet, span, names, rows)
        name = names.get(span.left, "")
        if not name or span.top == span.bottom or span.left not in sheet.grid.columns:
            continue
        if _kind(name, rules) in rules.regulations["merged_cells"]["doubtful_kinds"]:
            _tell_shared(table, sheet, span, name, rows)
        else:
            filled.setdefault(span.left, []).append(span)
    for column, some in filled.items():
        _fill_down(table, sheet, names[column], some)


def _below(sheet: Sheet, header: int, end: int) -> list[Span]:
    """The merged ranges that begin below a heading, as far as its table goes."""
    return [
        Span(s.top, s.left, min(s.bottom, end - 1), s.right)
        for s in sheet.merged
        if header < s.top < end
    ]


def _check_area(table: Table, sheet: Sheet, spans: list[Span]) -> None:
    """Refuse ranges that cover each other again and again, which no program writes: each would cost
    its whole length."""
    covered = sum(s.bottom - s.top + 1 for s in spans)
    if covered > _MOST_TIMES * (len(sheet.rows) + 1) * (len(sheet.grid.columns) + 1):
        raise InputError("sheet_too_large", file=table.file, sheet=table.sheet)


def _kind(name: str, rules: Rules) -> str:
    if "_mark_" in name:
        return "mark"
    return rules.columns[name].kind if name in rules.columns else ""


def _tell_hidden(
    table: Table, sheet: Sheet, span: Span, names: dict[int, str], rows: dict[int, int]
) -> None:
    """Doubt each value that a merged range hides, where it is another one than what is shown."""
    shown = _at(sheet, span.top, span.left)
    differs: dict[int, bool] = {}
    for column, name in names.items():
        codes = sheet.grid.columns.get(column)
        if codes is None or not span.left <= column <= span.right:
            continue
        for row in _held(codes, span):
            code = int(codes[row])
            if code not in differs:
                cell = sheet.grid.values[code]
                differs[code] = not is_blank(cell) and not _same(cell, shown)
            if differs[code] and row in rows:
                _doubt(table, name, rows[row], "merged_hides", span, shown)


def _held(codes: Codes, span: Span) -> list[int]:
    """The rows of a range that hold something, and another thing than its first row."""
    if span.top == span.bottom:
        return [span.top] * bool(codes[span.top])
    stretch = codes[span.top : span.bottom + 1]
    found = np.flatnonzero((stretch > 0) & (stretch != stretch[0])) + span.top
    return [span.top] * bool(stretch[0]) + found.tolist()


def _tell_shared(table: Table, sheet: Sheet, span: Span, name: str, rows: dict[int, int]) -> None:
    """Doubt a level or count for the schools below the first it is merged over."""
    shown = _at(sheet, span.top, span.left)
    stretch = sheet.grid.columns[span.left][span.top + 1 : span.bottom + 1]
    for row in [] if is_blank(shown) else (np.flatnonzero(stretch == 0) + span.top + 1).tolist():
        if row in rows:
            _doubt(table, name, rows[row], "merged_over_schools", span, shown)


def _doubt(table: Table, name: str, index: int, rule: str, span: Span, shown: Cell) -> None:
    facts: dict[str, object] = {"other": _range(span), "shown": _words(shown)}
    table.evidence.append(Evidence(name, index, DOUBT, rule, facts))


def _words(cell: Cell) -> str:
    if isinstance(cell, dt.datetime):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else str(cell)


def _range(span: Span) -> str:
    return f"{address(span.top, span.left)}:{address(span.bottom, span.right)}"


def _at(sheet: Sheet, row: int, column: int) -> Cell:
    codes = sheet.grid.columns.get(column)
    return None if codes is None or row >= len(codes) else sheet.grid.values[codes[row]]


def _same(one: Cell, other: Cell) -> bool:
    return fold(str(one)) == fold(str(other))


def _fill_down(table: Table, sheet: Sheet, name: str, spans: list[Span]) -> None:
    grid, column = sheet.grid, table.header.columns[name]
    rows = np.array(table.rows, np.intp) - 1
    codes = grid.columns[column].copy()
    for span in spans:
        below = codes[span.top + 1 : span.bottom + 1]
        below[below == 0] = codes[span.top]
    filled = np.flatnonzero((codes != grid.columns[column])[rows])
    table.cells[name] = narrowed(codes[rows], grid.values)
    table.filled |= {(name, i) for i in filled.tolist()}
