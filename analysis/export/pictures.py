"""A chart as files: PNG and SVG, the numbers behind it, and its description in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts import (
    Chart,
    Described,
    NothingToDraw,
    OwnFigure,
    one_line,
    png_bytes,
    svg_bytes,
)
from analysis.charts.frame import mark_revised
from analysis.charts.own import BROKEN, described, sourced
from analysis.charts.words import variant_of
from analysis.export.places import check_name, in_a_run, output_folder, saved_folder, write_whole
from analysis.export.saved import description_bytes, own_description
from analysis.export.tables import csv_bytes
from analysis.export.versions import is_revised
from analysis.reference import About, SuiteError
from analysis.tables import about_of

_DPI = range(30, 1201)


def save_chart(
    chart: Any,
    name: str,
    folder: str | Path | None = None,
    *,
    alt: str | None = None,
    table: pd.DataFrame | None = None,
    dpi: int | None = None,
    about: Any = None,
) -> list[Path]:
    """Save a chart as name.png and name.svg, its numbers as name.csv, its alt text as name.txt, and
    its description as name.json, of which deck and report are composed.

    The same chart gives the same bytes, and each file is replaced in one step. `folder` is the one
    being published, or figures/nhap for drafts; a draft of a part of the schools, or of another
    base or reading, says so in its name. A chart of a run whose numbers were others in a version
    published before says that they were revised. Where the lists state nothing there is no file.
    `dpi` gives the PNG in other pixels than usual.

    A figure, axes or grid of matplotlib or seaborn needs its own `alt`, a sentence on what it
    shows, and has a name.csv where the `table` behind it is given. Source, as-of day and the mark
    of illustrative data are written below it: of the school year the style was put on with
    (`style(year)`), or of `about`, a school year or its `about`.

    >>> save_chart(chart, "half", dpi=300)  # doctest: +SKIP
    """
    check_name(name)
    if dpi is not None and (not isinstance(dpi, int) or dpi not in _DPI):
        raise SuiteError("figure_bad_dpi", dpi=dpi, least=_DPI[0], most=_DPI[-1])
    if isinstance(chart, NothingToDraw):
        return []
    figure = _figure_of(chart)
    table = figure.table if table is None and isinstance(figure, Chart) else table
    known = getattr(about, "about", about) or getattr(figure, "about", None)
    known = known or (about_of(table) if table is not None else None)
    if folder is None and known is not None:
        name = "-".join([name, *variant_of(known, pd.DataFrame() if table is None else table)])
    place = Path(folder) if folder is not None else output_folder()
    numbers = {} if table is None else {"csv": csv_bytes(table)}
    asked = numbers and folder is None and in_a_run()
    revised = bool(asked) and is_revised(saved_folder(), name, numbers["csv"])
    if isinstance(figure, Chart):
        if revised and not figure.revised:
            mark_revised(figure)
        png, svg, words = _of_chart(figure, alt, dpi)
    else:
        png, svg, words = _of_own(figure, name, alt, dpi, known, revised)
    contents = {"png": png, "svg": svg, **numbers}
    contents["txt"] = f"{words}\n".encode()
    told: Described | None = figure if isinstance(figure, Chart) else None
    if told is None and known is not None:
        told = own_description(_titles(figure) or [name], words, known, lang_of(figure), table)
        told.revised = revised
    if told is not None:
        contents["json"] = description_bytes(told, words)
    return [write_whole(place / f"{name}.{kind}", what) for kind, what in contents.items()]


def _figure_of(chart: Any) -> Figure:
    """The figure that axes and grids of seaborn stand on."""
    figure = chart if isinstance(chart, Figure) else getattr(chart, "figure", None)
    if not isinstance(figure, Figure):
        raise SuiteError("figure_unknown", kind=type(chart).__name__)
    return figure


def _of_chart(chart: Chart, alt: str | None, dpi: int | None) -> tuple[bytes, bytes, str]:
    """PNG, SVG and description; the PNG of a chart is the one the notebook has shown."""
    words = described(alt, None, chart.lang, chart.revised) if alt else chart.alt
    if words == chart.alt:
        return chart.png(dpi), chart.svg(), words
    png = png_bytes(chart, {"Title": chart.headline, "Description": words}, dpi=dpi)
    return png, svg_bytes(chart, chart.headline, words, chart.lang), words


def _of_own(
    figure: Figure, name: str, alt: str | None, dpi: int | None, about: About | None, revised: bool
) -> tuple[bytes, bytes, str]:
    """PNG, SVG and description; a figure of one's own brings no description along."""
    if not alt or not alt.strip():
        raise SuiteError("chart_no_alt")
    lang = lang_of(figure)
    words, title = described(alt, about, lang, revised), ". ".join(_titles(figure)) or name
    size = dpi or getattr(figure, "saved_dpi", None)
    with sourced(figure, about, lang, revised) as box:
        png = png_bytes(figure, {"Title": title, "Description": words}, dpi=size, box=box)
        svg = svg_bytes(figure, title, words, lang, box)
    if isinstance(figure, OwnFigure):
        figure.about, figure.alt, figure.revised = about, words, revised
    return png, svg, words


def lang_of(figure: Figure) -> str:
    """The language a figure is dressed in."""
    return str(getattr(figure, "lang", "vi"))


def _titles(figure: Figure) -> list[str]:
    """The lines above it, or above its first axes."""
    titles = [axes.get_title(where) for axes in figure.axes[:1] for where in ("left", "center")]
    told = [figure.get_suptitle(), *titles]
    lines = next((text.replace(BROKEN, " ").split("\n") for text in told if text), [])
    return [line for line in map(one_line, lines) if line]
