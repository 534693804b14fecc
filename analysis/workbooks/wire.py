"""Sheets as plain JSON on the way from the child to the parent: it can only ever become plain data,
so that nothing in it can run, whatever a workbook may have done to the child.

For each sheet an object that describes it, then one array per row that holds a value: [row, first
column, cells...]. A cell is a text, a number, or an array that begins with the kind of cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from analysis.workbooks.cells import Cell, Converted, ErrorCell, LogicalCell, Row, Sheet, Span
from analysis.workbooks.collected import Collected


def told(sheet: Collected) -> Iterator[Any]:
    """What the child says of a sheet."""
    yield {
        "name": sheet.name,
        "visible": sheet.visible,
        "merged": [(m.top, m.left, m.bottom, m.right) for m in sheet.merged],
        "hidden_rows": sorted(sheet.hidden_rows & sheet.rows.keys()),
        "hidden_columns": sorted(sheet.hidden_columns),
        "struck": sorted(sheet.struck),
        "epoch_1904": sheet.formats.epoch_1904,
        "beside": [[*place, some] for place, some in sheet.beside.items()],
        "linked": sorted(sheet.linked),
        "files": [*sheet.files],
        "macros": sheet.macros,
    }
    for row in sorted(sheet.rows):
        cells = sheet.rows[row]
        first, last = min(cells), max(cells)
        yield [row, first, *(_plain(cells.get(c)) for c in range(first, last + 1))]


def _plain(cell: Cell) -> Any:
    if type(cell) in (str, int, float, type(None)):
        return cell
    if isinstance(cell, Converted):
        return "c", str(cell), cell.original, cell.rule
    if isinstance(cell, ErrorCell):
        return "e", cell.text
    if isinstance(cell, LogicalCell):
        return "b", cell.value
    if isinstance(cell, dt.datetime):
        return "d", cell.isoformat()
    if isinstance(cell, dt.time):
        return "t", cell.isoformat()
    assert isinstance(cell, dt.timedelta)
    return "s", cell.total_seconds()


def understood(messages: Iterable[Any]) -> tuple[list[Sheet], bool]:
    """The sheets, and whether there are macros."""
    sheets: list[Sheet] = []
    macros = False
    rows: list[Row] = []
    texts: dict[str, str] = {}  # equal texts become one: a column repeats few
    for message in messages:
        if isinstance(message, dict):
            rows = []
            macros |= message.pop("macros")
            for name in ("struck", "linked"):
                message[name] = {(row, column) for row, column in message[name]}
            for name in ("hidden_rows", "hidden_columns"):
                message[name] = set(message[name])
            beside = message.pop("beside")
            told_beside = {(r, c): [(key, text) for key, text in some] for r, c, some in beside}
            message["merged"] = [Span(*m) for m in message["merged"]]
            sheets.append(Sheet(rows=rows, beside=told_beside, **message))
        else:
            row, first, *cells = message
            rows.extend([] for _ in range(row - len(rows)))
            rows.append([*[None] * first, *(_cell(c, texts) for c in cells)])
    return sheets, macros


def _cell(value: Any, texts: dict[str, str]) -> Cell:
    if isinstance(value, str):
        return texts.setdefault(value, value)
    if not isinstance(value, list | tuple):
        return value
    kind, content, *more = value
    if kind == "c":
        return Converted(content, *more)
    if kind == "e":
        return ErrorCell(content)
    if kind == "b":
        return LogicalCell(content)
    if kind == "d":
        return dt.datetime.fromisoformat(content)
    return dt.time.fromisoformat(content) if kind == "t" else dt.timedelta(seconds=content)
