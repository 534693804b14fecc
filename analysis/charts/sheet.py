"""The sheet a chart is drawn on: measured in points from its top left corner, y downwards.

Everything is placed by arithmetic on measured text, so nothing overlaps and nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.transforms import Affine2D

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
from analysis.charts.style import colour

Align = Literal["left", "center", "right"]


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
