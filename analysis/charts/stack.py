"""Stacked bars: segments with a little air between them, each with its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.charts.lettering import apart, width_of
from analysis.charts.numbers import LevelRow, Levels
from analysis.charts.plot import Plot
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour, ink_on, standing_paint
from analysis.reference import say


class Stack:
    """Draws the bars of a chart of levels. `free` points stand empty above each row."""

    def __init__(
        self, plot: Plot, facts: Levels, order: Sequence[str], lang: str, *, free: float
    ) -> None:
        self.plot, self.sheet = plot, plot.sheet
        self.facts, self.order, self.lang, self.free = facts, order, lang, free

    def draw(self, box: Box, row: LevelRow) -> None:
        """One bar, the highest level first."""
        if not row.reached.total:
            self._say_empty(box)
            return
        narrow = []
        for segment, text, paint in self._segments(box, row):
            self.plot.fill(segment, paint)
            if not self._number(segment, text, paint):
                narrow.append((segment, text))
        if narrow:
            self._numbers_above(narrow, box.top - self.free)

    def _say_empty(self, box: Box) -> None:
        size, ink = self.sheet.preset.least, colour("ink.quiet")
        x, words = self.plot.box.left + 0.5 * size, say("no_schools", self.lang)
        self.sheet.write(x, box.middle, words, size=size, ink=ink, level="digits")

    def _segments(self, box: Box, row: LevelRow) -> Iterator[tuple[Box, str, Paint]]:
        half = min(0.32 * box.height, 1.7 * self.sheet.preset.label)
        start = 0
        for standing in self.order:
            count = row.standings.get(standing, 0)
            if count:
                edges = (100 * edge / row.reached.total for edge in (start, start + count))
                left, right = map(self.plot.x, edges)
                air = min(0.9, 0.12 * (right - left))
                segment = Box(left + air, box.middle - half, right - air, box.middle + half)
                yield segment, str(count), standing_paint(self.facts.scheme, standing)
            start += count

    def _number(self, segment: Box, text: str, paint: Paint) -> bool:
        """Write a number inside its segment, if there is room for it."""
        size = min(self.sheet.preset.label, 0.9 * segment.height)
        width = width_of(text, size)
        if width + 0.3 * size > segment.width:
            return False
        x = (segment.left + segment.right) / 2
        if paint.pattern:
            self.plot.clear(x, segment, width, size, paint.fill)
        ink = ink_on(paint.fill)
        self.sheet.write(
            x, segment.middle, text, size=size, ink=ink, align="center", level="digits"
        )
        return True

    def _numbers_above(self, narrow: list[tuple[Box, str]], top: float) -> None:
        """Numbers of segments too narrow for them: above the bar, moved apart, each with a line.

        Where the rows stand too close for that they are left out; the table has them.
        """
        sheet, size, ink = self.sheet, self.sheet.preset.least, colour("ink.quiet")
        if narrow[0][0].top - top < 1.3 * size:
            return
        middles = [(segment.left + segment.right) / 2 for segment, _ in narrow]
        widths = [width_of(text, size) + 0.35 * size for _, text in narrow]
        places = apart(middles, widths, self.plot.box.left, self.plot.box.right + 0.5 * size)
        for (segment, text), middle, x in zip(narrow, middles, places, strict=True):
            foot = segment.top - 0.35 * size
            sheet.rule((middle, x), (segment.top, foot), ink, 0.8)
            sheet.write(x, foot - 0.45 * size, text, size=size, align="center", level="digits")


def room_for_numbers(sheet: Sheet, width: float, facts: Levels) -> float:
    """Points to keep free above the rows: some where a bar this wide has too narrow segments."""
    size = sheet.preset.label
    narrow = any(
        0 < width * count < (width_of(str(count), size) + 0.3 * size) * row.reached.total
        for row in facts.rows
        for count in row.standings.values()
    )
    return 0.95 * sheet.preset.least if narrow else 0.0
