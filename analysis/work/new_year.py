"""`accreditation new-year`: folder, settings and checklist of a school year from last year's."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from pathlib import Path

from analysis.raw import read_raw
from analysis.reference import Reference, SuiteError, YearSettings, read_reference, say
from analysis.reference.schema import is_school_year, read_text
from analysis.work.headings import settle_headings

_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_NAME = re.compile(r'^(school_year\s*=\s*)"[^"]*"', re.MULTILINE)


def new_year(options: argparse.Namespace) -> int:
    """Make what a new school year needs; with --dry-run only show it."""
    lang, wanted = options.lang, options.new_year
    reference = read_reference(options.home)
    last = _last_year(reference, wanted)
    folder = reference.workbooks(wanted)
    settings = reference.settings(wanted)
    text = next_settings(read_text(reference.settings(last.school_year)), wanted)
    files = {settings: text, settings.with_suffix(".md"): _checklist(reference, last, wanted, lang)}
    made = [folder.relative_to(reference.home), *(p.relative_to(reference.home) for p in files)]
    if options.dry_run:
        print(say("new_year_would", lang, year=wanted))
        print(*(f"  {p.as_posix()}" for p in made), "", *files.values(), sep="\n")
        return 0
    _write(folder, files)
    print(say("new_year_made", lang, year=wanted, last=last.school_year))
    print(*(f"  {p.as_posix()}" for p in made), sep="\n")
    _look_at_workbooks(wanted, folder, options.home, lang)
    print(say("new_year_next", lang, year=wanted, folder=made[0].as_posix()))
    return 0


def next_settings(text: str, school_year: str) -> str:
    """Last year's settings with the name and every date moved by a year.

    All else stays as it is written: comments, the words of the scope, headings explained by name.
    """
    moved = _NAME.sub(rf'\g<1>"{school_year}"', text)
    lines = moved.splitlines(keepends=True)
    return "".join(line if line.lstrip().startswith("#") else _moved(line) for line in lines)


def _moved(line: str) -> str:
    return _DATE.sub(lambda day: _a_year_on(dt.date.fromisoformat(day[0])).isoformat(), line)


def _a_year_on(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


def _last_year(reference: Reference, wanted: str) -> YearSettings:
    """The settings to begin from; the year asked for must be the one that follows them."""
    if not is_school_year(wanted):
        raise SuiteError("bad_school_year", value=wanted)
    latest = reference.latest_year
    following = f"{latest[5:]}-{int(latest[5:]) + 1}"
    if wanted in reference.years:
        raise SuiteError("new_year_exists", year=wanted, following=following)
    if wanted != following:
        raise SuiteError("new_year_gap", year=wanted, latest=latest, following=following)
    return reference.year(latest)


def _checklist(reference: Reference, last: YearSettings, wanted: str, lang: str) -> str:
    """What is left to a person, as a list to tick off."""
    targets = reference.targets(last.target_set)
    as_of = _a_year_on(last.as_of)
    facts = {"year": wanted, "last": last.school_year, "as_of": f"{as_of:%d/%m/%Y}"}
    facts |= {"targets": targets.title(lang), "deadline": f"{targets.deadline:%d/%m/%Y}"}
    which = "over" if as_of > targets.deadline else "kept" if targets.id else "none"
    steps = ["workbooks", "settings", f"targets_{which}"]
    steps += ["synthetic"] if last.synthetic else []
    steps += ["headings", "check", "directory", "run", "diff", "slides"]
    lines = [f"- [ ] {say(f'checklist_{step}', lang, **facts)}" for step in steps]
    return "\n".join([f"# {say('checklist_title', lang, **facts)}", "", *lines, ""])


def _write(folder: Path, files: dict[Path, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        cause = error.strerror or str(error)
        raise SuiteError("new_year_unwritten", folder=folder.name, cause=cause) from error


def _look_at_workbooks(school_year: str, folder: Path, home: str | None, lang: str) -> None:
    """Workbooks that lie there already are asked about at once."""
    reference = read_reference(home)
    rules = reference.rules_for(school_year)
    settle_headings(read_raw(folder, rules), rules, reference.settings(school_year), lang)
