"""What several cells of a row say of one certificate, put together: the level from marks by level,
decision and date from the cell that holds all of them, what two cells say twice compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import pairwise
from operator import eq
from typing import Any, NamedTuple

import numpy as np

from analysis.clean.certificates import days_agree
from analysis.clean.columns import CleanTable, places
from analysis.clean.dates import Day
from analysis.clean.findings import REPAIRED, Repairs, finding
from analysis.clean.values import BLANK, Value
from analysis.raw import Cell, Coded, Flags
from analysis.reference import SCHEMES, Rules, is_recognised_unranked
from analysis.workbooks.grid import merged, overlaid, paired

_ATTRIBUTES = ("level", "decision", "date", "expiry")


def gather_certificates(cleaned: CleanTable, rules: Rules) -> None:
    """Let each cell of a certificate tell what it says for the other columns of its row. A column
    the table does not have comes into being."""
    if "both_schemes" in cleaned.columns:
        _split_both(cleaned)
    for name in [*cleaned.certified]:
        if rules.columns[name].kind != "mark":
            for target in _told(cleaned.certified[name]):
                _take(cleaned, name, target)
    for scheme in SCHEMES:
        _level_of_marks(cleaned, scheme, rules)
        _recognised_without_level(cleaned, scheme, rules)


def _told(values: Mapping[int, Value]) -> list[str]:
    """The columns that some cell of another column tells of."""
    return sorted({column for value in values.values() for column, _ in value.also})


def _said(cleaned: CleanTable, name: str, target: str) -> Coded[Any]:
    """What the cells of a column say for another one."""
    cells, values = cleaned.table.cells[name], cleaned.certified[name]
    found = [dict(values.get(c, BLANK).also).get(target) for c in range(len(cells.values))]
    return Coded(cells.codes, found)


def _split_both(cleaned: CleanTable) -> None:
    """A column of both schemes is one for the level of each, though no cell may tell of one."""
    for scheme in SCHEMES:
        if f"{scheme}_level" not in cleaned.columns:
            _take(cleaned, "both_schemes", f"{scheme}_level")


def _take(cleaned: CleanTable, name: str, target: str) -> None:
    """Put what the cells of one column say for another into it."""
    said = _said(cleaned, name, target)
    if target not in cleaned.columns:
        _add_column(cleaned, name, target, said)
        return
    if cleaned.table.cells.get(target) is cleaned.table.cells[name]:
        return
    _fill_and_compare(cleaned, target, said, lambda i: name)


def _fill_and_compare(
    cleaned: CleanTable, target: str, said: Coded[Any], source: Callable[[int], str]
) -> None:
    """What other cells say for a column (`source`: in which column of each row) fills its blanks,
    and gives the day where only the year stands; what both say must agree. Years that follow each
    other are warned of, for a school year begins in the one and ends in the other."""
    told = said.where(_is_said) & ~cleaned.faults_in(target)
    own = cleaned.columns[target]
    verdicts = paired(own, said).map(lambda pair: _verdict(*pair))
    fills, differs, near = (
        told & verdicts.where(partial(eq, wanted)) for wanted in ("fills", "differs", "near")
    )

    def facts(i: int) -> dict[str, Any]:
        return {"other": cleaned.cell(i, source(i)), "other_value": cleaned.raw(i, source(i))}

    if fills.any():
        both = overlaid(own, said, fills)
        cleaned.columns[target] = merged(both.codes, both.values)
    for i in places(fills):
        value: Any = said[i].date if isinstance(said[i], Day) else said[i]
        note = finding(
            REPAIRED, cleaned.table, i, target, "taken_from_cell", clean=value, **facts(i)
        )
        cleaned.notes.append(note)
    for i in places(differs):
        cleaned.doubt(i, target, "certificate_cells_differ", **facts(i))
    if near.any():
        cleaned.warn_of(near, target, "year_beside_date", facts)


def _is_said(value: object) -> bool:
    return value is not None


def _is_blank(value: object) -> bool:
    return value is None


def _add_column(cleaned: CleanTable, name: str, target: str, said: Coded[Any]) -> None:
    """A column that stands in the cells of another one."""
    table = cleaned.table
    cleaned.columns[target] = merged(said.codes, said.values)
    table.cells[target] = table.cells[name]
    table.header.columns[target] = table.header.columns[name]
    told = said.where(_is_said)
    values = {
        c: Value(value, "told_beside") for c, value in enumerate(said.values) if value is not None
    }
    if told.any():
        cleaned.notes.append(Repairs(table, target, np.flatnonzero(told), values))
    if name.endswith("_decision") and target.endswith("_date"):
        stated = ~cleaned.columns[name].where(_is_blank) & ~cleaned.faults_in(name)
        if 2 * told.sum() > stated.sum():  # a column for both: where the day lacks, it is missing
            for i in places(cleaned.faults_in(name)):
                cleaned.doubt(i, target, "decision_form")
            return
    cleaned.gathered[target] = name


def _verdict(own: object, said: object) -> str:
    """What another cell says beside a value: it "fills" it, is the "same", "near" or "differs"."""
    if own is None:
        return "fills"
    if isinstance(own, Day) and isinstance(said, Day):
        return days_agree(own, said)
    return "same" if own == said else "differs"


class _Mark(NamedTuple):
    """The cell of a level's column: the level, what it gave, and what stands there."""

    level: int
    value: Value
    cell: Cell


class _Reached(NamedTuple):
    """What the marks of a row come to; `fault`: the mark that contradicts another one."""

    level: str | None = None
    mark: _Mark | None = None
    fault: int = 0


def _level_of_marks(cleaned: CleanTable, scheme: str, rules: Rules) -> None:
    """Columns CĐ 1 | CĐ 2 | CĐ 3 with a mark in one of them give the level, with the day and the
    decision that may stand for the mark. Without any nothing is said, as in a blank cell. Of two
    marks the higher one holds if the days say that it came later; else they are a doubt."""
    marks = {n: f"{scheme}_mark_{n}" for n in rules.levels(scheme)}
    marks = {n: name for n, name in marks.items() if name in cleaned.columns}
    name = f"{scheme}_level"
    if not marks or name in cleaned.columns:
        return
    columns = [_marks(cleaned, n, mark) for n, mark in marks.items()]
    none: Coded[tuple[_Mark, ...]] = Coded.blank(len(cleaned.table.rows)).map(lambda _: ())
    found = reduce(_beside, columns, none).map(_reached)
    unread = cleaned.faults_in(*marks.values())
    for i in places(found.where(lambda reached: reached.fault) & ~unread):
        cleaned.doubt(i, marks[found[i].fault], "marks_several")
    cleaned.columns[name] = found.map(lambda reached: reached.level)
    cleaned.columns[name] = _without(cleaned.columns[name], unread)
    first = next(iter(marks.values()))
    cleaned.table.header.columns.setdefault(name, cleaned.table.header.columns[first])
    for target in _told({i: r.mark.value for i, r in enumerate(found.values) if r.mark}):
        _take_from_marks(cleaned, target, marks, found)


def _marks(cleaned: CleanTable, level: int, name: str) -> Coded[_Mark]:
    cells, values = cleaned.table.cells[name], cleaned.certified[name]
    found = [_Mark(level, values.get(c, BLANK), cell) for c, cell in enumerate(cells.values)]
    return Coded(cells.codes, found)


def _beside(left: Coded[tuple[_Mark, ...]], right: Coded[_Mark]) -> Coded[tuple[_Mark, ...]]:
    return paired(left, right).map(lambda pair: (*pair[0], pair[1]))


def _reached(marks: Sequence[_Mark]) -> _Reached:
    reached = [mark for mark in marks if mark.value.clean == "yes"]
    if not reached:
        answers = {mark.value.clean for mark in marks}
        said = ("pending", "pending"), ("no", "not_reached")
        return _Reached(next((level for answer, level in said if answer in answers), None))
    days = [_day_of(mark) for mark in reached]
    for (low, high), mark in zip(pairwise(days), reached[1:], strict=True):
        if not (low and high and low < high and high[:4] != low[:4]):
            return _Reached(fault=mark.level)
    return _Reached(str(reached[-1].level), reached[-1])


def _day_of(mark: _Mark) -> str:
    days = (value for column, value in mark.value.also if column.endswith("_date"))
    return next((day.date.isoformat() for day in days if isinstance(day, Day)), "")


def _without(column: Coded[Any], rows: Flags) -> Coded[Any]:
    held = overlaid(column, Coded.blank(len(column)), rows)
    return merged(held.codes, held.values)


def _take_from_marks(
    cleaned: CleanTable, target: str, marks: Mapping[int, str], found: Coded[_Reached]
) -> None:
    """The day or the decision that stands for a mark, where its own column says nothing."""
    said = found.map(lambda r: dict(r.mark.value.also).get(target) if r.mark else None)
    if target not in cleaned.columns:
        cleaned.columns[target] = merged(said.codes, said.values)
        cleaned.table.cells[target] = found.map(lambda r: r.mark.cell if r.mark else None)
        first = next(iter(marks.values()))
        cleaned.table.header.columns[target] = cleaned.table.header.columns[first]
        cleaned.gathered[target] = first
        return
    levels = found.map(lambda r: marks[r.mark.level] if r.mark else "")
    _fill_and_compare(cleaned, target, said, lambda i: levels[i])


def _recognised_without_level(cleaned: CleanTable, scheme: str, rules: Rules) -> None:
    """Before 10/10/2018 schools were recognised as CQG without a level (Thông tư 47/2012): decision
    and day alone say so, and the level is not known."""
    name, date, number = (f"{scheme}_{a}" for a in ("level", "date", "decision"))
    if number not in cleaned.columns:
        return
    if name not in cleaned.columns:
        cleaned.columns[name] = Coded.blank(len(cleaned.table.rows))
        cleaned.table.cells[name] = Coded.blank(len(cleaned.table.rows))
        cleaned.table.header.columns[name] = cleaned.table.header.columns[number]
    days = cleaned.column(date)
    early = days.where(
        lambda day: isinstance(day, Day) and is_recognised_unranked(day.date, scheme, rules)
    )
    early &= ~cleaned.column(number).where(_is_blank) & ~cleaned.faults_in(name, date, number)
    level = cleaned.column(name)
    rows = early & level.where(_is_blank)
    if rows.any():
        unknown = Coded(np.zeros(len(level), np.int32), ["unknown_level"])
        known = overlaid(level, unknown, rows)
        cleaned.columns[name] = merged(known.codes, known.values)
    for i in places(rows):
        note = finding(REPAIRED, cleaned.table, i, name, "recognised_without_level")
        cleaned.notes.append(replace(note, source_value=""))
