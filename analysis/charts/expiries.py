"""When do certificates end? One column a quarter, with the dates by which to act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import cast

import pandas as pd

from analysis.charts.columns import Columns
from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.legend import Legend
from analysis.charts.lettering import width_of
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import in_order
from analysis.charts.reading import NothingStated, Shape, check_language, chosen, only
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import colour, ink_on, standing_paint
from analysis.charts.words import (
    TOTAL,
    day,
    group_in_text,
    needed,
    place,
    scheme_short,
    schools,
    standing_name,
)
from analysis.reference import About, Number, read_rules, rule_on, say, sentence, term_end

EXPIRIES = Shape("expiries")
_MOST_IN_ALT = 4


@dataclass(frozen=True)
class Quarter:
    """One quarter: its first day and the schools by the level of the certificate that ends."""

    start: dt.date
    levels: Mapping[str, int]

    @property
    def count(self) -> int:
        """All schools whose certificate ends in it."""
        return sum(self.levels.values())

    @property
    def number(self) -> int:
        """1 to 4."""
        return (self.start.month + 2) // 3


@dataclass(frozen=True)
class Alert:
    """How many certificates end within so many months: from `least` to `most`, where the table
    tells the quarters only, and one of them reaches beyond these months."""

    months: int
    least: int
    most: int


@dataclass(frozen=True)
class Expiries:
    """Every quarter from the first to the last, also where nothing ends."""

    scheme: str
    by: str
    group: str
    quarters: tuple[Quarter, ...]
    undated: int
    alert: Alert
    table: pd.DataFrame

    @property
    def total(self) -> int:
        """The schools whose certificate has a known end."""
        return sum(quarter.count for quarter in self.quarters)

    @property
    def levels(self) -> list[str]:
        """The levels that occur, the highest first."""
        return in_order({s for q in self.quarters for s, count in q.levels.items() if count})


def read_expiries(table: pd.DataFrame, about: About, group: str) -> Expiries:
    """One group of one school year."""
    rows = chosen(EXPIRIES.of_year(table, about.school_year), "group", group)
    if rows["quarter_from"].isna().all():
        raise NothingStated(about.school_year, only(rows, "scheme"), "nothing_no_end")
    levels = rows["level"].map(lambda level: "level_unknown" if pd.isna(level) else str(int(level)))
    starts = pd.to_datetime(rows["quarter_from"]).dt.to_period("Q")
    counts = rows["schools_count"].astype("int64").groupby([starts, levels]).sum()
    found: dict[pd.Period, dict[str, int]] = {}
    for key, count in counts.items():
        start, level = cast(tuple[pd.Period, str], key)
        found.setdefault(start, {})[level] = int(count)
    first, last = (min(found), max(found)) if found else (None, None)
    every = [*pd.period_range(first, last, freq="Q")] if found else []
    quarters = (Quarter(q.start_time.date(), found.get(q, {})) for q in every)
    undated = int(rows.loc[starts.isna(), "schools_count"].sum())
    keys = only(rows, "scheme"), only(rows, "by"), group
    return Expiries(*keys, tuple(quarters), undated, _alert(rows, about, group), rows)


def _alert(rows: pd.DataFrame, about: About, group: str) -> Alert:
    """What ends within the months of alert: of the quarter in which these months end, as many as
    the table says beside its rows (`attrs["alert"]`); none to all of them where it does not."""
    months = int(rule_on("renewal", about.as_of, read_rules())["alert_months"])
    until = pd.Timestamp(term_end(about.as_of, months))
    starts, counts = pd.to_datetime(rows["quarter_from"]), rows["schools_count"].astype("int64")
    here = starts.eq(until.to_period("Q").start_time)
    least, most = int(counts[starts.le(until) & ~here].sum()), int(counts[here].sum())
    if until.is_quarter_end:
        return Alert(months, least + most, least + most)
    told = rows.attrs.get("alert", {}).get(about.school_year, {})
    levels = {*rows.loc[here, "level"].fillna(0).astype("int64")}
    ending = sum(n for of, level, n in told.get("ending", ()) if of == group and level in levels)
    if told.get("until") == until.date().isoformat() and ending <= most:
        return Alert(months, least + ending, least + ending)
    return Alert(months, least, least + most)


def quarter_name(quarter: Quarter, lang: str) -> str:
    """A quarter in a sentence: "quý II/2026"."""
    return say("quarter", lang, quarter=quarter_short(quarter, lang), year=quarter.start.year)


def quarter_short(quarter: Quarter, lang: str) -> str:
    """A quarter as it stands below its column: "II"."""
    return say(f"quarter_{quarter.number}", lang)


def about_expiries(facts: Expiries, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle, alt text, and a remark on certificates without a known end."""
    where = place(about, lang)
    words = {"scheme": scheme_short(facts.scheme), "total": Number(facts.total)}
    group = "" if facts.group == TOTAL else f", {group_in_text(facts.by, facts.group, lang)}"
    told = {"rank": say(f"rank_{facts.scheme}", lang), "group": group, "dated": words["total"]}
    missing = schools(facts.undated, lang)
    return {
        "headline": _headline(facts, words, lang),
        "subtitle": say("expiries_subtitle", lang, scheme=words["scheme"], **told, **where),
        "alt": _alt(facts, words, where["date"], lang),
        "remark": say("expiries_undated", lang, schools=missing) if facts.undated else "",
    }


def _headline(facts: Expiries, words: dict[str, object], lang: str) -> str:
    """What ends within 12 months, or that nothing does; then the fullest quarter, if it is one
    alone. Where ends are not known, of how many they are known."""
    if not facts.total:
        return say("expiries_headline_none", lang, **words)
    start = _soon(facts, words, lang)
    if facts.undated:
        start = say("expiries_dated", lang, soon=start, **words)
    start = sentence(start)
    ranked = sorted(facts.quarters, key=lambda quarter: -quarter.count)
    named = {"quarter": quarter_name(ranked[0], lang), "count": Number(ranked[0].count)}
    if ranked[0].count == facts.total:
        return start + say("expiries_headline_one", lang, **named, **words)
    if ranked[0].count == ranked[1].count:
        return start
    return start + say("expiries_headline_most", lang, **named, **words)


def _soon(facts: Expiries, words: dict[str, object], lang: str) -> str:
    """How many certificates end within the months of alert, or that none does."""
    least, most = facts.alert.least, facts.alert.most
    way = "_none" if not most else "_one" if least == most == 1 else ""
    return say(f"expiries_soon{way}", lang, **words, **_counted(facts, lang))


def _counted(facts: Expiries, lang: str) -> dict[str, object]:
    alert = facts.alert
    return {"schools": needed((alert.least, alert.most), lang), "months": alert.months}


def _alt(facts: Expiries, words: dict[str, object], date: str, lang: str) -> str:
    ranked = sorted((q for q in facts.quarters if q.count), key=lambda quarter: -quarter.count)
    items = [
        say(
            "expiries_alt_item",
            lang,
            quarter=quarter_name(quarter, lang),
            count=Number(quarter.count),
        )
        for quarter in ranked[:_MOST_IN_ALT]
    ]
    ending = say("expiries_alt_soon", lang, **_counted(facts, lang))
    items = [ending, *items] if facts.total else items
    items.append(say("expiries_alt_total", lang, total=words["total"]))
    return say("expiries_alt", lang, scheme=words["scheme"], date=date, list="; ".join(items))


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
    for at, quarter in enumerate(facts.quarters):
        _column(plot, at, quarter, facts, lang)
    _sums(plot, facts, lang)
    _dates(plot, facts, lang)
    _marks(plot, facts, as_of, top - 4.2 * least, lang)
    legend.write(plot)


def _column(plot: Columns, at: int, quarter: Quarter, facts: Expiries, lang: str) -> None:
    """The levels, the highest at the foot, each with its number where there is room."""
    sheet, size, low = plot.sheet, plot.sheet.preset.least, 0
    parts = [(level, quarter.levels[level]) for level in facts.levels if quarter.levels.get(level)]
    for level, count in parts:
        box, paint = plot.column(at, low, low + count), standing_paint(facts.scheme, level)
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
    for at, quarter in order:
        text, x = Number(quarter.count).text(lang), plot.x(at + 0.5)
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
    lefts = [plot.x(at) + 0.4 * size for at in places]
    right = plot.sheet.box.right - plot.sheet.preset.margin
    words = _mark_words(ends, months, [right - left for left in lefts], size, lang)
    start = plot.low
    for i, (name, at) in enumerate(zip(_MARKS, places, strict=True)):
        box = Box(plot.x(start), plot.box.top - 1.4 * size, plot.x(at), plot.box.bottom)
        plot.ground(box, colour(f"bar.{name}"))
        x, y = plot.x(at), top + (0.8 + 1.4 * i) * size
        plot.sheet.rule((x, x), (y - 0.7 * size, box.top), colour("bar.mark"), 1.4)
        plot.sheet.write(lefts[i], y, words[i], size=size, level="digits")
        start = max(start, at)


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
