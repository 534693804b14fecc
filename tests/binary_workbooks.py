"""Workbooks in the binary formats, written byte by byte, so that each fault can be put in alone."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Cells = Mapping[tuple[int, int], Any]
Record = tuple[int, bytes]
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


class Failed(str):
    """A cell whose formula failed."""


CODES = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}


def ole(streams: Mapping[str, bytes], shift: int = 9) -> bytes:
    """A compound file with sectors of 2 ** shift bytes (9 or 12). Streams are kept in full sectors,
    padded to 4096 bytes at least."""
    sector = 1 << shift
    padded = {
        n: s.ljust(max(4096, -(-len(s) // sector) * sector), b"\0") for n, s in streams.items()
    }
    needed = sum(len(s) for s in padded.values()) // sector
    entries = -(-(1 + len(streams)) // (sector // 128))
    tables = next(t for t in range(1, 110) if t * (sector // 4) >= t + entries + needed)
    fat = [_FAT] * tables + [*range(tables + 1, tables + entries), _END]
    place = tables + entries
    small = place if shift == 12 else _END  # python-calamine wants small streams in large sectors
    directory = _entry("Root Entry", 5, small, 0, child=1)
    for i, (name, content) in enumerate(padded.items(), 1):
        sectors = len(content) // sector
        fat += [*range(place + 1, place + sectors), _END]
        right = i + 1 if i < len(streams) else _FREE
        directory += _entry(name, 2, place, max(len(streams[name]), 4096), right=right)
        place += sectors
    fat += [_FREE] * (tables * (sector // 4) - len(fat))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    counts = (entries if shift == 12 else 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<HHHHH6x9I", 62, 4 if shift == 12 else 3, 0xFFFE, shift, 6, *counts)
    head += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    body = struct.pack(f"<{len(fat)}I", *fat) + directory.ljust(entries * sector, b"\0")
    return head.ljust(sector, b"\0") + body + b"".join(padded.values())


def _entry(
    name: str, kind: int, start: int, size: int, child: int = _FREE, right: int = _FREE
) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", _FREE, right, child)
    return (
        wide.ljust(64, b"\0")
        + struct.pack("<HBB", len(wide), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IIxxxx", start, size)
    )


def record(kind: int, body: bytes = b"") -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(body)) + body


def wide(text: str, count_size: str = "H") -> bytes:
    """A text of BIFF8, two bytes a letter."""
    letters = text.encode("utf-16-le")
    return struct.pack(f"<{count_size}B", len(letters) // 2, 1) + letters


def biff8(
    sheets: Mapping[str, Cells],
    extra: bytes = b"",
    per_sheet: bytes = b"",
    hidden: Iterable[str] = (),
    calculated: bool = True,
) -> bytes:
    """The stream of a workbook: `extra` goes into the globals, `per_sheet` into each sheet;
    `calculated`: with the mark that programs leave which calculate."""
    formats = record(0x041E, struct.pack("<H", 164) + wide("00000000"))
    formats += record(0x041E, struct.pack("<H", 165) + wide("dd/mm/yyyy"))
    styles = b"".join(record(0x00E0, struct.pack("<HH16x", 0, n)) for n in (0, 164, 165))
    start = record(0x0809, struct.pack("<HH12x", 0x0600, 5))
    start += record(0x01C1, bytes(8)) if calculated else b""
    start += (
        extra
        + record(0x0031, struct.pack("<HHHHHBBBx", 200, 0, 0, 400, 0, 0, 0, 0))
        + formats
        + styles
    )
    bodies = [_biff_sheet(cells, per_sheet) for cells in sheets.values()]
    listed = [wide(name, "B") for name in sheets]
    place = len(start) + sum(len(t) + 10 for t in listed) + 4
    for name, text, body in zip(sheets, listed, bodies, strict=True):
        start += record(0x0085, struct.pack("<IBB", place, int(name in hidden), 0) + text)
        place += len(body)
    return start + record(0x000A) + b"".join(bodies)


def _biff_sheet(cells: Cells, extra: bytes) -> bytes:
    body = record(0x0809, struct.pack("<HH12x", 0x0600, 0x10))
    for (row, column), value in cells.items():
        body += biff_cell(row, column, value)
    return body + extra + record(0x000A)


def biff_cell(row: int, column: int, value: Any, style: int = 0) -> bytes:
    """One cell as a record: text, number, logical value or failed formula."""
    place = struct.pack("<HHH", row, column, style)
    if isinstance(value, Failed):
        return record(0x0205, place + struct.pack("<BB", CODES[value], 1))
    if isinstance(value, bool):
        return record(0x0205, place + struct.pack("<BB", value, 0))
    if isinstance(value, str):
        return record(0x0204, place + wide(value))
    return record(0x0203, place + struct.pack("<d", value))


def xls(sheets: Mapping[str, Cells], shift: int = 9, **more: Any) -> bytes:
    """A workbook of Excel 97 to 2003."""
    return ole({"Workbook": biff8(sheets, **more)}, shift)


def zipped(parts: Mapping[str, bytes | str] | Iterable[tuple[str, bytes | str]]) -> bytes:
    """An archive of these parts, in their order; the same parts make the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items() if isinstance(parts, Mapping) else parts:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


# A binary workbook of Excel 2007 and later, as far as it is looked at.
XLSB = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": bytes(100)})

_SPACES = " ".join(
    f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
    for p, n in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "draw": "drawing",
    }.items()
)


def ods(
    tables: str, styles: str = "", mimetype: str | None = "spreadsheet", head: str = ""
) -> bytes:
    """An OpenDocument spreadsheet around the XML of its tables."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {_SPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{mimetype}"} if mimetype else {}
    return zipped({**parts, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"})


def ods_cell(value: Any, attributes: str = "") -> str:
    """One cell of text or a number."""
    kind = "string" if isinstance(value, str) else f'float" office:value="{value}'
    shown = f"<text:p>{value}</text:p>"
    return f'<table:table-cell office:value-type="{kind}" {attributes}>{shown}</table:table-cell>'


def ods_table(*rows: Sequence[Any], name: str = "Bảng", more: str = "") -> str:
    """A table of rows; a row that is text already is taken as it is."""
    body = "".join(
        r
        if isinstance(r, str)
        else f"<table:table-row>{''.join(map(ods_cell, r))}</table:table-row>"
        for r in rows
    )
    return f'<table:table table:name="{name}" {more}>{body}</table:table>'
