"""The guides keep their word: their commands run as they stand there, their pictures are true."""

from __future__ import annotations

import importlib.util
import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from analysis.charts import Chart
from analysis.cli import main
from tests.sixth_year import LAST, SIXTH
from tests.test_docs import BLOCK, ROOT, commands, links, outline, text_of

pytestmark = pytest.mark.slow

DOCS = ROOT / "docs"
GUIDES = ["new_school_year", "tutorial", "other_offices", "readers", "recipes"]
LANGUAGES = {"vi": ".vi.md", "en": ".md"}
MOST_BYTES = 120_000


def page_of(guide: str, lang: str) -> Path:
    return DOCS / f"{guide}{LANGUAGES[lang]}"


@pytest.mark.parametrize("guide", GUIDES)
def test_both_languages_say_the_same(guide: str) -> None:
    vietnamese, english = (page_of(guide, lang) for lang in LANGUAGES)
    assert outline(vietnamese) == outline(english)
    calls = [[words[:2] for words in commands(page)] for page in (vietnamese, english)]
    assert calls[0] == calls[1]
    pictures = [
        [re.sub(r"\.(vi|en)\.", ".", to) for mark, _, to in links(page) if mark]
        for page in (vietnamese, english)
    ]
    assert pictures[0] == pictures[1]
    assert english.name in {to for _, _, to in links(vietnamese)}
    assert vietnamese.name in {to for _, _, to in links(english)}


def test_the_new_school_year_takes_ten_steps() -> None:
    for lang in LANGUAGES:
        steps = re.findall(r"^## (\d+)\. ", text_of(page_of("new_school_year", lang)), re.MULTILINE)
        assert steps == [str(n) for n in range(1, 11)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, in which the commands are called as the reader would."""
    for name in ("data", "notebooks"):
        hidden = shutil.ignore_patterns(".*", "__*")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=hidden)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACCREDITATION_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("guide", "lang"),
    [("new_school_year", "vi"), ("tutorial", "en"), ("other_offices", "vi")],
)
def test_its_commands_run_in_their_order(
    guide: str,
    lang: str,
    home: Path,
    sixth_workbooks: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the other language the calls are the same. `lab` stays open, so only its help is asked."""
    shutil.copytree(home / "data" / "raw" / LAST, home / "so_tinh")  # what an office begins with
    answers = iter(["Phòng GD&ĐT huyện Thử", "", "80-90", "65", "Nghị quyết 1"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    for _, *words in commands(page_of(guide, lang)):
        if words[0] == "check" and guide == "new_school_year":  # step 3 comes before
            shutil.copytree(sixth_workbooks, home / "data" / "raw" / SIXTH, dirs_exist_ok=True)
        if words[0] in ("lab", "--help"):
            with pytest.raises(SystemExit) as end:
                main([*words, "--help"])
            assert end.value.code == 0
            continue
        assert main(words) == 0, (words, capsys.readouterr().err)
        for option, value in itertools.pairwise(words):
            assert option != "--out" or (home / value).is_dir()
    published = [
        name for name in CODE_PATHS.findall(text_of(page_of(guide, lang))) if "<" not in name
    ]
    drafts = [name for name in published if "nhap" in name or not name.startswith("figures/")]
    assert all((home / name).exists() for name in published if name not in drafts)


CODE_PATHS = re.compile(r"`(figures/[^`]+|(?:kiem_tra|checked)/[^`]+)`")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_code_of_the_tutorial_runs(
    lang: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_of(page_of("tutorial", lang))
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    known: dict[str, Any] = {}
    exec(compile(blocks[0], "tutorial", "exec"), known)
    draft = re.search(r"figures/nhap/[\w-]+\.png", text)
    assert draft is not None and (home / draft[0]).exists()
    assert (home / draft[0]).with_suffix(".txt").exists()
    assert isinstance(known["chart"], Chart)


def screens() -> Any:
    path = DOCS / "images" / "make_screens.py"
    spec = importlib.util.spec_from_file_location("make_screens", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_screens_say_what_the_commands_say_today(lang: str, tmp_path: Path) -> None:
    """Where this fails: look at the answers, and make docs/images/make_screens.py draw anew."""
    spoken: Iterator[tuple[str, str]] = screens().spoken_screens(lang, tmp_path)
    for name, words in spoken:
        with Image.open(DOCS / "images" / "screens" / f"{name}.{lang}.png") as picture:
            assert str(picture.info["Description"]) == words, name


def test_pictures_are_small_and_used() -> None:
    there = {path.name for path in (DOCS / "images" / "screens").glob("*.png")}
    used = {
        Path(to).name
        for guide in GUIDES
        for lang in LANGUAGES
        for mark, _, to in links(page_of(guide, lang))
        if mark
    }
    assert there == used
    for path in (DOCS / "images" / "screens").glob("*.png"):
        assert path.stat().st_size < MOST_BYTES, path.name


def test_the_years_of_the_guide_are_those_of_the_rehearsal() -> None:
    text = text_of(page_of("new_school_year", "vi"))
    assert SIXTH in text and LAST in text
    assert BLOCK.findall(text)
