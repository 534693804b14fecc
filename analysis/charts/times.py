"""Charts along time: columns by quarter, slopes between two years, and small panels of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from analysis.charts.drawing import Drawing, Mark, Panel, Series
from analysis.charts.lettering import PITCH, apart, height_of, width_of, wrap
from analysis.charts.sheet import Align, Box, Legend, Plot, Sheet, draw_marks, whole_values
from analysis.charts.style import Paint, colour
from analysis.reference import Number, Percent, SuiteError

# The least height of a small chart that can still be read, in letters; where its lines stand.
_LOWEST = 2.4
_STEPS = (0, 50, 100)
# Percentage points from the bottom to the top of slopes, at least.
LEAST_SPAN = 20.0


def paint_columns(sheet: Sheet, room: Box, d: Drawing) -> None:
    """Columns cut by what they count, with their sums, and a line for each date by which to act."""
    least = sheet.preset.least
    legend = Legend(sheet, room, d.legend)
    top = (legend.bottom if d.series else room.top) + 4.4 * least
    box = Box(room.left, top, room.right, room.bottom - 3.0 * least)
    sums = [int(sum(series.values[i] or 0 for series in d.series)) for i in range(len(d.rows))]
    plot = _Columns(sheet, box, len(sums), max(sums), d.lang)
    plot.grid()
    for at in range(len(sums)):
        _column(plot, at, d)
    _sums(plot, sums, d.lang)
    _dates(plot, d)
    _strokes(plot, d, top - 4.2 * least)
    legend.write(plot)


class _Columns(Plot):
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

    def names(self, names: Sequence[str], y: float) -> bool:
        """Write a name below every column, if all of them have room."""
        size = self.sheet.preset.least
        wide = self.x(1) - self.x(0)
        if any(width_of(name, size) + 0.25 * size > wide for name in names):
            return False
        for i, name in enumerate(names):
            self.sheet.write(self.x(i + 0.5), y, name, size=size, align="center")
        return True


def _column(plot: _Columns, at: int, d: Drawing) -> None:
    """The parts of a column with air at their sides, each with its number where there is room."""
    size, low, beside = plot.sheet.preset.least, 0, 0.16 * (plot.x(1) - plot.x(0))
    parts = [(int(s.values[at] or 0), s.look) for s in d.series if s.values[at]]
    for count, paint in parts:
        assert isinstance(paint, Paint)
        left, right = plot.x(at) + beside, plot.x(at + 1) - beside
        box = Box(left, plot.y(low + count), right, plot.y(low))
        air = min(0.8, 0.1 * box.height)
        plot.fill(Box(box.left, box.top + air, box.right, box.bottom - air), paint)
        text = Number(count).text(d.lang)
        if len(parts) > 1 and box.height > 1.15 * size and width_of(text, size) + 3 < box.width:
            plot.write_in(box, text, paint, size)
        low += count


def _sums(plot: _Columns, sums: Sequence[int], lang: str) -> None:
    """The sum on top of each column; where columns are narrow, the largest of neighbours."""
    size, written = plot.sheet.preset.least, list[Box]()
    for at, count in sorted(enumerate(sums), key=lambda pair: -pair[1]):
        text, x = Number(count).text(lang), plot.x(at + 0.5)
        half = width_of(text, size, bold=True) / 2 + 1
        clear = all(x + half <= box.left or x - half >= box.right for box in written)
        if count and clear and x - half >= plot.box.left - 0.4 * size:
            y = plot.y(count) - 0.65 * size
            plot.sheet.write(x, y, text, size=size, bold=True, align="center", level="digits")
            written.append(Box(x - half, y, x + half, y))


def _dates(plot: _Columns, d: Drawing) -> None:
    """Names below the columns where there is room, and the years below them."""
    sheet, size = plot.sheet, plot.sheet.preset.least
    y = plot.box.bottom + 0.3 * size
    under = y + (1.3 * size if plot.names([row.name for row in d.rows], y) else 0)
    start, last = 0, plot.box.left - size
    for year, quarters in groupby(row.under for row in d.rows):
        count = len(list(quarters))
        x, half = plot.x(start + count / 2), width_of(year, size) / 2
        if x - half >= last and 2 * half + 4 <= plot.x(start + count) - plot.x(start):
            sheet.write(x, under, year, size=size, ink=colour("ink.quiet"), align="center")
            last = x + half + 0.4 * size
        if start:
            ends = (plot.box.bottom, under + 1.1 * size)
            sheet.rule((plot.x(start), plot.x(start)), ends, colour("ink.rule"), 0.8)
        start += count


def _strokes(plot: _Columns, d: Drawing, top: float) -> None:
    """What ends before each date stands on a tinted ground; the words hang above its end, in full
    or short for all of them where one has no room.

    The nearer date on the upper line of words, so that no line runs through words.
    """
    size, start = plot.sheet.preset.least, plot.low
    places = [min(stroke.at, plot.high) for stroke in d.strokes]
    lefts = [plot.x(at) + 0.4 * size for at in places]
    right = plot.sheet.box.right - plot.sheet.preset.margin
    fitting = (
        words
        for words in zip(*(stroke.words for stroke in d.strokes), strict=True)
        if all(width_of(w, size) <= right - x for w, x in zip(words, lefts, strict=True))
    )
    words = next(fitting, [""] * len(places))
    for i, (stroke, at) in enumerate(zip(d.strokes, places, strict=True)):
        box = Box(plot.x(start), plot.box.top - 1.4 * size, plot.x(at), plot.box.bottom)
        plot.ground(box, stroke.tint)
        x, y = plot.x(at), top + (0.8 + 1.4 * i) * size
        plot.sheet.rule((x, x), (y - 0.7 * size, box.top), colour("bar.mark"), 1.4)
        plot.sheet.write(lefts[i], y, words[i], size=size, level="digits")
        start = max(start, at)


def paint_slopes(sheet: Sheet, room: Box, d: Drawing) -> None:
    """A sloping line for each series, from one year to another, labelled at both ends."""
    size, least, gap = sheet.preset.label, sheet.preset.least, 1.6 * sheet.preset.label
    most = 0.47 * room.width
    before = [series.texts[0] for series in d.series]
    now = [wrap(series.texts[1], most, least, bold=series.bold) for series in d.series]
    wide = [
        max((width_of(text, least, bold=True) for text in texts), default=0)
        for texts in (before, now)
    ]
    left, right = room.left + wide[0] + gap, room.right - wide[1] - gap
    box = Box(left, room.top + 2.2 * size, right, room.bottom - 0.9 * size)
    plot = Plot(sheet, box, 0, 1)
    aligns: tuple[Align, Align] = ("right", "left")
    for x, (row, align) in enumerate(zip(d.rows, aligns, strict=True)):
        plot.line(x, box.top - 0.4 * size, box.bottom + 0.3 * size, colour("ink.rule"), 1)
        edge, y = plot.x(x) + (0.5 - x) * 2.4 * size, room.top + 0.6 * size
        sheet.write(edge, y, row.name, size=size, bold=True, align=align, level="digits")
    ends = _heights(d.series, box)
    for series, (start, end) in sorted(
        zip(d.series, ends, strict=True), key=lambda pair: pair[0].bold
    ):
        assert isinstance(series.look, Mark)
        thick, large = (0.26, 0.62) if series.bold else (0.14, 0.5)
        look = replace(series.look, width=thick * size, size=large * size)
        draw_marks(plot, [(0, start), (1, end)], look)
    for side, labels in ((-1, before), (1, now)):
        _ends(plot, [pair[side == 1] for pair in ends], labels, d.series, side)


def _heights(series: Sequence[Series], box: Box) -> list[tuple[float, float]]:
    """The places of both ends of each line: from the lowest to the highest share of the picture, at
    least a fifth of the whole, so that small differences look small; within 0 to 100%."""
    shares = [value or 0.0 for one in series for value in one.values] or [0.0]
    span = max(LEAST_SPAN, max(shares) - min(shares))
    low = min(max((min(shares) + max(shares) - span) / 2, 0.0), 100 - span)
    high = low + span
    places = [box.bottom - (share - low) / (high - low) * box.height for share in shares]
    return [*zip(places[::2], places[1::2], strict=False)]


def _ends(
    plot: Plot, wanted: list[float], labels: Sequence[str], series: Sequence[Series], side: int
) -> None:
    """The labels at one end, moved apart where lines end close together, each with a fine line to
    its end where it had to move."""
    size = plot.sheet.preset.least
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    heights = [PITCH * size * (labels[i].count("\n") + 1) for i in order]
    top, bottom = plot.box.top - 1.2 * size, plot.box.bottom + 0.9 * size
    places = apart([wanted[i] for i in order], heights, top, bottom)
    x, far = plot.x(0 if side < 0 else 1), 1.4 * size
    for i, y in zip(order, places, strict=True):
        ends = (x + side * 0.45 * size, x + side * far * 0.9)
        plot.sheet.rule(ends, (wanted[i], y), colour("ink.rule"), 0.8)
        how: Any = {"size": size, "bold": series[i].bold}
        how["align"] = "right" if side < 0 else "left"
        how["level"] = "center" if "\n" in labels[i] else "digits"
        plot.sheet.write(x + side * far, y, labels[i], **how)


def paint_panels(sheet: Sheet, room: Box, d: Drawing) -> None:
    """Small charts with the same scales, in rows."""
    looks = {series.name: _look(sheet, series) for series in d.series}
    band = (d.band, Paint(colour("bar.corridor"), colour("bar.edge")))
    legend = Legend(sheet, room, [*looks.items(), band])
    body = Box(room.left, legend.bottom + 0.4 * sheet.preset.label, room.right, room.bottom)
    panels = _Panels(sheet, body, d)
    plots = [panels.draw(i, panel) for i, panel in enumerate(d.panels)]
    legend.write(plots[0])


def _look(sheet: Sheet, series: Series) -> Mark:
    assert isinstance(series.look, Mark)
    size = sheet.preset.label
    return replace(series.look, width=0.14 * size, size=0.46 * size)


class _Panels:
    """Panels in rows, all with the same scales."""

    def __init__(self, sheet: Sheet, room: Box, d: Drawing) -> None:
        self.sheet, self.room, self.d = sheet, room, d
        self.least, count = sheet.preset.least, len(d.panels)
        wide = sheet.preset.width > sheet.preset.height
        most = 4 if wide and sheet.preset.least > 10 else 3 if wide or count > 4 else 2
        rows = -(-count // most)
        self.columns = -(-count // rows)
        self.axis = width_of(Percent(100).text(d.lang), self.least) + 0.5 * self.least
        self.gap = 1.1 * self.least
        self.width = (room.width - self.axis - self.gap * (self.columns - 1)) / self.columns
        self.apart, below = 0.9 * self.least, 1.5 * self.least
        self.height = (room.height - below - self.apart * (rows - 1)) / rows
        lines = [line for p in d.panels for line in (p.past, *p.ways) if line]
        times = [time for line in lines for time in line.times]
        self.first, self.last = min(times), max(max(times), min(times) + 1)
        self.ends = max(
            width_of(way.amounts[-1].text(d.lang, "short"), self.least)
            for panel in d.panels
            for way in panel.ways
        )
        self.titles = self._titles()
        self.head = max(height_of(title, self.least) for title in self.titles)
        lowest = self.head + (0.5 + _LOWEST) * self.least
        if self.height < lowest:
            most = max(int((room.height - below) / (lowest + self.apart)), 1) * self.columns
            raise SuiteError("chart_too_many_groups", count=count, most=most)

    def _titles(self) -> list[str]:
        """Names with n on one line each, else names alone: n stands at the ends of the lines."""
        full = [panel.full for panel in self.d.panels]
        if max(width_of(title, self.least, bold=True) for title in full) <= self.width:
            return full
        return [wrap(panel.name, self.width, self.least, bold=True) for panel in self.d.panels]

    def draw(self, i: int, panel: Panel) -> Plot:
        """One panel in its place."""
        row, column = divmod(i, self.columns)
        left = self.room.left + self.axis + column * (self.width + self.gap)
        top = self.room.top + row * (self.height + self.apart)
        self.sheet.write(left, top, self.titles[i], size=self.least, bold=True)
        box = Box(
            left,
            top + self.head + 0.5 * self.least,
            left + self.width - self.ends - 0.9 * self.least,
            top + self.height,
        )
        plot = Plot(self.sheet, box, self.first, self.last)
        self._scales(plot, named=not column)
        if i + self.columns >= len(self.d.panels):
            self._years(plot)
        for line in filter(None, (panel.past, *panel.ways)):
            now = panel.past if panel.past and line is not panel.past else None
            amounts = (*(now.amounts[-1:] if now else ()), *line.amounts)
            times = (*(now.times[-1:] if now else ()), *line.times)
            pairs = zip(times, amounts, strict=True)
            places = [(time, _y(box, float(a.percent))) for time, a in pairs if a.total]
            if places:
                draw_marks(plot, places, _look(self.sheet, line))
        self._label(plot, panel)
        return plot

    def _scales(self, plot: Plot, *, named: bool) -> None:
        """The range, and light lines at 0, 50 and 100%, named in the first panel of a row."""
        box, ink, size, wanted = plot.box, colour("ink.quiet"), self.least, self.d.wanted
        assert wanted is not None
        low, high = _y(box, wanted.low), _y(box, wanted.high)
        pale = Paint(colour("bar.corridor"))
        plot.fill(Box(box.left, high, box.right, max(low, high + 0.5)), pale)
        for edge in {low, high} if wanted.high < 100 else {low}:
            plot.across(edge, colour("bar.edge"))
        for value in _STEPS if box.height > 4 * size else (_STEPS[0], _STEPS[-1]):
            y = _y(box, value)
            plot.across(y, colour("ink.grid"))
            if named:
                words, x = Percent(value, 0).text(self.d.lang), box.left - 0.4 * size
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

    def _label(self, plot: Plot, panel: Panel) -> None:
        """k/n at the ends of the lines, moved apart where they end close together; lines that end
        at the same number share one label."""
        ends = {(a.count, a.total): a for way in panel.ways for a in way.amounts[-1:] if a.total}
        amounts = sorted(ends.values(), key=lambda amount: -amount.percent)
        size, box = self.least, plot.box
        wanted = [_y(box, float(amount.percent)) for amount in amounts]
        heights = [PITCH * size] * len(wanted)
        places = apart(wanted, heights, box.top - 0.65 * size, box.bottom + 0.65 * size)
        near, far = (plot.x(self.last) + part * size for part in (0.3, 0.75))
        for amount, start, y in zip(amounts, wanted, places, strict=True):
            self.sheet.rule((near, far), (start, y), colour("ink.rule"), 0.8)
            how: Any = {"size": size, "bold": panel.bold, "level": "digits"}
            self.sheet.write(far + 0.1 * size, y, amount.text(self.d.lang, "short"), **how)


def _y(box: Box, percent: float) -> float:
    return box.bottom - percent / 100 * box.height
