"""The sheets of a workbook for publication: letters, widths, tables and links."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, NamedStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from analysis.export.safe_text import printable
from analysis.reference import bare
from analysis.workbooks.parts import STAMP

_WIDEST, _TEXT_WIDTH = 90, 100
# How wide the columns of a page may be together: to be read comfortably, and to be read at all.
_PAGE, _FULLEST, _NARROWEST = 150, 200, 8
_LETTERS, _LINE, _A4 = "Arial", 15.75, 9
_HEIGHTS = {"title": 1.4, "subtitle": 1.25}  # in lines of the other text


class Booklet:
    """A workbook whose cells are written in a few styles of their own."""

    def __init__(self, title: str, lang: str) -> None:
        self.title, self.lang = printable(title), lang
        self.book = Workbook()
        self.book.remove(self.book.worksheets[0])
        properties = self.book.properties
        properties.title, properties.creator = self.title, "accreditation"
        properties.language = "vi-VN" if lang == "vi" else "en-US"
        properties.created = properties.modified = dt.datetime(*STAMP)
        self._styles: dict[str, str] = {}
        self._looks: dict[str, Any] = {}
        top = Alignment(vertical="top")
        wrapped = Alignment(wrap_text=True, vertical="top")
        self._style("title", Font(name=_LETTERS, size=16, bold=True), top)
        self._style("subtitle", Font(name=_LETTERS, size=14, bold=True), top)
        self._style("line", Font(name=_LETTERS, size=12), top)
        self._style("text", Font(name=_LETTERS, size=12), wrapped, "@")
        self._style("heading", Font(name=_LETTERS, size=12, bold=True), wrapped, "@")
        right = Alignment(wrap_text=True, vertical="top", horizontal="right", indent=1)
        self._style("text right", Font(name=_LETTERS, size=12), right, "@")
        self._style("heading right", Font(name=_LETTERS, size=12, bold=True), right, "@")
        self._style("link", Font(name=_LETTERS, size=12, underline="single"), wrapped, "@")

    def _style(self, name: str, font: Font, alignment: Alignment, format_: str = "General") -> str:
        style = NamedStyle(f"acc {name}", font, alignment=alignment, number_format=format_)
        self.book.add_named_style(style)
        return style.name

    def sheet(self, name: str) -> Any:
        """A further sheet, as wide as a page when it is printed."""
        sheet = self.book.create_sheet(name)
        sheet.sheet_format.defaultRowHeight = _LINE
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
        sheet.page_setup.fitToHeight = 0
        return sheet

    def write_cover(
        self, sheet: Any, title: str, lines: Iterable[str], sections: Iterable[Any]
    ) -> None:
        """Title and lines, then sections with a subtitle each."""
        rows = [(title, "title"), *((line, "text") for line in lines)]
        for subtitle, texts in sections:
            rows += [(subtitle, "subtitle"), *((text, "text") for text in texts)]
        for r, (text, style) in enumerate(rows, 1):
            self._put(sheet, r, 1, text, style)
            sheet.row_dimensions[r].height = height_of(
                [text], [_TEXT_WIDTH], _HEIGHTS.get(style, 1)
            )
        sheet.column_dimensions["A"].width = _TEXT_WIDTH

    def write_head(self, sheet: Any, title: str, lines: Iterable[str]) -> None:
        """Title and lines above a table; they may reach over the columns beside them."""
        for r, (text, style) in enumerate([(title, "title"), *((t, "line") for t in lines)], 1):
            self._put(sheet, r, 1, text, style)
        sheet.row_dimensions[1].height = _LINE * _HEIGHTS["title"]

    def write_table(
        self,
        sheet: Any,
        name: str,
        headings: Sequence[str],
        columns: Sequence[Sequence[Any]],
        formats: Sequence[str],
    ) -> None:
        """One header row and the rows below it, marked as a table of that name."""
        top = sheet.max_row + 1
        widths = _fitted([_width(h, c) for h, c in zip(headings, columns, strict=True)])
        for c, (heading, column) in enumerate(zip(headings, columns, strict=True), 1):
            aside = " right" if formats[c - 1] != "@" and len(column) else ""
            self._put(sheet, top, c, heading, f"heading{aside}")
            style = self._number_style(formats[c - 1])
            for r, value in enumerate(column, top + 1):
                if value is not None:
                    self._put(sheet, r, c, value, f"text{aside}" if _is_text(value) else style)
            sheet.column_dimensions[get_column_letter(c)].width = widths[c - 1]
        for r, row in enumerate([headings, *zip(*columns, strict=True)], top):
            sheet.row_dimensions[r].height = height_of(row, widths)
        sheet.print_title_rows = f"{top}:{top}"
        sheet.page_setup.fitToWidth = -(-int(sum(widths)) // _FULLEST)
        if sheet.page_setup.fitToWidth > 1:
            sheet.print_title_cols = "A:A"
        reach = max(len(str(sheet.cell(r, 1).value or "")) for r in range(1, top)) - sum(widths)
        last = len(headings) + max(-(-int(reach) // _NARROWEST), 0)  # no line above is cut
        sheet.print_area = f"A1:{get_column_letter(max(last, 1))}{sheet.max_row}"
        sheet.oddFooter.right.text = "&P / &N"
        if columns and len(columns[0]):
            self._mark(sheet, name, top, headings, len(columns[0]))

    def link(self, sheet: Any, names: Sequence[str]) -> None:
        """Let the last cells of column A lead to the sheets they name."""
        top = sheet.max_row - len(names) + 1
        for r, name in enumerate(names, top):
            cell = sheet.cell(r, 1)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1", display=name)
            cell.style = "acc link"

    def _number_style(self, format_: str) -> str:
        if format_ not in self._styles:
            plain = Font(name=_LETTERS, size=12)
            right = Alignment(vertical="top", horizontal="right", indent=1)
            name = f"number {len(self._styles) + 1}"
            self._styles[format_] = self._style(name, plain, right, format_)
        return self._styles[format_].removeprefix("acc ")

    def _put(self, sheet: Any, row: int, column: int, value: Any, style: str) -> None:
        """Write a cell; text is text, whatever it begins with."""
        cell = sheet.cell(row, column)
        if isinstance(value, str):
            cell.value = printable(value)
            cell.data_type = "s"
        else:
            cell.value = value
        if style not in self._looks:  # finding a style by its name takes longer than a cell
            cell.style = f"acc {style}"
            self._looks[style] = cell._style
        cell._style = copy(self._looks[style])

    def _mark(self, sheet: Any, name: str, top: int, headings: Sequence[str], rows: int) -> None:
        """Mark a table, without filter buttons and without colours."""
        ref = f"A{top}:{get_column_letter(len(headings))}{top + rows}"
        columns = [TableColumn(id=i, name=heading) for i, heading in enumerate(headings, 1)]
        table = Table(displayName=name, name=name, ref=ref, tableColumns=columns)
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        sheet.add_table(table)


def names_of(titles: Mapping[str, Any], lang: str) -> dict[str, tuple[str, str]]:
    """For each title the name of its sheet and of its table."""
    found: dict[str, tuple[str, str]] = {}
    for number, title in enumerate(titles, 1):
        words = "_".join(filter(None, map(bare, re.split(r"\W+", title))))[:60]
        start = "bang" if lang == "vi" else "table"
        sheet = "".join(" " if c in "[]:*?/\\'" else c for c in printable(title))
        found[title] = (f"{number}. {sheet[:26].strip()}".strip(), f"{start}_{number}_{words}")
    return found


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _width(heading: str, column: Sequence[Any]) -> float:
    longest = max([len(str(v)) for v in column if v is not None] + [len(heading) // 2, 8])
    return min(1.15 * longest + 2, _WIDEST)


def _fitted(widths: list[float]) -> list[float]:
    """The widest columns narrower, where a page then has room for all of them."""
    least = [min(width, 16.0) for width in widths]
    if sum(least) > _FULLEST or sum(widths) <= _PAGE:
        return widths
    share = max(_PAGE - sum(least), 0) / (sum(widths) - sum(least))
    return [low + share * (width - low) for width, low in zip(widths, least, strict=True)]


def height_of(row: Sequence[Any], widths: Sequence[float], letters: float = 1) -> float:
    """The height of a row whose texts are broken into lines; not every program finds it itself."""
    lengths = (len(value) if isinstance(value, str) else 0 for value in row)
    lines = (-(-1.15 * n * letters // width) for n, width in zip(lengths, widths, strict=True))
    return _LINE * letters * max([1, *lines])
