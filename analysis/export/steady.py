"""Archives that come out the same byte for byte: no clock and no machine in them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

STAMP = (2000, 1, 1, 0, 0, 0)
_UNIX = 3
_DATE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of these parts, in this order, each with the same fixed date."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            entry = zipfile.ZipInfo(name, STAMP)
            entry.create_system = _UNIX  # else it would tell on which system it was made
            packed = name.endswith(".png")  # as it is: it would not become smaller
            archive.writestr(entry, part, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def steady(content: bytes) -> bytes:
    """The same workbook or deck with fixed dates, so that the same tables give the same bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    return pack((n, _undated(p) if n == "docProps/core.xml" else p) for n, p in parts)


def _undated(part: bytes) -> bytes:
    return _DATE.sub(b"2000-01-01T00:00:00Z", part)
