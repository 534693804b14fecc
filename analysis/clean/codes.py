"""School codes whose leading zero a program took away, told by the whole column."""

from __future__ import annotations

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
