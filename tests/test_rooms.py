"""The house: imports go one way, and every module has its place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "analysis"
FLOW = ["reference", "tables", "workbooks", "raw", "clean", "status", "measure", "compare"]
FLOW += ["charts", "export", "slides", "returned", "notebook", "work"]
OUTSIDE = {"criteria", "cli", "__init__"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(module: Path) -> list[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module]
    names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    return [n for n in names if n.startswith("analysis.")]


@pytest.mark.parametrize("module", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_every_module_has_a_place_and_imports_leftwards(module: Path) -> None:
    here = room(module)
    assert here in FLOW or here in OUTSIDE
    if here in FLOW:
        for name in imported(module):
            there = name.split(".")[1]
            assert there in FLOW, f"{module.name} imports {name}, which is outside the flow"
            assert FLOW.index(there) <= FLOW.index(here), f"{module.name} imports {name}"


def test_workbooks_are_opened_without_a_word_of_the_domain() -> None:
    """Of the suite it takes refusals and their words, and what is known of Vietnamese letters."""
    letters = {"text", "damage", "legacy_fonts", "readings"}
    known = {f"analysis.reference.{name}" for name in ("trouble", "labels", *letters)}
    for module in (PACKAGE / "workbooks").glob("*.py"):
        others = {n for n in imported(module) if not n.startswith("analysis.workbooks")}
        assert others <= known, module.name


def test_rooms_between_reading_and_writing_touch_no_file() -> None:
    for module in MODULES:
        if room(module) in {"clean", "status", "measure", "compare"}:
            text = module.read_text(encoding="utf-8")
            assert "open(" not in text and ".read_text" not in text and "pathlib" not in text


def test_importing_the_package_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    heavy = "('pandas', 'numpy', 'matplotlib', 'openpyxl')"
    code = f"import sys, analysis; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_load_and_unknown_ones_do_not() -> None:
    import analysis

    for name in analysis.__all__:
        assert getattr(analysis, name).__doc__, name
    with pytest.raises(AttributeError):
        _ = analysis.no_such_name
