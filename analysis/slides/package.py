"""A .pptx as its parts: what is not changed is written back byte for byte; and slides of one put at
the end of another, with all they need and in the other's layouts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from analysis.export.steady import pack
from analysis.workbooks.package import links_of, open_archive

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"


class Relation(NamedTuple):
    """One arrow from a part to another one."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """The parts of a .pptx by their name. `parse` gives a part to change, `put` writes it back.

    Raises InputError for an archive that is damaged, locked or not to be trusted.
    """

    def __init__(self, content: bytes, file: str = "") -> None:
        with open_archive(content, file) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def packed(self) -> bytes:
        """The whole file, with fixed dates."""
        return pack(self.parts.items())

    def parse(self, name: str) -> Any:
        """The root element of a part; nothing outside the file is ever looked up."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(self.parts[name], parser)

    def put(self, name: str, root: Any) -> None:
        """Write an element back as a part."""
        from lxml import etree

        self.parts[name] = etree.tostring(root, encoding="UTF-8", standalone=True)

    def relations(self, name: str) -> list[Relation]:
        """Where a part points to; the targets are names of parts."""
        part = links_of(name)
        if part not in self.parts:
            return []
        folder = posixpath.dirname(name)
        return [
            Relation(
                r.get("Id"),
                r.get("Type").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, r.get("Target"))).lstrip("/"),
                r.get("TargetMode") == "External",
            )
            for r in self.parse(part)
        ]

    def target(self, name: str, kind: str) -> str | None:
        """The part of a kind that a part points to, if it is there."""
        found = (r.target for r in self.relations(name) if r.kind == kind and not r.external)
        return next((target for target in found if target in self.parts), None)

    def relate(self, name: str, kind: str, target: str) -> str:
        """Let a part point to another one; gives the id of the arrow."""
        part = links_of(name)
        if part not in self.parts:
            self.parts[part] = f'<Relationships xmlns="{_RELATIONS}"/>'.encode()
        root = self.parse(part)
        taken = {r.get("Id") for r in root}
        spare = next(f"rId{i}" for i in range(1, len(taken) + 2) if f"rId{i}" not in taken)
        arrow = {"Id": spare, "Type": f"{OFFICE}/{kind}", "Target": f"/{target}"}
        root.append(root.makeelement(f"{{{_RELATIONS}}}Relationship", arrow))
        self.put(part, root)
        return spare

    def spare_name(self, like: str) -> str:
        """A name for a new part that is not taken: "ppt/slides/slide7.xml"."""
        path = PurePosixPath(like)
        stem = path.stem.rstrip("0123456789")
        numbers = range(1, len(self.parts) + 2)
        names = (f"{path.parent}/{stem}{i}{path.suffix}" for i in numbers)
        return next(name for name in names if name not in self.parts)

    def type_of(self, name: str) -> str | None:
        """The content type of a part, where it is not that of its extension."""
        found = {e.get("PartName"): e.get("ContentType") for e in self.parse(_TYPES_PART)}
        return found.get(f"/{name}")

    def declare(self, name: str, content_type: str | None, like: Package) -> None:
        """Tell the content type of a new part, or of its extension as another package has it."""
        root = self.parse(_TYPES_PART)
        if content_type:
            entry = {"PartName": f"/{name}", "ContentType": content_type}
            root.append(root.makeelement(f"{{{_TYPES}}}Override", entry))
        else:
            extension = name.rsplit(".", 1)[-1]
            known = {e.get("Extension", "").lower() for e in root}
            for entry in like.parse(_TYPES_PART):
                if entry.get("Extension") == extension and extension not in known:
                    root.insert(0, root.makeelement(f"{{{_TYPES}}}Default", dict(entry.attrib)))
        self.put(_TYPES_PART, root)

    def slides(self) -> Iterator[str]:
        """The slides in their order."""
        main = self.main
        targets = {r.id: r.target for r in self.relations(main)}
        for entry in self.parse(main).iter(f"{{{_P}}}sldId"):
            yield targets[entry.get(f"{{{OFFICE}}}id")]

    @property
    def main(self) -> str:
        """The part that lists the slides."""
        return self.target("", "officeDocument") or "ppt/presentation.xml"


_P = "http://schemas.openxmlformats.org/presentationml/2006/main"


def graft_slides(deck: Package, donor: Package) -> None:
    """Append every slide of the donor to the deck."""
    for slide in list(donor.slides()):
        name = _copy(deck, donor, slide, {})
        root = deck.parse(deck.main)
        listed = root.find(f"{{{_P}}}sldIdLst")
        if listed is None:
            listed = root.makeelement(f"{{{_P}}}sldIdLst", {})
            root.insert(1, listed)
        numbers = [int(entry.get("id")) for entry in listed]
        arrow = deck.relate(deck.main, "slide", name)
        entry = {"id": str(max([255, *numbers]) + 1), f"{{{OFFICE}}}id": arrow}
        listed.append(listed.makeelement(f"{{{_P}}}sldId", entry))
        deck.put(deck.main, root)


def _copy(deck: Package, donor: Package, part: str, copied: dict[str, str]) -> str:
    """Copy a part and all it points to; gives the name it has now."""
    if part in copied:
        return copied[part]
    name = copied[part] = deck.spare_name(part)
    deck.parts[name] = donor.parts[part]
    deck.declare(name, donor.type_of(part), donor)
    arrows = donor.relations(part)
    if not arrows:
        return name
    root = donor.parse(links_of(part))
    for element, arrow in zip(list(root), arrows, strict=True):
        target = _target(deck, donor, arrow.target, arrow.kind, copied)
        if target is None:
            root.remove(element)
        else:
            element.set("Target", f"/{target}")
    deck.put(links_of(name), root)
    return name


def _target(
    deck: Package, donor: Package, target: str, kind: str, copied: dict[str, str]
) -> str | None:
    if kind == "slideLayout":
        return _layout(deck, _called(donor, target))
    if kind == "notesMaster":
        return deck.target(deck.main, "notesMaster")
    if kind == "notesSlide" and deck.target(deck.main, "notesMaster") is None:
        return None
    return _copy(deck, donor, target, copied)


def _layout(deck: Package, called: str) -> str:
    """The layout of that name; in a deck that has it no more, the last one there is."""
    layouts = [name for name in deck.parts if name.startswith("ppt/slideLayouts/slideLayout")]
    return next((name for name in layouts if _called(deck, name) == called), layouts[-1])


def _called(package: Package, layout: str) -> str:
    common: Any = package.parse(layout).find(f"{{{_P}}}cSld")
    return str(common.get("name", ""))
