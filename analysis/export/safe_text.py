"""Text that stays text wherever it is opened."""

from __future__ import annotations

import re

# What XML cannot hold, and the signs that turn the direction of writing: with them a name can look
# like another one.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str) -> str:
    """Without control characters, and without signs that turn the direction of writing."""
    return _CONTROL.sub("", text)


def not_a_formula(text: str) -> str:
    """For CSV: spreadsheets run text that begins like a formula, so it gets an apostrophe in front.
    Plain numbers are left alone."""
    if text.startswith(_FORMULA_STARTS) and not re.fullmatch(r"-\d+([.,]\d+)?", text):
        return "'" + text
    return text


def csv_text(text: str) -> str:
    """Text as a cell of a CSV file may hold it: printable, and no formula."""
    return not_a_formula(printable(text))


def as_it_was(cell: str) -> str:
    """The text of a cell of such a file, without the apostrophe that was put in front."""
    return cell[1:] if cell[:1] == "'" and not_a_formula(cell[1:]) == cell else cell
