"""Sheets: tables at other places, in several sheets, with formulas, old limits, totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table

from tests.corpus.case import Case, Cases, Must, Rows, all_of, refused
from tests.corpus.layouts import FINE, SCHOOLS, changed, laid, warned
from tests.workbooks import HEADINGS, school

FOUR: dict[int, dict[str, Any]] = {n: {} for n in range(2, 6)}


def cases() -> Cases:
    """Sheets: all cases."""
    return [*_places(), *_sheets(), *_values(), *_totals()]


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
            Must(
                accepted={("A", 2): {"pupils": None}, ("A", 3): {}, ("B", 2): {}},
                aside={},
                doubts={("A", 2): "N2"},
                schools=2,
            ),
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
            Must(accepted=named, doubts={("Tiểu học", 2): "", ("Tiểu học", 3): ""}),
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
            Must(accepted=FOUR | {3: {"pupils": None}}, aside={}, doubts={3: "N3"}),
        ),
        changed("failed formulas", error, Must(accepted=FOUR, aside={}, doubts={3: "N3", 4: "M4"})),
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
                Must(accepted=FOUR, aside={}, doubts=dict.fromkeys(FOUR, "")),
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
            Must(accepted=FOUR | {3: {"kdclgd_date": None}}, aside={}, doubts={3: "I3"}),
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
