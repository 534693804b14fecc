"""Tables as CSV and as a workbook: one table a sheet, safe text, the same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.export.cells import heading_of, worded
from analysis.export.safe_text import not_a_formula, printable
from analysis.export.steady import STAMP, steady
from analysis.reference import About, say

_WIDEST = 60


def in_words(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """A table with its column names and codes in words; numbers stay numbers."""
    names = [n for n in table.columns if n not in ("label_vi", "label_en")]
    shown = {heading_of(n, table, lang): worded(table, n, lang) for n in names}
    return pd.DataFrame(shown, dtype=object)


def export_csv(table: pd.DataFrame, path: Path) -> Path:
    """UTF-8 with a byte-order mark, so that Excel shows the Vietnamese letters."""
    safe = table.copy()
    for name in safe.columns:
        if safe[name].dtype == object or isinstance(safe[name].dtype, pd.StringDtype):
            safe[name] = [
                not_a_formula(printable(v)) if isinstance(v, str) else v for v in safe[name]
            ]
    path.parent.mkdir(parents=True, exist_ok=True)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    return path


def export_tables(
    tables: Mapping[str, pd.DataFrame], path: Path, *, about: About, lang: str = "vi"
) -> Path:
    """Write a workbook: a cover that says what and as of when, then one table a sheet.

    The keys are the sheets' titles. Text is stored as text, whatever it begins with.
    """
    from openpyxl import Workbook

    book = Workbook()
    cover = book.active
    assert cover is not None
    _write_cover(cover, list(tables), about, lang)
    for title, table in tables.items():
        _write_table(book.create_sheet(_sheet_name(title, book.sheetnames)), title, table, lang)
    book.properties.title = about.office(lang)
    book.properties.language = "vi-VN" if lang == "vi" else "en-GB"
    book.properties.creator = "accreditation"
    book.properties.created = book.properties.modified = dt.datetime(*STAMP)
    stream = io.BytesIO()
    book.save(stream)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(steady(stream.getvalue()))
    return path


def _write_cover(sheet: Any, titles: list[str], about: About, lang: str) -> None:
    from openpyxl.styles import Font

    sheet.title = say("sheet_cover", lang)
    lines = [
        about.office(lang),
        say("cover_year", lang, year=about.school_year, as_of=about.as_of.strftime("%d/%m/%Y")),
        about.source(lang),
        *([say("cover_synthetic", lang)] if about.synthetic else []),
        about.note(lang),
        "",
        *titles,
    ]
    for r, line in enumerate(lines, 1):
        _put(sheet.cell(r, 1), line)
    sheet["A1"].font = Font(name="Arial", size=16, bold=True)
    sheet.column_dimensions["A"].width = 100


def _write_table(sheet: Any, title: str, table: pd.DataFrame, lang: str) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    _put(sheet.cell(1, 1), title)
    sheet["A1"].font = Font(name="Arial", size=14, bold=True)
    shown = in_words(table, lang)
    for c, heading in enumerate(shown.columns, 1):
        cell = sheet.cell(3, c)
        _put(cell, str(heading))
        cell.font = Font(name="Arial", size=11, bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        values = [_value(v) for v in shown.iloc[:, c - 1]]
        for r, value in enumerate(values, 4):
            _put(sheet.cell(r, c), value)
        longest = max([len(str(v)) for v in values if v is not None] + [len(str(heading)) // 2, 8])
        sheet.column_dimensions[get_column_letter(c)].width = min(longest + 2, _WIDEST)


def _value(value: Any) -> Any:
    if value is None or value is pd.NaT or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def _put(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        cell.value = printable(value)
        cell.data_type = "s"
        return
    cell.value = value
    if isinstance(value, float):
        cell.number_format = "0.0"
    elif isinstance(value, dt.datetime):
        cell.number_format = "dd/mm/yyyy"


def _sheet_name(title: str, taken: list[str]) -> str:
    name = "".join(" " if c in "[]:*?/\\'" else c for c in title)[:28].strip() or "Bảng"
    number = sum(t.casefold().startswith(name.casefold()) for t in taken)
    return f"{name} {number + 1}" if number else name
