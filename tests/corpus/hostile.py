"""Hostile files: archives, dangerous XML, false counts, texts that would run."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from tests import binary_workbooks as make
from tests.corpus import packages as ooxml
from tests.corpus.case import Cases, Must, content, second_doubted
from tests.corpus.containers import plain_cells
from tests.corpus.floods import FINE, REFUSED, bomb, heavy
from tests.corpus.packages import BOOK, SHEET, STRINGS, STYLES

DTD = f'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "{"&a;" * 10}"><!ENTITY c "&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
UNREAD: dict[int, dict[str, Any]] = {2: {}, 3: {}, 4: {}}


def cases() -> Cases:
    """Hostile files: all cases."""
    return [*_archives(), *_doctypes(), *_numbers(), *_old(), *_escapes(), *_texts()]


def _archives() -> Cases:
    good = ooxml.book()
    table = {
        "a part twice": ooxml.added(good, (SHEET, ooxml.parts()[SHEET].encode())),
        "a part twice in other case": ooxml.added(good, (SHEET.upper(), b"<a/>")),
        "a climbing name": ooxml.added(good, ("../../evil.xml", b"x")),
        "a climbing name within": ooxml.added(good, ("xl/../../evil.xml", b"x")),
        "an absolute name": ooxml.added(good, ("/etc/passwd", b"x")),
        "a drive": ooxml.added(good, ("C:/x", b"x")),
        "a name with backslashes": ooxml.added(good, ("..\\..\\evil", b"x")),
        "a link in the archive": _linked(good),
        "six thousand parts": ooxml.added(good, *((f"xl/x{n}", b"") for n in range(6000))),
        "entries that overlap": _overlapping(),
    }
    found = [content(n, "a.xlsx", made, REFUSED) for n, made in table.items()]
    return [
        *found,
        content("a size that lies", "a.xlsx", _false_size(), REFUSED, FINE),
        content("long comment of the archive", "a.xlsx", _commented(), REFUSED, FINE),
        heavy("half a gigabyte of spaces", lambda: bomb(b" " * 2**20, 512), REFUSED),
        heavy(
            "half a gigabyte beside",
            lambda: ooxml.added(good, ("media/a.bin", bytes(500 * 2**20))),
            REFUSED,
        ),
    ]


def _linked(good: bytes) -> bytes:
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("xl/link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def _overlapping() -> bytes:
    """Two names for the bytes of one entry, as in bombs that need no nesting."""
    made = ooxml.added(ooxml.book(), ("xl/b.xml", b"x"))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        offset = archive.getinfo("xl/b.xml").header_offset
        first = archive.getinfo("_rels/.rels").header_offset
    at = made.rindex(b"PK\x01\x02") + 42
    assert int.from_bytes(made[at : at + 4], "little") == offset
    return made[:at] + first.to_bytes(4, "little") + made[at + 4 :]


def _false_size() -> bytes:
    """The directory says that the sheet has 10 bytes."""
    made = ooxml.book()
    at = next(
        i
        for i in range(len(made))
        if made[i : i + 4] == b"PK\x01\x02" and made[i + 46 :].startswith(SHEET.encode())
    )
    return made[: at + 24] + (10).to_bytes(4, "little") + made[at + 28 :]


def _commented() -> bytes:
    out = io.BytesIO(ooxml.book())
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"PK\x05\x06" * 1000
    return out.getvalue()


def _doctypes() -> Cases:
    found = []
    for part in (SHEET, STRINGS, BOOK, STYLES, "[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        for kind, doctype in (("growing", DTD), ("outside", OUTSIDE)):
            made = ooxml.parts()
            head, sign, body = made[part].rpartition("?>")
            made[part] = f"{head}{sign}{doctype}{body}"
            found.append(
                content(f"{kind} entities in {part}", "a.xlsx", make.zipped(made), REFUSED)
            )
    wide = ooxml.parts()
    wide_sheet = wide[SHEET].replace("UTF-8", "UTF-16").replace("<worksheet", f"{DTD}<worksheet", 1)
    late = ooxml.parts()[SHEET].replace("<worksheet", f"<!--{' ' * 9000}-->{DTD}<worksheet", 1)
    ods = make.ods(make.ods_table(["a"]), head=DTD)
    return [
        *found,
        content(
            "doctype in UTF-16", "a.xlsx", ooxml.book({SHEET: wide_sheet.encode("utf-16")}), REFUSED
        ),
        content("doctype behind a long comment", "a.xlsx", ooxml.book({SHEET: late}), REFUSED),
        content("doctype in ods", "a.ods", ods, REFUSED),
        content(
            "undeclared entity", "a.xlsx", ooxml.replaced(STRINGS, ">Công lập<", ">&x;<"), REFUSED
        ),
        content(
            "XInclude",
            "a.xlsx",
            ooxml.replaced(
                SHEET,
                "<sheetData>",
                '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
                "<sheetData>",
            ),
            FINE,
            REFUSED,
        ),
    ]


def _numbers() -> Cases:
    table = {
        "count of texts false": (
            ooxml.replaced(STRINGS, 'uniqueCount="', 'uniqueCount="999999999'),
            [FINE],
        ),
        "count of texts no number": (
            ooxml.replaced(STRINGS, 'count="', 'count="x'),
            [FINE, REFUSED],
        ),
        "style beyond the styles": (ooxml.replaced(SHEET, 's="1"', 's="99999999"'), None),
        "row 0": (ooxml.replaced(SHEET, '<row r="4">', '<row r="0">'), None),
        "text number negative": (ooxml.replaced(SHEET, "<v>0</v>", "<v>-1</v>"), [REFUSED]),
        "text number enormous": (
            ooxml.replaced(SHEET, "<v>0</v>", f"<v>{'9' * 5000}</v>"),
            [REFUSED],
        ),
        "number of infinite size": (ooxml.replaced(SHEET, "<v>345</v>", "<v>1e999</v>"), None),
        "no number": (ooxml.replaced(SHEET, "<v>345</v>", "<v>nan</v>"), None),
        "hexadecimal": (ooxml.replaced(SHEET, "<v>345</v>", "<v>0x10</v>"), None),
        "number of ten thousand digits": (
            ooxml.replaced(SHEET, "<v>345</v>", f"<v>{'1' * 10000}</v>"),
            None,
        ),
        "Arabic digits as number": (ooxml.replaced(SHEET, "<v>345</v>", "<v>٣</v>"), None),
        "negative row": (ooxml.replaced(SHEET, '<row r="4">', '<row r="-4">'), None),
    }
    found = []
    for name, (made, musts) in table.items():
        loose = [
            REFUSED,
            FINE,
            Must(accepted=UNREAD, aside={}, doubts={2: "N2"}),
            Must(accepted=UNREAD, aside={}, doubts={n: f"N{n}" for n in UNREAD}),
        ]
        found.append(
            content(name, "a.xlsx", made, *(musts or loose), rows=4 if musts == [FINE] else None)
        )
    return found


def _old() -> Cases:
    cells = plain_cells()
    good = make.xls({"Sheet": cells})
    record = make.record
    table = {
        "a record longer than the file": make.xls({"Sheet": cells}, per_sheet=b"\x03\x02\xff\xff"),
        "sst of four thousand million texts": make.xls(
            {"Sheet": cells}, extra=record(0x00FC, b"\xff\xff\xff\xff" * 2)
        ),
        "dimension of everything": make.xls(
            {"Sheet": cells}, per_sheet=record(0x0200, b"\0\0\0\0\xff\xff\xff\xff\0\0\xff\xff\0\0")
        ),
        "a circle of sectors": good[:76] + (0).to_bytes(4, "little") * 109 + good[512:],
        "a sheet that starts beyond the end": good.replace(b"\x85\0", b"\x85\0", 1),
    }
    return [content(n, "a.xls", made, FINE, REFUSED) for n, made in table.items()]


def _escapes() -> Cases:
    """Signs for characters that XML cannot hold, halves of a pair among them."""
    name = ">Trường Tiểu học Số 2<"
    kept = Must(accepted={2: {}, 3: {"name": "Trường 🌸"}, 4: {}}, aside={})
    out = second_doubted("name")
    table = {
        "half a pair": ("Trường _xD800_ A", [out]),
        "a pair": ("Trường _xD83C__xDF38_", [kept, out]),
        "a control character": ("Trường _x0007_ A", [out, FINE]),
        "an escape of the escape": ("Trường _x005F_x0041_", [FINE]),
    }
    return [
        content(
            f"escape: {n}", "a.xlsx", ooxml.replaced(STRINGS, name, f">{text}<"), *musts, rows=4
        )
        for n, (text, musts) in table.items()
    ]


def _texts() -> Cases:
    live = [
        "=1+1 Trường A",
        "=cmd|' /C calc'!A0",
        "@SUM(1) Trường",
        "<script>alert(1)</script> Trường",
        "{{7*7}} Trường",
        "<img src=x onerror=alert(1)> Trường",
        "javascript:alert(1) Trường",
    ]
    rows = [[*r] for r in ooxml.ROWS]
    for row, text in zip(rows[1:], live[:3], strict=False):
        row[2] = text
        row[3] = live[3]
    more = [[*r] for r in ooxml.ROWS]
    for row, text in zip(more[1:], live[4:], strict=False):
        row[2] = text
    bad = [[*r] for r in ooxml.ROWS]
    bad[2][6] = "=cmd|' /C calc'!A0"
    bad[3][12] = "<script>alert(1)</script>"
    sheet = ooxml.replaced(BOOK, 'name="Sheet"', 'name="&lt;script&gt;=1+1"')
    return [
        content("formulas and markup as text", "a.xlsx", ooxml.book(rows=rows), FINE, exports=True),
        content(
            "templates and markup as text", "a.xlsx", ooxml.book(rows=more), FINE, exports=True
        ),
        content(
            "formulas and markup in bad cells",
            "a.xlsx",
            ooxml.book(rows=bad),
            Must(
                accepted={2: {}, 3: {"kdclgd": None}, 4: {"classes": None}},
                aside={},
                doubts={3: "G3", 4: "M4"},
            ),
            exports=True,
        ),
        content("a sheet named like markup", "a.xlsx", sheet, FINE, exports=True),
        content(
            "a file named like a formula", "=1+1 <script>.xlsx", ooxml.book(), FINE, exports=True
        ),
    ]
