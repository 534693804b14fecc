"""What a chart of PowerPoint is made of: categories, series, and how they stand on the axes; and
the workbook inside it, which opens in PowerPoint when somebody edits its data."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.charts.drawing import Mark
from analysis.charts.style import Paint
from analysis.export.safe_text import printable
from analysis.export.steady import steady
from analysis.workbooks.parts import STAMP

Value = float | int | None
_FIRST_DAY = dt.date(1899, 12, 30)  # as the spreadsheets count days

SHEET = "data"
# Text stays text, whatever it begins with.
_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# How the cells of the embedded table are shown, in the notation of the United States; Excel shows
# them in the viewer's own.
COUNT, PERCENT, POINTS = "#,##0", '0.0"%"', "+0.0;-0.0;0.0"


@dataclass(frozen=True)
class Series:
    """One row of the legend. `paint` None: not seen, it holds up what stands on it, or its labels.

    `plot`: where it is drawn: "" as the form of the chart says, "front" (bars of their own before
    the others), "lines" or "area". `labels`: where its labels stand: "inside", "middle" (over the
    bar), "end" (beyond it), "above", "right", "ends" (left and right of a line) or "" (nowhere).
    `texts` are the labels as words, in which no program changes a decimal sign; without them labels
    are whole numbers. `moved`: by which part of the height of the chart each one is moved down.
    `drops`: how far a stroke goes down from each value.
    """

    name: str
    values: Sequence[Value]
    paint: Paint | None
    number_format: str = COUNT
    labels: str = ""
    texts: Sequence[str] = ()
    plot: str = ""
    mark: Mark | None = None
    moved: Sequence[float] = ()
    bold: bool = True
    drops: Sequence[float] = ()


@dataclass(frozen=True)
class Native:
    """A chart of PowerPoint: "bars" (lying), "columns" (standing) or "lines".

    `stacking`: "", "stacked" or "percentStacked"; `gap` is the air between bars, in percent of a
    bar, `front` that and the overlap of the bars in front; `low` and `high` are the ends of the
    scale where they are fixed, `step` is from line to line; without `axis_format` the scale is not
    written; every `skip`th name is. `dates` are the categories where these are points in time, of
    which an axis writes the year. `key` says what stands below the names, `title` what the chart
    is of where a slide has several, `head` is the part of its height for that. `place` is its part
    of the room on the slide, `margins` are the parts of the chart around its plot (left, top,
    right, bottom), where they are not left to PowerPoint. `beside` are further columns of the
    embedded table that are not drawn.
    """

    form: str
    categories: Sequence[str]
    series: Sequence[Series]
    axis_format: str = ""
    stacking: str = ""
    gap: int = 45
    front: tuple[int, int] = (150, 100)
    low: float | None = None
    high: float | None = None
    step: float = 0
    skip: int = 1
    dates: Sequence[dt.date] = ()
    key: str = ""
    title: str = ""
    head: float = 0
    legend: bool = True
    place: tuple[float, float, float, float] = (0, 0, 1, 1)
    margins: tuple[float, float, float, float] | None = None
    beside: Mapping[str, Sequence[Value]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The categories as the chart has them: words, or the numbers of days."""
        days = [str((day - _FIRST_DAY).days) for day in self.dates]
        return days or [*map(printable, self.categories)]

    @property
    def grid(self) -> list[list[str | dt.date | Value]]:
        """The embedded table: a row of headings, then a row per category."""
        names = [series.name for series in self.series] + list(self.beside)
        columns = [*(series.values for series in self.series), *self.beside.values()]
        head: list[str | dt.date | Value] = ["", *map(printable, names)]
        rows = zip(self.dates or self.names, *columns, strict=True)
        return [head, *(list(row) for row in rows)]


def told_at(category: str, text: str) -> str:
    """A category with the label that stands there as words."""
    return f"{category} {text}" if text else category


def datasheet(native: Native) -> bytes:
    """One sheet: categories in column A, then a column per series, then what is not drawn."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, _TEXT) as book:
        book.set_properties({"created": dt.datetime(*STAMP), "author": "accreditation"})
        book.formats[0].set_font_name("Arial")
        sheet = book.add_worksheet(SHEET)
        sheet.set_column(0, 0, 44)
        formats = [None, *(book.add_format({"num_format": s.number_format}) for s in native.series)]
        formats[0] = book.add_format({"num_format": "yyyy"}) if native.dates else None
        for r, row in enumerate(native.grid):
            for c, value in enumerate(row):
                style = formats[c] if r and c < len(formats) else None
                _write(sheet, r, c, value, style)
    return steady(stream.getvalue())


def _write(sheet: Any, row: int, column: int, value: object, style: object) -> None:
    kinds = {str: "write_string", dt.date: "write_datetime"}
    if value is not None:
        getattr(sheet, kinds.get(type(value), "write_number"))(row, column, value, style)


def column_letter(place: int) -> str:
    """The letters of a column, from 0: A, B, ... Z, AA."""
    rest = "" if place < 26 else column_letter(place // 26 - 1)
    return rest + chr(ord("A") + place % 26)
