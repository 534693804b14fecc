"""The fast lane for large sheets: plain cells are read all at once, the rest by the careful reader.

The XML is cut into stretches of whole rows. Plain cells (fast_cells) become places in a list of
values (fast_values). What remains, that is all before and behind the rows, hidden rows and odd
cells, goes to the careful reader as a small document of its own. The sheet is the one the careful
reader would give; where that is not certain there is none.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from xml.parsers import expat

import numpy as np

from analysis.raw.cells import Cell, Sheet
from analysis.raw.grid import Grid, GridTooLarge, Places, spread
from analysis.raw.open_xml import fast_cells as fast
from analysis.raw.open_xml.fast_stretches import Stretches
from analysis.raw.open_xml.fast_values import Codes, Values
from analysis.raw.open_xml.parts import STRICT_TRUE, DocumentTypeFound, walk
from analysis.raw.open_xml.plain_xml import NotPlain, check_encoding, check_signs
from analysis.raw.open_xml.sheet import (
    FAR,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PLACES,
    MAX_ROWS,
    SheetReader,
)
from analysis.reference import InputError

# What no sheet in earnest comes near; the careful reader takes over before much memory is used.
_GAP = 10_000
_MOST_ODD = 50 * 2**20
_MOST_TAILS = 5000
_NO_CELLS, _HIDDEN = 1, 2


def read_fast(chunks: Iterable[bytes], reader: SheetReader, visible: bool) -> Sheet | None:
    """The sheet whose XML this is, or None where the careful reader must read all of it.

    `reader` is a fresh careful reader, of no use afterwards.
    """
    try:
        with _without_collector():
            return _FastReader(reader).read(chunks, visible)
    except (NotPlain, GridTooLarge, InputError, DocumentTypeFound, UnicodeError, expat.ExpatError):
        return None


def count_fast(chunk: bytes) -> int:
    """The opening signs of a piece of XML, in a sixth of the time `bytes.count` takes."""
    return int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("<")))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Looking for cycles among tens of thousands of new rows, time and again, finds none.

    Freezing and unfreezing makes all objects old ones, so that they are not looked through next.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        if was_on:
            gc.enable()


class _FastReader:
    def __init__(self, reader: SheetReader) -> None:
        self.reader = reader
        self.values = Values(reader)
        self.tails = _RowTails()
        self.struck = np.isin(np.arange(fast.STYLES), list(reader.styles.struck))
        self.found: list[tuple[Places, fast.Small, Codes]] = []
        self.odd: list[bytes] = []
        self.count = self.area = self.odd_size = 0
        self.last_row = -1

    def read(self, chunks: Iterable[bytes], visible: bool) -> Sheet:
        """The sheet; raises NotPlain and others where the careful reader must read all of it."""
        stretches = Stretches()
        for block in stretches.cut(chunks):
            self._take(fast.Text(block))
        self._read_rest(stretches.head, stretches.tail)
        self._take_odd_cells(self.reader.rows)
        return self.reader.with_rows(self._grid(), visible)

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
        self.reader.hidden_rows.update(rows.number[said & _HIDDEN > 0].tolist())

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
            self.reader.struck.update(places)

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
        check_encoding(head)
        check_signs(head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"<?xml"))
        if not all(map(_is_whole_cell, self.odd)):
            raise NotPlain
        rest = b"".join(self.odd)
        check_signs(rest)
        walk([head, rest, tail], self.reader.start, self.reader.end)
        places = sum(max(cells) + 1 for cells in self.reader.rows.values())
        if self.count + self.reader.count > MAX_CELLS or self.area + places > MAX_PLACES:
            raise NotPlain


class _RowTails(dict[bytes, int]):
    """What the tag of a row says behind its number: that it has no cells, that it is hidden."""

    def __missing__(self, tail: bytes) -> int:
        inside, end, behind = tail.partition(b">")
        if not end or behind not in (b"", b"</row>") or (behind and inside.endswith(b"/")):
            raise NotPlain
        if len(self) > _MOST_TAILS:
            raise NotPlain
        said = _NO_CELLS if behind or inside.endswith(b"/") else 0

        def start(tag: str, a: dict[str, str]) -> None:
            nonlocal said
            said += _HIDDEN * (a.get("hidden", "0") in STRICT_TRUE)

        tag = b'<row r="1"' + inside.removesuffix(b"/") + b"/>"
        walk([tag], start, lambda tag, text: None)
        self[tail] = said
        return said


def _is_whole_cell(odd: bytes) -> bool:
    """Does the piece hold one cell, from its tag to its end?"""
    if odd.endswith(b"</c>"):
        return odd.count(b"</c>") == 1
    return odd.endswith(b"/>") and odd.count(b"<") == 1
