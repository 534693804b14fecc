"""Is this a table the chart can draw? Its columns, its year, one value where a chart shows one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.reference import SuiteError, say
from analysis.tables import tables

_LANGUAGES = ("vi", "en")


class NothingStated(Exception):
    """The lists of the year say nothing of what the chart is about; `scheme`, where that is known.
    No fault: there is one sentence to say."""

    def __init__(self, school_year: str, scheme: str = "", key: str = "") -> None:
        super().__init__(school_year)
        self.school_year, self.scheme = school_year, scheme
        self.key = key or ("nothing_stated_scheme" if scheme else "nothing_stated")

    def told(self, lang: str) -> str:
        """The sentence."""
        scheme = say(f"scheme_{self.scheme}", lang) if self.scheme else ""
        return say(self.key, lang, school_year=self.school_year, scheme=scheme)


@dataclass(frozen=True)
class Shape:
    """A table of the registry that charts are drawn of."""

    name: str

    def rows(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table as it is, if it has the columns."""
        known = tables()[self.name]
        missing = [column for column in known.drawn if column not in table.columns]
        if missing:
            facts = {"columns": ", ".join(missing), "needed": ", ".join(known.drawn)}
            maker = known.maker.rpartition(".")[2]
            raise SuiteError("chart_missing_columns", maker=maker, **facts)
        return table

    def of_year(
        self, table: pd.DataFrame, school_year: str, column: str = "school_year"
    ) -> pd.DataFrame:
        """The rows of one school year. NothingStated where the table was made from this year and
        has none of it; an error where it was not."""
        rows = self.rows(table)
        found = rows[rows[column].astype(str) == school_year]
        if len(found):
            return found
        scheme = rows.attrs.get("scheme", "")
        if school_year in rows.attrs.get("none_in_force", ()):
            raise NothingStated(school_year, scheme, "nothing_in_force")
        if school_year in rows.attrs.get("unpaired", ()):
            raise NothingStated(school_year, scheme, "nothing_before")
        if rows.empty or school_year in rows.attrs.get("school_years", ()):
            raise NothingStated(school_year, scheme, rows.attrs.get("nothing", ""))
        raise SuiteError("chart_no_rows", school_year=school_year)


def check_language(lang: str) -> str:
    """The language, if it is one we speak."""
    if lang not in _LANGUAGES:
        raise SuiteError("chart_unknown_language", language=lang, known=", ".join(_LANGUAGES))
    return lang


def only(rows: pd.DataFrame, column: str) -> str:
    """The one value of a column; two tables laid over one another would count schools twice."""
    values = [text(value) for value in rows[column].unique()]
    if len(values) > 1:
        raise SuiteError("chart_mixed", column=column, values=", ".join(values))
    return values[0]


def chosen(rows: pd.DataFrame, column: str, value: str | None) -> pd.DataFrame:
    """The rows with a value asked for; without one the table must not have several."""
    if value is None:
        only(rows, column)
        return rows
    found = rows[rows[column].astype(str) == value]
    if found.empty:
        known = [text(v) for v in rows[column].unique()]
        unknown_value(column, [value], known)
    return found


def check_values(rows: pd.DataFrame, column: str, known: Collection[str]) -> None:
    """Stop at values of a column that the chart cannot draw."""
    strange = [v for v in map(text, rows[column].unique()) if v not in known]
    if strange:
        unknown_value(column, strange, known)


def unknown_value(column: str, values: Iterable[str], known: Iterable[str]) -> None:
    """Say which values are unknown, and which may stand there."""
    facts = {"values": ", ".join(map(repr, values)), "known": ", ".join(known)}
    raise SuiteError("chart_unknown_value", column=column, **facts)


def text(value: Any) -> str:
    """A cell as text; "" where it is missing."""
    return "" if pd.isna(value) else str(value)


def year_before(years: Iterable[Any], school_year: str, since: str | None) -> str:
    """The year to compare with: the one asked for, else the first of the table; "" if none."""
    earlier = sorted({y for y in map(text, years) if y < school_year})
    if since is None:
        return earlier[0] if earlier else ""
    if since not in earlier:
        unknown_value("school_year", [since], earlier)
    return since
