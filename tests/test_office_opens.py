"""A second office suite opens what is exported: nothing to repair, every page there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pptx import Presentation

from analysis.export import export_tables, save_chart
from analysis.slides import export_deck
from tests.charts import ABOUT
from tests.decks import EARLIER, charts

OFFICE, PDF = shutil.which("soffice"), shutil.which("pdftotext")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (OFFICE and PDF), reason="needs LibreOffice and poppler-utils"),
]


def convert(path: Path, kind: str, folder: Path) -> Path:
    """The file as LibreOffice saves it."""
    settings = f"-env:UserInstallation={(path.parent / 'settings').as_uri()}"
    command = [str(OFFICE), "--headless", settings, "--convert-to", kind, "--outdir"]
    subprocess.run([*command, folder, path], check=True, capture_output=True, timeout=300)
    return folder / f"{path.stem}.{kind}"


def pages(path: Path) -> list[str]:
    """The letters of each page of a file as LibreOffice prints it, without spaces: where these
    stand in a PDF is a matter of kerning."""
    return printed_pages(convert(path, "pdf", path.parent))


def printed_pages(pdf: Path) -> list[str]:
    """The same of a PDF."""
    text = subprocess.run([str(PDF), "-layout", pdf, "-"], check=True, capture_output=True).stdout
    return ["".join(page.split()) for page in text.decode("utf-8").split("\f")[:-1]]


def test_slides_new_and_refreshed(tmp_path: Path) -> None:
    old = export_deck(charts(EARLIER), tmp_path / "old.pptx", about=ABOUT).path
    new = export_deck(charts(), tmp_path / "new.pptx", about=ABOUT, previous=old).path
    for path in (old, new):
        found = pages(path)
        assert len(found) == 5 and "Kiểmđịnhchấtlượnggiáodục" in found[0]
        assert "Mầmnon" in found[1] and "Cấpđộ2" in found[1]
    assert "28" in found[1] and "34/38(89,5%)" in found[1]


def test_a_deck_that_was_saved_in_libreoffice_is_still_refreshed(tmp_path: Path) -> None:
    old = export_deck(charts(EARLIER), tmp_path / "old.pptx", about=ABOUT).path
    saved = convert(old, "pptx", tmp_path / "saved")
    result = export_deck(charts(), tmp_path / "new.pptx", about=ABOUT, previous=saved)
    done = result.changes[result.changes["part"].isin(["body", "title", "subtitle"])]
    assert set(done["change"]) <= {"refreshed", "same"} and len(done) >= 12
    titles = {s.shapes.title.text_frame.text for s in Presentation(str(result.path)).slides}
    assert {chart.headline for chart in charts().values()} <= titles


def test_workbooks(tmp_path: Path) -> None:
    tables = {name: chart.table for name, chart in charts().items()}
    found = pages(export_tables(tables, tmp_path / "t.xlsx", about=ABOUT))
    assert "PhòngGDĐTthịxãHươngTrà" in found[0] and "Mụclục" in found[1]
    assert any("Mầmnon" in page for page in found[3:])
    assert not any("#NAME" in page or "Err:" in page for page in found)


def test_vector_pictures(tmp_path: Path) -> None:
    picture = save_chart(charts()["gaps"], "a", tmp_path)[1]
    assert len(pages(picture)) == 1
