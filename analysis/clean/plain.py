"""The small tables beside the rosters: office indicators and published counts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.clean.columns import CleanTable
from analysis.clean.findings import Finding, Findings
from analysis.clean.values import bad_kind
from analysis.raw import Raw
from analysis.reference import tidy

INDICATORS = ["school_year", "target_id", "numerator", "denominator", "value", "source"]


def indicator_rows(raw: Raw, school_year: str) -> tuple[list[list[Any]], list[Finding]]:
    """What the office states of its own targets, and the rows set aside.

    One row per indicator: school_year, target_id (as in the target file), numerator, denominator
    (numbers, missing where none), value (number or words, missing where none), source.
    """
    rows: list[list[Any]] = []
    findings: list[Finding] = []
    for table in raw.of_kind("indicators"):
        cleaned = CleanTable(table, dict(table.cells))
        for i in range(len(table.rows)):
            _check_indicator(cleaned, i)
        findings += Findings(cleaned.notes)
        columns = [cleaned.column(n) for n in ("indicator_id", *INDICATORS[2:])]
        rows += [
            [school_year, tidy(str(row[0])), *row[1:]]
            for i, row in enumerate(zip(*columns, strict=True))
            if not cleaned.barred[i]
        ]
    return rows, findings


def _check_indicator(cleaned: CleanTable, i: int) -> None:
    for name in ("numerator", "denominator"):
        cell = cleaned.column(name)[i]
        if cell is not None and (not isinstance(cell, int) or cell < 0):
            cleaned.set_aside(i, name, "count_words")
    if bad_kind(cleaned.column("value")[i]):
        cleaned.set_aside(i, "value", "cell_failed")
    part, whole = cleaned.column("numerator")[i], cleaned.column("denominator")[i]
    if isinstance(part, int) and isinstance(whole, int) and part > whole:
        cleaned.set_aside(i, "numerator", "part_exceeds", whole="Mẫu số", total=whole)


def published_counts(raw: Raw) -> pd.DataFrame:
    """Counts published elsewhere, as they are printed: one row per row, every column as text, with
    source_file, source_sheet, source_row."""
    frames = [
        pd.DataFrame(
            {n: ["" if c is None else str(c) for c in cells] for n, cells in table.cells.items()}
        ).assign(source_file=table.file, source_sheet=table.sheet, source_row=table.rows)
        for table in raw.of_kind("published_counts")
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
