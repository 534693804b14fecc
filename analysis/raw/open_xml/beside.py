"""What an Open XML workbook keeps beside its cells: comments, and links to other files."""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from urllib.parse import unquote

from analysis.raw.cells import Place, Sheet, column_index
from analysis.raw.comments import said, shortened
from analysis.raw.open_xml.parts import Package
from analysis.raw.open_xml.styles import whole
from analysis.reference import InputError, say
from analysis.reference.labels import LANGUAGES

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_LISTED = 5
_LINKS = {"externalLink", "connections"}


def add_comments(package: Package, part: str, sheet: Sheet) -> list[tuple[str, dict[str, object]]]:
    """Put the comments of a sheet's cells beside them. A thread replaces the copy of it that old
    programs are shown. Comments that are damaged are no reason to refuse the cells."""
    found: dict[Place, list[str]] = {}
    try:
        targets = [t for t in package.links(part).values() if t[0].casefold() in package.names]
        for kind in ("comments", "threadedComment"):
            texts: dict[Place, list[str]] = {}
            for target, _ in (t for t in targets if t[1] == kind):
                reader = _CommentReader(texts)
                package.parse(target, reader.start, reader.end)
            found |= texts
    except InputError as error:
        if error.key != "file_part_damaged":
            raise
        return [("comments_unread", {"file": package.file, "sheet": sheet.name})]
    for place, some in found.items():
        if text := said(some):
            sheet.beside.setdefault(place, []).append(("comment_on_cell", text))
    return []


class _CommentReader:
    """Collects comments by their place. Who wrote them is left out, and so are the notes this
    package put into a workbook that was sent back."""

    def __init__(self, texts: dict[Place, list[str]]) -> None:
        self.texts = texts
        self.authors: list[str] = []
        self.place: Place | None = None
        self.pieces: list[str] = []

    def start(self, tag: str, a: dict[str, str]) -> None:
        """An element begins."""
        if tag in ("comment", "threadedComment"):
            found = _REFERENCE.fullmatch(a.get("ref", ""))
            self.place = (int(found[2]) - 1, column_index(found[1])) if found else None
            author = whole(a.get("authorId"), -1)
            if 0 <= author < len(self.authors) and self.authors[author] in _ours():
                self.place = None
            self.pieces = []
        elif tag == "mention":
            first, length = (whole(a.get(name)) for name in ("startIndex", "length"))
            text = "".join(self.pieces)
            self.pieces = [text[:first] + text[first + length :]]

    def end(self, tag: str, text: str) -> None:
        """An element ends."""
        if tag == "author":
            self.authors.append(text)
        elif tag in ("t", "text"):
            self.pieces.append(text)
        elif tag in ("comment", "threadedComment") and self.place:
            self.texts.setdefault(self.place, []).append("".join(self.pieces))


def _ours() -> set[str]:
    return {say("returned_author", lang) for lang in LANGUAGES}


def linked_files(package: Package, links: dict[str, tuple[str, str]]) -> str:
    """The names of the other files and programs a workbook takes values from, the first few."""
    parts = [target for target, kind in links.values() if kind in _LINKS]
    names: list[str] = []

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "ddeLink":
            names.append(f"DDE {a.get('ddeService', '')}")
        elif tag == "connection":
            names.append(a.get("name", ""))
        elif tag == "Relationship" and a.get("TargetMode", "") == "External":
            path = unquote(a.get("Target", "")).replace("\\", "/")
            names.append(posixpath.basename(path.rstrip("/")) or "?")

    for part in parts[:_LISTED]:
        folder, name = posixpath.split(part)
        for beside in (part, posixpath.join(folder, "_rels", f"{name}.rels")):
            with suppress(InputError):  # what cannot be read has no name; that it is there is told
                package.parse(beside, start, lambda tag, text: None)
    names = [shortened(name) for name in dict.fromkeys(filter(None, names))][:_LISTED]
    shown = ", ".join(names) or "?" * bool(parts)
    return shown + (f", … ({len(parts)})" if len(parts) > _LISTED else "")
