"""What a whole column tells of its school codes: lost zeros, and an office's own form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from analysis.clean.values import Value
from analysis.raw import Cell
from analysis.reference import Rules, tidy


def lost_zeros(cells: Sequence[Cell], rules: Rules, *, is_text: bool) -> dict[int, Value]:
    """What to make of texts one digit short of a code, by their place; nothing where none is.

    They get their zero back where all of them then begin with the code of one province, and, if
    the column holds whole codes too, these begin with it as well. Else nobody can say whether a
    zero is missing: in a text file (`is_text`), where zeros are lost, they are in doubt.
    """
    form = rules.regulations["school_code"]
    texts = [tidy(c) if isinstance(c, str) and len(c) < 20 else "" for c in cells]
    digits = [t if t.isascii() and t.isdecimal() else "" for t in texts]
    short = {i: f"0{text}" for i, text in enumerate(digits) if len(text) == form["digits"] - 1}
    if not short:
        return {}
    provinces = set(form["with_zero"])
    if whole := {text[:2] for text in digits if len(text) == form["digits"]}:
        provinces &= whole
    begun = {code[:2] for code in short.values()}
    if len(begun) == 1 and begun <= provinces and (whole or is_text):
        return {i: Value(code, "code_zero") for i, code in short.items()}
    return {i: Value(fault="code_short") for i in short} if is_text else {}


def own_codes(cells: Sequence[Cell], rules: Rules) -> dict[int, Value]:
    """The codes of a column that holds an office's own ones, by their place: short, most of them of
    one form, and none of the sector's."""
    form, sector = rules.regulations["school_code"], rules.code_pattern()
    if any(map(sector.fullmatch, map(_written, cells))):
        return {}
    texts = [*map(_written, cells)]
    told = [text for text in texts if text]
    own = {i: text for i, text in enumerate(texts) if re.fullmatch(form["own_pattern"], text)}
    forms = Counter(map(_form, own.values()))
    usual, count = forms.most_common(1)[0] if forms else ("", 0)
    if count < max(2, form["own_share"] * len(told)):
        return {}
    return {
        i: Value(text, "" if text == cells[i] else "code_tidied")
        for i, text in own.items()
        if _form(text) == usual
    }


def _written(cell: Cell) -> str:
    return "" if cell is None else tidy(str(cell)).upper()


def _form(code: str) -> str:
    """The form of a code: "HT12" and "HT7" have one."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "A", code))
