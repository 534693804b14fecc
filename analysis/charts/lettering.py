"""Letters measured and broken into lines, before anything is drawn, and then drawn as outlines. All
lengths are in points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgba
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from analysis.charts.style import families

# From line to line, from the top of a line to its baseline, and from the middle of a capital or a
# digit to the baseline, in letter sizes. Both fonts fit, also where Vietnamese stacks two marks.
PITCH, ASCENT, HALF_CAPITAL = 1.27, 0.97, 0.355
_LARGE = 64
# Outlines are whole numbers in a square of so many: FreeType counts sixty-fourths.
_EM = 64 * text_to_path.FONT_SCALE
_SIGNS: dict[Any, str] = {
    Outline.MOVETO: "M",
    Outline.LINETO: "L",
    Outline.CURVE3: "Q",
    Outline.CURVE4: "C",
}
_LETTERS: dict[str, Any] = {}  # by name: vertices and codes, as they are first used
_PLACE = re.compile(r'<g id="letters-(\d+)"/>')
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


class Letters(Text):
    """One line of words on a sheet, drawn as its outline: matplotlib would lay the same words out
    anew for every picture, which takes longer than all else that is drawn."""

    def draw(self, renderer: Any) -> None:
        """Draw into a picture, or leave a place for `with_letters` to write the words in an SVG."""
        canvas = self.figure.canvas if self.figure else None
        if not self.get_visible() or not isinstance(canvas, FigureCanvasAgg | FigureCanvasSVG):
            super().draw(renderer)
            return
        size, bold = float(self.get_fontsize()), self.get_fontweight() == "bold"
        right = {"left": 0.0, "center": 0.5, "right": 1.0}[self.get_horizontalalignment()]
        by = renderer.points_to_pixels(1)
        x, y = self.get_transform().transform(self.get_position())
        x -= right * width_of(self.get_text(), size, bold) * by
        ink = to_hex(self.get_color())
        if isinstance(canvas, FigureCanvasSVG):
            places = canvas.__dict__.setdefault("letters", [])
            renderer.open_group("letters", gid=f"letters-{len(places)}")
            renderer.close_group("letters")
            places.append((x, renderer.height - y, size / _EM, self.get_text(), bold, ink))
            return
        gc = renderer.new_gc()
        gc.set_linewidth(0)
        place = Affine2D().scale(size * by / _EM).translate(x, y)
        renderer.draw_path(gc, _outline(self.get_text(), bold), place, to_rgba(ink))
        gc.restore()


def with_letters(svg: str, canvas: FigureCanvasSVG) -> str:
    """The SVG with the words in their places; each letter is drawn once."""
    places = canvas.__dict__.get("letters", [])
    letters: dict[str, str] = {}

    def words(found: re.Match[str]) -> str:
        left, top, scale, text, bold, ink = places[int(found[1])]
        glyphs = _laid_out(text, bold)
        letters.update((name, _drawn(name)) for name, _, _ in glyphs)
        used = "".join(f'<use xlink:href="#{name}" x="{x}" y="{y}"/>' for name, x, y in glyphs)
        place = f"translate({left:.2f} {top:.2f}) scale({scale:.6f} {-scale:.6f})"
        return f'<g fill="{ink}" transform="{place}">{used}</g>'

    written = _PLACE.sub(words, svg)
    outlines = "".join(f'<path id="{name}" d="{d}"/>' for name, d in sorted(letters.items()))
    return written.replace("<defs>", f"<defs>{outlines}", 1)


@lru_cache(maxsize=4096)
def _outline(text: str, bold: bool) -> Any:
    """A line of words as one outline."""
    places = _laid_out(text, bold)
    letters = [(_letter(name), np.array([x, y])) for name, x, y in places]
    parts = [Outline(one.vertices + place, one.codes) for one, place in letters]
    return Outline.make_compound_path(*parts)


@lru_cache(maxsize=4096)
def _laid_out(text: str, bold: bool) -> tuple[tuple[str, int, int], ...]:
    """Where each letter of a line stands; spaces have no outline."""
    font = _font(bold)  # shared with all who draw, each in a size of its own
    font.set_size(text_to_path.FONT_SCALE, text_to_path.DPI)
    found, _, _ = text_to_path.get_glyphs_with_font(font, text, _LETTERS)
    places = ((name, round(64 * x), round(64 * y)) for name, x, y, _ in found)
    return tuple(place for place in places if len(_LETTERS[place[0]][0]))


@cache
def _letter(name: str) -> Any:
    """The outline of one letter."""
    vertices, codes = _LETTERS[name]
    return Outline(np.rint(64 * vertices), codes)


@cache
def _drawn(name: str) -> str:
    """The outline of a letter as SVG has it, in whole numbers."""
    outline, last = _letter(name), ""
    parts: list[str] = []
    for (x, y), code in zip(outline.vertices.astype(int), outline.codes, strict=True):
        if code == Outline.CLOSEPOLY:
            parts, last = [*parts, "z"], ""
            continue
        sign = _SIGNS[code]
        parts.append(f"{'' if sign == last else sign}{x} {y} ")
        last = sign
    return "".join(parts)


def _font(bold: bool) -> Any:
    """The files of a weight; the second one lends letters that the first one lacks. Matplotlib
    keeps them open, but not into a fork, which would read on where another process has read to."""
    named = [FontProperties(family=[family], weight=weight(bold)) for family in families()]
    return get_font([findfont(each) for each in named])


def _pieces(word: str, width: float, size: float, bold: bool) -> Iterator[str]:
    while len(word) > 1 and width_of(word, size, bold) > width:
        ends = (n for n in range(len(word), 1, -1) if width_of(word[:n], size, bold) <= width)
        end = next(ends, 1)
        yield word[:end]
        word = word[end:]
    if word:
        yield word
