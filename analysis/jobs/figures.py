"""The figures `check` shows, counted from the accepted rows without a table in between."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from analysis.clean import Rows, day_numbers, is_ranked, results, scope_reasons
from analysis.compare.targets import gap_to
from analysis.measure import ALL, Counts, count_places, reached_counts
from analysis.raw import Coded, Flags
from analysis.reference import Rules, Target
from analysis.status import (
    Judged,
    Stated,
    judge,
    result_places,
    standing_names,
    standing_places,
)


@dataclass(frozen=True)
class Share:
    """So many schools of so many; `group` is an education level, or "all"."""

    group: str
    count: int
    total: int

    @property
    def percent(self) -> float:
        """0-100; 0 where there are none."""
        return 100 * self.count / self.total if self.total else 0.0


class Standing(NamedTuple):
    """How many of a group's schools stand exactly there, and there or higher (None: no level)."""

    group: str
    standing: str
    exact: int
    reached: int | None
    total: int


class Distance(NamedTuple):
    """A share against its target: points above (+) or below (-), None where there are no schools;
    the schools still needed, None where no number of them brings the share into the corridor."""

    share: Share
    position: str
    points: float | None
    needed: int | None


@dataclass(frozen=True)
class Figures:
    """What holds on a day for the accepted rows of one school year, and whom the rows set aside
    could add."""

    rows: Rows
    as_of: dt.date
    rules: Rules
    barred: Rows | None = None

    @cached_property
    def reasons(self) -> Coded[str]:
        """Why a row is in no denominator; "" where it is in them."""
        return scope_reasons(self.rows, self.rules)

    @cached_property
    def in_scope(self) -> Flags:
        """The rows that are schools in operation."""
        return self.reasons.where(lambda reason: not reason)

    def outside(self) -> Counter[str]:
        """How many rows are in no denominator, by reason."""
        return Counter(self.reasons[i] for i in np.flatnonzero(~self.in_scope).tolist())

    def standings(self, scheme: str) -> Iterator[Standing]:
        """Where the schools of each education level stand, and all of them last."""
        asked = self._asked(scheme)
        groups, counts = self._by_level(scheme, asked, asked)
        names = standing_names(scheme, self.rules)
        reached, is_level = reached_counts(counts, names)
        for group, exact, higher, level in zip(groups, counts, reached, is_level, strict=True):
            total = int(exact.sum())
            for name, n, r, ranked in zip(names, exact.tolist(), higher, level, strict=True):
                yield Standing(group, name, n, int(r) if ranked else None, total)

    def reached(self, scheme: str) -> Iterator[Share]:
        """The schools with any level in force, by education level and in all."""
        first = str(self.rules.levels(scheme)[0])
        for s in self.standings(scheme):
            if s.standing == first:
                yield Share(s.group, s.reached or 0, s.total)

    def distances(self, target: Target) -> Iterator[Distance]:
        """The schools of each education level against a target, and all of them last."""
        names, asked = standing_names(target.scheme, self.rules), self._meant(target)
        counted = asked & self._in_base(target.scheme, target.base)
        groups, counts = self._by_level(target.scheme, asked, counted)
        reading = reached_counts(counts, names)[0] if target.reading == "at_least" else counts
        found, totals = reading[:, names.index(str(target.level))], counts.sum(axis=1)
        gap = gap_to(found, totals, target)
        for at, group in enumerate(groups):
            share = Share(group, int(found[at]), int(totals[at]))
            points = None if gap.empty[at] else float(gap.points[at])
            open_ = gap.empty[at] or gap.unreachable[at]
            needed = None if open_ else int(gap.needed[at])
            yield Distance(share, str(gap.position[at]), points, needed)

    def set_aside(self, group: str, among: Collection[str] = ()) -> int:
        """The schools set aside that may belong to a group (`among`: to one of these levels), see
        `count_kept_out`."""
        levels = self._set_aside
        if group != ALL:
            return sum(levels[name] for name in {group, ""})
        return sum(n for level, n in levels.items() if not among or level in ("", *among))

    @cached_property
    def _set_aside(self) -> Counter[str]:
        """Schools set aside by education level, "" where it could not be read; two rows with one
        code are one school."""
        if self.barred is None:
            return Counter()
        names = [self.barred.text(name) for name in ("school_code", "education_level")]
        pairs = list(zip(*names, strict=True))
        coded = dict(reversed([pair for pair in pairs if pair[0]]))
        return Counter([*coded.values(), *(level for code, level in pairs if not code)])

    def _by_level(self, scheme: str, asked: Flags, counted: Flags) -> tuple[list[str], Counts]:
        """Counts of education level x standing, the total last; the levels are those of any school
        asked."""
        order = list(self.rules.education_levels)
        places = {level: place for place, level in enumerate(order)}
        levels = self.rows.column("education_level")
        place = levels.each(lambda level: places.get(level, 0), np.int64)
        some = np.bincount(place[asked], minlength=len(order)) > 0
        counts = self._count(scheme, [place], counted, (len(order),))
        groups = [level for level, used in zip(order, some.tolist(), strict=True) if used]
        return [*groups, ALL], np.concatenate([counts[some], counts.sum(axis=0, keepdims=True)])

    def _count(
        self, scheme: str, places: list[Counts], counted: Flags, shape: tuple[int, ...]
    ) -> Counts:
        standing = standing_places(self._judged(scheme))
        size = len(standing_names(scheme, self.rules))
        return count_places([*places, standing], counted, (*shape, size))

    def _asked(self, scheme: str) -> Flags:
        """The schools in scope that a scheme is meant for."""
        left_out = self.rules.regulations["not_for"][scheme]
        meant = self.rows.column("education_level").where(lambda level: level not in left_out)
        return self.in_scope & meant

    def _meant(self, target: Target) -> Flags:
        """The schools a target is about: some name the education levels."""
        asked, named = self._asked(target.scheme), target.education_levels
        if not named:
            return asked
        return asked & self.rows.column("education_level").where(lambda level: level in named)

    def _in_base(self, scheme: str, base: str) -> Flags:
        """The schools a denominator may hold, see `measure_levels`."""
        if base == "eligible":
            return ~self.rows.column("eligible").where(lambda answer: answer == "no")
        if base == "all":
            return np.ones(len(self.rows), np.bool_)
        answers = self.rows.column("externally_evaluated")
        if (answers.where(lambda answer: answer is not None) & self.in_scope).any():
            return answers.where(lambda answer: answer == "yes")
        silent = result_places(["not_evaluated", "unknown"], scheme)
        return ~np.isin(self._judged(scheme).state, silent)

    def _judged(self, scheme: str) -> Judged:
        if scheme not in self._known:
            day = np.array(self.as_of, "datetime64[D]")
            self._known[scheme] = judge(stated(self.rows, scheme), day, scheme, self.rules)
        return self._known[scheme]

    @cached_property
    def _known(self) -> dict[str, Judged]:
        return {}


def stated(rows: Rows, scheme: str) -> Stated:
    """What the rows state of a scheme."""
    said, signed = results(rows, scheme), rows.column(f"{scheme}_date")
    levels = rows.column(f"{scheme}_level")
    precision: Any = signed.map(lambda day: getattr(day, "precision", ""))
    return Stated(
        said.map(lambda word: int(result_places([word], scheme)[0])).each(int, np.int64),
        levels.each(lambda level: int(level) if is_ranked(level) else 0, np.int64),
        day_numbers(signed),
        precision.where(lambda word: word == "month"),
        precision.where(lambda word: word == "year"),
        day_numbers(rows.column(f"{scheme}_expiry")),
    )
