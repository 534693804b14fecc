"""What a school year's workbooks gave, kept so that unchanged ones are not read again.

Kept in `.cache` of the project folder: safe to delete, and never trusted. A kept answer counts only
for the very same files, settings and program, and only if it is whole; else it is worked out anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import uuid
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import pandas as pd

import analysis
from analysis.clean import Cleaned
from analysis.raw import Raw
from analysis.year_cache.values import NotStorable, from_stored, to_stored

Answer = tuple[Raw, Cleaned]
_FOLDER = Path(".cache", "school_years")


def recall(
    home: Path,
    folder: Path,
    school_year: str,
    as_of: dt.date,
    columns: Mapping[str, str],
    work_out: Callable[[], Answer],
) -> Answer:
    """The workbooks in `folder` as read and cleaned: from what was kept, or worked out and kept."""
    asked = [school_year, as_of.isoformat(), dict(columns), str(folder), _files(folder)]
    key = hashlib.sha256(json.dumps([asked, _program()]).encode()).hexdigest()[:32]
    path = home / _FOLDER / f"{school_year}-{key}.json.zlib"
    found = _read(path)
    if found is None:
        found = work_out()
        _keep(path, found)
    return found


def _files(folder: Path) -> list[list[str]]:
    """Every file there, with the hash of its content."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return [[str(p), hashlib.sha256(p.read_bytes()).hexdigest()] for p in files]


@cache
def _program() -> str:
    """What turns files into tables: this package with its rules, pandas and Python."""
    whole = hashlib.sha256(f"{pd.__version__} {platform.python_version()}".encode())
    package = Path(analysis.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".toml"):
            whole.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return whole.hexdigest()


def _read(path: Path) -> Answer | None:
    """A kept answer; None where there is none, or it is not whole."""
    try:
        digest, packed = path.read_bytes().split(b"\n", 1)
        if digest.decode() != hashlib.sha256(packed).hexdigest():
            return None
        raw, cleaned = from_stored(json.loads(zlib.decompress(packed)))
    except (OSError, ValueError, TypeError, KeyError, zlib.error):
        return None
    return raw, cleaned


def _keep(path: Path, answer: Answer) -> None:
    """Keep an answer in the place of earlier ones of that year; if that fails, nothing is lost."""
    with suppress(OSError, NotStorable):
        text = json.dumps(to_stored(answer), ensure_ascii=False, separators=(",", ":"))
        packed = zlib.compress(text.encode(), 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parents[1] / ".gitignore").write_text("*\n", encoding="utf-8")
        beside = path.with_name(f".{uuid.uuid4().hex}.part")
        beside.write_bytes(hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed)
        earlier = [p for p in path.parent.glob(f"{path.name[:9]}-*") if p != path]
        os.replace(beside, path)
        for left in earlier:
            left.unlink(missing_ok=True)
