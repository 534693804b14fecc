"""Records of BIFF and the texts in them, which a CONTINUE record may cut anywhere.

Numbers of records and the form of texts: [MS-XLS] 2.3 and 2.5.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator

from analysis.raw.apart.found import Unreadable

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
_WIDE, _PHONETIC, _RICH = 0x01, 0x04, 0x08


class Record:
    """One record: its number, and its body with the bodies of its CONTINUE records behind it."""

    __slots__ = ("body", "kind", "more")

    def __init__(self, kind: int, body: bytes) -> None:
        self.kind, self.body = kind, body
        self.more: list[bytes] = []

    def texts(self, place: int) -> Texts:
        """Read texts, from this place of the body on."""
        return Texts([self.body, *self.more], place)


def records(stream: bytes, start: int) -> Iterator[Record]:
    """The records from `start` to the end of their substream; charts within it are left out."""
    depth, place, waiting = 0, start, None
    header = struct.Struct("<HH")
    while place + 4 <= len(stream):
        kind, length = header.unpack_from(stream, place)
        body = stream[place + 4 : place + 4 + length]
        place += 4 + length
        if place > len(stream):
            break
        if kind == CONTINUE and waiting:
            waiting.more.append(body)
            continue
        if waiting and depth == 1:
            yield waiting
        waiting = Record(kind, body)
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
    raise Unreadable("a substream without end")


def codec(codepage: int) -> str:
    """Python's name of a code page; texts before Excel 97 are stored in one."""
    special = {1200: "utf-16-le", 0x8000: "mac-roman", 10000: "mac-roman", 0x8001: "cp1252"}
    name = special.get(codepage, f"cp{codepage}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


class Texts:
    """A place in the pieces of a record, moving on with each text read."""

    def __init__(self, pieces: list[bytes], place: int) -> None:
        self.pieces, self.piece, self.place = pieces, 0, place

    def text(self, count_size: int = 2) -> str:
        """One text: its length (in 1 or 2 bytes), flags, letters, then marks that are skipped."""
        return self.runs(count_size)[0]

    def runs(self, count_size: int = 2) -> tuple[str, list[tuple[int, int]]]:
        """One text, and from which letters on it has which font."""
        count = int.from_bytes(self._take(count_size), "little")
        flags = self._take(1)[0]
        runs = struct.unpack("<H", self._take(2))[0] if flags & _RICH else 0
        phonetic = struct.unpack("<I", self._take(4))[0] if flags & _PHONETIC else 0
        text = self._letters(count, flags)
        fonts = list(struct.iter_unpack("<HH", self._take(4 * runs)))
        self._take(phonetic)
        return text, fonts

    def letters(self, count: int) -> str:
        """So many letters, behind a byte of flags."""
        return self._letters(count, self._take(1)[0])

    def narrow(self, codec_name: str, count_size: int) -> str:
        """One text of Excel 5 and 95: its length, then bytes in the workbook's code page."""
        count = int.from_bytes(self._take(count_size), "little")
        return self._take(count).decode(codec_name, "replace")

    def _letters(self, count: int, flags: int) -> str:
        """Letters of one or two bytes; behind each cut stands a new byte of flags."""
        found = []
        while True:
            size = 2 if flags & _WIDE else 1
            body = self.pieces[self.piece]
            end = min(self.place + count * size, len(body))
            here = body[self.place : end]
            found.append(here.decode("utf-16-le" if size == 2 else "latin-1", "surrogatepass"))
            count -= len(here) // size
            self.place = end
            if count <= 0:
                break
            self._next_piece()
            flags = self._take(1)[0]
        text = "".join(found)
        return text if text.isprintable() else _without_halves(text)

    def _take(self, count: int) -> bytes:
        taken = self.pieces[self.piece][self.place : self.place + count]
        self.place += len(taken)
        while len(taken) < count:
            self._next_piece()
            more = self.pieces[self.piece][: count - len(taken)]
            self.place = len(more)
            taken += more
        return taken

    def _next_piece(self) -> None:
        self.piece += 1
        self.place = 0
        if self.piece >= len(self.pieces):
            raise Unreadable("a text is cut short")


def _without_halves(text: str) -> str:
    """Halves of a pair of code units that a cut put apart are joined; lone ones are replaced."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
