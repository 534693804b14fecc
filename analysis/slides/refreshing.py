"""This year's figures in last year's deck: only numbers, and words nobody has touched since.

What a box said when we wrote it is known from the record in the deck. A box that says something
else now was edited by a person: it stays, and so does every other box of a slide whose numbers were
edited, for old numbers under a new headline would contradict it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.reference import InputError, SuiteError
from analysis.slides.building import build_deck
from analysis.slides.fitting import SIZED, size_of, usual
from analysis.slides.graph import plots_of, tag
from analysis.slides.gridded import cells_of, read_cells, rewrite_cells
from analysis.slides.package import Deck, graft_slides
from analysis.slides.record import (
    SPACE,
    Record,
    mark_of_bytes,
    mark_of_cells,
    mark_of_grid,
    mark_of_look,
    mark_of_text,
    marks_of,
    part_of,
    read_record,
)
from analysis.slides.redrawing import grid_of, plots_in, redraw, refilled
from analysis.slides.shapes import A, Named, P, name_of, read_name, size_now, text_of, write_text
from analysis.slides.slide import COVER, Message
from analysis.workbooks.package import DAMAGE
from analysis.workbooks.parts import LINKS

_UNREADABLE: tuple[type[Exception], ...] = (InputError, *DAMAGE, SyntaxError)


def refresh_deck(
    previous: Path, messages: Sequence[Message], lang: str
) -> tuple[bytes, pd.DataFrame]:
    """The refreshed deck, and one row per box with what was done."""
    try:
        package = Deck.of(previous.read_bytes(), previous.name)
        refresher = _Refresher(package, {m.name: m for m in messages}, lang)
        refresher.run()
    except _UNREADABLE as error:
        cause = getattr(error, "strerror", None) or type(error).__name__
        raise SuiteError("deck_unreadable", file=previous.name, cause=cause) from error
    return package.packed(), refresher.told()


class _Refresher:
    """Goes through the boxes of a deck once."""

    def __init__(self, package: Deck, messages: dict[str, Message], lang: str) -> None:
        if package.root(package.main).tag != f"{P}presentation":
            raise ValueError("no presentation")
        self.package, self.messages, self.lang = package, messages, lang
        self.tag = tag(lang)
        self.record_part, self.record = _record(package)
        self.written = dict(self.record.marks)  # what we wrote last time
        self.rows: list[tuple[str, str, str]] = []

    def run(self) -> None:
        """Refresh every box of ours, append what is new, and write the record anew."""
        boxes = boxes_of(self.package, self.record)
        kept = {b.named.message: why for b in boxes if (why := self._why_kept(b))}
        changed: dict[str, Any] = {}
        for box in boxes:
            if self._refresh(box, kept.get(box.named.message, "")):
                changed[box.part] = box.root
        for part, root in changed.items():
            self.package.put(part, root)
        self._append({box.named.message for box in boxes})
        self._keep_record()

    def told(self) -> pd.DataFrame:
        """What was done, a row per box."""
        return pd.DataFrame(self.rows, columns=["slide", "part", "change"])

    def _why_kept(self, box: Box) -> str:
        """Why a whole slide stays as it is: its numbers were edited, or are another kind now."""
        name = box.named.message
        message = self.messages.get(name)
        if box.named.kind != "body" or message is None:
            return ""
        if self.written.get(box.named) not in (None, box.mark):
            return "edited"
        charts = sum(named.kind == "body" for named in self.written if named.message == name)
        as_many = charts in (0, max(len(message.natives), 1))
        return "" if as_many and (self._looks_ours(box) or box.fits(message)) else "other_kind"

    def _refresh(self, box: Box, kept: str) -> bool:
        """Refresh a box and its alt text; True where the slide itself was changed."""
        name, part = box.named
        message = self.messages.get(name)
        if message is None or kept:
            self.rows.append((name, box.named.kind, kept or "no_figures"))
            return False
        new = marks_of(message)
        change = self._change(box.named, box.mark, new.get(part))
        self.rows.append((name, box.named.kind, change))
        changed = False
        if change == "refreshed":
            changed = self._rewrite(box, message)
            self.record.marks[box.named] = new[part]
        return self._realt(box, message) or changed if box.named.kind == "body" else changed

    def _change(self, named: Named, now: str, wanted: str | None) -> str:
        written = self.written.get(named)
        if wanted == now:
            return "same"
        if wanted is None:
            return "no_figures"
        if written is None:
            return "refreshed" if named.kind == "body" and not self.written else "no_record"
        return "refreshed" if written == now else "edited"

    def _rewrite(self, box: Box, message: Message) -> bool:
        """Put new words or numbers into a box; True where they stand in the slide itself."""
        if box.named.kind != "body":
            self._retell(box, message.texts[box.named.part])
            return True
        if message.table is not None:
            rewrite_cells(box.shape, cells_of(message.table), self.tag)
            return True
        target = box.target
        if not message.natives:
            self.package[target] = message.png
        else:
            drawn, ours = message.drawn[box.named.place], self._looks_ours(box)
            redraw(self.package, target, drawn, ours=ours)
            if ours:
                self.record.marks[box.named.beside("look")] = mark_of_look(drawn)
            self._refill(box, target, message)
        return False

    def _looks_ours(self, box: Box) -> bool:
        """Whether a chart looks as we have drawn it."""
        written = self.written.get(box.named.beside("look"))
        return box.kind == "chart" and written == mark_of_look(self.package[box.target])

    def _retell(self, box: Box, text: str) -> None:
        """Other words in a box, in the size that they fit in; a size that a person chose stays."""
        body, part = box.shape.find(f"{P}txBody"), box.named.part
        was, now = size_of(part, text_of(body)), size_now(body)
        ours = (
            self.messages[box.named.message].has_body
            and part in SIZED
            and (now or usual(part)) == (was or usual(part))
        )
        size = size_of(part, text) or (now and usual(part)) if ours else None
        write_text(body, text, self.tag, size)

    def _refill(self, box: Box, chart: str, message: Message) -> None:
        """The workbook inside a chart; only our cells of it where a person has worked in it."""
        sheet, place = self.package.linked(chart, "package"), box.named.place
        if not sheet:
            return
        named, old = box.named.beside("sheet"), self.package[sheet]
        ours = self.written.get(named) == mark_of_bytes(old)
        native, fresh = message.natives[place], message.sheets[place]
        self.package[sheet] = fresh if ours else refilled(old, native)
        if ours:
            self.record.marks[named] = mark_of_bytes(fresh)

    def _realt(self, box: Box, message: Message) -> bool:
        properties = box.properties
        named, now = box.named.beside("alt"), mark_of_text(properties.get("descr", ""))
        alt = message.alts[box.named.place]
        wanted = mark_of_text(alt)
        empty = not properties.get("descr")  # as some programs leave it: nobody's wish
        change = "refreshed" if empty else self._change(named, now, wanted)
        self.rows.append((named.message, "alt", change))
        if change != "refreshed":
            return False
        properties.set("descr", alt)
        self.record.marks[named] = wanted
        return True

    def _append(self, standing: set[str]) -> None:
        """New messages at the end; what a person has removed is not brought back."""
        fresh = []
        for name, message in self.messages.items():
            if name in standing:
                continue
            known = name in self.record.messages or not self.written
            self.rows.append((name, "slide", "removed" if known else "added"))
            if not known:
                fresh.append(message)
        if fresh:
            graft_slides(self.package, Deck.of(build_deck(fresh, "", self.lang, attach=False), ""))
            for message in fresh:
                self.record.add(message)

    def _keep_record(self) -> None:
        if self.record_part:
            self.package[self.record_part] = part_of(self.record)[1]


def _record(package: Deck) -> tuple[str, Record]:
    """The part that holds our record, wherever the deck keeps it now; "" where it is lost."""
    for part, content in package.contents.items():
        if part.startswith("customXml/") and part.endswith(".xml") and SPACE.encode() in content:
            root = package.root(part)
            if root.tag == f"{{{SPACE}}}deck":
                return part, read_record(root)
    return "", Record()


_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"


@dataclass(frozen=True)
class Box:
    """A box as it stands in a part of the package."""

    named: Named
    package: Deck
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
            link = next(self.shape.iter(_CHART)).get(f"{{{LINKS}}}id")
        else:
            link = next(self.shape.iter(f"{A}blip")).get(f"{{{LINKS}}}embed")
        return self.package.links(self.part)[link][0]

    @property
    def mark(self) -> str:
        """The fingerprint of what it says now."""
        if self.named.kind != "body":
            return mark_of_text(text_of(self.shape))
        if self.kind == "table":
            return mark_of_cells(read_cells(self.shape))
        if self.kind == "chart":
            return mark_of_grid(grid_of(self.package.root(self.target)))
        return mark_of_bytes(self.package[self.target])

    def fits(self, message: Message) -> bool:
        """Whether a message is still what the body is."""
        wanted = "chart" if message.natives else "table" if message.table else "picture"
        if self.kind != wanted or self.named.place >= max(len(message.natives), 1):
            return False
        # A person may have added plots; without those that are needed there is no place to draw in.
        if wanted != "chart":
            return True
        needed = Counter(plots_of(message.natives[self.named.place]))
        return needed <= Counter(plots_in(self.package.root(self.target)))


def boxes_of(package: Deck, record: Record) -> list[Box]:
    """Every box of ours, slide by slide.

    Some programs drop the names of text boxes. On a slide with a body of ours, and on the first
    one, a box without a name that says word for word what we wrote is ours too.
    """
    found: list[Box] = []
    for number, slide in enumerate(package.slides()):
        parts = [slide, package.linked(slide, "notesSlide")]
        roots = [(part, package.root(part)) for part in parts if part]
        boxes = [box for part, root in roots for box in _named(package, part, root)]
        standing = {box.named for box in boxes}
        ours = {named.message for named in standing} | ({COVER} if number == 0 else set())
        lost = {m: n for n, m in record.marks.items() if n.message in ours and n not in standing}
        for part, root in roots if lost else ():
            boxes += _recognised(package, part, root, lost)
        found += boxes
    return found


def _named(package: Deck, part: str, root: Any) -> Iterator[Box]:
    for properties in root.iter(f"{P}cNvPr"):
        named = read_name(properties.get("name", ""))
        if named is not None:
            yield Box(named, package, part, root, properties.getparent().getparent())


def _recognised(package: Deck, part: str, root: Any, lost: dict[str, Named]) -> Iterator[Box]:
    """Boxes that lost their name; they get it back."""
    for shape in root.iter(f"{P}sp"):
        properties = next(shape.iter(f"{P}cNvPr"))
        named = lost.get(mark_of_text(text_of(shape)))
        if named is not None and read_name(properties.get("name", "")) is None:
            properties.set("name", name_of(*named))
            yield Box(named, package, part, root, shape)
