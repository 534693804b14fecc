"""Unpacking the fast way gives what zlib gives: the same bytes, or an error either way."""

from __future__ import annotations

import io
import platform
import random
import zipfile
import zlib

import pytest

from analysis.raw.open_xml import inflate

CONTENT = b"".join(b"<c r='A%d'><v>%d</v></c>" % (n, n * n) for n in range(50_000))
DAMAGE: tuple[type[Exception], ...] = (zipfile.BadZipFile, EOFError, *inflate.UNPACKING_ERRORS)


def packed(packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        archive.writestr("part", CONTENT)
    return buffer.getvalue()


def unpacked(data: bytes, quick: bool) -> bytes | None:
    """The part, or None where it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("part") as member:
            stream = inflate.quicken(member) if quick else member
            return b"".join(iter(lambda: stream.read(4096), b""))
    except DAMAGE:
        return None


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA])
def test_the_same_bytes(packing: int) -> None:
    assert unpacked(packed(packing), quick=True) == CONTENT


def test_without_the_library_zlib_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "fastest", zlib)
    assert unpacked(packed(), quick=True) == CONTENT


@pytest.mark.skipif(platform.machine() == "ARM64", reason="no build for Windows on ARM")
def test_the_library_is_there_where_it_is_wanted() -> None:
    assert inflate.fastest.__name__ == "isal.isal_zlib"


def test_damaged_parts_are_damaged_either_way() -> None:
    """A changed byte shows in the stream or in the checksum; nothing else is ever given."""
    whole = packed()
    for seed in range(50):
        chance, data = random.Random(seed), bytearray(whole)
        data[chance.randrange(100, len(data) - 200)] ^= 1 << chance.randrange(8)
        assert unpacked(bytes(data), quick=True) is None, seed
        assert unpacked(bytes(data), quick=False) is None, seed
