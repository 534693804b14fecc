"""Where a number stands in what was published: the table behind a chart, its row and its column."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.export.places import published_folders
from analysis.reference import LANGUAGES, Number, SuiteError
from analysis.tables import find_table

Line = Mapping[str, str]
_ENDINGS = {".csv", ".png", ".svg", ".txt"}


@dataclass(frozen=True)
class Place:
    """A number in a published table: its row (column -> text as published), and its column."""

    line: Line
    column: str

    @property
    def text(self) -> str:
        """The number as the CSV has it."""
        return self.line[self.column]


def published_table(home: Path, school_year: str, figure: str, lang: str = "vi") -> list[Line]:
    """The rows of a published table, or of the table behind a chart, by the name of its file; as it
    was published in the language asked for, or else in the other."""
    folders = published_folders(home, school_year, lang)
    tables = {path.stem: path for folder in folders[:1] for path in sorted(folder.rglob("*.csv"))}
    name = Path(figure).name
    name = Path(name).stem if Path(name).suffix in _ENDINGS else name
    if name not in tables:
        near = difflib.get_close_matches(name, tables, 1)
        key = "trace_no_figure_near" if near else "trace_no_figure"
        raise SuiteError(key, figure=figure, near=near and near[0], known=", ".join(tables))
    with tables[name].open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def find_number(table: list[Line], number: str, group: str | None = None) -> list[Place]:
    """Where a number as it is printed stands: "32", "91,4%", "−8,6", or "32/35" for a count of a
    total. `group` narrows it to one group, by code or name."""
    lines = [line for line in table if group in (None, line.get("group"))]
    part, _, whole = _bare(number).partition("/")
    found = [
        Place(line, column)
        for line in lines
        if not whole or whole in _written(line.get("schools_total", ""))
        for column in _counted(line)
        if part in _written(line[column])
    ]
    if not found:
        groups = ", ".join(dict.fromkeys(line["group"] for line in table if "group" in line))
        raise SuiteError("trace_no_number", number=number, groups=groups or "–")
    return found


def _counted(line: Line) -> Iterable[str]:
    """The columns with what was counted, not with what was asked for; of a list any text."""
    known = find_table(line)
    if known is None:
        return list(line)
    return (
        [c for c in line if known.column(c).kind != "number"]
        if known.listing
        else known.measured(line)
    )


def _bare(number: str) -> str:
    return number.replace("−", "-").replace(" ", "").strip("%+")


def _written(text: str) -> set[str]:
    """How a number may be printed: with both decimal signs, with none to two decimals."""
    try:
        value = float(text)
    except ValueError:
        return set()
    if value.is_integer() and "." not in text:
        return {text, *(Number(int(text)).text(lang) for lang in LANGUAGES)}
    return {text, *(Number(value, n).text(lang) for n in (0, 1, 2) for lang in LANGUAGES)}
