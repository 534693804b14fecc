"""A table of schools as `status_on` gives it, as the arrays that are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.measure.counting import (
    DOUBTED,
    SILENT,
    YES,
    Counts,
    Facts,
    Flags,
    Groups,
    Members,
    members,
)
from analysis.measure.groups import group_places, groups_of, standings_of
from analysis.reference import Rules, read_rules


class YearOf(NamedTuple):
    """The schools of one school year: their rows in the table, and what is counted of them."""

    school_year: str
    by: str | None
    rows: pd.DataFrame
    facts: Facts
    groups: Groups

    @property
    def as_of(self) -> dt.date:
        """The day it is judged on."""
        day: dt.date = self.rows["as_of"].max().date()
        return day

    def named(self, some: Flags) -> tuple[str, ...]:
        """Some of the rows by what they are called: a school by its name, else its code; a row set
        aside by its place."""
        columns = ("in_scope", "school_name", "school_code", "source_file", "source_sheet")
        places = np.flatnonzero(some)
        cells = (self.rows[column].array[places] for column in (*columns, "source_row"))
        return tuple(
            f"{file} / {sheet} / {row}" if pd.isna(scope) or not (name or code) else name or code
            for scope, name, code, file, sheet, row in zip(*cells, strict=True)
        )


def in_doubt(held: pd.DataFrame, column: str) -> Flags:
    """The schools of which the value of a column is in doubt."""
    if "doubts" not in held:
        return np.zeros(len(held), np.bool_)
    doubts = held["doubts"].fillna("")
    names, codes = pd.unique(doubts), pd.factorize(doubts)[0]
    told = np.array([column in str(name).split() for name in names], np.bool_)
    return told[codes] if len(told) else np.zeros(len(held), np.bool_)


def _any_in_doubt(held: pd.DataFrame, by: str) -> Flags:
    found: Flags = np.logical_or.reduce([in_doubt(held, column) for column in by.split(",")])
    return found


def each_year(
    held: pd.DataFrame, scheme: str, by: str | None, *, only: Collection[str] = ()
) -> Iterator[YearOf]:
    """Year by year what is counted, without the years that do not state the scheme; groups are
    those with a school in scope in any of the others (`only`: of some education levels)."""
    facts = facts_of(held, scheme, read_rules())
    asked = members(facts, scheme, "all", read_rules(), only=only).counted
    names, place = group_places(held, by, asked & (facts.standing >= 0))
    certain = np.ones(len(held), np.bool_)
    if by is not None:
        certain = groups_of(held, by)[1] & ~_any_in_doubt(held, by)
    years = held["school_year"].to_numpy()
    for year in sorted(set(years)):
        rows = np.flatnonzero((years == year) & (facts.standing >= 0))
        if len(rows):
            own = Facts(*(column[rows] for column in facts))
            groups = Groups(names, place[rows], certain[rows])
            yield YearOf(str(year), by, held.iloc[rows], own, groups)


def facts_of(held: pd.DataFrame, scheme: str, rules: Rules) -> Facts:
    """What is known of each row for a scheme."""
    scope = _answers(held["in_scope"])
    order = {level: place for place, level in enumerate(rules.education_levels)}
    levels = held["education_level"].map(order).fillna(SILENT).to_numpy(dtype=np.int64)
    stated = standings_of(held, scheme).codes.astype(np.int64)
    state = held[f"{scheme}_state"].eq("in_doubt").to_numpy(dtype=bool)
    level = held[f"{scheme}_level"].to_numpy(dtype=np.int64, na_value=0)
    ranks = np.searchsorted(rules.levels(scheme), level) + 1
    return Facts(
        np.where((scope == YES) & in_doubt(held, "operating_status"), DOUBTED, scope),
        _answers(held["eligible"], in_doubt(held, "eligible")),
        _answers(held["externally_evaluated"], in_doubt(held, "externally_evaluated")),
        np.where(in_doubt(held, "education_level"), DOUBTED, levels),
        stated,
        np.where(state & (level > 0), ranks, 0),
    )


def _answers(column: pd.Series[Any], doubted: Flags | None = None) -> Counts:
    """Yes, no or nothing, as numbers."""
    numbers = column.astype("boolean").astype("Int64")
    said: Counts = np.array(numbers.to_numpy(dtype=np.int64, na_value=SILENT), np.int64)
    return said if doubted is None else np.where(doubted, DOUBTED, said)


def members_of(
    held: pd.DataFrame, scheme: str, base: str, *, only: Collection[str] = ()
) -> Members:
    """Whom a base holds, year by year, for the rows of a table of several years (`only`: of some
    education levels); nobody in a year that does not state the scheme."""
    rules, facts = read_rules(), facts_of(held, scheme, read_rules())
    counted, unsure = (np.zeros(len(held), np.bool_) for _ in range(2))
    years = held["school_year"].to_numpy()
    for year in set(years):
        rows = years == year
        own = Facts(*(column[rows] for column in facts))
        counted[rows], unsure[rows] = members(own, scheme, base, rules, only=only)
    stated = facts.standing >= 0
    return Members(counted & stated, unsure & stated)
