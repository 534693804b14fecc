"""`accreditation years`: every school year from its workbooks to shares and gaps, side by side.

No table of schools is made and nothing is drawn, so that ten years of a whole country take as long
as reading their workbooks.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.clean import Cleaned, clean_schools
from analysis.jobs.counted_lines import GAPS, LEVELS, Line, gap_lines, level_lines, write_lines
from analysis.jobs.figures import Figures
from analysis.jobs.side_by_side import side_by_side
from analysis.jobs.told_lines import gap_line, written_lines
from analysis.notebook_runner.cores import cores
from analysis.raw import read_raw
from analysis.reference import SCHEMES, Reference, SuiteError, read_reference, say

_FATES = ("rows_in", "accepted", "set_aside", "ignored")


class Asked(NamedTuple):
    """One school year of an office."""

    home: Path
    school_year: str
    lang: str


class Found(NamedTuple):
    """What came of a school year: how many rows had which fate, lines of the two tables (`LEVELS`,
    `GAPS`), what to say of the targets; or why there is nothing."""

    school_year: str
    as_of: dt.date
    synthetic: bool
    fates: dict[str, int]
    levels: list[Line]
    gaps: list[Line]
    told: list[str]
    faults: list[str]


def years(options: argparse.Namespace) -> int:
    """Read the school years asked for, or all that have workbooks; say and write what they give."""
    reference, lang = read_reference(options.home), options.lang
    asked = [Asked(reference.home, name, lang) for name in _wanted(reference, options.years)]
    found = []
    for year in side_by_side(read_year, asked, options.processes or cores()):
        print(*_told(year, lang), sep="\n", flush=True)
        found.append(year)
    if any(year.faults for year in found):
        return 2
    if options.out:
        written = write_years(found, Path(options.out))
        print(written_lines(written, lang))
    set_aside = any(year.fates["set_aside"] for year in found)
    return 1 if options.strict and set_aside else 0


def _wanted(reference: Reference, names: Sequence[str]) -> list[str]:
    if names:
        return sorted({reference.year(name).school_year for name in names})
    ready = reference.years_with_workbooks
    if not ready:
        raw = reference.home / "data" / "raw"
        raise SuiteError("year_without_workbooks", year=reference.latest_year, folder=str(raw))
    return ready


def read_year(asked: Asked) -> Found:
    """A school year from its workbooks to the lines of the tables."""
    reference = read_reference(asked.home)
    settings = reference.year(asked.school_year)
    fates = dict.fromkeys(_FATES, 0)
    about = (asked.school_year, settings.as_of, settings.synthetic)
    found = Found(*about, fates, [], [], [], [])
    folder = asked.home / "data" / "raw" / asked.school_year
    rules = reference.rules.with_headings(settings.columns)
    raw = read_raw(folder, rules)
    faults: list[SuiteError] = list(raw.errors)
    if not (faults or raw.of_kind("schools")):
        year, place = asked.school_year, str(folder)
        faults = [SuiteError("year_without_workbooks", year=year, folder=place)]
    if faults:
        return found._replace(faults=[fault.text(asked.lang) for fault in faults])
    cleaned = clean_schools(raw, rules, school_year=asked.school_year, as_of=settings.as_of)
    figures = Figures(cleaned.rows, settings.as_of, reference.rules, cleaned.barred)
    targets = reference.targets(settings.target_set)
    name, late = asked.school_year, settings.as_of > targets.last_day
    return found._replace(
        fates=_fates(cleaned),
        levels=[line for s in SCHEMES for line in level_lines(name, figures, s)],
        gaps=[
            line for t in targets.parts for line in gap_lines(asked.school_year, figures, t, late)
        ],
        told=[line for t in targets.parts if (line := gap_line(figures, t, asked.lang))],
    )


def _fates(cleaned: Cleaned) -> dict[str, int]:
    return {fate: sum(sheet[fate] for sheet in cleaned.account) for fate in _FATES}


def _told(year: Found, lang: str) -> Iterable[str]:
    as_of = f"{year.as_of:%d/%m/%Y}"
    if year.faults:
        yield say("years_fault", lang, year=year.school_year)
        yield from (f"  {fault}" for fault in year.faults)
    else:
        note = f" ({say('synthetic', lang)})" if year.synthetic else ""
        name = year.school_year + note
        yield say("years_head", lang, year=name, as_of=as_of, **year.fates)
        yield from (f"  {line}" for line in year.told)


def write_years(found: Sequence[Found], folder: Path) -> list[Path]:
    """The lines of all years as two tables, levels.csv and gaps.csv."""
    levels = [line for year in found for line in year.levels]
    gaps = [line for year in found for line in year.gaps]
    return [
        write_lines(folder / "levels.csv", LEVELS, levels),
        write_lines(folder / "gaps.csv", GAPS, gaps),
    ]
