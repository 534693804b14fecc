"""A workbook for publication, after the checklist for accessible spreadsheets of the UK Government
Analysis Function: cover, contents and notes, then one table a sheet, each marked as a table.

No merged cells, no blank rows or columns, nothing below a table, no filters, no colours.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.export.booklet import Booklet, names_of
from analysis.export.safe_text import printable
from analysis.export.shown import ShownTable
from analysis.export.steady import steady
from analysis.reference import About, say
from analysis.tables import column_of
from analysis.tables.words import column_in, heading_of, worded


def book_bytes(
    tables: Mapping[str, pd.DataFrame | ShownTable], about: About | None, lang: str
) -> bytes:
    """The workbook of these tables, the same bytes each time; the keys are their titles. A table of
    `show_table` is written as it is shown, any other with all its columns."""
    booklet = Booklet(about.office(lang) if about else next(iter(tables)), lang)
    notes = _Notes(lang)
    names = names_of(tables, lang)
    _cover(booklet, about, lang)
    contents = booklet.sheet(say("sheet_contents", lang))
    noted = booklet.sheet(say("sheet_notes", lang))
    counts: dict[str, int] = {}
    for title, table in tables.items():
        shown = _AsShown(table) if isinstance(table, ShownTable) else _Whole(table, notes, lang)
        lines = [line for line in (_origin(about, lang), shown.remark) if line]
        sheet = booklet.sheet(names[title][0])
        booklet.write_head(sheet, title, lines)
        booklet.write_table(sheet, names[title][1], shown.headings, shown.columns, shown.formats)
        counts[title] = len(shown.columns[0]) if shown.columns else 0
    listed = {
        say("sheet_notes", lang): (say("contents_notes", lang), _noted(booklet, noted, notes))
    }
    listed |= {names[title][0]: (title, rows) for title, rows in counts.items()}
    _contents(booklet, contents, listed)
    stream = io.BytesIO()
    booklet.book.save(stream)
    return steady(stream.getvalue())


class _Notes:
    """Notes on columns, numbered as they come."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.texts: list[str] = []

    def marker(self, column: object) -> str:
        """ " [ghi chú 1]" for a column that needs a word, else ""."""
        text = column_of(str(column)).note(self.lang)
        if not text:
            return ""
        if text not in self.texts:
            self.texts.append(text)
        return say("note_marker", self.lang, number=self.texts.index(text) + 1)


class _AsShown:
    """A table as it is shown, for printing: its words, and its whole numbers as numbers."""

    def __init__(self, table: ShownTable) -> None:
        self.headings = _different([printable(heading) for heading in table.headings])
        cells: list[Sequence[str]] = [*zip(*table.rows, strict=True)] or [()] * len(self.headings)
        self.columns = [[_number(cell) for cell in column] for column in cells]
        self.formats = ["#,##0" if number else "@" for number in table.numeric]
        self.remark = table.note


class _Whole:
    """A table with all its columns: headings with units and notes, columns, number formats."""

    def __init__(self, table: pd.DataFrame, notes: _Notes, lang: str) -> None:
        names = [name for name in table.columns if name not in ("label_vi", "label_en")]
        self.headings = _different(
            [printable(str(heading_of(n, table, lang))) + notes.marker(n) for n in names]
        )
        self.columns = [[_value(v, lang) for v in worded(table, n, lang)] for n in names]
        kinds = [column_in(table, n).kind for n in names]
        self.formats = [_format(k, c) for k, c in zip(kinds, self.columns, strict=True)]
        blank = any(value is None for column in self.columns for value in column)
        remarks = [say("table_blank", lang)] if blank else []
        remarks = remarks if len(table) else [say("table_empty", lang)]
        revised = [say("table_revised", lang)] if table.attrs.get("revised") else []
        self.remark = " ".join([*remarks, *revised])


def _number(cell: str) -> int | str:
    """A count as a number; what is put together of more stays text."""
    return int(cell) if cell.isdecimal() else printable(cell)


def _different(headings: Sequence[str]) -> list[str]:
    """Headings on one line, none of them twice: a table's columns are known by them."""
    found: list[str] = []
    for heading in headings:
        line = " ".join(heading.split()) or "–"
        twice = sum(h == line or h.startswith(f"{line} (") for h in found)
        found.append(f"{line} ({twice + 1})" if line in found else line)
    return found


def _value(value: Any, lang: str) -> Any:
    if isinstance(value, str):
        return printable(value)
    if value is None or value is pd.NaT or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return say("shown_yes" if value else "shown_no", lang)
    return value if isinstance(value, int | float | dt.date) else printable(str(value))


def _format(kind: str, column: Sequence[Any]) -> str:
    """How the numbers of a column are written, in the notation of the United States."""
    values = [value for value in column if value is not None]
    if any(isinstance(value, str) for value in values) or not values:
        return "@"
    if all(isinstance(value, dt.date) for value in values):
        return "dd/mm/yyyy"
    if kind == "points":
        return "+0.0;-0.0;0.0"
    return "0.0" if any(isinstance(value, float) for value in values) else "#,##0"


def _origin(about: About | None, lang: str) -> str:
    """Year, day and source of a table, and whether its data are made up."""
    if about is None:
        return ""
    parts = [_period(about, lang), say("table_source", lang, source=about.source(lang).rstrip("."))]
    if about.synthetic:
        parts.append(say("cover_synthetic", lang))
    return " ".join(f"{part.rstrip('.')}." for part in parts)


def _period(about: About, lang: str) -> str:
    day = about.as_of.strftime("%d/%m/%Y")
    return say("cover_year", lang, year=about.school_year, as_of=day)


def _cover(booklet: Booklet, about: About | None, lang: str) -> None:
    sheet = booklet.sheet(say("sheet_cover", lang))
    sections = [(say("cover_use", lang), [say("cover_use_text", lang)])]
    lines: list[str] = []
    if about is not None:
        lines = [_period(about, lang), *([say("cover_synthetic", lang)] if about.synthetic else [])]
        facts = [about.source(lang), about.note(lang)]
        sections.insert(0, (say("cover_source", lang), [fact for fact in facts if fact]))
    booklet.write_cover(sheet, booklet.title, lines, sections)


def _contents(booklet: Booklet, sheet: Any, listed: Mapping[str, tuple[str, int]]) -> None:
    """The sheets with what they hold and how many rows."""
    lang = booklet.lang
    booklet.write_head(sheet, say("sheet_contents", lang), [say("contents_use", lang)])
    headings = [say(f"contents_{what}", lang) for what in ("sheet", "title", "rows")]
    titles, rows = zip(*listed.values(), strict=True)
    columns = [list(listed), [*map(printable, titles)], list(rows)]
    booklet.write_table(sheet, say("name_contents", lang), headings, columns, ["@", "@", "#,##0"])
    booklet.link(sheet, list(listed))


def _noted(booklet: Booklet, sheet: Any, notes: _Notes) -> int:
    """The notes that the headings point to, and one that holds for all; gives their number."""
    lang = booklet.lang
    booklet.write_head(sheet, say("sheet_notes", lang), [say("notes_use", lang)])
    texts = [*notes.texts, say("table_note_all", lang)]
    numbers = [say("note_number", lang, number=i) for i in range(1, len(texts) + 1)]
    headings = [say("notes_number", lang), say("notes_text", lang)]
    booklet.write_table(sheet, say("name_notes", lang), headings, [numbers, texts], ["@", "@"])
    return len(texts)
