"""A frame knows its table: its name, its office and its language travel with it in `attrs`.

All of it is plain text, so that pandas can copy it and files can keep it. A frame that was joined
or read from a file has lost it and is known by its columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import pandas as pd

from analysis.reference import About, SuiteError, language_of_notebook
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
