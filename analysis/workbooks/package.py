"""One zipped workbook: its archive is checked before any part is opened, its parts are watched
while they unpack, and walked element by element.

Element names are read without their prefix, so that strict and prefixed files read like any other.
"""

from __future__ import annotations

import posixpath
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from analysis.reference.trouble import InputError

MAX_UNPACKED = 400 * 2**20
MAX_OPEN_XML = 160 * 2**20  # 45,000 schools in 25 columns take 42 MB
MAX_RATIO = 400
MAX_PART_NAMES = 5000
MAX_PART = 300 * 2**20
MAX_SIGNS = 40_000_000
MAX_SIGNS_BESIDE = 1_000_000  # in parts without cells: Excel itself keeps at most 65,490 styles
MAX_BYTES = 500 * 2**20
MAX_SECONDS = 20
MAX_DEPTH = 2000
STRICT_TRUE = {"1", "true", "on"}
# What readers of foreign bytes raise where these are damaged.
DAMAGE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, NotImplementedError,
    struct.error, OverflowError, RuntimeError, expat.ExpatError,
)  # fmt: skip
_RATIO_COUNTS_FROM = 50 * 2**20
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_LOCAL_HEADER = 30
_PROLOG = 4096
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_CHUNK = 2**18
# A piece of XML of this size without any element is one text or attribute longer than any program
# writes: the longest text of a cell is 32767 characters.
_LONGEST_GAP = 2**17
_WITH_CELLS = ("sheet", "sharedstrings")
_NONE: Mapping[str, Callable[[dict[str, str]], None]] = MappingProxyType({})

Count = Callable[[bytes], int]
Attributes = dict[str, str]
Wholes = Mapping[str, Callable[[Element], None]]
Begins = Mapping[str, Callable[[Attributes], None]]


def open_archive(content: bytes, file: str) -> zipfile.ZipFile:
    """The archive with its names and sizes checked; parts that some programs on Windows name with
    backslashes ("xl\\workbook.xml") go by the name with slashes.

    Raises InputError: `file_damaged`, `file_password`, `file_unsafe_archive` or `file_bomb`.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except DAMAGE as error:
        raise InputError("file_damaged", file=file) from error
    for info in archive.infolist():
        info.filename = info.filename.replace("\\", "/")
    archive.NameToInfo = {info.filename: info for info in archive.infolist()}
    try:
        _check(archive.infolist(), file)
    except InputError:
        archive.close()
        raise
    return archive


def _check(infos: list[zipfile.ZipInfo], file: str) -> None:
    if any(i.flag_bits & _ENCRYPTED for i in infos):
        raise InputError("file_password", file=file)
    names = {i.filename.casefold() for i in infos}
    if len(names) < len(infos) or len(infos) > MAX_PART_NAMES or any(map(_leads_out, infos)):
        raise InputError("file_unsafe_archive", file=file)
    if _overlapping(infos):
        raise InputError("file_unsafe_archive", file=file)
    unpacked = sum(i.file_size for i in infos)
    packed = sum(i.compress_size for i in infos) or 1
    dense = unpacked > _RATIO_COUNTS_FROM and unpacked / packed > MAX_RATIO
    if unpacked > MAX_UNPACKED or dense:
        raise InputError("file_bomb", file=file, size=unpacked // 2**20)


def _leads_out(info: zipfile.ZipInfo) -> bool:
    """Would this entry lie elsewhere than under its folder, or is it a link to elsewhere?"""
    name = info.orig_filename.replace("\\", "/")
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    leads = name.startswith("/") or ".." in name.split("/")
    return is_link or leads or any(sign in name for sign in ":\0")


def _overlapping(infos: list[zipfile.ZipInfo]) -> bool:
    """Entries that share bytes unpack to far more than the file holds; bytes before the first entry
    mean that another reader may see another archive in the same file."""
    end = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        if info.header_offset < end or (end == 0 and info.header_offset > 0):
            return True
        end = info.header_offset + _LOCAL_HEADER + len(info.orig_filename) + info.compress_size
    return False


def check_parts(archive: zipfile.ZipFile, parts: list[str], file: str) -> None:
    """Refuse unusual packing, and a document type at the head of one of these XML parts: it can
    make a few bytes grow without end, or name files of this machine."""
    for part in parts:
        if archive.getinfo(part).compress_type not in _PACKINGS:
            raise InputError("file_part_damaged", file=file, part=part)
        if "<!DOCTYPE" in _text(head_of(archive, part, file)):
            raise InputError("file_doctype", file=file)


def check_size(archive: zipfile.ZipFile, parts: list[str], file: str) -> None:
    """Refuse an Open XML workbook whose XML would fill the memory; pictures do not count."""
    size = sum(archive.getinfo(part).file_size for part in parts)
    if size > MAX_OPEN_XML:
        raise InputError("file_bomb", file=file, size=size // 2**20)


def head_of(archive: zipfile.ZipFile, part: str, file: str, size: int = _PROLOG) -> bytes:
    """The first bytes of a part."""
    try:
        with archive.open(part) as stream:
            return stream.read(size)
    except DAMAGE as error:
        raise InputError("file_part_damaged", file=file, part=part) from error


def _text(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]
    even = head[: len(head) // 2 * 2]
    encoding = "utf-16-be" if head[:1] in (b"\xfe", b"\0") else "utf-16-le"
    return even.decode(encoding, "replace") if wide else head.decode("latin-1")


class DocumentTypeFound(Exception):
    """A part declares a document type, which no workbook needs and attacks are made of."""


def walk(
    chunks: Iterable[bytes],
    whole: Wholes,
    begins: Begins = _NONE,
    *,
    prefixed: bool = False,
    aside: Collection[str] = (),
) -> None:
    """Walk one document: an element named in `whole` is handed over when it ends, with all in it;
    of another one in `begins` the attributes are told when it begins. Names are without prefix
    unless `prefixed`. What stands in elements of `aside` is passed over.

    Raises one of DAMAGE where it is not well-formed XML in a known encoding, DocumentTypeFound
    where it declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    builder = TreeBuilder()
    depth = skipped = opened = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal builder, depth, skipped, opened
        opened += 1
        if opened > MAX_DEPTH:  # a place is kept for each open element
            raise ValueError("nested without end")
        if skipped or name in aside:
            skipped += 1
            return
        if not prefixed and ":" in name:
            name = name.rpartition(":")[2]
        if depth or name in whole:
            depth += 1
            builder.start(name, attributes)
        elif name in begins:
            begins[name](attributes)

    def end(name: str) -> None:
        nonlocal builder, depth, skipped, opened
        opened -= 1
        if skipped:
            skipped -= 1
        elif depth:
            depth -= 1
            builder.end(name)
            if not depth:
                found, builder = builder.close(), TreeBuilder()
                whole[found.tag](found)

    def data(text: str) -> None:
        if depth and not skipped:
            builder.data(text)

    def doctype(*_: object) -> None:
        raise DocumentTypeFound

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = data, doctype
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


class Watch:
    """A watch over what one workbook unpacks to, over all its parts and all passes over them.

    Parsing costs by the element and by the length of its pieces, not by the size of the file: a few
    hundred kilobytes can hold a hundred million blank cells, or one text of a gigabyte. Counting
    the opening signs of a piece of XML costs next to nothing and tells both. 45,000 schools in 25
    columns have four million signs in 40 MB.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.signs = self.bytes = 0
        self.ends = time.monotonic() + MAX_SECONDS

    def over(
        self,
        part: str,
        chunks: Iterable[bytes],
        most: int = MAX_SIGNS,
        count: Count = lambda chunk: chunk.count(b"<"),
    ) -> Iterator[bytes]:
        """The same pieces of a part, counted (`count`: their opening signs). Raises InputError
        where they become too many (of this part: `most`), too long without an element, or take too
        much time."""
        gap = here = 0
        for chunk in chunks:
            self.bytes += len(chunk)
            signs = count(chunk)
            self.signs += signs
            here += signs
            gap = 0 if signs else gap + len(chunk)
            if self.bytes > MAX_BYTES or self.signs > MAX_SIGNS or here > most:
                raise InputError("file_bomb", file=self.file, size=self.bytes // 2**20)
            if gap >= _LONGEST_GAP:
                raise InputError("file_part_damaged", file=self.file, part=part)
            if time.monotonic() > self.ends:
                raise InputError("reader_time", file=self.file, limit=MAX_SECONDS)
            yield chunk


class Package:
    """The parts of one Open XML file, by names found in any case; and what links to what."""

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        self.file, self.archive = file, archive
        self.names = {n.casefold(): n for n in archive.namelist()}
        self.watch = Watch(file)

    def damaged(self, part: str) -> InputError:
        """The reason to give where a part cannot be read."""
        return InputError("file_part_damaged", file=self.file, part=part)

    def parse(self, part: str, whole: Wholes, begins: Begins = _NONE) -> None:
        """Walk one part. Raises InputError where it is damaged or declares a document type."""
        try:
            walk(self.chunks(part), whole, begins)
        except DocumentTypeFound:
            raise InputError("file_doctype", file=self.file) from None
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise self.damaged(part) from error

    def chunks(self, part: str, size: int = _CHUNK, count: Count | None = None) -> Iterator[bytes]:
        """The unpacked part piece by piece, and watched; the sizes an archive states are not
        believed."""
        holds_cells = any(sign in part.casefold() for sign in _WITH_CELLS)
        most = MAX_SIGNS if holds_cells else MAX_SIGNS_BESIDE
        more = {"count": count} if count else {}
        return self.watch.over(part, self._pieces(part, size), most, **more)

    def _pieces(self, part: str, size: int) -> Iterator[bytes]:
        if part not in self:
            raise self.damaged(part)
        total = 0
        try:
            with self.archive.open(self.names[part.casefold()]) as stream:
                while chunk := stream.read(size):
                    total += len(chunk)
                    if total > MAX_PART:
                        raise InputError("file_bomb", file=self.file, size=total // 2**20)
                    yield chunk
        except DAMAGE as error:
            raise self.damaged(part) from error

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self.names

    def stated_size(self, part: str) -> int:
        """The unpacked size a part claims to have; good for choosing a way to read it only."""
        return self.archive.getinfo(self.names[part.casefold()]).file_size if part in self else 0

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to inside the file: id -> (name of the part, kind)."""
        found: dict[str, tuple[str, str]] = {}

        def take(a: Attributes) -> None:
            if a.get("TargetMode", "") != "External":
                folder = posixpath.join("/", posixpath.dirname(part))
                target = posixpath.normpath(posixpath.join(folder, a.get("Target", "")))
                found[a.get("Id", "")] = target.lstrip("/"), a.get("Type", "").rpartition("/")[2]

        if (rels := links_of(part)) in self:
            self.parse(rels, {}, {"Relationship": take})
        return found

    def linked(self, part: str, kind: str) -> str:
        """The first part of a kind that a part links to and that is there, or ""."""
        return next((t for t, k in self.links(part).values() if k == kind and t in self), "")


def links_of(part: str) -> str:
    """The part that holds the links of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
