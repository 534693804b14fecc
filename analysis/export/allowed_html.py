"""HTML with only what a page may hold: text, tables and pictures, no scripts.

Everything goes through bleach, except what is, from its first sign to the last, a table as
`show_table` writes it or a picture in base64: nothing can stand in those that would have to go, and
taking a page apart to see that costs more than drawing its charts.
"""

from __future__ import annotations

import re
from typing import Any

import bleach

from analysis.export.safe_text import printable
from analysis.reference import say

_TAGS = {
    *("h1", "h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "blockquote", "div", "span"),
    *("a", "b", "strong", "i", "em", "code", "pre", "sup", "sub", "img"),
    *("figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {"class", "id", "alt", "title", "width", "scope", "colspan", "rowspan"}

_NARROW = 3  # columns of a table that fits on a telephone

_TEXT = r"(?:[^<>&\r\f\0]|&(?:amp|lt|gt|quot|#x27);)*+"
_SIDE = r"class='([a-z ]+)' style='text-align: [a-z]+'"
_WORDS = rf"(?:<strong>{_TEXT}</strong>|{_TEXT})"
_HEAD = rf"<tr>(?:<th scope='col' {_SIDE}>{_WORDS}</th>)*+</tr>\n"
_LINE = rf"<tr>(?:<td {_SIDE}>{_WORDS}</td>)*+</tr>\n"
_TABLE = rf"<table>\n<thead>\n{_HEAD}</thead>\n<tbody>\n(?:{_LINE})*+</tbody>\n</table>"
_OWN_TABLE = re.compile(rf"{_TABLE}(?:\n<p>{_TEXT}</p>)?")
_CELL = re.compile(rf"<(th scope='col'|td) {_SIDE}>")
_OWN_PICTURE = re.compile(
    r'<img src="data:image/(?:png|svg\+xml);base64,[A-Za-z0-9+/=]++"'
    r'(?: width="\d+")? alt="(?:[^<>&"\r\f\0]|&amp;)*+">'
)


def clean_html(html: Any) -> str:
    """Everything that a page may not hold is left out, or shown as text."""
    text = printable(str(html))
    if _OWN_PICTURE.fullmatch(text):
        return text
    return _CELL.sub(_plain_cell, text) if _OWN_TABLE.fullmatch(text) else _taken_apart(text)


def framed(html: str, lang: str) -> str:
    """What may be wider than the page in a box that scrolls, by keyboard too, and says so."""
    drawn = "<img" in html or html.startswith("<svg")
    if "<table" not in html and not drawn:
        return f'<div class="output_html">{html}</div>'
    words = f'aria-label="{say("scroll_label", lang)}"'
    if drawn or html.count("<th ") > _NARROW:
        words += f' data-hint="{say("scroll_hint", lang)}"'
    return f'<div class="output_html" tabindex="0" role="group" {words}>{html}</div>'


def _taken_apart(text: str) -> str:
    return bleach.clean(
        text,
        tags=_TAGS,
        attributes=_is_allowed,
        protocols={"http", "https", "mailto", "data"},
    )


def _plain_cell(cell: re.Match[str]) -> str:
    """The start of a cell without its style, which the page has for its class."""
    return f"<{cell[1]} class='{cell[2]}'>".replace("'", '"')


def _is_allowed(tag: str, name: str, value: str) -> bool:
    """Pictures come along as data; only a link that a reader clicks may lead elsewhere."""
    if name == "src":
        return tag == "img" and value.startswith("data:image/")
    if name == "href":
        return tag == "a" and not value.startswith("data:")
    return name in _ATTRIBUTES
