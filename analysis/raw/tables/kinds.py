"""What kind of row stands below a heading: a school's, a group's, a total, a note, a repeat."""

from __future__ import annotations

import re

from analysis.raw.cells import Cell, Row, Sheet, is_blank
from analysis.raw.tables.groups import Group, row_group
from analysis.raw.tables.headings import Header
from analysis.reference import Rules, bare, tidy

_TOTAL = re.compile(r"^(tổng|cộng)( |$|:)|^tổng cộng|^(tong|cong)( cong)?($|:)")
# The first of each word decides, so that none is looked for again (foreign text may be long).
_SIGNATURE = re.compile(
    r"^(\(?\*+\)?|ghi chú|nguồn|lưu ý|chú thích|người lập|thủ trưởng|hiệu trưởng|trưởng phòng|"
    r"giám đốc|kế toán|nơi nhận|kt\.|tm\.|tl\.|\(?ký|ngày \d+|"
    r"(?>.*?, ngày )(?>.*? tháng )(?>.*? năm))"
)
# The line below a header that numbers its columns: A, B, 1, 2, (3), (4)=(5)+(6).
_NUMBER_LINE = re.compile(r"[(\[]?(\d{1,2}|[A-Z])[)\]]?(?:\s*=[\d\s()+/*%:=-]{1,40})?")


def last_school(sheet: Sheet, header: Header, end: int) -> int:
    """The last row with a code (a signature has no digit), or with half of the columns filled."""
    code = header.columns.get("school_code", -1)
    columns = list(header.columns.values())
    for r in range(end - 1, header.bottom, -1):
        row = sheet.rows[r]
        filled = sum(c < len(row) and not is_blank(row[c]) for c in columns)
        numbered = 0 <= code < len(row) and any(map(str.isdigit, str(row[code] or "")))
        full = 2 * filled >= len(columns) or numbered
        if full and not _TOTAL.match(_words(row)):
            return r
    return end


def kind_of(row: Row, header: Header, rules: Rules, after_last: bool) -> str:
    """What the row is: "data" is a school's; the others are said by `row_...` in findings.toml."""
    if all(map(is_blank, row)):
        return "blank"
    if is_code(_at(row, header, "school_code")):
        return "data"
    if _repeats_header(row, header, rules):
        return "header"
    if group := named_group(row, header, rules):
        return "total" if group.kind == "total" else "group"
    words = _words(row)
    texts = [c for c in row if not is_blank(c)]
    order = _at(row, header, "order")
    if _TOTAL.match(words) and not _is_number(order):  # "Cộng Hòa" is a name too
        return "total"
    if len(texts) == 1 and _is_number(order):
        return "numbered_blank"
    is_school = _is_number(order) or _says_school(row, header, rules)
    if (after_last and not is_school) or (len(texts) <= 2 and _SIGNATURE.match(words)):
        return "note"
    if len(texts) <= 2 and _is_group(row, header):
        return "group"
    return "data"


def named_group(row: Row, header: Header, rules: Rules) -> Group | None:
    """The group a row without a code names; one that is numbered like a school, and is not called
    by an education level, is a school's."""
    found = row_group(row, rules)
    if found and found.kind != "level" and _is_number(_at(row, header, "order")):
        return None
    return found


def _says_school(row: Row, header: Header, rules: Rules) -> bool:
    """Does a row below the last code name a school all the same, or the level of one?"""
    level = bare(_text(_at(row, header, "education_level")))
    is_level = level in rules.spellings["education_level"]
    return is_level or _text(_at(row, header, "school_name")).startswith("trường")


def is_code(cell: Cell) -> bool:
    """A school code for certain: four digits or more (a line of column numbers has one or two)."""
    text = str(cell)
    return (len(text) >= 4 and text.isdecimal()) or sum(c.isdigit() for c in text) >= 4


def _at(row: Row, header: Header, name: str) -> Cell:
    """The cell of a row in a column of ours; None where there is none."""
    place = header.columns.get(name, len(row))
    return row[place] if place < len(row) else None


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or _text(cell).isdecimal()


def _text(cell: Cell) -> str:
    return tidy(cell).casefold() if isinstance(cell, str) else ""


def _is_group(row: Row, header: Header) -> bool:
    """A line between the schools: one text, perhaps behind a roman number or a letter. A line with
    a code or a school's name, or numbered like a school, is a school's."""
    order = header.columns.get("order", -1)
    marker, code = _at(row, header, "order"), _at(row, header, "school_code")
    texts = [c for i, c in enumerate(row) if i != order and not is_blank(c)]
    if len(texts) > 1 or not all(isinstance(c, str) for c in texts):
        return False
    if _is_number(marker) or any(c.isdigit() for c in str(code or "")):
        return False
    words = _words(row).removeprefix(_text(marker)).strip(" .)-")
    return not words.startswith("trường ")


def _words(row: Row) -> str:
    """The texts of a row in small letters, without number cells."""
    texts = dict.fromkeys(tidy(c) for c in row if isinstance(c, str) and not is_blank(c))
    return " ".join(texts).casefold()


def _repeats_header(row: Row, header: Header, rules: Rules) -> bool:
    texts = {c: str(v) for c, v in enumerate(row) if not is_blank(v)}
    if not texts:
        return False
    shown = {c: bare(text) for c, text in header.shown.items()}
    same = sum(bool(bare(t)) and bare(t) in shown.get(c, "") for c, t in texts.items())
    if same >= 3 and 2 * same >= len(texts):
        return True
    marks = [_NUMBER_LINE.fullmatch(tidy(t[:60])) for t in texts.values()]
    told = [m[1] for m in marks if m]
    numbers = [int(n) for n in told if n.isdecimal()]
    letters = [ord(n) for n in told if not n.isdecimal()]
    runs = all(
        some == [*range(some[0], some[0] + len(some))] for some in (numbers, letters) if some
    )
    return len(told) == len(texts) >= 4 and runs and (not letters or letters[0] == ord("A"))
