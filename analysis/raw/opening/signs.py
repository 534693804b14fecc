"""Files told by their first bytes: what is no workbook, and in which words to say so."""

from __future__ import annotations

import codecs
import re

_BYTES = (
    (b"%PDF", "file_is_pdf"),
    (b"\x89PNG", "file_is_picture"),
    (b"\xff\xd8\xff", "file_is_picture"),
    (b"GIF8", "file_is_picture"),
    (b"II*\0", "file_is_picture"),
    (b"MM\0*", "file_is_picture"),
    (b"Rar!\x1a\x07", "file_is_archive"),
    (b"7z\xbc\xaf\x27\x1c", "file_is_archive"),
    (b"\x1f\x8b\x08", "file_is_archive"),
    (b"BZh", "file_is_archive"),
    (b"\xfd7zXZ\0", "file_is_archive"),
    (b"\x28\xb5\x2f\xfd", "file_is_archive"),
    (b"SQLite format 3\0", "file_is_database"),
    (b"\0\x01\0\0Standard ", "file_is_database"),
    (b"{\\rtf", "file_is_word"),
    # The first record of a workbook of Excel 2, 3, 4, and of 5 without its container.
    (b"\x09\0\x04\0", "file_too_old"),
    (b"\x09\x02\x06\0", "file_too_old"),
    (b"\x09\x04\x06\0", "file_too_old"),
    (b"\x09\x08\x08\0", "file_too_old"),
    (b"\x09\x08\x10\0", "file_too_old"),
)
_MARK_UP = re.compile(
    r"<(\?xml|!doctype|!--|/?(html|head|meta|title|style|script|link|body|div|center|span|font|form|p|b|i"
    r"|br|h[1-6]|table|caption|colgroup|thead|tbody|tr|td)[\s>/])"
)
_TABLE = re.compile(r"<(table|tr|td)[\s>]")
_MAIL = ("mime-version:", "from: <saved by")


def foreign(head: bytes) -> str:
    """The message for a file that starts like this; "html" or "xml2003" for what is read all the
    same; "" where it may be text."""
    for sign, key in _BYTES:
        if head.startswith(sign):
            return key
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "file_is_picture"
    start = _letters(head).lstrip("\ufeff \t\r\n").casefold()
    if start.startswith("%pdf"):
        return "file_is_pdf"
    if start.startswith(_MAIL):
        return "file_is_mail"
    if not _MARK_UP.match(start):
        return "file_is_flat_ods" if start.startswith("<office:document") else ""
    if "urn:oasis:names:tc:opendocument:xmlns:office" in start:
        return "file_is_flat_ods"
    book = "<workbook" in start or ":workbook" in start
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and book:
        return "xml2003"
    return "html"


def holds_table(head: bytes) -> bool:
    """Is there a table of a web page in it, behind words of some kind?"""
    return bool(_TABLE.search(_letters(head).casefold()))


def _letters(head: bytes) -> str:
    """The head as text, as far as it matters here: pages are written in either width."""
    if head.startswith(codecs.BOM_UTF16_LE) or head[1:2] == b"\0":
        return head.decode("utf-16-le", "replace")
    if head.startswith(codecs.BOM_UTF16_BE) or head[:1] == b"\0":
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8", "replace")
