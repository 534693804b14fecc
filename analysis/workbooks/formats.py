"""What a number format makes of a number: a date, a code with its leading zeros, a text.

Dates are counted as days since 1900 (with a 29 February that never was) or 1904.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from analysis.workbooks.cells import Cell, Converted, ErrorCell

_BUILT_IN = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_LAST_SERIAL = 2_958_465
# What is closer to midnight, in seconds, comes of arithmetic; any other time belongs to its day.
_SLIP = 1e-4


def is_date_format(number: int, code: str) -> bool:
    """Does this number format show a date or a time?"""
    if not code:
        return number in _BUILT_IN
    return bool(_DATE_LETTERS.search(_QUOTED.sub("", code)))


def from_serial(serial: float, epoch_1904: bool = False) -> dt.datetime | float | int:
    """The date a serial stands for, to the second; a serial outside the calendar stays a number."""
    if not 0 <= serial <= _LAST_SERIAL:
        return int(serial) if float(serial).is_integer() else serial
    start = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 30)
    if not epoch_1904 and serial < 60:
        start += dt.timedelta(days=1)
    day, seconds = int(serial), serial % 1 * 86400
    if seconds > 86400 - _SLIP:
        day, seconds = day + 1, 0
    return start + dt.timedelta(days=day, seconds=min(round(seconds), 86399))


_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<skip>[_*].)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<digits>[0#?,.]+)|(?P<general>General)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?\d+(?:\.\d+)?)")
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "=": eq, "<>": ne, "<": lt, ">": gt, "<=": le, ">=": ge,
}  # fmt: skip
_LONGEST = 255  # the longest number format Excel takes
_MOST_DIGITS = 20
_PLAIN = set("#,.;0? General%E+-()/@")

TEXT_SHOWN, CODE_SHOWN, CODE_NUMBER = "text_shown", "code_shown", "code_number"


@dataclass(frozen=True)
class _Section:
    """What one section of a format writes: texts, and groups of digits as (places, zeros)."""

    pieces: tuple[str | tuple[int, int], ...]
    test: Callable[[float], bool] | None = None
    scaled: bool = False

    @property
    def literal(self) -> str:
        return "".join(piece for piece in self.pieces if isinstance(piece, str))

    @property
    def groups(self) -> list[tuple[int, int]]:
        return [piece for piece in self.pieces if not isinstance(piece, str)]

    @property
    def says(self) -> bool:
        """Does it write words or further digits, or a sign that stands for one (a ticked box)?"""
        return any(c.isalnum() or unicodedata.category(c) == "So" for c in self.literal)

    @property
    def pads(self) -> bool:
        """Does it write a code: a number of digits that is always the same?"""
        return sum(zeros for _, zeros in self.groups) > 1 and all(
            places == zeros for places, zeros in self.groups
        )


@dataclass(frozen=True)
class ShownAs:
    """A number format that carries text, and perhaps one for texts (`before` and `behind` them)."""

    sections: tuple[_Section, ...]
    before: str = ""
    behind: str = ""

    @property
    def frames(self) -> bool:
        """Does it add anything to a text?"""
        return bool(self.before or self.behind)

    def of_number(self, number: float) -> tuple[str, str] | None:
        """What a number is shown as and why; None where it is the number that counts."""
        section, sign = self._section(number)
        if section is None or section.scaled:
            return None
        if not section.groups:
            return (section.literal.strip(), TEXT_SHOWN) if section.says else None
        if not float(number).is_integer() or abs(number) >= 2**53:
            return None
        plain = str(abs(int(number)))
        shown = sign + _written(section, plain)
        if section.says:
            return shown.strip(), TEXT_SHOWN
        if section.pads and number >= 0:
            return shown, CODE_NUMBER if shown == plain else CODE_SHOWN
        return None

    def _section(self, number: float) -> tuple[_Section | None, str]:
        """The section for a number, and the sign to write before."""
        some = self.sections
        if any(section.test for section in some):
            usual = [lambda n: True, lambda n: n < 0 or len(some) < 3, lambda n: True]
            for section, test in zip(some, usual, strict=False):
                if (section.test or test)(number):
                    return section, "-" * (number < 0)
            return None, ""
        if not some:
            return None, ""
        if number < 0 and len(some) > 1:
            return some[1], ""
        if number == 0 and len(some) > 2:
            return some[2], ""
        return some[0], "-" * (number < 0)


def _written(section: _Section, digits: str) -> str:
    """The digits put into the groups from the right; what is left over goes before the first."""
    groups = section.groups
    digits = digits.zfill(sum(zeros for _, zeros in groups))
    first = next(i for i, piece in enumerate(section.pieces) if not isinstance(piece, str))
    written: list[str] = []
    for i in range(len(section.pieces) - 1, -1, -1):
        piece = section.pieces[i]
        if isinstance(piece, str):
            written.append(piece)
            continue
        size = len(digits) if i == first else piece[0]
        written.append(digits[len(digits) - size :] if size else "")
        digits = digits[: len(digits) - size] if size else digits
    return "".join(reversed(written))


@lru_cache(maxsize=4096)
def shown_as(code: str) -> ShownAs | None:
    """A number format that carries text or pads a code; None for any other."""
    if len(code) > _LONGEST or (set(code) <= _PLAIN and "00" not in code):
        return None
    parts: list[list[tuple[str, str]]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        if (kind, match[0]) == ("other", ";"):
            parts.append([])
        else:
            parts[-1].append((kind, match[kind]))
    texts = [part for part in parts if ("other", "@") in part]
    before, behind = _frame(texts[0]) if texts else ("", "")
    sections = tuple(_section(part) for part in parts[:4] if part not in texts)[:3]
    found = ShownAs(sections, before, behind)
    if any(sum(places for places, _ in section.groups) > _MOST_DIGITS for section in sections):
        return None
    return found if found.frames or any(s.says or s.pads for s in sections) else None


def _frame(part: list[tuple[str, str]]) -> tuple[str, str]:
    """What a section for texts writes before and behind them, where it has words."""
    literal = "".join(
        text if kind in ("quoted", "escaped") else "\0" if text == "@" else ""
        for kind, text in part
    )
    before, _, behind = literal.partition("\0")
    if "\0" in behind or not any(c.isalpha() for c in literal):
        return "", ""
    return before, behind


def _section(part: list[tuple[str, str]]) -> _Section:
    pieces: list[str | tuple[int, int]] = []
    test: Callable[[float], bool] | None = None
    scaled = False
    for kind, text in part:
        if kind in ("quoted", "escaped"):
            pieces.append(text)
        elif kind == "bracket":
            if found := _CONDITION.fullmatch(text.strip()):
                test = _holds(found[1], float(found[2]))
        elif kind == "general":
            pieces.append((1, 1))
        elif kind == "digits":
            whole = text.partition(".")[0]
            scaled = scaled or text.endswith(",") or "." in text
            if places := len(whole.replace(",", "")):
                pieces.append((places, whole.count("0")))
        elif kind == "other":
            scaled = scaled or text in "%eE"
            pieces.append(text)
    return _Section(tuple(pieces), test, scaled)


def _holds(sign: str, bound: float) -> Callable[[float], bool]:
    return lambda number: _TESTS[sign](number, bound)


@dataclass
class Formats:
    """What the styles of a workbook say of a cell's value, by their numbers or names.

    `dates`: styles that show a date; `shown`: those that show more than the number, such as a code
    with its zeros; `struck`: those of struck-through text.
    """

    dates: set[Any] = field(default_factory=set)
    shown: dict[Any, ShownAs] = field(default_factory=dict)
    struck: set[Any] = field(default_factory=set)
    epoch_1904: bool = False

    def add(self, style: int | str, number: int, code: str, struck: bool = False) -> None:
        """Note what one style shows: the number of its format, and the code where it has one."""
        if is_date_format(number, code):
            self.dates.add(style)
        elif shown := shown_as(code):
            self.shown[style] = shown
        if struck:
            self.struck.add(style)

    def number(self, number: float, style: int | str) -> Cell:
        """A stored number as its style shows it."""
        if number != number or abs(number) == float("inf"):
            return ErrorCell("#NUM!")
        if style in self.dates:
            return from_serial(number, self.epoch_1904)
        plain = plain_number(number)
        if style in self.shown and (said := self.shown[style].of_number(number)):
            return Converted(said[0], str(plain), said[1])
        return plain


def plain_number(number: float) -> int | float:
    """A whole number as int, as long as a float holds it exactly."""
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
