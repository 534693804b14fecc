"""The notebooks as an analyst meets them: in JupyterLab, in a browser, in both languages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.export.pages import export_page
from analysis.notebook.lab import write_copies
from analysis.notebook.runner import suite
from tests import browser
from tests.test_pages import PIXEL

ROOT = Path(__file__).parents[1]
OUTPUT_PICTURE = ".jp-OutputArea-output img"
ERRORS = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")
NOTEBOOKS = [path.stem for path in suite(ROOT / "notebooks")]
EXPLORER = next(name for name in NOTEBOOKS if name.endswith("kham_pha"))
SHEETS = next(name for name in NOTEBOOKS if name.endswith("trinh_chieu"))
# The menus, a letter or word that every description in the language holds, and the first title.
WORDS = {
    "vi": ({"Tệp", "Chỉnh sửa", "Chạy"}, "[ăâđêôơưạảếố]", "Bắt đầu"),
    "en": ({"File", "Edit", "Run"}, r"\b(of|to|from|by)\b", "Start here"),
}

# What is wider than its place and cannot be scrolled there.
CUT = """all => all.filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth
    && !['TEXTAREA', 'OPTION'].includes(e.tagName) && getComputedStyle(e).display !== 'inline'
    && getComputedStyle(e).overflowX !== 'auto').map(e => e.className || e.tagName)"""

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Lab = tuple[str, Path, Callable[[str], str]]


@pytest.fixture(scope="module", params=WORDS)
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Language, project folder and addresses of one JupyterLab for all tests of a language.

    The folder is a copy of what an office has, so that nothing is written into the checkout.
    """
    browser.chromium()
    lang, home = request.param, tmp_path_factory.mktemp("office")
    for folder in ("data", "notebooks"):
        hidden = shutil.ignore_patterns(".*", "__*")
        shutil.copytree(ROOT / folder, home / folder, ignore=hidden, dirs_exist_ok=True)
    if lang != "vi":
        write_copies(home / "notebooks", lang)
    with browser.jupyterlab(home, lang, tmp_path_factory.mktemp("jupyter")) as address:
        yield lang, home, address


def place(lang: str, name: str) -> str:
    return f"notebooks/{name}.ipynb" if lang == "vi" else f"notebooks/{lang}/{name}.ipynb"


def test_it_greets_with_the_start_page(lab: Lab) -> None:
    lang, _, address = lab
    menus_wanted, _, title = WORDS[lang]
    with browser.open_page(address("")) as page:
        page.wait_for_selector(".jp-MarkdownViewer h1", timeout=60_000)
        assert page.locator(".jp-MarkdownViewer h1").first.inner_text().startswith(title)
        assert menus_wanted <= set(menus(page))
        assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
        links = page.locator(".jp-MarkdownViewer table a")
        assert links.count() == len(NOTEBOOKS)
        menu, entry = page.locator(".jp-MarkdownViewer strong").first.inner_text().split(" → ")
        links.nth(1).click()
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
        page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).wait_for()
        assert NOTEBOOKS[1] in page.locator(".jp-mod-current .lm-TabBar-tabLabel").inner_text()


def test_every_notebook_runs_to_its_end(lab: Lab, tmp_path: Path) -> None:
    """In English all of them run in tests/test_notebooks.py; here one shows that JupyterLab can."""
    for name in NOTEBOOKS if lab[0] == "vi" else [EXPLORER]:
        runs_to_its_end(lab, name, tmp_path)


def runs_to_its_end(lab: Lab, name: str, tmp_path: Path) -> None:
    lang, home, address = lab
    with browser.open_page(address(place(lang, name))) as page:
        browser.wait_until_ready(page)
        browser.run_all(page)
        assert outputs(page, *ERRORS) == []
        source = (home / place(lang, name)).read_text(encoding="utf-8")
        named = re.findall(r'(?:save|each)_chart\(\w+, f?\\"([^"\\]+)', source)
        drafts = {path.stem for path in (home / "figures" / "nhap").glob("*.png")}
        patterns = {one: re.compile(re.sub(r"\{\w*\}", "[a-z0-9-]+", one)) for one in named}
        saved = {one: {d for d in drafts if own.fullmatch(d)} for one, own in patterns.items()}
        charts = pictures(page)
        if name == SHEETS:  # small pictures of the charts saved before, and the deck
            assert len(charts) > 15 and (home / "figures" / "nhap" / "trinh_chieu.pptx").exists()
        else:
            assert len(charts) == sum(map(len, saved.values())) + (name == EXPLORER)
            assert all(width > 500 and height > 300 for width, height, _ in charts)
        assert all(re.search(WORDS[lang][1], alt.casefold()) for *_, alt in charts)
        page.screenshot(path=tmp_path / f"{name}.png")
    # The example office has no results by criterion: there is a sentence, and no chart.
    assert any(saved.values()) == bool(named and not name.startswith("08"))


def test_the_explorer_goes_from_a_choice_to_a_cell(lab: Lab, tmp_path: Path) -> None:
    lang, _, address = lab
    with browser.open_page(address(place(lang, EXPLORER))) as page:
        browser.wait_until_ready(page)
        sent: list[bytes] = []
        for socket in page.kernel_sockets:
            socket.on("framesent", lambda frame: sent.append(_bytes(frame)))
        browser.run_all(page)
        page.locator(".explore-chart img").scroll_into_view_if_needed()
        before = page.locator(".explore-chart img").get_attribute("alt")
        listed = page.evaluate("document.querySelector('.explore-groups select').textContent")
        page.locator(".widget-dropdown select").nth(1).select_option(index=1)  # the other scheme
        page.wait_for_function(
            "old => document.querySelector('.explore-chart img').alt !== old", arg=before
        )
        page.wait_for_function(  # the lists are filled after the chart was drawn
            "old => document.querySelector('.explore-groups select').textContent !== old",
            arg=listed,
        )
        assert "CQG" in page.locator(".explore-chart img").get_attribute("alt") or lang == "en"
        groups = page.locator(".explore-groups select")
        groups.select_option(index=1)
        count = re.search(r"/(\d+)", groups.locator("option").nth(1).inner_text())
        assert count is not None
        schools = page.locator(".explore-schools select option")
        page.wait_for_function(
            "n => document.querySelectorAll('.explore-schools select option').length === n",
            arg=int(count[1]),
        )
        assert schools.count() == int(count[1])
        page.locator(".explore-schools select").select_option(index=0)
        page.wait_for_selector(".explore-cells table", timeout=30_000)
        told = page.locator(".explore-cells").inner_text()
        assert ".xlsx" in told and re.search(r"\b[A-Z]{1,2}\d+\b", told)
        assert re.search(r"(Mức độ|Level) \d$", schools.first.inner_text().replace("\xa0", " "))
        page.screenshot(path=tmp_path / "explorer.png")
        assert outputs(page, *ERRORS) == []
        asked = b"".join(sent)  # one thread of the kernel answers every choice, in their order
        assert b"comm_msg" in asked and b"create_subshell_request" not in asked


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


@pytest.mark.parametrize("lab", ["vi"], indirect=True)
def test_what_the_explorer_shows_can_be_taken_along(lab: Lab, tmp_path: Path) -> None:
    lang, home, address = lab
    with browser.open_page(address(place(lang, EXPLORER))) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        browser.wait_until_ready(page)
        browser.run_all(page)
        buttons, said = page.locator(".explore-copied button"), page.locator(".explore-copied span")
        buttons.first.click()
        page.wait_for_function("() => document.querySelector('.explore-copied span').textContent")
        lines = page.evaluate("navigator.clipboard.readText()").split("\n")
        assert len(lines) == 6 and len({line.count("\t") for line in lines}) == 1
        assert re.search(r"\t\d+,\d\t" if lang == "vi" else r"\t\d+\.\d\t", lines[1])
        buttons.nth(1).focus()
        page.keyboard.press("Enter")  # goes to the button, and does not open the cell
        page.wait_for_function(
            "async () => (await navigator.clipboard.readText()).startsWith('year =')"
        )
        code = page.locator(".explore-copied textarea").first.input_value()
        assert page.evaluate("navigator.clipboard.readText()") == code and "an.chart(" in code
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        before = said.inner_text()
        buttons.first.click()
        assert said.inner_text() != before and "Ctrl+C" in said.inner_text()
        assert page.evaluate("getSelection().toString()").split("\n")[0] == lines[0]
        page.locator(".explore-save").click()
        page.wait_for_function(
            "() => /\\.png/.test(document.querySelector('.explore-said').innerText)"
        )
        assert list((home / "figures" / "nhap").glob("kham-pha-*.png"))
        assert outputs(page, *ERRORS) == []


@pytest.mark.parametrize("lab", ["en"], indirect=True)
def test_the_keys_of_the_explorer_s_lists_are_its_own_and_nothing_is_cut(lab: Lab) -> None:
    lang, _, address = lab
    with browser.open_page(address(place(lang, EXPLORER))) as page:
        browser.wait_until_ready(page)
        browser.run_all(page)
        groups, status = page.locator(".explore-groups select"), page.locator("#jp-main-statusbar")
        groups.focus()
        cells = re.search(r"\d+/\d+", status.inner_text())
        assert groups.evaluate("list => getComputedStyle(list).outlineStyle") == "solid"
        page.keyboard.press("b")  # in a notebook: a further cell
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(500)
        now = re.search(r"\d+/\d+", status.inner_text())
        assert cells is not None and now is not None and cells[0] == now[0]
        assert groups.evaluate("list => list.selectedIndex") == 3
        family = page.locator(".explore").evaluate("box => getComputedStyle(box).fontFamily")
        assert family.startswith('"Be Vietnam Pro"')
        for width in (1366, 900):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(500)
            assert page.eval_on_selector_all(".explore *", CUT) == []


@pytest.mark.parametrize("lab", ["vi"], indirect=True)
def test_a_wrong_parameter_is_answered_with_what_is_allowed(lab: Lab, tmp_path: Path) -> None:
    lang, home, address = lab
    name = NOTEBOOKS[1]
    notebook = nbformat.read(home / place(lang, name), as_version=4)
    with browser.open_page(address(place(lang, name))) as page:
        browser.wait_until_ready(page)
        cell = notebook.cells[1].source
        wrong = cell.replace('education_level: str = ""', 'education_level = "THSC"')
        browser.write_cell(page, wrong)
        browser.run_all(page)
        page.locator(".jp-CodeCell").first.scroll_into_view_if_needed()
        page.wait_for_selector(written_as(*ERRORS), timeout=60_000)
        told = " ".join(outputs(page, *ERRORS))
        assert "THSC" in told and "THCS" in told and "%tb" in told
        assert ("Có phải ý" if lang == "vi" else "Did you mean") in told
        assert "Traceback" not in told and "File " not in told
        page.screenshot(path=tmp_path / "wrong.png")


def test_a_published_page_asks_for_nothing_but_itself(tmp_path: Path) -> None:
    browser.chromium()
    picture = new_output("display_data", data={"image/png": PIXEL})
    cells = [new_markdown_cell("# Trang"), new_code_cell("chart", outputs=[picture])]
    path = export_page(new_notebook(cells=cells), tmp_path / "01_trang.html", "vi")
    with browser.open_page(path.as_uri()) as page:
        assert page.title() == "Trang"
        assert [(w, h) for w, h, _ in pictures(page, "main img")] == [(1, 1)]
        assert all(url.startswith(("file:", "data:")) for url in page.asked_for)


def menus(page: Any) -> list[str]:
    """The words of the menu bar."""
    return [text.strip() for text in page.locator(".lm-MenuBar-item").all_inner_texts()]


def outputs(page: Any, *kinds: str) -> list[str]:
    """The words of the outputs of these kinds."""
    return list(page.locator(written_as(*kinds)).all_inner_texts())


def written_as(*kinds: str) -> str:
    """The selector of the outputs of these kinds."""
    return ", ".join(f"[data-mime-type='{kind}']" for kind in kinds)


def pictures(page: Any, where: str = OUTPUT_PICTURE) -> list[tuple[int, int, str]]:
    """Width, height and alt text of the pictures."""
    script = "all => all.map(e => [e.naturalWidth, e.naturalHeight, e.alt])"
    found = page.eval_on_selector_all(where, script)
    return [(width, height, alt) for width, height, alt in found]
