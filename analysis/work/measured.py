"""Every table of a school year that is published, as the registry has it, and how it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.export.places import NUMBERS, WORKBOOK
from analysis.export.shown import ShownTable, show_table
from analysis.export.summary import Summary
from analysis.export.tables import export_csv, export_tables
from analysis.export.versions import is_revised
from analysis.notebook.school_year import SchoolYear
from analysis.reference import SuiteError, say
from analysis.tables import Published, known_table, tables
from analysis.work.silent import noting_silent


def write_tables(staging: Path, year: SchoolYear, summary: Summary) -> list[SuiteError]:
    """The numbers: one workbook for people, pages to print before whole tables; one CSV a table for
    programs. Gives what failed by a fault of the suite: such a table is left out."""
    lang, faults = year.lang, list[SuiteError]()
    tables = measured_tables(year, lang, faults)
    for name, table in tables.values():
        path = export_csv(table, staging / NUMBERS / f"{name}.csv")
        if is_revised(staging, name, path.read_bytes()):
            table.attrs["revised"] = True
    whole = {say("book_whole", lang, title=title): own for title, (_, own) in tables.items()}
    export_tables(
        {**_pages(tables, summary), **whole},
        staging / WORKBOOK,
        about=noting_silent(year.about, year.schemes),
        lang=lang,
    )
    return faults


def _pages(
    tables: Mapping[str, tuple[str, pd.DataFrame]], summary: Summary
) -> dict[str, ShownTable]:
    """The pages to print: the year in short, the schools concerned, and what was measured, as the
    notebooks show it, of schools their sums; lists have all their columns only."""
    measured = {t: own for t, (_, own) in tables.items() if not known_table(own).listing}
    for title, own in measured.items():
        if {"school_id", "group"} <= {*known_table(own).columns}:
            measured[title] = own[own["group"].eq("all")]
    shown = {summary.title: summary.answer_table, **summary.tables, **measured}
    return {title: show_table(table, most=len(table)) for title, table in shown.items()}


def measured_tables(
    year: SchoolYear, lang: str, faults: list[SuiteError] | None = None
) -> dict[str, tuple[str, pd.DataFrame]]:
    """Every table of a school year that the registry has published: title -> (name of its file,
    table). A maker that fails by a fault of the suite joins `faults` and costs its table only;
    without a list for them it stops the work."""
    found: dict[str, tuple[str, pd.DataFrame]] = {}
    for file, title, one, given in published_names(lang):
        try:
            if _is_stated(given, year) and (not one.if_any or len(getattr(year, one.if_any))):
                found[title] = (file, _made(one.maker, year, given))
        except (SuiteError, OSError, MemoryError):
            raise
        except Exception as error:
            if faults is None:
                raise
            place = {"notebook": f"{NUMBERS}/{file}.csv", "cell": one.maker}
            faults.append(
                SuiteError("run_fault", **place, cause=f"{type(error).__name__}: {error}")
            )
    return found


def published_names(lang: str) -> Iterator[tuple[str, str, Published, Mapping[str, Any]]]:
    """Every table that may be published: the name of its file, its title, and how it is made."""
    for one in (p for table in tables().values() for p in table.published):
        for given in one.variants():
            words = {n: say(f"{n}_{v}", lang) for n, v in given.items() if f"{{{n}}}" in one.vi}
            yield one.file.format(**given), one.title(lang).format(**words), one, given


def _is_stated(given: Mapping[str, Any], year: SchoolYear) -> bool:
    """Whether the lists of the year have a column for the scheme, and say of some school in which
    group it is, if either is asked for."""
    grouped = "by" not in given or year.held[given["by"]].fillna("").ne("").any()
    return grouped and ("scheme" not in given or given["scheme"] in year.schemes)


def _made(maker: str, year: SchoolYear, given: Mapping[str, Any]) -> pd.DataFrame:
    """A table by its maker: a function of a room, or a part of the year."""
    room, _, name = maker.rpartition(".")
    if not room:
        part: pd.DataFrame = getattr(year, name)
        return part
    make = getattr(import_module(f"analysis.{room}"), name)
    table: pd.DataFrame = make(year, **given)
    return table


def tables_of(staging: Path, saved: Collection[str]) -> list[str]:
    """The workbook and the tables, which no notebook saved."""
    found = sorted(p.relative_to(staging).as_posix() for p in staging.glob(f"{NUMBERS}/*.csv"))
    return [WORKBOOK, *(table for table in found if table not in saved)]
