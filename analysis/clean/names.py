"""What a school's name says of its education level, and what is left of it as its own name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from analysis.reference import Rules, bare, fold, tidy

_LEAST_ALIKE = 0.75
_SCHOOL = bare("trường")
_AND = bare("và")
_JOINING = tuple(",-–&+/")
_NUMBER = fold("số")
_NOT_WORD = re.compile(r"\W+|_")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7"}
_ROMAN |= {"viii": "8", "ix": "9", "x": "10"}
# "lý" and "lí", "quý" and "quí" are one syllable: a y that is the only vowel.
_ONLY_Y = re.compile(r"^(h|k|l|m|qu|s|t|v)y(?=[\u0300-\u0323]*$)")


class NameKey(NamedTuple):
    """A name without its writing: the kind of school ("" where it is not told), the school's own
    name, and the number in it."""

    kind: str
    own: str
    number: str


def level_in_name(name: object, rules: Rules) -> str:
    """The education level a name begins with, the word "Trường" before it or not; "" for none."""
    return kind_words(str(name or "").split(), rules)[0]


def name_key(name: str, education_level: str, rules: Rules) -> NameKey:
    """What two writings of one name share: "Trường Tiểu học Số II An Hoà", "TH An Hòa 2". Kind
    words, abbreviations, numerals, the place of a tone mark and punctuation do not matter; a number
    does. Where the name does not tell the kind, the education level does."""
    words = _spaced(tidy(name)).split()
    level, end = kind_words(words[:-1], rules)
    first = 1 if words and bare(words[0]) == _SCHOOL else 0
    kinds = rules.spellings["name_kind"]
    kind = kinds.get(bare(" ".join(words[first:end])), level) or education_level
    own = [fold(w) for word in words[end:] or words for w in _NOT_WORD.split(word) if w]
    own, owner = _ownership(own, rules)
    owner = owner or _ownership([*map(fold, words[first:end])], rules)[1]
    told, number = _numbered(own, rules)
    return NameKey(f"{kind} {owner}".strip(), " ".join(told), number)


def alike(one: NameKey, other: NameKey) -> bool:
    """May two names be one, so that a person should look? The number must be the same; the letters
    nearly so, or one has all words of the other."""
    if one.number != other.number or not (one.own and other.own):
        return False
    words = {*one.own.split()}, {*other.own.split()}
    part_of = words[0] <= words[1] or words[1] <= words[0]
    return part_of or SequenceMatcher(None, one.own, other.own).ratio() >= _LEAST_ALIKE


def _spaced(name: str) -> str:
    """Brackets and the like, and a dot behind an abbreviation, stand apart from the words; what
    holds kinds together stays."""
    return re.sub(r"[()\[\],;:\"“”'’]|(?<=\w\w)\.(?=\w)", " ", name)


def _ownership(words: list[str], rules: Rules) -> tuple[list[str], str]:
    """The words without those for the ownership they begin with, and the ownership."""
    known = rules.spellings["ownership"]
    for end in (2, 1):
        code = known.get(bare(" ".join(words[:end])), "")
        if code and len(words) > end:
            return words[end:], "" if code == "CL" else code
    return words, ""


def _numbered(words: list[str], rules: Rules) -> tuple[list[str], str]:
    """The words of a name without its number, and the number: "số 2 an hòa" and "an hòa ii"."""
    told: list[str] = []
    number = ""
    spelled = rules.spellings["number_word"]
    after_number_word = False
    for at, word in enumerate(words):
        digits = word.lstrip("0") if word.isdecimal() else ""
        if not digits and (after_number_word or at in (0, len(words) - 1)):
            digits = _ROMAN.get(word, "")
        if not digits and after_number_word:
            digits = spelled.get(bare(word), "")
        after_number_word = word == _NUMBER and at + 1 < len(words)
        if digits and not number:
            if told and told[-1] == _NUMBER:
                told.pop()
            number = digits
        else:
            told.append(_ONLY_Y.sub(r"\1i", word))
    return told or [_NUMBER], number  # "Số 1" has no other name


def kind_words(words: Sequence[str], rules: Rules) -> tuple[str, int]:
    """The education level that the first words tell, and how many words that takes: the longest
    known ones win. Levels that are listed ("TH, THCS và THPT") are one."""
    first = 1 if words and bare(words[0]) == _SCHOOL else 0
    at = first
    while (further := _longest(words, at, "before_level", rules)[1]) > at:
        at = further
    level, end = _longest(words, at, "education_level", rules)
    if not level:
        return "", first
    while end < len(words):
        joining = bare(words[end]) == _AND
        if not joining and not words[end - 1].endswith(_JOINING):
            break
        more, further = _longest(words, end + joining, "education_level", rules)
        both = _together(level, more, rules)
        if not both:
            break
        level, end = both, further
    return level, end


def _longest(words: Sequence[str], at: int, table: str, rules: Rules) -> tuple[str, int]:
    """What the longest words of a table from a place on mean, and where they end."""
    known, starts = rules.spellings[table], rules.level_starts[table]
    key, found, end = "", "", at
    for place in range(at, len(words)):
        key += bare(words[place])
        if key not in starts:
            break
        if key in known:
            found, end = known[key], place + 1
    return found, end


def _together(level: str, more: str, rules: Rules) -> str:
    """Two levels as the one of schools that have both; "" where there is no such level."""
    parts = {*level.split("&"), *more.split("&")} if more else set()
    return next((code for code in rules.education_levels if {*code.split("&")} == parts), "")
