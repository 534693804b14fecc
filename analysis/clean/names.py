"""What a school's name says of its kind, and what is left of it as its own name."""

from __future__ import annotations

from analysis.reference import Rules, bare, fold

_SCHOOL = bare("trường")
_LONGEST = 11  # words: "Tiểu học, trung học cơ sở và trung học phổ thông"


def level_in_name(name: object, rules: Rules) -> str:
    """The education level a name begins with, the word "Trường" before it or not; "" for none."""
    return _kind_of(str(name or "").split(), rules)[0]


def name_key(name: str, rules: Rules) -> str:
    """A school's own name, folded, without the words for its kind: "Trường TH Số 1 Đồng Lúa" and
    "Tiểu học số 1 Đồng Lúa" give "số 1 đồng lúa"."""
    words = name.split()
    _, end = _kind_of(words[:-1], rules)
    own = words[end:] or words
    return fold(" ".join(own))


def _kind_of(words: list[str], rules: Rules) -> tuple[str, int]:
    """The education level that the first words tell, and how many words that takes: the longest
    known ones win."""
    known = rules.spellings["education_level"]
    first = 1 if words and bare(words[0]) == _SCHOOL else 0
    for end in range(min(len(words), first + _LONGEST), first, -1):
        key = bare(" ".join(words[first:end]))
        if len(key) > 1 and key in known:
            return known[key], end
    return "", first
