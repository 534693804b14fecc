"""For tests of returned workbooks: read, return, mend as a sender would, read again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from analysis.clean import Cleaned, clean_schools
from analysis.raw import Raw, read_raw
from analysis.reference import read_rules
from analysis.returned import return_workbooks
from tests.binary_workbooks import zipped

RULES = read_rules()
YEAR = "2025-2026"
LIST = "Cần sửa"


def read(*paths: Path) -> tuple[Raw, Cleaned]:
    raw = read_raw(paths, RULES)
    assert not raw.errors, raw.errors
    return raw, clean_schools(raw, RULES, school_year=YEAR)


def returned(*paths: Path, lang: str = "vi", **more: Any) -> list[Path]:
    """The workbooks returned, in the folder "back" beside the first one."""
    raw, cleaned = read(*paths)
    folder = paths[0].parent / "back"
    more = {"remarks": cleaned.remarks} | more
    return return_workbooks(raw.books, cleaned.findings, folder, lang, **more)


def faults(cleaned: Cleaned) -> list[tuple[str, str]]:
    outcomes = ("set_aside", "doubt")
    return sorted((f.cell, f.rule) for f in cleaned.findings if f.outcome in outcomes)


def listed(path: Path, name: str = LIST) -> list[list[Any]]:
    """The rows of the list: number, what, sheet, cell, value, cause, remedy."""
    rows = load_workbook(path)[name].iter_rows(min_row=8, max_col=7, values_only=True)
    return [list(row) for row in rows]


def mended(path: Path, right: Callable[[str, str], Any]) -> Path:
    """The workbook with `right(sheet, cell)` in each of the cells its list says to mend."""
    book = load_workbook(path, keep_vba=path.suffix == ".xlsm")
    for _, what, sheet, cell, *_ in listed(path):
        if what == "Sửa":
            book[sheet][cell].number_format = "General"
            book[sheet][cell].value = right(sheet, cell)
    target = path.with_name(f"mended_{path.name}")
    book.save(target)
    return target


def accepted(cleaned: Cleaned) -> list[list[Any]]:
    """The accepted rows without the names of their file and sheet."""
    return (
        cleaned.values.drop(columns=["source_file", "source_sheet"])
        .astype(object)
        .to_numpy()
        .tolist()
    )


def sheets(path: Path, *tables: Iterable[Iterable[Any]], names: Iterable[str] = ()) -> Path:
    """A workbook with a sheet for each table; texts are texts."""
    book = Workbook()
    book.remove(book.active)
    titles = [*names] or [f"Bảng {i}" for i in range(1, len(tables) + 1)]
    for title, table in zip(titles, tables, strict=True):
        sheet = book.create_sheet(title)
        for r, row in enumerate(table, 1):
            for c, value in enumerate(row, 1):
                cell = sheet.cell(r, c, value)
                if isinstance(value, str) and value != "#N/A":
                    cell.data_type = "s"
    book.save(path)
    return path


def rewritten(path: Path, **changes: Callable[[str], str]) -> Path:
    """A workbook with parts changed as text; the part's name without its folder and ending."""
    parts: dict[str, bytes | str] = dict(parts_of(path))
    for name, content in parts.items():
        change = changes.get(re.split(r"[/.]", name)[-2])
        if change and isinstance(content, bytes):
            parts[name] = change(content.decode())
    path.write_bytes(zipped(parts))
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
