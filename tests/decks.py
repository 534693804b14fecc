"""Decks for tests: two years of one office, and what stands in a saved deck."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from analysis.charts import Chart, chart_gaps, chart_levels, chart_targets
from analysis.measure import measure_levels
from analysis.reference import About
from tests.charts import ABOUT, PLAUSIBLE, Office, compared, office

BEFORE = replace(ABOUT, school_year="2023-2024")
# A year earlier: fewer levels, and nobody had level 3 yet.
EARLIER: Office = {
    "MN": [(2, 1, 6), (1, "not_reached", 2), ("not_evaluated", "not_evaluated", 4)],
    "TH": [(2, 1, 12), (1, 1, 3)],
    "THCS": [(2, 1, 7), (1, "not_reached", 2)],
    "TH&THCS": [("not_reached", "not_reached", 2)],
}


def charts(groups: Office = PLAUSIBLE, lang: str = "vi", about: About = ABOUT) -> dict[str, Chart]:
    """The charts of one year."""
    schools = office(groups)
    how: dict[str, Any] = {"about": about, "lang": lang}
    gaps = compared(schools, "education_level")
    return {
        "kdclgd": chart_levels(
            measure_levels(schools, scheme="kdclgd", by="education_level"), **how
        ),
        "cqg": chart_levels(measure_levels(schools, scheme="cqg", by="education_level"), **how),
        "targets": chart_targets(compared(schools), **how),
        "gaps": chart_gaps(gaps, target_id="Q", **how),
    }


def members(path: Path) -> dict[str, bytes]:
    """The parts of a file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def boxes(deck: Any) -> dict[str, Any]:
    """All named boxes of a deck, those of the notes too."""
    found: dict[str, Any] = {}
    for slide in deck.slides:
        shapes = [*slide.shapes, *(slide.notes_slide.shapes if slide.has_notes_slide else [])]
        found |= {shape.name: shape for shape in shapes}
    return found


def sheet_of(chart: Any) -> list[list[Any]]:
    """The workbook inside a chart, row by row."""
    book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def plotted(chart: Any) -> Mapping[str, list[float | None]]:
    """The values of each series as the chart itself has them."""
    return {series.name: list(series.values) for plot in chart.plots for series in plot.series}


def labels(chart: Any) -> dict[tuple[str, int], str]:
    """The labels of a chart that are words, by series and place: as they stand in the XML."""
    found = {}
    for series in chart._chartSpace.xpath("//c:ser"):
        name = series.xpath("string(./c:tx//c:v)")
        for label in series.xpath("./c:dLbls/c:dLbl[c:tx]"):
            lines = ["".join(p.xpath(".//a:t/text()")) for p in label.xpath(".//a:p")]
            found[name, int(label.xpath("./c:idx/@val")[0])] = "\n".join(lines)
    return found
