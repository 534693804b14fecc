"""What is about to be published, looked at once more as files: whole, readable, and adding up."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from PIL import Image

from analysis.export.manifest import differences, hash_files, outputs, read_manifest
from analysis.reference import SuiteError
from analysis.tables import checks_of, column_of, find_table

# Counts the published numbers a second way: shares no code with the package, lies in every folder.
SECOND_COUNT = Path(__file__).with_name("dem_lai.py")
Line = dict[str, str]
Check = tuple[str, str, tuple[str, ...]]


def check_folder(folder: Path) -> None:
    """Raise SuiteError that names the first file that does not open, whose counts do not add up,
    or that is not the one in the manifest."""
    for path in outputs(folder):
        try:
            _CHECKS.get(path.suffix, _is_there)(path)
        except _FAULTS as error:
            name = path.relative_to(folder).as_posix()
            cause = " ".join(str(error).split()) or type(error).__name__
            raise SuiteError("publish_not_right", file=name, cause=cause) from error
    said = read_manifest(folder)["outputs"]
    for found in differences("outputs", said, hash_files(folder, outputs(folder))):
        raise SuiteError("publish_not_right", file=found.name, cause=found.how)


def count_again(folder: Path, lang: str) -> tuple[bool, str]:
    """Whether the numbers of a folder agree with its list of schools, and what the second count
    says; by our own copy of it, in a Python that knows nothing of the package."""
    place = str(folder.resolve())
    call = [sys.executable, "-I", "-S", str(SECOND_COUNT), place, "--lang", lang, "--brief"]
    done = subprocess.run(call, capture_output=True, encoding="utf-8", check=False)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def _is_there(path: Path) -> None:
    if not path.stat().st_size:
        raise ValueError("0 byte")


def _text(path: Path) -> str:
    _is_there(path)
    return path.read_text(encoding="utf-8-sig")


def _picture(path: Path) -> None:
    with Image.open(path) as picture:
        picture.verify()


def _drawing(path: Path) -> None:
    ParserCreate().Parse(_text(path).encode(), True)


def _page(path: Path) -> None:
    if not _text(path).rstrip().endswith("</html>"):
        raise ValueError("</html>")


def _archive(path: Path) -> None:
    """Workbooks and slides: every part is whole, and every part of XML can be read."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith((".xml", ".rels")):
                ParserCreate().Parse(part, True)  # keeps nothing, unlike a tree


def _notebook(path: Path) -> None:
    for cell in json.loads(_text(path))["cells"]:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                raise ValueError(f"{cell['id']}: {output['ename']}")


def _table(path: Path) -> None:
    """Every line has every column, and what the registry says of the table holds in it: rows in =
    rows out, no group counts more schools than it has, a share is that of its count."""
    names, *rows = csv.reader(io.StringIO(_text(path), newline=""))
    known = find_table(names)
    checks = known.checks() if known else checks_of(map(column_of, names))
    for number, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise ValueError(f"line {number}: {len(row)} of {len(names)} columns")
        _check_line(number, dict(zip(names, row, strict=True)), checks)


def _check_line(number: int, line: Line, checks: Sequence[Check]) -> None:
    for column, sign, others in checks:
        if all(line.get(c, "") != "" for c in (column, *others)):
            value, *parts = (float(line[c]) for c in (column, *others))
            if not _HOLDS[sign](value, *parts):
                shown = ", ".join(f"{c} = {line[c]}" for c in (column, *others))
                raise ValueError(f"line {number}: {shown}")


def _is_share(percent: float, count: float, total: float) -> bool:
    return total > 0 and abs(100 * count / total - percent) < 1e-9


# How the numbers of a row hang together, by the signs of `Table.checks`.
_HOLDS: dict[str, Callable[..., bool]] = {
    "=": lambda whole, *parts: whole == sum(parts),
    "<=": lambda part, *wholes: 0 <= part <= sum(wholes),
    "/": _is_share,
}
_CHECKS: dict[str, Callable[[Path], Any]] = {
    ".png": _picture,
    ".svg": _drawing,
    ".html": _page,
    ".xlsx": _archive,
    ".zip": _archive,
    ".pptx": _archive,
    ".docx": _archive,
    ".ipynb": _notebook,
    ".csv": _table,
    ".txt": _text,
    ".json": lambda path: json.loads(_text(path)),
}
_FAULTS = (OSError, ValueError, KeyError, ExpatError, zipfile.BadZipFile)
