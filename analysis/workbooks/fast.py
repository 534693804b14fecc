"""The fast lane for large sheets: plain cells are read all at once, the rest by the careful reader.

The XML is cut into stretches of whole rows. Plain cells (`fast_cells`) become places in a list of
values. What remains, that is all before and behind the rows, hidden rows and odd cells, goes to the
careful reader as a small document of its own. The sheet is the one the careful reader would give;
where that is not certain there is none. Shared texts likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

from analysis.reference.trouble import InputError
from analysis.workbooks import fast_cells as fast
from analysis.workbooks.cells import Cell, Sheet
from analysis.workbooks.collected import (
    FAR,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PLACES,
    MAX_ROWS,
)
from analysis.workbooks.fast_cells import NotPlain
from analysis.workbooks.formats import from_serial
from analysis.workbooks.grid import Grid, GridTooLarge, Places, spread
from analysis.workbooks.package import STRICT_TRUE, DocumentTypeFound, walk
from analysis.workbooks.rich_text import RichText
from analysis.workbooks.xlsx import SheetReader, text_of, unescape

_ENCODING = re.compile(rb"""<\?xml[^<>]*\sencoding\s*=\s*["']([^"']*)""")
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n\r")
# The end of a character data section, comments, instructions, and what no XML may hold.
_NOT_IN_TEXT = ("]]>", "<!", "<?", "\ufffe", "\uffff")
_NOT_PLAIN = (
    NotPlain, GridTooLarge, InputError, DocumentTypeFound, ValueError, expat.ExpatError
)  # fmt: skip
_BEGIN, _END, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
_LONGEST_WAIT = 4 * 2**20
# What no sheet in earnest comes near; the careful reader takes over before much memory is used.
_GAP = 10_000
_MOST_ODD = 50 * 2**20
_MOST_TAILS = 5000
_NO_CELLS, _HIDDEN = 1, 2
_LARGEST = 64 * 2**20
_MANY = 2000
_OPEN, _BETWEEN, _CLOSE = b"<si><t>", b"</t></si><si><t>", b"</t></si>"
_SPACES_KEPT = b'<t xml:space="preserve">'  # the careful reader keeps spaces whatever is said
_MARKS = ("<", "&", "_x", "\r")
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^<>]*\?>)?\s*<sst(?:\s[^<>]*)?>(?=<)")
_TABLE = 2**20
_MOST_TEXTS = 500_000
_SEPARATOR = b"\x7f"  # allowed in a text, but never met there
_NUMBER = re.compile(rb"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?")
_PLAIN, _DATE, _SHOWN = range(3)

Codes = npt.NDArray[np.int32]


def read_fast(chunks: Iterable[bytes], reader: SheetReader) -> Sheet | None:
    """The sheet whose XML this is, or None where the careful reader must read all of it.

    `reader` is a fresh careful reader, of no use afterwards.
    """
    try:
        return _FastReader(reader).read(chunks)
    except _NOT_PLAIN:
        return None


def read_fast_strings(chunks: Iterable[bytes]) -> list[str] | None:
    """The shared texts of a part, or None where the careful reader must look.

    Most are nothing but `<si><t>text</t></si>`, so that cutting at what stands between two gives
    them. A piece that holds more (runs with their own font, spoken forms) is read carefully.
    """
    try:
        return _strings(chunks)
    except _NOT_PLAIN:
        return None


def count_fast(chunk: bytes) -> int:
    """The opening signs of a piece of XML, in a sixth of the time `bytes.count` takes."""
    return int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("<")))


def _check_encoding(head: bytes) -> None:
    """Raise NotPlain where a part that begins like this says that it is not in UTF-8."""
    said = _ENCODING.search(head)
    if said and said[1].lower() != b"utf-8":
        raise NotPlain


def _check_signs(content: bytes, text: str | None = None) -> None:
    """Raise NotPlain where there is more than elements and text; `text` is the content decoded."""
    if len(content.translate(None, _CONTROL)) != len(content):
        raise NotPlain
    text = content.decode() if text is None else text
    if any(signs in text for signs in _NOT_IN_TEXT):
        raise NotPlain


def _as_read(text: str) -> str:
    """Text as a parser gives it: `&amp;` is "&", every line ends with one sign. Raises NotPlain for
    elements, ExpatError for a reference that no XML may hold."""
    if "<" in text:
        raise NotPlain
    if "&" in text or "\r" in text:
        pieces: list[str] = []
        parser = expat.ParserCreate()
        parser.CharacterDataHandler = pieces.append
        parser.Parse(f"<t>{text}</t>".encode(), True)
        text = "".join(pieces)
    return unescape(text)


def _strings(chunks: Iterable[bytes]) -> list[str]:
    kept: list[bytes] = []
    for chunk in chunks:
        kept.append(chunk)
        if len(kept) * len(kept[0]) > _LARGEST:
            raise NotPlain
    content = b"".join(kept)
    said = _HEAD.match(content)
    end = content.rfind(b">", 0, content.rstrip().rfind(b"<")) + 1
    if not said or said.end() > end:
        raise NotPlain
    head, body, tail = content[: said.end()], content[said.end() : end], content[end:]
    _check_encoding(head)
    walk([head, tail], {})
    body = b"".join((_CLOSE, body.replace(_SPACES_KEPT, b"<t>"), _OPEN))
    pieces = body.decode().split(_BETWEEN.decode())
    together = "\0".join(pieces)
    _check_signs(body, together)
    marks = [mark for mark in _MARKS if mark in together]
    odd = sorted({i for mark in marks for i, piece in enumerate(pieces) if mark in piece})
    if sum("<" in pieces[i] for i in odd) > _MANY:
        raise NotPlain
    texts: list[str] = []
    done = 0
    for i in odd:
        texts += [*pieces[done:i], *_odd_strings(pieces[i])]
        done = i + 1
    return [*texts, *pieces[done:]][1:-1]


def _odd_strings(piece: str) -> list[str]:
    """The texts of a piece that is not one text as it stands."""
    if "<" not in piece:
        return [_as_read(piece)]
    found: list[str] = []
    document = [b"<sst>", _OPEN, piece.encode(), _CLOSE, b"</sst>"]
    walk(document, {"si": lambda si: found.append(text_of([si]))})
    return found


class _Stretches:
    """What stands before the rows (`head`, with the tag that opens them) and behind (`tail`)."""

    def __init__(self) -> None:
        self.head = self.tail = b""

    def cut(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Stretches of whole rows with nothing between the elements.

        Raises NotPlain where the parts cannot be told apart, or a row is longer than any should be.
        """
        waiting = b""
        for chunk in chunks:
            waiting += chunk
            if not self.head and (begin := waiting.find(_BEGIN) + 1):
                at = begin - 1 + len(_BEGIN)
                self.head, waiting = waiting[:at], waiting[at:]
            end = waiting.rfind(_ROW_END) + len(_ROW_END)
            if self.head and end >= len(_ROW_END):
                yield _close_together(waiting[:end])
                waiting = waiting[end:]
            if len(waiting) > _LONGEST_WAIT:
                raise NotPlain
        end = waiting.find(_END)
        if not self.head or end < 0:
            raise NotPlain
        if rows := _close_together(waiting[:end]):
            yield rows
        self.tail = waiting[end:]


def _close_together(rows: bytes) -> bytes:
    """Rows without the line ends some programs write before each row or cell."""
    if b"\n" in rows:
        for tag in (b"<row ", b"</row>", b"<c "):
            rows = rows.replace(b"\n" + tag, tag)
    return rows.strip(b"\n")


class _FastReader:
    def __init__(self, reader: SheetReader) -> None:
        self.reader = reader
        self.values = _Values(reader)
        self.tails = _RowTails()
        self.struck = np.isin(np.arange(fast.STYLES), list(reader.formats.struck))
        self.found: list[tuple[Places, fast.Small, Codes]] = []
        self.odd: list[bytes] = []
        self.count = self.area = self.odd_size = 0
        self.last_row = -1

    def read(self, chunks: Iterable[bytes]) -> Sheet:
        """The sheet; raises NotPlain and others where the careful reader must read all of it."""
        stretches = _Stretches()
        for block in stretches.cut(chunks):
            self._take(fast.Text(block))
        self._read_rest(stretches.head, stretches.tail)
        self._take_odd_cells(self.reader.found.rows)
        return self.reader.found.with_rows(self._grid())

    def _take(self, text: fast.Text) -> None:
        rows, cells = fast.read_block(text)
        self._check_rows(rows)
        cells.kind[cells.column >= MAX_COLUMNS] = fast.ODD
        codes = self.values.codes(text, cells)
        self._keep(rows, cells, codes)
        odd = cells.kind == fast.ODD
        cuts = zip(cells.begin[odd].tolist(), cells.end[odd].tolist(), strict=True)
        self.odd += [text.text[a:b] for a, b in cuts]
        self.odd_size += int((cells.end - cells.begin)[odd].sum())
        if self.count > MAX_CELLS or self.area > MAX_PLACES or self.odd_size > _MOST_ODD:
            raise NotPlain

    def _check_rows(self, rows: fast.Rows) -> None:
        steps = np.diff(rows.number, prepend=self.last_row)
        self.last_row = int(rows.number[-1])
        if steps.min() < 1 or steps.max() > _GAP or self.last_row >= MAX_ROWS:
            raise NotPlain
        said = np.frombuffer(bytes(map(self.tails.__getitem__, rows.tails)), np.uint8)
        if ((said & _NO_CELLS > 0) != (rows.cells == 0)).any():
            raise NotPlain
        self.reader.found.hidden_rows.update(rows.number[said & _HIDDEN > 0].tolist())

    def _keep(self, rows: fast.Rows, cells: fast.Cells, codes: Codes) -> None:
        """Note where the cells stand that hold something; all other places are blank."""
        used = codes > 0
        self.count += int(used.sum())
        row, column = cells.row[used], cells.column[used]
        self.area += len(rows.number) * (int(column.max(initial=np.int16(-1))) + 1)
        self.found.append((rows.number[row], column, codes[used]))
        if self.struck.any():
            struck = self.struck[cells.style[used]]
            places = zip(rows.number[row[struck]].tolist(), column[struck].tolist(), strict=True)
            self.reader.found.struck.update(places)

    def _take_odd_cells(self, rows: dict[int, dict[int, Cell]]) -> None:
        """Note the cells the careful reader found among what was left to it."""
        places = [(row, column) for row, cells in rows.items() for column in cells]
        if places:
            row, column = np.array(places, np.intp).T
            first, values = len(self.values.values), self.values.values
            values += [cell for cells in rows.values() for cell in cells.values()]
            self.found.append((row, column, np.arange(first, len(values), dtype=np.int32)))

    def _grid(self) -> Grid:
        """All cells in their columns, down to the last row that holds something; the careful reader
        knows what to do with one that stands far below the others."""
        if not self.found:
            return Grid(0, [None], {})
        row, column, codes = (np.concatenate(part) for part in zip(*self.found, strict=True))
        height = int(row.max(initial=-1)) + 1
        if height > FAR:
            used = np.flatnonzero(np.bincount(row))
            if np.diff(used, prepend=-1).max() > FAR:
                raise NotPlain
        return Grid(height, self.values.values, spread(height, row, column, codes))

    def _read_rest(self, head: bytes, tail: bytes) -> None:
        """Let the careful reader see all that is left."""
        _check_encoding(head)
        _check_signs(head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"<?xml"))
        if not all(map(_is_whole_cell, self.odd)):
            raise NotPlain
        rest = b"".join(self.odd)
        _check_signs(rest)
        walk([head, rest, tail], self.reader.whole, self.reader.begins)
        places = sum(max(cells) + 1 for cells in self.reader.found.rows.values())
        if self.count + self.reader.found.count > MAX_CELLS or self.area + places > MAX_PLACES:
            raise NotPlain


class _Values:
    """The values of a sheet, each distinct one made once and with a number of its own."""

    def __init__(self, reader: SheetReader) -> None:
        self.reader = reader
        self.rich = np.zeros(len(reader.strings), np.bool_)
        if RichText in set(map(type, reader.strings)):
            self.rich = np.array([type(text) is RichText for text in reader.strings], np.bool_)
        framed = [style for style, shown in reader.formats.shown.items() if shown.frames]
        self.framed = np.isin(np.arange(fast.STYLES), framed)
        self.values: list[Cell] = [None, *reader.strings]
        self.texts = _Texts()
        self.tables = {form: np.zeros(_TABLE, np.int32) for form in (_PLAIN, _DATE)}
        self.shared = np.arange(1, len(reader.strings) + 1, dtype=np.int32)
        if "" in reader.strings:
            self.shared[[i for i, text in enumerate(reader.strings) if not text]] = 0
        self.forms = np.zeros(fast.STYLES, np.uint8)
        for form, styles in ((_SHOWN, reader.formats.shown), (_DATE, reader.formats.dates)):
            self.forms[[s for s in styles if s < fast.STYLES]] = form

    def codes(self, text: fast.Text, cells: fast.Cells) -> Codes:
        """The place of each cell's value; 0 also for odd cells, which some texts become here."""
        self._leave_odd(cells)
        codes = np.zeros(len(cells.kind), np.int32)
        forms = self.forms[cells.style]
        whole = (cells.kind == fast.WHOLE) & (cells.whole < _TABLE) & (forms != _SHOWN)
        self._shared(codes, cells)
        self._whole(codes, cells, np.flatnonzero(whole & (forms == _PLAIN)), _PLAIN)
        self._whole(codes, cells, np.flatnonzero(whole & (forms == _DATE)), _DATE)
        number = (cells.kind == fast.NUMBER) | ((cells.kind == fast.WHOLE) & ~whole)
        self._numbers(codes, text, cells, np.flatnonzero(number))
        self._texts(codes, text, cells, np.flatnonzero(cells.kind == fast.INLINE))
        return codes

    def _leave_odd(self, cells: fast.Cells) -> None:
        """Leave to the careful reader the texts that are not read as they stand: parts have a font
        of their own, or the number format adds to them."""
        is_shared = cells.kind == fast.SHARED
        odd = (is_shared | (cells.kind == fast.INLINE)) & self.framed[cells.style]
        if self.rich.any():
            index = np.minimum(cells.whole, len(self.rich) - 1)
            odd |= is_shared & self.rich[np.maximum(index, 0)]
        cells.kind[odd] = fast.ODD

    def _shared(self, codes: Codes, cells: fast.Cells) -> None:
        some = np.flatnonzero(cells.kind == fast.SHARED)
        if len(some):
            index = cells.whole[some]
            if index.max() >= len(self.shared):
                raise NotPlain
            codes[some] = self.shared[index]

    def _whole(self, codes: Codes, cells: fast.Cells, some: fast.Ints, form: int) -> None:
        """Whole numbers and whole days, each looked up in a table of those met so far."""
        table, numbers = self.tables[form], cells.whole[some]
        new = np.sort(numbers[table[numbers] == 0])
        new = new[np.diff(new, prepend=-1) > 0]  # np.unique would load a package for masked arrays
        if len(new):
            table[new] = np.arange(len(self.values), len(self.values) + len(new))
            epoch = self.reader.formats.epoch_1904
            made = new.tolist()
            self.values += [from_serial(float(n), epoch) for n in made] if form == _DATE else made
        codes[some] = table[numbers]

    def _numbers(self, codes: Codes, text: fast.Text, cells: fast.Cells, some: fast.Ints) -> None:
        """Numbers as they are written: fractions, large ones, codes shown with zeros before.

        Few of them repeat, so they are remembered for the stretch at hand only.
        """
        keys = list(zip(_pieces(text, cells, some), cells.style[some].tolist(), strict=True))
        places = {key: len(self.values) + i for i, key in enumerate(dict.fromkeys(keys))}
        self.values += [self._number(*key) for key in places]
        codes[some] = [places[key] for key in keys]

    def _number(self, written: bytes, style: int) -> Cell:
        if not _NUMBER.fullmatch(written):
            raise NotPlain
        try:
            return self.reader.formats.number(float(written), style)
        except ValueError:
            raise NotPlain from None

    def _texts(self, codes: Codes, text: fast.Text, cells: fast.Cells, some: fast.Ints) -> None:
        """Texts that stand in the cells themselves, each new one once."""
        if len(self.texts) > _MOST_TEXTS:
            self.texts = _Texts()
        self.texts.first, self.texts.new = len(self.values), []
        places = map(self.texts.__getitem__, _pieces(text, cells, some))
        codes[some] = np.fromiter(places, np.int32, len(some))
        if self.texts.new:
            self.values += _decoded(self.texts.new)


class _Texts(dict[bytes, int]):
    """The place of each text as it is written; new ones are put behind the values there are."""

    def __init__(self) -> None:
        super().__init__({b"": 0})
        self.new: list[bytes] = []
        self.first = 1

    def __missing__(self, written: bytes) -> int:
        self[written] = place = self.first + len(self.new)
        self.new.append(written)
        return place


def _decoded(written: list[bytes]) -> list[str]:
    """Texts as a parser gives them."""
    together = _SEPARATOR.join(written)
    decoded = together.decode()
    _check_signs(together, decoded)
    texts = decoded.split(_SEPARATOR.decode())
    if len(texts) != len(written) or "<" in decoded:
        raise NotPlain
    if any(mark in decoded for mark in ("&", "_x", "\r")):
        texts = [_as_read(text) for text in texts]
    return texts


def _pieces(text: fast.Text, cells: fast.Cells, some: fast.Ints) -> list[bytes]:
    cuts = zip(cells.text_from[some].tolist(), cells.text_to[some].tolist(), strict=True)
    return [text.text[a:b] for a, b in cuts]


class _RowTails(dict[bytes, int]):
    """What the tag of a row says behind its number: that it has no cells, that it is hidden."""

    def __missing__(self, tail: bytes) -> int:
        inside, end, behind = tail.partition(b">")
        if not end or behind not in (b"", b"</row>") or (behind and inside.endswith(b"/")):
            raise NotPlain
        if len(self) > _MOST_TAILS:
            raise NotPlain
        said = _NO_CELLS if behind or inside.endswith(b"/") else 0

        def row(a: dict[str, str]) -> None:
            nonlocal said
            said += _HIDDEN * (a.get("hidden", "0") in STRICT_TRUE)

        walk([b'<row r="1"' + inside.removesuffix(b"/") + b"/>"], {}, {"row": row})
        self[tail] = said
        return said


def _is_whole_cell(odd: bytes) -> bool:
    """Does the piece hold one cell, from its tag to its end?"""
    if odd.endswith(b"</c>"):
        return odd.count(b"</c>") == 1
    return odd.endswith(b"/>") and odd.count(b"<") == 1
