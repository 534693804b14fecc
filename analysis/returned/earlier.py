"""A workbook that was returned once and comes back with faults: what the earlier return put in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from analysis.reference import say
from analysis.reference.labels import LANGUAGES
from analysis.returned.listing import HEADINGS, LOOK_COLUMN
from analysis.returned.marking import Place, place_of
from analysis.returned.workbook import Workbook
from analysis.workbooks import open_book
from analysis.workbooks.cells import Row, Sheet
from analysis.workbooks.offsets import Watch, read_tree


class Known(NamedTuple):
    """What an earlier return did on a sheet: the look of cells before, and what their notes say."""

    looks: Mapping[Place, int]
    notes: Mapping[Place, str]


@dataclass
class Earlier:
    """The earlier list ("" where there is none), and by sheet what is `Known`."""

    sheet: str = ""
    looks: dict[str, dict[Place, int]] = field(default_factory=lambda: defaultdict(dict))
    notes: dict[str, dict[Place, str]] = field(default_factory=lambda: defaultdict(dict))

    def of(self, sheet: str) -> Known:
        """What it did on one sheet."""
        return Known(self.looks.get(sheet, {}), self.notes.get(sheet, {}))


def earlier_return(path: Path, content: bytes, book: Workbook) -> Earlier:
    """What an earlier return left in a workbook. Its list is known by its name and its title."""
    names = tuple(say("returned_sheet", lang) for lang in LANGUAGES)
    if any(name.startswith(names) for name in book.sheets):
        for sheet in open_book(path, content=content).sheets:
            if sheet.name.startswith(names) and _is_list(sheet.rows):
                return _read(sheet, book.parts[book.sheets[sheet.name]])
    return Earlier()


def _is_list(rows: Sequence[Row]) -> bool:
    titles = tuple(say("returned_title", lang, file="").strip() for lang in LANGUAGES)
    first = rows[0][0] if rows and rows[0] else None
    return isinstance(first, str) and first.startswith(titles)


def _read(sheet: Sheet, data: bytes) -> Earlier:
    """The look before is that of a blank cell beside the list; such a cell is left out by programs
    where it looks like any other."""
    kept = _Kept()
    read_tree(data, kept)
    earlier = Earlier(sheet.name)
    for at, row in enumerate(sheet.rows):
        texts = ["" if c is None else str(c) for c in row] + [""] * len(HEADINGS)
        place = place_of(texts[HEADINGS.index("cell")])
        if place:
            name = texts[HEADINGS.index("sheet")]
            earlier.looks[name][place] = kept.looks.get(at, 0)
            words = [texts[HEADINGS.index(part)] for part in ("cause", "remedy")]
            before = earlier.notes[name].get(place, "")
            earlier.notes[name][place] = " ".join([before, *map(_without_hint, words)])
    return earlier


def _without_hint(text: str) -> str:
    for lang in LANGUAGES:
        text = text.removesuffix(say("returned_hidden", lang))
    return text


class _Kept(Watch):
    """Rows of a list (from 0) with the look that they keep."""

    def __init__(self) -> None:
        self.looks: dict[int, int] = {}

    def enter(self, name: str, attributes: dict[str, str]) -> bool:
        """Only the addresses and looks of cells matter."""
        place = place_of(attributes.get("r", "")) if name == "c" else None
        look = attributes.get("s", "")
        if place and place[1] == LOOK_COLUMN and look.isdecimal():
            self.looks[place[0]] = int(look)
        return name != "c"
