"""The sets of criteria of the circulars: standards, criteria, which of them are mandatory, and the
conditions of recognition; and what cannot be right in data that speak of them."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.reference import Quantity, SuiteError, say

_FILE = Path(__file__).with_name("structure.toml")
CONDITIONS = ("cohort", "data", "level", "facilities")  # as Điều 16 counts them
ALWAYS = "9999-9999"
_SHOWN = 3  # places of a kind of fault


@dataclass(frozen=True)
class CriteriaSet:
    """The criteria of one circular, for the education levels it is about.

    `split`: how many criteria stand under each standard; `mandatory`, `others_least`: what a mức
    asks of the others; `whole_to`: up to which mức each criterion has something to say;
    `recognised`: the education levels for which there is recognition under four conditions;
    `data_years`: the school years of data it asks for.
    """

    id: str
    source: str
    since: dt.date
    education_levels: tuple[str, ...]
    levels: tuple[int, ...]
    split: tuple[int, ...]
    whole_to: int
    mandatory: tuple[str, ...]
    others_least: int = 0
    recognised: tuple[str, ...] = ()
    data_years: int = 0

    @property
    def names(self) -> list[str]:
        """Every criterion by its number, "1.1" first."""
        return _names(self.split)

    @property
    def first_year(self) -> str:
        """The first school year that ends (31 May) under this circular."""
        end = self.since.year + (self.since > dt.date(self.since.year, 5, 31))
        return f"{end - 1}-{end}"


def _names(split: tuple[int, ...]) -> list[str]:
    return [f"{s}.{c}" for s, count in enumerate(split, 1) for c in range(1, count + 1)]


@cache
def read_structure() -> Mapping[str, CriteriaSet]:
    """The sets by their id; a mandatory criterion that a set does not have is an error."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    sets = {}
    for name, table in tables.items():
        split, asked = tuple(table["split"]), table.get("conditions", {})
        mandatory = tuple(table.get("mandatory", _names(split)))
        others = sum(split) - len(mandatory)
        if not {*mandatory} <= {*_names(split)} or others < table.get("others_least", 0):
            raise SuiteError("bad_settings", file=_FILE.name, cause=f"[{name}] {mandatory}")
        sets[name] = CriteriaSet(
            name,
            table["source"],
            table["from"],
            tuple(table["education_levels"]),
            tuple(table["levels"]),
            split,
            table["whole_to"],
            mandatory,
            table.get("others_least", 0),
            tuple(asked.get("education_levels", ())),
            asked.get("data_years", 0),
        )
    return sets


def periods() -> list[tuple[str, str, str, CriteriaSet]]:
    """For each education level the sets in their order: from which school year to which."""
    found = []
    for level in dict.fromkeys(c for s in read_structure().values() for c in s.education_levels):
        sets = [s for s in read_structure().values() if level in s.education_levels]
        sets.sort(key=lambda s: s.since)
        ends = [str(int(s.first_year[:4]) - 1) + "-" + s.first_year[:4] for s in sets[1:]]
        for one, last in zip(sets, [*ends, ALWAYS], strict=True):
            found.append((level, one.first_year, last, one))
    return found


def set_of(school_year: str, education_level: str) -> CriteriaSet | None:
    """The set that holds for an education level at the end of a school year (31 May); None where no
    circular has one for it."""
    fitting = (
        one
        for level, first, last, one in periods()
        if level == education_level and first <= school_year <= last
    )
    return next(fitting, None)


class Faults(Quantity):
    """Kinds of faults, how often each occurs and where it stands first; written in the language in
    which the message is read."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[int, list[str]]] = {}

    def add(self, key: str, examples: Sequence[str], count: int = 1) -> None:
        """So many faults of a kind, with places for the reader to look at."""
        before, shown = self.found.get(key, (0, []))
        self.found[key] = before + count, [*shown, *examples][:_SHOWN]

    def text(self, lang: str = "vi", form: str = "") -> str:
        return "; ".join(
            say(key, lang, count=count, example="; ".join(examples))
            for key, (count, examples) in self.found.items()
        )

    def stop(self) -> None:
        """Name them all, if there is any."""
        if self.found:
            count = sum(count for count, _ in self.found.values())
            raise SuiteError("criteria_faults", listed=self, count=count)
