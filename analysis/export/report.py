"""Tables and charts on one page that needs nothing else: for reading, sending and printing."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template

from analysis.charts import Described, NothingToDraw, Sentences
from analysis.export.allowed_html import clean_html, framed
from analysis.export.methods import Notes
from analysis.export.places import write_whole
from analysis.export.safe_text import printable
from analysis.reference import About, say

_PAGE = Path(__file__).parent / "page"


def export_report(
    path: Path,
    sections: Iterable[tuple[str, Any]],
    *,
    about: About,
    lang: str = "vi",
    methods: Sequence[Notes] = (),
    contents: bool = True,
) -> Path:
    """Write the page: what it is about, contents, each section under its heading, then `methods`.

    A section holds one thing or a list of them: a chart, sentences, or a table of `show_table`. A
    chart of what the lists do not state is left out, and a section of nothing else. Every sign of
    the data stands for itself; no script and no address of another server is let through.
    """
    listed = [(heading, what if isinstance(what, list) else [what]) for heading, what in sections]
    drawn = [(h, [w for w in parts if not isinstance(w, NothingToDraw)]) for h, parts in listed]
    shown = [(heading, parts) for heading, parts in drawn if parts]
    if methods:
        shown.append((say("report_method", lang), list(methods)))
    day = about.as_of.strftime("%d/%m/%Y")
    lines = [
        say("cover_year", lang, year=about.school_year, as_of=day),
        about.source(lang),
        about.note(lang),
    ]
    page = _template().render(
        lang=lang,
        title=printable(about.office(lang)),
        style=(_PAGE / "page.css").read_text(encoding="utf-8").strip(),
        lines=[printable(line) for line in lines if line],
        tag=say("cover_synthetic", lang) if about.synthetic else "",
        contents=say("report_contents", lang) if contents else "",
        made=say("report_made", lang),
        sections=[
            {"heading": printable(heading), "html": [_html(what, lang) for what in parts]}
            for heading, parts in shown
        ],
    )
    return write_whole(path, f"{page.strip()}\n".encode())


class Html(str):
    """What a cell of a notebook gave as HTML; only what a page may hold is let through."""


@cache
def _template() -> Template:
    loader = FileSystemLoader(_PAGE)
    return Environment(loader=loader, autoescape=True, keep_trailing_newline=True).get_template(
        "report.html.j2"
    )


def _html(what: Any, lang: str) -> str:
    """A thing as HTML in which every sign of the data stands for itself, and nothing else is."""
    if isinstance(what, Html):
        return framed(clean_html(what), lang)
    if isinstance(what, Described):
        return framed(clean_html(_picture(what)), lang)
    if isinstance(what, Notes):
        items = "".join(f"<li>{_escaped(line)}</li>" for line in what.lines)
        return f"<h3>{_escaped(what.heading)}</h3>" + (f"<ul>{items}</ul>" if items else "")
    if isinstance(what, Sentences | str):
        return f'<div class="output_markdown"><p>{_escaped(str(what))}</p></div>'
    return framed(clean_html(what._repr_html_()), lang)


def _escaped(text: str) -> str:
    return escape(printable(text))


def _picture(chart: Described) -> str:
    """The chart as a vector picture, which stays sharp in print; a picture runs nothing."""
    data = base64.b64encode(chart.svg()).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{_escaped(chart.alt)}">'
