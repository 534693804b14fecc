"""A cell about a certificate: the level and what stands round it, word by word.

Offices write a level, which time it is, the number of the decision and its day into one cell or
two, and what is only asked for or planned beside it. Every word is spent on one of these; a word
that is not leaves the cell in doubt.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from analysis.clean.dates import Bounds, Day, read_day_text
from analysis.clean.values import LONGEST_TEXT
from analysis.reference import SCHEMES, Rules, bare, term_end, tidy

_MOST_WORDS = 7  # of a phrase
_MOST_LETTERS = 24  # of words written together
_DAYS = re.compile(
    r"(?<!\w)\d{1,2} tháng \d{1,2},? năm \d{4}(?!\w)"
    r"|(?<![\w/.\-])\d{4}-\d{1,2}-\d{1,2}(?![\w/])"
    r"|(?<![\w/.])(?<!\d-)\d{1,2} ?([/.\-]) ?\d{1,2} ?\1 ?(?:\d{4}|\d{2})(?![\w/])",
    re.IGNORECASE,
)
_DECISIONS = re.compile(
    r"(?<![\w/])(?<!^-)(\d{1,5}(?:-\d{1,5})?(?:/\d{4})?) ?/ ?(?:QĐ|QD) ?[-–] ?([A-ZĐ&]+)(?!\w)",
    re.IGNORECASE,
)
_DECISION = re.compile(
    r"(\d{1,5}(?:-\d{1,5})?(?:/\d{4})?)\s*(?:/\s*)?(?:QĐ|QD)\s*(?:[-–]\s*)?([A-ZĐ&]+)",
    re.IGNORECASE,
)
_BEFORE_DECISION = re.compile(
    r"^(quyết định số|quyết định|qđ số|qđ|số)\s*(?:[:.]\s*)?", re.IGNORECASE
)
# Months, school years and years; "2-2023" may be a month, "CĐ2-2023" is none.
_PERIODS = re.compile(
    r"(?<!\w)tháng \d{1,2}(?:[/.\-]| năm )\d{4}(?!\w)|(?<![\w/.\-])\d{1,2}[/.\-]20\d\d(?![\w/])"
    r"|(?<![\w/.])20\d\d ?[-–/] ?20\d\d(?![\w/])|(?<![\d/.,])20\d\d(?![\d/])",
    re.IGNORECASE,
)
_FIRST_FORM = 0xF0000  # stands in a text where a date or a number of a decision was found
_PIECES = re.compile(r"[^\W\d_]+|(?<!\S)-\d+|\d+(?:[.,]\d+)?|\S")
_BETWEEN_CLAUSES = set(",;/|-–—\n")
_SILENT = set(".:&*'\"“”‘’()[]")
_ZERO_BEHIND = re.compile(r"(\d+)[.,]0+")
# Takes the level behind it: that one is not held.
_WAITING = ("pending", "planned", "not_reached")
# What a cell without a level says, the strongest first; none of these holds anything.
_STATES = (
    "withdrawn",
    "expired",
    "pending",
    "not_evaluated",
    "not_reached",
    "minimum_quality",
    "planned",
    "unknown_level",
)
_SAID = {"planned": "pending", "minimum_quality": "not_reached"}


class Part(NamedTuple):
    """What a cell says of one scheme; None where it says nothing."""

    level: str | None = None
    decision: str | None = None
    date: Day | None = None
    expiry: Day | None = None


class Told(NamedTuple):
    """What a cell says of each scheme, or why it cannot be read (`word`: the word nobody knows)."""

    parts: dict[str, Part]
    fault: str = ""
    word: str = ""


class _Unread(Exception):
    """The cell cannot be read: the fault, and the word it is about."""

    def __init__(self, fault: str, word: str = "") -> None:
        super().__init__(fault)
        self.fault, self.word = fault, word


class _Token(NamedTuple):
    kind: str
    value: object
    shown: str


@dataclass(eq=False)
class _Waiting:
    """Words for what is not held (yet), and the level they are about."""

    kind: str
    level: int | None = None
    before: int | None = None


@dataclass
class _Side:
    """What was found of one scheme so far."""

    levels: list[int] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)
    states: set[str] = field(default_factory=set)
    decisions: list[str] = field(default_factory=list)
    dates: list[Day] = field(default_factory=list)
    expiries: list[Day] = field(default_factory=list)


def read_certificate(text: str, rules: Rules, bounds: Bounds, home: str = "") -> Told:
    """All that a cell says. `home`: the scheme of its column, "" in a column of both."""
    if len(text) > LONGEST_TEXT:
        return Told({}, "text_too_long")
    try:
        sides = _Walk(_tokens(text, rules), home, bounds).sides
        return Told({scheme: _part(side, scheme, rules) for scheme, side in sides.items()})
    except _Unread as unread:
        return Told({}, unread.fault, unread.word)


def read_decision_number(text: str, rules: Rules) -> str | None:
    """A text that is the number of a decision and nothing else, in its usual writing."""
    found = _DECISION.fullmatch(_BEFORE_DECISION.sub("", tidy(text)))
    return _decision(found[1], found[2], rules) if found else None


def _decision(number: str, issuer: str, rules: Rules) -> str:
    issuers = rules.regulations["decision"]["issuers"]
    known = {bare(i): i for i in reversed(issuers)}
    usual = issuer if issuer in issuers else known.get(bare(issuer), issuer.upper())
    return f"{number.replace(' ', '')}/QĐ-{usual}"


# From the text to tokens


def _tokens(text: str, rules: Rules) -> list[_Token]:
    """The words, numbers, days and decisions of a text."""
    text = tidy(text.replace("\n", " ; "))
    forms: list[_Token] = []

    def put(token: _Token) -> str:
        forms.append(token)
        return f" {chr(_FIRST_FORM + len(forms) - 1)} "

    def day(found: re.Match[str]) -> str:
        return put(_Token("date", found[0], found[0]))

    def decision(found: re.Match[str]) -> str:
        return put(_Token("decision", _decision(found[1], found[2], rules), found[0]))

    if max(map(ord, text), default=0) >= _FIRST_FORM:
        raise _Unread("level_words", text)
    text = _PERIODS.sub(day, _DECISIONS.sub(decision, _DAYS.sub(day, text)))
    pieces = [m[0] for m in _PIECES.finditer(text)]
    return [*_spent(pieces, forms, rules)]


def _day(text: str, bounds: Bounds) -> Day:
    value = read_day_text(text, bounds._replace(partial=True))
    if value.fault == "date_form":
        raise _Unread("level_words", text)
    if not isinstance(value.clean, Day):
        raise _Unread(value.fault)
    return value.clean


def _spent(pieces: Sequence[str], forms: Sequence[_Token], rules: Rules) -> Iterator[_Token]:
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        if _is_word(piece):
            length, tokens = _phrase(pieces, at, rules)
            yield from tokens
            at += length
            continue
        at += 1
        if ord(piece[0]) >= _FIRST_FORM:
            yield forms[ord(piece[0]) - _FIRST_FORM]
        elif piece[-1].isdecimal():
            yield _number(piece)
        elif piece in _BETWEEN_CLAUSES:
            yield _Token("separator", piece, piece)
        elif piece not in _SILENT:
            yield _Token("unspent", piece, piece)


def _is_word(piece: str) -> bool:
    return piece[0].isalnum() and not piece[-1].isdecimal()


def _number(piece: str) -> _Token:
    whole = _ZERO_BEHIND.fullmatch(piece)
    digits = whole[1] if whole else piece
    if digits.lstrip("-").isdecimal() and len(digits) < 9:
        return _Token("number", int(digits), piece)
    return _Token("unspent", piece, piece)


def _phrase(pieces: Sequence[str], at: int, rules: Rules) -> tuple[int, list[_Token]]:
    """The longest phrase that begins here, and how many pieces it takes."""
    known = rules.spellings["certificate"]
    key, words, best = "", 0, (0, "")
    for end in range(at, min(at + 2 * _MOST_WORDS, len(pieces))):
        piece = pieces[end]
        if _is_word(piece):
            key, words = key + bare(piece), words + 1
            if key in known:
                best = end + 1 - at, known[key]
        elif piece not in ".-&":
            break
        if words == _MOST_WORDS:
            break
    shown = " ".join(pieces[at : at + max(best[0], 1)])
    if best[0]:
        return best[0], [_token(best[1], shown)]
    together = _together(bare(pieces[at]), known)
    return 1, [_token(k, shown) for k in together] or [_Token("unspent", shown, shown)]


def _token(kind: str, shown: str) -> _Token:
    return _Token("number", int(kind), shown) if kind.isdecimal() else _Token(kind, shown, shown)


def _together(word: str, known: Mapping[str, str]) -> list[str]:
    """The kinds of words that are written together ("CQGMĐ", "CĐII"): a level's number comes last
    and never alone."""
    joins = (*SCHEMES, "level", "level_kdclgd", "level_cqg", "unknown_level")
    found: list[str] = []
    if len(word) > _MOST_LETTERS:
        return found
    while word:
        ends = (n for n in range(len(word), 0, -1) if known.get(word[:n], "") in joins)
        length = next((n for n in ends if n > 1), 0)
        if not length:
            break
        found.append(known[word[:length]])
        word = word[length:]
    if found and known.get(word, "").isdecimal():
        return [*found, known[word]]
    return [] if word else found


# From tokens to what is said of each scheme


class _Walk:
    """One pass over the tokens of a cell; `sides` is what they say, by scheme ("" where the scheme
    is not told)."""

    def __init__(self, tokens: Sequence[_Token], home: str, bounds: Bounds) -> None:
        self.sides: dict[str, _Side] = {}
        self.bounds = bounds
        self.home, self.scheme = home, home
        self.hint = self.hinted = ""
        self.named = self.adjacent = self.to_end = False
        self.open: _Waiting | None = None
        self.expects: str = ""  # a word that needs a number or a day behind it
        self.held = True  # whether a day belongs to what is held
        said = [token for token in tokens if token.kind != "filler"]
        for at, token in enumerate(said):
            self._step(token, said[at + 1].kind if at + 1 < len(said) else "")
        if self.expects:
            raise _Unread("level_words", self.expects)
        if self.named and not home and self.scheme not in self.sides:
            raise _Unread("level_which_scheme")  # named, and nothing is said of it

    @property
    def side(self) -> _Side:
        return self.sides.setdefault(self.scheme, _Side())

    def _step(self, token: _Token, following: str) -> None:
        kind = token.kind
        if kind == "unspent":
            raise _Unread("level_words", token.shown)
        if self.expects and not self._answers(token):
            raise _Unread("level_words", self.expects)
        if kind == "separator":
            self.open, self.adjacent, self.hinted = None, False, ""
        elif kind == "number":
            self._number(token)
        elif kind in ("date", "decision"):
            self._form(token)
        elif kind in SCHEMES:
            self._name(kind)
        elif kind.startswith("level"):
            self.expects, self.hint = token.shown, kind.removeprefix("level_")
        elif kind == "cycle":
            self.expects, self.hint = token.shown, "cycle"
        elif kind == "until" or (kind == "expired" and following == "date"):
            self.expects, self.to_end = token.shown, True
        elif kind in _WAITING:
            self._wait(kind)
        elif kind == "renewing":
            self._wait("pending")
            self.side.states.add("again")
        else:
            self.side.states.add(kind)
            self.held &= kind in ("again", "unknown_level")

    def _answers(self, token: _Token) -> bool:
        """Is it what the word before needs, or may it stand between?"""
        if token.kind == "unknown_level" or token.shown in "-–":
            return True
        return token.kind == ("date" if self.to_end else "number")

    def _name(self, scheme: str) -> None:
        """A scheme is named: before its level, or right behind one that told it ("CĐ 2 KĐCLGD")."""
        if scheme == self.hinted:
            self.hinted = ""
        else:
            self.scheme, self.named = scheme, True

    def _wait(self, kind: str) -> None:
        before = self.side.levels[-1] if self.adjacent and self.side.levels else None
        self.open = _Waiting(kind, before=before)
        self.side.waiting.append(self.open)
        self.held = False

    def _number(self, token: _Token) -> None:
        hint, self.expects, self.hint = self.hint, "", ""
        if hint == "cycle":
            return
        assert isinstance(token.value, int)
        if not self.home and not self.named:
            self.scheme = hint if hint in SCHEMES else ""
            self.hinted = self.scheme
        self.named = False
        if self.open:
            self._move(self.open)
            self.open.level = token.value
        else:
            self.side.levels.append(token.value)
            self.adjacent = self.held = True
        self.open = None

    def _move(self, waiting: _Waiting) -> None:
        """What is asked for is of the scheme its level is of."""
        for side in self.sides.values():
            if waiting in side.waiting:
                side.waiting.remove(waiting)
        self.side.waiting.append(waiting)

    def _form(self, token: _Token) -> None:
        side = self.side
        if self.to_end and token.kind == "date":
            side.expiries.append(_day(token.shown, _later(self.bounds)))
            self.to_end, self.expects = False, ""
        elif not self.held:
            pass  # of what is planned or asked for
        elif token.kind == "date":
            side.dates.append(_day(token.shown, self.bounds))
        else:
            side.decisions.append(str(token.value))


def _later(bounds: Bounds) -> Bounds:
    """A certificate ends some years after it was signed."""
    return bounds._replace(latest=term_end(bounds.latest, 120))


def _part(side: _Side, scheme: str, rules: Rules) -> Part:
    """What the words found of a scheme come to."""
    for waiting in side.waiting:
        if (
            waiting.level is None
            and waiting.before in side.levels
            and waiting.kind != "not_reached"
        ):
            side.levels.remove(waiting.before)
            waiting.level = waiting.before
    scale = (
        rules.levels(scheme) if scheme else sorted({n for s in SCHEMES for n in rules.levels(s)})
    )
    named = [*side.levels, *(w.level for w in side.waiting if w.level is not None)]
    over = [level for level in named if level not in scale]
    if over and len(over) < len(named):
        raise _Unread("level_words", str(over[0]))
    if over:
        raise _Unread("level_range")
    if any(day.precision != "day" for day in side.expiries):
        raise _Unread("date_partial")
    return Part(
        _level(side, scale[0]),
        _single(side.decisions),
        _finest(side.dates),
        _finest(side.expiries),
    )


def _level(side: _Side, lowest: int) -> str | None:
    if len(set(side.levels)) > 1:
        raise _Unread("level_several")
    if side.levels:
        return _held(side, side.levels[0])
    waited = {w.level for w in side.waiting if w.level is not None}
    if len(waited) > 1:
        raise _Unread("level_several")
    if any(w.kind == "not_reached" and w.level not in (None, lowest) for w in side.waiting):
        raise _Unread("level_and_state")  # not that level, and maybe a lower one
    over = side.states & {"expired", "withdrawn"}
    if "again" in side.states and side.waiting and not over:
        raise _Unread("level_and_pending")  # asked for anew: what was held may be in force
    states = side.states | {w.kind for w in side.waiting}
    state = next((s for s in _STATES if s in states), None)
    if state is None:
        stated = side.decisions or side.dates or "again" in side.states
        return "unknown_level" if stated else None
    return _SAID.get(state, state)


def _held(side: _Side, level: int) -> str:
    """A level beside other words: what is asked for beside it must be a higher one."""
    over = side.states & {"expired", "withdrawn"}
    if side.states & {"not_evaluated", "minimum_quality"} or len(over) > 1:
        raise _Unread("level_and_state")
    for waiting in side.waiting:
        if waiting.kind == "not_reached":
            raise _Unread("level_and_state")
        if waiting.level is None or waiting.level <= level:
            raise _Unread("level_and_pending")
    return over.pop() if over else str(level)


def _single(decisions: Iterable[str]) -> str | None:
    found = [*dict.fromkeys(decisions)]
    if len(found) > 1:
        raise _Unread("certificate_several")
    return found[0] if found else None


def _finest(days: Sequence[Day]) -> Day | None:
    """The one day that is said; a year or a month may be said beside it."""
    found: Day | None = None
    for day in days:
        if found and not _agree(found, day):
            raise _Unread("certificate_several")
        if found is None or _PRECISIONS[day.precision] > _PRECISIONS[found.precision]:
            found = day
    return found


_PRECISIONS = {"school_year": 0, "year": 1, "month": 2, "day": 3}


def _agree(one: Day, other: Day) -> bool:
    """Can both be said of one day?"""
    (first, last), (start, end) = span_of(one), span_of(other)
    return first <= end and start <= last


def span_of(day: Day) -> tuple[dt.date, dt.date]:
    """The first and the last day that is meant."""
    months = {"day": 0, "month": 1}.get(day.precision, 12)
    return day.date, term_end(day.date, months) - dt.timedelta(1 if months else 0)


def days_agree(own: Day, other: Day) -> str:
    """Whether two cells tell of one day: "same"; "fills" where the other one is more exact; "near"
    where only years are told that follow each other (a school year begins in the one and ends in
    the other); else "differs"."""
    if _agree(own, other):
        finer = _PRECISIONS[other.precision] > _PRECISIONS[own.precision]
        return "fills" if finer else "same"
    rough = "year" in (own.precision, other.precision)
    return "near" if rough and abs(own.date.year - other.date.year) == 1 else "differs"
