"""What `accreditation check --out` writes: tables and charts from the accepted rows, and the
workbooks with faults, marked, to send back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.charts import Chart, chart_levels
from analysis.clean import Cleaned, published_counts
from analysis.compare import compare_to_targets, recompute_published
from analysis.export import save_chart, show_table
from analysis.export.places import REPORT, WORKBOOK
from analysis.export.report import export_report
from analysis.export.tables import export_csv, export_tables
from analysis.measure import list_counted, measure_levels
from analysis.notebook.school_year import held_on
from analysis.raw import Raw
from analysis.reference import SCHEMES, About, Reference, TargetSet, say
from analysis.returned import return_workbooks
from analysis.tables import tables as registry
from analysis.work.silent import noting_silent

_OUTCOMES = {"doubts": "doubt", "set_aside": "set_aside", "repairs": "repaired"}
# The files of a run that hold the same as ours.
_FILES = {
    **{f"levels_{scheme}": "{scheme}_theo_{by}" for scheme in SCHEMES},
    "ledger": "so_kiem_dem",
    "schools": "truong",
    "gaps": "khoang_cach_theo_cap_hoc",
    "doubts": "o_nghi_van",
    "set_aside": "hang_de_rieng",
    "repairs": "o_da_sua",
    "published": "recomputed",
}


def export_checked(
    raw: Raw,
    cleaned: Cleaned,
    reference: Reference,
    targets: TargetSet | None,
    period: tuple[str, dt.date],
    folder: Path,
    lang: str,
) -> list[Path]:
    """Write the tables as CSV and as one workbook, and a chart of the levels of each scheme."""
    about = _about(raw, reference, period)
    held = held_on(cleaned, period[1], reference)
    tables = _tables(raw, cleaned, held, targets, lang)
    written = [export_csv(table, folder / f"{name}.csv") for name, table in tables.items()]
    titles = {_title(name, lang): table for name, table in tables.items()}
    charts = _charts(held, cleaned, about, lang) if len(held) else {}
    about = noting_silent(about, cleaned.schemes if len(held) else SCHEMES)
    written.append(export_tables(titles, folder / WORKBOOK, about=about, lang=lang))
    for scheme, chart in charts.items():
        written += save_chart(chart, f"{scheme}-theo-cap-hoc", folder)
    shown: list[tuple[str, Any]] = []
    for scheme, chart in charts.items():
        shown.append((_title(f"levels_{scheme}", lang), chart))
    shown += [
        (title, show_table(table, lang=lang))
        for title, table in titles.items()
        if title not in dict(shown)
    ]
    written.append(export_report(folder / REPORT, shown, about=about, lang=lang))
    office = str(reference.office.get(f"name_{lang}", ""))
    return written + return_workbooks(
        raw.books,
        cleaned.findings,
        folder / "can_sua",
        lang,
        digests=raw.digests,
        remarks=cleaned.remarks,
        office=office,
    )


def _title(name: str, lang: str) -> str:
    """What a table is called; that of the levels is by education level."""
    file = _FILES.get(name, name)
    scheme = name.removeprefix("levels_")
    facts = {"scheme": say(f"scheme_{scheme}", lang) if scheme in SCHEMES else "",
             "by": say("by_education_level", lang)}  # fmt: skip
    published = {p.file: p for table in registry().values() for p in table.published}
    told = published[file] if file in published else registry()[file]
    return told.title(lang).format(**facts)


def _tables(
    raw: Raw, cleaned: Cleaned, held: pd.DataFrame, targets: TargetSet | None, lang: str
) -> dict[str, pd.DataFrame]:
    issues = cleaned.issues(lang)
    tables = {
        "ledger": cleaned.ledger,
        "schools": list_counted(held),
        **{f"levels_{scheme}": _levels(held, scheme) for scheme in cleaned.schemes},
        "gaps": compare_to_targets(held, targets, by="education_level") if targets else held[:0],
        **{name: issues[issues["outcome"] == word] for name, word in _OUTCOMES.items()},
    }
    counts = published_counts(raw)
    if len(counts):
        tables["published"] = recompute_published(counts)
    return {name: table for name, table in tables.items() if len(table)}


def _about(raw: Raw, reference: Reference, period: tuple[str, dt.date]) -> About:
    """What is said of data that may be of any office: its files, and whether they say that they
    are made up."""
    files = ", ".join(raw.books)
    office = reference.office.get("name_vi", ""), reference.office.get("name_en", "")
    own = raw.synthetic and bool(office[0])
    return About(
        office[0] if own else files,
        office[1] if own else files,
        *period,
        raw.synthetic,
        files,
        files,
    )


def _levels(held: pd.DataFrame, scheme: str) -> pd.DataFrame:
    return measure_levels(held, scheme=scheme, by="education_level")


def _charts(held: pd.DataFrame, cleaned: Cleaned, about: About, lang: str) -> dict[str, Chart]:
    """A chart of the levels of each scheme the tables have a column for."""
    return {
        scheme: chart_levels(_levels(held, scheme), about=about, lang=lang)
        for scheme in cleaned.schemes
    }
