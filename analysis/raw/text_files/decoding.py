"""The text of a file from its bytes: UTF-8, UTF-16, and the pages of older Vietnamese programs.

A page of one byte a letter is told by its words: the right one makes Vietnamese of nearly all.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from analysis.raw.letters.readings import read_share, unicode_share
from analysis.reference import InputError
from analysis.reference.damage import is_damaged
from analysis.reference.legacy_fonts import BYTES_OF_1252, legacy_fonts

_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_TO_1252 = {byte: chr(code) for code, byte in BYTES_OF_1252.items()}
_SAMPLE = 4000
# So much of the marked words must make sense; a name from abroad may stand among them.
_NEARLY_ALL = 0.8
# A damaged byte here and there in UTF-8: at least so many letters for each.
_LETTERS_A_FAULT = 20


@dataclass(frozen=True)
class Decoded:
    """A text; the encoding to tell of where it had to be found out; places with damaged bytes."""

    text: str
    encoding: str = ""
    damaged: int = 0


def decode_text(content: bytes, file: str) -> Decoded:
    """The text of a file. Raises InputError where no encoding makes sense of it."""
    marked = next((e for mark, e in _MARKS.items() if content.startswith(mark)), "")
    try:
        if marked and marked != "utf-8-sig":
            return Decoded(content.decode(marked))
        if not marked and (wide := _wide(content)):
            return Decoded(content.decode(wide), wide.upper())
    except UnicodeDecodeError as error:
        raise InputError("file_damaged", file=file) from error
    found = _utf8(content, bool(marked)) or _one_byte(content)
    if found is None:
        raise InputError("text_encoding_unknown", file=file)
    return found


def _wide(content: bytes) -> str:
    """UTF-16 without its mark: nearly every second byte of what is plain in it is zero."""
    even, odd = content[0:_SAMPLE:2].count(0), content[1:_SAMPLE:2].count(0)
    most = min(len(content), _SAMPLE) // 8
    return "utf-16-le" if odd > most > 4 * even else "utf-16-be" if even > most > 4 * odd else ""


def _utf8(content: bytes, marked: bool) -> Decoded | None:
    """UTF-8, even where single bytes of it are damaged: U+FFFD stands in their place."""
    try:
        return Decoded(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        text = content.decode("utf-8-sig", errors="replace")
    faults = text.count("\ufffd") - content.count("\ufffd".encode())
    letters = sum(not c.isascii() for c in text) - faults
    return Decoded(text, "", faults) if marked or letters >= _LETTERS_A_FAULT * faults else None


def _one_byte(content: bytes) -> Decoded | None:
    """The page whose words make sense. Old fonts stay byte for character: columns decide later."""
    plain = content.decode("latin-1")
    shares = {key: read_share(plain, key) for key in legacy_fonts()}
    font = max(shares, key=lambda key: shares[key])
    composed = _windows_1258(content)
    share = unicode_share(composed)
    if share >= _NEARLY_ALL and share > shares[font]:
        return Decoded(composed, "Windows-1258")
    if shares[font] >= _NEARLY_ALL and shares[font] > share:
        return Decoded(plain, legacy_fonts()[font].name)
    western = plain.translate(_TO_1252)
    lost = any(is_damaged(word.replace("?", "")) for word in set(western.split()))
    return None if lost else Decoded(western, "Windows-1252")


def _windows_1258(content: bytes) -> str:
    """Base letters with their marks behind them, put together; "" where bytes have no meaning."""
    try:
        return unicodedata.normalize("NFC", content.decode("cp1258"))
    except UnicodeDecodeError:
        return ""
