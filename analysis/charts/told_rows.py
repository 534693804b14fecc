"""What a table without sentences of its own says: how many rows, and the numbers of its totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from analysis.charts.sentences import Sentences
from analysis.reference import About, Number, Share, say
from analysis.tables import Table, known_table
from analysis.tables.words import title_of, worded

_MOST = 5


def tell_rows(table: pd.DataFrame, *, about: About, lang: str) -> Sentences:
    """The rows in number, then the total rows (of a table without groups all of them), the first
    few, each with what was counted."""
    known = known_table(table)
    rows = table[table["group"].eq("all")] if "group" in table else table
    head = say("told_rows", lang, title=title_of(table, lang), count=Number(len(table)))
    if known.listing or rows.empty:
        return Sentences((head,))
    keys = [c for c in known.key if c in rows and c not in ("by", "school_year")]
    words = pd.DataFrame({c: worded(rows, c, lang) for c in keys}, index=rows.index)
    lines = []
    for row, told in zip(rows.to_dict("records"), words.to_dict("records"), strict=True):
        name = ", ".join(filter(None, map(str, told.values()))) or "–"
        if numbers := "; ".join(_numbers(known, row, lang)):
            lines.append(say("told_row", lang, name=name, numbers=numbers))
    return Sentences((head, *lines[:_MOST]))


def _numbers(known: Table, row: Mapping[Any, Any], lang: str) -> Iterator[str]:
    """What was counted in a row: k of n as shares, other counts and numbers with their heading."""
    columns = [c for c in map(known.column, known.columns) if not pd.isna(row.get(c.name))]
    of = {c.of or (c.name, c.within) for c in columns if c.of or c.within in row}
    for count, total in sorted(of):
        if not pd.isna(row.get(count)) and not pd.isna(row.get(total)):
            yield Share(int(row[count]), int(row[total])).text(lang)
    told = {name for pair in of for name in pair} | {*known.key}
    for column in columns:
        if column.kind in ("count", "number") and column.name not in told:
            value = row[column.name]
            places = 0 if column.kind == "count" or value == int(value) else 1
            yield f"{column.heading(lang)}: {Number(value, places).text(lang)}"
