"""The shared texts of a large workbook, all at once.

Most are nothing but `<si><t>text</t></si>`, so that cutting at what stands between two texts gives
them. A piece that holds more (runs with their own font, spoken forms) is left to the careful
reader. Gives the same texts as the careful reader, or None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.parsers import expat

from analysis.raw.open_xml.parts import DocumentTypeFound, walk
from analysis.raw.open_xml.plain_xml import (
    NotPlain,
    as_read,
    check_encoding,
    check_signs,
    without_prefix,
)
from analysis.raw.open_xml.strings import StringReader, unescape
from analysis.reference import InputError

_LARGEST = 64 * 2**20
_MANY = 2000
_OPEN, _BETWEEN, _CLOSE = b"<si><t>", b"</t></si><si><t>", b"</t></si>"
_SPACES_KEPT = b'<t xml:space="preserve">'  # the careful reader keeps spaces whatever is said
_MARKS = ("<", "&", "_x", "\r")
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^<>]*\?>)?\s*<(\w+:)?sst(?:\s[^<>]*)?>(?=<)")


def read_fast_strings(chunks: Iterable[bytes]) -> list[str] | None:
    """The shared texts of a part, or None where the careful reader must look."""
    try:
        return _texts(*_pieces(_whole(chunks)))[1:-1]
    except (NotPlain, InputError, DocumentTypeFound, UnicodeError, expat.ExpatError):
        return None


def _whole(chunks: Iterable[bytes]) -> bytes:
    kept: list[bytes] = []
    size = 0
    for chunk in chunks:
        kept.append(chunk)
        size += len(chunk)
        if size > _LARGEST:
            raise NotPlain
    return b"".join(kept)


def _pieces(content: bytes) -> tuple[list[str], str]:
    """The texts, cut apart, and all in one; the first and the last piece hold no text."""
    said = _HEAD.match(content)
    end = content.rfind(b">", 0, content.rstrip().rfind(b"<")) + 1
    if not said or said.end() > end:
        raise NotPlain
    head, body, tail = content[: said.end()], content[said.end() : end], content[end:]
    check_encoding(head)
    walk([head, tail], lambda tag, a: None, lambda tag, text: None)
    body = without_prefix(body, said[1]) if said[1] else body
    body = b"".join((_CLOSE, body.replace(_SPACES_KEPT, b"<t>"), _OPEN))
    pieces = body.decode().split(_BETWEEN.decode())
    together = "\0".join(pieces)
    check_signs(body, together)
    return pieces, together


def _texts(pieces: list[str], together: str) -> list[str]:
    marks = [mark for mark in _MARKS if mark in together]
    odd = sorted({i for mark in marks for i, piece in enumerate(pieces) if mark in piece})
    if sum("<" in pieces[i] for i in odd) > _MANY:
        raise NotPlain
    texts: list[str] = []
    done = 0
    for i in odd:
        texts += pieces[done:i]
        texts += _odd_texts(pieces[i])
        done = i + 1
    return texts + pieces[done:]


def _odd_texts(piece: str) -> list[str]:
    """The texts of a piece that is not one text as it stands."""
    if "<" not in piece:
        return [unescape(as_read(piece))]
    reader = StringReader()
    document = [b"<sst>", _OPEN, piece.encode(), _CLOSE, b"</sst>"]
    walk(document, reader.start, reader.end)
    return reader.strings
