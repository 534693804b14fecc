"""Workbooks of Excel 5 to 2003 (BIFF), record by record.

Numbers and fields of records, and the form of texts, which a CONTINUE record may cut anywhere:
[MS-XLS] 2.3 to 2.5.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator, Sequence

from analysis.reference.trouble import InputError
from analysis.workbooks.cells import NO_RESULT, Cell, ErrorCell, LogicalCell
from analysis.workbooks.collected import Collected
from analysis.workbooks.formats import Formats
from analysis.workbooks.ole import OleFile
from analysis.workbooks.rich_text import LOWERED, RAISED, RichText, Run, said

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
_WIDE, _PHONETIC, _RICH = 0x01, 0x04, 0x08


class Record:
    """One record: its number, and its body with the bodies of its CONTINUE records behind it."""

    __slots__ = ("body", "kind", "more")

    def __init__(self, kind: int, body: bytes) -> None:
        self.kind, self.body = kind, body
        self.more: list[bytes] = []

    def texts(self, place: int) -> Texts:
        """Read texts, from this place of the body on."""
        return Texts([self.body, *self.more], place)


def records(stream: bytes, start: int) -> Iterator[Record]:
    """The records from `start` to the end of their substream; charts within it are left out."""
    depth, place, waiting = 0, start, None
    header = struct.Struct("<HH")
    while place + 4 <= len(stream):
        kind, length = header.unpack_from(stream, place)
        body = stream[place + 4 : place + 4 + length]
        place += 4 + length
        if place > len(stream):
            break
        if kind == CONTINUE and waiting:
            waiting.more.append(body)
            continue
        if waiting and depth == 1:
            yield waiting
        waiting = Record(kind, body)
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
    raise ValueError("a substream without end")


def codec(codepage: int) -> str:
    """Python's name of a code page; texts before Excel 97 are stored in one."""
    special = {1200: "utf-16-le", 0x8000: "mac-roman", 10000: "mac-roman", 0x8001: "cp1252"}
    name = special.get(codepage, f"cp{codepage}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


class Texts:
    """A place in the pieces of a record, moving on with each text read."""

    def __init__(self, pieces: list[bytes], place: int) -> None:
        self.pieces, self.piece, self.place = pieces, 0, place

    def text(self, count_size: int = 2) -> str:
        """One text: its length (in 1 or 2 bytes), flags, letters, then marks that are skipped."""
        return self.runs(count_size)[0]

    def runs(self, count_size: int = 2) -> tuple[str, list[tuple[int, int]]]:
        """One text, and from which letters on it has which font."""
        count = int.from_bytes(self._take(count_size), "little")
        flags = self._take(1)[0]
        runs = struct.unpack("<H", self._take(2))[0] if flags & _RICH else 0
        phonetic = struct.unpack("<I", self._take(4))[0] if flags & _PHONETIC else 0
        text = self._letters(count, flags)
        fonts = list(struct.iter_unpack("<HH", self._take(4 * runs)))
        self._take(phonetic)
        return text, fonts

    def letters(self, count: int) -> str:
        """So many letters, behind a byte of flags."""
        return self._letters(count, self._take(1)[0])

    def narrow(self, codec_name: str, count_size: int) -> str:
        """One text of Excel 5 and 95: its length, then bytes in the workbook's code page."""
        count = int.from_bytes(self._take(count_size), "little")
        return self._take(count).decode(codec_name, "replace")

    def _letters(self, count: int, flags: int) -> str:
        """Letters of one or two bytes; behind each cut stands a new byte of flags."""
        found = []
        while True:
            size = 2 if flags & _WIDE else 1
            body = self.pieces[self.piece]
            end = min(self.place + count * size, len(body))
            here = body[self.place : end]
            found.append(here.decode("utf-16-le" if size == 2 else "latin-1", "surrogatepass"))
            count -= len(here) // size
            self.place = end
            if count <= 0:
                break
            self._next_piece()
            flags = self._take(1)[0]
        text = "".join(found)
        return text if text.isprintable() else _without_halves(text)

    def _take(self, count: int) -> bytes:
        taken = self.pieces[self.piece][self.place : self.place + count]
        self.place += len(taken)
        while len(taken) < count:
            self._next_piece()
            more = self.pieces[self.piece][: count - len(taken)]
            self.place = len(more)
            taken += more
        return taken

    def _next_piece(self) -> None:
        self.piece += 1
        self.place = 0
        if self.piece >= len(self.pieces):
            raise ValueError("a text is cut short")


def _without_halves(text: str) -> str:
    """Halves of a pair of code units that a cut put apart are joined; lone ones are replaced."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_BIFF8, _BIFF5 = 0x0600, 0x0500
_WORKSHEET, _MACROS = 0, (1, 6)  # kinds of sheets: of Excel 4 macros, of Visual Basic
_OWN, _FUNCTIONS = 0x0401, 0x3A01
_OUTSIDE = {0x19, 0x1A, 0x1B}  # tokens of a formula: a name, a cell, a range of another sheet
_STRUCK, _HIDDEN_ROW, _HIDDEN_COLUMN = 0x08, 0x20, 0x01
_HEIGHTS = {1: RAISED, 2: LOWERED}
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip


def read_xls(content: bytes) -> list[Collected]:
    """Every worksheet, in the workbook's order. Raises one of DAMAGE or InputError."""
    ole = OleFile(content)
    book = _Book(ole.stream("Workbook", "Book"))
    book.macros |= "_vba_project_cur" in ole.names
    return [_SheetReader(book, *sheet).read() for sheet in book.sheets]


class _Book:
    """The globals of a workbook: texts, styles, and where its sheets begin."""

    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        self.codec = "cp1252"
        self.texts: list[str] = []
        self.formats = Formats()
        self.sheets: list[tuple[int, bool, str]] = []
        self.calculated = self.macros = False
        self._codes: dict[int, str] = {}
        self._fonts: list[tuple[bool, str]] = []
        self._books: list[str | None] = []
        self._outside: list[bool] = []
        self._styles: list[tuple[int, int]] = []
        kind, _, version = struct.unpack_from("<HHH", stream)
        if kind != BOF or version not in (_BIFF8, _BIFF5):
            raise InputError("file_too_old", file="")
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
        raise InputError("file_password", file="")

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
        self._fonts.append((bool(record.body[2] & _STRUCK), _HEIGHTS.get(height, "")))
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
        self.macros |= kind in _MACROS
        if kind == _WORKSHEET:
            self.sheets.append((place, state & 3 == 0, self.text(record, 6, 1)))

    def _shared_texts(self, record: Record) -> None:
        count = struct.unpack_from("<I", record.body, 4)[0]
        texts = record.texts(8)
        for _ in range(count):  # a count that lies runs into the end of the record
            self.texts.append(_with_runs(*texts.runs(), self._fonts))

    def _linked_book(self, record: Record) -> None:
        """A workbook that formulas refer to: None for this one and for functions."""
        kind = struct.unpack_from("<H", record.body, 2)[0]
        if kind in (_OWN, _FUNCTIONS):
            self._books.append(None)
            return
        path = self.text(record, 2, 2) if self.wide else ""
        program, bar, _ = path.partition("\x03")  # between a program and what it is asked
        name = re.split(r"[\x00-\x1f/\\]", path)[-1] or "?"
        self._books.append(f"DDE {program}" if bar and program[:1].isalpha() else name)

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
        self.found = Collected(name, book.formats, visible=visible)
        self.object = -1
        self.comments: dict[int, str] = {}
        self.awaits_text: tuple[int, int, int] | None = None

    def read(self) -> Collected:
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
        self.found.files = dict.fromkeys(self.book.files)
        self.found.macros = self.book.macros
        return self.found

    def _number(self, row: int, column: int, style: int, number: float) -> None:
        self.found.put(row, column, self.book.formats.number(number, style), style)

    def _shared(self, record: Record) -> None:
        row, column, style, index = struct.unpack_from("<HHHI", record.body)
        if index >= len(self.book.texts):
            raise self.found.bad_cell("cell_no_text", row, column)
        self.found.put_text(row, column, self.book.texts[index], style)

    def _float(self, record: Record) -> None:
        row, column, style, value = struct.unpack_from("<HHHd", record.body)
        self._number(row, column, style, value)

    def _short_number(self, record: Record) -> None:
        row, column, style, packed = struct.unpack_from("<HHHI", record.body)
        self._number(row, column, style, short_number(packed))

    def _short_numbers(self, record: Record) -> None:
        row, first = struct.unpack_from("<HH", record.body)
        for i, (style, packed) in enumerate(struct.iter_unpack("<HI", record.body[4:-2])):
            self._number(row, first + i, style, short_number(packed))

    def _label(self, record: Record) -> None:
        row, column, style = struct.unpack_from("<HHH", record.body)
        self.found.put_text(row, column, self.book.text(record, 6, 2), style)

    def _logical(self, record: Record) -> None:
        row, column, style, value, is_error = struct.unpack_from("<HHHBB", record.body)
        cell = _error(value) if is_error else LogicalCell(bool(value))
        self.found.put(row, column, cell, style)

    def _formula(self, record: Record) -> None:
        """A formula with the result stored beside it: a number, or a mark of what it is."""
        row, column, style, result = struct.unpack_from("<HHH8s", record.body)
        self.awaits_text = None
        if self.book.wide and self.book.is_linked(record.body[22:]):
            self.found.linked.add((row, column))
        if result[6:] != b"\xff\xff":
            self._number(row, column, style, struct.unpack("<d", result)[0])
        elif result[0] == 0:
            self.awaits_text = (row, column, style)
        elif result[0] == 1:
            self.found.put(row, column, LogicalCell(bool(result[2])), style)
        elif result[0] == 2:
            self.found.put(row, column, _error(result[2]), style)
        elif not self.book.calculated:
            self.found.put(row, column, NO_RESULT, style)

    def _formula_text(self, record: Record) -> None:
        if self.awaits_text:
            row, column, style = self.awaits_text
            self.found.put_text(row, column, self.book.text(record, 0, 2), style)
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
            self.found.note(row, column, "comment_on_cell", text)

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


def _error(code: int) -> Cell:
    return ErrorCell(_ERRORS.get(code, "#?"))


def _with_runs(
    text: str, places: Sequence[tuple[int, int]], fonts: Sequence[tuple[bool, str]]
) -> str:
    """A text with its runs, told as (letter, font from it on); letters before the first are as the
    cell is. Letters are counted in code units, so a text with others than ours stays as it is."""
    if not places or any(c > "\uffff" for c in text):
        return text
    if not all(font < len(fonts) for _, font in places):
        return text
    ends = [place for place, _ in places[1:]] + [len(text)]
    runs = [Run(text[: places[0][0]])]
    runs += [
        Run(text[place:end], *fonts[font]) for (place, font), end in zip(places, ends, strict=True)
    ]
    return RichText(text, runs) if "".join(run.text for run in runs) == text else text
