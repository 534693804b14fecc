"""The clean rows of workbooks as the arrays that are counted, without a table in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from analysis.clean import Rows, day_numbers, is_ranked, results, scope_reasons
from analysis.measure.counting import (
    DOUBTED,
    NO,
    NOT_STATED,
    SILENT,
    YES,
    Counts,
    Facts,
    Flags,
    Groups,
    members,
)
from analysis.raw import Coded
from analysis.reference import SCHEMES, Rules
from analysis.status import Judged, Stated, judge, result_places, standing_places

_ANSWERS = {"yes": YES, "no": NO}


@dataclass(frozen=True)
class CountedRows:
    """The schools of a school year and the rows set aside, as they stand on a day."""

    schools: Rows
    barred: Rows
    as_of: dt.date
    rules: Rules

    @cached_property
    def reasons(self) -> Coded[str]:
        """Why a school is in no denominator; "" where it is in them."""
        return scope_reasons(self.schools)

    @cached_property
    def _of_any(self) -> list[tuple[Counts, Counts, Counts, Counts]]:
        """What both schemes are counted by, of the schools and of the rows set aside: whether they
        are in scope, eligible, evaluated, and of which education level."""
        none = Coded.of([""] * len(self.barred))
        reasons = (self.schools, self.reasons), (self.barred, none)
        return [self._members(rows, why) for rows, why in reasons]

    def _members(self, rows: Rows, why: Coded[str]) -> tuple[Counts, Counts, Counts, Counts]:
        scope = np.where(why.where(bool), NO, YES)
        silent = rows.in_doubt(["operating_status"]) & (scope == YES)
        order = {level: place for place, level in enumerate(self.rules.education_levels)}
        levels = rows.column("education_level").each(lambda v: order.get(v, SILENT), np.int64)
        return (
            np.where(silent, DOUBTED, scope),
            _answers(rows, "eligible"),
            _answers(rows, "externally_evaluated"),
            np.where(rows.in_doubt(["education_level"]), DOUBTED, levels),
        )

    def facts(self, scheme: str) -> Facts:
        """What is known of each row for a scheme, those set aside last."""
        if scheme not in self._facts:
            self._facts[scheme] = self._read(scheme)
        return self._facts[scheme]

    @property
    def schemes(self) -> list[str]:
        """The schemes the lists have a column for."""
        return [scheme for scheme in SCHEMES if self.schools.states(scheme)]

    def named(self, some: Flags) -> list[str]:
        """Some of the rows by what they are called: a school by its name, else its code; a row set
        aside by its place."""
        first, found = len(self.schools), []
        for at in np.flatnonzero(some).tolist():
            rows = self.schools if at < first else self.barred
            table, i = rows.place(at if at < first else at - first)
            name = table.column("school_name")[i] or table.column("school_code")[i]
            place = f"{table.table.file} / {table.table.sheet} / {table.table.rows[i]}"
            found.append(str(name) if name and at < first else place)
        return found

    def groups(self, scheme: str, *, only: Collection[str] = ()) -> Groups:
        """The education levels of any school asked (`only`: of these), in their order."""
        facts, order = self.facts(scheme), self.rules.education_levels
        asked = members(facts, scheme, "all", self.rules, only=only).counted
        level = np.where(facts.education_level < 0, len(order), facts.education_level)
        used = np.flatnonzero(np.bincount(level[asked], minlength=len(order) + 1)).tolist()
        place = np.full(len(order) + 1, -1)
        place[used] = np.arange(len(used))
        names = [*order, NOT_STATED]
        return Groups([names[at] for at in used], place[level], facts.education_level >= 0)

    @cached_property
    def _facts(self) -> dict[str, Facts]:
        return {}

    def _read(self, scheme: str) -> Facts:
        parts = [
            self._of(rows, scheme, told)
            for rows, told in zip((self.schools, self.barred), self._of_any, strict=True)
        ]
        told = Facts(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        first = len(self.schools)
        told.in_scope[first:] = SILENT
        told.stated[first:] = 0
        told.standing[first:] = np.minimum(told.standing[first:], 0)  # in doubt, or not stated
        levels = told.education_level[first:]
        levels[levels == SILENT] = DOUBTED
        return told

    def _of(self, rows: Rows, scheme: str, of_any: tuple[Counts, ...]) -> Facts:
        judged = self._judged(rows, scheme)
        standing = standing_places(judged)
        scope, eligible, evaluated, level = of_any
        stated = np.where(standing == 0, judged.rank, 0)
        return Facts(scope, eligible, evaluated, level, standing, stated)

    def _judged(self, rows: Rows, scheme: str) -> Judged:
        day = np.array(self.as_of, "datetime64[D]")
        return judge(stated_in(rows, scheme, self.rules), day, scheme, self.rules)


def _answers(rows: Rows, name: str) -> Counts:
    said = rows.column(name).each(lambda answer: _ANSWERS.get(answer, SILENT), np.int64)
    return np.where(rows.in_doubt([name]), DOUBTED, said)


def stated_in(rows: Rows, scheme: str, rules: Rules) -> Stated:
    """What the rows state of a scheme."""
    said, signed = results(rows, scheme, rules), rows.column(f"{scheme}_date")
    levels = rows.column(f"{scheme}_level")
    precision: Any = signed.map(lambda day: getattr(day, "precision", ""))
    places = {word: int(result_places([word], scheme)[0]) for word in set(said.values)}
    states = rows.states(scheme)
    return Stated(
        said.each(lambda word: places[word] if states else -1, np.int64),
        levels.each(lambda level: int(level) if is_ranked(level) else 0, np.int64),
        day_numbers(signed),
        precision.where(lambda word: word == "month"),
        precision.where(lambda word: word == "year"),
        precision.where(lambda word: word == "school_year"),
        day_numbers(rows.column(f"{scheme}_expiry")),
    )
