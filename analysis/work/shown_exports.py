"""What a run publishes to be read, sent and printed: one page with every chart and its numbers, and
the letter in Word that is written from the same sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from nbformat import NotebookNode

from analysis.charts import tell_data
from analysis.charts.words import tags_of
from analysis.compare import compare_indicators
from analysis.export import show_table
from analysis.export.document import export_document
from analysis.export.methods import Notes, method_notes
from analysis.export.pages import ANALYST_ONLY
from analysis.export.places import LETTER, REPORT
from analysis.export.report import Html, export_report
from analysis.export.saved import SavedChart
from analysis.export.summary import Summary
from analysis.notebook.runner import Executed
from analysis.notebook.school_year import SchoolYear
from analysis.reference import say

_MOST_ROWS = 60  # of a list at the front of the report; all of them stand in the workbook


def write_report(
    staging: Path,
    year: SchoolYear,
    executed: Sequence[Executed],
    summary: Summary,
    template: bytes,
) -> None:
    """`bao_cao.html`, composed of what the notebooks saved: the year in short, then under each
    question that has a chart the chart, and what its cells said and tabled; of the same sections
    `bao_cao.docx`, in the `template`."""
    lang = year.lang
    charts = dict(summary.charts.charts)
    listed = [
        (Notes(heading, []), show_table(t, most=_MOST_ROWS))
        for heading, t in summary.tables.items()
    ]
    sections: dict[str, list[Any]] = {summary.title: [summary, *chain(*listed)]}
    for heading, parts in (s for done in executed for s in _questions(done.notebook, charts)):
        sections.setdefault(heading, []).extend(parts)
    if len(year.indicators):
        sections[say("report_indicators", lang)] = [show_table(compare_indicators(year))]
    data = [tell_data(year, lang=lang), show_table(year.ledger, lang=lang)]
    sections[say("report_data", lang)] = data
    sections[say("report_method", lang)] = method_notes(
        year.reference.rules,
        year.targets,
        year.as_of,
        year.issues,
        year.ledger,
        schemes=year.schemes,
        lang=lang,
    )
    export_report(staging / REPORT, sections.items(), about=year.about, lang=lang)
    place = staging / LETTER
    export_document(place, sections.items(), about=year.about, template=template, lang=lang)


def _questions(
    notebook: NotebookNode, charts: dict[str, SavedChart]
) -> Iterator[tuple[str, list[Any]]]:
    """The questions of a notebook that a saved chart answers, each with what stands below it."""
    heading, parts = "", list[Any]()
    for cell in [*notebook.cells, NotebookNode(cell_type="markdown", source="# ", metadata={})]:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            if any(isinstance(part, SavedChart) for part in parts):
                yield heading, parts
            heading, parts = cell.source.partition("\n")[0].lstrip("# ").strip(), []
        elif cell.cell_type == "code" and ANALYST_ONLY not in cell.metadata.get("tags", []):
            parts += [p for output in cell.outputs for p in _part(output.get("data", {}), charts)]


def _part(data: dict[str, str], charts: dict[str, SavedChart]) -> Iterator[Any]:
    """An output as a part of the report: the saved chart, where it is first shown, a table, or
    sentences."""
    html = data.get("text/html", "")
    shown = [name for name, chart in charts.items() if any(alt in html for alt in _alts(chart))]
    if shown:
        yield charts.pop(shown[0])
    elif "<table" in html:
        yield Html(html)
    elif "text/markdown" in data:
        yield data["text/plain"]


def _alts(chart: SavedChart) -> Iterator[str]:
    """The alt text as a page has it; one shown before it was saved does not say it is revised."""
    mark = f" {tags_of(None, chart.lang, revised=True)[0]}."
    yield f"alt={quoteattr(chart.alt)}"
    yield f"alt={quoteattr(chart.alt.removesuffix(mark))}"
