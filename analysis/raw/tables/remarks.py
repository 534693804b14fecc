"""What a person should look at in a sheet: unknown and missing columns, hidden and struck rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analysis.raw.cells import Sheet, address, column_letters, is_blank
from analysis.raw.tables.layout import Table
from analysis.reference import Rules, bare

# Old workbooks end here; a table that fills the last row may have lost what came after.
_LAST_ROWS = {65_536, 1_048_576}


@dataclass(frozen=True)
class Remark:
    """Something a person should look at; a message key and its facts."""

    key: str
    facts: dict[str, object]


def sheet_remarks(file: str, sheet: Sheet, table: Table, rules: Rules) -> list[Remark]:
    """All remarks about one table and its sheet."""
    place: dict[str, object] = {"file": file, "sheet": sheet.name}
    header = table.header
    rows = set(table.rows)
    listed = {
        "rows_hidden": _numbers(rows & {r + 1 for r in sheet.hidden_rows}),
        "rows_struck": _numbers(rows & {r + 1 for r, _ in sheet.struck}),
        "columns_hidden": _letters(sheet.hidden_columns & set(header.columns.values())),
        "columns_nameless": _letters(_nameless(sheet, table)),
        "columns_missing": ", ".join(_missing(table, rules)),
        "table_without_rows": "" if table.rows else str(header.bottom + 1),
        "cells_far": _addresses(sheet.far_cells),
    }
    remarks = [Remark(key, {**place, "listed": text}) for key, text in listed.items() if text]
    for c, text in header.unknown.items():
        cell = f"{column_letters(c)}{header.bottom + 1}"
        near = _nearest(text, table, rules)
        key = "heading_unknown_near" if near else "heading_unknown"
        remarks.append(Remark(key, {**place, "cell": cell, "heading": text, "near": near}))
    for c, why in header.apart.items():
        cell = f"{column_letters(c)}{header.bottom + 1}"
        remarks.append(
            Remark(f"heading_{why}", {**place, "cell": cell, "heading": header.shown[c]})
        )
    remarks += _of_other_years(place, table, rules)
    if table.unit_from and any(table.group_unit):
        facts = {"unit": next(filter(None, table.group_unit)), "where": table.unit_from}
        remarks.append(Remark("unit_from_title", {**place, **facts}))
    if header.personal:
        remarks.append(Remark("personal_dropped", place))
    if len(sheet.rows) in _LAST_ROWS:
        remarks.append(Remark("rows_at_limit", {**place, "rows": len(sheet.rows)}))
    return remarks


def unread_schools(
    file: str, sheet: Sheet, key: str, rows: Iterable[int], rules: Rules
) -> list[Remark]:
    """A remark where some of these rows (1-based), which are not read, hold a school code: they
    are no titles, and somebody misses them."""
    form = rules.code_pattern()
    found = [
        r
        for r in rows
        if any(form.fullmatch(str(c)) for c in sheet.rows[r - 1] if isinstance(c, str | int))
    ]
    facts: dict[str, object] = {"file": file, "sheet": sheet.name, "listed": _numbers(found)}
    return [Remark(key, facts)] * bool(found)


def _nearest(heading: str, table: Table, rules: Rules) -> str:
    """The standard heading of a column still missing that an unknown one comes close to."""
    if rules.words.dims(heading) & {"part", "intent"}:
        return ""
    open_ = {
        bare(c.heading): c.heading for c in rules.columns.values() if c.name not in table.header.has
    }
    found = difflib.get_close_matches(bare(heading), open_, n=1, cutoff=0.75)
    return open_[found[0]] if found else ""


def _of_other_years(place: dict[str, object], table: Table, rules: Rules) -> Iterable[Remark]:
    """A remark for each column whose heading names a year before the school year."""
    header = table.header
    for name, year in header.timed.items():
        if year < rules.last_year - 1:
            cell = f"{column_letters(header.columns[name])}{header.bottom + 1}"
            heading = header.shown[header.columns[name]]
            yield Remark(
                "heading_of_year", {**place, "cell": cell, "heading": heading, "year": year}
            )


def _missing(table: Table, rules: Rules) -> list[str]:
    """Expected columns that are not there. Exports and lists of decisions have their own shape."""
    has = table.header.has
    if any(table.header.codings.values()) or not has & {"kdclgd_level", "classes", "pupils"}:
        return []
    grouped = {"education_level"} if any(table.group_level) else set()
    grouped |= {"unit"} if any(table.group_unit) else set()
    return [c.heading for c in rules.columns.values() if c.expected and c.name not in has | grouped]


def _nameless(sheet: Sheet, table: Table) -> set[int]:
    """Columns that hold values beside the schools but have no heading."""
    rows = np.array(table.rows, np.intp) - 1
    bare = set(sheet.grid.columns) - set(table.header.shown)
    return {c for c in bare if not all(map(is_blank, sheet.grid.column(c, rows).values))}


def _addresses(places: Iterable[tuple[int, int]]) -> str:
    ordered = sorted(places)
    shown = ", ".join(address(*place) for place in ordered[:10])
    return shown + (f", … ({len(ordered)})" if len(ordered) > 10 else "")


def _letters(columns: Iterable[int]) -> str:
    return ", ".join(map(column_letters, sorted(columns)))


def _numbers(rows: Iterable[int]) -> str:
    ordered = sorted(rows)
    shown = ", ".join(map(str, ordered[:10]))
    return shown + (f", … ({len(ordered)})" if len(ordered) > 10 else "")
