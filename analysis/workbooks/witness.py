"""python-calamine as a witness of .xls: it must see a value in the same cells as our own reader.

These files carry no checksum: a damaged one may lose cells without a word.
"""

from __future__ import annotations

import math
from io import BytesIO
from typing import Any

from analysis.reference.trouble import InputError
from analysis.workbooks.cells import Cell, Converted, ErrorCell
from analysis.workbooks.collected import Collected


def confirm(content: bytes, sheets: list[Collected]) -> None:
    """Compare every cell. Raises InputError where the two readings differ, ValueError where the
    witness cannot read the file."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_object(BytesIO(content))
        seen = [
            book.get_sheet_by_index(i)
            for i, about in enumerate(book.sheets_metadata)
            if about.typ == SheetTypeEnum.WorkSheet
        ]
        if len(seen) != len(sheets):
            ours, theirs = len(sheets), len(seen)
            raise InputError("readings_differ_sheets", file="", ours=ours, theirs=theirs)
        cells = [(s.start or (0, 0), s.to_python(skip_empty_area=True)) for s in seen]
    except (InputError, MemoryError, KeyboardInterrupt):
        raise
    except Exception as fault:
        raise ValueError(str(fault)) from fault
    except BaseException as fault:  # a panic of compiled code; perhaps for want of memory
        raise InputError("reader_died", file="", code=type(fault).__name__) from fault
    for sheet, (first, rows) in zip(sheets, cells, strict=True):
        _compare(sheet, *first, rows)


def _compare(sheet: Collected, top: int, left: int, seen: list[list[Any]]) -> None:
    theirs = dict(enumerate(seen, top))
    for row in sheet.rows.keys() | theirs.keys():
        ours, told = sheet.rows.get(row, {}), theirs.get(row, [])
        for column in ours.keys() | range(left, left + len(told)):
            cell = told[column - left] if 0 <= column - left < len(told) else ""
            if not _agree(ours.get(column), cell):
                raise sheet.bad_cell("readings_differ", row, column)


def _agree(own: Cell, cell: Any) -> bool:
    """Do both see the same? Failed formulas are blank to the witness, dates are of a type of their
    own, and it drops tabs."""
    if isinstance(own, ErrorCell):
        return True
    if own is None or cell == "":
        return own is None and bool(cell == "")
    text = own.original if isinstance(own, Converted) else own
    if isinstance(text, str) and isinstance(cell, str):
        return "".join(text.split()) == "".join(cell.split())
    if isinstance(text, str):  # a code shown with its leading zeros is a number to the witness
        return isinstance(own, Converted) and _is_number(text, cell)
    if isinstance(own, int | float) and isinstance(cell, int | float):
        return own == cell or math.isclose(own, cell, rel_tol=1e-14)
    return not isinstance(cell, str)


def _is_number(text: str, cell: Any) -> bool:
    try:
        return not isinstance(cell, int | float) or math.isclose(float(text), cell, rel_tol=1e-14)
    except ValueError:
        return False
