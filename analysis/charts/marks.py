"""Points and lines: told apart by shape and dashes, never by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.charts.plot import Plot
from analysis.charts.sheet import Box
from analysis.charts.style import colour


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
