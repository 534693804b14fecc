"""The manifest of a published folder: what it was made from, and the hash of every file in it.

Nothing of the machine or the clock stands in it, so the same sources give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.reference import SuiteError

MANIFEST = "manifest.json"
_PART = 2**20  # bytes; hashlib.file_digest clears as much memory for a file of ten lines


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the manifest says: which table of it, its name, and how it differs:
    "changed", "missing" or "new"."""

    part: str
    name: str
    how: str


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> Path:
    """Write what the folder was made from and the hash of every file in it."""
    return _write(folder, {**facts, "outputs": hash_files(folder, outputs(folder))})


def amend_manifest(before: Path, folder: Path) -> Path:
    """Tell of a copy of a published folder which files are others now; what was damaged in it is
    not made good by that."""
    manifest = read_manifest(folder)
    old, new = (hash_files(place, outputs(place)) for place in (before, folder))
    moved = {name: found for name, found in new.items() if old.get(name) != found}
    return _write(
        folder, manifest | {"outputs": dict(sorted((manifest["outputs"] | moved).items()))}
    )


def _write(folder: Path, manifest: Mapping[str, Any]) -> Path:
    path = folder / MANIFEST
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published folder. Raises SuiteError where none can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or not isinstance(manifest.get("outputs"), dict):
            raise ValueError(MANIFEST)
    except FileNotFoundError:
        raise SuiteError("manifest_missing", folder=folder.name) from None
    except (OSError, ValueError) as error:
        raise SuiteError("manifest_unreadable", folder=folder.name) from error
    return manifest


def outputs(folder: Path) -> list[Path]:
    """Every file of a published folder but the manifest itself."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / MANIFEST)


def hash_files(base: Path, paths: Iterable[Path]) -> dict[str, str]:
    """Path below `base` -> sha256 of the content, in the order of the names."""
    return {p.relative_to(base).as_posix(): hash_file(p) for p in sorted(paths)}


def hash_file(path: Path) -> str:
    """The sha256 of a file's content."""
    with path.open("rb", buffering=0) as stream:
        found = hashlib.sha256()
        while part := stream.read(_PART):
            found.update(part)
    return found.hexdigest()


def differences(part: str, said: Mapping[str, Any], found: Mapping[str, Any]) -> list[Difference]:
    """What differs between a part of the manifest and what is there now, in the order of names."""
    names = sorted({*said, *found})
    return [
        Difference(part, name, _how(name, said, found))
        for name in names
        if said.get(name) != found.get(name)
    ]


def _how(name: str, said: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    return "new" if name not in said else "missing" if name not in found else "changed"
