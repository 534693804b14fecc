"""Spreadsheets in the XML of Excel 2002 and 2003 ("SpreadsheetML"), walked as a stream.

Elements and attributes: XML Spreadsheet Reference, Microsoft 2001. A document type is refused, so
that nothing in the file can grow or name another one.
"""

from __future__ import annotations

import datetime as dt
from xml.parsers import expat

from analysis.raw.apart.found import Formats, FoundSheet, Refused, Unreadable, WireCell

_CHUNK = 2**18
_SPACE = "urn:schemas-microsoft-com:office:spreadsheet "
_HIDDEN = {"SheetHidden", "SheetVeryHidden"}
_MOST_ROWS = 1_048_576
# Formats that are told by a name; those of dates come with cells that hold dates.
_NAMED = {
    "general", "general number", "general date", "long date", "medium date", "short date",
    "long time", "medium time", "short time", "currency", "euro currency", "fixed", "standard",
    "percent", "scientific", "yes/no", "true/false", "on/off",
}  # fmt: skip
# Struck and raised letters would run into the next ones.
_PARTED = {"S", "Sup", "Sub"}

Attributes = dict[str, str]


def read_xml2003(path: str) -> list[FoundSheet]:
    """Every worksheet, in the workbook's order. Raises Unreadable or Refused."""
    reader = _Reader()
    try:
        with open(path, "rb") as stream:
            while chunk := stream.read(_CHUNK):
                reader.parser.Parse(chunk, False)
        reader.parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as fault:
        raise Unreadable(str(fault)) from fault
    if not reader.sheets:
        raise Refused("file_is_html")
    return reader.sheets


class _Reader:
    """Collects sheets while the XML is walked."""

    def __init__(self) -> None:
        self.sheets: list[FoundSheet] = []
        self.formats = Formats()
        self.styles: dict[str, int] = {}
        self.path: list[str] = []
        self.pieces: list[str] = []
        self.row = self.column = self.skipped = 0
        self.cell: Attributes = {}
        self.kind = ""
        self.style = 0
        self.epoch_1904 = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise Refused("file_doctype")

    def _words(self, text: str) -> None:
        if self.kind or self.path[-1] in ("Visible", "Date1904"):
            self.pieces.append(text)

    def _start(self, name: str, attributes: Attributes) -> None:
        name = name.rpartition(" ")[2]
        a = {k.removeprefix(_SPACE): v for k, v in attributes.items()}
        self.path.append(name)
        if name == "Worksheet":
            self.sheets.append(FoundSheet(a.get("Name", ""), epoch_1904=self.epoch_1904))
            self.row = self.skipped = 0
        elif name == "Style":
            self.style = self.styles.setdefault(a.get("ID", ""), len(self.styles))
        elif name == "NumberFormat" and "Style" in self.path:
            code = a.get("Format", "")
            self.formats.add(self.style, 0, "" if code.casefold() in _NAMED else code, False)
        elif name == "Font" and "Style" in self.path and a.get("StrikeThrough") == "1":
            self.formats.struck.add(self.style)
        elif name in ("Visible", "Date1904"):
            self.pieces = []
            self.epoch_1904 |= name == "Date1904"
        elif name == "Column" and self.sheets:
            self._start_column(a)
        elif name == "Row" and self.sheets:
            self._start_row(a)
        elif name == "Cell" and self.sheets:
            self.cell = a
            self.column = int(a.get("Index", self.column + 1))
        elif name == "Data" and self.path[-2] == "Cell":
            self.kind = a.get("Type", "String")
            self.pieces = []
        elif self.kind and name in _PARTED:
            self.pieces.append(" ")
            if name == "S":
                self.sheets[-1].struck.append((self.row - 1, self.column - 1))

    def _start_column(self, a: Attributes) -> None:
        self.skipped = int(a.get("Index", self.skipped + 1))
        last = self.skipped + int(a.get("Span", "0"))
        if a.get("Hidden") == "1":
            self.sheets[-1].hidden_columns.update(range(self.skipped - 1, min(last, 16_384)))
        self.skipped = last

    def _start_row(self, a: Attributes) -> None:
        self.row = int(a.get("Index", self.row + 1))
        self.column = 0
        if not 0 < self.row <= _MOST_ROWS:
            raise Refused("cell_far_away", sheet=self.sheets[-1].name, place=(self.row, 0))
        if a.get("Hidden") == "1":
            self.sheets[-1].hidden_rows.add(self.row - 1)
        self.cell = {}

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        self.path.pop()
        if self.kind and name in _PARTED:
            self.pieces.append(" ")
        elif name == "Data" and self.kind and self.path[-1] == "Cell":
            self._put("".join(self.pieces))
            self.kind = ""
        elif name == "Cell" and self.sheets:
            self._end_cell()
        elif name == "Visible" and "".join(self.pieces).strip() in _HIDDEN and self.sheets:
            self.sheets[-1].visible = False
        if name in ("Visible", "Date1904"):
            self.pieces = []

    def _end_cell(self) -> None:
        across = int(self.cell.get("MergeAcross", "0"))
        down = int(self.cell.get("MergeDown", "0"))
        top, left = self.row - 1, self.column - 1
        if across > 0 or down > 0:
            self.sheets[-1].merge(top, left, top + max(down, 0), left + max(across, 0))
        self.column += max(across, 0)
        if not 0 <= left <= self.column <= 16_384:
            raise Refused("cell_far_away", sheet=self.sheets[-1].name, place=(top, 0))

    def _put(self, text: str) -> None:
        """Keep a cell; a number or date that is none means that the file is damaged."""
        place = self.row - 1, self.column - 1
        if place[0] < 0 or place[1] < 0:
            raise Unreadable("a cell outside the rows")
        style = self.styles.get(self.cell.get("StyleID", ""), -1)
        value = self._value(text, style, place)
        if value == "":
            return
        self.sheets[-1].put(*place, value)
        if style in self.formats.struck:
            self.sheets[-1].struck.append(place)

    def _value(self, text: str, style: int, place: tuple[int, int]) -> WireCell:
        try:
            if self.kind == "Number":
                return self.formats.number(float(text), style)
            if self.kind == "DateTime":
                return "d", dt.datetime.fromisoformat(text.removesuffix("Z")).isoformat()
        except ValueError:
            raise Refused("cell_no_number", sheet=self.sheets[-1].name, place=place) from None
        if self.kind == "Boolean":
            return "b", text.strip() == "1"
        return ("e", text[:20]) if self.kind == "Error" else text
