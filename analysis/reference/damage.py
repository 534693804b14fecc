"""Text that lost its encoding on the way: what can be undone for certain, what is damaged.

"Tiá»ƒu há»c" is "Tiểu học" whose bytes (UTF-8) were taken for Windows-1252.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from itertools import product

from analysis.reference.legacy_fonts import BYTES_OF_1252, LegacyFont, legacy_fonts
from analysis.reference.syllables import is_syllable

# A Vietnamese Windows takes byte C3 for Ă (page 1258), which begins "Ă¢" for â.
_BYTES = {**{b: b for b in range(256)}, **BYTES_OF_1252, ord("Ă"): 0xC3}
_TIMES = 3
# The five bytes without a character in Windows-1252. What stood for them became U+FFFD or "?", or
# was dropped: behind "á»" and "Ä" (for Đ) that can be told.
_LOST = "\x81\x8d\x8f\x90\x9d"
_LASTS = "\x80-\xbf" + "".join(map(chr, BYTES_OF_1252))
_REPLACED = re.compile(r"(?<=á»)\?|(?<=Ä)\?")
_DROPPED = re.compile(f"(?<=á»)(?![{_LASTS}\ufffd])|(?<=Ä)(?![{_LASTS}\ufffd])")
_RUN = re.compile("[A-Za-z\x80-\U0010ffff]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_ABBREVIATION = re.compile("[A-ZĐ]{1,8}")
_MOST_GAPS, _LONGEST_RUN = 3, 40
# No name, unit or word of a list is longer, and looking at each word of a text costs its time.
LONGEST_LOOKED_AT = 500
ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
# Beside letters, web codes may stand for these.
_SIGNS_FROM_ENTITIES = "&'\u00a0–“”‘’…"
# Words end at spaces, ASCII punctuation and digits, and at the punctuation of Unicode: a symbol of
# Latin-1 may be a letter of an old font, in VISCII even six of the control characters.
LEGACY_WORD = re.compile("[A-Za-z\x02\x05\x06\x14\x19\x1e\x80-\x9f\xa1-\u1fff\u2070-\uffff]+")

_ESCAPES = re.compile(
    r"&#\w+;|\\u[0-9a-fA-F]{4}|<U\+[0-9a-fA-F]{4,}>|(=[0-9A-F]{2}){2}|(%[0-9A-Fa-f]{2}){2}"
)
_SYMBOL_IN_WORD = re.compile(
    r"(?<=[^\W\d_])[¡¢£¤¥¦§¨©¬®¯±´¶¸¹¼½¾¿×÷†‡‰€™]+(?=[^\W\d_])|[§¦](?=[^\W\d_])"
    r"|(?<!\S)[¤¦¨¸¿](?!\S)"
)
_UTF8_REST = re.compile(
    "[ÃÄÅÆĂ][\x80-\x9f¡-ª¬-¯±-¶¸-º¼-¿€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ]"
    "|áº[\x80-¿ -⁯€ƒˆŒŠŽœšžŸ™]|á»[\x80-¿‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€A-Za-zá]"
    "|â€|Â[\x80-\x9f¡-¿]|ï»¿|[a-z][ÃÂÄÅÆ]"
)

_VIETNAMESE = "".join(legacy_fonts()["tcvn3"].letters)
# Anything but ASCII, Vietnamese in either form, and the punctuation and spaces of typography.
UNUSUAL = re.compile(
    f"[^\x00-\x7f{_VIETNAMESE}\u0300-\u0303\u0306\u0309\u031b\u0323\u00a0\u2000-\u206f\ufeff]"
)
# What may tell of damage without an unusual character: signs of codes, control characters, the
# pairs VNI makes of Vietnamese letters ("Taân"), a capital within a word ("PhÊn").
_SUSPECT = re.compile(
    UNUSUAL.pattern + r"|[?\\=%<&\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
    r"|[a-z][ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂ]|[aA][âàáãéèêúùõ]|[eE][âàáãùõ]|[oO][âùõ]|[uU][ùõ]"
)
# Letters, digits and signs that a tidy text is made of.
_PLAIN_WORD = re.compile(f"[0-9A-Za-z{_VIETNAMESE}.,()/'+:-]+")
# Letters of VISCII that are neither Vietnamese letters in Latin-1 nor common signs (m², °C).
ONLY_VISCII = re.compile("[\x80-\x9f¡-ª¬-¯´-¶¸¹¼¾¿ÄÅÆÇËÎÏÑÕÖØÛÜÞßäåæçëîïñö÷øûüþÿ]")


def undo_utf8(text: str) -> str | None:
    """The text whose UTF-8 bytes were taken for Windows-1252 or Latin-1, perhaps twice over.

    None where that is not what happened to the whole of it, or where bytes are lost.
    """
    found = None
    for _ in range(_TIMES):
        once = _undo_once(text if found is None else found)
        if once is None:
            return found
        found = once
    return found


def _undo_once(text: str) -> str | None:
    if text.isascii():
        return None
    try:
        return bytes(_BYTES[ord(c)] for c in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None


def undo_lost(text: str) -> str | None:
    """The same where bytes that Windows-1252 has no character for were lost: "Trưá»\ufffdng" can
    only be "Trường", for no other of the five makes a syllable. None where more than one does, or
    where none does ("Thá»\ufffd" is Thọ, Thỏ, Thờ or Thề)."""
    marked = _DROPPED.sub("\ufffd", _REPLACED.sub("\ufffd", text))
    if "\ufffd" not in marked:
        return None
    words = {run: _without_gaps(run) for run in set(_RUN.findall(marked))}
    if not all(words.values()):
        return None
    return _RUN.sub(lambda m: words[m[0]] or m[0], marked)


def _without_gaps(run: str) -> str | None:
    """A word whose lost bytes can be told, or that lost none."""
    if "\ufffd" not in run:
        return run if run.isascii() else undo_utf8(run)
    gaps = run.count("\ufffd")
    if gaps > _MOST_GAPS or len(run) > _LONGEST_RUN:
        return None
    filled = (run.replace("\ufffd", "%s") % tuple(bytes_) for bytes_ in product(_LOST, repeat=gaps))
    found = {word for text in filled if (word := _undo_once(text)) and _is_sensible(word)}
    return found.pop() if len(found) == 1 else None


def _is_sensible(text: str) -> bool:
    words = _LETTERS.findall(text)
    return all(w.isascii() or is_word(w) or _ABBREVIATION.fullmatch(w) for w in words)


def undo_entities(text: str) -> str | None:
    """The text in which letters were written as on a web page ("&#7875;"); None where none was, or
    where one stands for a sign that has a meaning there ("&lt;")."""
    meant = [html.unescape(m[0]) for m in ENTITY.finditer(text)]
    if not meant or not all(c.isalpha() or c in _SIGNS_FROM_ENTITIES for c in meant):
        return None
    return ENTITY.sub(lambda m: html.unescape(m[0]), text)


@lru_cache(maxsize=65536)
def is_damaged(text: str) -> bool:
    """Did letters of the text get lost or changed beyond certain repair? Ask of the cell as it
    stands, before it is tidied: characters that tell are invisible.

    True for "Ti?u h?c", "Tr\\ufffdng", "TrÆ°á»ng", "Tr\\u00adêng"; not for "Café Müller", "25 ± 1".
    """
    text = text[:LONGEST_LOOKED_AT]
    if not _SUSPECT.search(text):
        return False
    return bool(
        "\ufffd" in text
        or ("?" in text and any(map(str.isalpha, text)))
        or any(map(_is_no_character, text))
        or _ESCAPES.search(text)
        or _UTF8_REST.search(text)
        or _SYMBOL_IN_WORD.search(text)
        or _is_legacy(text)
    )


def _is_no_character(c: str) -> bool:
    """Control characters, private ones, halves of pairs, and numbers that stand for nothing."""
    return c not in "\t\r\n" and unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn")


@lru_cache(maxsize=65536)
def is_plain(word: str) -> bool:
    """Is the word whole and tidy as it stands? So is a text of such words with one space between
    them: damage and untidiness are within words or in the spaces."""
    return bool(_PLAIN_WORD.fullmatch(word)) and not _SUSPECT.search(word)


def is_word(word: str) -> bool:
    """A possible syllable, in small letters, capitals or with a capital at its head only."""
    return is_syllable(word) and (word[1:].islower() or word.isupper() or len(word) == 1)


def _is_legacy(text: str) -> bool:
    """Of the words that are none as they stand, one is in an old font, and its letters are those of
    half of them. "Loïc" alone could be VNI ("Lọc"); beside "Noël" it is French."""
    words = [w for w in LEGACY_WORD.findall(text) if not (w.isascii() or is_word(w))]
    return bool(words) and any(_reads_half(words, font) for font in legacy_fonts().values())


def _reads_half(words: list[str], font: LegacyFont) -> bool:
    if font.key == "viscii":
        words = [w for w in words if ONLY_VISCII.search(w)]
    read = [r for r in map(font.read, words) if r]
    return 2 * len(read) >= len(words) and any(len(r) > 1 and is_syllable(r) for r in read)
