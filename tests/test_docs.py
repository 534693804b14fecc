"""The documents keep their word: links lead somewhere, commands exist, recipes work."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

import analysis
import analysis as an
import start
from analysis.cli import main
from analysis.compare import attainable_counts
from analysis.measure import BASES
from analysis.notebook.school_year import load_year
from analysis.reference import SCHEMES, read_reference, say
from analysis.status import STATES
from analysis.tables import column_of, tables

ROOT = Path(__file__).parents[1]
RECIPES = [ROOT / "docs" / "recipes.md", ROOT / "docs" / "recipes.vi.md"]
READMES = {"en": ROOT / "README.md", "vi": ROOT / "README.vi.md"}
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/*.md")])
DECISIONS = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))
NEW_YEAR = "2026-2027"  # the school year that the recipe adds
MOST_BYTES = 250_000

LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"^(python start\.py|accreditation)\b(.*)")
PLACES = ("analysis", "data", "docs", "notebooks", "tests", ".ci")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def links(page: Path) -> list[tuple[bool, str, str]]:
    """Is it a picture, its words, where it leads; links to other sites are left out."""
    found = LINK.findall(BLOCK.sub("", text_of(page)))
    return [(bool(mark), words, to) for mark, words, to in found if "://" not in to]


def commands(page: Path) -> list[list[str]]:
    """The calls a page shows, without their comments, split into words."""
    text = text_of(page)
    shown = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    calls = [
        m for line in [*shown, *CODE.findall(BLOCK.sub("", text))] if (m := COMMAND.match(line))
    ]
    return [[call[1], *call[2].partition("#")[0].split()] for call in calls]


def outline(page: Path) -> list[int]:
    return [
        len(marks) for marks in re.findall(r"^(#+) ", BLOCK.sub("", text_of(page)), re.MULTILINE)
    ]


def test_every_link_leads_to_a_file() -> None:
    there = [(page, to.partition("#")[0]) for page in PAGES for _, _, to in links(page)]
    assert [(page.name, to) for page, to in there if not (page.parent / to).exists()] == []


def test_every_path_named_is_there() -> None:
    named = [(page.name, name) for page in PAGES for name in CODE.findall(text_of(page))]
    paths = {
        (page, re.sub(r"<[^>]+>", "*", name))
        for page, name in named
        if name.split("/")[0] in PLACES and "/" in name and NEW_YEAR not in name
    }
    assert [(page, path) for page, path in paths if not any(ROOT.glob(path))] == []


def test_every_public_name_shown_exists() -> None:
    """What changed may be told by its old name, in the change log only."""
    named = [(p.name, n) for p in PAGES for n in re.findall(r"\ban\.([a-z_]+)", text_of(p))]
    known = {*analysis.__all__}
    assert [(p, n) for p, n in named if n not in known and p != "CHANGELOG.md"] == []


@pytest.mark.parametrize(
    "page", [*READMES.values(), *RECIPES, ROOT / "CONTRIBUTING.md"], ids=lambda p: p.name
)
def test_every_command_shown_exists(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start.main(["--help"])
    own = capsys.readouterr().out
    for program, *words in commands(page):
        word, options = (words or ["run"])[0], [w for w in words if w.startswith("--")]
        if program.startswith("python") and word in ("test", "lock"):
            assert f"  {word} " in own
            continue
        with pytest.raises(SystemExit) as end:
            main([word, "--help"])
        assert end.value.code == 0, word
        told = capsys.readouterr().out
        assert [option for option in options if option not in told] == [], word


@pytest.mark.parametrize("page", READMES.values(), ids=lambda p: p.name)
def test_the_readmes_show_every_command(page: Path) -> None:
    shown = {word for _, *words in commands(page) for word in words[:1]}
    assert {"run", "check", "new-year", "diff", "lab"} <= shown


def test_the_two_readmes_are_built_alike_and_know_each_other() -> None:
    assert outline(READMES["en"]) == outline(READMES["vi"])
    there = {
        lang: {to.replace(f".{lang}.", ".") for _, _, to in links(page)}
        for lang, page in READMES.items()
    }
    assert there["en"] - there["vi"] == {"README.vi.md"}
    assert there["vi"] - there["en"] == {"README.md"}
    calls = [[words[:2] for words in commands(page)] for page in READMES.values()]
    assert calls[0] == calls[1]


@pytest.mark.parametrize("lang", READMES)
def test_pictures_are_small_and_marked_as_illustrative(lang: str) -> None:
    pictures = [(words, ROOT / to) for mark, words, to in links(READMES[lang]) if mark]
    assert pictures
    for words, path in pictures:
        assert words.casefold().startswith(say("synthetic", lang))
        assert path.stat().st_size < MOST_BYTES


@pytest.mark.slow
def test_pictures_say_what_the_data_say_today() -> None:
    """Where this fails, look at the charts and draw them anew with docs/images/make_images.py."""
    drawn = {path.name for path in (ROOT / "docs" / "images").glob("*.png")}
    images = make_images()
    charts = dict(images.charts(images.read_tables()))
    assert set(charts) == drawn
    for name, chart in charts.items():
        with Image.open(ROOT / "docs" / "images" / name) as picture:
            assert str(picture.info["Description"]) == chart.alt
            assert picture.size == (chart.preset.width, chart.preset.height)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_gallery_shows_every_chart_and_says_what_the_data_say_today(lang: str) -> None:
    images = make_images()
    example = images.read_tables()
    page = ROOT / "docs" / ("gallery.vi.md" if lang == "vi" else "gallery.md")
    shown = {to: words for mark, words, to in links(page) if mark}
    names = images.NAMES
    kinds = [f"images/gallery/{name}.{lang}.png" for name in names]
    assert list(shown) == kinds
    drawn = {
        to: images.draw(name, example, lang=lang) for name, to in zip(names, kinds, strict=True)
    }
    for to, chart in drawn.items():
        with Image.open(ROOT / "docs" / to) as picture:
            assert str(picture.info["Description"]) == chart.alt == shown[to]
    every = {kind for table in tables().values() for kind in table.charts}
    every.remove("conditions")  # of which the example office states nothing (decision 0053)
    assert {chart.kind for chart in drawn.values()} == every


def test_the_pictures_of_the_documents_are_light() -> None:
    pictures = [*(ROOT / "docs" / "images").rglob("*.png")]
    assert sum(path.stat().st_size for path in pictures) < 3_100_000


def make_images() -> Any:
    path = ROOT / "docs" / "images" / "make_images.py"
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location("make_images", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", READMES.values(), ids=lambda p: p.name)
def test_the_recipe_for_a_new_school_year_works(page: Path, tmp_path: Path) -> None:
    """Followed as it stands on the page, with last year's workbooks in the place of new ones."""
    old = max(read_reference(ROOT).years)
    recipe = [words for _, *words in commands(page) if NEW_YEAR in " ".join(words)]
    assert [words[0] for words in recipe] == ["new-year", "check", "run", "diff"]
    assert recipe[3][1:] == [old, NEW_YEAR]
    shutil.copytree(ROOT / "data", tmp_path / "data")
    assert main([*recipe[0], "--home", str(tmp_path)]) == 0
    raw = tmp_path / "data" / "raw"
    shutil.copytree(raw / old, raw / NEW_YEAR, dirs_exist_ok=True)
    assert main([recipe[1][0], str(tmp_path / recipe[1][1]), "--home", str(tmp_path)]) == 0
    year = load_year(home=tmp_path)
    assert year.school_year == NEW_YEAR
    assert year.as_of.isoformat() == "2027-05-31" and len(year.schools)


@pytest.mark.parametrize("page", RECIPES, ids=lambda p: p.name)
def test_the_tables_and_codes_of_the_recipes_exist(page: Path) -> None:
    """`[ownership]` and `TT = [...]` in spellings.toml, `[columns.pupils]` in columns.toml."""
    text = text_of(page)
    rules = {
        name: tomllib.loads(text_of(ROOT / "analysis" / "reference" / f"{name}.toml"))
        for name in ("spellings", "columns")
    }
    table, code = re.findall(r"`\[(\w+)\]`", text)[0], re.findall(r"`(\w+) = \[", text)[0]
    assert code in rules["spellings"][table]
    for group, name in re.findall(r"`\[(\w+)\.(\w+)\]`", text):
        assert name in rules["columns"][group]


def test_the_decisions_are_numbered_dated_and_listed() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == sorted(set(numbers))
    listed = [to for _, _, to in links(ROOT / "docs" / "decisions" / "README.md")]
    assert listed == [path.name for path in DECISIONS]
    for path in DECISIONS:
        title, _, body = text_of(path).partition("\n\n")
        assert title.startswith(f"# {path.name[:4]} ")
        assert re.match(r"\*\d{4}-\d\d-\d\d\.\* \S", body), path.name


def test_the_glossary_knows_the_words_of_the_code() -> None:
    known = set(CODE.findall(text_of(ROOT / "docs" / "glossary.md")))
    words = [*STATES, *BASES, *SCHEMES, "exact", "at_least", "below", "within", "above"]
    words += ["no_schools", "accepted", "set_aside", "repaired", "ignored", "warning", "ledger"]
    assert [word for word in words if word not in known] == []


def test_the_examples_of_the_method_are_right() -> None:
    parts = {part.id: part for part in read_reference(ROOT).targets("huong-tra-2022-2025").parts}
    text = text_of(ROOT / "docs" / "method.md")
    counts = attainable_counts(38, parts["Q"])
    assert f"{counts[0]} to {counts[-1]} schools" in " ".join(text.split())
    assert not attainable_counts(9, parts["K3"]), "of 9 schools none is 0,0%, one is 11,1%"


def make_columns() -> Any:
    spec = importlib.util.spec_from_file_location("columns", ROOT / "docs" / "make_columns.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_pages_are_those_of_the_registry(lang: str) -> None:
    """Where this fails, run docs/make_columns.py."""
    made = make_columns()
    assert (made.FOLDER / made.PAGES[lang]).read_text(encoding="utf-8") == made.page(lang)


def test_every_published_table_is_on_the_page() -> None:
    there = {table.name for table in make_columns().met()}
    assert {table.name for table in tables().values() if table.published} <= there
    assert {"schools", "sizes", "evidence", "places", "unclear"} <= there


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_column_of_every_table_has_a_meaning(lang: str) -> None:
    columns = {(t.name, c): t.column(c) for t in tables().values() for c in t.columns}
    assert [place for place, column in columns.items() if not column.meaning(lang)] == []


def test_a_column_of_ones_own_is_not_said_to_be_of_the_school_lists() -> None:
    assert column_of("my_own").meaning("en") == ""
    year = an.load_year("2024-2025", lang="en")
    meanings = an.explain(year.schools.assign(my_own=1)).set_index("column")["meaning"]
    assert meanings["my_own"] == "" and not pd.isna(meanings["cqg_expires"])
