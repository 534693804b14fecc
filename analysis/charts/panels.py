"""Small charts of the same kind in rows: one a group, all with the same scales."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.charts.lettering import PITCH, apart, height_of, width_of, wrap
from analysis.charts.marks import Mark, draw_marks
from analysis.charts.path_facts import Panel, Path, Point
from analysis.charts.plot import Plot
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour, palette
from analysis.charts.words import TOTAL, group_name, share_short
from analysis.reference import SuiteError, decimal, percent, say

# The least height of a small chart that can still be read, in letters.
_LOWEST = 2.4
_STEPS = (0, 50, 100)


def scenario_mark(sheet: Sheet, name: str) -> Mark:
    """How a scenario is drawn, by colour, dashes and shape."""
    look, size = palette("scenarios")[name], sheet.preset.label
    dash = tuple(look.get("dash", ()))
    mark = Mark(look["ink"], look["shape"], bool(look.get("hollow")), dash)
    return Mark(mark.ink, mark.shape, mark.hollow, dash, 0.14 * size, 0.46 * size)


class Panels:
    """Panels in rows, all with the same scales."""

    def __init__(self, sheet: Sheet, room: Box, facts: Path, lang: str) -> None:
        self.sheet, self.room, self.facts, self.lang = sheet, room, facts, lang
        self.least, count = sheet.preset.least, len(facts.panels)
        wide = sheet.preset.width > sheet.preset.height
        most = 4 if wide and sheet.preset.least > 10 else 3 if wide or count > 4 else 2
        rows = -(-count // most)
        self.columns = -(-count // rows)
        self.axis = width_of(percent(100, 0, lang), self.least) + 0.5 * self.least
        self.gap = 1.1 * self.least
        self.width = (room.width - self.axis - self.gap * (self.columns - 1)) / self.columns
        self.apart, below = 0.9 * self.least, 1.5 * self.least
        self.height = (room.height - below - self.apart * (rows - 1)) / rows
        times = [p.time for panel in facts.panels for p in _points(panel)]
        self.first, self.last = min(times), max(max(times), min(times) + 1)
        self.ends = max(width_of(text, self.least) for p in facts.panels for text in self._ends(p))
        self.titles = self._titles()
        self.head = max(height_of(title, self.least) for title in self.titles)
        lowest = self.head + (0.5 + _LOWEST) * self.least
        if self.height < lowest:
            most = max(int((room.height - below) / (lowest + self.apart)), 1) * self.columns
            raise SuiteError("chart_too_many_groups", count=count, most=most)

    def _titles(self) -> list[str]:
        """Names with n on one line each, else names alone: n stands at the ends of the lines."""
        by, panels = self.facts.target.by, self.facts.panels
        full = [self._title(panel) for panel in panels]
        if max(width_of(title, self.least, bold=True) for title in full) <= self.width:
            return full
        names = (group_name(by, panel.group, self.lang, self.facts.target.part) for panel in panels)
        return [wrap(name, self.width, self.least, bold=True) for name in names]

    def _title(self, panel: Panel) -> str:
        name = group_name(self.facts.target.by, panel.group, self.lang, self.facts.target.part)
        total = decimal(panel.total, 0, self.lang)
        return say("path_panel", self.lang, group=name, total=total)

    def _ends(self, panel: Panel) -> list[str]:
        return [self._share(points[-1]) for points in panel.scenarios.values()]

    def _share(self, point: Point) -> str:
        return share_short(point.row.amount, self.lang)

    def draw(self, i: int, panel: Panel) -> Plot:
        """One panel in its place."""
        row, column = divmod(i, self.columns)
        left = self.room.left + self.axis + column * (self.width + self.gap)
        top = self.room.top + row * (self.height + self.apart)
        bold = panel.group == TOTAL
        self.sheet.write(left, top, self.titles[i], size=self.least, bold=True)
        box = Box(
            left,
            top + self.head + 0.5 * self.least,
            left + self.width - self.ends - 0.9 * self.least,
            top + self.height,
        )
        plot = Plot(self.sheet, box, self.first, self.last)
        self._scales(plot, named=not column)
        if i + self.columns >= len(self.facts.panels):
            self._years(plot)
        marks = [("past", panel.past), *panel.scenarios.items()]
        for name, points in marks:
            whole = points if name == "past" else (*panel.now, *points)
            places = [(p.time, self._y(box, p)) for p in whole if p.row.amount.total]
            if places:
                draw_marks(plot, places, scenario_mark(self.sheet, name))
        self._label(plot, panel, bold)
        return plot

    def _y(self, box: Box, point: Point) -> float:
        return box.bottom - float(point.row.amount.percent) / 100 * box.height

    def _scales(self, plot: Plot, *, named: bool) -> None:
        """The corridor, and light lines at 0, 50 and 100%, named in the first panel of a row."""
        box, ink, size = plot.box, colour("ink.quiet"), self.least
        low, high = (
            box.bottom - edge / 100 * box.height
            for edge in (self.facts.target.low, self.facts.target.high)
        )
        plot.fill(
            Box(box.left, high, box.right, max(low, high + 0.5)), Paint(colour("bar.corridor"))
        )
        for edge in {low, high} if self.facts.target.high < 100 else {low}:
            plot.across(edge, colour("bar.edge"))
        for value in _STEPS if box.height > 4 * size else (_STEPS[0], _STEPS[-1]):
            y = box.bottom - value / 100 * box.height
            plot.across(y, colour("ink.grid"))
            if named:
                words, x = percent(value, 0, self.lang), box.left - 0.4 * size
                self.sheet.write(x, y, words, size=size, ink=ink, align="right", level="digits")

    def _years(self, plot: Plot) -> None:
        """As many of the years as have room, the last one always among them. Only where no panel
        is below this one."""
        size, ink = self.least, colour("ink.quiet")
        years = range(round(self.first), round(self.last) + 1)
        wide = width_of("2000", size) + 0.5 * size
        each = (plot.x(self.first + 1) - plot.x(self.first)) or 1
        step = max(1, -(-int(10 * wide) // max(int(10 * each), 1)))
        for year in [*reversed(years)][::step]:
            x, y = plot.x(year), plot.box.bottom + 0.35 * size
            self.sheet.write(x, y, str(year), size=size, ink=ink, align="center")

    def _label(self, plot: Plot, panel: Panel, bold: bool) -> None:
        """k/n at the ends of the lines, moved apart where they end close together."""
        ends = _distinct([p[-1] for p in panel.scenarios.values() if p[-1].row.amount.total])
        ends.sort(key=lambda point: -point.row.amount.percent)
        wanted = [self._y(plot.box, point) for point in ends]
        size, box = self.least, plot.box
        places = apart(
            wanted, [PITCH * size] * len(ends), box.top - 0.65 * size, box.bottom + 0.65 * size
        )
        x = plot.x(self.last)
        for point, start, y in zip(ends, wanted, places, strict=True):
            near, far = x + 0.3 * size, x + 0.75 * size
            self.sheet.rule((near, far), (start, y), colour("ink.rule"), 0.8)
            words = self._share(point)
            self.sheet.write(far + 0.1 * size, y, words, size=size, bold=bold, level="digits")


def _points(panel: Panel) -> list[Point]:
    return [*panel.past, *(point for points in panel.scenarios.values() for point in points)]


def _distinct(points: Sequence[Point]) -> list[Point]:
    """Lines that end at the same number share one label."""
    return [*{(p.row.amount.count, p.row.amount.total): p for p in points}.values()]
