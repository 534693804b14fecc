"""pyproject.toml, environment.yml and the two locks tell one story."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import start

ROOT = Path(start.__file__).parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
PIP = next(entry["pip"] for entry in CONDA if isinstance(entry, dict))
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-criteria.lock"]


def bounds(requirements: list[str]) -> dict[str, SpecifierSet]:
    """Name -> accepted versions."""
    parsed = map(Requirement, requirements)
    return {canonicalize_name(each.name): each.specifier for each in parsed}


def locked(name: str) -> dict[str, list[str]]:
    """Name -> every version the lock holds; some packages have one for each range of Pythons."""
    versions: dict[str, list[str]] = {}
    text = (ROOT / name).read_text(encoding="utf-8")
    for package, version in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE):
        versions.setdefault(canonicalize_name(package), []).append(version)
    return versions


def outside(requirements: list[str], lock: str) -> dict[str, list[str]]:
    """What the lock lacks, or holds outside the bounds."""
    versions = locked(lock)
    return {
        name: versions.get(name, [])
        for name, accepted in bounds(requirements).items()
        if not versions.get(name) or not all(v in accepted for v in versions[name])
    }


def test_conda_and_pip_users_get_the_same_packages():
    from_conda = [entry for entry in CONDA if isinstance(entry, str)]
    from_conda = [entry for entry in from_conda if not re.match(r"(python=|pip$)", entry)]
    from_pip = [entry for entry in PIP if not entry.startswith("-")]
    assert bounds(from_conda + from_pip) == bounds(PROJECT["dependencies"])


def test_every_package_the_code_imports_is_named():
    """A package that another one happens to bring today may be gone tomorrow."""
    paths = [p for p in ROOT.glob("analysis/**/*.py") if "criteria" not in p.parts]  # an extra
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    modules = {name.partition(".")[0] for name in names} - {"analysis"} - sys.stdlib_module_names
    packages = packages_distributions()
    imported = {canonicalize_name(packages.get(name, [name])[0]) for name in modules}
    assert imported - set(bounds(PROJECT["dependencies"])) == set()


def test_conda_users_get_the_project_itself_and_a_python_it_accepts():
    (python,) = (entry for entry in CONDA if str(entry).startswith("python="))
    assert python.removeprefix("python=") in SpecifierSet(PROJECT["requires-python"])
    assert "-e ." in PIP


def test_start_accepts_the_pythons_the_project_accepts():
    accepted = SpecifierSet(PROJECT["requires-python"])
    minors = [minor for minor in range(6, 30) if f"3.{minor}" in accepted]
    assert ((3, minors[0]), (3, minors[-1])) == (start.OLDEST, start.NEWEST)
    for text in start.WRONG_PYTHON.values():
        assert f"3.{minors[0]}" in text and f"3.{minors[-1]}" in text


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_keeps_the_bounds(lock):
    assert outside(PROJECT["dependencies"], lock) == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_holds_what_builds_the_project(lock):
    assert outside(PYPROJECT["build-system"]["requires"], lock) == {}


def test_the_test_lock_adds_to_the_lock_and_changes_nothing():
    run, test = map(locked, LOCKS[:2])
    assert {name: test.get(name) for name in run} == run
    assert outside(PROJECT["optional-dependencies"]["test"], "requirements-test.lock") == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock):
    blocks = re.split(r"^(?=\S+==)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [block for block in blocks[1:] if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_address_and_no_place(lock):
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.search(r"://|^-|@|(^|\s)[/~]|[A-Z]:\\", line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_serves_windows_and_every_python(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "sys_platform == 'win32'" in text and "python_full_version" in text
