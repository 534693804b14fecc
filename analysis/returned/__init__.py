"""The sender's own workbook returned: what to mend on its first sheet, marks and notes in place.

A workbook is changed in place, byte for byte the same but for the marks, the notes and the first
sheet. One that cannot be (xls, xlsb, ods, csv, and Open XML of an unusual kind) is copied into a
new one. Corrected and read again it gives what a faultless workbook would have given.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from analysis.clean import Finding
from analysis.raw import Remark, address
from analysis.reference import InputError, say
from analysis.reference.labels import LANGUAGES
from analysis.returned.copying import copy_of
from analysis.returned.earlier import Earlier, earlier_return
from analysis.returned.faults import Fault, faults_by_file
from analysis.returned.listing import PRINT_TITLES, Told, in_order, list_sheet
from analysis.returned.marking import Place, place_of
from analysis.returned.notes import Authors
from analysis.returned.sheets import MOST_NOTES, mark_sheet
from analysis.returned.styles import FAULT
from analysis.returned.workbook import Workbook, free_sheet_name
from analysis.workbooks import open_book
from analysis.workbooks.offsets import CannotEdit
from analysis.workbooks.parts import Parts

__all__ = ["return_workbooks"]

_ENDING = "_can_sua"
_MOST_BYTES = 180  # of a file's name; systems stop at 255


def return_workbooks(
    books: Mapping[str, Path],
    findings: Iterable[Finding],
    folder: Path,
    lang: str = "vi",
    *,
    digests: Mapping[str, str] | None = None,
    remarks: Iterable[Remark] = (),
    office: str = "",
) -> list[Path]:
    """Write for each workbook with faults the workbook its sender can mend and send back.

    `books`: where each file stands; none of them is touched. `digests`: the sha256 of what was read
    of them; InputError where one is another by now. `remarks` are listed after the
    findings, as things to be looked at again. `office`: to whom the workbook is sent back.
    Files are called `<name>_can_sua.xlsx` (.xlsm where the sender's holds macros). Raises OSError
    where the folder cannot be written to.
    """
    written: list[Path] = []
    for file, faults in faults_by_file(findings, remarks, lang).items():
        if file in books and any(f.kind == FAULT for f in faults):
            sent = books[file].read_bytes()
            if digests and hashlib.sha256(sent).hexdigest() != digests[file]:
                raise InputError("book_saved_since", file=file)
            told = Told(file, 0, "", office, lang)
            content, ending = _returned(books[file], sent, faults, told)
            path = _free_path(folder, Path(file).stem, ending, {*written, *books.values()})
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(path)
    return written


def _returned(path: Path, sent: bytes, faults: list[Fault], told: Told) -> tuple[bytes, str]:
    """The workbook and the ending of its name: changed in place where that can be done."""
    try:
        workbook = Workbook(Parts.of(sent, path.name))
        return _filled(workbook, faults, told, earlier_return(path, sent, workbook))
    except (
        CannotEdit,
        InputError,
        ValueError,
        LookupError,
    ):  # whatever is odd about it, it was read once
        book = open_book(path, content=sent)
        parts, names = copy_of(book)
        faults = [replace(f, sheet=names.get(f.sheet, f.sheet)) for f in faults]
        return _filled(Workbook(parts), faults, replace(told, copied=book.format), Earlier())


def _filled(book: Workbook, faults: list[Fault], told: Told, earlier: Earlier) -> tuple[bytes, str]:
    """Marks, notes and the list, written into a workbook."""
    faults = in_order(faults, [*book.sheets])
    looks: dict[tuple[str, str], int] = {}
    hidden: set[tuple[str, str]] = set()
    most = 0
    for sheet, part in book.sheets.items():
        if sheet == earlier.sheet:
            continue
        here = _by_place(f for f in faults if f.sheet == sheet)
        done = mark_sheet(book, part, here, earlier.of(sheet), _authors(told.lang))
        looks |= {(sheet, address(*place)): look for place, look in done.before.items()}
        hidden |= {(sheet, address(*place)) for place in done.hidden}
        most = MOST_NOTES if len(here) > MOST_NOTES else most
    faults = [_with_hint(f, told.lang) if (f.sheet, f.cell) in hidden else f for f in faults]
    content = list_sheet(faults, replace(told, most_notes=most), looks, book.styles)
    book.save_styles()
    if earlier.sheet:
        book.parts[book.sheets[earlier.sheet]] = content
        book.show(earlier.sheet)
    else:
        name = free_sheet_name(say("returned_sheet", told.lang), book.sheets)
        book.put_first(name, content, PRINT_TITLES)
    return book.parts.packed(), book.ending


def _with_hint(fault: Fault, lang: str) -> Fault:
    """A fault in a cell that nobody sees before its row or column is shown."""
    return replace(fault, remedy=f"{fault.remedy} {say('returned_hidden', lang)}".strip())


def _by_place(faults: Iterable[Fault]) -> dict[Place, list[Fault]]:
    """The faults of each cell."""
    found: dict[Place, list[Fault]] = defaultdict(list)
    for fault in faults:
        if place := place_of(fault.cell):
            found[place].append(fault)
    return found


def _authors(lang: str) -> Authors:
    ours = frozenset(say("returned_author", known) for known in LANGUAGES)
    return Authors(say("returned_author", lang), ours, say("returned_sender", lang))


def _free_path(folder: Path, stem: str, ending: str, taken: Iterable[Path]) -> Path:
    """A name that no other file of this run has, nor any file that was read."""
    stem = "".join("_" if c in '<>:"/\\|?*' or c < " " else c for c in stem)
    while len(stem.encode()) > _MOST_BYTES:
        stem = stem[:-1]
    stem = stem.removesuffix(_ENDING) + _ENDING
    known = {str(path.resolve()).casefold() for path in taken}
    path, number = folder / f"{stem}{ending}", 1
    while str(path.resolve()).casefold() in known:
        number += 1
        path = folder / f"{stem}_{number}{ending}"
    return path
