"""When do certificates end? One column a quarter, with the dates by which to act."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

import pandas as pd

from analysis.charts.columns import Columns
from analysis.charts.expiries_facts import (
    Expiries,
    Quarter,
    about_expiries,
    quarter_short,
    read_expiries,
)
from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.legend import Legend
from analysis.charts.lettering import width_of
from analysis.charts.nothing import or_nothing
from analysis.charts.reading import check_language
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import colour, ink_on, standing_paint
from analysis.charts.words import TOTAL, day, standing_name
from analysis.reference import About, Number, read_rules, rule_on, say, term_end

# Certificates that end before these dates: too late to register, and to be prepared.
_MARKS = ("lead", "alert")


@or_nothing
def chart_expiries(
    expiries: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    group: str = TOTAL,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_expiries`: one column per quarter, cut by the level that ends, from
    the quarter of the as-of date on. Two lines mark the certificates that end within 5 months, for
    which the day to register has passed, and within 12 months, which are to be prepared.

    Columns: school_year, scheme, quarter, quarter_from, by, group, level (missing: not known),
    schools_count. The total is drawn, or the `group` asked for. Certificates without a known end
    are counted below the picture.
    """
    facts = read_expiries(expiries, about, group)
    words = about_expiries(facts, about, check_language(lang))
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="expiries")
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, about.as_of, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Expiries, as_of: dt.date, lang: str) -> None:
    least = sheet.preset.least
    entries = [
        (standing_name(facts.scheme, s, lang), standing_paint(facts.scheme, s))
        for s in facts.levels
    ]
    legend = Legend(sheet, room, entries)
    top = (legend.bottom if entries else room.top) + 4.4 * least
    box = Box(room.left, top, room.right, room.bottom - 3.0 * least)
    most = max(quarter.count for quarter in facts.quarters)
    plot = Columns(sheet, box, len(facts.quarters), most, lang)
    plot.grid()
    for place, quarter in enumerate(facts.quarters):
        _column(plot, place, quarter, facts, lang)
    _sums(plot, facts, lang)
    _dates(plot, facts, lang)
    _marks(plot, facts, as_of, top - 4.2 * least, lang)
    legend.write(plot)


def _column(plot: Columns, place: int, quarter: Quarter, facts: Expiries, lang: str) -> None:
    """The levels, the highest at the foot, each with its number where there is room."""
    sheet, size, low = plot.sheet, plot.sheet.preset.least, 0
    parts = [(level, quarter.levels[level]) for level in facts.levels if quarter.levels.get(level)]
    for level, count in parts:
        box, paint = plot.column(place, low, low + count), standing_paint(facts.scheme, level)
        air = min(0.8, 0.1 * box.height)
        plot.fill(Box(box.left, box.top + air, box.right, box.bottom - air), paint)
        text, x = Number(count).text(lang), (box.left + box.right) / 2
        width = width_of(text, size)
        if len(parts) > 1 and box.height > 1.15 * size and width + 3 < box.width:
            if paint.pattern:
                plot.clear(x, box, width, size, paint.fill)
            ink = ink_on(paint.fill)
            sheet.write(x, box.middle, text, size=size, ink=ink, align="center", level="digits")
        low += count


def _sums(plot: Columns, facts: Expiries, lang: str) -> None:
    """The sum on top of each column; where columns are narrow, the largest of neighbours."""
    size, written = plot.sheet.preset.least, list[Box]()
    order = sorted(enumerate(facts.quarters), key=lambda pair: -pair[1].count)
    for place, quarter in order:
        text, x = Number(quarter.count).text(lang), plot.x(place + 0.5)
        half = width_of(text, size, bold=True) / 2 + 1
        clear = all(x + half <= box.left or x - half >= box.right for box in written)
        if quarter.count and clear and x - half >= plot.box.left - 0.4 * size:
            y = plot.y(quarter.count) - 0.65 * size
            plot.sheet.write(x, y, text, size=size, bold=True, align="center", level="digits")
            written.append(Box(x - half, y, x + half, y))


def _dates(plot: Columns, facts: Expiries, lang: str) -> None:
    """Quarters below the columns where there is room, and the years below them."""
    sheet, size = plot.sheet, plot.sheet.preset.least
    names = [quarter_short(quarter, lang) for quarter in facts.quarters]
    y = plot.box.bottom + 0.3 * size
    under = y + (1.3 * size if plot.names(names, y) else 0)
    start, last = 0, plot.box.left - size
    for year, quarters in groupby(facts.quarters, key=lambda quarter: quarter.start.year):
        count = len(list(quarters))
        x, half = plot.x(start + count / 2), width_of(str(year), size) / 2
        if x - half >= last and 2 * half + 4 <= plot.x(start + count) - plot.x(start):
            sheet.write(x, under, str(year), size=size, ink=colour("ink.quiet"), align="center")
            last = x + half + 0.4 * size
        if start:
            ends = (plot.box.bottom, under + 1.1 * size)
            sheet.rule((plot.x(start), plot.x(start)), ends, colour("ink.rule"), 0.8)
        start += count


def _marks(plot: Columns, facts: Expiries, as_of: dt.date, top: float, lang: str) -> None:
    """What ends before each date stands on a tinted ground; the words hang above its end.

    The nearer date on the upper line of words, so that no line runs through words.
    """
    rule, size = rule_on("renewal", as_of, read_rules()), plot.sheet.preset.least
    months = [int(rule[f"{name}_months"]) for name in _MARKS]
    ends = [term_end(as_of, count) for count in months]
    places = [min(_place(facts.quarters, end), plot.high) for end in ends]
    lefts = [plot.x(place) + 0.4 * size for place in places]
    right = plot.sheet.box.right - plot.sheet.preset.margin
    words = _mark_words(ends, months, [right - left for left in lefts], size, lang)
    start = plot.low
    for i, (name, place) in enumerate(zip(_MARKS, places, strict=True)):
        box = Box(plot.x(start), plot.box.top - 1.4 * size, plot.x(place), plot.box.bottom)
        plot.ground(box, colour(f"bar.{name}"))
        x, y = plot.x(place), top + (0.8 + 1.4 * i) * size
        plot.sheet.rule((x, x), (y - 0.7 * size, box.top), colour("bar.mark"), 1.4)
        plot.sheet.write(lefts[i], y, words[i], size=size, level="digits")
        start = max(start, place)


def _mark_words(
    ends: list[dt.date], months: list[int], rooms: list[float], size: float, lang: str
) -> list[str]:
    """What the dates mean: in full, or short for both of them where one has no room."""
    for way in ("", "_short"):
        words = [
            say(f"expiries_{name}{way}", lang, date=day(end), months=count)
            for name, end, count in zip(_MARKS, ends, months, strict=True)
        ]
        if all(width_of(text, size) <= room for text, room in zip(words, rooms, strict=True)):
            return words
    return ["", ""]


def _place(quarters: tuple[Quarter, ...], date: dt.date) -> float:
    """Where a date stands among the columns."""
    first = quarters[0].start
    months = (date.year - first.year) * 12 + date.month - first.month
    return months / 3 + date.day / 93
