"""The same school twice: identical rows keep one; rows that contradict each other are set aside."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from analysis.clean.columns import CleanTable
from analysis.clean.findings import IGNORED, WARNING, finding
from analysis.reference import fold

_NAME_AND_PLACE = ("school_name", "unit", "district", "province", "education_level")
_NOT_COMPARED = {"order", "note"}

# A row: the position of its table, and of the row in it.
Place = tuple[int, int]


def settle_duplicates(tables: list[CleanTable]) -> dict[int, set[int]]:
    """Rows to leave out as copies, by position of the table; contradictions are set aside."""
    copies: dict[int, set[int]] = defaultdict(set)
    for same in _repeated(tables, [_keys(c) for c in tables], copies):
        _settle(tables, same, copies)
    coded = [c if "school_code" in c.columns else None for c in tables]
    names = [c.column("school_name") if c else [] for c in coded]
    for alike in _repeated(tables, names, copies):
        _warn_of_twins(tables, alike)
    return copies


def _repeated(
    tables: list[CleanTable], keys: list[list[Any]], copies: dict[int, set[int]]
) -> list[list[Place]]:
    """Where a key stands more than once among the rows that are neither barred nor copies."""
    counted = Counter(key for column in keys for key in column if key)
    places: dict[object, list[Place]] = defaultdict(list)
    for t, column in enumerate(keys):
        for i, key in enumerate(column):
            if key and counted[key] > 1 and i not in tables[t].barred and i not in copies[t]:
                places[key].append((t, i))
    return [same for same in places.values() if len(same) > 1]


def _keys(cleaned: CleanTable) -> list[str]:
    """The code; in lists without codes name, place and level. A number in a name is identity."""
    if "school_code" in cleaned.columns:
        return [str(c) if c else "" for c in cleaned.columns["school_code"]]
    parts = [cleaned.column(n) for n in _NAME_AND_PLACE]
    return ["|".join(fold(str(p or "")) for p in row) for row in zip(*parts, strict=True)]


def _settle(tables: list[CleanTable], same: list[Place], copies: dict[int, set[int]]) -> None:
    contents = [_content(tables[t], i) for t, i in same]
    if all(_agree(contents[0], other) for other in contents[1:]):
        first = _place(tables, same[0])
        for t, i in same[1:]:
            copies[t].add(i)
            cleaned = tables[t]
            cleaned.findings.append(
                finding(IGNORED, cleaned.table, i, _key_column(cleaned), "duplicate_same", **first)
            )
        return
    for t, i in same:
        other = _place(tables, next(p for p in same if p != (t, i)))
        tables[t].set_aside(i, _key_column(tables[t]), "duplicate_differs", **other)


def _content(cleaned: CleanTable, i: int) -> dict[str, object]:
    return {n: c[i] for n, c in cleaned.columns.items() if n not in _NOT_COMPARED}


def _agree(one: dict[str, object], other: dict[str, object]) -> bool:
    """Two writings of a name are one name; what only one table tells is no contradiction."""
    shared = set(one) & set(other)
    return all(_same(one[n], other[n]) for n in shared) and len(shared) > 2


def _same(a: object, b: object) -> bool:
    return fold(a) == fold(b) if isinstance(a, str) and isinstance(b, str) else a == b


def _key_column(cleaned: CleanTable) -> str:
    return "school_code" if "school_code" in cleaned.columns else "school_name"


def _place(tables: list[CleanTable], place: Place) -> dict[str, object]:
    table = tables[place[0]].table
    return {
        "other_file": table.file,
        "other_sheet": table.sheet,
        "other_row": table.rows[place[1]],
    }


def _warn_of_twins(tables: list[CleanTable], alike: list[Place]) -> None:
    """Two codes for one name in one place and level: a person should look."""
    seen: dict[str, Place] = {}
    for t, i in alike:
        cleaned = tables[t]
        key = "|".join(fold(str(cleaned.column(n)[i] or "")) for n in _NAME_AND_PLACE)
        if key in seen:
            facts = _place(tables, seen[key])
            cleaned.findings.append(
                finding(WARNING, cleaned.table, i, "school_name", "name_twice", **facts)
            )
        seen.setdefault(key, (t, i))
