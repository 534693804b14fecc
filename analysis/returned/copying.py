"""A new workbook with the cells of one that cannot be changed in place (xls, xlsb, ods, csv).

Values stand where they stood. Formulas, colours and formats are not known and not copied.
"""

from __future__ import annotations

import datetime as dt
import math

from analysis.raw import Cell, address
from analysis.returned.styles import Styles
from analysis.returned.workbook import free_sheet_name
from analysis.returned.writing import (
    MAIN,
    number_cell,
    other_cell,
    row_xml,
    serial,
    sheet_xml,
    text_cell,
)
from analysis.workbooks.cells import Book, Sheet
from analysis.workbooks.offsets import escaped
from analysis.workbooks.parts import DECLARATION, LINKS, Parts

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = "application/xml"
_LINKED = "application/vnd.openxmlformats-package.relationships+xml"
_DAY, _TIME, _HOURS, _TEXT = 14, 22, 46, 49  # number formats that every program knows
_NARROWEST, _WIDEST, _LOOKED_AT = 6, 40, 200


def copy_of(book: Book) -> tuple[Parts, dict[str, str]]:
    """The parts of the copy, and what each sheet is called in it."""
    names: dict[str, str] = {}
    for sheet in book.sheets:
        names[sheet.name] = free_sheet_name(sheet.name, names.values())
    styles = Styles()
    looks = _Looks(styles)
    parts = {f"xl/worksheets/sheet{i}.xml": _sheet(s, looks) for i, s in enumerate(book.sheets, 1)}
    head = _head(book, names, [*parts])
    return Parts(book.file, head | {"xl/styles.xml": styles.packed()} | parts), names


class _Looks:
    """The few looks that cells of a copy have."""

    def __init__(self, styles: Styles) -> None:
        look = '<xf numFmtId="{}" fontId="0" fillId="0" borderId="0" xfId="0"{}/>'
        numbered = ' applyNumberFormat="1"'
        self.plain = 0
        self.text = styles.add("cellXfs", look.format(_TEXT, numbered))
        # Kept as text also when somebody goes into the cell and out again.
        self.quoted = styles.add("cellXfs", look.format(_TEXT, numbered + ' quotePrefix="1"'))
        self.day = styles.add("cellXfs", look.format(_DAY, numbered))
        self.time = styles.add("cellXfs", look.format(_TIME, numbered))
        self.hours = styles.add("cellXfs", look.format(_HOURS, numbered))


def _head(book: Book, names: dict[str, str], sheets: list[str]) -> dict[str, bytes]:
    main = "xl/workbook.xml"
    types = {main: "sheet.main", "xl/styles.xml": "styles"} | dict.fromkeys(sheets, "worksheet")
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in types.items()
    )
    listed = "".join(
        f'<sheet name="{escaped(names[s.name])}" sheetId="{i}"'
        f'{"" if s.visible else _HIDDEN} r:id="rId{i}"/>'
        for i, s in enumerate(book.sheets, 1)
    )
    links = [(part, "worksheet") for part in sheets] + [("xl/styles.xml", "styles")]
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_LINKED}"/>'
        f'<Default Extension="xml" ContentType="{_XML}"/>{overrides}</Types>',
        "_rels/.rels": _links([(main, "officeDocument")]),
        main: f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _links(links),
    }
    return {name: (DECLARATION + text).encode() for name, text in texts.items()}


_HIDDEN = ' state="hidden"'


def _links(targets: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{i}" Type="{LINKS}/{kind}" Target="/{part}"/>'
        for i, (part, kind) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _sheet(sheet: Sheet, looks: _Looks) -> bytes:
    cells = {r: dict(enumerate(row)) for r, row in enumerate(sheet.rows)}
    for (row, column), value in sheet.far_cells.items():
        cells.setdefault(row, {})[column] = value
    rows = (
        row_xml(r, _cells(r, cells[r], looks), hidden=r in sheet.hidden_rows) for r in sorted(cells)
    )
    merged = [
        f'<mergeCell ref="{address(s.top, s.left)}:{address(s.bottom, s.right)}"/>'
        for s in sheet.merged
    ]
    after = f'<mergeCells count="{len(merged)}">{"".join(merged)}</mergeCells>' if merged else ""
    return sheet_xml(_columns(sheet), rows, after)


def _cells(r: int, row: dict[int, Cell], looks: _Looks) -> list[str]:
    return [_cell(r, c, row[c], looks) for c in sorted(row) if row[c] is not None]


def _cell(r: int, c: int, value: Cell, looks: _Looks) -> str:
    if isinstance(value, dt.datetime | dt.time | dt.timedelta):
        days = serial(value)
        if days is None:
            return text_cell(r, c, str(value), looks.text)
        is_day = isinstance(value, dt.datetime)
        look = looks.hours if not is_day else looks.day if days.is_integer() else looks.time
        return number_cell(r, c, int(days) if days.is_integer() else days, look)
    if isinstance(value, int | float):
        if math.isfinite(value):
            return number_cell(r, c, value, looks.plain)
        value = str(value)
    if isinstance(value, str):
        look = looks.quoted if value.startswith(("=", "+", "-", "@")) else looks.text
        return text_cell(r, c, value, look)
    return other_cell(r, c, value, looks.plain)


def _columns(sheet: Sheet) -> str:
    """Columns as wide as what stands in their first rows."""
    longest: dict[int, int] = {}
    for row in sheet.rows[:_LOOKED_AT]:
        for c, value in enumerate(row):
            longest[c] = max(longest.get(c, 0), len(str(value)) if value is not None else 0)
    hidden = ' hidden="1"'
    listed = "".join(
        f'<col min="{c + 1}" max="{c + 1}"'
        f' width="{min(max(longest.get(c, 0) + 2, _NARROWEST), _WIDEST)}" customWidth="1"'
        f"{hidden if c in sheet.hidden_columns else ''}/>"
        for c in sorted({*longest, *sheet.hidden_columns})
    )
    return f"<cols>{listed}</cols>" if listed else ""
