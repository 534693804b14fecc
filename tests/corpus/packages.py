"""Open XML written by hand, part by part, so that each oddity or fault can be put in alone."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tests.binary_workbooks import zipped
from tests.corpus.case import Rows
from tests.workbooks import HEADINGS, school

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET, BOOK, STRINGS, STYLES = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)
ROWS: Rows = [HEADINGS, school(1), school(2), school(3)]
_DATE = 1  # the style of dates


def letters(column: int) -> str:
    """0 is A."""
    before, last = divmod(column, 26)
    return (letters(before - 1) if before else "") + chr(65 + last)


def shared(value: str, texts: list[str]) -> str:
    """A text by its number."""
    if value not in texts:
        texts.append(value)
    return f't="s"><v>{texts.index(value)}</v>'


def inline(value: str, texts: list[str]) -> str:
    """A text in its cell."""
    return f't="inlineStr"><is><t>{escape(value)}</t></is>'


def cell(place: str, value: Any, texts: list[str], write: Callable[..., str] = shared) -> str:
    """One cell."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f'<c r="{place}" s="{_DATE}"><v>{(value - dt.datetime(1899, 12, 30)).days}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" {write(value, texts)}</c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def lines(rows: Rows, texts: list[str], write: Callable[..., str] = shared) -> str:
    """The rows of a sheet."""
    found = []
    for r, row in enumerate(rows, 1):
        cells = "".join(cell(f"{letters(c)}{r}", v, texts, write) for c, v in enumerate(row))
        found.append(f'<row r="{r}">{cells}</row>')
    return "".join(found)


def parts(
    rows: Rows = ROWS, write: Callable[..., str] = shared, before: str = "", behind: str = ""
) -> dict[str, str]:
    """The parts of a workbook of one sheet; `before` and `behind` stand around its rows."""
    texts: list[str] = []
    body = lines(rows, texts, write)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    strings = "".join(f'<si><t xml:space="preserve">{escape(t)}</t></si>' for t in texts)
    return {
        "[Content_Types].xml": f'{head}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{BOOK}" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{TYPES}.worksheet+xml"/>'
        f'<Override PartName="/{STRINGS}" ContentType="{TYPES}.sharedStrings+xml"/>'
        f'<Override PartName="/{STYLES}" ContentType="{TYPES}.styles+xml"/></Types>',
        "_rels/.rels": rels(("officeDocument", BOOK)),
        BOOK: f'{head}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Sheet" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels(
            ("worksheet", "worksheets/sheet1.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            ("styles", "styles.xml"),
        ),
        SHEET: f'{head}<worksheet xmlns="{MAIN}">{before}<sheetData>{body}</sheetData>{behind}'
        "</worksheet>",
        STRINGS: f'{head}<sst xmlns="{MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">'
        f"{strings}</sst>",
        STYLES: f'{head}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
        '</cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>",
    }


def rels(*links: tuple[str, str], base: str = OFFICE) -> str:
    """A part that links to others."""
    body = "".join(
        f'<Relationship Id="rId{i}" Type="{base}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(links, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{body}</Relationships>'


def book(change: Mapping[str, Any] | None = None, **more: Any) -> bytes:
    """A workbook with some parts put in, or left out where None."""
    found: dict[str, str | bytes] = {**parts(**more)}
    for name, part in (change or {}).items():
        if part is None:
            del found[name]
        else:
            found[name] = part
    return zipped(found)


def replaced(part: str, old: str, new: str, **more: Any) -> bytes:
    """A workbook in one part of which something stands for something else."""
    made = parts(**more)
    assert old in made[part], old
    return zipped(made | {part: made[part].replace(old, new)})


def added(content: bytes, *entries: tuple[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with more entries."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        for name, part in entries:
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name
            info.compress_type = packed
            archive.writestr(info, part)
    return out.getvalue()


def write(path: Path, made: bytes) -> Path:
    """Bytes as a file."""
    path.write_bytes(made)
    return path


def stored() -> bytes:
    """An archive without packing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts().items():
            archive.writestr(name, part)
    return out.getvalue()
