"""Draw the pictures of the documentation anew from the example office: run this file.

Each is a chart as the run draws it, with fewer colours so that the file is small. Its alt text lies
in the file, by which tests/test_docs.py sees that the picture still says what the data say.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, PngImagePlugin

import analysis as an
from analysis.chart import Chart

FOLDER = Path(__file__).parent
SCHOOL_YEAR = "2024-2025"
_COLOURS = 64


def charts() -> Iterable[tuple[str, Chart]]:
    """File name and chart, in both languages."""
    year = an.load_year(SCHOOL_YEAR, home=FOLDER.parents[1])
    levels = an.measure_levels(year.schools, scheme="kdclgd", by="education_level", base="eligible")
    gaps = an.compare_to_targets(year.schools, year.targets, by="education_level")
    for lang in ("vi", "en"):
        words = {"about": year.about, "lang": lang}
        yield f"levels.{lang}.png", an.chart_levels(levels, **words)
        yield f"gaps.{lang}.png", an.chart_gaps(gaps, target_id="Q", **words)


def small_png(chart: Chart) -> bytes:
    """The chart as PNG with a palette."""
    picture = Image.open(io.BytesIO(chart.png())).convert("RGB")
    text, out = PngImagePlugin.PngInfo(), io.BytesIO()
    text.add_itxt("Description", chart.alt, lang=chart.lang)
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True, pnginfo=text
    )
    return out.getvalue()


if __name__ == "__main__":
    for name, chart in charts():
        (FOLDER / name).write_bytes(small_png(chart))
        print(f"{name}: {chart.alt}")
