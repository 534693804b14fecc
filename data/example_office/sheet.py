"""A sheet as an office prints it: title block, header of two rows, groups, totals, signatures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from example_office.mess import Layout, typed_cells
from example_office.simulate import Row

SYNTHETIC = "DỮ LIỆU MINH HỌA - không phải số liệu thật"
Slips = dict[str, dict[str, str]]

COUNTS = ("classes", "classes_two_sessions", "pupils", "pupils_two_sessions")
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]
GROUP_TITLES = {
    "MN": "MẦM NON",
    "TH": "TIỂU HỌC",
    "THCS": "TRUNG HỌC CƠ SỞ",
    "TH&THCS": "TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ",
}
HILLS = {"Phường Hương Vân", "Xã Bình Thành", "Xã Bình Tiến", "Xã Hương Bình"}
AREAS = ["VÙNG ĐỒNG BẰNG", "VÙNG GÒ ĐỒI"]
WIDTHS = {"order": 6, "school_name": 33, "unit": 20, "education_level": 14, "ownership": 13}
WIDTHS |= {"school_code": 12, "note": 26, "eligible": 10, "externally_evaluated": 9}
WIDTHS |= {f"{s}_{name}": w for s in ("kdclgd", "cqg") for name, w in (("level", 15), ("date", 13))}
WIDTHS |= {f"{s}_decision": 18 for s in ("kdclgd", "cqg")} | dict.fromkeys(COUNTS, 10)
HEIGHTS = {"header": 30, "signature": 20}

_LINE = Side(style="thin")
BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
GREY = PatternFill("solid", fgColor="E7E6E6")
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
TEXT_COLUMNS = ("school_name", "unit", "note")
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)


def font(size: int = 11, **style: Any) -> Font:
    """The typeface of Vietnamese official papers."""
    return Font(name="Times New Roman", size=size, **style)


@dataclass
class Placed:
    """Where everything stands on a painted sheet."""

    rows: list[tuple[int, str, Row | None]] = field(default_factory=list)  # row, kind, school
    formula_values: dict[str, int] = field(default_factory=dict)  # cell, what its formula gives
    typed: dict[str, Row] = field(default_factory=dict)  # school, column to what is typed


class Painter:
    """Writes one sheet from the top down and remembers what each row is."""

    def __init__(self, sheet: Worksheet, layout: Layout, school_year: str) -> None:
        self.sheet, self.layout, self.school_year = sheet, layout, school_year
        self.columns = [column for column, *_ in layout["columns"]]
        self.placed, self.row, self.number = Placed(), 0, 0
        self.subtotals: list[int] = []
        self.counted: list[tuple[int, Row]] = []

    def paint(self, groups: list[tuple[str, list[Row]]], slips: Slips) -> Placed:
        """The whole sheet; `groups` are titles with their schools, `slips` bad cells by school."""
        self._title_block()
        self._header()
        for number, (title, rows) in enumerate(groups):
            self._group(ROMAN[number], title, rows, slips)
        self._grand_total()
        self._closing()
        self._page()
        return self.placed

    def _next(self, kind: str, school: Row | None = None) -> int:
        self.row += 1
        self.sheet.row_dimensions[self.row].height = HEIGHTS.get(kind, 18)
        self.placed.rows.append((self.row, kind, school))
        return self.row

    def _merged(
        self, row: int, first: int, last: int, text: str, style: Font, place: Alignment = CENTRE
    ) -> None:
        cell = self.sheet.cell(row, first, text)
        cell.font, cell.alignment = style, place
        if last > first:
            self.sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)

    def _title_block(self) -> None:
        last, layout = len(self.columns), self.layout
        motto = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
        for line, right in zip(layout["office"], motto, strict=True):
            row = self._next("title")
            self._merged(row, 1, 5, line, font(12, bold=line != layout["office"][0]))
            self._merged(row, last - 7, last, right, font(12, bold=True))
        self.row += 1
        end = int(self.school_year[-4:])
        year = f"Năm học {self.school_year.replace('-', ' - ')} (số liệu đến ngày 31/5/{end})"
        lines = [(layout["title"], font(14, bold=True)), (year, font(12, italic=True))]
        lines.append((SYNTHETIC, font(12, bold=True, color="C00000")))
        for text, style in lines:
            self._merged(self._next("title"), 1, last, text, style)
        self.row += 1

    def _header(self) -> None:
        top, below = self._next("header"), self._next("header")
        for at, (_, *names) in enumerate(self.layout["columns"], start=1):
            for row, text in zip((top, below), [*names, None], strict=False):
                cell = self.sheet.cell(row, at, text)
                cell.font, cell.alignment = font(bold=True), CENTRE
                cell.border, cell.fill = BOX, GREY
        for at, (column, *names) in enumerate(self.layout["columns"], start=1):
            if len(names) == 1:
                self.sheet.merge_cells(None, top, at, below, at)
            elif column.endswith("_level"):
                self.sheet.merge_cells(None, top, at, top, at + 2)
        self.sheet.freeze_panes = self.sheet.cell(below + 1, 4)

    def _group(self, roman: str, title: str, rows: list[Row], slips: Slips) -> None:
        self._group_row(roman, title)
        first = self.row + 1
        again = [row for row in rows if row["school_id"] == self.layout.get("duplicate")]
        rows = rows[:-3] + again + rows[-3:] if again else rows
        seen: set[str] = set()
        for row in rows:
            twice = row["school_id"] in seen
            self._school(row, slips.get(row["school_id"], {}), twice)
            seen.add(row["school_id"])
        self._subtotal(first, self.row)

    def _group_row(self, roman: str, title: str) -> None:
        row, last = self._next("group"), len(self.columns)
        if self.layout["group_style"] == "merged":
            self.sheet.cell(row, 1).border = BOX
            self._merged(row, 1, last, f"{roman}. {title}", font(bold=True), LEFT)
            return
        for at in range(1, last + 1):
            self.sheet.cell(row, at).border = BOX
        for column, text in (("order", roman), ("school_name", title)):
            cell = self.sheet.cell(row, 1 + self.columns.index(column), text)
            cell.font, cell.alignment = font(bold=True), CENTRE if column == "order" else LEFT

    def _school(self, school: Row, slips: dict[str, str], twice: bool) -> None:
        row = self._next("duplicate" if twice else "school", school)
        self.number += 1
        typed = typed_cells(school, self.layout, slips) | {"order": self.number}
        self.placed.typed[school["school_id"]] = typed
        for at, column in enumerate(self.columns, start=1):
            cell = self.sheet.cell(row, at, typed[column])
            cell.font, cell.border = font(), BOX
            cell.alignment = LEFT if column in TEXT_COLUMNS else CENTRE
            if isinstance(typed[column], dt.date):
                cell.number_format = "dd/mm/yyyy"
            elif column == "school_code" and isinstance(typed[column], str):
                cell.number_format = "@"
        if not twice:
            self.counted.append((row, school))

    def _subtotal(self, first: int, last: int) -> None:
        row = self._next("total")
        members = [school for at, school in self.counted if first <= at <= last]
        self._total(row, self.layout["group_total"], members, f"SUM({{0}}{first}:{{0}}{last})")
        self.subtotals.append(row)

    def _grand_total(self) -> None:
        row = self._next("total")
        parts = ",".join(f"{{0}}{at}" for at in self.subtotals)
        members = [school for _, school in self.counted]
        self._total(row, self.layout["grand_total"], members, f"SUM({parts})")

    def _total(self, row: int, label: str, members: list[Row], formula: str) -> None:
        for at, column in enumerate(self.columns, start=1):
            cell = self.sheet.cell(row, at)
            cell.font, cell.border, cell.alignment = font(bold=True), BOX, CENTRE
            if column == "school_name":
                cell.value = label
            elif column in COUNTS and self.layout["total_values"] == "numbers":
                cell.value = sum(school[column] for school in members)
            elif column in COUNTS:
                cell.value = "=" + formula.format(get_column_letter(at))
                self.placed.formula_values[cell.coordinate] = self._sum(at, row, label)

    def _sum(self, at: int, row: int, label: str) -> int:
        """What the formula gives: a sheet's SUM passes over numbers typed as text."""
        if label == self.layout["grand_total"]:
            letter = get_column_letter(at)
            return sum(self.placed.formula_values[f"{letter}{part}"] for part in self.subtotals)
        first = next(r for r, kind, _ in reversed(self.placed.rows) if kind == "group") + 1
        values = [self.sheet.cell(r, at).value for r in range(first, row)]
        return sum(value for value in values if isinstance(value, int))

    def _closing(self) -> None:
        last = len(self.columns)
        for text in self.layout["notes"]:
            self._merged(self._next("note"), 1, last, text, font(italic=True), LEFT)
        self.row += 1
        lines = [(None, self.layout["place_and_date"], True)]
        lines += [("NGƯỜI LẬP BIỂU", self.layout["signer"], False)]
        lines += [("(ký, ghi rõ họ tên)", "(ký tên, đóng dấu)", True)]
        for left, right, italic in lines:
            row = self._next("signature")
            style = font(12, bold=not italic, italic=italic)
            if left:
                self._merged(row, 2, 5, left, style)
            self._merged(row, last - 6, last, right, style)

    def _page(self) -> None:
        for at, column in enumerate(self.columns, start=1):
            self.sheet.column_dimensions[get_column_letter(at)].width = WIDTHS[column]
        print_on_one_width(self.sheet, "A3")


def print_on_one_width(sheet: Worksheet, paper: str) -> None:
    """Landscape, as wide as the paper."""
    setup = sheet.page_setup
    setup.orientation = "landscape"
    setup.paperSize = {"A3": sheet.PAPERSIZE_A3, "A4": sheet.PAPERSIZE_A4}[paper]
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.print_options.horizontalCentered = True


def grouped(rows: list[Row], layout: Layout, levels: list[str]) -> list[tuple[str, list[Row]]]:
    """The schools of a sheet under the titles of its groups, both in the office's order."""
    mine = [row for level in levels for row in rows if row["education_level"] == level]
    groups: dict[str, list[Row]] = {}
    if layout["group_by"] == "education_level":
        titles = [(GROUP_TITLES[level], "education_level", {level}) for level in levels]
    elif layout["group_by"] == "unit":
        titles = [(unit.upper(), "unit", {unit}) for unit in layout["units"]]
    else:
        titles = [(AREAS[0], "unit", set(layout["units"]) - HILLS), (AREAS[1], "unit", HILLS)]
    for title, column, members in titles:
        groups[title] = [row for row in mine if row[column] in members]
    return [(title, members) for title, members in groups.items() if members]
