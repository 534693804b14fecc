"""What a published folder is made from: inputs, settings, rules, targets, code and versions.

Two runs from the same sources give the same bytes, so a folder whose manifest names the sources
there are now is current. Needs only the standard library, for the answer has to come at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import re
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import analysis
from analysis.export.manifest import Difference, differences, hash_file, hash_files
from analysis.reference import (
    DATED,
    InputError,
    Reference,
    Rules,
    SuiteError,
    YearSettings,
    rule_on,
    say,
)

_PACKAGE = Path(analysis.__file__).parent
_LIBRARIES = (
    *("pandas", "numpy", "matplotlib", "seaborn", "openpyxl", "pillow", "fontpkg-be-vietnam-pro"),
    *("nbclient", "nbconvert", "nbformat", "ipykernel", "ipython", "bleach"),
    *("jinja2", "lxml", "python-docx", "python-pptx", "xlsxwriter"),
)
_NO_DATA = {".md", ".py", ".pyc"}
# The tables of the manifest that say what the folder was made from; those an office changes first.
OWN = ("parameters", "inputs", "notebooks", "targets")
PARTS = (*OWN, "rules", "rules_in_force", "code")


def sources(reference: Reference, year: YearSettings, lang: str) -> dict[str, dict[str, str]]:
    """The parts of the manifest that can be told before anything is read: name -> hash or value.

    `inputs`: the workbooks and settings of the year asked for and of those before it, which its
    trends look back on; later ones cannot change it.
    """
    home = reference.home
    files = _files(home / "data")
    data = [p for p in files if not _is_later(p.relative_to(home), year.school_year)]
    targets = [p for p in data if p.parent.name == "targets"]
    return {
        "parameters": {
            "school_year": year.school_year,
            "as_of": year.as_of.isoformat(),
            "lang": lang,
            "target_set": year.target_set,
        },
        "inputs": hash_files(home, set(data) - set(targets)),
        "notebooks": hash_files(home, _suite(home / "notebooks")),
        "targets": {p.stem: hash_file(p) for p in targets},
        "rules": hash_files(_PACKAGE / "reference", (_PACKAGE / "reference").glob("*.toml")),
        "rules_in_force": _in_force(reference.rules, year.as_of),
        "code": _code(),
    }


@contextmanager
def read_once(home: Path, place: Path) -> Iterator[Path]:
    """A copy of an office's data, settings and notebooks below `place`, gone when the block ends.

    All of a run reads this copy, each kernel too, and the manifest names its bytes: whatever is
    saved meanwhile, what is published is made of what was read. Readings are kept in the project
    folder as ever. Raises InputError for what cannot be read.
    """
    made = tempfile.TemporaryDirectory(prefix=".read-", dir=place, ignore_cleanup_errors=True)
    with made as folder, _named_by(Path(folder), home):
        copy = Path(folder)
        for path in [p for p in (home / "notebooks").glob("*") if p.suffix in (".ipynb", ".toml")]:
            _copy(path, copy / path.relative_to(home))
        data = home / "data"
        tops = [data, *_folders(data), *_folders(data / "raw")]  # these may be links to elsewhere
        for top in tops:
            _copy_folder(top, home, copy, set(tops))
        with suppress(OSError):  # Windows may refuse; then the kernels share what this run keeps
            kept = home.resolve() / ".cache"
            kept.mkdir(exist_ok=True)
            (copy / ".cache").symlink_to(kept, target_is_directory=True)
        yield copy


@contextmanager
def _named_by(copy: Path, home: Path) -> Iterator[None]:
    """Let what is refused name the office's own folders."""
    try:
        yield
    except SuiteError as error:
        for name, fact in error.facts.items():
            if isinstance(fact, str):
                error.facts[name] = fact.replace(str(copy), str(home))
        raise


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if path.is_dir()]


def _copy_folder(top: Path, home: Path, copy: Path, others: Collection[Path]) -> None:
    """A folder but for those in it that have their own turn. A link stays one where the reader
    passes it over: to a folder, or in a folder of workbooks to outside of it."""
    root, books = top.resolve(), top.parent.name == "raw" or top.name == "decisions"

    def unreadable(error: OSError) -> None:
        raise _unreadable(Path(error.filename), error)

    for here, folders, names in os.walk(top, onerror=unreadable):
        links = [n for n in folders if Path(here, n).is_symlink()]
        folders[:] = [n for n in folders if Path(here, n) not in others]
        for path in (Path(here, name) for name in [*names, *links]):
            there = copy / path.relative_to(home)
            inside = not books or path.resolve().is_relative_to(root)
            if path.is_file() and inside:
                _copy(path, there)
            elif path not in others:
                there.parent.mkdir(parents=True, exist_ok=True)
                there.symlink_to(path.absolute())


def _copy(path: Path, there: Path) -> None:
    there.parent.mkdir(parents=True, exist_ok=True)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    there.write_bytes(content)


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError("file_unreadable", file=path.name, cause=error.strerror or "")


def asked_day(text: str) -> dt.date:
    """A day as it is typed: 2025-05-31 or 31/05/2025."""
    found = re.fullmatch(r"(\d\d?)[/.-](\d\d?)[/.-](\d{4})", text)
    try:
        return dt.date(*map(int, found.groups()[::-1])) if found else dt.date.fromisoformat(text)
    except ValueError:
        raise SuiteError("bad_date", value=text) from None


def of_sheets(parts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Of the sources those that sheets are made from: no notebook and no target."""
    found = {part: {} if part in ("notebooks", "targets") else {**parts[part]} for part in parts}
    found["parameters"].pop("target_set", None)
    return found


def asked_year(reference: Reference, asked: str | None, lang: str) -> YearSettings:
    """The school year asked for; else the newest with workbooks, and it is said which newer ones
    still wait for theirs."""
    year = reference.year(asked)
    waiting = [name for name in sorted(reference.years) if name > year.school_year]
    if waiting and not asked:
        print(say("years_waiting", lang, waiting=", ".join(waiting), year=year.school_year))
    return year


def changed_sources(
    manifest: Mapping[str, Any], now: Mapping[str, Mapping[str, str]]
) -> list[Difference]:
    """What is no longer as it was when the folder was made."""
    return [d for part in PARTS for d in differences(part, manifest.get(part, {}), now[part])]


def _files(folder: Path) -> list[Path]:
    """Every file that may be read; none of editors, of Excel while a book is open, of Python."""
    return [
        p
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.suffix not in _NO_DATA and not p.name.startswith((".", "~$"))
    ]


def _is_later(path: Path, school_year: str) -> bool:
    """Does a file belong to a school year after this one? Its folder tells, and of settings their
    name; a workbook may be called anything."""
    names = path.with_suffix("").parts if path.parent.name == "years" else path.parts[:-1]
    return any(n[:4].isdecimal() and n[4:5] == "-" and n > school_year for n in names)


def _suite(folder: Path) -> Iterable[Path]:
    return [*folder.glob("[0-9][0-9]_*.ipynb"), *folder.glob("*.toml")]


def _in_force(rules: Rules, as_of: dt.date) -> dict[str, str]:
    """The rules of the law that hold on the day asked for, each with the day it holds from."""
    tables = {name: t for name, t in rules.regulations.items() if isinstance(t, Mapping)}
    dated = {name: rule_on(name, as_of, rules) for name in DATED}
    return {
        name: table["from"].isoformat()
        for name, table in (tables | dated).items()
        if table.get("from", dt.date.max) <= as_of
    }


def _code() -> dict[str, str]:
    """The package and what it stands on."""
    own = hash_files(_PACKAGE, _files_of_package())
    whole = hashlib.sha256(json.dumps(own).encode()).hexdigest()
    lock = _PACKAGE.parent / "requirements.lock"
    locked = {"requirements.lock": hash_file(lock)} if lock.exists() else {}
    installed = _installed()
    return {
        "analysis": whole,
        **locked,
        "python": platform.python_version(),
        **{name: installed.get(name, "") for name in _LIBRARIES},
    }


def _files_of_package() -> Iterable[Path]:
    return (p for p in _PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _installed() -> dict[str, str]:
    """The packages that are there, by their name in lower case, with their version.

    The names of their folders tell it; importlib.metadata reads the files in them one by one.
    """
    found = {}
    for place in map(Path, reversed(sys.path)):
        for folder in place.glob("*.dist-info"):
            name, _, version = folder.stem.partition("-")
            found[name.lower().replace("_", "-")] = version
    return found
