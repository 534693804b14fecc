"""Tables of what was true from one day to another: schools and units, with why each row ends."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from analysis.reference.text import tidy
from analysis.reference.trouble import FaultsError

Fault = tuple[str, dict[str, object]]


@dataclass(frozen=True)
class Shape:
    """A table of periods: the column that names a thing, the one that names what followed it, its
    other columns, and the events a row can end with: the thing goes on, ends, or hands on to its
    successors (and may go on). `name_returns`: a name that ended can be given again."""

    key: str
    successor: str
    columns: tuple[str, ...]
    goes_on: frozenset[str]
    ends: frozenset[str]
    hands_on: frozenset[str]
    name_returns: bool = False


@dataclass(frozen=True)
class Period:
    """One row: a thing as it was from the first to the last day."""

    key: str
    start: dt.date
    end: dt.date
    event: str
    successors: tuple[str, ...]
    line: int
    facts: Mapping[str, str]

    def holds(self, day: dt.date) -> bool:
        """Whether the row is about this day."""
        return self.start <= day <= self.end


def read_periods(path: Path, shape: Shape) -> list[Period]:
    """The rows in order of key and day, or FaultsError with every fault and its line number."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        wanted = [shape.key, "valid_from", "valid_to", "event", shape.successor, *shape.columns]
        if missing := [name for name in wanted if name not in (reader.fieldnames or [])]:
            raise FaultsError("periods_faulty", [_fault("columns", 1, names=", ".join(missing))],
                              file=path.name)  # fmt: skip
        read = [_period(row, reader.line_num, shape) for row in reader]
    faults = [f for _, found in read for f in found]
    periods = sorted((p for p, _ in read), key=lambda p: (p.key, p.start))
    faults += _check(periods, shape)
    if faults:
        faults.sort(key=lambda fault: (fault[1]["line"], fault[0]))
        raise FaultsError("periods_faulty", faults, file=path.name)
    return periods


def _fault(what: str, line: int, **facts: object) -> Fault:
    return f"period_{what}", {"line": line, **facts}


def _period(row: Mapping[str, str | None], line: int, shape: Shape) -> tuple[Period, list[Fault]]:
    cells = {name: tidy(text or "") for name, text in row.items() if isinstance(name, str)}
    faults: list[Fault] = []
    days = []
    for name, open_end in (("valid_from", dt.date.min), ("valid_to", dt.date.max)):
        try:
            days.append(dt.date.fromisoformat(cells[name]) if cells[name] else open_end)
        except ValueError:
            days.append(open_end)
            faults.append(_fault("date", line, column=name, value=repr(cells[name])))
    start, end = days
    successors = tuple(filter(None, (s.strip() for s in cells[shape.successor].split(";"))))
    period = Period(cells[shape.key], start, end, cells["event"], successors, line, cells)
    return period, faults


def _check(periods: list[Period], shape: Shape) -> Iterator[Fault]:
    known = {p.key for p in periods}
    for p in periods:
        yield from _check_row(p, shape, known)
    for _, rows in groupby(periods, key=lambda p: p.key):
        yield from _check_sequence(list(rows), shape)


def _check_row(p: Period, shape: Shape, known: set[str]) -> Iterator[Fault]:
    facts = {"thing": p.key, "event": repr(p.event)}
    events = shape.goes_on | shape.ends | shape.hands_on
    if not p.key:
        yield _fault("unnamed", p.line, column=shape.key)
    if p.end < p.start:
        yield _fault("backwards", p.line, **facts)
    if p.event and p.event not in events:
        yield _fault("event", p.line, known=", ".join(sorted(events)), **facts)
    if bool(p.event) != (p.end != dt.date.max):
        yield _fault("event_and_end", p.line, **facts)
    if p.event in shape.hands_on and not p.successors:
        yield _fault("successor_missing", p.line, column=shape.successor, **facts)
    for name in p.successors:
        if name not in known or name == p.key:
            yield _fault("successor", p.line, successor=repr(name), **facts)


def _check_sequence(rows: list[Period], shape: Shape) -> Iterator[Fault]:
    for one, following in pairwise(rows):
        facts = {"thing": one.key, "first": one.line}
        ended = one.event in shape.ends
        if following.start <= one.end:
            yield _fault("overlap", following.line, **facts)
        elif ended and not shape.name_returns:
            yield _fault("after_end", following.line, event=repr(one.event), **facts)
        elif not ended and (following.start - one.end).days > 1:
            yield _fault("gap", following.line, **facts)
    last = rows[-1]
    if last.event in shape.goes_on:
        yield _fault("unfinished", last.line, thing=last.key, event=repr(last.event))


def period_on(periods: Iterable[Period], day: dt.date) -> Period | None:
    """The row about a day, or None."""
    return next((p for p in periods if p.holds(day)), None)
