"""A frame knows its table: its name, its office and its language travel with it in `attrs`.

All of it is plain text, so that pandas can copy it and files can keep it. A frame that was joined
or read from a file has lost it and is known by its columns. A maker gives its table that knows so.
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache, wraps
from typing import Any

import pandas as pd

from analysis.reference import (
    SCHEMES,
    About,
    SuiteError,
    differ_in_season,
    language_of_notebook,
    read_rules,
)
from analysis.tables.registry import Table, tables

_NAME, _ABOUT, _LANG = "table", "about", "lang"


def known(frame: pd.DataFrame, name: str, source: Any = None) -> pd.DataFrame:
    """The frame, named as a table, with the office and language of what it was made from: a frame,
    or a school year or register. Gives the same frame."""
    if source is not None:
        frame.attrs |= context_of(source)
    frame.attrs[_NAME] = name
    return frame


def stacked(name: str, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Parts of a table below one another, with its columns also where there is none."""
    columns = [*tables()[name].columns]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def context_of(source: Any) -> dict[str, Any]:
    """What travels with a table beside its name: office and language."""
    if isinstance(source, pd.DataFrame):
        return {key: source.attrs[key] for key in (_ABOUT, _LANG) if key in source.attrs}
    return context(source.about, source.lang)


def context(about: About | None, lang: str) -> dict[str, Any]:
    """Office and language as they travel with a table."""
    told: dict[str, Any] = {_LANG: lang}
    if about is not None:
        told[_ABOUT] = asdict(about) | {"as_of": about.as_of.isoformat(), "reread": [*about.reread]}
    return told


def about_of(frame: pd.DataFrame) -> About | None:
    """Of which office, year and part a table is; None where it does not say."""
    told = frame.attrs.get(_ABOUT)
    if not told:
        return None
    return _about(*((k, tuple(v) if isinstance(v, list) else v) for k, v in told.items()))


@lru_cache(maxsize=64)
def _about(*told: tuple[str, Any]) -> About:
    facts = dict(told)
    return About(**facts | {"as_of": dt.date.fromisoformat(facts["as_of"])})


def lang_of(frame: pd.DataFrame, lang: str = "") -> str:
    """The language asked for, else that of the table, else that of the notebook."""
    return lang or str(frame.attrs.get(_LANG, "")) or language_of_notebook()


def find_table(columns: Iterable[Any]) -> Table | None:
    """The first table that a frame with these columns can be."""
    there = [*columns]
    return next((table for table in tables().values() if table.fits(there)), None)


def table_of(frame: pd.DataFrame) -> Table | None:
    """The table a frame is: by its name where it still has the columns, else by its columns; None
    where it is none of this package's."""
    named = tables().get(str(frame.attrs.get(_NAME, "")))
    return named if named is not None and named.fits(frame) else find_table(frame)


def known_table(frame: Any) -> Table:
    """The table a frame is; SuiteError with what to do for anything else."""
    if not isinstance(frame, pd.DataFrame):
        raise SuiteError("table_not_frame", kind=type(frame).__name__)
    found = table_of(frame)
    if found is None:
        raise SuiteError("table_unknown", columns=", ".join(map(str, frame.columns)))
    return found


_ALL, BETWEEN = "all", " × "
# What a maker may need beside the schools, and where a year or register has it.
_BESIDE: Mapping[str, Callable[[Any], Any]] = {
    "target_set": lambda year: year.targets,
    "rules": lambda year: year.reference.rules,
    "directory": lambda year: year.reference.directory,
    "units": lambda year: year.reference.units,
    "lang": lambda year: year.lang,
}
_NO_SCHOOLS = {"schools", "sizes", "evidence"}  # tables for readers, without what is counted


def makes(name: str, *, aside: bool = True) -> Callable[[Callable[..., pd.DataFrame]], Any]:
    """A maker of the table `name` out of schools.

    It may be handed a school year, a register, a list of years, or the frame of one (`held`);
    targets, rules and directory that are not given are those of the year. `by` may be several
    groupings: ["unit", "education_level"]; the groups are then "Phường A × TH", and each grouping
    has a column of its own beside. Several schemes give one table below the other. Without `aside`
    it takes the schools without the rows set aside.
    """

    def decorate(make: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
        asked = inspect.signature(make).parameters

        @wraps(make)
        def made(source: Any, *given: Any, **named: Any) -> pd.DataFrame:
            names = list(asked)[1 : 1 + len(given)]
            named |= dict(zip(names, given, strict=True))
            year = source[-1] if isinstance(source, list | tuple) and source else source
            for word in (w for w in _BESIDE if w in asked and named.get(w) is None):
                named |= _beside(word, year, asked[word], name)
            by = named.get("by")
            if isinstance(by, list | tuple):
                named["by"] = ",".join(by)
            held, scheme = held_of(source, aside=aside), named.get("scheme")
            schemes = [*scheme] if isinstance(scheme, list | tuple) else [scheme]
            schemes = schemes or [SCHEMES[-1]]  # where none is stated, one says so
            each = [{"scheme": one} if one is not None else {} for one in schemes]
            tables = [make(held, **named | own) for own in each]
            table = tables[0] if len(tables) == 1 else _below_one_another(tables, schemes)
            if days := _days_that_differ(held):
                table.attrs["as_of_days"] = days
            return known(_with_parts(table), name, year)

        return made

    return decorate


def _days_that_differ(held: pd.DataFrame) -> dict[str, str]:
    """The as-of day of each school year, where they lie otherwise than whole years apart."""
    if not {"school_year", "as_of"} <= {*held}:
        return {}
    latest = held.groupby("school_year", observed=True)["as_of"].max().dropna()
    days = {str(year): day.date() for year, day in latest.items()}
    return {y: day.isoformat() for y, day in days.items()} if differ_in_season(days) else {}


def _below_one_another(tables: list[pd.DataFrame], schemes: list[Any]) -> pd.DataFrame:
    """The tables of several schemes as one, with what each says beside its rows."""
    table = pd.concat(tables, ignore_index=True)
    table.attrs["of_schemes"] = {s: t.attrs for s, t in zip(schemes, tables, strict=True)}
    return table


def held_of(source: Any, *, aside: bool = True) -> pd.DataFrame:
    """The schools of a year, a register or several years; a frame of them as it is."""
    if isinstance(source, list | tuple) and source:
        held = pd.concat([held_of(one) for one in source], ignore_index=True)
    elif isinstance(source, pd.DataFrame):
        held = source
        shown = table_of(held)
        if f"{held.attrs.get('table', '')}" in _NO_SCHOOLS and shown is not None:
            raise SuiteError("maker_needs_year", table=shown.name)
    elif hasattr(source, "held"):
        held = source.held
    else:
        raise SuiteError("maker_needs_year", table=type(source).__name__)
    return held if aside else held[held["in_scope"].notna()]


def _beside(word: str, year: Any, asked: inspect.Parameter, name: str) -> dict[str, Any]:
    if hasattr(year, "reference"):
        return {word: _BESIDE[word](year)}
    if word == "rules":
        return {word: read_rules()}
    if asked.default is inspect.Parameter.empty:
        raise SuiteError("maker_needs", table=name, what=word)
    return {}


def _with_parts(table: pd.DataFrame) -> pd.DataFrame:
    """The table, with a column for each of several groupings."""
    by = str(table["by"].iloc[0]) if "by" in table and len(table) else ""
    if "," not in by:
        return table
    groups = table["group"].astype("str").str.split(BETWEEN)
    for place, column in enumerate(by.split(",")):
        own = [parts[place] if len(parts) > 1 else _ALL for parts in groups]
        table[column] = pd.array(own, dtype="str")
    return table
