"""Merged cells below a heading: what is shown belongs to each row, where its kind allows; what is
hidden under them, and what nobody can share, is told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from analysis.raw.cells import Cell, Sheet, Span, address, is_blank
from analysis.raw.grid import Codes, narrowed
from analysis.raw.tables.evidence import DOUBT, Evidence
from analysis.reference import InputError, Rules, fold

if TYPE_CHECKING:
    from analysis.raw.tables.layout import Table

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
