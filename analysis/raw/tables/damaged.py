"""Headings that lost letters on their way, where only one column has a heading of that shape."""

from __future__ import annotations

import re

from analysis.raw.cells import Converted, Row, Sheet, address
from analysis.raw.tables.remarks import Remark
from analysis.reference import Rules, bare

_FIRST_ROWS = 60
_LONGEST = 120
_GAP = re.compile("[\ufffd?]+")
_LETTERS = "[adeiouy]{1,3}"  # those that may carry a mark; no other is ever lost
_FEWEST_KEPT = 3
_FEWEST_HEADINGS = 3


def mend_headings(file: str, sheet: Sheet, rules: Rules) -> list[Remark]:
    """Put the usual heading in the place of each damaged one that can be told, in rows of headings;
    say so."""
    remarks: list[Remark] = []
    if not any("?" in v or "\ufffd" in v for v in sheet.grid.values if isinstance(v, str)):
        return remarks
    for r, row in enumerate(sheet.rows[:_FIRST_ROWS]):
        found = _told(row, rules)
        known = sum(isinstance(c, str) and bool(rules.meaning(c[:_LONGEST])) for c in row)
        if found and len(found) + known >= _FEWEST_HEADINGS:
            sheet.grid.put(
                {(r, c): Converted(h, str(row[c]), "mojibake") for c, h in found.items()}
            )
            listed = ", ".join(f"“{row[c]}” ({address(r, c)}): “{h}”" for c, h in found.items())
            facts: dict[str, object] = {"file": file, "sheet": sheet.name, "listed": listed}
            remarks.append(Remark("headings_mended", facts))
    return remarks


def _told(row: Row, rules: Rules) -> dict[int, str]:
    """The heading each damaged cell of a row can only be."""
    damaged = {
        c: text
        for c, text in enumerate(row)
        if isinstance(text, str) and len(text) < _LONGEST and _GAP.search(text)
    }
    found = {c: _only_heading(text, rules) for c, text in damaged.items()}
    told = {c: heading for c, heading in found.items() if heading}
    return {c: h for c, h in told.items() if [*told.values()].count(h) == 1}


def _only_heading(text: str, rules: Rules) -> str:
    pieces = [bare(piece) for piece in _GAP.split(text)]
    if sum(map(len, pieces)) < _FEWEST_KEPT:
        return ""
    shape = re.compile(_LETTERS.join(map(re.escape, pieces)))
    meant = {known for key, known in rules.headings.items() if shape.fullmatch(key)}
    if len(meant) != 1:
        return ""
    (only,) = meant
    column = rules.columns.get(only.column)
    return column.heading if column and not only.coding else ""
