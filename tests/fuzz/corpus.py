"""The workbooks that mutations start from: those of the project, shared ones, and made ones."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import xlsxwriter

from tests import binary_workbooks as make
from tests.corpus.foreign import page, xml2003
from tests.workbooks import HEADINGS, save, school

ROOT = Path(__file__).parents[2]
ROSTERS = ROOT / "data" / "raw"
SHARED = ROOT.parent / "shared" / "data"
_ENDINGS = {".xlsx", ".xls", ".ods", ".csv"}
_LARGEST = 200_000

Sample = tuple[str, bytes]


def samples() -> list[Sample]:
    """(ending, content) of each workbook, in a fixed order; those that hold schools three times,
    for they lead deepest into the code. The shared ones are not on every machine."""
    shared = _files(SHARED / "sheets") + 2 * _files(SHARED / "cases")
    return 3 * _files(ROSTERS) + shared + 3 * _made()


def _files(folder: Path) -> list[Sample]:
    files = [p for p in sorted(folder.rglob("*")) if p.suffix in _ENDINGS]
    return [(p.suffix, p.read_bytes()) for p in files if p.stat().st_size <= _LARGEST]


def _table(rows: int) -> list[list[Any]]:
    return [list(HEADINGS), *(school(n, pupils=300 + n) for n in range(1, rows + 1))]


def _made() -> list[Sample]:
    """One small roster in each format, so that few bytes separate a mutation from a reading."""
    table = _table(8)
    plain = [[_plain(v) for v in row] for row in table]
    cells = {(r, c): v for r, row in enumerate(plain) for c, v in enumerate(row)}
    texts = {place: v for place, v in cells.items() if isinstance(v, str)}
    made = [
        (".xls", make.xls({"Bảng": cells, "Ghi chú": {(0, 0): "x"}}, hidden=["Ghi chú"])),
        (".xls", make.xls({"A": texts})),
        (".ods", make.ods(make.ods_table(*plain))),
        (".xls", page(table, cell='td rowspan="1" x:num="7" style="color:red"').encode()),
        (".xls", xml2003(table).encode()),
        (".csv", _delimited(plain, ",").encode()),
        (".csv", _delimited(plain, ";").encode("utf-8-sig")),
        (".csv", _delimited(plain, "\t").encode("utf-16")),
    ]
    return [*made, *_open_xml(table)]


def _plain(value: Any) -> str | float:
    if isinstance(value, str):
        return value
    return float(value) if isinstance(value, int) else f"{value:%d/%m/%Y}"


def _delimited(rows: list[list[Any]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


def _open_xml(table: list[list[Any]]) -> list[Sample]:
    with tempfile.TemporaryDirectory() as folder:
        path = save(Path(folder) / "a.xlsx", table[1:])
        with zipfile.ZipFile(path) as archive:
            names = (n for n in archive.namelist() if not n.startswith("docProps"))
            inline = make.zipped([(n, archive.read(n)) for n in names])  # without the time of day
    return [(".xlsx", inline), (".xlsx", _with_everything(table))]


def _with_everything(table: list[list[Any]]) -> bytes:
    """Merged titles, formulas, a group row, a total, hidden parts, formats, a second sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    book.set_properties({"created": dt.datetime(2025, 1, 1)})
    sheet = book.add_worksheet("Bảng")
    sheet.merge_range(0, 0, 0, 13, "BIỂU TỔNG HỢP")
    for r, row in enumerate(table, 2):
        sheet.write_row(r, 0, row)
    sheet.write_formula(12, 12, "=SUM(M4:M11)", None, 96)
    sheet.write(12, 0, "Cộng")
    sheet.write(13, 1, 1234567, book.add_format({"num_format": "00000000", "font_strikeout": True}))
    sheet.write_boolean(13, 2, True)
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.set_column(13, 13, None, None, {"hidden": True})
    book.add_worksheet("Ẩn").hide()
    book.close()
    return out.getvalue()
