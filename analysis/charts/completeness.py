"""How complete are the data? A table of columns and school years, shaded by what is stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.charts.blocks import block_of, draw_blocks, most_rows
from analysis.charts.figure import Chart, one_line
from analysis.charts.frame import framed
from analysis.charts.grid import Head, Row, headings_fit
from analysis.charts.legend import Legend
from analysis.charts.nothing import or_nothing
from analysis.charts.reading import Shape, check_language, text
from analysis.charts.rows import Name
from analysis.charts.shades import shade_entries, share_cell
from analysis.charts.sheet import Box, Sheet
from analysis.charts.words import place, scheme_short
from analysis.reference import SCHEMES, About, Number, Share, read_rules, say

COMPLETENESS = Shape("completeness")
_MOST_IN_ALT = 3


@dataclass(frozen=True)
class ColumnRow:
    """One column: its stated rows in each school year."""

    column: str
    amounts: tuple[Share, ...]

    @property
    def now(self) -> Share:
        """The school year of the chart, which is the last one."""
        return self.amounts[-1]


@dataclass(frozen=True)
class Completeness:
    """The columns, the least complete of the last year first."""

    years: tuple[str, ...]
    rows: tuple[ColumnRow, ...]
    table: pd.DataFrame


def read_completeness(table: pd.DataFrame, school_year: str) -> Completeness:
    """The school years up to the one of the chart."""
    COMPLETENESS.of_year(table, school_year)
    rows = table[table["school_year"].astype(str) <= school_year]
    years = sorted(set(rows["school_year"].astype(str)))
    amounts = {
        (text(row["column"]), text(row["school_year"])): Share(
            int(row["stated_count"]), int(row["rows_count"])
        )
        for row in rows.to_dict("records")
    }
    columns = dict.fromkeys(rows["column"].map(text))
    none = Share(0, 0)
    found = [ColumnRow(c, tuple(amounts.get((c, y), none) for y in years)) for c in columns]
    found.sort(key=lambda row: row.now.percent)
    return Completeness(tuple(years), tuple(found), rows)


def column_name(column: str, lang: str) -> str:
    """A column as it is headed in answers; one of an analyst's own by its name."""
    known = read_rules().columns.get(column)
    scheme = column.removesuffix("_result")
    if known is None and scheme in SCHEMES:
        return say("completeness_result", lang, scheme=scheme_short(scheme))
    if known is None:
        return one_line(column)
    return known.heading_en if lang == "en" else known.heading


def about_completeness(facts: Completeness, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    items = [
        say("alt_item", lang, group=column_name(row.column, lang), share=row.now)
        for row in facts.rows[:_MOST_IN_ALT]
    ]
    year = about.school_year
    return {
        "headline": _headline(facts, year, lang),
        "subtitle": say("completeness_subtitle", lang, **place(about, lang)),
        "alt": say("completeness_alt", lang, list="; ".join(items), school_year=year),
    }


def _headline(facts: Completeness, school_year: str, lang: str) -> str:
    """How many columns are full, and the emptiest if it is one alone and not full."""
    asked = [row for row in facts.rows if row.now.total]
    if not asked:
        return say("completeness_headline_plain", lang)
    full = sum(not row.now.rest for row in asked)
    words = {"school_year": school_year, "full": full, "columns": len(asked)}
    start, least = say("completeness_headline", lang, **words), asked[0]
    alone = len(asked) < 2 or asked[1].now.percent > least.now.percent
    if not least.now.rest or not alone:
        return start
    name = column_name(least.column, lang)
    return start + say("completeness_headline_least", lang, column=name, share=least.now)


@or_nothing
def chart_completeness(
    completeness: pd.DataFrame, *, about: About, lang: str = "vi", preset: str = "slide"
) -> Chart:
    """Draw a table of `measure_completeness`: one row per column of the school lists, one column
    per school year up to the one of `about`, in each cell the rows that state it.

    Columns: school_year, column, stated_count, rows_count. The least complete column stands first;
    where there are more than the picture holds, the fullest ones are added up in one row.
    """
    facts = read_completeness(completeness, about.school_year)
    words = about_completeness(facts, about, check_language(lang))
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="completeness")
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Completeness, lang: str) -> None:
    legend = Legend(sheet, room, shade_entries(lang))
    size = sheet.preset.label
    body = Box(room.left, legend.bottom + 0.6 * size, room.right, room.bottom - 0.4 * size)
    head = Head(_headings(facts, lang, facts.years))
    amounts = [amount for row in facts.rows for amount in row.amounts]
    widest = max(amounts, key=lambda a: (a.total, a.count)).text(lang, "short")
    if not headings_fit(sheet, block_of(sheet, body, head, len(facts.rows), widest), head):
        head = Head(_headings(facts, lang, [year.replace("-", "-\n") for year in facts.years]))
    most = most_rows(sheet, body, head, widest)
    kept, others = facts.rows, facts.rows[most:]
    if others:
        kept, others = facts.rows[: most - 1], facts.rows[most - 1 :]
    rows = [_row(column_name(row.column, lang), row, lang) for row in kept]
    if others:
        words = say("completeness_others", lang, count=len(others))
        rows.append(_row(words, _together(others), lang))
    legend.write(draw_blocks(sheet, body, head, rows, total_last=False))


def _headings(facts: Completeness, lang: str, names: Sequence[str]) -> list[str]:
    """The school years, with their rows where every column counts the same ones."""
    headings = []
    for i, year in enumerate(names):
        totals = {row.amounts[i].total for row in facts.rows} - {0}
        rows = Number(totals.pop()) if len(totals) == 1 else ""
        key = "completeness_year" if rows else "completeness_year_only"
        headings.append(say(key, lang, school_year=year, rows=rows))
    return headings


def _row(name: str, row: ColumnRow, lang: str) -> Row:
    return Row(Name(name), tuple(share_cell(amount, lang) for amount in row.amounts))


def _together(rows: tuple[ColumnRow, ...]) -> ColumnRow:
    years = zip(*(row.amounts for row in rows), strict=True)
    sums = (Share(sum(a.count for a in y), sum(a.total for a in y)) for y in years)
    return ColumnRow("", tuple(sums))
