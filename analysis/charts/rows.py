"""Rows with their names at the left: as many as fit, with names as large as fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.charts.lettering import PITCH, Line, block_height, width_of, wrap
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import colour
from analysis.reference import SuiteError

# How far the total is set apart, and how high a row may be, as shares of a row and of a letter.
_APART, _TALLEST, _LOWEST = 0.35, 7.0, PITCH


@dataclass(frozen=True)
class Name:
    """What stands at the left of a row: a name, and a quieter line below it."""

    text: str
    under: str = ""
    bold: bool = False


@dataclass(frozen=True)
class _Column:
    """Names in lines, in letters of a size, with the width they take."""

    size: float
    names: tuple[Name, ...]
    width: float


def place_rows(
    sheet: Sheet,
    room: Box,
    names: Sequence[Name],
    *,
    total_last: bool,
    above: float = 0,
    lines: int = 1,
) -> tuple[list[Box], float]:
    """Write the names and give the box of each row (right of its name), and the size of letters.

    The last row is set apart where it is the total. `above` points are kept free on top of each
    row where the rows are high enough. Each row holds at least so many `lines` of the smallest
    letters; too many rows for the picture are an error.
    """
    apart = _APART if total_last and len(names) > 1 else 0.0
    pitch = min(room.height / (len(names) + apart), _TALLEST * sheet.preset.label)
    lowest = lines * _LOWEST * sheet.preset.least
    if pitch < lowest:
        most = int(room.height / lowest - _APART)
        raise SuiteError("chart_too_many_groups", count=len(names), most=max(most, 1))
    free = above if pitch - above >= 1.5 * sheet.preset.label else 0
    column = _fitted(sheet, room.width, pitch - free, names)
    if free and any(name.text.endswith("…") for name in column.names):
        free, column = 0, _fitted(sheet, room.width, pitch, names)
    tops = [room.top + free + pitch * i for i in range(len(names))]
    tops[-1] += apart * pitch
    if apart:
        y = tops[-1] - free - apart * pitch / 2
        sheet.rule((room.left, room.right), (y, y), colour("ink.rule"), 0.8)
    for top, name in zip(tops, column.names, strict=True):
        sheet.write_block(room.left, top + (pitch - free) / 2, _block(sheet, name, column.size))
    left = room.left + column.width + sheet.preset.label
    return [Box(left, top, room.right, top + pitch - free) for top in tops], column.size


def _fitted(sheet: Sheet, width: float, pitch: float, names: Sequence[Name]) -> _Column:
    """The names in the largest letters and the narrowest column that hold them."""
    for column in _columns(sheet, width, names):
        blocks = [_block(sheet, name, column.size) for name in column.names]
        if all(block_height(block) <= 0.97 * pitch for block in blocks):
            return column
    size = sheet.preset.least
    lines = max(1, int(pitch / (_LOWEST * size)))
    cut = tuple(Name(_cut(name.text, lines), "", name.bold) for name in column.names)
    return _Column(size, cut, column.width)


def _columns(sheet: Sheet, width: float, names: Sequence[Name]) -> Iterator[_Column]:
    label, least = sheet.preset.label, sheet.preset.least
    large = [(share, label) for share in (0.2, 0.26, 0.32)]
    shares = [*large, *((share, least) for share in (0.32, 0.4, 0.46))]
    plain = [Name(name.text, "", name.bold) for name in names]
    if any(name.under for name in names):
        for share, size in shares[2:]:
            yield _column(sheet, share * width, size, names)
    for share, size in shares:
        yield _column(sheet, share * width, size, plain)


def _column(sheet: Sheet, width: float, size: float, names: Sequence[Name]) -> _Column:
    least = sheet.preset.least
    wrapped = tuple(
        Name(
            wrap(name.text, width, size, name.bold),
            "\n".join(wrap(line, width, least) for line in name.under.split("\n")),
            name.bold,
        )
        for name in names
    )
    widths = [width_of(n.text, size, n.bold) for n in wrapped]
    widths += [width_of(n.under, least) for n in wrapped if n.under]
    return _Column(size, wrapped, max(widths))


def _block(sheet: Sheet, name: Name, size: float) -> list[Line]:
    block = [Line(name.text, size, name.bold)]
    if name.under:
        block.append(Line(name.under, sheet.preset.least, ink=colour("ink.quiet")))
    return block


def _cut(text: str, lines: int) -> str:
    kept = text.split("\n")
    return "\n".join(kept) if len(kept) <= lines else "\n".join(kept[:lines])[:-1] + "…"
