"""What `accreditation check --csv` writes: plain tables of what was read and counted, for other
programs. No table is built for it, nothing is drawn, and each distinct value is written once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from analysis.clean import Cleaned, Rows
from analysis.clean.dates import Day
from analysis.export.safe_text import csv_text
from analysis.jobs.counted_lines import GAPS, LEVELS, gap_lines, level_lines, write_lines
from analysis.jobs.figures import Figures
from analysis.raw import Coded
from analysis.reference import SCHEMES, TargetSet

_PLACE = ["source_file", "source_sheet", "source_row"]
# A line that holds a sign CSV has a use for or that is left out, or begins like a formula.
_ODD_SIGN = r"[^\n\w !#-+\--~\u00a1-\u00bf\u0300-\u036f]"
_ODD_LINE = re.compile(rf"^(?:[=+\-@].*|.*{_ODD_SIGN}.*)$", re.MULTILINE)
_TOGETHER = 1000  # lines
_FAULT = [*_PLACE, "cell", "column", "source_value", "rule", "message"]


def write_checked(
    cleaned: Cleaned, figures: Figures, target_sets: Iterable[TargetSet], folder: Path, lang: str
) -> list[Path]:
    """schools.csv (the accepted rows, their clean values as codes), set_aside.csv (a line for each
    fault), levels.csv and gaps.csv (by education level)."""
    year = cleaned.school_year
    folder.mkdir(parents=True, exist_ok=True)
    schools = folder / "schools.csv"
    lines = _school_lines(cleaned)
    with schools.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        while some := list(islice(lines, _TOGETHER)):
            file.write("\n".join([*some, ""]).encode())
    levels = [line for s in SCHEMES for line in level_lines(year, figures, s)]
    gaps = [
        line
        for targets in target_sets
        for target in targets.parts
        for line in gap_lines(year, figures, target, figures.as_of > targets.last_day)
    ]
    return [
        schools,
        write_lines(folder / "set_aside.csv", _FAULT, _fault_lines(cleaned, lang)),
        write_lines(folder / "levels.csv", LEVELS, levels),
        write_lines(folder / "gaps.csv", GAPS, gaps),
    ]


def _school_lines(cleaned: Cleaned) -> Iterator[str]:
    """The heading and the accepted rows, put together from the written values of their columns."""
    names = [n for n in cleaned.rules.columns if any(n in t.columns for t in cleaned.rows.tables)]
    yield ",".join([*_PLACE, *names])
    columns = [_as_written(cleaned.rows.column(name)) for name in names]
    yield from map(",".join, zip(_places(cleaned.rows), *columns, strict=True))


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
        digits = {"day": 10, "month": 7, "year": 4}[value.precision]
        return value.date.isoformat()[:digits]
    if not isinstance(value, str):
        return str(value)
    text = csv_text(value)
    if any(sign in text for sign in ',"\n\r'):
        text = '"' + text.replace('"', '""') + '"'
    return text


def _fault_lines(cleaned: Cleaned, lang: str) -> Iterator[list[Any]]:
    for f in cleaned.findings.of("set_aside"):
        texts = (f.cell, f.column, f.source_value, f.rule, f.text(lang))
        yield [csv_text(f.file), csv_text(f.sheet), f.row, *map(csv_text, texts)]
