"""Counts of classes, pupils, rooms: whole numbers as people type them."""

from __future__ import annotations

import re

from analysis.clean.values import Value, bad_kind
from analysis.raw import Cell
from analysis.reference import Column, Rules, tidy

_LONGEST = 100
_GROUPED = re.compile(r"\d{1,3}(?:([.,\s])\d{3})(?:\1\d{3})*")
_WHOLE_DECIMAL = re.compile(r"(\d+)[.,]0+")
_UNIT = re.compile(
    r"(?<!\s)\s*(lớp|nhóm|học sinh|hs|em|trẻ|cháu|người|gv|phòng|m2|m²)\.?$", re.IGNORECASE
)


def read_count(cell: Cell, column: Column, rules: Rules) -> Value:
    """A whole number, 0 or more. "1.145" and "1 145" are thousands; a unit behind is dropped."""
    if isinstance(cell, int):
        return _checked(cell, "", column, rules)
    if isinstance(cell, float):
        return Value(fault="count_fraction")
    if not isinstance(cell, str):
        return bad_kind(cell) or Value(fault="count_wrong_kind")
    if len(cell) > _LONGEST:
        return Value(fault="count_absurd" if tidy(cell).isdecimal() else "count_words")
    return bad_kind(cell) or _from_text(cell, column, rules)


def _from_text(cell: str, column: Column, rules: Rules) -> Value:
    text = "".join(str(int(c)) if c.isdecimal() else c for c in tidy(cell)).lstrip("'’+")
    without_unit = _UNIT.sub("", text)
    rule = "number_text" if without_unit == text else "unit_dropped"
    text = without_unit
    whole = _WHOLE_DECIMAL.fullmatch(text)
    if text.isdecimal():
        return _checked(int(text), rule, column, rules)
    if _GROUPED.fullmatch(text) and not text.startswith("0"):
        digits = re.sub(r"\D", "", text)
        return _checked(int(digits), "thousands", column, rules)
    if whole:
        return _checked(int(whole[1]), "number_text", column, rules)
    if re.fullmatch(r"[-−]\s?\d+([.,]\d+)?", text):
        return Value(fault="count_negative")
    if re.fullmatch(r"\d+[.,/]\d+", text):
        return Value(fault="count_fraction")
    return Value(fault="count_words")


def _checked(number: int, rule: str, column: Column, rules: Rules) -> Value:
    limits = rules.regulations["limits"]
    if number < 0:
        return Value(fault="count_negative")
    if number > limits.get(column.name, limits["other"]):
        return Value(fault="count_absurd")
    return Value(number, rule)
