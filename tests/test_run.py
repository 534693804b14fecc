"""The main job, on a copy of the example office."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest
from pptx import Presentation

from analysis.cli import main
from analysis.export.manifest import read_manifest
from analysis.export.saved import SavedCharts
from analysis.export.summary import summarize
from analysis.notebook.school_year import SchoolYear, load_year
from analysis.reference import About, read_reference
from analysis.work import measured
from analysis.work.headings import load_settled
from tests import browser

PROJECT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    for name in ("data", "notebooks"):
        shutil.copytree(PROJECT / name, folder / name)
    _edit(folder / "notebooks" / "02_phan_bo_cap_do.ipynb")
    assert main(["run", "2024-2025", "--home", str(folder)]) == 0
    return folder


def _edit(path: Path) -> None:
    """A chart of an analyst's own, in an edited notebook of the suite."""
    notebook = nbformat.read(path, as_version=4)
    source = """
an.style(year)
axes = year.schools["classes"].plot.hist(title="Số lớp của các trường")
saved = an.save_chart(axes, "lop-hoc", alt="Số lớp.", table=year.schools[["classes"]])
"""
    cells = [
        nbformat.v4.new_markdown_cell("## Trường lớn hay nhỏ?", id="own-question"),
        nbformat.v4.new_code_cell(source.strip(), id="own"),
    ]
    notebook.cells[3:3] = cells
    nbformat.write(notebook, path)


def published(home: Path) -> Path:
    return home / "figures" / "2024-2025"


def test_everything_is_there_and_as_the_manifest_says(home: Path) -> None:
    folder = published(home)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(manifest["outputs"]) == files - {"manifest.json"}
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    pages = {f"{p.stem}.html" for p in (PROJECT / "notebooks").glob("0*.ipynb")}
    top = {
        "index.html",
        "bang_so_lieu.xlsx",
        "trinh_chieu.pptx",
        "bao_cao.docx",
        "dem_lai.py",
        "bao_cao.html",
        "manifest.json",
    }
    assert {name for name in files if "/" not in name} == top | pages
    assert {f"bieu_do/so-voi-chi-tieu.{kind}" for kind in ("png", "svg", "txt")} <= files
    assert {f"so_lieu/so-voi-chi-tieu.{kind}" for kind in ("csv", "json")} <= files
    assert manifest["counts"]["set_aside"] == 0 and manifest["synthetic"] is True


def test_the_first_page_leads_to_everything(home: Path) -> None:
    page = (published(home) / "index.html").read_text(encoding="utf-8")
    assert page.count('<div id="further"></div>') == 1  # the place for PDF and sheets
    linked = {unquote(link) for link in re.findall(r'href="([^"#]+)"', page)}
    files = {p.relative_to(published(home)).as_posix() for p in published(home).rglob("*.*")}
    assert linked <= files
    shown = {name for name in files if name.endswith((".html", ".pptx", ".xlsx", ".png", ".csv"))}
    assert shown - linked == {"index.html"}
    assert len(re.findall("<ol><li>.*?</ol>", page)) == 1 and page.count("<li>", 0, 10**5) > 5
    told = summarize(load_year("2024-2025", home=home), SavedCharts((), about(home)))
    assert all(escape(line, quote=False) in page for line in told.told.values())
    assert page.count('<svg role="img" aria-label="') == 3


def about(home: Path) -> About:
    return read_reference(home).about("2024-2025")


def test_the_deck_tells_the_year_on_six_slides_and_has_the_rest_behind_them(home: Path) -> None:
    slides = Presentation(str(published(home) / "trinh_chieu.pptx")).slides
    names = [slide.shapes.title.name.split(":")[1] for slide in slides]
    main, rest = names[1 : names.index("deck.appendix")], names[names.index("deck.appendix") :]
    assert [name for name in main if name.startswith("deck.")] == [
        "deck.summary", "deck.schools", "deck.next",
    ]  # fmt: skip
    kinds = {p.stem: json.loads(p.read_text("utf-8"))["kind"]
             for p in published(home).glob("so_lieu/*.json")}  # fmt: skip
    assert [kinds[name] for name in main if name in kinds] == ["targets", "gaps", "expiries"]
    assert len(main) == 6 and len(rest) > 10 and not set(main) & set(rest)
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert len(titles) == len(set(titles))


@pytest.mark.browser
def test_every_page_can_be_read_and_used_by_everybody(home: Path) -> None:
    """axe-core finds nothing; on a screen and on a phone nothing is wider than the page, and words
    of a picture can be read."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for path in sorted(published(home).glob("*.html")):
        with browser.open_page(path.as_uri()) as page:
            for width in (1366, 420):
                page.set_viewport_size({"width": width, "height": 900})
                if width == 1366 or path.name == "index.html":  # all pages have one style sheet
                    wrong = axe.run(page).response["violations"]
                    assert not wrong, (path.name, [(v["id"], v["nodes"][0]) for v in wrong])
                sizes = "(e => [e.scrollWidth, e.clientWidth])(document.documentElement)"
                assert len({*page.evaluate(sizes)}) == 1, (path.name, width)
                cut = page.evaluate(
                    "[...document.querySelectorAll('table')].filter(t => t.parentElement.tabIndex"
                    " !== 0 && t.parentElement.clientWidth < t.scrollWidth).length"
                )
                narrow = page.evaluate(
                    "[...document.querySelectorAll('figure + img, div > img')]"
                    ".filter(i => !i.closest('.sheet') && i.clientWidth < 690).length"
                )
                assert (cut, narrow) == (0, 0), (path.name, width)


def test_a_run_with_nothing_changed_says_so_and_makes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {p: p.stat().st_mtime_ns for p in published(home).rglob("*")}
    assert main(["run", "2024-2025", "--home", str(home)]) == 0
    assert "đã mới nhất" in capsys.readouterr().out
    assert main(["run", "2024-2025", "--home", str(home), "--strict"]) == 1
    assert {p: p.stat().st_mtime_ns for p in published(home).rglob("*")} == before


def test_no_file_names_the_machine(home: Path) -> None:
    for path in published(home).rglob("*"):
        if path.suffix in {".html", ".json", ".csv", ".svg", ".ipynb", ".txt"}:
            assert str(home) not in path.read_text(encoding="utf-8-sig"), path.name


def test_slides_and_report_show_the_charts_of_the_notebooks(home: Path) -> None:
    deck = Presentation(str(published(home) / "trinh_chieu.pptx"))
    saved = {
        path.stem: path.read_text(encoding="utf-8")
        for path in published(home).glob("bieu_do/*.txt")
    }
    named = {s.name.removeprefix("acc:"): s for slide in deck.slides for s in slide.shapes}
    frames = {name: shape for name, shape in named.items() if ":" not in name and name in saved}
    assert set(frames) == set(saved)
    assert {"lop-hoc", "cqg-theo-xa-va-cap-hoc"} <= set(saved), "one's own among them"
    pictures = {name: shape for name, shape in frames.items() if not shape.has_chart}
    assert len(pictures) <= 6
    for name, shape in pictures.items():
        drawn = (published(home) / "bieu_do" / f"{name}.png").read_bytes()
        assert shape.image.blob == drawn, "drawn once"
    report = (published(home) / "bao_cao.html").read_text(encoding="utf-8")
    for name, words in saved.items():
        described = frames[name]._element.xpath(".//p:cNvPr")[0].get("descr")
        assert described == words.strip() and escape(described) in report
    assert "Trường lớn hay nhỏ?" in report
    assert "Nguyên văn" in report and "https://" not in report


def test_a_failing_notebook_publishes_nothing_and_is_named(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (published(home) / "manifest.json").read_bytes()
    broken = home / "notebooks" / "02_phan_bo_cap_do.ipynb"
    good = broken.read_text(encoding="utf-8")
    broken.write_text(
        good.replace("import analysis as an", "import analysis as an; 1 / 0"), "utf-8"
    )
    try:
        assert main(["run", "2024-2025", "--home", str(home)]) == 2
    finally:
        broken.write_text(good, encoding="utf-8")
    told = capsys.readouterr().err
    assert "02_phan_bo_cap_do" in told and "ZeroDivisionError" in told and "Traceback" not in told
    assert (published(home) / "manifest.json").read_bytes() == before
    assert [p.name for p in (home / "figures").iterdir()] == ["2024-2025"]


def test_a_workbook_that_cannot_be_trusted_stops_the_run(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = home / "data" / "raw" / "2024-2025" / "hong.xlsx"
    bad.write_bytes(b"")
    try:
        assert main(["run", "2024-2025", "--home", str(home)]) == 2
    finally:
        bad.unlink()
    assert "hong.xlsx" in capsys.readouterr().err
    assert (published(home) / "manifest.json").exists()


def test_what_is_saved_during_a_run_is_not_in_what_it_publishes_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As while a question about a heading stands: the run goes on with what it read."""
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    notebook = Path(shutil.copy(PROJECT / "notebooks" / "01_du_lieu.ipynb", tmp_path / "notebooks"))
    data = tmp_path / "data"
    books = [next((data / "raw" / year).glob("*.xlsx")) for year in ("2024-2025", "2023-2024")]
    saved = [*books, data / "years" / "2024-2025.toml", data / "schools.csv", notebook]
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in saved}

    def saving(*given: Any, **more: Any) -> SchoolYear:
        year = load_settled(*given, **more)
        for path in saved:
            path.write_bytes(path.read_bytes() + b"\n")
        return year

    monkeypatch.setattr("analysis.work.run.load_settled", saving)
    assert main(["run", "2024-2025", "--home", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    manifest = read_manifest(published(tmp_path))
    for path, digest in before.items():
        name = path.relative_to(tmp_path).as_posix()
        assert name in told and (manifest["inputs"] | manifest["notebooks"])[name] == digest
    assert main(["verify", "2024-2025", "--home", str(tmp_path)]) == 2


def test_a_table_that_cannot_be_made_costs_that_table_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(PROJECT / "notebooks" / "01_du_lieu.ipynb", tmp_path / "notebooks")
    names = {file: one.maker for file, _, one, _ in measured.published_names("vi")}
    made, failing = measured._made, ["measure.list_counted", "compare.compare_indicators"]

    def make(maker: str, *given: Any) -> pd.DataFrame:
        return made(maker, *given) if maker not in failing else make("1 / 0", *given, 1 / 0)

    monkeypatch.setattr(measured, "_made", make)
    assert main(["run", "2024-2025", "--home", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    tables = {p.stem for p in (published(tmp_path) / "so_lieu").glob("*.csv")}
    assert all(f"{maker}”: ZeroDivisionError" in told for maker in failing)
    lacking = {file for file, maker in names.items() if maker in failing}
    assert lacking and not lacking & tables and all(f"so_lieu/{f}.csv" in told for f in lacking)
    assert len(tables) > 10
    assert main(["run", "2024-2025", "--home", str(tmp_path)]) == 2  # nothing of it is kept
    assert "Giữ nguyên" not in capsys.readouterr().out
    failing.clear()
    assert main(["run", "2024-2025", "--home", str(tmp_path)]) == 0
    assert lacking <= {p.stem for p in (published(tmp_path) / "so_lieu").glob("*.csv")}


def test_only_an_edited_notebook_is_run_again_and_the_bytes_are_those_of_a_whole_run(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = home / "notebooks" / "03_so_sanh_chi_tieu.ipynb"
    text = edited.read_text(encoding="utf-8")
    prose = text.replace("# So sánh với chỉ tiêu", "# Các chỉ tiêu")
    edited.write_text(prose, "utf-8")
    assert main(["run", "2024-2025", "--home", str(home)]) == 0
    told = capsys.readouterr().out  # the charts are as they were, so the deck is too
    assert "Giữ nguyên 6 sổ ghi chép" in told and "Giữ nguyên 1 sổ ghi chép" in told
    last = told.splitlines()[-3:]
    assert "Đã xuất bản" in last[0] and "figures/2024-2025/index.html" in last[1]
    assert "2 ô" in last[2] and ".png" not in told
    edited.write_text(prose.replace("so-voi-chi-tieu", "cac-chi-tieu"), "utf-8")
    assert main(["run", "2024-2025", "--home", str(home)]) == 0
    told = capsys.readouterr().out
    assert "Giữ nguyên 6 sổ ghi chép" in told and "Giữ nguyên 1 sổ" not in told
    files = {p: p.read_bytes() for p in sorted(published(home).rglob("*")) if p.is_file()}
    page = published(home) / "03_so_sanh_chi_tieu.html"
    assert "Các chỉ tiêu" in files[page].decode()
    assert any(path.name == "cac-chi-tieu.png" for path in files)
    assert main(["run", "2024-2025", "--home", str(home), "--force"]) == 0
    whole = {p: p.read_bytes() for p in sorted(published(home).rglob("*")) if p.is_file()}
    assert [p.name for p in files if files[p] != whole.get(p)] == [] and set(files) == set(whole)
    edited.write_text(text, "utf-8")


def test_a_damaged_folder_is_made_anew_as_a_whole(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = published(home) / "bieu_do" / "kdclgd-theo-cap-hoc.png"
    whole = picture.read_bytes()
    picture.write_bytes(whole[:100])
    assert main(["run", "2024-2025", "--home", str(home)]) == 0
    assert "Giữ nguyên" not in capsys.readouterr().out  # though no more than a notebook changed
    assert picture.read_bytes() == whole
