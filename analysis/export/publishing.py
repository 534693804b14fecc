"""Publish a folder in one step: everything is made beside it, then the two change places."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.reference import SuiteError

MANIFEST = "manifest.json"
_STAGING, _OLD = ".making-", ".old-"


@contextmanager
def publishing(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends well it becomes `folder`, else it goes.

    What stood there before is replaced whole: old and new are never mixed.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(folder)
    staging = folder.parent / f"{_STAGING}{folder.name}-{uuid.uuid4().hex[:8]}"
    staging.mkdir()
    try:
        yield staging
        _switch(staging, folder)
    except OSError as error:
        raise SuiteError(
            "publish_failed", folder=folder.name, cause=error.strerror or str(error)
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _switch(staging: Path, folder: Path) -> None:
    old = folder.parent / f"{_OLD}{folder.name}"
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(staging, folder)
    except OSError:
        if old.exists():
            os.replace(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _clear_leftovers(folder: Path) -> None:
    """After a run that was killed: put back what stood there, drop what was being made."""
    old = folder.parent / f"{_OLD}{folder.name}"
    if old.exists() and not folder.exists():
        os.replace(old, folder)
    for left in [old, *folder.parent.glob(f"{_STAGING}{folder.name}-*")]:
        shutil.rmtree(left, ignore_errors=True)


def write_manifest(folder: Path, inputs: Mapping[str, Path], facts: Mapping[str, Any]) -> Path:
    """What was made from what: hashes of the inputs and of every file in the folder."""
    outputs = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    manifest = {
        **facts,
        "inputs": {name: _hash(path) for name, path in sorted(inputs.items())},
        "outputs": {p.relative_to(folder).as_posix(): _hash(p) for p in outputs},
    }
    path = folder / MANIFEST
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
