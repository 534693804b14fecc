"""The parts of an Open XML file, kept as they are; links between them and their types."""

from __future__ import annotations

import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from analysis.export.steady import pack
from analysis.returned.offsets import (
    CannotEdit,
    Element,
    append,
    escaped,
    read_tree,
    splice,
)

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LINKED = "application/vnd.openxmlformats-package.relationships+xml"
_TYPES = "[Content_Types].xml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def in_main(element: str, root: Element) -> bytes:
    """An element of the main namespace, for a part whose own elements may have a prefix."""
    if root.prefix:
        name = re.match(r"<\w+", element)
        assert name is not None
        element = f'{name[0]} xmlns="{MAIN}"{element[name.end() :]}'
    return element.encode()


class Parts:
    """Parts by name. Names are found in any case, as programs find them."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = dict(contents)
        self._names = {n.casefold(): n for n in contents}

    @classmethod
    def of(cls, path: Path) -> Parts:
        """The parts of a workbook. Raises CannotEdit where it is not an Open XML one."""
        try:
            with zipfile.ZipFile(path) as archive:
                files = [n for n in archive.namelist() if not n.endswith("/")]
                parts = cls({name: archive.read(name) for name in files})
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
            raise CannotEdit(path.name) from error
        if _TYPES not in parts:
            raise CannotEdit(path.name)
        return parts

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._names

    def __getitem__(self, name: str) -> bytes:
        if name not in self:
            raise CannotEdit(name)
        return self._contents[self._names[name.casefold()]]

    def __setitem__(self, name: str, content: bytes) -> None:
        self._contents[self._names.setdefault(name.casefold(), name)] = content

    def names(self) -> list[str]:
        """The names of all parts."""
        return [*self._contents]

    def packed(self) -> bytes:
        """The file."""
        return pack(self._contents.items())

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part links to inside the file: id -> (name of the part, kind)."""
        rels = _links_of(part)
        if rels not in self:
            return {}
        found = [e.attributes for e in read_tree(self[rels]).all("Relationship")]
        inside = [a for a in found if a.get("TargetMode", "") != "External"]
        folder = posixpath.dirname(part)
        targets = [_resolved(folder, a.get("Target", "")) for a in inside]
        kinds = [a.get("Type", "").rpartition("/")[2] for a in inside]
        ids = [a.get("Id", "") for a in inside]
        return dict(zip(ids, zip(targets, kinds, strict=True), strict=True))

    def linked(self, part: str, kind: str) -> str:
        """The first part of a kind that a part links to, or ""."""
        return next((t for t, k in self.links(part).values() if k == kind and t in self), "")

    def link(self, part: str, kind: str, target: str) -> str:
        """Link a part to another; the id of the link."""
        rels = _links_of(part)
        if rels not in self:
            empty = f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'
            self[rels] = (DECLARATION + empty).encode()
            self.declare_ending("rels", _LINKED)
        root = read_tree(self[rels])
        taken = {e.attributes.get("Id") for e in root.children}
        key = next(k for n in itertools.count(1) if (k := f"rIdReturned{n}") not in taken)
        link = f'<{root.prefix}Relationship Id="{key}" Type="{LINKS}/{kind}" Target="/{target}"/>'
        self[rels] = splice(self[rels], append(self[rels], root, link.encode()))
        return key

    def declare(self, part: str, content_type: str) -> None:
        """Say of what type a new part is."""
        self._add_type(f'Override PartName="/{escaped(part)}" ContentType="{content_type}"')

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Say of what type the parts with an ending are, where nothing says so yet."""
        root = read_tree(self[_TYPES])
        if ending not in {e.attributes.get("Extension", "").casefold() for e in root.children}:
            self._add_type(f'Default Extension="{ending}" ContentType="{content_type}"')

    def _add_type(self, element: str) -> None:
        root = read_tree(self[_TYPES])
        written = f"<{root.prefix}{element}/>".encode()
        self[_TYPES] = splice(self[_TYPES], append(self[_TYPES], root, written))

    def type_of(self, part: str) -> str:
        """The declared type of a part."""
        found = read_tree(self[_TYPES]).all("Override")
        types = {e.attributes.get("PartName", "").casefold(): e.attributes for e in found}
        return types.get(f"/{part}".casefold(), {}).get("ContentType", "")

    def free_name(self, pattern: str) -> str:
        """A name no part has yet: "xl/comments{}.xml" gives "xl/comments3.xml"."""
        return next(n for i in itertools.count(1) if (n := pattern.format(i)) not in self)


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
