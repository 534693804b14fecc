"""What a stretch of XML must be like to be read without a parser."""

from __future__ import annotations

import re
from xml.parsers import expat

_ENCODING = re.compile(rb"""<\?xml[^<>]*\sencoding\s*=\s*["']([^"']*)""")
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n\r")
# The end of a character data section, comments, instructions, and what no XML may hold.
_NOT_IN_TEXT = ("]]>", "<!", "<?", "\ufffe", "\uffff")
_SIGNS = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_REFERENCE = re.compile("&(?!(?:lt|gt|quot|apos|amp);)")


class NotPlain(Exception):
    """The careful reader must look."""


def check_encoding(head: bytes) -> None:
    """Raise NotPlain where a part that begins like this says that it is not in UTF-8."""
    said = _ENCODING.search(head)
    if said and said[1].lower() != b"utf-8":
        raise NotPlain


def check_signs(content: bytes, text: str | None = None) -> None:
    """Raise NotPlain where there is more than elements and text; `text` is the content decoded."""
    if len(content.translate(None, _CONTROL)) != len(content):
        raise NotPlain
    text = content.decode() if text is None else text
    if any(signs in text for signs in _NOT_IN_TEXT):
        raise NotPlain


def without_prefix(content: bytes, prefix: bytes) -> bytes:
    """The same elements with plain names; raises NotPlain unless each has this prefix ("x:")."""
    opened, closed = b"<" + prefix, b"</" + prefix
    if content.count(opened) + content.count(closed) != content.count(b"<"):
        raise NotPlain
    return content.replace(opened, b"<").replace(closed, b"</")


def as_read(text: str) -> str:
    """Text as a parser gives it: `&amp;` is "&", every line ends with one sign.

    Raises NotPlain for elements, ExpatError for a reference that no XML may hold.
    """
    if "<" in text:
        raise NotPlain
    if _REFERENCE.search(text):
        return _parsed(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        for reference, sign in _SIGNS.items():  # "&amp;" comes last: "&amp;lt;" is "&lt;"
            text = text.replace(reference, sign)
    return text


def _parsed(text: str) -> str:
    pieces: list[str] = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = pieces.append
    parser.Parse(f"<t>{text}</t>".encode(), True)
    return "".join(pieces)
