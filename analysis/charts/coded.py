"""Codes of a table in words, in their order and in their colours, for figures of one's own."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.charts.numbers import STANDINGS
from analysis.charts.style import palette, standing_paint
from analysis.charts.words import TOTAL, group_name, standing_name
from analysis.reference import LANGUAGES, SCHEMES, SuiteError

GROUPED = {"education_level": "level", "ownership": "ownership"}
_UNKNOWN = ("unknown", "")


def words_of(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The table with its codes as ordered categories of the names that occur."""
    made = {}
    for column in map(str, table.columns):
        names = _names(table, column, lang)
        if names:
            made[column] = _categories(table[column], names)
    return table.assign(**made)


def colours_of(table: pd.DataFrame, column: str, lang: str) -> dict[Any, str]:
    """The colour of each value of a column, codes and names alike."""
    if column not in table:
        raise SuiteError("figure_no_column", column=column, known=", ".join(map(str, table)))
    values = [*_values(table[column])]
    whole = palette("figures")["whole"]
    fixed = {TOTAL: whole, group_name("", TOTAL, lang): whole} | _colours(table, column, lang)
    cycle = iter(palette("figures")["cycle"])
    others = [value for value in values if value not in fixed]
    if len(others) > len(palette("figures")["cycle"]):
        most = len(palette("figures")["cycle"])
        raise SuiteError("figure_too_many", column=column, count=len(others), most=most)
    return {value: fixed.get(value) or next(cycle) for value in values}


def _colours(table: pd.DataFrame, column: str, lang: str) -> dict[Any, str]:
    """The colours of the codes of a column, and of their names."""
    names = _names(table, column, lang)
    scheme, by = _scheme(table, column), _by(table, column)
    family = palette("families").get(GROUPED.get(by, ""), {})
    inks = {
        code: standing_paint(scheme, code).flat if scheme else family.get(code, "")
        for code in names
        if scheme or code in family
    }
    told = [names, *(_names(table, column, other) for other in LANGUAGES if other != lang)]
    return inks | {of[code]: ink for of in told for code, ink in inks.items()}


def _names(table: pd.DataFrame, column: str, lang: str) -> dict[str, str]:
    """The names of a column's codes in their order; {} for a column that has none."""
    if scheme := _scheme(table, column):
        return {code: standing_name(scheme, code, lang) for code in STANDINGS if _has(scheme, code)}
    by = _by(table, column)
    if by in GROUPED:
        codes = (*palette("families")[GROUPED[by]], *_UNKNOWN, TOTAL)
        return {code: group_name(by, code, lang) for code in codes}
    return {}


def _has(scheme: str, standing: str) -> bool:
    standings = palette("standings")
    return standing in standings[scheme] or standing in standings["other"]


def _scheme(table: pd.DataFrame, column: str) -> str:
    """The scheme whose standings a column holds; "" for any other column."""
    for scheme in SCHEMES:
        if column == f"{scheme}_standing":
            return scheme
    if column == "standing" and "scheme" in table and table["scheme"].nunique() == 1:
        return str(table["scheme"].iloc[0])
    return ""


def _by(table: pd.DataFrame, column: str) -> str:
    """What a column groups by."""
    if column == "group" and "by" in table and table["by"].nunique() == 1:
        return str(table["by"].iloc[0])
    return column


def _categories(column: pd.Series, names: dict[str, str]) -> pd.Series:
    """The names, as an ordered category of those there are; what has none stays what it is."""
    found = column.astype("object").map(lambda value: names.get(value, value))
    order = [name for name in dict.fromkeys(names.values()) if name in set(found)]
    order += [value for value in found.dropna().unique() if value not in order]
    return found.astype(pd.CategoricalDtype(order, ordered=True))


def _values(column: pd.Series) -> Any:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.categories
    return column.dropna().unique()
