"""`accreditation run`: from the raw workbooks of a school year to its published folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from analysis.compare import compare_indicators, compare_to_targets
from analysis.export.checking import check_folder
from analysis.export.manifest import write_manifest
from analysis.export.pages import export_page
from analysis.export.publishing import publishing
from analysis.export.tables import export_csv, export_tables
from analysis.jobs.beside import beside
from analysis.jobs.headings import load_settled
from analysis.jobs.shown_exports import write_report
from analysis.jobs.silent import noting_silent
from analysis.jobs.sources import changed_sources, published_folder, sources
from analysis.measure import list_counted, measure_levels
from analysis.notebook_runner import Executed, KernelServer, count_cells, run_notebooks
from analysis.reference import (
    Reference,
    SuiteError,
    YearSettings,
    say,
)
from analysis.school_year import SchoolYear

_GROUPS = ("education_level", "unit", "ownership")
_ASIDE = [
    *("school_code", "school_name", "unit", "education_level", "ownership"),
    *("source_file", "source_sheet", "source_row"),
]


def run(
    reference: Reference, settings: YearSettings, lang: str, server: KernelServer | None = None
) -> int:
    """Publish `figures/YEAR` in one step, or nothing at all; gives how many cells are in doubt and
    rows set aside.

    `server`: where the kernels of the notebooks are forked from.
    """
    print(say("run_reading", lang), "…", flush=True)
    year = load_settled(settings.school_year, home=reference.home, lang=lang)
    made_from = sources(reference, settings, lang)  # with the headings just answered
    day = year.as_of.strftime("%d/%m/%Y")
    print(say("run_head", lang, year=year.school_year, as_of=day))
    folder = published_folder(reference, settings)

    def check(staging: Path) -> None:
        print(say("run_checking", lang), "…", flush=True)
        check_folder(staging)
        for source in changed_sources(made_from, sources(reference, settings, lang)):
            raise SuiteError("publish_source_changed", name=source.name)

    with publishing(folder, check) as staging:
        print(*(say(key, lang) for key, _ in STEPS), sep=", ", end=" …\n", flush=True)
        with beside(lambda: [step(staging, year, lang) for _, step in STEPS]):
            _run_notebooks(staging, year, lang, server)
        write_manifest(staging, _about_run(year) | made_from)
    _print_published(folder, year, lang)
    return year.cleaned.rows_set_aside + year.cleaned.doubtful


def _run_notebooks(staging: Path, year: SchoolYear, lang: str, server: KernelServer | None) -> None:
    """The executed notebooks, their pages without code, and the charts they save."""
    folder = year.reference.home / "notebooks"
    with tqdm(total=count_cells(folder), desc=say("run_notebooks", lang), unit="ô") as bar:

        def progress(notebook: str, cell: int, cells: int) -> None:
            bar.set_postfix_str(f"{notebook} {cell}/{cells}")
            bar.update()

        def finished(done: Executed) -> None:
            export_page(done.notebook, staging / f"{done.name}.html", lang)

        parameters = {"school_year": year.school_year, "lang": lang}
        run_notebooks(
            folder,
            staging,
            parameters,
            home=year.reference.home,
            progress=progress,
            finished=finished,
            server=server,
        )


def _write_tables(staging: Path, year: SchoolYear, lang: str) -> None:
    """The numbers: one workbook for people, one CSV a table for programs."""
    tables = measured_tables(year, lang)
    export_tables(
        {title: table for title, (_, table) in tables.items()},
        staging / "bang_so_lieu.xlsx",
        about=noting_silent(year.about, year.schemes),
        lang=lang,
    )
    for name, table in tables.values():
        export_csv(table, staging / "so_lieu" / f"{name}.csv")


def measured_tables(year: SchoolYear, lang: str) -> dict[str, tuple[str, pd.DataFrame]]:
    """Every table of a school year: title -> (name of its file, table)."""
    tables: dict[str, tuple[str, pd.DataFrame]] = {}
    for scheme in year.schemes:
        for by in _GROUPS:
            table = measure_levels(year.held, scheme=scheme, by=by)
            facts = {"scheme": say(f"scheme_{scheme}", lang), "by": say(f"by_{by}", lang)}
            tables[say("table_levels", lang, **facts)] = (f"{scheme}_theo_{by}", table)
    gaps = compare_to_targets(year.held, year.targets, by="education_level")
    targets = gaps[gaps["group"] == "all"]
    tables[say("table_targets", lang)] = ("so_voi_chi_tieu", targets)
    tables[say("table_gaps", lang)] = ("khoang_cach_theo_cap_hoc", gaps)
    if len(year.indicators):
        indicators = compare_indicators(year.indicators, year.targets, lang=lang)
        tables[say("table_indicators", lang)] = ("chi_tieu_co_quan", indicators)
    tables[say("table_schools", lang)] = ("truong", list_counted(year.schools))
    aside = year.held[year.held["in_scope"].isna()]
    tables[say("table_kept_out", lang)] = ("truong_de_rieng", aside[_ASIDE])
    tables[say("table_ledger", lang)] = ("so_kiem_dem", year.ledger)
    tables[say("table_doubts", lang)] = ("o_nghi_van", year.doubts)
    tables[say("table_set_aside", lang)] = ("hang_de_rieng", year.set_aside)
    tables[say("table_repairs", lang)] = ("o_da_sua", year.repairs)
    return tables


def _about_run(year: SchoolYear) -> dict[str, Any]:
    """What the manifest says first: what the numbers are about, and how many they are."""
    return {
        "synthetic": year.about.synthetic,
        "workbooks": sorted(year.raw.books),
        "counts": {
            "schools": len(year.schools),
            "in_scope": int(year.schools["in_scope"].sum()),
            "doubts": year.cleaned.doubtful,
            "set_aside": year.cleaned.rows_set_aside,
            "repaired": len(year.repairs),
            "rows_in": int(year.ledger["rows_in"].sum()),
        },
    }


def _print_published(folder: Path, year: SchoolYear, lang: str) -> None:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    place = folder.relative_to(year.reference.home)
    print(say("run_published", lang, count=len(files), folder=place.as_posix()))
    print(*(f"  {(place / p.relative_to(folder)).as_posix()}" for p in files), sep="\n")
    for key, count in (("doubts", len(year.doubts)), ("set_aside", len(year.set_aside))):
        if count:
            print(say(f"run_{key}", lang, count=count))


# What fills the folder while the notebooks run, one after the other, and what is said of it.
STEPS: list[tuple[str, Callable[[Path, SchoolYear, str], None]]] = [
    ("run_tables", _write_tables),
    ("run_report", write_report),
]
