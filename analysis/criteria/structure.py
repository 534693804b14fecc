"""The sets of criteria of the circulars: standards, criteria and which of them are mandatory."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.reference import SuiteError

_FILE = Path(__file__).with_name("structure.toml")


@dataclass(frozen=True)
class CriteriaSet:
    """The criteria of one circular, for the education levels it is about.

    `split`: how many criteria stand under each standard; empty where that is not told.
    """

    id: str
    source: str
    since: dt.date
    education_levels: tuple[str, ...]
    levels: tuple[int, ...]
    criteria: int
    standards: int
    split: tuple[int, ...] = ()
    mandatory: tuple[str, ...] = ()

    def criterion_names(self) -> list[str]:
        """Every criterion by its number, "1.1" first; empty where the split is not told."""
        return [f"{s}.{c}" for s, count in enumerate(self.split, 1) for c in range(1, count + 1)]


@cache
def read_structure() -> Mapping[str, CriteriaSet]:
    """The sets by their id; the numbers of a set that do not add up are an error."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    sets = {}
    for name, table in tables.items():
        split = tuple(table.get("split", ()))
        if split and sum(split) != table["criteria"]:
            cause = f"[{name}] {sum(split)} != {table['criteria']}"
            raise SuiteError("bad_settings", file=_FILE.name, cause=cause)
        sets[name] = CriteriaSet(
            name,
            table["source"],
            table["from"],
            tuple(table["education_levels"]),
            tuple(table["levels"]),
            table["criteria"],
            table.get("standards", len(split)),
            split,
            tuple(table.get("mandatory", ())),
        )
    return sets


def criteria_set(name: str) -> CriteriaSet:
    """A set by its id."""
    sets = read_structure()
    if name not in sets:
        raise SuiteError("criteria_no_set", name=name, known=", ".join(sets))
    return sets[name]


def sets_of(school_year: str, education_level: str) -> list[CriteriaSet]:
    """The set that holds for an education level at the end of a school year (31 May); none where no
    circular has one for it."""
    end = dt.date(int(school_year[5:9]), 5, 31)
    fitting = [
        s
        for s in read_structure().values()
        if education_level in s.education_levels and s.since <= end
    ]
    return sorted(fitting, key=lambda s: s.since)[-1:]
