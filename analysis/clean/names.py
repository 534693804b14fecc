"""What a school's name says of its education level, and what is left of it as its own name."""

from __future__ import annotations

from analysis.reference import Rules, bare, fold

_SCHOOL = bare("trường")
_AND = bare("và")
_JOINING = tuple(",-–&+/")


def level_in_name(name: object, rules: Rules) -> str:
    """The education level a name begins with, the word "Trường" before it or not; "" for none."""
    return kind_words(str(name or "").split(), rules)[0]


def name_key(name: str, rules: Rules) -> str:
    """A school's own name, folded, without the words for its kind: "Trường TH Số 1 Đồng Lúa" and
    "Tiểu học số 1 Đồng Lúa" give "số 1 đồng lúa"."""
    words = name.split()
    _, end = kind_words(words[:-1], rules)
    own = words[end:] or words
    return fold(" ".join(own))


def kind_words(words: list[str], rules: Rules) -> tuple[str, int]:
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


def _longest(words: list[str], at: int, table: str, rules: Rules) -> tuple[str, int]:
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
