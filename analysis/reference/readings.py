"""What a text may say under other encodings than the one it was read in.

"Tr\u00adêng" is nothing in Unicode, "Trường" in TCVN3; "Tiá»ƒu" is "Tiểu" when its characters are
taken for the bytes of UTF-8. A reading counts only when it makes sense of every word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from analysis.reference.damage import (
    LEGACY_WORD,
    ONLY_VISCII,
    is_damaged,
    is_word,
    undo_entities,
    undo_lost,
    undo_utf8,
)
from analysis.reference.legacy_fonts import BYTES_OF_1252, legacy_fonts, mend_capitals
from analysis.reference.syllables import is_syllable

_PLAIN = re.compile("[A-Za-z]*")
_ABBREVIATION = re.compile("[A-ZĐ]{1,8}")
_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]+")
_TO_BYTES = {code: chr(byte) for code, byte in BYTES_OF_1252.items()}


class Reading(NamedTuple):
    """A text under a rule, and the words that speak for it: none before, possible ones after."""

    text: str
    words: frozenset[str]


@lru_cache(maxsize=65536)
def readings(text: str) -> Mapping[str, Reading]:
    """What the text says under each rule that can read the whole of it."""
    found = {
        "mojibake": _whole(text, undo_utf8(text)) or _whole(text, undo_lost(text)),
        "entities": _whole(text, undo_entities(text)),
    }
    found |= {key: _in_font(text, key) for key in legacy_fonts()}
    return {rule: reading for rule, reading in found.items() if reading}


def _whole(text: str, found: str | None) -> Reading | None:
    if found is None or is_damaged(found):
        return None
    if not all(w.isascii() or is_syllable(w) or _LATIN.fullmatch(w) for w in _words(found)):
        return None
    doubtful = (w.casefold() for w in _words(text) if not (_is_plain(w) or _is_proper(w)))
    return Reading(found, frozenset(doubtful) or _entities(text, found))


def _entities(text: str, found: str) -> frozenset[str]:
    return frozenset({text} if text.isascii() and text != found else ())


def _in_font(text: str, key: str) -> Reading | None:
    """A text in an old font: each word a possible one, or an abbreviation such as "Q§" for "QĐ"."""
    shown = text.translate(_TO_BYTES) if key == "viscii" else text
    words = [w for w in _words(shown) if not _is_plain(w)]
    read = {w: legacy_fonts()[key].read(w) for w in words}
    sensible = [w for w, r in read.items() if r and _is_sensible(r)]
    read = {w: read[w] for w in sensible}
    # A lone sign may be a letter of the font ("¤" is Ô); what the font lacks (°) stays a sign.
    if all(map(_is_symbol, sensible)) or not all(w in read or _is_symbol(w) for w in words):
        return None
    found = LEGACY_WORD.sub(lambda m: read.get(m[0]) or m[0], shown)
    if key == "tcvn3":
        found = mend_capitals(found)
    signs = {w.casefold() for w in sensible if _speaks(w, str(read[w]), key)}
    return Reading(found, frozenset(signs))


def _speaks(word: str, found: str, key: str) -> bool:
    own = key != "viscii" or bool(ONLY_VISCII.search(word))
    return own and len(found) > 1 and is_syllable(found) and not _is_proper(word)


def _words(text: str) -> list[str]:
    return list(LEGACY_WORD.findall(text))


def _is_plain(word: str) -> bool:
    return bool(_PLAIN.fullmatch(word))


def _is_symbol(word: str) -> bool:
    """A sign that stands alone, such as ° or ½."""
    return not any(map(str.isalpha, word)) and len(word) == 1


def _is_sensible(word: str) -> bool:
    return is_syllable(word) or bool(_ABBREVIATION.fullmatch(word))


def _is_proper(word: str) -> bool:
    return is_word(word) or bool(_ABBREVIATION.fullmatch(word)) or _is_symbol(word)


@lru_cache(maxsize=65536)
def is_unicode(text: str) -> bool:
    """Every word is a Vietnamese one as it stands, and one of them has a mark that tells."""
    words = [w for w in _words(text) if not _is_plain(w)]
    return all(map(_is_proper, words)) and any(map(is_word, words))


def read_share(text: str, key: str) -> float:
    """How many of the distinct words with marks make sense in an old font (0-1)."""
    words = _marked(text)
    read = (legacy_fonts()[key].read(w) for w in words)
    return sum(bool(r and _is_sensible(r)) for r in read) / len(words) if words else 0.0


def unicode_share(text: str) -> float:
    """How many of the distinct words with marks make sense as they stand (0-1)."""
    words = _marked(text)
    return sum(map(_is_proper, words)) / len(words) if words else 0.0


def _marked(text: str) -> set[str]:
    return {w for w in _words(text) if not (_is_plain(w) or _is_symbol(w))}
