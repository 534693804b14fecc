"""`accreditation run`: from the raw workbooks of a school year to its published folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from analysis.export import saved_charts
from analysis.export.checking import SECOND_COUNT, check_folder, count_again
from analysis.export.document import read_template
from analysis.export.first_page import write_first_page
from analysis.export.manifest import write_manifest
from analysis.export.pages import export_page, title_of
from analysis.export.places import FIRST_PAGE, published_folder
from analysis.export.publishing import publishing
from analysis.export.saved import SavedCharts
from analysis.export.summary import summarize
from analysis.export.versions import take_over_versions
from analysis.notebook.runner import (
    Executed,
    KernelServer,
    code_cells,
    count_cells,
    kernel_server,
    run_notebooks,
)
from analysis.notebook.school_year import SchoolYear, read_years
from analysis.reference import (
    FaultsError,
    Reference,
    SuiteError,
    YearSettings,
    say,
)
from analysis.work.headings import load_settled
from analysis.work.kept import same_charts, take_over, unchanged_parts
from analysis.work.measured import published_names, tables_of, write_tables
from analysis.work.processes import beside
from analysis.work.revisions import keep_version
from analysis.work.shown_exports import write_report
from analysis.work.silent import noting_silent
from analysis.work.sources import OWN, changed_sources, read_once, sources


def run(
    reference: Reference,
    settings: YearSettings,
    lang: str,
    *,
    anew: bool = False,
) -> int:
    """Publish `figures/YEAR` in one step, or nothing at all; gives how many cells are in doubt and
    rows set aside. Parts that failed by a fault of the suite stop nothing: SuiteError names them
    once the others are published.

    Where only notebooks were edited since the folder was made, the others and the tables are kept
    as they are, unless all is to be made `anew`. What is saved while it runs is not in what is
    published; it is said at the end.
    """
    print(say("run_reading", lang), "…", flush=True)
    home = reference.home
    folder = published_folder(home, settings.school_year, lang)
    lacking: list[SuiteError] = []
    saved_since: list[str] = []
    made_from: dict[str, dict[str, str]] = {}

    def check(staging: Path) -> None:
        print(say("run_checking", lang), "…", flush=True)
        check_folder(staging)
        agrees, told = count_again(staging, lang)
        if not agrees and not lacking:  # a table that could not be made is told as such
            raise SuiteError("publish_counted_otherwise", told=told)
        for source in changed_sources(made_from, sources(reference, settings, lang)):
            if source.part not in OWN:
                raise SuiteError("publish_source_changed", name=source.name)
            saved_since.append(source.name)

    with publishing(folder, check) as staging, ExitStack() as reading:
        copy = reading.enter_context(read_once(home, staging))
        kept_in = home / "data" / "years" / f"{settings.school_year}.toml"
        year = load_settled(settings.school_year, home=copy, settings=kept_in, lang=lang)
        settings = year.reference.year(settings.school_year)
        made_from |= sources(year.reference, settings, lang)
        print(say("run_head", lang, year=year.school_year, as_of=f"{year.as_of:%d/%m/%Y}"))
        template = read_template(copy, lang)
        made_by = {} if anew else unchanged_parts(folder, made_from)
        if not made_by:
            with suppress(SuiteError):  # told by the notebook that needs the year
                read_years(year.reference, lang, until=year.school_year)  # once for all notebooks
        server = reading.enter_context(kernel_server())
        take_over_versions(folder, staging)
        kept = take_over(folder, staging, made_by)
        if kept:
            print(say("run_kept", lang, count=len(kept)), flush=True)
        steps = (
            [say("run_report", lang)]
            if kept
            else [say("run_tables", lang), say("run_report", lang)]
        )
        print(*steps, sep=", ", end=" …\n", flush=True)
        summary = summarize(year, SavedCharts((), year.about, lang))

        def write() -> list[SuiteError]:
            lacking[:] = [] if kept else write_tables(staging, year, summary)
            return lacking

        with beside(write):
            late = partial(_taken_over_late, folder, staging, made_by)
            executed = _run_notebooks(staging, year, home, server, kept, late)
        summary = replace(summary, charts=saved_charts(year, staging))
        keep_version(staging, year, made_from)
        write_report(staging, year, executed, summary, template)
        pages = {f"{done.name}.html": title_of(done.notebook) for done in executed}
        titles = {file: title for file, title, *_ in published_names(lang)}
        shutil.copyfile(SECOND_COUNT, staging / SECOND_COUNT.name)
        noted = replace(summary, about=noting_silent(year.about, year.schemes))
        write_first_page(staging, noted, pages, titles, folder)
        faults = [*(fault for done in executed for fault in done.faults), *lacking]
        saved = {file for done in executed for file in done.files}
        made = {
            "made_by": {} if lacking else {d.name: [*d.files] for d in executed if not d.faults},
            "tables": tables_of(staging, saved),
            "faults": [f"{fault.facts['notebook']}: {fault.facts['cell']}" for fault in faults],
        }
        reading.close()
        write_manifest(staging, _about_run(year) | made_from | made)
    _print_published(folder, folder.relative_to(home).as_posix(), year)
    if saved_since:
        names = ", ".join(saved_since)
        print(say("run_saved_since", lang, names=names, year=year.school_year))
    if faults:
        told = [("run_fault", f.facts | {"cause": f.facts.get("cause", f)}) for f in faults]
        raise FaultsError("run_faults", told)
    return year.cleaned.rows_set_aside + year.cleaned.doubtful


def _run_notebooks(
    staging: Path,
    year: SchoolYear,
    home: Path,
    server: KernelServer | None,
    kept: Sequence[Executed],
    take_late: Callable[[Sequence[Executed]], list[Executed]],
) -> list[Executed]:
    """The executed notebooks with those `kept`, their pages without code, and the charts they save;
    `take_late` gives those that need not run for the charts that are `done` by then."""
    folder, lang = year.reference.home / "notebooks", year.lang
    there, names = [*kept], {done.name for done in kept}
    cells = count_cells(folder, names)
    # A log keeps no line that is written over again.
    with tqdm(total=cells, desc=say("run_notebooks", lang), unit="ô", disable=None) as bar:

        def progress(notebook: str, cell: int, cells: int) -> None:
            bar.set_postfix_str(f"{notebook} {cell}/{cells}")
            bar.update()

        def finished(done: Executed) -> None:
            export_page(done.notebook, staging / f"{done.name}.html", lang)
            there.append(done)

        def kept_late() -> set[str]:
            late = take_late(there)
            there.extend(late)
            if late:
                bar.write(say("run_kept", lang, count=len(late)))
            bar.total -= sum(len(code_cells(done.notebook)) for done in late)
            return {done.name for done in late}

        parameters = {"school_year": year.school_year, "lang": lang}
        run_notebooks(
            folder,
            staging,
            parameters,
            home=year.reference.home,
            at=home / "notebooks",
            progress=progress,
            finished=finished,
            server=server,
            kept=names,
            kept_late=kept_late,
        )
    return sorted(there, key=lambda done: done.name)


def _taken_over_late(
    folder: Path,
    staging: Path,
    made_by: Mapping[str, Sequence[str]],
    done: Sequence[Executed],
) -> list[Executed]:
    """The notebooks made of charts, as they were, where all charts are as they were."""
    left = made_by.keys() - {one.name for one in done}
    same = left and same_charts(folder, staging, done, left)
    return take_over(folder, staging, {n: made_by[n] for n in left}, late=True) if same else []


def _about_run(year: SchoolYear) -> dict[str, Any]:
    """What the manifest says first: what the numbers are about, and how many they are."""
    return {
        "synthetic": year.about.synthetic,
        "workbooks": sorted(year.raw.books),
        "counts": {
            "schools": len(year.identified),
            "in_scope": int(year.identified["in_scope"].sum()),
            "doubts": year.cleaned.doubtful,
            "set_aside": year.cleaned.rows_set_aside,
            "repaired": len(year.repairs),
            "rows_in": int(year.ledger["rows_in"].sum()),
        },
    }


def _print_published(folder: Path, place: str, year: SchoolYear) -> None:
    """Three lines: how much there is, where to begin, and what is in doubt."""
    files, lang = sum(p.is_file() for p in folder.rglob("*")), year.lang
    print(say("run_published", lang, count=files, folder=place))
    print(say("run_first_page", lang, page=f"{place}/{FIRST_PAGE}"))
    doubts, set_aside = len(year.doubts), len(year.set_aside)
    key = "run_unclear" if doubts or set_aside else "run_clear"
    print(say(key, lang, doubts=doubts, set_aside=set_aside))
