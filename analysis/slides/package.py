"""A .pptx as its parts: what is not changed is written back byte for byte; and slides of one put at
the end of another, with all they need and in the other's layouts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from analysis.workbooks.package import links_of
from analysis.workbooks.parts import LINKS, Parts

_P = "http://schemas.openxmlformats.org/presentationml/2006/main"


class Deck(Parts):
    """The parts of a .pptx. `root` gives a part to change, `put` writes it back."""

    def root(self, name: str) -> Any:
        """The root element of a part; nothing outside the file is ever looked up."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(self[name], parser)

    def put(self, name: str, root: Any) -> None:
        """Write an element back as a part."""
        from lxml import etree

        self[name] = etree.tostring(root, encoding="UTF-8", standalone=True)

    @property
    def main(self) -> str:
        """The part that lists the slides."""
        return self.linked("", "officeDocument") or "ppt/presentation.xml"

    def slides(self) -> Iterator[str]:
        """The slides in their order."""
        links = self.links(self.main)
        for entry in self.root(self.main).iter(f"{{{_P}}}sldId"):
            yield links[entry.get(f"{{{LINKS}}}id")][0]


def graft_slides(deck: Deck, donor: Deck) -> None:
    """Append every slide of the donor to the deck."""
    for slide in list(donor.slides()):
        name = _copy(deck, donor, slide, {})
        root = deck.root(deck.main)
        listed = root.find(f"{{{_P}}}sldIdLst")
        if listed is None:
            listed = root.makeelement(f"{{{_P}}}sldIdLst", {})
            root.insert(1, listed)
        numbers = [int(entry.get("id")) for entry in listed]
        link = deck.link(deck.main, "slide", name)
        entry = {"id": str(max([255, *numbers]) + 1), f"{{{LINKS}}}id": link}
        listed.append(listed.makeelement(f"{{{_P}}}sldId", entry))
        deck.put(deck.main, root)


def _copy(deck: Deck, donor: Deck, part: str, copied: dict[str, str]) -> str:
    """Copy a part and all it links to; gives the name it has now."""
    if part in copied:
        return copied[part]
    path = PurePosixPath(part)
    stem = path.stem.rstrip("0123456789")
    name = copied[part] = deck.free_name(f"{path.parent}/{stem}{{}}{path.suffix}")
    deck[name] = donor[part]
    if own := donor.type_of(part):
        deck.declare(name, own)
    else:
        deck.declare_ending(path.suffix[1:], donor.type_of_ending(part))
    links = donor.links(part)
    if not links:
        return name
    root = donor.root(links_of(part))
    for element in list(root):
        if element.get("Id") not in links:  # it leads out of the file
            continue
        if target := _target(deck, donor, *links[element.get("Id")], copied):
            element.set("Target", f"/{target}")
        else:
            root.remove(element)
    deck.put(links_of(name), root)
    return name


def _target(deck: Deck, donor: Deck, target: str, kind: str, copied: dict[str, str]) -> str:
    if kind == "slideLayout":
        return _layout(deck, _called(donor, target))
    if kind == "notesMaster":
        return deck.linked(deck.main, "notesMaster")
    if kind == "notesSlide" and not deck.linked(deck.main, "notesMaster"):
        return ""
    return _copy(deck, donor, target, copied)


def _layout(deck: Deck, called: str) -> str:
    """The layout of that name; in a deck that has it no more, the last one there is."""
    layouts = [n for n in deck.contents if n.startswith("ppt/slideLayouts/slideLayout")]
    return next((name for name in layouts if _called(deck, name) == called), layouts[-1])


def _called(package: Deck, layout: str) -> str:
    common: Any = package.root(layout).find(f"{{{_P}}}cSld")
    return str(common.get("name", ""))
