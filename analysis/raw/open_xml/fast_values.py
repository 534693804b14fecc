"""From plain cells to values: each distinct value is made once and has a number of its own."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from analysis.raw.cells import Cell
from analysis.raw.open_xml import fast_cells as fast
from analysis.raw.open_xml.plain_xml import NotPlain, as_read, check_signs
from analysis.raw.open_xml.sheet import SheetReader, read_number
from analysis.raw.open_xml.strings import unescape
from analysis.raw.runs import RichText
from analysis.raw.serials import from_serial

Codes = npt.NDArray[np.int32]
_TABLE = 2**20
_MOST_TEXTS = 500_000
_SEPARATOR = b"\x7f"  # allowed in a text, but never met there
_NUMBER = re.compile(rb"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?")
_PLAIN, _DATE, _SHOWN = range(3)


class Values:
    """The values of a sheet; `codes` gives the place of each cell's value, 0 for none."""

    def __init__(self, reader: SheetReader) -> None:
        self.reader = reader
        self.odd = _OddTexts(reader)
        texts = map(str, reader.strings) if self.odd.rich.any() else reader.strings
        self.values: list[Cell] = [None, *texts]
        self.texts = _Texts()
        self.tables = {form: np.zeros(_TABLE, np.int32) for form in (_PLAIN, _DATE)}
        self.shared = np.arange(1, len(reader.strings) + 1, dtype=np.int32)
        if "" in reader.strings:
            self.shared[[i for i, text in enumerate(reader.strings) if not text]] = 0
        self.forms = np.zeros(fast.STYLES, np.uint8)
        for form, styles in ((_SHOWN, reader.styles.shown), (_DATE, reader.styles.dates)):
            self.forms[[s for s in styles if s < fast.STYLES]] = form

    def codes(self, text: fast.Text, cells: fast.Cells) -> Codes:
        """The place of each cell's value; 0 also for odd cells, which some texts become here."""
        self.odd.leave(cells)
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
            epoch = self.reader.epoch_1904
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
            reader = self.reader
            return read_number(written.decode(), style, reader.styles, reader.epoch_1904)
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


class _OddTexts:
    """Cells whose text is not read as it stands: parts are struck or raised, or the number format
    adds to it."""

    def __init__(self, reader: SheetReader) -> None:
        strings = reader.strings
        self.marked = self.rich = np.zeros(len(strings), np.bool_)
        if RichText in set(map(type, strings)):
            found = [text if type(text) is RichText else None for text in strings]
            self.rich = np.array([text is not None for text in found], np.bool_)
            self.marked = np.array([bool(text and text.marked) for text in found], np.bool_)
        framed = {style for style, shown in reader.styles.shown.items() if shown.frames}
        self.framed = np.isin(np.arange(fast.STYLES), [*framed])
        self.struck = np.isin(np.arange(fast.STYLES), [*reader.styles.struck])

    def leave(self, cells: fast.Cells) -> None:
        """Leave such cells to the careful reader."""
        if self.framed.any():
            is_text = (cells.kind == fast.SHARED) | (cells.kind == fast.INLINE)
            cells.kind[is_text & self.framed[cells.style]] = fast.ODD
        if self.rich.any():
            some = np.flatnonzero(cells.kind == fast.SHARED)
            index = np.minimum(cells.whole[some], len(self.rich) - 1)
            odd = self.marked[index] | (self.rich[index] & self.struck[cells.style[some]])
            cells.kind[some[odd]] = fast.ODD


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
    check_signs(together, decoded)
    texts = decoded.split(_SEPARATOR.decode())
    if len(texts) != len(written) or "<" in decoded:
        raise NotPlain
    if any(mark in decoded for mark in ("&", "_x", "\r")):
        texts = [unescape(as_read(text)) for text in texts]
    return texts


def _pieces(text: fast.Text, cells: fast.Cells, some: fast.Ints) -> list[bytes]:
    cuts = zip(cells.text_from[some].tolist(), cells.text_to[some].tolist(), strict=True)
    return [text.text[a:b] for a, b in cuts]
