"""Cut the XML of a sheet into what stands before its rows, stretches of whole rows, and the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analysis.raw.open_xml.plain_xml import NotPlain, without_prefix

_BEGIN = re.compile(rb"<(\w+:)?sheetData>")
_LONGEST_WAIT = 4 * 2**20


class Stretches:
    """What stands before the rows (`head`, with the tag that opens them) and behind (`tail`)."""

    def __init__(self) -> None:
        self.head = self.tail = self.prefix = b""

    def cut(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Stretches of whole rows with plain names and nothing between the elements.

        Raises NotPlain where the parts cannot be told apart, or a row is longer than any should be.
        """
        waiting = b""
        for chunk in chunks:
            waiting += chunk
            if not self.head:
                waiting = self._take_head(waiting)
            row_end = b"</%brow>" % self.prefix
            end = waiting.rfind(row_end) + len(row_end)
            if self.head and end >= len(row_end):
                yield self._plain(waiting[:end])
                waiting = waiting[end:]
            if len(waiting) > _LONGEST_WAIT:
                raise NotPlain
        end = waiting.find(b"</%bsheetData>" % self.prefix)
        if not self.head or end < 0:
            raise NotPlain
        if rows := self._plain(waiting[:end]):
            yield rows
        self.tail = waiting[end:]

    def _take_head(self, waiting: bytes) -> bytes:
        found = _BEGIN.search(waiting)
        if not found:
            return waiting
        self.head, self.prefix = waiting[: found.end()], found[1] or b""
        return waiting[found.end() :]

    def _plain(self, rows: bytes) -> bytes:
        if self.prefix:
            rows = without_prefix(rows, self.prefix)
        if b"\n" in rows:  # some programs begin a line with each row or cell
            for tag in (b"<row ", b"</row>", b"<c "):
                rows = rows.replace(b"\n" + tag, tag)
        return rows.strip(b"\n")
