"""What a run takes over from the folder it will replace: what no cause of has changed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from analysis.export.manifest import differences, hash_files, outputs, read_manifest
from analysis.notebook.runner import Executed, needs_charts
from analysis.reference import SuiteError
from analysis.work.sources import changed_sources

TABLES = "tables"  # in the manifest, beside the notebooks and what each saved


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
    folder: Path, staging: Path, made_by: Mapping[str, Sequence[str]], notebooks: Path
) -> list[Executed]:
    """Copy tables, pages and charts of notebooks that need no other's charts."""
    kept = []
    for name, files in made_by.items():
        source = notebooks / f"{name}.ipynb"
        if not source.exists() or needs_charts(nbformat.read(source, as_version=4)):
            continue
        copy = f"notebooks/{name}.ipynb"
        for file in (*files, copy, f"{name}.html"):
            (staging / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / file, staging / file)
        notebook = nbformat.read(staging / copy, as_version=4)
        kept.append(Executed(name, staging / copy, notebook, 0.0, tuple(files)))
    for table in made_by.get(TABLES, ()) if kept else ():
        (staging / table).parent.mkdir(exist_ok=True)
        shutil.copyfile(folder / table, staging / table)
    return kept
