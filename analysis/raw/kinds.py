"""What kind of row stands below a heading: a school's, a group's, a total, a note, a repeat; and
what group rows, sheet names and titles say of the schools below them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from analysis.raw.headings import Header
from analysis.reference import Rules, bare, tidy
from analysis.workbooks.cells import Cell, Row, Sheet, is_blank

_NUMBERING = re.compile(r"^\s*\(?([ivxIVX]+|[a-zA-ZđĐ]|\d{1,3}(\.\d{1,3})*)\s*[.)/:-]\s*")
_MARKER = re.compile(r"[\s(\[]*+([ivxlcIVXLC]+|[a-zA-ZđĐ]|\*+|[\d.,/ ]*+%?|[-–+])[\s.):\]]*+")
_COUNT = re.compile(
    r"(?<!\s)\s*+(?:[:(\-–]\s*+)?(?:(?:gồm|có|tổng số|cộng) \s*+)?\d{1,4}"
    r"(?:\s++(?P<of>[^\d()\s][^\d()]{1,19}))?\)?\s*+$"
)
_NAME_END = re.compile(r"[^\w\s]|\d")
_MOST = 4
_SOCIETY = "hoi"  # "Văn hóa - Xã hội" names no commune


@dataclass(frozen=True)
class Group:
    """What is named: `kind` is "level", "unit", "name" or "total"."""

    kind: str
    level: str = ""
    unit: str = ""


def row_group(row: Row, rules: Rules) -> Group | None:
    """The group a row names, whatever numbers it holds; None where it holds more words."""
    held = {c for c in row if isinstance(c, str)}
    if len(held) > _MOST and sum(len(c) > 3 for c in held) > _MOST:
        return None  # a school's, without a further look
    texts = {tidy(c) for c in held if not is_blank(c)}
    named = [t for t in texts if not _MARKER.fullmatch(t) and not _is_count(t, rules)]
    if len(named) != 1 or len(named[0]) > 80:
        return None
    return text_group(named[0], _group_words(rules), _levels(rules))


def sheet_level(name: str, rules: Rules) -> str:
    """The education level the name of a sheet tells, "" where it tells none."""
    group = text_group(tidy(name), _group_words(rules), _levels(rules))
    return group.level if (group and len(bare(name)) > 2) or (group and bare(name) == "mn") else ""


def named_unit(texts: Iterable[str], rules: Rules) -> str:
    """The one ward or commune that some texts name; "" where they name none, or several."""
    found = {bare(unit): unit for text in texts for unit in _units_in(tidy(text), rules)}
    return next(iter(found.values())) if len(found) == 1 else ""


def _is_count(text: str, rules: Rules) -> bool:
    return bool(re.fullmatch(r"\d+\s+\w+( \w+)?", text)) and bare(text.lstrip("0123456789 ")) in {
        bare(w) for w in rules.row_words["groups"]["counted"]
    }


class _Words:
    """The words of [groups], each by its key."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self.keys = {name: frozenset(map(bare, words)) for name, words in table.items()}
        self.before = sorted((w.casefold() for w in table["before"]), key=len, reverse=True)
        self.places = sorted((w.casefold() for w in table["places"]), key=len, reverse=True)
        self.whole = sorted((w.casefold() for w in table["whole"]), key=len, reverse=True)


_KEPT: dict[int, tuple[Any, _Words]] = {}


def _group_words(rules: Rules) -> _Words:
    table = rules.row_words["groups"]
    if id(table) not in _KEPT:
        _KEPT[id(table)] = table, _Words(table)
    return _KEPT[id(table)][1]


def _levels(rules: Rules) -> Any:
    return rules.spellings["education_level"]


def text_group(text: str, words: _Words, levels: Mapping[str, str]) -> Group | None:
    """What a text names: an education level, a ward, another group, or the whole of them."""
    own = _NUMBERING.sub("", text)
    for told in dict.fromkeys((own, _without_count(own, words))):
        told = told.strip(" :.*-–")
        if found := _named(told, words, levels):
            return found
    return None


def _without_count(text: str, words: _Words) -> str:
    found = _COUNT.search(text)
    if not found or (found["of"] and bare(found["of"]) not in words.keys["counted"]):
        return text
    return text[: found.start()]


def _named(text: str, words: _Words, levels: Mapping[str, str]) -> Group | None:
    key, low = bare(text), text.casefold()
    if not key:
        return None
    if key in words.keys["whole"] or any(low.startswith(f"toàn {p} ") for p in words.places):
        return Group("total")
    if level := _level_of(low, words, levels):
        return Group("level", level=level)
    if key in words.keys["several"]:
        return Group("several")
    if {key, bare(_without_prefix(low, words))} & words.keys["names"]:
        return Group("name")
    for told in dict.fromkeys((low, _without_prefix(low, words))):
        place = next((p for p in words.places if told.startswith(f"{p} ")), "")
        name = text[len(text) - len(told) + len(place) :].strip()
        if place and _is_name(name):
            unit = f"{place.capitalize()} {_titled(name)}" if place in _UNIT_KINDS else ""
            return Group("unit" if unit else "name", unit=unit)
    return None


_UNIT_KINDS = {"phường", "xã", "thị trấn", "đặc khu"}


def _level_of(low: str, words: _Words, levels: Mapping[str, str]) -> str:
    """The education level a text names, words for groups before it and for ownership behind."""
    for told in (low, _without_prefix(low, words)):
        for owner in ("", " công lập", " ngoài công lập", " tư thục", " dân lập"):
            if told.endswith(owner) and (found := levels.get(bare(told.removesuffix(owner)))):
                return found
    return ""


def _without_prefix(low: str, words: _Words) -> str:
    for _ in range(3):
        prefix = next((p for p in words.before if low.startswith((f"{p} ", f"{p}:"))), "")
        if not prefix:
            return low
        low = low[len(prefix) :].lstrip(" :-")
    return low


def _is_name(text: str) -> bool:
    """Is it the name of a place: one to five words that begin with capitals, or a number?"""
    parts = text.split()
    capital = all(w[:1].isupper() for w in parts) or (len(parts) == 1 and text.isdecimal())
    return 0 < len(parts) <= 5 and capital and not _NAME_END.search(text.strip("0123456789"))


def _titled(name: str) -> str:
    return " ".join(w.capitalize() for w in name.split()) if name.isupper() else name


def _units_in(text: str, rules: Rules) -> Iterator[str]:
    """The wards and communes a title names, each with its kind."""
    parts = re.findall(r"\w+|[^\w\s]", text)
    low = [p.casefold() for p in parts]
    ends = _ends(tuple(rules.row_words["titles"]["ends"]))
    for at, word in enumerate(low):
        size = 2 if word == "thị" and low[at + 1 : at + 2] == ["trấn"] else 1
        kind = " ".join(low[at : at + size])
        if kind not in _UNIT_KINDS or (kind == "xã" and at and low[at - 1] == "thị"):
            continue
        name: list[str] = []
        start = at + size
        if low[start : start + 1] == [":"] and low[max(at - 1, 0)] not in ("/", ","):
            start += 1  # "Xã: Bình Điền"
        for nth in range(start, min(start + 5, len(parts))):
            word = parts[nth]
            if not word[:1].isupper() and not (word.isdecimal() and not name):
                break
            if any(tuple(low[nth : nth + len(e)]) == e for e in ends):
                break
            name.append(word)
            if word.isdecimal():
                break
        if name and bare(name[0]) != _SOCIETY and len(name) < 5:
            yield f"{kind.capitalize()} {_titled(' '.join(name))}"


@lru_cache(maxsize=4)
def _ends(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [tuple(w.casefold().split()) for w in words]


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
