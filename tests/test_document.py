"""The report in Word: an ordinary document anyone can edit, hear read out, and put in a form of
their own."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from analysis.export.document import export_document, own_template, read_template
from analysis.export.manifest import hash_files, read_manifest, write_manifest
from analysis.export.methods import Notes
from analysis.export.report import Html
from analysis.export.shown import show_table
from analysis.reference import SuiteError, say
from analysis.work import pdf
from tests.charts import ABOUT
from tests.decks import charts, members


@pytest.fixture(scope="module")
def sections() -> list[tuple[str, Any]]:
    """A report with a chart, its numbers as a notebook shows them, a list and notes on method."""
    shown = charts()
    table = show_table(shown["kdclgd"].table)
    return [
        ("Tóm tắt", ["Một câu.", Notes("Danh sách", []), table]),
        ("Cấp học", [shown["kdclgd"], shown["cqg"], "Câu", Html(table._repr_html_())]),
        ("Cách tính", [Notes("Cách đếm", ["Một", "Hai"])]),
    ]


def letter(folder: Path, sections: Any, template: bytes = b"", lang: str = "vi") -> Any:
    template = template or own_template(lang, lang)
    path = folder / "letter.docx"
    export_document(path, sections, about=ABOUT, template=template, lang=lang)
    return Document(str(path))


def all_text(document: Any) -> str:
    return "\n".join(t.text or "" for t in document.element.body.iter(qn("w:t")))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_it_can_be_heard_and_walked_through(tmp_path: Path, sections: Any, lang: str) -> None:
    document = letter(tmp_path, sections, lang=lang)
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert heads == ["Tóm tắt", "Cấp học", "Cách tính"]
    tag = {"vi": "vi-VN", "en": "en-US"}[lang]
    spoken = document.styles.element.xpath("./w:docDefaults//w:lang/@w:val")
    assert spoken == [tag] and document.core_properties.language == tag
    assert "2024-2025" in document.core_properties.title
    pictures = document.element.body.xpath(".//wp:docPr")
    alts = [chart.alt for chart in (charts()["kdclgd"], charts()["cqg"])]
    assert [p.get("descr") for p in pictures] == alts
    assert len({p.get("id") for p in pictures}) == len(pictures)
    data = [t for t in document.tables if t.style.name == "Data Table"]
    assert len(data) == 2
    for table in data:
        flags = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows]
        assert flags == [True] + [False] * (len(flags) - 1)
        assert table._tbl.xpath("./w:tblPr/w:tblCaption")
    assert [p.text for p in document.paragraphs if p.style.name == "List Bullet"] == ["Một", "Hai"]


def test_captions_have_numbers_that_word_counts_on(tmp_path: Path, sections: Any) -> None:
    document = letter(tmp_path, sections)
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    fields = [p._p.xpath("./w:fldSimple/@w:instr")[0].split()[1] for p in captions]
    assert fields == ["Bảng", "Hình", "Hình", "Bảng"]
    whole = ["".join(t.text for t in p._p.iter(qn("w:t"))) for p in captions]
    assert whole[1] == f"Hình 1. {charts()['kdclgd'].headline}"
    assert whole[3] == "Bảng 2. Số liệu của Hình 2"


def test_a_table_says_what_the_page_says(tmp_path: Path, sections: Any) -> None:
    document = letter(tmp_path, sections)
    shown = show_table(charts()["kdclgd"].table)
    for table in (t for t in document.tables if t.style.name == "Data Table"):
        rows = [tuple(cell.text for cell in row.cells) for row in table.rows]
        assert rows == [shown.headings, *shown.rows]


def test_long_lists_are_cut_and_say_so(tmp_path: Path) -> None:
    table = show_table(charts()["kdclgd"].table)
    rows = tuple((f"{i}", *table.rows[0][1:]) for i in range(200))
    lines = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    document = letter(
        tmp_path, [("Danh sách", Html(f"<table>{lines}</table><p>199 trong 300</p>"))]
    )
    assert len(document.tables[1].rows) == 31
    text = all_text(document)
    assert say("document_first", "vi", most=30) in text and "199 trong 300" not in text


def test_the_form_of_an_administrative_document(tmp_path: Path, sections: Any) -> None:
    document = letter(tmp_path, sections)
    section, text = document.sections[0], all_text(document)
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(m.mm) for m in margins] == [20, 20, 30, 20]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text and "Nơi nhận:" in text
    assert ABOUT.office_vi in text and "{{" not in text
    assert "CỘNG HÒA" not in all_text(letter(tmp_path, sections, lang="en"))


def test_the_same_report_gives_the_same_bytes(tmp_path: Path, sections: Any) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    letter(one, sections)
    letter(other, sections)
    assert members(one / "letter.docx") == members(other / "letter.docx")
    assert (one / "letter.docx").read_bytes() == (other / "letter.docx").read_bytes()


# --- A template of an office ---


def home(folder: Path, *paragraphs: tuple[str, ...]) -> Path:
    """An office with a template of these paragraphs, each of several runs."""
    document = Document()
    for pieces in paragraphs:
        paragraph = document.add_paragraph()
        for piece in pieces:
            paragraph.add_run(piece).bold = piece == pieces[0]
    document.sections[0].header.paragraphs[0].text = "Mẫu của {{co_quan}}"
    (folder / "data").mkdir()
    document.save(str(folder / "data" / "mau_bao_cao.docx"))
    return folder


def test_a_template_of_the_office_is_filled(tmp_path: Path, sections: Any) -> None:
    place = home(tmp_path, ("Về {", "{tieu_", "de}}!"), ("{{noi_dung}}",), ("Lời cuối",))
    document = letter(tmp_path, sections, read_template(place, "vi"))
    texts = [p.text for p in document.paragraphs]
    title = say("document_title", "vi", year="2024-2025")
    assert texts[0] == f"Về {title}!" and texts[-1] == "Lời cuối"
    assert document.paragraphs[0].runs[0].bold, "its look stays"
    assert document.sections[0].header.paragraphs[0].text == f"Mẫu của {ABOUT.office_vi}"
    assert texts.index("Tóm tắt") < texts.index("Cách tính") < texts.index("Lời cuối")
    assert {"Data Table", "Table Text"} <= {style.name for style in document.styles}
    assert document.element.body.xpath(".//w:tblHeader")


def test_without_a_place_the_report_stands_at_the_end(tmp_path: Path, sections: Any) -> None:
    document = letter(tmp_path, sections, read_template(home(tmp_path, ("Đầu trang",)), "vi"))
    assert document.paragraphs[0].text == "Đầu trang" and document.paragraphs[-1].text == "Hai"


def test_a_template_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    place = home(tmp_path, ("{{ten_truong}} {{noi_dung}}",))
    with pytest.raises(SuiteError, match=r"data/mau_bao_cao\.docx.*ten_truong.*co_quan"):
        read_template(place, "vi")
    workbook = io.BytesIO(members_of_another_kind())
    for broken in (b"", b"PK\x03\x04 no archive", workbook.getvalue(), b"%PDF-1.7"):
        (place / "data" / "mau_bao_cao.docx").write_bytes(broken)
        with pytest.raises(SuiteError, match=r"data/mau_bao_cao\.docx"):
            read_template(place, "vi")


def members_of_another_kind() -> bytes:
    import openpyxl

    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


# --- As PDF ---


@pytest.fixture
def published(tmp_path: Path, sections: Any) -> Path:
    folder = tmp_path / "figures" / "2024-2025"
    folder.mkdir(parents=True)
    letter(folder, sections)
    (folder / "letter.docx").rename(folder / "bao_cao.docx")
    write_manifest(folder, {"counts": {"schools": 38}})
    return folder


def test_without_an_office_suite_the_folder_stays_as_it_is(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_ELSEWHERE", ())
    monkeypatch.setenv("PATH", str(published))
    before = hash_files(published, published.iterdir())
    with pytest.raises(SuiteError, match=r"LibreOffice.*bao_cao\.docx"):
        pdf.add_pdf(published, "vi")
    assert hash_files(published, published.iterdir()) == before


def test_one_that_hangs_or_writes_nothing_is_ended(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = published.parent / "soffice"
    office.write_text("#!/bin/sh\nsleep 60\n")
    office.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(office))
    monkeypatch.setattr(pdf, "_SECONDS", 0.2)
    with pytest.raises(SuiteError, match=r"0\.2"):
        pdf.add_pdf(published, "vi")
    assert sorted(p.name for p in published.iterdir()) == ["bao_cao.docx", "manifest.json"]


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="needs LibreOffice Writer and poppler-utils",
)
def test_the_pdf_joins_the_manifest_and_numbers_its_pages(published: Path) -> None:
    page = published / "index.html"
    page.write_text('<p><div id="further"></div></p>', "utf-8")
    pdf.add_pdf(published, "vi")
    assert {page.name, "bao_cao.docx", "bao_cao.pdf"} == {*read_manifest(published)["outputs"]}
    assert 'href="bao_cao.pdf"' in page.read_text("utf-8")
    assert read_manifest(published)["counts"] == {"schools": 38}
    text = subprocess.run(
        ["pdftotext", "-layout", published / "bao_cao.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    first, second, *_ = text.split("\f")
    assert "Độc lập - Tự do - Hạnh phúc" in first and first.split()[0] != "1"
    assert second.split()[0] == "2", "pages have numbers from the second on"
    assert "Nơi nhận" in text
