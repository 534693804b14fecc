"""OpenDocument spreadsheets: the cells of content.xml, read as a stream.

Elements and attributes: OpenDocument 1.3, part 3, sections 9 and 19. Runs of equal cells and rows
are stored once with a count; only those with a value are spread out.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import unquote
from xml.parsers import expat

from analysis.raw.apart.found import MAX_CELLS, FoundSheet, Refused, Unreadable, WireCell
from analysis.raw.apart.ods_value import cell_value
from analysis.raw.comments import said
from analysis.raw.runs import LOWERED, RAISED, RichText, Run, live_text

MAX_PART = 400 * 2**20
_CHUNK = 2**18
_WIDEST = 16_384
_HIDDEN = {"collapse", "filter"}
_LINK = re.compile(r"'([a-z]+:[^']*)'#")
_LONGEST_COMMENT = 5000
_STRUCK = ("style:text-line-through-style", "style:text-line-through-type")
_FAULTS = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, NotImplementedError,
    expat.ExpatError,
)  # fmt: skip

Attributes = dict[str, str]


def read_ods(path: str) -> list[FoundSheet]:
    """Every sheet, in the workbook's order. Raises Unreadable or Refused."""
    reader = _Reader()
    size = 0
    try:
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MAX_PART:
                    raise Refused("file_bomb", size=size // 2**20)
                reader.parser.Parse(chunk, False)
        reader.parser.Parse(b"", True)
    except _FAULTS as fault:
        raise Unreadable(str(fault)) from fault
    return reader.sheets


def _height(position: str) -> str:
    """Whether letters are raised or lowered: "super 58%", "-33% 58%"."""
    first = position.split(" ")[0].rstrip("%")
    if first in ("super", "sub"):
        return RAISED if first == "super" else LOWERED
    if not first or first.strip("-0.") == "":
        return ""
    return LOWERED if first.startswith("-") else RAISED


def _count(attributes: Attributes, name: str) -> int:
    """How often a cell, row or column is repeated, or how far a merged one spans."""
    text = attributes.get(name)
    return max(int(text), 1) if text else 1


class _Reader:
    """Collects sheets while the XML is walked. What stands beside the cells (comments, drawings,
    tracked changes) is walked past with handlers of its own."""

    def __init__(self) -> None:
        self.sheets: list[FoundSheet] = []
        self.hidden_styles: set[str] = set()
        self.struck_styles: set[str] = set()
        self.fonts: dict[str, tuple[bool | None, str]] = {}
        self.spans: list[tuple[bool | None, str]] = []
        self.runs: list[Run] = []
        self.rich = False
        self.comment: list[str] = []
        self.style = ""
        self.aside = self.tables = self.row = self.column = self.row_count = 0
        self.cells: dict[int, WireCell] = {}
        self.struck: list[int] = []
        self.cell: Attributes | None = None
        self.row_hidden = self.in_paragraph = False
        self.drawn = False
        self.unseen: list[int] = []
        self.paragraphs = 0
        self.pieces: list[str] = []
        self.starts = self._starts()
        self.ends = {
            "table:table-cell": self._end_cell,
            "table:covered-table-cell": self._end_cell,
            "table:table-row": self._end_row,
            "table:table": self._end_table,
            "text:p": self._end_paragraph,
            "text:span": self._end_span,
        }
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._listen()

    def _starts(self) -> dict[str, Callable[[Attributes], None]]:
        aside = ("table:shapes", "office:forms", "table:tracked-changes",
                 "table:dde-links", "table:detective")  # fmt: skip
        return {
            "table:table-cell": self._start_cell,
            "table:covered-table-cell": self._start_cell,
            "table:table-row": self._start_row,
            "table:table-column": self._column,
            "table:table": self._start_table,
            "office:text": self._not_cells,
            "office:presentation": self._not_cells,
            "office:drawing": self._not_cells,
            "style:style": self._style,
            "style:table-properties": self._hiding,
            "style:text-properties": self._striking,
            "text:p": self._start_paragraph,
            "text:span": self._start_span,
            "text:s": self._spaces,
            "text:tab": lambda attributes: self._add("\t"),
            "text:line-break": lambda attributes: self._add("\n"),
            "office:annotation": self._start_comment,
            **dict.fromkeys(aside, self._go_aside),
        }

    def _listen(self) -> None:
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._letters

    def _go_aside(self, attributes: Attributes) -> None:
        """Walk past an element and all within it."""
        self.aside = 1

        def deeper(tag: str, attributes: Attributes) -> None:
            self.aside += 1

        def back(tag: str) -> None:
            self.aside -= 1
            if not self.aside:
                self._listen()

        self.parser.StartElementHandler = deeper
        self.parser.EndElementHandler = back
        self.parser.CharacterDataHandler = None

    def _start_comment(self, attributes: Attributes) -> None:
        """Read a comment: its paragraphs, and nothing of who wrote it and when."""
        self.comment = []
        depth, paragraphs, size = 1, 0, 0

        def deeper(tag: str, attributes: Attributes) -> None:
            nonlocal depth, paragraphs
            depth += 1
            paragraphs += tag == "text:p"

        def letters(text: str) -> None:
            nonlocal size
            size += len(text)
            if paragraphs and size < _LONGEST_COMMENT:
                self.comment.append(text)

        def back(tag: str) -> None:
            nonlocal depth, paragraphs
            depth -= 1
            if tag == "text:p":
                paragraphs -= 1
                self.comment.append("\n")
            if not depth:
                self._keep_comment()
                self._listen()

        self.parser.StartElementHandler = deeper
        self.parser.EndElementHandler = back
        self.parser.CharacterDataHandler = letters

    def _keep_comment(self) -> None:
        text = said(["".join(self.comment)])
        if self.sheets and self.cell is not None and text:
            self.sheets[-1].beside.append((self.row, self.column, "comment_on_cell", text))

    def _doctype(self, *_: object) -> None:
        raise Refused("file_doctype")

    def _start(self, tag: str, attributes: Attributes) -> None:
        handler = self.starts.get(tag)
        if handler:
            handler(attributes)
        elif tag.startswith("draw:"):
            self.drawn = True
            self._go_aside(attributes)

    def _end(self, tag: str) -> None:
        handler = self.ends.get(tag)
        if handler:
            handler()

    def _letters(self, text: str) -> None:
        if self.in_paragraph:
            self._add(text)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.runs.append(Run(text, *(self.spans[-1] if self.spans else (None, ""))))

    def _start_span(self, attributes: Attributes) -> None:
        outer = self.spans[-1] if self.spans else (None, "")
        font = self.fonts.get(attributes.get("text:style-name", ""), outer)
        self.rich = self.rich or font != (None, "")
        self.spans.append(font)

    def _end_span(self) -> None:
        if self.spans:
            self.spans.pop()

    def _style(self, attributes: Attributes) -> None:
        self.style = attributes.get("style:name", "")

    def _hiding(self, attributes: Attributes) -> None:
        if attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)

    def _striking(self, attributes: Attributes) -> None:
        said = [attributes[name] for name in _STRUCK if name in attributes]
        struck = any(name != "none" for name in said) if said else None
        if struck:
            self.struck_styles.add(self.style)
        self.fonts[self.style] = struck, _height(attributes.get("style:text-position", ""))

    def _not_cells(self, attributes: Attributes) -> None:
        raise Refused("file_is_word")

    def _start_table(self, attributes: Attributes) -> None:
        self.tables += 1
        if self.tables > 1:
            raise Unreadable("a table within a table")
        hidden = attributes.get("table:style-name", "") in self.hidden_styles
        self.sheets.append(FoundSheet(attributes.get("table:name", ""), not hidden))
        self.row = self.column = 0

    def _end_table(self) -> None:
        self.tables -= 1

    def _column(self, attributes: Attributes) -> None:
        first, self.column = (
            self.column,
            self.column + _count(attributes, "table:number-columns-repeated"),
        )
        if attributes.get("table:visibility") in _HIDDEN:
            self.sheets[-1].hidden_columns.update(range(first, min(self.column, _WIDEST)))

    def _start_row(self, attributes: Attributes) -> None:
        self.column, self.cells, self.struck, self.unseen = 0, {}, [], []
        self.row_count = _count(attributes, "table:number-rows-repeated")
        self.row_hidden = attributes.get("table:visibility") in _HIDDEN

    def _end_row(self) -> None:
        if self.cells:
            sheet = self.sheets[-1]
            if self.row_count > MAX_CELLS:
                raise Refused("sheet_too_large", sheet=sheet.name)
            for row in range(self.row, self.row + self.row_count):
                sheet.put_row(row, self.cells)
                sheet.struck += [(row, c) for c in self.struck]
                sheet.unseen.update((row, c) for c in self.unseen)
                if self.row_hidden:
                    sheet.hidden_rows.add(row)
        self.row += self.row_count

    def _start_cell(self, attributes: Attributes) -> None:
        self.cell, self.pieces, self.paragraphs, self.drawn = attributes, [], 0, False
        self.runs, self.spans, self.rich = [], [], False
        down = _count(attributes, "table:number-rows-spanned")
        right = _count(attributes, "table:number-columns-spanned")
        if down > 1 or right > 1:
            bottom, last = self.row + down - 1, self.column + right - 1
            self.sheets[-1].merge(self.row, self.column, bottom, last)

    def _start_paragraph(self, attributes: Attributes) -> None:
        if self.cell is not None:
            self.in_paragraph = True
            self.paragraphs += 1
            if self.paragraphs > 1:
                self._add("\n")

    def _end_paragraph(self) -> None:
        self.in_paragraph = False

    def _spaces(self, attributes: Attributes) -> None:
        self._add(" " * min(_count(attributes, "text:c"), 1000))

    def _end_cell(self) -> None:
        if self.cell is None:
            raise Unreadable("a cell within a cell")
        cell, self.cell = self.cell, None
        first = self.column
        self.column += _count(cell, "table:number-columns-repeated")
        if len(cell) == 0 and not self.pieces:
            return
        value = cell_value(cell, "".join(self.pieces), self.paragraphs)
        if value is not None:
            columns = range(first, self.column)
            self._keep(columns, value, cell)
            self._note_link(columns, cell.get("table:formula", ""))

    def _note_link(self, columns: range, formula: str) -> None:
        """Note cells whose formula takes a value from another file or program."""
        sheet = self.sheets[-1]
        found = _LINK.search(formula) if "'" in formula else None
        if found:
            path = unquote(found[1]).replace("\\", "/").rstrip("/")
            sheet.files.append(posixpath.basename(path) or "?")
        elif "DDE(" in formula:
            sheet.files.append("DDE")
        else:
            return
        sheet.linked += [(self.row, column) for column in columns]

    def _keep(self, columns: range, value: WireCell, cell: Attributes) -> None:
        if len(columns) > _WIDEST:
            raise Refused("sheet_too_large", sheet=self.sheets[-1].name)
        sheet, struck = self.sheets[-1], cell.get("table:style-name", "") in self.struck_styles
        sheet.check_text(value, self.row, columns[0])
        if self.rich and value == "".join(self.pieces):
            found = live_text(RichText(str(value), self.runs), struck)
            struck = found.struck
            if found.unsure:
                sheet.beside.append((self.row, columns[0], found.unsure, str(value)))
            if found.rule:
                value = ("c", found.text, str(value), found.rule)
        self.cells.update(dict.fromkeys(columns, value))
        if struck:
            self.struck += columns
        if self.drawn or "office:value-type" not in cell:
            self.unseen += columns
