"""Why did the number change? A waterfall from one school year to the next, one row a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.lettering import width_of
from analysis.charts.nothing import or_nothing
from analysis.charts.plot import Plot, whole_values
from analysis.charts.reading import Shape, check_language, check_values, chosen, only, text
from analysis.charts.rows import Name, place_rows
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour, palette
from analysis.charts.words import TOTAL, group_in_text, place, scheme_short
from analysis.measure import STEPS
from analysis.reference import About, Number, Points, SuiteError, say

# The first and the last step are whole numbers of schools, what lies between are changes.
START, END = "start", "end"
# Schools in force at whatever level.
ANY = "any"
# Steps of schools of which it was, or is, not known how they stand.
_UNCLEAR = ("unclear_before", "unclear_now")
BRIDGE = Shape("bridge")


@dataclass(frozen=True)
class Step:
    """One step: the schools before it and after it."""

    name: str
    before: int
    after: int

    @property
    def change(self) -> int:
        """Schools more (or fewer)."""
        return self.after - self.before

    @property
    def whole(self) -> bool:
        """Start and end are numbers of schools, not changes."""
        return self.name in (START, END)


@dataclass(frozen=True)
class Bridge:
    """The steps of one group that changed its number."""

    scheme: str
    level: str
    by: str
    group: str
    years: tuple[str, str]
    steps: tuple[Step, ...]
    table: pd.DataFrame


def read_bridge(table: pd.DataFrame, school_year: str, level: str, group: str) -> Bridge:
    """One level and group of the pair of school years that ends in the one of the chart: its steps,
    of those in between the ones that changed the number."""
    rows = BRIDGE.of_year(table, school_year, "school_year_to")
    rows = chosen(chosen(rows, "level", level), "group", group)
    check_values(rows, "step", STEPS)
    keys = {c: only(rows, c) for c in ("school_year_from", "scheme", "by")}
    counts = dict(zip(rows["step"].map(text), map(int, rows["schools_count"]), strict=True))
    steps, schools = [Step(START, 0, counts.get(START, 0))], counts.get(START, 0)
    for name in STEPS[1:-1]:
        if counts.get(name):
            steps.append(Step(name, schools, schools + counts[name]))
            schools += counts[name]
    if schools != counts.get(END, 0):
        raise SuiteError("chart_bridge_open", group=group, sum=schools, end=counts.get(END, 0))
    steps.append(Step(END, 0, schools))
    years = keys["school_year_from"], school_year
    return Bridge(keys["scheme"], level, keys["by"], group, years, tuple(steps), rows)


def step_name(step: Step, facts: Bridge, lang: str) -> str:
    """A step as it stands at its row."""
    if step.whole:
        return say("bridge_whole", lang, school_year=facts.years[step.name == END])
    return say(f"step_{step.name}", lang)


def amount(step: Step, lang: str) -> str:
    """A number of schools, or a change with its sign."""
    return Number(step.after).text(lang) if step.whole else Points(step.change, 0).text(lang)


def about_bridge(facts: Bridge, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    words = {"reached": _held(facts, lang)}
    named = facts.group != TOTAL
    group = group_in_text(facts.by, facts.group, lang)
    told = {"group": say("bridge_group", lang, group=group) if named else ""}
    items = (
        say("bridge_alt_item", lang, step=step_name(s, facts, lang), count=amount(s, lang))
        for s in facts.steps
    )
    first, second = facts.years
    return {
        "headline": _headline(facts, words, lang),
        "subtitle": say("bridge_subtitle", lang, first=first, **told, **place(about, lang)),
        "alt": say("bridge_alt", lang, first=first, second=second, list="; ".join(items), **words),
    }


def _held(facts: Bridge, lang: str) -> str:
    """What is counted: a certificate of any level, or of exactly one."""
    kind = facts.level if facts.level in (ANY, "level_unknown") else "exact"
    rank, scheme = say(f"rank_{facts.scheme}", lang), scheme_short(facts.scheme)
    return say(f"bridge_held_{kind}", lang, scheme=scheme, rank=rank, level=facts.level)


def _way(start: int, end: int, unclear: Mapping[str, int]) -> str:
    """Whether the number rose or fell, whatever turns out of the schools that were unclear, or are;
    "open" where it depends on them."""
    if end > start + unclear.get("unclear_before", 0):
        return "up"
    if end + unclear.get("unclear_now", 0) < start:
        return "down"
    return "open" if unclear else "same"


def _headline(facts: Bridge, words: dict[str, str], lang: str) -> str:
    """From how many to how many, and the largest change if it is one alone."""
    start, end = facts.steps[0].after, facts.steps[-1].after
    changes = sorted((s for s in facts.steps if not s.whole), key=lambda s: -abs(s.change))
    if not start and not end and not changes:
        return say("bridge_headline_plain", lang, **words)
    unclear = {name: abs(s.change) for s in changes for name in _UNCLEAR if s.name == name}
    counts = {"start": start, "end": end, "unclear": sum(unclear.values())}
    told = {name: Number(count) for name, count in counts.items()}
    said = say(f"bridge_headline_{_way(start, end, unclear)}", lang, **told, **words)
    sizes = [abs(s.change) for s in changes] + [0]
    if sizes[0] == 0 or sizes[0] == sizes[1]:
        return said
    step = step_name(changes[0], facts, lang)
    change = Points(changes[0].change, 0)
    return said + say("bridge_headline_most", lang, step=step[:1].lower() + step[1:], change=change)


@or_nothing
def chart_bridge(
    bridge: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    level: str = ANY,
    group: str = TOTAL,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_bridge` that ends in the school year of `about`: the schools at the
    start, what was added and what was lost, the schools at the end. Bars of whole numbers begin at
    0; a change hangs between what was before and after it.

    Columns: school_year_from, school_year_to, scheme, level, by, group, step, schools_count. Drawn
    are schools with a certificate of any level, or of exactly the `level` asked for ("1", ...); all
    of them together, or those of the `group` asked for.
    """
    facts = read_bridge(bridge, about.school_year, level, group)
    words = about_bridge(facts, about, check_language(lang))
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="bridge")
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Bridge, lang: str) -> None:
    size = sheet.preset.label
    body = Box(room.left, room.top, room.right, room.bottom - 1.7 * sheet.preset.note)
    names = [Name(step_name(step, facts, lang), bold=step.whole) for step in facts.steps]
    boxes, letters = place_rows(sheet, body, names, total_last=False)
    most = max(1, *(max(step.before, step.after) for step in facts.steps))
    values = whole_values(most)
    label = max(width_of(amount(step, lang), letters, bold=True) for step in facts.steps)
    right = room.right - label - 0.8 * size
    plot = Plot(sheet, Box(boxes[0].left, boxes[0].top, right, boxes[-1].bottom), 0, most)
    plot.ticks([values, [0, values[-1]]], lambda value: Number(value).text(lang))
    for i, (step, box) in enumerate(zip(facts.steps, boxes, strict=True)):
        bar = _bar(plot, box, step)
        if i + 1 < len(boxes):
            x, end = plot.x(step.after), boxes[i + 1].middle
            sheet.rule((x, x), (bar.bottom, end - bar.height / 2), colour("ink.rule"), 1)
        x = bar.right + 0.4 * size
        sheet.write(x, box.middle, amount(step, lang), size=letters, bold=True, level="digits")


def _bar(plot: Plot, box: Box, step: Step) -> Box:
    """The bar of a step; where there is no school a stroke keeps its place."""
    half = min(0.32 * box.height, 1.5 * plot.sheet.preset.label)
    low, high = sorted((step.before, step.after))
    top, bottom = box.middle - half, box.middle + half
    if low == high:
        plot.line(low, top, bottom, colour("ink.rule"), 2)
        return Box(plot.x(low), top, plot.x(high), bottom)
    kind = "whole" if step.whole else "up" if step.change > 0 else "down"
    return plot.bar(low, high, top, bottom, Paint(**palette("change")[kind]))
