"""What we wrote into a deck: a fingerprint of every box, kept in a part of the deck of its own.

A box whose words no longer have the fingerprint was edited by a person and is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from analysis.export.safe_text import printable
from analysis.slides.gridded import cells_of
from analysis.slides.native import Native, Value, told_at
from analysis.slides.shapes import Named, numbered
from analysis.slides.slide import Message

SPACE = "urn:accreditation:deck:1"
PROPERTIES = (
    '<ds:datastoreItem ds:itemID="{6D1C5A0B-6E0F-4D53-9B7A-1F5C4E8A2D10}" '
    'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
    f'<ds:schemaRefs><ds:schemaRef ds:uri="{SPACE}"/></ds:schemaRefs></ds:datastoreItem>'
).encode()


class Record:
    """Fingerprints by box; a deck without a record has none."""

    def __init__(self, marks: dict[Named, str] | None = None) -> None:
        self.marks = dict(marks or {})

    @property
    def messages(self) -> set[str]:
        """The messages the deck ever had from us."""
        return {box.message for box in self.marks}

    def add(self, message: Message) -> None:
        """Remember all that a message says."""
        self.marks |= {Named(message.name, part): mark for part, mark in marks_of(message).items()}


def marks_of(message: Message) -> dict[str, str]:
    """The fingerprint of each box of a message as it is written new."""
    marks = {part: mark_of_text(text) for part, text in message.texts.items() if text}
    for i, alt in enumerate(message.alts):
        marks[numbered("alt", i)] = mark_of_text(alt)
    for i, native in enumerate(message.natives):
        marks[numbered("body", i)] = mark_of_grid(_grid(native))
        marks[numbered("sheet", i)] = mark_of_bytes(message.sheets[i])
        marks[numbered("look", i)] = mark_of_look(message.drawn[i])
    if message.natives:
        return marks
    if message.table is not None:
        marks["body"] = mark_of_cells(cells_of(message.table))
    elif message.has_body:
        marks["body"] = mark_of_bytes(message.png)
    return marks


def mark_of_text(text: str) -> str:
    """Of words: how they are spaced and broken into lines does not matter."""
    return mark_of_bytes(" ".join(printable(text).split()).encode())


def mark_of_cells(rows: Iterable[Iterable[str]]) -> str:
    """Of a table."""
    return mark_of_text("\n".join("\t".join(row) for row in rows))


def mark_of_grid(columns: Iterable[tuple[str, Sequence[tuple[str, Value]]]]) -> str:
    """Of the numbers and words of a chart, whatever the order of its series."""
    lines = []
    for name, points in sorted(columns, key=lambda column: column[0]):
        lines.append(name)
        lines += [f"{label} {'' if value is None else f'{value:.6f}'}" for label, value in points]
    return mark_of_text("\n".join(lines))


def mark_of_look(chart: bytes) -> str:
    """Of all of a chart but the arrow to its workbook."""
    from lxml import etree

    root = etree.fromstring(chart)
    for arrow in root.findall("{*}externalData"):
        root.remove(arrow)
    return mark_of_bytes(etree.tostring(root, method="c14n"))


def mark_of_bytes(content: bytes) -> str:
    """Of a picture."""
    return hashlib.sha256(content).hexdigest()[:20]


def _grid(native: Native) -> list[tuple[str, list[tuple[str, Value]]]]:
    found = []
    for series in native.series:
        texts = series.texts or [""] * len(series.values)
        labels = map(told_at, native.names, texts)
        found.append((series.name, list(zip(labels, series.values, strict=True))))
    return found


def part_of(record: Record) -> tuple[str, bytes]:
    """Name and content of the part that holds the record."""
    boxes = "".join(
        f"<box message={quoteattr(box.message)} part={quoteattr(box.part)} mark={quoteattr(mark)}/>"
        for box, mark in sorted(record.marks.items())
    )
    return "customXml/item1.xml", f'<deck xmlns="{SPACE}">{boxes}</deck>'.encode()


def read_record(root: Any) -> Record:
    """The record of a part as it was parsed."""
    boxes = root.iter(f"{{{SPACE}}}box")
    return Record({Named(b.get("message"), b.get("part")): b.get("mark") for b in boxes})
