"""A notebook as an analyst meets it: in JupyterLab, in a browser, in Vietnamese."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.export.pages import export_page
from tests import browser
from tests.test_pages import PIXEL

ROOT = Path(__file__).parents[1]
OUTPUT_PICTURE = ".jp-OutputArea-output img"
ERRORS = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of what an office has, so that nothing is written into the checkout."""
    browser.chromium()
    home = tmp_path / "office"
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns(".*", "__*"))
    return home


def test_the_level_notebook_runs_in_jupyterlab_in_vietnamese(home: Path, tmp_path: Path) -> None:
    notebook = "notebooks/02_phan_bo_cap_do.ipynb"
    lab = browser.jupyterlab(home, "vi", tmp_path)
    with lab as address, browser.open_page(address(notebook)) as page:
        browser.wait_until_ready(page)
        assert {"Tệp", "Chỉnh sửa", "Chạy"} <= set(menus(page))
        assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
        browser.run_all(page)
        assert outputs(page, *ERRORS) == []
        show_first_chart(page)
        page.screenshot(path=tmp_path / "02_phan_bo_cap_do.png")
        charts = pictures(page)
        assert len(charts) == 6
        assert all(width > 500 and height > 300 for width, height, _ in charts)
        assert all(alt.startswith("Biểu đồ") for *_, alt in charts)
    saved = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"kdclgd-theo-cap-hoc.png", "kdclgd-theo-cap-hoc.svg"} <= saved
    assert not (ROOT / "notebooks" / ".ipynb_checkpoints").exists()


def test_a_published_page_asks_for_nothing_but_itself(tmp_path: Path) -> None:
    browser.chromium()
    picture = new_output("display_data", data={"image/png": PIXEL})
    cells = [new_markdown_cell("# Trang"), new_code_cell("chart", outputs=[picture])]
    path = export_page(new_notebook(cells=cells), tmp_path / "01_trang.html", "vi")
    with browser.open_page(path.as_uri()) as page:
        assert page.title() == "Trang"
        assert [(w, h) for w, h, _ in pictures(page, "main img")] == [(1, 1)]
        assert all(url.startswith(("file:", "data:")) for url in page.asked_for)


def show_first_chart(page: Any) -> None:
    page.locator(OUTPUT_PICTURE).first.scroll_into_view_if_needed()
    page.wait_for_timeout(300)


def menus(page: Any) -> list[str]:
    """The words of the menu bar."""
    return [text.strip() for text in page.locator(".lm-MenuBar-item").all_inner_texts()]


def outputs(page: Any, *kinds: str) -> list[str]:
    """The words of the outputs of these kinds."""
    found = page.locator(", ".join(f"[data-mime-type='{kind}']" for kind in kinds))
    return list(found.all_inner_texts())


def pictures(page: Any, where: str = OUTPUT_PICTURE) -> list[tuple[int, int, str]]:
    """Width, height and alt text of the pictures."""
    script = "all => all.map(e => [e.naturalWidth, e.naturalHeight, e.alt])"
    found = page.eval_on_selector_all(where, script)
    return [(width, height, alt) for width, height, alt in found]
