"""The office's directory: each school over time, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path

from analysis.reference.periods import Period, Shape, period_on, read_periods
from analysis.reference.schema import Fault, described

# The cases of a merger: the school is only renamed, all that are merged hold what is asked about on
# the day, or something else.
CASES: Sequence[str] = described("schools")["case"]["of"]
_SHAPE = Shape("schools", key="school_id", successor="successor_id")


@dataclass(frozen=True)
class Directory:
    """The rows of `data/schools.csv`, checked; empty where the office keeps none.

    A row is a school (`school_id`, which never changes) as it was for a time: `school_code`,
    `school_name`, `education_level`, `unit`. It ends with an event: renamed, moved_unit,
    changed_level, recoded (the school goes on in its next row), merged_into or closed (it is no
    more), split (its successors are new schools; the school itself may go on). What is only
    planned is left out: the school goes on, and one that is to be made of others is not there.
    """

    periods: Sequence[Period] = field(default=())

    @cached_property
    def schools(self) -> Mapping[str, list[Period]]:
        """The rows of each school, oldest first."""
        found: dict[str, list[Period]] = defaultdict(list)
        for period in self.periods:
            found[period.key].append(period)
        return dict(found)

    def school_on(self, school_id: str, day: dt.date) -> Mapping[str, str] | None:
        """Code, name, level and unit of a school on a day; None where there was no such school."""
        period = period_on(self.schools.get(school_id, ()), day)
        return period.facts if period else None

    def unit_on(self, school_id: str, day: dt.date) -> str | None:
        """The ward or commune a school lay in on a day."""
        school = self.school_on(school_id, day)
        return school["unit"] if school else None

    def ended_by(self, school_id: str, day: dt.date) -> Period | None:
        """The row a school ended with, if it was no more on a day: merged, closed or split up."""
        rows = self.schools.get(school_id, [])
        gone = rows and rows[-1].end < day
        return rows[-1] if gone else None

    def began(self, school_id: str) -> dt.date | None:
        """The first day of a school: it was founded, or made of others, on this day; `date.min`
        where that is not stated."""
        rows = self.schools.get(school_id)
        return rows[0].start if rows else None

    def predecessors(self, school_id: str) -> list[str]:
        """The schools that were merged into this one, or that it was split from."""
        return sorted({p.key for p in self._handed_on.get(school_id, ())})

    def merged_by(self, school_id: str, day: dt.date) -> list[Period]:
        """The last rows of the schools that had been merged into this one by a day, in the order of
        their ends."""
        merged = (p for p in self._handed_on.get(school_id, ()) if p.event == "merged_into")
        return sorted((p for p in merged if p.end < day), key=lambda p: (p.end, p.line))

    @cached_property
    def _handed_on(self) -> Mapping[str, list[Period]]:
        """The rows that end with each school as a successor."""
        found: dict[str, list[Period]] = defaultdict(list)
        for period in self.periods:
            for successor in period.successors:
                found[successor].append(period)
        return dict(found)


def read_directory(path: Path, education_levels: Sequence[str]) -> Directory:
    """The directory of a CSV file, or FaultsError with all faults and their line numbers; empty
    where there is no such file."""
    if not path.exists():
        return Directory()
    words = {"levels": education_levels}
    return Directory(tuple(_happened(read_periods(path, _SHAPE, words, _faults))))


def _happened(periods: list[Period]) -> Iterator[Period]:
    """The rows without what is only planned: an event that is, and all that follows from it."""
    schools = {key: [*rows] for key, rows in groupby(periods, key=lambda p: p.key)}
    makers: dict[str, list[Period]] = defaultdict(list)
    for p in periods:
        for successor in p.successors:
            if p.end < schools[successor][0].start:
                makers[successor].append(p)

    def planned(p: Period) -> bool:
        return p.facts.get("planned") == "yes"

    @cache
    def only_planned(key: str) -> bool:
        """There is no such school unless what is planned happens."""
        first, made_of = schools[key][0], makers[key]
        told = planned(first) and not first.event
        return told or (bool(made_of) and all(planned(p) or only_planned(p.key) for p in made_of))

    for key, rows in schools.items():
        for p, following in zip(rows, [*rows[1:], None], strict=True):
            if only_planned(key):
                break
            if planned(p) or (following and planned(following) and not following.event):
                yield replace(p, end=dt.date.max, event="", successors=())
                break
            yield p


def _faults(periods: list[Period]) -> Iterator[Fault]:
    yield from _codes_twice(periods)
    yield from _cases(periods)


def _cases(periods: list[Period]) -> Iterator[Fault]:
    """A merger that is of two cases, and one that is only renamed although several schools are
    merged."""
    by_merger: dict[tuple[str, dt.date], list[Period]] = defaultdict(list)
    for p in sorted(periods, key=lambda p: p.line):
        for successor in p.successors if p.event == "merged_into" else ():
            by_merger[successor, p.end].append(p)
    began = {key: min(p.start for p in rows) for key, rows in groupby(periods, lambda p: p.key)}
    for (successor, end), rows in by_merger.items():
        told = [p for p in rows if p.facts.get("case") in CASES]
        several = len(rows) > 1 or began.get(successor, dt.date.max) <= end
        for p in told:
            case, first = p.facts["case"], told[0]
            facts = {"line": p.line, "thing": p.key, "successor": successor, "value": repr(case)}
            if case == "renamed" and several:
                yield "period_renamed_several", facts
            elif case != first.facts["case"]:
                other = {"first": first.line, "other": repr(first.facts["case"])}
                yield "period_case_differs", facts | other


def _codes_twice(periods: list[Period]) -> Iterator[Fault]:
    """A code that two schools have at the same time; a successor may take it over."""
    by_code: dict[str, list[Period]] = defaultdict(list)
    for p in sorted(periods, key=lambda p: p.line):
        code = p.facts["school_code"]
        for other in by_code[code] if code else ():
            if other.key != p.key and other.start <= p.end and p.start <= other.end:
                facts = {"thing": p.key, "value": code, "first": other.line}
                yield "period_code_twice", {"line": p.line, **facts}
        by_code[code].append(p)
