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
from analysis.measure import CountedRows
from analysis.notebook.runner.cores import cores
from analysis.raw import read_raw
from analysis.reference import SCHEMES, Reference, SuiteError, read_reference, say
from analysis.tables import tables
from analysis.work.counted import (
    Line,
    YearCounted,
    gap_line,
    gap_lines,
    level_lines,
    write_lines,
    written_lines,
)
from analysis.work.processes import side_by_side

_FATES = ("rows_in", "accepted", "set_aside", "ignored", "schools", "doubts")


class Asked(NamedTuple):
    """One school year of an office."""

    home: Path
    school_year: str
    lang: str


class Found(NamedTuple):
    """What came of a school year: how many rows had which fate, lines of the two tables
    (levels and comparison), what to say of the targets; or why there is nothing."""

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
    unread = any(year.fates["set_aside"] or year.fates["doubts"] for year in found)
    return 1 if options.strict and unread else 0


def _wanted(reference: Reference, names: Sequence[str]) -> list[str]:
    if names:
        return sorted({reference.year(name).school_year for name in names})
    ready = reference.years_with_workbooks
    if not ready:
        raw = reference.workbooks(reference.latest_year).parent
        raise SuiteError("year_without_workbooks", year=reference.latest_year, folder=str(raw))
    return ready


def read_year(asked: Asked) -> Found:
    """A school year from its workbooks to the lines of the tables."""
    reference = read_reference(asked.home)
    settings = reference.year(asked.school_year)
    fates = dict.fromkeys(_FATES, 0)
    about = (asked.school_year, settings.as_of, settings.synthetic)
    found = Found(*about, fates, [], [], [], [])
    folder = reference.workbooks(asked.school_year)
    rules = reference.rules_for(asked.school_year)
    raw = read_raw(folder, rules)
    faults: list[SuiteError] = list(raw.errors)
    if not (faults or raw.of_kind("schools")):
        year, place = asked.school_year, str(folder)
        faults = [SuiteError("year_without_workbooks", year=year, folder=place)]
    if faults:
        return found._replace(faults=[fault.text(asked.lang) for fault in faults])
    name, day, blank = asked.school_year, settings.as_of, settings.blank
    cleaned = clean_schools(raw, rules, school_year=name, as_of=day, blank=blank, office=reference)
    rows = CountedRows(cleaned.rows, cleaned.barred, day, reference.rules)
    counted, lang = YearCounted(name, rows, reference.targets(settings.target_set)), asked.lang
    silent = [
        say("check_not_stated", lang, scheme=say(f"scheme_{scheme}", lang))
        for scheme in SCHEMES
        if scheme not in counted.schemes
    ]
    return found._replace(
        fates=_fates(cleaned),
        levels=[line for s in counted.schemes for line in level_lines(counted, s)],
        gaps=[line for target in counted.targets for line in gap_lines(counted, target)],
        told=[*silent, *(line for t in counted.targets if (line := gap_line(counted, t, lang)))],
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
        write_lines(folder / "levels.csv", tables()["levels"].lines, levels),
        write_lines(folder / "gaps.csv", tables()["comparison"].lines, gaps),
    ]
