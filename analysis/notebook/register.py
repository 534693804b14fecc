"""All school years and lists of decisions together: the register, and what it says of each year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from analysis.clean import clean_schools
from analysis.measure import check_choice
from analysis.notebook.school_year import SchoolYear, read_years, with_inherited
from analysis.raw import read_raw
from analysis.reference import LANGUAGES, About, Directory, Reference, TargetSet, read_reference
from analysis.status import (
    check_certificates,
    inherit,
    know_again,
    list_certificates,
    match_schools,
    reconcile,
    status_from_register,
    suggest_matches,
)
from analysis.tables import context, known


@dataclass(frozen=True)
class Register:
    """The certificates of all years and lists, and how rosters and register go together.

    `certificates`: one row per certificate, see `list_certificates`. `held`: the schools of all
    years as their rosters have them; `by_register`: the same schools as the register has them, see
    `status_from_register`. `differences`: where the two disagree, see `reconcile`. `warnings`:
    certificates that do not go with the law of their day, see `check_certificates`. `listed`: the
    rows of the lists of decisions, with the school each was matched to; `suggestions`: whom the
    rows that were not matched might be, see `suggest_matches`. `inherited`: what became of the
    certificates of schools that were merged, see `inherit`.
    """

    certificates: pd.DataFrame
    held: pd.DataFrame
    by_register: pd.DataFrame
    differences: pd.DataFrame
    warnings: pd.DataFrame
    listed: pd.DataFrame
    suggestions: pd.DataFrame
    inherited: pd.DataFrame
    reference: Reference
    years: Mapping[str, SchoolYear]

    def __post_init__(self) -> None:
        """Let office and language travel with every table made from the register."""
        self.held.attrs |= context(self.about, self.lang)
        for name in ("certificates", "differences", "inherited"):
            known(getattr(self, name), name, self)

    @property
    def about(self) -> About:
        """What is said of every chart: that of the latest year."""
        return self.latest.about

    @property
    def lang(self) -> str:
        """The language of tables and charts."""
        return self.latest.lang

    @property
    def targets(self) -> TargetSet:
        """The targets in force in the latest year."""
        return self.latest.targets

    @property
    def directory(self) -> Directory:
        """The office's schools over time, from `data/schools.csv`."""
        return self.reference.directory

    @property
    def latest(self) -> SchoolYear:
        """The school year asked for, the last one in the register."""
        return self.years[max(self.years)]


def load_register(
    school_year: str | None = None, *, home: str | Path | None = None, lang: str = "vi"
) -> Register:
    """Read the school years up to the one asked for (without one: all), and the lists of recognised
    schools in `data/decisions/`, where there are any; judge each year on its as-of date.

    >>> len(load_register("2024-2025").years)
    4
    """
    check_choice("lang", lang, LANGUAGES)
    reference = read_reference(home)
    latest = reference.year(school_year or None).school_year
    rules, directory = reference.rules, reference.directory
    own = read_years(reference, lang, latest)
    held = pd.concat([year.held for year in own], ignore_index=True)
    held = know_again(held, rules)
    own = [replace(year, held=_of_year(held, year.school_year)) for year in own]
    schools = held[held["in_scope"].notna()]
    listed = _read_lists(reference, latest)
    certificates = list_certificates(
        pd.concat([schools.assign(source="roster"), listed], ignore_index=True), rules
    )
    days = {year.school_year: year.as_of for year in own}
    by_register = status_from_register(certificates, schools, days, rules)
    by_register = inherit(by_register, directory, reference.becomes, rules)[0]
    years, inherited = with_inherited(own)
    held = pd.concat([year.held for year in years], ignore_index=True)
    return Register(
        certificates=certificates,
        held=held,
        by_register=by_register,
        differences=reconcile(held[held["in_scope"].notna()], by_register),
        warnings=check_certificates(certificates, rules, lang=lang),
        listed=listed,
        suggestions=suggest_matches(listed, directory, rules),
        inherited=inherited,
        reference=reference,
        years={year.school_year: year for year in years},
    )


def _of_year(held: pd.DataFrame, school_year: str) -> pd.DataFrame:
    return held[held["school_year"] == school_year].reset_index(drop=True)


def _read_lists(reference: Reference, latest_year: str) -> pd.DataFrame:
    """The rows of the lists of decisions, matched to the directory."""
    folder = reference.home / "data" / "decisions"
    rules = reference.rules
    raw = read_raw(folder, rules) if folder.is_dir() else read_raw([], rules)
    if raw.errors:
        raise raw.errors[0]
    rows = clean_schools(raw, rules, school_year=latest_year, events=True).schools
    return match_schools(rows, reference.directory, rules).assign(source="list")
