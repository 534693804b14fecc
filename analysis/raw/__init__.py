"""This room answers: what is in the workbooks? Cells as they stand, under our column names."""

from __future__ import annotations

from analysis.raw.evidence import Evidence
from analysis.raw.layout import Ignored, Table
from analysis.raw.reading import Raw, read_raw
from analysis.raw.remarks import Remark
from analysis.workbooks.cells import Cell, ErrorCell, LogicalCell, Row, address, column_letters
from analysis.workbooks.grid import Coded, Flags, Places
