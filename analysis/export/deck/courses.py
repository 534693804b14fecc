"""Courses over time: two years side by side, and the way to a target year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.charts import Described
from analysis.charts.style import Paint, colour
from analysis.charts.words import TOTAL, group_name
from analysis.export.deck.native import PERCENT, Native, Series, Value
from analysis.reference import say
from analysis.tables.words import in_word

# Lines beside the total are quiet; the total, or the only line, carries the eye. Of more lines than
# so many only that one has its numbers written, for the others would lie over one another.
_QUIET = ("bar.above", "ink.rule", "ink.quiet", "ink.tag")
_MOST_WRITTEN = 3


def change(chart: Described) -> Native:
    """A line per group over the school years: the share at the level asked or higher."""
    level = str(chart.asked.get("level", 1))
    table = chart.table[chart.table["standing"].astype(str) == level]
    years = list(dict.fromkeys(table["school_year"].astype(str)))
    by = str(table["by"].iloc[0])
    lines: dict[str, list[Value]] = {}
    beside: dict[str, list[Value]] = {}
    for group, rows in table.groupby(table["group"].astype(str), sort=False):
        name = group_name(by, str(group), chart.lang, chart.part)
        of_year = rows.set_index(rows["school_year"].astype(str)).reindex(years)
        lines[name] = _shares(of_year["reached_count"], of_year["schools_total"])
        beside[f"{name} (k)"] = _whole(of_year["reached_count"])
        beside[f"{name} (n)"] = _whole(of_year["schools_total"])
    return _lines(years, lines, group_name(by, TOTAL, chart.lang, chart.part), beside)


def path(chart: Described) -> Native:
    """A line per scenario over its dates, for all schools together."""
    table = chart.table
    if "group" in table:
        table = table[table["group"].astype(str) == TOTAL]
    if "target_id" in table:
        table = table[table["target_id"] == table["target_id"].iloc[0]]
    days = sorted(pd.to_datetime(table["as_of"]).unique())
    lines: dict[str, list[Value]] = {}
    beside: dict[str, list[Value]] = {}
    for scenario, rows in table.groupby(table["scenario"].astype(str), sort=False):
        name = in_word(str(scenario), ("deck_scenario",), chart.lang, "")
        on_day = rows.set_index(pd.to_datetime(rows["as_of"])).reindex(days)
        lines[name] = _shares(on_day["schools_count"], on_day["schools_total"])
        beside[f"{name} (k)"] = _whole(on_day["schools_count"])
        beside[f"{name} (n)"] = _whole(on_day["schools_total"])
    names = [f"{pd.Timestamp(day):%d/%m/%Y}" for day in days]
    return _lines(names, lines, say("deck_scenario_past_rate", chart.lang), beside)


def _lines(
    categories: list[str],
    lines: dict[str, list[Value]],
    foremost: str,
    beside: dict[str, list[Value]],
) -> Native:
    quiet = iter(_QUIET * (1 + len(lines) // len(_QUIET)))
    series = []
    for name, values in lines.items():
        first = name == foremost or len(lines) == 1
        paint = Paint(colour("bar.measure" if first else next(quiet)))
        labels = "last" if len(lines) <= _MOST_WRITTEN else "end" if first else ""
        series.append(Series(name, values, paint, PERCENT, labels))
    names = [_with_counts(name, i, beside) for i, name in enumerate(categories)]
    return Native("lines", names, series, '0"%"', low=0, high=100, beside=beside)


def _with_counts(name: str, place: int, beside: dict[str, list[Value]]) -> str:
    """A point in time, and below it k/n of each line."""
    numbers = [column[place] for column in beside.values()]
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    told = [say("cell_share" if n else "cell_none", count=k, total=n) for k, n in pairs]
    return f"{name}\n" + "; ".join(told)


def _shares(counts: pd.Series[Any], totals: pd.Series[Any]) -> list[Value]:
    pairs = zip(counts, totals, strict=True)
    return [None if pd.isna(k) or pd.isna(n) or not n else 100 * int(k) / int(n) for k, n in pairs]


def _whole(column: pd.Series[Any]) -> list[Value]:
    return [None if pd.isna(value) else int(value) for value in column]
