"""Cells of the columns about certificates: what each gives its own column, and others beside it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from analysis.clean.certificates import Part, Told, read_certificate, read_decision_number
from analysis.clean.dates import Bounds, read_date
from analysis.clean.values import Value, bad_kind, is_ranked
from analysis.raw import Cell, LogicalCell
from analysis.reference import SCHEMES, Rules, bare, fold, tidy

ANY_DAY = Bounds(dt.date(2000, 1, 1), dt.date(2099, 12, 31), partial=True)
_NO_LEVEL = (None, "unknown_level")  # nothing that a decision or a date would not say as well
_ZERO_BEHIND = re.compile(r"(\d+)[.,]0+")


def read_level(
    cell: Cell, rules: Rules, scheme: str, coding: str = "", bounds: Bounds = ANY_DAY
) -> Value:
    """A level of a scheme as "1".."4", or what is said instead: not_reached, not_evaluated,
    expired, withdrawn, pending, unknown_level. The column decides the scheme, unless the cell names
    the other one."""
    failed = bad_kind(cell)
    if failed:
        return failed
    if isinstance(cell, float | dt.datetime | dt.time | dt.timedelta):
        return Value(fault="level_wrong_kind")
    text = tidy(str(cell))
    if fold(text) in rules.none_marks:
        return Value("not_reached", "" if cell == 0 else "status_word")
    if coding:
        return _coded_level(cell, text, rules, scheme, coding)
    told = read_certificate(str(cell), rules, bounds, scheme)
    if told.fault:
        return _unread(told)
    own, others = told.parts.get(scheme, Part()), {*told.parts} - {scheme}
    if others and own in (Part(), Part("unknown_level")):
        return Value(fault="level_other_scheme")
    if own.level is None:
        return Value(fault="level_words", word=text)
    also = (*_beside(own, scheme, "level"), *_of_others(told, scheme))
    return Value(own.level, _level_rule(cell, own.level), also=also)


def _coded_level(cell: Cell, text: str, rules: Rules, scheme: str, coding: str) -> Value:
    """A level in the codes of an export."""
    whole = _ZERO_BEHIND.fullmatch(text)
    word = rules.spellings[f"{coding}_level"].get(bare(whole[1] if whole else text))
    if word is None:
        is_number = text.lstrip("-").isdecimal()
        return Value(fault="level_range") if is_number else Value(fault="level_words", word=text)
    if word == "minimum_quality":
        return Value("not_reached", "minimum_quality")
    if word.isdecimal() and int(word) not in rules.levels(scheme):
        return Value(fault="level_range")
    return Value(word, _level_rule(cell, word))


def _level_rule(cell: Cell, word: str) -> str:
    if isinstance(cell, int) and str(cell) == word:
        return ""
    if cell == word:
        return "number_text"
    return "level_spelling" if word.isdecimal() else "status_word"


def _unread(told: Told) -> Value:
    return Value(fault=told.fault, word=told.word)


def _beside(part: Part, scheme: str, own: str) -> Iterator[tuple[str, object]]:
    """What a cell says of a scheme beside the attribute its column is for."""
    for attribute, value in part._asdict().items():
        if attribute != own and value not in _NO_LEVEL:
            yield f"{scheme}_{attribute}", value


def _of_others(told: Told, scheme: str) -> Iterator[tuple[str, object]]:
    for other in SCHEMES:
        if other != scheme and other in told.parts:
            yield from _beside(told.parts[other], other, "")


def read_decision(cell: Cell, rules: Rules, scheme: str = "", bounds: Bounds = ANY_DAY) -> Value:
    """A decision number such as 1234/QĐ-UBND, maybe with its day or the level; spaces, dashes and
    the words round it are tidied."""
    if not isinstance(cell, str):
        return (None if isinstance(cell, int) else bad_kind(cell)) or Value(fault="decision_form")
    if number := read_decision_number(cell, rules):
        return Value(number, "" if number == cell else "decision_tidied")
    if failed := bad_kind(cell):
        return failed
    told = read_certificate(cell, rules, bounds, scheme)
    own = told.parts.get(scheme)
    if own is None or own.decision is None:
        return Value(fault="decision_form")
    also = (*_beside(own, scheme, "decision"), *_of_others(told, scheme))
    return Value(own.decision, "decision_tidied", also=also if scheme else ())


def read_signed(cell: Cell, rules: Rules, scheme: str, bounds: Bounds) -> Value:
    """The day a certificate was signed on, maybe with the number of its decision or the level."""
    value = read_date(cell, bounds)
    if value.fault != "date_form" or not isinstance(cell, str):
        return value
    told = read_certificate(cell, rules, bounds, scheme)
    own = told.parts.get(scheme)
    if own is None or own.date is None:
        return value
    if own.date.precision != "day" and not bounds.partial:
        return Value(fault="date_partial")
    also = (*_beside(own, scheme, "date"), *_of_others(told, scheme))
    return Value(own.date, "date_among_words", also=also)


def read_mark(cell: Cell, rules: Rules, scheme: str, level: int, bounds: Bounds) -> Value:
    """What stands in the column of one level: a mark gives "yes" or "no", a box without a tick
    "off"; a year, a day or a
    decision says that this level was recognised then; "pending" where it is asked for."""
    if isinstance(cell, LogicalCell):
        return Value("yes", "mark_read") if cell.value else Value("off")
    if isinstance(cell, dt.datetime):
        signed = read_date(cell, bounds)
        return signed if signed.fault else _recognised((f"{scheme}_date", signed.clean))
    if not isinstance(cell, str | int):
        return bad_kind(cell) or Value(fault="mark_unknown")
    text = tidy(str(cell))
    key = bare(text)
    answer = rules.mark_signs.get(text) or (rules.spellings["mark"].get(key) if key else None)
    if answer:
        plain = text in (rules.standard["mark"]["yes"], rules.standard["mark"]["no"])
        return Value(answer, "" if plain else "spelling")
    if failed := bad_kind(cell):
        return failed
    told = read_certificate(str(cell), rules, bounds, scheme)
    own = told.parts.get(scheme, Part())
    if told.fault or {*told.parts} - {scheme}:
        fault = told.fault or "level_other_scheme"
        return Value(fault="mark_unknown" if fault == "level_words" else fault)
    if own.level in ("pending", "not_reached", "not_evaluated"):
        return Value("pending" if own.level == "pending" else "no", "spelling")
    if own.level not in ("unknown_level", str(level)):
        return Value(fault="mark_unknown")
    return _recognised(*_beside(own, scheme, "level"))


def _recognised(*also: tuple[str, object]) -> Value:
    return Value("yes", "mark_read", also=also)


def read_both(cell: Cell, rules: Rules, bounds: Bounds) -> Value:
    """A cell about both schemes. Whose each level is must be said: by the name of the scheme, or by
    "cấp độ" (KĐCLGD) and "mức độ" (CQG)."""
    if not isinstance(cell, str):
        return bad_kind(cell) or Value(fault="level_which_scheme")
    if fold(tidy(cell)) in rules.none_marks:
        return _of_both("not_reached", cell)
    told = read_certificate(cell, rules, bounds)
    if told.fault:
        return _unread(told)
    parts = {scheme: part for scheme, part in told.parts.items() if any(part)}
    general = parts.pop("", Part())
    if not parts and general.level not in _NO_LEVEL and not is_ranked(general.level):
        return _of_both(general.level, cell)
    if not parts or general._replace(level=None) != Part() or general.level not in _NO_LEVEL:
        return Value(fault="level_which_scheme")
    found = [(f"{s}_{a}", v) for s, part in parts.items() for a, v in part._asdict().items() if v]
    return Value(tidy(cell), also=tuple(found))


def _of_both(word: object, cell: str) -> Value:
    return Value(tidy(cell), also=tuple((f"{scheme}_level", word) for scheme in SCHEMES))
