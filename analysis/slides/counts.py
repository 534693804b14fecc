"""Schools that are counted and add up: levels, expiries, and why a number changed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.charts import Described
from analysis.charts.bridge import amount, read_bridge, step_name
from analysis.charts.expiries import quarter_short, read_expiries
from analysis.charts.marks import Mark
from analysis.charts.numbers import in_order, read_levels
from analysis.charts.plot import whole_values
from analysis.charts.style import Paint, colour, palette, standing_paint
from analysis.charts.words import day, group_name, standing_name
from analysis.reference import Number, read_rules, rule_on, say, term_end
from analysis.slides.fitting import HEIGHT, SIZE, above, below
from analysis.slides.fitting import beside as side
from analysis.slides.lettered import whole_format
from analysis.slides.native import Native, Series

_MOST_IN_TWO_LINES = 7


def levels(chart: Described) -> Native:
    """Stacked bars of 100%: a bar per group, a series per standing that occurs."""
    lang, level = chart.lang, int(chart.asked.get("level", 1))
    facts = read_levels(chart.table, chart.about.school_year, level, chart.part)
    found = in_order({s for row in facts.rows for s, count in row.standings.items() if count})
    series = [
        Series(
            standing_name(facts.scheme, standing, lang),
            [row.standings.get(standing, 0) for row in facts.rows],
            standing_paint(facts.scheme, standing),
            labels="inside",
        )
        for standing in found
    ]
    reached = [row.reached for row in facts.rows]
    names = [group_name(facts.by, row.group, lang, chart.part) for row in facts.rows]
    beside = {
        say("deck_reached", lang): [share.count for share in reached],
        say("deck_total", lang): [share.total for share in reached],
    }
    told = named([*zip(names, (share.text(lang) for share in reached), strict=True)])
    key = say(f"levels_column_{facts.scheme}", lang, level=level)
    return Native(
        "bars", told, series, "0%", "percentStacked", 40, low=0, high=1, step=0.25,
        key=key, beside=beside,
        margins=(side([*told, key]), above([s.name for s in series]), 0.03, below()),
    )  # fmt: skip


def expiries(chart: Described) -> Native:
    """Columns by quarter: the certificates that end in it, stacked by level, with their sum above
    and a stroke in the quarter of each date by which to act."""
    lang, as_of = chart.lang, chart.about.as_of
    facts = read_expiries(chart.table, chart.about, str(chart.table["group"].iloc[0]))
    sums = [quarter.count for quarter in facts.quarters]
    series = [
        Series(
            standing_name(facts.scheme, level, lang),
            [quarter.levels.get(level, 0) for quarter in facts.quarters],
            standing_paint(facts.scheme, level),
            labels="inside" if len(facts.levels) > 1 else "",
            texts=[_inside(q.levels.get(level, 0), max(sums), lang) for q in facts.quarters],
            bold=False,
        )
        for level in facts.levels
    ]
    series.append(Series(say("deck_total", lang), sums, None, labels="above", plot="lines"))
    rule = rule_on("renewal", as_of, read_rules())
    starts, top = [quarter.start for quarter in facts.quarters], max(sums) * 1.3
    for i, name in enumerate(("lead", "alert")):
        months = int(rule[f"{name}_months"])
        end = term_end(as_of, months)
        at = sum(start <= end for start in starts) - 1
        words = say(f"expiries_{name}", lang, date=day(end), months=months)
        if at >= 0:
            series.append(_stroke(words, at, top * (1 - 0.1 * i), sums, 0.1 * top))
    names = [f"{quarter_short(q, lang)}\n{q.start.year}" for q in facts.quarters]
    high, step = _scale(max(sums), top)
    return Native(
        "columns", names, series, whole_format(lang, zero="0"), "stacked",
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


def bridge(chart: Described) -> Native:
    """From the start to the end through signed steps that occur: each change hangs where the last
    one ended. The first series is not seen, nor is the last one, which has the labels."""
    lang, level = chart.lang, str(chart.table["level"].iloc[0])
    group = str(chart.table["group"].iloc[0])
    facts = read_bridge(chart.table, chart.about.school_year, level, group)
    hung: dict[str, list[int]] = {"below": [], "level": [], "more": [], "less": []}
    for step in facts.steps:
        hung["below"].append(0 if step.whole else min(step.before, step.after))
        hung["level"].append(step.after if step.whole else 0)
        hung["more"].append(0 if step.whole else max(step.change, 0))
        hung["less"].append(0 if step.whole else max(-step.change, 0))
    looks = palette("change")
    paints = {
        "below": None, "level": Paint(**looks["whole"]), "more": Paint(**looks["up"]),
        "less": Paint(**looks["down"]),
    }  # fmt: skip
    texts = [amount(step, lang) for step in facts.steps]
    ends = [max(step.before, step.after) for step in facts.steps]
    series = [
        Series(say(f"deck_bridge_{part}", lang), hung[part], paint)
        for part, paint in paints.items()
        if part == "below" or any(hung[part])
    ]
    series.append(
        Series(say("deck_bridge_end", lang), ends, None, labels="end", texts=texts, plot="front")
    )
    names = [step_name(step, facts, lang) for step in facts.steps]
    high, unit = _scale(max(ends), 1.1 * max(ends))
    margins = (side(names), above([s.name for s in series if s.paint]), 0.04, below())
    return Native(
        "bars", names, series, whole_format(lang, zero="0"), "stacked", 45, (45, 100),
        low=0, high=high, step=unit, margins=margins,
    )  # fmt: skip


def _inside(count: int, most: int, lang: str) -> str:
    """A number inside of a column, where that is high enough for it."""
    return Number(count).text(lang) if count * 0.55 * HEIGHT > 1.1 * SIZE * most else ""


def _scale(most: int, needed: float) -> tuple[float, float]:
    """The end of a scale of whole numbers, and its steps."""
    values = whole_values(most)
    step = values[1] - values[0] if len(values) > 1 else 1
    return math.ceil(needed / step) * step, step


def named(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Categories with their numbers: on a line of their own where there are few."""
    between = "\n" if len(pairs) <= _MOST_IN_TWO_LINES else ": "
    return [f"{name}{between}{numbers}" for name, numbers in pairs]
