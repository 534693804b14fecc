"""A chart as files: PNG and SVG, the numbers behind it, and its description in words."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from analysis.chart import Chart, one_line, png_bytes, svg_bytes
from analysis.export.tables import export_csv
from analysis.reference import SuiteError, read_reference

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_DRAFTS = Path("figures", "nhap")


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
    being published, or figures/nhap for drafts. A plain matplotlib figure needs its own `alt`, a
    sentence on what it shows, and has a name.csv where the `table` behind it is given.

    >>> save_chart(chart, "phan-bo-cap-do")  # doctest: +SKIP
    """
    if not _NAME.fullmatch(name):
        raise SuiteError("chart_bad_name", name=name)
    title, words = _words(chart, name, alt)
    if table is None and isinstance(chart, Chart):
        table = chart.table
    place = Path(folder) if folder is not None else _output_folder()
    png, svg = _pictures(chart, title, words)
    saved = [
        _write(place / f"{name}.png", lambda path: path.write_bytes(png)),
        _write(place / f"{name}.svg", lambda path: path.write_bytes(svg)),
        _write(place / f"{name}.txt", lambda path: path.write_bytes(f"{words}\n".encode())),
    ]
    if table is not None:
        saved.insert(2, _write(place / f"{name}.csv", lambda path: export_csv(table, path)))
    return saved


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


def _output_folder() -> Path:
    """The folder of the run that executes the notebook, else the one for drafts."""
    given = os.environ.get("ACCREDITATION_OUTPUT")
    return Path(given) if given else read_reference().home / _DRAFTS


def _write(path: Path, write: Callable[[Path], object]) -> Path:
    """Write beside, then change places: a reader never meets half a file."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(beside)
        os.replace(beside, path)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise SuiteError("chart_not_saved", file=path.name, cause=cause) from error
    finally:
        beside.unlink(missing_ok=True)
    return path
