"""Letters measured and broken into lines, before anything is drawn. All lengths are in points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from analysis.charts.style import families

# From line to line, from the top of a line to its baseline, and from the middle of a capital or a
# digit to the baseline, in letter sizes. Both fonts fit, also where Vietnamese stacks two marks.
PITCH, ASCENT, HALF_CAPITAL = 1.27, 0.97, 0.355
_LARGE = 64
# A number stays with what is before it; after a ; or : with what follows.
_BREAKS = re.compile(r"(?<=[;:]) |(?<![;:] \d)(?<![;:] \d\d)(?<![;:] \d\d\d) (?!\(?\d)")


@dataclass(frozen=True)
class Line:
    """Words with their size and ink; they may be wrapped."""

    text: str
    size: float
    bold: bool = False
    ink: str = ""


def weight(bold: bool) -> str:
    """The two weights that charts use."""
    return "bold" if bold else "regular"


def width_of(text: str, size: float, bold: bool = False) -> float:
    """The width of the longest line of a text."""
    space = _width_of_word("o o", bold) - 2 * _width_of_word("o", bold)
    lines = (line.split(" ") for line in text.split("\n"))
    return size * max(
        sum(_width_of_word(word, bold) for word in words) + space * (len(words) - 1)
        for words in lines
    )


@lru_cache(maxsize=8192)
def _width_of_word(word: str, bold: bool) -> float:
    """The width of a word in letters of size 1. Shaping text is slow, and words come again."""
    font = FontProperties(family=families(), size=_LARGE, weight=weight(bold))
    width, _, _ = RendererAgg(1, 1, 72).get_text_width_height_descent(word, font, ismath=False)
    return float(width) / _LARGE


def height_of(text: str, size: float) -> float:
    """The height of the lines of a text."""
    return PITCH * size * (text.count("\n") + 1)


def block_height(block: Sequence[Line]) -> float:
    """The height of lines one below the other."""
    return sum(height_of(line.text, line.size) for line in block)


def fits(block: Sequence[Line], width: float, height: float) -> bool:
    """Whether lines, one below the other, stay within a width and a height."""
    widest = max(width_of(line.text, line.size, line.bold) for line in block)
    return widest <= width and block_height(block) <= height


def wrap(text: str, width: float, size: float, bold: bool = False) -> str:
    """The text in lines not wider than `width`; numbers stay with the words they belong to.

    A word that is too long is broken.
    """
    lines: list[str] = []
    for word in _BREAKS.split(text):
        joined = f"{lines[-1]} {word}" if lines else word
        if width_of(joined, size, bold) <= width:
            lines[-1:] = [joined]
        else:
            lines += _pieces(word, width, size, bold)
    return "\n".join(lines)


def wrap_at_sign(text: str, width: float, size: float, bold: bool = False) -> str:
    """The text on one line, or broken once after a ; or : if it fits then; else "". What stands in
    brackets is not broken."""
    ends = [found.end() for sign in ("; ", ": ") for found in re.finditer(sign, text)]
    open_ = (end for end in ends if text.count("(", 0, end) == text.count(")", 0, end))
    pairs = (f"{text[: end - 1]}\n{text[end:]}" for end in open_)
    tried = (lines for lines in (text, *pairs) if width_of(lines, size, bold) <= width)
    return next(tried, "")


def wrap_evenly(text: str, width: float, size: float, bold: bool = False) -> str:
    """As `wrap`, in as few lines, but with lines of about the same length."""
    best = wrap(text, width, size, bold)
    for share in (0.9, 0.8, 0.7, 0.6, 0.52):
        tried = wrap(text, width * share, size, bold)
        if tried.count("\n") > best.count("\n"):
            break
        best = tried
    return best


def apart(
    middles: Sequence[float], sizes: Sequence[float], start: float, end: float
) -> list[float]:
    """Places near the middles at which texts of these sizes do not touch, from start to end.

    The middles are in order. Where there is too little room the first ones begin before `start`.
    """
    places, least = list(middles), start
    for i, size in enumerate(sizes):
        places[i] = max(places[i], least + size / 2)
        least = places[i] + size / 2
    limit = end
    for i in reversed(range(len(places))):
        places[i] = min(places[i], limit - sizes[i] / 2)
        limit = places[i] - sizes[i] / 2
    return places


def _pieces(word: str, width: float, size: float, bold: bool) -> Iterator[str]:
    while len(word) > 1 and width_of(word, size, bold) > width:
        ends = (n for n in range(len(word), 1, -1) if width_of(word[:n], size, bold) <= width)
        end = next(ends, 1)
        yield word[:end]
        word = word[end:]
    if word:
        yield word
