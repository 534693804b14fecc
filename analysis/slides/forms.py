"""The charts of PowerPoint that show what a description says: one writer for each form a chart has.
What has no form goes as a picture and a table."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from analysis.charts.drawing import Drawing, Mark, Panel, Row
from analysis.charts.drawing import Series as Drawn
from analysis.charts.lettering import width_of, wrap
from analysis.charts.sheet import whole_values
from analysis.charts.style import Paint, colour
from analysis.charts.times import LEAST_SPAN
from analysis.reference import Number, Percent, Share, say
from analysis.slides.fitting import HEIGHT, SIZE, WIDTH, above, below, in_rows, moved
from analysis.slides.fitting import beside as side
from analysis.slides.graph import whole_format
from analysis.slides.native import PERCENT, POINTS, Native, Series, Value

_WHOLE = '0"%"'
_MOST_IN_TWO_LINES = 7
_MOST_LINES = 4  # above a row
# The part of the width that the first of several charts has, and the air between charts.
_FIRST, _AIR = 0.36, 0.02
_DAYS = 40  # a date may be away from the end of a school year


def natives_of(chart: object) -> tuple[Native, ...]:
    """The charts of PowerPoint that show the same as a chart; none where there is no form for it,
    or nothing in it."""
    drawing: Drawing | None = getattr(chart, "drawing", None)
    if drawing is None or not drawing.series:
        return ()
    if drawing.form == "panels":
        return tuple(_panels(drawing, chart.about.as_of))  # type: ignore[attr-defined]
    return (_FORMS[drawing.form](drawing),)


def _stack(d: Drawing) -> Native:
    """Stacked bars of 100%: a bar per row, a series per part that occurs."""
    told = _named([(row.name, row.amount.text(d.lang)) for row in d.rows])
    series = [Series(s.name, s.values, _paint(s), labels="inside") for s in d.series]
    legend = above([s.name for s in series])
    return Native(
        "bars", told, series, "0%", "percentStacked", 40, low=0, high=1, step=0.25,
        key=d.heading, beside=_amounts(d, "deck_reached"),
        margins=(side([*told, d.heading]), legend, 0.03, below()),
    )  # fmt: skip


def _bullets(d: Drawing) -> Native:
    """A bar with the share of each row, before the band of what is wanted, and what came of it."""
    (shares,), lines = d.series, in_rows(len(d.rows))
    names = [f"{row.name}\n{row.under}" if lines > 1 else row.name for row in d.rows]
    told = [[row.amount.text(d.lang, "plain"), row.labels[0][0]] for row in d.rows]
    texts = [_joined(words, lines) for words in told]
    wanted = [row.wanted for row in d.rows] if lines > 1 else []
    all_of = [100] * len(d.rows)
    series = [
        *_bands(d, wanted),
        Series(shares.name, shares.values, _paint(shares), PERCENT, plot="front"),
        Series(say("deck_result", d.lang), all_of, None, PERCENT, "end", texts, "front"),
    ]
    legend = above([s.name for s in series if s.paint])
    return Native(
        "bars", names, series, _WHOLE, "stacked", 100, (300, 100), low=0, high=100, step=25,
        margins=(side(_lines(names)), legend, side(_lines(texts)), below()), beside=_amounts(d),
    )  # fmt: skip


def _bands(d: Drawing, words: Sequence[str] = ()) -> list[Series]:
    """What is wanted, from its lower edge on; `words` stand over each band."""
    bands = [row.band for row in d.rows if row.band]
    name = d.rows[0].wanted if len({*bands}) == 1 else d.band
    lift = (-0.8 * HEIGHT / len(bands) / 4 - 0.6 * SIZE) / HEIGHT
    paint = Paint(colour("bar.corridor"), colour("bar.edge"))
    return [
        Series(say("deck_from", d.lang), [band.low for band in bands], None, PERCENT),
        Series(
            name, [band.high - band.low for band in bands], paint, PERCENT,
            "middle" if words else "", words, moved=[lift] * len(bands), bold=False,
        ),
    ]  # fmt: skip


def _gaps(d: Drawing) -> Native:
    """Bars from the nearest edge of what is wanted, one series for each side; that stands at 0,
    with the distance and the share on the other side of each bar."""
    lines, names = in_rows(len(d.rows)), [row.full for row in d.rows]
    series = [Series(s.name, s.values, _paint(s), POINTS) for s in d.series]
    wanted, band = d.rows[0].wanted, d.rows[0].band
    margins = (side(names), above([*(s.name for s in series), wanted]), 0.03, below())
    half = WIDTH * (1 - margins[0] - margins[2]) / 2 - SIZE
    texts = [_gap_text(row, lines > 1, half, d.lang) for row in d.rows]
    # So little that it only says on which side the words stand.
    edge = [-1e-9 if row.position == "above" else 0 for row in d.rows]
    ink = Paint(colour("bar.edge"))
    series.append(Series(wanted, edge, ink, "0", "end", texts, bold=lines > 1))
    most = max([1.0, *(abs(value or 0) for s in d.series for value in s.values)])
    step = next(s for s in (1, 2, 5, 10, 25) if most / s <= 4 or s == 25)
    end = math.ceil(most / step) * step
    over = "+0" if band and band.high < 100 else '""'  # beyond 100% nothing can be
    return Native(
        "bars", names, series, f'{over};"−"0;0', gap=60, low=-end, high=end, step=step,
        margins=margins, beside=_amounts(d),
    )  # fmt: skip


def _gap_text(row: Row, has_lines: bool, room: float, lang: str) -> str:
    """Distance and share of a row, as much of it as there is room for between 0 and the names or
    the edge; headline and notes say the rest."""
    (head, _), (detail,) = row.labels
    shares = (detail, row.amount.text(lang), row.amount.text(lang, "plain"))
    for text in (_joined([head, share], 2 if has_lines else 1) for share in shares):
        if max(width_of(line, SIZE, has_lines) for line in text.split("\n")) <= room:
            return text
    return head


def _dumbbells(d: Drawing) -> Native:
    """A ring for the first school year, a dot for the last and the way between them, before the
    bands of what is wanted; the numbers stand above."""
    names = [f"{row.name}\n{row.under}" if row.under else row.name for row in d.rows]
    room, count = 0.94 * WIDTH / len(d.rows), len(d.rows)
    told, ink, (*first, now) = _above(d, room), colour("bar.measure"), d.series
    series = _bands(d)
    for was in first:
        # Pale, not hollow: some programs draw no edge around a point without a line.
        ring = Mark(colour("bar.second"), width=0, size=13)
        paint = Paint(ring.ink)
        series.append(Series(was.name, was.values, paint, PERCENT, plot="lines", mark=ring))
    ways = [
        float(row.amount.percent - row.before.percent)
        if row.before and row.before.total and row.amount.total
        else 0
        for row in d.rows
    ]
    dot, paint = Mark(ink, width=0, size=10), Paint(ink)
    series.append(Series(now.name, now.values, paint, PERCENT, plot="lines", mark=dot, drops=ways))
    height = 1 + max(text.count("\n") for text in told)
    head = above([s.name for s in series if s.paint]) + below(height) + 0.02
    lowest = 1 + max(wrap(name, room, SIZE).count("\n") for name in names)
    result = Series(
        say("deck_result", d.lang), [100] * count, None, PERCENT, "above", told, "lines",
        moved=[-0.03] * count,
    )  # fmt: skip
    return Native(
        "columns", names, [*series, result], _WHOLE, "stacked", 60, low=0, high=100, step=25,
        margins=(0.06, head, 0.01, below(lowest)), beside=_amounts(d),
    )  # fmt: skip


def _above(d: Drawing, room: float) -> list[str]:
    """The numbers of each row in the fullest way for which there is room."""
    rows = []
    for row in d.rows:
        *ways, (off,) = row.labels
        past = [next((t for t in way if width_of(t, SIZE) <= room), way[-1]) for way in ways]
        amount = row.amount.text(d.lang, "plain")
        if width_of(amount, SIZE, bold=True) > room:
            amount = amount.replace(" (", "\n(")
        rows.append([amount, *past, off])
    for parts in (3, 2, 1):
        told = [
            "\n".join([lines[0], *(wrap(line, room, SIZE) for line in lines[1:parts])])
            for lines in rows
        ]
        if max(text.count("\n") for text in told) < _MOST_LINES:
            break
    return told


def _bars(d: Drawing) -> Native:
    """A bar of each row for each series."""
    series, beside = [], dict[str, Sequence[Value]]()
    for s in d.series:
        series.append(Series(s.name, s.values, _paint(s), PERCENT, "end", s.texts))
        beside |= _counted(s.name, s.amounts)
    names = _named([(row.name, row.under) for row in d.rows])
    texts = [text for one in series for text in one.texts]
    return Native(
        "bars", names, series, _WHOLE, gap=50, low=0, high=100, step=25, beside=beside,
        margins=(side(_lines(names)), above([s.name for s in series]), side(texts), below()),
    )  # fmt: skip


def _columns(d: Drawing) -> Native:
    """Columns that add up, with their sum above, and a stroke for each date by which to act."""
    sums = [int(sum(s.values[i] or 0 for s in d.series)) for i in range(len(d.rows))]
    most, top = max(sums), max(sums) * 1.3
    inside = "inside" if len(d.series) > 1 else ""
    series = []
    for s in d.series:
        # A number stands in a column where that is high enough for it.
        texts = [
            Number(count).text(d.lang) if count * 0.55 * HEIGHT > 1.1 * SIZE * most else ""
            for count in (int(value or 0) for value in s.values)
        ]
        series.append(Series(s.name, s.values, _paint(s), labels=inside, texts=texts, bold=False))
    series.append(Series(say("deck_total", d.lang), sums, None, labels="above", plot="lines"))
    for i, stroke in enumerate(d.strokes):
        if stroke.column >= 0:
            height = top * (1 - 0.1 * i)
            series.append(_stroke(stroke.words[0], stroke.column, height, sums, 0.1 * top))
    names = [f"{row.name}\n{row.under}" for row in d.rows]
    high, step = _scale(most, top)
    return Native(
        "columns", names, series, whole_format(d.lang, zero="0"), "stacked",
        low=0, high=high, step=step,
    )  # fmt: skip


def _stroke(words: str, at: int, height: float, sums: Sequence[int], air: float) -> Series:
    """A stroke above one of the columns, with its words at the right of its head."""
    places = range(len(sums))
    values = [height if i == at else None for i in places]
    texts = [words if i == at else "" for i in places]
    drops = [max(height - count - air, 0) for count in sums]
    mark = Mark(colour("bar.mark"), "", width=0)
    return Series(words, values, None, "0", "right", texts, "lines", mark, bold=False, drops=drops)


def _steps(d: Drawing) -> Native:
    """Each change hangs where the last one ended. The first series is not seen, nor is the last
    one, which has the labels."""
    held = d.series[0]
    series = [Series(s.name, s.values, _paint(s)) for s in d.series if s is held or any(s.values)]
    ends = [int(sum(s.values[i] or 0 for s in d.series)) for i in range(len(d.rows))]
    end = say("deck_bridge_end", d.lang)
    series.append(Series(end, ends, None, labels="end", texts=held.texts, plot="front"))
    names = [row.name for row in d.rows]
    high, unit = _scale(max(ends), 1.1 * max(ends))
    margins = (side(names), above([s.name for s in series if s.paint]), 0.04, below())
    return Native(
        "bars", names, series, whole_format(d.lang, zero="0"), "stacked", 45, (45, 100),
        low=0, high=high, step=unit, margins=margins,
    )  # fmt: skip


def _scale(most: int, needed: float) -> tuple[float, float]:
    """The end of a scale of whole numbers, and its steps."""
    values = whole_values(most)
    step = values[1] - values[0] if len(values) > 1 else 1
    return math.ceil(needed / step) * step, step


def _slopes(d: Drawing) -> Native:
    """A line from one school year to another for each series, its name and numbers at its ends."""
    before, now = ([s.texts[i] for s in d.series] for i in (0, 1))
    ends = [[value or 0.0 for value in s.values] for s in d.series]
    low, high = _span([value for pair in ends for value in pair])
    margins = (side(before) + 0.02, 0.06, side(now, 0.5) + 0.02, below())
    steps = [moved([pair[i] for pair in ends], low, high, margins, 1) for i in (0, 1)]
    series, beside = [], dict[str, Sequence[Value]]()
    for s, *step in zip(d.series, *steps, strict=True):
        assert isinstance(s.look, Mark)
        look = replace(s.look, width=3.6 if s.bold else 2, size=9 if s.bold else 7)
        series.append(
            Series(
                s.name, s.values, _paint(s), PERCENT, "ends", s.texts,
                mark=look, moved=step, bold=s.bold,
            )
        )  # fmt: skip
        beside |= _counted(s.name, s.amounts)
    years = [row.name for row in d.rows]
    return Native(
        "lines", years, series, low=low, high=high, legend=False, margins=margins, beside=beside
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    """From the lowest to the highest, at least so far that small differences look small."""
    middle, span = (min(values) + max(values)) / 2, max(values) - min(values)
    half = 1.02 * max(LEAST_SPAN, span) / 2  # no end lies on the edge
    return middle - half, middle + half


def _panels(d: Drawing, day: dt.date) -> list[Native]:
    """A chart per panel: the years so far, a line per scenario, and the band of the target. All
    schools together have the first and largest one, with the legend of all."""
    panels = [*d.panels[-1:], *d.panels[:-1]]
    ways = [time for panel in panels for way in panel.ways for time in way.times]
    if any(abs(time - round(time)) > _DAYS / 365 for time in ways):
        return []  # dates that do not stand a year apart are no names of an axis
    day -= dt.timedelta(day.month == 2)  # no 29th of February
    every = [*map(round, ways), *(round(t) for p in panels if p.past for t in p.past.times)]
    times, small = range(min(every), max(every) + 1), len(panels) - 1
    columns = 1 if small < 3 else 2 if small < 5 else 3
    rows = -(-small // columns)
    width, height = (1 - _FIRST) / columns, 1 / max(rows, 1)
    places = [(0.0, 0.0, (_FIRST if small else 1) - _AIR, 1.0)] + [
        (_FIRST + i % columns * width, i // columns * height, width - _AIR, height)
        for i in range(small)
    ]
    dates = [day.replace(year=time) for time in times]
    return [
        _panel(d, panel, times, dates, place) for panel, place in zip(panels, places, strict=True)
    ]


def _panel(
    d: Drawing,
    panel: Panel,
    times: range,
    dates: Sequence[dt.date],
    place: tuple[float, float, float, float],
) -> Native:
    assert d.wanted is not None
    found = {way.name: _on_years(way) for way in panel.ways}
    past = _on_years(panel.past) if panel.past else {}
    lines = {panel.past.name: past} if panel.past else {}
    now = {time: past[time] for time in sorted(past)[-1:]}
    ways = {way.name for one in d.panels for way in one.ways}
    lines |= {s.name: now | found.get(s.name, {}) for s in d.series if s.name in ways}
    _, _, width, height = place
    ends = {n: [*line.values()][-1] for n, line in lines.items() if n in ways and line}
    written = dict(zip(ends.values(), ends, strict=True))  # lines that end alike share a label
    texts = {name: share.text(d.lang, "short") for share, name in written.items()}
    first = not place[0]
    # In so narrow a chart each entry of the legend has a line of its own.
    key = 1.2 * below(len(lines) + 1, height) if first else 0
    title = panel.full
    head = below(1 + wrap(title, 0.75 * WIDTH * width, SIZE, bold=True).count("\n"), height)
    # The scale is the same for all, and written at the first one.
    scale = side([Percent(100).text(d.lang)], width=width) if first else 0.06
    right = side([*texts.values()], 0.5, width=width)
    margins = (scale, key + head, right, below(1, height))
    values = [float(share.percent) if name in texts else None for name, share in ends.items()]
    steps = dict(zip(ends, moved(values, 0, 100, margins, height), strict=True))
    low, wide = [d.wanted.low] * len(times), [d.wanted.high - d.wanted.low] * len(times)
    pale = Paint(colour("bar.corridor"), colour("bar.edge"))
    series = [
        Series(say("deck_from", d.lang), low, None, PERCENT, plot="area"),
        Series(d.band, wide, pale, PERCENT, plot="area"),
    ]
    beside = dict[str, Sequence[Value]]()
    for s in d.series:
        if s.name in lines:
            line = lines[s.name]
            text, step = texts.get(s.name, ""), steps.get(s.name, 0.0)
            series.append(_line(s, line, times, text, step))
            beside |= _counted(s.name, [line.get(time) for time in times])
    plot = WIDTH * width * (1 - margins[0] - margins[2])
    needed = -(-int(len(times) * 2.8 * SIZE) // max(int(plot), 1))
    skip = next((n for n in range(needed, len(times)) if not (len(times) - 1) % n), 1)
    return Native(
        "lines", [], series, _WHOLE if first else '""', low=0, high=100, step=50,
        title=title, head=head, legend=first, place=place, margins=margins, skip=skip,
        dates=dates, beside=beside,
    )  # fmt: skip


def _on_years(line: Drawn) -> dict[int, Share]:
    pairs = zip(line.times, line.amounts, strict=True)
    return {round(time): amount for time, amount in pairs if amount.total}


def _line(s: Drawn, line: Mapping[int, Share], times: range, text: str, step: float) -> Series:
    assert isinstance(s.look, Mark)
    last = max(line, default=None)
    return Series(
        s.name, [float(line[t].percent) if t in line else None for t in times], _paint(s),
        PERCENT, "ends" if text else "", [text if t == last else "" for t in times],
        mark=replace(s.look, size=7), moved=[step if t == last else 0.0 for t in times],
    )  # fmt: skip


def _paint(series: Drawn) -> Paint | None:
    """What a series is painted with; a line with its ink."""
    return Paint(series.look.ink) if isinstance(series.look, Mark) else series.look


def _named(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Categories with their numbers: on a line of their own where there are few."""
    between = "\n" if len(pairs) <= _MOST_IN_TWO_LINES else ": "
    return [f"{name}{between}{numbers}" if numbers else name for name, numbers in pairs]


def _joined(lines: list[str], most: int) -> str:
    """What stands beside a row: on lines of its own as far as there is height, what is first first;
    on one line all of it."""
    return "\n".join(lines[:most]) if most > 1 else "; ".join(lines)


def _lines(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in text.split("\n")]


def _amounts(d: Drawing, count: str = "deck_count") -> dict[str, Sequence[Value]]:
    """k and n of the rows, beside what is drawn."""
    return {
        say(count, d.lang): [row.amount.count for row in d.rows],
        say("deck_total", d.lang): [row.amount.total for row in d.rows],
    }


def _counted(name: str, amounts: Sequence[Share | None]) -> dict[str, Sequence[Value]]:
    """k and n of a series, beside its shares."""
    return {
        f"{name} (k)": [amount.count if amount else None for amount in amounts],
        f"{name} (n)": [amount.total if amount else None for amount in amounts],
    }


_FORMS: dict[str, Callable[[Drawing], Native]] = {
    "stack": _stack,
    "bullets": _bullets,
    "gaps": _gaps,
    "dumbbells": _dumbbells,
    "bars": _bars,
    "columns": _columns,
    "steps": _steps,
    "slopes": _slopes,
}
