"""A watch over what a workbook unpacks to, while it is unpacked and before it is parsed.

Parsing costs by the element and by the length of its pieces, not by the size of the file: a few
hundred kilobytes can hold a hundred million blank cells, or one text of a gigabyte. Counting the
opening signs of a piece of XML costs next to nothing and tells both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from analysis.reference import InputError

Count = Callable[[bytes], int]

MAX_SIGNS = 40_000_000
MAX_SIGNS_BESIDE = 1_000_000  # in parts without cells: Excel itself keeps at most 65,490 styles
MAX_BYTES = 500 * 2**20
MAX_SECONDS = 20
MAX_DEPTH = 2000
# A piece of XML of this size without any element is one text or attribute longer than any program
# writes: the longest text of a cell is 32767 characters.
_LONGEST_GAP = 2**17


def count_signs(chunk: bytes) -> int:
    """The opening signs of a piece of XML."""
    return chunk.count(b"<")


class Watch:
    """What one workbook has unpacked to so far, over all its parts and all passes over them.

    45,000 schools in 25 columns have four million signs in 40 MB.
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
        count: Count = count_signs,
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


def shallow(file: str, part: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces; for the careful reader, whose parser keeps a place for each open element.

    The depth is told from the signs, piece by piece; only nesting without end comes near the limit.
    """
    depth = 0
    for chunk in chunks:
        depth += chunk.count(b"<") - 2 * chunk.count(b"</") - chunk.count(b"/>")
        if depth > MAX_DEPTH:
            raise InputError("file_part_damaged", file=file, part=part)
        yield chunk
