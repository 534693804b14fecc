"""One of the sender's sheets: marks, notes, and closed, so that the list is what opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from analysis.returned.earlier import Known
from analysis.returned.faults import Fault
from analysis.returned.marking import Marker, Place, merged_into
from analysis.returned.notes import Authors, Notes, put_notes
from analysis.returned.styles import FAULT, WARNING
from analysis.returned.workbook import Workbook, deselected
from analysis.returned.writing import in_main
from analysis.workbooks.offsets import Change, Element, append, read_tree, splice
from analysis.workbooks.parts import LINKS, Parts

MOST_NOTES = 2_000  # on a sheet; each is a drawing of its own, and programs grow slow with them
_AFTER_BOXES = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst", "AlternateContent",
)  # fmt: skip


class Marked(NamedTuple):
    """The look that each of the marked cells had before, and those of them that are hidden."""

    before: dict[Place, int]
    hidden: set[Place]


def mark_sheet(
    book: Workbook,
    part: str,
    faults: Mapping[Place, Sequence[Fault]],
    earlier: Known,
    authors: Authors,
) -> Marked:
    """Mark the cells with faults; `earlier`: what an earlier return did on the sheet."""
    data = book.parts[part]
    if not faults and not earlier.looks and b"tabSelected" not in data:
        return Marked({}, set())
    shown = merged_into(data, [*faults, *earlier.looks])
    kinds, texts = _by_shown_cell(faults, shown)
    marker = Marker(data, kinds, {shown[p]: look for p, look in earlier.looks.items()}, book.styles)
    sheet = read_tree(data, marker)
    changes = [*deselected(data, sheet), *marker.changes]
    if faults or earlier.looks:
        old = {shown[p]: text for p, text in earlier.notes.items()}
        changes += _noted(book.parts, part, sheet, Notes(texts, old, authors, marker.grid))
    book.parts[part] = splice(data, changes)
    before = {p: marker.before[at] for p in faults if (at := shown[p]) in marker.before}
    return Marked(before, {p for p in before if marker.grid.hides(*p)})


def _by_shown_cell(
    faults: Mapping[Place, Sequence[Fault]], shown: Mapping[Place, Place]
) -> tuple[dict[Place, str], dict[Place, str]]:
    """The kind of mark of each cell, and the text of its note; a fault weighs more than a
    warning."""
    kinds: dict[Place, str] = {}
    texts: dict[Place, str] = {}
    for place, there in faults.items():
        at = shown[place]
        found = {f.kind for f in there} | {kinds.get(at, WARNING)}
        kinds[at] = FAULT if FAULT in found else WARNING
        if at in texts or len(texts) < MOST_NOTES:
            texts[at] = "\n".join(filter(None, [texts.get(at), *(f.note for f in there)]))
    return kinds, texts


def _noted(parts: Parts, part: str, sheet: Element, notes: Notes) -> list[Change]:
    """Write the notes; the change by which the sheet knows of their boxes."""
    known = sheet.one("legacyDrawing")
    box = next((v for k, v in known.attributes.items() if k.endswith(":id")), "") if known else ""
    link = put_notes(parts, part, notes, box)
    if not link:
        return []
    element = in_main(f'<legacyDrawing xmlns:r="{LINKS}" r:id="{link}"/>', sheet)
    after = next((c for c in sheet.children if c.name in _AFTER_BOXES), None)
    if after:
        return [(after.start, after.start, element)]
    return append(parts[part], sheet, element)
