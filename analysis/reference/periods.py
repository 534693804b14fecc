"""Tables of what was true from one day to another: schools and units, with why each row ends."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from analysis.reference.schema import Fault, Words, described, read_text
from analysis.reference.text import tidy
from analysis.reference.trouble import FaultsError


@dataclass(frozen=True)
class Shape:
    """A table of periods as settings.toml describes it: the column that names a thing, and the one
    that names what followed it. `name_returns`: a name that ended can be given again."""

    table: str
    key: str
    successor: str
    name_returns: bool = False

    def events(self, kind: str) -> Collection[str]:
        """The events with which a row ends so that the thing "goes_on", "ends" or "hands_on"."""
        found: list[str] = described(self.table)["event"][kind]
        return found


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


def read_periods(
    path: Path,
    shape: Shape,
    words: Words,
    also: Callable[[list[Period]], Iterable[Fault]] = lambda periods: (),
) -> list[Period]:
    """The rows in order of key and day, or FaultsError with every fault and its line number, those
    that `also` finds among them."""
    faults: list[Fault] = []
    read = [_period(cells, line, shape, words, faults) for line, cells in _rows(path, shape)]
    periods = sorted(read, key=lambda p: (p.key, p.start))
    faults += [*_check(periods, shape), *also(periods)]
    if faults:
        raise _faulty(path, faults)
    return periods


def _faulty(path: Path, faults: Iterable[Fault]) -> FaultsError:
    found = sorted(faults, key=lambda fault: (fault[1]["line"], fault[0]))
    return FaultsError("periods_faulty", found, file=path.name)


def _rows(path: Path, shape: Shape) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells by column, whichever separator Excel has put between them."""
    text, rules = read_text(path), described(shape.table)
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count), strict=True)
    rows: list[tuple[int, list[str]]] = []
    faults: list[Fault] = []
    try:
        rows.extend((reader.line_num, cells) for cells in reader)
    except csv.Error:
        faults.append(_fault("quote", len(rows) and rows[-1][0] + 1))
    width = max(
        (n for _, cells in rows for n, cell in enumerate(cells, 1) if cell.strip()), default=0
    )
    rows = [(line, cells[: max(width, 1)]) for line, cells in rows]  # Excel's blank columns
    names = [tidy(name) for name in rows[0][1]] if rows else []
    needed = [name for name, rule in rules.items() if not rule.get("may_lack")]
    if missing := [name for name in needed if name not in names]:
        raise _faulty(path, [_fault("columns", 1, names=", ".join(missing))])
    strange = [name for name in names if name not in rules or names.count(name) > 1]
    if strange:
        facts = {"names": ", ".join(map(repr, strange)), "known": ", ".join(rules)}
        faults.append(_fault("strange", 1, **facts))
    rows = [(line, cells) for line, cells in rows[1:] if any(map(str.strip, cells))]
    for line, cells in rows:
        if all(rules[name].get("may_lack") for name in names[len(cells) :] if name in rules):
            cells += [""] * (len(names) - len(cells))  # a line without the columns that may lack
        if len(cells) != len(names):
            faults.append(_fault("cells", line, count=len(cells), wanted=len(names)))
    if faults:
        raise _faulty(path, faults)
    for line, cells in rows:
        yield line, dict(zip(names, map(tidy, cells), strict=True))


def _fault(what: str, line: int, **facts: object) -> Fault:
    return f"period_{what}", {"line": line, **facts}


def _period(
    cells: dict[str, str], line: int, shape: Shape, words: Words, faults: list[Fault]
) -> Period:
    """A row; what is wrong with one of its cells joins the faults."""
    days = {"valid_from": dt.date.min, "valid_to": dt.date.max}
    for name, text in cells.items():
        rule = described(shape.table)[name]
        if rule["kind"] == "day" and text:
            if (day := _day(text)) is None:
                faults.append(_fault("date", line, column=name, value=repr(text)))
            days[name] = day or days.get(name, dt.date.max)
        elif rule.get("need") and not text:
            faults.append(_fault("unnamed", line, column=name))
        elif rule["kind"] == "word" and text:
            known = words[rule["of"][1:]] if isinstance(rule["of"], str) else rule["of"]
            facts = {"thing": cells[shape.key], "value": repr(text), "known": ", ".join(known)}
            events = rule.get("goes_with")
            if text not in known:
                faults.append(_fault("word", line, column=name, **facts))
            elif events and cells["event"] not in events:
                facts |= {"events": ", ".join(events), "event": repr(cells["event"])}
                faults.append(_fault("goes_with", line, column=name, **facts))
    successors = tuple(filter(None, (s.strip() for s in cells[shape.successor].split(";"))))
    start, end = days["valid_from"], days["valid_to"]
    return Period(cells[shape.key], start, end, cells["event"], successors, line, cells)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 and text[7] == "-" else None
    except ValueError:
        return None


def _check(periods: list[Period], shape: Shape) -> Iterator[Fault]:
    known = {p.key for p in periods}
    for p in periods:
        yield from _check_row(p, shape, known)
    for _, rows in groupby(periods, key=lambda p: p.key):
        yield from _check_sequence(list(rows), shape)


def _check_row(p: Period, shape: Shape, known: set[str]) -> Iterator[Fault]:
    facts = {"thing": p.key, "event": repr(p.event)}
    events = {*shape.events("goes_on"), *shape.events("ends"), *shape.events("hands_on")}
    if p.end < p.start:
        yield _fault("backwards", p.line, **facts)
    if p.event and p.event not in events:
        yield _fault("event", p.line, known=", ".join(sorted(events)), **facts)
    if bool(p.event) != (p.end != dt.date.max):
        yield _fault("event_and_end", p.line, **facts)
    if p.event in shape.events("hands_on") and not p.successors:
        yield _fault("successor_missing", p.line, column=shape.successor, **facts)
    for name in p.successors:
        if name not in known or name == p.key:
            yield _fault("successor", p.line, successor=repr(name), **facts)


def _check_sequence(rows: list[Period], shape: Shape) -> Iterator[Fault]:
    for one, following in pairwise(rows):
        facts = {"thing": one.key, "first": one.line}
        ended = one.event in shape.events("ends")
        if following.start <= one.end:
            yield _fault("overlap", following.line, **facts)
        elif ended and not shape.name_returns:
            yield _fault("after_end", following.line, event=repr(one.event), **facts)
        elif not ended and (following.start - one.end).days > 1:
            yield _fault("gap", following.line, **facts)
    last = rows[-1]
    if last.event in shape.events("goes_on"):
        yield _fault("unfinished", last.line, thing=last.key, event=repr(last.event))


def period_on(periods: Iterable[Period], day: dt.date) -> Period | None:
    """The row about a day, or None."""
    return next((p for p in periods if p.holds(day)), None)
