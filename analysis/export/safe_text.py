"""Text that stays text wherever it is opened."""

from __future__ import annotations

import re

# What XML cannot hold, and the signs that turn the direction of writing: with them a name can look
# like another one.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
# Excel runs a cell that begins like a formula; where it separates by semicolons, a cell may begin
# behind one, or in a line of its own.
_BEGINS, _TOLD = (re.compile(rf"(\A|[;\r\n]){p}('*)(?=[=+\-@\t\r])") for p in ("", "'"))
_NUMBER = re.compile(r"-\d+([.,]\d+)?")


def printable(text: str) -> str:
    """Without control characters, and without signs that turn the direction of writing."""
    return _CONTROL.sub("", text)


def not_a_formula(text: str) -> str:
    """For CSV: where a cell would begin like a formula it gets an apostrophe. Plain numbers
    are left alone."""
    return text if _NUMBER.fullmatch(text) else _BEGINS.sub(r"\1'\2", text)


def csv_text(text: str) -> str:
    """Text as a cell of a CSV file may hold it: printable, and no formula."""
    return not_a_formula(printable(text))


def as_it_was(cell: str) -> str:
    """The text of a cell of such a file, without the apostrophes that were put in."""
    return _TOLD.sub(r"\1\2", cell)
