"""What a comment says, in short and without who wrote it: names of people are not kept.

Used by every reader, in the child process too, so it needs nothing but the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 120
# What newer programs tell older ones before the first comment of a thread.
_FOR_OLD = re.compile(
    r"\[[^\]\n]*\]\s.*?\n[ \t]*(?:Comment|Bình luận|Nhận xét|Chú thích):\s*", re.DOTALL
)
_WRITER = re.compile(r"[^\n:]{1,60}:[ \t]*\r?\n")
# Google Sheets puts the writer behind, in a line of its own.
_SIGNED = re.compile(r"\n\t-[^\n]*")
_MENTION = re.compile(r"@[^\s@]+(?:\s+(?=[A-ZĐÀ-Ỹ])\S+){0,4}")


def said(texts: Iterable[str]) -> str:
    """One text of the comments on a cell, oldest first, shortened; "" where they say nothing."""
    return shortened(" / ".join(filter(None, map(_without_writer, texts))))


def shortened(text: str) -> str:
    """A text in one line, of no more than a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _without_writer(text: str) -> str:
    """A comment begins with its writer's name in a line of its own, as programs put it there."""
    text = text[: 20 * _LONGEST].strip()
    if text.startswith("[") and (copied := _FOR_OLD.match(text)):
        text = text[copied.end() :]
    if (writer := _WRITER.match(text)) and text[writer.end() :].strip():
        text = text[writer.end() :]
    return _MENTION.sub("", _SIGNED.sub("", text)).strip()
