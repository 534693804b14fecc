"""Draw the pictures of the documentation anew from the example office: run this file.

Each is a chart as the run draws it, with fewer colours so that the file is small. Its alt text lies
in the file, by which tests/test_docs.py sees that the picture still says what the data say. The
pages of the gallery are written along; the figures of gallery_own.md are drawn by the code that
stands there. With --full every chart also goes into figures/gallery/, at each preset in full size,
in both languages.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib
from example_tables import GALLERY, HOME, NAMES, Tables, draw, read_tables
from matplotlib import pyplot
from PIL import Image, PngImagePlugin

import analysis as an
from analysis.charts import Chart, OwnFigure

matplotlib.use("agg")
FOLDER = Path(__file__).parent
LANGUAGES, PRESETS = ("vi", "en"), ("slide", "half", "page")
_COLOURS, _HEIGHT, _GAP, _WIDTH = 48, 420, 10, 880
_CODE = re.compile(r"^```python\n([^`]*)^```$", re.MULTILINE)
# An example is the code right above its picture.
_EXAMPLE = re.compile(_CODE.pattern + r"\n\n!\[(.*?)\]\((.*?)\)", re.MULTILINE)


def charts(tables: Tables) -> Iterable[tuple[str, Chart]]:
    """File name and chart of the pictures in the READMEs, in both languages."""
    for lang in LANGUAGES:
        for name in ("levels", "gaps"):
            yield f"{name}.{lang}.png", draw(name, tables, lang=lang)


def small_png(picture: Image.Image, alt: str, lang: str) -> bytes:
    """A picture as PNG with a palette."""
    text, out = PngImagePlugin.PngInfo(), io.BytesIO()
    text.add_itxt("Description", alt, lang=lang)
    small = picture.convert("RGB").quantize(
        _COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    small.save(out, "PNG", optimize=True, pnginfo=text)
    return out.getvalue()


def image_of(chart: Chart) -> Image.Image:
    """The chart as it is drawn."""
    return Image.open(io.BytesIO(chart.png()))


def side_by_side(drawn: list[Chart]) -> Image.Image:
    """The presets of one chart in a row, all of the same height."""
    pictures = [image_of(chart) for chart in drawn]
    sizes = [(round(p.width * _HEIGHT / p.height), _HEIGHT) for p in pictures]
    width = sum(size[0] for size in sizes) + _GAP * (len(sizes) - 1)
    row, left = Image.new("RGB", (width, _HEIGHT), "#C8CED4"), 0
    for picture, size in zip(pictures, sizes, strict=True):
        row.paste(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS), (left, 0))
        left += size[0] + _GAP
    return row


def write_gallery(tables: Tables, lang: str, full: Path | None) -> None:
    """The page of one language and its pictures."""
    page = GALLERY["page"]
    lines = [f"# {page[f'title_{lang}']}", "", page[f"intro_{lang}"], ""]
    for name in NAMES:
        drawn = [draw(name, tables, lang=lang, preset=preset) for preset in PRESETS]
        file = f"gallery/{name}.{lang}.png"
        (FOLDER / file).write_bytes(small_png(side_by_side(drawn), drawn[0].alt, lang))
        entry = GALLERY[name]
        lines += [f"## {entry[lang]}", "", "```python", entry["code"].strip(), "```", ""]
        lines += [f"![{drawn[0].alt}](images/{file})", ""]
        for chart in drawn if full else ():
            an.save_chart(chart, f"{name}-{chart.preset.name}-{lang}", full)
    target = FOLDER.parent / ("gallery.vi.md" if lang == "vi" else "gallery.md")
    target.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8", newline="\n")


def own_page(lang: str) -> Path:
    """The page of figures of one's own; its code is what is drawn."""
    return FOLDER.parent / ("gallery_own.vi.md" if lang == "vi" else "gallery_own.md")


def examples(lang: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The lines every example begins with, and each example: file, alt text, code."""
    text = own_page(lang).read_text(encoding="utf-8")
    found = [(file, alt, code) for code, alt, file in _EXAMPLE.findall(text)]
    return _CODE.findall(text)[0], found


def own_figures(lang: str) -> Iterable[tuple[str, str, OwnFigure]]:
    """File, alt text and figure of each example, drawn as the page says."""
    start, found = examples(lang)
    with an.style(lang=lang):  # given back at the end
        known: dict[str, Any] = {}
        exec(start, known)
        for file, alt, code in found:
            pyplot.close("all")
            exec(code, dict(known))
            figure = pyplot.gcf()
            assert isinstance(figure, OwnFigure)
            yield file, alt, figure
        pyplot.close("all")


def main() -> None:
    """Draw everything."""
    tables = read_tables()
    for name in ("gallery", "own"):
        (FOLDER / name).mkdir(exist_ok=True)
    for name, chart in charts(tables):
        (FOLDER / name).write_bytes(small_png(image_of(chart), chart.alt, chart.lang))
    full = HOME / "figures" / "gallery" if "--full" in sys.argv[1:] else None
    for lang in LANGUAGES:
        write_gallery(tables, lang, full)
        for file, alt, figure in own_figures(lang):
            picture = Image.open(io.BytesIO(figure.png()))
            picture.thumbnail((_WIDTH, _WIDTH), Image.Resampling.LANCZOS)
            (FOLDER.parent / file).write_bytes(small_png(picture, alt, lang))


if __name__ == "__main__":
    main()
