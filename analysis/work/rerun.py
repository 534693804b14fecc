"""`accreditation run`: nothing is done again where the published folder is whole and current."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.export.manifest import differences, hash_files, outputs, read_manifest
from analysis.export.places import published_folder
from analysis.export.publishing import clear_leftovers
from analysis.reference import Reference, SuiteError, YearSettings, read_reference, say
from analysis.work.sources import asked_year, changed_sources, sources

# How long the last run took, in the project folder.
_SECONDS = Path(".cache", "run_seconds.txt")


def rerun(options: argparse.Namespace) -> int:
    """Say that the folder is current, else publish it anew; `--force` does so in any case."""
    reference = read_reference(options.home)
    year = asked_year(reference, options.year, options.lang)
    set_aside = None if options.force else _set_aside_if_current(reference, year, options.lang)
    if set_aside is None:
        set_aside = _publish(options, reference, year)
    else:
        folder = published_folder(reference.home, year.school_year, options.lang)
        place = folder.relative_to(reference.home).as_posix()
        print(say("run_current", options.lang, folder=place, year=year.school_year))
    if options.pdf:
        from analysis.work.pdf import add_pdf

        add_pdf(published_folder(reference.home, year.school_year, options.lang), options.lang)
    return 1 if options.strict and set_aside else 0


def _publish(options: argparse.Namespace, reference: Reference, year: YearSettings) -> int:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # no algebra here: threads are a mere cost
    # Else jsonschema builds a grammar of web addresses, which takes longer than a notebook.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    with _expecting(reference.home, options.lang):
        from analysis.work.run import run  # what draws and writes

        return run(reference, year, options.lang, anew=options.force)


def _set_aside_if_current(reference: Reference, year: YearSettings, lang: str) -> int | None:
    """How many rows the published folder says are set aside; None where it has to be made anew."""
    folder = published_folder(reference.home, year.school_year, lang)
    if not folder.parent.is_dir():
        return None
    clear_leftovers(folder)
    try:
        manifest = read_manifest(folder)
    except SuiteError:
        return None
    found = hash_files(folder, outputs(folder))
    if differences("outputs", manifest["outputs"], found) or manifest.get("faults"):
        return None
    if changed_sources(manifest, sources(reference, year, lang)):
        return None
    return sum(int(manifest.get("counts", {}).get(n, 0)) for n in ("doubts", "set_aside"))


@contextmanager
def _expecting(home: Path, lang: str) -> Iterator[None]:
    """Say how long the last run took, and note how long this one takes if it ends well."""
    with suppress(OSError, ValueError):
        seconds = math.ceil(float((home / _SECONDS).read_text(encoding="utf-8")))
        print(say("run_expected", lang, seconds=seconds), flush=True)
    started = time.perf_counter()
    yield
    with suppress(OSError):
        (home / _SECONDS).parent.mkdir(parents=True, exist_ok=True)
        (home / _SECONDS).write_text(f"{time.perf_counter() - started:.1f}\n", encoding="utf-8")
