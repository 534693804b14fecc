"""Text files with separators (CSV): find the encoding and the separator, then the cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from analysis.raw.cells import Book, Row, Sheet
from analysis.reference import InputError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SEPARATORS = ",;\t|"
csv.field_size_limit(2**20)


def read_delimited(path: Path) -> Book:
    """One sheet, named after the file; every cell is text or None."""
    text, encoding = _decode(path.read_bytes(), path.name)
    separator = _separator(text)
    if not separator:
        raise InputError("text_no_table", file=path.name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows: list[Row] = [[cell or None for cell in row] for row in reader]
    except csv.Error as error:
        raise InputError("text_quotes", file=path.name, cause=str(error)) from error
    remarks: list[tuple[str, dict[str, object]]] = []
    if encoding not in ("utf-8", "utf-8-sig"):
        remarks.append(("text_encoding", {"file": path.name, "encoding": encoding}))
    return Book(path.name, "csv", [Sheet(path.stem, rows)], remarks)


def _decode(content: bytes, file: str) -> tuple[str, str]:
    """UTF-8 or UTF-16, else the Vietnamese Windows page when it gives no control characters."""
    named = next((e for mark, e in _MARKS if content.startswith(mark)), "")
    for encoding in [named] if named else ["utf-8", *_wide(content), "cp1258"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(c < " " and c not in "\t\r\n" for c in text):
            return text, encoding
    raise InputError("text_encoding_unknown", file=file)


def _wide(content: bytes) -> list[str]:
    even, odd = content[0:400:2].count(0), content[1:400:2].count(0)
    return ["utf-16-le"] if odd > 20 > even else ["utf-16-be"] if even > 20 > odd else []


def _separator(text: str) -> str:
    """The separator under which most lines have the same number of cells, at least three."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    best, most = "", 0
    for separator in _SEPARATORS:
        widths = Counter(len(r) for r in csv.reader(lines, delimiter=separator) if len(r) > 2)
        if widths and max(widths.values()) > most:
            best, most = separator, max(widths.values())
    return best
