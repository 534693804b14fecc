"""How many rows state each column, year by year, and the finding in words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.charts.figure import one_line
from analysis.charts.numbers import Amount
from analysis.charts.reading import Shape, text
from analysis.charts.words import place, scheme_short, share, share_short
from analysis.reference import SCHEMES, About, read_rules, say

COMPLETENESS = Shape(
    "measure_completeness", ("school_year", "column", "stated_count", "rows_count")
)
_MOST_IN_ALT = 3


@dataclass(frozen=True)
class ColumnRow:
    """One column: its stated rows in each school year."""

    column: str
    amounts: tuple[Amount, ...]

    @property
    def now(self) -> Amount:
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
        (text(row["column"]), text(row["school_year"])): Amount(
            int(row["stated_count"]), int(row["rows_count"])
        )
        for row in rows.to_dict("records")
    }
    columns = dict.fromkeys(rows["column"].map(text))
    none = Amount(0, 0)
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
        say("alt_item", lang, group=column_name(row.column, lang), share=share(row.now, lang))
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
    name, amount = column_name(least.column, lang), share_short(least.now, lang)
    return start + say("completeness_headline_least", lang, column=name, share=amount)
