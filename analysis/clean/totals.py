"""Total rows as a control: what the sender adds up against what the rows give."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from analysis.clean.columns import CleanTable, places
from analysis.raw import Places, Remark, Row, address
from analysis.reference import Rules, fold

_GRAND = fold("tổng")


def check_totals(cleaned: CleanTable, rules: Rules) -> list[Remark]:
    """A remark for each total that no stretch of rows above it gives: theirs and ours.

    A total may sum the rows since any group or total row above it, or all rows so far; ours is the
    nearest of these. Where a count it may hold could not be read, nothing is compared.
    """
    table, remarks = cleaned.table, []
    starts = sorted({0, *(bisect_left(table.rows, b) for b in table.breaks)})
    for name in table.header.columns if table.totals else []:
        if rules.columns[name].kind == "count":
            remarks += _column(cleaned, name, np.array(starts), rules)
    return remarks


def _column(cleaned: CleanTable, name: str, starts: Places, rules: Rules) -> list[Remark]:
    table, place = cleaned.table, cleaned.table.header.columns[name]
    values = cleaned.columns[name]
    counts = values.each(lambda v: v if isinstance(v, int) else 0, np.int64)
    sums = np.concatenate([[0], np.cumsum(counts)])
    unread = places(~values.where(lambda v: isinstance(v, int)))
    before, begins = sums[starts], starts.tolist()
    remarks = []
    for row, cells in table.totals:
        theirs = cells[place] if place < len(cells) else None
        end = bisect_left(table.rows, row)
        known = bisect_left(unread, end)
        first = unread[known - 1] + 1 if known else 0
        ours = sums[end] - before[bisect_left(begins, first) : bisect_left(begins, end)]
        if not isinstance(theirs, int) or not len(ours) or (first and _is_grand(cells)):
            continue
        distance = np.abs(ours - theirs)
        if distance.all():
            nearest = int(ours[distance.argmin()])
            remarks.append(_differs(cleaned, name, address(row - 1, place), theirs, nearest, rules))
    return remarks


def _is_grand(cells: Row) -> bool:
    """ "Tổng cộng" may go back to the first row, "Cộng" closes the block above it."""
    return any(isinstance(c, str) and fold(c).startswith(_GRAND) for c in cells)


def _differs(
    cleaned: CleanTable, name: str, cell: str, theirs: int, ours: int, rules: Rules
) -> Remark:
    facts: dict[str, object] = {"file": cleaned.table.file, "sheet": cleaned.table.sheet}
    facts |= {"cell": cell, "heading": rules.columns[name].heading, "theirs": theirs, "ours": ours}
    return Remark("total_differs", facts)
