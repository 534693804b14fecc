"""Merged cells below a heading: what is shown belongs to each row, where its kind allows; what is
hidden under them, and what nobody can share, is told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from analysis.raw.cells import Cell, Sheet, Span, address, is_blank
from analysis.raw.grid import narrowed
from analysis.raw.tables.evidence import DOUBT, Evidence
from analysis.reference import Rules, fold

if TYPE_CHECKING:
    from analysis.raw.tables.layout import Table


def read_merged(table: Table, sheet: Sheet, end: int, rules: Rules) -> None:
    """A value merged over several rows of one column belongs to each of them, but a level or a
    count does not; a value hidden below another one is in doubt."""
    below = table.header.bottom
    spans = [s for s in sheet.merged if below < s.top and s.bottom < end]
    if not spans:
        return
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


def _kind(name: str, rules: Rules) -> str:
    if "_mark_" in name:
        return "mark"
    return rules.columns[name].kind if name in rules.columns else ""


def _tell_hidden(
    table: Table, sheet: Sheet, span: Span, names: dict[int, str], rows: dict[int, int]
) -> None:
    """Doubt each value that a merged range hides, where it is another one than what is shown."""
    shown = _at(sheet, span.top, span.left)
    for column in range(span.left, span.right + 1):
        codes = sheet.grid.columns.get(column)
        if codes is None or column not in names:
            continue
        held = np.flatnonzero(codes[span.top : span.bottom + 1]) + span.top
        for row in held.tolist():
            cell = sheet.grid.values[codes[row]]
            is_hidden = (row, column) != (span.top, span.left) and not is_blank(cell)
            if is_hidden and row in rows and not _same(cell, shown):
                _doubt(table, names[column], rows[row], "merged_hides", span, shown)


def _tell_shared(table: Table, sheet: Sheet, span: Span, name: str, rows: dict[int, int]) -> None:
    """Doubt a level or count for the schools below the first it is merged over."""
    shown = _at(sheet, span.top, span.left)
    if is_blank(shown):
        return
    for row in range(span.top + 1, span.bottom + 1):
        if row in rows and is_blank(_at(sheet, row, span.left)):
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
