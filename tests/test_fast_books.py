"""Whole workbooks, and their shared texts: the fast lane gives what the careful reader gives."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from analysis.workbooks import xlsx
from analysis.workbooks.cells import Book, Sheet
from analysis.workbooks.fast import read_fast, read_fast_strings
from analysis.workbooks.package import open_archive, walk
from analysis.workbooks.xlsx import text_of
from tests.sheet_xml import REFUSALS, TEXTS, alike, mutated
from tests.workbooks import HEADINGS, school

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
OFFICE = sorted((ROOT / "data" / "raw").rglob("*.xlsx"))


def book(path: Path, monkeypatch: pytest.MonkeyPatch, fast_from: int) -> Book:
    monkeypatch.setattr(xlsx, "FAST_FROM", fast_from)
    with open_archive(path.read_bytes(), path.name) as archive:
        return xlsx.read_xlsx(path.name, archive)


def lanes(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Read both ways, compare; tells for each sheet whether it stayed on the fast lane."""
    taken: list[bool] = []

    def watched(*given: Any) -> Sheet | None:
        sheet = read_fast(*given)
        taken.append(sheet is not None)
        return sheet

    monkeypatch.setattr("analysis.workbooks.fast.read_fast", watched)
    quick, slow = (book(path, monkeypatch, fast_from) for fast_from in (0, 10**12))
    assert quick.remarks == slow.remarks
    for one, other in zip(quick.sheets, slow.sheets, strict=True):
        assert alike(one, other), one.name
    return taken


@pytest.mark.parametrize("path", OFFICE, ids=lambda p: p.stem)
def test_the_workbooks_of_the_example_office(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(lanes(path, monkeypatch))


@pytest.mark.skipif(not SHARED.exists(), reason="the shared sample workbooks are not here")
def test_workbooks_of_other_people(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted(SHARED.rglob("*.xlsx"))
    assert len(paths) > 5
    for path in paths:
        lanes(path, monkeypatch)


def table() -> Iterator[list[Any]]:
    yield HEADINGS
    for number in range(1, 400):
        yield school(number, name=f"Trường TH&THCS  <{number % 50}>\nSố 2", pupils=number / 8)


def by_openpyxl(path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in table():
        sheet.append(row)
    sheet["C5"].font = Font(strike=True)
    sheet.row_dimensions[7].hidden = True
    sheet.merge_cells("A9:B9")
    sheet["N3"], sheet["N4"], sheet["N5"] = "=SUM(M2:M9)", True, "#N/A"
    sheet["B6"].number_format, sheet["B6"].value = "00000000", 1234567
    made.save(path)


def by_xlsxwriter(path: Path, constant_memory: bool) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": constant_memory}) as made:
        sheet = made.add_worksheet()
        date, code = (made.add_format({"num_format": f}) for f in ("dd/mm/yyyy", "00000000"))
        for r, row in enumerate(table()):
            for c, value in enumerate(row):
                sheet.write(r, c, value, date if hasattr(value, "year") else None)
            sheet.write_blank(r, len(row), None, code)
        sheet.write_formula(4, 20, "=1+1", None, 2)
        sheet.write_number(5, 20, 1234567, code)


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter", "constant_memory"])
def test_sheets_of_the_usual_programs_stay_on_the_fast_lane(
    writer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    if writer == "openpyxl":
        by_openpyxl(path)
    else:
        by_xlsxwriter(path, writer == "constant_memory")
    assert lanes(path, monkeypatch) == [True]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")
def test_sheets_of_libreoffice_stay_on_the_fast_lane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_openpyxl(tmp_path / "a.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir"]
    subprocess.run([*command, str(tmp_path / "out"), str(tmp_path / "a.xlsx")], check=True)
    assert lanes(tmp_path / "out" / "a.xlsx", monkeypatch) == [True]


def runs(texts: list[str] | None) -> list[Any]:
    return [getattr(text, "runs", None) for text in texts or []]


def careful_strings(xml: bytes) -> list[str] | None:
    found: list[str] = []
    try:
        walk([xml], {"si": lambda si: found.append(text_of([si]))})
    except REFUSALS:
        return None
    return found


PLAIN_ITEM = TEXTS.map(escape).flatmap(
    lambda text: st.sampled_from([f"<t>{text}</t>", f'<t xml:space="preserve">{text}</t>'])
)
ODD_ITEM = st.sampled_from(
    [
        "<r><rPr><b/></rPr><t>đậm</t></r><r><t> thường</t></r>",
        "<r><rPr><strike/></rPr><t>1</t></r><r><t>2</t></r>",
        '<r><t>310</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>',
        '<t>base</t><rPh sb="0" eb="1"><t>kana</t></rPh><phoneticPr fontId="1"/>',
        "<t/>",
        "",
        "<t>m&#7897;t&#10;&amp;lt;</t>",
        "<t>a</t><t>b</t>",
        "<t>x\r\ny\rz</t>",
    ]
)


@st.composite
def string_parts(draw: st.DrawFn) -> bytes:
    items = draw(st.lists(st.one_of(PLAIN_ITEM, PLAIN_ITEM, PLAIN_ITEM, ODD_ITEM), max_size=8))
    xml = "<sst>" + "".join(f"<si>{item}</si>" for item in items) + "</sst>"
    return (draw(st.sampled_from(["", '<?xml version="1.0"?>\r\n', "\ufeff"])) + xml).encode()


@settings(max_examples=150)
@given(string_parts(), st.sampled_from([5, 2**20]))
def test_shared_texts_read_alike(xml: bytes, size: int) -> None:
    chunks = [xml[i : i + size] for i in range(0, len(xml), size)]
    found, expected = read_fast_strings(chunks), careful_strings(xml)
    assert (found, runs(found)) == (expected, runs(expected))


@settings(max_examples=200)
@given(st.data(), string_parts())
def test_broken_shared_texts_are_never_read_otherwise(data: st.DataObject, xml: bytes) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        xml = mutated(data.draw, xml)
    found = read_fast_strings([xml])
    assert found is None or found == careful_strings(xml)
