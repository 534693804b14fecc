"""Small tables that are no list of schools: office indicators, published counts."""

from __future__ import annotations

import numpy as np

from analysis.raw.cells import Sheet, holds, is_blank
from analysis.raw.tables.headings import Header
from analysis.raw.tables.layout import Ignored, Table, far_rows
from analysis.reference import Rules

_LONGEST = 200  # letters of a heading


def find_plain_table(file: str, sheet: Sheet, rules: Rules) -> tuple[Table, list[Ignored]] | None:
    """The first row that holds the headings of a kind, and all rows below it."""
    for r, row in enumerate(sheet.rows[:50]):
        for kind, shape in rules.plain_tables.items():
            columns = {
                name: c
                for c, cell in enumerate(row)
                if isinstance(cell, str) and len(cell) < _LONGEST and (name := shape.column(cell))
            }
            if shape.needs <= set(columns):
                table = Table(file, sheet.name, Header(r, r, columns), kind=kind)
                return table, _read(table, sheet)
    return None


def _read(table: Table, sheet: Sheet) -> list[Ignored]:
    ignored: list[Ignored] = []
    columns = table.header.columns
    key, head = min(columns.values()), table.header.bottom
    for r, row in enumerate(sheet.rows):
        if not any(map(holds, row)):
            continue
        if r <= head or key >= len(row) or is_blank(row[key]):
            reason = "title" if r < head else "header" if r == head else "note"
            ignored.append(Ignored(table.file, table.sheet, r + 1, reason))
            continue
        table.rows.append(r + 1)
    rows = np.array(table.rows, np.intp) - 1
    table.cells = {name: sheet.grid.column(c, rows) for name, c in columns.items()}
    return ignored + [Ignored(table.file, table.sheet, r + 1, "stray") for r in far_rows(sheet)]
