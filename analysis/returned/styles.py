"""The styles of a workbook: looks are added at the end, those that are there keep their numbers."""

from __future__ import annotations

from analysis.returned.writing import MAIN, in_main
from analysis.workbooks.offsets import CannotEdit, Change, append, read_tree, retagged, splice
from analysis.workbooks.parts import DECLARATION

FAULT, WARNING = "fault", "warning"
# Hatching and a frame, so that a mark can be told without its colour: stripes and a red frame for
# a fault, dots and a broken frame for what should be looked at again.
_MARKS = {
    FAULT: ("lightUp", "FFF08C8C", "FFFFF2CC", "medium", "FFC00000"),
    WARNING: ("gray125", "FFBF8F00", "FFFFFBE6", "mediumDashed", "FFBF8F00"),
}
_COLLECTIONS = ("fonts", "fills", "borders", "cellXfs")
_EMPTY = f"""{DECLARATION}<styleSheet xmlns="{MAIN}">\
<fonts count="1"><font><sz val="10"/><name val="Arial"/><family val="2"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


class Styles:
    """The looks of cells by number. Raises CannotEdit where a collection of them is missing."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data or _EMPTY.encode()
        self._root = read_tree(self.data)
        self._there = {name: self._root.need(name) for name in _COLLECTIONS}
        self._added: dict[str, dict[bytes, int]] = {name: {} for name in _COLLECTIONS}
        self._marked: dict[tuple[int, str], int] = {}
        if not self._there["cellXfs"].children:
            raise CannotEdit("cellXfs")

    def add(self, collection: str, element: str) -> int:
        """The number of a new font, fill, border or format ("cellXfs"); one of a kind is enough."""
        return self._add(collection, in_main(element, self._root))

    def _add(self, collection: str, written: bytes) -> int:
        first = len(self._there[collection].children)
        added = self._added[collection]
        return added.setdefault(written, first + len(added))

    def marked(self, number: int, mark: str) -> int:
        """The look of a cell with a mark on it: fill and frame are new, all else stays."""
        if (number, mark) not in self._marked:
            self._marked[number, mark] = self._mark(number, mark)
        return self._marked[number, mark]

    def _mark(self, number: int, mark: str) -> int:
        pattern, front, back, line, colour = _MARKS[mark]
        fill = self.add(
            "fills",
            f'<fill><patternFill patternType="{pattern}"><fgColor rgb="{front}"/>'
            f'<bgColor rgb="{back}"/></patternFill></fill>',
        )
        edge = f' style="{line}"><color rgb="{colour}"/></'
        edges = "".join(f"<{side}{edge}{side}>" for side in ("left", "right", "top", "bottom"))
        border = self.add("borders", f"<border>{edges}<diagonal/></border>")
        formats = self._there["cellXfs"].children
        xf = formats[number if number < len(formats) else 0]
        numbers = {"fillId": str(fill), "borderId": str(border)}
        tag = retagged(self.data, xf, **numbers, applyFill="1", applyBorder="1")
        return self._add("cellXfs", tag + self.data[xf.inside : xf.end])

    def is_marked(self, number: int) -> bool:
        """Does a look of the workbook carry a mark of ours, from an earlier return? It is told by
        its frame, for not every program keeps hatching."""
        formats, borders = (self._there[n].children for n in ("cellXfs", "borders"))
        if number >= len(formats):
            return False
        border = formats[number].attributes.get("borderId", "0")
        if not border.isdecimal() or int(border) >= len(borders):
            return False
        written = self.data[borders[int(border)].start : borders[int(border)].end]
        return any(
            written.count(f'"{line}"'.encode()) == written.count(f'"{colour}"'.encode()) == 4
            for *_, line, colour in _MARKS.values()
        )

    def packed(self) -> bytes:
        """The part, with what was added."""
        changes: list[Change] = []
        for name, added in self._added.items():
            there = self._there[name]
            count = str(len(there.children) + len(added))
            changes += append(self.data, there, b"".join(added), count=count) if added else []
        return splice(self.data, changes)
