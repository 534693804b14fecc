"""Is a word a possible Vietnamese syllable? Onset, rhyme and tone decide, by syllables.toml."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

TONES = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0309": "hook",
    "\u0303": "tilde",
    "\u0323": "dot_below",
}
_MARKED = frozenset("ăâêôơư")
_VOWELS = frozenset("aăâeêioôơuưy")
# In these two letters the tone may stand on either: hòa, hoà.
_EITHER = ("oa", "oe", "uy")


@dataclass(frozen=True)
class _Spelling:
    onsets: tuple[str, ...]
    rhymes: frozenset[str]
    after: dict[str, frozenset[str]]
    soft: frozenset[str]
    hard: frozenset[str]
    front: str
    stops: tuple[str, ...]
    stop_tones: frozenset[str]
    borrowed: frozenset[str]


@cache
def _spelling() -> _Spelling:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    rhymes = frozenset(table["rhymes"].split())
    return _Spelling(
        onsets=tuple(sorted(table["onsets"], key=len, reverse=True)),
        rhymes=rhymes,
        after={o: rhymes | frozenset(table[f"rhymes_after_{o}"].split()) for o in ("qu", "gi")},
        soft=frozenset(table["before_e_i_y"]),
        hard=frozenset(table["not_before_e_i_y"]),
        front=table["letters_e_i_y"],
        stops=tuple(table["stops"]),
        stop_tones=frozenset(table["tones_with_stops"]),
        borrowed=frozenset(table["borrowed"].split()),
    )


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Could the word be Vietnamese: a syllable as the spelling allows it, or a borrowed part of a
    place name? Case does not matter, the place of the tone mark does ("trường", not "truờng")."""
    spelling = _spelling()
    word = unicodedata.normalize("NFC", word).casefold()
    if word in spelling.borrowed:
        return True
    tone, place, letters = _without_tone(word)
    if place < -1:
        return False
    return any(
        _fits(onset, letters[len(onset) :], tone, place - len(onset), spelling)
        for onset in ("", *spelling.onsets)
        if letters.startswith(onset)
    )


def _without_tone(word: str) -> tuple[str, int, str]:
    """The tone, the index of its letter (-1: no tone; -2: no single tone) and the bare word."""
    tone, place, letters = "", -1, ""
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        marks = [c for c in parts if c in TONES]
        if len(marks) > 1 or (marks and tone):
            return "", -2, word
        if marks:
            tone, place = TONES[marks[0]], len(letters)
            parts = parts.replace(marks[0], "")
        letters += unicodedata.normalize("NFC", parts)
    return tone, place, letters


def _fits(onset: str, rhyme: str, tone: str, place: int, spelling: _Spelling) -> bool:
    if rhyme not in spelling.after.get(onset, spelling.rhymes):
        return False
    # "gì", "gìn": the onset gi has lent its i to the rhyme.
    is_gi = onset == "g" and rhyme[0] == "i"
    if onset in (spelling.hard if rhyme[0] in spelling.front else spelling.soft) and not is_gi:
        return False
    if rhyme.endswith(spelling.stops) and tone not in spelling.stop_tones:
        return False
    return not tone or place in _places(rhyme)


@cache
def _places(rhyme: str) -> frozenset[int]:
    """The letters of a rhyme that may carry the tone mark."""
    vowels = [i for i, c in enumerate(rhyme) if c in _VOWELS]
    marked = [i for i in vowels if rhyme[i] in _MARKED]
    if marked:
        return frozenset(marked[-1:])
    if rhyme in _EITHER:
        return frozenset(vowels)
    if len(vowels) == 3:
        return frozenset(vowels[1:2])
    ends_open = len(vowels) == len(rhyme)
    return frozenset(vowels[:1] if ends_open else vowels[-1:])
