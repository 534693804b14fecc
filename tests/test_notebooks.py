"""The stored notebooks: thin, without outputs, the same shape each, and readable as an essay."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis.export.pages import ANALYST_ONLY, export_page
from analysis.notebook.runner import run_notebooks, suite
from analysis.notebook.runner.kernel import code_mark
from analysis.notebook.runner.parameters import declared
from analysis.reference import SCHEMES, read_reference

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
PATHS = suite(FOLDER)
NAMES = ["01_du_lieu", "02_phan_bo_cap_do", "03_so_sanh_chi_tieu", "04_khoang_cach_cap_hoc"]
LONGEST_CELL, LONGEST_LINE = 8, 100

every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def cells(path: Path, kind: str) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == kind]


def code(path: Path) -> list[Any]:
    """The code cells behind the parameters."""
    return [c for c in cells(path, "code") if "parameters" not in c.metadata.get("tags", [])]


def test_the_suite_is_whole() -> None:
    assert [path.stem for path in PATHS][: len(NAMES)] == NAMES


@every_notebook
def test_it_is_stored_without_outputs_and_without_traces_of_a_run(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert set(notebook.metadata) == {"kernelspec", "suite"}
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in cells(path, "code"):
        assert cell.outputs == [] and cell.execution_count is None
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}


@every_notebook
def test_it_says_which_code_the_suite_came_with(path: Path) -> None:
    notebook = read(path)
    assert notebook.metadata.suite == code_mark(notebook), "write this into its metadata as suite"


@every_notebook
def test_its_file_is_written_in_one_way(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    again = json.dumps(json.loads(text), indent=1, ensure_ascii=False, sort_keys=True)
    assert text == again + "\n"


@every_notebook
def test_cells_have_names_of_their_own(path: Path) -> None:
    ids = [cell.id for cell in read(path).cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)
    assert ids[:3] == ["title", "parameters", "load"]


@every_notebook
def test_it_opens_with_its_title_and_one_cell_of_parameters(path: Path) -> None:
    notebook = read(path)
    assert notebook.cells[0].source.startswith("# ")
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    assert tagged == [notebook.cells[1]]
    found = {p.name: p for p in declared(notebook, path.stem)}
    assert (found["school_year"].kind, found["school_year"].default) == ("str", "")
    assert (found["lang"].kind, found["lang"].default) == ("str", "vi")
    assert all(p.note for p in found.values())


@every_notebook
def test_every_question_has_a_heading_and_an_answer(path: Path) -> None:
    notebook = read(path)
    headings = [line for c in cells(path, "markdown") for line in c.source.split("\n")]
    headings = [line for line in headings if line.startswith("#")]
    assert [h.partition(" ")[0] for h in headings] == ["#"] + ["##"] * (len(headings) - 1)
    kinds = [c.cell_type for c in notebook.cells]
    assert kinds[-1] == "code"
    for cell, following in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell.cell_type == "markdown":
            assert following.cell_type == "code", f"{cell.id} has no answer"


@every_notebook
def test_prose_holds_no_figures(path: Path) -> None:
    for cell in cells(path, "markdown"):
        prose = re.sub(r"`[^`]*`", "", cell.source)
        assert not re.search(r"\d", prose), f"{cell.id}: a figure that a rerun would not change"


@every_notebook
def test_the_end_tells_the_analyst_how_to_look_further(path: Path) -> None:
    prose, line = read(path).cells[-2:]
    assert [prose.cell_type, line.cell_type] == ["markdown", "code"]
    assert all(cell.metadata.tags == [ANALYST_ONLY] for cell in (prose, line))


@every_notebook
def test_cells_are_short(path: Path) -> None:
    for cell in code(path):
        lines = cell.source.split("\n")
        assert len(lines) <= LONGEST_CELL, cell.id
        assert max(map(len, lines)) <= LONGEST_LINE, cell.id


@every_notebook
def test_cells_hold_no_logic(path: Path) -> None:
    logic = (
        *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
        *(ast.For, ast.While, ast.If, ast.Try, ast.With, ast.comprehension),
    )
    for cell in code(path):
        found = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, logic)]
        assert not found, f"{cell.id}: {ast.unparse(found[0])}"


@every_notebook
def test_cells_name_no_year_and_no_path(path: Path) -> None:
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Constant):
                text = str(node.value)
                assert not re.search(r"\b(19|20)\d\d\b", text), f"{cell.id}: {text}"
                assert not re.search(r"[\\/]|\.(xlsx|csv|toml|png)\b", text), f"{cell.id}: {text}"


def test_no_two_charts_are_saved_under_one_name() -> None:
    source = "\n".join(cell.source for path in PATHS for cell in code(path))
    names = re.findall(r'(?:save_chart|each_chart)\(\w+, f?"([^"]+)"[,)]', source)
    assert len(names) == len(re.findall(r"save_chart\(|each_chart\(", source)) == len(set(names))
    assert all(re.fullmatch(r"([a-z0-9]+|\{\w*\})(-([a-z0-9]+|\{\w*\}))*", n) for n in names)


@every_notebook
def test_cells_name_no_target_and_no_scheme(path: Path) -> None:
    """What stands in them has to fit any office: targets and schemes are those of its year."""
    reference = read_reference()
    sets = {reference.year(name).target_set for name in reference.years}
    words = {p.id for name in sets for p in reference.targets(name).parts} | {*SCHEMES}
    for cell in code(path):
        texts = {n.value for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Constant)}
        assert not texts & words, cell.id


@every_notebook
def test_the_prose_is_there_in_english_too(path: Path) -> None:
    prose = tomllib.loads((FOLDER / "prose.en.toml").read_text(encoding="utf-8"))
    assert sorted(prose) == sorted(p.stem for p in PATHS)
    english = prose[path.stem]
    vietnamese = {cell.id: cell.source for cell in cells(path, "markdown")}
    assert list(english) == list(vietnamese)
    for name, text in english.items():
        assert headings_of(text) == headings_of(vietnamese[name]), name
        assert not re.search(r"\d", re.sub(r"`[^`]*`", "", text)), name


def headings_of(text: str) -> list[str]:
    """The levels of its headings."""
    return re.findall(r"^#+(?= )", text.strip(), re.MULTILINE)


VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ]")


@pytest.mark.slow
def test_a_run_in_english_is_english_throughout(tmp_path: Path) -> None:
    parameters = {"school_year": "2025-2026", "lang": "en"}
    executed = {
        e.name: e for e in run_notebooks(ROOT / "notebooks", tmp_path, parameters, home=ROOT)
    }
    cells = executed["03_so_sanh_chi_tieu"].notebook.cells
    shown = [o.data for c in cells for o in c.get("outputs", []) if "data" in o]
    note = next(data["text/markdown"] for data in shown if "text/markdown" in data)
    assert "for reference only" in note
    for name, one in executed.items():
        page = export_page(one.notebook, tmp_path / f"{name}.html", "en").read_text("utf-8")
        assert '<html lang="en">' in page
        # Names of schools, files and documents stay as they are; headings have none of those.
        headings = re.findall(r"<(?:title|h[12]|th)\b[^>]*>(.*?)</", page, re.DOTALL)
        assert len(headings) > 5
        named = [h for h in headings if VIETNAMESE.search(h.replace("KĐCLGD", ""))]
        assert named == []
