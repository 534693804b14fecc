"""What a heading says: every word of it is spent, or nobody knows the column.

The texts above a column, from the top down, are its path. Each word of a path is a scheme, an
attribute, a column's own name, an intent (reached, planned ...), a time, a part of a count, or a
word that adds nothing; all of them stand in columns.toml.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from analysis.reference.text import bare, tidy

# What stands in brackets behind a heading explains it.
_REMARK = re.compile(r"(?<=\w)\s*\([^()]*\)$")
_EXPORT_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
# "7. ", "(7)", "VII. ", "3.1 ", "a) ", "Cột 7: " before a heading, "(7)" and stars behind it.
_ORDINAL = re.compile(
    r"^(?:[\[(](?:\d{1,2}|[IVX]{1,5}|[a-zA-Z])[\])]\s*[.:-]?|\d{1,2}(?:\.\d{1,2})*\s*[.):/-](?!\d)"
    r"|\d{1,2}(?:\.\d{1,2})+(?=\s)|[IVX]{1,5}\s*[.):-]|[a-zA-Z]\s*[.)](?=\s)|[Cc]ột\s+\d{1,2}\s*[.:-])\s*"
)
# What may be filled in: "(1, 2, 3, 4)", "(cấp độ 1-4)".
_ENDS = re.compile(
    r"(?<![\s*:])[\s*:]+$|(?<!\s)\s*(?:[\[(][\d\s*=+\-]{1,5}[\])]$|\(\*+\)$|"
    r"\((?:(?:cấp độ|mức độ|cđ|mđ|mức|từ|hoặc|ghi)\s*)?"
    r"\d(?:[\s,;/.\-–]|hoặc|đến|và|cđ|mđ){1,8}\d[^()]{0,12}\)$)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\w+|[%?]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBERED = re.compile(r"(?<!\S)\S*\d/\S+")  # "123/KH-UBND" in a title
_SHORT_SPAN = re.compile(r"(?<!\d)(20\d\d)\s*-\s*(\d\d)(?!\d)")
_SCHEME_WORDS = {"scheme", "attribute", "mark", "alone", "intent", "when", "filler", "question"}
_COLUMN_WORDS = {"column", "intent", "when", "part", "filler", "question"}
TELLING = ("order", "school_code", "school_name")
_LEVELS = ("1", "2", "3", "4")
LONGEST = 300  # no heading in earnest is longer


@dataclass(frozen=True)
class Heading:
    """What a heading means: a column, and the list of codes its cells are written in."""

    column: str
    coding: str = ""


@dataclass(frozen=True)
class Said:
    """What the path above a column says.

    `column`: ours, "personal", "unused", or "" where a word is left that nobody knows. An
    `attribute` stands for a column whose scheme must be told by what stands around it ("level",
    "date", "mark_2"); `scheme` is the one its words alone suggest. `intent` "" is reached without a
    word for it, "held" with one; `when`: "now", "before", ""; `year`: the last one named.
    """

    column: str = ""
    coding: str = ""
    attribute: str = ""
    scheme: str = ""
    intent: str = ""
    when: str = ""
    year: int = 0

    def heading(self, columns: Mapping[str, Any]) -> Heading | None:
        """The column that is named, of what was reached by now; None where it is none of ours."""
        name = self.column or (f"{self.scheme}_{self.attribute}" if self.scheme else "")
        if name not in columns or self.intent not in ("", "held") or self.when == "before":
            return None
        return Heading(name, self.coding)


@dataclass
class _Spent:
    """The words of one text by what they are; `left`: those nobody knows."""

    sure: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    perhaps: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    kinds: list[frozenset[str]] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@lru_cache(maxsize=16384)
def heading_key(text: str) -> str:
    """The key of a heading. Names of exports (MA_TRUONG *) keep their underscores: they announce
    another coding of the cells than the same words in prose (Mã trường)."""
    name = _without_ordinal(text).strip(" *:").casefold()
    return name if _EXPORT_NAME.fullmatch(name) else bare(name)


def _without_ordinal(text: str) -> str:
    """A heading without the number of its column and without stars."""
    text, before = tidy(text), ""
    if len(text) > LONGEST:
        return text
    while before != text:
        before, text = text, _ENDS.sub("", _ORDINAL.sub("", text, count=1)).strip(" *:")
    return text


def without_remark(text: str) -> str:
    """A heading without what stands in brackets behind it."""
    return _REMARK.sub("", _without_ordinal(text))


class HeadingWords:
    """The words of columns.toml, and what they say together."""

    def __init__(
        self, tables: Mapping[str, Any], listed: Mapping[str, Heading], kinds: Mapping[str, str]
    ) -> None:
        self.listed, self.kinds = listed, kinds
        self.phrases: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
        for kind, meaning, words in _phrases(tables):
            for word in words:
                if tokens := _tokens(word):
                    self.phrases[tuple(tokens)].add((kind, meaning))
        self.longest = max(map(len, self.phrases))
        self.known = frozenset(token for phrase in self.phrases for token in phrase)
        alone = (w for t in tables["attributes"].values() for w in t.get("alone", {}).values())
        self.alone = frozenset(heading_key(word) for words in alone for word in words)
        self.personal = frozenset(map(heading_key, tables["personal"]["also"]))
        self.unused = frozenset(map(heading_key, tables["unused"]["also"]))
        self.persons = {k: frozenset(map(heading_key, w)) for k, w in tables["persons"].items()}
        self.read = lru_cache(maxsize=4096)(self._read)
        self.spent = lru_cache(maxsize=4096)(self._spent)
        self.tells_school = lru_cache(maxsize=4096)(self._tells_school)
        self.of_titles = lru_cache(maxsize=64)(self._of_titles)

    def _read(self, path: tuple[str, ...]) -> Said:
        """What a path says."""
        texts = [t for t in map(_without_ordinal, path) if t]
        if not texts:
            return Said()
        for whole in dict.fromkeys((" ".join(texts), " ".join(reversed(texts)))):
            if found := self._as_listed(whole):
                return found
        spent = [self.spent(text) for text in texts]
        if len(texts) > 1 and texts[-1] in _LEVELS and (mark := self._mark(texts)):
            return mark
        found = self._of_scheme(spent) or self._of_column(spent) or self._by_name(texts, spent)
        return found or (Said() if _left(spent) else _apart(spent))

    def _as_listed(self, text: str) -> Said | None:
        key = heading_key(text)
        if key in self.personal:
            return Said("personal")
        if key in self.listed and key not in self.alone:
            return Said(self.listed[key].column, self.listed[key].coding)
        return Said("unused") if key in self.unused else None

    def _mark(self, texts: Sequence[str]) -> Said | None:
        """A bare level below a scheme: "KĐCLGD" over 1, 2, 3."""
        over = self.read(tuple(texts[:-1]))
        column = f"{over.column.removesuffix('level')}mark_{texts[-1]}"
        return replace(over, column=column) if column in self.kinds else None

    def _of_scheme(self, spent: Sequence[_Spent]) -> Said | None:
        """A level, decision or date of a scheme, every word spent; None where it is none."""
        if _left(spent) or not _all_in(spent, _SCHEME_WORDS):
            return None
        schemes, marks = set(_sure(spent, "scheme")), _sure(spent, "mark")
        asked = set(_sure(spent, "attribute")) or set(spent[-1].perhaps["attribute"])
        asked = asked or {a for s in spent for a in s.perhaps["attribute"]} - {"date"}
        alone = set(_sure(spent, "alone"))
        modifiers = _modifiers(spent)
        if len(schemes) > 1:
            is_level = not marks and asked <= {"level"}
            return replace(modifiers, column="both_schemes") if is_level else None
        if not (schemes or asked or marks):
            return None
        if {"date"} == asked and any("so" in s.perhaps["lone"] for s in spent):
            asked = {"decision"}  # "Số, ngày QĐ": both in one cell
        first = next((a for a in ("level", "decision", "expiry", "date") if a in asked), "level")
        if "expiry" in asked and len(asked - {"date"}) > 1:
            return None
        attribute = f"mark_{marks[-1]}" if marks else first
        if not schemes:
            scheme = alone.pop() if len(alone) == 1 else ""
            return replace(modifiers, attribute=attribute, scheme=scheme)
        column = f"{schemes.pop()}_{attribute}"
        return replace(modifiers, column=column) if column in self.kinds else None

    def _of_column(self, spent: Sequence[_Spent]) -> Said | None:
        """A column of its own name, every word spent; None where it is none."""
        if _left(spent) or not _all_in(spent, _COLUMN_WORDS):
            return None
        names = set(_sure(spent, "column"))
        if not names:
            names = next((set(p) for s in reversed(spent) if (p := s.perhaps["column"])), set())
        if len(names) != 1:
            return None
        name, parts = names.pop(), {p for s in spent for p in s.sure["part"] + s.perhaps["part"]}
        if parts - {"total"}:
            name = "girls" if name == "pupils" and parts <= {"total", "girls"} else "unused"
        return replace(_modifiers(spent), column=name)

    def _by_name(self, texts: Sequence[str], spent: Sequence[_Spent]) -> Said | None:
        """Columns that tell which school it is, or what kind, are what they are called: what
        stands above or in brackets explains them."""
        lowest = -1 if not texts[-1].startswith("(") else 0
        for text, own in ((texts[lowest], spent[lowest]),):
            for name in dict.fromkeys((text, _REMARK.sub("", text))):
                found = self._as_listed(name)
                if found and (found.column == "personal" or not self.is_measured(found.column)):
                    return replace(found, **_own_time(own))
        if any(self._as_listed(text) == Said("personal") for text in texts):
            return Said("personal")
        return None

    def is_measured(self, column: str) -> bool:
        """Is it a column whose every word matters: a level, a count, a date?"""
        return self.kinds.get(column, "") in _MEASURED

    def is_heading(self, text: str) -> bool:
        """Is a text made of the words of headings, with one that names something?"""
        if not self._is_known(text):
            return False
        dims = self.dims(text) - {"part"}
        return ("left" not in dims and bool(dims & _NAMING)) or self._as_listed(text) is not None

    def _tells_school(self, text: str) -> bool:
        return self._is_known(text) and self.read((text,)).column in TELLING

    def _is_known(self, text: str) -> bool:
        """May a text be a heading: does each of its words stand somewhere in the lists?"""
        tokens = _tokens(without_remark(text))
        if all(t in self.known or _YEAR.fullmatch(t) or t == "?" for t in tokens):
            return True
        return self._as_listed(text) is not None

    def is_part(self, text: str) -> bool:
        """May a text stand below a heading as a part of what it names, and never as a value?"""
        dims = self.dims(text)
        return "left" not in dims and bool(dims & (_NAMING | {"year"}))

    def dims(self, text: str) -> frozenset[str]:
        """The kinds of the words in a text; "left" where one is not known, "year" where a year
        stands there."""
        if len(text) > LONGEST:
            return frozenset({"left"})
        spent = self.spent(_without_ordinal(text))
        found = frozenset().union(*spent.kinds)
        also = {"left"} if spent.left else set()
        return found | also | ({"year"} if spent.years else set())

    def of_persons(self, kind: str, text: str) -> bool:
        """Is it a heading of a list of persons: a name of theirs, or what "also" stands there?"""
        return heading_key(text) in self.persons[kind]

    def _of_titles(self, lines: tuple[str, ...]) -> Said:
        """The scheme and the intent that titles tell, each where they tell no other."""
        spent = [self.spent(_NUMBERED.sub(" ", line)) for line in lines]
        schemes = set(_sure(spent, "scheme"))
        intents = {i for s in spent for i in s.sure["intent"] + s.perhaps["intent"]} - {"reached"}
        plans = intents - {"held"}
        if plans == {"self_assessed"} and any(
            s.sure["beside"] + s.perhaps["beside"] for s in spent
        ):
            plans = set()
        intent = "held" if "held" in intents else next(iter(sorted(plans)), "")
        years = [
            min(s.years) for s in spent if s.years and (s.sure["scheme"] or s.perhaps["scheme"])
        ]
        only = schemes.pop() if len(schemes) == 1 else ""
        return Said(scheme=only, intent=intent, year=max(years, default=0))

    def _spent(self, text: str) -> _Spent:
        """The words of a text, the longest known ones first."""
        tokens, spent, at = _tokens(text), _Spent(), 0
        asks = "?" in tokens or {"da", "co"} & set(tokens)
        for size in self._cut(tokens):
            some = tokens[at : at + size]
            means = self.phrases.get(tuple(some), set())
            if _YEAR.fullmatch(some[0]):
                spent.years.append(int(some[0]))
            elif means:
                if at + size < len(tokens) and tokens[at + size].isdecimal():
                    means = {m for m in means if m != ("attribute", "date")} or means
                if not asks:
                    means = {m for m in means if m[0] != "question"}
                _take(spent, means, some)
            elif not _is_of_date(tokens, at) and some != ["?"]:
                spent.left += some
            at += size
        return spent

    def _cut(self, tokens: Sequence[str]) -> list[int]:
        """The sizes of the phrases a text falls into: so that fewest words are left, then fewest
        phrases, the longer one first."""
        best: list[tuple[int, int, int]] = [(0, 0, 0)]
        for at in range(len(tokens) - 1, -1, -1):
            left, count, _ = best[-1]
            ways = [(left + 1, count + 1, -1)]
            for size in range(1, min(self.longest, len(tokens) - at) + 1):
                if self._at(tokens, at, size):
                    left, count, _ = best[-size]
                    ways.append((left, count + 1, -size))
            best.append(min(ways))
        sizes, at = [], 0
        while at < len(tokens):
            sizes.append(-best[len(tokens) - at][2])
            at += sizes[-1]
        return sizes

    def _at(self, tokens: Sequence[str], at: int, size: int) -> bool:
        return at + size <= len(tokens) and tuple(tokens[at : at + size]) in self.phrases


_NAMING = {"scheme", "attribute", "mark", "column", "part", "intent", "personal"}
_MEASURED = {"level", "decision", "date", "mark", "count", "yes_no", "both"}


def _take(spent: _Spent, means: set[tuple[str, str]], tokens: Sequence[str]) -> None:
    """Put down what some words mean: for sure, or perhaps where they mean several things."""
    kinds = frozenset(kind for kind, _ in means)
    if not kinds:
        spent.left.extend(tokens)
        return
    spent.kinds.append(kinds)
    weak = {"beside"} | ({"alone"} if "attribute" in kinds or "mark" in kinds else set())
    where = spent.sure if len(kinds - weak) == 1 else spent.perhaps
    for kind, meaning in sorted(means):
        (spent.sure if kind == "alone" else where)[kind].append(meaning)
    if kinds <= {"filler"}:
        spent.perhaps["lone"].extend(tokens)


def _tokens(text: str) -> list[str]:
    """The words of a text without any mark; a school year in short ("2025-26") in full."""
    whole = _SHORT_SPAN.sub(lambda m: f"{m[1]}-{m[1][:2]}{m[2]}", text)
    return [
        t if t in "%?" else bare(t)
        for t in _TOKEN.findall(whole.replace("_", " "))
        if bare(t) or t in "%?"
    ]


def _is_of_date(tokens: Sequence[str], at: int) -> bool:
    """Is it the day or month before a year: "31/5/2026"?"""
    ahead = tokens[at : at + 3]
    years = [i for i, t in enumerate(ahead) if _YEAR.fullmatch(t)]
    return bool(years) and all(t.isdecimal() and int(t) <= 31 for t in ahead[: years[0]])


def _left(spent: Sequence[_Spent]) -> bool:
    return any(s.left for s in spent)


def _all_in(spent: Sequence[_Spent], allowed: set[str]) -> bool:
    return all(kinds & allowed for s in spent for kinds in s.kinds)


def _sure(spent: Sequence[_Spent], kind: str) -> list[str]:
    """What is said for sure; a scheme is said wherever one of its words stands."""
    found = [m for s in spent for m in s.sure[kind]]
    return (
        found + [m for s in spent for m in s.perhaps[kind]] if kind in ("scheme", "mark") else found
    )


def _modifiers(spent: Sequence[_Spent]) -> Said:
    """Intent and time. The lowest text that tells an intent decides, and in it any but "held"; what
    is there now is held."""
    intent = ""
    for one in spent:
        said = [i for i in one.sure["intent"] + one.perhaps["intent"] if i != "reached"]
        other = [i for i in said if i != "held"]
        if other or said or "now" in one.sure["when"]:
            intent = other[0] if other else "held"
    whens = [w for s in spent for w in s.sure["when"] if w != "filling"]
    years = [y for s in spent for y in s.years]
    when = whens[-1] if whens else ""
    return Said(intent=intent, when=when, year=max(years, default=0))


def _apart(spent: Sequence[_Spent]) -> Said:
    """A path of nothing but an intent ("Đăng ký năm 2027"), or of nothing but a part of a count."""
    parts = {p for s in spent for p in s.sure["part"] + s.perhaps["part"]}
    if parts - {"total"} and _all_in(spent, {"part", "filler"}):
        return Said("unused")
    found = _modifiers(spent)
    return found if found.intent not in ("", "held") else Said()


def _own_time(own: _Spent) -> dict[str, Any]:
    whens = [w for w in own.sure["when"] if w != "filling"]
    intents = [i for i in own.sure["intent"] if i not in ("reached", "held")]
    return {"when": whens[-1] if whens else "", "intent": intents[0] if intents else ""}


def _phrases(tables: Mapping[str, Any]) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Every word of columns.toml: what kind it is, what it means."""
    for name, t in tables["columns"].items():
        if t["kind"] != "both":
            yield "column", name, [t["heading"], *t.get("also", [])]
    for scheme, t in tables["schemes"].items():
        yield "scheme", scheme, t["words"]
    for attribute, t in tables["attributes"].items():
        yield "attribute", attribute, t["words"]
        for scheme, words in t.get("alone", {}).items():
            yield "attribute", attribute, words
            yield "alone", scheme, words
    for n in range(1, 5):
        yield "mark", str(n), [w.format(n=n) for w in tables["marks"]["under"] if w != "{n}"]
        for scheme in tables["schemes"]:
            words = [w.format(n=n) for w in tables["marks"][scheme]]
            yield "mark", str(n), words
            yield "alone", scheme, words
    for kind, name in (("intent", "intents"), ("when", "times"), ("part", "parts")):
        for meaning, words in tables[name].items():
            yield kind, meaning, words
    yield "filler", "", tables["fillers"]["words"]
    yield "question", "", tables["fillers"]["questions"]
    yield "passing", "", tables["titles"]["passing"]
    yield "beside", "", tables["titles"]["beside"]
    for words in tables["persons"].values():
        yield "personal", "", words
    yield "personal", "", tables["personal"]["also"]
