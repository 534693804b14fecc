"""Binary workbooks of Excel 2007 and later (xlsb): a package like xlsx, its parts in records.

Numbers and fields of records: [MS-XLSB] 2.3 and 2.4. A record is a number and a length, both in
bytes of seven bits, and that many bytes.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from analysis.raw.apart.found import (
    HEIGHTS,
    Formats,
    FoundSheet,
    Refused,
    Unreadable,
    WireCell,
    error,
    with_runs,
)
from analysis.raw.apart.xls import short_number
from analysis.raw.part_names import plain_names
from analysis.raw.runs import RichText

MAX_PART = 200 * 2**20
_BOOK = "xl/workbook.bin"
_STRUCK, _HIDDEN_ROW, _HIDDEN_COLUMN = 0x08, 0x10, 0x01
_FAULTS = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, struct.error, ValueError,
    expat.ExpatError, NotImplementedError,
)  # fmt: skip


def read_xlsb(path: str) -> list[FoundSheet]:
    """Every worksheet, in the workbook's order. Raises Unreadable or Refused."""
    try:
        with plain_names(zipfile.ZipFile(path)) as archive:
            return _Book(archive).sheets()
    except _FAULTS as fault:
        raise Unreadable(str(fault)) from fault


class _Book:
    """The parts that sheets share: texts, styles, and which sheets there are."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        self.links = self._links()
        self.formats = Formats()
        self.texts: list[str] = []
        self._fonts: list[tuple[bool, str]] = []
        self._styles()
        self._texts()

    def part(self, name: str) -> bytes:
        """A part unpacked; the size the archive states is an upper bound for what is read."""
        size = self.archive.getinfo(name).file_size
        if size > MAX_PART:
            raise Refused("file_bomb", size=size // 2**20)
        return self.archive.read(name)

    def _links(self) -> dict[str, tuple[str, str]]:
        """The parts the workbook names, by their relation's id: (part, kind)."""
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, a: dict[str, str]) -> None:
            if tag.rpartition(":")[2] == "Relationship" and a.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/xl", a.get("Target", "")))
                found[a.get("Id", "")] = (target.lstrip("/"), a.get("Type", "").rpartition("/")[2])

        def on_doctype(*_: object) -> None:
            raise Refused("file_doctype")

        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.StartDoctypeDeclHandler = on_doctype
        parser.Parse(self.part("xl/_rels/workbook.bin.rels"), True)
        return found

    def _linked(self, kind: str) -> str:
        found = next((part for part, k in self.links.values() if k == kind), "")
        return found if found in self.names else ""

    def _texts(self) -> None:
        part = self._linked("sharedStrings")
        if part:
            for kind, body in records(self.part(part)):
                if kind == 19:
                    self.texts.append(self.rich(body, 0))

    def rich(self, body: bytes, place: int) -> str:
        """A text behind a byte that says whether it has runs, which stand behind it."""
        text, end = _text(body, place + 1)
        if not body[place] & 1:
            return text
        count = struct.unpack_from("<I", body, end)[0]
        runs = body[end + 4 : end + 4 + 4 * count]
        if len(runs) < 4 * count:
            raise Unreadable("a text is cut short")
        return with_runs(text, list(struct.iter_unpack("<HH", runs)), self._fonts)

    def _styles(self) -> None:
        part = self._linked("styles")
        codes: dict[int, str] = {}
        fonts = self._fonts
        count, inside = 0, False
        for kind, body in records(self.part(part)) if part else ():
            if kind == 44:
                codes[struct.unpack_from("<H", body)[0]] = _text(body, 2)[0]
            elif kind == 43:
                height = struct.unpack_from("<H", body, 6)[0]
                fonts.append((bool(body[2] & _STRUCK), HEIGHTS.get(height, "")))
            elif kind in (617, 618):
                inside = kind == 617
            elif kind == 47 and inside:
                number, font = struct.unpack_from("<HH", body, 2)
                struck = font < len(fonts) and fonts[font][0]
                self.formats.add(count, number, codes.get(number, ""), struck)
                count += 1

    def sheets(self) -> list[FoundSheet]:
        """Read every worksheet; sheets of charts and macros hold no cells."""
        found = []
        for kind, body in records(self.part(_BOOK)):
            if kind == 153:
                self.formats.epoch_1904 = bool(body[0] & 1)
            elif kind == 156:
                link, place = _text(body, 8)
                part, sort = self.links.get(link, ("", ""))
                if sort == "worksheet":
                    sheet = FoundSheet(_text(body, place)[0], body[:4] == b"\0\0\0\0")
                    sheet.epoch_1904 = self.formats.epoch_1904
                    found.append((part, sheet))
        return [_SheetReader(self, sheet).read(self.part(part)) for part, sheet in found]


class _SheetReader:
    """Collects the cells of one sheet from its records."""

    def __init__(self, book: _Book, found: FoundSheet) -> None:
        self.book, self.found = book, found
        self.row = -1

    def read(self, content: bytes) -> FoundSheet:
        """Walk the records of the sheet."""
        for kind, body in records(content):
            if kind == 0:
                self._row(body)
            elif kind <= 11 or kind == 62:
                self._cell(kind, body)
            elif kind == 176:
                top, bottom, left, right = struct.unpack_from("<4I", body)
                self.found.merge(top, left, bottom, right)
            elif kind == 60:
                self._columns(body)
        return self.found

    def _row(self, body: bytes) -> None:
        self.row = struct.unpack_from("<I", body)[0]
        if body[11] & _HIDDEN_ROW:
            self.found.hidden_rows.add(self.row)

    def _columns(self, body: bytes) -> None:
        first, last = struct.unpack_from("<II", body)
        if body[16] & _HIDDEN_COLUMN:
            self.found.hidden_columns.update(range(first, min(last, 16_383) + 1))

    def _cell(self, kind: int, body: bytes) -> None:
        column, style = struct.unpack_from("<II", body)
        style &= 0xFFFFFF
        value = self._value(kind, body, column, style)
        if isinstance(value, RichText):
            struck = style in self.book.formats.struck
            self.found.put(self.row, column, self.found.put_text(self.row, column, value, struck))
        elif value != "":
            self.found.put(self.row, column, value)
            if style in self.book.formats.struck:
                self.found.struck.append((self.row, column))

    def _value(self, kind: int, body: bytes, column: int, style: int) -> WireCell:
        if kind == 1:
            return ""
        if kind == 2:
            packed = struct.unpack_from("<I", body, 8)[0]
            return self.book.formats.number(short_number(packed), style)
        if kind in (5, 9):
            return self.book.formats.number(struct.unpack_from("<d", body, 8)[0], style)
        if kind in (3, 11):
            return error(body[8])
        if kind in (4, 10):
            return ("b", bool(body[8]))
        if kind == 7:
            return self._shared(struct.unpack_from("<I", body, 8)[0], column)
        return self.book.rich(body, 8) if kind == 62 else _text(body, 8)[0]

    def _shared(self, index: int, column: int) -> str:
        if index >= len(self.book.texts):
            raise Refused("cell_no_text", sheet=self.found.name, place=(self.row, column))
        return self.book.texts[index]


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part: (number, body)."""
    place, end = 0, len(content)
    while place < end:
        kind = content[place]
        place += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (content[place] & 0x7F) << 7
            place += 1
        length = shift = 0
        while True:
            byte = content[place]
            place += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                break
        if place + length > end:
            raise Unreadable("a record is cut short")
        yield kind, content[place : place + length]
        place += length


def _text(body: bytes, place: int) -> tuple[str, int]:
    """A text and the place behind it; a length of all ones means none."""
    count = struct.unpack_from("<I", body, place)[0]
    place += 4
    if count == 0xFFFFFFFF:
        return "", place
    end = place + 2 * count
    if end > len(body):
        raise Unreadable("a text is cut short")
    return body[place:end].decode("utf-16-le", "replace"), end
