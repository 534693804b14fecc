"""A figure of one's own, made with matplotlib or seaborn, once the house style is put on.

`pyplot` hands each new figure to `adopt`, as the style sheet asks it to (`figure.hooks`); it is an
ordinary figure in all else. Before it is drawn it is dressed: names of columns become their
headings on axes, legends, colour bars and panels; numbers get the decimal comma of the language
wherever they stand. Whatever else is written stays as it is.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import quoteattr

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryLocator
from matplotlib.figure import Figure
from matplotlib.layout_engine import TightLayoutEngine
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import (
    FixedFormatter,
    FixedLocator,
    Formatter,
    FuncFormatter,
    LogFormatterMathtext,
    NullFormatter,
    ScalarFormatter,
)
from matplotlib.transforms import Bbox

from analysis.charts.figure import png_bytes, show_as_drawn
from analysis.charts.lettering import ASCENT, PITCH, width_of, wrap, wrap_evenly
from analysis.charts.style import colour, families
from analysis.charts.words import footer, one_line, tags_of
from analysis.reference import About, say
from analysis.tables import columns

_MARGIN, _NOTE = 8.0, 8.0  # points


class OwnFigure(Figure):
    """A figure made in the house style: dressed before it is drawn, shown with its source."""

    lang: str
    about: About | None
    alt: str
    saved_dpi: float
    revised: bool

    def draw(self, renderer: Any) -> None:
        """Names and numbers in the language, then as matplotlib draws it."""
        dress(self, self.lang)
        super().draw(renderer)

    def png(self) -> bytes:
        """The picture as PNG, with its source below it."""
        with sourced(self, self.about, self.lang, self.revised) as box:
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
    figure.lang, figure.about, figure.alt, figure.revised = lang, about, "", False
    figure.saved_dpi = float(mpl.rcParams["savefig.dpi"])
    show_as_drawn(OwnFigure)
    return figure


def described(alt: str, about: About | None, lang: str, revised: bool = False) -> str:
    """An alt text on one line that says where data are illustrative, or numbers revised."""
    alt = one_line(alt)
    marks = [m for m in tags_of(about, lang, revised) if m.casefold() not in alt.casefold()]
    return ". ".join([alt.rstrip(". "), *marks]) + "." if marks else alt


@contextmanager
def sourced(
    figure: Figure, about: About | None, lang: str, revised: bool = False
) -> Iterator[Bbox | None]:
    """Write source, day and the tag of illustrative or revised data below a figure; gives the
    whole, in inches. Nothing within the figure moves, and nothing is left on it afterwards."""
    if about is None:
        yield None
        return
    changed, size = figure.stale, 72 * figure.get_size_inches()
    tag = " · ".join(tags_of(about, lang, revised))
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


_NUMBER = re.compile(r"[-−+]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?(?=\s?%?$)")
_BEFORE_PERCENT = re.compile(r"(?<![\d.,])(\d+)\.(\d+)(?=\s?%)")
# May be a number of thousands that is written as it should be: only who formatted it can tell.
_THOUSANDS = re.compile(r"[-−+]?[1-9]\d{0,2}\.\d{3}$")
_LONG = re.compile(r"(?<!\d)\d{4,}(?=$)")
_LEAST, _LINES = 60.0, 3
BROKEN = " \n"  # where a title was broken for want of room; its own lines end without the space
_OF_SEABORN = ("count", "proportion", "percent", "density")
_SWAPPED = str.maketrans(",.", ".,")


def dress(figure: Figure, lang: str) -> None:
    """Put a figure into words; a second time changes nothing."""
    _set_level(figure)
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            formatter = axis.get_major_formatter()
            if not isinstance(formatter, Written | NullFormatter):
                axis.set_major_formatter(Written(formatter, lang))
    for text in [*_names(figure)]:
        _write(text, in_words(text.get_text(), lang))
    for legend in _legends(figure):
        legend.set_alignment("left")
    for text in figure.findobj(Text):
        _write(text, numbers_written(text.get_text(), lang))
        if text.get_fontfamily() == ["sans-serif"]:  # as seaborn's themes set it
            text.set_fontfamily(families())
    _break_titles(figure)


def _set_level(figure: Figure) -> None:
    """Names below an axis that seaborn has turned upright, or that are wider than their places: in
    up to three lines, level, where each then stays below its own place."""
    for axes in figure.axes:
        if not isinstance(axes.xaxis.get_major_locator(), FixedLocator | StrCategoryLocator):
            continue
        names = axes.get_xticklabels()
        texts, upright = [n.get_text() for n in names], [n.get_rotation() == 90 for n in names]
        if not any(texts):
            continue
        size, whole = float(names[0].get_fontsize()), 72 * float(figure.get_size_inches()[0])
        room = whole * axes.get_position().width / len(names) - size / 2
        if not all(upright) and max(width_of(text, size) for text in texts) <= room:
            continue
        parted = [re.sub(r"&(?=\S)", "&  ", text) for text in texts]  # may break behind the sign
        lines = [wrap_evenly(text, room, size) for text in parted]
        lines = [re.sub(" *\n *", "\n", text).replace("&  ", "&") for text in lines]
        longest = max(width_of(word, size) for text in parted for word in (text.split() or [""]))
        if longest <= room and max(text.count("\n") for text in lines) < _LINES:
            axes.set_xticklabels(lines, rotation=0)


def _break_titles(figure: Figure) -> None:
    """Break titles into lines, where they would run out of the figure or into the next panel."""
    engine = figure.get_layout_engine()
    if engine is not None and any(_is_long(*pair) for pair in _titled(figure)):
        engine.execute(figure)  # how much room there is depends on the names beside the axes
    for axes, text in _titled(figure):
        size, is_bold = float(text.get_fontsize()), text.get_fontweight() == "bold"
        room = _room(axes)
        told = text.get_text().replace(BROKEN, " ").split("\n")
        lines = [wrap_evenly(line, room, size, is_bold).replace("\n", BROKEN) for line in told]
        _write(text, "\n".join(lines))


def _is_long(axes: Axes, text: Text) -> bool:
    """Whether a title may need more room than the names beside the axes leave it."""
    is_bold = text.get_fontweight() == "bold"
    return width_of(text.get_text(), float(text.get_fontsize()), is_bold) > _room(axes) / 2


def _room(axes: Axes) -> float:
    """From the left of the axes to the next panel, or to the edge, in points."""
    figure, box = axes.get_figure(root=True), axes.get_position()
    assert figure is not None
    others = {one.get_position().x0 for one, _ in _titled(figure)}
    end = min([x for x in others if x >= box.x1] or [1.0])
    return max(72 * float(figure.get_size_inches()[0]) * (end - box.x0) - _MARGIN, _LEAST)


def _titled(figure: Figure) -> list[tuple[Axes, Text]]:
    return [(axes, text) for axes in figure.axes for text in _titles(axes)]


class Written(Formatter):
    """The labels of an axis as another formatter makes them, as the language writes them."""

    def __init__(self, inner: Formatter, lang: str) -> None:
        super().__init__()
        self.inner, self.lang = inner, lang
        self._is_sure = not isinstance(inner, FuncFormatter | FixedFormatter)

    def set_axis(self, axis: Any) -> None:
        super().set_axis(axis)
        self.inner.set_axis(axis)

    def set_locs(self, locs: Any) -> None:
        self.inner.set_locs(locs)

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self._written(self.inner(x, pos), x)

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        labels = self.inner.format_ticks([*values])
        if isinstance(self.inner, ScalarFormatter) and not _are_years(values):
            labels = [_LONG.sub(lambda found: f"{int(found[0]):,}", label) for label in labels]
        return [self._written(*pair) for pair in zip(labels, values, strict=True)]

    def get_offset(self) -> str:
        return numbers_written(self.inner.get_offset(), self.lang, sure=True)

    def format_data_short(self, value: Any) -> str:
        return numbers_written(self.inner.format_data_short(value), self.lang)

    def _written(self, label: Any, value: float) -> str:
        if label and isinstance(self.inner, LogFormatterMathtext):
            label = f"{value:,g}"
        words = in_words(str(label), self.lang)  # seaborn leaves whole numbers as they are
        return numbers_written(words, self.lang, sure=self._is_sure)


def in_words(text: str, lang: str) -> str:
    """The name of a column by its heading; "education_level = THCS" over a panel is "THCS"."""
    parts = [part.partition(" = ") for part in text.split(" | ")]
    if all(sign and heading(name, lang) for name, sign, _ in parts):
        return " | ".join(value for _, _, value in parts)
    return heading(text, lang) or text


def heading(name: str, lang: str) -> str:
    """The heading of a column of this package; "" for any other word."""
    if not name.isidentifier():
        return ""
    if name.lower() in _OF_SEABORN or name == "None":
        return say(f"axis_{name.lower()}", lang)
    column = columns().get(name)
    return column.heading(lang) if column else ""


def numbers_written(text: str, lang: str, *, sure: bool = False) -> str:
    """Lines that are a number, and numbers before a percent sign, as the language writes them.

    "1.234" stays as it is unless it is `sure` that the point is a decimal one.

    >>> numbers_written("34/38 (89.5%)", "vi"), numbers_written("0.25", "vi")
    ('34/38 (89,5%)', '0,25')
    """
    if lang == "en" or not text:
        return text
    return "\n".join(_line_written(line, sure) for line in text.split("\n"))


def _are_years(values: Sequence[float]) -> bool:
    """Whether an axis may be one of calendar years, which are written without a sign."""
    return all(1900 <= value <= 2100 for value in values)


def _line_written(line: str, sure: bool) -> str:
    if _NUMBER.match(line):
        is_clear = sure or not _THOUSANDS.match(line)
        return line.translate(_SWAPPED) if is_clear else line
    return _BEFORE_PERCENT.sub(r"\1,\2", line)


def _names(figure: Figure) -> Iterator[Text]:
    """The texts that seaborn and pandas take from columns: of axes, panels and legends."""
    for axes in figure.axes:
        yield from (axes.xaxis.label, axes.yaxis.label, *_titles(axes))
    for legend in _legends(figure):
        yield from (legend.get_title(), *legend.get_texts())


def _legends(figure: Figure) -> list[Legend]:
    found = [*figure.legends, *(axes.get_legend() for axes in figure.axes)]
    return [legend for legend in found if legend is not None]


def _titles(axes: Axes) -> list[Text]:
    """The titles of the panels, and those a grid writes beside them."""
    own = [child for child in axes.get_children() if isinstance(child, Text)]
    return [text for text in own if text.get_text() and text not in axes.texts]


def _write(text: Text, words: str) -> None:
    if words != text.get_text():
        text.set_text(words)
