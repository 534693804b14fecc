"""What a person should look at in a sheet: unknown and missing columns, hidden and struck rows."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from analysis.raw.layout import Table
from analysis.reference import Rules, bare
from analysis.workbooks.cells import Place, Sheet, address, column_letters, is_blank
from analysis.workbooks.outside import reached

# Old workbooks end here; a table that fills the last row may have lost what came after.
_LAST_ROWS = {65_536, 1_048_576}
_PLACES = ("listed", "cell")
_MOST_SHOWN = 10
_SIGNS = ("=", "+", "-", "@")  # what a spreadsheet may take for the beginning of a formula


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
    struck = _struck_rows(sheet, table)
    cells_struck = [p for p in _known(sheet.struck, table) if p[0] + 1 not in struck]
    listed = {
        "rows_hidden": _numbers(rows & {r + 1 for r in sheet.hidden_rows}),
        "rows_struck": _numbers(struck),
        "cells_struck": _addresses(cells_struck),
        "comments_elsewhere": _addresses(_elsewhere(sheet, table)),
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


def outside_remarks(file: str, sheet: Sheet) -> list[Remark]:
    """The cells of a sheet, read or not, that take their value from other files and programs, and
    those with a text that would do so if a spreadsheet took it for a formula."""
    texts = {i for i, v in enumerate(sheet.grid.values) if type(v) is str and _calls(v)}
    codes = sheet.grid.columns.items() if texts else ()
    places = [(int(r), c) for c, of in codes for r in np.flatnonzero(np.isin(of, [*texts]))]
    found = {"cells_linked": _addresses(sheet.linked), "texts_reach_out": _addresses(places)}
    place: dict[str, object] = {"file": file, "sheet": sheet.name}
    return [Remark(key, {**place, "listed": text}) for key, text in found.items() if text]


def _calls(text: str) -> bool:
    return text.lstrip()[:1] in _SIGNS and reached(text) is not None


def together(remarks: Iterable[Remark]) -> list[Remark]:
    """The same remark about several tables of a sheet said once; cells to ask about stay apart
    unless they are many."""
    alike: dict[tuple[object, ...], list[Remark]] = {}
    for remark in remarks:
        facts = [(k, str(v)) for k, v in remark.facts.items() if k not in _PLACES]
        alike.setdefault((remark.key, *facts), []).append(remark)
    return [one for same in alike.values() for one in _joined(same)]


def _joined(remarks: list[Remark]) -> list[Remark]:
    place = next((name for name in _PLACES if name in remarks[0].facts), "")
    found = list(dict.fromkeys(str(r.facts.get(place)) for r in remarks))
    if len(found) <= (_MOST_SHOWN if place == "cell" else 1):
        return [next(r for r in remarks if str(r.facts.get(place)) == at) for at in found]
    shown = ", ".join(found[:_MOST_SHOWN])
    shown += f", … ({len(found)})" if len(found) > _MOST_SHOWN else ""
    return [Remark(remarks[0].key, {**remarks[0].facts, place: shown})]


def unread_schools(
    file: str, sheet: Sheet, key: str, rows: Iterable[int], rules: Rules
) -> list[Remark]:
    """A remark where some of these rows (1-based), which are not read, hold a school code: they
    are no titles, and somebody misses them."""
    digits = rules.regulations["school_code"]["digits"]

    def is_usual(cell: object) -> bool:
        text = str(cell) if isinstance(cell, str | int) else ""
        return len(text) == digits and text.isdecimal()

    found = [r for r in rows if any(map(is_usual, sheet.rows[r - 1]))]
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


def _struck_rows(sheet: Sheet, table: Table) -> set[int]:
    """The rows (1-based) whose school is struck out: its name or code, or most of what is there."""
    named = {table.header.columns.get(name) for name in ("school_name", "school_code")}
    places = _known(sheet.struck, table)
    counts = Counter(row for row, _ in places)
    filled = {row: sum(not is_blank(cell) for cell in sheet.rows[row]) for row in counts}
    whole = {row + 1 for row, count in counts.items() if 2 * count > filled[row]}
    return whole | {row + 1 for row, column in places if column in named}


def _known(places: Collection[Place], table: Table) -> list[Place]:
    """Those of some places that are cells of the table."""
    if not places:
        return []
    rows, columns = set(table.rows), {*table.header.columns.values()}
    return [place for place in places if place[0] + 1 in rows and place[1] in columns]


def _elsewhere(sheet: Sheet, table: Table) -> list[Place]:
    """Comments beside the table, from its heading to its last row, at cells that are none of it."""
    if not sheet.beside:
        return []
    known = {*_known(sheet.beside, table)}
    rows = range(table.header.top, max(table.rows, default=table.header.bottom + 1))
    return [p for p in sheet.beside if p[0] in rows and p not in known]


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
