"""Rows of which nothing is wrong for certain, and which a person should look at: listed once for
each table."""

from __future__ import annotations

import numpy as np

from analysis.clean.columns import CleanTable
from analysis.clean.findings import listed
from analysis.clean.kinds import GONE
from analysis.raw import Flags, Remark


def odd_rows(cleaned: CleanTable) -> list[Remark]:
    """A remark for each kind: rows that are no schools, schools without pupils, with more classes
    than pupils, and without a ward where others have one."""
    classes, pupils = (_counts(cleaned, name) for name in ("classes", "pupils"))
    outside = cleaned.outside.where(bool) & ~cleaned.barred
    status = cleaned.column("operating_status")
    counted = ~(cleaned.barred | outside | status.where(lambda word: word in GONE))
    kinds = {
        "rows_no_schools": outside,
        "rows_no_pupils": counted & (pupils == 0),
        "rows_more_classes": counted & (classes > pupils) & (pupils > 0),
        "rows_without_unit": counted & _without_unit(cleaned),
    }
    table = cleaned.table
    place: dict[str, object] = {"file": table.file, "sheet": table.sheet}
    return [
        Remark(key, {**place, "listed": listed(table.rows[i] for i in np.flatnonzero(rows))})
        for key, rows in kinds.items()
        if rows.any()
    ]


def _counts(cleaned: CleanTable, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A column of counts; -1 where none is stated."""
    column = cleaned.column(name)
    return column.each(lambda n: n if isinstance(n, int) else -1, np.int64)


def _without_unit(cleaned: CleanTable) -> Flags:
    """Rows whose ward is blank, where some are filled."""
    blank = cleaned.column("unit").where(lambda unit: unit is None)
    return blank & ~cleaned.faults_in("unit") & (not blank.all())
