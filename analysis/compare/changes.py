"""What is different: schools of two lists, and numbers of two sets of tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.reference import SCHEMES, bare, fold
from analysis.tables import COUNTED, column_of, columns_of, find_table, held_of, known

SCHOOL_COLUMNS = ["school_id", "school_code", "school_name", "unit", "education_level"]
SCHOOL_COLUMNS += [f"{scheme}_standing" for scheme in SCHEMES]
SCHOOL_COLUMNS += [f"{scheme}_{what}" for scheme in SCHEMES for what in ("decision", "date")]

_NOT_A_KEY = ("school_year", "as_of", "label_")
_SCHOOL = fold("trường") + " "
Lines = Sequence[dict[str, str]]
Key = tuple[tuple[str, str], ...]


def compare_schools(
    before: Any,
    after: Any,
    *,
    kept_out: tuple[Container[str], Container[str]] = ((), ()),
    level_words: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Which schools are new, gone or changed between two school years, or two lists with
    `SCHOOL_COLUMNS`.

    One row per change: `change` (new, gone, back, set_aside, renamed, moved, other_level,
    level_kdclgd, level_cqg, certificate_kdclgd, certificate_cqg), school_id, school_code,
    school_name, unit and education_level as they are afterwards (of a school that is gone as they
    were), `before`, `after`. A school is known again by its id, or by the same name in the same
    unit and education level where that is plain. A new decision at the same level is a change of
    the certificate; one that comes with another level is told once, as a change of the level.

    Between lists, `kept_out`: the codes of the schools set aside before and afterwards; these are
    not gone, only not counted (set_aside), or counted again (back). With `level_words` (spelling ->
    code of an education level) "MN Hoa Sen" and "Trường Mầm non Hoa Sen" are one name.

    >>> before, after = load_year("2023-2024"), load_year("2024-2025")
    >>> changes = compare_schools(before, after)
    >>> int(changes["change"].eq("level_kdclgd").sum())
    6
    """
    year = after if hasattr(after, "held") else None
    if year is not None:
        kept_out = (_aside(before), _aside(after))
        level_words = year.reference.rules.spellings["education_level"]
        before, after = held_of(before, aside=False), held_of(after, aside=False)
    pairs = _pairs(before, after)
    old = [before.loc[a] for a, _ in pairs]
    new = [after.loc[b] for _, b in pairs]
    words = level_words or {}
    rows = [r for a, b in zip(old, new, strict=True) for r in _changes_of(a, b, words)]
    kinds = (("back", "new"), ("set_aside", "gone"))
    alone = (after.drop([b for _, b in pairs]), before.drop([a for a, _ in pairs]))
    for schools, codes, (aside, plain) in zip(alone, kept_out, kinds, strict=True):
        for _, school in schools.iterrows():
            rows.append(_row(aside if school["school_code"] in codes else plain, school))
    return known(pd.DataFrame(rows, columns=columns_of("school_changes")), "school_changes", year)


def _aside(year: Any) -> set[str]:
    """The codes of the rows set aside in a year."""
    return {*year.held.loc[year.held["in_scope"].isna(), "school_code"]} - {""}


def _pairs(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple[Any, Any]]:
    """The rows of the same school in both lists: by id first, then by name, unit and level."""
    pairs: list[tuple[Any, Any]] = []
    for keys_of in (_ids, _names):
        met_before, met_after = {a for a, _ in pairs}, {b for _, b in pairs}
        old = keys_of(before[~before.index.isin(met_before)])
        new = keys_of(after[~after.index.isin(met_after)])
        pairs += [(old[key], new[key]) for key in old if key in new]
    return pairs


def _ids(schools: pd.DataFrame) -> dict[Any, Any]:
    return _single(schools["school_id"].astype("str"))


def _names(schools: pd.DataFrame) -> dict[Any, Any]:
    parts = schools[["school_name", "unit", "education_level"]].astype("str")
    keys = ["|".join(map(fold, row)) for row in parts.itertuples(index=False)]
    return _single(pd.Series(keys, index=schools.index, dtype="str"))


def _single(keys: pd.Series[Any]) -> dict[Any, Any]:
    """Key -> row, of those that stand there once."""
    single = keys[~keys.duplicated(keep=False)]
    return {key: row for row, key in single.items()}


def _changes_of(
    old: pd.Series[Any], new: pd.Series[Any], words: Mapping[str, str]
) -> list[list[Any]]:
    rows = []
    for change, name in (("moved", "unit"), ("other_level", "education_level")):
        if _text(old[name]) != _text(new[name]):
            rows.append(_row(change, new, _text(old[name]), _text(new[name])))
    names = [_text(school["school_name"]) for school in (old, new)]
    if _plain_name(names[0], words) != _plain_name(names[1], words):
        rows.append(_row("renamed", new, *names))
    for scheme in SCHEMES:
        standing = f"{scheme}_standing"
        if standing not in old or standing not in new:
            continue  # a year whose lists have no column for it
        if _text(old[standing]) != _text(new[standing]):
            rows.append(_row(f"level_{scheme}", new, _text(old[standing]), _text(new[standing])))
        elif _certificate(old, scheme) != _certificate(new, scheme):
            pair = (_certificate(old, scheme), _certificate(new, scheme))
            rows.append(_row(f"certificate_{scheme}", new, *pair))
    return rows


def _plain_name(name: str, level_words: Mapping[str, str]) -> str:
    """A name without "Trường", its education level as a code: "mn hoa sen"."""
    words = fold(name).removeprefix(_SCHOOL).split(" ")
    for length in range(min(6, len(words) - 1), 0, -1):
        if code := level_words.get(bare(" ".join(words[:length]))):
            return " ".join([code.casefold(), *words[length:]])
    return " ".join(words)


def _certificate(school: pd.Series[Any], scheme: str) -> str:
    """The decision and its day, "12/QĐ-SGDĐT 2024-03-01"; "" where there is none."""
    day = _text(school[f"{scheme}_date"])[:10]
    return " ".join(filter(None, [_text(school[f"{scheme}_decision"]), day]))


def _row(change: str, school: pd.Series[Any], before: str = "", after: str = "") -> list[Any]:
    return [change, *(_text(school[name]) for name in SCHOOL_COLUMNS[:5]), before, after]


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def compare_tables(
    before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Which numbers differ between two sets of tables as text, name -> table.

    One row per number: `table`, `row` (what the number is of, "group=TH, standing=2"), `column`,
    `before`, `after` ("" where the row is not there), `changed`. Columns that name a row are its
    key, those that measure are compared; of lists row by row (schools, issues) the number of rows.
    """
    rows = [
        [name, ", ".join(f"{k}={v}" for k, v in key), column, was, now]
        for name in (n for n in before if n in after)
        for key, column, was, now in _numbers(*(_of_frame(t[name]) for t in (before, after)))
    ]
    numbers = pd.DataFrame(rows, columns=["table", "row", "column", "before", "after"])
    return numbers.assign(changed=numbers["before"] != numbers["after"])


def list_revisions(before: Mapping[str, Lines], after: Mapping[str, Lines]) -> list[dict[str, Any]]:
    """The numbers that differ between two versions of one school year, name -> rows of a table.

    Each with `table`, `key` (column -> code, of its row), `line` (its row as it is, or was),
    `column`, `before`, `after`. What only one version has, a table or a column, is no revision, nor
    is another order. A list of schools is compared cell by cell; one that came or went is told by
    its name.
    """
    found = []
    for name in (n for n in before if n in after and (before[n] or after[n])):
        sides = [t[name] for t in (before, after)]
        shared = [c for c in max(sides, key=len)[0] if all(c in s[0] for s in sides if s)]
        old, new = (_measured(lines, shared, of_one_year=True) for lines in sides)
        for key, column, was, now in _numbers(old, new):
            if was == now or (
                (key in old) != (key in new) and _is_hollow(column, was, now, shared)
            ):
                continue
            facts = {"table": name, "key": dict(key), "line": new.get(key) or old[key]}
            found.append(facts | {"column": column, "before": was, "after": now})
    return found


def _is_hollow(column: str, was: str, now: str, columns: Sequence[str]) -> bool:
    """Of a row that only one version has: a count of none, or a cell of a school beside its name"""
    return {was, now} == {"", "0"} or ("school_name" in columns and column != "school_name")


class _Rows(dict[Key, dict[str, str]]):
    """The rows of a table by what they are of, and the columns in which they say how much."""

    measured: Sequence[str] = ("rows_in",)


def _numbers(old: _Rows, new: _Rows) -> Iterator[tuple[Key, str, str, str]]:
    for key in dict.fromkeys([*old, *new]):
        for column in dict.fromkeys([*old.measured, *new.measured]):
            yield key, column, old.get(key, {}).get(column, ""), new.get(key, {}).get(column, "")


def _of_frame(table: pd.DataFrame) -> _Rows:
    lines: Lines = table.to_dict("records")  # type: ignore[assignment]
    return _measured(lines, [*map(str, table.columns)])


def _measured(lines: Lines, names: Sequence[str], *, of_one_year: bool = False) -> _Rows:
    """The rows with their numbers; of a list the number of rows. Of one year what was asked for is
    a number too, the year a part of what a row is of, and of its list of schools every cell counts.
    """
    told = find_table(names)
    by_school = of_one_year and told is not None and "school_id" in told.key
    if told is not None and told.listing and not by_school:
        return _Rows({(): {"rows_in": str(len(lines))}})
    if told is None:  # nobody knows what its columns say
        measured = [c for c in names if column_of(c).kind in COUNTED or column_of(c).compared]
    elif told.listing:
        measured = [c for c in names if c not in told.key]
    elif of_one_year and not by_school:
        others = (told.column(c) for c in names if c not in told.key)
        measured = [
            c.name for c in others if c.compared or (c.kind != "text" and c.name != "group")
        ]
    else:
        measured = told.measured(names)
    passed = ("label_",) if of_one_year else _NOT_A_KEY
    named = told.key if told is not None else [c for c in names if c not in measured]
    keys = [c for c in named if c in names and not c.startswith(passed)]
    instead: list[str] = []
    if by_school and "source_row" in keys:  # rows shift when one is added above them
        keys, instead = ["school_id"], ["source_file", "source_sheet", "school_name"]
    found = _Rows(_told_apart(lines, keys, instead))
    found.measured = measured
    return found


def _told_apart(
    lines: Lines, keys: Sequence[str], instead: Sequence[str] = ()
) -> Iterator[tuple[Key, dict[str, str]]]:
    """Each row with what it is of, by `instead` where its keys say nothing; rows that are of the
    same are counted in the order of what stands in them, so that another order of the table is no
    change."""
    alike = len({tuple(row[k] for k in keys) for row in lines}) < len(lines)
    seen = Counter[Key]()
    for row in sorted(lines, key=lambda row: [*row.values()]) if alike else lines:
        key = tuple((k, row[k]) for k in keys if row[k]) or tuple((k, row[k]) for k in instead)
        seen[key] += 1
        yield (key if seen[key] == 1 else (*key, ("", str(seen[key])))), row
