"""Shares: against their targets, of two-session days, of what the lists state."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from analysis.charts import Described
from analysis.charts.gaps import side_paint
from analysis.charts.numbers import TargetRow, read_gaps, read_targets
from analysis.charts.style import Paint, colour
from analysis.charts.words import group_name, standing_of
from analysis.export.deck.counts import named
from analysis.export.deck.native import PERCENT, POINTS, Native, Series
from analysis.reference import Share, say
from analysis.tables.words import heading_of, in_word


def targets(chart: Described) -> Native:
    """Per target a bar with the share, and below it the band of the wanted corridor."""
    lang = chart.lang
    rows, _ = read_targets(chart.table, chart.about.school_year, lang, chart.part)
    return _above_corridors({"": rows}, [row.label for row in rows], lang)


def progress(chart: Described) -> Native:
    """The same with two bars: the first school year of the table and the last one.

    Of one target with its groups, a band per group; else one per target, for all schools.
    """
    table, lang = chart.table, chart.lang
    years = sorted(table["school_year"].astype(str).unique())
    one = table["target_id"].nunique() == 1
    bars = {
        year: read_gaps(table, year, None, lang)[0] if one else read_targets(table, year, lang)[0]
        for year in dict.fromkeys((years[0], years[-1]))
    }
    last = bars[years[-1]]
    heads = [group_name(row.by, row.group, lang, chart.part) if one else row.label for row in last]
    return _above_corridors(bars, heads, lang)


class _Line(NamedTuple):
    """A row of such a chart: a share with its schools, a corridor, or nothing."""

    name: str
    share: float | None = None
    low: float | None = None
    width: float | None = None
    schools: int | None = None
    all_schools: int | None = None


def _above_corridors(bars: dict[str, list[TargetRow]], heads: list[str], lang: str) -> Native:
    """Rows of their own for the shares and for the corridor, with an empty row between.

    A corridor behind its bar would be hidden in the programs that draw both equally wide. Groups of
    one target share its corridor, which stands once, below them. How a share stands to it is said
    of the last year only.
    """
    lines: list[_Line] = []
    wanted = list(bars.values())[-1]
    shared = len({row.target_id for row in wanted}) == 1
    for head, row in zip(heads, wanted, strict=True):
        for year, rows in bars.items():
            found = [r for r in rows if (r.target_id, r.group) == (row.target_id, row.group)]
            tell = _result if rows is wanted else _share
            name = f"{head}, {year}" if year else head
            lines += [_measured(f"{name}: {tell(r, lang)}", r.amount) for r in found]
        if not shared or row is wanted[-1]:
            lines.append(_Line(_wanted(row, lang), None, row.low, row.high - row.low))
        lines.append(_Line(" "))
    names, shares, lows, widths, counts, totals = map(list, zip(*lines[:-1], strict=True))
    band = Paint(colour("bar.corridor"), outline=colour("bar.edge"))
    series = [
        Series(say("deck_share", lang), shares, Paint(colour("bar.measure")), PERCENT),
        Series(say("deck_from", lang), lows, None, PERCENT),
        Series(say("deck_corridor", lang), widths, band, PERCENT),
    ]
    beside = {say("deck_count", lang): counts, say("deck_total", lang): totals}
    return Native("bars", names, series, '0"%"', "stacked", 25, 0, 100, beside)


def _measured(name: str, amount: Share) -> _Line:
    return _Line(name, _percent(amount), schools=amount.count, all_schools=amount.total)


def _wanted(row: TargetRow, lang: str) -> str:
    """What a target asks for: "chỉ tiêu 80–90%, đúng cấp độ 2"."""
    counted = say(f"asked_{row.scheme}_{row.reading}", lang, level=row.level)
    return say("deck_wanted", lang, corridor=row.corridor, counted=counted)


def gaps(chart: Described) -> Native:
    """Bars from the nearest edge of the corridor, those below and those above in two colours."""
    lang = chart.lang
    rows, _ = read_gaps(chart.table, chart.about.school_year, None, lang, chart.part)
    sides = ("below", "above", "within", "silent")
    series = [
        Series(
            say(f"deck_gap_{side}", lang),
            [row.gap if row.side == side else None for row in rows],
            Paint(colour("bar.corridor")) if side == "within" else side_paint(side),
            POINTS,
            "end",
        )
        for side in sides
        if any(row.side == side for row in rows)
    ]
    names = named([(group_name(r.by, r.group, lang, chart.part), _result(r, lang)) for r in rows])
    return Native("bars", names, series, POINTS, gap=60, beside=_amounts(rows, lang))


def sessions(chart: Described) -> Native:
    """Bars of the share of classes, and of pupils, with two sessions a day."""
    table, lang = chart.table, chart.lang
    groups = list(dict.fromkeys(table["group"].astype(str)))
    measures = list(dict.fromkeys(table["measure"].astype(str)))
    paints = dict(zip(measures, ("bar.measure", "bar.above"), strict=False))
    series, beside = [], {}
    numbers: list[list[str]] = [[] for _ in groups]
    for measure in measures:
        rows = table[table["measure"].astype(str) == measure].set_index("group").reindex(groups)
        amounts = [*map(_amount, rows["two_sessions_count"], rows["whole_count"])]
        name = say(f"deck_measure_{measure}", lang)
        shares = [_percent(amount) for amount in amounts]
        series.append(Series(name, shares, Paint(colour(paints[measure])), PERCENT, "end"))
        beside[f"{name} (k)"] = [amount.count for amount in amounts]
        beside[f"{name} (n)"] = [amount.total for amount in amounts]
        for said, amount in zip(numbers, amounts, strict=True):
            said.append(say(f"deck_of_{measure}", lang, share=amount))
    by = str(table["by"].iloc[0])
    pairs = zip(groups, map("; ".join, numbers), strict=True)
    names = named([(group_name(by, group, lang, chart.part), said) for group, said in pairs])
    return Native("bars", names, series, '0"%"', "", 50, 0, 100, beside)


def completeness(chart: Described) -> Native:
    """Bars of the share of rows in which a column is stated."""
    lang, table = chart.lang, chart.table
    if "school_year" in table:
        table = table[table["school_year"].astype(str) == chart.about.school_year]
    amounts = [*map(Share, table["stated_count"].astype(int), table["rows_count"].astype(int))]
    names = [
        f"{in_word(name, ('column',), lang, '')}: {amount.text(lang)}"
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
    return Native("bars", names, [stated], '0"%"', "", 40, 0, 100, beside)


def _result(row: TargetRow, lang: str) -> str:
    """Count, total and percentage, and where they stand: "11/12 (91,7%); thiếu 2 trường"."""
    return f"{row.amount.text(lang)}; {standing_of(row, lang)}"


def _share(row: TargetRow, lang: str) -> str:
    """Count, total and percentage."""
    return row.amount.text(lang)


def _percent(amount: Share) -> float | None:
    return float(amount.percent) if amount.total else None


def _amounts(rows: list[TargetRow], lang: str) -> dict[str, list[float | int | None]]:
    return {
        say("deck_count", lang): [row.amount.count for row in rows],
        say("deck_total", lang): [row.amount.total for row in rows],
    }


def _amount(count: Any, total: Any) -> Share:
    """So many of so many; 0 of 0 where nothing is stated."""
    return Share(0, 0) if pd.isna(count) or pd.isna(total) else Share(int(count), int(total))
