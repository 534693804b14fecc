"""The parts of an Open XML file, kept as they are; links between them and their types."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from analysis.export.steady import pack
from analysis.reference import InputError
from analysis.returned.offsets import (
    CannotEdit,
    Element,
    append,
    escaped,
    read_tree,
    splice,
)
from analysis.workbooks.package import DAMAGE, Package, links_of, open_archive

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LINKED = "application/vnd.openxmlformats-package.relationships+xml"
_UNREADABLE: tuple[type[Exception], ...] = (InputError, *DAMAGE)
_TYPES = "[Content_Types].xml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def in_main(element: str, root: Element) -> bytes:
    """An element of the main namespace, for a part whose own elements may have a prefix."""
    if root.prefix:
        name = re.match(r"<\w+", element)
        assert name is not None
        element = f'{name[0]} xmlns="{MAIN}"{element[name.end() :]}'
    return element.encode()


class Parts(Package):
    """Parts that can be changed, and packed again."""

    def __init__(self, file: str, contents: Mapping[str, bytes]) -> None:
        self.file, self._contents = file, dict(contents)
        self.names = {n.casefold(): n for n in contents}

    @classmethod
    def of(cls, content: bytes, file: str) -> Parts:
        """The parts of a workbook. Raises CannotEdit where it is not an Open XML one."""
        try:
            with open_archive(content, file) as archive:
                files = [n for n in archive.namelist() if not n.endswith("/")]
                parts = cls(file, {name: archive.read(name) for name in files})
        except _UNREADABLE as error:
            raise CannotEdit(file) from error
        if _TYPES not in parts:
            raise CannotEdit(file)
        return parts

    def chunks(self, part: str, *_: object) -> Iterator[bytes]:
        """A part in one piece: it was unpacked, and is ours by now."""
        yield self[part]

    def __getitem__(self, name: str) -> bytes:
        if name not in self:
            raise CannotEdit(name)
        return self._contents[self.names[name.casefold()]]

    def __setitem__(self, name: str, content: bytes) -> None:
        self._contents[self.names.setdefault(name.casefold(), name)] = content

    def packed(self) -> bytes:
        """The file."""
        return pack(self._contents.items())

    def link(self, part: str, kind: str, target: str) -> str:
        """Link a part to another; the id of the link."""
        rels = links_of(part)
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
