"""python-calamine as a witness: it must see a value in the same cells as the readers here."""

from __future__ import annotations

import math
import zipfile
from io import BytesIO
from typing import Any

from analysis.raw.apart.found import FoundSheet, Refused, Unreadable, WireCell

_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CHUNK = 2**20
_LARGEST_PART = 200 * 2**20


def confirm(path: str, form: str, sheets: list[FoundSheet]) -> None:
    """Compare every cell. Raises Refused where the two readings differ, Unreadable where the
    witness cannot read the file."""
    from python_calamine import SheetTypeEnum

    book = _open(path, form)
    kinds = [m.typ for m in book.sheets_metadata]
    places = [i for i, kind in enumerate(kinds) if kind == SheetTypeEnum.WorkSheet]
    if len(places) != len(sheets):
        raise Refused("readings_differ_sheets", ours=len(sheets), theirs=len(places))
    for place, found in zip(places, sheets, strict=True):
        _compare(book, place, found)


def _open(path: str, form: str) -> Any:
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        copies = {"ods": _plain_ods, "xlsb": _with_slashes}
        source: Any = copies[form](path) if form in copies else path
        if source == path and not path.casefold().endswith(f".{form}"):
            source = open(path, "rb")  # noqa: SIM115  by name it would be taken for what it is not
        return CalamineWorkbook.from_object(source)
    except PasswordError as fault:
        raise Refused("file_password") from fault
    except BaseException as fault:
        raise _reason(fault) from fault


def _reason(fault: BaseException) -> BaseException:
    """Whatever the witness raises means that the file is damaged; but a panic of its compiled code
    (which is no Exception) may also be for want of memory."""
    if isinstance(fault, MemoryError | KeyboardInterrupt):
        return fault
    if isinstance(fault, Exception):
        return Unreadable(str(fault))
    return Refused("reader_died", code=type(fault).__name__)


def _plain_ods(path: str) -> str | BytesIO:
    """The file itself; where its type is missing or that of a template, which the witness does not
    take, a copy with the usual type and the cells only."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        usual = "mimetype" in names and not any("\\" in name for name in names)
        if usual and archive.read("mimetype") == _ODS_TYPE:
            return path
        copy = BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as plain:
            plain.writestr("mimetype", _ODS_TYPE, zipfile.ZIP_STORED)
            plain.writestr("META-INF/manifest.xml", "<manifest/>")
            with archive.open("content.xml") as cells, plain.open("content.xml", "w") as out:
                while chunk := cells.read(_CHUNK):
                    out.write(chunk)
    copy.seek(0)
    return copy


def _with_slashes(path: str) -> str | BytesIO:
    """The file itself; a copy where its parts are named with backslashes."""
    with zipfile.ZipFile(path) as archive:
        if not any("\\" in name for name in archive.namelist()):
            return path
        copy = BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as plain:
            for info in archive.infolist():
                if info.file_size > _LARGEST_PART:
                    raise Refused("file_bomb", size=info.file_size // 2**20)
                plain.writestr(info.filename.replace("\\", "/"), archive.read(info))
    copy.seek(0)
    return copy


def _seen(book: Any, place: int) -> tuple[int, int, list[list[Any]]]:
    """The cells as the witness sees them, and the row and column of the first."""
    try:
        sheet = book.get_sheet_by_index(place)
        top, left = sheet.start or (0, 0)
        return top, left, sheet.to_python(skip_empty_area=True)
    except BaseException as fault:
        raise _reason(fault) from fault


def _compare(book: Any, place: int, found: FoundSheet) -> None:
    top, left, seen = _seen(book, place)
    nothing: dict[int, WireCell] = {}
    for row, theirs in enumerate(seen, top):
        ours = found.rows.get(row, nothing)
        for column, cell in enumerate(theirs, left):
            if not _agree(ours.get(column), cell) and (row, column) not in found.unseen:
                raise Refused("readings_differ", sheet=found.name, place=(row, column))
    rows = range(top, top + len(seen))
    columns = range(left, left + (len(seen[0]) if seen else 0))
    for row, ours in found.rows.items():
        if row not in rows or min(ours) < left or max(ours) not in columns:
            _check_outside(found, row, rows, columns)


def _check_outside(found: FoundSheet, row: int, rows: range, columns: range) -> None:
    """Beyond the cells the witness knows, only failed formulas may stand: it sees none of them."""
    for column, own in found.rows[row].items():
        met = row in rows and column in columns
        failed = isinstance(own, tuple) and own[0] == "e"
        if not met and not failed and (row, column) not in found.unseen:
            raise Refused("readings_differ", sheet=found.name, place=(row, column))


def _agree(own: WireCell | None, cell: Any) -> bool:
    """Do both see the same? Failed formulas are blank to the witness, logical values of ods are
    numbers, dates are of a type of their own, and it drops tabs."""
    if own is None:
        return bool(cell == "")
    if isinstance(own, tuple) and len(own) == 4:
        if isinstance(cell, int | float):
            return _is_number(own[2], cell)
        return not isinstance(cell, str) or _same_text(own[2], cell)
    if isinstance(own, tuple):
        return own[0] == "e" or cell != ""
    if isinstance(own, str):
        return own == cell or _same_text(own, cell)
    if isinstance(cell, int | float):
        return own == cell or math.isclose(own, cell, rel_tol=1e-14)
    return not isinstance(cell, str)


def _is_number(text: str, number: float) -> bool:
    try:
        return math.isclose(float(text), number, rel_tol=1e-14)
    except ValueError:
        return False


def _same_text(own: str, cell: Any) -> bool:
    if not isinstance(cell, str):  # a code shown with its leading zeros is a number to the witness
        return isinstance(cell, int | float) and own.isdecimal() and int(own) == cell
    return "".join(own.split()) == "".join(cell.split())
