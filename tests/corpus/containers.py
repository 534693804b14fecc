"""Containers: empty, cut, foreign, mislabelled, protected, old."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
import zlib
from typing import Any

import xlsxwriter

from tests import binary_workbooks as make
from tests.corpus import packages as ooxml
from tests.corpus.case import SKIPPED, Cases, Must, all_of, content, refused
from tests.corpus.packages import BOOK, SHEET, STRINGS
from tests.workbooks import school

FINE = all_of(2, 3, 4)
# Its code page has no Vietnamese letters; the headings can be told all the same.
LETTERS_LOST = Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, doubts=None, warned=("mất chữ",))
ROWS = 4


def cases() -> Cases:
    """Containers: all cases."""
    return [*_broken(), *_foreign(), *_protected(), *_formats(), *_left_beside()]


def plain_cells(rows: Any = ooxml.ROWS) -> dict[tuple[int, int], Any]:
    """Cells for the binary formats, dates as text."""
    return {
        (r, c): f"{v:%d/%m/%Y}"
        if isinstance(v, dt.datetime)
        else v
        if isinstance(v, str)
        else float(v)
        for r, row in enumerate(rows)
        for c, v in enumerate(row)
        if v is not None
    }


def packed_oddly(method: int) -> bytes:
    """An archive with packing no workbook has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, part in ooxml.parts().items():
            archive.writestr(name, part)
    return out.getvalue()


def flipped() -> bytes:
    """One byte of the packed sheet is another: the sum no longer agrees."""
    made = bytearray(ooxml.stored())
    at = made.index("Phường".encode())
    made[at] ^= 0x01
    return bytes(made)


def html() -> bytes:
    """A web page that calls itself a workbook, as old portals give them."""
    cells = "".join(f"<td>{v}</td>" for v in school(1))
    return f"<html><head><meta charset=utf-8></head><table><tr>{cells}</tr></table></html>".encode()


def xml2003() -> bytes:
    """A spreadsheet in the XML of 2003."""
    return (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns='
        b'"urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table/></Worksheet></Workbook>'
    )


def with_macros(name: str = "xl/vbaProject.bin") -> bytes:
    """A workbook with macros."""
    made = ooxml.replaced("[Content_Types].xml", ".sheet.main+xml", ".x.main+xml")
    return ooxml.added(made, (name, b"\xd0\xcf\x11\xe0" + bytes(200)))


def biff5() -> bytes:
    """A workbook of Excel 95."""
    record = make.record
    body = record(0x0809, struct.pack("<HHHH", 0x0500, 0x10, 0, 0))
    for (r, c), value in plain_cells().items():
        place = struct.pack("<HHH", r, c, 0)
        if isinstance(value, str):
            text = value.encode("cp1258", "replace")
            body += record(0x0204, place + struct.pack("<H", len(text)) + text)
        else:
            body += record(0x0203, place + struct.pack("<d", value))
    body += record(0x000A)
    start = record(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0)) + record(0x0042, b"\xea\x04")
    start += record(0x00E0, bytes(16))
    title = b"Bang"
    end = len(start) + 4 + 7 + len(title) + 4
    start += record(0x0085, struct.pack("<IBBB", end, 0, 0, len(title)) + title) + record(0x000A)
    return make.ole({"Book": start + body})


def chart_only() -> bytes:
    """A workbook without a worksheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=A!$A$1:$A$2"})
    book.add_chartsheet().set_chart(chart)
    book.close()
    return out.getvalue()


def blank(*names: str) -> bytes:
    """A workbook with nothing in it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in names:
        book.add_worksheet(name)
    book.close()
    return out.getvalue()


def _broken() -> Cases:
    good = ooxml.book()
    damaged = refused("hỏng|cụt|rỗng|nén|không phải")
    table = {
        "empty file": b"",
        "one byte": b"P",
        "only zeros": bytes(4096),
        "cut in half": good[: len(good) // 2],
        "cut at the end": good[:-30],
        "head of an archive": good[:4],
        "a sheet's sum is wrong": flipped(),
        "packed part is noise": _noise(good),
        "XML ends early": ooxml.replaced(SHEET, "</sheetData></worksheet>", ""),
        "XML is no XML": ooxml.replaced(SHEET, "<sheetData>", "<sheetData><&"),
        "no list of sheets": ooxml.book({BOOK: None}),
        "sheet part is not there": ooxml.book({SHEET: None}),
        "texts are not there": ooxml.book({STRINGS: None}),
        "no links": ooxml.book({"xl/_rels/workbook.xml.rels": None}),
        "only content types": make.zipped({"[Content_Types].xml": "<Types/>"}),
        "text number beyond the texts": ooxml.replaced(SHEET, "<v>0</v>", "<v>9999</v>"),
        "no sheets": blank(),
        "only a chart": chart_only(),
        "a blank sheet": blank("Trang 1"),
        "three blank sheets": blank("A", "B", "C"),
        "odd compression": packed_oddly(zipfile.ZIP_LZMA),
        "bytes before the archive": b"MZ" + bytes(58) + good,
        "bits turned in the head": good[:2] + b"\x05" + good[3:],
    }
    found = [content(n, "a.xlsx", b, refused("")) for n, b in table.items()]
    xls = make.xls({"A": plain_cells()})
    found += [
        content("old workbook cut", "a.xls", xls[: len(xls) // 2], refused("")),
        content("old container, nothing in it", "a.xls", make.ole({"x": b""}), damaged),
        content("open document cut", "a.ods", make.ods(make.ods_table(["a"]))[:300], refused("")),
        content("zip of nothing", "a.xlsx", make.zipped({}), refused("")),
    ]
    return found


def _noise(good: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        info = archive.getinfo(SHEET)
    at = info.header_offset + 30 + len(SHEET)
    return (
        good[:at]
        + bytes(range(256))[: info.compress_size]
        + good[at + min(256, info.compress_size) :]
    )


def _foreign() -> Cases:
    word = make.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<d/>"})
    slides = make.zipped({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<d/>"})
    table: dict[str, tuple[str, bytes, str]] = {
        "text document named xlsx": ("a.xlsx", word, "Word|văn bản"),
        "slides named xlsx": ("a.xlsx", slides, "trình chiếu"),
        "text document of 97 named xls": (
            "a.xls",
            make.ole({"WordDocument": b"x"}),
            "Word|văn bản",
        ),
        "open text named ods": ("a.ods", make.ods("", mimetype="text"), "văn bản|Word"),
        "PDF named xlsx": ("a.xlsx", b"%PDF-1.7\n" + bytes(50), "PDF"),
        "picture named xlsx": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(50), "ảnh"),
        "web page of one row": ("a.xls", html(), "tiêu đề"),
        "web page without a table": ("a.xlsx", b"<html><p>404</p></html>", "trang web"),
        "blank XML of 2003 named xls": ("a.xls", xml2003(), "không có ô nào"),
        "mail archive named xls": (
            "a.xls",
            b"MIME-Version: 1.0\nX-Document-Type: Workbook\n",
            "web",
        ),
        "database named xlsx": ("a.xlsx", b"SQLite format 3\0" + bytes(90), "cơ sở dữ liệu"),
        "rar named xlsx": ("a.xlsx", b"Rar!\x1a\x07\x01\0" + bytes(20), "nén"),
        "gzip named xlsx": ("a.xlsx", b"\x1f\x8b\x08\0" + zlib.compress(b"x" * 99), "nén"),
        "archive of workbooks": ("a.xlsx", make.zipped({"b.xlsx": ooxml.book()}), "nén"),
        "json named csv": ("a.csv", b'{"schools": [{"a": 1}, {"b": 2}]}', ""),
        "program named xlsx": ("a.xlsx", b"MZ\x90\0" + bytes(500), "không phải"),
        "flat open document": (
            "a.ods",
            b'<?xml version="1.0"?><office:document xmlns:office='
            b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
            "fods|phẳng",
        ),
        "Excel 4": ("a.xls", struct.pack("<HHHHH", 0x0409, 6, 0, 16, 0) + bytes(99), "Excel 4"),
        "text named xlsx": ("a.xlsx", "Mã trường,Tên trường\n1,2\n".encode(), ""),
    }
    return [content(n, file, made, refused(words)) for n, (file, made, words) in table.items()]


def _protected() -> Cases:
    locked = make.ole({"EncryptionInfo": b"x" * 99, "EncryptedPackage": b"y" * 5000})
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    ods = make.zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": "\x93\x01",
            "META-INF/manifest.xml": manifest,
        }
    )
    flagged = bytearray(ooxml.book())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = flagged.index(sign) + at
        flagged[place] |= 1
    xls = make.ole(
        {
            "Workbook": make.record(0x0809, struct.pack("<HH12x", 0x0600, 5))
            + make.record(0x002F, b"\1\0\1\0\1\0" + bytes(48))
        }
    )
    locked_sheet = ooxml.book(behind='<sheetProtection sheet="1" objects="1"/>')
    return [
        content("password", "a.xlsx", locked, refused("mật khẩu")),
        content("password named xls", "a.xls", locked, refused("mật khẩu")),
        content("password of open document", "a.ods", ods, refused("mật khẩu")),
        content("password of the archive", "a.xlsx", bytes(flagged), refused("mật khẩu")),
        content("password of an old workbook", "a.xls", xls, refused("mật khẩu")),
        content("sheet locked without password", "a.xlsx", locked_sheet, FINE),
    ]


def _formats() -> Cases:
    cells = plain_cells()
    table = make.ods_table(
        *([f"{v:%d/%m/%Y}" if isinstance(v, dt.datetime) else v for v in r] for r in ooxml.ROWS),
        name="Sheet",
    )
    labelled = Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("định dạng",))
    macro = Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("macro",))
    text = "\n".join(";".join(map(str, shown_texts(r))) for r in ooxml.ROWS)
    return [
        content("xls", "a.xls", make.xls({"Sheet": cells}), FINE, rows=ROWS),
        content("xls of Excel 95", "a.xls", biff5(), FINE, refused(""), LETTERS_LOST, rows=None),
        content("xlsb", "a.xlsb", make.XLSB, refused(".xlsx")),
        content("ods", "a.ods", make.ods(table), FINE, rows=ROWS),
        content("xlsm with macros", "a.xlsm", with_macros(), macro),
        content("macros under xlsx", "a.xlsx", with_macros(), macro),
        content("template", "a.xltx", ooxml.book(), FINE, labelled),
        content("xlsx named xls", "a.xls", ooxml.book(), labelled, rows=ROWS),
        content("xls named xlsx", "a.xlsx", make.xls({"Sheet": cells}), labelled, rows=ROWS),
        content("ods named xlsx", "a.xlsx", make.ods(table), labelled, rows=ROWS),
        content("xlsx named csv", "a.csv", ooxml.book(), labelled, rows=ROWS),
        content("xlsx without ending", "a", ooxml.book(), labelled, rows=ROWS),
        content("csv named xls", "a.xls", text.encode(), refused(""), labelled),
        content("capital ending", "A.XLSX", ooxml.book(), FINE, rows=ROWS),
    ]


def shown_texts(row: Any) -> list[Any]:
    """A row as text."""
    return [f"{v:%d/%m/%Y}" if isinstance(v, dt.datetime) else "" if v is None else v for v in row]


def _left_beside() -> Cases:
    lock = "Nguyễn".encode("utf-16-le").ljust(165, b"\0")
    return [
        content("lock file", "~$a.xlsx", lock, SKIPPED),
        content("lock file of LibreOffice", ".~lock.a.xlsx#", b"a,b;", SKIPPED),
        content("hidden copy of a Mac", "._a.xlsx", b"\0\5\x16\7" + bytes(60), SKIPPED),
        content("part of a download", "a.xlsx.tmp", ooxml.book()[:500], refused(""), SKIPPED),
    ]
