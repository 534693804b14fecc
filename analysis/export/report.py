"""Tables and charts on one page that needs nothing else: for reading, sending and printing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
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
_HEAVY, _PIXELS = 150_000, 1920
_LETTER = re.compile(r'<path id="([\w.-]+)" (d="[^"]*")/>')
_USED = re.compile(r'xlink:href="#([\w.-]+)"')
_BOX = re.compile(r'width="[\d.]+pt" height="[\d.]+pt" viewBox="[\d. ]+"')
_NAMED, _FINE = re.compile(r'<g id="[^"]*"'), re.compile(r"(?<!\d)([1-9]\d*\.\d\d)\d+")


def export_report(
    path: Path,
    sections: Iterable[tuple[str, Any]],
    *,
    about: About,
    lang: str = "vi",
    contents: bool = True,
    title: str = "",
) -> Path:
    """Write the page: what it is about, contents, each section under its heading; with a `title` of
    its own a sheet of one page, which has no contents.

    A section holds one thing or a list of them: a chart, sentences, or a table of `show_table`. A
    chart of what the lists do not state is left out, and a section of nothing else. Every sign of
    the data stands for itself; no script and no address of another server is let through.
    """
    listed = [(heading, what if isinstance(what, list) else [what]) for heading, what in sections]
    drawn = [(h, [w for w in parts if not isinstance(w, NothingToDraw)]) for h, parts in listed]
    shown = [(heading, parts) for heading, parts in drawn if parts]
    day = about.as_of.strftime("%d/%m/%Y")
    lines = [
        say("cover_year", lang, year=about.school_year, as_of=day),
        about.source(lang),
        about.note(lang),
    ]
    if title:
        lines, contents = [f"{about.office(lang)}. {lines[0]}"], False
    letters: dict[str, str] = {}
    page = _template().render(
        lang=lang,
        title=printable(title or about.office(lang)),
        one_page=_in_style(f"{title} · {say('sheet_page', lang)}") if title else "",
        style=(_PAGE / "page.css").read_text(encoding="utf-8").strip(),
        lines=[printable(line) for line in lines if line],
        tag=say("cover_synthetic", lang) if about.synthetic else "",
        contents=say("report_contents", lang) if contents else "",
        made=say("report_made", lang),
        sections=[
            {"heading": printable(heading), "html": [_html(what, lang, letters) for what in parts]}
            for heading, parts in shown
        ],
        letters="".join(letters.values()),
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


def _html(what: Any, lang: str, letters: dict[str, str]) -> str:
    """A thing as HTML in which every sign of the data stands for itself, and nothing else is."""
    if isinstance(what, Html):
        return framed(clean_html(what), lang)
    if isinstance(what, Described):
        picture = _picture(what) if what.kind == "own" else _drawing(what, letters)
        return framed(picture, lang)
    if isinstance(what, Notes):
        items = "".join(f"<li>{_escaped(line)}</li>" for line in what.lines)
        return f"<h3>{_escaped(what.heading)}</h3>" + (f"<ul>{items}</ul>" if items else "")
    if isinstance(what, Sentences | str):
        return f'<div class="output_markdown"><p>{_escaped(str(what))}</p></div>'
    return framed(clean_html(what._repr_html_()), lang)


def _in_style(text: str) -> str:
    """A text within the quotes of a style sheet, in which no sign means anything else."""
    return "".join(s if s.isalnum() or s == " " else f"\\{ord(s):x} " for s in printable(text))


def _escaped(text: str) -> str:
    return escape(printable(text))


def _picture(chart: Described) -> str:
    """A figure of one's own, as a picture: whatever stands in it runs nothing. One of thousands of
    signs is lighter in pixels."""
    kind, data = "svg+xml", chart.svg()
    if len(data) > _HEAVY:
        kind, data = "png", chart.preview(_PIXELS)
    text = base64.b64encode(data).decode("ascii")
    return clean_html(f'<img src="data:image/{kind};base64,{text}" alt="{_escaped(chart.alt)}">')


def _drawing(chart: Described, letters: dict[str, str]) -> str:
    """A chart of the suite as lines of the page, which stay sharp in print. The letters, half of
    what a chart weighs, stand once in the page under short names, and a hundredth of a point is
    fine enough."""
    root, _, drawn = chart.svg().decode("utf-8").partition("</desc>")
    for name, outline in _LETTER.findall(drawn):
        letters.setdefault(name, f'<path id="l{len(letters)}" {outline}/>')
    short = {name: f"l{place}" for place, name in enumerate(letters)}
    lines = _FINE.sub(r"\1", _NAMED.sub("<g", _LETTER.sub("", drawn)))
    lines = _USED.sub(lambda found: f'href="#{short.get(found[1], found[1])}"', lines)
    box = _BOX.findall(root)[-1]
    return f'<svg role="img" aria-label="{_escaped(chart.alt)}" {box}>{lines.strip()}'
