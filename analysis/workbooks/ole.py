"""Compound files, the containers of the old Office formats: which streams they hold, and one of
them in full. Every chain of sectors is followed with a count, so that no loop is endless.

Layout: [MS-CFB]. Loads nothing but the standard library: the confined reader uses it too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
MAX_STREAM = 128 * 2**20
_HEADER = 512
_LAST = 0xFFFFFFFA  # sector numbers from here on are marks (free, end of chain), not places
_STREAM, _ROOT = 2, 5


class OleError(ValueError):
    """The container contradicts itself or is cut short."""


@dataclass(frozen=True)
class Entry:
    """A name in the directory: kind 1 is a storage (a folder), 2 a stream, 5 the root."""

    name: str
    kind: int
    start: int
    size: int


class OleFile:
    """A compound file. Raises OleError where it is damaged."""

    def __init__(self, content: bytes) -> None:
        self._whole, self._length = content, len(content)
        try:
            self._read_header()
            self.entries = list(self._directory())
        except (struct.error, IndexError, MemoryError, OverflowError) as error:
            raise OleError(str(error)) from error

    @property
    def names(self) -> set[str]:
        """The names of all storages and streams, in small letters."""
        return {e.name.casefold() for e in self.entries}

    def stream(self, *names: str) -> bytes:
        """The content of the first stream of one of these names, in the order asked for."""
        for name in names:
            for entry in self.entries:
                if entry.kind == _STREAM and entry.name.casefold() == name.casefold():
                    return self._content(entry)
        raise OleError(f"no stream {names}")

    def _read_header(self) -> None:
        head = self._whole[:_HEADER]
        if len(head) < _HEADER or not head.startswith(SIGNATURE):
            raise OleError("no header")
        shift, mini_shift = struct.unpack_from("<HH", head, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise OleError("sector size")
        self._size = 1 << shift
        self._sectors = -(-max(self._length - self._size, 0) // self._size)
        self._first_entry = struct.unpack_from("<I", head, 48)[0]
        self._cutoff, self._first_mini = struct.unpack_from("<II", head, 56)
        self._fat = self._read_fat(head)

    def _read_fat(self, head: bytes) -> list[int]:
        """The table that names, for each sector, the one that follows it."""
        places = list(struct.unpack_from("<109I", head, 76))
        following, more = struct.unpack_from("<II", head, 68)
        per_sector = self._size // 4
        for _ in range(min(more, self._sectors)):
            if following >= _LAST:
                break
            *found, following = struct.unpack(f"<{per_sector}I", self._sector(following))
            places += found
        fat: list[int] = []
        for place in places:
            if place < _LAST and len(fat) < self._sectors + per_sector:
                fat += struct.unpack(f"<{per_sector}I", self._sector(place))
        return fat

    def _sector(self, number: int) -> bytes:
        """One sector. The last one of a file may be short; the rest counts as zero."""
        start = (number + 1) * self._size
        found = self._whole[start : start + self._size]
        if not found:
            raise OleError("cut short")
        return found.ljust(self._size, b"\0")

    def _chain(self, start: int) -> Iterator[int]:
        number = start
        for _ in range(self._sectors + 1):
            if number >= _LAST:
                return
            yield number
            if number >= len(self._fat):
                raise OleError("a chain leaves the file")
            number = self._fat[number]
        raise OleError("a chain without end")

    def _directory(self) -> Iterator[Entry]:
        for sector in self._chain(self._first_entry):
            content = self._sector(sector)
            for offset in range(0, self._size, 128):
                entry = _entry(content[offset : offset + 128])
                if entry:
                    yield entry

    def _content(self, entry: Entry) -> bytes:
        if entry.size > min(MAX_STREAM, self._length):
            raise OleError("a stream is larger than its file")
        if entry.size < self._cutoff:
            return self._small(entry)
        content = b"".join(self._sector(s) for s in self._chain(entry.start))
        if len(content) < entry.size:
            raise OleError("a stream is cut short")
        return content[: entry.size]

    def _small(self, entry: Entry) -> bytes:
        """Small streams stand together, in pieces of 64 bytes, in the stream of the root."""
        root = next((e for e in self.entries if e.kind == _ROOT), None)
        if root is None:
            raise OleError("no root")
        whole = b"".join(self._sector(s) for s in self._chain(root.start))
        table = b"".join(self._sector(s) for s in self._chain(self._first_mini))
        following = struct.unpack(f"<{len(table) // 4}I", table)
        found, number = bytearray(), entry.start
        while number < _LAST and len(found) < entry.size:
            piece = whole[number * 64 : number * 64 + 64]
            if not piece or number >= len(following):
                raise OleError("a small stream is cut short")
            found += piece
            number = following[number]
        if len(found) < entry.size:
            raise OleError("a small stream is cut short")
        return bytes(found[: entry.size])


def _entry(content: bytes) -> Entry | None:
    length, kind = struct.unpack_from("<HB", content, 64)
    if kind not in (1, _STREAM, _ROOT) or not 2 <= length <= 64:
        return None
    name = content[: length - 2].decode("utf-16-le", "replace")
    start, size = struct.unpack_from("<II", content, 116)
    return Entry(name, kind, start, size)
