"""The numbers of each version of a school year that was published, kept in its folder, so that no
published figure is silently replaced."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.compare import list_revisions
from analysis.export.places import CHARTS, NOTICE, NUMBERS, VERSIONS, write_whole
from analysis.reference import SuiteError
from analysis.workbooks.parts import pack

_SOURCES = "nguon.json"


@dataclass(frozen=True)
class Version:
    """One published version: `numbers` are its CSV files by name, `made_from` the sources as the
    manifest had them, `revisions` what moved since the version before, as CSV."""

    number: int
    path: Path

    @cached_property
    def _parts(self) -> dict[str, bytes]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                return {name: archive.read(name) for name in archive.namelist()}
        except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
            raise _unreadable(self.path) from error

    @cached_property
    def numbers(self) -> dict[str, bytes]:
        """The CSV files of its numbers, by name."""
        return {Path(n).stem: p for n, p in self._parts.items() if n.startswith(f"{NUMBERS}/")}

    @cached_property
    def _about(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads(self._parts[_SOURCES])
        except (KeyError, ValueError) as error:
            raise _unreadable(self.path) from error
        return told

    @property
    def made_from(self) -> dict[str, Any]:
        """What it was made from, as its manifest had it."""
        return dict(self._about["made_from"])

    @property
    def charts(self) -> list[str]:
        """Which of its numbers are those of a picture."""
        return [*self._about["charts"]]

    @property
    def revisions(self) -> pd.DataFrame:
        """The numbers that moved since the version before, as they were told; may be empty."""
        return read_numbers(self._parts.get(f"{NOTICE}.csv", b""))


def _unreadable(path: Path) -> SuiteError:
    return SuiteError("version_unreadable", file=f"{VERSIONS}/{path.name}")


def kept_versions(folder: Path) -> list[Version]:
    """The versions a published folder keeps, the first one first."""
    found = [p for p in folder.glob(f"{VERSIONS}/*.zip") if p.stem.isdecimal()]
    return [Version(int(p.stem), p) for p in sorted(found, key=lambda p: int(p.stem))]


def newest_version(folder: Path) -> int | None:
    """The number of the version a published folder has; None where none is published."""
    versions = kept_versions(folder)
    return versions[-1].number if versions else None


def take_over_versions(folder: Path, staging: Path) -> None:
    """Copy the versions of the folder that will be replaced; SuiteError for one that is damaged."""
    for version in kept_versions(folder):
        assert version.made_from is not None
        (staging / VERSIONS).mkdir(exist_ok=True)
        shutil.copyfile(version.path, staging / VERSIONS / version.path.name)


def published_numbers(folder: Path) -> dict[str, bytes]:
    """The CSV files of a folder, by name."""
    return {path.stem: path.read_bytes() for path in sorted(folder.glob(f"{NUMBERS}/*.csv"))}


def add_version(
    folder: Path, number: int, made_from: Mapping[str, Any], revisions: bytes
) -> Version:
    """Keep the numbers that stand in a folder, what they were made from, and what moved."""
    numbers = published_numbers(folder)
    charts = [name for name in numbers if (folder / CHARTS / f"{name}.png").exists()]
    about = json.dumps({"made_from": made_from, "charts": charts}, ensure_ascii=False, indent=1)
    parts = {_SOURCES: about.encode(), **({f"{NOTICE}.csv": revisions} if revisions else {})}
    parts |= {f"{NUMBERS}/{name}.csv": content for name, content in numbers.items()}
    path = folder / VERSIONS / f"{number}.zip"
    write_whole(path, pack(parts.items()))
    return Version(number, path)


def latest_numbers(versions: list[Version]) -> dict[str, bytes]:
    """Each table as the latest version that has it has it."""
    found: dict[str, bytes] = {}
    for version in versions:
        found |= version.numbers
    return found


@lru_cache(maxsize=1)
def _kept(folder: Path) -> tuple[Version, ...]:
    return tuple(kept_versions(folder))


def is_revised(folder: Path, name: str, content: bytes) -> bool:
    """Whether a version the folder keeps has other numbers under this name, a table or a chart."""
    kept = {version.numbers.get(name, content) for version in _kept(folder)} - {content}
    now = {name: read_lines(content)} if kept else {}
    return any(list_revisions({name: read_lines(other)}, now) for other in kept)


def read_lines(content: bytes) -> list[dict[str, str]]:
    """The rows of a published CSV as text."""
    return [*csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


def read_numbers(content: bytes) -> pd.DataFrame:
    """A published CSV as text."""
    if not content:
        return pd.DataFrame()
    text = io.BytesIO(content)
    try:
        return pd.read_csv(text, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
