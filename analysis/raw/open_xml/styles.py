"""What a cell's style says of its value: that it is a date, shown with text or as a padded code,
struck through."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.raw.open_xml.parts import STRICT_TRUE
from analysis.raw.serials import is_date_format
from analysis.raw.shown import ShownAs, shown_as

_MOST_DIGITS = 15


@dataclass
class Styles:
    """Style numbers: of dates, of what is shown as more than a number, of struck-through text."""

    dates: set[int] = field(default_factory=set)
    shown: dict[int, ShownAs] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)


class StyleReader:
    """Collects the styles while their part is walked."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.struck_fonts: set[int] = set()
        self.formats: list[tuple[int, int]] = []
        self.fonts = -1
        self.inside: list[str] = []

    def start(self, tag: str, a: dict[str, str]) -> None:
        """An element begins."""
        parent = self.inside[-1] if self.inside else ""
        self.inside.append(tag)
        if tag == "numFmt":
            self.codes[whole(a.get("numFmtId"))] = a.get("formatCode", "")
        elif tag == "font" and parent == "fonts":
            self.fonts += 1
        elif tag == "strike" and "fonts" in self.inside and a.get("val", "1") in STRICT_TRUE:
            self.struck_fonts.add(self.fonts)
        elif tag == "xf" and parent == "cellXfs":
            self.formats.append((whole(a.get("numFmtId")), whole(a.get("fontId"))))

    def end(self, tag: str, text: str) -> None:
        """An element ends."""
        self.inside.pop()

    def styles(self) -> Styles:
        """What was found, by the number cells give for their style."""
        found = Styles()
        for index, (number, font) in enumerate(self.formats):
            code = self.codes.get(number, "")
            if is_date_format(number, code):
                found.dates.add(index)
            elif shown := shown_as(code):
                found.shown[index] = shown
            if font in self.struck_fonts:
                found.struck.add(index)
        return found


def whole(text: str | None, otherwise: int = 0) -> int:
    """An attribute that is a whole number, of no more digits than any in a workbook."""
    is_whole = text and len(text) <= _MOST_DIGITS and text.strip().isdecimal()
    return int(text) if text and is_whole else otherwise
