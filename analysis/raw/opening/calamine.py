"""Old and other formats (xls, xlsb, ods): read apart, twice, and put together here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from analysis.raw.cells import (
    NO_RESULT,
    Book,
    Cell,
    Converted,
    ErrorCell,
    LogicalCell,
    Place,
    Row,
    Sheet,
    Span,
)
from analysis.raw.opening.confined import LIMITS, Limits, read_confined

_LISTED = 5


def read_with_calamine(path: Path, form: str, file: str, limits: Limits = LIMITS) -> Book:
    """Every sheet of the book; failed formulas, logical values and leading zeros are kept.

    Raises InputError where the file is damaged, where our reading and that of python-calamine
    differ in a single cell, or where it needs more memory or time than `limits` allows.
    """
    texts: dict[str, str] = {}
    sheets: list[Sheet] = []
    files: dict[str, None] = {}
    rows: list[Row] = []
    for message in read_confined(path, form, file, limits):
        if isinstance(message, dict):
            rows = []
            sheets.append(_sheet(message, rows))
            files |= dict.fromkeys(message["files"])
        else:
            row, first, *cells = message
            rows.extend([] for _ in range(row - len(rows)))
            rows.append([*[None] * first, *(_cell(c, texts) for c in cells)])
    listed = ", ".join([*files][:_LISTED]) + f", … ({len(files)})" * (len(files) > _LISTED)
    remark: tuple[str, dict[str, object]] = "links_to_files", {"file": file, "listed": listed}
    return Book(file, form, sheets, [remark] * bool(files))


def _sheet(facts: dict[str, Any], rows: list[Row]) -> Sheet:
    beside: dict[Place, list[tuple[str, str]]] = {}
    for row, column, key, text in facts["beside"]:
        beside.setdefault((row, column), []).append((key, text))
    return Sheet(
        facts["sheet"],
        rows,
        facts["visible"],
        [Span(*m) for m in facts["merged"]],
        set(facts["hidden_rows"]),
        set(facts["hidden_columns"]),
        {(row, column) for row, column in facts["struck"]},
        epoch_1904=facts["epoch_1904"],
        beside=beside,
        linked={(row, column) for row, column in facts["linked"]},
    )


def _cell(value: Any, texts: dict[str, str]) -> Cell:
    """A cell from the pipe. Equal texts become one text: a column repeats few."""
    if isinstance(value, str):
        return texts.setdefault(value, value)
    if not isinstance(value, list):
        return value
    kind, content, *more = value
    if kind == "c":
        return Converted(content, *more)
    if kind == "e":
        return ErrorCell(content) if content else NO_RESULT
    if kind == "b":
        return LogicalCell(content)
    if kind == "t":
        return _time(content)
    return dt.datetime.fromisoformat(content)


def _time(seconds: float) -> dt.time | dt.timedelta:
    """A time of day, or a longer (or negative) duration."""
    span = dt.timedelta(seconds=seconds)
    if dt.timedelta(0) <= span < dt.timedelta(days=1):
        return (dt.datetime(1900, 1, 1) + span).time()
    return span
