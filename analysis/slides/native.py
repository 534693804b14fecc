"""What a chart of PowerPoint is made of: categories, series, and how they stand on the axes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.charts.marks import Mark
from analysis.charts.style import Paint
from analysis.export.safe_text import printable

Value = float | int | None
_FIRST_DAY = dt.date(1899, 12, 30)  # as the spreadsheets count days

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
