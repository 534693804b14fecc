"""The plot: a value axis over the rows, bars with patterns, and ticks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from analysis.charts.lettering import width_of
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour
from analysis.reference import SuiteError

Segments = list[list[tuple[float, float]]]

# Where lines may stand on an axis from 0 to 100%.
SHARES = ((0, 25, 50, 75, 100), (0, 50, 100), (0, 100), (0,))


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


def round_values(furthest: float) -> list[float]:
    """Round values from 0 to at least `furthest`, four or so."""
    steps = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(0, furthest)
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
