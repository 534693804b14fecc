"""What is in the workbooks: formats, headers, kinds of rows, and files that are refused."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from analysis.raw import ErrorCell, LogicalCell, read_raw
from analysis.reference import read_rules
from tests.workbooks import HEADINGS, save, school

RULES = read_rules()
SHEETS = Path(__file__).parents[2] / "shared" / "data" / "sheets"


def reasons(path: Path) -> list[str]:
    return [e.key for e in read_raw(path, RULES).errors]


def test_a_plain_roster(tmp_path: Path) -> None:
    raw = read_raw(save(tmp_path / "a.xlsx", [school(1), school(2)]), RULES)
    (table,) = raw.tables
    assert table.rows == [2, 3]
    assert table.cells["school_code"] == ["46480001", "46480002"]
    assert [i.reason for i in raw.ignored] == ["header"]
    assert raw.rows_in == {("a.xlsx", "Sheet"): 3} and not raw.errors and not raw.remarks


def messy(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "BẢNG TỔNG HỢP KĐCLGD VÀ CQG"
    sheet.merge_cells("A1:N1")
    top = [*HEADINGS[:6], "KĐCLGD", None, None, "CQG", None, None, "Số lớp", "Số HS"]
    low = [None] * 6 + ["Cấp độ", "Số QĐ", "Ngày"] * 2 + [None, None]
    low[9] = "Mức độ"
    for row in (None, top, low, list(range(1, 15)), ["I. MẦM NON"]):
        sheet.append(row or [])
    sheet.merge_cells("G3:I3")
    sheet.merge_cells("J3:L3")
    sheet.append(school(1, level="Mầm non"))
    sheet.append(["II", None, "TIỂU HỌC"])
    sheet.append(school(2))
    sheet.append(["Cộng"] + [None] * 11 + [12, 345])
    sheet.append(HEADINGS)
    sheet.append(school(3))
    sheet.append([None, None, "TỔNG CỘNG"] + [None] * 9 + [36, 1035])
    sheet.append([])
    sheet.append(["Ghi chú: số liệu đến 31/5"])
    sheet.append([None] * 10 + ["THỦ TRƯỞNG ĐƠN VỊ"])
    book.save(path)
    return path


def test_every_row_of_a_messy_sheet_has_a_kind(tmp_path: Path) -> None:
    raw = read_raw(messy(tmp_path / "m.xlsx"), RULES)
    (table,) = raw.tables
    kinds = {i.row: i.reason for i in raw.ignored}
    assert kinds == {
        1: "title", 3: "header", 4: "header", 5: "header", 6: "group", 8: "group", 10: "total",
        11: "header", 13: "total", 15: "note", 16: "note",
    }  # fmt: skip
    assert table.rows == [7, 9, 12]
    assert table.group_level == ["MN", "TH", "TH"]
    assert table.header.columns["cqg_date"] == 11


def test_columns_in_any_order_and_additional_ones(tmp_path: Path) -> None:
    order = [2, 1, 9, 10, 11, 6, 7, 8, 4, 3, 5, 13, 12, 0]
    rows = [[school(1)[i] for i in order] + ["riêng"]]
    path = save(tmp_path / "a.xlsx", rows, [HEADINGS[i] for i in order] + ["Xếp hạng"])
    raw = read_raw(path, RULES)
    assert raw.tables[0].cells["pupils"] == [345]
    assert [r.key for r in raw.remarks] == ["heading_unknown"]
    assert raw.remarks[0].facts["cell"] == "O1"


def test_bare_dates_belong_to_the_level_on_their_left(tmp_path: Path) -> None:
    headings = [*HEADINGS[:6], "Cấp độ", "Số QĐ", "Ngày ký", "Mức độ", "Số QĐ", "Ngày ký", "Số lớp"]
    raw = read_raw(save(tmp_path / "a.xlsx", [school(1)[:13]], headings), RULES)
    columns = raw.tables[0].header.columns
    assert (columns["kdclgd_date"], columns["cqg_decision"]) == (8, 10)


@pytest.mark.parametrize(
    ("headings", "key"),
    [
        (["A", "B", "C", "D", *HEADINGS[4:]], "header_not_found"),
        ([*HEADINGS[:6], *"ABCDEF", *HEADINGS[12:]], "heading_missing"),
        ([*HEADINGS[:13], "Mã trường"], "heading_doubled"),
        ([*HEADINGS[:6], "Khác", *HEADINGS[7:]], "heading_missing"),
    ],
)
def test_headers_that_stop_a_file(tmp_path: Path, headings: list[str], key: str) -> None:
    assert reasons(save(tmp_path / "a.xlsx", [school(1)], headings)) == [key]


def test_a_heading_over_the_same_values_twice_is_one_column(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [[*school(1), 345]], [*HEADINGS, "Số HS"])
    raw = read_raw(path, RULES)
    assert not raw.errors and [r.key for r in raw.remarks] == ["heading_repeated"]


def test_missing_and_nameless_columns_are_remarked(tmp_path: Path) -> None:
    rows = [[*school(1)[:13], "?"]]
    raw = read_raw(save(tmp_path / "a.xlsx", rows, [*HEADINGS[:13], None]), RULES)
    told = {r.key: r.facts["listed"] for r in raw.remarks}
    assert told == {"columns_missing": "Số học sinh", "columns_nameless": "N"}


def test_an_unknown_heading_near_a_missing_one_is_asked_for(tmp_path: Path) -> None:
    headings = [*HEADINGS[:12], "Sô lơp hoc", *HEADINGS[13:]]
    (remark,) = [
        r
        for r in read_raw(save(tmp_path / "a.xlsx", [school(1)], headings), RULES).remarks
        if r.key.startswith("heading_unknown")
    ]
    assert (remark.key, remark.facts["near"]) == ("heading_unknown_near", "Số lớp")


def test_a_table_on_its_side_is_named(tmp_path: Path) -> None:
    rows = [[h, v] for h, v in zip(HEADINGS, school(1), strict=True)]
    assert reasons(save(tmp_path / "a.xlsx", rows[1:], rows[0])) == ["table_transposed"]


def test_failed_formulas_and_logical_values_are_kept_apart(tmp_path: Path) -> None:
    rows = [school(1, kdclgd="#N/A", cqg="=1+1", pupils=True)]
    raw = read_raw(save(tmp_path / "a.xlsx", rows), RULES)
    cells = raw.tables[0].cells
    assert isinstance(cells["kdclgd_level"][0], ErrorCell)
    assert isinstance(cells["cqg_level"][0], ErrorCell), "a formula without a stored value"
    assert cells["pupils"] == [LogicalCell(True)]


def test_hidden_and_struck_rows_are_read_and_reported(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1), school(2), school(3)])
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet.row_dimensions[3].hidden = True
    sheet["C4"].font = Font(strike=True)
    hidden = book.create_sheet("Cũ")
    hidden.append(HEADINGS)
    hidden.append(school(9))
    hidden.sheet_state = "hidden"
    book.save(path)
    raw = read_raw(path, RULES)
    assert [t.rows for t in raw.tables] == [[2, 3, 4]]
    assert {r.key for r in raw.remarks} == {"rows_hidden", "rows_struck", "sheet_hidden"}


def test_personal_columns_are_never_read(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [[*school(1), "0900 000 000"]], [*HEADINGS, "Điện thoại"])
    raw = read_raw(path, RULES)
    assert all("0900 000 000" not in cells for cells in raw.tables[0].cells.values())
    assert [r.key for r in raw.remarks] == ["personal_dropped"]


def rewritten(path: Path, part: str, change: Any) -> Path:
    out = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return out


SHEET = "xl/worksheets/sheet1.xml"


def test_broken_xml_is_named_by_its_part(tmp_path: Path) -> None:
    bad = rewritten(save(tmp_path / "a.xlsx", [school(1)]), SHEET, lambda xml: xml[:-30])
    raw = read_raw(bad, RULES)
    assert raw.errors[0].key == "file_part_damaged" and SHEET in raw.errors[0].text()


def test_a_cell_at_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    path = save(tmp_path / "a.xlsx", [school(1)])
    raw = read_raw(rewritten(path, SHEET, lambda x: x.replace(b"</sheetData>", far)), RULES)
    assert raw.tables[0].rows == [2]
    assert [(i.row, i.reason) for i in raw.ignored] == [(1, "header"), (1048576, "stray")]


def test_prefixed_names_and_cells_without_addresses_read_alike(tmp_path: Path) -> None:
    import re

    path = save(tmp_path / "a.xlsx", [school(1), school(2)])

    def unusual(xml: bytes) -> bytes:
        xml = re.sub(rb' r="[A-Z]+\d+"', b"", xml)
        xml = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", xml)
        return xml.replace(b"xmlns=", b"xmlns:x=")

    changed = read_raw(rewritten(path, SHEET, unusual), RULES).tables[0]
    assert changed.cells == read_raw(path, RULES).tables[0].cells


def test_files_beside_an_open_workbook_are_passed_over(tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx", [school(1)])
    (tmp_path / "~$a.xlsx").write_bytes(b"lock")
    (tmp_path / "readme.md").write_text("x")
    raw = read_raw(tmp_path, RULES)
    assert raw.passed_over == ["readme.md", "~$a.xlsx"] and len(raw.tables) == 1


@pytest.mark.skipif(not SHEETS.exists(), reason="the shared sample sheets are not on this machine")
def test_workbooks_made_to_trip_readers_give_an_answer_each() -> None:
    for path in sorted(SHEETS.iterdir()):
        raw = read_raw(path, RULES)
        assert raw.errors or raw.tables, path.name
        for error in raw.errors:
            assert path.name in error.text("vi")


@pytest.mark.skipif(not SHEETS.exists(), reason="the shared sample sheets are not on this machine")
def test_a_protected_sheet_is_told_from_a_damaged_one() -> None:
    assert reasons(SHEETS / "roo__encrypted-letmein.ods") == ["file_password"]
