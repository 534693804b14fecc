"""What a chart of PowerPoint is made of: categories, series, and how they stand on the axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.charts.style import Paint
from analysis.export.safe_text import printable

Value = float | int | None

# Number formats are written in the notation of the United States; Office shows them in the
# viewer's own. The second part of COUNT hides a zero, where a bar has nothing to show.
COUNT, PERCENT, POINTS = "#,##0;-#,##0;", '0.0"%"', "+0.0;-0.0;0.0"


@dataclass(frozen=True)
class Series:
    """One row of the legend. `paint` None: not seen, it only holds up what stands on it.

    `labels`: where its values are written: "inside", "end" (beyond the bar), "last" (only behind
    the last point of a line) or "" (not at all).
    """

    name: str
    values: Sequence[Value]
    paint: Paint | None
    number_format: str = COUNT
    labels: str = ""


@dataclass(frozen=True)
class Native:
    """A chart of PowerPoint: "bars" (lying), "columns" (standing) or "lines".

    `stacking`: "", "stacked" or "percentStacked"; `gap` is the air between bars, in percent of a
    bar; `low` and `high` are the ends of the scale where they are fixed; `beside` are further
    columns of the embedded table that are not drawn, such as count and total.
    """

    form: str
    categories: Sequence[str]
    series: Sequence[Series]
    axis_format: str
    stacking: str = ""
    gap: int = 45
    low: float | None = None
    high: float | None = None
    beside: Mapping[str, Sequence[Value]] = field(default_factory=dict)

    @property
    def grid(self) -> list[list[str | Value]]:
        """The embedded table: a row of headings, then a row per category."""
        names = [series.name for series in self.series] + list(self.beside)
        columns = [*(series.values for series in self.series), *self.beside.values()]
        head: list[str | Value] = ["", *map(printable, names)]
        rows = zip(map(printable, self.categories), *columns, strict=True)
        return [head, *(list(row) for row in rows)]
