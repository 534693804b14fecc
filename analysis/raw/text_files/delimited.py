"""Text files with separators (CSV): find the separator, then the cells, and lose no row.

A record is a row, as a spreadsheet shows it: a cell in quotation marks may hold several lines.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from analysis.raw.cells import Book, Row, Sheet
from analysis.raw.text_files.decoding import decode_text
from analysis.raw.text_files.ragged import header_width, ragged_rows, swallows
from analysis.reference import InputError

# No cell of a spreadsheet holds more characters.
LONGEST_CELL = 32_767
_SEPARATORS = ",;\t|"
_FEWEST_COLUMNS = 3
_HEAD = 200
# Excel reads this first line and does not show it.
_SEP_LINE = re.compile(r'"?sep=(.)"?[^\S\r\n]*(\r\n|\r|\n)', re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")


def read_delimited(path: Path, file: str = "") -> Book:
    """One sheet, named after the file; every cell is text or None.

    Raises InputError where the encoding is unknown, no separator gives a table, or a quotation mark
    would swallow rows.
    """
    file = file or path.name
    decoded = decode_text(path.read_bytes(), file)
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
    return Book(file, "csv", [Sheet(path.stem, rows, ragged=ragged_rows(rows))], remarks)


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
        scores = [(min(n, 2), (w - 1) * n) for w, n in widths.items() if w >= _FEWEST_COLUMNS]
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
