"""Boxes of a slide: whose they are by their name, what they say, and how to say something else."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any, NamedTuple

from analysis.export.safe_text import printable

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_OURS = re.compile(r"acc:([a-z0-9][a-z0-9_.-]*)(?::([a-z]+))?")


class Named(NamedTuple):
    """Which box of which message."""

    message: str
    part: str


def name_of(message: str, part: str = "body") -> str:
    """The name of a box: "acc:phan-bo-cap-do", "acc:phan-bo-cap-do:title"."""
    return f"acc:{message}" if part == "body" else f"acc:{message}:{part}"


def read_name(name: str) -> Named | None:
    """Whose box it is, or None where it is not ours."""
    found = _OURS.fullmatch(name)
    return Named(found[1], found[2] or "body") if found else None


def text_of(body: Any) -> str:
    """The paragraphs of a text body, one a line."""
    return "\n".join(
        "".join(t.text or "" for t in paragraph.iter(f"{A}t")) for paragraph in body.iter(f"{A}p")
    )


def write_text(body: Any, text: str, tag: str, size: int | None = None) -> None:
    """Say something else in a box; the look of its first paragraph and first run stays.

    `tag` is the language, `size` that of the letters in points where it is not the layout's.
    """
    paragraphs = body.findall(f"{A}p")
    first = paragraphs[0] if paragraphs else body.makeelement(f"{A}p", {})
    look, letters = first.find(f"{A}pPr"), first.find(f".//{A}rPr")
    settings = dict(letters.attrib) if letters is not None else {}
    children = list(letters) if letters is not None else []
    settings |= {"lang": tag} | ({"sz": str(100 * size)} if size else {})
    for paragraph in paragraphs:
        body.remove(paragraph)
    for line in printable(text).split("\n"):
        _add_line(body, line, look, settings, children)


def _add_line(body: Any, line: str, look: Any, settings: dict[str, str], children: Any) -> None:
    paragraph = body.makeelement(f"{A}p", {})
    if look is not None:
        paragraph.append(deepcopy(look))
    run = paragraph.makeelement(f"{A}r", {})
    letters = run.makeelement(f"{A}rPr", settings)
    letters.extend(deepcopy(child) for child in children)
    words = run.makeelement(f"{A}t", {})
    words.text = line
    run.extend([letters, words])
    paragraph.append(run)
    body.append(paragraph)
