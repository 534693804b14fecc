"""The same school twice: identical rows keep one; rows that contradict each other are set aside."""

from __future__ import annotations

from collections import Counter, defaultdict

from analysis.clean.columns import CleanTable
from analysis.clean.findings import IGNORED, WARNING, finding
from analysis.reference import fold

_NAME_AND_PLACE = ("school_name", "unit", "district", "province", "education_level")
_NOT_COMPARED = {"order", "note"}

# A row: the position of its table, and of the row in it.
Place = tuple[int, int]
Key = tuple[str, ...]


def settle_duplicates(tables: list[CleanTable]) -> dict[int, set[int]]:
    """Rows to leave out as copies, by position of the table; contradictions are set aside."""
    copies: dict[int, set[int]] = defaultdict(set)
    for same in _repeated(tables, [_keys(c) for c in tables], copies):
        _settle(tables, same, copies)
    names = [_names(c) if "school_code" in c.columns else [] for c in tables]
    for alike in _repeated(tables, names, copies):
        _warn_of_twins(tables, alike)
    return copies


def _repeated(
    tables: list[CleanTable], keys: list[list[Key]], copies: dict[int, set[int]]
) -> list[list[Place]]:
    """Where a key stands more than once among the rows that are neither barred nor copies."""
    counted = Counter(key for column in keys for key in column)
    several = {key for key, count in counted.items() if count > 1 and key and key[0]}
    if not several:
        return []
    places: dict[Key, list[Place]] = defaultdict(list)
    for t, column in enumerate(keys):
        left_out = tables[t].barred | copies[t]
        for i, key in enumerate(column):
            if key in several and i not in left_out:
                places[key].append((t, i))
    return [same for same in places.values() if len(same) > 1]


def _keys(cleaned: CleanTable) -> list[Key]:
    """The code; in lists without codes name, place and level. A number in a name is identity."""
    if "school_code" in cleaned.columns:
        return [(str(c),) if c else () for c in cleaned.columns["school_code"]]
    return _names(cleaned)


def _names(cleaned: CleanTable) -> list[Key]:
    """Name, place and level of each row, so that two writings of one name are one key."""
    columns = []
    for column in map(cleaned.column, _NAME_AND_PLACE):
        folded = {value: fold(str(value or "")) for value in set(column)}
        columns.append([folded[value] for value in column])
    return list(zip(*columns, strict=True))


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
    first = _place(tables, alike[0])
    for t, i in alike[1:]:
        twin = finding(WARNING, tables[t].table, i, "school_name", "name_twice", **first)
        tables[t].findings.append(twin)
