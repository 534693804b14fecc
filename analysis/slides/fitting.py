"""What has room where: the size of the words of a box, and the margins around a plot. In points."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.charts.lettering import PITCH, apart, width_of, wrap
from analysis.slides.graph import LETTERS

# The room between subtitle and source line: left, top, width, height in inches.
ROOM = (0.6, 2.05, 12.13, 4.55)
SIZE = LETTERS / 100
WIDTH, HEIGHT = 72 * ROOM[2], 72 * ROOM[3]
_LINE = PITCH * SIZE
# Width and height in inches, sizes of letters to try, and whether they are bold.
_BOXES = {
    "title": (10.1, 0.95, (26, 24, 22, 20, 18, 16, 14), True),
    "subtitle": (12.13, 0.56, (16, 15, 14), False),
    "source": (11.43, 0.5, (14, 13, 12), False),
}


SIZED = frozenset(_BOXES)


def size_of(part: str, text: str) -> int | None:
    """Smaller letters for a text that would not fit its box; None: as in the layout."""
    if part not in _BOXES:
        return None
    sizes = _BOXES[part][2]
    size = next((size for size in sizes if _fits(part, text, size)), sizes[-1])
    return None if size == sizes[0] else size


def has_room(part: str, text: str) -> bool:
    """Whether a text stays within its box, in its smallest letters: a title on some lines, subtitle
    and source on one."""
    return _fits(part, text, _BOXES[part][2][-1])


def _fits(part: str, text: str, size: int) -> bool:
    width, height, _, bold = _BOXES[part]
    lines = wrap(text, 72 * width, size, bold).count("\n") + 1
    if part != "title":
        return lines == 1
    return lines <= 2 or lines * size * 1.15 <= 72 * height


def usual(part: str) -> int:
    """The size of the layout."""
    return _BOXES[part][2][0]


def beside(texts: Sequence[str], most: float = 0.42, width: float = 1.0) -> float:
    """The part of a chart that the widest of some texts takes at its side; `width` is the part of
    the room that the chart has."""
    widest = max((width_of(text, SIZE, bold=True) for text in texts if text), default=0)
    return min((widest + SIZE) / (WIDTH * width), most)


def above(names: Sequence[str], width: float = 1.0, height: float = 1.0) -> float:
    """The part of a chart that a legend takes at its head, in columns of one width."""
    entry = max((width_of(name, SIZE) for name in names), default=0) + 2.4 * SIZE
    lines = -(-len(names) // max(int(0.85 * WIDTH * width / entry), 1)) if len(names) > 1 else 0
    return (lines * 1.15 * _LINE + 0.6 * SIZE) / (HEIGHT * height)


def below(lines: int = 1, height: float = 1.0) -> float:
    """The part of a chart that the writing of an axis takes at its foot."""
    return (lines * _LINE + 0.6 * SIZE) / (HEIGHT * height)


def in_rows(count: int) -> int:
    """How many lines of words a row has height for, of so many rows."""
    return int(0.8 * HEIGHT / (count * _LINE))


def moved(
    values: Sequence[float | None],
    low: float,
    high: float,
    margins: tuple[float, ...],
    height: float,
) -> list[float]:
    """By which part of the height of a chart each label at a value is moved down, so that none
    lies on another. Labels without a value stay."""
    plot = HEIGHT * height * (1 - margins[1] - margins[3])
    places = {
        i: (high - value) / (high - low) * plot
        for i, value in enumerate(values)
        if value is not None
    }
    order = sorted(places, key=places.__getitem__)
    wanted = [places[i] for i in order]
    found = apart(wanted, [_LINE] * len(order), -_LINE, plot + 0.3 * SIZE)
    steps = {i: (y - places[i]) / (HEIGHT * height) for i, y in zip(order, found, strict=True)}
    return [steps.get(i, 0.0) for i in range(len(values))]
