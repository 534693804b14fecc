"""What a run takes over from the folder it will replace: what no cause of has changed."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from analysis.export.manifest import differences, hash_file, hash_files, outputs, read_manifest
from analysis.notebook.runner import Executed, needs_charts
from analysis.reference import SuiteError
from analysis.work.sources import changed_sources


def unchanged_parts(
    folder: Path, made_from: Mapping[str, Mapping[str, str]]
) -> dict[str, Sequence[str]]:
    """The notebooks that are as they were, each with the files it saved; none where anything but
    notebooks has changed since, or the folder is not whole."""
    try:
        manifest: Mapping[str, Any] = read_manifest(folder)
    except SuiteError:
        return {}
    edited = set()
    for change in changed_sources(manifest, made_from):
        if change.part != "notebooks" or not change.name.endswith(".ipynb"):
            return {}
        edited.add(Path(change.name).stem)
    if differences("outputs", manifest["outputs"], hash_files(folder, outputs(folder))):
        return {}
    made_by: dict[str, Sequence[str]] = manifest.get("made_by", {})
    return {name: files for name, files in made_by.items() if name not in edited}


def take_over(
    folder: Path, staging: Path, made_by: Mapping[str, Sequence[str]], *, late: bool = False
) -> list[Executed]:
    """Copy what notebooks made that need not run: tables, pages and charts of those that need no
    charts of others; or pages and files of those that do (`late`)."""
    kept = []
    for name, files in made_by.items():
        copy = f"notebooks/{name}.ipynb"
        notebook = nbformat.read(folder / copy, as_version=4)
        if needs_charts(notebook) == late:
            _copy(folder, staging, [*files, copy, f"{name}.html"])
            kept.append(Executed(name, staging / copy, notebook, 0.0, tuple(files)))
    if kept and not late:
        _copy(folder, staging, read_manifest(folder)["tables"])
    return kept


def same_charts(
    folder: Path, staging: Path, done: Sequence[Executed], left: Collection[str]
) -> bool:
    """Whether the notebooks that are `done`, all but those `left`, saved what they saved before."""
    manifest: Mapping[str, Any] = read_manifest(folder)
    before, now = manifest["made_by"], {one.name: list(one.files) for one in done}
    if {name: files for name, files in before.items() if name not in left} != now:
        return False
    saved = [file for files in now.values() for file in files]
    return all(hash_file(staging / file) == manifest["outputs"][file] for file in saved)


def _copy(folder: Path, staging: Path, files: Sequence[str]) -> None:
    for file in files:
        (staging / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / file, staging / file)
