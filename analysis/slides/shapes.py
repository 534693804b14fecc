"""Boxes of a slide: whose they are by their name, what they say, and how to say something else."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any, NamedTuple

from analysis.export.safe_text import printable

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_OURS = re.compile(r"acc:([a-z0-9][a-z0-9_.-]*)(?::([a-z]+[0-9]*))?")


class Named(NamedTuple):
    """Which box of which message."""

    message: str
    part: str

    @property
    def kind(self) -> str:
        """What it is: of several charts of a slide, "body", "body2" ..., all are "body"."""
        return self.part.rstrip("0123456789")

    @property
    def place(self) -> int:
        """Which of several charts of a slide, from 0."""
        return int(self.part[len(self.kind) :] or 1) - 1

    def beside(self, kind: str) -> Named:
        """What belongs to the same chart: its "sheet" or "alt"."""
        return Named(self.message, numbered(kind, self.place))


def numbered(kind: str, place: int) -> str:
    """What a part is called: "body", "body2"."""
    return f"{kind}{place + 1}" if place else kind


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


def size_now(body: Any) -> int | None:
    """The size of the letters of its first run in points; None: as in the layout."""
    letters = next(body.iter(f"{A}rPr"), None)
    size = None if letters is None else letters.get("sz")
    return int(size) // 100 if size else None


def write_text(body: Any, text: str, tag: str, size: int | None = None) -> None:
    """Say something else in a box; the look of its first paragraph and first run stays.

    `tag` is the language, `size` that of the letters in points; None: as it is.
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
