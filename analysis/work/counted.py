"""What is counted of a school year, from its clean rows: as lines of two tables and in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analysis.compare.corridors import wanted_shares
from analysis.compare.targets import gap_to
from analysis.compare.verdicts import NO_SCHOOLS, NOT_MET, OPEN, find_verdicts
from analysis.measure import (
    ALL,
    CountedRows,
    Flags,
    Standings,
    count_standings,
    holding,
    members,
    share_ends,
    tally,
)
from analysis.reference import Percent, Points, Share, Target, TargetSet, is_issued, say

Line = list[Any]
_MOST_NAMES = 5


class Judged(NamedTuple):
    """A group of schools against a target; numbers of schools and shares as in
    `compare_to_targets`, None where there are none."""

    group: str
    schools: int
    total: int
    unclear: int
    base_unclear: int
    low: float | None
    high: float | None
    verdict: str
    position: str
    points: float | None
    needed: tuple[int, int] | None


class Reached(NamedTuple):
    """Schools of a group that hold any level of a scheme."""

    group: str
    schools: int
    total: int
    unclear: int


@dataclass(frozen=True)
class YearCounted:
    """A school year to be counted: its rows, and the targets it is judged by, if any."""

    school_year: str
    rows: CountedRows
    target_set: TargetSet | None

    @property
    def schemes(self) -> list[str]:
        """The schemes the lists of the year have a column for."""
        return self.rows.schemes

    @property
    def targets(self) -> list[Target]:
        """The parts of the targets that something is stated of."""
        parts = self.target_set.parts if self.target_set else ()
        return [part for part in parts if part.scheme in self.schemes]

    @property
    def late(self) -> bool:
        """Is it judged after the last day of its targets?"""
        return bool(self.target_set and self.rows.as_of > self.target_set.last_day)

    def for_reference(self, target: Target) -> bool:
        """Is there no verdict on it, as it is late or its certificate is issued no more?"""
        return self.late or not self._issued(target)

    def _issued(self, target: Target) -> bool:
        return is_issued(self.rows.as_of, target.scheme, self.rows.rules)

    def standings(self, scheme: str) -> tuple[list[str], Standings]:
        """The groups, the total last, and where their schools stand."""
        rules, facts = self.rows.rules, self.rows.facts(scheme)
        groups = self.rows.groups(scheme)
        of = members(facts, scheme, rules.default_base(scheme), rules)
        return [*groups.names, ALL], count_standings(facts, groups, of, scheme, rules)

    def reached(self, scheme: str) -> Iterator[Reached]:
        """The schools with any level in force, by education level and in all."""
        rules, facts = self.rows.rules, self.rows.facts(scheme)
        groups = self.rows.groups(scheme)
        of = members(facts, scheme, rules.default_base(scheme), rules)
        found = tally(groups, of, *holding(facts, scheme, 1, "at_least", rules))
        counts = (found.schools, found.total, found.unclear)
        for group, *numbers in zip(
            [*groups.names, ALL], *(c.tolist() for c in counts), strict=True
        ):
            yield Reached(group, *numbers)

    def judged(self, target: Target) -> Iterator[Judged]:
        """The schools of each education level against a target, and all of them last."""
        rules, facts = self.rows.rules, self.rows.facts(target.scheme)
        groups = self.rows.groups(target.scheme, only=target.education_levels)
        of = members(facts, target.scheme, target.base, rules, only=target.education_levels)
        found = tally(groups, of, *self._asked(target))
        low, high = share_ends(found)
        gap, verdicts = (
            gap_to(found.schools, found.total, target),
            find_verdicts(found, target, late=self.late, issued=self._issued(target)),
        )
        first = len(groups.names) if target.schools else 0
        for at, group in [*enumerate([*groups.names, ALL])][first:]:
            most = int(verdicts.needed_most[at])
            schools, total, unclear, base_unclear = (int(numbers[at]) for numbers in found[:4])
            ends = [None if np.isnan(end[at]) else float(end[at]) for end in (low, high)]
            yield Judged(
                group,
                schools,
                total,
                unclear,
                base_unclear,
                ends[0],
                ends[1],
                str(verdicts.verdict[at]),
                str(gap.position[at]),
                None if gap.empty[at] else float(gap.points[at]),
                None if most < 0 else (int(verdicts.needed_least[at]), most),
            )

    def _asked(self, target: Target) -> tuple[Any, Any]:
        rules, facts = self.rows.rules, self.rows.facts(target.scheme)
        rank = rules.levels(target.scheme).index(target.level) + 1
        return holding(facts, target.scheme, rank, target.reading, rules)

    def undecided(self, target: Target) -> Flags:
        """The schools, and rows set aside, that a target hangs on."""
        rules, facts = self.rows.rules, self.rows.facts(target.scheme)
        of = members(facts, target.scheme, target.base, rules, only=target.education_levels)
        return (of.counted & self._asked(target)[1]) | of.unsure

    def figures(self) -> Iterator[dict[str, Any]]:
        """The schools in force of each scheme, as the answer to machines has them."""
        for scheme in self.schemes:
            base = self.rows.rules.default_base(scheme)
            for row in self.reached(scheme):
                numbers = {"k": row.schools, "unclear": row.unclear, "n": row.total}
                yield {"scheme": scheme, "base": base, "group": row.group, **numbers}

    def verdicts(self) -> Iterator[dict[str, Any]]:
        """What can be said of each target, as the answer to machines has it."""
        name = self.target_set.id if self.target_set else ""
        for target in self.targets:
            for row in self.judged(target):
                asked = {"target_set": name, "target": target.id, "group": row.group}
                numbers = {"k": row.schools, "unclear": row.unclear, "n": row.total}
                needed = {"needed": [*(row.needed or (None, None))]}
                yield asked | numbers | {"verdict": row.verdict} | needed


def level_lines(year: YearCounted, scheme: str) -> Iterable[Line]:
    """Where the schools of a year stand, see `LEVELS`."""
    groups, found = year.standings(scheme)
    base = year.rows.rules.default_base(scheme)
    for at, group in enumerate(groups):
        total, unsure = int(found.total[at]), int(found.base_unclear[at])
        for place, name in enumerate(found.names):
            exact, *of_exact = _told(found.exact, at, place)
            reached, *of_reached = _told(found.reached, at, place)
            if not found.is_level[place]:
                reached, of_reached = None, [None, None, None]
            shares = (_percent(exact, total), of_exact[0], unsure, *of_exact[1:])
            higher = (reached, _percent(reached, total), *of_reached)
            yield [year.school_year, scheme, base, group, name, exact, total, *shares, *higher]


def _told(counted: Any, at: int, place: int) -> list[Any]:
    """Count, how many are unclear, least and greatest share."""
    ends = [None if np.isnan(e[at, place]) else float(e[at, place]) for e in counted[2:]]
    return [int(counted.schools[at, place]), int(counted.unclear[at, place]), *ends]


def gap_lines(year: YearCounted, target: Target) -> Iterable[Line]:
    """The schools of a year against a target: the lines of a comparison."""
    asks = (target.id, target.scheme, target.level, target.reading, target.base)
    for row in year.judged(target):
        corridor = tuple(float(e[0]) for e in wanted_shares(np.array([row.total]), target))
        counts = (row.schools, row.total, _percent(row.schools, row.total))
        unclear = (row.unclear, row.base_unclear, row.low, row.high)
        judged = (row.verdict, row.position, row.points, *(row.needed or (None, None)))
        told = [*judged, year.for_reference(target)]
        yield [year.school_year, *asks, row.group, *corridor, *counts, *unclear, *told]


def _percent(count: int | None, total: int) -> float | None:
    """0-100, unrounded; None of nothing, or where the standing is no level."""
    return None if count is None or not total else 100 * count / total


def write_lines(path: Path, names: Sequence[str], lines: Iterable[Line]) -> Path:
    """A table as CSV; UTF-8 with a byte-order mark, so that Excel shows the Vietnamese letters."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([names, *lines])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return path


def gap_line(year: YearCounted, target: Target, lang: str) -> str:
    """What can be said of a target: share, distance and verdict; "" where there are no schools."""
    *_, row = year.judged(target)
    if row.verdict == NO_SCHOOLS:
        return ""
    undecided = year.undecided(target)
    told = [
        _share(row, target, lang),
        _range(row, int(undecided.sum()), lang),
        say("check_verdict", lang, verdict=_verdict(row, lang)),
        _open(year.rows.named(undecided), lang) if row.verdict == OPEN else "",
    ]
    return "".join(told)


def _share(row: Judged, target: Target, lang: str) -> str:
    """Share and distance; only the count where all that there may be is unclear."""
    share, label = Share(row.schools, row.total, decimals=1), target.label(lang)
    if target.schools or target.exclusive:
        label = f"{label}, {target.wanted.text(lang)}"
    if row.points is None or target.schools:
        return say("check_gap_none", lang, label=label, share=share)
    return say("check_gap", lang, label=label, share=share, gap=Points(row.points))


def _range(row: Judged, unclear: int, lang: str) -> str:
    """From where to where the share can be, where something is unclear."""
    if not unclear or row.low is None or row.high is None:
        return ""
    ends = {"low": Percent(row.low, 1), "high": Percent(row.high, 1)}
    return say("check_range", lang, count=unclear, **ends)


def _verdict(row: Judged, lang: str) -> str:
    if row.verdict != NOT_MET or row.needed is None:
        return say(f"verdict_{row.verdict}", lang)
    return say("verdict_not_met_by", lang, needed=needed_text(row.needed, lang))


def needed_text(needed: tuple[int, int], lang: str) -> str:
    """ "2 trường", "1 đến 3 trường"."""
    least, most = needed
    if least == most:
        return say("schools_one" if most == 1 else "schools", lang, count=most)
    return say("schools_between", lang, least=least, most=most)


def _open(names: Sequence[str], lang: str) -> str:
    """The schools that decide, where nothing can be concluded."""
    more = len(names) - _MOST_NAMES
    told = names if more <= 1 else names[:_MOST_NAMES]
    rest = say("check_open_more", lang, count=more) if more > 1 else ""
    return say("check_open", lang, names=", ".join(told) + rest)


def written_lines(paths: Iterable[Path], lang: str) -> str:
    """The files that were written, a line each."""
    return "\n".join([say("check_written", lang), *(f"  {path}" for path in paths)])
