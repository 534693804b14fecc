"""The same school twice: identical rows keep one, an earlier state gives way to the later one;
rows that contradict each other are set aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.clean.columns import CleanTable
from analysis.clean.earlier import later_certificate
from analysis.clean.findings import IGNORED, finding
from analysis.clean.rows import Rows
from analysis.raw import Coded, Flags, Places
from analysis.raw.grid import merged
from analysis.reference import Rules, fold, fold_tidy

_PLACE = ("unit", "district", "province", "education_level")
_NOT_COMPARED = {"order", "note"}

# A row: its table, and the position in it.
Place = tuple[CleanTable, int]


def settle_duplicates(tables: list[CleanTable], rules: Rules) -> list[Flags]:
    """The rows to leave out as copies, table by table; contradictions are set aside."""
    coded = [t for t in tables if "school_code" in t.columns]
    listed = [t for t in tables if "school_code" not in t.columns]
    copies = {id(t): np.zeros(len(t.table.rows), np.bool_) for t in tables}
    for same in _of_one_code(_in_question(coded, copies)) + _of_one_name(
        _in_question(listed, copies)
    ):
        _settle(same, copies, rules)
    for alike in _of_one_name(_in_question(coded, copies)):
        _warn_of_twins(alike)
    return [copies[id(t)] for t in tables]


def _in_question(tables: list[CleanTable], copies: dict[int, Flags]) -> Rows:
    """The rows that are neither barred nor copies."""
    return Rows(tables, [~(t.barred | copies[id(t)]) for t in tables])


def _of_one_code(rows: Rows) -> list[list[Place]]:
    codes = rows.column("school_code")
    keys = merged(codes.codes, codes.values).codes.astype(np.intp)
    return _together(rows, np.arange(len(rows)), keys)


def _of_one_name(rows: Rows) -> list[list[Place]]:
    """Rows with one name, place and level, in whatever writing. A number in a name is identity."""
    place = _agreeing([_folded(rows.column(name)) for name in _PLACE])
    alike = np.flatnonzero(np.bincount(place)[place] > 1) if len(place) else place
    names = _folded(rows.column("school_name").rows(alike))
    named = names.where(bool)
    places = Coded(place[alike].astype(np.int32), list(range(len(place))))
    keys = _agreeing([places, names])
    return _together(rows, alike[named], keys[named])


def _folded(column: Coded[Any]) -> Coded[str]:
    """A column of texts in which two writings of one text have one code."""
    return merged(column.codes, fold_tidy([str(value or "") for value in column.values]))


def _agreeing(columns: Sequence[Coded[Any]]) -> Places:
    """For each row a number; where all columns agree, the numbers do."""
    keys, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        if size * len(column.values) > 2**62:
            keys, size = _numbered(keys), len(keys)
        keys, size = keys * len(column.values) + column.codes, size * len(column.values)
    return _numbered(keys)


def _numbered(keys: Places) -> Places:
    """The same keys, numbered from 0 on."""
    order = np.argsort(keys, kind="stable")
    numbers = np.empty(len(keys), np.intp)
    numbers[order] = np.cumsum(np.diff(keys[order], prepend=keys[order[:1]]) != 0)
    return numbers


def _together(rows: Rows, some: Places, keys: Places) -> list[list[Place]]:
    """The rows that share a key, key by key, where there are several; in the order of the first."""
    if not len(keys):
        return []
    repeated = np.bincount(keys)[keys] > 1
    found: dict[int, list[Place]] = defaultdict(list)
    for key, at in zip(keys[repeated].tolist(), some[repeated].tolist(), strict=True):
        found[key].append(rows.place(at))
    return list(found.values())


def _settle(same: list[Place], copies: dict[int, Flags], rules: Rules) -> None:
    """Keep the one row that all others repeat, or are an earlier state of; else bar them all."""
    alike = len({frozenset(table.columns) for table, _ in same}) == 1
    for kept in same if alike else same[:1]:
        others = [place for place in same if place != kept]
        renewed = [_renewed(place, kept, rules) for place in others]
        if None not in renewed:
            for place, level in zip(others, renewed, strict=True):
                _leave_out(place, kept, str(level), copies)
            return
    for table, i in same:
        other = _where(next(p for p in same if p != (table, i)))
        table.set_aside(i, _key_column(table), "duplicate_differs", **other)


def _leave_out(place: Place, kept: Place, level: str, copies: dict[int, Flags]) -> None:
    """Count a row no further: it repeats another, or tells how that one was before."""
    table, i = place
    copies[id(table)][i] = True
    rule, column = ("duplicate_earlier", level) if level else ("duplicate_same", _key_column(table))
    table.notes.append(finding(IGNORED, table.table, i, column, rule, **_where(kept)))
    if level:
        table.warn(i, level, "earlier_state", **_where(kept))


def _renewed(place: Place, kept: Place, rules: Rules) -> str | None:
    """ "" where a row says the same as the kept one; the column of the level that was renewed where
    it is an earlier state of it; None where the two contradict each other."""
    one, other = _content(*place), _content(*kept)
    shared = set(one) & set(other)
    differing = {name for name in shared if not _same(name, one[name], other[name], rules)}
    if len(shared) <= 2:
        return None
    if not differing:
        return ""
    return later_certificate(one, other, differing) if len(shared) == len(one | other) else None


def _content(table: CleanTable, i: int) -> dict[str, object]:
    return {n: c[i] for n, c in table.columns.items() if n not in _NOT_COMPARED}


def _same(name: str, a: object, b: object, rules: Rules) -> bool:
    """Two writings of a name are one name, and "ngoài công lập" takes in "tư thục"."""
    if name == "ownership":
        counted_as = rules.regulations["ownership"]["counted_as"]
        return a == b or counted_as.get(a) == b or a == counted_as.get(b)
    return fold(a) == fold(b) if isinstance(a, str) and isinstance(b, str) else a == b


def _key_column(table: CleanTable) -> str:
    return "school_code" if "school_code" in table.columns else "school_name"


def _where(place: Place) -> dict[str, object]:
    table = place[0].table
    return {
        "other_file": table.file,
        "other_sheet": table.sheet,
        "other_row": table.rows[place[1]],
    }


def _warn_of_twins(alike: list[Place]) -> None:
    """Two codes for one name in one place and level: a person should look."""
    for table, i in alike[1:]:
        table.warn(i, "school_name", "name_twice", **_where(alike[0]))
