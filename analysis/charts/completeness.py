"""How complete are the data? A table of columns and school years, shaded by what is stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from analysis.charts.drawing import NONE
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.grid import (
    Head,
    Row,
    block_of,
    draw_blocks,
    headings_fit,
    most_rows,
    shade_entries,
    share_cell,
    together,
)
from analysis.charts.numbers import of_year, text
from analysis.charts.rows import Name
from analysis.charts.sheet import Box, Legend, Sheet
from analysis.charts.words import Words, one_line, scheme_short
from analysis.reference import SCHEMES, About, Number, Share, read_rules

_MOST_IN_ALT = 3


@dataclass(frozen=True)
class _Column:
    """One column: its stated rows in each school year, the last of them that of the chart."""

    name: str
    amounts: tuple[Share, ...]

    @property
    def now(self) -> Share:
        """The school year of the chart."""
        return self.amounts[-1]


@or_nothing
def chart_completeness(
    completeness: pd.DataFrame, *, about: About, lang: str = "vi", preset: str = "slide"
) -> Chart:
    """Draw a table of `measure_completeness`: one row per column of the school lists, one column
    per school year up to the one of `about`, in each cell the rows that state it.

    Columns: school_year, column, stated_count, rows_count. The least complete column stands first;
    where there are more than the picture holds, the fullest ones are added up in one row.
    """
    w, year = Words.of(about, lang, completeness), about.school_year
    of_year(completeness, "completeness", year)
    table = completeness[completeness["school_year"].astype(str) <= year]
    years = sorted(set(table["school_year"].astype(str)))
    amounts = {
        (text(row["column"]), text(row["school_year"])): Share(
            int(row["stated_count"]), int(row["rows_count"])
        )
        for row in table.to_dict("records")
    }
    names = dict.fromkeys(table["column"].map(text))
    rows = [_Column(_name(c, w), tuple(amounts.get((c, y), NONE) for y in years)) for c in names]
    rows.sort(key=lambda row: row.now.percent)
    items = (w.say("alt_item", group=row.name, share=row.now) for row in rows[:_MOST_IN_ALT])
    told = {
        "headline": _headline(rows, year, w),
        "subtitle": w.say("completeness_subtitle", **w.place),
        "alt": w.say("completeness_alt", list="; ".join(items), school_year=year),
    }

    return drawn("completeness", w, preset, table, told, partial(_draw, rows, years, w))


def _name(column: str, w: Words) -> str:
    """A column as it is headed in answers; one of an analyst's own by its name."""
    known = read_rules().columns.get(column)
    scheme = column.removesuffix("_result")
    if known is None and scheme in SCHEMES:
        return w.say("completeness_result", scheme=scheme_short(scheme))
    if known is None:
        return one_line(column)
    return known.heading_en if w.lang == "en" else known.heading


def _headline(rows: Sequence[_Column], school_year: str, w: Words) -> str:
    """How many columns are full, and the emptiest if it is one alone and not full."""
    asked = [row for row in rows if row.now.total]
    if not asked:
        return w.say("completeness_headline_plain")
    full = sum(not row.now.rest for row in asked)
    words = {"school_year": school_year, "full": full, "columns": len(asked)}
    start, least = w.say("completeness_headline", **words), asked[0]
    alone = len(asked) < 2 or asked[1].now.percent > least.now.percent
    if not least.now.rest or not alone:
        return start
    return start + w.say("completeness_headline_least", column=least.name, share=least.now)


def _draw(rows: Sequence[_Column], years: Sequence[str], w: Words, sheet: Sheet, room: Box) -> None:
    legend = Legend(sheet, room, shade_entries(w.lang))
    size = sheet.preset.label
    body = Box(room.left, legend.bottom + 0.6 * size, room.right, room.bottom - 0.4 * size)
    head = _head(rows, years, w)
    amounts = (amount for row in rows for amount in row.amounts)
    widest = max(amounts, key=lambda a: (a.total, a.count)).text(w.lang, "short")
    if not headings_fit(sheet, block_of(sheet, body, head, len(rows), widest), head):
        head = _head(rows, [year.replace("-", "-\n") for year in years], w)
    most = most_rows(sheet, body, head, widest)
    kept, others = rows, rows[most:]
    if others:
        others = rows[most - 1 :]
        sums = tuple(map(together, zip(*(row.amounts for row in others), strict=True)))
        words = w.say("completeness_others", count=len(others))
        kept = [*rows[: most - 1], _Column(words, sums)]
    cells = [Row(Name(r.name), tuple(share_cell(a, w.lang) for a in r.amounts)) for r in kept]
    legend.write(draw_blocks(sheet, body, head, cells, total_last=False))


def _head(rows: Sequence[_Column], names: Sequence[str], w: Words) -> Head:
    """The school years, with their rows where every column counts the same ones."""
    headings = []
    for i, year in enumerate(names):
        totals = {row.amounts[i].total for row in rows} - {0}
        counted = Number(totals.pop()) if len(totals) == 1 else ""
        key = "completeness_year" if counted else "completeness_year_only"
        headings.append(w.say(key, school_year=year, rows=counted))
    return Head(headings)
