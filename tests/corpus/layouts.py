"""Layouts: hidden, merged, repeated rows, and what stands around a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from tests.corpus.case import Case, Cases, Must, Rows, all_of, refused, roster
from tests.workbooks import HEADINGS, school

SCHOOLS: Rows = [school(n) for n in range(1, 5)]
FINE = all_of(2, 3, 4, 5)
Change = Callable[[Any], object]


def cases() -> Cases:
    """Layouts: all cases."""
    return [*_hidden(), *_merged(), *_around(), *_transposed()]


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

    return Case(name, make, musts, quick=True, **more)


def laid(name: str, rows: Rows, *musts: Must, **more: Any) -> Case:
    """A sheet of these rows and nothing else."""
    return roster(name, rows[1:], musts, rows[0] if rows else [], **more)


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
            Must(accepted={2: {"pupils": None}, 3: {}, 4: {}, 5: {}}, aside={}, doubts={2: ""}),
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
            Must(
                accepted={n: {} for n in range(2, 6)} | {6: {"name": "Mầm non Hoa Sen"}},
                aside={},
                doubts={6: "B6"},
            ),
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


def _transposed() -> Cases:
    table = [list(column) for column in zip(HEADINGS, *SCHOOLS, strict=True)]
    titled = [["DANH SÁCH TRƯỜNG"], [], *table]
    ways = [refused("xoay|hoán vị|dọc"), Must(warned=("xoay",), aside={})]
    return [laid("transposed", table, *ways), laid("transposed below a title", titled, *ways)]
