"""Counting on places and flags: who belongs to a denominator and to a group, who counts, and what
of that is unclear. A table of schools (`from_frame`) and the clean rows of workbooks (`from_rows`)
are two sources of the same arrays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.reference import Rules
from analysis.status import UNCLEAR, standing_names

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]

ALL, NOT_STATED = "all", "unknown"
BASES = ("eligible", "evaluated", "all")
# Answers of one school to a question of yes or no.
YES, NO, SILENT, DOUBTED = 1, 0, -1, -2
_NO_RESULT = ("in_doubt", "not_stated", "not_evaluated", "pending")


class Facts(NamedTuple):
    """What is known of the schools of one school year for one scheme, row by row.

    `in_scope`: YES, NO; DOUBTED: it is on the list, but whether it operates cannot be read; SILENT:
    a row set aside. `eligible`, `evaluated`: any of the four. `education_level`: its place in the
    order of the rules, SILENT or DOUBTED. `standing`: its place in `standing_names`, -1 where the
    year does not state the scheme. `stated`: where the standing is unclear, the level it can only
    be at, as its place from 1; 0: any.
    """

    in_scope: Counts
    eligible: Counts
    evaluated: Counts
    education_level: Counts
    standing: Counts
    stated: Counts


class Members(NamedTuple):
    """Whom a denominator holds: by its definition (`counted`), and who may be in it or not
    (`unsure`), whether the definition counts them or not."""

    counted: Flags
    unsure: Flags


class Groups(NamedTuple):
    """The groups in their order, the place of each school's group (-1: none of them), and whether
    that is certain."""

    names: list[str]
    place: Counts
    certain: Flags


class Tally(NamedTuple):
    """Schools by group, those of all groups last.

    `schools` of `total` count by the definition; of `unclear` ones in the total it cannot be told,
    and of `base_unclear` ones whether they belong. Of those that belong for certain `yes` count,
    `no` do not, `either` may; of those that may belong `more_yes`, `more_no`, `more_either`.
    """

    schools: Counts
    total: Counts
    unclear: Counts
    base_unclear: Counts
    yes: Counts
    no: Counts
    either: Counts
    more_yes: Counts
    more_no: Counts
    more_either: Counts


def members(
    facts: Facts, scheme: str, base: str, rules: Rules, *, only: Collection[str] = ()
) -> Members:
    """Whom the base of a scheme holds; `only`: limited to some education levels.

    "all": in scope, and of a level the scheme is meant for; "eligible": of these all not stated to
    be ineligible for external evaluation; "evaluated": of these the ones that `evaluated` names.
    """
    counted, unsure = facts.in_scope != NO, facts.in_scope < NO
    counted = counted & (facts.in_scope != SILENT)
    parts = [_of_levels(facts, rules.regulations["not_for"][scheme], only, rules)]
    if base == "eligible":
        parts.append((facts.eligible != NO, facts.eligible == DOUBTED))
    elif base == "evaluated":
        parts.append(evaluated(facts, scheme, rules))
    for own, doubtful in parts:
        unsure = (unsure & (own | doubtful)) | (doubtful & (counted | unsure))
        counted = counted & own
    return Members(counted, unsure)


def _of_levels(
    facts: Facts, left_out: Collection[str], only: Collection[str], rules: Rules
) -> tuple[Flags, Flags]:
    """The schools whose education level is asked for, and those of which that cannot be told."""
    order = rules.education_levels
    level = facts.education_level
    asked = ~np.isin(level, [order.index(name) for name in left_out])
    if only:
        # Of these levels as a group is of one: a school of an unknown level may be of any.
        return asked & np.isin(level, [order.index(name) for name in only]), level < 0
    return asked, (level == DOUBTED) & bool(left_out)


def evaluated(facts: Facts, scheme: str, rules: Rules) -> tuple[Flags, Flags]:
    """The schools given external evaluation, and those of which that cannot be told: as the year
    states it, or, where it says so of no school, those with a result."""
    if ((facts.evaluated >= NO) & (facts.in_scope != NO) & (facts.in_scope != SILENT)).any():
        return facts.evaluated == YES, facts.evaluated < NO
    names = standing_names(scheme, rules)
    without = np.isin(facts.standing, [*map(names.index, _NO_RESULT)])
    return ~without, is_unclear(facts)


def is_unclear(facts: Facts) -> Flags:
    """The schools of which it cannot be told where they stand."""
    return (facts.standing >= 0) & (facts.standing < len(UNCLEAR))


def holding(
    facts: Facts, scheme: str, rank: int, reading: str, rules: Rules
) -> tuple[Flags, Flags]:
    """The schools at a level (its place in the scheme, from 1), or at it and higher where the
    reading is "at_least"; and those that may be. Recognised without a known level is at least the
    lowest one, and none exactly."""
    first = standing_names(scheme, rules).index("level_unknown")
    if reading == "exact":
        may = (facts.stated == 0) | (facts.stated == rank)
        return facts.standing == first + rank, is_unclear(facts) & may
    may = (facts.stated == 0) | (facts.stated >= rank)
    return facts.standing >= first + rank * (rank > 1), is_unclear(facts) & may


def tally(groups: Groups, of: Members, yes: Flags, either: Flags) -> Tally:
    """Count, group by group and for all of them: those that count (`yes`), and those of which that
    cannot be told (`either`)."""
    kind = np.where(yes, 0, np.where(either, 2, 1))
    certain = of.counted & ~of.unsure
    by_definition = _by_kind(groups, of.counted, kind)
    if not of.unsure.any() and groups.certain[of.counted].all():
        none = np.zeros_like(by_definition)
        return _told(by_definition, by_definition, none)
    sure = _by_kind(groups, certain & groups.certain, kind)
    sure[-1] = np.bincount(kind[certain], minlength=3)
    possible = of.counted | of.unsure
    more = _by_kind(groups, possible & ~certain & groups.certain, kind)
    more[-1] = np.bincount(kind[possible & ~certain], minlength=3)
    more[:-1] += np.bincount(kind[possible & ~groups.certain], minlength=3)
    return _told(by_definition, sure, more)


def _told(by_definition: Counts, sure: Counts, more: Counts) -> Tally:
    counts = (by_definition[:, 0], by_definition.sum(axis=1), by_definition[:, 2])
    return Tally(*counts, more.sum(axis=1), *sure.T, *more.T)


def _by_kind(groups: Groups, rows: Flags, kind: Counts) -> Counts:
    """How many of some rows are of each of three kinds, by group; all of them last."""
    place = groups.place[rows]
    known = place >= 0
    at = place[known] * 3 + kind[rows][known]
    counts = np.bincount(at, minlength=3 * len(groups.names)).reshape(-1, 3)
    return np.concatenate([counts, [np.bincount(kind[rows], minlength=3)]])


class Counted(NamedTuple):
    """Of each group (the last: all) and standing: how many count, of how many that cannot be told,
    and the least and the greatest share there can be (0-100, NaN of no schools)."""

    schools: Counts
    unclear: Counts
    low: Shares
    high: Shares

    def of_last(self, groups: int) -> Counted:
        """Only the last groups."""
        schools, unclear, low, high = self
        return Counted(schools[-groups:], unclear[-groups:], low[-groups:], high[-groups:])


class Standings(NamedTuple):
    """Where the schools of each group stand: exactly there, and there or higher (levels only)."""

    names: list[str]
    is_level: Flags
    total: Counts
    base_unclear: Counts
    exact: Counted
    reached: Counted

    def of_last(self, groups: int) -> Standings:
        """Only the last groups."""
        total, unclear = self.total[-groups:], self.base_unclear[-groups:]
        exact, reached = (part.of_last(groups) for part in (self.exact, self.reached))
        return Standings(self.names, self.is_level, total, unclear, exact, reached)


def count_standings(
    facts: Facts, groups: Groups, of: Members, scheme: str, rules: Rules
) -> Standings:
    """Where the members of a base stand, group by group and all together."""
    names = standing_names(scheme, rules)
    first = names.index("level_unknown")
    unclear, nobody = is_unclear(facts), np.zeros(len(facts.standing), np.bool_)
    exact, reached = [], []
    for place in range(len(names)):
        # What is unclear may turn out anywhere but as unclear.
        asked = (facts.standing == place, unclear & (place >= len(UNCLEAR)))
        higher = (nobody, nobody)
        if place >= first:
            asked = holding(facts, scheme, place - first, "exact", rules)
            higher = holding(facts, scheme, place - first, "at_least", rules)
        exact.append(tally(groups, of, *asked))
        reached.append(tally(groups, of, *higher))
    is_level = np.arange(len(names)) > first
    one = exact[0]
    return Standings(
        names, is_level, one.total, one.base_unclear, _side_by_side(exact), _side_by_side(reached)
    )


def _side_by_side(tallies: Sequence[Tally]) -> Counted:
    ends = [share_ends(t) for t in tallies]
    return Counted(
        np.stack([t.schools for t in tallies], axis=1),
        np.stack([t.unclear for t in tallies], axis=1),
        np.stack([low for low, _ in ends], axis=1),
        np.stack([high for _, high in ends], axis=1),
    )


def share_ends(t: Tally) -> tuple[Shares, Shares]:
    """The least and the greatest share (0-100) there can be, whatever turns out of what is unclear;
    NaN where there are no schools at all."""
    sure = t.yes + t.no + t.either
    of_least, of_most = sure + t.more_no + t.more_either, sure + t.more_yes + t.more_either
    low = _share(t.yes, of_least, np.where(t.more_yes > 0, 100.0, np.nan))
    high = _share(t.yes + t.either + t.more_yes + t.more_either, of_most,
                  np.where(t.more_no > 0, 0.0, np.nan))  # fmt: skip
    return low, high


def _share(part: Counts, whole: Counts, otherwise: Shares) -> Shares:
    return np.where(whole > 0, 100 * part / np.maximum(whole, 1), otherwise)
