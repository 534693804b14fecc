"""Web pages under a workbook's name, as many a portal exports its tables: their rows and cells.

A page is one sheet, as spreadsheet programs show it: its tables one below the other, each line of
text beside them in a row of its own. Scripts, styles and comments are passed over; nothing is
fetched.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping

from analysis.reference.trouble import InputError
from analysis.workbooks.cells import Cell
from analysis.workbooks.collected import MAX_COLUMNS, MAX_TEXT, Collected
from analysis.workbooks.formats import Formats, from_serial, plain_number
from analysis.workbooks.outside import reached

_LONGEST_TAG = 8192
_PAST = 12  # ">" within quotation marks that are looked past
_ATTRIBUTE = re.compile(r"""([\w:-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:]*")
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,30})""", re.IGNORECASE)
_UNSEEN = ("script", "style", "title", "template", "noscript", "xml")
# Struck or raised letters run into the next ones ("12" and a footnote's "1") unless a space parts
# them; the others break a line.
_PARTED = {"s", "strike", "del", "sup", "sub", "br", "p", "div", "li", "option"}
_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "center", "caption"}
_STRUCK = {"s", "strike", "del"}
_DATE_LIKE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")


def read_html(content: bytes) -> list[Collected]:
    """The one sheet of a page. Raises InputError where the page has no table."""
    page = _Page()
    for tag, attributes, words in _pieces(_decoded(content)):
        page.tag(tag, attributes)
        page.words(words)
    if not page.tables:
        raise InputError("file_is_html", file="")
    return [page.end()]


def _decoded(content: bytes) -> str:
    """The text of a page: by its mark, as UTF-8 where it is that, else as it says itself."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if b"\0" in content[:2]:
        wide = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        return content.decode(wide, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = _CHARSET.search(content[:4096])
    try:
        name = codecs.lookup(said[1].decode() if said else "cp1252").name
        errors = "replace" if name == "utf-8" else "strict"
        return unicodedata.normalize("NFC", content.decode(name, errors))
    except (LookupError, UnicodeDecodeError):
        return content.decode("latin-1")


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """Each tag by its name, with its attributes as written and the words behind it. A tag without
    an end is words; a comment or script without one takes the rest of the page."""
    place = text.find("<")
    yield "", "", text[: place if place >= 0 else len(text)]
    while 0 <= place < len(text):
        if text.startswith("<!--", place):
            end = text.find("-->", place)
            name, attributes, end = "", "", end + 3 if end >= 0 else len(text)
        else:
            name, attributes, end = _tag(text, place)
        if name in _UNSEEN:
            closing = re.compile(f"</{name}", re.IGNORECASE).search(text, end)
            end = closing.start() if closing else len(text)
        place = text.find("<", max(end, place + 1))
        stop = place if place >= 0 else len(text)
        yield name, attributes, text[end:stop]


def _tag(text: str, place: int) -> tuple[str, str, int]:
    """Name, attributes and end of the tag that begins here; no name where none does."""
    found = _NAME.match(text, place + 1)
    if found is None and text[place + 1 : place + 2] not in ("!", "?"):
        return "", "", place
    start = end = found.end() if found else place + 1
    for _ in range(_PAST):
        end = text.find(">", end, place + _LONGEST_TAG)
        if end < 0:
            return "", "", place
        inside = text[start:end]
        end += 1
        if inside.count('"') % 2 == 0:
            break
    return (found[0].casefold() if found else ""), inside, end


def _attributes(text: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(text)
    return {name.casefold(): html.unescape(value.strip("\"'")) for name, value in found}


def _span(attributes: Mapping[str, str], name: str, most: int) -> int:
    value = attributes.get(name, "").strip()
    return min(max(int(value), 1), most) if value.isdecimal() and len(value) < 7 else 1


class _Page:
    """Puts the cells of a page where a spreadsheet program would."""

    def __init__(self) -> None:
        self.found = Collected("Sheet1", Formats())
        self.row = 0
        self.tables = self.depth = 0
        self.pieces: list[str] = []
        self.cell: dict[str, str] | None = None
        self.column = 0
        self.in_row = False
        self.struck = self.told = 0
        self.taken: dict[int, int] = {}  # columns covered from above: the last row so covered
        self.spans: list[tuple[int, int, int, int]] = []

    def tag(self, name: str, written: str) -> None:
        """Take a tag; a page may leave out the end of a cell or row, never its beginning."""
        opens, name = not name.startswith("/"), name.lstrip("/")
        if name in _STRUCK:
            self.struck = max(0, self.struck + (1 if opens else -1))
        if name == "table":
            self._table(opens)
        elif name in ("tr", "thead", "tbody", "tfoot"):
            self._end_row()
            if name == "tr" and opens and self.depth:
                self._start_row(written)
        elif name in ("td", "th"):
            self._end_cell()
            if opens and self.depth:
                self._start_cell(written)
        elif self.cell is not None:
            self.pieces += [" "] * (name in _PARTED)
        elif name in _BLOCKS:
            self._line()

    def words(self, text: str) -> None:
        """Take the words between two tags."""
        if text and not text.isspace():
            self.pieces.append(html.unescape(text))
            self.told += not self.struck
        elif text:
            self.pieces.append(" ")

    def end(self) -> Collected:
        """The sheet, the page being over."""
        self._table(False)
        self._line()
        return self.found

    def _table(self, opens: bool) -> None:
        """A table within a cell of another ends its row: that one only arranges the page."""
        self._end_cell()
        if opens and self.in_row and self.row not in self.found.rows:
            self.in_row = False
        self._end_row()
        self._line()
        if not opens or self.depth:
            last = self.row - 1
            for top, left, bottom, right in self.spans:
                if min(bottom, last) > top or right > left:
                    self.found.merge(top, left, max(top, min(bottom, last)), right)
            self.spans, self.taken = [], {}
        self.depth = max(0, self.depth + (1 if opens else -1))
        self.tables += opens

    def _line(self) -> None:
        """Words beside the tables have a row of their own."""
        text = self._text()[:MAX_TEXT]
        if text:
            self.found.put(self.row, 0, text)
            self.row += 1

    def _start_row(self, written: str) -> None:
        self._line()
        self.in_row, self.column = True, 0
        style = _attributes(written).get("style", "").replace(" ", "").casefold()
        if "display:none" in style:
            self.found.hidden_rows.add(self.row)

    def _end_row(self) -> None:
        self._end_cell()
        if self.in_row:
            self.row += 1
        self.in_row = False

    def _start_cell(self, written: str) -> None:
        if not self.in_row:
            self._start_row("")
        self._text()
        self.cell, self.told = _attributes(written), 0

    def _end_cell(self) -> None:
        if self.cell is None:
            return
        while self.taken.get(self.column, -1) >= self.row:
            self.column += 1
        wide = _span(self.cell, "colspan", MAX_COLUMNS)
        down = _span(self.cell, "rowspan", 2**16)
        bottom, right = self.row + down - 1, self.column + wide - 1
        if right >= MAX_COLUMNS:
            raise self.found.bad_cell("cell_far_away", self.row, right)
        if text := self._text():
            self.found.put(self.row, self.column, _value(text, self.cell))
            if (found := reached(self.cell.get("x:fmla", ""))) is not None:
                self.found.files[found] = None
                self.found.linked.add((self.row, self.column))
            line_through = "line-through" in self.cell.get("style", "")
            if line_through or not self.told:
                self.found.struck.add((self.row, self.column))
        if down > 1 or wide > 1:
            self.spans.append((self.row, self.column, bottom, right))
            self.taken |= dict.fromkeys(range(self.column, right + 1), bottom)
        self.column, self.cell = right + 1, None

    def _text(self) -> str:
        text = " ".join("".join(self.pieces).split())
        self.pieces = []
        return text


def _value(text: str, cell: Mapping[str, str]) -> Cell:
    """A cell's text; a number where Excel wrote the page and says so (`x:num`), as it is shown."""
    said = cell.get("x:num")
    if said is None or "x:str" in cell:
        return text
    try:
        number = float(said or text)
    except ValueError:
        return text
    if _DATE_LIKE.match(text):
        return from_serial(number)
    shown = plain_number(number)
    return shown if str(shown) == text or (said and not text[:1].isdecimal()) else text
