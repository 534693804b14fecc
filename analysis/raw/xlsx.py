"""Open XML workbooks, cell by cell, with what other readers drop: failed formulas, formulas whose
result was never stored, hidden and struck-through rows, merged ranges, both date systems.

Element names are read without their namespace, so strict and prefixed files read like any other.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from analysis.raw.cells import (
    NO_RESULT,
    Book,
    Cell,
    ErrorCell,
    LogicalCell,
    Row,
    Sheet,
    Span,
    address,
    column_index,
)
from analysis.raw.serials import from_serial, is_date_format
from analysis.reference import InputError

MAX_PART = 300 * 2**20
MAX_COLUMNS = 256
MAX_CELLS = 3_000_000
MAX_ROWS = 1_048_576
_CHUNK = 2**18
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_STRICT_TRUE = {"1", "true", "on"}

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str, str], None]


@dataclass
class _Styles:
    dates: set[int] = field(default_factory=set)
    padded: dict[int, int] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)


def read_xlsx(file: str, archive: zipfile.ZipFile) -> Book:
    """Every worksheet of an Open XML workbook.

    Raises InputError where a part is missing, damaged, holds a document type, or where a header's
    count is not to be trusted.
    """
    package = _Package(file, archive)
    main = package.main_part()
    links = package.links(main)
    listed, epoch_1904 = package.workbook(main)
    strings = package.shared_strings(links)
    styles = package.styles(links)
    sheets = []
    for name, state, link in listed:
        target, kind = links.get(link, ("", ""))
        if kind == "worksheet":
            reader = _SheetReader(file, name, strings, styles, epoch_1904)
            package.parse(target, reader.start, reader.end)
            sheets.append(reader.sheet(visible=state in ("", "visible")))
    macros = any(n.casefold().endswith("vbaproject.bin") for n in archive.namelist())
    remarks: list[tuple[str, dict[str, object]]] = [("macros_ignored", {"file": file})] * macros
    return Book(file, "xlsm" if macros else "xlsx", sheets, remarks)


class _Package:
    """The parts of one Open XML file."""

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        self.file, self.archive = file, archive
        self.names = {n.casefold(): n for n in archive.namelist()}

    def damaged(self, part: str) -> InputError:
        return InputError("file_part_damaged", file=self.file, part=part)

    def parse(self, part: str, start: Start, end: End) -> None:
        """Walk one part; names come without prefix, text comes with the end of its element."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        text: list[str] = []

        def on_start(name: str, attributes: dict[str, str]) -> None:
            text.clear()
            start(name.rpartition(":")[2], attributes)

        def on_end(name: str) -> None:
            end(name.rpartition(":")[2], "".join(text))
            text.clear()

        def on_doctype(*_: object) -> None:
            raise InputError("file_doctype", file=self.file)

        parser.StartElementHandler = on_start
        parser.EndElementHandler = on_end
        parser.CharacterDataHandler = text.append
        parser.StartDoctypeDeclHandler = on_doctype
        try:
            for chunk in self._chunks(part):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, UnicodeDecodeError, LookupError) as error:
            raise self.damaged(part) from error

    def _chunks(self, part: str) -> Iterator[bytes]:
        """The unpacked part piece by piece; the sizes an archive states are not believed."""
        name = self.names.get(part.casefold())
        if name is None:
            raise self.damaged(part)
        size = 0
        try:
            with self.archive.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > MAX_PART:
                        raise InputError("file_bomb", file=self.file, size=size // 2**20)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
            raise self.damaged(part) from error
        except NotImplementedError as error:  # a packing method this Python does not know
            raise self.damaged(part) from error

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, a: dict[str, str]) -> None:
            if tag == "Relationship" and a.get("TargetMode", "") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, a.get("Target", "")))
                kind = a.get("Type", "").rpartition("/")[2]
                found[a.get("Id", "")] = (target.lstrip("/"), kind)

        if rels.casefold() in self.names:
            self.parse(rels, start, lambda tag, text: None)
        return found

    def main_part(self) -> str:
        for target, kind in self._relations("").values():
            if kind == "officeDocument":
                return target
        raise InputError("file_is_archive", file=self.file)

    def links(self, main: str) -> dict[str, tuple[str, str]]:
        return self._relations(main)

    def workbook(self, main: str) -> tuple[list[tuple[str, str, str]], bool]:
        sheets: list[tuple[str, str, str]] = []
        epochs: list[bool] = []

        def start(tag: str, a: dict[str, str]) -> None:
            if tag == "sheet":
                link = next((v for k, v in a.items() if k.rpartition(":")[2] == "id"), "")
                sheets.append((a.get("name", ""), a.get("state", ""), link))
            elif tag == "workbookPr":
                epochs.append(a.get("date1904", "0") in _STRICT_TRUE)

        self.parse(main, start, lambda tag, text: None)
        return sheets, any(epochs)

    def shared_strings(self, links: dict[str, tuple[str, str]]) -> list[str]:
        part = next((t for t, kind in links.values() if kind == "sharedStrings"), "")
        strings: list[str] = []
        pieces: list[str] = []
        phonetic: list[str] = []

        def start(tag: str, a: dict[str, str]) -> None:
            if tag == "si":
                pieces.clear()
            elif tag == "rPh":
                phonetic.append(tag)

        def end(tag: str, text: str) -> None:
            if tag == "t" and not phonetic:
                pieces.append(text)
            elif tag == "rPh":
                phonetic.clear()
            elif tag == "si":
                strings.append(_unescape("".join(pieces)))

        if part:
            self.parse(part, start, end)
        return strings

    def styles(self, links: dict[str, tuple[str, str]]) -> _Styles:
        part = next((t for t, kind in links.values() if kind == "styles"), "")
        if not part or part.casefold() not in self.names:
            return _Styles()
        reader = _StyleReader()
        self.parse(part, reader.start, reader.end)
        return reader.styles()


class _StyleReader:
    """Which cell styles show dates, zero-padded codes, struck-through text."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.struck_fonts: set[int] = set()
        self.formats: list[tuple[int, int]] = []
        self.fonts = -1
        self.inside: list[str] = []

    def start(self, tag: str, a: dict[str, str]) -> None:
        parent = self.inside[-1] if self.inside else ""
        self.inside.append(tag)
        if tag == "numFmt":
            self.codes[_whole(a.get("numFmtId"))] = a.get("formatCode", "")
        elif tag == "font" and parent == "fonts":
            self.fonts += 1
        elif tag == "strike" and "fonts" in self.inside and a.get("val", "1") in _STRICT_TRUE:
            self.struck_fonts.add(self.fonts)
        elif tag == "xf" and parent == "cellXfs":
            self.formats.append((_whole(a.get("numFmtId")), _whole(a.get("fontId"))))

    def end(self, tag: str, text: str) -> None:
        self.inside.pop()

    def styles(self) -> _Styles:
        found = _Styles()
        for index, (number, font) in enumerate(self.formats):
            code = self.codes.get(number, "")
            if is_date_format(number, code):
                found.dates.add(index)
            if code and not code.strip("0"):
                found.padded[index] = len(code)
            if font in self.struck_fonts:
                found.struck.add(index)
        return found


class _SheetReader:
    """Collects the cells of one sheet while its XML is walked."""

    def __init__(
        self, file: str, name: str, strings: list[str], styles: _Styles, epoch_1904: bool
    ) -> None:
        self.file, self.name = file, name
        self.strings, self.styles, self.epoch_1904 = strings, styles, epoch_1904
        self.rows: dict[int, dict[int, Cell]] = {}
        self.far: dict[tuple[int, int], Cell] = {}
        self.merged: list[Span] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.struck: set[tuple[int, int]] = set()
        self.row = self.column = -1
        self.kind = self.text = ""
        self.style = self.count = 0
        self.has_formula = self.has_value = self.in_phonetic = False

    def start(self, tag: str, a: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(a)
        elif tag == "row":
            self.row = _whole(a.get("r"), self.row + 2) - 1
            self.column = -1
            if a.get("hidden", "0") in _STRICT_TRUE:
                self.hidden_rows.add(self.row)
        elif tag == "f":
            self.has_formula = True
        elif tag == "rPh":
            self.in_phonetic = True
        elif tag == "mergeCell":
            self._merge(a.get("ref", ""))
        elif tag == "col" and a.get("hidden", "0") in _STRICT_TRUE:
            last = min(_whole(a.get("max")), MAX_COLUMNS)
            self.hidden_columns.update(range(_whole(a.get("min"), 1) - 1, last))

    def _start_cell(self, a: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(a.get("r", ""))
        if place:
            self.row, self.column = int(place[2]) - 1, column_index(place[1])
        else:
            self.column += 1
        self.kind, self.style, self.text = a.get("t", "n"), _whole(a.get("s")), ""
        self.has_formula = self.has_value = False

    def end(self, tag: str, text: str) -> None:
        if tag == "v":
            self.text, self.has_value = text, True
        elif tag == "t" and not self.in_phonetic:
            self.text, self.has_value = self.text + text, True
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "c":
            self._keep(self._value())

    def _keep(self, value: Cell) -> None:
        if value is None:
            return
        self.count += 1
        if self.count > MAX_CELLS or self.row >= MAX_ROWS:
            raise InputError("sheet_too_large", file=self.file, sheet=self.name)
        if self.column >= MAX_COLUMNS:
            self.far[self.row, self.column] = value
            return
        self.rows.setdefault(self.row, {})[self.column] = value
        if self.style in self.styles.struck:
            self.struck.add((self.row, self.column))

    def _value(self) -> Cell:
        if not self.has_value or (self.text == "" and self.kind not in ("str", "inlineStr", "s")):
            return NO_RESULT if self.has_formula else None
        if self.kind == "s":
            return self._shared()
        if self.kind in ("str", "inlineStr"):
            return _unescape(self.text) or None
        if self.kind == "b":
            return LogicalCell(self.text.strip() in _STRICT_TRUE)
        if self.kind == "e":
            return ErrorCell(self.text)
        if self.kind == "d":
            return self.text
        return self._number()

    def _shared(self) -> Cell:
        index = _whole(self.text, -1)
        if not 0 <= index < len(self.strings):
            place = address(self.row, self.column)
            raise InputError("cell_no_text", file=self.file, sheet=self.name, cell=place)
        return self.strings[index] or None

    def _number(self) -> Cell:
        try:
            number = float(self.text)
        except ValueError:
            place = address(self.row, self.column)
            raise InputError(
                "cell_no_number", file=self.file, sheet=self.name, cell=place
            ) from None
        if self.style in self.styles.dates:
            return from_serial(number, self.epoch_1904)
        if number != number or abs(number) == float("inf"):
            return ErrorCell(self.text)
        if not number.is_integer() or abs(number) >= 2**53:
            return number
        digits = self.styles.padded.get(self.style, 0)
        return f"{int(number):0{digits}d}" if digits else int(number)

    def _merge(self, reference: str) -> None:
        ends = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
        places = [(int(m[2]) - 1, column_index(m[1])) for m in ends if m]
        if len(places) == 2:
            self.merged.append(Span(*places[0], *places[1]))

    def sheet(self, visible: bool) -> Sheet:
        """The rows up to the last one with a cell; the gap to a lone cell far below is kept short
        by leaving such a cell among the far ones."""
        used = sorted(self.rows)
        while len(used) > 1 and used[-1] - used[-2] > 100_000:
            last = used.pop()
            self.far.update({(last, c): v for c, v in self.rows.pop(last).items()})
        if len(used) == 1 and used[0] > 100_000:
            last = used.pop()
            self.far.update({(last, c): v for c, v in self.rows.pop(last).items()})
        rows: list[Row] = [_dense(self.rows.get(r, {})) for r in range(used[-1] + 1 if used else 0)]
        return Sheet(
            self.name,
            rows,
            visible,
            self.merged,
            self.hidden_rows,
            self.hidden_columns,
            self.struck,
            self.far,
        )


def _dense(cells: dict[int, Cell]) -> Row:
    return [cells.get(c) for c in range(max(cells) + 1)] if cells else []


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.strip().isdecimal() else otherwise


def _unescape(text: str) -> str:
    """The sign "_x000D_" stands for a character that XML cannot hold."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text
