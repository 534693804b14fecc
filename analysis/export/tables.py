"""Tables as CSV and as a workbook: one table a sheet, safe text, the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.export.book import book_bytes
from analysis.export.places import place_of, write_whole
from analysis.export.safe_text import csv_text
from analysis.export.shown import ShownTable
from analysis.reference import About, SuiteError
from analysis.tables import about_of, lang_of


def export_csv(table: pd.DataFrame, path: Path) -> Path:
    """UTF-8 with a byte-order mark, so that Excel shows the Vietnamese letters."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(csv_bytes(table))
    return path


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as such a file holds it: several names with a semicolon between them; no text in it
    begins like a formula."""
    safe = table.rename(columns=lambda name: csv_text(str(name)))
    for i, kind in enumerate(safe.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            whole = ["; ".join(v) if isinstance(v, tuple) else v for v in safe.iloc[:, i]]
            cells = [csv_text(v) if isinstance(v, str) else v for v in whole]
            safe.isetitem(i, cells)
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def export_tables(
    tables: Mapping[str, pd.DataFrame | ShownTable] | pd.DataFrame | ShownTable,
    path: str | Path,
    *,
    about: About | None = None,
    lang: str = "",
) -> Path:
    """Write a workbook: cover, contents, notes, then one table a sheet.

    The keys are the tables' titles; a single table is called like the file. What `show_table` gives
    is written as it is shown, ready to print, other tables with all their columns. Office and
    language are those of the tables, if not given. Text is stored as text, whatever it begins with.
    A bare file name goes where `save_chart` puts its files.

    >>> export_tables({"KĐCLGD theo cấp học": levels}, "bang.xlsx")  # doctest: +SKIP
    """
    if isinstance(tables, pd.DataFrame | ShownTable):
        tables = {Path(path).stem: tables}
    wrong = [t for t, own in tables.items() if not isinstance(own, pd.DataFrame | ShownTable)]
    if wrong or not tables:
        raise SuiteError("tables_not_frames", titles=", ".join(map(repr, wrong)) or "{}")
    frames = [own.frame if isinstance(own, ShownTable) else own for own in tables.values()]
    about = about or next(filter(None, map(about_of, frames)), None)
    lang = lang_of(frames[0], lang)
    return write_whole(place_of(path), book_bytes(tables, about, lang))
