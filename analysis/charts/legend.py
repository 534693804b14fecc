"""The legend: swatches, points or pieces of line with their words, in as few lines as hold them."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.charts.lettering import width_of
from analysis.charts.marks import Mark, draw_sample
from analysis.charts.plot import Plot
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint

# A swatch, and a piece of line long enough to show its dashes, in letters.
_SWATCH, _SAMPLE = 1.5, 2.6


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
