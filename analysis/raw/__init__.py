"""This room answers: what is in the workbooks? Cells as they stand, under our column names."""

from __future__ import annotations

from analysis.raw.cells import Cell, ErrorCell, LogicalCell, Row, address, column_letters
from analysis.raw.grid import Coded, Flags, Places
from analysis.raw.reading import Raw, read_raw
from analysis.raw.tables.evidence import Evidence
from analysis.raw.tables.layout import Ignored, Table
from analysis.raw.tables.remarks import Remark

__all__ = [
    "Cell",
    "Coded",
    "ErrorCell",
    "Evidence",
    "Flags",
    "Ignored",
    "LogicalCell",
    "Places",
    "Raw",
    "Remark",
    "Row",
    "Table",
    "address",
    "column_letters",
    "read_raw",
]
