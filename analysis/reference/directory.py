"""The office's directory: each school over time, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from analysis.reference.periods import Period, Shape, period_on, read_periods
from analysis.reference.schema import Fault

_SHAPE = Shape("schools", key="school_id", successor="successor_id")


@dataclass(frozen=True)
class Directory:
    """The rows of `data/schools.csv`, checked; empty where the office keeps none.

    A row is a school (`school_id`, which never changes) as it was for a time: `school_code`,
    `school_name`, `education_level`, `unit`. It ends with an event: renamed, moved_unit,
    changed_level, recoded (the school goes on in its next row), merged_into or closed (it is no
    more), split (its successors are new schools; the school itself may go on).
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
        return sorted({p.key for p in self.periods if school_id in p.successors})


def read_directory(path: Path, education_levels: Sequence[str]) -> Directory:
    """The directory of a CSV file, or FaultsError with all faults and their line numbers; empty
    where there is no such file."""
    if not path.exists():
        return Directory()
    words = {"levels": education_levels}
    return Directory(tuple(read_periods(path, _SHAPE, words, _codes_twice)))


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
