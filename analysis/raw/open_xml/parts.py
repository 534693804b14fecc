"""The parts of one Open XML file: unpacked piece by piece, walked element by element.

Element names are read without their namespace, so strict and prefixed files read like any other.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from analysis.raw.open_xml.inflate import UNPACKING_ERRORS, quicken
from analysis.raw.open_xml.unpacked import (
    MAX_SIGNS,
    MAX_SIGNS_BESIDE,
    Count,
    Watch,
    count_signs,
    shallow,
)
from analysis.reference import InputError

MAX_PART = 300 * 2**20
STRICT_TRUE = {"1", "true", "on"}
_CHUNK = 2**18
_DAMAGE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    ValueError,
    *UNPACKING_ERRORS,
)
_WITH_CELLS = ("sheet", "sharedstrings")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str, str], None]


class DocumentTypeFound(Exception):
    """A part declares a document type, which no workbook needs and attacks are made of."""


def walk(chunks: Iterable[bytes], start: Start, end: End) -> None:
    """Walk one document; names come without prefix, text comes with the end of its element.

    Raises ExpatError, UnicodeDecodeError or LookupError where it is not well-formed XML in a known
    encoding, DocumentTypeFound where it declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    text: list[str] = []

    def on_start(name: str, attributes: dict[str, str]) -> None:
        text.clear()
        start(name.rpartition(":")[2], attributes)

    def on_end(name: str) -> None:
        end(name.rpartition(":")[2], "".join(text))
        text.clear()

    def on_doctype(*_: object) -> None:
        raise DocumentTypeFound

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = on_doctype
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


class Package:
    """The parts of one Open XML file."""

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        self.file, self.archive = file, archive
        self.names = {n.casefold(): n for n in archive.namelist()}
        self.watch = Watch(file)

    def damaged(self, part: str) -> InputError:
        """The reason to give where a part cannot be read."""
        return InputError("file_part_damaged", file=self.file, part=part)

    def parse(self, part: str, start: Start, end: End) -> None:
        """Walk one part. Raises InputError where it is damaged or declares a document type."""
        try:
            walk(shallow(self.file, part, self.chunks(part)), start, end)
        except DocumentTypeFound:
            raise InputError("file_doctype", file=self.file) from None
        except (expat.ExpatError, UnicodeDecodeError, LookupError) as error:
            raise self.damaged(part) from error

    def chunks(self, part: str, size: int = _CHUNK, count: Count = count_signs) -> Iterator[bytes]:
        """The unpacked part piece by piece, and watched; the sizes an archive states are not
        believed."""
        holds_cells = any(sign in part.casefold() for sign in _WITH_CELLS)
        most = MAX_SIGNS if holds_cells else MAX_SIGNS_BESIDE
        return self.watch.over(part, self._pieces(part, size), most, count)

    def _pieces(self, part: str, size: int) -> Iterator[bytes]:
        name = self.names.get(part.casefold())
        if name is None:
            raise self.damaged(part)
        total = 0
        try:
            with quicken(self.archive.open(name)) as stream:
                while chunk := stream.read(size):
                    total += len(chunk)
                    if total > MAX_PART:
                        raise InputError("file_bomb", file=self.file, size=total // 2**20)
                    yield chunk
        except _DAMAGE as error:
            raise self.damaged(part) from error
        except NotImplementedError as error:  # a packing method this Python does not know
            raise self.damaged(part) from error

    def stated_size(self, part: str) -> int:
        """The unpacked size a part claims to have; good for choosing a way to read it only."""
        name = self.names.get(part.casefold())
        return self.archive.getinfo(name).file_size if name else 0

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: id -> (target part, kind)."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, a: dict[str, str]) -> None:
            if tag == "Relationship" and a.get("TargetMode", "") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, a.get("Target", "")))
                kind = a.get("Type", "").rpartition("/")[2]
                found[a.get("Id", "")] = (target.lstrip("/"), kind)

        if rels.casefold() in self.names:
            self.parse(rels, start, lambda tag, text: None)
        return found

    def main_part(self) -> str:
        """The part that lists the sheets."""
        for target, kind in self.links("").values():
            if kind == "officeDocument":
                return target
        raise InputError("file_is_archive", file=self.file)
