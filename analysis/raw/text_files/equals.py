"""Texts written as the simplest formula, ="46480901", so that Excel keeps them as they are."""

from __future__ import annotations

import re

from analysis.raw.cells import Cell, Converted, Sheet

# One text in quotation marks ("" within it stands for one), or one whole number. Anything more is
# a formula whose result nobody knows here.
_TEXT = re.compile(r'\s*=\s*"((?:[^"]|"")*)"\s*')
_NUMBER = re.compile(r"\s*=\s*([1-9]\d{0,14})\s*")
_LONGEST = 1000


def take_equals(sheet: Sheet) -> None:
    """Put in the place of each such cell the text that a spreadsheet shows of it."""
    values = sheet.grid.values
    for place, value in enumerate(values):
        if type(value) is str and "=" in value[:9]:
            values[place] = _shown(value)


def _shown(text: str) -> Cell:
    if len(text) > _LONGEST:
        return text
    quoted, number = _TEXT.fullmatch(text), _NUMBER.fullmatch(text)
    if number:
        return Converted(number[1], text, "equals_text")
    if not quoted:
        return text
    shown = quoted[1].replace('""', '"')
    return Converted(shown, text, "equals_text") if shown.strip() else None
