"""Slides of one deck put at the end of another, with all they need and in the other's layouts."""

from __future__ import annotations

import posixpath
from typing import Any

from analysis.slides.package import OFFICE, Package
from analysis.slides.shapes import P


def graft_slides(deck: Package, donor: Package) -> None:
    """Append every slide of the donor to the deck."""
    for slide in list(donor.slides()):
        name = _copy(deck, donor, slide, {})
        root = deck.parse(deck.main)
        listed = root.find(f"{P}sldIdLst")
        if listed is None:
            listed = root.makeelement(f"{P}sldIdLst", {})
            root.insert(1, listed)
        numbers = [int(entry.get("id")) for entry in listed]
        arrow = deck.relate(deck.main, "slide", name)
        entry = {"id": str(max([255, *numbers]) + 1), f"{{{OFFICE}}}id": arrow}
        listed.append(listed.makeelement(f"{P}sldId", entry))
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
    relations = f"{posixpath.dirname(part)}/_rels/{posixpath.basename(part)}.rels"
    root = donor.parse(relations)
    for element, arrow in zip(list(root), arrows, strict=True):
        target = _target(deck, donor, arrow.target, arrow.kind, copied)
        if target is None:
            root.remove(element)
        else:
            element.set("Target", f"/{target}")
    deck.put(f"{posixpath.dirname(name)}/_rels/{posixpath.basename(name)}.rels", root)
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
    common: Any = package.parse(layout).find(f"{P}cSld")
    return str(common.get("name", ""))
