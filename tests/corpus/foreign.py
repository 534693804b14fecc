"""Tables in files that are no workbook, lost bytes, and refusals that are true."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from analysis.reference.legacy_fonts import legacy_fonts
from tests.binary_workbooks import ods, ods_table, zipped
from tests.corpus import packages as ooxml
from tests.corpus.case import Case, Cases, Must, Rows, content, refused
from tests.workbooks import HEADINGS, school

SCHOOLS: Rows = [HEADINGS, school(1), school(2), school(3)]
SIGNED = "2023-04-12"
ONE = {"name": "Trường Tiểu học Số 1", "kdclgd": 2, "cqg": 1, "cqg_date": SIGNED, "pupils": 345}
THREE = {
    row: {**ONE, "code": f"4648000{n}", "name": f"Trường Tiểu học Số {n}"}
    for row, n in ((2, 1), (3, 2), (4, 3))
}
LABELLED = Must(accepted=THREE, aside={}, warned=("định dạng",))
SAME = Must(accepted=THREE, aside={})


def cases() -> Cases:
    """All cases of files that are not what they are called."""
    found = [*_pages(), *_xml(), *_text(), *_backslashes(), *_equals(), *_zeros(), *_lost()]
    return [*found, *_hidden(), *_forms(), *_long()]


def moved(rows: Rows = SCHOOLS, down: int = 0) -> Must:
    """The same three schools, so many rows further down, whatever the order of the columns."""
    return Must(accepted={row + down: values for row, values in THREE.items()}, aside={})


def shown(value: Any) -> str:
    """A cell as text."""
    return (
        f"{value:%d/%m/%Y}"
        if isinstance(value, dt.datetime)
        else ""
        if value is None
        else str(value)
    )


def turned(rows: Rows) -> Rows:
    """The same columns in the opposite order."""
    return [list(reversed(row)) for row in rows]


def page(
    rows: Rows = SCHOOLS,
    head: str = "<html><head><meta charset=utf-8></head><body>",
    above: str = "",
    cell: str = "td",
    end: bool = True,
) -> str:
    """A web page with one table."""
    close = f"</{cell.split()[0]}>" if end else ""
    lines = ("".join(f"<{cell}>{escape(shown(v))}{close}" for v in row) for row in rows)
    row_end = "</tr>" if end else ""
    return f"{head}{above}<table border=1>{''.join(f'<tr>{x}{row_end}' for x in lines)}</table>"


def _html(name: str, made: str | bytes, *musts: Must, ending: str = "xls", **more: Any) -> Case:
    return content(
        f"page: {name}",
        f"a.{ending}",
        made.encode() if isinstance(made, str) else made,
        *musts,
        **more,
    )


def _pages() -> Cases:
    plain = page()
    styled = plain.replace("<td>", """<td style="mso-number-format:'\\@'" class=xl25>""")
    tops = ["<td rowspan=2>" if i < 6 or i > 11 else "" for i in range(len(HEADINGS))]
    upper = "".join(t + h + "</td>" for t, h in zip(tops, HEADINGS, strict=True) if t)
    at = upper.index("<td rowspan=2>Số lớp")
    groups = "<td colspan=3>KĐCLGD</td><td colspan=3>CQG</td>"
    lower = "".join(
        f"<td>{h}</td>"
        for h in ("Cấp độ", "Số quyết định", "Ngày", "Mức độ", "Số quyết định", "Ngày")
    )
    body = page(SCHOOLS[1:]).partition("<table border=1>")[2]
    two_rows = f"<table><tr>{upper[:at]}{groups}{upper[at:]}</tr><tr>{lower}</tr>{body}"
    ward = "<td>Phường Tứ Hạ</td>"
    down = plain.replace(ward, "<td rowspan=3>Phường Tứ Hạ</td>", 1).replace(ward, "")
    numbers = re.sub(r"<td>(\d{2,3})</td>", r"<td x:num>\1</td>", plain)
    numbers = re.sub(r"<td>12/04/2023</td>", '<td x:num="45028">12/04/2023</td>', numbers)
    struck = plain.replace("<td>345</td>", "<td><s>34</s>5</td>", 1)
    raised = plain.replace("<td>345</td>", "<td>345<sup>1</sup></td>", 1)
    doubt = Must(accepted={**THREE, 2: {**THREE[2], "pupils": None}}, aside={}, doubts={2: "N2"})
    wide = "\ufeff" + page(head="<html><body>")
    latin = legacy_fonts()["tcvn3"].write(page(head="<html><body>")).encode("latin-1")
    return [
        _html("plain", plain, LABELLED, rows=4),
        _html("columns the other way round", page(turned(SCHOOLS)), LABELLED, rows=4),
        _html("named xlsx", plain, LABELLED, ending="xlsx"),
        _html("named htm", plain, SAME, ending="htm"),
        _html("formats of cells", styled, LABELLED),
        _html("head cells", page(cell="th"), LABELLED),
        _html("no end tags", page(end=False), LABELLED),
        _html("only a table", page(head=""), LABELLED),
        _html("a title above", page(above="<h3>DANH SÁCH TRƯỜNG</h3>"), moved(down=1), rows=5),
        _html("words before any tag", "Danh sách<br>" + page(head=""), moved(down=1)),
        _html("a layout table round it", f"<table><tr><td>{plain}</td></tr></table>", LABELLED),
        _html(
            "script, style and comment",
            page(
                above="<style>td{x:1}</style><script>a='<table><tr><td>1';</script><!-- <td>9 -->"
            ),
            LABELLED,
            rows=4,
        ),
        _html("heading of two rows with spans", two_rows, moved(down=1)),
        _html(
            "a ward over three rows",
            down,
            Must(
                accepted={row: {**values, "unit": "Phường Tứ Hạ"} for row, values in THREE.items()},
                aside={},
            ),
        ),
        _html("numbers of Excel", numbers, LABELLED),
        _html("web codes for letters", page().encode("ascii", "xmlcharrefreplace"), LABELLED),
        _html("UTF-16", wide.encode("utf-16-le"), LABELLED),
        _html("an old font", latin, LABELLED),
        _html("part of a count struck", struck, doubt),
        _html("a raised mark behind a count", raised, doubt),
        _html(
            "no table",
            "<html><body><p>Phiên làm việc đã hết hạn</p></body></html>",
            refused("trang web"),
        ),
        _html(
            "another table",
            "<table><tr><td>Họ tên</td><td>Điểm</td><td>Lớp</td></tr></table>",
            refused("tiêu đề"),
        ),
        _html(
            "a tag without end, very often", "<table><tr><td" * 100_000, refused(""), confined=True
        ),
        _html("cells without end", "<table>" + "<tr><td>x" * 200_000, refused(""), confined=True),
        _html(
            "a span without end",
            page().replace("<td>", "<td colspan=999999 rowspan=99999>", 1),
            refused(""),
            Must(),
        ),
    ]


def _xml_cell(value: Any) -> str:
    if value is None:
        return "<Cell/>"
    if isinstance(value, dt.datetime):
        data = f'<Data ss:Type="DateTime">{value:%Y-%m-%dT00:00:00.000}</Data>'
        return f'<Cell ss:StyleID="d">{data}</Cell>'
    kind = "Number" if isinstance(value, int) else "String"
    return f'<Cell><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>'


def xml2003(rows: Rows = SCHOOLS, above: str = "", behind: str = "", sheet: str = "") -> str:
    """A workbook in the XML of 2003."""
    lines = "".join(f"<Row>{''.join(map(_xml_cell, row))}</Row>" for row in rows)
    return (
        f'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n{above}'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style>'
        '<Style ss:ID="z"><NumberFormat ss:Format="00000000"/></Style></Styles>'
        f'<Worksheet ss:Name="Bảng"><Table>{lines}</Table>{behind}</Worksheet>{sheet}</Workbook>'
    )


def _xml() -> Cases:
    made = xml2003()
    jumps = made.replace("<Row>", '<Row ss:Index="5">', 1)
    gap = made.replace("<Cell><Data", '<Cell ss:Index="1"><Data', 1)
    padded = made.replace(
        '<Cell><Data ss:Type="String">46480001',
        '<Cell ss:StyleID="z"><Data ss:Type="Number">1480001',
    )
    formula = made.replace(
        '<Cell><Data ss:Type="Number">345', '<Cell ss:Formula="=1"><Data ss:Type="Number">345'
    )
    rich = made.replace(
        "Trường Tiểu học Số 1</Data>", "<B xmlns='h'>Trường</B> Tiểu học Số 1</Data>"
    )
    note = made.replace("345</Data>", "345</Data><Comment><Data>hỏi lại</Data></Comment>", 1)
    hidden = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    zero = {**THREE, 2: {**THREE[2], "code": "01480001"}}
    table: dict[str, tuple[str, Must]] = {
        "plain": (made, LABELLED),
        "columns the other way round": (xml2003(turned(SCHOOLS)), LABELLED),
        "rows that are left out": (jumps, moved(down=4)),
        "cells by number": (gap, LABELLED),
        "a code shown with its zero": (padded, Must(accepted=zero, aside={})),
        "a formula with its result": (formula, LABELLED),
        "letters of several looks": (rich, LABELLED),
        "a comment is no cell": (note, LABELLED),
        "its only sheet hidden": (xml2003(behind=hidden), refused("ẩn")),
        "a document type": (xml2003(above=bomb), refused("DOCTYPE|hỏng")),
        "cut": (made[: len(made) // 2], refused("hỏng|cụt")),
        "a number that is none": (made.replace(">345<", ">3x5<", 1), refused("số")),
    }
    return [
        content(f"XML of 2003: {n}", "a.xls", m.encode(), must) for n, (m, must) in table.items()
    ]


def text(rows: Rows = SCHOOLS, separator: str = "\t") -> str:
    """The table as text."""
    out = io.StringIO()
    lines = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    lines.writerows([shown(v) for v in row] for row in rows)
    return out.getvalue()


def _text() -> Cases:
    table = {
        "tabs named xls": ("a.xls", text().encode()),
        "tabs named xlsx, the other way round": ("a.xlsx", text(turned(SCHOOLS)).encode()),
        "tabs in UTF-16 named xls": ("a.xls", text().encode("utf-16")),
        "semicolons named xls": ("a.xls", text(separator=";").encode("utf-8-sig")),
    }
    found = [content(f"text: {n}", f, made, LABELLED) for n, (f, made) in table.items()]
    words = b"Xin ch\xc3\xa0o, \xc4\x91\xc3\xa2y l\xc3\xa0 th\xc6\xb0.\nM\xe1\xbb\x9di xem.\n"
    return [*found, content("text: a letter named xlsx", "a.xlsx", words, refused("không phải"))]


def _parts(made: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def _texts(row: Sequence[Any]) -> list[str]:
    return [shown(value) for value in row]


def _backslashes() -> Cases:
    parts = _parts(ooxml.book())
    renamed = [(name.replace("/", "\\"), part) for name, part in parts]
    mixed = [(n.replace("/", "\\") if "sheet1" in n else n, part) for n, part in parts]
    other = [
        (name.replace("/", "\\"), part)
        for name, part in _parts(ods(ods_table(*map(_texts, SCHOOLS))))
    ]
    doubled = [*parts, ("xl\\workbook.xml", b"<x/>")]
    climbing = [*renamed, ("..\\x.xml", b"<x/>")]
    unsafe = refused("không an toàn")
    return [
        content("backslashes in all names", "a.xlsx", zipped(renamed), SAME, rows=4),
        content("backslashes in one name", "a.xlsx", zipped(mixed), SAME, rows=4),
        content("backslashes: ods", "a.ods", zipped(other), SAME),
        content("a name in both writings", "a.xlsx", zipped(doubled), unsafe),
        content("a backslash that climbs", "a.xlsx", zipped(climbing), unsafe),
    ]


def _equals() -> Cases:
    quoted = [[f'="{shown(v)}"' for v in row] for row in SCHOOLS]
    codes = [[*row[:1], f'="{row[1]}"', *row[2:]] for row in map(list, SCHOOLS[1:])]
    bare = [[*row[:1], f"={row[1]}", *row[2:]] for row in map(list, SCHOOLS[1:])]
    sums = [list(row) for row in SCHOOLS]
    sums[1][13] = "=300+45"
    unread = Must(accepted={**THREE, 2: {**THREE[2], "pupils": None}}, aside={}, doubts={2: "N2"})
    loose = "\n".join(",".join(map(shown, row)) for row in [HEADINGS, *codes])
    table: dict[str, tuple[str, Must]] = {
        "codes, as Excel takes them": (
            loose,
            Must(accepted=THREE, aside={}, repaired=("B2", "B4")),
        ),
        "codes in quotation marks": (text([HEADINGS, *codes], ","), SAME),
        "the other way round": (text(turned([HEADINGS, *codes]), ";"), SAME),
        "every cell": (text(quoted, ","), SAME),
        "a whole number": (text([HEADINGS, *bare], ","), SAME),
        "a sum is no value": (text(sums, ","), unread),
    }
    return [content(f"equals: {n}", "a.csv", m.encode(), must) for n, (m, must) in table.items()]


def _zeros() -> Cases:
    def coded(*codes: str) -> Rows:
        return [HEADINGS, *(school(n, code=code) for n, code in enumerate(codes, 1))]

    def told(*codes: Any, doubts: dict[Any, str] | None = None) -> Must:
        accepted = {row: {"code": code} for row, code in enumerate(codes, 2)}
        return Must(accepted=accepted, aside={}, doubts=doubts or {})

    whole = told("01480001", "01480002", "01480003")
    table: dict[str, tuple[Rows, Must]] = {
        "all lost it": (coded("1480001", "1480002", "1480003"), whole),
        "all lost it, the other way round": (turned(coded("1480001", "1480002", "1480003")), whole),
        "one lost it": (coded("01480001", "1480002", "01480003"), whole),
        "one is short in another province": (
            coded("46480001", "4648002", "46480003"),
            told("46480001", None, "46480003", doubts={3: "B3"}),
        ),
        "no province begins so": (
            coded("3480001", "3480002", "3480003"),
            told(None, None, None, doubts={2: "B2", 3: "B3", 4: "B4"}),
        ),
    }
    return [
        content(f"zeros: {n}", "a.csv", text(rows, ",").encode(), must)
        for n, (rows, must) in table.items()
    ]


def twice(words: str, sign: str) -> str:
    """UTF-8 taken for Windows-1252; `sign` for the bytes that have no character there."""
    return "".join(_as_1252(byte, sign) for byte in words.encode())


def _as_1252(byte: int, sign: str) -> str:
    return sign if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")


def _lost() -> Cases:
    found = []
    for name, sign in (("replaced", "\ufffd"), ("asked", "?"), ("dropped", "")):
        rows = [[twice(shown(v), sign) for v in row] for row in SCHOOLS]
        for way, made in (("", rows), (", the other way round", turned(rows))):
            found.append(
                content(f"lost bytes {name}{way}", "a.csv", text(made, ",").encode(), SAME)
            )
    rows = [HEADINGS, school(1), school(2, name="Trường Tiểu học Mỹ Thọ"), school(3)]
    several = [[twice(shown(v), "\ufffd") for v in row] for row in rows]
    doubt = Must(
        accepted={2: THREE[2], 3: {"name": None, "code": "46480002"}, 4: THREE[4]},
        aside={}, doubts={3: "C3"},
    )  # fmt: skip
    vps = [
        HEADINGS,
        *(school(n, unit=u) for n, u in enumerate(("Hà Tïnh", "Vïnh Hòa", "Nghïa Lộ"), 1)),
    ]
    damaged = Must(
        accepted={key: {"unit": None} for key in (2, 3, 4)}, aside={},
        doubts={2: "D2", 3: "D3", 4: "D4"},
    )  # fmt: skip
    unread = {"name": None, "unit": None, "level": None, "kdclgd": 2, "cqg": 1, "cqg_date": SIGNED}
    told = Must(
        accepted={r: {**unread, "code": v["code"]} for r, v in THREE.items()}, aside={},
        doubts=None, warned=("mất chữ",),
    )  # fmt: skip
    for name, sign in (("asked", "?"), ("replaced", "\ufffd\ufffd")):
        gone = [[re.sub("[^\x00-\x7f]", sign, shown(v)) for v in row] for row in SCHOOLS]
        for way, made in (("", gone), (", the other way round", turned(gone))):
            made_text = text(made, ",").encode()
            found.append(content(f"all letters gone, {name}{way}", "a.csv", made_text, told))
    nothing = [["?" * len(shown(v)) for v in row] for row in SCHOOLS]
    return [
        *found,
        content("lost bytes that may be several", "a.csv", text(several, ",").encode(), doubt),
        content("words of an encoding nobody knows", "a.csv", text(vps, ",").encode(), damaged),
        content("nothing but signs", "a.csv", text(nothing, ",").encode(), refused("tiêu đề")),
    ]


def _book(folder: Path, sheets: Sequence[tuple[str, Rows, bool]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows, is_hidden in sheets:
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if is_hidden else "visible"
        for row in rows:
            sheet.append(list(row))
    path = folder / "a.xlsx"
    book.save(path)
    return path


def _hidden() -> Cases:
    told = Must(status="error", accepted={}, aside={}, error="“Số liệu”")
    unhide = Must(status="error", accepted={}, aside={}, error="Bỏ ẩn")
    cover: Rows = [["Kính gửi phòng GDĐT"], ["Danh sách kèm theo"]]
    table: dict[str, list[tuple[str, Rows, bool]]] = {
        "data on a hidden sheet, a blank cover": [("Bìa", [], False), ("Số liệu", SCHOOLS, True)],
        "the hidden sheet first": [("Số liệu", SCHOOLS, True), ("Bìa", [], False)],
        "data on a hidden sheet, a written cover": [
            ("Bìa", cover, False),
            ("Số liệu", SCHOOLS, True),
        ],
    }
    return [
        Case(name, lambda folder, s=sheets: _book(folder, s), (must,))  # type: ignore[misc]
        for name, sheets in table.items()
        for must in ((told,) if "blank" in name else (unhide,))
    ]


def _forms() -> Cases:
    form: Rows = [
        ["BÁO CÁO THỐNG KÊ"],
        ["TT", "Chỉ tiêu", "Đơn vị tính", "Mã số", "Tổng số", "Công lập"],
        ["I", "Trường"],
        [1, "Tổng số trường", "trường", "01", 12, 12],
        [None, "Trường đạt chuẩn quốc gia mức độ 1", "trường", "02", 5, 5],
        [None, "Trường đạt chuẩn quốc gia mức độ 2", "trường", "03", 1, 1],
        [None, "Số lớp", "lớp", "04", 120, 120],
        [None, "Số học sinh", "người", "05", 3000, 3000],
    ]
    lies = [list(column) for column in zip(*SCHOOLS, strict=True)]
    report: Rows = [["Tên trường"], ["Số lớp"], ["Số học sinh"], ["Số phòng học"], ["Ghi chú"]]
    table: dict[str, tuple[Rows, str]] = {
        "a statistics form": (form, "biểu thống kê"),
        "a statistics form, the other way round": (turned(form), "biểu thống kê"),
        "a list that lies on its side": (lies, "xoay ngang"),
        "words below each other": (report, "không tìm thấy hàng tiêu đề"),
    }
    return [
        Case(n, lambda folder, r=rows: _book(folder, [("A", r, False)]), (refused(words),))  # type: ignore[misc]
        for n, (rows, words) in table.items()
    ]


def _long() -> Cases:
    """Texts as long as a cell takes, and headings without end: an answer, soon."""
    digits = "9" * 32_000
    signs = ", ngày 1" * 4000
    letters = ("Tröôøng Hà Tïnh x?y &#7875; " * 1200)[:32_000]
    named = {"count": "pupils", "level": "cqg", "date": "cqg_date", "decision": "cqg_decision"}
    found = []
    for name, what in (*named.items(), ("code", "code"), ("order", "order")):
        for kind, value in (("digits", digits), ("letters", letters)):
            rows = [HEADINGS, school(1), school(2, **{what: value}), school(3)]
            must = Must(
                accepted={2: THREE[2], 3: {} if what == "order" else {what: None}, 4: THREE[4]},
                aside={}, doubts=None,
            )  # fmt: skip
            made = text(rows, ",").encode()
            found.append(content(f"long: {kind} in a {name}", "a.csv", made, must))
    note: Rows = [*SCHOOLS, ["", "", signs]]
    spread = Must(accepted=THREE, doubts=None)
    heads = [
        ["Mã trường", "Tên trường", "KĐCLGD - Cấp độ"],
        ["Tên trường", "Mã trường", "KĐCLGD - Cấp độ"],
    ]
    many = heads * 250
    few = Must(accepted={}, aside={}, warned=("không có trường nào",))
    return [
        *found,
        content(
            "long: a note like a signature",
            "a.csv",
            text(note, ",").encode(),
            spread,
            confined=True,
        ),
        content("long: headings by turns", "a.csv", text(many, ",").encode(), few, confined=True),
        content("long: headings by turns, tabs", "a.xls", text(many).encode(), few, confined=True),
        content(
            "long: thousands of headings",
            "a.csv",
            text(heads * 3000, ",").encode(),
            refused("hàng tiêu đề"),
            confined=True,
        ),
        content(
            "long: words without a header",
            "a.csv",
            text([["Ngày", "Cấp độ", "Mức độ", "Ghi chú"]] * 40_000, ",").encode(),
            refused("không tìm thấy hàng tiêu đề"),
            confined=True,
        ),
    ]
