"""The office: its years, its target sets, and what is said of it under every chart."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.reference.directory import Directory, read_directory
from analysis.reference.rules import BLANK_MEANS, SCHEMES, Rules, read_rules
from analysis.reference.target_sets import TargetSet, no_targets, read_target_set
from analysis.reference.trouble import SuiteError
from analysis.reference.units import Units, read_units

_YEAR_KEYS = {"school_year", "as_of", "target_set", "synthetic", "scope_vi", "scope_en"}
_YEAR_KEYS |= {"columns", "blank"}


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
    target_set: str = ""  # none: no targets yet
    synthetic: bool = False
    scope_vi: str = ""
    scope_en: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    # By scheme what a blank level means; a scheme of which the office has not said it is left out.
    blank: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reference:
    """Everything the rooms are told: nation-wide rules, and the office's own settings."""

    rules: Rules
    home: Path
    office: Mapping[str, Any]
    years: Mapping[str, YearSettings]
    target_sets: Mapping[str, TargetSet]

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
        """The newest school year that has settings."""
        if not self.years:
            raise SuiteError("no_years", folder=str(self.home / "data" / "years"))
        return max(self.years)

    @property
    def years_with_workbooks(self) -> list[str]:
        """The school years that have settings and workbooks, oldest first."""
        raw = self.home / "data" / "raw"
        return [name for name in sorted(self.years) if any((raw / name).glob("*"))]

    def year(self, school_year: str | None = None) -> YearSettings:
        """The settings of a school year; an unknown one is an error that names those there are."""
        wanted = school_year or self.latest_year
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

    def targets(self, name: str) -> TargetSet:
        """A target set by its id; without one, of no targets."""
        if not name:
            return no_targets()
        if name not in self.target_sets:
            known = ", ".join(sorted(self.target_sets))
            raise SuiteError("unknown_target_set", name=name, known=known)
        return self.target_sets[name]

    def about(self, school_year: str) -> About:
        """What is said of the data of a school year."""
        year, office = self.year(school_year), self.office
        return About(
            office["name_vi"],
            office["name_en"],
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
    data = folder / "data"
    office = _read(data / "office.toml") if (data / "office.toml").exists() else {}
    years = [_year(_read(p), p) for p in sorted((data / "years").glob("*.toml"))]
    sets = [read_target_set(_read(p), p) for p in sorted((data / "targets").glob("*.toml"))]
    return Reference(
        read_rules(),
        folder,
        office,
        {y.school_year: y for y in years},
        {s.id: s for s in sets},
    )


def read_targets(path: Path) -> TargetSet:
    """A target set from a file of its own."""
    return read_target_set(_read(path), path)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SuiteError("bad_settings", file=path.name, cause=str(error)) from error


def _year(table: dict[str, Any], path: Path) -> YearSettings:
    unknown = sorted(set(table) - _YEAR_KEYS)
    missing = sorted({"school_year", "as_of"} - set(table))
    if unknown or missing or table["school_year"] != path.stem:
        cause = f"unknown {unknown}, missing {missing}, file name {path.stem!r}"
        raise SuiteError("bad_settings", file=path.name, cause=cause)
    return YearSettings(**table | {"blank": _blank(table.get("blank", {}), path)})


def _blank(said: object, path: Path) -> dict[str, str]:
    """blank = "none", or by scheme: blank = { kdclgd = "none" }."""
    by_scheme = dict.fromkeys(SCHEMES, said) if isinstance(said, str) else said
    if (
        isinstance(by_scheme, dict)
        and set(by_scheme) <= set(SCHEMES)
        and all(word in BLANK_MEANS for word in by_scheme.values())
    ):
        return {str(scheme): str(word) for scheme, word in by_scheme.items()}
    known = f"{' | '.join(BLANK_MEANS)}, kdclgd, cqg"
    raise SuiteError("bad_settings", file=path.name, cause=f"blank = {said!r} ({known})")
