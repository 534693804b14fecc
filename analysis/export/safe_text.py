"""Text that stays text wherever it is opened."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return _CONTROL.sub("", text)


def not_a_formula(text: str) -> str:
    """For CSV: spreadsheets run text that begins like a formula, so it gets an apostrophe in front.
    Plain numbers are left alone."""
    if text.startswith(_FORMULA_STARTS) and not re.fullmatch(r"-\d+([.,]\d+)?", text):
        return "'" + text
    return text
