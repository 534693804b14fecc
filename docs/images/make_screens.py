"""Make the pictures of the guides anew, from real screens of the example office: run this file.

It rehearses a sixth school year in a folder of its own: the answers of the commands are printed as
they come, JupyterLab is photographed in a headless Chromium. The words of a command's screen lie in
its picture, by which tests/test_guides.py sees that it is still what the command says.
"""

from __future__ import annotations

import base64
import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from analysis.cli import main  # noqa: E402
from analysis.notebook.lab import write_copies  # noqa: E402
from analysis.raw import read_raw  # noqa: E402
from analysis.reference import read_reference  # noqa: E402
from analysis.work.headings import open_headings, settle_headings  # noqa: E402
from tests import browser  # noqa: E402
from tests.sixth_year import LAST, SIXTH, change_directory, send_workbooks  # noqa: E402

FOLDER = Path(__file__).parent / "screens"
ANSWERS = {"Khối chủ quản": "Loại hình", "Quy mô người học": "Số học sinh"}
_COLOURS = 48
_STYLE = """
body { margin: 0 } b { color: #12436d }
pre { font: 15px/1.5 screen; color: #17212b; background: #f6f8fa;
  white-space: pre-wrap; width: 940px; margin: 0; padding: 18px 22px; border: 1px solid #c8d0d8 }
"""


def spoken_screens(lang: str, scratch: Path) -> Iterator[tuple[str, str]]:
    """Name and words of each screen of a command, in the order of the guide."""
    home = scratch / "office"
    shutil.copytree(ROOT / "data", home / "data", ignore=shutil.ignore_patterns("__pycache__"))
    raw = home / "data" / "raw" / SIXTH
    yield "new_year", _call(home, lang, "new-year", SIXTH)
    send_workbooks(scratch / "sender", raw)
    yield "headings", _question(home, raw, lang)
    change_directory(home / "data" / "schools.csv")
    yield "diff", _call(home, lang, "diff", LAST, SIXTH)


def _call(home: Path, lang: str, *words: str) -> str:
    """What a command answers, below the line that called it."""
    heard = io.StringIO()
    language = [] if lang == "vi" else ["--lang", lang]
    with contextlib.redirect_stdout(heard):
        main([*words, *language, "--home", str(home)])
    return "\n".join(["> python start.py " + " ".join([*words, *language]), heard.getvalue()])


def _question(home: Path, raw: Path, lang: str) -> str:
    """The question about the headings nobody has used before, with the answers typed."""
    heard, reference = io.StringIO(), read_reference(home)
    found = open_headings(read_raw(raw, reference.rules), reference.rules)
    given = iter(str(one.suggestions.index(ANSWERS[one.heading]) + 1) for one in found)

    def ask(prompt: str) -> str:
        answer = next(given)
        print(prompt + answer)
        return answer

    settings = home / "data" / "years" / f"{SIXTH}.toml"
    with contextlib.redirect_stdout(heard):
        settle_headings(read_raw(raw, reference.rules), reference.rules, settings, lang, ask=ask)
    return f"> python start.py check data/raw/{SIXTH}\n\n{heard.getvalue()}"


def photograph(words: str) -> bytes:
    """The words as a screen shows them."""
    lines = words.strip().split("\n")
    text = "\n".join([f"<b>{escape(lines[0])}</b>", *map(escape, lines[1:])])
    style = _font_face() + _STYLE
    with browser.open_page("about:blank") as page:
        page.set_content(f"<style>{style}</style><pre>{text}</pre>")
        page.evaluate("document.fonts.ready")
        picture: bytes = page.locator("pre").screenshot()
    return small(picture, words)


def _font_face() -> str:
    """The font of the charts: many fixed-width ones tear Vietnamese letters apart."""
    package = find_spec("fontpkg_be_vietnam_pro")
    assert package is not None and package.origin is not None
    font = next(Path(package.origin).parent.rglob("*-Regular.ttf"))
    data = base64.b64encode(font.read_bytes()).decode()
    return f"@font-face {{ font-family: screen; src: url(data:font/ttf;base64,{data}) }}\n"


def lab_screens(lang: str, scratch: Path) -> Iterator[tuple[str, bytes]]:
    """The start page, the explorer at work, and the answer to a wrong parameter."""
    home = scratch / "lab"
    for name in ("data", "notebooks", "docs"):
        hidden = shutil.ignore_patterns(".*", "__*", "images")
        shutil.copytree(ROOT / name, home / name, ignore=hidden)
    write_copies(home / "notebooks", "en")
    place = "notebooks/" if lang == "vi" else "notebooks/en/"
    with browser.jupyterlab(home, lang, scratch) as address:
        with _page(address("")) as page:
            page.wait_for_selector(".jp-MarkdownViewer h1")
            page.wait_for_timeout(2000)
            yield "start", small(page.screenshot(), "")
        with _page(address(f"{place}07_kham_pha.ipynb")) as page:
            yield "explorer", small(_explore(page), "")
        with _page(address(f"{place}02_phan_bo_cap_do.ipynb")) as page:
            yield "wrong", small(_mistype(page), "")


@contextlib.contextmanager
def _page(address: str) -> Iterator[Any]:
    with browser.open_page(address) as page:
        page.set_viewport_size({"width": 1180, "height": 760})
        yield page


def _explore(page: Any) -> bytes:
    browser.wait_until_ready(page)
    browser.run_all(page)
    page.locator(".explore-groups select").select_option(index=1)
    page.wait_for_timeout(1500)
    page.locator(".explore-schools select").select_option(index=0)
    page.wait_for_selector(".explore-cells table")
    page.wait_for_timeout(1000)
    page.set_viewport_size({"width": 1366, "height": 1250})
    for _ in range(2):  # the first time the notebook still lays itself out
        page.wait_for_timeout(500)
        page.locator(".explore").evaluate("box => box.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(500)
    return page.screenshot()  # type: ignore[no-any-return]


def _mistype(page: Any) -> bytes:
    browser.wait_until_ready(page)
    editor = page.locator(".jp-CodeCell .cm-content").first
    words = editor.inner_text().replace(
        'education_level: str = ""', 'education_level: str = "THSC"'
    )
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(words)
    browser.run_all(page)
    page.locator(".jp-CodeCell").first.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    return page.screenshot()  # type: ignore[no-any-return]


def small(picture: bytes, words: str) -> bytes:
    """The picture with a palette, and its words inside."""
    text, out = PngImagePlugin.PngInfo(), io.BytesIO()
    text.add_itxt("Description", words)
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    flat = image.quantize(_COLOURS, dither=Image.Dither.NONE)
    flat.save(out, "PNG", optimize=True, pnginfo=text)
    return out.getvalue()


if __name__ == "__main__":
    os.environ.pop("ACCREDITATION_HOME", None)
    FOLDER.mkdir(exist_ok=True)
    for language in ("vi", "en"):
        with tempfile.TemporaryDirectory() as made:
            for name, words in spoken_screens(language, Path(made)):
                (FOLDER / f"{name}.{language}.png").write_bytes(photograph(words))
            for name, picture in lab_screens(language, Path(made)):
                (FOLDER / f"{name}.{language}.png").write_bytes(picture)
