"""Several files: a table in parts, contradictions, copies, a bad file among good ones, names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.corpus import packages as ooxml
from tests.corpus.case import SKIPPED, Case, Cases, Must, Rows, all_of, refused
from tests.corpus.delimited import text
from tests.workbooks import save, school

ONE: Rows = [school(1), school(2)]
TWO: Rows = [school(3), school(4)]
File = Rows | bytes | str


def folder_of(name: str, files: Mapping[str, File], *musts: Must, **more: Any) -> Case:
    """A folder of workbooks (rows), or of files of these bytes."""

    def make(folder: Path) -> Path:
        inside = folder / "tệp"
        for file, made in files.items():
            path = inside / file
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(made, (bytes, str)):
                path.write_bytes(made if isinstance(made, bytes) else made.encode())
            else:
                save(path, made)
        inside.mkdir(exist_ok=True)
        return inside

    return Case(f"folder: {name}", make, musts, **more)


def places(**rows: Any) -> dict[Any, Any]:
    """Places by file: `a_xlsx=(2, 3)`."""
    return {
        (file.replace("_", "."), "Sheet", row): {} for file, found in rows.items() for row in found
    }


BOTH = Must(accepted=places(a_xlsx=(2, 3), b_xlsx=(2, 3)), aside={})
FIRST = Must(accepted=places(a_xlsx=(2, 3)), aside={})


def some(must: Must, error: str) -> Must:
    """The good files are read, the bad one is named."""
    return Must(status="error", accepted=must.accepted, aside={}, error=error)


def cases() -> Cases:
    """All cases of several files."""
    return [*_parts(), *_bad(), *_beside(), *_names(), *_odd()]


def _parts() -> Cases:
    differs = [school(1, pupils=999), school(5)]
    contradicted = Must(
        accepted=places(a_xlsx=(2, 3), b_xlsx=(2, 3)) | {("a.xlsx", "Sheet", 2): {"pupils": None}},
        aside={},
        doubts={("a.xlsx", "Sheet", 2): "N2"},
        schools=3,
    )
    copied = Must(accepted={("a.xlsx", "Sheet", 2): {}, ("a.xlsx", "Sheet", 3): {}}, aside={})
    first_copy: dict[Any, Any] = {("a (1).xlsx", "Sheet", 2): {}, ("a (1).xlsx", "Sheet", 3): {}}
    nested: dict[Any, Any] = {("Sheet", 2): {}, ("Sheet", 3): {}}
    return [
        folder_of("two parts", {"a.xlsx": ONE, "b.xlsx": TWO}, BOTH),
        folder_of("one file twice", {"a.xlsx": ONE, "b.xlsx": ONE}, FIRST),
        folder_of(
            "a copy by the browser",
            {"a.xlsx": ONE, "a (1).xlsx": ONE},
            copied,
            Must(accepted=first_copy, aside={}),
        ),
        folder_of("contradictions", {"a.xlsx": ONE, "b.xlsx": differs}, contradicted),
        folder_of(
            "workbook and csv of one table",
            {"a.xlsx": ONE, "b.csv": text(ONE)},
            FIRST,
            Must(accepted={("b.csv", "b", 2): {}, ("b.csv", "b", 3): {}}, aside={}),
        ),
        folder_of("in folders", {"mn/a.xlsx": ONE, "th/b.xlsx": TWO}, Must(aside={})),
        folder_of(
            "one name in two folders",
            {"mn/a.xlsx": ONE, "th/a.xlsx": TWO},
            Must(
                accepted={
                    ("mn/a.xlsx", "Sheet", 2): {},
                    ("mn/a.xlsx", "Sheet", 3): {},
                    ("th/a.xlsx", "Sheet", 2): {},
                    ("th/a.xlsx", "Sheet", 3): {},
                },
                aside={},
            ),
            exports=True,
        ),
        folder_of(
            "one file in two folders",
            {"x/a.xlsx": ONE, "y/a.xlsx": ONE},
            Must(accepted=nested, aside={}),
        ),
    ]


def _bad() -> Cases:
    bad: dict[str, tuple[str, File, str]] = {
        "an empty file": ("c.xlsx", b"", "c.xlsx"),
        "a cut file": ("c.xlsx", ooxml.book()[:900], "c.xlsx"),
        "a locked file": ("c.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "c.xlsx"),
        "a text file without table": ("c.csv", "xin chào\n", "c.csv"),
        "a table of something else": ("c.csv", "Ngày,Thu,Chi\n1,2,3\n2,3,4\n", "c.csv"),
    }
    found = [
        folder_of(f"{name} among good ones", {"a.xlsx": ONE, file: made}, some(FIRST, words), FIRST)
        for name, (file, made, words) in bad.items()
    ]
    return [
        *found,
        folder_of("only bad files", {"a.xlsx": b"", "b.xlsx": b"x"}, refused("a.xlsx")),
    ]


def _beside() -> Cases:
    lock = b"\x06Nguyen".ljust(165, b" ")
    return [
        folder_of("a lock file beside", {"a.xlsx": ONE, "~$a.xlsx": lock}, FIRST),
        folder_of(
            "lock file of LibreOffice beside", {"a.xlsx": ONE, ".~lock.a.xlsx#": lock}, FIRST
        ),
        folder_of("half a download beside", {"a.xlsx": ONE, "b.xlsx.crdownload": b"PK"}, FIRST),
        folder_of("a temporary file beside", {"a.xlsx": ONE, "b.tmp": b"PK"}, FIRST),
        folder_of(
            "pictures and texts beside",
            {"a.xlsx": ONE, "ảnh.png": b"\x89PNG", "đọc.docx": b"PK"},
            Must(accepted=FIRST.accepted, aside={}, warned=("đọc.docx",)),
        ),
        folder_of("only lock files", {"~$a.xlsx": lock}, SKIPPED),
        folder_of("nothing", {}, SKIPPED, refused("")),
        folder_of("only other files", {"a.docx": b"PK", "b.pdf": b"%PDF"}, SKIPPED, refused("")),
        folder_of(
            "system files beside",
            {"a.xlsx": ONE, "Thumbs.db": b"x", "desktop.ini": b"x", ".DS_Store": b"x"},
            FIRST,
        ),
    ]


def _named(name: str, file: str, *musts: Must, **more: Any) -> Case:
    fine = Must(accepted={("Sheet", 2): {}, ("Sheet", 3): {}}, aside={})
    return Case(f"name: {name}", lambda folder: save(folder / file, ONE), musts or (fine,), **more)


def _names() -> Cases:
    table = {
        "emoji": "trường 🌸.xlsx",
        "quotes": "trường \"A\" 'B'.xlsx",
        "command": "a; rm -rf x.xlsx",
        "command within": "$(touch x)`y`.xlsx",
        "percent": "100%%s%n{file}.xlsx",
        "markup": "<b>&amp;.xlsx",
        "comma and brackets": "a, b (2) [3].xlsx",
        "NFD": "tru\u031bo\u031b\u0300ng.xlsx",
        "spaces at the ends": " a .xlsx",
        "only the ending": "xlsx.xlsx",
        "many dots": "a.b.c..xlsx",
        "two hundred letters": "a" * 200 + ".xlsx",
        "line break": "a\nb.xlsx",
        "right to left": "a\u202exslx.xlsx",
        "device of Windows": "CON.xlsx",
        "capitals": "A.XLSX",
        "hash": "#REF!.xlsx",
        "dash": "-x.xlsx",
    }
    with_exports = {"markup", "command within", "line break", "percent"}
    return [_named(n, file, exports=n in with_exports) for n, file in table.items()]


def _made(name: str, make: Callable[[Path], Path], *musts: Must) -> Case:
    return Case(name, make, musts)


def _odd() -> Cases:
    def missing(folder: Path) -> Path:
        return folder / "không có.xlsx"

    def directory(folder: Path) -> Path:
        (folder / "a.xlsx").mkdir()
        return folder / "a.xlsx"

    def pipe(folder: Path) -> Path:
        os.mkfifo(folder / "a.xlsx")
        return folder / "a.xlsx"

    def link(folder: Path) -> Path:
        save(folder / "b.xlsx", ONE)
        (folder / "a.xlsx").symlink_to(folder / "b.xlsx")
        return folder / "a.xlsx"

    def link_outside(folder: Path) -> Path:
        (folder / "tệp").mkdir()
        save(folder / "tệp" / "a.xlsx", ONE)
        save(folder / "b.xlsx", TWO)
        (folder / "tệp" / "b.xlsx").symlink_to(folder / "b.xlsx")
        return folder / "tệp"

    def circle(folder: Path) -> Path:
        save(folder / "a.xlsx", ONE)
        (folder / "x").symlink_to(folder)
        return folder

    def bytes_name(folder: Path) -> Path:
        inside = folder / "tệp"
        inside.mkdir()
        save(folder / "b.xlsx", ONE)
        shutil.copy(os.fsencode(folder / "b.xlsx"), os.fsencode(inside) + b"/a\xff.xlsx")
        return inside

    fine = all_of(2, 3)
    return [
        _made("no such file", missing, refused("không tìm thấy")),
        _made("a folder named like a workbook", directory, SKIPPED, refused("")),
        _made("a pipe", pipe, refused("")),
        _made("a link to a workbook", link, fine),
        _made(
            "a link out of the folder",
            link_outside,
            Must(accepted=places(a_xlsx=(2, 3)), aside={}),
            BOTH,
        ),
        _made("a folder that holds itself", circle, fine),
        _made("a name in no encoding", bytes_name, refused(""), fine),
    ]
