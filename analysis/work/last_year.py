"""Last year's schools beside this year's: gone, new, renamed, moved, with other codes, perhaps the
same. What the office's directory explains is not told again."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analysis.clean import (
    Cleaned,
    NameKey,
    Rows,
    alike,
    clean_schools,
    known_schools,
    name_key,
    scope_reasons,
)
from analysis.raw import read_raw
from analysis.reference import Directory, Reference, fold, say

_SHOWN = 10
# The kinds of change in the order in which they are told.
KINDS = ("renamed", "moved_unit", "changed_level", "recoded", "perhaps", "gone", "new")


@dataclass(frozen=True)
class Listed:
    """A school as the lists of a year have it. `id`: what the office's directory calls it, ""
    where it does not; `lies_in`: its unit by the boundaries of the later year, folded."""

    code: str
    name: str
    education_level: str
    unit: str
    key: NameKey
    lies_in: str
    id: str = ""


@dataclass(frozen=True)
class Change:
    """What became of a school between two years; `before` is missing where it is new, `now` where
    it is gone."""

    kind: str
    before: Listed | None
    now: Listed | None


def last_year_lines(
    cleaned: Cleaned, reference: Reference, school_year: str, lang: str
) -> Iterator[str]:
    """What `check` says of the schools of the year before, with lines for `data/schools.csv`;
    nothing where there are no workbooks of that year."""
    previous = f"{int(school_year[:4]) - 1}-{school_year[:4]}"
    if previous not in reference.years_with_workbooks:
        return
    first = dt.date(int(school_year[:4]), 9, 1)
    changes = school_changes(_clean(reference, previous).rows, cleaned.rows, reference, first)
    yield say("last_year_head" if changes else "last_year_same", lang, year=previous)
    for kind in KINDS:
        of_kind = [change for change in changes if change.kind == kind]
        for change in of_kind[:_SHOWN]:
            yield _told(change, lang)
            yield from _lines(change, first)
        if len(of_kind) > _SHOWN:
            yield say("check_more", lang, count=len(of_kind) - _SHOWN)


def school_changes(before: Rows, now: Rows, reference: Reference, first: dt.date) -> list[Change]:
    """What became of the schools of one year by the next, which begins on `first`: schools are
    known by code, by the office's directory, or by name and place; what is merely alike is told as
    perhaps the same, and never taken for it."""
    last = first - dt.timedelta(1)
    old = _listed(before, reference, last, first)
    new = _listed(now, reference, first, first)
    pairs: list[tuple[Listed, Listed]] = []
    for same in (_by_code, _by_id, _by_name):
        pairs += _take_pairs(old, new, same)
    changes = [change for pair in pairs for change in _differences(*pair, reference.directory)]
    alike = _take_pairs(old, new, lambda school: (school.key.kind, school.key.number,
                                                  school.lies_in), _alike)  # fmt: skip
    changes += [Change("perhaps", *pair) for pair in alike]
    directory = reference.directory
    changes += [Change("gone", s, None) for s in old if not directory.ended_by(s.id, first)]
    return changes + [Change("new", None, s) for s in new if not _has_begun(s, directory, first)]


def _clean(reference: Reference, school_year: str) -> Cleaned:
    settings = reference.year(school_year)
    rules = reference.rules_for(school_year)
    raw = read_raw(reference.workbooks(school_year), rules)
    day = settings.as_of
    return clean_schools(raw, rules, school_year=school_year, as_of=day, office=reference)


def _listed(rows: Rows, reference: Reference, day: dt.date, later: dt.date) -> list[Listed]:
    """The schools of a year that are counted."""
    rules, outside = reference.rules, scope_reasons(rows)
    known = known_schools(reference.directory, rules)
    columns = (rows.text(n) for n in ("school_code", "school_name", "education_level", "unit"))
    found = []
    for why, code, name, level, unit in zip(outside, *columns, strict=True):
        if why:
            continue
        became = reference.units.restated(unit, day, later) if unit else None
        lies_in = fold(became[0] if became and len(became) == 1 else unit)
        key = name_key(name, level, rules)
        asked = ("code", code), (key, fold(unit)), (key, lies_in)
        school_id = next((known[one] for one in asked if one[1] and one in known), "")
        found.append(Listed(code, name, level, unit, key, lies_in, school_id))
    return found


def _by_code(school: Listed) -> object:
    return school.code


def _by_id(school: Listed) -> object:
    return school.id


def _by_name(school: Listed) -> object:
    return (school.key, school.lies_in) if school.name else None


def _take_pairs(
    old: list[Listed],
    new: list[Listed],
    key: Callable[[Listed], object],
    fits: Callable[[Listed, Listed], bool] = lambda one, other: True,
) -> list[tuple[Listed, Listed]]:
    """Take out of the lists the schools of both years that share a key nobody else has, and fit."""
    of_key: dict[object, list[Listed]] = {}
    for school in new:
        of_key.setdefault(key(school), []).append(school)
    pairs, asked = [], [key(school) for school in old]
    for school, value in list(zip(old, asked, strict=True)):
        others = [other for other in of_key.get(value, ()) if value and fits(school, other)]
        twice = asked.count(value) > 1 if others and fits is not _alike else False
        if len(others) == 1 and not twice and any(others[0] is one for one in new):
            pairs.append((school, others[0]))
            old[:] = [one for one in old if one is not school]
            new[:] = [one for one in new if one is not others[0]]
    return pairs


def _alike(one: Listed, other: Listed) -> bool:
    return alike(one.key, other.key)


def _differences(before: Listed, now: Listed, directory: Directory) -> Iterator[Change]:
    """What changed of a school that goes on, unless the directory says so."""
    told = {p.event for p in directory.schools.get(before.id, ())} if before.id == now.id else set()
    changed = {
        "renamed": bool(before.name and now.name) and before.key != now.key,
        "moved_unit": bool(before.unit and now.unit) and before.lies_in != now.lies_in,
        "changed_level": before.education_level != now.education_level,
        "recoded": bool(before.code and now.code) and before.code != now.code,
    }
    for kind in (kind for kind, differs in changed.items() if differs and kind not in told):
        yield Change(kind, before, now)


def _has_begun(school: Listed, directory: Directory, first: dt.date) -> bool:
    """Does the directory say that a school was founded, or made of others, of late?"""
    began = directory.began(school.id) if school.id else None
    return began is not None and began > first - dt.timedelta(366)


def _told(change: Change, lang: str) -> str:
    school = change.now or change.before
    before, now = change.before or school, change.now or school
    assert before and now
    facts = {"name": before.name, "code": before.code or "—", "unit": before.unit or "—"}
    after = {"new_name": now.name, "new_code": now.code or "—", "new_unit": now.unit or "—"}
    levels = {"level": before.education_level, "new_level": now.education_level}
    return "  " + say(f"last_year_{change.kind}", lang, **facts, **after, **levels)


def _lines(change: Change, first: dt.date) -> Iterator[str]:
    """Lines for `data/schools.csv`, ready but for the day of the change."""
    last = first - dt.timedelta(1)
    events = {"perhaps": "renamed", "gone": "closed"}
    school = change.before or change.now
    assert school
    name = school.id or school.code or school.name
    if change.before:
        yield _line(name, change.before, "", last, events.get(change.kind, change.kind))
    if change.now:
        yield _line(name, change.now, first.isoformat(), None, "")


def _line(name: str, school: Listed, start: str, end: dt.date | None, event: str) -> str:
    facts = [name, school.code, school.name, school.education_level, school.unit]
    text = io.StringIO()
    end_text = end.isoformat() if end else ""
    csv.writer(text, lineterminator="").writerow([*facts, start, end_text, event, ""])
    return f"    {text.getvalue()}"
