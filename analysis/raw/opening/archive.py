"""What is checked in a zip archive before any reader opens a part of it."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path

from analysis.raw.part_names import plain_names
from analysis.reference import InputError

MAX_UNPACKED = 400 * 2**20
MAX_OPEN_XML = 160 * 2**20  # 45,000 schools in 25 columns take 42 MB
MAX_RATIO = 400
MAX_PART_NAMES = 5000
_RATIO_COUNTS_FROM = 50 * 2**20
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_LOCAL_HEADER = 30
_PROLOG = 4096
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BAD_ARCHIVE = (
    zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, OverflowError,
    IndexError, RuntimeError, EOFError, zlib.error,
)  # fmt: skip


def open_archive(path: Path, file: str) -> zipfile.ZipFile:
    """The archive with its names and sizes checked.

    Raises InputError: `file_damaged`, `file_password`, `file_unsafe_archive` or `file_bomb`.
    """
    try:
        archive = plain_names(zipfile.ZipFile(path))
    except BAD_ARCHIVE as error:
        raise InputError("file_damaged", file=file) from error
    try:
        _check(archive.infolist(), file)
    except InputError:
        archive.close()
        raise
    return archive


def _check(infos: list[zipfile.ZipInfo], file: str) -> None:
    if any(i.flag_bits & _ENCRYPTED for i in infos):
        raise InputError("file_password", file=file)
    names = [i.filename for i in infos]
    folded = {n.casefold() for n in names}
    if len(folded) < len(names) or len(names) > MAX_PART_NAMES or any(map(_leads_out, infos)):
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
    return (
        is_link
        or name.startswith("/")
        or ".." in name.split("/")
        or any(sign in name for sign in ":\0")
    )


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
    except BAD_ARCHIVE as error:
        raise InputError("file_part_damaged", file=file, part=part) from error


def _text(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]
    even = head[: len(head) // 2 * 2]
    encoding = "utf-16-be" if head[:1] in (b"\xfe", b"\0") else "utf-16-le"
    return even.decode(encoding, "replace") if wide else head.decode("latin-1")
