"""What the sender put into a workbook survives its return, down to the bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.comments import Comment
from PIL import Image

from analysis.clean import Finding
from analysis.returned import return_workbooks
from analysis.workbooks import open_book
from tests.binary_workbooks import zipped
from tests.returning import (
    LIST,
    accepted,
    faults,
    listed,
    parts_of,
    read,
    returned,
    rewritten,
)
from tests.workbooks import HEADINGS, save, school

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
SHARED = Path(__file__).parents[2] / "shared" / "data"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OTHER = "Khác's"


def rich(path: Path) -> Path:
    """A workbook as people make them: pictures, a chart, rules, names, notes, hidden parts."""
    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet("Bảng"), book.add_worksheet(OTHER)
    day = book.add_format({"num_format": "dd/mm/yyyy", "align": "center"})
    picture = io.BytesIO()
    Image.new("RGB", (20, 10), "navy").save(picture, "png")
    rows = [school(n) for n in range(1, 6)]
    rows[0][6], rows[2][13], rows[3][1] = 7, -5, None
    for r, row in enumerate([HEADINGS, *rows]):
        for c, value in enumerate(row):
            sheet.write(r, c, value, day if isinstance(value, dt.datetime) else None)
    sheet.write_row(6, 0, [None, None, "Tổng cộng"])
    sheet.write_formula("M7", "=SUM(M2:M6)", None, 60)
    sheet.write_comment("G2", "Đã hỏi trường", {"author": "Chị Hà", "x_scale": 0.5})
    sheet.write_comment("C3", "Tên mới", {"author": "Chị Hà", "visible": True})
    sheet.set_column("C:C", 31, None)
    sheet.set_row(3, 28, None, {"hidden": True})
    sheet.data_validation("F2:F9", {"validate": "list", "source": f"='{OTHER[:-2]}''s'!$A$1:$A$2"})
    sheet.conditional_format("N2:N6", {"type": "data_bar", "data_bar_2010": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Bảng!$M$2:$M$6"})
    sheet.insert_chart("R2", chart)
    sheet.insert_image("R20", "x.png", {"image_data": picture})
    sheet.add_sparkline("Q2", {"range": "M2:M6"})
    sheet.autofilter("A1:N6")
    sheet.print_area("A1:N7")
    book.define_name("Bảng!vùng", "=Bảng!$A$1")
    other.write_column("A1", ["Công lập", "Tư thục"])
    other.merge_range("C1:D2", "gộp")
    other.activate()
    book.close()
    return path


def test_all_that_was_in_the_workbook_is_still_there(tmp_path: Path) -> None:
    path = rich(tmp_path / "a.xlsx")
    before, after = parts_of(path), parts_of(returned(path)[0])
    changed = {name for name, part in before.items() if after[name] != part}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }  # fmt: skip
    assert set(after) - set(before) == {"xl/worksheets/sheet3.xml"}
    sheet = "xl/worksheets/sheet1.xml"
    assert without_cells(before[sheet]) == without_cells(after[sheet])
    other = "xl/worksheets/sheet2.xml"
    assert before[other].replace(b' tabSelected="1"', b"") == after[other]


def without_cells(part: bytes) -> list[bytes]:
    """Every tag with the text behind it, but those of cells; a row may forget its spans."""
    return re.findall(rb"<(?!/?c[ >])[^>]*>[^<]*", re.sub(rb' spans="[^"]*"', b"", part))


def test_only_the_list_is_open_and_names_lead_where_they_led(tmp_path: Path) -> None:
    (back,) = returned(rich(tmp_path / "a.xlsx"))
    book = load_workbook(back)
    assert book.sheetnames == [LIST, "Bảng", OTHER] and book.active.title == LIST
    assert [bool(s.sheet_view.tabSelected) for s in book] == [True, False, False]
    assert book["Bảng"].print_area == "'Bảng'!$A$1:$N$7" and not book[OTHER].print_area
    assert [*book["Bảng"].defined_names] == ["vùng"]
    assert book[LIST].print_title_rows == "$7:$7"
    assert book[LIST].page_setup.orientation == "landscape"
    assert "hãy bỏ ẩn" in next(row for row in listed(back) if row[3] == "N4")[6]


def test_a_mark_keeps_the_format_and_the_formula_of_its_cell(tmp_path: Path) -> None:
    rows = [school(1, kdclgd_date="abc"), school(2)]
    path = save(tmp_path / "a.xlsx", rows)
    book = load_workbook(path)
    cell = book["Sheet"]["I2"]
    cell.number_format, cell.value = "dd/mm/yyyy", "=1/0"
    book.save(path)
    cell = load_workbook(returned(path)[0])["Sheet"]["I2"]
    assert (cell.value, cell.number_format, cell.fill.patternType) == (
        "=1/0", "dd/mm/yyyy", "lightUp"
    )  # fmt: skip


def test_notes_of_the_sender_are_kept_and_added_to(tmp_path: Path) -> None:
    (back,) = returned(rich(tmp_path / "a.xlsx"))
    sheet = load_workbook(back)["Bảng"]
    assert sheet["G2"].comment.author == "Chị Hà"
    assert sheet["G2"].comment.text.startswith("Đã hỏi trường\nKĐCLGD - Cấp độ: “7” nằm ngoài")
    assert sheet["C3"].comment.text == "Tên mới"
    assert {c.coordinate for row in sheet for c in row if c.comment} == {"G2", "C3", "N4", "B5"}
    boxes = parts_of(back)["xl/drawings/vmlDrawing1.vml"]
    assert boxes.count(b"<v:shape ") == 4
    ids = re.findall(rb'id="(_x0000_s\d+)"', boxes)
    assert len(set(ids)) == 4


def test_notes_written_by_another_program_are_added_to(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, pupils=-1, classes=-2)])
    book = load_workbook(path)
    book["Sheet"]["N2"].comment = Comment("Xem & hỏi", "Anh Nam")
    book.save(path)
    (back,) = returned(path)
    sheet = load_workbook(back)["Sheet"]
    assert sheet["N2"].comment.text.startswith("Xem & hỏi\nSố học sinh")
    assert sheet["M2"].comment.text.startswith("Số lớp: số âm")


def test_a_thread_of_comments_becomes_a_note(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, pupils=-1)])
    book = load_workbook(path)
    book["Sheet"]["N2"].comment = Comment("[Threaded comment] Hỏi lại trường", "tc={1}")
    book.save(path)
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    link = f'<Relationship Id="t" Type="{kind}" Target="/xl/threadedComments/t1.xml"/>'
    parts = parts_of(path)
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", link.encode() + b"</Relationships>")
    parts["xl/threadedComments/t1.xml"] = (
        b'<ThreadedComments xmlns="x"><threadedComment ref="N2" id="{1}"><text>a</text>'
        b'</threadedComment><threadedComment ref="A1" id="{2}"/></ThreadedComments>'
    )
    path.write_bytes(zipped(parts))
    (back,) = returned(path)
    comment = load_workbook(back)["Sheet"]["N2"].comment
    assert comment.author == "Người gửi" and "Hỏi lại trường\nSố học sinh" in comment.text
    threads = parts_of(back)["xl/threadedComments/t1.xml"]
    assert b'ref="A1"' in threads and b'ref="N2"' not in threads


def test_macros_stay_and_keep_their_ending(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, pupils=-1)])
    rewritten(path, **{"[Content_Types]": lambda t: t.replace(
        "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"
    )})  # fmt: skip
    path.write_bytes(zipped(parts_of(path) | {"xl/vbaProject.bin": b"macro"}))
    (back,) = returned(path)
    assert back.name == "a_can_sua.xlsm" and parts_of(back)["xl/vbaProject.bin"] == b"macro"


def test_of_merged_cells_the_first_is_marked(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, unit=True), school(2, unit=None)])
    book = load_workbook(path)
    book["Sheet"].merge_cells("D2:D3")
    book.save(path)
    (back,) = returned(path)
    sheet = load_workbook(back)["Sheet"]
    assert sheet["D2"].comment and sheet["D2"].fill.patternType == "lightUp"
    assert sum(bool(c.comment) for row in sheet for c in row) == 1


def prefixed(text: str) -> str:
    """The same XML with a prefix on every name of the main namespace."""
    return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")


def bare(text: str) -> str:
    """The first rows and their cells without addresses: one follows the other."""
    first, third, rest = text.partition('<row r="3"')
    return re.sub(r'(<(?:c|row)) r="[A-Z]*\d+"', r"\1", first) + third + rest


def strict(text: str) -> str:
    """In the namespace of the strict standard."""
    return text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")


def no_formats(text: str) -> str:
    """Styles without the formats of cells."""
    return text.replace("<cellXfs", "<other").replace("</cellXfs", "</other")


@pytest.mark.parametrize(
    ("changes", "is_copied"),
    [
        (dict.fromkeys(("workbook", "styles", "sheet1"), prefixed), False),
        ({"sheet1": bare}, False),
        ({"styles": no_formats}, True),
        (dict.fromkeys(("workbook", "styles", "sheet1"), strict), True),
    ],
    ids=["prefixes", "no addresses", "no formats", "strict"],
)
def test_unusual_packages(
    tmp_path: Path, changes: dict[str, Callable[[str], str]], is_copied: bool
) -> None:
    rows = [school(1, pupils=-1), school(2, code=None), school(3)]
    path = rewritten(save(tmp_path / "a.xlsx", rows), **changes)
    _, before = read(path)
    (back,) = returned(path)
    raw, again = read(back)
    assert faults(before) == [("B3", "school_code_missing"), ("N2", "count_negative")]
    assert faults(again) == faults(before) and accepted(again) == accepted(before)
    said = raw.rows_in[back.name, LIST] - len(listed(back)) == 6
    assert said == is_copied
    if not is_copied:
        assert load_workbook(back)["Sheet"]["B3"].fill.patternType == "lightUp"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared sample data is not on this machine")
def test_marks_change_nothing_that_is_read_in_real_workbooks(tmp_path: Path) -> None:
    paths = [*SHARED.glob("*.xlsx"), *SHARED.glob("sheets/*.xls*"), *SHARED.glob("sheets/r*s*.ods")]
    for path in sorted(p for p in paths if "encrypted" not in p.name):
        book = open_book(path)
        found = [
            Finding("set_aside", path.name, s.name, r, f"{c}{r}", "pupils", "x", "", "count_words")
            for s in book.sheets for c in "ABZ" for r in (1, 4, 7)
        ]  # fmt: skip
        (back,) = return_workbooks({path.name: path}, found, tmp_path)
        again = open_book(back).sheets[1:]
        for one, other in zip(book.sheets, again, strict=True):
            assert (one.rows, one.visible, one.merged) == (other.rows, other.visible, other.merged)
