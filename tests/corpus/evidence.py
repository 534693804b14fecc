"""Evidence beside the value of a cell: struck and raised parts, comments, merged cells, number
formats with words, links to other files; each kind in several formats that must give the same."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.binary_workbooks import (
    biff_cell,
    ods,
    ods_cell,
    ods_table,
    record,
    wide,
    xls,
    zipped,
)
from tests.corpus.case import Case, Cases, Must, all_of, letter
from tests.corpus.layouts import FINE, changed, warned
from tests.workbooks import HEADINGS, NAMES, school

# A run: its text, and "s" struck, "r" raised, "l" lowered or "" like the cell.
Runs = Sequence[tuple[str, str]]
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def cases() -> Cases:
    """Evidence beside the cell: all cases."""
    return [*_struck(), *_raised(), *_comments(), *_merged(), *_formats(), *_linked(), *_days()]


# Texts with runs, in four ways of writing them.


def _rows() -> list[list[Any]]:
    """Three schools, their dates as text, so that every format holds the same."""
    rows = [school(n) for n in (1, 2, 3)]
    for row in rows:
        for name in ("kdclgd_date", "cqg_date"):
            row[HEADINGS.index(NAMES[name])] = "12/04/2023"
    return rows


def _by_openpyxl(folder: Path, what: str, runs: Runs) -> Path:
    kinds: dict[str, dict[str, Any]] = {
        "s": {"strike": True},
        "r": {"vertAlign": "superscript"},
        "l": {"vertAlign": "subscript"},
    }
    parts = [TextBlock(InlineFont(**kinds[k]), t) if k else t for t, k in runs]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADINGS, *_rows()]:
        sheet.append(row)
    sheet[f"{letter(what)}3"] = CellRichText(*parts)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def _by_xlsxwriter(folder: Path, what: str, runs: Runs) -> Path:
    """Shared texts; a text of one run is a cell with that font."""
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        fonts = {
            "s": book.add_format({"font_strikeout": True}),
            "r": book.add_format({"font_script": 1}),
            "l": book.add_format({"font_script": 2}),
        }
        sheet = book.add_worksheet()
        for r, row in enumerate([HEADINGS, *_rows()]):
            sheet.write_row(r, 0, row)
        place = (2, HEADINGS.index(NAMES[what]))
        if len(runs) == 1:
            sheet.write_string(*place, runs[0][0], fonts[runs[0][1]])
        else:
            sheet.write_rich_string(
                *place, *(p for t, k in runs for p in ([fonts[k]] if k else []) + [t])
            )
    return path


def _by_ods(folder: Path, what: str, runs: Runs) -> Path:
    styles = "".join(
        f'<style:style style:name="{name}" style:family="text">'
        f"<style:text-properties {said}/></style:style>"
        for name, said in {
            "s": 'style:text-line-through-style="solid"',
            "r": 'style:text-position="super 58%"',
            "l": 'style:text-position="sub 58%"',
        }.items()
    )
    spans = "".join(
        f'<text:span text:style-name="{k}">{escape(t)}</text:span>' if k else escape(t)
        for t, k in runs
    )
    cell = (
        f'<table:table-cell office:value-type="string"><text:p>{spans}</text:p></table:table-cell>'
    )
    content = ods(ods_table(*_ods_rows({(2, HEADINGS.index(NAMES[what])): cell})), styles)
    (folder / "a.ods").write_bytes(content)
    return folder / "a.ods"


def _ods_rows(other: Mapping[tuple[int, int], str]) -> list[str]:
    """The rows of the roster, with other cells in some places."""
    rows = [HEADINGS, *_rows()]
    return [
        "<table:table-row>"
        + "".join(other.get((r, c)) or ods_cell(_escaped(v)) for c, v in enumerate(row))
        + "</table:table-row>"
        for r, row in enumerate(rows)
    ]


def _escaped(value: Any) -> Any:
    return escape(value) if isinstance(value, str) else value


_FONTS = {"": (0, 0), "s": (0x08, 0), "r": (0, 1), "l": (0, 2)}


def _by_xls(folder: Path, what: str, runs: Runs) -> Path:
    """Shared texts whose runs name fonts: the second is struck, the third raised, the fourth
    lowered; there is no font 4."""
    text, marks = "".join(t for t, _ in runs), _marks(runs)
    letters = text.encode("utf-16-le")
    shared = struct.pack("<II", 1, 1) + struct.pack("<HBH", len(text), 9, len(marks) // 4)
    extra = _xls_fonts() + record(0x00FC, shared + letters + marks)
    column = HEADINGS.index(NAMES[what])
    cell = record(0x00FD, struct.pack("<HHHI", 2, column, 0, 0))
    return _xls(folder, {(2, column): None}, extra=extra, per_sheet=cell)


def _marks(runs: Runs) -> bytes:
    """From which letter on a text has which font."""
    marks, place = b"", 0
    for t, k in runs:
        if place or k:
            marks += struct.pack("<HH", place, " srl".index(k or " "))
        place += len(t)
    return marks


def _xls(folder: Path, others: Mapping[tuple[int, int], Any], **more: Any) -> Path:
    """The roster as xls, with other values in some cells (None: no cell)."""
    rows = [HEADINGS, *_rows()]
    cells = {(r, c): v for r, row in enumerate(rows) for c, v in enumerate(row)} | {**others}
    held = {place: value for place, value in cells.items() if value is not None}
    (folder / "a.xls").write_bytes(xls({"Bảng": held}, **more))
    return folder / "a.xls"


def _xls_fonts() -> bytes:
    return b"".join(
        record(0x0031, struct.pack("<HHHHHBBBx", 200, flags, 0, 400, height, 0, 0, 0))
        for flags, height in _FONTS.values()
    )


_WRITERS = {
    "openpyxl": _by_openpyxl,
    "xlsxwriter": _by_xlsxwriter,
    "ods": _by_ods,
    "xls": _by_xls,
}


def _texts(name: str, what: str, runs: Runs, *musts: Must) -> Cases:
    """The second school's cell holds a text with runs, in each format."""

    def written(writer: Callable[[Path, str, Runs], Path]) -> Callable[[Path], Path]:
        return lambda folder: writer(folder, what, runs)

    return [
        Case(f"{name}, {kind}", written(writer), musts, rows=4, quick=True)
        for kind, writer in _WRITERS.items()
    ]


def _live(what: str, clean: Any) -> Must:
    """The cell is accepted with this value, and the repair is logged."""
    return Must(accepted={2: {}, 3: {what: clean}, 4: {}}, aside={}, repaired=(f"{letter(what)}3",))


def _kept(what: str, clean: Any, *words: str) -> Must:
    """The cell is read whole, and a warning names it."""
    return Must(
        accepted={2: {}, 3: {what: clean}, 4: {}}, aside={}, warned=(f"{letter(what)}3", *words)
    )


def _unread(what: str) -> Must:
    return Must(accepted={2: {}, 3: {what: None}, 4: {}}, aside={}, doubts={3: f"{letter(what)}3"})


def _struck() -> Cases:
    return [
        *_texts(
            "a digit struck before another", "classes", [("1", "s"), ("2", "")], _live("classes", 2)
        ),
        *_texts(
            "a level struck before another",
            "kdclgd",
            [("Cấp độ ", ""), ("1", "s"), ("2", "")],
            _live("kdclgd", 2),
        ),
        *_texts(
            "a level struck, the new one behind an arrow",
            "kdclgd",
            [("Cấp độ 1", "s"), (" → ", ""), ("Cấp độ 2", "")],
            _live("kdclgd", 2),
        ),
        *_texts(
            "a level struck behind the new one",
            "kdclgd",
            [("Cấp độ 2; ", ""), ("Cấp độ 1", "s")],
            _live("kdclgd", 2),
        ),
        *_texts(
            "a digit of a decision struck",
            "kdclgd_decision",
            [("72", ""), ("5", "s"), ("6/QĐ-SGDĐT", "")],
            _live("kdclgd_decision", "726/QĐ-SGDĐT"),
        ),
        *_texts(
            "a month struck",
            "kdclgd_date",
            [("12/", ""), ("04", "s"), ("05/2023", "")],
            _live("kdclgd_date", "2023-05-12"),
        ),
        *_texts(
            "an old name struck",
            "name",
            [("Trường Tiểu học Cũ ", "s"), ("Trường Tiểu học Số 2", "")],
            _live("name", "Trường Tiểu học Số 2"),
        ),
        *_texts(
            "a struck part that held the space",
            "name",
            [("Trường Tiểu học", ""), (" Cũ ", "s"), ("Số 2", "")],
            _live("name", "Trường Tiểu học Số 2"),
        ),
        *_texts(
            "a line struck above the new one",
            "unit",
            [("Phường Hương Vân\n", "s"), ("Phường Tứ Hạ", "")],
            _live("unit", "Phường Tứ Hạ"),
        ),
        *_texts(
            "brackets left hollow",
            "kdclgd",
            [("Cấp độ 2 (", ""), ("cũ: cấp độ 1", "s"), (")", "")],
            _live("kdclgd", 2),
        ),
        *_texts(
            "letters struck within a word",
            "name",
            [("Trường Tiểu học Hoa Lư", ""), ("ơ", "s"), ("ng", "")],
            _kept("name", "Trường Tiểu học Hoa Lương", "gạch ngang"),
        ),
        *_texts(
            "all of a cell struck", "kdclgd", [("Cấp độ 2", "s")], _kept("kdclgd", 2, "gạch ngang")
        ),
        *_struck_cells(),
    ]


def _struck_cells() -> Cases:
    """Where the font of the cell says so, a run with a font of its own is not meant."""

    def live_run(sheet: Any) -> None:
        sheet["M3"] = CellRichText("1", TextBlock(InlineFont(b=True), "2"))
        sheet["M3"].font = Font(strike=True)

    def all_live(sheet: Any) -> None:
        font = InlineFont(b=True)
        sheet["C3"] = CellRichText(
            TextBlock(font, "Trường Tiểu "), TextBlock(InlineFont(), "học Số 2")
        )
        sheet["C3"].font = Font(strike=True)

    def bold(sheet: Any) -> None:
        sheet["C3"] = CellRichText("Trường ", TextBlock(InlineFont(b=True), "Tiểu học Số 2"))

    def heading(sheet: Any) -> None:
        mark = TextBlock(InlineFont(vertAlign="superscript"), "1")
        sheet["N1"] = CellRichText("Số học sinh", mark)

    live = Must(accepted={2: {}, 3: {"classes": 2}, 4: {}, 5: {}}, aside={}, repaired=("M3",))
    name = {"name": "Trường Tiểu học Số 2"}
    fine = Must(accepted={2: {}, 3: name, 4: {}, 5: {}}, aside={})
    pupils: dict[Any, Any] = {n: {"pupils": 345} for n in range(2, 6)}
    return [
        changed("a live run in a struck cell", live_run, live),
        changed("a struck cell whose runs are live", all_live, fine),
        changed("bold letters in a name", bold, fine),
        changed("a mark of a note in a heading", heading, Must(accepted=pupils, aside={})),
    ]


def _raised() -> Cases:
    power = Must(accepted={2: {}, 3: {"name": "Trường 50 m2"}, 4: {}}, aside={})
    return [
        *_texts(
            "a mark of a note behind a count",
            "pupils",
            [("345", ""), ("1", "r")],
            _live("pupils", 345),
        ),
        *_texts(
            "a mark in brackets behind a level",
            "kdclgd",
            [("2", ""), ("(1)", "r")],
            _live("kdclgd", 2),
        ),
        *_texts(
            "a star behind a name",
            "name",
            [("Trường Tiểu học Số 2", ""), ("*", "r")],
            _live("name", "Trường Tiểu học Số 2"),
        ),
        *_texts(
            "a mark behind the ward",
            "unit",
            [("Phường Tứ Hạ", ""), ("2", "r")],
            _live("unit", "Phường Tứ Hạ"),
        ),
        *_texts("square metres are no mark", "name", [("Trường 50 m", ""), ("2", "r")], power),
        *_texts(
            "a raised digit within a number",
            "pupils",
            [("3", ""), ("4", "r"), ("5", "")],
            _kept("pupils", 345, "chỉ số"),
            _unread("pupils"),
        ),
        *_texts(
            "a lowered digit",
            "pupils",
            [("34", ""), ("5", "l")],
            _kept("pupils", 345, "chỉ số"),
            _unread("pupils"),
        ),
        *_texts(
            "raised words are no mark",
            "name",
            [("Trường Tiểu học Số 2 ", ""), ("mới", "r")],
            _kept("name", "Trường Tiểu học Số 2 mới", "chỉ số"),
        ),
    ]


# Comments.


def _comments() -> Cases:
    def comment(cell: str, text: str) -> Callable[[Any], None]:
        def change(sheet: Any) -> None:
            sheet[cell].comment = Comment(text, "Lê Thị B")

        return change

    def nameless(sheet: Any) -> None:
        sheet["G3"].comment = Comment("Lê Thị B:\nSửa: Cấp độ 3", "Lê Thị B")

    return [
        changed(
            "a comment on a level", comment("G3", "Sửa: Cấp độ 3"), warned("G3", "Sửa: Cấp độ 3")
        ),
        changed("a comment on a name", comment("C4", "đã đổi tên"), warned("C4", "đã đổi tên")),
        changed(
            "a comment on a blank cell", comment("G5", "chờ quyết định"), warned("G5", "chờ quyết")
        ),
        changed("a comment that names its writer", nameless, warned("G3", "Sửa: Cấp độ 3")),
        changed("a comment on a heading", comment("G1", "Ghi cấp độ 1-4"), FINE),
        *_notes(),
        Case("a comment, ods", _ods_comment, (_COMMENTED,), rows=4, quick=True),
        Case("a comment, xls", _xls_comment, (_COMMENTED,), rows=4, quick=True),
        Case("a thread of comments", _thread, (_COMMENTED,), quick=True),
        Case("damaged comments", _damaged_comments, (all_of(2, 3, 4),), quick=True),
    ]


def _notes() -> Cases:
    """A note in a column of its own; one that corrects nothing is passed on in silence."""

    def note(text: str) -> Callable[[Any], None]:
        def change(sheet: Any) -> None:
            sheet["O1"], sheet["O3"] = "Ghi chú", text

        return change

    return [
        changed("a note that corrects", note("Sửa: Cấp độ 3"), warned("O3", "Sửa: Cấp độ 3")),
        changed("a note that says what is right", note("ghi nhầm, đúng là mức độ 2"), warned("O3")),
        changed("a note of other things", note("Đã sửa chữa phòng học năm 2024"), FINE),
        changed("a note on the site", note("2 điểm trường"), FINE),
    ]


_COMMENTED = Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("G3", "Sửa: Cấp độ 3"))


def _ods_comment(folder: Path) -> Path:
    said = (
        "<office:annotation><dc:creator>Lê Thị B</dc:creator><text:p>Sửa: Cấp độ 3</text:p>"
        "</office:annotation>"
    ).replace("dc:creator", "office:creator")
    cell = ods_cell(2).replace("<text:p>", f"{said}<text:p>")
    (folder / "a.ods").write_bytes(ods(ods_table(*_ods_rows({(2, 6): cell}))))
    return folder / "a.ods"


def _xls_comment(folder: Path) -> Path:
    text = "Lê Thị B:\nSửa: Cấp độ 3"
    note = record(0x005D, struct.pack("<HHHHH12x", 0x15, 0x12, 0x19, 1, 0) + bytes(4))
    note += record(0x01B6, struct.pack("<HHHHHHHI", 0, 0, 0, 0, 0, len(text), 16, 0))
    note += record(0x003C, b"\1" + text.encode("utf-16-le")) + record(0x003C, bytes(16))
    note += record(0x001C, struct.pack("<HHHH", 2, 6, 0, 1) + wide("Lê Thị B") + b"\0")
    return _xls(folder, {}, per_sheet=note)


def _thread(folder: Path) -> Path:
    """A thread, beside the copy of it for programs that do not know threads."""
    copy = "[Threaded comment]\n\nYour version of Excel.\n\nComment:\n    Sửa: Cấp độ 4"
    legacy = _comments_part(copy, "tc={1}")
    spoken = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        'threadedcomments"><threadedComment ref="G3" personId="{2}" id="{1}"><text>'
        "Sửa: Cấp độ 3</text></threadedComment></ThreadedComments>"
    )
    links = _link("rId1", "comments", "/xl/comments1.xml")
    links += _link("rId2", "threadedComment", "/xl/threadedComments/threadedComment1.xml")
    parts = {"xl/comments1.xml": legacy, "xl/threadedComments/threadedComment1.xml": spoken}
    return _package(folder, links, parts)


def _damaged_comments(folder: Path) -> Path:
    links = _link("rId1", "comments", "/xl/comments1.xml")
    return _package(folder, links, {"xl/comments1.xml": "<comments><comment"})


def _comments_part(text: str, writer: str) -> str:
    return (
        f'<comments xmlns="{_MAIN}"><authors><author>{writer}</author></authors><commentList>'
        f'<comment ref="G3" authorId="0"><text><r><t>{text}</t></r></text></comment>'
        "</commentList></comments>"
    )


def _link(link: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{link}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _package(
    folder: Path,
    sheet_links: str,
    parts: Mapping[str, str],
    formulas: Mapping[str, str] | None = None,
    book_links: str = "",
) -> Path:
    """A workbook written by hand: its texts stand in the cells, some cells hold formulas."""
    rows = ""
    for r, row in enumerate([HEADINGS, *_rows()], 1):
        cells = "".join(
            _cell(f"{chr(65 + c)}{r}", v, (formulas or {}).get(f"{chr(65 + c)}{r}", ""))
            for c, v in enumerate(row)
        )
        rows += f'<row r="{r}">{cells}</row>'
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    written = {
        "[Content_Types].xml": f'<Types xmlns="{types}"/>',
        "_rels/.rels": _links(_link("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Bảng" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(
            _link("rId1", "worksheet", "worksheets/sheet1.xml") + book_links
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>'
        "</worksheet>",
        "xl/worksheets/_rels/sheet1.xml.rels": _links(sheet_links),
        **parts,
    }
    (folder / "a.xlsx").write_bytes(zipped(written))
    return folder / "a.xlsx"


def _links(links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'


def _cell(place: str, value: Any, formula: str) -> str:
    said = formula if formula.startswith("<f") else f"<f>{escape(formula)}</f>" if formula else ""
    if isinstance(value, str) and not formula:
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    kind = ' t="str"' if isinstance(value, str) else ""
    return f'<c r="{place}"{kind}>{said}<v>{_escaped(value)}</v></c>'


# Merged cells.


def _merged() -> Cases:
    def over(cells: str, **others: Any) -> Callable[[Any], None]:
        """Merge cells and leave in them what stood there, as some programs do; put others in."""

        def change(sheet: Any) -> None:
            for place, value in others.items():
                sheet[place] = value
            sheet.merged_cells.add(cells)

        return change

    def rows(doubts: Mapping[Any, str], **values: Any) -> Must:
        accepted: dict[Any, Any] = {n: {} for n in range(2, 6)}
        accepted |= {int(row[1:]): value for row, value in values.items()}
        return Must(accepted=accepted, aside={}, doubts=doubts)

    none = {"cqg": None, "cqg_decision": None, "cqg_date": None}
    blank = [school(1), school(2, classes=None, **none), school(3, classes=None, **none), school(4)]
    units = [school(1), school(2, unit=None), school(3, unit=None), school(4)]
    dated = [school(1), school(2, kdclgd_date=None, kdclgd_decision=None), school(3), school(4)]
    kinds = [school(1), school(2, level=None), school(3, level=None), school(4)]
    level = [school(1), school(2, kdclgd=None), school(3, kdclgd=None), school(4)]
    return [
        changed(
            "another level hidden under a merge",
            over("G2:G3", G2=3, G3=2),
            rows({3: "G3"}, r2={"kdclgd": 3}, r3={"kdclgd": None}),
        ),
        Case("the same level hidden, xls", _xls_merged(2), (all_of(2, 3, 4),), rows=4, quick=True),
        changed(
            "the same level in another writing", over("G2:G3", G2="Cấp độ 2", G3="CẤP ĐỘ 2"), FINE
        ),
        changed("another ward hidden", over("D3:D4", D4="Phường Hương Vân"), rows({4: "D4"})),
        changed("a value hidden to the right", over("M3:N3"), rows({3: "N3"}, r3={"pupils": None})),
        changed("a value under a blank merge", over("M2:M3", M2=None), rows({3: "M3"})),
        changed(
            "a level over three schools",
            over("G2:G4"),
            rows({3: "G3", 4: "G4"}, r2={"kdclgd": 2}, r3={"kdclgd": None}),
            rows=level,
        ),
        changed(
            "a count over three schools",
            over("M2:M4"),
            rows({3: "M3", 4: "M4"}, r2={"classes": 12}, r3={"classes": None}),
            rows=blank,
        ),
        changed(
            "a ward over three schools",
            over("D2:D4"),
            rows({}, r3={"unit": "Phường Tứ Hạ"}, r4={"unit": "Phường Tứ Hạ"}),
            rows=units,
        ),
        changed(
            "an education level over three schools",
            over("E2:E4"),
            rows({}, r3={"level": "TH"}),
            rows({}, r3={"level": "Tiểu học"}),
            rows=kinds,
        ),
        changed(
            "a decision over two schools",
            over("H2:H3"),
            rows({3: "I3"}, r3={"kdclgd_decision": "725/QĐ-SGDĐT"}),
            rows({}, r3={"kdclgd_decision": "725/QĐ-SGDĐT"}),
            rows=dated,
        ),
        changed(
            "a level merged beyond the last school",
            over("G4:G9"),
            rows({5: "G5"}, r4={"kdclgd": 2}, r5={"kdclgd": None}),
            rows=[school(1), school(2), school(3), school(4, kdclgd=None)],
        ),
        Case("a level over two schools, ods", _ods_merged, (_MERGED,), rows=4, quick=True),
        Case("another level hidden, xls", _xls_merged(3), (_HIDDEN,), rows=4, quick=True),
        Case("another level hidden, ods", _ods_hidden, (_HIDDEN,), rows=4, quick=True),
    ]


_MERGED = Must(accepted={2: {"kdclgd": 2}, 3: {"kdclgd": None}, 4: {}}, aside={}, doubts={3: "G3"})
_HIDDEN = Must(accepted={2: {"kdclgd": 2}, 3: {"kdclgd": None}, 4: {}}, aside={}, doubts={3: "G3"})


def _ods_spanned(folder: Path, covered: str) -> Path:
    first = ods_cell(2, 'table:number-rows-spanned="2" table:number-columns-spanned="1"')
    content = ods(ods_table(*_ods_rows({(1, 6): first, (2, 6): covered})))
    (folder / "a.ods").write_bytes(content)
    return folder / "a.ods"


def _ods_merged(folder: Path) -> Path:
    return _ods_spanned(folder, "<table:covered-table-cell/>")


def _ods_hidden(folder: Path) -> Path:
    return _ods_spanned(folder, ods_cell(3).replace("table-cell", "covered-table-cell"))


def _xls_merged(level: int) -> Callable[[Path], Path]:
    merged = record(0x00E5, struct.pack("<HHHHH", 1, 1, 2, 6, 6))
    return lambda folder: _xls(folder, {(2, 6): level}, per_sheet=merged)


# Number formats.


def _formats() -> Cases:
    shown: list[tuple[str, str, Any, str, Any]] = [
        ("a code padded by its format", "code", 4648002, "00000000", "04648002"),
        ("a code padded with points", "code", 46480002, r"0000\.0000", "46480002"),
        ("a padded code with a section for text", "code", 4648002, "00000000;;;@", "04648002"),
        ("a level with words", "kdclgd", 2, '"Cấp độ "0', 2),
        ("a CQG level with words", "cqg", 1, '"Đạt mức độ "0', 1),
        ("a level in words for its sign", "cqg", 0, '"Mức độ "0;;"Chưa đạt"', None),
        ("words for two numbers", "ownership", 1, '[=1]"Công lập";[=2]"Tư thục"', "Công lập"),
        ("a decision with its issuer", "kdclgd_decision", 725, '0"/QĐ-SGDĐT"', "725/QĐ-SGDĐT"),
        ("classes with a word", "classes", 12, '0" lớp"', 12),
        ("pupils with a word and thousands", "pupils", 1145, '#,##0" học sinh"', 1145),
        ("pupils in currency", "pupils", 345, '#,##0\\ "₫"', 345),
        ("an order number with a point", "order", 2, r"0\.", 2),
    ]
    found: Cases = []
    for name, what, number, code, clean in shown:
        cqg = {"cqg_decision": None, "cqg_date": None} if number == 0 else {}
        rows = [school(1), school(2, **{what: number}, **cqg), school(3), school(4)]
        values = {what: clean} if clean is not None else {}
        accepted: dict[Any, Any] = {2: {}, 3: values, 4: {}, 5: {}}
        changes = what in ("code", "ownership", "kdclgd_decision")
        must = Must(accepted=accepted, aside={}, repaired=(f"{letter(what)}3",) * changes)
        found.append(changed(f"shown: {name}", _format(f"{letter(what)}3", code), must, rows=rows))
    words = [school(1), school(2, unit="Tứ Hạ"), school(3), school(4)]
    unit = Must(
        accepted={2: {}, 3: {"unit": "Phường Tứ Hạ"}, 4: {}, 5: {}}, aside={}, repaired=("D3",)
    )
    level = Must(accepted={2: {}, 3: {"kdclgd": 2}, 4: {}}, aside={})
    return [
        *found,
        changed(
            "shown: a text with its kind before",
            _format("D3", '0;-0;0;"Phường "@'),
            unit,
            rows=words,
        ),
        Case("shown: a level with words, ods", _ods_shown, (level,), rows=4, quick=True),
        Case(
            "shown: a decision, xls",
            _xls_shown,
            (_live("kdclgd_decision", "725/QĐ-SGDĐT"),),
            rows=4,
            quick=True,
        ),
    ]


def _format(cell: str, code: str) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[cell].number_format = code

    return change


def _ods_shown(folder: Path) -> Path:
    cell = ods_cell(2).replace("<text:p>2", "<text:p>Cấp độ 2")
    (folder / "a.ods").write_bytes(ods(ods_table(*_ods_rows({(2, 6): cell}))))
    return folder / "a.ods"


def _xls_shown(folder: Path) -> Path:
    """A style of its own behind the three there are."""
    extra = record(0x041E, struct.pack("<H", 170) + wide('0"/QĐ-SGDĐT"'))
    styles = (struct.pack("<HH16x", 0, number) for number in (0, 170))
    extra += b"".join(record(0x00E0, style) for style in styles)
    return _xls(folder, {(2, 7): None}, extra=extra, per_sheet=biff_cell(2, 7, 725, style=1))


# Links to other files.


def _linked() -> Cases:
    said = ("G3", "DS cũ.xlsx")
    linked = Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=said)
    shared = {
        "G2": '<f t="shared" ref="G2:G4" si="0">[1]Sheet1!$G2</f>',
        "G3": '<f t="shared" si="0"/>',
    }
    quiet = Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("DS cũ.xlsx",))
    whole, inner = {"G3": "[1]Sheet1!$G$3"}, {"G3": "IF(1,'[1]S 1'!G3,0)"}
    within = _from_file({"G3": "Bảng1[[#This Row],[1]]+SUM(M3)"}, linked=False)
    web = {"G3": 'IFERROR(__xludf.DUMMYFUNCTION("IMPORTRANGE(""a"",""b"")"),2)'}
    cell = Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("G3",))
    dde = Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("G3", "DDE"))
    return [
        Case("a level from another file", _from_file(whole), (linked,), quick=True),
        Case("a level within another formula", _from_file(inner), (linked,), quick=True),
        Case("a shared formula to another file", _from_file(shared), (linked,), quick=True),
        Case("a level from a list in the web", _from_file(web, linked=False), (cell,), quick=True),
        Case("a link no cell uses", _from_file({}), (quiet,), quick=True),
        Case("a formula of this file", within, (all_of(2, 3, 4),), quick=True),
        Case("a level by DDE", _by_dde, (dde,), quick=True),
        Case("a level from another file, ods", _ods_linked, (linked,), rows=4, quick=True),
        Case("a level from another file, xls", _xls_linked, (linked,), rows=4, quick=True),
    ]


def _from_file(formulas: Mapping[str, str], linked: bool = True) -> Callable[[Path], Path]:
    target = "file:///D:/Ho%20so/DS%20c%C5%A9.xlsx"
    kind = f'Type="{_OFFICE}/externalLinkPath" Target="{target}" TargetMode="External"'
    parts = {
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{_MAIN}"/>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": _links(
            f'<Relationship Id="rId1" {kind}/>'
        ),
    }
    link = _link("rId9", "externalLink", "externalLinks/externalLink1.xml")
    if not linked:
        return lambda folder: _package(folder, "", {}, formulas)
    return lambda folder: _package(folder, "", parts, formulas, link)


def _by_dde(folder: Path) -> Path:
    part = (
        f'<externalLink xmlns="{_MAIN}"><ddeLink ddeService="Excel" ddeTopic="a"/></externalLink>'
    )
    link = _link("rId9", "externalLink", "externalLinks/externalLink1.xml")
    parts = {"xl/externalLinks/externalLink1.xml": part}
    return _package(folder, "", parts, {"G3": "[1]!'!Sheet1!R1C1'"}, link)


def _ods_linked(folder: Path) -> Path:
    formula = "of:=&apos;file:///D:/Ho%20so/DS%20c%C5%A9.xlsx&apos;#$Sheet1.G3"
    cell = ods_cell(2, f'table:formula="{formula}"')
    (folder / "a.ods").write_bytes(ods(ods_table(*_ods_rows({(2, 6): cell}))))
    return folder / "a.ods"


def _xls_linked(folder: Path) -> Path:
    path = "\x01D\x03DS cũ.xlsx"
    books = record(0x01AE, struct.pack("<H", 1) + wide(path) + wide("Sheet1"))
    books += record(0x0017, struct.pack("<HHHH", 1, 0, 0, 0))
    formula = struct.pack("<BHHH", 0x5A, 0, 2, 6)
    body = struct.pack("<HHHdHIH", 2, 6, 0, 2.0, 0, 0, len(formula)) + formula
    return _xls(folder, {(2, 6): None}, extra=books, per_sheet=record(0x0006, body))


def _days() -> Cases:
    """A time of day never moves a date."""
    last, day = dt.datetime(2023, 4, 12, 23, 59, 59), "2023-04-12"
    at = {
        "just before midnight": last.replace(microsecond=700000),
        "a thousandth before midnight": last.replace(microsecond=999000),
        "at noon": dt.datetime(2023, 4, 12, 12),
        "a slip of arithmetic below midnight": 45028 - 1e-10,
        "a slip of arithmetic above midnight": 45028 + 1e-10,
    }
    found: Cases = []
    for name, value in at.items():
        rows = [school(1), school(2, kdclgd_date=value), school(3), school(4)]
        must = Must(accepted={2: {}, 3: {"kdclgd_date": day}, 4: {}, 5: {}}, aside={})
        found.append(changed(f"a date {name}", _format("I3", "dd/mm/yyyy"), must, rows=rows))
    slip = (
        '<table:table-cell office:value-type="date" '
        'office:date-value="2023-04-11T23:59:59.999999999">'
        "<text:p>12/04/2023</text:p></table:table-cell>"
    )

    def write(folder: Path) -> Path:
        (folder / "a.ods").write_bytes(ods(ods_table(*_ods_rows({(2, 8): slip}))))
        return folder / "a.ods"

    must = Must(accepted={2: {}, 3: {"kdclgd_date": day}, 4: {}}, aside={})
    return [*found, Case("a date a slip below midnight, ods", write, (must,), rows=4, quick=True)]
