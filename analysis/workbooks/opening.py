"""Open a file by what it holds, not by what it is called; refuse what cannot be trusted."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from analysis.reference.trouble import InputError
from analysis.workbooks.cells import Book
from analysis.workbooks.confined import read_apart
from analysis.workbooks.delimited import read_delimited
from analysis.workbooks.ole import SIGNATURE, OleError, OleFile
from analysis.workbooks.package import check_parts, check_size, head_of, open_archive
from analysis.workbooks.xlsx import read_xlsx


@dataclass
class Listing:
    """`files`: ordinary files, by path. `passed_over`: names of what is no ordinary file, or only a
    link to something outside. `errors`: folders that may not be read."""

    files: list[Path] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)


def list_folder(folder: Path) -> Listing:
    """The files of a folder and of the folders in it. Links to folders are not followed, for they
    may lead in a circle; links to files only where the file stands in the folder too."""
    listing = Listing()
    root = folder.resolve()

    def unreadable(error: OSError) -> None:
        name = Path(error.filename or folder).name
        cause = error.strerror or ""
        listing.errors.append(InputError("file_unreadable", file=name, cause=cause))

    for here, folders, names in os.walk(folder, onerror=unreadable):
        folders.sort()
        listing.passed_over += [n for n in folders if Path(here, n).is_symlink()]
        for name in names:
            path = Path(here, name)
            if _is_inside(path, root):
                listing.files.append(path)
            else:
                listing.passed_over.append(name)
    listing.files.sort()
    listing.passed_over.sort()
    return listing


def _is_inside(path: Path, root: Path) -> bool:
    """Is this an ordinary file, and does it stand below the root, links followed?"""
    try:
        return stat.S_ISREG(path.stat().st_mode) and path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link to nothing, or to itself
        return False


_BYTES = (
    (b"%PDF", "file_is_pdf"),
    (b"\x89PNG", "file_is_picture"),
    (b"\xff\xd8\xff", "file_is_picture"),
    (b"GIF8", "file_is_picture"),
    (b"II*\0", "file_is_picture"),
    (b"MM\0*", "file_is_picture"),
    (b"Rar!\x1a\x07", "file_is_archive"),
    (b"7z\xbc\xaf\x27\x1c", "file_is_archive"),
    (b"\x1f\x8b\x08", "file_is_archive"),
    (b"BZh", "file_is_archive"),
    (b"\xfd7zXZ\0", "file_is_archive"),
    (b"\x28\xb5\x2f\xfd", "file_is_archive"),
    (b"SQLite format 3\0", "file_is_database"),
    (b"\0\x01\0\0Standard ", "file_is_database"),
    (b"{\\rtf", "file_is_word"),
    # The first record of a workbook of Excel 2, 3, 4, and of 5 without its container.
    (b"\x09\0\x04\0", "file_too_old"),
    (b"\x09\x02\x06\0", "file_too_old"),
    (b"\x09\x04\x06\0", "file_too_old"),
    (b"\x09\x08\x08\0", "file_too_old"),
    (b"\x09\x08\x10\0", "file_too_old"),
)
_MARK_UP = re.compile(
    r"<(\?xml|!doctype|!--|/?(html|head|meta|title|style|script|link|body|div|center|span|font|form|p|b|i"
    r"|br|h[1-6]|table|caption|colgroup|thead|tbody|tr|td)[\s>/])"
)
_TABLE = re.compile(r"<(table|tr|td)[\s>]")
_MAIL = ("mime-version:", "from: <saved by")


def foreign(head: bytes) -> str:
    """The message for a file that starts like this; "html" or "xml2003" for what is read all the
    same; "" where it may be text."""
    for sign, key in _BYTES:
        if head.startswith(sign):
            return key
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "file_is_picture"
    start = _letters(head).lstrip("\ufeff \t\r\n").casefold()
    if start.startswith("%pdf"):
        return "file_is_pdf"
    if start.startswith(_MAIL):
        return "file_is_mail"
    if not _MARK_UP.match(start):
        return "file_is_flat_ods" if start.startswith("<office:document") else ""
    if "urn:oasis:names:tc:opendocument:xmlns:office" in start:
        return "file_is_flat_ods"
    book = "<workbook" in start or ":workbook" in start
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and book:
        return "xml2003"
    return "html"


def holds_table(head: bytes) -> bool:
    """Is there a table of a web page in it, behind words of some kind?"""
    return bool(_TABLE.search(_letters(head).casefold()))


def _letters(head: bytes) -> str:
    """The head as text, as far as it matters here: pages are written in either width."""
    if head.startswith(codecs.BOM_UTF16_LE) or head[1:2] == b"\0":
        return head.decode("utf-16-le", "replace")
    if head.startswith(codecs.BOM_UTF16_BE) or head[:1] == b"\0":
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8", "replace")


MAX_FILE = 200 * 2**20
MAX_OLE = 64 * 2**20
MAX_TEXT = 32 * 2**20
MAX_LINES = 300_000
MAX_SEPARATORS = 5_000_000
_HEAD = 4096
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_TYPES = "[Content_Types].xml"
_MANIFEST = "META-INF/manifest.xml"
_TEXT_ENDINGS = {".csv", ".tsv", ".txt"}
ARCHIVES = {".zip", ".rar", ".7z", ".gz", ".tar", ".tgz"}
_MARKED_UP = ("html", "xml2003")
# What no text holds, unless each letter takes two bytes.
_BINARY = re.compile(rb"[\0-\x08\x0e-\x19\x1b-\x1f]")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENDINGS = {
    "xlsx": {".xlsx", ".xltx", ".xlsm", ".xltm"},
    "xlsm": {".xlsm", ".xltm"},
    "xls": {".xls", ".xlt", ".et"},
    "ods": {".ods", ".ots"},
    "csv": _TEXT_ENDINGS,
    "html": {".htm", ".html"},
    "xml2003": {".xml"},
}


def is_passed_over(path: Path) -> bool:
    """Files that programs leave beside a workbook while it is open, and hidden ones."""
    return path.name.startswith(("~$", ".")) or path.name.casefold() in {"thumbs.db", "desktop.ini"}


def open_book(path: Path, name: str = "", content: bytes | None = None) -> Book:
    """Read one file; `name` is what messages call it, if not by its name alone. Its bytes are read
    from the disk once, or are `content`, which was read of it before.

    Raises InputError with the reason when the file is empty, damaged, protected, foreign, too
    large when unpacked, or carries what a workbook has no need of.
    """
    file = _shown_name(name or path.name)
    content, size = _content(path, file) if content is None else (content, len(content))
    if not size:
        raise InputError("file_empty", file=file)
    if content.startswith(_ZIP):
        _check_size(size, MAX_FILE, file)
        book = _open_zip(content, file)
    elif content.startswith(SIGNATURE):
        _check_size(size, MAX_OLE, file)
        book = _open_ole(content, file)
    else:
        book = _open_text(path, content, file, size)
    book.digest = hashlib.sha256(content).hexdigest()
    _check_sheet_names(book)
    if path.suffix.casefold() not in _ENDINGS[book.format]:
        book.remarks.append(("file_mislabelled", {"file": file, "form": book.format}))
    return book


def _shown_name(name: str) -> str:
    """The file's name; one that is no text in any encoding could not be printed or exported."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        shown = name.encode("utf-8", "replace").decode("utf-8")
        raise InputError("file_name_unreadable", file=shown) from None
    return name


def _content(path: Path, file: str) -> tuple[bytes, int]:
    """What stands in an ordinary file, as far as any is read, and its size. A pipe or device is not
    opened: reading it could wait forever."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError("file_not_regular", file=file)
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            content = stream.read(min(size, MAX_FILE) + 1)
            return content, max(len(content), size)
    except OSError as error:
        raise InputError("file_unreadable", file=file, cause=error.strerror or "") from error


def _check_sheet_names(book: Book) -> None:
    """A row is told by its file, sheet and number, so that no two sheets may have one name."""
    names = Counter(sheet.name for sheet in book.sheets)
    for name, count in names.items():
        if count > 1:
            raise InputError("sheet_named_twice", file=book.file, sheet=name)


def _check_size(size: int, limit: int, file: str) -> None:
    if size > limit:
        raise InputError("file_too_large", file=file, size=size // 2**20, limit=limit // 2**20)


def _open_zip(content: bytes, file: str) -> Book:
    with open_archive(content, file) as archive:
        form = _zip_form(archive, file)
        parts = _xml_parts(archive, form)
        check_parts(archive, parts, file)
        if form == "xlsx":
            check_size(archive, parts, file)
            return read_xlsx(file, archive)
        return read_apart(content, form, file)


def _zip_form(archive: zipfile.ZipFile, file: str) -> str:
    """Which kind of workbook an archive is. Raises InputError where it is none."""
    names = set(archive.namelist())
    if _TYPES not in names:
        if "content.xml" in names:
            _check_open_document(archive, names, file)
            return "ods"
        is_numbers = any(n.startswith("Index/") and n.endswith(".iwa") for n in names)
        raise InputError("file_is_numbers" if is_numbers else "file_is_archive", file=file)
    kinds = (("word/", "file_is_word"), ("ppt/", "file_is_slides"), ("visio/", "file_foreign"))
    for folder, key in kinds:
        if any(n.startswith(folder) for n in names):
            raise InputError(key, file=file)
    if "xl/workbook.bin" in names:
        raise InputError("file_is_xlsb", file=file)
    return "xlsx"


def _check_open_document(archive: zipfile.ZipFile, names: set[str], file: str) -> None:
    if _MANIFEST in names and b"encryption-data" in head_of(archive, _MANIFEST, file, 2**20):
        raise InputError("file_password", file=file)
    if "mimetype" not in names:
        return
    kind = head_of(archive, "mimetype", file, 200).decode("ascii", "replace").strip()
    if not kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        sort = kind.removeprefix("application/vnd.oasis.opendocument.").partition("-")[0]
        keys = {"text": "file_is_word", "presentation": "file_is_slides"}
        raise InputError(keys.get(sort, "file_foreign"), file=file)


def _xml_parts(archive: zipfile.ZipFile, form: str) -> list[str]:
    """The parts to look at before reading. In OpenDocument, old programs put a document type into
    parts that hold no cells, and there it does no harm."""
    names = archive.namelist()
    if form == "ods":
        return [n for n in names if n in ("content.xml", "styles.xml", "meta.xml", "settings.xml")]
    return [n for n in names if n.casefold().endswith((".xml", ".rels"))]


def _open_ole(content: bytes, file: str) -> Book:
    try:
        names = OleFile(content).names
    except OleError as error:
        raise InputError("file_damaged", file=file) from error
    kinds = {
        "encryptedpackage": "file_password",
        "worddocument": "file_is_word",
        "powerpoint document": "file_is_slides",
    }
    for name, key in kinds.items():
        if name in names:
            raise InputError(key, file=file)
    if not names & {"workbook", "book"}:
        raise InputError("file_foreign", file=file)
    return read_apart(content, "xls", file)


def _open_text(path: Path, content: bytes, file: str, size: int) -> Book:
    """A text with separators, a web page, or the XML of 2003, whatever its name says."""
    head = content[:_HEAD]
    is_text = path.suffix.casefold() in _TEXT_ENDINGS
    form = foreign(head) or ("html" if not is_text and holds_table(head) else "")
    if form and form not in _MARKED_UP:
        raise InputError(form, file=file)
    if not form and not is_text and _BINARY.search(head) and not head.startswith(_WIDE):
        raise InputError("file_foreign", file=file)
    _check_size(size, MAX_TEXT, file)
    if form:
        return read_apart(content, form, file)
    _check_lines(content, file, path.stem)
    try:
        return read_delimited(content, file, path.stem)
    except InputError as error:
        if is_text or error.key not in ("text_no_table", "text_encoding_unknown"):
            raise
        raise InputError("file_foreign", file=file) from error


def _check_lines(content: bytes, file: str, name: str) -> None:
    """A text costs by its lines and cells, not by its size: ten million lines of blanks fill two
    gigabytes. 45,000 schools in 25 columns have a million separators."""
    lines = max(map(content.count, (b"\n", b"\r")))
    if lines > MAX_LINES or max(map(content.count, (b",", b";", b"\t", b"|"))) > MAX_SEPARATORS:
        raise InputError("sheet_too_large", file=file, sheet=name)
