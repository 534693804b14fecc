"""Upright columns over time: a scale of whole numbers at the left, names below."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.charts.lettering import width_of
from analysis.charts.plot import Plot, whole_values
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import colour
from analysis.reference import Number


class Columns(Plot):
    """A plot whose values are places of columns, 0 at the left edge of the first one; upwards it
    counts schools, from 0 to the most in a column."""

    def __init__(self, sheet: Sheet, room: Box, count: int, most: int, lang: str) -> None:
        size = sheet.preset.note
        self.steps, self.most = whole_values(most), max(most, 1)
        self._labels = [Number(step).text(lang) for step in self.steps]
        left = room.left + max(width_of(label, size) for label in self._labels) + 0.6 * size
        super().__init__(sheet, Box(left, room.top, room.right, room.bottom), 0, max(count, 1))

    def y(self, schools: float) -> float:
        """Where a number of schools stands on the sheet."""
        return self.box.bottom - schools / self.most * self.box.height

    def grid(self) -> None:
        """Light lines at the steps of the scale, with their numbers."""
        size, ink = self.sheet.preset.note, colour("ink.quiet")
        for step, label in zip(self.steps, self._labels, strict=True):
            y, grey = self.y(step), colour("ink.grid") if step else colour("ink.rule")
            self.across(y, grey)
            x = self.box.left - 0.5 * size
            self.sheet.write(x, y, label, size=size, ink=ink, align="right", level="digits")

    def column(self, place: int, low: int, high: int) -> Box:
        """The box of a part of a column, with air at its sides."""
        air = 0.16 * (self.x(1) - self.x(0))
        return Box(self.x(place) + air, self.y(high), self.x(place + 1) - air, self.y(low))

    def names(self, names: Sequence[str], y: float) -> bool:
        """Write a name below every column, if all of them have room."""
        size = self.sheet.preset.least
        wide = self.x(1) - self.x(0)
        if any(width_of(name, size) + 0.25 * size > wide for name in names):
            return False
        for i, name in enumerate(names):
            self.sheet.write(self.x(i + 0.5), y, name, size=size, align="center")
        return True
