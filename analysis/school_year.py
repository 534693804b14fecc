"""One school year from its workbooks to the state of every school, in one record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.clean import Cleaned, clean_schools
from analysis.raw import Raw, read_raw
from analysis.reference import About, Reference, SuiteError, TargetSet, read_reference
from analysis.status import match_schools, status_on


@dataclass(frozen=True)
class SchoolYear:
    """A school year as it was read, cleaned and judged on its as-of date.

    `schools`: one row per school with its state, see `status_on`; `issues`: repairs, rows set
    aside, ignored rows and warnings, one each; `ledger`: rows in = accepted + set aside + ignored,
    per sheet; `indicators`: the office's own figures; `targets`: the target set in force.
    """

    school_year: str
    as_of: dt.date
    schools: pd.DataFrame
    issues: pd.DataFrame
    ledger: pd.DataFrame
    indicators: pd.DataFrame
    about: About
    targets: TargetSet
    reference: Reference
    raw: Raw
    cleaned: Cleaned

    @property
    def set_aside(self) -> pd.DataFrame:
        """The rows kept out, one line for each fault."""
        return self.issues[self.issues["outcome"] == "set_aside"].reset_index(drop=True)

    @property
    def kept_out(self) -> pd.DataFrame:
        """One row per row set aside, with what could be read of it: for `kept_out=`."""
        return self.cleaned.kept_out

    @property
    def repairs(self) -> pd.DataFrame:
        """The cells that were changed by a rule."""
        return self.issues[self.issues["outcome"] == "repaired"].reset_index(drop=True)

    @property
    def warnings(self) -> pd.DataFrame:
        """What a person should look at; the schools are counted all the same."""
        return self.issues[self.issues["outcome"] == "warning"].reset_index(drop=True)


def load_year(
    school_year: str | None = None,
    *,
    home: str | Path | None = None,
    lang: str = "vi",
    as_of: dt.date | None = None,
) -> SchoolYear:
    """Read, clean and judge the workbooks of a school year; without one, of the newest year.

    `as_of` looks at another day than the one in the year's settings. Raises SuiteError for an
    unknown year, a year without workbooks, or a workbook that cannot be trusted.
    """
    reference = read_reference(home)
    settings = reference.year(school_year or None)
    day = as_of or settings.as_of
    folder = reference.home / "data" / "raw" / settings.school_year
    if not folder.is_dir():
        raise SuiteError("year_without_workbooks", year=settings.school_year, folder=str(folder))
    rules = reference.rules.with_headings(settings.columns)
    raw = read_raw(folder, rules)
    if raw.errors:
        raise raw.errors[0]
    if not raw.of_kind("schools"):
        raise SuiteError("year_without_workbooks", year=settings.school_year, folder=str(folder))
    cleaned = clean_schools(raw, rules, school_year=settings.school_year, as_of=day)
    schools = match_schools(cleaned.schools, reference.directory, reference.rules)
    return SchoolYear(
        school_year=settings.school_year,
        as_of=day,
        schools=status_on(schools, day, reference.rules),
        issues=cleaned.issues(lang),
        ledger=cleaned.ledger,
        indicators=cleaned.indicators,
        about=reference.about(settings.school_year),
        targets=reference.targets(settings.target_set),
        reference=reference,
        raw=raw,
        cleaned=cleaned,
    )


def load_years(*, home: str | Path | None = None, lang: str = "vi") -> list[SchoolYear]:
    """Every school year that has settings, oldest first."""
    return [load_year(y, home=home, lang=lang) for y in sorted(read_reference(home).years)]
