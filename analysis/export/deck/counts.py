"""Schools that are counted and add up: levels, expiries, and why a number changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.charts import Described
from analysis.charts.numbers import in_order
from analysis.charts.style import Paint, colour, standing_paint
from analysis.charts.words import TOTAL, group_name, standing_name
from analysis.export.deck.native import COUNT, Native, Series
from analysis.reference import Share, say
from analysis.tables.words import in_word

# The ends of a bridge between years; every other step is a change.
_ENDS = ("start", "end")
_MOST_IN_TWO_LINES = 7


def levels(chart: Described) -> Native:
    """Stacked bars of 100%: a bar per group, a series per standing that occurs."""
    table, lang = chart.table, chart.lang
    scheme, by = str(table["scheme"].iloc[0]), str(table["by"].iloc[0])
    wide = _wide(table, "group", "standing")
    standings = in_order(str(name) for name in wide if wide[name].any())
    series = [
        Series(
            standing_name(scheme, standing, lang),
            wide[standing].tolist(),
            standing_paint(scheme, standing),
            labels="inside",
        )
        for standing in standings
    ]
    reached = _reached(table, int(chart.asked.get("level", 1)))
    names = named(
        [(group_name(by, g, lang, chart.part), reached[g].text(lang)) for g in wide.index]
    )
    beside = {
        say("deck_reached", lang): [reached[g].count for g in wide.index],
        say("deck_total", lang): [reached[g].total for g in wide.index],
    }
    return Native("bars", names, series, "0%", "percentStacked", 40, 0, 1, beside)


def expiries(chart: Described) -> Native:
    """Columns by quarter: the certificates that end in it, stacked by level."""
    table = _of_all(chart.table).dropna(subset="quarter")
    scheme = str(table["scheme"].iloc[0])
    known = table["level"].astype("str").where(table["level"].notna(), "level_unknown")
    wide = _wide(table.assign(level=known), "quarter", "level")
    found = in_order(str(name) for name in wide if wide[name].any())
    series = [
        Series(
            standing_name(scheme, level, chart.lang),
            wide[level].tolist(),
            standing_paint(scheme, level),
            labels="inside",
        )
        for level in found
    ]
    return Native("columns", list(wide.index), series, "#,##0", "stacked", low=0)


def bridge(chart: Described) -> Native:
    """From the start to the end through signed steps that occur: each change hangs where the last
    one ended.

    Four stacked series, of which the first is not seen.
    """
    table = _of_all(chart.table)
    steps = table.groupby(table["step"].astype(str), sort=False)["schools_count"].sum()
    steps = steps[steps.ne(0) | steps.index.isin(_ENDS)]
    hung: dict[str, list[int]] = {"below": [], "level": [], "more": [], "less": []}
    level = 0
    for step, change in steps.items():
        before, level = (0, int(change)) if step in _ENDS else (level, level + int(change))
        hung["below"].append(0 if step in _ENDS else min(before, level))
        hung["level"].append(level if step in _ENDS else 0)
        hung["more"].append(max(level - before, 0) if step not in _ENDS else 0)
        hung["less"].append(max(before - level, 0))
    paints = {"below": None, "level": "bar.measure", "more": "bar.above", "less": "bar.corridor"}
    series = [
        Series(
            say(f"deck_bridge_{part}", chart.lang),
            hung[part],
            Paint(colour(paint)) if paint else None,
            number_format="-#,##0;-#,##0;" if part == "less" else COUNT,
            labels="inside" if paint else "",
        )
        for part, paint in paints.items()
    ]
    names = [in_word(step, ("step",), chart.lang, "") for step in steps.index]
    return Native("columns", names, series, "#,##0", "stacked", low=0)


def named(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Categories with their numbers: on a line of their own where there are few."""
    between = "\n" if len(pairs) <= _MOST_IN_TWO_LINES else ": "
    return [f"{name}{between}{numbers}" for name, numbers in pairs]


def _wide(table: pd.DataFrame, rows: str, columns: str) -> pd.DataFrame:
    """The counts with a row per value of one column and a column per value of another, as text."""
    keys = [table[name].astype(str) for name in (rows, columns)]
    counts = table["schools_count"].groupby(keys, sort=False).sum().unstack(fill_value=0)
    order = keys[0].drop_duplicates()
    if rows == "group":
        order = pd.concat([order[order != TOTAL], order[order == TOTAL]])
    return counts.reindex(order).astype(int)


def _reached(table: pd.DataFrame, level: int) -> dict[str, Share]:
    """Of each group the schools at a level or higher."""
    asked: Any = table[table["standing"].astype(str) == str(level)]
    names = ("reached_count", "schools_total", "reached_unclear_count")
    counts = [asked[name] if name in asked else [0] * len(asked) for name in names]
    rows = zip(asked["group"].astype(str), *counts, strict=True)
    return {group: Share(*map(int, numbers)) for group, *numbers in rows}


def _of_all(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of all schools together, where there are such rows."""
    rows = table[table["group"].astype(str) == TOTAL]
    return rows if len(rows) else table
