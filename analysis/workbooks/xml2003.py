"""Spreadsheets in the XML of Excel 2002 and 2003 ("SpreadsheetML").

Elements and attributes: XML Spreadsheet Reference, Microsoft 2001. A document type is refused, so
that nothing in the file can grow or name another one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from analysis.reference.trouble import InputError
from analysis.workbooks.cells import ErrorCell, LogicalCell
from analysis.workbooks.collected import MAX_ROWS, Collected
from analysis.workbooks.formats import Formats
from analysis.workbooks.outside import file_name, reached
from analysis.workbooks.package import Attributes, walk

_CHUNK = 2**18
_HIDDEN = {"SheetHidden", "SheetVeryHidden"}
_WIDEST = 16_384
# Formats that are told by a name; those of dates come with cells that hold dates.
_NAMED = {
    "general", "general number", "general date", "long date", "medium date", "short date",
    "long time", "medium time", "short time", "currency", "euro currency", "fixed", "standard",
    "percent", "scientific", "yes/no", "true/false", "on/off",
}  # fmt: skip
# Struck and raised letters would run into the next ones.
_PARTED = {"S", "Sup", "Sub"}


def read_xml2003(content: bytes) -> list[Collected]:
    """Every worksheet, in the workbook's order. Raises one of DAMAGE or InputError."""
    reader = _Reader()
    whole = {"Style": reader.style, "Row": reader.take_row}
    whole |= {"Visible": reader.visible, "Date1904": reader.epoch, "SupBook": reader.linked}
    begins = {"Worksheet": reader.sheet, "Column": reader.take_column}
    pieces = (content[i : i + _CHUNK] for i in range(0, len(content), _CHUNK))
    walk(pieces, whole, begins)
    if not reader.sheets:
        raise InputError("file_is_html", file="")
    reader.sheets[0].files |= reader.files
    return reader.sheets


class _Reader:
    """Collects sheets while the XML is walked."""

    def __init__(self) -> None:
        self.sheets: list[Collected] = []
        self.formats = Formats()
        self.row = self.column = 0
        self.files: dict[str, None] = {}

    def style(self, node: Element) -> None:
        """Note what a style says of values."""
        style = _attributes(node.attrib).get("ID", "")
        codes = [_attributes(n.attrib).get("Format", "") for n in node.iter("NumberFormat")]
        code = codes[-1] if codes else ""
        fonts = (_attributes(font.attrib) for font in node.iter("Font"))
        struck = any(font.get("StrikeThrough") == "1" for font in fonts)
        self.formats.add(style, 0, "" if code.casefold() in _NAMED else code, struck)

    def epoch(self, node: Element) -> None:
        """Dates count from 1904."""
        self.formats.epoch_1904 = True

    def linked(self, node: Element) -> None:
        """Note another workbook or program that values are taken from; it is told behind or before
        the sheets."""
        for path in (n.text or "" for n in node.iter("Path")):
            self.files[file_name(path)] = None

    def visible(self, node: Element) -> None:
        """Note that the sheet is hidden."""
        if (node.text or "").strip() in _HIDDEN and self.sheets:
            self.sheets[-1].visible = False

    def sheet(self, attributes: Attributes) -> None:
        """A sheet begins."""
        self.sheets.append(Collected(_attributes(attributes).get("Name", ""), self.formats))
        self.row = self.column = 0

    def take_column(self, attributes: Attributes) -> None:
        """Note hidden columns."""
        a = _attributes(attributes)
        first = int(a.get("Index", self.column + 1))
        self.column = first + int(a.get("Span", "0"))
        if a.get("Hidden") == "1" and self.sheets:
            self.sheets[-1].hidden_columns.update(range(first - 1, min(self.column, _WIDEST)))

    def take_row(self, node: Element) -> None:
        """Keep the cells of a row."""
        if not self.sheets:
            return
        a, sheet = _attributes(node.attrib), self.sheets[-1]
        self.row = int(a.get("Index", self.row + 1))
        row = self.row - 1
        if not 0 <= row < MAX_ROWS:
            raise sheet.bad_cell("cell_far_away", max(row, 0), 0)
        if a.get("Hidden") == "1":
            sheet.hidden_rows.add(row)
        column = -1
        for cell in node.iterfind("Cell"):
            a = _attributes(cell.attrib)
            column = int(a.get("Index", column + 2)) - 1
            across, down = (max(int(a.get(f"Merge{name}", "0")), 0) for name in ("Across", "Down"))
            if not 0 <= column <= column + across < _WIDEST:
                raise sheet.bad_cell("cell_far_away", row, 0)
            if across or down:
                sheet.merge(row, column, row + down, column + across)
            if (found := reached(a.get("Formula", ""))) is not None:
                sheet.files[found] = None
                sheet.linked.add((row, column))
            for data in cell.iterfind("Data"):
                self._put(sheet, row, column, data, a.get("StyleID", ""))
            column += across

    def _put(self, sheet: Collected, row: int, column: int, data: Element, style: str) -> None:
        """Keep a value; a number or date that is none means that the file is damaged."""
        text = "".join(_pieces(data))
        kind = _attributes(data.attrib).get("Type", "String")
        try:
            if kind == "Number":
                sheet.put(row, column, self.formats.number(float(text), style), style)
            elif kind == "DateTime":
                sheet.put(row, column, dt.datetime.fromisoformat(text.removesuffix("Z")), style)
            elif kind == "Boolean":
                sheet.put(row, column, LogicalCell(text.strip() == "1"), style)
            elif kind == "Error":
                sheet.put(row, column, ErrorCell(text[:20]), style)
            else:
                sheet.put_text(row, column, text, style)
                if text and data.find(".//S") is not None:
                    sheet.struck.add((row, column))
        except ValueError:
            raise sheet.bad_cell("cell_no_number", row, column) from None


def _attributes(attributes: Attributes) -> Attributes:
    """Attributes by their names without prefix."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


def _pieces(node: Element) -> Iterator[str]:
    parts = [" "] * (node.tag in _PARTED)
    yield from [*parts, node.text or ""]
    for child in node:
        yield from _pieces(child)
        yield child.tail or ""
    yield from parts
