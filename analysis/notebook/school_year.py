"""One school year from its workbooks to the state of every school, in one record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis.clean import Cleaned, clean_schools, count_repairs, list_remarks
from analysis.measure import check_choice, measure_three_years
from analysis.notebook.choices import Choices, chosen, read_choices, reread, told
from analysis.notebook.display import prepare_display, year_html
from analysis.notebook.year_cache import files_of, is_of, recall
from analysis.raw import Raw, read_raw
from analysis.reference import (
    LANGUAGES,
    SCHEMES,
    About,
    Reference,
    SuiteError,
    TargetSet,
    read_reference,
    say,
)
from analysis.status import inherit, match_schools, status_on
from analysis.tables import context, known, of_scheme, readable, tables

if TYPE_CHECKING:
    from analysis.charts import Sentences


@dataclass(frozen=True)
class SchoolYear:
    """A school year as it was read, cleaned and judged on its as-of date.

    `held`: one row per school with its state, see `status_on`, and below them the rows set aside,
    of which nobody knows whether they are a further school (`in_scope` is missing): what measures
    and comparisons take. `ledger`: rows in = accepted + set aside + ignored, per sheet;
    `indicators`: the office's own figures; `targets`: the target set in force.
    """

    school_year: str
    as_of: dt.date
    held: pd.DataFrame
    ledger: pd.DataFrame
    indicators: pd.DataFrame
    about: About
    targets: TargetSet
    reference: Reference
    raw: Raw
    cleaned: Cleaned
    lang: str = "vi"
    choices: Choices = field(default_factory=Choices)

    def __post_init__(self) -> None:
        """Let office and language travel with every table made from this year."""
        for name in ("held", "ledger", "indicators"):  # copies, for others have them too
            object.__setattr__(self, name, getattr(self, name).copy(deep=False))
        self.held.attrs |= context(self.about, self.lang)
        known(self.ledger, "ledger", self)

    def narrow(
        self,
        *,
        education_level: str = "",
        unit: str = "",
        ownership: str = "",
        district: str = "",
        reading: str = "",
        base: str = "",
    ) -> SchoolYear:
        """The same school year, only the schools asked for, and the targets as they are to be read.

        "" leaves a choice open. An education level is a code or its name, a unit a ward or commune,
        `district` a district or cluster, `reading` is "exact" or "at_least", `base` "eligible",
        "evaluated" or "all"; without them each target is read as its document says. What came in
        (issues, ledger) stays whole. Raises SuiteError for a word that is not understood, with what
        is allowed.

        >>> year = load_year("2024-2025")
        >>> year.narrow(education_level="Tiểu học").schools["education_level"].unique().tolist()
        ['Tiểu học']
        """
        given = {"education_level": education_level, "unit": unit, "ownership": ownership}
        given |= {"district": district}
        asked = read_choices(self.held, self.reference.rules, given)
        choices = replace(self.choices, **asked.by_column())
        targets = reread(self.targets, reading=reading, base=base)
        return replace(
            self,
            held=chosen(self.held, choices),
            about=told(self.about, choices, reading, base),
            targets=targets,
            choices=choices,
        )

    def _repr_html_(self) -> str:
        """A school year at a glance, in a notebook."""
        return year_html(self)

    def __repr__(self) -> str:
        facts = {"year": self.school_year, "as_of": f"{self.as_of:%d/%m/%Y}"}
        return say("display_year", self.lang, count=len(self.identified), **facts)

    def __dir__(self) -> list[str]:
        """The names an analyst may want, for completion."""
        made = ("schools", "sizes", "evidence", "places", "period", "issues", "doubts", "set_aside")
        more = (
            "main_target",
            "main_scheme",
            "unclear",
            "repairs",
            "repairs_by_rule",
            "warnings",
            "remarks",
            "gathered",
            "narrow",
        )
        return [*self.__dataclass_fields__, *made, *more, "narrow"]

    @cached_property
    def identified(self) -> pd.DataFrame:
        """One row per school with its state and all columns, see `status_on`: `held` without the
        rows set aside."""
        known_ones = self.held[self.held["in_scope"].notna()]
        return known_ones.astype({"in_scope": bool}).reset_index(drop=True)

    @cached_property
    def schools(self) -> pd.DataFrame:
        """One row per school, for reading and for pandas: who it is, whether it is counted, where
        it stands in both schemes, classes and pupils. `an.explain(year.schools)` says what each
        column means. Names in the year's language, as ordered categories."""
        return readable(self.identified, "schools", self)

    @property
    def sizes(self) -> pd.DataFrame:
        """One row per school: classes, pupils, staff and rooms, as far as they are stated."""
        return readable(self.identified, "sizes", self)

    @cached_property
    def three_years(self) -> pd.DataFrame:
        """Classes, pupils, staff and rooms of this school year and the two before it, school by
        school and together, see `measure_three_years`."""
        years = self.reference.years_with_workbooks
        before = sorted(year for year in years if year < self.school_year)[-2:]
        earlier = (_read_year(self.reference, year, self.lang) for year in before)
        return measure_three_years([*(chosen(y.held, self.choices) for y in earlier), self])

    @property
    def evidence(self) -> pd.DataFrame:
        """One row per school and scheme: what the list states of its certificate, and what follows
        from it on the as-of date."""
        rows = [of_scheme(self.identified, scheme) for scheme in self.schemes]
        both = pd.concat(rows, ignore_index=True) if rows else of_scheme(self.identified[:0], "cqg")
        return readable(both, "evidence", self)

    @property
    def places(self) -> pd.DataFrame:
        """One row per school: district, province, notes, and where it stands in which workbook."""
        return readable(self.identified, "places", self)

    @property
    def schemes(self) -> list[str]:
        """The schemes the lists of the year have a column for; of another one nothing is said."""
        return self.cleaned.schemes

    @property
    def main_target(self) -> str:
        """The id of the target that is spoken of where none is named; "" where there is none."""
        return self.targets.main(self.schemes)

    @property
    def main_scheme(self) -> str:
        """The scheme that is spoken of where none is named: that of the main target, if the lists
        state it, else the last one they state."""
        named = [part.scheme for part in self.targets.parts if part.id == self.main_target]
        return next((s for s in named if s in self.schemes), [*SCHEMES, *self.schemes][-1])

    @property
    def period(self) -> Sentences:
        """Which targets these are, and whether they are in force or reference on the as-of date."""
        from analysis.charts import tell_period  # drawing is loaded where it is asked for

        return tell_period(self.targets, about=self.about, lang=self.lang)

    @property
    def issues(self) -> pd.DataFrame:
        """Repairs, doubts, rows set aside, ignored rows and warnings, one line each."""
        return known(self.cleaned.issues(self.lang), "issues", self)

    @property
    def doubts(self) -> pd.DataFrame:
        """The cells nobody can read, or that contradict another; their schools count wherever
        nothing needs the cell."""
        return self._with("doubt")

    @property
    def gathered(self) -> pd.DataFrame:
        """The rows that were joined to other rows of their school, and why, see `Cleaned`."""
        return known(self.cleaned.gathered, "gathered", self)

    @property
    def set_aside(self) -> pd.DataFrame:
        """The rows of which nobody can tell which school they are."""
        return self._with("set_aside")

    @property
    def unclear(self) -> pd.DataFrame:
        """One row per cell in doubt and row set aside: of which school, where, why, and who has to
        mend it (`mends`): the school it is of, else whoever sent the workbook."""
        place = ["source_file", "source_sheet", "source_row"]
        told = ["school_id", "school_name", "unit"]
        of_rows = self.identified[[*place, *told]]
        joined = self.gathered[[*place, *told[:2]]].assign(unit="")
        schools = pd.concat([of_rows, joined]).drop_duplicates(place).astype({place[2]: "int64"})
        asked = self.issues[self.issues["outcome"].isin(["doubt", "set_aside"])]
        found = asked.merge(schools, on=place, how="left").fillna(dict.fromkeys(told, ""))
        sent = [say("mends_sender", self.lang, file=file) for file in found["source_file"]]
        found["mends"] = found["school_name"].where(found["school_name"].ne(""), sent)
        return known(found[list(tables()["unclear"].columns)], "unclear", self)

    @property
    def repairs(self) -> pd.DataFrame:
        """The cells that were changed by a rule."""
        return self._with("repaired")

    @property
    def warnings(self) -> pd.DataFrame:
        """What a person should look at; the schools are counted all the same."""
        return self._with("warning")

    @property
    def repairs_by_rule(self) -> pd.DataFrame:
        """One row per rule of repair: how many cells it changed, in how many files, an example."""
        return known(count_repairs(self.repairs), "repairs_by_rule", self)

    @property
    def remarks(self) -> pd.DataFrame:
        """What there is to say of whole files and tables: hidden sheets, unknown columns, totals
        that do not add up."""
        return known(list_remarks(self.cleaned.remarks, lang=self.lang), "remarks", self)

    def _with(self, outcome: str) -> pd.DataFrame:
        return self.issues[self.issues["outcome"] == outcome].reset_index(drop=True)


# What this process, or the one it is a fork of, has read last of each folder, and on what basis:
# the notebooks of a run take over what the run has read.
_JUDGED: dict[Path, tuple[tuple[object, ...], SchoolYear]] = {}


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
    >>> len(year.schools), len(year.doubts), len(year.set_aside)
    (38, 2, 0)
    """
    prepare_display()
    year = _read_year(read_reference(home), school_year, lang, as_of)
    if not _made_of_others(year):
        return year
    years = read_years(year.reference, lang, until=year.school_year)
    return with_inherited([*years[:-1], year])[0][-1]


def _read_year(
    reference: Reference, school_year: str | None, lang: str, as_of: dt.date | None = None
) -> SchoolYear:
    """A school year as its own lists have it."""
    check_choice("lang", lang, LANGUAGES)
    settings = reference.year(school_year or None)
    day = as_of or settings.as_of
    folder = reference.workbooks(settings.school_year)
    if not folder.is_dir():
        raise SuiteError("year_without_workbooks", year=settings.school_year, folder=str(folder))
    rules, files = reference.rules_for(settings.school_year), files_of(folder)
    basis = (reference, reference.units, reference.directory, day)
    last, year = _JUDGED.get(folder, ((), None))
    if year is not None and last == basis and is_of(year.raw, files):
        return replace(year, lang=lang, targets=reference.targets(settings.target_set))

    def read() -> Raw:
        raw = read_raw(folder, rules)
        if raw.errors:
            raise raw.errors[0]
        if not raw.of_kind("schools"):
            year = settings.school_year
            raise SuiteError("year_without_workbooks", year=year, folder=str(folder))
        return raw

    def clean(raw: Raw) -> Cleaned:
        year, blank = settings.school_year, settings.blank
        return clean_schools(raw, rules, school_year=year, as_of=day, blank=blank, office=reference)

    of = (settings.school_year, settings.columns)
    raw = recall(reference.home, folder, files, *of, read, clean)
    cleaned = clean(raw)
    year = SchoolYear(
        school_year=settings.school_year,
        as_of=day,
        held=held_on(cleaned, day, reference),
        ledger=cleaned.ledger,
        indicators=cleaned.indicators,
        about=reference.about(settings.school_year),
        targets=reference.targets(settings.target_set),
        reference=reference,
        raw=raw,
        cleaned=cleaned,
        lang=lang,
    )
    _JUDGED[folder] = basis, year
    return replace(year)  # what is done to its frames stays there


def held_on(cleaned: Cleaned, day: dt.date, reference: Reference) -> pd.DataFrame:
    """The schools as they stand on a day, and the rows set aside below them."""
    schools = match_schools(cleaned.schools, reference.directory, reference.rules)
    rows = schools.astype({"in_scope": "boolean"})
    if len(cleaned.barred):
        aside = cleaned.kept_out.assign(
            matched_by=pd.array([""] * len(cleaned.barred), dtype="str")
        )
        rows = pd.concat([rows, aside], ignore_index=True)
    return status_on(rows, day, reference.rules)


def read_years(reference: Reference, lang: str, until: str | None = None) -> list[SchoolYear]:
    """Every school year that has settings as its own lists have it, oldest first, `until` the last
    one wanted; one still waiting for its workbooks is left out."""
    prepare_display()
    ready = reference.years_with_workbooks
    wanted = [year for year in ready if until is None or year <= until]
    return [_read_year(reference, year, lang) for year in wanted]


def with_inherited(years: list[SchoolYear]) -> tuple[list[SchoolYear], pd.DataFrame]:
    """The same years with the certificates that merged schools handed on, and what became of
    each (`inherit`)."""
    reference = years[-1].reference
    held = pd.concat([year.held for year in years], ignore_index=True)
    held, told = inherit(held, reference.directory, reference.becomes, reference.rules)
    rows = held.groupby("school_year", sort=False).groups
    of = {name: held.loc[own].reset_index(drop=True) for name, own in rows.items()}
    return [replace(year, held=of[year.school_year]) for year in years], told


def _made_of_others(year: SchoolYear) -> bool:
    """Is there a school that others were merged into, and of which the lists say nothing?"""
    silent = [year.held[f"{scheme}_state"].eq("not_stated") for scheme in SCHEMES]
    ids = year.held["school_id"][silent[0] | silent[1]]
    return any(year.reference.directory.merged_by(school_id, year.as_of) for school_id in ids)
