"""What a school year's workbooks gave, kept so that unchanged ones are not read again.

Kept in `.cache` of the project folder: safe to delete, and never trusted. A kept reading counts
only for the very same files, headings and program, and only if it is whole; else the workbooks are
read. Cleaning takes less time than keeping what came of it would, so each process does it once.
"""

from __future__ import annotations

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

import numpy as np

import analysis
from analysis.notebook.year_cache.values import NotStorable, from_stored, to_stored
from analysis.raw import Raw
from analysis.workbooks.apart import made_apart

_FOLDER = Path(".cache", "school_years")


def recall(
    home: Path,
    folder: Path,
    files: Mapping[str, str],
    school_year: str,
    columns: Mapping[str, str],
    read: Callable[[], Raw],
    prove: Callable[[Raw], object],
) -> Raw:
    """The workbooks in `folder`, which has these `files`, as they were read: from what was kept, or
    read and kept.

    Read they are apart, where `prove` then does with them what the caller is going to do: what is
    handed over, and kept, is a reading that was shown to end within time and memory.
    """
    asked = [school_year, dict(columns), files]
    key = hashlib.sha256(json.dumps([asked, _program()]).encode()).hexdigest()[:32]
    path = home / _FOLDER / f"{school_year}-{key}.json.zlib"
    with suppress(OSError):
        if (kept := _unpacked(path.read_bytes(), folder)) is not None:
            return kept

    def proven() -> bytes | None:
        raw = read()
        prove(raw)
        with suppress(NotStorable):
            return _packed(raw)
        return None

    packed = made_apart(proven, *(Path(name).name for name in files))
    found = _unpacked(packed, folder) if packed else None
    if packed is None or found is None:
        return read()
    if is_of(found, files):
        _keep(path, packed)
    return found


def is_of(raw: Raw, files: Mapping[str, str]) -> bool:
    """Whether these very files were read: none was saved, came or went meanwhile."""
    read = {name: d for name, d in files.items() if Path(name).name not in raw.passed_over}
    return raw.digests == read


def files_of(folder: Path) -> dict[str, str]:
    """Every file there, with the hash of its content."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    digests = (hashlib.sha256(p.read_bytes()).hexdigest() for p in files)
    return dict(zip((p.relative_to(folder).as_posix() for p in files), digests, strict=True))


@cache
def _program() -> str:
    """What reads the files: this package with its rules, numpy and Python."""
    whole = hashlib.sha256(f"{np.__version__} {platform.python_version()}".encode())
    package = Path(analysis.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".toml"):
            whole.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return whole.hexdigest()


def _packed(raw: Raw) -> bytes:
    """A reading as it is handed over and kept, with its hash."""
    text = json.dumps(to_stored(raw), ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compress(text.encode(), 1)
    return hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed


def _unpacked(content: bytes, folder: Path) -> Raw | None:
    """A reading of the workbooks in `folder`; None where it is not whole."""
    try:
        digest, packed = content.split(b"\n", 1)
        if digest.decode() != hashlib.sha256(packed).hexdigest():
            return None
        raw = from_stored(json.loads(zlib.decompress(packed)))
    except (ValueError, TypeError, KeyError, zlib.error):
        return None
    if not isinstance(raw, Raw):
        return None
    raw.books = {name: folder / name for name in raw.books}
    return raw


def _keep(path: Path, packed: bytes) -> None:
    """Keep a reading in the place of earlier ones of that year; if that fails, nothing is lost."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parents[1] / ".gitignore").write_text("*\n", encoding="utf-8")
        for left in path.parent.glob(".*.part"):  # of a process that was killed
            left.unlink(missing_ok=True)
        beside = path.with_name(f".{uuid.uuid4().hex}.part")
        beside.write_bytes(packed)
        earlier = [p for p in path.parent.glob(f"{path.name[:9]}-*") if p != path]
        os.replace(beside, path)
        for left in earlier:
            left.unlink(missing_ok=True)
