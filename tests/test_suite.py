"""The suite run for real on the example office, and what a reader gets of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from analysis import compare_to_targets, load_year
from analysis.charts import tell_targets
from analysis.export.pages import export_page
from analysis.notebook.runner import Executed, run_notebooks, suite

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ]")

pytestmark = pytest.mark.slow


def run(folder: Path, school_year: str, lang: str) -> dict[str, Executed]:
    parameters = {"school_year": school_year, "lang": lang}
    executed = run_notebooks(FOLDER, folder, parameters, home=ROOT)
    return {e.name: e for e in executed}


@pytest.fixture(scope="module")
def vietnamese(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Executed]]:
    folder = tmp_path_factory.mktemp("vi")
    return folder, run(folder, "2024-2025", "vi")


def outputs(executed: Executed, kind: str) -> list[str]:
    """What the cells of a notebook show, of one kind."""
    found = [o for c in executed.notebook.cells for o in c.get("outputs", [])]
    return [o.data[kind] for o in found if kind in o.get("data", {})]


def test_every_notebook_runs_to_its_end_and_is_copied(vietnamese: Any) -> None:
    folder, executed = vietnamese
    assert list(executed) == [path.stem for path in suite(FOLDER)]
    for name, one in executed.items():
        assert one.path == folder / "notebooks" / f"{name}.ipynb"
        cells = [c for c in one.notebook.cells if c.cell_type == "code"]
        assert [c.execution_count for c in cells] == [*range(1, len(cells) + 1)]
        assert not [o for c in cells for o in c.outputs if o.output_type in ("stream", "error")]


def test_every_chart_that_is_shown_is_saved_too(vietnamese: Any) -> None:
    folder, executed = vietnamese
    source = "\n".join(c.source for one in executed.values() for c in one.notebook.cells)
    names = re.findall(r'save_chart\((?:chart|axes), "([^"]+)"[,)]', source)
    assert len(names) == 20
    for name in names:
        assert (folder / f"{name}.png").stat().st_size > 20_000
        assert (folder / f"{name}.svg").stat().st_size > 20_000


def test_the_sentences_are_those_of_the_package(vietnamese: Any) -> None:
    _, executed = vietnamese
    year = load_year("2024-2025", home=ROOT)
    compared = compare_to_targets(year.held, year.targets)
    told = tell_targets(compared, about=year.about)
    assert told._repr_markdown_() in outputs(executed["03_so_sanh_chi_tieu"], "text/markdown")


def test_targets_are_in_force_before_their_deadline(vietnamese: Any) -> None:
    _, executed = vietnamese
    note = outputs(executed["03_so_sanh_chi_tieu"], "text/markdown")[0]
    assert "sau thời hạn" not in note


def test_a_run_in_english_is_english_throughout(tmp_path: Path) -> None:
    executed = run(tmp_path, "2025-2026", "en")
    note = outputs(executed["03_so_sanh_chi_tieu"], "text/markdown")[0]
    assert "for reference only" in note
    for name, one in executed.items():
        page = export_page(one.notebook, tmp_path / f"{name}.html", "en").read_text("utf-8")
        assert '<html lang="en">' in page
        # Names of schools, files and documents stay as they are; headings have none of those.
        headings = re.findall(r"<(?:title|h[12]|th)\b[^>]*>(.*?)</", page, re.DOTALL)
        assert len(headings) > 5
        named = [h for h in headings if VIETNAMESE.search(h.replace("KĐCLGD", ""))]
        assert named == []
