"""Structure: layouts of tables, hidden, merged, repeated, shifted, split, transposed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table

from tests.corpus.case import Case, Cases, Must, Rows, all_of, refused, roster
from tests.workbooks import HEADINGS, school

SCHOOLS: Rows = [school(n) for n in range(1, 5)]
FINE = all_of(2, 3, 4, 5)
TWO_ROWS = [
    [
        "STT",
        "Mã trường",
        "Tên trường",
        "Xã/phường",
        "Cấp học",
        "Loại hình",
        "KĐCLGD",
        None,
        None,
        "CQG",
        None,
        None,
        "Số lớp",
        "Số học sinh",
    ],
    [
        None,
        None,
        None,
        None,
        None,
        None,
        "Cấp độ",
        "Số quyết định",
        "Ngày",
        "Mức độ",
        "Số quyết định",
        "Ngày",
        None,
        None,
    ],
]
Change = Callable[[Any], object]


def changed(name: str, change: Change, *musts: Must, rows: Rows = SCHOOLS, **more: Any) -> Case:
    """The usual roster after a change to its sheet."""

    def make(folder: Path) -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in [HEADINGS, *rows]:
            sheet.append(list(row))
        change(sheet)
        book.save(folder / "a.xlsx")
        return folder / "a.xlsx"

    return Case(name, make, musts, **more)


def laid(name: str, rows: Rows, *musts: Must, **more: Any) -> Case:
    """A sheet of these rows and nothing else."""
    return roster(name, rows[1:], musts, rows[0] if rows else [], **more)


def cases() -> Cases:
    """All cases of structure."""
    return [
        *_hidden(),
        *_merged(),
        *_around(),
        *_headings(),
        *_columns(),
        *_places(),
        *_sheets(),
        *_values(),
        *_totals(),
        *_transposed(),
    ]


def warned(*words: str) -> Must:
    """All schools are read, and a warning says so of something."""
    return Must(accepted={n: {} for n in range(2, 6)}, aside={}, warned=words)


def _hidden() -> Cases:
    def row(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    def filtered(sheet: Any) -> None:
        sheet.auto_filter.ref = "A1:N5"
        sheet.auto_filter.add_filter_column(4, ["Mầm non"])
        for n in (2, 3, 4):
            sheet.row_dimensions[n].hidden = True

    def grouped(sheet: Any) -> None:
        sheet.row_dimensions.group(2, 4, hidden=True)

    def column(sheet: Any) -> None:
        sheet.column_dimensions["G"].hidden = True

    def struck(sheet: Any) -> None:
        for cell in sheet[3]:
            cell.font = Font(strike=True)

    def hidden_twin(sheet: Any) -> None:
        other = sheet.parent.create_sheet("Ẩn")
        for line in [HEADINGS, school(8)]:
            other.append(line)
        other.sheet_state = "hidden"

    def very_hidden(sheet: Any) -> None:
        hidden_twin(sheet)
        sheet.parent["Ẩn"].sheet_state = "veryHidden"

    with_hidden = Must(accepted={("Sheet", n): {} for n in range(2, 6)}, aside={}, warned=("ẩn",))
    read_too = Must(
        accepted={**{("Sheet", n): {} for n in range(2, 6)}, ("Ẩn", 2): {}},
        aside={},
        warned=("ẩn",),
    )
    return [
        changed("a hidden row", row, warned("3")),
        changed("filtered rows", filtered, warned("2, 3, 4")),
        changed("rows grouped and closed", grouped, warned("2, 3, 4")),
        changed("a hidden column", column, warned("G")),
        changed("a row struck through", struck, warned("3")),
        changed("a hidden sheet", hidden_twin, with_hidden, read_too),
        changed("a very hidden sheet", very_hidden, with_hidden, read_too),
    ]


def _merged() -> Cases:
    def down(sheet: Any) -> None:
        for n in (3, 4, 5):
            sheet.cell(n, 4).value = None
        sheet.merge_cells("D2:D5")

    def right(sheet: Any) -> None:
        sheet.merge_cells("M2:N2")

    def levels_down(sheet: Any) -> None:
        sheet.merge_cells("E2:E5")

    unit = {n: {"unit": "Phường Tứ Hạ"} for n in range(2, 6)}
    filled = Must(accepted=unit, aside={}, repaired=("D3", "D5"))
    return [
        changed("a unit merged over four rows", down, filled),
        changed(
            "a level merged over four rows",
            levels_down,
            Must(accepted={n: {"level": "Tiểu học"} for n in range(2, 6)}, aside={}),
        ),
        changed(
            "two counts merged into one",
            right,
            Must(accepted={3: {}, 4: {}, 5: {}}, aside={2: ""}),
            Must(accepted={2: {"classes": 12, "pupils": None}, 3: {}, 4: {}, 5: {}}, aside={}),
        ),
        changed(
            "a title merged over the table",
            lambda s: (s.insert_rows(1), s.merge_cells("A1:N1"), s.cell(1, 1, "DANH SÁCH TRƯỜNG")),
            all_of(3, 4, 5, 6),
        ),
    ]


def _around() -> Cases:
    total = ["Tổng cộng", *[None] * 11, 48, 1380]
    return [
        laid(
            "titles above",
            [
                ["UBND TỈNH"],
                ["SỞ GDĐT", None, None, "Độc lập - Tự do"],
                [],
                ["DANH SÁCH TRƯỜNG NĂM HỌC 2025-2026"],
                ["(Số liệu đến 31/5/2026)"],
                HEADINGS,
                *SCHOOLS,
            ],
            all_of(7, 8, 9, 10),
        ),
        laid("a total below", [HEADINGS, *SCHOOLS, total], FINE),
        laid("a total above", [HEADINGS, total, *SCHOOLS], all_of(3, 4, 5, 6)),
        laid("a wrong total", [HEADINGS, *SCHOOLS, [*total[:-1], 9999]], warned("N6")),
        laid(
            "signatures below",
            [
                HEADINGS,
                *SCHOOLS,
                [],
                [*[None] * 9, "Hương Trà, ngày 30 tháng 5 năm 2026"],
                [None, "NGƯỜI LẬP BIỂU", *[None] * 7, "THỦ TRƯỞNG ĐƠN VỊ"],
                [],
                [None, "Nguyễn Văn A", *[None] * 7, "Trần Thị B"],
            ],
            FINE,
        ),
        laid(
            "notes below",
            [HEADINGS, *SCHOOLS, ["Ghi chú: số liệu tạm thời"], ["(*) Trường mới thành lập"]],
            FINE,
        ),
        laid(
            "group rows",
            [HEADINGS, ["I", "Mầm non"], *SCHOOLS[:2], ["II", "Tiểu học"], *SCHOOLS[2:]],
            all_of(3, 4, 6, 7),
        ),
        laid(
            "groups with totals",
            [
                HEADINGS,
                ["A", None, "CẤP TIỂU HỌC"],
                *SCHOOLS[:2],
                [None, None, "Cộng", *[None] * 9, 24, 690],
                ["B", None, "Phường Kim Trà"],
                *SCHOOLS[2:],
                [None, None, "Cộng", *[None] * 9, 24, 690],
                [None, None, "Tổng cộng", *[None] * 9, 48, 1380],
            ],
            all_of(3, 4, 7, 8),
        ),
        laid(
            "a header again after a page",
            [HEADINGS, *SCHOOLS[:2], HEADINGS, *SCHOOLS[2:]],
            all_of(2, 3, 5, 6),
        ),
        laid("numbers of columns", [HEADINGS, list(range(1, 15)), *SCHOOLS], all_of(3, 4, 5, 6)),
        laid(
            "numbers of columns in brackets",
            [HEADINGS, [f"({n})" for n in range(1, 15)], *SCHOOLS],
            all_of(3, 4, 5, 6),
        ),
        laid(
            "blank rows between",
            [HEADINGS, SCHOOLS[0], [], [], SCHOOLS[1], [], *SCHOOLS[2:]],
            all_of(2, 5, 7, 8),
        ),
        laid(
            "a last school without code",
            [HEADINGS, *SCHOOLS, [None, None, "Mầm non Hoa Sen", "Xã A", "Mầm non"]],
            Must(accepted={n: {} for n in range(2, 6)}, aside={6: ""}),
        ),
        laid("a row of invisible characters", [HEADINGS, *SCHOOLS, ["\u200b", " "]], FINE),
        laid("numbered blank rows", [HEADINGS, *SCHOOLS, [5], [6], [7]], FINE),
        laid(
            "a remark between rows",
            [HEADINGS, *SCHOOLS[:2], ["Các trường dưới đây mới chuyển về"], *SCHOOLS[2:]],
            all_of(2, 3, 5, 6),
        ),
        laid("only titles", [["DANH SÁCH"], ["Năm học 2025-2026"]], refused("tiêu đề|bảng")),
        laid("only a header", [HEADINGS], refused(""), Must(accepted={}, aside={}, warned=("",))),
        laid("no header", SCHOOLS, refused("tiêu đề")),
        laid(
            "thirty lines above",
            [*[[f"Dòng {n}"] for n in range(30)], HEADINGS, *SCHOOLS],
            all_of(32, 33, 34, 35),
        ),
    ]


def _headings() -> Cases:
    spelled = [
        "Số TT",
        "MÃ TRƯỜNG",
        " Tên  trường ",
        "Xã, phường",
        "Bậc học",
        "Công lập/Tư thục",
        "Đạt KĐCLGD cấp độ",
        "Số QĐ KĐCLGD",
        "Ngày KĐCLGD",
        "CQG mức độ",
        "Số QĐ CQG",
        "Ngày CQG",
        "Tổng số lớp",
        "Tổng số HS",
    ]
    broken = [h.replace(" ", "\n") for h in HEADINGS]
    scheme_only = [
        *HEADINGS[:6],
        "Cấp độ",
        "Số QĐ",
        "Ngày ký",
        "Mức độ",
        "Số QĐ",
        "Ngày ký",
        "Số lớp",
        "Số HS",
    ]
    plain = [
        "stt",
        "ma truong",
        "ten truong",
        "xa/phuong",
        "cap hoc",
        "loai hinh",
        "kdclgd - cap do",
        "kdclgd - so quyet dinh",
        "kdclgd - ngay",
        "cqg - muc do",
        "cqg - so quyet dinh",
        "cqg - ngay",
        "so lop",
        "so hoc sinh",
    ]
    typo = [*HEADINGS]
    typo[2] = "Tên trườg"
    three = [["Thông tin", *[None] * 5, "Công nhận", *[None] * 5, "Quy mô", None], *TWO_ROWS]
    return [
        roster("headings in capitals", SCHOOLS, FINE, [h.upper() for h in HEADINGS]),
        roster("headings without marks", SCHOOLS, FINE, plain),
        roster("headings spelled otherwise", SCHOOLS, FINE, spelled),
        roster("headings with line breaks", SCHOOLS, FINE, broken),
        roster("headings with colons and stars", SCHOOLS, FINE, [f"{h} (*):" for h in HEADINGS]),
        roster(
            "headings with dashes of typography",
            SCHOOLS,
            FINE,
            [h.replace("-", "–") for h in HEADINGS],
        ),
        roster(
            "headings without spaces at dashes",
            SCHOOLS,
            FINE,
            [h.replace(" - ", "-") for h in HEADINGS],
        ),
        roster("headings of attributes alone", SCHOOLS, FINE, scheme_only),
        laid("header on two rows", [*TWO_ROWS, *SCHOOLS], all_of(3, 4, 5, 6)),
        laid("header on three rows", [*three, *SCHOOLS], all_of(4, 5, 6, 7)),
        changed("header on two rows, merged", _merge_header, all_of(3, 4, 5, 6)),
        roster(
            "the needed heading with a slip", SCHOOLS, [refused("Tên trườg|Tên trường"), FINE], typo
        ),
        roster("marks under levels", *_marks()),
    ]


def _merge_header(sheet: Any) -> None:
    sheet.insert_rows(1)
    for c, (above, below) in enumerate(zip(*TWO_ROWS, strict=True), 1):
        sheet.cell(1, c).value, sheet.cell(2, c).value = above, below
    for ref in ("G1:I1", "J1:L1", "A1:A2", "B1:B2", "C1:C2", "M1:M2"):
        sheet.merge_cells(ref)


def _marks() -> tuple[Rows, Must, list[str]]:
    headings = [*HEADINGS[:6], "KĐCLGD - Cấp độ 1", "KĐCLGD - Cấp độ 2", "KĐCLGD - Cấp độ 3"]
    rows = [[*school(n)[:6], *("x" if n == k else None for k in (1, 2, 3))] for n in (1, 2, 3)]
    rows.append([*school(4)[:6], "x", "x", None])
    wanted = {n + 1: {"kdclgd": n} for n in (1, 2, 3)}
    return rows, Must(accepted=wanted, aside={5: ""}), headings


def _columns() -> Cases:
    def without(*names: str) -> tuple[Rows, list[str]]:
        keep = [i for i, h in enumerate(HEADINGS) if h not in names]
        return [[r[i] for i in keep] for r in SCHOOLS], [HEADINGS[i] for i in keep]

    doubled_same = [[*r, r[13]] for r in SCHOOLS]
    doubled_other = [[*r, 7] for r in SCHOOLS]
    more = [[*r, "x@y.vn", "Nguyễn Văn A", 3] for r in SCHOOLS]
    back = [r[::-1] for r in SCHOOLS]
    nameless = [[*r, "gì đó"] for r in SCHOOLS]
    blank_between = [[*r[:3], None, *r[3:]] for r in SCHOOLS]
    found = [
        roster(
            "a heading twice, same values",
            doubled_same,
            [FINE, refused("hai lần")],
            [*HEADINGS, "Số học sinh"],
        ),
        roster(
            "a heading twice, other values",
            doubled_other,
            refused("hai lần"),
            [*HEADINGS, "Số học sinh"],
        ),
        roster(
            "columns more",
            more,
            warned("điểm trường"),
            [*HEADINGS, "Email", "Hiệu trưởng", "Số điểm trường"],
        ),
        roster("columns the other way round", back, FINE, HEADINGS[::-1]),
        roster("a column without heading", nameless, warned("O")),
        roster("a blank column between", blank_between, FINE, [*HEADINGS[:3], None, *HEADINGS[3:]]),
    ]
    for names, musts in (
        (("Tên trường",), [refused("Tên trường")]),
        (("Mã trường",), [warned("Mã trường"), refused("Mã trường")]),
        (
            ("Cấp học",),
            [warned("Cấp học"), refused("Cấp học"), Must(accepted={}, warned=("Cấp học",))],
        ),
        (("Số lớp", "Số học sinh"), [warned("Số lớp", "Số học sinh"), refused("Số lớp")]),
        (
            ("KĐCLGD - Cấp độ",),
            [refused("Cấp độ"), Must(accepted={}, aside=dict.fromkeys(range(2, 6), ""))],
        ),
        (("KĐCLGD - Cấp độ", "CQG - Mức độ"), [refused("Cấp độ|Mức độ")]),
        (("KĐCLGD - Số quyết định",), [warned("Số quyết định"), refused("")]),
        (("STT",), [FINE]),
        (("Loại hình",), [warned("Loại hình"), refused("")]),
    ):
        rows, headings = without(*names)
        found.append(roster(f"without {', '.join(names)}", rows, musts, headings))
    return found


def _places() -> Cases:
    def shift(rows: Rows, right: int, down: int) -> Rows:
        return [
            *[[] for _ in range(down)],
            *([*[None] * right, *r] for r in rows),
        ]

    table = [HEADINGS, *SCHOOLS]
    side = [
        [*a, None, *b]
        for a, b in zip([HEADINGS, *SCHOOLS[:2]], [HEADINGS, *SCHOOLS[2:]], strict=True)
    ]
    other = [HEADINGS[:9], *(r[:9] for r in SCHOOLS[2:])]
    return [
        laid(
            "a school above the header",
            [SCHOOLS[0], HEADINGS, *SCHOOLS[1:]],
            Must(accepted={3: {}, 4: {}, 5: {}}, aside={}, warned=("hàng tiêu đề",)),
            Must(accepted={3: {}, 4: {}, 5: {}}, aside={1: ""}),
        ),
        laid("table from C5", [[""], *shift(table, 2, 3)], all_of(6, 7, 8, 9)),
        laid("table from row 300", [[""], *shift(table, 0, 298)], all_of(301, 302, 303, 304)),
        laid(
            "two tables below each other",
            [HEADINGS, *SCHOOLS[:2], [], ["Bảng 2"], *other],
            all_of(2, 3, 7, 8),
        ),
        laid(
            "two tables side by side",
            side,
            refused(""),
            Must(accepted={2: {}, 3: {}}, aside={}, warned=("P",)),
        ),
        laid(
            "rows shifted by one cell",
            [HEADINGS, SCHOOLS[0], [None, *SCHOOLS[1][:-1]], *SCHOOLS[2:]],
            Must(accepted={2: {}, 4: {}, 5: {}}, aside={3: ""}),
        ),
        laid(
            "two schools in one row",
            [
                HEADINGS,
                SCHOOLS[0],
                [2, "46480002\n46480003", "Trường A\nTrường B", *SCHOOLS[1][3:]],
                SCHOOLS[3],
            ],
            Must(accepted={2: {}, 4: {}}, aside={3: ""}),
        ),
    ]


def _sheets() -> Cases:
    def book(**sheets: Rows) -> Callable[[Path], Path]:
        def make(folder: Path) -> Path:
            made = Workbook()
            for name, rows in sheets.items():
                sheet = made.create_sheet(name)
                for row in rows:
                    sheet.append(list(row))
            del made["Sheet"]
            made.save(folder / "a.xlsx")
            return folder / "a.xlsx"

        return make

    def case(name: str, *musts: Must, **sheets: Rows) -> Case:
        return Case(name, book(**sheets), musts)

    one: Rows = [HEADINGS, *SCHOOLS[:2]]
    two: Rows = [HEADINGS, *SCHOOLS[2:]]
    parts: dict[Any, Any] = {("A", 2): {}, ("A", 3): {}, ("B", 2): {}, ("B", 3): {}}
    first_only: dict[Any, Any] = {("A", 2): {}, ("A", 3): {}}
    no_level = [i for i in range(14) if i != 4]
    by_level = [[r[i] for i in no_level] for r in one]
    cover = [["HƯỚNG DẪN"], ["Điền đủ các cột"]]
    lookup = [["Danh mục"], ["Mầm non"], ["Tiểu học"], ["THCS"]]
    summary: Rows = [["Cấp học", "Số trường", "Đạt"], ["Tiểu học", 4, 4]]
    other: Rows = [HEADINGS, school(1, pupils=999)]
    named: dict[Any, Any] = {("Tiểu học", 2): {}, ("Tiểu học", 3): {}}
    return [
        case("a table in two sheets", Must(accepted=parts, aside={}), A=one, B=two),
        case("one sheet twice", Must(accepted=first_only, aside={}), A=one, B=one),
        case(
            "sheets that contradict",
            Must(accepted={("A", 3): {}}, aside={("A", 2): "", ("B", 2): ""}),
            A=one,
            B=other,
        ),
        case(
            "guide, list and table",
            Must(accepted={("C", 2): {}, ("C", 3): {}}, aside={}),
            A=cover,
            B=lookup,
            C=one,
        ),
        case(
            "a second sheet without header",
            Must(accepted=first_only, aside={}, warned=("B”",)),
            A=one,
            B=SCHOOLS[2:],
        ),
        case("a summary beside", Must(accepted=first_only, aside={}), A=one, B=summary),
        case(
            "a blank sheet first",
            Must(accepted={("B", 2): {}, ("B", 3): {}}, aside={}),
            A=[],
            B=one,
        ),
        case(
            "a sheet for a level",
            Must(accepted=named, aside={}),
            Must(aside={("Tiểu học", 2): "", ("Tiểu học", 3): ""}),
            **{"Tiểu học": by_level},
        ),
        case(
            "names of sheets with signs",
            Must(accepted={("Bảng 'a' & <b>", 2): {}, ("Bảng 'a' & <b>", 3): {}}, aside={}),
            **{"Bảng 'a' & <b>": one},
        ),
    ]


def _values() -> Cases:
    def formulas(sheet: Any) -> None:
        sheet["N3"] = "=300+45"

    def error(sheet: Any) -> None:
        sheet["N3"] = "#N/A"
        sheet["M4"] = "#DIV/0!"

    def computed(folder: Path) -> Path:
        return _xlsxwriter(folder, {(2, 13): ("=300+45", 345)})

    def computed_text(folder: Path) -> Path:
        return _xlsxwriter(folder, {(2, 2): ('="Trường "&"Tiểu học A"', "Trường Tiểu học A")})

    def since_1904(folder: Path) -> Path:
        book = Workbook()
        book.epoch = CALENDAR_MAC_1904
        sheet = book.active
        assert sheet is not None
        for row in [HEADINGS, *SCHOOLS]:
            sheet.append(list(row))
        book.save(folder / "a.xlsx")
        return folder / "a.xlsx"

    def serials_since_1904(folder: Path) -> Path:
        path = since_1904(folder)
        book = load_workbook(path)
        for cell in book.active["I"][1:]:
            cell.value, cell.number_format = 45028 - 1462, "General"
        book.save(path)
        return path

    def table(sheet: Any) -> None:
        sheet.add_table(Table(displayName="Truong", ref="A1:N5"))

    def comment(sheet: Any) -> None:
        sheet["C3"].comment = Comment("xem lại", "ai đó")

    def dates(sheet: Any) -> None:
        sheet["I3"].number_format = "[$-42A]dd mmmm yyyy"
        sheet["L3"].number_format = "mmm\\-yy;@"

    def general(sheet: Any) -> None:
        sheet["I3"].value, sheet["I3"].number_format = 45028, "General"

    def padded(sheet: Any) -> None:
        sheet["B3"].value, sheet["B3"].number_format = 1480002, "00000000"

    day = {n: {"kdclgd_date": "2023-04-12", "cqg_date": "2023-04-12"} for n in range(2, 6)}
    return [
        changed(
            "a formula without value",
            formulas,
            Must(accepted={2: {}, 4: {}, 5: {}}, aside={3: "N3"}),
        ),
        changed("failed formulas", error, Must(accepted={2: {}, 5: {}}, aside={3: "N3", 4: "M4"})),
        Case(
            "a formula with value",
            computed,
            (Must(accepted={2: {}, 3: {"pupils": 345}, 4: {}, 5: {}}, aside={}),),
        ),
        Case(
            "a formula that gives text",
            computed_text,
            (Must(accepted={2: {}, 3: {"name": "Trường Tiểu học A"}, 4: {}, 5: {}}, aside={}),),
        ),
        Case(
            "bare numbers since 1904",
            serials_since_1904,
            (
                Must(accepted=day, aside={}, repaired=("I2",)),
                Must(accepted={}, aside=dict.fromkeys(range(2, 6), "")),
            ),
        ),
        Case("dates since 1904", since_1904, (Must(accepted=day, aside={}),)),
        changed("a table object", table, FINE),
        changed("a note at a cell", comment, FINE),
        changed("dates shown in other ways", dates, Must(accepted=day, aside={})),
        changed(
            "a date shown as a number",
            general,
            Must(accepted=day, aside={}, repaired=("I3",)),
            Must(accepted={2: {}, 4: {}, 5: {}}, aside={3: "I3"}),
        ),
        changed(
            "a code shown with its zero",
            padded,
            Must(accepted={2: {}, 3: {"code": "01480002"}, 4: {}, 5: {}}, aside={}),
        ),
    ]


def _xlsxwriter(folder: Path, formulas: dict[tuple[int, int], tuple[str, Any]]) -> Path:
    book = xlsxwriter.Workbook(folder / "a.xlsx")
    days = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Sheet")
    for r, row in enumerate([HEADINGS, *SCHOOLS]):
        for c, value in enumerate(row):
            if (r, c) in formulas:
                formula, result = formulas[r, c]
                sheet.write_formula(r, c, formula, None, result)
            elif isinstance(value, dt.datetime):
                sheet.write_datetime(r, c, value, days)
            else:
                sheet.write(r, c, value)
    book.close()
    return folder / "a.xlsx"


def _totals() -> Cases:
    def last(folder: Path) -> Path:
        """An old workbook, its table cut at the last row there is."""
        from tests.binary_workbooks import xls
        from tests.corpus.containers import plain_cells

        cells = plain_cells([HEADINGS, *SCHOOLS])
        rows = {(65_535 if r == 4 else r, c): value for (r, c), value in cells.items()}
        path = folder / "a.xls"
        path.write_bytes(xls({"Sheet": rows}))
        return path

    right = [
        HEADINGS,
        *SCHOOLS,
        ["Tổng cộng", *[None] * 11, 48, 1380],
        ["Trong đó: MN", *[None] * 11, 0, 0],
    ]
    return [
        laid("a total with parts", right, FINE),
        laid("a total in words", [HEADINGS, *SCHOOLS, ["Tổng số: 4 trường"]], FINE),
        laid(
            "a total beside a name",
            [HEADINGS, *SCHOOLS, [None, None, "TỔNG CỘNG", *[None] * 9, 48, 1380]],
            FINE,
        ),
        laid(
            "a total with wrong classes",
            [HEADINGS, *SCHOOLS, [None, None, "Cộng", *[None] * 9, 47, 1380]],
            warned("M6"),
        ),
        Case(
            "the last row of an old workbook",
            last,
            (
                Must(accepted={2: {}, 3: {}, 4: {}, 65_536: {}}, aside={}, warned=("65536",)),
                refused(""),
            ),
            rows=5,
        ),
    ]


def _transposed() -> Cases:
    table = [list(column) for column in zip(HEADINGS, *SCHOOLS, strict=True)]
    titled = [["DANH SÁCH TRƯỜNG"], [], *table]
    ways = [refused("xoay|hoán vị|dọc"), Must(warned=("xoay",), aside={})]
    return [laid("transposed", table, *ways), laid("transposed below a title", titled, *ways)]
