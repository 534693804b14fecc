"""`accreditation sheets`: a page for each school, or for each ward or commune, to send or print."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from analysis.export.checking import check_folder
from analysis.export.document import Letter, own_template
from analysis.export.first_page import add_further_links, linked
from analysis.export.manifest import MANIFEST, amend_manifest, read_manifest, write_manifest
from analysis.export.places import FIRST_PAGE, SHEETS, published_folder, sheets_folder
from analysis.export.publishing import publishing
from analysis.export.report import export_report
from analysis.export.sheets import Sheet, school_sheets, unit_sheets
from analysis.export.shown import ShownTable
from analysis.export.versions import newest_version
from analysis.notebook.register import load_register
from analysis.notebook.school_year import SchoolYear
from analysis.reference import SuiteError, read_reference, say, slug
from analysis.work.sources import asked_year, changed_sources, of_sheets, read_once, sources

_MANY = 14  # rows of a sheet, from which on it needs small letters to be one page
_MADE = {"school": school_sheets, "unit": unit_sheets}


def sheets(options: argparse.Namespace) -> int:
    """Publish all sheets of a year in one step, with a page that leads to them."""
    reference, lang = read_reference(options.home), options.lang
    settings = asked_year(reference, options.year, lang)
    print(say("run_reading", lang), "…", flush=True)
    folder = sheets_folder(reference.home, settings.school_year, lang, options.by)
    with publishing(folder, check_folder) as staging:
        with read_once(reference.home, staging) as copy:
            register = load_register(settings.school_year, home=copy, lang=lang)
            settings = register.reference.year(settings.school_year)
            parts = of_sheets(sources(register.reference, settings, lang))
        year = register.latest
        version = _version(reference.home, settings.school_year, lang, parts)
        told = say("sheet_version" if version else "sheet_unpublished", lang, number=version or 0)
        made = [*_MADE[options.by](register.years, told)]
        names = _write(made, staging, year, options)
        _write_index(made, names, staging, year, options.by)
        parts["parameters"] |= {"by": options.by, "form": "docx" if options.docx else "html"}
        facts = {"synthetic": year.about.synthetic, "version": version}
        write_manifest(staging, facts | parts)
    published = published_folder(reference.home, settings.school_year, lang)
    if (published / FIRST_PAGE).exists() and (published / MANIFEST).exists():
        with publishing(published) as staging:
            shutil.copytree(published, staging, dirs_exist_ok=True)
            add_further_links(staging, published, lang)
            amend_manifest(published, staging)
    place = folder.relative_to(reference.home).as_posix()
    print(say("sheets_written", lang, count=len(made), folder=place, page=f"{place}/{FIRST_PAGE}"))
    return 0


def _version(home: Path, year: str, lang: str, parts: Mapping[str, Any]) -> int | None:
    """The version that was published from the same lists and rules; None where it was not."""
    folder = published_folder(home, year, lang)
    try:
        then = of_sheets({part: read_manifest(folder).get(part, {}) for part in parts})
    except SuiteError:
        return None
    return None if changed_sources(then, parts) else newest_version(folder)


def _write(made: list[Sheet], staging: Path, year: SchoolYear, options: Any) -> list[str]:
    """A file for each sheet, named by its number and plain letters, as every system takes them."""
    lang, names, wide = year.lang, [], len(str(len(made)))
    whole = {"captions": False, "most": len(year.held), "dense": 12}
    forms = SHEETS if options.docx else ()
    letters = {form: Letter(own_template(form, lang), lang, **whole) for form in forms}
    # A log keeps no line that is written over again.
    for number, sheet in enumerate(tqdm(made, desc=say("sheets_making", lang), disable=None), 1):
        (first, parts), *others = sheet.sections
        sections = [(first, [*filter(None, [sheet.under]), *parts]), *others]
        name = f"{str(number).zfill(wide)}-{slug(sheet.title) or 'phieu'}"
        path = staging / f"{name}.{'docx' if letters else 'html'}"
        rows = sum(len(p.rows) for _, of in sections for p in of if isinstance(p, ShownTable))
        if letters:
            letter = letters["unit" if rows > _MANY else "school"]
            path.write_bytes(letter.filled(sections, sheet.title, year.about))
        else:
            export_report(path, sections, about=year.about, lang=lang, title=sheet.title)
        names.append(path.name)
    return names


def _write_index(
    made: list[Sheet], names: list[str], staging: Path, year: SchoolYear, by: str
) -> None:
    """The page that leads to every sheet, and says which rows are on none."""
    lang = year.lang
    links = ((f"{s.title} · {s.under}", [name]) for s, name in zip(made, names, strict=True))
    left = len(year.set_aside)
    told = say("sheets_aside" if left else "sheets_all", lang, count=left)
    sections = [(say(f"sheets_by_{by}", lang), [told, linked(links)])]
    place = staging / FIRST_PAGE
    export_report(place, sections, about=year.about, lang=lang, contents=False)
