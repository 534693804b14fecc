"""Tables as people read them: headings and codes in words, numbers as the language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.export.safe_text import printable
from analysis.reference import Number, Share, say
from analysis.tables import about_of, lang_of, table_of
from analysis.tables.words import heading_of, in_word, texts_of, title_of, total_word

_MOST = 100
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
    lang: str = ""

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in (self.headings, *self.rows)) + self.note

    def to_excel(self, path: str | Path) -> Path:
        """Write the table as it is shown, headings and codes in words, numbers as numbers, to a
        workbook with its source; a bare file name goes where `save_chart` puts its files."""
        from analysis.export.tables import export_tables  # workbooks only where one is wanted

        lang = lang_of(self.frame, self.lang)
        told = self.frame[[c for c in _columns(self.frame) if c in self.frame]]
        title = title_of(self.frame, lang) or Path(path).stem
        return export_tables({title: told}, path, about=about_of(self.frame), lang=lang)

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


def show_table(table: pd.DataFrame, *, lang: str = "", most: int = _MOST) -> ShownTable:
    """A table of this package in words, in its language: `show_table(year.ledger)`.

    Of the known tables the columns that matter are shown, any other table with all its columns.
    At most so many rows; the note below says how many there are. The table itself is unchanged,
    so that one can go on with it in pandas.

    >>> year = load_year("2024-2025")
    >>> show_table(year.ledger, lang="en").headings
    ('File', 'Sheet', 'Rows', 'Accepted', 'Set aside', 'Ignored', 'Schools', 'In doubt')
    """
    lang, known = lang_of(table, lang), table_of(table)
    wide = known is not None and known.name == "levels" and len(table) > 0
    columns = _levels(table, lang) if wide else _listed(table, lang)
    rows = tuple(zip(*(c.texts for c in columns), strict=True))
    silent = table.empty and bool(table.attrs)  # a sentence says that nothing is stated
    note = say("shown_none", lang) if not rows and not silent else ""
    if len(rows) > most:
        facts = {"most": Number(most), "all": Number(len(rows))}
        note = say("shown_first", lang, **facts)
    if table.attrs.get("revised"):
        note = f"{note} {say('table_revised', lang)}".lstrip()
    whole = total_word(table, lang)
    return ShownTable(
        frame=table,
        headings=tuple(column.heading for column in columns),
        rows=rows[:most],
        numeric=tuple(column.is_number for column in columns),
        totals=tuple(whole in row for row in rows[:most]),
        note=note,
        lang=lang,
    )


def is_known(table: pd.DataFrame) -> bool:
    """Whether a table is one of this package's own, as it came, so that its codes have words."""
    if not isinstance(table.index, pd.RangeIndex) or not all(isinstance(c, str) for c in table):
        return False
    return table_of(table) is not None


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
    known = table_of(table)
    if known is None:
        return list(table)
    alike = [c for c in known.if_several if c in table and table[c].nunique() < 2]
    return [c for c in known.shown_of(table) if c not in alike]


def _levels(table: pd.DataFrame, lang: str) -> list[_Column]:
    """One row per group, one column per standing that occurs, the highest level first."""
    keys = [c for c in ("school_year", "scheme", "base") if table[c].nunique() > 1] + ["group"]
    wide = table.pivot(index=keys, columns="standing", values=["schools_count", "schools_total"])
    order = table[keys].drop_duplicates()
    wide = wide.reindex(pd.MultiIndex.from_frame(order) if keys[1:] else order["group"])
    counts, totals = wide["schools_count"], wide["schools_total"]
    columns = [_Column(heading_of(c, table, lang), texts_of(order, c, lang), False) for c in keys]
    for standing in reversed([s for s in counts if counts[s].any()]):
        pairs = zip(counts[standing], totals[standing], strict=True)
        heading = in_word(standing, ("standing",), lang, table["scheme"].iloc[0])
        columns.append(_Column(heading, [_counted(k, n, lang) for k, n in pairs], True))
    most = totals.fillna(0).to_numpy().max(axis=1)  # the same at every standing there is
    of = [Number(int(n)).text(lang) for n in most]
    return [*columns, _Column(heading_of("schools_total", table, lang), of, True)]


def _counted(count: Any, total: Any, lang: str) -> str:
    """A count with its share: "9 (81,8%)"; a bare 0; a dash where nothing is counted."""
    if pd.isna(count):
        return say("cell_none", lang)
    return Share(int(count), int(total), decimals=1).text(lang, "counted")


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
