"""What a workbook takes from other files and programs, and macros, is said, with file and place."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from analysis.raw import read_raw
from analysis.reference import read_rules, say
from analysis.workbooks.outside import reached
from tests import binary_workbooks as make
from tests.corpus.foreign import page, xml2003
from tests.workbooks import HEADINGS, save, school

RULES = read_rules()
ROWS = [school(n) for n in range(1, 4)]
DDE = "cmd|'/c calc'!A0"
FAR = "'file:///C:/Ho%20so/Cu.ods'#$Sheet1.A1"
OTHER = "[Cu.xlsx]Sheet1!$G$3"
LINKED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def told(folder: Path, ending: str, content: bytes) -> str:
    path = folder / f"a.{ending}"
    path.write_bytes(content)
    raw = read_raw(path, RULES)
    assert not raw.errors, raw.errors[0].text()
    return "\n".join(say(r.key, "vi", **r.facts) for r in raw.remarks)


def xlsx(formulas: dict[str, str], parts: dict[str, str] | None = None, rows: Any = ROWS) -> Any:
    """A workbook with formulas by cell, a second sheet of notes and more parts."""

    def write(folder: Path) -> bytes:
        path = save(folder / "made.xlsx", rows)
        book = load_workbook(path)
        book.create_sheet("Ghi chú")
        for place, formula in formulas.items():
            sheet, _, cell = place.rpartition("!")
            (book[sheet] if sheet else book.worksheets[0])[cell] = formula
        book.save(path)
        with zipfile.ZipFile(path, "a") as archive:
            for name, text in (parts or {}).items():
                archive.writestr(name, text)
        return path.read_bytes()

    return write


def rels(kind: str, target: str) -> str:
    link = (
        f'<Relationship Id="rIdX" Type="{LINKED}/{kind}" Target="{target}" TargetMode="External"/>'
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{link} TargetMode="External"/></Relationships>'


def plain() -> list[list[Any]]:
    texts = [[f"{v:%d/%m/%Y}" if hasattr(v, "year") else v for v in row] for row in ROWS]
    return [list(HEADINGS), *[[float(v) if isinstance(v, int) else v for v in r] for r in texts]]


def xls(**more: Any) -> bytes:
    cells = {(r, c): v for r, row in enumerate(plain()) for c, v in enumerate(row)}
    return make.xls({"A": cells}, **more)


def xls_calls(path: str) -> Callable[[Path], bytes]:
    books = make.record(0x01AE, struct.pack("<H", 1) + make.wide(path) + make.wide("Sheet1"))
    return lambda _: xls(extra=books)


def ods(formula: str = "", above: str = "", parts: Mapping[str, str] | None = None) -> Any:
    rows = [[make.ods_cell(v) for v in row] for row in plain()]
    if formula:
        rows[2][6] = make.ods_cell(2, f'table:formula="of:={escape(formula)}"')
    lines = [f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows]
    out = io.BytesIO(make.ods(make.ods_table(above, *lines)))
    with zipfile.ZipFile(out, "a") as archive:
        for name, text in (parts or {}).items():
            archive.writestr(name, text)
    return lambda _: out.getvalue()


def xml(formula: str) -> Callable[[Path], bytes]:
    made = xml2003([HEADINGS, *ROWS])
    cell = made.index("<Data", made.index("Trường Tiểu học Số 2") - 40)
    tag = made.rindex("<Cell", 0, cell)
    return lambda _: f'{made[:tag]}<Cell ss:Formula="={formula}"{made[tag + 5 :]}'.encode()


SAID: dict[str, tuple[str, Any, tuple[str, ...]]] = {
    "DDE in a formula": ("xlsx", xlsx({"G3": f"={DDE}"}), ("DDE cmd", "G3")),
    "DDE on a sheet of notes": ("xlsx", xlsx({"Ghi chú!B7": f"={DDE}"}), ("“Ghi chú”", "B7")),
    "DDE in a large sheet": (
        "xlsx", xlsx({"G3": f"={DDE}"}, rows=[school(n) for n in range(1, 400)]), ("cmd", "G3")),
    "another workbook": ("xlsx", xlsx({"G3": f"={OTHER}"}), ("Cu.xlsx", "G3")),
    "the web": ("xlsx", xlsx({"G3": '=WEBSERVICE("http://a.b/c")'}), ("WEBSERVICE", "G3")),
    "an orphan part of links": (
        "xlsx", xlsx({}, {"xl/externalLinks/a9.xml": '<a><ddeLink ddeService="x"/></a>'}),
        ("DDE x",)),
    "an OLE link": (
        "xlsx", xlsx({}, {"xl/drawings/_rels/d.xml.rels": rels("oleObject", "file:///C:/Cu.doc")}),
        ("Cu.doc",)),
    "Excel 4 macros": ("xlsx", xlsx({}, {"xl/macrosheets/sheet1.xml": "<a/>"}), ("macro",)),
    "Visual Basic": ("xlsm", xlsx({}, {"xl/vbaProject.bin": "x"}), ("macro",)),
    "DDE, xls": ("xls", xls_calls("cmd\x03/c calc"), ("DDE cmd",)),
    "another workbook, xls": ("xls", xls_calls("\x01D\x03Cu.xls"), ("Cu.xls",)),
    "Excel 4 macros, xls": (
        "xls", lambda _: xls(extra=make.record(
            0x0085, struct.pack("<IBB", 0, 0, 1) + make.wide("M", "B"))), ("macro",)),
    "DDE, ods": ("ods", ods('DDE("cmd";"/c calc";"A0")'), ("DDE", "G3")),
    "another workbook, ods": ("ods", ods(FAR), ("Cu.ods", "G3")),
    "a sheet from elsewhere, ods": (
        "ods", ods(above='<table:table-source xlink:href="../Cu.ods"/>'), ("Cu.ods",)),
    "Basic, ods": ("ods", ods(parts={"Basic/Standard/Module1.xml": "<a/>"}), ("macro",)),
    "DDE, xml": ("xml", xml("cmd|&apos;/c calc&apos;!R1C1"), ("DDE cmd", "C3")),
    "another workbook, xml": ("xml", xml("[Cu.xls]Sheet1!R1C1"), ("Cu.xls", "C3")),
    "another workbook, html": (
        "xls", lambda _: page([HEADINGS, *ROWS], cell='td x:fmla="=[Cu.xls]A!B1"').encode(),
        ("Cu.xls",)),
    "a text that would run, csv": (
        "csv", lambda _: "\n".join(
            ";".join(map(str, [f"={DDE}" if v == "Trường Tiểu học Số 2" else v for v in row]))
            for row in plain()).encode(), ("C3", "công thức")),
}  # fmt: skip


@pytest.mark.parametrize("kind", SAID)
def test_what_reaches_out_is_said_with_file_and_place(kind: str, tmp_path: Path) -> None:
    ending, made, words = SAID[kind]
    said = told(tmp_path, ending, made(tmp_path))
    assert all(word in said for word in (*words, f"a.{ending}")), said


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "xml"])
def test_nothing_is_said_of_a_workbook_that_stays_by_itself(ending: str, tmp_path: Path) -> None:
    inside = {"G3": "=SUM(M2:M4)", "H3": "=Bảng1[1]", "J3": '=IF(A1="a|b!","[x]",1)'}
    made = {
        "xlsx": lambda: xlsx(inside, {"xl/drawings/_rels/d.xml.rels": rels("image", "C:/a.png")})(
            tmp_path
        ),
        "xls": xls,
        "ods": lambda: ods("[.A1]+SUM([.B1:.B4])", parts={"Basic/script-lc.xml": "<a/>"})(tmp_path),
        "xml": lambda: xml("R[-1]C+SUM(R1C1:R2C2)")(tmp_path),
    }
    said = told(tmp_path, ending, made[ending]())
    assert "liên kết" not in said and "macro" not in said and "tệp hoặc" not in said, said


def test_a_formula_is_looked_at_quickly() -> None:
    for text in ("a" * 32_000, "'a" * 16_000, "a|" * 16_000, "[a" * 16_000, "x:" * 16_000):
        assert reached(text) is None
