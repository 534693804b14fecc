"""Vietnamese text in the fonts used before Unicode (TCVN3, VNI, VISCII): reading it, writing it.

A byte of such a text stands in a cell as the character of that number: "Tr\\u00adêng" is TCVN3 for
"Trường", "Tröôøng" is VNI.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# Where a program took the bytes 80-9F for Windows-1252, they stand as these characters.
BYTES_OF_1252: dict[int, int] = {
    ord(bytes([b]).decode("cp1252")): b
    for b in range(0x80, 0xA0)
    if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class LegacyFont:
    """One encoding: `letters` gives what stands for each Vietnamese letter."""

    key: str
    name: str
    letters: Mapping[str, str]
    _reads: Mapping[str, str]
    _pattern: re.Pattern[str]

    def write(self, text: str) -> str:
        """A text in this encoding, byte for character."""
        return "".join(self.letters.get(c, c) for c in text)

    def read(self, text: str) -> str | None:
        """The text in Unicode, or None where a character has no meaning in this encoding."""
        found = self._pattern.sub(lambda m: self._reads.get(m[0], "\ufffd"), text)
        return None if "\ufffd" in found else found


@cache
def legacy_fonts() -> dict[str, LegacyFont]:
    """The encodings by key, from legacy_fonts.toml."""
    path = Path(__file__).with_suffix(".toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        key: _font(key, name, {c: codes[i] for c, codes in table["letters"].items()}, table)
        for i, (key, name) in enumerate(table["names"].items())
    }


@cache
def proofs() -> frozenset[str]:
    """Words of nearly every list of schools, whose letters have other bytes in each encoding."""
    path = Path(__file__).with_suffix(".toml")
    words: str = tomllib.loads(path.read_text(encoding="utf-8"))["proofs"]["words"]
    return frozenset(words.split())


def _font(key: str, name: str, codes: Mapping[str, str], table: Mapping[str, Any]) -> LegacyFont:
    letters = {c: bytes.fromhex(code).decode("latin-1") for c, code in codes.items()}
    reads = {code: c for c, code in letters.items()}
    if key in table["either_case"]["of_marks"]:
        doubled = {code: c for code, c in reads.items() if len(code) == 2}
        reads = {code[0] + code[1].swapcase(): c for code, c in doubled.items()} | reads
    known = "|".join(re.escape(code) for code in sorted(reads, key=len, reverse=True))
    return LegacyFont(key, name, letters, reads, re.compile(f"{known}|[^\\x00-\\x7f]"))


def mend_capitals(text: str) -> str:
    """Text of a font of capitals, where letters with marks came out small: "TRƯờNG" is "TRƯỜNG".

    A word is mended where a capital follows a small letter with a mark; the whole text where no
    plain letter of it is small.
    """
    if not any(map(_is_broken, _WORD.findall(text))):
        return text
    if not re.search("[a-z]", text):
        return text.upper()
    return _WORD.sub(lambda m: m[0].upper() if _is_broken(m[0]) else m[0], text)


def _is_broken(word: str) -> bool:
    turns = any(a.islower() and b.isupper() for a, b in itertools.pairwise(word))
    return turns and not re.search("[a-z]", word)
