"""The same school twice: identical rows keep one, an earlier state gives way to the later one;
where rows of one school contradict each other, the values that differ are in doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.clean.columns import CleanTable
from analysis.clean.earlier import later_certificate
from analysis.clean.findings import IGNORED, finding
from analysis.clean.names import level_in_name, name_key
from analysis.clean.rows import Rows
from analysis.raw import Coded, Flags, Places
from analysis.raw.grid import merged
from analysis.reference import Rules, fold, fold_tidy

_PLACE = ("unit", "district", "province", "education_level")
_NOT_COMPARED = {"order", "note"}
# What rows have met by: one may lack its code, or write its name in another way.
_IDENTITY = {"school_code", "school_name"}

# A row: its table, and the position in it; and what it says, by column.
Place = tuple[CleanTable, int]
Content = Mapping[str, object]


def settle_duplicates(tables: list[CleanTable], rules: Rules) -> list[Flags]:
    """The rows to leave out as copies, table by table. Where rows of one school contradict each
    other, the first stands for it and the values that differ are in doubt."""
    coded = [t for t in tables if "school_code" in t.columns]
    listed = [t for t in tables if "school_code" not in t.columns]
    copies = {id(t): np.zeros(len(t.table.rows), np.bool_) for t in tables}
    for same in _of_one_code(_in_question(coded, copies)) + _of_one_name(
        _in_question(listed, copies)
    ):
        _settle(same, copies, rules)
    for alike in _of_one_name(_in_question(coded, copies)):
        _settle_names(alike, copies, rules)
    return [copies[id(t)] for t in tables]


def _in_question(tables: list[CleanTable], copies: dict[int, Flags]) -> Rows:
    """The rows that stand for a school so far."""
    return Rows(tables, [~(t.barred | t.retold | copies[id(t)]) for t in tables])


def _settle_names(alike: list[Place], copies: dict[int, Flags], rules: Rules) -> None:
    """Rows of one name, place and level in lists with codes: one that lacks its code belongs to the
    only other school of the name, or to nobody knows which of several."""
    codes = {table.column("school_code")[i] for table, i in alike}
    without = [place for place in alike if place[0].column("school_code")[place[1]] is None]
    coded = [place for place in alike if place not in without]
    if without and len(codes) <= 2:
        _settle(alike, copies, rules)
        return
    for table, i in without:
        table.set_aside(i, "school_code", "school_which_of_several")
    for table, i in coded[1:]:
        table.warn(i, "school_name", "name_twice", **_where(coded[0]))


def _of_one_code(rows: Rows) -> list[list[Place]]:
    codes = rows.column("school_code")
    known = np.flatnonzero(codes.where(lambda code: code is not None))
    keys = merged(codes.codes, codes.values).codes.astype(np.intp)
    return _together(rows, known, keys[known])


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
    """Keep the one row that all others repeat, or are an earlier state of; else one stands for all
    and what differs is in doubt, or it cannot be told whether they are one school."""
    same = sorted(same, key=_unidentified)
    placed = _is_placed(same[0])
    alike = len({frozenset(table.columns) for table, _ in same}) == 1
    for kept in same if alike else same[:1]:
        others = [place for place in same if place != kept]
        renewed = [_renewed(place, kept, rules) for place in others]
        if None not in renewed and (placed or not any(renewed)):
            for place, level in zip(others, renewed, strict=True):
                _leave_out(place, kept, str(level), copies)
            return
    if not _one_name(same, rules):
        for table, i in same:
            other = _where(next(p for p in same if p != (table, i)))
            table.set_aside(i, _key_column(table), "duplicate_differs", **other)
    elif placed:
        _doubt_what_differs(same, rules)
    else:
        for table, i in same[1:]:
            table.warn(i, "school_name", "name_twice_unplaced", **_where(same[0]))


def _unidentified(place: Place) -> int:
    """How much of its identity a row does not tell: the one that tells most stands for all."""
    table, i = place
    return sum(table.column(name)[i] is None for name in _IDENTITY)


def _one_name(same: list[Place], rules: Rules) -> bool:
    """Are all names that can be read one name of one kind of school, whatever way it is written?"""
    names = {str(table.column("school_name")[i] or "") for table, i in same} - {""}
    if len(names) < 2:
        return True
    kinds = {level_in_name(name, rules) for name in names} - {""}
    return len(kinds) <= 1 and len({name_key(name, rules) for name in names}) <= 1


def _is_placed(place: Place) -> bool:
    """Does a code, a unit or a district tell the school from others of its name?"""
    table, i = place
    names = ("school_code", "unit", "district", "province")
    return any(table.column(name)[i] is not None for name in names)


def _doubt_what_differs(same: list[Place], rules: Rules) -> None:
    """The first row stands for the school; each value another row contradicts is in doubt, with
    both cells named."""
    (kept, at), *others = same
    own = _content(kept, at)
    for table, i in others:
        table.retold[i] = True
        table.stands_for[id(table), i] = id(kept), at
        theirs = _content(table, i)
        for name in _differing(own, theirs, rules) - _IDENTITY:
            _doubt_value(name, (kept, at), (table, i))


def _doubt_value(name: str, kept: Place, other: Place) -> None:
    """A value that another row contradicts; one that was gathered from other cells (a level from
    marks) is in doubt with them."""
    (table, i), (their, at) = kept, other
    if name not in table.table.cells or name not in their.table.cells:
        table.faulty[name][i] = True
    elif not table.is_faulty(i, name):
        facts = _where(other) | {"other_cell": their.cell(at, name)}
        table.doubt(i, name, "values_contradict", **facts, other_value=their.raw(at, name))


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
    if len(shared) <= 2 or not _one_name([place, kept], rules):
        return None
    differing = _differing(one, other, rules) - _IDENTITY
    unread = {name for name in shared - _IDENTITY if _unread_alone(name, place, kept)}
    if not differing | unread:
        return ""
    if unread or len(shared) < len({*one, *other}):
        return None
    return later_certificate(one, other, differing)


def _differing(one: Content, other: Content, rules: Rules) -> set[str]:
    """The columns of both rows in which they do not say the same."""
    return {n for n in one if n in other and not _same(n, one[n], other[n], rules)}


def _unread_alone(name: str, place: Place, other: Place) -> bool:
    """Is a value in doubt that the other row does not repeat as it stands?"""
    (table, i), (their, at) = place, other
    doubted = table.is_faulty(i, name) or their.is_faulty(at, name)
    return doubted and table.raw(i, name) != their.raw(at, name)


def _content(table: CleanTable, i: int) -> Content:
    return {n: c[i] for n, c in table.columns.items() if n not in _NOT_COMPARED}


def _same(name: str, a: object, b: object, rules: Rules) -> bool:
    """Two writings of a name are one name, and "ngoài công lập" takes in "tư thục"."""
    if a == b:
        return True
    if name == "ownership":
        counted_as = rules.regulations["ownership"]["counted_as"]
        return bool(counted_as.get(a) == b or a == counted_as.get(b))
    return isinstance(a, str) and isinstance(b, str) and fold(a) == fold(b)


def _key_column(table: CleanTable) -> str:
    return "school_code" if "school_code" in table.columns else "school_name"


def _where(place: Place) -> dict[str, Any]:
    table = place[0].table
    return {
        "other_file": table.file,
        "other_sheet": table.sheet,
        "other_row": table.rows[place[1]],
    }
