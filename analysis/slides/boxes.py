"""The boxes of ours in a deck: where they stand, and what they say now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.slides.graph import plots_of
from analysis.slides.gridded import read_cells
from analysis.slides.package import OFFICE, Package
from analysis.slides.record import (
    Record,
    mark_of_bytes,
    mark_of_cells,
    mark_of_grid,
    mark_of_text,
)
from analysis.slides.redrawing import grid_of, plots_in
from analysis.slides.shapes import A, Named, P, name_of, read_name, text_of
from analysis.slides.slide import COVER, Message

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"


@dataclass(frozen=True)
class Box:
    """A box as it stands in a part of the package."""

    named: Named
    package: Package
    part: str
    root: Any
    shape: Any

    @property
    def properties(self) -> Any:
        """The element that has its name and alt text."""
        return next(self.shape.iter(f"{P}cNvPr"))

    @property
    def kind(self) -> str:
        """What a body is: "chart", "picture" or "table"."""
        if self.shape.tag == f"{P}pic":
            return "picture"
        return "chart" if next(self.shape.iter(_CHART), None) is not None else "table"

    @property
    def target(self) -> str:
        """The part a chart or picture is kept in."""
        if self.kind == "chart":
            arrow = next(self.shape.iter(_CHART)).get(f"{{{OFFICE}}}id")
        else:
            arrow = next(self.shape.iter(f"{A}blip")).get(f"{{{OFFICE}}}embed")
        return {r.id: r.target for r in self.package.relations(self.part)}[arrow]

    @property
    def mark(self) -> str:
        """The fingerprint of what it says now."""
        if self.named.kind != "body":
            return mark_of_text(text_of(self.shape))
        if self.kind == "table":
            return mark_of_cells(read_cells(self.shape))
        if self.kind == "chart":
            return mark_of_grid(grid_of(self.package.parse(self.target)))
        return mark_of_bytes(self.package.parts[self.target])

    def fits(self, message: Message) -> bool:
        """Whether a message is still what the body is."""
        wanted = "chart" if message.natives else "table" if message.table else "picture"
        if self.kind != wanted or self.named.place >= max(len(message.natives), 1):
            return False
        # A person may have added plots; without those that are needed there is no place to draw in.
        if wanted != "chart":
            return True
        needed = Counter(plots_of(message.natives[self.named.place]))
        return needed <= Counter(plots_in(self.package.parse(self.target)))


def boxes_of(package: Package, record: Record) -> list[Box]:
    """Every box of ours, slide by slide.

    Some programs drop the names of text boxes. On a slide with a body of ours, and on the first
    one, a box without a name that says word for word what we wrote is ours too.
    """
    found: list[Box] = []
    for number, slide in enumerate(package.slides()):
        parts = [slide, package.target(slide, "notesSlide")]
        roots = [(part, package.parse(part)) for part in parts if part]
        boxes = [box for part, root in roots for box in _named(package, part, root)]
        standing = {box.named for box in boxes}
        ours = {named.message for named in standing} | ({COVER} if number == 0 else set())
        lost = {m: n for n, m in record.marks.items() if n.message in ours and n not in standing}
        for part, root in roots if lost else ():
            boxes += _recognised(package, part, root, lost)
        found += boxes
    return found


def _named(package: Package, part: str, root: Any) -> Iterator[Box]:
    for properties in root.iter(f"{P}cNvPr"):
        named = read_name(properties.get("name", ""))
        if named is not None:
            yield Box(named, package, part, root, properties.getparent().getparent())


def _recognised(package: Package, part: str, root: Any, lost: dict[str, Named]) -> Iterator[Box]:
    """Boxes that lost their name; they get it back."""
    for shape in root.iter(f"{P}sp"):
        properties = next(shape.iter(f"{P}cNvPr"))
        named = lost.get(mark_of_text(text_of(shape)))
        if named is not None and read_name(properties.get("name", "")) is None:
            properties.set("name", name_of(*named))
            yield Box(named, package, part, root, shape)
