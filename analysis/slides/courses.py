"""Courses over time: two years side by side, and the ways to a target, group by group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from analysis.charts import Described
from analysis.charts.change import Slope, read_change
from analysis.charts.lettering import wrap
from analysis.charts.marks import Mark
from analysis.charts.path_facts import Panel, Path, Point, read_path, scenario_name
from analysis.charts.style import Paint, colour, palette
from analysis.charts.words import TOTAL, group_name
from analysis.reference import Number, Percent, Share, say
from analysis.slides.fitting import SIZE, WIDTH, below, beside, moved
from analysis.slides.native import PERCENT, Native, Series, Value

# Percentage points from the bottom to the top of the slopes, at least.
_LEAST_SPAN = 20.0
# The part of the width that the first of several charts has, and the air between charts.
_FIRST, _AIR = 0.36, 0.02
_DAYS = 40  # a date may be away from the end of a school year


def change(chart: Described) -> Native:
    """A line per group from one school year to another, with its name and numbers at its ends."""
    lang, years = chart.lang, sorted(chart.table["school_year"].astype(str).unique())
    level = int(chart.asked.get("level", 1))
    facts = read_change(chart.table, chart.about.school_year, years[0], level, chart.part)
    slopes = sorted(facts.slopes, key=lambda slope: slope.group == TOTAL)
    names = [group_name(facts.levels.by, s.group, lang, chart.part) for s in slopes]
    before = [s.before.text(lang, "plain") for s in slopes]
    now = [
        say("change_label", lang, group=n, share=s.now) for n, s in zip(names, slopes, strict=True)
    ]
    ends = [[float(s.before.percent), float(s.now.percent)] for s in slopes]
    low, high = _span([value for pair in ends for value in pair])
    margins = (beside(before) + 0.02, 0.06, beside(now, 0.5) + 0.02, below())
    steps = [moved([pair[i] for pair in ends], low, high, margins, 1) for i in (0, 1)]
    series = [
        Series(
            names[i], ends[i], Paint(_slope(s).ink), PERCENT, "ends", (before[i], now[i]),
            mark=_slope(s), moved=(steps[0][i], steps[1][i]), bold=s.group == TOTAL,
        )
        for i, s in enumerate(slopes)
    ]  # fmt: skip
    return Native(
        "lines", facts.years, series, low=low, high=high, legend=False, margins=margins,
        beside=_counted(names, [[s.before, s.now] for s in slopes]),
    )  # fmt: skip


def _slope(slope: Slope) -> Mark:
    """The total is dark and thick; a falling line is dashed."""
    if slope.group == TOTAL:
        return Mark(colour("bar.measure"), width=3.6, size=9)
    return Mark(colour("bar.line"), dash=(3.0, 1.6) if slope.change < 0 else (), width=2, size=7)


def _span(values: Sequence[float]) -> tuple[float, float]:
    """From the lowest to the highest, at least so far that small differences look small."""
    middle, span = (min(values) + max(values)) / 2, max(values) - min(values)
    half = 1.02 * max(_LEAST_SPAN, span) / 2  # no end lies on the edge
    return middle - half, middle + half


def path(chart: Described) -> list[Native]:
    """A chart per group: the years so far, a line per scenario, and the band of the target. All
    schools together have the first and largest one, with the legend of all."""
    facts = read_path(chart.table, None, chart.about, None, chart.lang)
    past = {group: _past(rows) for group, rows in chart.asked.get("past", {}).items()}
    panels = [*reversed(facts.panels[-1:]), *facts.panels[:-1]]
    points = [p for panel in panels for line in panel.scenarios.values() for p in line]
    if any(abs(point.time - round(point.time)) > _DAYS / 365 for point in points):
        return []  # dates that do not stand a year apart are no names of an axis
    day = chart.about.as_of - dt.timedelta(chart.about.as_of.month == 2)  # no 29th of February
    every = [time for panel in panels for time in _times(panel, past.get(panel.group, {}))]
    times = range(min(every), max(every) + 1)
    small = len(panels) - 1
    columns = 1 if small < 3 else 2 if small < 5 else 3
    rows = -(-small // columns)
    width, height = (1 - _FIRST) / columns, 1 / max(rows, 1)
    places = [(0.0, 0.0, (_FIRST if small else 1) - _AIR, 1.0)] + [
        (_FIRST + i % columns * width, i // columns * height, width - _AIR, height)
        for i in range(small)
    ]
    return [
        _panel(facts, panel, past.get(panel.group, {}), times, day, place, chart.lang)
        for panel, place in zip(panels, places, strict=True)
    ]


def _past(rows: Iterable[Sequence[int]]) -> dict[int, Share]:
    """The years so far of a group: year, schools, all schools."""
    return {year: Share(count, total) for year, count, total in rows}


def _times(panel: Panel, past: Mapping[int, Share]) -> list[int]:
    points = [point for line in panel.scenarios.values() for point in line]
    return [*past, *(round(point.time) for point in points)]


def _panel(
    facts: Path,
    panel: Panel,
    past: Mapping[int, Share],
    times: range,
    day: dt.date,
    place: tuple[float, float, float, float],
    lang: str,
) -> Native:
    target, now = facts.target, max(past, default=None)
    lines = {"past": dict(past)} if past else {}
    for name in facts.scenarios:
        start = {} if now is None else {now: past[now]}
        lines[name] = start | _on_years(panel.scenarios.get(name, ()))
    names = {name: scenario_name(facts, name, lang) for name in lines}
    band = say("path_band", lang, corridor=target.corridor)
    _, _, width, height = place
    ends = {n: [*line.values()][-1] for n, line in lines.items() if n != "past" and line}
    written = dict(zip(ends.values(), ends, strict=True))  # lines that end alike share a label
    texts = {name: share.text(lang, "short") for share, name in written.items()}
    first = not place[0]
    # In so narrow a chart each entry of the legend has a line of its own.
    key = below(len(lines) + 1, height) if first else 0
    group = group_name(target.by, panel.group, lang, target.part)
    total = (past[now] if now is not None else next(iter(ends.values()))).total
    title = say("path_panel", lang, group=group, total=Number(total))
    head = below(1 + wrap(title, 0.75 * WIDTH * width, SIZE, bold=True).count("\n"), height)
    # The scale is the same for all, and written at the first one.
    scale = beside([Percent(100).text(lang)], width=width) if first else 0.06
    margins = (
        scale, key + head, beside([*texts.values()], 0.5, width=width), below(1, height),
    )  # fmt: skip
    values = [float(share.percent) if name in texts else None for name, share in ends.items()]
    steps = dict(zip(ends, moved(values, 0, 100, margins, height), strict=True))
    series = [
        Series(say("deck_from", lang), [target.low] * len(times), None, PERCENT, plot="area"),
        Series(
            band, [target.high - target.low] * len(times),
            Paint(colour("bar.corridor"), colour("bar.edge")), PERCENT, plot="area",
        ),
        *(
            _line(names[name], name, line, times, texts.get(name, ""), steps.get(name, 0.0))
            for name, line in lines.items()
        ),
    ]  # fmt: skip
    plot = WIDTH * width * (1 - margins[0] - margins[2])
    needed = -(-int(len(times) * 2.8 * SIZE) // max(int(plot), 1))
    skip = next((n for n in range(needed, len(times)) if not (len(times) - 1) % n), 1)
    return Native(
        "lines", [], series, '0"%"' if first else '""', low=0, high=100, step=50,
        title=title, head=head, legend=first,
        place=place, margins=margins, skip=skip, dates=[day.replace(year=time) for time in times],
        beside=_counted(
            [*names.values()], [[line.get(t) for t in times] for line in lines.values()]
        ),
    )  # fmt: skip


def _on_years(points: Iterable[Point]) -> dict[int, Share]:
    return {round(p.time): p.row.amount for p in points if p.row.amount.total}


def _line(
    name: str, scenario: str, line: Mapping[int, Share], times: range, text: str, step: float
) -> Series:
    look = palette("scenarios")[scenario]
    dash, hollow = tuple(look.get("dash", ())), bool(look.get("hollow"))
    mark = Mark(look["ink"], look["shape"], hollow, dash, 2.2, 7)
    last = max(line, default=None)
    return Series(
        name, [float(line[t].percent) if t in line else None for t in times], Paint(mark.ink),
        PERCENT, "ends" if text else "", [text if t == last else "" for t in times], mark=mark,
        moved=[step if t == last else 0.0 for t in times],
    )  # fmt: skip


def _counted(
    names: Sequence[str], lines: Sequence[Sequence[Share | None]]
) -> dict[str, Sequence[Value]]:
    """k and n of each line, beside its shares."""
    found: dict[str, Sequence[Value]] = {}
    for name, line in zip(names, lines, strict=True):
        found[f"{name} (k)"] = [share.count if share else None for share in line]
        found[f"{name} (n)"] = [share.total if share else None for share in line]
    return found
