"""Tables and charts on one page that needs nothing else: for reading, sending and printing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from analysis.export.pages import clean_html
from analysis.reference import About, say

_STYLE = Path(__file__).parent / "page" / "page.css"


def export_report(
    path: Path, sections: Iterable[tuple[str, Any]], *, about: About, lang: str = "vi"
) -> Path:
    """Write the page: what it is about, then each section under its heading.

    A section is anything that shows itself as HTML: a chart, or a table of `show_table`. Every sign
    of the data stands for itself; no script and no address of another server is let through.
    """
    day = about.as_of.strftime("%d/%m/%Y")
    lines = [say("cover_year", lang, year=about.school_year, as_of=day), about.source(lang)]
    if about.synthetic:
        lines.append(say("cover_synthetic", lang))
    body = "".join(f"<h2>{escape(heading)}</h2>\n{_shown(what)}\n" for heading, what in sections)
    intro = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    title = escape(about.office(lang))
    page = (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>\n{_STYLE.read_text(encoding='utf-8').strip()}\n</style>\n</head>\n<body>\n<main>\n"
        f"{clean_html(f'<h1>{title}</h1>{intro}{body}')}</main>\n</body>\n</html>\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def _shown(what: Any) -> str:
    """The HTML by which a chart or a table shows itself in a notebook."""
    if hasattr(what, "_repr_mimebundle_"):
        return str(what._repr_mimebundle_()["text/html"])
    return f'<div class="output_html">{what._repr_html_()}</div>'
