"""The figures `check` shows, counted from the accepted rows without a table in between."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from analysis.clean import Rows, day_numbers, is_ranked, results, scope_reasons
from analysis.compare.targets import gap_to
from analysis.measure import Counts, count_places, reached_counts
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


class Distance(NamedTuple):
    """A share against its target: points above (+) or below (-), and the schools still needed;
    None where no number of schools brings the share into the corridor."""

    share: Share
    points: float
    needed: int | None


@dataclass(frozen=True)
class Figures:
    """What holds on a day for the accepted rows of one school year."""

    rows: Rows
    as_of: dt.date
    rules: Rules

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

    def reached(self, scheme: str) -> Iterator[Share]:
        """The schools with any level in force, by education level and in all."""
        groups, counts = self._by_level(scheme)
        first = standing_names(scheme, self.rules).index(str(self.rules.levels(scheme)[0]))
        reached, _ = reached_counts(counts, standing_names(scheme, self.rules))
        for group, row, total in zip(groups, reached, counts.sum(axis=1).tolist(), strict=True):
            yield Share(group, int(row[first]), total)

    def distance(self, target: Target) -> Distance | None:
        """All schools against a target; None where there are none."""
        names = standing_names(target.scheme, self.rules)
        counted = self._meant(target) & self._in_base(target.scheme, target.base)
        counts = self._count(target.scheme, [], counted, ())
        level, total = names.index(str(target.level)), counts.sum(keepdims=True)
        reading = reached_counts(counts, names)[0] if target.reading == "at_least" else counts
        gap = gap_to(reading[level : level + 1], total, target)
        if gap.empty[0]:
            return None
        needed = None if gap.unreachable[0] else int(gap.needed[0])
        share = Share("all", int(reading[level]), int(total[0]))
        return Distance(share, float(gap.points[0]), needed)

    def _by_level(self, scheme: str) -> tuple[list[str], Counts]:
        """Counts of education level x standing, the total last."""
        asked = self._asked(scheme)
        levels = self.rows.column("education_level")
        order = {level: place for place, level in enumerate(self.rules.education_levels)}
        place = levels.each(lambda level: order.get(level, 0), np.int64)
        counts = self._count(scheme, [place], asked, (len(order),))
        some = counts.sum(axis=1) > 0
        groups = [level for level, used in zip(order, some.tolist(), strict=True) if used]
        return [*groups, "all"], np.concatenate([counts[some], counts.sum(axis=0, keepdims=True)])

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
