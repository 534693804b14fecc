"""A chart as files: PNG and SVG, the numbers behind it, and its description in words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts import Chart, NothingToDraw, one_line, png_bytes, svg_bytes
from analysis.export.places import check_name, output_folder, write_whole
from analysis.export.tables import csv_bytes
from analysis.reference import SuiteError


def save_chart(
    chart: Figure,
    name: str,
    folder: str | Path | None = None,
    *,
    alt: str | None = None,
    table: pd.DataFrame | None = None,
) -> list[Path]:
    """Save a chart as name.png and name.svg, its numbers as name.csv, its alt text as name.txt.

    The same chart gives the same bytes, and each file is replaced in one step. `folder` is the one
    being published, or figures/nhap for drafts; a draft of a part of the schools, or of another
    base or reading, says so in its name. Where the lists state nothing there is no file. A plain
    matplotlib figure needs its own `alt`, a sentence on what it shows, and has a name.csv where the
    `table` behind it is given.

    >>> save_chart(chart, "phan-bo-cap-do")  # doctest: +SKIP
    """
    check_name(name)
    if isinstance(chart, NothingToDraw):
        return []
    if folder is None and isinstance(chart, Chart):
        name = "-".join([name, *chart.variant])
    title, words = _words(chart, name, alt)
    if table is None and isinstance(chart, Chart):
        table = chart.table
    place = Path(folder) if folder is not None else output_folder()
    png, svg = _pictures(chart, title, words)
    contents = {"png": png, "svg": svg}
    if table is not None:
        contents["csv"] = csv_bytes(table)
    contents["txt"] = f"{words}\n".encode()
    return [write_whole(place / f"{name}.{kind}", what) for kind, what in contents.items()]


def _words(chart: Figure, name: str, alt: str | None) -> tuple[str, str]:
    """Title and description; a figure of one's own brings no description along."""
    if isinstance(chart, Chart):
        return chart.headline, one_line(alt or chart.alt)
    if not alt or not alt.strip():
        raise SuiteError("chart_no_alt")
    return one_line(chart.get_suptitle()) or name, one_line(alt)


def _pictures(chart: Figure, title: str, words: str) -> tuple[bytes, bytes]:
    """PNG and SVG; the PNG of a chart is the one the notebook has shown."""
    if isinstance(chart, Chart) and words == chart.alt:
        return chart.png(), chart.svg()
    lang = chart.lang if isinstance(chart, Chart) else "vi"
    png = png_bytes(chart, {"Title": title, "Description": words})
    return png, svg_bytes(chart, title, words, lang)
