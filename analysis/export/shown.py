"""Tables as people read them: headings and codes in words, numbers as the language writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.export.safe_text import printable
from analysis.reference import decimal, say
from analysis.tables.words import count_and_share, heading_of, in_word, texts_of

_MOST = 200
_SHORT = 24  # letters of a cell that is not broken into lines


@dataclass(frozen=True)
class ShownTable:
    """A table in words, for a notebook or a page. `frame` is the table it was made from."""

    frame: pd.DataFrame
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    totals: tuple[bool, ...] = ()
    note: str = ""

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in (self.headings, *self.rows)) + self.note

    def _repr_html_(self) -> str:
        """A plain table; every sign of the data stands for itself."""
        if not self.rows:
            return f"<p>{escape(self.note)}</p>" if self.note else ""
        sides = ["right" if number else "left" for number in self.numeric]
        head = _row("th", self.headings, sides)
        lines = zip(self.rows, self.totals, strict=True)
        body = "\n".join(_row("td", row, sides, bold) for row, bold in lines)
        note = f"\n<p>{escape(self.note)}</p>" if self.note else ""
        return f"<table>\n<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>{note}"


def show_table(table: pd.DataFrame, *, lang: str = "vi", most: int = _MOST) -> ShownTable:
    """A table of this package in words: `show_table(year.ledger)`.

    Of the known tables the columns that matter are shown, any other table with all its columns.
    At most so many rows; the note below says how many there are. The table itself is unchanged,
    so that one can go on with it in pandas.

    >>> year = load_year("2024-2025")
    >>> show_table(year.ledger, lang="en").headings
    ('File', 'Sheet', 'Rows', 'Accepted', 'Set aside', 'Ignored', 'Schools', 'In doubt')
    """
    is_levels = {"standing", "schools_count", "schools_total"} <= set(table) and len(table) > 0
    columns = _levels(table, lang) if is_levels else _listed(table, lang)
    rows = tuple(zip(*(c.texts for c in columns), strict=True))
    silent = table.empty and bool(table.attrs)  # a sentence says that nothing is stated
    note = say("shown_none", lang) if not rows and not silent else ""
    if len(rows) > most:
        facts = {"most": decimal(most, 0, lang), "all": decimal(len(rows), 0, lang)}
        note = say("shown_first", lang, **facts)
    whole = say("group_all", lang)
    return ShownTable(
        frame=table,
        headings=tuple(column.heading for column in columns),
        rows=rows[:most],
        numeric=tuple(column.is_number for column in columns),
        totals=tuple(whole in row for row in rows[:most]),
        note=note,
    )


def is_known(table: pd.DataFrame) -> bool:
    """Whether a table is one of this package's own, as it came, so that its codes have words."""
    if not isinstance(table.index, pd.RangeIndex) or not all(isinstance(c, str) for c in table):
        return False
    return _is_levels(table) or any(set(view["needs"]) <= set(table) for view in _views().values())


def _is_levels(table: pd.DataFrame) -> bool:
    return {"scheme", "base", "group", "standing", "schools_count", "schools_percent"} <= set(table)


class _Column(NamedTuple):
    heading: str
    texts: Sequence[str]
    is_number: bool


def _listed(table: pd.DataFrame, lang: str) -> list[_Column]:
    """The columns of the table's view, row by row."""
    return [
        _Column(
            heading_of(name, table, lang), texts_of(table, name, lang), _is_number(table.get(name))
        )
        for name in _columns(table)
    ]


def _columns(table: pd.DataFrame) -> list[Any]:
    for view in _views().values():
        if set(view["needs"]) <= set(table):
            alike = [c for c in view.get("if_several", []) if c in table and table[c].nunique() < 2]
            made = view.get("made", [])
            return [c for c in view["columns"] if (c in table or c in made) and c not in alike]
    return list(table)


@cache
def _views() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _levels(table: pd.DataFrame, lang: str) -> list[_Column]:
    """One row per group, one column per standing that occurs, the highest level first."""
    keys = [c for c in ("school_year", "scheme", "base") if table[c].nunique() > 1] + ["group"]
    wide = table.pivot(index=keys, columns="standing", values=["schools_count", "schools_percent"])
    order = table[keys].drop_duplicates()
    wide = wide.reindex(pd.MultiIndex.from_frame(order) if keys[1:] else order["group"])
    counts, percents = wide["schools_count"], wide["schools_percent"]
    columns = [_Column(heading_of(c, table, lang), texts_of(order, c, lang), False) for c in keys]
    for standing in reversed([s for s in counts if counts[s].any()]):
        pairs = zip(counts[standing], percents[standing], strict=True)
        heading = in_word(standing, ("standing",), lang, table["scheme"].iloc[0])
        columns.append(_Column(heading, [count_and_share(k, p, lang) for k, p in pairs], True))
    totals = [decimal(int(n), 0, lang) for n in counts.fillna(0).to_numpy().sum(axis=1)]
    return [*columns, _Column(heading_of("schools_total", table, lang), totals, True)]


def _is_number(column: Any) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _row(tag: str, cells: Sequence[str], sides: Sequence[str], bold: bool = False) -> str:
    """The class is for our pages, the style for JupyterLab, which sets every cell to the right."""
    scope = " scope='col'" if tag == "th" else ""
    written = (
        f"<{tag}{scope} class='{side}{' short' if len(cell) <= _SHORT else ''}'"
        f" style='text-align: {side}'>{_bold(escape(printable(cell)), bold)}</{tag}>"
        for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"


def _bold(text: str, bold: bool) -> str:
    return f"<strong>{text}</strong>" if bold else text
