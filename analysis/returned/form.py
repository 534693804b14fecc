"""The form that schools fill in and send back: what is known stands there, what cannot be is
refused by the spreadsheet, and what is not to be touched is locked."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins

from analysis.export.booklet import Booklet, height_of
from analysis.export.steady import steady
from analysis.reference import say
from analysis.returned.form_cells import (
    FORM,
    Asked,
    Field,
    choices_of,
    fields_of,
    help_of,
    limit_of,
    not_for,
)

_TOP = 5  # the row of the headings
_FORMATS = {"count": "#,##0", "date": "dd/mm/yyyy", "expiry": "dd/mm/yyyy", "level": "General"}
_FORMATS |= {"order": "General"}
_LINE = Side(style="thin", color="FF8C8C8C")
_FILL_IN, _OPEN = "FFFFF7D6", "FFB58900"
_PAGES = 2  # side by side
_MOST_TITLE, _MOST_TEXT = 32, 255  # letters of the words beside a cell, as Excel allows


def form_bytes(schools: pd.DataFrame, asked: Asked) -> bytes:
    """The form as a workbook, the same bytes each time.

    `schools`: one row per school with what is known of it, under the names of the form's columns
    (`FORM["columns"]`), words as they are to be written. Its first sheet is filled in; the others
    say how, and hold the lists to choose from.
    """
    form = _Form(asked)
    sheets = [form.sheet(say(key, asked.lang)) for key in ("form_sheet", "form_guide")]
    lists = form.write_lists(say("form_lists", asked.lang), sheets[0].title)
    form.write_schools(sheets[0], schools, lists, sheets[1].title)
    form.write_guide(sheets[1])
    for sheet in form.book.worksheets:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False
    form.book.security = WorkbookProtection(lockStructure=True)
    stream = io.BytesIO()
    form.book.save(stream)
    return steady(stream.getvalue())


class _Form(Booklet):
    """The sheets of a form."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(say("form_title", asked.lang, year=asked.school_year), asked.lang)
        self.asked, self.fields = asked, fields_of(asked)
        self.places = {f.name: get_column_letter(c) for c, f in enumerate(self.fields, 1)}
        for kind in ("@", *dict.fromkeys(_FORMATS.values())):
            for open_ in (True, False):
                self._field_style(kind, open_)

    def _field_style(self, format_: str, open_: bool) -> None:
        """Cells of the table; those to be filled in have a colour and no lock."""
        style = NamedStyle(f"acc {_style(format_, open_)}", Font(name="Arial", size=12))
        style.number_format = format_
        across = {"#,##0": "right", "@": "left"}.get(format_, "center")
        style.alignment = Alignment(wrap_text=True, vertical="top", horizontal=across)
        style.border = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
        style.protection = Protection(locked=not open_)
        if open_:
            style.fill = PatternFill("solid", fgColor=_FILL_IN)
        self.book.add_named_style(style)

    def write_schools(
        self, sheet: Any, schools: pd.DataFrame, lists: Mapping[str, str], guide: str
    ) -> None:
        """The table to fill in, and below the schools known some rows for others."""
        asked, lang = self.asked, self.asked.lang
        lines = [say("form_head", lang, office=asked.office, as_of=asked.day)]
        lines += [say("form_how", lang, guide=guide)]
        lines += [say("synthetic", "vi").capitalize()] * asked.synthetic
        self.write_head(sheet, self.title, lines)
        widths = [float(f.how["width"]) for f in self.fields]
        for c, field in enumerate(self.fields, 1):
            self._put(sheet, _TOP, c, field.heading, "heading")
            sheet.column_dimensions[get_column_letter(c)].width = widths[c - 1]
        sheet.row_dimensions[_TOP].height = height_of([f.heading for f in self.fields], widths)
        records = [*schools.to_dict("records"), *[{}] * FORM["spare_rows"]]
        for r, record in enumerate(records, _TOP + 1):
            values = [record.get(field.name) for field in self.fields]
            self._write_row(sheet, r, values, is_known=bool(record))
            sheet.row_dimensions[r].height = height_of(values, widths)
        last = _TOP + len(records)
        self._check(sheet, last, lists)
        self._point_out(sheet, last)
        self._mark(sheet, "bieu", _TOP, [f.heading for f in self.fields], len(records))
        self._lay_out(sheet, last)

    def _write_row(self, sheet: Any, r: int, values: Sequence[Any], *, is_known: bool) -> None:
        level = values[[f.name for f in self.fields].index("education_level")]
        for c, (field, value) in enumerate(zip(self.fields, values, strict=True), 1):
            stands = value not in (None, "")
            shut = field.how.get("read_only") or (is_known and stands and field.how.get("fixed"))
            shut = shut or (field.scheme and level in not_for(field.scheme, self.asked.rules))
            style = _style(_FORMATS.get(field.kind, "@"), not shut)
            self._put(sheet, r, c, value if stands else None, style)

    def _check(self, sheet: Any, last: int, lists: Mapping[str, str]) -> None:
        """What the spreadsheet refuses, and what it says beside a cell."""
        refs = {name: f"${letter}{_TOP + 1}" for name, letter in self.places.items()}
        for field in self.fields:
            if field.how.get("read_only"):
                continue
            limit = limit_of(field, refs, lists.get(_list_of(field), ""), self.asked)
            check = DataValidation(
                type=limit.type or None,
                formula1=limit.formula or None,
                allow_blank=True,
                showErrorMessage=bool(limit.type),
                errorStyle="stop" if limit.insists else "warning",
                error=limit.error[:_MOST_TEXT] or None,
                errorTitle=field.heading[:_MOST_TITLE],
                showInputMessage=True,
                prompt=help_of(field, self.asked)[:_MOST_TEXT],
                promptTitle=field.heading[:_MOST_TITLE],
            )
            check.add(f"{self.places[field.name]}{_TOP + 1}:{self.places[field.name]}{last}")
            sheet.add_data_validation(check)

    def _point_out(self, sheet: Any, last: int) -> None:
        """Hatch what is still to be filled in of a school."""
        at = {name: f"${letter}{_TOP + 1}" for name, letter in self.places.items()}
        is_school = f"LEN({at['school_code']})+LEN({at['school_name']})>0"
        hatched = PatternFill(patternType="lightUp", fgColor=_OPEN, bgColor=_FILL_IN)
        for field in self.fields:
            tests = [f"LEN({at[field.name]})=0", is_school]
            if field.kind in ("decision", "date") and field.scheme:
                tests.append(f"ISNUMBER({at[f'{field.scheme}_level']})")
            elif not field.how.get("needed"):
                continue
            if field.scheme:
                kinds = not_for(field.scheme, self.asked.rules)
                tests += [f'{at["education_level"]}<>"{kind}"' for kind in kinds]
            where = f"{self.places[field.name]}{_TOP + 1}:{self.places[field.name]}{last}"
            rule = FormulaRule(formula=[f"AND({','.join(tests)})"], fill=hatched)
            sheet.conditional_formatting.add(where, rule)

    def _lay_out(self, sheet: Any, last: int) -> None:
        """Names and headings stay in sight, on the screen and on every page."""
        name = self.places["school_name"]
        sheet.freeze_panes = sheet.cell(_TOP + 1, column_index_from_string(name) + 1)
        sheet.print_title_rows, sheet.print_title_cols = f"{_TOP}:{_TOP}", f"A:{name}"
        sheet.page_setup.fitToWidth, sheet.page_setup.pageOrder = _PAGES, "overThenDown"
        # The lines above the table would be cut on the pages to the right: they head every page.
        sheet.print_area = f"A{_TOP}:{get_column_letter(len(self.fields))}{last}"
        office = say("form_head", self.lang, office=self.asked.office, as_of=self.asked.day)
        sheet.oddHeader.left.text = f"{self.title}. {office}".replace("&", "&&")[:_MOST_TEXT]
        sheet.oddFooter.right.text = "&P / &N"
        sheet.page_margins = PageMargins(left=0.4, right=0.4, top=1, bottom=0.5)

    def write_lists(self, name: str, shown: str) -> dict[str, str]:
        """A sheet with what can be chosen, list below list; where each stands, as an address."""
        sheet = self.sheet(name)
        self.write_head(sheet, name, [say("form_lists_line", self.lang, sheet=shown)])
        found: dict[str, str] = {}
        for field in self.fields:
            words = choices_of(field, self.asked)
            if not words or _list_of(field) in found:
                continue
            top = sheet.max_row + 2
            heading = say("form_issuers", self.lang) if field.kind == "decision" else field.heading
            self._put(sheet, top, 1, heading, "heading")
            for r, word in enumerate(words, top + 1):
                self._put(sheet, r, 1, word, _style("General", open_=False))
            found[_list_of(field)] = f"'{name}'!$A${top + 1}:$A${top + len(words)}"
        sheet.column_dimensions["A"].width = 40
        return found

    def write_guide(self, sheet: Any) -> None:
        """How to fill in, step by step and column by column."""
        asked, words = self.asked, self.asked.rules.standard["certificate"]
        facts = {name: words[name] for name in ("not_reached", "not_evaluated")}
        facts |= {"status": asked.heading("operating_status"), "note": asked.heading("note")}
        lines = say("form_guide_lines", self.lang, as_of=asked.day, contact=asked.contact, **facts)
        title = say("form_guide_title", self.lang, year=asked.school_year)
        self.write_head(sheet, title, [])
        headings = [say(f"form_guide_{name}", self.lang) for name in ("about", "what")]
        told = [(say("form_guide_step", self.lang, number=n), line)
                for n, line in enumerate(lines.split("\n"), 1)]  # fmt: skip
        told += [(field.heading, help_of(field, asked)) for field in self.fields]
        self.write_table(sheet, "cach_dien", headings, [*zip(*told, strict=True)], ["@", "@"])


def _list_of(field: Field) -> str:
    return field.name if field.kind == "level" else field.kind


def _style(format_: str, open_: bool) -> str:
    return f"{'fill in' if open_ else 'known'} {format_}".replace("/", "-")
