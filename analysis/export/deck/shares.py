"""Shares: against their targets, of two-session days, of what the lists state."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.chart import Chart
from analysis.chart.numbers import Amount, TargetRow, read_gaps, read_targets
from analysis.chart.style import Paint, colour
from analysis.chart.words import asked, corridor, group_name, share, standing_of
from analysis.export.cells import heading_of, in_word
from analysis.export.deck.counts import named
from analysis.export.deck.native import PERCENT, POINTS, Native, Plot, Series
from analysis.reference import say


def targets(chart: Chart) -> Native:
    """A dot per target with the share, on the band of the wanted corridor."""
    lang = chart.lang
    rows, _ = read_targets(chart.table, chart.about.school_year, lang)
    dots = {say("deck_share", lang): rows}
    names = [
        f"{row.label}: {corridor(row, lang)}\n{_result(row, lang)}\n"
        + asked(row, lang).replace("\n", "; ")
        for row in rows
    ]
    return _on_corridors(names, dots, lang)


def progress(chart: Chart) -> Native:
    """The same with two dots: the first school year of the table and the last one.

    Of one target with its groups, a band per group; else one per target, for all schools.
    """
    table, lang = chart.table, chart.lang
    years = sorted(table["school_year"].astype(str).unique())
    one = table["target_id"].nunique() == 1
    dots = {
        year: read_gaps(table, year, None, lang)[0] if one else read_targets(table, year, lang)[0]
        for year in dict.fromkeys((years[0], years[-1]))
    }
    last = dots[years[-1]]
    heads = [group_name(r.by, r.group, lang) if one else r.label for r in last]
    names = [f"{head}: {corridor(r, lang)}\n{_result(r, lang)}"
             for head, r in zip(heads, last, strict=True)]  # fmt: skip
    return _on_corridors(names, dots, lang)


def _on_corridors(names: list[str], dots: dict[str, list[TargetRow]], lang: str) -> Native:
    """Dots on bands that stand on unseen columns.

    Dots, because bars of two widths on one scale come out alike in some programs and would hide
    the band.
    """
    last = list(dots.values())[-1]
    band = Paint(colour("bar.corridor"), outline=colour("bar.edge"))
    corridors = [
        Series(say("deck_from", lang), [row.low for row in last], None, PERCENT),
        Series(say("deck_corridor", lang), [row.high - row.low for row in last], band, PERCENT),
    ]
    paints = [Paint(colour(name)) for name in ("bar.above", "bar.measure")][-len(dots) :]
    series, beside = [], {}
    for (name, rows), paint in zip(dots.items(), paints, strict=True):
        found = {(row.target_id, row.group): row for row in rows}
        lined = [found.get((row.target_id, row.group)) for row in last]
        shares = [_percent(row.amount) if row else None for row in lined]
        series.append(Series(name, shares, paint, PERCENT, "end"))
        several = f"{name}: " if len(dots) > 1 else ""
        for key, what in (("deck_count", "count"), ("deck_total", "total")):
            column = [getattr(row.amount, what) if row else None for row in lined]
            beside[several + say(key, lang)] = column
    plots = [Plot("columns", corridors, "stacked", 90), Plot("dots", series)]
    return Native(names, plots, '0"%"', 0, 100, beside)


def gaps(chart: Chart) -> Native:
    """Bars from the nearest edge of the corridor, those below and those above in two colours."""
    lang = chart.lang
    rows, _ = read_gaps(chart.table, chart.about.school_year, None, lang)
    sides = {"below": "bar.below", "above": "bar.above", "within": "ink.rule"}
    series = [
        Series(
            say(f"deck_gap_{side}", lang),
            [row.gap if row.position == side else None for row in rows],
            Paint(colour(paint)),
            POINTS,
            "end",
        )
        for side, paint in sides.items()
        if any(row.position == side for row in rows)
    ]
    names = named([(group_name(r.by, r.group, lang), _result(r, lang)) for r in rows])
    plot = Plot("bars", series, "", 60)
    return Native(names, [plot], POINTS, beside=_amounts(rows, lang))


def sessions(chart: Chart) -> Native:
    """Bars of the share of classes, and of pupils, with two sessions a day."""
    table, lang = chart.table, chart.lang
    groups = list(dict.fromkeys(table["group"].astype(str)))
    measures = list(dict.fromkeys(table["measure"].astype(str)))
    paints = dict(zip(measures, ("bar.measure", "bar.above"), strict=False))
    series, beside = [], {}
    for measure in measures:
        rows = table[table["measure"].astype(str) == measure].set_index("group").reindex(groups)
        name = say(f"deck_measure_{measure}", lang)
        paint = Paint(colour(paints[measure]))
        series.append(Series(name, _numbers(rows["two_sessions_percent"]), paint, PERCENT, "end"))
        beside[f"{name} (k)"] = _numbers(rows["two_sessions_count"])
        beside[f"{name} (n)"] = _numbers(rows["whole_count"])
    names = [group_name(str(table["by"].iloc[0]), group, lang) for group in groups]
    return Native(names, [Plot("bars", series, "", 50)], '0"%"', 0, 100, beside=beside)


def completeness(chart: Chart) -> Native:
    """Bars of the share of rows in which a column is stated."""
    lang, table = chart.lang, chart.table
    if "school_year" in table:
        table = table[table["school_year"].astype(str) == chart.about.school_year]
    amounts = [*map(Amount, table["stated_count"].astype(int), table["rows_count"].astype(int))]
    names = [
        f"{in_word(name, ('column',), lang, '')}: {share(amount, lang)}"
        for name, amount in zip(table["column"].map(lambda c: heading_of(c, table, lang)), amounts,
                                strict=True)
    ]  # fmt: skip
    stated = Series(
        say("deck_stated", lang),
        [_percent(amount) for amount in amounts],
        Paint(colour("bar.measure")),
        PERCENT,
        "end",
    )
    beside = {
        say("deck_stated_count", lang): [amount.count for amount in amounts],
        say("deck_rows", lang): [amount.total for amount in amounts],
    }
    return Native(names, [Plot("bars", [stated], "", 40)], '0"%"', 0, 100, beside=beside)


def _result(row: TargetRow, lang: str) -> str:
    """Count, total and percentage, and where they stand: "11/12 (91,7%); thiếu 2 trường"."""
    return f"{share(row.amount, lang)}; {standing_of(row, lang)}"


def _percent(amount: Amount) -> float | None:
    return float(amount.percent) if amount.total else None


def _amounts(rows: list[TargetRow], lang: str) -> dict[str, list[float | int | None]]:
    return {
        say("deck_count", lang): [row.amount.count for row in rows],
        say("deck_total", lang): [row.amount.total for row in rows],
    }


def _numbers(column: pd.Series[Any]) -> list[float | int | None]:
    return [None if pd.isna(v) else v.item() if hasattr(v, "item") else v for v in column]
