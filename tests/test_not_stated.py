"""An office whose first and only list has no column for KĐCLGD: every output goes on without it,
and says so in one sentence instead of a number."""

from __future__ import annotations

import csv
import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from analysis.cli import main
from tests.workbooks import HEADINGS, save, school

PROJECT = Path(__file__).parents[1]
YEAR = "2024-2025"
HELD = [(1, None), (2, None), (1, "Phường Hương Vân"), ("Chưa đạt", None), (1, None)]
_WORD = re.compile("kđclgd|kdclgd|kiểm định chất lượng", re.IGNORECASE)
SENTENCE = f"KĐCLGD: không danh sách nào của năm học {YEAR} có cột, nên không tính gì."
# Said of the two schemes alike, whatever the lists hold.
ALWAYS = ("Kiểm định chất lượng giáo dục và trường đạt chuẩn quốc gia", "KDCLGD_CQG")


def one_list(folder: Path) -> Path:
    """A list of five schools, of which four have CQG; none of its columns is of KĐCLGD."""
    rows = []
    for number, (level, unit) in enumerate(HELD, 1):
        row = school(number, cqg=level, unit=unit or "Phường Tứ Hạ")
        rows.append(row[:6] + row[9:])
    return save(folder / "truong.xlsx", rows, HEADINGS[:6] + HEADINGS[9:])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    for name in ("office.toml", "targets", f"years/{YEAR}.toml"):
        source, target = PROJECT / "data" / name, folder / "data" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
    shutil.copytree(PROJECT / "notebooks", folder / "notebooks")
    raw = folder / "data" / "raw" / YEAR
    raw.mkdir(parents=True)
    one_list(raw)
    assert main(["run", YEAR, "--home", str(folder)]) == 0
    return folder


def published(home: Path) -> Path:
    return home / "figures" / YEAR


def told_of_it(texts: Iterator[str]) -> list[str]:
    """The texts that name the scheme and do not say that nothing is counted of it."""
    found = []
    for text in texts:
        rest = text.replace(SENTENCE, "")
        for words in ALWAYS:
            rest = rest.replace(words, "")
        if _WORD.search(rest):
            found.append(text)
    return found


def test_no_published_table_has_a_word_of_it(home: Path) -> None:
    tables = sorted(published(home).rglob("*.csv"))
    assert len(tables) > 15
    for path in tables:
        assert not _WORD.search(path.read_text(encoding="utf-8-sig")), path.name
    assert not [p.name for p in published(home).rglob("*") if "kdclgd" in p.name]
    assert not [p.name for p in published(home).rglob("*") if re.search(r"-k[123]-", p.name)]


def test_the_workbook_says_it_once(home: Path) -> None:
    book = load_workbook(published(home) / "bang_so_lieu.xlsx", read_only=True)
    cells = [str(cell) for sheet in book for row in sheet.values for cell in row if cell]
    assert not told_of_it(iter(cells))
    assert sum(SENTENCE in cell for cell in cells) == 1


def test_no_slide_tells_of_it(home: Path) -> None:
    slides = Presentation(str(published(home) / "trinh_chieu.pptx")).slides
    assert len(slides) >= 5
    shapes = [shape for slide in slides for shape in slide.shapes]
    texts = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    drawn = [str(s.chart._chartSpace.xml) for s in shapes if s.has_chart]
    assert drawn and not told_of_it(iter(texts + drawn))


def test_the_report_says_it_once(home: Path) -> None:
    page = html.unescape((published(home) / "bao_cao.html").read_text(encoding="utf-8"))
    body = re.sub(r"data:[^\"']*|<[^>]*>", " ", page)
    assert body.count(SENTENCE) == 1
    assert not re.search(r"KĐCLGD[^.;]*\d+/\d+", body)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_check_and_years_say_it_in_one_line(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    raw = str(home / "data" / "raw" / YEAR)
    asked = ["--home", str(home), "--out", str(tmp_path)]
    for command in (["check", raw, "--school-year", YEAR], ["years"]):
        assert main(["--lang", lang, *command, *asked]) == 0
        told = capsys.readouterr().out.splitlines()
        # What is said of the file is that the columns are missing.
        lines = [line for line in told if _WORD.search(line) and "truong.xlsx" not in line]
        assert len(lines) == 1 and not re.search(r"\d+/\d+", lines[0])
    for path in tmp_path.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert not _WORD.search(file.read()), path.name


def test_its_cqg_is_counted(home: Path) -> None:
    with (published(home) / "so_lieu" / "so_voi_chi_tieu.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        (row,) = csv.DictReader(file)
    assert (row["target_id"], row["schools_count"], row["schools_total"]) == ("Q", "4", "5")
