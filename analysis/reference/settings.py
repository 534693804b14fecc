"""The office: its years, its target sets, and what is said of it under every chart."""

from __future__ import annotations

import datetime as dt
import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.reference.directory import Directory, read_directory
from analysis.reference.regimes import rule_on
from analysis.reference.rules import NOT_NEEDED, SCHEMES, Rules, read_rules
from analysis.reference.schema import Settings, Words, faulty, read_settings
from analysis.reference.target_sets import TargetSet, no_targets, read_target_set
from analysis.reference.trouble import SuiteError
from analysis.reference.units import Units, read_units

# Target sets that come with this package: an office names one in its year file.
READY_TARGETS = Path(__file__).with_name("targets")


@dataclass(frozen=True)
class About:
    """What every chart and export says of its data."""

    office_vi: str
    office_en: str
    school_year: str
    as_of: dt.date
    synthetic: bool
    source_vi: str
    source_en: str
    note_vi: str = ""
    note_en: str = ""
    # The part of the schools that is looked at, "Phường Hương Trà"; "" where it is all of them.
    part_vi: str = ""
    part_en: str = ""
    # Another reading or base of the targets than their document has it: ("at-least", "evaluated").
    reread: tuple[str, ...] = ()

    def part(self, lang: str) -> str:
        """The part of the schools that is looked at; "" for all of them."""
        return self.part_en if lang == "en" else self.part_vi

    def office(self, lang: str) -> str:
        """The office's name."""
        return self.office_en if lang == "en" else self.office_vi

    def source(self, lang: str) -> str:
        """Where the figures come from."""
        return self.source_en if lang == "en" else self.source_vi

    def note(self, lang: str) -> str:
        """A remark for the footer; may be empty."""
        return self.note_en if lang == "en" else self.note_vi


@dataclass(frozen=True)
class YearSettings:
    """What holds for one school year."""

    school_year: str
    as_of: dt.date
    target_set: str = ""
    synthetic: bool = False
    scope_vi: str = ""
    scope_en: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    # By scheme what a blank level means; a scheme of which the office has not said it is left out.
    blank: Mapping[str, str] = field(default_factory=dict)
    # By case of a merger what becomes of the certificates, where it is not as the rules have it.
    mergers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reference:
    """Everything the rooms are told: nation-wide rules, and the office's own settings."""

    rules: Rules
    home: Path
    office: Mapping[str, Any]
    years: Mapping[str, YearSettings]
    words: Words

    @cached_property
    def directory(self) -> Directory:
        """The office's schools over time; read when first asked for."""
        return read_directory(self.home / "data" / "schools.csv", self.rules.education_levels)

    @cached_property
    def units(self) -> Units:
        """The office's wards and communes over time; read when first asked for."""
        return read_units(self.home / "data" / "units.csv")

    @property
    def latest_year(self) -> str:
        """The newest school year that has settings, be it still waiting for its workbooks."""
        if not self.years:
            raise SuiteError("no_years", folder=str(self.home / "data" / "years"))
        return max(self.years)

    @property
    def current_year(self) -> str:
        """The newest school year with workbooks; where none has any, the newest with settings."""
        return max(self.years_with_workbooks, default="") or self.latest_year

    @property
    def years_with_workbooks(self) -> list[str]:
        """The school years that have settings and workbooks, oldest first."""
        files = {name: self.workbooks(name).glob("[!.~]*") for name in sorted(self.years)}
        return [name for name, found in files.items() if any(found)]

    def workbooks(self, school_year: str) -> Path:
        """The folder with the workbooks of a school year."""
        return self.home / "data" / "raw" / school_year

    def settings(self, school_year: str) -> Path:
        """The file with the settings of a school year."""
        return self.home / "data" / "years" / f"{school_year}.toml"

    def year(self, school_year: str | None = None) -> YearSettings:
        """The settings of a school year; an unknown one is an error that names those there are."""
        wanted = school_year or self.current_year
        if wanted not in self.years:
            near = difflib.get_close_matches(str(wanted), self.years, 1, 0.7)
            facts = {"year": wanted, "years": ", ".join(sorted(self.years))}
            if near:
                raise SuiteError("unknown_year_near", near=near[0], **facts)
            raise SuiteError("unknown_year", **facts)
        return self.years[wanted]

    def rules_for(self, school_year: str) -> Rules:
        """The rules the lists of a school year are read by: with the headings the office explained
        for it, where it has settings."""
        known = self.years.get(school_year)
        return self.rules.with_headings(known.columns if known else {}, school_year)

    def becomes(self, case: str, day: dt.date, school_year: str) -> str:
        """What becomes of the certificates of schools merged on a day, in the figures of a school
        year: "carried" or "not_carried"."""
        known = self.years.get(school_year)
        own = known.mergers.get(case) if known else None
        return own or str(rule_on("merger", day, self.rules)[case])

    def targets(self, name: str) -> TargetSet:
        """A target set by its id, from the file of the office that has it, else from those of this
        package; "" is the set without targets."""
        if not name:
            return no_targets()
        ids: dict[str, list[Settings]] = {}
        for folder in (self.home / "data" / "targets", READY_TARGETS):
            for path in sorted(folder.glob("*.toml")) if name not in ids else ():
                found = read_settings(path, "target_set", self.words)
                ids.setdefault(str(found.table.get("id", path.stem)), []).append(found)
        own = ids.get(name, [])
        if len(own) > 1:
            raise SuiteError(
                "target_set_twice", name=name, files=", ".join(s.path.name for s in own)
            )
        if not own:
            raise SuiteError("unknown_target_set", name=name, known=", ".join(ids))
        return read_target_set(own[0], self.rules)

    def about(self, school_year: str) -> About:
        """What is said of the data of a school year, under the office's name of its day."""
        year, office = self.year(school_year), self.office
        if not office:
            raise SuiteError("no_office", folder=str(self.home / "data"))
        former = [name for name in office.get("former", ()) if year.as_of <= name["to"]]
        named = min(former, key=lambda name: name["to"], default=office)
        return About(
            named["name_vi"],
            named["name_en"],
            year.school_year,
            year.as_of,
            year.synthetic,
            office["source_vi"],
            office["source_en"],
            year.scope_vi,
            year.scope_en,
        )


def read_reference(home: str | Path | None = None) -> Reference:
    """Read the rules and the office's settings; every fault names file and key.

    `home` is the folder that holds `data/`; without it ACCREDITATION_HOME, else the folder the
    package lies in.

    >>> read_reference().year("2024-2025").as_of.isoformat()
    '2025-05-31'
    """
    folder = Path(home or os.environ.get("ACCREDITATION_HOME") or Path(__file__).parents[2])
    rules, data = read_rules(), folder / "data"
    words = setting_words(rules)
    paths = [path for path in [data / "office.toml"] if path.exists()]
    office = [read_settings(path, "office", words) for path in paths]
    paths = sorted((data / "years").glob("*.toml"))
    years = [_checked_year(read_settings(path, "year", words)) for path in paths]
    if faults := [fault for found in (*office, *years) for fault in found.faults]:
        raise faulty(faults)
    said: dict[str, Any] = office[0].table if office else {}
    of_years = [_year(found.table, bool(said.get("synthetic"))) for found in years]
    return Reference(rules, folder, said, {year.school_year: year for year in of_years}, words)


def read_targets(path: Path) -> TargetSet:
    """A target set from a file of its own."""
    rules = read_rules()
    return read_target_set(read_settings(path, "target_set", setting_words(rules)), rules)


def setting_words(rules: Rules) -> Words:
    """The lists of words that settings.toml names: "@levels" and the like."""
    headings = [column.heading for column in rules.columns.values()]
    return {
        "schemes": SCHEMES,
        "levels": rules.education_levels,
        "ladders": list(dict.fromkeys(regime["ladder"] for regime in rules.regimes["regime"])),
        "columns": [*headings, *rules.columns, NOT_NEEDED],
    }


def _checked_year(found: Settings) -> Settings:
    """The name of the file is the school year, and the day lies in it."""
    year, day = (found.table.get(key) for key in ("school_year", "as_of"))
    if ("school_year",) in found.wrong or not year:
        return found
    if year != found.path.stem:
        found.fault("file_name", ("school_year",), value=year)
    first, last = dt.date(int(year[:4]), 7, 1), dt.date(int(year[5:]), 12, 31)
    if day and ("as_of",) not in found.wrong and not first <= day <= last:
        found.fault("between_days", ("as_of",), value=day, first=first, last=last)
    return found


def _year(table: dict[str, Any], synthetic: bool) -> YearSettings:
    """A year's settings; blank = "none" stands for both schemes, and the office says whether its
    data are synthetic where the year does not."""
    blank = table.get("blank", {})
    by_scheme = dict.fromkeys(SCHEMES, blank) if isinstance(blank, str) else blank
    return YearSettings(**{"synthetic": synthetic, **table, "blank": by_scheme})
