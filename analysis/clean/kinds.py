"""What a row is: a school, or a group, a site, an institution of another kind; and whether its name
and its education level say the same."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from analysis.clean.columns import CleanTable, places
from analysis.clean.findings import REPAIRED, Repairs, finding
from analysis.clean.names import kind_words
from analysis.raw import Cell, Coded, Flags, Row
from analysis.reference import Rules, bare, spaced
from analysis.workbooks.grid import overlaid

# What is no school whatever follows, in the order in which names are asked.
_NO_SCHOOLS = ("example", "independent_group", "site", "other_institution")
_SEPARATED = re.compile(r"[-–(),;:/]")
_NO_KIND = "no_kind"  # neither a word for a school nor one for anything else
_NUMBERED = re.compile(r"^\s*(?:[IVX]+|[A-ZĐa-zđ]|\d+(?:\.\d+)*)\s*[.)/:-]\s*")
_PRESCHOOL = "MN"
_SCHOOL = bare("trường")
GONE = ("merged", "closed")  # what is no school any more


class NameSays(NamedTuple):
    """What a name says: the education level; the kind where it is no school's, "perhaps_group" or
    "no_kind" where that is in doubt."""

    level: str = ""
    kind: str = ""


def read_school_name(name: object, rules: Rules) -> NameSays:
    """What a school's name says of what it is."""
    if not isinstance(name, str):
        return NameSays()
    words = name.split()
    level, end = kind_words(words, rules)
    telling = rules.kinds.telling
    if level and not _SEPARATED.search(name) and telling.isdisjoint(map(_key, words)):
        return NameSays(level)
    tail = spaced(" ".join(words[end:]))
    return NameSays(level, _kind(name, tail, level, rules))


@lru_cache(maxsize=65536)
def _key(word: str) -> str:
    """The key of a word, "CS" for "CS2"."""
    return bare(word).rstrip("0123456789")


def is_either(name: object, rules: Rules) -> bool:
    """Does a name begin with a word for two levels ("PTCS")?"""
    key = bare("".join(str(name or "").split()[:5])).removeprefix(bare("trường"))
    return key.startswith(tuple(rules.either_level))


def _kind(name: str, tail: str, level: str, rules: Rules) -> str:
    kinds, text = rules.kinds, spaced(name)
    for kind in _NO_SCHOOLS:
        if kinds.begins[kind].match(text):
            return kind
    if not (level or kinds.excepted["perhaps_group"].match(text)):
        parts = [spaced(part) for part in _SEPARATED.split(name)[1:]]
        told = (k for k in _NO_SCHOOLS for part in parts if kinds.begins[k].match(part))
        perhaps = "perhaps_group" if kinds.begins["perhaps_group"].match(text) else _NO_KIND
        return next(told, perhaps)
    if _is_site(name, tail, level, rules):
        return "site"
    if level not in ("", _PRESCHOOL):
        return ""
    begins, ends = kinds.begins["perhaps_group"], kinds.ends["perhaps_group"]
    return "perhaps_group" if begins.match(text) or ends.search(tail) else ""


def _is_site(name: str, tail: str, level: str, rules: Rules) -> bool:
    """Does what stands behind the kind of school tell of a site of it ("... - Cơ sở 2")?"""
    kinds = rules.kinds
    for part in map(spaced, _SEPARATED.split(name)[1:]):
        if kinds.ends["site"].match(part):
            return not kinds.excepted["site"].match(part)
    for found in kinds.ends["site"].finditer(tail):
        before = tail[: found.start()].split()
        word = before[-1] if before else ""
        is_own = word.isdecimal() or word in kinds.site_never_after or not (word or level)
        if not is_own:
            return not kinds.excepted["site"].match(tail, found.start())
    return False


def kind_of_cell(cell: Cell, rules: Rules) -> str:
    """What a cell that tells the kind of school or of ownership says that is no school's: "Nhóm trẻ
    độc lập", "Tư thục (độc lập)"."""
    text = spaced(cell) if isinstance(cell, str) else ""
    kinds = rules.kinds
    for kind in ("independent_group", "site"):
        if text and kinds.begins[kind].match(text):
            return kind
    return "independent_group" if kinds.independent.search(text) else ""


def check_kinds(cleaned: CleanTable, rules: Rules) -> None:
    """Tell rows that are no schools, set examples aside, and warn of names that perhaps are no
    school's and of levels that are not those of the name."""
    says = cleaned.column("school_name").map(lambda name: read_school_name(name, rules))
    by_group = _kinds_of_groups(cleaned, rules)
    by_name = says.map(lambda s: s.kind if s.kind in _NO_SCHOOLS else "")
    _tell_kinds(cleaned, by_name, by_group, rules)
    for i in places(cleaned.outside.where(lambda kind: kind == "example") & ~cleaned.barred):
        cleaned.set_aside(i, "school_name", "row_example")
    sure = ~cleaned.outside.where(bool) & ~cleaned.barred
    if "education_level" not in cleaned.columns:
        return
    _compare_levels(cleaned, says, sure, rules)
    levels = cleaned.columns["education_level"]
    perhaps = says.where(lambda s: s.kind == "perhaps_group")
    perhaps |= says.where(lambda s: s.kind == _NO_KIND) & levels.where(lambda v: v == _PRESCHOOL)
    cleaned.warn_or_list((perhaps | by_group.where(bool)) & sure, "school_name", "perhaps_group")


def _tell_kinds(
    cleaned: CleanTable, by_name: Coded[str], by_group: Coded[str], rules: Rules
) -> None:
    """By the sector's codes first, then by the group row above, by the cells that tell what kind of
    school it is, and by the name."""
    cleaned.outside = by_name
    for name in ("ownership", "education_level"):
        if name in cleaned.table.cells:
            told = cleaned.table.cells[name].map(lambda cell: kind_of_cell(cell, rules))
            cleaned.outside = overlaid(cleaned.outside, told, told.where(bool))
    grouped = by_group.where(bool)
    if grouped.any():
        grouped &= ~cleaned.column("school_name").where(_begins_school)
        cleaned.outside = overlaid(cleaned.outside, by_group, grouped)
    codes = cleaned.column("school_kind").map(lambda kind: "" if kind in (None, "school") else kind)
    cleaned.outside = overlaid(cleaned.outside, codes, codes.where(bool))


def _kinds_of_groups(cleaned: CleanTable, rules: Rules) -> Coded[str]:
    """What the group row above each row says that is no school's: "II. Nhóm trẻ độc lập"; a ward
    stands within the group before it. Above all stands the sheet."""
    table, told = cleaned.table, [""]
    for text in (table.sheet, *(_told_by(row) for _, row in table.group_rows)):
        found = (kind for kind, above in rules.kinds.above.items() if above.match(spaced(text)))
        told.append(next(found, told[-1] if _is_unit(text, rules) else ""))
    groups = np.searchsorted([row for row, _ in table.group_rows], table.rows)
    return Coded(groups.astype(np.int32), told[1:])


def _is_unit(text: str, rules: Rules) -> bool:
    """Is it the name of a ward or commune?"""
    words = text.split()
    return any(bare("".join(words[:n])) in rules.spellings["unit_kind"] for n in (1, 2))


def _told_by(row: Row) -> str:
    """The words of a group row, without its number."""
    return next((_NUMBERED.sub("", c) for c in row if isinstance(c, str) and len(c) > 4), "")


def _begins_school(text: object) -> bool:
    return isinstance(text, str) and bare(text.partition(" ")[0]) == _SCHOOL


def _compare_levels(cleaned: CleanTable, says: Coded[NameSays], sure: Flags, rules: Rules) -> None:
    """The level as it is stated against that of the name."""
    _settle_either(cleaned, says, sure, rules)
    order = {level: at for at, level in enumerate(rules.education_levels)}
    levels = cleaned.columns["education_level"]
    stated = levels.each(lambda level: order.get(level, -1), np.int64)
    told = says.each(lambda s: order.get(s.level, -1), np.int64)
    differ = sure & (stated >= 0) & (told >= 0) & (stated != told)
    differ &= ~cleaned.faults_in("education_level")
    names = cleaned.column("school_name")
    for i in places(differ & levels.where(lambda level: level in rules.either_level.values())):
        differ[i] = not is_either(names[i], rules)
    stands = "education_level" in cleaned.table.cells
    column, rule = ("education_level", "level_not_of_name") if stands else (
        "school_name", "level_not_of_group")  # fmt: skip
    cleaned.warn_or_list(
        differ,
        column,
        rule,
        lambda i: {
            "name": names[i],
            "other": cleaned.cell(i, "school_name"),
            "told": says[i].level,
            "stated": levels[i],
        },
    )


def _settle_either(cleaned: CleanTable, says: Coded[NameSays], sure: Flags, rules: Rules) -> None:
    """A word for two levels ("PTCS") means that of the name; where the name does not tell, a person
    must."""
    cells = cleaned.table.cells.get("education_level")
    if cells is None:
        if not any(cleaned.table.group_level):
            open_ = sure & cleaned.column("school_name").where(lambda name: is_either(name, rules))
            cleaned.warn_or_list(open_, "school_name", "level_of_two")
        return
    other = cells.map(lambda c: rules.either_level.get(bare(c), "") if isinstance(c, str) else "")
    written = sure & other.where(bool)
    if not written.any():
        return
    told, unsure, names = written.copy(), written.copy(), cleaned.column("school_name")
    for i in places(written):
        told[i] = says[i].level == other[i]
        unsure[i] = not says[i].level or is_either(names[i], rules)
    _repair_levels(cleaned, other, told)
    cleaned.warn_or_list(unsure, "education_level", "level_of_two")


def _repair_levels(cleaned: CleanTable, levels: Coded[str], rows: Flags) -> None:
    """Put the level of the name in the place of the one the word has elsewhere."""
    column = "education_level"
    found = [*overlaid(cleaned.columns[column], levels, rows)]
    cleaned.columns[column] = Coded.of(found)
    for at, note in enumerate(cleaned.notes):
        if isinstance(note, Repairs) and note.column == column:
            cleaned.notes[at] = replace(note, rows=note.rows[~rows[note.rows]])
    for i in places(rows):
        note = finding(REPAIRED, cleaned.table, i, column, "level_by_name", clean=levels[i])
        cleaned.notes.append(note)
