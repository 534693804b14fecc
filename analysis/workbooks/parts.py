"""An Open XML file that is changed: its parts as they are but for what is put in their place, links
between them, their types; and an archive that comes out the same byte for byte."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from analysis.reference.trouble import InputError
from analysis.workbooks.offsets import CannotEdit, append, escaped, read_tree, splice
from analysis.workbooks.package import DAMAGE, Package, links_of, open_archive

LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STAMP = (2000, 1, 1, 0, 0, 0)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LINKED = "application/vnd.openxmlformats-package.relationships+xml"
_TYPES = "[Content_Types].xml"
_UNIX = 3


def pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of these parts, in this order, with no clock and no machine in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            entry = zipfile.ZipInfo(name, STAMP)
            entry.create_system = _UNIX  # else it would tell on which system it was made
            packed = name.endswith(".png")  # as it is: it would not become smaller
            archive.writestr(entry, part, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)
    return stream.getvalue()


class Parts(Package):
    """Parts that can be changed, and packed again. Asked for one that is not there it raises
    CannotEdit."""

    def __init__(self, file: str, contents: Mapping[str, bytes]) -> None:
        self.file, self.contents = file, dict(contents)
        self.names = {n.casefold(): n for n in contents}

    @classmethod
    def of(cls, content: bytes, file: str) -> Self:
        """The parts of a file. Raises InputError where it is damaged, locked or not to be trusted,
        CannotEdit where it is no Open XML."""
        with open_archive(content, file) as archive:
            try:
                files = [n for n in archive.namelist() if not n.endswith("/")]
                parts = cls(file, {name: archive.read(name) for name in files})
            except DAMAGE as error:
                raise InputError("file_damaged", file=file) from error
        if _TYPES not in parts:
            raise CannotEdit(file)
        return parts

    def chunks(self, part: str, *_: object) -> Iterator[bytes]:
        """A part in one piece: it was unpacked, and is ours by now."""
        yield self[part]

    def __getitem__(self, name: str) -> bytes:
        if name not in self:
            raise CannotEdit(name)
        return self.contents[self.names[name.casefold()]]

    def __setitem__(self, name: str, content: bytes) -> None:
        self.contents[self.names.setdefault(name.casefold(), name)] = content

    def packed(self) -> bytes:
        """The file."""
        return pack(self.contents.items())

    def link(self, part: str, kind: str, target: str) -> str:
        """Link a part to another; the id of the link."""
        rels = links_of(part)
        if rels not in self:
            empty = f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'
            self[rels] = (DECLARATION + empty).encode()
            self.declare_ending("rels", _LINKED)
        root = read_tree(self[rels])
        taken = {e.attributes.get("Id") for e in root.children}
        key = next(k for n in itertools.count(1) if (k := f"rIdOwn{n}") not in taken)
        link = f'<{root.prefix}Relationship Id="{key}" Type="{LINKS}/{kind}" Target="/{target}"/>'
        self[rels] = splice(self[rels], append(self[rels], root, link.encode()))
        return key

    def declare(self, part: str, content_type: str) -> None:
        """Say of what type a new part is."""
        self._add_type(f'Override PartName="/{escaped(part)}" ContentType="{content_type}"')

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Say of what type the parts with an ending are, where nothing says so yet."""
        if ending.casefold() not in self._types("Extension"):
            self._add_type(f'Default Extension="{ending}" ContentType="{content_type}"')

    def _add_type(self, element: str) -> None:
        root = read_tree(self[_TYPES])
        written = f"<{root.prefix}{element}/>".encode()
        self[_TYPES] = splice(self[_TYPES], append(self[_TYPES], root, written))

    def _types(self, of: str) -> dict[str, str]:
        """The declared types, by name of part (`PartName`) or by ending (`Extension`)."""
        told = [e.attributes for e in read_tree(self[_TYPES]).children]
        return {a[of].casefold(): a.get("ContentType", "") for a in told if of in a}

    def type_of(self, part: str) -> str:
        """The type declared for a part itself, or ""."""
        return self._types("PartName").get(f"/{part}".casefold(), "")

    def type_of_ending(self, part: str) -> str:
        """The type declared for all parts that end as this one, or ""."""
        return self._types("Extension").get(part.rpartition(".")[2].casefold(), "")

    def free_name(self, pattern: str) -> str:
        """A name no part has yet: "xl/comments{}.xml" gives "xl/comments3.xml"."""
        return next(n for i in itertools.count(1) if (n := pattern.format(i)) not in self)
