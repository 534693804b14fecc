"""`accreditation verify`: is a published folder whole, and is it what the sources give now?"""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.export.checking import SECOND_COUNT, count_again
from analysis.export.manifest import (
    MANIFEST,
    Difference,
    differences,
    hash_files,
    outputs,
    read_manifest,
)
from analysis.export.places import SHEETS, published_folder, published_folders, sheets_folder
from analysis.export.publishing import clear_leftovers
from analysis.export.versions import newest_version
from analysis.reference import LANGUAGES, Reference, SuiteError, YearSettings, read_reference, say
from analysis.work.sources import asked_year, changed_sources, of_sheets, sources


def verify(options: argparse.Namespace) -> int:
    """0 if every file is the one published, its numbers agree with its list of schools when they
    are counted a second way, and nothing it was made from has changed, else 2; of each language in
    which the year has been published, and of the sheets made from it."""
    reference = read_reference(options.home)
    year = asked_year(reference, options.year, options.lang)
    place = (reference.home, year.school_year)
    asked = [published_folder(*place, spoken) for spoken in LANGUAGES]
    sheets = {sheets_folder(*place, spoken, by): by for spoken in LANGUAGES for by in SHEETS}
    for folder in (*asked, *sheets):
        if folder.parent.is_dir():
            clear_leftovers(folder)
    there = published_folders(*place, options.lang) or asked[:1]
    found = [_verify(folder, reference, year, options.lang) for folder in there]
    made = ((folder, by) for folder, by in sheets.items() if folder.is_dir())
    found += [_verify_sheets(folder, by, reference, year, options.lang) for folder, by in made]
    return max(found)


def _verify(folder: Path, reference: Reference, year: YearSettings, lang: str) -> int:
    manifest = read_manifest(folder)
    spoken = str(manifest.get("parameters", {}).get("lang", lang))
    found = hash_files(folder, outputs(folder))
    damaged = differences("outputs", manifest["outputs"], found)
    outdated = changed_sources(manifest, sources(reference, year, spoken))
    facts = {"folder": folder.relative_to(reference.home).as_posix(), "year": year.school_year}
    agrees, told = count_again(folder, lang)
    copy, own = folder / SECOND_COUNT.name, SECOND_COUNT.read_bytes()
    same = copy.is_file() and copy.read_bytes() == own
    print(told)
    if not damaged and not outdated and agrees and same:
        print(say("verify_good", lang, count=len(found), **facts))
        return 0
    _tell("verify_damaged", damaged, lang, facts)
    _tell("verify_outdated", outdated, lang, facts)
    if not same:
        print(say("verify_other_count", lang, file=SECOND_COUNT.name, **facts))
    print(say("verify_next", lang, **facts))
    return 2


def _verify_sheets(
    folder: Path, by: str, reference: Reference, year: YearSettings, lang: str
) -> int:
    """0 if the sheets are those made, from what there is now, and name the version published."""
    facts = {"folder": folder.relative_to(reference.home).as_posix(), "year": year.school_year}
    try:
        manifest = read_manifest(folder)
    except SuiteError:
        _tell("verify_damaged", [Difference("outputs", MANIFEST, "changed")], lang, facts)
        print(say("verify_sheets_next", lang, by=by, form="", **facts))
        return 2
    told = dict(manifest.get("parameters", {}))
    spoken = str(told.get("lang", lang))
    damaged = differences("outputs", manifest["outputs"], hash_files(folder, outputs(folder)))
    now = of_sheets(sources(reference, year, spoken))
    now["parameters"] |= {name: told[name] for name in ("by", "form") if name in told}
    outdated = changed_sources(manifest, now)
    version = newest_version(published_folder(reference.home, year.school_year, spoken))
    older = version != manifest.get("version")
    if not damaged and not outdated and not older:
        print(say("verify_sheets_good", lang, count=len(manifest["outputs"]), **facts))
        return 0
    _tell("verify_damaged", damaged, lang, facts)
    _tell("verify_outdated", outdated, lang, facts)
    if older:
        print(say("verify_sheets_older", lang, number=version or 0, **facts))
    form = " --docx" if told.get("form") == "docx" else ""
    print(say("verify_sheets_next", lang, by=by, form=form, **facts))
    return 2


def _tell(key: str, found: list[Difference], lang: str, facts: dict[str, str]) -> None:
    if not found:
        return
    print(say(key, lang, count=len(found), **facts))
    for each in found:
        part = say(f"manifest_{each.part}", lang)
        print(f"  {part}: {each.name} – {say(f'difference_{each.how}', lang)}")
