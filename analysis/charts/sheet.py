"""The sheet a chart is drawn on, measured in points from its top left corner, y downwards; plots
with their marks, and the legend. Everything is placed by arithmetic on measured text, so nothing
overlaps and nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D

from analysis.charts.drawing import Mark
from analysis.charts.figure import Chart
from analysis.charts.lettering import (
    ASCENT,
    HALF_CAPITAL,
    PITCH,
    Letters,
    Line,
    block_height,
    height_of,
    weight,
    width_of,
)
from analysis.charts.style import Paint, colour, ink_on
from analysis.reference import SuiteError

Align = Literal["left", "center", "right"]
Segments = list[list[tuple[float, float]]]

# Where lines may stand on an axis from 0 to 100%.
SHARES = ((0, 25, 50, 75, 100), (0, 50, 100), (0, 100), (0,))
# A swatch, and a piece of line long enough to show its dashes, in letters.
_SWATCH, _SAMPLE = 1.5, 2.6


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet, in points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The y half way down."""
        return (self.top + self.bottom) / 2


class Sheet:
    """Writes and rules lines on a chart. Text is never read as mathematics or markup."""

    def __init__(self, chart: Chart) -> None:
        self.chart, self.preset = chart, chart.preset
        width, height = self.preset.points
        self.box = Box(0, 0, width, height)
        flip = Affine2D().scale(1 / 72, -1 / 72).translate(0, height / 72)
        self.transform = flip + chart.dpi_scale_trans

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        bold: bool = False,
        ink: str = "",
        align: Align = "left",
        level: str = "top",
    ) -> Box:
        """Write text and give the box it takes.

        `align` is the side of the text that is at x (left, center, right). `level` is what is at
        y: the top, the bottom, the middle of the block (center), or that of a line of digits
        (digits).
        """
        width, height = width_of(text, size, bold), height_of(text, size)
        left = x - {"left": 0, "center": width / 2, "right": width}[align]
        above = {"top": 0, "center": height / 2, "bottom": height}
        top = y - (above[level] if level in above else (ASCENT - HALF_CAPITAL) * size)
        for row, line in enumerate(text.split("\n")):
            letters = self.chart.text(
                x,
                top + (ASCENT + row * PITCH) * size,
                line,
                fontsize=size,
                fontweight=weight(bold),
                color=ink or colour("ink.text"),
                ha=align,
                va="baseline",
                parse_math=False,
                transform=self.transform,
            )
            letters.__class__ = Letters  # a figure makes no other kind of text itself
        return Box(left, top, left + width, top + height)

    def write_block(
        self,
        x: float,
        middle: float,
        block: Sequence[Line],
        *,
        align: Align = "left",
        ground: str = "",
    ) -> None:
        """Write lines one below the other around a height; one line by the middle of its digits.

        `ground` is a colour laid behind them, over the lines of the plot.
        """
        one = len(block) == 1 and "\n" not in block[0].text
        y = middle if one else middle - block_height(block) / 2
        level = "digits" if one else "top"
        for line in block:
            box = self.write(
                x,
                y,
                line.text,
                size=line.size,
                bold=line.bold,
                ink=line.ink,
                align=align,
                level=level,
            )
            if ground:
                self._lay(box, ground)
            y = box.bottom

    def _lay(self, box: Box, ground: str) -> None:
        place = (box.left - 2, box.top), box.width + 4, box.height
        patch = Rectangle(*place, facecolor=ground, linewidth=0, transform=self.transform)
        self.chart.add_artist(patch)

    def rule(self, x: tuple[float, float], y: tuple[float, float], ink: str, width: float) -> None:
        """A straight line from the first x and y to the second."""
        line = Line2D(x, y, color=ink, linewidth=width, transform=self.transform)
        self.chart.add_artist(line)

    def pill(self, box: Box, ground: str, outline: str) -> None:
        """A rounded box, behind text."""
        self.chart.add_artist(
            FancyBboxPatch(
                (box.left, box.top),
                box.width,
                box.height,
                boxstyle=f"round,pad=0,rounding_size={box.height / 2}",
                facecolor=ground,
                edgecolor=outline,
                linewidth=1,
                transform=self.transform,
            )
        )


class Plot:
    """A box of the sheet with values from `low` to `high` along its width.

    Its matplotlib Axes has the values on x and points of the sheet, downwards, on y.
    """

    def __init__(self, sheet: Sheet, box: Box, low: float, high: float) -> None:
        if min(box.width, box.height) < sheet.preset.least:
            raise SuiteError("chart_no_room", preset=sheet.preset.name)
        self.sheet, self.box, self.low, self.high = sheet, box, low, high
        width, height = sheet.box.width, sheet.box.height
        place = (box.left / width, 1 - box.bottom / height, box.width / width, box.height / height)
        self.axes = sheet.chart.add_axes(place, frameon=False)
        self.axes.set(xlim=(low, high), ylim=(box.bottom, box.top))
        self.axes.set_axis_off()

    def x(self, value: float) -> float:
        """Where a value stands on the sheet."""
        return self.box.left + (value - self.low) / (self.high - self.low) * self.box.width

    def value(self, x: float) -> float:
        """The value at a place on the sheet."""
        return self.low + (x - self.box.left) / self.box.width * (self.high - self.low)

    def bar(self, start: float, end: float, top: float, bottom: float, paint: Paint) -> Box:
        """A bar from one value to another; gives its box on the sheet."""
        box = Box(self.x(start), top, self.x(end), bottom)
        self.fill(box, paint)
        return box

    def fill(self, box: Box, paint: Paint) -> None:
        """A painted box, with its pattern and outline."""
        start, end = self.value(box.left), self.value(box.right)
        patch = Rectangle(
            (start, box.top),
            end - start,
            box.height,
            facecolor=paint.fill,
            edgecolor=paint.outline or "none",
            linewidth=0.9 if paint.outline else 0,
            clip_on=False,
            zorder=2,
        )
        self.axes.add_artist(patch)
        if paint.pattern:
            self._pattern(box, paint)

    def clear(self, x: float, box: Box, width: float, size: float, fill: str) -> None:
        """Leave the pattern out where a number stands."""
        half, high = width / 2 + 0.12 * size, 0.5 * size
        left, right = max(box.left + 0.6, x - half), min(box.right - 0.6, x + half)
        patch = Rectangle(
            (self.value(left), box.middle - high),
            self.value(right) - self.value(left),
            2 * high,
            facecolor=fill,
            linewidth=0,
            clip_on=False,
            zorder=2.2,
        )
        self.axes.add_artist(patch)

    def write_in(
        self, box: Box, text: str, paint: Paint, size: float, *, bold: bool = False
    ) -> None:
        """A number in a painted box; the pattern is left out where it stands."""
        x, ink = (box.left + box.right) / 2, ink_on(paint.fill)
        if paint.pattern:
            self.clear(x, box, width_of(text, size, bold), size, paint.fill)
        how: Any = {"size": size, "bold": bold, "ink": ink, "align": "center", "level": "digits"}
        self.sheet.write(x, box.middle, text, **how)

    def _pattern(self, box: Box, paint: Paint) -> None:
        step = 0.42 * self.sheet.preset.label
        inner = Box(box.left + 0.5, box.top + 0.5, box.right - 0.5, box.bottom - 0.5)
        lines = LineCollection(
            _PATTERNS[paint.pattern](inner, step),
            colors=paint.line,
            linewidths=step / 5,
            capstyle="butt",
            transform=self.sheet.transform,
            clip_on=False,
            zorder=2.1,
        )
        self.axes.add_collection(lines, autolim=False)

    def ticks(self, choices: Sequence[Sequence[float]], label: Callable[[float], str]) -> None:
        """Light lines at round values behind the bars, with their labels below.

        The first of the choices is taken whose labels stand clear of one another.
        """
        size, ink = self.sheet.preset.note, colour("ink.quiet")
        y = self.box.bottom + 0.4 * size
        clear = (values for values in choices if self._clear(values, label, size))
        for value in next(clear, choices[-1]):
            self.line(value, self.box.top, self.box.bottom, colour("ink.grid"), 1, behind=True)
            self.sheet.write(self.x(value), y, label(value), size=size, ink=ink, align="center")

    def _clear(self, values: Sequence[float], label: Callable[[float], str], size: float) -> bool:
        half = [width_of(label(value), size) / 2 + 0.2 * size for value in values]
        x = [self.x(value) for value in values]
        return all(x[i] + half[i] <= x[i + 1] - half[i + 1] for i in range(len(x) - 1))

    def line(
        self,
        value: float,
        top: float,
        bottom: float,
        ink: str,
        width: float,
        *,
        behind: bool = False,
    ) -> None:
        """An upright line at a value."""
        order = 0.5 if behind else 4
        (line,) = self.axes.plot([value, value], [top, bottom], color=ink, lw=width, zorder=order)
        line.set(clip_on=False, solid_capstyle="butt")

    def across(self, y: float, ink: str) -> None:
        """A light line from side to side, behind bars and lines."""
        self.axes.plot([self.low, self.high], [y, y], color=ink, lw=1, zorder=0.5, clip_on=False)

    def ground(self, box: Box, tint: str) -> None:
        """A tint behind everything."""
        start, width = self.value(box.left), self.value(box.right) - self.value(box.left)
        patch = Rectangle((start, box.top), width, box.height, facecolor=tint, lw=0, zorder=0.2)
        patch.set_clip_on(False)
        self.axes.add_artist(patch)

    def ring(self, value: float, y: float, size: float, ink: str) -> None:
        """A ring at a value: nothing to go."""
        self.axes.plot(
            [value],
            [y],
            marker="o",
            markersize=size,
            markerfacecolor=colour("ink.paper"),
            markeredgecolor=ink,
            markeredgewidth=0.22 * size,
            clip_on=False,
            zorder=5,
        )


def draw_marks(plot: Plot, points: Sequence[tuple[float, float]], mark: Mark) -> None:
    """Points (value, y of the sheet) and the line through them."""
    (drawn,) = plot.axes.plot(
        [x for x, _ in points],
        [y for _, y in points],
        color=mark.ink,
        linewidth=mark.width,
        linestyle=(0, mark.dash) if mark.dash else "-",
        marker=mark.shape or "None",
        markersize=mark.size,
        markerfacecolor=colour("ink.paper") if mark.hollow else mark.ink,
        markeredgecolor=mark.ink,
        markeredgewidth=0.2 * mark.size,
        zorder=5,
    )
    drawn.set(clip_on=False, solid_capstyle="butt", dash_capstyle="butt")


def draw_sample(plot: Plot, box: Box, mark: Mark) -> None:
    """A piece of a line with its point, for a legend."""
    ends = [(plot.value(x), box.middle) for x in (box.left, box.right)]
    middle = [((ends[0][0] + ends[1][0]) / 2, box.middle)]
    if mark.width:
        draw_marks(plot, ends, replace(mark, shape=""))
    if mark.shape:
        draw_marks(plot, middle, replace(mark, width=0))


class Legend:
    """Placed first, because the plot begins below it; written once there is a plot."""

    def __init__(self, sheet: Sheet, room: Box, entries: Sequence[tuple[str, Paint | Mark]]):
        self.sheet, self.room, self.size = sheet, room, sheet.preset.least
        self._line = 1.2 * sheet.preset.label
        self.places: list[tuple[float, float, str, Paint | Mark]] = []
        x, y = room.left, room.top
        for words, sign in entries:
            width = (_length(sign) + 0.4) * self.size + width_of(words, self.size)
            if x > room.left and x + width > room.right:
                x, y = room.left, y + 1.1 * self._line
            self.places.append((x, y, words, sign))
            x += width + 1.2 * self.size
        self.right, self._last = x, y

    @property
    def bottom(self) -> float:
        """The y below the legend."""
        return self._last + self._line

    def bottom_beside(self, width: float) -> float:
        """The y below the legend and below words of this width that end its last line."""
        fits = self.right + width <= self.room.right
        return self.bottom + (0 if fits else 1.1 * self._line)

    def write(self, plot: Plot) -> None:
        """Draw the signs and write the words."""
        size = self.size
        for x, y, words, sign in self.places:
            middle, length = y + 0.5 * self._line, _length(sign) * size
            box = Box(x, middle - 0.42 * size, x + length, middle + 0.42 * size)
            if isinstance(sign, Mark):
                draw_sample(plot, box, sign)
            else:
                plot.fill(box, sign)
            self.sheet.write(x + length + 0.4 * size, middle, words, size=size, level="digits")


def _length(sign: Paint | Mark) -> float:
    return _SAMPLE if isinstance(sign, Mark) and sign.width else _SWATCH


def round_values(furthest: float) -> list[float]:
    """Round values from 0 to at least `furthest`, four or so."""
    multiples = [1, 2, 2.5, 5, 10] if furthest > 1 else [1, 2, 5, 10]  # one decimal is written
    steps = MaxNLocator(nbins=4, steps=multiples).tick_values(0, furthest)
    return [float(value) for value in steps if value >= 0]


def whole_values(most: int) -> list[float]:
    """Round whole numbers from 0 to no more than `most`, five or so."""
    most = max(most, 1)
    steps = MaxNLocator(nbins=5, steps=[1, 2, 5, 10], integer=True).tick_values(0, most)
    return [float(value) for value in steps if 0 <= value <= most]


def _rising(box: Box, step: float) -> Segments:
    """Lines x + y = c, cut to the box: on the sheet y grows downwards, so they rise."""
    first, last = int((box.left + box.top) // step) + 1, int((box.right + box.bottom) // step)
    spans = [
        (c, max(box.left, c - box.bottom), min(box.right, c - box.top))
        for c in (i * step for i in range(first, last + 1))
    ]
    return [[(a, c - a), (b, c - b)] for c, a, b in spans if b > a]


def _falling(box: Box, step: float) -> Segments:
    """The mirror image of the rising lines."""
    mirrored = Box(-box.right, box.top, -box.left, box.bottom)
    return [[(-x, y) for x, y in line] for line in _rising(mirrored, step)]


def _lying(box: Box, step: float) -> Segments:
    """Lines from side to side."""
    rows = max(int(box.height // step), 1)
    top = box.top + (box.height - (rows - 1) * step) / 2
    return [[(box.left, top + i * step), (box.right, top + i * step)] for i in range(rows)]


def _dots(box: Box, step: float) -> Segments:
    """Short dashes in a grid, every second row shifted by half a step."""
    dash, rows = step / 5, int(box.height // step)
    top = box.top + (box.height - (rows - 1) * step) / 2
    grid = (
        (box.left + (0.5 + i + 0.5 * (row % 2)) * step, top + row * step)
        for row in range(rows)
        for i in range(int(box.width // step) + 1)
    )
    return [[(x, y), (x + dash, y)] for x, y in grid if x + dash < box.right]


_PATTERNS: dict[str, Callable[[Box, float], Segments]] = {
    "rising": _rising,
    "falling": _falling,
    "lying": _lying,
    "dots": _dots,
}
