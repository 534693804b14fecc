"""Text files with separators (CSV): the text of the bytes, the separator, the cells.

No row is lost. A record is a row, as a spreadsheet shows it: a cell in quotation marks may hold
several lines.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.reference.damage import is_damaged
from analysis.reference.legacy_fonts import BYTES_OF_1252, legacy_fonts
from analysis.reference.readings import read_share, unicode_share
from analysis.reference.trouble import InputError
from analysis.workbooks.cells import Book, Row, Sheet, is_blank

_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_TO_1252 = {byte: chr(code) for code, byte in BYTES_OF_1252.items()}
_SAMPLE = 4000
# So much of the marked words must make sense; a name from abroad may stand among them.
_NEARLY_ALL = 0.8
# A damaged byte here and there in UTF-8: at least so many letters for each.
_LETTERS_A_FAULT = 20


@dataclass(frozen=True)
class Decoded:
    """A text; the encoding to tell of where it had to be found out; places with damaged bytes."""

    text: str
    encoding: str = ""
    damaged: int = 0


def decode_text(content: bytes, file: str) -> Decoded:
    """The text of a file. Raises InputError where no encoding makes sense of it."""
    marked = next((e for mark, e in _MARKS.items() if content.startswith(mark)), "")
    try:
        if marked and marked != "utf-8-sig":
            return Decoded(content.decode(marked))
        if not marked and (wide := _wide(content)):
            return Decoded(content.decode(wide), wide.upper())
    except UnicodeDecodeError as error:
        raise InputError("file_damaged", file=file) from error
    found = _utf8(content, bool(marked)) or _one_byte(content)
    if found is None:
        raise InputError("text_encoding_unknown", file=file)
    return found


def _wide(content: bytes) -> str:
    """UTF-16 without its mark: nearly every second byte of what is plain in it is zero."""
    even, odd = content[0:_SAMPLE:2].count(0), content[1:_SAMPLE:2].count(0)
    most = min(len(content), _SAMPLE) // 8
    return "utf-16-le" if odd > most > 4 * even else "utf-16-be" if even > most > 4 * odd else ""


def _utf8(content: bytes, marked: bool) -> Decoded | None:
    """UTF-8, even where single bytes of it are damaged: U+FFFD stands in their place."""
    try:
        return Decoded(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        text = content.decode("utf-8-sig", errors="replace")
    faults = text.count("\ufffd") - content.count("\ufffd".encode())
    letters = sum(not c.isascii() for c in text) - faults
    return Decoded(text, "", faults) if marked or letters >= _LETTERS_A_FAULT * faults else None


def _one_byte(content: bytes) -> Decoded | None:
    """The page whose words make sense. Old fonts stay byte for character: columns decide later."""
    plain = content.decode("latin-1")
    shares = {key: read_share(plain, key) for key in legacy_fonts()}
    font = max(shares, key=lambda key: shares[key])
    composed = _windows_1258(content)
    share = unicode_share(composed)
    if share >= _NEARLY_ALL and share > shares[font]:
        return Decoded(composed, "Windows-1258")
    if shares[font] >= _NEARLY_ALL and shares[font] > share:
        return Decoded(plain, legacy_fonts()[font].name)
    western = plain.translate(_TO_1252)
    lost = any(is_damaged(word.replace("?", "")) for word in set(western.split()))
    return None if lost else Decoded(western, "Windows-1252")


def _windows_1258(content: bytes) -> str:
    """Base letters with their marks behind them, put together; "" where bytes have no meaning."""
    try:
        return unicodedata.normalize("NFC", content.decode("cp1258"))
    except UnicodeDecodeError:
        return ""


_FEWEST = 3
_LINE_END = re.compile(r"\r\n|\r|\n")


def header_width(rows: Sequence[Row]) -> int:
    """How many cells the first full row has, titles passed over: that of the heading. 0: none."""
    first = _header(rows)
    return 0 if first is None else len(rows[first])


def ragged_rows(rows: Sequence[Row]) -> set[int]:
    """The rows (0-based) below the heading with a value beyond its last cell, and those that end
    before cells other rows have filled. Titles, totals and notes with one or two values may be
    short; so may rows that leave out blank cells at their end."""
    first = _header(rows)
    if first is None:
        return set()
    width = len(rows[first])
    below = range(first + 1, len(rows))
    needed = _needed(rows, first)
    return {r for r in below if _is_long(rows[r], width) or _is_short(rows[r], needed)}


def _header(rows: Sequence[Row]) -> int | None:
    widths = Counter(len(row) for row in rows if len(row) >= _FEWEST)
    if not widths:
        return None
    usual = widths.most_common(1)[0][0]
    return next((r for r, row in enumerate(rows) if 2 * _filled(row) >= usual), None)


def _filled(row: Row) -> int:
    return sum(not is_blank(cell) for cell in row)


def _needed(rows: Sequence[Row], first: int) -> int:
    """How many cells a row needs: up to the last column with a heading that is filled in more than
    half of the full rows."""
    header = rows[first]
    full = [row for row in rows[first + 1 :] if len(row) == len(header)]
    for c in range(len(header) - 1, -1, -1):
        filled = sum(not is_blank(row[c]) for row in full)
        if not is_blank(header[c]) and 2 * filled > len(full):
            return c + 1
    return 0


def _is_long(row: Row, width: int) -> bool:
    return len(row) > width and not all(map(is_blank, row[width:]))


def _is_short(row: Row, needed: int) -> bool:
    return len(row) < needed and _filled(row) >= _FEWEST


def swallows(row: Row, separator: str, width: int) -> bool:
    """Does a cell of several lines hold what were rows of their own? Its lines then have as many
    separators as rows have."""
    return any(
        isinstance(cell, str) and _holds_rows(cell, c, len(row), separator, width)
        for c, cell in enumerate(row)
    )


def _holds_rows(cell: str, place: int, cells: int, separator: str, width: int) -> bool:
    first, *others = (line.count(separator) for line in _LINE_END.split(cell))
    if not others or width < _FEWEST:
        return False
    *between, last = others
    if first != width - 1 - place or any(n != width - 1 for n in between):
        return False
    # In the last column the first line needs no separator: an innocent note begins like that.
    return place < width - 1 or cells != width or last == width - 1


# No cell of a spreadsheet holds more characters.
LONGEST_CELL = 32_767
_SEPARATORS = ",;\t|"
_HEAD = 200
# Excel reads this first line and does not show it.
_SEP_LINE = re.compile(r'"?sep=(.)"?[^\S\r\n]*(\r\n|\r|\n)', re.IGNORECASE)


def read_delimited(content: bytes, file: str, name: str) -> Book:
    """One sheet of this name; every cell is text or None.

    Raises InputError where the encoding is unknown, no separator gives a table, or a quotation mark
    would swallow rows.
    """
    decoded = decode_text(content, file)
    text, separator, skipped = _without_sep_line(decoded.text.removesuffix("\x1a"))
    separator = separator or _separator(text)
    if not separator:
        raise InputError("text_no_table", file=file)
    rows = _rows(text, separator, file, skipped)
    remarks: list[tuple[str, dict[str, object]]] = []
    if decoded.encoding:
        remarks.append(("text_encoding", {"file": file, "encoding": decoded.encoding}))
    if decoded.damaged:
        remarks.append(("text_bytes_damaged", {"file": file, "count": decoded.damaged}))
    rows = rows if any(map(any, rows)) else []
    return Book(file, "csv", [Sheet(name, rows, ragged=ragged_rows(rows))], remarks)


def _without_sep_line(text: str) -> tuple[str, str, int]:
    """The text, the separator its first line names, and how many lines that line took."""
    named = _SEP_LINE.match(text)
    return (text[named.end() :], named[1], 1) if named else (text, "", 0)


def _separator(text: str) -> str:
    """The separator that explains most of the first rows: rows of the same number of cells, three
    at least, times their separators. A row like no other says little: it may be one long text."""
    best, most = "", (0, 0)
    for separator in _SEPARATORS:
        widths = Counter(map(len, _first_records(text, separator)))
        scores = [(min(n, 2), (w - 1) * n) for w, n in widths.items() if w >= _FEWEST]
        score = max(scores, default=(0, 0))
        if score > most:
            best, most = separator, score
    return best


def _first_records(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for record, _ in zip(reader, range(_HEAD), strict=False):
            yield record
    except csv.Error:
        return


def _rows(text: str, separator: str, file: str, skipped: int) -> list[Row]:
    """Every record, blank ones too. Lines are counted twice, and both counts must agree."""
    rows: list[Row] = []
    lines_of: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise _fault(error, file, line + 1 + skipped) from error
        if max(map(len, record), default=0) > LONGEST_CELL:
            raise InputError(
                "text_cell_huge", file=file, line=line + 1 + skipped, limit=LONGEST_CELL
            )
        rows.append([cell or None for cell in record])
        lines_of.append(line + 1)
    _check_lines(text, separator, rows, lines_of, file, skipped)
    return rows


def _fault(error: csv.Error, file: str, line: int) -> InputError:
    if "field limit" in str(error):
        return InputError("text_cell_huge", file=file, line=line, limit=LONGEST_CELL)
    return InputError("text_quotes_line", file=file, line=line)


def _check_lines(
    text: str, separator: str, rows: list[Row], lines_of: list[int], file: str, skipped: int
) -> None:
    """No record may have swallowed others: neither by the look of a cell of several lines, nor by
    the number of lines in the file."""
    width = header_width(rows)
    counted = 0
    for row, line in zip(rows, lines_of, strict=True):
        breaks = [len(_LINE_END.findall(c)) if isinstance(c, str) else 0 for c in row]
        counted += 1 + sum(breaks)
        if any(breaks) and swallows(row, separator, width):
            raise InputError("text_quotes_line", file=file, line=line + skipped)
    ends = len(_LINE_END.findall(text))
    if counted != ends + bool(text and not text.endswith(("\r", "\n"))):
        raise InputError("text_quotes_line", file=file, line=1 + skipped)
