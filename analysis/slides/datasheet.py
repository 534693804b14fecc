"""The workbook inside a chart: what opens in PowerPoint when somebody edits its data."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from analysis.export.steady import STAMP, steady
from analysis.slides.native import Native

SHEET = "data"
# Text stays text, whatever it begins with.
_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def datasheet(native: Native) -> bytes:
    """One sheet: categories in column A, then a column per series, then what is not drawn."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, _TEXT) as book:
        book.set_properties({"created": dt.datetime(*STAMP), "author": "accreditation"})
        book.formats[0].set_font_name("Arial")
        sheet = book.add_worksheet(SHEET)
        sheet.set_column(0, 0, 44)
        formats = [None, *(book.add_format({"num_format": s.number_format}) for s in native.series)]
        formats[0] = book.add_format({"num_format": "yyyy"}) if native.dates else None
        for r, row in enumerate(native.grid):
            for c, value in enumerate(row):
                style = formats[c] if r and c < len(formats) else None
                _write(sheet, r, c, value, style)
    return steady(stream.getvalue())


def _write(sheet: Any, row: int, column: int, value: object, style: object) -> None:
    kinds = {str: "write_string", dt.date: "write_datetime"}
    if value is not None:
        getattr(sheet, kinds.get(type(value), "write_number"))(row, column, value, style)


def column_letter(place: int) -> str:
    """The letters of a column, from 0: A, B, ... Z, AA."""
    rest = "" if place < 26 else column_letter(place // 26 - 1)
    return rest + chr(ord("A") + place % 26)
