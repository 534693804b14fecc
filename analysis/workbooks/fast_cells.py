"""The plain cells in whole rows of sheet XML, all at once.

A plain cell is, byte for byte, one of these (the style `s` may be missing, and the type `t` may be
"n"):

    <c r="B7" s="4" t="s"><v>29</v></c>
    <c r="B7" s="4" t="inlineStr"><is><t>Lớp 1</t></is></c>
    <c r="B7" s="4"/>

Rows are cut at each `<row` and each `<c`. A raw "<" is always markup, so the pieces are the cells,
and no byte of a plain one stays unexplained. Any other cell is odd: the careful reader gets it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int16]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

ODD, EMPTY, SHARED, WHOLE, NUMBER, INLINE = range(6)
STYLES = 1000
_MASKS = np.array([256**n - 1 for n in range(9)], np.uint64)


class NotPlain(Exception):
    """The careful reader must look."""


class Text:
    """A stretch of XML, of which words of eight bytes can be had from any place."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        padded = text + bytes(64 + -len(text) % 8)
        self.bytes: Bytes = np.frombuffer(padded, np.uint8)
        self.aligned: Words = np.frombuffer(padded, "<u8")
        self.next: Words = self.aligned[1:]

    def words(self, at: Ints) -> Words:
        """The eight bytes from each place on, the first of them the lowest.

        Each is put together from the two aligned words it lies in: numpy is slow at others.
        """
        index = at >> 3
        shift = ((at & 7) << 3).view(np.uint64)
        low, high = self.aligned.take(index), self.next.take(index)
        return (low >> shift) | (high << np.uint64(1) << (np.uint64(63) - shift))

    def says(self, sign: bytes, at: Ints) -> Bools:
        """Do these bytes (up to eight) stand at each of the places?"""
        return says(sign, self.words(at))


def says(sign: bytes, words: Words) -> Bools:
    """Do the words begin with these bytes?"""
    return (words & _MASKS[len(sign)]) == np.uint64(int.from_bytes(sign, "little"))


@dataclass
class Rows:
    """Rows side by side: number (from 0), number of cells, what their tags say behind the number;
    and the number as the addresses of their cells must write it, with the quote behind it.
    """

    number: Ints
    cells: Ints
    tails: list[bytes]
    written: Words
    length: Ints


@dataclass
class Cells:
    """Cells side by side: where they begin and end, their place, kind and style, the whole number
    they hold, and where their text begins and ends."""

    begin: Ints
    end: Ints
    row: Ints
    column: Small
    kind: Bytes
    style: Small
    whole: Ints
    text_from: Ints
    text_to: Ints


def read_block(text: Text) -> tuple[Rows, Cells]:
    """Rows and cells of a stretch that begins with `<row` and ends with the end of a row.

    Raises NotPlain where it is anything else, or where a cell does not state its address.
    """
    starts, is_row = _cut(text)
    at = np.flatnonzero(is_row)
    counts = np.diff(at, append=len(starts)) - 1
    ends = np.append(starts[1:], len(text.text))
    rows = _rows(text, starts[at], ends[at], counts)
    last = np.append(is_row[1:], True)[~is_row]
    begin, end = starts[~is_row], ends[~is_row] - len(b"</row>") * last
    if not text.says(b"</row>", end[last]).all():
        raise NotPlain
    return rows, _cells(text, rows, begin, end, last)


def _cut(text: Text) -> tuple[Ints, Bools]:
    """Where rows and cells begin, and which of them are rows."""
    first, second = text.bytes[:-1], text.bytes[1:]
    starts = np.flatnonzero((first == ord("<")) & ((second == ord("c")) | (second == ord("r"))))
    is_row = second[starts] == ord("r")
    within = is_row & (text.bytes[starts + 2] != ord("o"))  # <r>, <rPh>: runs of a text in a cell
    if within.any():
        starts, is_row = starts[~within], is_row[~within]
    if not len(starts) or starts[0] or not is_row[0]:
        raise NotPlain
    return starts, is_row


def _rows(text: Text, begin: Ints, end: Ints, counts: Ints) -> Rows:
    at = begin + len(b'<row r="')
    digits = text.bytes[at[:, None] + np.arange(8)] - np.uint8(ord("0"))
    length = (digits < 10).argmin(axis=1)
    number = np.zeros(len(at), np.int64)
    for place in range(7):
        number = np.where(place < length, number * 10 + digits[:, place], number)
    good = text.says(b'<row r="', begin) & (text.bytes[at + length] == ord('"'))
    if not (good & (number > 0)).all() or (np.diff(number) <= 0).any():
        raise NotPlain
    length += 1
    cuts = zip((at + length).tolist(), end.tolist(), strict=True)
    tails = [text.text[a:b] for a, b in cuts]
    return Rows(number - 1, counts, tails, text.words(at) & _MASKS[length], length)


def _cells(text: Text, rows: Rows, begin: Ints, end: Ints, last: Bools) -> Cells:
    row = np.repeat(np.arange(len(rows.number)), rows.cells)
    column, at = _addresses(text, begin, row, rows)
    if not ((column[1:] > column[:-1]) | last[:-1]).all():
        raise NotPlain
    style, at = _styles(text, at)
    kind, at = _types(text, at)
    cells = Cells(begin, end, row, column, kind, style, at, at + 4, end - 8)
    _find_values(text, cells, at)
    return cells


def _columns() -> tuple[Small, Bytes]:
    """For the two signs behind `<c r="`: the column they mean, and how many are letters."""
    column, letters = np.full((256, 256), -1, np.int16), np.zeros((256, 256), np.uint8)
    a, digits = ord("A"), slice(ord("0"), ord("9") + 1)
    for i in range(26):
        column[digits, a + i], letters[digits, a + i] = i, 1
        column[a : a + 26, a + i], letters[a : a + 26, a + i] = range(26 * i + 26, 26 * i + 52), 2
    return column.ravel(), letters.ravel()


_COLUMN, _LETTERS = _columns()


def _addresses(text: Text, begin: Ints, row: Ints, rows: Rows) -> tuple[Small, Ints]:
    """The columns, and the places behind the addresses; each must name the row it stands in."""
    words = text.words(begin)
    signs = (words >> np.uint64(48)).astype(np.int64)
    column = _COLUMN[signs]
    at = begin + (len(b'<c r="') + _LETTERS[signs])
    length = rows.length[row]
    good = says(b'<c r="', words) & (column >= 0)
    good &= (text.words(at) & _MASKS[length]) == rows.written[row]
    if not good.all():
        raise NotPlain
    return column, at + length


def _styles(text: Text, at: Ints) -> tuple[Small, Ints]:
    """The style number, up to three digits, and the place behind."""
    words = text.words(at)
    stated = says(b' s="', words)
    if not stated.any():
        return np.zeros(len(at), np.int16), at
    signs = [(words >> np.uint64(8 * i)).astype(np.uint8) - np.uint8(ord("0")) for i in range(4, 8)]
    two = signs[1] < 10
    three = two & (signs[2] < 10)
    style = signs[0].astype(np.int16)
    style = np.where(two, style * 10 + signs[1], style)
    style = np.where(three, style * 10 + signs[2], style)
    behind = np.where(three, signs[3], np.where(two, signs[2], signs[1]))
    good = stated & (signs[0] < 10) & (behind == np.uint8((ord('"') - ord("0")) % 256))
    return style * good, at + (np.uint8(6) + two + three) * good


def _types(text: Text, at: Ints) -> tuple[Bytes, Ints]:
    """The kind of value each cell says it holds, and the place behind."""
    words = text.words(at)
    shared, number = says(b' t="s"', words), says(b' t="n"', words)
    kind = np.where(shared, np.uint8(SHARED), np.uint8(NUMBER))
    at = at + len(b' t="s"') * (shared | number)
    inline = np.flatnonzero(says(b' t="inli', words))
    inline = inline[text.says(b'neStr"', at[inline] + 8)]
    kind[inline] = INLINE
    at[inline] += len(b' t="inlineStr"')
    return kind, at


def _find_values(text: Text, cells: Cells, at: Ints) -> None:
    """What each cell holds, or that it is odd."""
    words, last = text.words(at), text.words(cells.end - 8)
    value = says(b"><v>", words) & says(b"</v></c>", last) & (cells.text_from < cells.text_to)
    digits = _whole_numbers(text, cells)
    held = np.where(digits, np.uint8(WHOLE), np.uint8(NUMBER))
    shared, inline = cells.kind == SHARED, cells.kind == INLINE
    held[shared & digits] = SHARED
    held[~value | inline | (shared & ~digits)] = ODD
    held[_is_empty(cells, words, at)] = EMPTY
    some = np.flatnonzero(inline & says(b"/is></c>", last))
    if len(some):
        _find_texts(text, cells, held, some, at[some])
    cells.kind = held


def _is_empty(cells: Cells, words: Words, at: Ints) -> Bools:
    length = cells.end - at
    empty = says(b"/>", words) & (length == 2)
    empty |= says(b" />", words) & (length == 3)
    return empty | (says(b"></c>", words) & (length == 5))


def _whole_numbers(text: Text, cells: Cells) -> Bools:
    """Read the whole numbers of up to eight digits; tells which values are such.

    The eight bytes before the end of a value are one word, its first digit in the lowest byte that
    counts: neighbouring digits are put together, then pairs, then fours.
    """
    length = cells.text_to - cells.text_from
    spare = (64 - 8 * np.clip(length, 1, 8)).astype(np.uint64)
    digits = (text.words(cells.text_to - 8) ^ _every_byte(ord("0"))) >> spare << spare
    too_high = ((digits + _every_byte(0x7F - 9)) | digits) & _every_byte(0x80)
    for bits, mask in ((8, 0x00FF00FF00FF00FF), (16, 0x0000FFFF0000FFFF), (32, 0x00000000FFFFFFFF)):
        tens = np.uint64(10 ** (bits // 8))
        digits = (digits * tens + (digits >> np.uint64(bits))) & np.uint64(mask)
    cells.whole = digits.view(np.int64)
    return (length > 0) & (length <= 8) & (too_high == 0)


def _every_byte(value: int) -> np.uint64:
    return np.uint64(value * 0x0101010101010101)


def _find_texts(text: Text, cells: Cells, held: Bytes, some: Ints, at: Ints) -> None:
    """Where the texts of these cells begin and end."""
    end = cells.end[some]
    plain = text.says(b"><is><t>", at)
    kept = text.says(b"><is><t ", at) & text.says(b"xml:spac", at + 8)
    kept &= text.says(b'e="prese', at + 16) & text.says(b'rve">', at + 24)
    begin = at + np.where(plain, len(b"><is><t>"), len(b'><is><t xml:space="preserve">'))
    good = (plain | kept) & text.says(b"</t></is", end - 13) & (begin <= end - 13)
    cells.text_from[some], cells.text_to[some] = begin, end - 13
    held[some[good]] = INLINE
