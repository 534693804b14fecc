"""One cell at a time: what it says, by which rule it was read, or why it cannot be."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from analysis.raw import Cell, ErrorCell, LogicalCell
from analysis.reference import Column, Rules, bare, fold, tidy
from analysis.reference.damage import is_damaged

_LONGEST_BLANK = 20
LONGEST_TEXT = 500
_CODE_NOISE = re.compile(r"^(mã( trường)?|code)\s*(?:[:.]\s*)?|[\s.\-'’]", re.IGNORECASE)
LATIN_LETTER = re.compile("[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]")
_DECIMAL_ZERO = re.compile(r"(\d+)[.,]0+")
_UNIT_KIND = re.compile(r"(phường|xã|thị trấn|ph|p|x|tt|t\.t)(?:\.\s*|\s+)", re.IGNORECASE)


class Value(NamedTuple):
    """What a cell gives: its clean value; the rule that changed it; the fault that bars it, and the
    word the fault is about; what it says for other columns, as (column, clean value)."""

    clean: object = None
    rule: str = ""
    fault: str = ""
    word: str = ""
    also: tuple[tuple[str, object], ...] = ()


BLANK = Value()


def is_missing(cell: Cell, rules: Rules, marks: bool = True) -> bool:
    """Blank, or a word that stands where a value is missing ("n/a"; a dash if `marks`)."""
    if not isinstance(cell, str):
        return cell is None
    if cell[:1].isdigit():
        return False
    if len(cell) > _LONGEST_BLANK:
        return not tidy(cell)
    key = fold(cell)
    return not key or (key in rules.blanks and (marks or key not in rules.none_marks))


def is_ranked(level: object) -> bool:
    """Is it a level with a number, and not a word for what is said instead?"""
    return isinstance(level, str) and level.isdecimal()


def missing(cell: Cell) -> Value:
    """A blank stays blank; a word for it is logged, and so are spaces."""
    return Value(None, "blank_word") if isinstance(cell, str) and cell else BLANK


def bad_kind(cell: Cell) -> Value | None:
    """Failed formulas and logical values are never read as something else."""
    if isinstance(cell, ErrorCell) or (
        isinstance(cell, str) and cell.startswith("#") and _failed(cell)
    ):
        return Value(fault="cell_failed")
    if isinstance(cell, LogicalCell):
        return Value(fault="cell_logical")
    return None


def _failed(text: str) -> bool:
    return bool(re.fullmatch(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|####*)", tidy(text)))


def read_text(cell: Cell) -> Value:
    """Free text (names, units): its letters kept, its spaces and its Unicode form made tidy."""
    if isinstance(cell, str):
        if is_damaged(cell):
            return Value(fault="text_damaged")
        clean = tidy(cell)
        if len(clean) > LONGEST_TEXT:
            return Value(fault="text_too_long")
        return Value(clean or None, "" if clean == cell else "text_tidied")
    if isinstance(cell, int):
        return Value(str(cell), "number_to_text")
    return bad_kind(cell) or Value(fault="text_wrong_kind")


def read_remark(cell: Cell) -> Value:
    """Order numbers and notes say nothing that is counted; they are passed on, and one that failed
    is dropped."""
    if cell is None or isinstance(cell, int):
        return Value(cell)
    if isinstance(cell, str):
        clean = tidy(cell)
        return Value(clean or None, "" if clean == cell else "text_tidied")
    if isinstance(cell, ErrorCell):
        return Value(None, "remark_failed")
    if isinstance(cell, dt.datetime) and cell.time() == dt.time(0):
        return Value(cell.date().isoformat())
    return Value(str(cell), "number_to_text")


def read_unit(cell: Cell, rules: Rules) -> Value:
    """A ward or commune, its kind written in full: "P. Tứ Hạ" is "Phường Tứ Hạ"."""
    value = read_text(cell)
    if not isinstance(value.clean, str):
        return value
    if not any(c.isalnum() for c in value.clean):
        return Value(None, "blank_word")
    found = _UNIT_KIND.match(value.clean)
    kind = rules.spellings["unit_kind"].get(bare(found[1])) if found else None
    if not found or not kind:
        return value
    clean = f"{kind} {value.clean[found.end() :]}"
    return Value(
        clean, "" if clean == cell else "unit_kind" if clean != value.clean else value.rule
    )


def read_name(cell: Cell) -> Value:
    """A school's name must hold letters, of ours."""
    value = read_text(cell)
    if isinstance(value.clean, str) and not LATIN_LETTER.search(value.clean):
        return Value(fault="name_no_letters")
    return value


def read_code(cell: Cell, rules: Rules, coding: str = "") -> Value:
    """A school code is text of eight digits, or of another form of the sector; one that lost its
    leading zero as a number gets it back."""
    digits = rules.regulations["school_code"]["digits"]
    if isinstance(cell, int):
        text = str(cell)
        short = len(text) == digits - 1 and not coding
        text, rule = (text.zfill(digits), "code_zero") if short else (text, "code_number")
    elif isinstance(cell, str):
        text, rule = _code_text(cell)
    else:
        return bad_kind(cell) or Value(fault="code_form")
    return (
        Value(text, rule)
        if rules.code_pattern(coding).fullmatch(text)
        else Value(fault="code_form")
    )


def _code_text(cell: str) -> tuple[str, str]:
    if cell.isascii() and cell.isdecimal():
        return cell, ""
    text = tidy(cell)
    integral = _DECIMAL_ZERO.fullmatch(text)
    text = integral[1] if integral else _CODE_NOISE.sub("", text)
    text = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    return text, "" if text == cell else "code_tidied"


def read_word(cell: Cell, rules: Rules, table: str) -> Value:
    """A word of a closed list: gives its code."""
    text = cell if isinstance(cell, str) else str(cell) if isinstance(cell, int) else ""
    if not text:
        return bad_kind(cell) or Value(fault="word_unknown")
    code = rules.spellings[table].get(bare(text))
    if code is None:
        return bad_kind(cell) or Value(fault="word_unknown")
    usual = code if text == code else rules.standard[table][code]
    return Value(code, "" if text in (code, usual) else "spelling")


def issuer_known(decision: str, rules: Rules) -> bool:
    """Is the issuer of a decision one of those that sign such decisions?"""
    return decision.rpartition("-")[2] in rules.regulations["decision"]["issuers"]


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
