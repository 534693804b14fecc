"""Workbooks of Excel 5 to 2003 (BIFF), record by record.

Numbers and fields of records: [MS-XLS] 2.4.
"""

from __future__ import annotations

import re
import struct

from analysis.raw.apart.found import (
    HEIGHTS,
    NO_RESULT,
    Formats,
    FoundSheet,
    Refused,
    Unreadable,
    WireCell,
    error,
    with_runs,
)
from analysis.raw.apart.xls_text import BOF, Record, Texts, codec, records
from analysis.raw.comments import said
from analysis.raw.opening.ole import OleError, OleFile
from analysis.raw.runs import RichText

_BIFF8, _BIFF5 = 0x0600, 0x0500
_WORKSHEET = 0
_OWN, _FUNCTIONS = 0x0401, 0x3A01
_OUTSIDE = {0x19, 0x1A, 0x1B}  # tokens of a formula: a name, a cell, a range of another sheet
_STRUCK, _HIDDEN_ROW, _HIDDEN_COLUMN = 0x08, 0x20, 0x01


def read_xls(path: str) -> list[FoundSheet]:
    """Every worksheet, in the workbook's order. Raises Unreadable or Refused."""
    try:
        with OleFile(path) as container:
            stream = container.stream("Workbook", "Book")
        book = _Book(stream)
        return [_SheetReader(book, *sheet).read() for sheet in book.sheets]
    except (OleError, struct.error, LookupError, ValueError) as fault:
        raise Unreadable(str(fault)) from fault


class _Book:
    """The globals of a workbook: texts, styles, and where its sheets begin."""

    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        self.codec = "cp1252"
        self.texts: list[str] = []
        self.formats = Formats()
        self.sheets: list[tuple[int, bool, str]] = []
        self.calculated = False
        self._codes: dict[int, str] = {}
        self._fonts: list[tuple[bool, str]] = []
        self._books: list[str | None] = []
        self._outside: list[bool] = []
        self._styles: list[tuple[int, int]] = []
        kind, _, version = struct.unpack_from("<HHH", stream)
        if kind != BOF or version not in (_BIFF8, _BIFF5):
            raise Refused("file_too_old")
        self.wide = version == _BIFF8
        self._read()

    def text(self, record: Record, place: int, count_size: int, narrow_size: int = 0) -> str:
        """The text at a place of a record; its length has another size before Excel 97."""
        texts = record.texts(place)
        if self.wide:
            return texts.text(count_size)
        return texts.narrow(self.codec, narrow_size or count_size)

    def _read(self) -> None:
        handlers = {
            0x002F: self._password,
            0x0042: self._codepage,
            0x0022: self._epoch,
            0x0031: self._font,
            0x041E: self._format,
            0x00E0: self._style,
            0x0085: self._sheet,
            0x00FC: self._shared_texts,
            0x01C1: self._calculated,
            0x01AE: self._linked_book,
            0x0017: self._linked_sheets,
        }
        for record in records(self.stream, 0):
            handler = handlers.get(record.kind)
            if handler:
                handler(record)
        for style, (font, number) in enumerate(self._styles):
            struck = font < len(self._fonts) and self._fonts[font][0]
            self.formats.add(style, number, self._codes.get(number, ""), struck)

    def _password(self, record: Record) -> None:
        raise Refused("file_password")

    def _calculated(self, record: Record) -> None:
        """Programs that calculate leave this record; libraries that only write do not, and theirs
        is no result where a formula seems to give an empty text."""
        self.calculated = True

    def _codepage(self, record: Record) -> None:
        self.codec = codec(struct.unpack_from("<H", record.body)[0])

    def _epoch(self, record: Record) -> None:
        self.formats.epoch_1904 = record.body[:2] == b"\1\0"

    def _font(self, record: Record) -> None:
        height = struct.unpack_from("<H", record.body, 8)[0] if len(record.body) >= 10 else 0
        self._fonts.append((bool(record.body[2] & _STRUCK), HEIGHTS.get(height, "")))
        if len(self._fonts) == 4:  # fonts are counted 0 1 2 3 5: there is no font 4
            self._fonts.append((False, ""))

    def _format(self, record: Record) -> None:
        number = struct.unpack_from("<H", record.body)[0]
        self._codes[number] = self.text(record, 2, 2, 1)

    def _style(self, record: Record) -> None:
        font, number = struct.unpack_from("<HH", record.body)
        self._styles.append((font, number))

    def _sheet(self, record: Record) -> None:
        place, state, kind = struct.unpack_from("<IBB", record.body)
        if kind == _WORKSHEET:
            self.sheets.append((place, state & 3 == 0, self.text(record, 6, 1)))

    def _shared_texts(self, record: Record) -> None:
        count = struct.unpack_from("<I", record.body, 4)[0]
        texts = record.texts(8)
        for _ in range(count):  # a count that lies runs into the end of the record
            self.texts.append(with_runs(*texts.runs(), self._fonts))

    def _linked_book(self, record: Record) -> None:
        """A workbook that formulas refer to: None for this one and for functions."""
        kind = struct.unpack_from("<H", record.body, 2)[0]
        if kind in (_OWN, _FUNCTIONS):
            self._books.append(None)
            return
        path = self.text(record, 2, 2) if self.wide else ""
        self._books.append(re.split(r"[\x00-\x1f/\\]", path)[-1] or "?")

    def _linked_sheets(self, record: Record) -> None:
        count = struct.unpack_from("<H", record.body)[0] if self.wide else 0
        whole = b"".join([record.body, *record.more])
        books = [struct.unpack_from("<H", whole, 2 + 6 * i)[0] for i in range(count)]
        self._outside = [b < len(self._books) and self._books[b] is not None for b in books]

    @property
    def files(self) -> list[str]:
        """The names of other files that formulas refer to."""
        return [name for name in self._books if name]

    def is_linked(self, formula: bytes) -> bool:
        """Does a formula begin with a cell, a range or a name of another file?"""
        if not any(self._outside) or len(formula) < 3 or formula[0] & 0x1F not in _OUTSIDE:
            return False
        sheet = struct.unpack_from("<H", formula, 1)[0]
        return sheet < len(self._outside) and self._outside[sheet]


class _SheetReader:
    """Collects the cells of one sheet from its records."""

    def __init__(self, book: _Book, place: int, visible: bool, name: str) -> None:
        self.book, self.place = book, place
        self.found = FoundSheet(name, visible, epoch_1904=book.formats.epoch_1904)
        self.number = book.formats.number
        self.object = -1
        self.comments: dict[int, str] = {}
        self.awaits_text: tuple[int, int, int] | None = None

    def read(self) -> FoundSheet:
        """Walk the records of the sheet."""
        handlers = {
            0x00FD: self._shared,
            0x0203: self._float,
            0x027E: self._short_number,
            0x00BD: self._short_numbers,
            0x0204: self._label,
            0x00D6: self._label,
            0x0205: self._logical,
            0x0006: self._formula,
            0x0206: self._formula,
            0x0406: self._formula,
            0x0207: self._formula_text,
            0x0208: self._row,
            0x007D: self._columns,
            0x00E5: self._merged,
            0x005D: self._object,
            0x01B6: self._object_text,
            0x001C: self._comment,
        }
        for record in records(self.book.stream, self.place):
            handler = handlers.get(record.kind)
            if handler:
                handler(record)
        self.found.files = self.book.files
        return self.found

    def _put(self, row: int, column: int, style: int, value: WireCell) -> None:
        self.found.put(row, column, value)
        if style in self.book.formats.struck:
            self.found.struck.append((row, column))

    def _shared(self, record: Record) -> None:
        row, column, style, index = struct.unpack_from("<HHHI", record.body)
        if index >= len(self.book.texts):
            raise Refused("cell_no_text", sheet=self.found.name, place=(row, column))
        text = self.book.texts[index]
        if isinstance(text, RichText):
            struck = style in self.book.formats.struck
            self.found.put(row, column, self.found.put_text(row, column, text, struck))
        elif text:
            self._put(row, column, style, text)

    def _float(self, record: Record) -> None:
        row, column, style, value = struct.unpack_from("<HHHd", record.body)
        self._put(row, column, style, self.number(value, style))

    def _short_number(self, record: Record) -> None:
        row, column, style, packed = struct.unpack_from("<HHHI", record.body)
        self._put(row, column, style, self.number(short_number(packed), style))

    def _short_numbers(self, record: Record) -> None:
        row, first = struct.unpack_from("<HH", record.body)
        for i, (style, packed) in enumerate(struct.iter_unpack("<HI", record.body[4:-2])):
            self._put(row, first + i, style, self.number(short_number(packed), style))

    def _label(self, record: Record) -> None:
        row, column, style = struct.unpack_from("<HHH", record.body)
        if text := self.book.text(record, 6, 2):
            self._put(row, column, style, text)

    def _logical(self, record: Record) -> None:
        row, column, style, value, is_error = struct.unpack_from("<HHHBB", record.body)
        self._put(row, column, style, error(value) if is_error else ("b", bool(value)))

    def _formula(self, record: Record) -> None:
        """A formula with the result stored beside it: a number, or a mark of what it is."""
        row, column, style, result = struct.unpack_from("<HHH8s", record.body)
        self.awaits_text = None
        if self.book.wide and self.book.is_linked(record.body[22:]):
            self.found.linked.append((row, column))
        if result[6:] != b"\xff\xff":
            self._put(row, column, style, self.number(struct.unpack("<d", result)[0], style))
        elif result[0] == 0:
            self.awaits_text = (row, column, style)
        elif result[0] == 1:
            self._put(row, column, style, ("b", bool(result[2])))
        elif result[0] == 2:
            self._put(row, column, style, error(result[2]))
        elif not self.book.calculated:
            self._put(row, column, style, NO_RESULT)

    def _formula_text(self, record: Record) -> None:
        text = self.book.text(record, 0, 2)
        if self.awaits_text and text:
            self._put(*self.awaits_text, text)
        self.awaits_text = None

    def _row(self, record: Record) -> None:
        if len(record.body) > 12 and record.body[12] & _HIDDEN_ROW:
            self.found.hidden_rows.add(struct.unpack_from("<H", record.body)[0])

    def _columns(self, record: Record) -> None:
        first, last, _, _, flags = struct.unpack_from("<HHHHH", record.body)
        if flags & _HIDDEN_COLUMN:
            self.found.hidden_columns.update(range(first, min(last, 255) + 1))

    def _object(self, record: Record) -> None:
        self.object = struct.unpack_from("<H", record.body, 6)[0] if len(record.body) > 7 else -1

    def _object_text(self, record: Record) -> None:
        count = struct.unpack_from("<H", record.body, 10)[0]
        if self.book.wide and count and record.more:
            self.comments[self.object] = Texts(record.more, 0).letters(count)

    def _comment(self, record: Record) -> None:
        """A comment names the object that holds its text."""
        if not self.book.wide:
            return
        row, column, _, number = struct.unpack_from("<HHHH", record.body)
        if text := said([self.comments.get(number, "")]):
            self.found.beside.append((row, column, "comment_on_cell", text))

    def _merged(self, record: Record) -> None:
        count = struct.unpack_from("<H", record.body)[0]
        for i in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", record.body, 2 + 8 * i)
            self.found.merge(top, left, bottom, right)


def short_number(packed: int) -> float:
    """A number in four bytes: an integer or the upper half of a float, perhaps in hundredths."""
    if packed & 2:
        value = float((packed >> 2) - ((packed & 0x80000000) >> 1))
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return value / 100 if packed & 1 else value
