"""What `accreditation check --csv` writes: plain tables of what was read and counted, for other
programs. No table is built for it, nothing is drawn, and each distinct value is written once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from analysis.clean import Cleaned, Rows
from analysis.clean.dates import Day
from analysis.export.safe_text import csv_text
from analysis.raw import Coded
from analysis.status import standing_names
from analysis.tables import tables
from analysis.work.counted import YearCounted, gap_lines, level_lines, write_lines

_PLACE = ["source_file", "source_sheet", "source_row"]
# A line that holds a sign CSV has a use for or that is left out, or begins like a formula; behind
# a semicolon one may begin too.
_ODD_SIGN = r"[^\n\w !#-+\--:<-~\u00a1-\u00bf\u0300-\u036f]"
_ODD_LINE = re.compile(rf"^(?:[=+\-@].*|.*{_ODD_SIGN}.*)$", re.MULTILINE)
_TOGETHER = 1000  # lines
_FAULT = [*_PLACE, "cell", "column", "source_value", "rule", "message"]


def write_checked(cleaned: Cleaned, year: YearCounted, folder: Path, lang: str) -> list[Path]:
    """schools.csv (the schools, their clean values as codes, scope and standings), doubts.csv and
    set_aside.csv (a line for each fault), levels.csv and gaps.csv (by education level)."""
    folder.mkdir(parents=True, exist_ok=True)
    schools = folder / "schools.csv"
    lines = _school_lines(cleaned, year)
    with schools.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        while some := list(islice(lines, _TOGETHER)):
            file.write("\n".join([*some, ""]).encode())
    levels = [line for scheme in year.schemes for line in level_lines(year, scheme)]
    gaps = [line for target in year.targets for line in gap_lines(year, target)]
    return [
        schools,
        write_lines(folder / "doubts.csv", _FAULT, _fault_lines(cleaned, "doubt", lang)),
        write_lines(folder / "set_aside.csv", _FAULT, _fault_lines(cleaned, "set_aside", lang)),
        write_lines(folder / "levels.csv", tables()["levels"].lines, levels),
        write_lines(folder / "gaps.csv", tables()["comparison"].lines, gaps),
    ]


def _school_lines(cleaned: Cleaned, year: YearCounted) -> Iterator[str]:
    """The heading and the schools, put together from the written values of their columns; last why
    a school is in no denominator, where it stands, and which of its values are in doubt."""
    names = [n for n in cleaned.rules.columns if any(n in t.columns for t in cleaned.rows.tables)]
    standings = {f"{scheme}_standing": _standing(year, scheme) for scheme in year.schemes}
    yield ",".join([*_PLACE, *names, "scope_reason", *standings, "doubts"])
    columns = [_as_written(cleaned.rows.column(name)) for name in names]
    told = [year.rows.reasons, *standings.values(), cleaned.rows.doubts()]
    yield from map(",".join, zip(_places(cleaned.rows), *columns, *told, strict=True))


def _standing(year: YearCounted, scheme: str) -> Coded[str]:
    codes = year.rows.facts(scheme).standing[: len(year.rows.schools)].astype(np.int32)
    return Coded(codes, standing_names(scheme, year.rows.rules))


def _places(rows: Rows) -> Iterator[str]:
    for cleaned, places in zip(rows.tables, rows.places, strict=True):
        table = cleaned.table
        sheet = f"{_written(table.file)},{_written(table.sheet)}"
        numbers = np.array(table.rows, np.int64)[places]
        yield from (f"{sheet},{number}" for number in numbers.tolist())


def _as_written(column: Coded[Any]) -> Coded[str]:
    """A column as it stands in CSV. Nearly all texts stand as they are, which many of them together
    tell in a tenth of the time of one after the other."""
    texts = [value for value in column.values if type(value) is str]
    lines = "\n".join(texts)
    if lines.count("\n") >= len(texts) > 0:  # a text of several lines
        return column.map(_written)
    odd = set(_ODD_LINE.findall(lines))
    return column.map(lambda v: v if type(v) is str and v not in odd else _written(v))


def _written(value: Any) -> str:
    """A value as it stands in CSV; a date that is known to the month or year shows no more."""
    if value is None:
        return ""
    if isinstance(value, Day):
        if value.precision == "school_year":
            return f"{value.date.year}-{value.date.year + 1}"
        digits = {"day": 10, "month": 7, "year": 4}[value.precision]
        return value.date.isoformat()[:digits]
    if not isinstance(value, str):
        return str(value)
    text = csv_text(value)
    if any(sign in text for sign in ',"\n\r'):
        text = '"' + text.replace('"', '""') + '"'
    return text


def _fault_lines(cleaned: Cleaned, outcome: str, lang: str) -> Iterator[list[Any]]:
    for f in cleaned.findings.of(outcome):
        texts = (f.cell, f.column, f.source_value, f.rule, f.text(lang))
        yield [csv_text(f.file), csv_text(f.sheet), f.row, *map(csv_text, texts)]
