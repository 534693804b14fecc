"""The fast lane gives what the careful reader gives, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reference import InputError
from analysis.workbooks.cells import ErrorCell, Sheet
from analysis.workbooks.fast import read_fast
from analysis.workbooks.package import walk
from analysis.workbooks.xlsx import SheetReader
from tests.sheet_xml import REFUSALS, STRINGS, STYLES, alike, mutated, sheets

pytestmark = pytest.mark.slow


def new_reader(epoch_1904: bool = False) -> SheetReader:
    return SheetReader("a.xlsx", "Trang", STRINGS, replace(STYLES, epoch_1904=epoch_1904))


def careful(xml: bytes, epoch_1904: bool = False) -> Sheet | None:
    """What the careful reader makes of a sheet; None where it refuses it."""
    reader = new_reader(epoch_1904)
    try:
        walk([xml], reader.whole, reader.begins)
        return reader.found.sheet()
    except REFUSALS:
        return None


def fast(xml: bytes, epoch_1904: bool = False, size: int = 2**20) -> Sheet | None:
    chunks = (xml[i : i + size] for i in range(0, len(xml), size))
    return read_fast(chunks, new_reader(epoch_1904))


@settings(max_examples=150)
@given(sheets(odd=False), st.booleans(), st.sampled_from([7, 64, 500, 2**20]))
def test_plain_sheets_stay_on_the_fast_lane(text: str, epoch_1904: bool, size: int) -> None:
    xml = text.encode()
    expected = careful(xml, epoch_1904)
    assert alike(fast(xml, epoch_1904, size), expected)
    assert expected is not None


@settings(max_examples=300)
@given(sheets(), st.booleans(), st.sampled_from([7, 64, 500, 2**20]))
def test_any_sheet_reads_alike_or_is_left_to_the_careful_reader(
    text: str, epoch_1904: bool, size: int
) -> None:
    xml = text.encode()
    found = fast(xml, epoch_1904, size)
    assert found is None or alike(found, careful(xml, epoch_1904))


@st.composite
def broken_sheets(draw: st.DrawFn) -> bytes:
    xml = draw(sheets(odd=draw(st.booleans()))).encode()
    for _ in range(draw(st.integers(1, 3))):
        xml = mutated(draw, xml)
    return xml


@settings(max_examples=600)
@given(broken_sheets(), st.sampled_from([7, 500, 2**20]))
def test_what_is_broken_is_never_read_otherwise(xml: bytes, size: int) -> None:
    found = fast(xml, size=size)
    assert found is None or alike(found, careful(xml))


def sheet_of(rows: str, before: str = "", behind: str = "") -> bytes:
    return f"<worksheet>{before}<sheetData>{rows}</sheetData>{behind}</worksheet>".encode()


LEFT_TO_THE_CAREFUL = {
    "a cell in a comment": '<row r="1"><!-- <c r="A1"><v>1</v></c> --></row>',
    "a row in a comment": '<!-- <row r="1"><c r="A1"><v>1</v></c></row> -->',
    "a cell within a text": '<row r="1"><c r="A1"><v>5><c r="B1"><v>1</v></c></v></c></row>',
    "a cell within a cell": '<row r="1"><c r="A1"><c r="B1"/></c></row>',
    "a cell in an attribute": '<row r="1" ht="<c r="A1"><v>1</v></c>"></row>',
    "a cell of another row": '<row r="1"><c r="A2"><v>1</v></c></row>',
    "cells out of order": '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    "the same cell twice": '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    "the same row twice": '<row r="1"><c r="A1"><v>1</v></c></row>' * 2,
    "rows out of order": '<row r="2"><c r="A2"/></row><row r="1"><c r="A1"/></row>',
    "no address": '<row r="1"><c><v>1</v></c></row>',
    "a row without its number": '<row><c r="A1"><v>1</v></c></row>',
    "a row never closed": '<row r="1"><c r="A1"><v>1</v></c>',
    "a tag never closed": '<row r="1" <c r="A1"><v>1</v></c></row>',
    "a number twice": '<row r="1" r="2"><c r="A1"><v>1</v></c></row>',
    "cells behind an empty row": '<row r="1"/><c r="A1"><v>1</v></c>',
    "a shared text that is not there": '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
    "no number": '<row r="1"><c r="A1"><v>abc</v></c></row>',
    "an unknown reference": '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>',
    "the end of a section": '<row r="1"><c r="A1" t="inlineStr"><is><t>]]></t></is></c></row>',
    "no sign of XML": '<row r="1"><c r="A1" t="inlineStr"><is><t>\x01</t></is></c></row>',
    "not a sign at all": '<row r="1"><c r="A1" t="inlineStr"><is><t>\ufffe</t></is></c></row>',
    "the lane's own sign": '<row r="1"><c r="A1" t="inlineStr"><is><t>a\x7f</t></is></c></row>',
    "a row far below": '<row r="1"/><row r="200000"><c r="A200000"><v>1</v></c></row>',
    "a cell far right": '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
}


@pytest.mark.parametrize("name", LEFT_TO_THE_CAREFUL)
def test_these_are_left_to_the_careful_reader(name: str) -> None:
    assert fast(sheet_of(LEFT_TO_THE_CAREFUL[name])) is None


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE worksheet>' + sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>'),
        sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>', before='<!-- <sheetData> -->'),
        b'<?xml version="1.0" encoding="latin-1"?>' + sheet_of('<row r="1"/>'),
        sheet_of('<row r="1"/>').decode().encode("utf-16"),
        sheet_of('<row r="1"/>')[:-3],
        b"",
    ],
)  # fmt: skip
def test_documents_left_to_the_careful_reader(xml: bytes) -> None:
    assert fast(xml) is None


def test_odd_cells_come_with_the_plain_ones() -> None:
    rows = (
        '<row r="1" hidden="1"><c r="A1" s="5"><v>7</v></c><c r="B1"><f>1+1</f></c>'
        '<c r="C1" t="e"><v>#N/A</v></c><c r="IW1"><v>3</v></c></row>'
        '<row r="2" ht="15"/><row r="3"><c r="B3" s="4"><v>1234567</v></c></row>'
    )
    xml = sheet_of(rows, '<cols><col min="2" max="2" hidden="1"/></cols>')
    sheet = fast(xml)
    assert sheet is not None and alike(sheet, careful(xml))
    assert sheet.rows[0][2] == ErrorCell("#N/A") and sheet.rows[1:] == [[], [None, "01234567"]]
    assert sheet.struck == {(0, 0)} and sheet.hidden_rows == {0} and (0, 256) in sheet.far_cells


def test_equal_values_are_one_object() -> None:
    text = '<c r="A{0}" t="inlineStr"><is><t>Phường Tứ Hạ</t></is></c>'
    cells = text + '<c r="C{0}" s="3"><v>45465</v></c><c r="D{0}"><v>70001</v></c>'
    rows = "".join(f'<row r="{r}">{cells.format(r)}</row>' for r in (1, 2, 3))
    sheet = fast(sheet_of(rows))
    assert sheet is not None and len(sheet.rows) == 3
    for column in (0, 2, 3):
        assert len({id(row[column]) for row in sheet.rows}) == 1


def test_a_sheet_of_lone_cells_far_right_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.workbooks.collected.MAX_PLACES", 1000)
    rows = "".join(f'<row r="{r}"><c r="IV{r}"><v>1</v></c></row>' for r in range(1, 5))
    reader = new_reader()
    walk([sheet_of(rows)], reader.whole, reader.begins)
    with pytest.raises(InputError) as refused:
        reader.found.sheet()
    assert refused.value.key == "sheet_too_large"


def test_many_numbers_and_texts_over_many_stretches() -> None:
    cell = '<c r="A{0}"><v>{0}.5</v></c><c r="B{0}" t="inlineStr"><is><t>số {1}</t></is></c>'
    rows = "".join(f'<row r="{r}">{cell.format(r, r % 7)}</row>' for r in range(1, 400))
    xml = sheet_of(rows)
    assert alike(fast(xml, size=1000), careful(xml))
