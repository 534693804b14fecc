"""Vietnamese text: one shape for what is shown, and keys that tell when two writings are the same.

What is shown keeps its letters (NFC, single spaces). Keys are for comparing only.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

# Grave, acute, hook above, tilde, dot below: the five tones, which may stand on either vowel of
# "oa", "oe", "uy" (hòa, hoà). The marks of â, ă, ơ, ê, ư are part of the letter and are kept.
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0309\u0303\u0323"))
_RANGES = range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2070)
_INVISIBLE = dict.fromkeys([*chain(*_RANGES), 0x00AD, 0x034F, 0x061C, 0xFEFF])
_SPACES = re.compile(r"\s+")
_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d]")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u04ff\u00d0\u00f0\u0189]")
# All that makes a text untidy but its Unicode form: other letters, invisible ones, odd spaces.
_UNTIDY = re.compile(rf"{_FOREIGN.pattern}|[{''.join(map(chr, _INVISIBLE))}]|[^\S ]|^ | $|  ")
_LATIN = re.compile("[A-Za-z\u00c0-\u00cf\u0102-\u0111\u1ea0-\u1ef9]")
_NOT_WORD = re.compile(r"[^\w\0?]+|_+")
_SIGN = re.compile(r"(?<!\S)-(?=\d)")

# Vietnamese order: base letters first; the tones (none, grave, hook, tilde, acute, dot) break ties.
_ALPHABET = {c: 0x10000 + i for i, c in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONE_ORDER = "\u0300\u0309\u0303\u0301\u0323"


def sentence(words: str) -> str:
    """Words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def tidy(text: str) -> str:
    """The text as it is shown: NFC, no invisible characters, single spaces, none around it, and no
    letters of other alphabets among ours."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text.strip()
    if not _UNTIDY.search(text):
        return unicodedata.normalize("NFC", text)
    if _FOREIGN.search(text) and _LATIN.search(text):
        text = text.translate(_lookalikes())
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_INVISIBLE)).strip()


@cache
def _lookalikes() -> dict[int, str]:
    tables = tomllib.loads(Path(__file__).with_name("lookalikes.toml").read_text(encoding="utf-8"))
    return {ord(letter): ours for table in tables.values() for letter, ours in table.items()}


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A key under which case, dashes, spaces and the place of a tone mark do not matter."""
    words = _DASHES.sub("-", tidy(text).casefold()).split(" ")
    return " ".join(map(_tone_last, words))


def fold_tidy(texts: Sequence[str]) -> list[str]:
    """The same keys for many texts that are tidy already."""
    if not texts:
        return []
    lines = _DASHES.sub("-", "\n".join(texts).casefold())
    return [" ".join(map(_tone_last, line.split(" "))) for line in lines.split("\n")]


@lru_cache(maxsize=65536)
def _tone_last(word: str) -> str:
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word)
    bare = letters.translate(_TONES)
    tones = "".join(c for c in letters if ord(c) in _TONES)
    return unicodedata.normalize("NFC", bare) + tones


def slug(text: str) -> str:
    """A text as part of a file name, at most sixty plain letters and digits: "Phường Hương Trà" is
    "phuong-huong-tra"."""
    return re.sub(r"[^a-z0-9]+", "-", spaced(text))[:60].strip("-")


def spaced(text: str) -> str:
    """The words of a text without any mark, case and punctuation, one space between them: "Nhóm
    trẻ - Lớp MG" is "nhom tre lop mg". For closed lists of words only, as `bare`."""
    return " ".join(filter(None, map(bare, _NOT_WORD.sub(" ", tidy(text)).split())))


@lru_cache(maxsize=65536)
def bare(text: str) -> str:
    """Only the letters and digits, without any mark: "Tiểu học" and "tieu-hoc" give "tieuhoc".

    Meanings are lost here ("tổ", "tờ", "to"), so it is a key for closed lists of words only. The
    sign of a number is kept ("-1" is not "1"), and so are fractions and raised digits.
    """
    text = _DASHES.sub("-", tidy(text).casefold())
    if "-" in text:
        text = _SIGN.sub("\0", text)
    return _NOT_WORD.sub("", "".join(map(_bare_letters, text))).replace("\0", "-")


@cache
def _bare_letters(letter: str) -> str:
    """What is left of a letter without its marks; "½" and "²" stay what they are."""
    if unicodedata.category(letter) == "No":
        return letter
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(c for c in parts if not unicodedata.combining(c)).replace("đ", "d")


def vietnamese_key(text: str) -> tuple[object, ...]:
    """A key for the order of a Vietnamese dictionary: D, Đ, E; and "Số 2" before "Số 10"."""
    letters = unicodedata.normalize("NFD", text.casefold())
    tones = tuple(_TONE_ORDER.index(c) for c in letters if c in _TONE_ORDER)
    plain = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONE_ORDER))
    return tuple(map(_place, re.findall(r"\d+|\D", plain))), tones, text


@lru_cache(maxsize=4096)
def _place(part: str) -> tuple[int, int]:
    """A number counts as one character that is sorted by its size."""
    return (ord("0"), int(part)) if part.isdecimal() else (_ALPHABET.get(part, ord(part)), 0)
