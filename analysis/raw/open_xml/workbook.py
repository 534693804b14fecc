"""Open XML workbooks: which sheets there are, their texts and styles, and who reads each sheet.

The careful reader (xlsx_sheet) decides what a cell is. Large sheets take the fast lane
(fast_sheet), which gives the same cells or none at all.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import partial

from analysis.raw.cells import Book, Sheet
from analysis.raw.open_xml.beside import add_comments, linked_files
from analysis.raw.open_xml.fast_strings import read_fast_strings
from analysis.raw.open_xml.parts import STRICT_TRUE, Package
from analysis.raw.open_xml.sheet import SheetReader
from analysis.raw.open_xml.strings import StringReader
from analysis.raw.open_xml.styles import StyleReader, Styles

# Unpacked bytes from which the fast lane pays, measured: see benchmarks/README.md.
FAST_FROM = 50_000
_BLOCK = 2**19


def read_xlsx(file: str, archive: zipfile.ZipFile) -> Book:
    """Every worksheet of an Open XML workbook.

    Raises InputError where a part is missing, damaged, holds a document type, or where a header's
    count is not to be trusted.
    """
    package = Package(file, archive)
    main = package.main_part()
    links = package.links(main)
    listed, epoch_1904 = _listed_sheets(package, main)
    strings = _shared_strings(package, links)
    styles = _styles(package, links)
    sheets = []
    remarks: list[tuple[str, dict[str, object]]] = []
    read: set[str] = set()
    for name, state, link in listed:
        target, kind = links.get(link, ("", ""))
        if kind == "worksheet":
            if target in read:  # thousands of names for one part would cost its time each
                raise package.damaged(target)
            read.add(target)
            reader = partial(SheetReader, file, name, strings, styles, epoch_1904)
            sheets.append(_read_sheet(package, target, reader, state in ("", "visible")))
            remarks += add_comments(package, target, sheets[-1])
    macros = any(n.casefold().endswith("vbaproject.bin") for n in archive.namelist())
    remarks += [("macros_ignored", {"file": file})] * macros
    if files := linked_files(package, links):
        remarks.append(("links_to_files", {"file": file, "listed": files}))
    return Book(file, "xlsm" if macros else "xlsx", sheets, remarks)


def _read_sheet(
    package: Package, part: str, new_reader: Callable[[], SheetReader], visible: bool
) -> Sheet:
    if package.stated_size(part) >= FAST_FROM:
        # It loads numpy, which small sheets do without.
        from analysis.raw.open_xml.fast_sheet import count_fast, read_fast

        sheet = read_fast(package.chunks(part, _BLOCK, count_fast), new_reader(), visible)
        if sheet is not None:
            return sheet
    reader = new_reader()
    package.parse(part, reader.start, reader.end)
    return reader.sheet(visible)


def _listed_sheets(package: Package, main: str) -> tuple[list[tuple[str, str, str]], bool]:
    """Name, state and link of each sheet; and whether dates count from 1904."""
    sheets: list[tuple[str, str, str]] = []
    epochs: list[bool] = []

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "sheet":
            link = next((v for k, v in a.items() if k.rpartition(":")[2] == "id"), "")
            sheets.append((a.get("name", ""), a.get("state", ""), link))
        elif tag == "workbookPr":
            epochs.append(a.get("date1904", "0") in STRICT_TRUE)

    package.parse(main, start, lambda tag, text: None)
    return sheets, any(epochs)


def _shared_strings(package: Package, links: dict[str, tuple[str, str]]) -> list[str]:
    part = next((t for t, kind in links.values() if kind == "sharedStrings"), "")
    if not part:
        return []
    if package.stated_size(part) >= FAST_FROM:
        strings = read_fast_strings(package.chunks(part))
        if strings is not None:
            return strings
    reader = StringReader()
    package.parse(part, reader.start, reader.end)
    return reader.strings


def _styles(package: Package, links: dict[str, tuple[str, str]]) -> Styles:
    part = next((t for t, kind in links.values() if kind == "styles"), "")
    if not part or part.casefold() not in package.names:
        return Styles()
    reader = StyleReader()
    package.parse(part, reader.start, reader.end)
    return reader.styles()
