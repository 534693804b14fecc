"""OpenDocument spreadsheets: the cells of content.xml, row by row.

Elements and attributes: OpenDocument 1.3, part 3, sections 9 and 19. Runs of equal cells and rows
are stored once with a count; only those with a value are spread out.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from xml.etree.ElementTree import Element

from analysis.reference.trouble import InputError
from analysis.workbooks.cells import NO_RESULT, Cell, Converted, ErrorCell, LogicalCell
from analysis.workbooks.collected import MAX_CELLS, Collected
from analysis.workbooks.formats import CODE_SHOWN, TEXT_SHOWN, Formats, plain_number
from analysis.workbooks.outside import file_name, reached
from analysis.workbooks.package import Attributes, walk
from analysis.workbooks.rich_text import LOWERED, RAISED, RichText, Run, said

MAX_PART = 400 * 2**20
_CHUNK = 2**18
_WIDEST = 16_384
_HIDDEN = {"collapse", "filter"}
_ASIDE = {"table:shapes", "office:forms", "table:tracked-changes", "table:dde-links",
          "table:detective"}  # fmt: skip
_NOT_CELLS = ("office:text", "office:presentation", "office:drawing")
_CELLS = ("table:table-cell", "table:covered-table-cell")
_SOURCES = ("table:table-source", "table:cell-range-source")
_SCRIPTS = ("office:script", "script:event-listener")
_MODULE = re.compile(r"Scripts/.*[^/]$|Basic/.*/(?!script-l[bc]|dialog-l[bc])[^/]+$")
_LONGEST_COMMENT = 5000
_STRUCK = ("style:text-line-through-style", "style:text-line-through-type")
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)|Err:\d{3}", re.IGNORECASE)
_NUMBERS = ("float", "percentage", "currency")
_POWER = re.compile(r"[-+]?[\d.,]+E[-+]?\d+", re.IGNORECASE)
_SLIP = dt.timedelta(microseconds=100)
_TRUE, _FALSE = ("TRUE", "ĐÚNG"), ("FALSE", "SAI")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")

Font = tuple[bool | None, str]


def read_ods(content: bytes) -> list[Collected]:
    """Every sheet, in the workbook's order. Raises one of DAMAGE or InputError."""
    reader = _Reader()
    with zipfile.ZipFile(BytesIO(content)) as archive, archive.open("content.xml") as stream:
        pieces = _limited(iter(lambda: stream.read(_CHUNK), b""))
        walk(pieces, reader.whole, reader.begins, prefixed=True, aside=_ASIDE)
        reader.macros |= any(map(_MODULE.match, archive.namelist()))
    for sheet in reader.sheets:
        sheet.macros = reader.macros
    return reader.sheets


def _limited(pieces: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_PART:
            raise InputError("file_bomb", file="", size=size // 2**20)
        yield piece


class _Reader:
    """Collects sheets while the XML is walked. What stands beside the cells (drawings, forms,
    tracked changes) is passed over."""

    def __init__(self) -> None:
        self.sheets: list[Collected] = []
        self.formats = Formats()
        self.hidden_styles: set[str] = set()
        self.fonts: dict[str, Font] = {}
        self.row = self.column = 0
        self.whole = {"style:style": self._style, "table:table-row": self._row}
        self.begins = {"table:table": self._table, "table:table-column": self._column}
        self.begins |= dict.fromkeys(_NOT_CELLS, self._not_cells)
        self.begins |= dict.fromkeys(_SOURCES, self._source)
        self.begins |= dict.fromkeys(_SCRIPTS, self._script)
        self.macros = False

    def _source(self, attributes: Attributes) -> None:
        if self.sheets and (link := attributes.get("xlink:href")):
            self.sheets[-1].files[file_name(link)] = None

    def _script(self, attributes: Attributes) -> None:
        self.macros = True

    def _not_cells(self, attributes: Attributes) -> None:
        raise InputError("file_is_word", file="")

    def _style(self, node: Element) -> None:
        name = node.get("style:name", "")
        for said_of in node.iter("style:table-properties"):
            if said_of.get("table:display") == "false":
                self.hidden_styles.add(name)
        for said_of in node.iter("style:text-properties"):
            lines = [said_of.get(key) for key in _STRUCK if key in said_of.attrib]
            struck = any(line != "none" for line in lines) if lines else None
            self.fonts[name] = struck, _height(said_of.get("style:text-position", ""))
            if struck:
                self.formats.struck.add(name)

    def _table(self, attributes: Attributes) -> None:
        visible = attributes.get("table:style-name", "") not in self.hidden_styles
        name = attributes.get("table:name", "")
        self.sheets.append(Collected(name, self.formats, visible=visible))
        self.row = self.column = 0

    def _column(self, attributes: Attributes) -> None:
        first = self.column
        self.column += _count(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in _HIDDEN:
            columns = range(first, min(self.column, _WIDEST))
            self.sheets[-1].hidden_columns.update(columns)

    def _row(self, node: Element) -> None:
        sheet, first, column = self.sheets[-1], self.row, 0
        count = _count(node.attrib, "table:number-rows-repeated")
        self.row += count
        if next(node.iter("table:table"), None) is not None:
            raise ValueError("a table within a table")
        for cell in (c for c in node if c.tag in _CELLS):
            wide = _count(cell.attrib, "table:number-columns-repeated")
            down = _count(cell.attrib, "table:number-rows-spanned")
            right = _count(cell.attrib, "table:number-columns-spanned")
            if down > 1 or right > 1:
                sheet.merge(first, column, first + down - 1, column + right - 1)
            if len(cell) or cell.attrib:
                self._cell(sheet, first, range(column, column + wide), cell)
            column += wide
        if first in sheet.rows:
            self._repeat(sheet, first, count)
            if node.get("table:visibility") in _HIDDEN:
                sheet.hidden_rows.update(range(first, first + count))

    def _repeat(self, sheet: Collected, first: int, count: int) -> None:
        """Keep the rows that are like this one; they share their cells."""
        if count > MAX_CELLS:
            raise sheet.too_large()
        struck = [column for column in sheet.rows[first] if (first, column) in sheet.struck]
        for row in range(first + 1, first + count):
            sheet.counts(len(sheet.rows[first]))
            sheet.rows[row] = sheet.rows[first]
            sheet.struck.update((row, column) for column in struck)

    def _cell(self, sheet: Collected, row: int, columns: range, cell: Element) -> None:
        comments = ("".join(_paragraphs(c)) for c in cell if c.tag == "office:annotation")
        if text := said(c[:_LONGEST_COMMENT] for c in comments):
            sheet.note(row, columns[0], "comment_on_cell", text)
        paragraphs = [list(self._runs(p, (None, ""))) for p in cell if p.tag == "text:p"]
        runs = [run for p in paragraphs for run in (Run("\n"), *p)][1:]
        shown = "".join(run.text for run in runs)
        value = _value(cell.attrib, shown, len(paragraphs))
        if value is None:
            return
        if len(columns) > _WIDEST:
            raise sheet.too_large()
        style = cell.get("table:style-name", "")
        for column in columns:
            if type(value) is str:
                rich = value == shown and any(run.struck is not None or run.at for run in runs)
                text = RichText(value, runs) if rich else value
                sheet.put_text(row, column, text, style)
            else:
                sheet.put(row, column, value, style)
        self._note_link(sheet, row, columns, cell.get("table:formula", ""))

    def _runs(self, node: Element, font: Font) -> Iterator[Run]:
        """The text of a paragraph, its parts with their fonts; drawings in it are passed over."""
        yield Run(node.text or "", *font)
        for child in node:
            if child.tag == "text:span":
                name = child.get("text:style-name", "")
                yield from self._runs(child, self.fonts.get(name, font))
            elif child.tag == "text:s":
                yield Run(" " * min(_count(child.attrib, "text:c"), 1000), *font)
            elif child.tag in ("text:tab", "text:line-break"):
                yield Run("\t" if child.tag == "text:tab" else "\n", *font)
            elif not child.tag.startswith(("draw:", "office:")):
                yield from self._runs(child, font)
            yield Run(child.tail or "", *font)

    def _note_link(self, sheet: Collected, row: int, columns: range, formula: str) -> None:
        """Note cells whose formula takes a value from another file or program."""
        found = reached(formula)
        if found is not None:
            sheet.files[found] = None
            sheet.linked.update((row, column) for column in columns)


def _paragraphs(comment: Element) -> Iterator[str]:
    """What a comment says; nothing of who wrote it and when."""
    for paragraph in comment.iter("text:p"):
        yield from paragraph.itertext()
        yield "\n"


def _height(position: str) -> str:
    """Whether letters are raised or lowered: "super 58%", "-33% 58%"."""
    first = position.split(" ")[0].rstrip("%")
    if first in ("super", "sub"):
        return RAISED if first == "super" else LOWERED
    if not first or first.strip("-0.") == "":
        return ""
    return LOWERED if first.startswith("-") else RAISED


def _count(attributes: Mapping[str, str], name: str) -> int:
    """How often a cell, row or column is repeated, or how far a merged one spans."""
    text = attributes.get(name)
    return max(int(text), 1) if text else 1


def _value(cell: Mapping[str, str], shown: str, paragraphs: int) -> Cell:
    """The value of a cell; None where it is blank. `paragraphs`: how many it shows."""
    kind = cell.get("office:value-type", "")
    if kind in _NUMBERS and cell.get("office:value") and shown[:1] not in ("#", "E"):
        return _number(cell["office:value"], shown, kind)
    formula = cell.get("table:formula", "")
    if cell.get("calcext:value-type") == "error" or (formula and _ERROR.fullmatch(shown.strip())):
        return ErrorCell(shown.strip() or "#?")
    if kind in _NUMBERS and cell.get("office:value"):
        return _number(cell["office:value"], shown, kind)
    if kind == "boolean":
        return LogicalCell(cell.get("office:boolean-value", "") == "true")
    if kind == "date":
        return _date(cell.get("office:date-value", "")) or None
    if kind == "time":
        return _time(cell.get("office:time-value", ""))
    if formula and not paragraphs and not cell.get("office:string-value") and kind != "string":
        return NO_RESULT
    return cell.get("office:string-value") or shown or None


def _number(stored: str, shown: str, kind: str) -> Cell:
    """A stored number; a code shown with its leading zeros keeps them, and so do words. A logical
    value is stored as 1 or 0, and shown in words."""
    number = float(stored)
    if number != number or abs(number) == float("inf"):
        return ErrorCell("#NUM!")
    value = plain_number(number)
    if shown in _TRUE or shown in _FALSE:
        return LogicalCell(shown in _TRUE)
    if shown[:1] == "0" and len(shown) > 1 and shown.isascii() and shown.isdecimal():
        return Converted(shown, str(value), CODE_SHOWN) if int(shown) == value else value
    if kind == "float" and any(map(str.isalpha, shown)) and not _POWER.fullmatch(shown):
        return Converted(shown.strip(), str(value), TEXT_SHOWN)
    return value


def _date(text: str) -> Cell:
    """A date as it is stored; one the calendar does not know stays text."""
    try:
        day = dt.datetime.fromisoformat(text).replace(tzinfo=None)
        if (day + _SLIP).date() != day.date():  # so close to midnight it comes of arithmetic
            day = dt.datetime.combine((day + _SLIP).date(), dt.time(0))
        return day
    except (ValueError, OverflowError):
        return text


def _time(duration: str) -> Cell:
    """A time of day, or a longer (or negative) duration; one in another form stays text."""
    parts = _DURATION.fullmatch(duration)
    if not parts:
        return duration or None
    days, hours, minutes = (int(p or 0) for p in parts.groups()[1:4])
    span = dt.timedelta(days, float(parts[5] or 0), hours=hours, minutes=minutes)
    span = -span if parts[1] else span
    if dt.timedelta(0) <= span < dt.timedelta(days=1):
        return (dt.datetime(1900, 1, 1) + span).time()
    return span
