"""An executed notebook as a page for readers: its words, charts and tables, without the code.

The page is one file that needs nothing else and asks no server for anything. What the cells gave is
let through a list of what a page may hold: text, tables and pictures, no scripts.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode

from analysis.export.allowed_html import clean_html, framed
from analysis.reference import say

_HERE = Path(__file__).parent
_WITHOUT_ALT = re.compile(r"<img\b(?![^>]* alt=)")

# Cells with this tag speak to the analyst at the notebook, so the page leaves them out.
ANALYST_ONLY = "analyst-only"


def export_page(notebook: NotebookNode, path: Path, lang: str = "vi") -> Path:
    """Write the page of an executed notebook; the same notebook gives the same bytes."""
    shown = for_readers(notebook)
    page = {
        "lang": lang,
        "title": title_of(shown) or path.stem,
        "style": (_HERE / "page" / "page.css").read_text(encoding="utf-8").strip(),
        "note": say("page_made_from", lang, notebook=path.stem),
    }
    html, _ = _exporter().from_notebook_node(shown, resources={"page": page})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html.strip() + "\n", encoding="utf-8", newline="\n")
    return path


def for_readers(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what is for the analyst only, and without cells that show nothing."""
    cells = [
        cell
        for cell in notebook.cells
        if ANALYST_ONLY not in cell.metadata.get("tags", [])
        and (cell.cell_type == "markdown" or cell.get("outputs"))
    ]
    return NotebookNode(notebook | {"cells": cells})


def title_of(notebook: NotebookNode) -> str:
    """The heading of a notebook; "" where it has none."""
    prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    return next((line[2:] for line in prose.split("\n") if line.startswith("# ")), "")


class _PageExporter(HTMLExporter):
    """Without the second look at the finished page, for which nbconvert takes all of it apart."""

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page, and what nbconvert knows of it."""
        known = self._init_resources(resources)
        kinds = WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self, resources=known
        )
        self.register_filter("filter_data_type", kinds)
        self.register_filter("highlight_code", lambda code: code)  # none is shown
        html, known = TemplateExporter.from_notebook_node(self, nb, known, **more)
        alt = quoteattr(say("page_no_alt", known["page"]["lang"]))
        return _WITHOUT_ALT.sub(f"<img alt={alt}", html), known


@cache
def _exporter() -> HTMLExporter:
    return _PageExporter(
        template_name="page",
        extra_template_basedirs=[str(_HERE)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        sanitize_html=True,
        filters={"clean_html": clean_html, "framed": framed},
    )
