"""Published pages: whole in themselves, safe, and readable without a screen or a network."""

from __future__ import annotations

import base64
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.export.allowed_html import clean_html
from analysis.export.pages import ANALYST_ONLY, export_page

PACKAGE = Path(__file__).parents[1] / "analysis"
# The smallest picture there is: one pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg"
    "=="
)
PICTURE = f"data:image/png;base64,{PIXEL}"
EVIL = "<script src='https://evil.example/x.js'></script><img src='https://evil.example/x.png'>"


def shown(
    source: str = "secret_code()", *, tags: Any = (), alt: str = "Biểu đồ", **data: Any
) -> Any:
    """A cell that shows data; keys have _ for the slash: text_html="<p>"."""
    data = {key.replace("_", "/", 1): value for key, value in data.items()}
    metadata = {"image/png": {"alt": alt, "width": 960}} if "image/png" in data else {}
    output = new_output("execute_result", data=data, metadata=metadata, execution_count=1)
    return new_code_cell(source, outputs=[output], execution_count=1, metadata={"tags": [*tags]})


class Elements(HTMLParser):
    """All elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in tags]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def page(tmp_path: Path) -> str:
    """The page of a notebook with everything a notebook may hold."""
    cells = [
        new_markdown_cell("# Phân bố <cấp độ>\n\nCâu hỏi & trả lời " + EVIL),
        new_code_cell("school_year = ''", metadata={"tags": ["parameters"]}),
        new_code_cell("school_year = '2024-2025'", metadata={"tags": ["injected-parameters"]}),
        shown(image_png=PIXEL, alt='Biểu đồ "A & B": 11/12'),
        shown(text_markdown="33/34 trường " + EVIL),
        shown(text_html=f"<table><tr><td class='right' onclick='x()'>9</td></tr></table>{EVIL}"),
        shown(text_plain="<Bảng & số>"),
        shown(application_javascript="alert(1)"),
        new_code_cell("w()", outputs=[new_output("stream", name="stderr", text="FutureWarning")]),
        new_code_cell("p()", outputs=[new_output("stream", name="stdout", text="in ra <b>")]),
        new_markdown_cell("## Xem thêm trong sổ", metadata={"tags": [ANALYST_ONLY]}),
        shown(text_plain="chỉ cho người phân tích", tags=[ANALYST_ONLY]),
    ]
    path = export_page(new_notebook(cells=cells), tmp_path / "sub" / "02_thu.html", "vi")
    return path.read_text(encoding="utf-8")


def test_it_asks_no_server_for_anything(page: str) -> None:
    elements = Elements(page)
    assert not elements.all("script", "link", "iframe", "object", "embed", "base", "form")
    places = [p["src"] or "" for p in elements.all("img", "source", "video") if "src" in p]
    assert len(places) == 1 and places[0].startswith("data:image/")
    assert "url(" not in page and "@import" not in page
    for tag, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on")]
        assert tag == "a" or not [v for v in attributes.values() if v and "//" in v[:9]]


def test_it_shows_words_charts_and_tables_but_no_code(page: str) -> None:
    text = Elements(page).text
    assert "Phân bố" in text and "33/34 trường" in text and "<Bảng & số>" in text
    assert "in ra <b>" in text
    for hidden in ("secret_code", "school_year", "FutureWarning", "alert(1)", "In [", "Out["):
        assert hidden not in text
    assert "Xem thêm" not in text and "chỉ cho người phân tích" not in text


def test_it_has_a_language_a_title_and_alt_texts(page: str) -> None:
    elements = Elements(page)
    assert page.startswith("<!DOCTYPE html>")
    assert elements.all("html") == [{"lang": "vi"}]
    assert re.search(r"<title>\s*Phân bố &lt;cấp độ&gt;\s*</title>", page)
    (picture,) = [p for p in elements.all("img") if "src" in p]
    assert (picture["alt"], picture["width"]) == ('Biểu đồ "A & B": 11/12', "960")
    assert len(elements.all("h1")) == 1
    assert "02_thu.ipynb" in elements.text


def test_a_picture_without_alt_text_says_so(tmp_path: Path) -> None:
    bare = shown(image_png=PIXEL)
    bare.outputs[0].metadata = {}
    notebook = new_notebook(cells=[bare, shown(text_html="<img title='alt=x'>")])
    page = export_page(notebook, tmp_path / "a.html", "en").read_text(encoding="utf-8")
    alts = [p["alt"] for p in Elements(page).all("img")]
    assert alts == ["This picture has no description."] * 2


def test_a_picture_keeps_its_bytes(page: str) -> None:
    assert base64.b64decode(re.findall(r"base64,([^\"]+)\"", page)[0]) == base64.b64decode(PIXEL)


def test_the_same_notebook_gives_the_same_bytes(tmp_path: Path) -> None:
    notebook = new_notebook(cells=[new_markdown_cell("# A", id="a"), shown(text_plain="b")])
    pages = [export_page(notebook, tmp_path / f"{i}" / "a.html", "en") for i in (1, 2)]
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert b"\r" not in pages[0].read_bytes()
    assert 'lang="en"' in pages[0].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p class='a' style='x' onclick='y'>b</p>", '<p class="a">b</p>'),
        ("<a href='https://example.org/'>x</a>", '<a href="https://example.org/">x</a>'),
        ("<a href='javascript:x()'>x</a>", "<a>x</a>"),
        ("<img src='data:text/html,x' alt='a'>", '<img alt="a">'),
        (
            f"<img src='data:image/png;base64,{PIXEL}'>",
            f'<img src="data:image/png;base64,{PIXEL}">',
        ),
        ("<p><script>x()</script></p>", "<p>&lt;script&gt;x()&lt;/script&gt;</p>"),
        (
            "<table></table><iframe src='x'></iframe>",
            "<table></table>&lt;iframe src='x'&gt;&lt;/iframe&gt;",
        ),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_only_what_a_page_may_hold_is_let_through(html: str, clean: str) -> None:
    assert clean_html(html) == clean


def test_its_colours_are_those_of_the_charts() -> None:
    palette = tomllib.loads((PACKAGE / "charts" / "palette.toml").read_text(encoding="utf-8"))
    known = {c.upper() for group in ("ink", "bar") for c in palette[group].values()}
    style = (PACKAGE / "export" / "page" / "page.css").read_text(encoding="utf-8")
    used = set(re.findall(r"#[0-9A-Fa-f]{6}\b", style))
    assert used and {colour.upper() for colour in used} <= known
