"""Open XML workbooks (.xlsx, .xlsm), cell by cell, with what other readers drop: failed formulas,
formulas whose result was never stored, hidden and struck-through rows, merged ranges, both date
systems, comments, links to other files.

What is made of a cell here is what the cell is. Large sheets take the fast lane (`fast`), which
gives the same cells or none at all.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from xml.etree.ElementTree import Element

from analysis.reference.labels import LANGUAGES, say
from analysis.reference.trouble import InputError
from analysis.workbooks.cells import (
    NO_RESULT,
    Book,
    ErrorCell,
    LogicalCell,
    Place,
    Sheet,
    column_index,
)
from analysis.workbooks.collected import MAX_COLUMNS, Collected
from analysis.workbooks.formats import Formats
from analysis.workbooks.outside import file_name, outside, reached
from analysis.workbooks.package import STRICT_TRUE, Attributes, Package
from analysis.workbooks.rich_text import RichText, Run, said

# Unpacked bytes from which the fast lane pays, measured: see benchmarks/README.md.
FAST_FROM = 50_000
_BLOCK = 2**19
_MOST_DIGITS = 15
_TEXTS = ("s", "str", "inlineStr")
# What links a workbook to the outside without a value of it being taken from there.
_NO_VALUES = {"hyperlink", "image"}
_MACROS = ("vbaproject.bin", "xl/macrosheets/", "xl/intlmacrosheets/")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
Links = dict[str, tuple[str, str]]


def read_xlsx(file: str, archive: zipfile.ZipFile) -> Book:
    """Every worksheet of an Open XML workbook.

    Raises InputError where a part is missing, damaged, holds a document type, or where a header's
    count is not to be trusted.
    """
    package = Package(file, archive)
    main = next((t for t, kind in package.links("").values() if kind == "officeDocument"), "")
    if not main:
        raise InputError("file_is_archive", file=file)
    links = package.links(main)
    listed: list[Attributes] = []
    formats = Formats()

    def settings(a: Attributes) -> None:
        formats.epoch_1904 |= a.get("date1904", "0") in STRICT_TRUE

    named: list[str] = []
    whole = {"definedName": lambda name: named.append(name.text or "")}
    package.parse(main, whole, {"sheet": listed.append, "workbookPr": settings})
    strings = _shared_strings(package, links)
    _add_styles(package, links, formats)
    sheets = []
    remarks: list[tuple[str, dict[str, object]]] = []
    read: set[str] = set()
    for a in listed:
        link = next((v for k, v in a.items() if k.rpartition(":")[2] == "id"), "")
        part, kind = links.get(link, ("", ""))
        if kind == "worksheet":
            if part in read:  # thousands of names for one part would cost its time each
                raise package.damaged(part)
            read.add(part)
            visible = a.get("state", "") in ("", "visible")
            sheets.append(_read_sheet(package, part, a.get("name", ""), strings, formats, visible))
            remarks += _add_comments(package, part, sheets[-1])
    macros = any(sign in name for name in package.names for sign in _MACROS)
    reaching = [found for text in named if (found := reached(text)) is not None]
    reaching += _linked_files(package)
    remarks += outside(file, [*(f for sheet in sheets for f in sheet.files), *reaching], macros)
    return Book(file, "xlsm" if macros else "xlsx", sheets, remarks)


def _read_sheet(
    package: Package, part: str, name: str, strings: list[str], formats: Formats, visible: bool
) -> Sheet:
    reader = partial(SheetReader, package.file, name, strings, formats, visible)
    if package.stated_size(part) >= FAST_FROM:
        # It loads numpy, which small sheets do without.
        from analysis.workbooks.fast import count_fast, read_fast

        sheet = read_fast(package.chunks(part, _BLOCK, count_fast), reader())
        if sheet is not None:
            return sheet
    careful = reader()
    package.parse(part, careful.whole, careful.begins)
    return careful.found.sheet()


def _shared_strings(package: Package, links: Links) -> list[str]:
    part = next((t for t, kind in links.values() if kind == "sharedStrings"), "")
    if not part:
        return []
    if package.stated_size(part) >= FAST_FROM:
        from analysis.workbooks.fast import read_fast_strings

        strings = read_fast_strings(package.chunks(part))
        if strings is not None:
            return strings
    found: list[str] = []
    package.parse(part, {"si": lambda si: found.append(text_of([si]))})
    return found


def _add_styles(package: Package, links: Links, formats: Formats) -> None:
    """What the styles say of values, by the number cells give for their style."""
    part = next((t for t, kind in links.values() if kind == "styles"), "")
    if part not in package:
        return
    codes: dict[int, str] = {}
    fonts: list[bool] = []
    styles: list[tuple[int, int]] = []

    def note_code(a: Attributes) -> None:
        codes[whole(a.get("numFmtId"))] = a.get("formatCode", "")

    def take_fonts(found: Element) -> None:
        for font in found.iterfind("font"):
            fonts.append(any(s.get("val", "1") in STRICT_TRUE for s in font.iter("strike")))

    def take_styles(found: Element) -> None:
        for xf in found.iterfind("xf"):
            styles.append((whole(xf.get("numFmtId")), whole(xf.get("fontId"))))

    package.parse(part, {"fonts": take_fonts, "cellXfs": take_styles}, {"numFmt": note_code})
    for style, (number, font) in enumerate(styles):
        formats.add(style, number, codes.get(number, ""), font < len(fonts) and fonts[font])


class SheetReader:
    """The careful reader of one sheet: `whole` and `begins` say what it wants of its XML."""

    def __init__(
        self, file: str, name: str, strings: list[str], formats: Formats, visible: bool = True
    ) -> None:
        self.strings, self.formats = strings, formats
        self.found = Collected(name, formats, file=file, visible=visible)
        self.linked_groups: set[str] = set()
        self.row = self.column = -1
        self.whole: dict[str, Callable[[Element], None]] = {"c": self._cell}
        self.begins = {"row": self._row, "col": self._col, "mergeCell": self._merge}

    def _row(self, a: Attributes) -> None:
        self.row, self.column = whole(a.get("r"), self.row + 2) - 1, -1
        if a.get("hidden", "0") in STRICT_TRUE:
            self.found.hidden_rows.add(self.row)

    def _col(self, a: Attributes) -> None:
        if a.get("hidden", "0") in STRICT_TRUE:
            last = min(whole(a.get("max")), MAX_COLUMNS)
            self.found.hidden_columns.update(range(whole(a.get("min"), 1) - 1, last))

    def _merge(self, a: Attributes) -> None:
        ends = [_REFERENCE.fullmatch(part) for part in a.get("ref", "").split(":")]
        places = [(int(m[2]) - 1, column_index(m[1])) for m in ends if m]
        if len(places) == 2:
            self.found.merge(*places[0], *places[1])

    def _cell(self, c: Element) -> None:
        place = _REFERENCE.fullmatch(c.get("r", ""))
        if place:
            self.row, self.column = int(place[2]) - 1, column_index(place[1])
        else:
            self.column += 1
        kind, style = c.get("t", "n"), whole(c.get("s"))
        formula = text = None
        inline: list[Element] = []
        for part in c:
            if part.tag == "v":
                text = part.text or ""
            elif part.tag == "is":
                inline.append(part)
            elif part.tag == "f":
                formula = part
                self._note_link(part)
        here = self.row, self.column
        if inline:
            self.found.put_text(*here, text_of(inline), style)
        elif text is None or (text == "" and kind not in _TEXTS):
            self.found.put(*here, None if formula is None else NO_RESULT, style)
        elif kind == "s":
            index = whole(text, -1)
            if not 0 <= index < len(self.strings):
                raise self.found.bad_cell("cell_no_text", *here)
            self.found.put_text(*here, self.strings[index], style)
        elif kind in _TEXTS:
            self.found.put_text(*here, unescape(text), style)
        else:
            self._value(text, kind, style)

    def _value(self, text: str, kind: str, style: int) -> None:
        here = self.row, self.column
        if kind == "b":
            self.found.put(*here, LogicalCell(text.strip() in STRICT_TRUE), style)
        elif kind == "e":
            self.found.put(*here, ErrorCell(text), style)
        elif kind == "d":
            self.found.put(*here, text, style)
        else:
            try:
                number = float(text)
            except ValueError:
                raise self.found.bad_cell("cell_no_number", *here) from None
            self.found.put(*here, self.formats.number(number, style), style)

    def _note_link(self, formula: Element) -> None:
        """Note a cell whose formula, or the one it shares, takes a value from another file."""
        group = formula.get("si", "") if formula.get("t") == "shared" else ""
        found = reached(formula.text or "")
        if found is not None:
            self.linked_groups.add(group)
            self.found.files[found] = None
        elif formula.text or not group or group not in self.linked_groups:
            return
        self.found.linked.add((self.row, self.column))


def text_of(nodes: Iterable[Element]) -> str:
    """The text of shared or inline strings: without the letters that only say how to speak it, and
    with its runs where parts of it have a font of their own."""
    pieces: list[str] = []
    runs: list[Run] = []
    is_rich = False
    for part in (part for node in nodes for part in node):
        if part.tag == "t":
            pieces.append(part.text or "")
            runs.append(Run(unescape(pieces[-1])))
        elif part.tag == "r":
            is_rich = True
            font = _font(part.find("rPr"))
            for t in part.iterfind("t"):
                pieces.append(t.text or "")
                runs.append(Run(unescape(pieces[-1]), *font))
    text = unescape("".join(pieces))
    return RichText(text, runs) if is_rich and "".join(r.text for r in runs) == text else text


def _font(said: Element | None) -> tuple[bool | None, str]:
    """Whether letters are struck (None: as the cell is), raised or lowered."""
    if said is None:
        return None, ""
    struck = any(s.get("val", "1") in STRICT_TRUE for s in said.iter("strike"))
    heights = [v.get("val", "").replace("baseline", "") for v in said.iter("vertAlign")]
    return struck, heights[-1] if heights else ""


def unescape(text: str) -> str:
    """The sign "_x000D_" stands for a character that XML cannot hold. Halves of a pair of code
    units are joined; a lone one, which no text can hold, is replaced."""
    if "_x" not in text:
        return text
    found = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def whole(text: str | None, otherwise: int = 0) -> int:
    """An attribute that is a whole number, of no more digits than any in a workbook."""
    is_whole = text and len(text) <= _MOST_DIGITS and text.strip().isdecimal()
    return int(text) if text and is_whole else otherwise


def _add_comments(package: Package, part: str, sheet: Sheet) -> list[tuple[str, dict[str, object]]]:
    """Put the comments of a sheet's cells beside them. A thread replaces the copy of it that old
    programs are shown. Comments that are damaged are no reason to refuse the cells."""
    found: dict[Place, list[str]] = {}
    try:
        links = [target for target in package.links(part).values() if target[0] in package]
        for kind in ("comments", "threadedComment"):
            texts: dict[Place, list[str]] = {}
            for target in (t for t, k in links if k == kind):
                _read_comments(package, target, texts)
            found |= texts
    except InputError as error:
        if error.key != "file_part_damaged":
            raise
        return [("comments_unread", {"file": package.file, "sheet": sheet.name})]
    for place, some in found.items():
        if text := said(some):
            sheet.beside.setdefault(place, []).append(("comment_on_cell", text))
    return []


def _read_comments(package: Package, part: str, texts: dict[Place, list[str]]) -> None:
    """Collect comments by their place. Who wrote them is left out, and so are the notes this
    package put into a workbook that was sent back."""
    ours = {say("returned_author", lang) for lang in LANGUAGES}
    authors: list[str] = []

    def take(comment: Element) -> None:
        place = _REFERENCE.fullmatch(comment.get("ref", ""))
        author = whole(comment.get("authorId"), -1)
        if place is None or (0 <= author < len(authors) and authors[author] in ours):
            return
        text = "".join(t.text or "" for t in comment.iter() if t.tag in ("t", "text"))
        mentions = [(whole(m.get("startIndex")), whole(m.get("length")))
                    for m in comment.iter("mention")]  # fmt: skip
        for first, length in mentions:
            text = text[:first] + text[first + length :]
        texts.setdefault((int(place[2]) - 1, column_index(place[1])), []).append(text)

    wanted = {"comment": take, "threadedComment": take}
    package.parse(part, {"author": lambda a: authors.append(a.text or ""), **wanted})


def _linked_files(package: Package) -> list[str]:
    """The names of the other files and programs that parts of a workbook are linked to; "" for one
    without a name."""
    names: list[str] = []

    def target(a: Attributes) -> None:
        kind = a.get("Type", "").rpartition("/")[2]
        if a.get("TargetMode", "") == "External" and kind not in _NO_VALUES:
            names.append(file_name(a.get("Target", "")))

    begins: dict[str, Callable[[Attributes], None]] = {
        "ddeLink": lambda a: names.append(f"DDE {a.get('ddeService', '')}"),
        "connection": lambda a: names.append(a.get("name", "")),
        "Relationship": target,
    }
    for part in package.names:
        links = part.endswith(".rels")
        if links or part.startswith("xl/externallinks/") or part == "xl/connections.xml":
            names += [""] * (not links)
            with suppress(InputError):  # what cannot be read has no name; that it is there is told
                package.parse(part, {}, begins)
    return names
