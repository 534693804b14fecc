"""A figure of one's own, made with matplotlib or seaborn, once the house style is put on.

`pyplot` hands each new figure to `adopt`, as the style sheet asks it to (`figure.hooks`); it is an
ordinary figure in all else.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import quoteattr

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.layout_engine import TightLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from analysis.charts.dressing import dress
from analysis.charts.figure import one_line, png_bytes, show_as_drawn
from analysis.charts.lettering import ASCENT, PITCH, width_of, wrap
from analysis.charts.style import colour, families
from analysis.charts.words import footer
from analysis.reference import About, say, sentence

_MARGIN, _NOTE = 8.0, 8.0  # points


class OwnFigure(Figure):
    """A figure made in the house style: dressed before it is drawn, shown with its source."""

    lang: str
    about: About | None
    alt: str
    saved_dpi: float

    def draw(self, renderer: Any) -> None:
        """Names and numbers in the language, then as matplotlib draws it."""
        dress(self, self.lang)
        super().draw(renderer)

    def png(self) -> bytes:
        """The picture as PNG, with its source below it."""
        with sourced(self, self.about, self.lang) as box:
            return png_bytes(self, {}, dpi=self.saved_dpi, box=box)

    def _repr_mimebundle_(self, *_: object, **__: object) -> dict[str, str]:
        """What a notebook shows: one PNG with source line and alt text."""
        picture, width = base64.b64encode(self.png()).decode("ascii"), round(self.bbox.width)
        alt = f" alt={quoteattr(self.alt)}" if self.alt else ""
        return {"text/html": f'<img src="data:image/png;base64,{picture}" width="{width}"{alt}>'}


def own_figure(figure: Figure, lang: str, about: About | None) -> OwnFigure:
    """Make a figure one that is dressed before it is drawn."""
    figure.__class__ = OwnFigure  # every artist on it holds the figure: it cannot be another object
    assert isinstance(figure, OwnFigure)
    figure.lang, figure.about, figure.alt = lang, about, ""
    figure.saved_dpi = float(mpl.rcParams["savefig.dpi"])
    show_as_drawn(OwnFigure)
    return figure


def described(alt: str, about: About | None, lang: str) -> str:
    """An alt text on one line that says where data are illustrative."""
    alt = one_line(alt)
    mark = say("synthetic", lang)
    if about is None or not about.synthetic or mark in alt.casefold():
        return alt
    return f"{alt.rstrip('. ')}. {sentence(mark)}."


@contextmanager
def sourced(figure: Figure, about: About | None, lang: str) -> Iterator[Bbox | None]:
    """Write source, day and the tag of illustrative data below a figure; gives the whole, in
    inches. Nothing within the figure moves, and nothing is left on it afterwards."""
    if about is None:
        yield None
        return
    changed, size = figure.stale, 72 * figure.get_size_inches()
    tag = sentence(say("synthetic", lang)) if about.synthetic else ""
    taken = width_of(tag, _NOTE, bold=True) + 3 * _MARGIN if tag else 0
    is_beside = taken < size[0] / 2
    room = size[0] - 2 * _MARGIN - (taken if is_beside else 0)
    lines = wrap(footer(about, lang), room, _NOTE).split("\n")
    below, engine = _Below(figure, *map(float, size)), figure.get_layout_engine()
    if isinstance(engine, TightLayoutEngine):  # once, not before each of the pictures made here
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    try:
        below.rule()
        for line in lines:
            below.write(line)
        if tag:
            below.tag(tag, 0 if is_beside else len(lines))
        yield below.box
    finally:
        for artist in below.artists:
            artist.remove()
        figure.set_layout_engine(engine)
        figure.stale = changed


class _Below:
    """The strip below a figure, filled line by line; in points, y is how far below."""

    def __init__(self, figure: Figure, width: float, height: float) -> None:
        self.figure, self.width, self.height = figure, width, height
        self.artists: list[Artist] = []
        self.y = 0.6 * _MARGIN

    @property
    def box(self) -> Bbox:
        """The figure with the strip, in inches."""
        depth = self.y + 0.6 * _MARGIN
        return Bbox.from_extents(0, -depth / 72, self.width / 72, self.height / 72)

    def rule(self) -> None:
        x = _MARGIN / self.width, 1 - _MARGIN / self.width
        line = Line2D(x, (0, 0), color=colour("ink.grid"), linewidth=1)
        line.set_transform(self.figure.transFigure)
        self.artists.append(self.figure.add_artist(line))

    def write(self, line: str) -> None:
        self._text(_MARGIN, self.y + ASCENT * _NOTE, line, color=colour("ink.quiet"))
        self.y += PITCH * _NOTE

    def tag(self, words: str, row: int) -> None:
        """On the right, in line with the source or in a line of its own."""
        y = 0.6 * _MARGIN + row * PITCH * _NOTE + (0.5 * _MARGIN if row else 0)
        pill = {"facecolor": colour("ink.tag_ground"), "edgecolor": colour("ink.tag")}
        look: dict[str, Any] = {"boxstyle": "round,pad=0.3,rounding_size=0.8", "linewidth": 0.8}
        how = {"color": colour("ink.tag"), "weight": "bold", "ha": "right", "bbox": pill | look}
        self._text(self.width - 1.5 * _MARGIN, y + (ASCENT + 0.1) * _NOTE, words, **how)
        self.y = max(self.y, y + 1.6 * _NOTE)

    def _text(self, x: float, y: float, words: str, **how: Any) -> None:
        how |= {"fontsize": _NOTE, "family": families(), "parse_math": False, "va": "baseline"}
        self.artists.append(self.figure.text(x / self.width, -y / self.height, words, **how))
