"""One school year from its workbooks to the state of every school, in one record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from analysis.clean import Cleaned, clean_schools
from analysis.measure import check_choice
from analysis.notebook.choices import Choices, chosen, read_choices, reread, told
from analysis.notebook.display import prepare_display, year_html
from analysis.raw import Raw, read_raw
from analysis.reference import (
    LANGUAGES,
    About,
    Reference,
    SuiteError,
    TargetSet,
    read_reference,
    say,
)
from analysis.status import match_schools, status_on
from analysis.year_cache import recall


@dataclass(frozen=True)
class SchoolYear:
    """A school year as it was read, cleaned and judged on its as-of date.

    `schools`: one row per school with its state, see `status_on`; `ledger`: rows in = accepted +
    set aside + ignored, per sheet; `indicators`: the office's own figures; `targets`: the target
    set in force.
    """

    school_year: str
    as_of: dt.date
    schools: pd.DataFrame
    ledger: pd.DataFrame
    indicators: pd.DataFrame
    about: About
    targets: TargetSet
    reference: Reference
    raw: Raw
    cleaned: Cleaned
    lang: str = "vi"
    choices: Choices = field(default_factory=Choices)

    def narrow(
        self,
        *,
        education_level: str = "",
        unit: str = "",
        ownership: str = "",
        reading: str = "",
        base: str = "",
    ) -> SchoolYear:
        """The same school year, only the schools asked for, and the targets as they are to be read.

        "" leaves a choice open. An education level is a code or its name, a unit a ward or commune,
        `reading` is "exact" or "at_least", `base` "eligible", "evaluated" or "all"; without them
        each target is read as its document says. What came in (issues, ledger) stays whole. Raises
        SuiteError for a word that is not understood, with what is allowed.

        >>> year = load_year("2024-2025")
        >>> year.narrow(education_level="Tiểu học").schools["education_level"].unique().tolist()
        ['TH']
        """
        given = {"education_level": education_level, "unit": unit, "ownership": ownership}
        asked = read_choices(self.schools, self.reference.rules, given)
        choices = replace(self.choices, **asked.by_column())
        targets = reread(self.targets, reading=reading, base=base)
        return replace(
            self,
            schools=chosen(self.schools, choices),
            about=told(self.about, choices),
            targets=targets,
            choices=choices,
        )

    def _repr_html_(self) -> str:
        """A school year at a glance, in a notebook."""
        return year_html(self)

    def __repr__(self) -> str:
        facts = {"year": self.school_year, "as_of": f"{self.as_of:%d/%m/%Y}"}
        return say("display_year", self.lang, count=len(self.schools), **facts)

    def __dir__(self) -> list[str]:
        """The names an analyst may want, for completion."""
        fields = (
            *self.__dataclass_fields__,
            "issues",
            "set_aside",
            "kept_out",
            "repairs",
            "warnings",
        )
        return [*fields, "narrow"]

    @property
    def issues(self) -> pd.DataFrame:
        """Repairs, rows set aside, ignored rows and warnings, one line each: see `Cleaned`."""
        return self.cleaned.issues(self.lang)

    @property
    def set_aside(self) -> pd.DataFrame:
        """The rows kept out, one line for each fault."""
        return self.issues[self.issues["outcome"] == "set_aside"].reset_index(drop=True)

    @property
    def kept_out(self) -> pd.DataFrame:
        """One row per row set aside, with what could be read of it: for `kept_out=`."""
        return chosen(self.cleaned.kept_out, self.choices, unread=True)

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

    >>> year = load_year("2024-2025")
    >>> len(year.schools), len(year.set_aside)
    (36, 2)
    """
    check_choice("lang", lang, LANGUAGES)
    prepare_display()
    reference = read_reference(home)
    settings = reference.year(school_year or None)
    day = as_of or settings.as_of
    folder = reference.home / "data" / "raw" / settings.school_year
    if not folder.is_dir():
        raise SuiteError("year_without_workbooks", year=settings.school_year, folder=str(folder))
    rules = reference.rules.with_headings(settings.columns)

    def read() -> Raw:
        raw = read_raw(folder, rules)
        if raw.errors:
            raise raw.errors[0]
        if not raw.of_kind("schools"):
            year = settings.school_year
            raise SuiteError("year_without_workbooks", year=year, folder=str(folder))
        return raw

    raw = recall(reference.home, folder, settings.school_year, settings.columns, read)
    cleaned = clean_schools(raw, rules, school_year=settings.school_year, as_of=day)
    schools = match_schools(cleaned.schools, reference.directory, reference.rules)
    return SchoolYear(
        school_year=settings.school_year,
        as_of=day,
        schools=status_on(schools, day, reference.rules),
        ledger=cleaned.ledger,
        indicators=cleaned.indicators,
        about=reference.about(settings.school_year),
        targets=reference.targets(settings.target_set),
        reference=reference,
        raw=raw,
        cleaned=cleaned,
        lang=lang,
    )


def load_years(
    *, home: str | Path | None = None, lang: str = "vi", until: str | None = None
) -> list[SchoolYear]:
    """Every school year that has settings, oldest first, `until` the last one wanted; one still
    waiting for its workbooks is left out."""
    reference = read_reference(home)
    ready = reference.years_with_workbooks
    wanted = [year for year in ready if until is None or year <= until]
    return [load_year(year, home=reference.home, lang=lang) for year in wanted]
