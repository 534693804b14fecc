"""`accreditation verify`: is a published folder whole, and is it what the sources give now?"""

from __future__ import annotations

import argparse

from analysis.export.manifest import Difference, differences, hash_files, outputs, read_manifest
from analysis.export.publishing import clear_leftovers
from analysis.reference import read_reference, say
from analysis.work.sources import asked_year, changed_sources, published_folder, sources


def verify(options: argparse.Namespace) -> int:
    """0 if every file is the one published and nothing it was made from has changed, else 2."""
    lang = options.lang
    reference = read_reference(options.home)
    year = asked_year(reference, options.year, lang)
    folder = published_folder(reference, year)
    if folder.parent.is_dir():
        clear_leftovers(folder)
    manifest = read_manifest(folder)
    spoken = str(manifest.get("parameters", {}).get("lang", lang))
    found = hash_files(folder, outputs(folder))
    damaged = differences("outputs", manifest["outputs"], found)
    outdated = changed_sources(manifest, sources(reference, year, spoken))
    facts = {"folder": f"figures/{year.school_year}", "year": year.school_year}
    if not damaged and not outdated:
        print(say("verify_good", lang, count=len(found), **facts))
        return 0
    _tell("verify_damaged", damaged, lang, facts)
    _tell("verify_outdated", outdated, lang, facts)
    print(say("verify_next", lang, **facts))
    return 2


def _tell(key: str, found: list[Difference], lang: str, facts: dict[str, str]) -> None:
    if not found:
        return
    print(say(key, lang, count=len(found), **facts))
    for each in found:
        part = say(f"manifest_{each.part}", lang)
        print(f"  {part}: {each.name} – {say(f'difference_{each.how}', lang)}")
