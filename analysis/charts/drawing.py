"""What a chart shows, described once: the painters draw it, and the slides write it as a chart of
PowerPoint. Plain values, so that a saved chart keeps it."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

from analysis.charts.style import Paint
from analysis.reference import Corridor, Share

NONE = Share(0, 0)


@dataclass(frozen=True)
class Mark:
    """How a point and the line through its likes are drawn.

    `shape` is a matplotlib marker, "" for none; `dash` a pattern in line widths, () for a plain
    line; `width` 0 is no line at all; `hollow` points show the paper.
    """

    ink: str
    shape: str = "o"
    hollow: bool = False
    dash: tuple[float, ...] = ()
    width: float = 2.2
    size: float = 9


@dataclass(frozen=True)
class Row:
    """A row, or a place on the axis of time: its name, `full` with what it is counted of, `under` a
    quieter line; `amount` what is counted, `before` the same a while ago; `labels` what is said
    beside it, line by line, each in its lengths, the fullest first; `band` what is wanted, `wanted`
    that in words; `position`: below, within or above it, `silent` where nothing follows from that.
    The `total` stands last and apart."""

    name: str
    full: str = ""
    under: str = ""
    bold: bool = False
    total: bool = False
    amount: Share = NONE
    before: Share | None = None
    labels: tuple[tuple[str, ...], ...] = ()
    band: Corridor | None = None
    wanted: str = ""
    position: str = ""
    silent: bool = False


@dataclass(frozen=True)
class Series:
    """One entry of the legend: a value for each row, None where there is none. `amounts` are what
    the values are shares of, `texts` the labels at them; `times` where they stand, if not at the
    rows. Without a look it is not seen: it holds up what stands on it."""

    name: str
    values: tuple[float | None, ...] = ()
    look: Paint | Mark | None = None
    amounts: tuple[Share, ...] = ()
    texts: tuple[str, ...] = ()
    times: tuple[float, ...] = ()
    bold: bool = False


@dataclass(frozen=True)
class Panel:
    """A small chart among its likes: the years so far (if there are any), and the ways on."""

    name: str
    full: str
    bold: bool
    past: Series | None
    ways: tuple[Series, ...]


@dataclass(frozen=True)
class Stroke:
    """A date on the axis of time: `at` counts in columns, `column` is the one it lies in; `words`
    in their lengths; `tint` is the colour of the ground before it."""

    at: float
    column: int
    words: tuple[str, ...]
    tint: str


@dataclass(frozen=True)
class Drawing:
    """A chart as it is described. `form` names painter and chart of PowerPoint: "stack", "bullets",
    "gaps", "dumbbells", "bars", "steps", "columns", "slopes" or "panels".

    `heading` stands over the numbers of the rows, `band` is what the ranges are called in the
    legend, `wanted` the range where it is one for all, `sides` say what is left and right of the
    line, `span` how far the axis reaches to both sides of it, and round values from there on;
    `none` is said of a row without schools.
    """

    form: str
    lang: str
    rows: tuple[Row, ...] = ()
    series: tuple[Series, ...] = ()
    heading: str = ""
    band: str = ""
    wanted: Corridor | None = None
    sides: tuple[str, ...] = ()
    span: tuple[float, ...] = ()
    none: str = ""
    strokes: tuple[Stroke, ...] = ()
    panels: tuple[Panel, ...] = ()

    @property
    def legend(self) -> list[tuple[str, Paint | Mark]]:
        """What is seen, with its name."""
        return [(series.name, series.look) for series in self.series if series.look]

    @property
    def total_last(self) -> bool:
        """Whether the last row is the sum of the others."""
        return self.rows[-1].total


_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (Corridor, Drawing, Mark, Paint, Panel, Row, Series, Share, Stroke)
}


def plain(value: Any) -> Any:
    """A description as plain values, for a file."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if not is_dataclass(value):
        return value
    pairs = ((f, getattr(value, f.name)) for f in fields(value))
    told = {f.name: plain(one) for f, one in pairs if f.default is MISSING or one != f.default}
    return {"is": type(value).__name__, **told}


def described(told: Any) -> Any:
    """The description that plain values of a file tell."""
    if isinstance(told, list):
        return tuple(described(one) for one in told)
    if isinstance(told, dict):
        return _KINDS[told["is"]](**{k: described(v) for k, v in told.items() if k != "is"})
    return told
