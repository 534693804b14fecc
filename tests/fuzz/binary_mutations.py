"""Changes to workbooks in binary formats: records lost, doubled, swapped, cut, of another kind."""

from __future__ import annotations

import struct
from random import Random

from analysis.workbooks.ole import OleError, OleFile
from tests import binary_workbooks as make

KINDS = (0xFD, 0x203, 0x204, 0x205, 0x27E, 0xBD, 6, 0x207, 0x85, 0x3C, 0x809, 10)


def flip(chance: Random, content: bytes) -> bytes:
    """A few bits turned."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def records(chance: Random, content: bytes) -> bytes:
    """A change to the records of an old workbook, in a container made anew."""
    try:
        stream = OleFile(content).stream("Workbook", "Book")
    except OleError:
        return flip(chance, content)
    found, place = [], 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        found.append((kind, stream[place + 4 : place + 4 + length]))
        place += 4 + length
    found = _changed(
        chance, found, (0xFD, 0x203, 0x204, 0x205, 0x27E, 0xBD, 6, 0x207, 0x85, 0x3C, 0x809, 10)
    )
    return make.ole({"Workbook": b"".join(make.record(k, b[:65535]) for k, b in found)})


def _changed(
    chance: Random, found: list[tuple[int, bytes]], kinds: tuple[int, ...]
) -> list[tuple[int, bytes]]:
    if not found:
        return found
    a, b = chance.randrange(len(found)), chance.randrange(len(found))
    kind, body = found[a]
    change = chance.randrange(7)
    if change == 0:
        del found[a]
    elif change == 1:
        found.insert(b, found[a])
    elif change == 2:
        found[a], found[b] = found[b], found[a]
    elif change == 3:
        found[a] = (chance.choice(kinds), body)
    elif change == 4:
        found[a] = (kind, body[: chance.randrange(len(body) + 1)])
    else:
        found[a] = (kind, _field(chance, body))
    return found


def _field(chance: Random, body: bytes) -> bytes:
    """Two or four bytes of a record become a number that matters, or some bit turns."""
    if len(body) < 2 or chance.random() < 0.3:
        return flip(chance, body)
    place = chance.randrange(len(body) - 1)
    values = (0, 1, 0xFF, 0x100, 0x7FFF, 0xFFFF, chance.randrange(65536))
    return body[:place] + struct.pack("<H", chance.choice(values)) + body[place + 2 :]
