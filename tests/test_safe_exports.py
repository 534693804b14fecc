"""Whatever a school is called, it stays text in every file; and no file names the machine."""

from __future__ import annotations

import getpass
import html
import io
import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from defusedxml import ElementTree
from docx import Document
from docx.oxml.ns import qn
from matplotlib.text import Text
from nbformat.v4 import new_code_cell, new_notebook, new_output
from openpyxl import load_workbook
from PIL import Image
from pptx import Presentation

from analysis.charts import Chart, chart_levels, tell_levels
from analysis.export import export_tables, save_chart, show_table
from analysis.export.document import export_document, own_template
from analysis.export.pages import export_page
from analysis.export.report import export_report
from analysis.measure import measure_levels
from analysis.slides import export_deck
from tests.charts import ABOUT, PLAUSIBLE, office
from tests.decks import sheet_of

EVIL = [
    '=HYPERLINK("http://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd",
    "@SUM(1)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "$x^2$ \\frac{1}{2}",
    "{{7*7}} {% raw %} {x} %(x)s",
    "a\x07b\x00c\x1b[31m",
    "abc\u202egnp.exe \u2066x\u2069",
    "]]> --> &lt; </title>",
]
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def levels() -> pd.DataFrame:
    return measure_levels(
        office(dict.fromkeys(EVIL, PLAUSIBLE["MN"]), "unit"), scheme="kdclgd", by="unit"
    )


@pytest.fixture(scope="module")
def chart(levels: pd.DataFrame) -> Chart:
    return chart_levels(levels, about=ABOUT)


@pytest.fixture(scope="module")
def folder(levels: pd.DataFrame, chart: Chart, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of file there is, made from these names."""
    place = tmp_path_factory.mktemp("out")
    save_chart(chart, "evil", place)
    export_tables(dict.fromkeys(EVIL, levels), place / "evil.xlsx", about=ABOUT)
    picture = chart_levels(levels, about=ABOUT)
    picture.drawing = None
    export_deck({"evil": chart, "picture": picture}, place / "evil.pptx", about=ABOUT)
    parts = [chart, tell_levels(levels, about=ABOUT), show_table(levels)]
    sections = [(name, parts if i == 0 else [name]) for i, name in enumerate(EVIL)]
    export_report(place / "evil.html", sections, about=ABOUT)
    export_document(
        place / "evil.docx",
        [(EVIL[0], parts[1:]), *sections[1:]],
        about=replace(ABOUT, office_vi=EVIL[8] + EVIL[9]),
        template=own_template("vi", "vi"),
        lang="vi",
    )
    data = {"text/html": chart._repr_mimebundle_()["text/html"] + show_table(levels)._repr_html_()}
    outputs = [new_output("display_data", data=data)]
    notebook = new_notebook(cells=[new_code_cell("x", outputs=outputs)])
    nbformat.write(notebook, place / "evil.ipynb")
    export_page(notebook, place / "page.html", "vi")
    return place


class Tags(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_workbook_holds_text_and_no_formula(folder: Path) -> None:
    book = load_workbook(folder / "evil.xlsx")
    kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}
    assert kinds <= {"s", "n"}
    groups = {str(c.value) for c in book.worksheets[3]["E"]}
    assert {EVIL[0], EVIL[1], EVIL[4], EVIL[8]} <= groups
    links = [c.hyperlink for sheet in book for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert links and all(link.target is None and link.location for link in links)


def test_a_letter_holds_text_and_no_field_but_its_own(folder: Path) -> None:
    document: Any = Document(str(folder / "evil.docx"))
    texts = [t.text or "" for t in document.element.body.iter(qn("w:t"))]
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert heads == [CONTROLS.sub("", name) for name in EVIL]
    cells = {c.text for t in document.tables for row in t.rows for c in row.cells}
    assert {EVIL[0], EVIL[1], EVIL[4], EVIL[8]} <= cells
    assert CONTROLS.sub("", EVIL[8] + EVIL[9]) in texts, "a name is no place to be filled"
    assert not any(CONTROLS.search(text) for text in texts)
    fields = document.element.body.xpath(".//w:fldSimple/@w:instr")
    assert {field.split()[0] for field in fields} == {"SEQ"}
    assert not document.element.body.xpath(".//w:hyperlink | .//w:instrText")


def test_a_csv_holds_no_formula(folder: Path) -> None:
    cells = pd.read_csv(folder / "evil.csv", dtype=str)["group"]
    assert not cells.str.startswith(("=", "+", "-", "@", "\t")).any()
    assert not cells.str.contains(CONTROLS).any()
    beside = [(folder / f"evil.{end}").read_text(encoding="utf-8") for end in ("txt", "json")]
    assert not any(map(CONTROLS.search, beside))


def test_slides_hold_text_and_their_workbooks_no_formula(folder: Path) -> None:
    deck = Presentation(str(folder / "evil.pptx"))
    charts = [s.chart for slide in deck.slides for s in slide.shapes if s.has_chart]
    names = [str(name).partition(":")[0] for name in charts[0].plots[0].categories]
    assert '=HYPERLINK("http' in names and "<script>alert(1)</script>" in names
    for chart in charts:
        for row in sheet_of(chart):
            assert all(v is None or isinstance(v, str | int | float) for v in row)
        blob = chart.part.chart_workbook.xlsx_part.blob
        (folder / "inner.xlsx").write_bytes(blob)
        cells = [c for row in load_workbook(folder / "inner.xlsx").active.iter_rows() for c in row]
        assert "f" not in {c.data_type for c in cells}
        assert not any(c.hyperlink for c in cells)
    with zipfile.ZipFile(folder / "evil.pptx") as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                text = archive.read(name).decode("utf-8")
                assert not CONTROLS.search(text) and "hlinkClick" not in text, name
            if name.endswith(".rels"):
                assert b"External" not in archive.read(name)


@pytest.mark.parametrize("page", ["evil.html", "page.html"])
def test_pages_run_nothing_and_ask_nobody(folder: Path, page: str) -> None:
    text = (folder / page).read_text(encoding="utf-8")
    tags = Tags(text)
    alive = {"script", "iframe", "object", "link", "foreignobject", "image", "set", "animate"}
    assert not alive & {tag for tag, _ in tags.found}
    assert not any(name.startswith("on") for _, names in tags.found for name in names)
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?https?:", text)
    assert not re.search(r"url\((?!#)|xlink:href=\"(?!#)", text)
    assert "<script>alert(1)</script>" in html.unescape(tags.words) and "{{7*7}}" in tags.words
    assert not CONTROLS.search(text)


def test_pictures_draw_the_letters_and_describe_them(folder: Path, chart: Chart) -> None:
    svg = (folder / "evil.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(svg)
    kinds = {str(element.tag).rpartition("}")[2] for element in root.iter()}
    assert not {"script", "foreignObject", "image", "a", "text"} & kinds
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)
    assert not CONTROLS.search(svg)
    with Image.open(folder / "evil.png") as picture:
        assert picture.info["Description"] == chart.alt and not CONTROLS.search(chart.alt)
    letters = [artist for artist in chart.findobj(Text) if isinstance(artist, Text)]
    assert any("$x^2$" in artist.get_text() for artist in letters)
    assert not any(artist.get_parse_math() for artist in letters if "$" in artist.get_text())


def test_notebook_outputs_are_text(folder: Path) -> None:
    output = json.loads((folder / "evil.ipynb").read_text(encoding="utf-8"))["cells"][0]["outputs"]
    text = "".join(output[0]["data"]["text/html"])
    tags = Tags(text)
    assert not CONTROLS.search(text)
    assert {tag for tag, _ in tags.found} <= {
        *("img", "table", "thead", "tbody", "tr", "th", "td", "strong", "p"),
    }
    assert not any(name.startswith("on") for _, names in tags.found for name in names)


def test_no_file_names_the_machine(folder: Path) -> None:
    secrets = [str(Path.home()), str(folder), str(Path(__file__).parents[1])]
    user = getpass.getuser()
    secrets += [user] if len(user) > 4 else [f"/{user}/", f">{user}<"]
    for name, content in _contents(folder):
        for secret in secrets:
            assert secret.encode() not in content, (name, secret)


def _contents(folder: Path) -> list[tuple[str, bytes]]:
    """Every file, and every part of the archives among them, also of those inside others."""
    found: list[tuple[str, bytes]] = []
    waiting: list[tuple[str, Any]] = [(p.name, p.read_bytes()) for p in folder.iterdir()]
    while waiting:
        name, content = waiting.pop()
        found.append((name, content))
        if name.endswith((".xlsx", ".pptx")):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                waiting += [(f"{name}/{n}", archive.read(n)) for n in archive.namelist()]
    return found
