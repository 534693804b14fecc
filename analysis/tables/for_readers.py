"""Tables for people and for pandas: names instead of codes, in their order; what is missing is
missing, whole numbers are `Int64`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from analysis.reference import SCHEMES, read_rules, vietnamese_key
from analysis.tables.frames import context_of, known, known_table, lang_of
from analysis.tables.registry import Column, column_of, tables
from analysis.tables.words import column_in, in_word

_ORDERS = {"education_level": "education_levels", "ownership": "ownership"}


def readable(held: pd.DataFrame, name: str, year: Any) -> pd.DataFrame:
    """The columns of a table for readers, out of the inner frame of the schools.

    Codes with an order are ordered categories of the names that occur, in the year's language; days
    are `datetime64`, counts and levels `Int64`, yes and no `boolean`; a text that says nothing is
    missing. A column of the school lists that no table names stands in "schools", at its end.
    """
    entry, lang = tables()[name], context_of(year).get("lang", "vi")
    names = [*entry.columns, *(own_columns() if name == "schools" else ())]
    told = {n: _column(held, column_of(n), entry.source.get(n, n), lang) for n in names}
    frame = pd.DataFrame({n: column for n, column in told.items() if column is not None})
    return known(frame.reset_index(drop=True), name, year)


def own_columns() -> list[str]:
    """The columns of the school lists that no table for readers names: counts and texts."""
    named = {c for table in tables().values() for c in (*table.columns, *table.source.values())}
    listed = read_rules().columns.values()
    return [c.name for c in listed if c.kind in ("count", "text") and c.name not in named]


def of_scheme(held: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """The schools with the columns of one scheme under names without it: kdclgd_date -> date."""
    names = [*map(str, held.columns)]
    own = {c: c.removeprefix(f"{scheme}_") for c in names if c.startswith(f"{scheme}_")}
    other = [c for c in names for s in SCHEMES if s != scheme and c.startswith(f"{s}_")]
    return held.drop(columns=other).rename(columns=own).assign(scheme=scheme)


def explain(table: pd.DataFrame) -> pd.DataFrame:
    """What each column of a table of this package means: one row per column, in the table's
    language.

    `column` is its name in pandas, `heading` what a reader sees, `holds` what its cells are,
    `meaning` what they say.

    >>> year = load_year("2024-2025", lang="en")
    >>> explain(year.schools).set_index("column").loc["cqg_expires", "meaning"]
    'Last day its CQG certificate is in force: as printed, else five years after signing.'
    """
    known_table(table)
    lang = lang_of(table)
    told = [column_in(table, name) for name in table.columns]
    rows = [
        (c.name, c.heading(lang), in_word(c.kind, ("holds",), lang, ""), c.meaning(lang))
        for c in told
    ]
    frame = pd.DataFrame(rows, columns=["column", "heading", "holds", "meaning"])
    return known(frame, "explained", table)


def _column(held: pd.DataFrame, column: Column, source: str, lang: str) -> Any:
    """One column in the words of readers; None where the frame has nothing of it."""
    if source not in held:
        return None
    values = held[source]
    if column.name == "doubts":
        names = [" ".join(str(v).split()) for v in values.fillna("")]
        told = ["; ".join(column_of(n).heading(lang) for n in v.split()) for v in names]
        return _texts(told)
    if column.name == "unit":
        return _ordered(_texts(values), sorted({*values.dropna()} - {""}, key=vietnamese_key))
    if column.codes:
        return _coded(values, column, held, lang)
    if column.kind in ("count", "total", "number"):
        return values.astype("Int64")
    if column.kind == "flag":
        return values if values.dtype == bool else values.astype("boolean")
    return values if column.kind == "day" else _texts(values)


def _coded(values: pd.Series[Any], column: Column, held: pd.DataFrame, lang: str) -> Any:
    scheme = next((s for s in SCHEMES if column.name.startswith(s)), "")
    schemes = [scheme] * len(held) if scheme or "scheme" not in held else [*held["scheme"]]
    pairs = zip(values.astype("object"), schemes, strict=True)
    words = [None if pd.isna(v) or v == "" else in_word(v, column.codes, lang, s) for v, s in pairs]
    if column.name in _ORDERS:
        order: Sequence[str] = read_rules().regulations[_ORDERS[column.name]]["order"]
    elif isinstance(values.dtype, pd.CategoricalDtype):
        order = [*map(str, values.cat.categories)]
    else:
        return _texts(words)
    known_words = dict.fromkeys(in_word(code, column.codes, lang, scheme) for code in order)
    there = dict.fromkeys(filter(None, words))
    return _ordered(
        _texts(words),
        [w for w in known_words if w in there] + [w for w in there if w not in known_words],
    )


def _ordered(words: pd.Series[Any], order: Iterable[str]) -> pd.Series[Any]:
    return words.astype(pd.CategoricalDtype([*order], ordered=True))


def _texts(values: Iterable[Any]) -> pd.Series[Any]:
    """Texts, missing where they say nothing."""
    told = [v if isinstance(v, str) and v else None for v in values]
    return pd.Series(told, dtype="str")
