"""The chart itself: what is said of it, and a matplotlib Figure that is drawn once."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any, ParamSpec
from xml.sax.saxutils import escape, quoteattr

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis.charts.drawing import Drawing, plain
from analysis.charts.foremost import foremost_remark
from analysis.charts.lettering import with_letters
from analysis.charts.numbers import NothingStated
from analysis.charts.style import Preset, house_style, preset_of
from analysis.charts.words import check_language, one_line, said_before, total_of, variant_of
from analysis.reference import About, say, sentence

# Letters as outlines look the same without the font; a fixed salt gives the same bytes.
_SVG: Any = {"svg.fonttype": "path", "svg.hashsalt": "accreditation"}
_NO_METADATA = dict.fromkeys(["Format", "Type", "Creator", "Date"])
P = ParamSpec("P")


class Described:
    """A chart in words and numbers, drawn in this session or read from where it was saved.

    `headline` is the finding, `subtitle` says what is counted, where and when, `alt` tells the
    numbers to who cannot see them, `remark` is what the footer adds, `table` the tidy frame that
    was drawn, `readings` how each of its targets is read. `kind` names the question ("levels";
    "own" for a figure of one's own); `drawing` describes what is drawn, where that has a form of
    its own beside a picture; `band` is the part of the height, from the top, between headline and
    source line; `colours` are an analyst's own; `place` counts the charts of one table;
    `revised`: what was published under its name before had other numbers.
    """

    headline: str
    subtitle: str
    alt: str
    remark: str
    kind: str
    lang: str
    table: pd.DataFrame
    about: About
    readings: tuple[str, ...] = ()
    drawing: Drawing | None = None
    band: tuple[float, float] = (0.0, 1.0)
    colours: tuple[str, ...] = ()
    place: int = 0
    revised: bool = False

    @property
    def part(self) -> str:
        """What all its schools together are called where they are not all of the office."""
        return total_of(self.about, self.table, self.lang)

    @property
    def variant(self) -> list[str]:
        """What the name of its file says beside the question: the part of the schools, and another
        reading or base than the usual one: ["phuong-huong-tra", "evaluated"]."""
        return variant_of(self.about, self.table)

    def png(self) -> bytes:
        """The picture as PNG with its alt text."""
        raise NotImplementedError

    def svg(self) -> bytes:
        """The picture as SVG, with a title and a description."""
        raise NotImplementedError

    def preview(self, width: int) -> bytes:
        """A small PNG in few colours, so many pixels wide."""
        raise NotImplementedError

    def description(self) -> dict[str, Any]:
        """All of it but table and picture, as plain values."""
        words = ("headline", "subtitle", "alt", "remark", "kind", "lang", "place")
        told: dict[str, Any] = {name: getattr(self, name) for name in words}
        told |= {n: plain(getattr(self, n)) for n in ("readings", "drawing", "band", "colours")}
        told |= {"revised": True} if self.revised else {}
        about = asdict(self.about) | {"as_of": self.about.as_of.isoformat()}
        return told | {"about": about | {"reread": [*self.about.reread]}}


class Chart(Described, Figure):
    """A picture for a slide, with the words and numbers that belong to it, see `Described`. An
    ordinary matplotlib Figure in all else: `chart.axes[0]` has the values on its x axis.
    """

    def __init__(
        self,
        preset: str,
        *,
        headline: str,
        subtitle: str,
        alt: str,
        table: pd.DataFrame,
        about: About,
        lang: str,
        remark: str = "",
        kind: str = "",
        readings: tuple[str, ...] = (),
        drawing: Drawing | None = None,
    ) -> None:
        self.preset: Preset = preset_of(preset)
        size = (self.preset.width / self.preset.dpi, self.preset.height / self.preset.dpi)
        with house_style():
            super().__init__(figsize=size, dpi=self.preset.dpi)
        FigureCanvasAgg(self)
        if scope := said_before(about, table, lang):
            headline, alt = f"{scope}: {headline}", f"{scope}: {alt}"
        if about.synthetic:
            alt = f"{alt} {sentence(say('synthetic', lang))}."
        if few := foremost_remark(table, lang):
            alt, remark = f"{alt} {few}.", ". ".join(filter(None, (few, remark)))
        self.headline, self.subtitle, self.alt = map(one_line, (headline, subtitle, alt))
        self.remark, self.kind = one_line(remark), kind
        self.readings, self.drawing = readings, drawing
        self.table, self.about, self.lang = table.reset_index(drop=True), about, lang
        self.head: Any = None  # where its headline stands, see frame.py
        self._png = b""
        show_as_drawn(Chart)

    def draw(self, renderer: Any) -> None:
        """Draw in the house style, whatever the settings of the session are."""
        with house_style():
            super().draw(renderer)

    def png(self, dpi: int | None = None) -> bytes:
        """The picture as PNG with its alt text; the same bytes until the chart is changed. With
        `dpi` the same picture in more pixels, or fewer."""
        words = {"Title": self.headline, "Description": self.alt}
        if dpi is not None and dpi != self.preset.dpi:
            changed, picture = self.stale, png_bytes(self, words, dpi=dpi)
            self.stale = changed
            return picture
        if not self._png or self.stale:
            self._png = png_bytes(self, words)
        return self._png

    def svg(self) -> bytes:
        """The picture as SVG with letters as outlines, a title and a description."""
        changed = self.stale
        picture = svg_bytes(self, self.headline, self.alt, self.lang)
        self.stale = changed  # writing SVG looks like a change, because it takes another dpi
        return picture

    def say_revised(self) -> None:
        """Say in its alt text that its numbers were others when they were published before."""
        self.revised, self._png = True, b""
        self.alt = f"{self.alt} {sentence(say('revised', self.lang))}."

    def preview(self, width: int) -> bytes:
        """A small PNG in few colours, so many pixels wide: one of a sheet of many."""
        changed, out = self.stale, io.BytesIO()
        dpi = 2 * width / self.get_figwidth()  # halved below, so that letters stay clear
        small = _picture(self, dpi).reduce(2)
        self.stale = changed
        small.quantize(64).save(out, "png")
        return out.getvalue()

    def __repr__(self) -> str:
        return f"<Chart: {self.headline}>"

    def _repr_mimebundle_(self, *_: object, **__: object) -> dict[str, str]:
        """What a notebook shows: one PNG, half its pixels wide, with the alt text.

        As HTML, because JupyterLab shows no alt text of a bare picture.
        """
        picture = base64.b64encode(_light(self.png())).decode("ascii")
        width, alt = self.preset.width // 2, quoteattr(self.alt)
        return {
            "text/html": f'<img src="data:image/png;base64,{picture}" width="{width}" alt={alt}>'
        }


class NothingToDraw(Chart):
    """No chart: it is shown as nothing and saved nowhere, and `tell_chart` says in one sentence
    why. So a notebook, a deck or a report goes on with what there is."""

    def __init__(self, sentence: str, *, about: About, lang: str, preset: str) -> None:
        none = pd.DataFrame()
        words: Any = {"headline": sentence, "subtitle": "", "alt": ""}
        super().__init__(preset, **words, table=none, about=about, lang=lang, kind="nothing")
        self.headline, self.alt = sentence, ""

    def _repr_mimebundle_(self, *_: object, **__: object) -> dict[str, str]:
        return {"text/html": ""}


def or_nothing(draw: Callable[P, Chart]) -> Callable[P, Chart]:
    """Give a chart, or NothingToDraw where nothing is stated."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Chart:
        try:
            return draw(*args, **kwargs)
        except NothingStated as nothing:
            how: dict[str, Any] = {"lang": "vi", "preset": "slide"}
            how |= {name: kwargs[name] for name in ("about", "lang", "preset") if name in kwargs}
            return NothingToDraw(nothing.told(check_language(how["lang"])), **how)

    return drawn


def png_bytes(
    figure: Figure, words: dict[str, str], *, dpi: float | None = None, box: Bbox | None = None
) -> bytes:
    """Draw a figure once as PNG, with `words` as its text fields and no trace of the software.

    `box`, in inches, is what is drawn where that is more than the figure itself.
    """
    dpi, out, fields = dpi or figure.dpi, io.BytesIO(), PngInfo()
    picture = _picture(figure, dpi, box)
    for name, text in words.items():
        fields.add_text(name, text)
    # More effort than 1 takes twice as long and saves a twentieth.
    picture.save(out, "png", compress_level=1, dpi=(dpi, dpi), pnginfo=fields)
    return out.getvalue()


def _light(png: bytes) -> bytes:
    """A picture at a third of its bytes, in as many colours as a palette has: a page holds many."""
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(
            256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
    colours = few.getpalette() or []
    few.putpalette([255 if value > 252 else value for value in colours])  # white stays white
    out = io.BytesIO()
    few.save(out, "png", compress_level=1)
    return out.getvalue()


def _picture(figure: Figure, dpi: float, box: Bbox | None = None) -> Image.Image:
    """Draw a figure once; without the channel for transparency where nothing is transparent."""
    before, own = figure.canvas, figure.dpi
    try:
        if box is not None:
            return _opaque(_with_more(figure, dpi, box))
        canvas = before if isinstance(before, FigureCanvasAgg) else FigureCanvasAgg(figure)
        if dpi != own:
            figure.dpi = dpi
        FigureCanvasAgg.draw(canvas)
        size, pixels = canvas.get_width_height(physical=True), canvas.buffer_rgba()
        return _opaque(Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1))
    finally:
        figure.set_canvas(before)
        if figure.dpi != own:
            figure.dpi = own


def _with_more(figure: Figure, dpi: float, box: Bbox) -> Image.Image:
    out = io.BytesIO()
    how: Any = {"pil_kwargs": {"compress_level": 0}}
    FigureCanvasAgg(figure).print_figure(out, format="png", dpi=dpi, bbox_inches=box, **how)
    return Image.open(out)


def _opaque(picture: Image.Image) -> Image.Image:
    is_opaque = picture.getchannel("A").getextrema() == (255, 255)
    return picture.convert("RGB") if is_opaque else picture.copy()


def svg_bytes(
    figure: Figure, title: str, description: str, lang: str, box: Bbox | None = None
) -> bytes:
    """Draw a figure once as SVG: no date, no software, its words for who cannot see it."""
    before, dpi, out = figure.canvas, figure.dpi, io.StringIO()
    how: Any = {"format": "svg", "metadata": _NO_METADATA}
    try:
        with mpl.rc_context(_SVG):
            canvas = FigureCanvasSVG(figure)
            if box is None:
                canvas.print_svg(out, metadata=_NO_METADATA)
            else:
                canvas.print_figure(out, dpi=dpi, bbox_inches=box, **how)
    finally:
        figure.set_canvas(before)
        figure.dpi = dpi
    written = with_letters(out.getvalue(), canvas)
    return _described(written, title, description, lang).encode("utf-8")


def _described(svg: str, title: str, description: str, lang: str) -> str:
    """Put role, language, title and description into the root element; drop the document type."""
    root = svg[svg.index("<svg ") + 5 :]
    attributes, _, content = root.partition(">")
    label = f'role="img" xml:lang={quoteattr(lang)} aria-label={quoteattr(description)}'
    words = f"\n <title>{escape(title)}</title>\n <desc>{escape(description)}</desc>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<svg {label} {attributes}>{words}{content}'


def show_as_drawn(kind: type[Figure]) -> None:
    """Let a notebook show figures of a kind as they show themselves.

    matplotlib's inline backend takes over every Figure as soon as pyplot or seaborn is used: it
    would draw the chart a second time, cropped and without alt text. This kind is asked first.
    """
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    if shell is not None:
        shell.display_formatter.formatters["image/png"].for_type(kind, lambda _: None)
